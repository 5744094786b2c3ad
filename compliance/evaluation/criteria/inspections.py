"""Inspections and sanctions: what authorities found and decided. No rule judges them; they are sealed to be read."""

from datetime import date
from decimal import Decimal

from compliance.evaluation.canonical import added
from compliance.evaluation.facts import Row, column, fact_table, of_year, reference


@fact_table("inspections", record="inspection", years=of_year("inspected_on__year"))
class InspectionFact(Row):
    """One visit of an authority, and how it ended; None and "": nobody says it. What it found, in free words, is no fact."""

    authority: str = column("authority__name")
    inspected_on: date
    subject: str
    condition: str | None = reference("condition", "condition", default=None)
    community_present: bool | None = None
    monitor_present: bool | None = None
    finding: str = ""
    corrected_on: date | None = None


@fact_table("inspection-findings", record="inspection-finding", years=of_year("inspection__inspected_on__year"))
class InspectionFindingFact(Row):
    """One thing that a visit of the year found, in words that are no fact; None: nobody says it."""

    inspection: str = reference("inspection", "inspection")
    condition: str | None = reference("condition", "condition", default=None)
    correct_by: date | None = None
    corrected_on: date | None = None


@fact_table("sanctions", record="sanction", years=of_year("decided_on__year"))
class SanctionFact(Row):
    """What an authority decided against the mine, and what became of it; None and "": nobody says it."""

    authority: str = column("authority__name")
    decided_on: date
    decision: str
    resolution: str = ""
    inspection: str | None = reference("inspection", "inspection", default=None)
    condition: str | None = reference("inspection__condition", "condition", default=None, added=True)
    """the one that the inspection concerned, which may have been in another year"""
    amount: Decimal | None = None
    currency: str = ""
    state: str = ""
    paid_on: date | None = None
    carry_out_by: date | None = added(None)
    """only of a measure or a stop"""
    appealed_on: date | None = added(None)
    appeal_decided_on: date | None = added(None)
