"""Closing the mine: whether its cost is secured, since when, and how much of the land is closed."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from compliance.evaluation.business_days import HOLIDAY, business_days
from compliance.evaluation.canonical import ZERO, added, settle
from compliance.evaluation.criteria.currencies import highest, lowest_share
from compliance.evaluation.criteria.disclosures import COMPANY, NOT_DUE_YET
from compliance.evaluation.criteria.measurement import FEWEST, SMALL_BASE, Measurement, Part, known_amount, measurement
from compliance.evaluation.criteria.registry import measure
from compliance.evaluation.criteria.shares import Share
from compliance.evaluation.facts import Facts, Row, column, fact_table, of_year, reference
from compliance.evaluation.framework import HUNDRED, Indicator
from compliance.evaluation.words import code, gettext_noop

NO_REQUIREMENT = code("no-guarantee-required", gettext_noop("nobody says what guarantee is required for closing"))
REQUIREMENT_BARE_WORD = code(
    "requirement-bare-word", gettext_noop("what guarantee is required is the company's bare word, without paper")
)
NOTHING_REQUIRED = code("nothing-required", gettext_noop("no guarantee is required this year"))
NO_GUARANTEE = code("no-guarantee", gettext_noop("no guarantee for closing is on record"))
GUARANTEE_BARE_WORD = code(
    "guarantee-bare-word", gettext_noop("that a guarantee was posted is the company's bare word, without paper")
)
NO_GUARANTEE_AMOUNT = code("no-guarantee-amount", gettext_noop("the amount of a guarantee is missing"))
OTHER_CURRENCY = code(
    "guarantee-in-other-currency",
    gettext_noop("a guarantee is in another currency than what is required, and is not compared"),
)
NO_DAY_POSTED = code("no-day-posted", gettext_noop("the day on which a guarantee was posted is missing"))
NO_LAST_DAY = code("no-last-day", gettext_noop("nobody says until when a guarantee is good"))
ENDED_EARLY = code("guarantee-ended-early", gettext_noop("a guarantee ended before the year was over"))
YEAR_RUNS = code(
    "year-not-over", gettext_noop("the year is not over; what stands on the day of the evaluation is shown")
)
NOT_AT_WORK = code(
    "no-closure-plan", gettext_noop("it is neither in operation nor in closure, and no closure plan is on record")
)
NOTHING_BY_COMPANY = code("nothing-by-company", gettext_noop("only the company says that nothing was asked of it"))
NO_REPORT = code("no-report-on-land", gettext_noop("nobody reported how much land was closed"))
REPORT_BARE_WORD = code(
    "report-on-land-bare-word", gettext_noop("how much land was closed is the company's bare word, without paper")
)
NO_SCHEDULE = code("no-schedule", gettext_noop("how much land was to be closed by then is missing"))
NOTHING_SCHEDULED = code("nothing-scheduled", gettext_noop("no land was to be closed yet"))
NOBODY_VERIFIED = code("nobody-verified", gettext_noop("nobody but the mine says that the land was closed"))
NOT_TO_YEAR_END = code("not-to-year-end", gettext_noop("the last report ends before the year does"))
DAYS_TO_POST = code("days_to_post", gettext_noop("business days of the year within which a guarantee is posted"))
BUSINESS_DAYS = code("business-days", gettext_noop("business days"))

RUN_OUT = frozenset({"bank", "surety"})
"""Kinds of guarantee that have a last day; a trust and a deposit stand until they are released."""
A_DAY = timedelta(days=1)


@fact_table("closure-requirements", record="closure-requirement", years=of_year("year"))
class ClosureRequirementFact(Row):
    """The guarantee that the authority requires of the mine in the year."""

    amount: Decimal | None = None
    currency: str


@fact_table("closure-guarantees", record="closure-guarantee", years=of_year("requirement__year"))
class ClosureGuaranteeFact(Row):
    """One guarantee that was posted for the year."""

    requirement: str = reference("requirement", "closure-requirement")
    instrument: str
    """bank, surety, trust or cash"""
    holder: str | None = column("holder__name", default=None)
    amount: Decimal | None = None
    currency: str
    posted_on: date | None = None
    stands_until: date | None = None
    """its last day; None: it has none, or nobody says it of a kind that has one"""
    released_on: date | None = added(None)
    """from this day on it does not stand; None: it was not released, as far as known"""
    released_by: str | None = column("released_by__name", default=None, added=True)

    @property
    def last_day(self) -> date | None:
        """The last day on which it is good, by its own term or because it was released on the next; None as above."""
        days = [self.stands_until, self.released_on and self.released_on - A_DAY]
        return min((day for day in days if day), default=None)

    @property
    def lasts(self) -> bool:
        """Whether it is known until when it is good; that it was released says nothing of its term."""
        return self.stands_until is not None or self.instrument not in RUN_OUT

    def covers(self, day: date, posted_by: date) -> bool:
        """Whether it covers a day, if it was posted by a day; what is unknown does not speak against it."""
        return (self.posted_on or posted_by) <= posted_by and day <= (self.last_day or day)


@fact_table("reclamation", record="reclamation-report", years=of_year("as_of__year"))
class ReclamationFact(Row):
    """Hectares that were to be closed up to a day since the mine began, those that were, and those that somebody verified.

    Likewise the value of works, in one currency, which no measure looks at.
    """

    as_of: date
    scheduled_hectares: Decimal | None = None
    done_hectares: Decimal | None = None
    verified_hectares: Decimal | None = None
    verified_by: str | None = column("verified_by__name", default=None)
    verified_by_is: str | None = column("verified_by__kind", default=None)
    """what kind of organisation verified it; None: nobody"""
    scheduled_value: Decimal | None = added(None)
    done_value: Decimal | None = added(None)
    verified_value: Decimal | None = added(None)
    currency: str = added("")
    """of the values"""

    @property
    def says_works(self) -> bool:
        """Whether it says anything of the value of works."""
        return {self.scheduled_value, self.done_value, self.verified_value} != {None}

    @property
    def is_of_works_alone(self) -> bool:
        """Whether it says something of the value of works and nothing of hectares."""
        hectares = {self.scheduled_hectares, self.done_hectares, self.verified_hectares}
        return hectares == {None} and self.says_works

    @property
    def verified_by_others(self) -> bool:
        """Whether somebody other than a company verified it."""
        return self.verified_by_is not in (None, COMPANY)


@dataclass(frozen=True, slots=True)
class _Required:
    """What is required, and what was posted for it."""

    row: ClosureRequirementFact
    posted: tuple[ClosureGuaranteeFact, ...]

    @property
    def amount(self) -> Decimal | None:
        """How much; None where nobody says it, or only the company says that it is nothing, or anything without a paper."""
        return None if self.row.bare_word or self.nothing_by_company else known_amount(self.row.amount)

    @property
    def nothing_by_company(self) -> bool:
        """Whether nobody but the company says that nothing is required."""
        return self.row.amount == 0 and self.row.voice == COMPANY

    @property
    def known(self) -> bool:
        """Whether a paper shows anything that was posted, or that nothing was."""
        return any(not self.doubts(one) for one in self.posted)

    def doubts(self, one: ClosureGuaranteeFact) -> set[str]:
        """Why a guarantee is not known to count; of one of nothing no days are asked."""
        found = {GUARANTEE_BARE_WORD} if one.bare_word else set[str]()
        found |= {OTHER_CURRENCY} if one.currency != self.row.currency else set()
        if known_amount(one.amount) is None:
            found.add(NO_GUARANTEE_AMOUNT)
        elif one.amount:
            found |= {NO_DAY_POSTED} if one.posted_on is None else set()
            found |= set() if one.lasts else {NO_LAST_DAY}
        return found

    def lacks(self) -> set[str]:
        """Codes of what is not known about it."""
        if self.row.bare_word:
            return {REQUIREMENT_BARE_WORD}
        if self.nothing_by_company:
            return {NOTHING_BY_COMPANY}
        if self.amount is None:
            return {NO_REQUIREMENT}
        return set[str]().union(*map(self.doubts, self.posted)) if self.posted else {NO_GUARANTEE}

    def cover(self, needed: Decimal, day: date, posted_by: date, *, at_best: bool = False) -> Decimal:
        """How much of it is covered on a day by what was posted by a day, as papers show it or at best."""
        sums = (
            needed if {OTHER_CURRENCY, NO_GUARANTEE_AMOUNT} & self.doubts(one) else one.amount or ZERO
            for one in self.posted
            if one.covers(day, posted_by) and (at_best or not self.doubts(one))
        )
        return min(sum(sums, ZERO), needed)


def _required(facts: Facts) -> list[_Required]:
    posted = defaultdict[str, list[ClosureGuaranteeFact]](list)
    for one in facts[ClosureGuaranteeFact]:
        posted[one.requirement].append(one)
    return [_Required(row, tuple(posted[row.record])) for row in facts[ClosureRequirementFact]]


def _rows_of(required: Iterable[_Required]) -> list[Row]:
    return [row for one in required for row in (one.row, *one.posted)]


def _not_at_work(facts: Facts) -> bool:
    """Whether the phases of the year are known, and are neither operation nor closure."""
    return bool(facts.phases) and {"operation", "closure"}.isdisjoint(facts.phases)


def _until(facts: Facts) -> date:
    """The last day of the year that is known: that of the evaluation, while the year runs."""
    return min(facts.as_of or facts.period_end, facts.period_end)


def _excused(facts: Facts, required: list[_Required]) -> Measurement | None:
    """Not applicable before a mine is at work, without a plan, or where it is known that nothing is required."""
    if not required and _not_at_work(facts):
        return measurement((), applicable=False, reason=NOT_AT_WORK)
    if required and all(one.amount == 0 for one in required):
        return measurement(_rows_of(required), applicable=False, reason=NOTHING_REQUIRED)
    return None


_OF_GUARANTEES = (
    *(NO_REQUIREMENT, REQUIREMENT_BARE_WORD, NOTHING_REQUIRED, NO_GUARANTEE, GUARANTEE_BARE_WORD, NOT_AT_WORK),
    *(NOTHING_BY_COMPANY, NO_GUARANTEE_AMOUNT, OTHER_CURRENCY, NO_DAY_POSTED, NO_LAST_DAY, ENDED_EARLY),
)


@measure(
    divides=(gettext_noop("guarantee posted"), gettext_noop("guarantee required")),
    in_money=True,
    codes=(*_OF_GUARANTEES, YEAR_RUNS),
)
def guarantee_cover(facts: Facts, indicator: Indicator) -> Measurement:
    """Share of the guarantee required for closing that stands on the last day of the year.

    Rule: posted by that day and good on it ÷ required for the year, in the currency of what is required; no more than is
    required counts. While the year runs, what stands on the day of the evaluation: by its end it may be renewed, or not.
    Not applicable where a mine is neither in operation nor in closure and nothing is required of it on record, and where 0 is
    required by the word of somebody other than the company.
    Unit: percent. Source: Ley 28090, D.S. 033-2005-EM; domain.md D, C01.
    Missing: a guarantee that is a bare word, in another currency, or without amount, day or last day does not count, and
    raises the best case; where no other is on record, the figure is unknown. So it is where nobody but the company says what
    is required.
    """
    required = _required(facts)
    if excused := _excused(facts, required):
        return excused
    day, end, shares = _until(facts), facts.period_end, defaultdict[str, Share](Share)
    for one in required:
        if one.amount is None:
            shares[one.row.currency].open()
            continue
        shown, most = (one.cover(one.amount, day, day, at_best=at_best) for at_best in (False, True))
        most = one.amount if day < end else most
        shares[one.row.currency].add(one.amount, None, least=shown, most=most, known=one.known)
        shares[one.row.currency].doubt(shown - one.cover(one.amount, end, day))
    flags = _ended_early(facts) | ({YEAR_RUNS} if day < end else set())
    return lowest_share(shares, _lacking(required), flags, _rows_of(required))


def _lacking(required: list[_Required]) -> set[str]:
    return set[str]().union(*(one.lacks() for one in required)) if required else {NO_REQUIREMENT}


def _ended_early(facts: Facts) -> set[str]:
    ends = (one.last_day for one in facts[ClosureGuaranteeFact])
    return {ENDED_EARLY} if any(end and end < _until(facts) for end in ends) else set()


@measure(
    unit=BUSINESS_DAYS,
    codes=(*_OF_GUARANTEES, NOT_DUE_YET),
    parameters=(DAYS_TO_POST, HOLIDAY),
    note=gettext_noop("Each business day counts by the part of the guarantee that was missing on it."),
)
def guarantee_delay(facts: Facts, indicator: Indicator) -> Measurement:
    """Business days of the year after the last one for posting that went without a guarantee.

    Rule: each business day after the twelfth counts by the part of what is required that had not been posted before it, or
    was good no longer: the whole posted six days late gives 6, half of it 3, and a lapse of six days 6 more. Counted up to
    the day of the evaluation, and to the end of the year at most. Not applicable before there is such a day, and
    otherwise as C01.
    Unit: business days (lower is better), without Saturdays, Sundays and holidays. Source: D.S. 033-2005-EM art. 50.
    Missing: as C01; what is unknown makes days late, and at best none.
    """
    required = _required(facts)
    if excused := _excused(facts, required):
        return excused
    until = _until(facts)
    last = int(indicator.parameter(DAYS_TO_POST, facts.period_end))
    late = [day for day in business_days(indicator, facts.year)[last:] if day <= until]
    if not late:
        return measurement(_rows_of(required), applicable=False, reason=NOT_DUE_YET)
    delays = (_delay(one, late) for one in required)
    return highest(delays, _lacking(required), _ended_early(facts), _rows_of(required))


def _delay(one: _Required, late: list[date]) -> Part:
    """The days of one requirement that count as late, each by the part that was missing."""
    needed = one.amount
    if needed == 0:
        return Part(name=one.row.currency, value=ZERO, low=ZERO, high=ZERO)
    if needed is None or not one.known:
        return Part(name=one.row.currency)
    days, at_best = (
        sum((needed - one.cover(needed, day, day - A_DAY, at_best=best) for day in late), ZERO) / needed
        for best in (False, True)
    )
    return Part(name=one.row.currency, value=settle(days), low=settle(at_best), high=settle(days))


@measure(
    divides=(gettext_noop("hectares closed and verified"), gettext_noop("hectares scheduled")),
    codes=(
        *(NO_REPORT, REPORT_BARE_WORD, NO_SCHEDULE, NOTHING_SCHEDULED, NOBODY_VERIFIED, NOT_TO_YEAR_END),
        *(NOT_AT_WORK, NOTHING_BY_COMPANY, SMALL_BASE),
    ),
)
def land_reclaimed(facts: Facts, indicator: Indicator) -> Measurement:
    """Share of the hectares scheduled to be closed to date that were closed, as somebody other than the mine verified.

    Rule: verified ÷ scheduled, both since the mine began, by the latest report of the year that is more than a bare
    word and was verified, or else the latest; no more than was scheduled counts. Not applicable where a mine is neither in
    operation nor in closure and no report is on record, and where somebody other than the company says that nothing was
    scheduled by the end of the year.
    Unit: percent. Source: Ley 28090 arts. 6, 8; thresholds are policy.
    A report on the value of works alone says nothing of land, and is left out.
    Missing: what nobody but a company verified is unknown, and at best all that the mine reports; so is a report that would
    be the latest if somebody verified it. A report that ends before the year opens the range.
    """
    reports = [one for one in facts[ReclamationFact] if not one.is_of_works_alone]
    if not reports and _not_at_work(facts):
        return measurement(reports, applicable=False, reason=NOT_AT_WORK)
    on_paper = [_Land(one, facts.period_end) for one in reports if not one.bare_word]
    if not on_paper:
        return measurement(reports, {REPORT_BARE_WORD if reports else NO_REPORT})
    last = max(on_paper, key=lambda one: (one.verified is not None, one.order))
    deciding = [last, *(one for one in on_paper if one.could_come_after(last))]
    used = [one.report for one in deciding]
    if all(one.nothing_scheduled for one in deciding):
        return measurement(used, applicable=False, reason=NOTHING_SCHEDULED)
    missing = set[str]().union(*(one.lacks() for one in deciding))
    if not last.scheduled:
        return measurement(used, missing)
    return measurement(
        used,
        missing,
        {SMALL_BASE} if last.scheduled < FEWEST else (),
        value=last.share(last.verified),
        low=min(one.low for one in deciding),
        high=max(one.high for one in deciding),
        numerator=None if last.verified is None else min(last.verified, last.scheduled),
        denominator=None if last.verified is None else last.scheduled,
    )


@dataclass(frozen=True, slots=True)
class _Land:
    """What one report on paper says of the land, seen from the end of the year."""

    report: ReclamationFact
    year_end: date

    @property
    def order(self) -> tuple[date, str]:
        """The later report has the higher one."""
        return self.report.as_of, self.report.record

    @property
    def scheduled(self) -> Decimal | None:
        """The hectares that were to be closed; None where nobody says it."""
        return known_amount(self.report.scheduled_hectares)

    @property
    def verified(self) -> Decimal | None:
        """The hectares that somebody other than a company verified; None where nobody did."""
        return known_amount(self.report.verified_hectares) if self.report.verified_by_others else None

    @property
    def nothing_scheduled(self) -> bool:
        """Whether it shows that nothing was to be closed by the end of the year."""
        return self.scheduled == 0 and not self.lacks()

    def could_come_after(self, last: "_Land") -> bool:
        """Whether it would decide in place of the report that does, if somebody verified it."""
        return self is not last and self.verified is None and (last.verified is None or self.order > last.order)

    def lacks(self) -> set[str]:
        """Codes of what it leaves open."""
        found = {NOT_TO_YEAR_END} if self.report.as_of < self.year_end else set[str]()
        found |= {NOTHING_BY_COMPANY} if self.scheduled == 0 and self.report.voice == COMPANY else set()
        found |= {NO_SCHEDULE} if self.scheduled is None else set()
        return found | ({NOBODY_VERIFIED} if self.scheduled and self.verified is None else set())

    def share(self, hectares: Decimal | None) -> Decimal | None:
        """Percent of what was scheduled, at most all of it; None where either is unknown, or nothing was scheduled."""
        if hectares is None or not self.scheduled:
            return None
        return settle(HUNDRED * min(hectares, self.scheduled) / self.scheduled)

    @property
    def low(self) -> Decimal:
        """The least that the share could be by this report."""
        known = None if self.lacks() else self.share(self.verified)
        return ZERO if known is None else known

    @property
    def high(self) -> Decimal:
        """The most that the share could be by this report."""
        said = self.verified if self.verified is not None else known_amount(self.report.done_hectares)
        known = self.share(said) if self.lacks() <= {NOBODY_VERIFIED} else None
        return HUNDRED if known is None else known
