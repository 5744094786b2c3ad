"""K02: posts held by foreigners for which a plan says by which day a national follows."""

from decimal import Decimal
from typing import Any

import pytest

from compliance.evaluation.criteria.foreign_posts import ForeignPostFact, posts_passed_on
from tests.compliance.evaluation.builders import day, employment, facts, indicator

ON_PAPER: dict[str, Any] = {"voice": "company", "evidence": 1}
PLANNED: dict[str, Any] = {"has_plan": True, "follows_by": day("2026-12-31")}


def posts(*said: dict[str, Any], employer: str = "Minera Puka Willka", first: int = 0) -> list[ForeignPostFact]:
    """Posts of one employer, each by what is said of it, on paper."""
    usual: dict[str, Any] = {"employer": employer, "held_since": day("2023-02-01")} | ON_PAPER
    return [ForeignPostFact(record=f"foreign-post/{first + number}", **usual | one) for number, one in enumerate(said)]


def figure(rows: list[ForeignPostFact], *returns: Any) -> Any:
    """The share with its range, what is not known, and what a reader should know."""
    measured = posts_passed_on(facts(**{"foreign-posts": rows}, employment=returns), indicator("L03"))
    return (measured.value, measured.low, measured.high), measured.missing, set(measured.flags) - {"small-base"}


def with_foreigners(number: int | None, **said: Any) -> Any:
    return employment(foreign_headcount=number, **ON_PAPER | said)


@pytest.mark.parametrize(
    ("said", "found", "missing", "flags"),
    [
        (PLANNED, (50, 50, 100), ("no-plan",), set()),
        ({"has_plan": False}, (0, 0, 100), ("no-plan",), set()),
        ({"has_plan": False, "passed_on": day("2026-01-01")}, (0, 0, 50), ("no-plan",), {"no-plan"}),
        ({}, (0, 0, 100), ("no-plan", "no-word-on-plan"), set()),
        ({"has_plan": True}, (0, 0, 100), ("no-plan", "plan-without-day"), set()),
        (PLANNED | {"evidence": 0}, (0, 0, 100), ("no-plan", "plan-bare-word"), set()),
        (PLANNED | {"evidence": 0, "voice": "authority"}, (50, 50, 100), ("no-plan",), set()),
        (PLANNED | {"follows_by": day("2025-01-01")}, (50, 50, 100), ("no-plan",), set()),
        (PLANNED | {"follows_by": day("2024-12-31")}, (0, 0, 100), ("no-plan", "plan-overdue"), set()),
        (
            PLANNED | {"follows_by": day("2024-12-31"), "passed_on": day("2026-01-01")},
            *((0, 0, 50), ("no-plan",), {"plan-overdue"}),
        ),
        ({"passed_on": day("2025-12-31")}, (50, 50, 100), ("no-plan",), set()),
        ({"passed_on": day("2026-01-01")}, (0, 0, 100), ("no-plan", "no-word-on-plan"), set()),
        ({"passed_on": day("2025-05-01"), "evidence": 0}, (0, 0, 100), ("no-plan", "plan-bare-word"), set()),
    ],
)
def test_a_post_counts_where_a_plan_on_paper_names_a_day_that_has_not_passed_in_vain(
    said: dict[str, Any], found: Any, missing: Any, flags: Any
) -> None:
    assert figure(posts({"has_plan": False}, said), with_foreigners(2)) == (found, missing, flags)


def test_a_post_without_a_plan_is_0_and_may_have_been_passed_on_while_no_day_is_on_record() -> None:
    """What is known of it is that it has no plan; that no national followed is not."""
    overdue = PLANNED | {"follows_by": day("2024-12-31")}
    for said, code in (
        ({"has_plan": False}, "no-plan"),
        (overdue, "plan-overdue"),
        (overdue | {"evidence": 0}, "plan-overdue"),
    ):
        assert figure(posts(said), with_foreigners(1)) == ((0, 0, 100), (code,), set())
        assert figure(posts(said | {"passed_on": day("2026-01-01")}), with_foreigners(1)) == ((0, 0, 0), (), {code})
        assert (
            figure(posts(said | {"passed_on": day("2025-06-01"), "evidence": 1}), with_foreigners(1))[0] == (100,) * 3
        )


def test_foreigners_of_whom_no_post_is_on_record_have_no_plan_here_and_may_have_one() -> None:
    assert figure(posts(*[PLANNED] * 33), with_foreigners(40)) == (
        (Decimal("82.5"), Decimal("82.5"), 100),
        ("posts-not-listed",),
        set(),
    )
    assert figure(posts(*[PLANNED] * 33), with_foreigners(33))[0] == (100, 100, 100)
    assert figure([], with_foreigners(40))[:2] == ((None, None, None), ("posts-not-listed",))


def test_more_posts_of_one_employer_make_up_for_none_of_another() -> None:
    rows = posts(PLANNED, PLANNED, PLANNED)
    returns = with_foreigners(1), with_foreigners(2, employer="Contratista")
    assert figure(rows, *returns)[:2] == ((60, 60, 100), ("posts-not-listed",))


def test_the_most_foreigners_that_an_employer_reports_in_the_year_are_counted() -> None:
    halves = [{"period_end": day("2025-06-30")}, {"period_start": day("2025-07-01")}]
    returns = [with_foreigners(number, **half) for number, half in zip((4, 1), halves, strict=True)]
    assert figure(posts(PLANNED), *returns)[0] == (25, 25, 100)


@pytest.mark.parametrize(
    ("returns", "missing"),
    [
        ([with_foreigners(None)], "no-foreign-headcount"),
        ([with_foreigners(1, period_end=day("2025-11-30"))], "period-not-covered"),
        ([], "no-employment-return"),
    ],
)
def test_where_there_may_be_more_foreigners_the_posts_on_record_are_no_perfection(returns: Any, missing: str) -> None:
    assert figure(posts(PLANNED), *returns)[:2] == ((100, 0, 100), (missing,))


def test_without_a_foreigner_on_paper_the_rule_does_not_apply_and_silence_or_a_bare_word_says_nothing() -> None:
    def measured(*returns: Any) -> Any:
        return posts_passed_on(facts(employment=returns), indicator("L03"))

    none = measured(with_foreigners(0))
    assert (none.applicable, none.reason) == (False, "no-foreigners")
    for returns, missing in (
        ([with_foreigners(0, evidence=0)], "no-foreigners-bare-word"),
        ([with_foreigners(None)], "no-foreign-headcount"),
        ([with_foreigners(0, period_end=day("2025-11-30"))], "period-not-covered"),
        ([], "no-employment-return"),
    ):
        found = measured(*returns)
        assert (found.applicable, found.value, found.missing) == (True, None, (missing,))


def test_a_post_on_record_is_one_although_a_return_says_that_there_is_no_foreigner() -> None:
    assert figure(posts({"has_plan": False}), with_foreigners(0))[0] == (0, 0, 100)
