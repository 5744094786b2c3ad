"""Works shared with neighbours, and how far each is beside its plan."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from compliance.evaluation.canonical import ZERO, settle
from compliance.evaluation.criteria.currencies import lowest_share
from compliance.evaluation.criteria.measurement import Measurement, known_amount
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
SIDES_DIFFER_ON_WORK = code("sides-differ-on-work", gettext_noop("two sides say different things of how far a work is"))


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
    least: Decimal
    most: Decimal
    missing: frozenset[str]
    flags: frozenset[str]


@measure(
    divides=(gettext_noop("value of what was done"), gettext_noop("value of what was planned by then")),
    in_money=True,
    codes=(
        IN_PLACE_OF_TAXES,
        NO_FIRST_DAY,
        NO_PROGRESS,
        NO_SCHEDULE,
        NO_VALUE,
        NO_WORK,
        OLD_PROGRESS,
        SIDES_DIFFER_ON_WORK,
    ),
)
def works_on_schedule(facts: Facts, indicator: Indicator) -> Measurement:
    """How much of the works that were planned by the last day of the year was done, weighed by what each is to cost.

    Rule: planned value × progress ÷ planned value × planned progress, over the works shared with neighbours that somebody else
    than the State pays for. Each work counts for no more than was planned of it. Of what several sides say last, the least
    counts; a bare word of the company shows nothing. Once the last planned day is over, all of a work was planned. Each currency
    has its own share, and the lowest counts.
    Unit: percent of value. Source: agreed schedules of works; thresholds are policy.
    Missing: progress that nobody shows is none, and leaves the best case open; where nobody says the last planned day, or how
    much was planned in the year, all of it was. A work of which nobody says the value stays out, and opens the range; so does
    one of which nobody says whether it was to begin by then.
    """
    shares, missing, flags = defaultdict[str, Share](Share), set[str](), set[str]()
    works = works_that_count(facts)
    reports = defaultdict[str, list[WorkProgressFact]](list)
    for report in facts[WorkProgressFact]:
        reports[report.work].append(report)
    for work in works:
        found, value = progress_of(work, reports[work.record], facts), known_amount(work.planned_value)
        missing |= found.missing | ({NO_VALUE} if value is None else set())
        flags |= found.flags
        if value is not None:
            _add(shares[work.currency], value, found)
    if {NO_VALUE, NO_FIRST_DAY} & missing:
        for share in shares.values():
            share.open()
    used = [*works, *(report for work in works for report in reports[work.record])]
    return lowest_share(shares, missing if works else {NO_WORK}, flags, used)


def works_that_count(facts: Facts) -> list[SharedWorkFact]:
    """The works that neighbours may use, that were to begin by the end of the period and that the State does not pay for."""
    return [
        work
        for work in facts[SharedWorkFact]
        if work.open_to != ONLY_THE_MINE
        and work.payer_is not in PUBLIC_BODIES
        and (work.planned_from is None or work.planned_from <= facts.period_end)
    ]


def progress_of(work: SharedWorkFact, reports: Iterable[WorkProgressFact], facts: Facts) -> Progress:
    """What is planned and done of one work by the last day of the period."""
    known = [report for report in reports if report.as_of <= facts.period_end]
    missing, flags = set[str](), {IN_PLACE_OF_TAXES} if work.in_place_of_taxes else set[str]()
    planned = _planned(work, known, facts)
    if planned is None:
        missing.add(NO_SCHEDULE)
    if planned != HUNDRED and work.planned_from is None:
        missing.add(NO_FIRST_DAY)
    done = _last_of_each_side([report for report in known if facts.covers(report.as_of)]) or _last_of_each_side(known)
    least = min((percent for _as_of, percent in done), default=ZERO)
    most = max((percent for _as_of, percent in done), default=HUNDRED)
    if not done:
        missing.add(NO_PROGRESS)
    elif max(as_of for as_of, _percent in done) < facts.period_start and least < HUNDRED:
        missing.add(OLD_PROGRESS)
        most = HUNDRED
    if len({percent for _as_of, percent in done}) > 1:
        flags.add(SIDES_DIFFER_ON_WORK)
    return Progress(planned, least, most, frozenset(missing), frozenset(flags))


def _planned(work: SharedWorkFact, reports: Iterable[WorkProgressFact], facts: Facts) -> Decimal | None:
    """All of it once the last planned day is over; else the most that a report of the period says. None: not known."""
    if work.planned_until is None:
        return None
    if work.planned_until <= facts.period_end:
        return HUNDRED
    said = [report.planned_percent for report in reports if facts.covers(report.as_of)]
    return max((percent for percent in said if percent is not None), default=None)


def _last_of_each_side(reports: Iterable[WorkProgressFact]) -> list[tuple[date, Decimal]]:
    """The day and the progress of what each side says last; of one day all of it, and no bare word of the company."""
    shown = [
        (report.voice, report.as_of, report.actual_percent)
        for report in reports
        if report.actual_percent is not None and not report.bare_word
    ]
    last = {side: max(as_of for voice, as_of, _percent in shown if voice == side) for side, _as_of, _percent in shown}
    return [(as_of, percent) for side, as_of, percent in shown if as_of == last[side]]


def _add(share: Share, value: Decimal, found: Progress) -> None:
    """Add one work to those of its currency; without a schedule all of it counts as planned, and less may have been."""
    planned = HUNDRED if found.planned is None else found.planned
    least, most = (settle(value * min(percent, planned) / HUNDRED) for percent in (found.least, found.most))
    share.add(settle(value * planned / HUNDRED), None, least=least, most=most, known=NO_PROGRESS not in found.missing)
    if found.planned is None:
        share.open(down=False)
