"""Which employment returns count, and how much each: workers are averaged over the days that are reported on."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from compliance.evaluation.canonical import settle
from compliance.evaluation.facts import EmploymentFact


def gives_a_share(report: EmploymentFact) -> bool:
    """Whether a return says how many people there were in all, contractors' workers included."""
    return bool(report.contractors_included) and report.total_fte is not None and report.total_fte >= 0


def weigh(reports: Iterable[EmploymentFact]) -> list[tuple[EmploymentFact, Decimal]]:
    """The returns that count, each with its share (0 to 1) of the days that they span together.

    Four quarters of 100 workers are 100 workers in the year. Where returns of one employer overlap, the longest
    stands and the others are left out, so that nobody counts twice.
    """
    counted: list[EmploymentFact] = []
    for report in sorted(reports, key=lambda report: (-days(report.period_start, report.period_end), report.record)):
        if not any(overlap(report, other) for other in counted):
            counted.append(report)
    if not counted:
        return []
    span = days(min(report.period_start for report in counted), max(report.period_end for report in counted))
    return [
        (report, settle(Decimal(days(report.period_start, report.period_end)) / span))
        for report in sorted(counted, key=lambda report: report.record)
    ]


def days(first: date, last: date) -> int:
    """Days from the first to the last, both included."""
    return (last - first).days + 1


def overlap(one: EmploymentFact, other: EmploymentFact) -> bool:
    """Whether two returns are of one employer and share a day."""
    return (
        one.employer == other.employer and one.period_start <= other.period_end and other.period_start <= one.period_end
    )
