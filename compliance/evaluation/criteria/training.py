"""What people could learn, how many did, and for how long."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from compliance.evaluation.canonical import ZERO, settle
from compliance.evaluation.criteria.employment import (
    NO_DISTRICT_FIGURE,
    OF_RETURNS,
    Returns,
    people_by_level,
)
from compliance.evaluation.criteria.measurement import FEWEST, SMALL_BASE, Measurement, known_amount, measurement
from compliance.evaluation.criteria.registry import measure
from compliance.evaluation.employment import Span, days, share_a_day
from compliance.evaluation.facts import (
    Facts,
    Row,
    column,
    fact_table,
    people,
    reaching_into_year,
    telling_of,
    within_year,
)
from compliance.evaluation.framework import Indicator
from compliance.evaluation.words import code, gettext_noop

HOURS = code("hours", gettext_noop("hours"))
NO_HOURS = code("no-hours", gettext_noop("nobody counted the hours of some training"))
NO_LOCAL_WORKERS = code("no-local-workers", gettext_noop("no worker lives in the districts"))
NO_TRAINING_RETURN = code("no-training-return", gettext_noop("nobody reported any training"))
TRAINING_OVERLAPS = code(
    "training-overlaps",
    gettext_noop("two reports of one provider are about some of the same days, and may tell the same hours"),
)
TRAINING_OF_TWO_YEARS = code(
    "training-of-two-years",
    gettext_noop("some training reaches into another year, and nobody says how much of it was in this one"),
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
    seats: int | None = telling_of("completed")
    """how many could take part, not how many did; as many at most finished it"""
    hours: Decimal | None = telling_of("completed")
    """attended, by all together"""
    completed: int | None = people()
    women_completed: int | None = people(within="completed")
    local_completed: int | None = people(within="completed")
    """people who live in the direct-influence districts"""
    hired_completed: int | None = people(within="completed")


@measure(
    unit=HOURS,
    divides=(gettext_noop("hours of training"), gettext_noop("workers who live in the districts")),
    codes=(
        *(*OF_RETURNS, NO_DISTRICT_FIGURE, NO_HOURS, NO_LOCAL_WORKERS),
        *(NO_TRAINING_RETURN, TRAINING_OF_TWO_YEARS, TRAINING_OVERLAPS),
    ),
)
def training_hours(facts: Facts, indicator: Indicator) -> Measurement:
    """Hours of training that were attended, for each full-time-equivalent worker who lives in the districts.

    Rule: hours attended by all together, over the training that lies in the period ÷ local FTE, averaged over the year as
    for local hire. The hours of people from elsewhere count, the workers from elsewhere do not.
    Unit: hours. Source: GRI 404-1 gives the form of the figure; thresholds are policy.
    Missing: hours that nobody counted do not count, and leave the best case open; so does training that reaches into another
    year. Reports of one provider and form that share some days may tell the same hours: the worst case has the longest alone.
    Workers of whom nobody says where they live are taken as local, and leave it open as far as they are. A return
    without a total, and days that nobody reports on, open the range on both sides. Without local workers nothing is divided.
    """
    returns = Returns(facts, indicator)
    least = most = ZERO
    for report, total, weight in returns.usable:
        local, *wider = people_by_level(report, weight)
        least += local or ZERO
        most += min((people for people in wider if people is not None), default=total) if local is None else local
        returns.missing |= {NO_DISTRICT_FIGURE} if local is None else set()
    missing = set(returns.missing)
    training = facts[TrainingFact]
    inside = [one for one in training if facts.covers(one.period_start) and facts.covers(one.period_end)]
    counted = [one for one in inside if known_amount(one.hours) is not None]
    missing |= {NO_HOURS} if len(counted) < len(inside) else set()
    missing |= {TRAINING_OF_TWO_YEARS} if len(inside) < len(training) else set()
    missing |= set() if training else {NO_TRAINING_RETURN}
    missing |= {NO_LOCAL_WORKERS} if returns.usable and not most else set()
    if not counted or not most:
        return measurement([*training, *returns.reports], missing, returns.flags)
    hours, once = hours_of(counted), hours_of(told_once(counted))
    bounded = returns.are_all and least > 0 and len(counted) == len(training)
    flags = (
        returns.flags | ({TRAINING_OVERLAPS} if once < hours else set()) | ({SMALL_BASE} if most < FEWEST else set())
    )
    return measurement(
        [*training, *returns.reports],
        missing,
        flags,
        value=settle(hours / most),
        low=settle(once / most) if returns.are_all else ZERO,
        high=settle(hours / least) if bounded else None,
        numerator=hours,
        denominator=most,
    )


def hours_of(training: Iterable[TrainingFact]) -> Decimal:
    """The hours that were counted, all together."""
    return sum((one.hours for one in training if one.hours is not None), ZERO)


def told_once(training: Iterable[TrainingFact]) -> list[TrainingFact]:
    """Of the reports of one provider and form no two that share days but not all: the longest, and those of the same days."""
    kept = list[TrainingFact]()
    for one in sorted(training, key=lambda row: (-days(span_of(row)), row.record)):
        alike = [other for other in kept if (other.provider, other.form) == (one.provider, one.form)]
        spans = {span_of(other) for other in alike} - {span_of(one)}
        if not any(share_a_day(span_of(one), span) for span in spans):
            kept.append(one)
    return kept


def span_of(row: TrainingFact) -> Span:
    """The days that it is about."""
    return row.period_start, row.period_end
