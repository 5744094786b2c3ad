"""Works shared with neighbours, and how far each is beside its plan."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from compliance.evaluation.canonical import ZERO, settle
from compliance.evaluation.criteria.currencies import lowest_share
from compliance.evaluation.criteria.measurement import Measurement, known_amount, measurement
from compliance.evaluation.criteria.registry import measure
from compliance.evaluation.criteria.shares import Share
from compliance.evaluation.facts import (
    PAYERS,
    PUBLIC_BODIES,
    Facts,
    Row,
    column,
    fact_table,
    from_year,
    looked_at,
    reference,
)
from compliance.evaluation.framework import HUNDRED, Indicator
from compliance.evaluation.words import code, gettext_noop

ONLY_THE_MINE = "mine"
IN_PLACE_OF_TAXES = code("in-place-of-taxes", gettext_noop("a work is built in place of taxes"))
NO_FIRST_DAY = code("no-first-day-of-work", gettext_noop("nobody says whether a work was to begin by then"))
NO_PROGRESS = code("no-progress-of-work", gettext_noop("nobody shows how much of a work was done"))
NO_SCHEDULE = code("no-schedule-of-work", gettext_noop("nobody says how much of a work was planned by then"))
NO_VALUE = code("no-value-of-work", gettext_noop("nobody says what a work is to cost"))
NO_WORK = code("no-work", gettext_noop("no work is planned for this year"))
OLD_PROGRESS = code("old-progress-of-work", gettext_noop("the last report of a work is of an earlier year"))
PLAN_IS_RECKONED = code(
    "plan-is-reckoned",
    gettext_noop("how much of a work was planned by the last day is reckoned from an earlier report"),
)
SIDES_DIFFER_ON_WORK = code("sides-differ-on-work", gettext_noop("two sides say different things of how far a work is"))
WORKS_OF_OTHERS = code(
    "works-of-others", gettext_noop("the works of this year are paid for by the State, or only the mine may use them")
)


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
    payer_is: str = looked_at(PAYERS, "payer__kind", default="")
    """kind of organisation"""
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


@dataclass(frozen=True, slots=True)
class Progress:
    """How much of a work was planned by the last day of the year, and how much is shown to be done, in percent of all of it."""

    planned: Decimal | None
    """None: nobody says it"""
    plan_is_reckoned: bool
    """whether the plan lies between what the last report of the year says and all of it"""
    least: Decimal
    most: Decimal
    once: Decimal
    """the least that any side said last, in whatever year"""
    missing: frozenset[str]
    flags: frozenset[str]


@measure(
    divides=(gettext_noop("value of what was done"), gettext_noop("value of what was planned by then")),
    in_money=True,
    codes=(
        *(IN_PLACE_OF_TAXES, NO_FIRST_DAY, NO_PROGRESS, NO_SCHEDULE, NO_VALUE, NO_WORK, OLD_PROGRESS),
        *(PLAN_IS_RECKONED, SIDES_DIFFER_ON_WORK, WORKS_OF_OTHERS),
    ),
)
def works_on_schedule(facts: Facts, indicator: Indicator) -> Measurement:
    """How much of the works that were planned by the last day of the year was done, weighed by what each is to cost.

    Rule: planned value × progress ÷ planned value × planned progress, over the works shared with neighbours that somebody else
    than the State pays for. Each work counts for no more than was planned of it. Of what several sides say last in the year,
    the least counts; a bare word of the company shows neither what was planned nor what was done. Once the last planned day is
    over, all of a work was planned; from the last report of the year to that day the plan is taken as a straight line. Each
    currency has its own share, and the lowest counts. Where the works on record are the State's or for the mine alone, and more
    than a bare word says so, the rule does not apply.
    Unit: percent of value. Source: agreed schedules of works; thresholds are policy.
    Missing: progress that nobody shows is none, and leaves the best case open; where nobody says the last planned day, or how
    much was planned in the year, all of it was. A work of which nobody says the value stays out, and opens the range; so does
    one of which nobody says whether it was to begin by then. What a side said last in an earlier year leaves the worst case open.
    """
    shares, missing, flags = defaultdict[str, Share](Share), set[str](), set[str]()
    works, reports = works_that_count(facts), reports_by_work(facts)
    for work in works:
        found, value = progress_of(work, reports[work.record], facts), known_amount(work.planned_value)
        missing |= found.missing | ({NO_VALUE} if value is None else set())
        flags |= found.flags
        if value is not None:
            _add(shares[work.currency], value, found)
    if {NO_VALUE, NO_FIRST_DAY} & missing:
        for share in shares.values():
            share.open()
    others = works_by(facts, facts.period_end)
    if others and not works:
        return measurement(others, applicable=False, reason=WORKS_OF_OTHERS)
    used = [*works, *(report for work in works for report in reports[work.record])]
    return lowest_share(shares, missing if works else {NO_WORK}, flags, used)


def reports_by_work(facts: Facts) -> Mapping[str, list[WorkProgressFact]]:
    """What is reported of each work, by its record."""
    found = defaultdict[str, list[WorkProgressFact]](list)
    for report in facts[WorkProgressFact]:
        found[report.work].append(report)
    return found


def works_by(facts: Facts, day: date) -> list[SharedWorkFact]:
    """The works that were begun, or were to begin, by a day, whoever pays for them and may use them."""
    return [work for work in facts[SharedWorkFact] if work.planned_from is None or work.planned_from <= day]


def works_that_count(facts: Facts) -> list[SharedWorkFact]:
    """Those that neighbours may use and that the State does not pay for, unless more than the company's bare word says so."""
    return [
        work
        for work in works_by(facts, facts.period_end)
        if work.bare_word or (work.open_to != ONLY_THE_MINE and work.payer_is not in PUBLIC_BODIES)
    ]


