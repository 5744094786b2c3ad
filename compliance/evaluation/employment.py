"""Which employment returns count, and how much each: workers are averaged over the days that are reported on."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from compliance.evaluation.canonical import settle
from compliance.evaluation.facts import EmploymentFact

Span = tuple[date, date]
"""A first and a last day, both included."""


@dataclass(frozen=True, slots=True)
class Weighed:
    """The returns that count, each with its weight (0 to 1), and those that are left out because they overlap."""

    counted: list[tuple[EmploymentFact, Decimal]]
    left_out: list[EmploymentFact]

    def covers(self, first: date, last: date) -> bool:
        """Whether somebody reports on every day, and nobody only before and after some days."""
        own = defaultdict(list)
        for report, _weight in self.counted:
            own[report.employed_by].append(span_of(report))
        every_day = merged(span for spans in own.values() for span in spans) == [(first, last)]
        return every_day and all(len(merged(spans)) == 1 for spans in own.values())


def gives_a_share(report: EmploymentFact) -> bool:
    """Whether a return says how many people there were in all, contractors' workers included."""
    return bool(report.contractors_included) and report.total_fte is not None and report.total_fte >= 0


def in_days(reports: Iterable[EmploymentFact], first: date, last: date) -> list[EmploymentFact]:
    """The returns that lie in these days, and of those that are carried into them from another year the days shared."""
    reports = list(reports)
    own = [one for one in reports if not one.carried and first <= one.period_start and one.period_end <= last]
    reaching = [one for one in reports if one.carried and share_a_day(span_of(one), (first, last))]
    clipped = [
        replace(one, period_start=max(one.period_start, first), period_end=min(one.period_end, last))
        for one in reaching
    ]
    return own + clipped


def by_days(report: EmploymentFact) -> tuple[object, ...]:
    """The order in which returns that overlap are preferred: the longest first."""
    return (-days(span_of(report)), report.record)


def by_people(report: EmploymentFact) -> tuple[object, ...]:
    """The order in which returns that overlap are preferred: the fullest first, so that a chosen few hide nobody."""
    return (-(report.total_fte or 0), *by_days(report))


def weigh(reports: Iterable[EmploymentFact], preferred: Callable[[EmploymentFact], Any] = by_days) -> Weighed:
    """Weigh each return by its days.

    Four quarters of 100 workers are 100 workers in the year, and so are the first and the last alone: an employer is
    taken to have been there from its first reported day to its last, with its average on the days between that it does
    not report on, and nobody is averaged over days on which no employer was there. Where returns of one employer
    overlap, the preferred one stands and the others are left out, so that nobody counts twice.
    """
    counted, left_out = without_overlaps(reports, preferred)
    presence = {employer: (rows[0].period_start, rows[-1].period_end) for employer, rows in counted.items()}
    everything = sum(days(span) for span in merged(presence.values()))
    weights = []
    for employer, rows in counted.items():
        reported = sum(days(span_of(report)) for report in rows)
        for report in rows:
            weight = Decimal(days(span_of(report)) * days(presence[employer])) / (reported * everything)
            weights.append((report, settle(weight)))
    return Weighed(sorted(weights, key=lambda weighed: weighed[0].record), left_out)


def without_overlaps(
    reports: Iterable[EmploymentFact], preferred: Callable[[EmploymentFact], Any] = by_days
) -> tuple[dict[tuple[str, str], list[EmploymentFact]], list[EmploymentFact]]:
    """Each employer's returns of which no two share a day, in order of time, and those left out for sharing one."""
    counted: defaultdict[tuple[str, str], list[EmploymentFact]] = defaultdict(list)
    left_out = []
    for report in sorted(reports, key=preferred):
        if any(overlap(report, other) for other in counted[report.employed_by]):
            left_out.append(report)
        else:
            counted[report.employed_by].append(report)
    return {employer: sorted(rows, key=span_of) for employer, rows in counted.items()}, left_out


def overlap(one: EmploymentFact, other: EmploymentFact) -> bool:
    """Whether two returns share a day."""
    return share_a_day(span_of(one), span_of(other))


def share_a_day(one: Span, other: Span) -> bool:
    """Whether a day lies in both."""
    return one[0] <= other[1] and other[0] <= one[1]


def span_of(report: EmploymentFact) -> Span:
    """The days that a return reports on."""
    return report.period_start, report.period_end


def days(span: Span) -> int:
    """Days from the first to the last, both included."""
    return (span[1] - span[0]).days + 1


def merged(spans: Iterable[Span]) -> list[Span]:
    """The same days in the fewest spans, in order."""
    found: list[Span] = []
    for first, last in sorted(spans):
        if found and first <= found[-1][1] + timedelta(days=1):
            found[-1] = (found[-1][0], max(found[-1][1], last))
        else:
            found.append((first, last))
    return found
