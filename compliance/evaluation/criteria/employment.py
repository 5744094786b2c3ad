"""Employment: who works at the mine."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal

from compliance.evaluation.canonical import ZERO, settle
from compliance.evaluation.criteria.measurement import (
    FEWEST,
    SMALL_BASE,
    Measurement,
    Part,
    known_amount,
    known_count,
    measurement,
)
from compliance.evaluation.criteria.registry import measure
from compliance.evaluation.criteria.shares import Share
from compliance.evaluation.employment import Span, by_days, by_people, gives_a_share, in_days, merged, span_of, weigh
from compliance.evaluation.facts import EmploymentFact, ExpectedFact, Facts
from compliance.evaluation.framework import HUNDRED, Indicator
from compliance.evaluation.words import code, gettext_noop

CONTRACTORS_NOT_INCLUDED = code("contractors-not-included", gettext_noop("the workers of contractors are left out"))
EXONERATED = code("exonerated", gettext_noop("an exoneration is on record"))
MAXIMUM_PAY_PERCENT = code("maximum_pay_percent", gettext_noop("how much of all pay may be theirs at most"))
MAXIMUM_PERCENT = code("maximum_percent", gettext_noop("how many foreigners there may be at most"))
NO_DISTRICT_FIGURE = code("no-district-figure", gettext_noop("nobody says how many workers live in the districts"))
NO_EMPLOYMENT_RETURN = code("no-employment-return", gettext_noop("nobody reported the workers"))
NO_HEADCOUNT = code("no-headcount", gettext_noop("the number of employees is missing"))
NO_TOTAL = code("no-total", gettext_noop("the number of all workers is missing"))
NO_WOMEN_FIGURE = code("no-women-figure", gettext_noop("nobody says how many workers are women"))
PERIOD_NOT_COVERED = code("period-not-covered", gettext_noop("nobody reports on a part of the year"))
RETURNS_OVERLAP = code(
    "returns-overlap", gettext_noop("two reports of one employer are about the same days; the longer one counts")
)

COUNTED_TWICE = code(
    "counted-twice", gettext_noop("a return with contractors' workers stands beside returns of other employers")
)
CONTRACTORS_NOT_SAID = code(
    "contractors-not-said",
    gettext_noop(
        "nobody says whether a return holds contractors' workers, and it stands beside returns of other employers"
    ),
)
PAY_NOT_STATED = code("pay-not-stated", gettext_noop("nobody says what the employees were paid, foreigners and all"))
EXONERATION_HAS_SCOPE = code(
    "exoneration_has_scope", gettext_noop("whether an exoneration excuses only those whom it names, up to its last day")
)
EXONERATION_WITHOUT_SCOPE = code(
    "exoneration-without-scope",
    gettext_noop("an exoneration does not say whom it excuses, what they are paid or until when"),
)
EXONERATION_ENDED = code(
    "exoneration-ended", gettext_noop("an exoneration ends before the days of the report do, and excuses nobody in it")
)
EXONERATION_BARE_WORD = code(
    "exoneration-bare-word", gettext_noop("an exoneration is a bare word without document, and excuses nobody")
)

OF_RETURNS = (
    NO_EMPLOYMENT_RETURN,
    NO_TOTAL,
    CONTRACTORS_NOT_INCLUDED,
    PERIOD_NOT_COVERED,
    RETURNS_OVERLAP,
    COUNTED_TWICE,
    CONTRACTORS_NOT_SAID,
    SMALL_BASE,
)

LOCAL_DEFINITIONS = (
    code("district", gettext_noop("living in the districts")),
    code("province", gettext_noop("living in the province")),
    code("region", gettext_noop("living in the region")),
    code("national", gettext_noop("nationals")),
)
"""Who counts as local, from the nearest to the widest."""


@measure(
    divides=(gettext_noop("workers who live in the districts"), gettext_noop("all workers")),
    codes=(*OF_RETURNS, NO_DISTRICT_FIGURE),
)
def local_hire_share(facts: Facts, indicator: Indicator) -> Measurement:
    """Share of full-time-equivalent workers, with contractors, who live in the direct-influence districts.

    Rule: district FTE ÷ total FTE over the returns of the period, each weighted by its days
    (`employment.weigh`); the same people under each definition of *local* (district, province, region, national)
    stand beside it. Of returns of one employer that overlap, the longest counts. Where a list of the employers is
    asked for, every employer's own return adds up, and of returns that overlap the fullest counts; one who reports on
    some days only is taken to have been there on those alone where the list says how many workers there were in all.
    Unit: percent of FTE. Source: D.S. 040-2014-EM art. 57.5 (preference, no quota); thresholds are policy.
    Missing: people not known to be local do not count, and raise the best case, at most to the next wider
    definition; a return without contractors or without a total, or one that overlaps a longer one, stays out of the
    value and opens the range, and so do days of the period that are not reported on.
    """
    returns = Returns(facts, indicator)
    shares = {level: Share() for level in LOCAL_DEFINITIONS}
    for report, total, weight in returns.usable:
        known = people_by_level(report, weight)
        for position, level in enumerate(LOCAL_DEFINITIONS):
            inner = [people for people in known[:position] if people is not None]
            outer = [people for people in known[position + 1 :] if people is not None]
            shares[level].add(total, known[position], least=max(inner, default=ZERO), most=min(outer, default=total))
        if known[0] is None:
            returns.missing.add(NO_DISTRICT_FIGURE)
    return returns.measurement(shares[LOCAL_DEFINITIONS[0]], beside=shares)


def people_by_level(report: EmploymentFact, weight: Decimal) -> tuple[Decimal | None, ...]:
    """The workers of a return who are local by each definition, the nearest first, weighted; None where nobody says it."""
    return tuple(weighted(getattr(report, f"{level}_fte"), weight) for level in LOCAL_DEFINITIONS)


def weighted(people: Decimal | None, weight: Decimal) -> Decimal | None:
    """Some workers of a return by its weight; None where nobody says how many there are."""
    known = known_amount(people)
    return None if known is None else settle(known * weight)


@measure(divides=(gettext_noop("women"), gettext_noop("all workers")), codes=(*OF_RETURNS, NO_WOMEN_FIGURE))
def women_share(facts: Facts, indicator: Indicator) -> Measurement:
    """Share of women among full-time-equivalent workers, contractors included.

    Rule: women FTE ÷ total FTE over the returns of the period, each weighted by its days.
    Unit: percent of FTE. Source: policy.
    Missing: as for local hire; where the number of women is unknown none are counted, and the best case is
    all.
    """
    returns = Returns(facts, indicator)
    share = Share()
    for report, total, weight in returns.usable:
        women = weighted(report.women_fte, weight)
        share.add(total, women)
        if women is None:
            returns.missing.add(NO_WOMEN_FIGURE)
    return returns.measurement(share)


class Returns:
    """The period's returns: those that give a share, with weighted totals and weights, and what is known to lack."""

    def __init__(self, facts: Facts, indicator: Indicator) -> None:
        self.reports = _in_period(facts)
        self.adds_up = adds_up = "employment" in indicator.lists
        usable = [one for one in self.reports if gives_a_share(one) or (adds_up and one.total_fte is not None)]
        weighed = weigh(usable, by_people if adds_up else by_days)
        self.usable = [
            (report, settle((report.total_fte or ZERO) * weight), weight) for report, weight in weighed.counted
        ]
        without_share = [report for report in self.reports if report not in usable]
        self.missing = {
            NO_TOTAL if report.contractors_included else CONTRACTORS_NOT_INCLUDED for report in without_share
        }
        if not self.reports:
            self.missing.add(NO_EMPLOYMENT_RETURN)
        self.flags = set[str]()
        if weighed.left_out:
            self.flags.add(RETURNS_OVERLAP)
        if adds_up and len({one.employed_by for one in usable}) > 1:
            self.flags |= {COUNTED_TWICE for one in usable if one.contractors_included}
            self.missing |= {CONTRACTORS_NOT_SAID for one in usable if one.contractors_included is None}
        if self.usable and not weighed.covers(facts.period_start, facts.period_end):
            self.flags.add(PERIOD_NOT_COVERED)
        if adds_up and not _workers_are_listed(facts) and not _all_year(weighed.counted, facts):
            self.flags.add(PERIOD_NOT_COVERED)
        self.are_all = not (without_share or self.flags or CONTRACTORS_NOT_SAID in self.missing)

    def measurement(self, share: Share, beside: dict[str, Share] | None = None) -> Measurement:
        """Spell a share of these returns, open where there is more than they say.

        Where every employer's own return must add up, and these do not, nothing limits the share.
        """
        beside = beside or {}
        if not self.are_all:
            for one in (share, *beside.values()):
                one.open()
        breakdown = tuple(one.part(name) for name, one in beside.items())
        found = share.measurement(self.missing, self.reports, flags=self.flags, breakdown=breakdown)
        return replace(found, low=None, high=None) if self.adds_up and not self.are_all else found


