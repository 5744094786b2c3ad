"""K01: hours of training for each worker who lives in the districts."""

from decimal import Decimal
from typing import Any

import pytest

from compliance.evaluation.criteria.training import TrainingFact, training_hours
from tests.compliance.evaluation.builders import day, employment, facts, indicator


def courses(*hours: int | None, **given: Any) -> list[TrainingFact]:
    """A course for each number of hours; None: nobody counted them."""
    names: dict[str, Any] = {"provider": "Minera Puka Willka", "form": "course"}
    names |= {"period_start": day("2025-02-01"), "period_end": day("2025-11-30")}
    return [
        TrainingFact(
            **names | {"record": f"training-return/{number}", "hours": None if one is None else Decimal(one)} | given
        )
        for number, one in enumerate(hours)
    ]


def figure(training: list[TrainingFact], **workers: Any) -> Any:
    """The hours for each local worker with their range, what is not known, and what a reader should know."""
    returns = [employment(**{"total_fte": 100, "district_fte": 50} | workers)]
    measured: Any = training_hours(facts(employment=returns, training=training), indicator("L03"))
    return (measured.value, measured.low, measured.high), measured.missing, measured.flags


@pytest.mark.parametrize(
    ("hours", "workers", "found", "missing"),
    [
        ((1200, 0), {}, (24, 24, 24), ()),
        ((1200, None), {}, (24, 24, None), ("no-hours",)),
        ((1200, -5), {}, (24, 24, None), ("no-hours",)),
        ((0,), {}, (0, 0, 0), ()),
        ((None,), {}, (None, None, None), ("no-hours",)),
        ((), {}, (None, None, None), ("no-training-return",)),
        ((1200,), {"district_fte": None}, (12, 12, None), ("no-district-figure",)),
        (
            (1200,),
            {"district_fte": None, "province_fte": 60, "region_fte": 80},
            (20, 20, None),
            ("no-district-figure",),
        ),
        ((1200,), {"district_fte": 0}, (None, None, None), ("no-local-workers",)),
        ((1200,), {"total_fte": None}, (None, None, None), ("no-total",)),
    ],
)
def test_hours_that_were_attended_are_divided_by_the_most_local_workers_there_may_be(
    hours: Any, workers: Any, found: Any, missing: Any
) -> None:
    assert figure(courses(*hours), **workers)[:2] == (found, missing)


def test_days_that_no_employer_reports_on_open_the_range_on_both_sides() -> None:
    found, _missing, flags = figure(courses(1200), period_end=day("2025-10-31"))
    assert found == (24, 0, None)
    assert flags == ("period-not-covered",)


def test_a_return_of_which_nobody_knows_the_workers_beside_one_that_is_known_leaves_the_figure_open() -> None:
    returns = [
        employment(total_fte=100, district_fte=50),
        employment(employer="Contratista", total_fte=100, district_fte=None),
    ]
    measured: Any = training_hours(facts(employment=returns, training=courses(1500)), indicator("L03"))
    assert (measured.value, measured.low, measured.high) == (10, 10, 30)


@pytest.mark.parametrize("days", [{"period_start": day("2024-11-01")}, {"period_end": day("2026-01-31")}])
def test_training_that_reaches_into_another_year_may_have_been_in_this_one(days: dict[str, Any]) -> None:
    training = [*courses(1200), *courses(900, **days | {"record": "training-return/9"})]
    assert figure(training)[:2] == ((24, 24, None), ("training-of-two-years",))


@pytest.mark.parametrize(
    ("given", "low"),
    [
        ({}, 30),
        ({"period_start": day("2025-03-01")}, 24),
        ({"period_start": day("2025-12-01"), "period_end": day("2025-12-31")}, 30),
        ({"period_start": day("2025-11-30"), "period_end": day("2025-12-31")}, 24),
        ({"period_start": day("2025-03-01"), "provider": "Contratista"}, 30),
        ({"period_start": day("2025-03-01"), "form": "scholarship"}, 30),
    ],
)
def test_two_reports_of_one_provider_and_form_that_share_some_days_may_tell_the_same_hours(
    given: dict[str, Any], low: int
) -> None:
    found, _missing, flags = figure([*courses(1200), *courses(300, **given | {"record": "training-return/9"})])
    assert found == (30, low, 30)
    assert flags == (() if low == 30 else ("training-overlaps",))


def test_hours_for_fewer_than_ten_local_workers_rest_on_a_small_number() -> None:
    assert figure(courses(90), district_fte=9)[2] == ("small-base",)
    assert figure(courses(90), district_fte=10)[2] == ()
