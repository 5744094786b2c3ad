"""Methods in use at a mine. No rule judges them."""

from datetime import date
from decimal import Decimal

from compliance.evaluation.facts import Row, fact_table, reference, while_in_force


@fact_table("methods", record="method-in-use", years=while_in_force("since__year", "until__year"))
class MethodFact(Row):
    """A method in use in the year; what it is called, what it replaces and in which unit it was measured are no facts."""

    field: str
    """extraction, water, waste or other"""
    since: date
    until: date | None = None
    """the day on which it ended; None: it is in use, as far as is known"""
    changed: str = ""
    """water, energy or tailings; empty: nobody says that it changed any"""
    before: Decimal | None = None
    after: Decimal | None = None
    accord: str | None = reference("accord", "accord", default=None)
    """the accord by which it came; None: by none, or nobody says it"""