def _workers_are_listed(facts: Facts) -> bool:
    """Whether a document says how many workers there were, so that whoever reports too few days is seen."""
    return any(one.of == "employment" and one.people for one in facts[ExpectedFact])


def _all_year(counted: Iterable[tuple[EmploymentFact, Decimal]], facts: Facts) -> bool:
    """Whether each employer reports on every day of the period."""
    spans = defaultdict[tuple[str, str], list[Span]](list)
    for report, _weight in counted:
        spans[report.employed_by].append(span_of(report))
    return all(merged(own) == [(facts.period_start, facts.period_end)] for own in spans.values())


def _in_period(facts: Facts) -> list[EmploymentFact]:
    return in_days(facts[EmploymentFact], facts.period_start, facts.period_end)


@measure(
    divides=(gettext_noop("foreigners who count"), gettext_noop("all employees")),
    codes=(NO_EMPLOYMENT_RETURN, NO_HEADCOUNT, EXONERATED, SMALL_BASE),
    parameters=(MAXIMUM_PERCENT,),
)
def foreign_headcount(facts: Facts, indicator: Indicator) -> Measurement:
    """Whether every employer keeps foreign staff within the legal share of its headcount.

    Rule: for each employer's latest return in the period, foreigners that count ÷ staff <= 20 percent;
    foreigners excluded by article 3 are not counted, and an exonerated employer (article 6) passes and is
    flagged. One employer above the limit breaks it for the project.
    Unit: percent of headcount, the highest of all employers. Source: D.Leg. 689 arts. 3, 4, 6.
    Missing: an employer whose latest figures are not complete is unknown; earlier returns do not stand in
    for it.
    """
    limit = indicator.parameter(MAXIMUM_PERCENT, facts.period_end)
    staffs = [_Staff(report, limit) for report in _latest_by_employer(_in_period(facts))]
    passes = _all_kept(staff.kept for staff in staffs)
    decisive = _decisive(staffs, passes)
    missing = {NO_HEADCOUNT for staff in staffs if staff.kept is None} if staffs else {NO_EMPLOYMENT_RETURN}
    flags = {EXONERATED for staff in staffs if staff.exonerated}
    if decisive.denominator is not None and decisive.denominator < FEWEST:
        flags.add(SMALL_BASE)
    return measurement(
        (staff.report for staff in staffs),
        missing,
        flags,
        value=decisive.value,
        passes=passes,
        numerator=decisive.numerator,
        denominator=decisive.denominator,
        breakdown=tuple(staff.part for staff in staffs),
        decided_by=decisive.name,
    )


