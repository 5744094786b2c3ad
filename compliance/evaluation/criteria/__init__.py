"""The measures: what a figure is, from which records, in which unit, and what missing data does to it.

A measure is a pure function of the facts and of an indicator's parameters. It never scores: `scoring` does.
Three rules hold in all of them:

- Unknown is not zero. What is not shown does not count, and the range (low to high) says what it could
  still be.
- Nothing is divided by zero, and nothing is a float.
- Amounts of two currencies are never added: each has its own figure, and the weakest one counts.

A figure that cannot be (a negative headcount) is unknown. A negative payment can be: it is money paid back.
"""

from decimal import localcontext
from functools import wraps

from compliance.evaluation.canonical import EXACT
from compliance.evaluation.criteria.assessments import (
    certified_before_start,
    conditions_overdue,
    participation_held,
)
from compliance.evaluation.criteria.commitments import commitments_on_time
from compliance.evaluation.criteria.disclosures import disclosure_delay
from compliance.evaluation.criteria.employment import foreign_headcount, local_hire_share, women_share
from compliance.evaluation.criteria.measurement import Measure, Measurement
from compliance.evaluation.criteria.payments import days_late, paid_against_due, priority_spending, reconciliation_gap
from compliance.evaluation.facts import Facts
from compliance.evaluation.framework import Indicator


def _exactly(measure: Measure) -> Measure:
    """Let a measure reckon in exact arithmetic, whoever calls it."""

    @wraps(measure)
    def in_exact_arithmetic(facts: Facts, indicator: Indicator) -> Measurement:
        with localcontext(EXACT):
            return measure(facts, indicator)

    return in_exact_arithmetic


MEASURES: dict[str, Measure] = {
    measure.__name__: _exactly(measure)
    for measure in (
        certified_before_start,
        participation_held,
        conditions_overdue,
        local_hire_share,
        women_share,
        foreign_headcount,
        paid_against_due,
        days_late,
        priority_spending,
        reconciliation_gap,
        commitments_on_time,
        disclosure_delay,
    )
}
"""All measures by the name that a framework uses."""