def progress_of(work: SharedWorkFact, reports: Iterable[WorkProgressFact], facts: Facts) -> Progress:
    """What is planned and done of one work by the last day of the period."""
    known = [report for report in reports if report.as_of <= facts.period_end and not report.bare_word]
    this_year = [report for report in known if facts.covers(report.as_of)]
    missing, flags = set[str](), {IN_PLACE_OF_TAXES} if work.in_place_of_taxes else set[str]()
    planned, reckoned = _planned(work, this_year, facts.period_end)
    missing |= {NO_SCHEDULE} if planned is None else set()
    missing |= {NO_FIRST_DAY} if planned != HUNDRED and work.planned_from is None else set()
    flags |= {PLAN_IS_RECKONED} if reckoned else set()
    ever = _last_of_each_side(known)
    done = _last_of_each_side(this_year) or ever
    least = min((percent for _as_of, percent in done), default=ZERO)
    most = max((percent for _as_of, percent in done), default=HUNDRED)
    once = min([least, *(percent for _as_of, percent in ever)])
    if not done:
        missing.add(NO_PROGRESS)
    elif max(as_of for as_of, _percent in done) < facts.period_start and least < HUNDRED:
        missing.add(OLD_PROGRESS)
        most = HUNDRED
    if len({percent for _as_of, percent in done}) > 1 or once < least:
        flags.add(SIDES_DIFFER_ON_WORK)
    return Progress(planned, reckoned, least, most, once, frozenset(missing), frozenset(flags))


def _planned(work: SharedWorkFact, reports: Iterable[WorkProgressFact], last_day: date) -> tuple[Decimal | None, bool]:
    """How much was planned by the last day of the year, and whether that is reckoned from an earlier day. None: not known."""
    if work.planned_until is None:
        return None, False
    if work.planned_until <= last_day:
        return HUNDRED, False
    said = [(report.as_of, report.planned_percent) for report in reports if report.planned_percent is not None]
    if not said:
        return None, False
    newest, percent = max(said)
    rest = Decimal((last_day - newest).days) / Decimal((work.planned_until - newest).days)
    on_the_line = settle(percent + (HUNDRED - percent) * rest)
    return max(on_the_line, *(one for _as_of, one in said)), newest < last_day


def _last_of_each_side(reports: Iterable[WorkProgressFact]) -> list[tuple[date, Decimal]]:
    """The day and the progress of what each side says last; of one day all of it."""
    shown = [(report.voice, report.as_of, report.actual_percent) for report in reports]
    told = [(side, as_of, percent) for side, as_of, percent in shown if percent is not None]
    last = {side: max(as_of for voice, as_of, _percent in told if voice == side) for side, _as_of, _percent in told}
    return [(as_of, percent) for side, as_of, percent in told if as_of == last[side]]


def _add(share: Share, value: Decimal, found: Progress) -> None:
    """Add one work to those of its currency; without a schedule all of it counts as planned, and less may have been."""
    planned = HUNDRED if found.planned is None else found.planned
    least, most, once = (
        settle(value * min(percent, planned) / HUNDRED) for percent in (found.least, found.most, found.once)
    )
    share.add(settle(value * planned / HUNDRED), None, least=least, most=most, known=NO_PROGRESS not in found.missing)
    share.doubt(least - once)
    if found.planned is None or found.plan_is_reckoned:
        share.open(down=False)
    if found.plan_is_reckoned:
        share.could_grow(settle(value * (HUNDRED - planned) / HUNDRED), inside=False)
