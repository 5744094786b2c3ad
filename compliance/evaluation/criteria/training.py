"""What people could learn, and how many did. No rule judges it yet; it is sealed to be read."""

from datetime import date
from decimal import Decimal

from compliance.evaluation.facts import (
    Row,
    column,
    fact_table,
    people,
    reaching_into_year,
    telling_of,
    within_year,
)

PEOPLE = ("completed", "women_completed", "local_completed", "hired_completed")


@fact_table(
    "training",
    record="training-return",
    years=within_year("period_start__year", "period_end__year"),
    carried=reaching_into_year("period_start__year", "period_end__year"),
)
class TrainingFact(Row):
    """One course, scholarship or apprenticeship in one period; None: nobody says it. What is learnt is no fact."""

    provider: str = column("provider__name")
    form: str
    """course, scholarship or apprenticeship"""
    period_start: date
    period_end: date
    seats: int | None = telling_of(*PEOPLE)
    """how many could take part, not how many did; as many at most finished it"""
    hours: Decimal | None = telling_of(*PEOPLE)
    """attended, by all together"""
    completed: int | None = people()
    women_completed: int | None = people(within="completed")
    local_completed: int | None = people(within="completed")
    """people who live in the direct-influence districts"""
    hired_completed: int | None = people(within="completed")
