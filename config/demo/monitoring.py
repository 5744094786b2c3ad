"""The part of the demo about monitoring: the stations, how often each must be measured, and what each side found."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from projects.models import CommitteeFinding, MonitoringResult, MonitoringStation, RequiredSamples, Source
from projects.models.parameters import unit_of_limits

if TYPE_CHECKING:
    from config.demo.record import ProjectTelling, Story


def enter_monitoring(mine: ProjectTelling, row: Story) -> None:
    """One station in one year, with the programme that asks for samples and the reports of the laboratory."""
    year = row["year"]
    columns = {name: row[name] for name in ("name", "medium", "category", "place") if name in row}
    known = MonitoringStation.objects.filter(project=mine.project, name=row["name"]).first()
    station = known or MonitoringStation(project=mine.project, **columns)
    programme = (Source.Voice.AUTHORITY, date(year, 1, 2), "Programa de monitoreo aprobado (inventado)")
    paper = mine.keep(f"Programa de monitoreo {mine.project.name}", [station.name, str(year)], "pdf", date(year, 1, 2))
    if known is None:
        mine.enter(station, *programme, evidence=[paper])
    for parameter, samples in row["required"].items():
        required = RequiredSamples(station=station, parameter=parameter, year=year, samples=samples)
        mine.enter(required, *programme, evidence=[paper])
    for voice in (Source.Voice.COMPANY, Source.Voice.COMMUNITY, Source.Voice.COMMITTEE):
        if results := row.get(voice):
            enter_tests(mine, station, year, voice, results)
    for found in row.get("findings", ()):
        enter_finding(mine, station, found)


def enter_tests(mine: ProjectTelling, station: MonitoringStation, year: int, voice: str, results: Story) -> None:
    """What one side had tested, month by month, all in one report of the year."""
    day = date(year + 1, 1, 20)
    title = f"Informe de ensayo {year} {station.name}"
    paper = mine.keep(title, [mine.project.name, f"Tomó las muestras: {voice}"], "pdf", day)
    organisation = mine.operator if voice == Source.Voice.COMPANY else None
    for parameter, months in results.items():
        for month, found in enumerate(months, start=1):
            if found is None:
                continue
            test = MonitoringResult(
                station=station,
                taken_on=date(year, month, 12),
                parameter=parameter,
                unit=unit_of_limits(parameter),
                number=f"{voice}-{month}",
                laboratory=mine.telling.organisations["laboratorio"],
                accredited=True,
                **amount_told(found),
            )
            mine.enter(test, voice, day, title, organisation=organisation, evidence=[paper])


def enter_finding(mine: ProjectTelling, station: MonitoringStation, row: Story) -> None:
    """What a committee found at a station, with the answer and the close that its minutes tell of."""
    finding = CommitteeFinding(project=mine.project, station=station, **columns_of_finding(row))
    title = f"Acta del comité de monitoreo de {station.name} (inventada)"
    paper = mine.keep(title, [mine.project.name, finding.found], "pdf", row["stated"])
    source = (Source.Voice.COMMITTEE, row["stated"], title)
    mine.enter(finding, *source, audience=Source.Audience.PUBLIC, evidence=[paper])


def columns_of_finding(row: Story) -> dict[str, Any]:
    """What a row of the data says of a finding."""
    return {name: told for name, told in row.items() if name != "stated"}


def amount_told(found: float | str) -> dict[str, Any]:
    """A value, or as a text such as `<0.01` that less than this could be detected."""
    if isinstance(found, str):
        return {"below_detection": True, "detection_limit": Decimal(found.removeprefix("<"))}
    return {"value": Decimal(str(found))}