@measure(
    divides=(gettext_noop("foreigners who count"), gettext_noop("all employees")),
    codes=(
        *(NO_EMPLOYMENT_RETURN, NO_HEADCOUNT, PAY_NOT_STATED, PERIOD_NOT_COVERED),
        *(EXONERATED, EXONERATION_BARE_WORD, EXONERATION_WITHOUT_SCOPE, EXONERATION_ENDED, SMALL_BASE),
    ),
    parameters=(MAXIMUM_PERCENT, MAXIMUM_PAY_PERCENT),
    optional_parameters=(EXONERATION_HAS_SCOPE,),
)
def foreign_staff(facts: Facts, indicator: Indicator) -> Measurement:
    """Whether every employer keeps foreign staff within the legal share of its headcount and of its payroll, all year.

    Rule: in every return of the period, foreigners that count ÷ staff <= 20 percent and their pay ÷ all pay <= 30
    percent; foreigners excluded by article 3 are not counted. An exoneration (article 6) excuses where a document
    stands behind it: the whole employer, or, where exonerations have a scope, only those whom it names, with their pay,
    in returns that end by its last day. One return above a limit breaks the rule for the project.
    Unit: percent of headcount, the highest of all returns. Source: D.Leg. 689 arts. 3, 4, 6; D.S. 014-92-TR arts. 18-20.
    Missing: a headcount or pay that is not stated, or days on which an employer does not report, are unknown. So is
    what an exoneration decides that does not say whom it excuses, what they are paid or until when.
    """
    heads, pay = (indicator.parameter(name, facts.period_end) for name in (MAXIMUM_PERCENT, MAXIMUM_PAY_PERCENT))
    has_scope = indicator.asks(EXONERATION_HAS_SCOPE, facts.period_end)
    staffs = [_Staff(report, heads, pay, has_scope=has_scope) for report in _in_period(facts)]
    missing = set[str]() if staffs else {NO_EMPLOYMENT_RETURN}
    for staff in staffs:
        missing |= {NO_HEADCOUNT} if staff.no_heads else set()
        missing |= {PAY_NOT_STATED} if staff.no_pay else set()
        missing |= {EXONERATION_WITHOUT_SCOPE} if staff.scope_decides else set()
    spans = defaultdict[tuple[str, str], list[Span]](list)
    for staff in staffs:
        spans[staff.report.employed_by].append(span_of(staff.report))
    if any(merged(own) != [(facts.period_start, facts.period_end)] for own in spans.values()):
        missing.add(PERIOD_NOT_COVERED)
    kept = _all_kept(staff.kept for staff in staffs)
    passes = None if kept and missing else kept
    decisive = _decisive(staffs, kept is not False)
    flags = {EXONERATED for staff in staffs if staff.exonerated}
    flags |= {EXONERATION_BARE_WORD for staff in staffs if staff.report.foreign_exonerated and not staff.exonerated}
    flags |= {EXONERATION_ENDED for staff in staffs if staff.ended}
    if decisive.denominator is not None and decisive.denominator < FEWEST:
        flags.add(SMALL_BASE)
    return measurement(
        (staff.report for staff in staffs),
        missing,
        flags,
        value=decisive.value,
        passes=passes,
        numerator=decisive.numerator,
        denominator=decisive.denominator,
        breakdown=tuple(staff.part for staff in staffs),
        decided_by=decisive.name,
    )


