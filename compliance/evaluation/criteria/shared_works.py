"""Works shared with neighbours, and how far each is. No rule judges them; they are sealed to be read."""

from datetime import date
from decimal import Decimal

from compliance.evaluation.facts import Row, column, fact_table, from_year, reference


@fact_table(
    "shared-works",
    record="shared-work",
    years=from_year("planned_from__year", "planned_until__year", "reported_from"),
)
class SharedWorkFact(Row):
    """A work that was planned for the year or before, or reported on; None and "": nobody says it.

    What it is called, where it is and on which terms it may be used is no fact.
    """

    facility: str
    """road, railway, port, power, water, sewerage, clinic, school, telecoms or other"""
    community: str | None = column("community__name", default=None)
    """None: it is for several, or for all"""
    payer: str | None = column("payer__name", default=None)
    in_place_of_taxes: bool | None = None
    """whether the State takes its cost back from the canon of later years (Ley 29230)"""
    planned_value: Decimal | None = None
    currency: str = ""
    planned_from: date | None = None
    planned_until: date | None = None
    open_to: str = ""
    """everybody, community, paying or mine"""


@fact_table("work-progress", record="work-progress", years=from_year("as_of__year"))
class WorkProgressFact(Row):
    """How far a work was on a day of the year or before, as somebody says; None: this report does not say it."""

    work: str = reference("work", "shared-work")
    as_of: date
    planned_percent: Decimal | None = None
    actual_percent: Decimal | None = None
    spent: Decimal | None = None
    currency: str = ""
    in_use: bool | None = None
    days_out_of_order: int | None = None
    """of the same year, up to the day"""
