"""Sums over a period, such as who left or was hurt: of returns that may count the same people only one shows them.

A year beside its quarters, or a company with its contractors beside a contractor, would let one be subtracted from the other.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import chain

from compliance.evaluation.employment import days, overlap, span_of
from compliance.evaluation.facts import EmploymentFact


def sums_left_out(
    returns: Sequence[EmploymentFact], sums: Iterable[str], before: Mapping[str, Collection[str]]
) -> dict[str, set[str]]:
    """By record the sums that are not shown, because another return that may count the same people shows them.

    `before`: by record the columns that documents of before show; these rows go first, then the longest and fullest.
    """
    found: dict[str, set[str]] = {}
    for name in sums:
        for group in counting_the_same(row for row in returns if getattr(row, name) is not None):
            shown = [row for row in group if name in before.get(row.record, ())] or [
                min(group, key=longest_and_fullest)
            ]
            for row in group:
                if row not in shown:
                    found.setdefault(row.record, set()).add(name)
    return found


def longest_and_fullest(row: EmploymentFact) -> tuple[object, ...]:
    """The order in which one of several returns is shown."""
    return (-days(span_of(row)), -(row.total_fte or 0), row.record)


def counting_the_same(returns: Iterable[EmploymentFact]) -> list[list[EmploymentFact]]:
    """The returns in groups; of two groups no returns may count the same people on the same day."""
    groups: list[list[EmploymentFact]] = []
    for row in returns:
        touched = [group for group in groups if any(may_count_the_same(row, one) for one in group)]
        groups = [*(group for group in groups if group not in touched), [row, *chain.from_iterable(touched)]]
    return groups


def may_count_the_same(one: EmploymentFact, other: EmploymentFact) -> bool:
    """Whether two returns share a day and are of one employer, or either is not known to leave contractors out."""
    own_only = one.contractors_included is False and other.contractors_included is False
    return overlap(one, other) and (one.employed_by == other.employed_by or not own_only)