class _Staff:
    """One employer's own staff, and whether its foreigners are within the limits; None: not known.

    Without a limit of the pay, only heads are counted, and an exoneration excuses whoever says so.
    """

    def __init__(
        self, report: EmploymentFact, limit: Decimal, pay_limit: Decimal | None = None, *, has_scope: bool = False
    ) -> None:
        staff, all_pay = known_count(report.staff_headcount), known_amount(report.staff_pay)
        ends_before = report.exonerated_until is not None and report.exonerated_until < report.period_end
        self.report = report
        self.exonerated = report.foreign_exonerated and (pay_limit is None or not report.bare_word)
        self.excused = self.exonerated and not has_scope
        self.ended = self.exonerated and has_scope and ends_before
        self.excuses_some = self.exonerated and has_scope and not ends_before
        most, fewest = self._counting(known_count(report.foreign_headcount), known_count(report.exonerated_headcount))
        most_pay, least_pay = self._counting(known_amount(report.foreign_pay), known_amount(report.exonerated_pay))
        self.part = Part(name=report.employer, value=_percent(most, staff), numerator=most, denominator=staff)
        self.kept_heads = self.excused or _kept(_percent(most, staff), _percent(fewest, staff), limit)
        self.kept_pay = (
            self.excused
            or pay_limit is None
            or _kept(_percent(most_pay, all_pay), _percent(least_pay, all_pay), pay_limit)
        )
        self.kept = _all_kept([self.kept_heads, self.kept_pay])
        self.no_heads = self.part.value is None and not self.excused
        self.no_pay = _percent(most_pay, all_pay) is None and not self.excused
        self.scope_decides = (self.kept_heads is None and not self.no_heads) or (
            self.kept_pay is None and not self.no_pay
        )

    def _counting(self, foreign: Decimal | None, named: Decimal | None) -> tuple[Decimal | None, Decimal | None]:
        """How many of the foreigners, or how much of their pay, count against the limit at most and at least."""
        if foreign is None or not self.excuses_some:
            return foreign, foreign
        at_least = max(foreign - named, ZERO) if named is not None else ZERO
        sure = named is not None and self.report.exonerated_until is not None
        return at_least if sure else foreign, at_least


def _kept(most: Decimal | None, least: Decimal | None, limit: Decimal) -> bool | None:
    """Whether a share that lies between two is within a limit; None where it may be."""
    if most is None or least is None:
        return None
    return True if most <= limit else False if least > limit else None


def _percent(part: Decimal | None, whole: Decimal | None) -> Decimal | None:
    return None if part is None or not whole else settle(HUNDRED * part / whole)


def _decisive(staffs: list[_Staff], passes: bool | None) -> Part:
    """The employer with the highest share: of those that break the rule, else of those that are bound by it."""
    if passes is None:
        return Part(name="")
    bound = [staff for staff in staffs if (staff.kept is False if passes is False else not staff.excused)]
    known = [staff.part for staff in bound or staffs if staff.part.value is not None]
    return max(known, key=lambda part: (part.value or ZERO, part.name), default=Part(name=""))


def _latest_by_employer(reports: Iterable[EmploymentFact]) -> list[EmploymentFact]:
    """Choose each employer's return that ends last (the shortest such); two for the same days both count."""
    latest: dict[tuple[str, str], list[EmploymentFact]] = {}
    for report in sorted(reports, key=lambda report: (report.period_end, report.period_start), reverse=True):
        own = latest.setdefault(report.employed_by, [])
        if not own or span_of(own[0]) == span_of(report):
            own.append(report)
    return [report for employer in sorted(latest) for report in latest[employer]]


def _all_kept(verdicts: Iterable[bool | None]) -> bool | None:
    """Say broken if any is, unknown if any is or there is none, kept otherwise."""
    seen = set(verdicts)
    if False in seen:
        return False
    return None if None in seen or not seen else True
