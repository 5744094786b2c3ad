"""Local content: who works at the mine."""

from collections.abc import Iterable
from decimal import Decimal

from compliance.evaluation.canonical import settle
from compliance.evaluation.criteria.measurement import (
    SMALL_BASE,
    ZERO,
    Measurement,
    Part,
    known_amount,
    known_count,
    records_of,
    sorted_codes,
)
from compliance.evaluation.criteria.shares import Share
from compliance.evaluation.employment import gives_a_share, weigh
from compliance.evaluation.facts import EmploymentFact, Facts
from compliance.evaluation.framework import HUNDRED, Indicator

LOCAL_DEFINITIONS = ("district", "province", "region", "national")


def local_hire_share(facts: Facts, indicator: Indicator) -> Measurement:
    """Share of full-time-equivalent workers, with contractors, who live in the direct-influence districts.

    Rule: district FTE ÷ total FTE over the returns that lie wholly in the period, each weighted by its days
    (`employment.weigh`); the same people under each definition of *local* (district, province, region, national)
    stand beside it.
    Unit: percent of FTE. Source: D.S. 040-2014-EM art. 57.5 (preference, no quota); thresholds are policy.
    Missing: people not known to be local do not count, and raise the best case, at most to the next wider
    definition; a return without contractors or without a total stays out of the value, and opens the range.
    """
    usable, others, missing = _returns(facts)
    shares = {level: Share() for level in LOCAL_DEFINITIONS}
    for report, total, weight in usable:
        known = _people_by_level(report, weight)
        for position, level in enumerate(LOCAL_DEFINITIONS):
            inner = [people for people in known[:position] if people is not None]
            outer = [people for people in known[position + 1 :] if people is not None]
            shares[level].add(total, known[position], least=max(inner, default=ZERO), most=min(outer, default=total))
        if known[0] is None:
            missing.add("no-district-figure")
    for share in shares.values():
        if others:
            share.open()
    records = [report for report, _, _ in usable] + others
    return shares["district"].measurement(
        missing, records, breakdown=tuple(shares[level].part(level) for level in LOCAL_DEFINITIONS)
    )


def _people_by_level(report: EmploymentFact, weight: Decimal) -> tuple[Decimal | None, ...]:
    levels = (report.district_fte, report.province_fte, report.region_fte, report.national_fte)
    return tuple(_weighted(people, weight) for people in levels)


def _weighted(people: Decimal | None, weight: Decimal) -> Decimal | None:
    known = known_amount(people)
    return None if known is None else settle(known * weight)


def women_share(facts: Facts, indicator: Indicator) -> Measurement:
    """Share of women among full-time-equivalent workers, contractors included.

    Rule: women FTE ÷ total FTE over the returns that lie wholly in the period, each weighted by its days.
    Unit: percent of FTE. Source: policy.
    Missing: as for local hire; where the number of women is unknown none are counted, and the best case is
    all.
    """
    usable, others, missing = _returns(facts)
    share = Share()
    for report, total, weight in usable:
        women = _weighted(report.women_fte, weight)
        share.add(total, women)
        if women is None:
            missing.add("no-women-figure")
    if others:
        share.open()
    return share.measurement(missing, [report for report, _, _ in usable] + others)


def _returns(facts: Facts) -> tuple[list[tuple[EmploymentFact, Decimal, Decimal]], list[EmploymentFact], set[str]]:
    """Split the period's returns into those that give a share, with weighted totals and weights, and those that do not."""
    reports = _in_period(facts)
    others = [report for report in reports if not gives_a_share(report)]
    missing = {"no-total" if report.contractors_included else "contractors-not-included" for report in others}
    usable = [
        (report, settle((report.total_fte or ZERO) * weight), weight)
        for report, weight in weigh(report for report in reports if gives_a_share(report))
    ]
    if not reports:
        missing.add("no-employment-return")
    return usable, others, missing


def _in_period(facts: Facts) -> list[EmploymentFact]:
    return [
        report
        for report in facts.employment
        if report.period_start >= facts.period_start and report.period_end <= facts.period_end
    ]


def foreign_headcount(facts: Facts, indicator: Indicator) -> Measurement:
    """Whether every employer keeps foreign staff within the legal share of its headcount.

    Rule: for each employer's latest return in the period, foreigners that count ÷ staff <= 20 percent;
    foreigners excluded by article 3 are not counted, and an exonerated employer (article 6) passes and is
    flagged. One employer above the limit breaks it for the project.
    Unit: percent of headcount, the highest of all employers. Source: D.Leg. 689 arts. 3, 4, 6.
    Missing: an employer whose latest figures are not complete is unknown; earlier returns do not stand in
    for it.
    """
    limit = indicator.parameter("maximum_percent", facts.period_end)
    reports = _latest_by_employer(_in_period(facts))
    parts, verdicts, missing, flags = [], list[bool | None](), set[str](), set[str]()
    for report in reports:
        staff, foreign = known_count(report.staff_headcount), known_count(report.foreign_headcount)
        share = _percent(foreign, staff)
        parts.append(Part(name=report.employer, value=share, numerator=foreign, denominator=staff))
        if report.foreign_exonerated:
            flags.add("exonerated")
            verdicts.append(True)
        else:
            verdicts.append(None if share is None else share <= limit)
            if share is None:
                missing.add("no-headcount")
    if not reports:
        missing.add("no-employment-return")
    passes = _all_kept(verdicts)
    if passes is False:
        parts_that_count = [part for part, kept in zip(parts, verdicts, strict=True) if kept is False]
    else:
        bound = [part for part, report in zip(parts, reports, strict=True) if not report.foreign_exonerated]
        parts_that_count = [part for part in bound or parts if part.value is not None]
    if passes is None or not parts_that_count:
        return Measurement(
            unit="percent",
            passes=passes,
            missing=sorted_codes(missing),
            flags=sorted_codes(flags),
            records=records_of(reports),
            breakdown=tuple(parts),
        )
    highest = max(parts_that_count, key=lambda part: (part.value or ZERO, part.name))
    if highest.denominator is not None and highest.denominator < SMALL_BASE:
        flags.add("small-base")
    return Measurement(
        unit="percent",
        value=highest.value,
        passes=passes,
        numerator=highest.numerator,
        denominator=highest.denominator,
        missing=sorted_codes(missing),
        flags=sorted_codes(flags),
        records=records_of(reports),
        breakdown=tuple(parts),
        decided_by=highest.name,
    )


def _latest_by_employer(reports: Iterable[EmploymentFact]) -> list[EmploymentFact]:
    """Choose each employer's return that ends last (the shortest such); two for the same days both count."""
    latest: dict[str, list[EmploymentFact]] = {}
    for report in reports:
        rivals = latest.setdefault(report.employer, [])
        days = (report.period_end, report.period_start)
        if not rivals or days > (rivals[0].period_end, rivals[0].period_start):
            latest[report.employer] = [report]
        elif days == (rivals[0].period_end, rivals[0].period_start):
            rivals.append(report)
    return [report for employer in sorted(latest) for report in latest[employer]]


def _all_kept(verdicts: Iterable[bool | None]) -> bool | None:
    """Say broken if any is, unknown if any is or there is none, kept otherwise."""
    seen = set(verdicts)
    if False in seen:
        return False
    return None if None in seen or not seen else True


def _percent(part: Decimal | None, whole: Decimal | None) -> Decimal | None:
    return None if part is None or not whole else settle(HUNDRED * part / whole)
