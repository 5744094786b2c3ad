"""The part of the demo about who is who: other names, numbers in registers, concessions, and mines of several partners."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from projects.models import (
    AgreedShare,
    Concession,
    FigureBasis,
    MineName,
    OrganisationIdentifier,
    OrganisationName,
    ProductionReturn,
    Source,
)

if TYPE_CHECKING:
    from config.demo.record import ProjectTelling, RecordTelling

YEAR = 2025
ENTERED_ON = date(2025, 1, 15)
REPORTED_ON = date(2026, 3, 10)


def enter_organisations(telling: RecordTelling) -> None:
    """What organisations are called beside their names, and their numbers in registers."""
    for key, name, language in telling.data["called"]:
        called = OrganisationName(organisation=telling.organisations[key], name=name, language=language)
        telling.enter(called, Source.Voice.MONITOR, ENTERED_ON, "Página web de la empresa")
    for key, scheme, number in telling.data["numbers"]:
        identifier = OrganisationIdentifier(organisation=telling.organisations[key], scheme=scheme, number=number)
        telling.enter(identifier, Source.Voice.AUTHORITY, ENTERED_ON, "Registro de empresas")


def enter_identity(mine: ProjectTelling) -> None:
    """What a mine is called, its concessions, what it produced, and what its partners say and agreed."""
    row, project = mine.row, mine.project
    for name, language in row.get("called", ()):
        called = MineName(project=project, name=name, language=language)
        mine.enter(called, Source.Voice.MONITOR, ENTERED_ON, "Ficha del proyecto")
    for code, title, hectares, titled_on in row.get("concessions", ()):
        concession = Concession(
            project=project, code=code, title=title, holder=mine.operator, hectares=hectares, titled_on=titled_on
        )
        mine.enter(concession, Source.Voice.AUTHORITY, titled_on, "Padrón minero")
    year = {"project": project, "period_start": date(YEAR, 1, 1), "period_end": date(YEAR, 12, 31)}
    for mineral, (quantity, unit) in row.get("produced", {}).items():
        said = {"producer": mine.operator, "mineral": mine.telling.minerals[mineral], "unit": unit}
        produced = ProductionReturn(quantity=None if quantity is None else Decimal(str(quantity)), **year, **said)
        mine.company_says(produced, REPORTED_ON, f"Declaración de producción {YEAR}")
    for of, declared in row.get("about", {}).items():
        basis = FigureBasis(of=of, declared=declared, **year)
        mine.enter(basis, Source.Voice.MONITOR, REPORTED_ON, f"Nota a las cifras de {YEAR}")
    if agreed := row.get("agreed"):
        percent = Decimal(agreed["agreed_percent"])
        share = AgreedShare(project=project, **agreed | {"agreed_percent": percent})
        paper = mine.keep("Contrato minero", [project.name, share.document], "pdf", share.agreed_on)
        mine.enter(share, Source.Voice.AUTHORITY, share.agreed_on, "Contrato minero", evidence=[paper])
