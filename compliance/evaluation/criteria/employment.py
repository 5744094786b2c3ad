"""Employment: who works at the mine."""

from collections.abc import Iterable
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
from compliance.evaluation.employment import gives_a_share, span_of, weigh
from compliance.evaluation.facts import EmploymentFact, Facts
from compliance.evaluation.framework import HUNDRED, Indicator
from compliance.evaluation.words import code, gettext_noop

CONTRACTORS_NOT_INCLUDED = code("contractors-not-included", gettext_noop("the workers of contractors are left out"))
EXONERATED = code("exonerated", gettext_noop("an exoneration is on record"))
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

_OF_RETURNS = (
    NO_EMPLOYMENT_RETURN,
    NO_TOTAL,
    CONTRACTORS_NOT_INCLUDED,
    PERIOD_NOT_COVERED,
    RETURNS_OVERLAP,
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
    codes=(*_OF_RETURNS, NO_DISTRICT_FIGURE),
)
def local_hire_share(facts: Facts, indicator: Indicator) -> Measurement:
    """Share of full-time-equivalent workers, with contractors, who live in the direct-influence districts.

    Rule: district FTE ÷ total FTE over the returns that lie wholly in the period, each weighted by its days
    (`employment.weigh`); the same people under each definition of *local* (district, province, region, national)
    stand beside it. Of returns of one employer that overlap, the longest counts.
    Unit: percent of FTE. Source: D.S. 040-2014-EM art. 57.5 (preference, no quota); thresholds are policy.
    Missing: people not known to be local do not count, and raise the best case, at most to the next wider
    definition; a return without contractors or without a total, or one that overlaps a longer one, stays out of the
    value and opens the range, and so do days of the period that are not reported on.
    """
    returns = _Returns(facts)
    shares = {level: Share() for level in LOCAL_DEFINITIONS}
    for report, total, weight in returns.usable:
        known = _people_by_level(report, weight)
        for position, level in enumerate(LOCAL_DEFINITIONS):
            inner = [people for people in known[:position] if people is not None]
            outer = [people for people in known[position + 1 :] if people is not None]
            shares[level].add(total, known[position], least=max(inner, default=ZERO), most=min(outer, default=total))
        if known[0] is None:
            returns.missing.add(NO_DISTRICT_FIGURE)
    return returns.measurement(shares[LOCAL_DEFINITIONS[0]], beside=shares)


def _people_by_level(report: EmploymentFact, weight: Decimal) -> tuple[Decimal | None, ...]:
    return tuple(_weighted(getattr(report, f"{level}_fte"), weight) for level in LOCAL_DEFINITIONS)


def _weighted(people: Decimal | None, weight: Decimal) -> Decimal | None:
    known = known_amount(people)
    return None if known is None else settle(known * weight)


@measure(divides=(gettext_noop("women"), gettext_noop("all workers")), codes=(*_OF_RETURNS, NO_WOMEN_FIGURE))
def women_share(facts: Facts, indicator: Indicator) -> Measurement:
    """Share of women among full-time-equivalent workers, contractors included.

    Rule: women FTE ÷ total FTE over the returns that lie wholly in the period, each weighted by its days.
    Unit: percent of FTE. Source: policy.
    Missing: as for local hire; where the number of women is unknown none are counted, and the best case is
    all.
    """
    returns = _Returns(facts)
    share = Share()
    for report, total, weight in returns.usable:
        women = _weighted(report.women_fte, weight)
        share.add(total, women)
        if women is None:
            returns.missing.add(NO_WOMEN_FIGURE)
    return returns.measurement(share)


class _Returns:
    """The period's returns: those that give a share, with weighted totals and weights, and what is known to lack."""

    def __init__(self, facts: Facts) -> None:
        self.reports = _in_period(facts)
        weighed = weigh(report for report in self.reports if gives_a_share(report))
        self.usable = [
            (report, settle((report.total_fte or ZERO) * weight), weight) for report, weight in weighed.counted
        ]
        without_share = [report for report in self.reports if not gives_a_share(report)]
        self.missing = {
            NO_TOTAL if report.contractors_included else CONTRACTORS_NOT_INCLUDED for report in without_share
        }
        if not self.reports:
            self.missing.add(NO_EMPLOYMENT_RETURN)
        self.flags = set[str]()
        if weighed.left_out:
            self.flags.add(RETURNS_OVERLAP)
        if self.usable and not weighed.covers(facts.period_start, facts.period_end):
            self.flags.add(PERIOD_NOT_COVERED)
        self.are_all = not (without_share or self.flags)

    def measurement(self, share: Share, beside: dict[str, Share] | None = None) -> Measurement:
        """Spell a share of these returns, open where there is more than they say."""
        beside = beside or {}
        if not self.are_all:
            for one in (share, *beside.values()):
                one.open()
        breakdown = tuple(one.part(name) for name, one in beside.items())
        return share.measurement(self.missing, self.reports, flags=self.flags, breakdown=breakdown)


def _in_period(facts: Facts) -> list[EmploymentFact]:
    start, end = facts.period_start, facts.period_end
    return [report for report in facts[EmploymentFact] if start <= report.period_start and report.period_end <= end]


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
        flags.add("small-base")
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
    """One employer's own staff, and whether its foreigners are within the limit; None: not known."""

    def __init__(self, report: EmploymentFact, limit: Decimal) -> None:
        staff, foreign = known_count(report.staff_headcount), known_count(report.foreign_headcount)
        share = None if foreign is None or not staff else settle(HUNDRED * foreign / staff)
        self.report = report
        self.part = Part(name=report.employer, value=share, numerator=foreign, denominator=staff)
        self.exonerated = report.foreign_exonerated
        self.kept = True if self.exonerated else None if share is None else share <= limit


def _decisive(staffs: list[_Staff], passes: bool | None) -> Part:
    """The employer with the highest share: of those that break the rule, else of those that are bound by it."""
    if passes is None:
        return Part(name="")
    bound = [staff for staff in staffs if (staff.kept is False if passes is False else not staff.exonerated)]
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
