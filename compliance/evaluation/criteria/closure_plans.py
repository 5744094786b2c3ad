"""Plans for closing, whether the mine is at work, and what is left after. No rule judges them; they are sealed to be read."""

from datetime import date
from decimal import Decimal

from compliance.evaluation.facts import Row, column, fact_table, from_year, while_in_force


@fact_table("closure-plans", record="closure-plan", years=from_year("approved_on__year"))
class ClosurePlanFact(Row):
    """A closure plan, or what updates or changes it, approved in the year or before; None: nobody says it."""

    instrument: str
    """plan, update or change"""
    approved_on: date
    approved_by: str | None = column("approved_by__name", default=None)
    resolution: str = ""
    cost: Decimal | None = None
    """all that closing is estimated to cost"""
    currency: str
    prices_of: int | None = None
    """the year whose prices the estimate uses"""
    operation_until: int | None = None
    closure_until: int | None = None
    post_closure_until: int | None = None
    """the last years of operation, of final closure and of post-closure"""


@fact_table("operation-states", record="operation-state", years=while_in_force("starts_on__year", "ends_on__year"))
class OperationStateFact(Row):
    """Whether the mine was at work for some days of the year, by an authority's act or as somebody says."""

    state: str
    """operating, suspended, abandoned or closed"""
    starts_on: date
    ends_on: date | None = None
    """the first day on which it was so no more; None: it lasts"""
    reason: str = ""
    authority: str | None = column("authority__name", default=None)
    """whose act says so; None: nobody names one"""
    act: str = ""

    @property
    def by_act(self) -> bool:
        """Whether an authority's act says so, and more than a bare word says that there is one."""
        return self.authority is not None and not self.bare_word


@fact_table("remaining-duties", record="remaining-duty", years=from_year("said_on__year"))
class RemainingDutyFact(Row):
    """What is left to do after the mine is closed, as it was said in the year or before."""

    title: str
    subject: str
    said_on: date
    until: int | None = None
    """its last year; None: nobody says it, or it has no end"""
    without_end: bool = False
    responsible: str | None = column("responsible__name", default=None)
