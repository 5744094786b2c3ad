"""Sums over a period: of returns that may count the same people only one shows who left or was hurt."""

from decimal import Decimal
from typing import Any

import pytest

from compliance.evaluation.facts import EmploymentFact
from compliance.evaluation.overlapping_sums import sums_left_out
from compliance.evaluation.small_numbers import Seen, cover, showing
from tests.compliance.evaluation.builders import day, employment, facts

HALF = {"period_end": day("2025-06-30")}
SECOND = {"period_start": day("2025-07-01")}


def left_out(*returns: EmploymentFact, before: Any = None) -> dict[str, set[str]]:
    return sums_left_out(returns, ("quits", "accidents"), before or {})


def told(number: int, **said: Any) -> EmploymentFact:
    """A return of own workers alone."""
    usual: dict[str, Any] = {"total_fte": 100, "quits": 7, "contractors_included": False}
    return employment(record=f"employment-return/{number}", **usual | said)


def test_beside_the_year_its_halves_do_not_show_it() -> None:
    year, first, second = told(1), told(2, **HALF), told(3, **SECOND)
    assert left_out(year, first, second) == {"employment-return/2": {"quits"}, "employment-return/3": {"quits"}}
    assert left_out(first, second) == {}, "no day is in both"
    assert left_out(first, told(4, quits=None, accidents=6), second) == {}, "the year says nothing of those who left"
    assert left_out(first, second, year).keys() == {"employment-return/2", "employment-return/3"}


def test_of_two_as_long_the_fullest_shows_it_and_then_the_first() -> None:
    assert left_out(told(1, total_fte=90), told(2)) == {"employment-return/1": {"quits"}}
    assert left_out(told(2), told(1)) == {"employment-return/2": {"quits"}}
    assert left_out(told(1, total_fte=None), told(2)).keys() == {"employment-return/1"}


@pytest.mark.parametrize(
    ("whole", "other", "bars"),
    [(True, False, True), (False, True, True), (None, False, True), (False, None, True), (False, False, False)],
)
def test_beside_a_return_that_may_include_contractors_their_own_do_not_show_it(
    whole: Any, other: Any, bars: bool
) -> None:
    returns = told(1, contractors_included=whole), told(2, employer="Contratista", contractors_included=other, **HALF)
    assert left_out(*returns) == ({"employment-return/2": {"quits"}} if bars else {})


def test_returns_that_hang_together_by_a_third_show_it_once() -> None:
    first, second = told(1, employer="A", **HALF), told(2, employer="A", **SECOND)
    between = told(3, employer="A", period_start=day("2025-06-01"), period_end=day("2025-07-31"))
    assert left_out(first, second, between).keys() == {"employment-return/1", "employment-return/3"}


def test_what_a_document_showed_before_stays_and_what_is_new_beside_it_is_not_shown() -> None:
    before = {"employment-return/2": {"quits"}, "employment-return/3": {"quits"}}
    found = left_out(told(1), told(2, **HALF), told(3, **SECOND), before=before)
    assert found == {"employment-return/1": {"quits"}}


def test_a_document_withholds_it_without_saying_whether_it_is_few_and_says_of_the_others_that_they_are() -> None:
    known = facts(employment=[told(1, quits=9), told(2, quits=2, women_fte=3, **HALF), told(3, quits=7, **SECOND)])
    shown, covered = cover(known, {})
    assert [row.quits for row in shown[EmploymentFact]] == [9, None, None]
    assert [(one.record, one.few, one.withheld) for one in covered] == [
        ("employment-return/2", ("women_fte",), ("quits",)),
        ("employment-return/3", (), ("quits",)),
    ]
    assert cover(known, {}, guard=False) == (known, [])


def test_nobody_is_nobody_in_each_row() -> None:
    shown, covered = cover(facts(employment=[told(1, quits=0), told(2, quits=0, **HALF)]), {})
    assert [row.quits for row in shown[EmploymentFact]] == [0, 0]
    assert not covered


def test_what_is_shown_of_a_row_in_a_document_of_before_decides_which_row_shows_it() -> None:
    year, half = told(1), told(2, **HALF)
    exact = {"quits": Decimal(7)}
    seen: list[Seen] = [(exact, showing(exact, ["quits"]))]
    shown, _covered = cover(facts(employment=[year, half]), {half.record: seen})
    assert [row.quits for row in shown[EmploymentFact]] == [None, 7]
