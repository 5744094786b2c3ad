"""The part of the demo about closing: what is required, what was posted for it, and how much land is closed."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from projects.models import ClosureGuarantee, ClosureRequirement, ReclamationReport, Source

if TYPE_CHECKING:
    from config.demo.record import ProjectTelling, Story


def enter_closure(mine: ProjectTelling, row: Story) -> None:
    """One year: what the authority requires, the guarantees that were posted, and the report on closed land."""
    year = row["year"]
    required = ClosureRequirement(project=mine.project, year=year, amount=row["required"], currency="USD")
    enter_on_paper(mine, required, date(year, 1, 2), "Lista de garantías exigidas")
    office = mine.telling.organisations["office"]
    for instrument, amount, currency, posted_on, stands_until, *released in row["posted"]:
        guarantee = ClosureGuarantee(
            requirement=required,
            instrument=instrument,
            holder=office,
            amount=amount,
            currency=currency,
            in_another_currency=currency != required.currency,
            posted_on=posted_on,
            stands_until=stands_until,
            released_on=released[0] if released else None,
            released_by=office if released else None,
        )
        enter_on_paper(mine, guarantee, released[0] if released else posted_on, "Constancia de garantía")
    if "land" in row:
        scheduled, done, verified = row["land"]
        works_scheduled, works_done, works_verified = row.get("works", (None, None, None))
        report = ReclamationReport(
            project=mine.project,
            as_of=date(year, 12, 31),
            scheduled_hectares=scheduled,
            done_hectares=done,
            verified_hectares=verified,
            scheduled_value=works_scheduled,
            done_value=works_done,
            verified_value=works_verified,
            currency="USD" if "works" in row else "",
            verified_by=None if verified is None else office,
        )
        enter_on_paper(mine, report, date(year + 1, 2, 10), "Informe semestral de cierre", Source.Voice.COMPANY)


def enter_on_paper(
    mine: ProjectTelling, record: Any, day: date, title: str, voice: str = Source.Voice.AUTHORITY
) -> None:
    """Enter a record with the paper that says it."""
    paper = mine.keep(f"{title} {mine.project.name}", [str(record), f"{day:%d/%m/%Y}"], "pdf", day)
    organisation = mine.operator if voice == Source.Voice.COMPANY else None
    mine.enter(record, voice, day, title, organisation=organisation, evidence=[paper])
