"""Odd cases of water: whose tests count, what a day and a month are worth, means of a year, and gaps."""

from decimal import Decimal
from itertools import count
from typing import Any

import pytest

from compliance.evaluation.criteria.water import RequiredSamplesFact, WaterFact
from compliance.evaluation.facts import Facts
from compliance.evaluation.scoring import judge
from tests.compliance.evaluation.builders import day, displayed, facts
from tests.compliance.evaluation.test_games import VERSIONS

RULES = VERSIONS[7]
YEAR = (Decimal("0.1"),) * 12
numbers = count(1)


def required(samples: int, **columns: Any) -> RequiredSamplesFact:
    """Samples of copper that the programme asks for at the station."""
    usual = {"station": "monitoring-station/1", "parameter": "copper", "voice": "authority"}
    return RequiredSamplesFact(record=f"required-samples/{next(numbers)}", samples=samples, **usual | columns)


def river(number: int, exceeding: int = 0, **columns: Any) -> WaterFact:
    """Valid tests of copper in a river by the company, every month; a fifth of a milligram is allowed."""
    usual: dict[str, Any] = {"station": "monitoring-station/1", "water": "receiving", "parameter": "copper"}
    usual |= {"accredited": True, "most": Decimal("0.2"), "months": YEAR, "voice": "company", "evidence": 1}
    usual |= {"results": number, "worst": Decimal("0.1"), "mean": Decimal("0.1")}
    return WaterFact(record=f"water-sample/{next(numbers)}", tests=number, exceeding=exceeding, **usual | columns)


def effluent(number: int, exceeding: int = 0, **columns: Any) -> WaterFact:
    """The same of what leaves the mine, of which the mean may be at most 0.4."""
    limits = {"water": "effluent", "most": Decimal("0.5"), "mean_most": Decimal("0.4")}
    return river(number, exceeding, **limits | columns)


def measured(code: str, *rows: Any, **period: Any) -> Any:
    """What a rule comes to."""
    tables = {"required-samples": RequiredSamplesFact, "water": WaterFact}
    known: Facts = facts(
        **period, **{name: [row for row in rows if isinstance(row, table)] for name, table in tables.items()}
    )
    return judge(RULES, known).outcome(code)


def ends(found: Any) -> tuple[Any, Any, Any]:
    """The figure, and between what it lies."""
    figures = (found.measured.value, found.measured.low, found.measured.high)
    return tuple(None if one is None else displayed(one, 1) for one in figures)  # type: ignore[return-value]


@pytest.mark.parametrize(
    ("rows", "found", "missing"),
    [
        ([river(12)], (100, 100, 100), ()),
        ([river(30)], (100, 100, 100), ()),
        ([river(6, months=YEAR[:6])], (50, 50, 50), ()),
        ([river(12, months=(None,) * 11 + YEAR[:1])], (Decimal("8.3"),) * 3, ()),
        ([river(12, voice="community")], (0, 0, 0), ()),
        ([river(12, voice="unknown")], (0, 0, 100), ()),
        ([river(9), river(3, accredited=False)], (75, 75, 100), ("tests-not-valid",)),
        ([river(9), river(3, evidence=0)], (75, 75, 100), ("tests-not-valid",)),
        ([river(9, undecided=2)], (75, 75, Decimal("91.7")), ("detection-limit-too-high",)),
        ([], (0, 0, 0), ()),
    ],
)
def test_only_what_the_company_had_tested_fills_the_programme_and_no_month_more_than_its_part(
    rows: list[WaterFact], found: Any, missing: tuple[str, ...]
) -> None:
    outcome = measured("E07", required(12), *rows)
    assert (ends(outcome), outcome.measured.missing) == (found, missing)


def test_a_programme_that_is_the_companys_bare_word_is_none() -> None:
    alone = measured("E07", required(12, voice="company"), river(12))
    assert (ends(alone), alone.measured.missing) == ((None, None, None), ("monitoring-programme-bare-word",))
    beside = measured("E07", required(12), required(4, parameter="lead", voice="company"), river(12))
    assert ends(beside) == (100, 0, 100)


@pytest.mark.parametrize(
    ("on", "found"),
    [("2025-01-31", None), ("2025-02-01", 100), ("2025-07-01", 50), ("2025-12-31", 25), ("2026-03-01", 25)],
)
def test_while_the_year_runs_the_samples_of_the_months_that_are_over_are_required(on: str, found: Any) -> None:
    outcome = measured("E07", required(12), river(3, months=YEAR[:3]), as_of=day(on))
    assert (outcome.measured.applicable, outcome.measured.value) == (found is not None, found)


@pytest.mark.parametrize(("taken", "known"), [(79, False), (80, True)])
def test_water_of_which_too_few_samples_were_taken_is_not_graded(taken: int, known: bool) -> None:
    outcome = measured("E05", required(100), river(taken))
    assert (outcome.score is not None, outcome.measured.missing) == (known, () if known else ("too-few-samples",))


@pytest.mark.parametrize(
    ("row", "found"),
    [
        (river(10, 10, in_mixing_zone=True), (0, 0, 0)),
        (river(10, 10, most=None), (0, 0, 0)),
        (river(10, 10, water="effluent"), (0, 0, 0)),
        (river(10, 10, station="monitoring-station/2"), (0, 0, 0)),
        (river(10, 10, parameter="lead"), (0, 0, 0)),
        (river(10, 5, voice="community"), (5, 5, 5)),
        (river(10, 5, voice="community", accredited=False), (0, 0, Decimal("5.3"))),
        (river(10, 5, evidence=0), (0, 0, Decimal("5.3"))),
        (river(0, undecided=10), (0, 0, 10)),
    ],
)
def test_water_is_graded_by_valid_tests_of_what_the_study_asks_for_outside_the_mixing_zone(
    row: WaterFact, found: Any
) -> None:
    assert ends(measured("E05", required(90), river(90), row)) == found


def test_what_the_study_does_not_ask_for_is_not_graded() -> None:
    programme = (required(90), required(10, parameter="lead", in_instrument=False))
    assert ends(measured("E05", *programme, river(90), river(10, 10, parameter="lead"))) == (0, 0, 0)


def test_it_is_said_where_only_others_found_water_beyond_the_standard() -> None:
    by_others = measured("E05", required(90), river(90), river(10, 5, voice="community"))
    assert by_others.measured.flags == ("only-others-found-it",)
    by_both = measured("E05", required(90), river(90, 1), river(10, 5, voice="community"))
    assert by_both.measured.flags == ()


@pytest.mark.parametrize(
    ("rows", "score", "flags"),
    [
        ([effluent(20, mean=Decimal("0.4"))], 100, ()),
        ([effluent(20, mean=Decimal("0.400001"))], 0, ("mean-beyond-limit",)),
        ([effluent(10, mean=Decimal("0.3")), effluent(10, mean=Decimal("0.5"), voice="authority")], 100, ()),
        (
            [effluent(10, mean=Decimal("0.3")), effluent(11, mean=Decimal("0.5"), voice="authority")],
            0,
            ("mean-beyond-limit",),
        ),
        ([effluent(20, undetected=3)], 100, ("below-detection",)),
        ([effluent(9)], 100, ("small-base",)),
    ],
)
def test_a_mean_of_the_year_beyond_its_limit_gives_no_points_whoever_took_the_samples(
    rows: list[WaterFact], score: int, flags: tuple[str, ...]
) -> None:
    outcome = measured("E06", *rows)
    assert (outcome.score, outcome.measured.flags) == (score, flags)


def test_a_mean_that_tests_without_an_accredited_laboratory_push_beyond_its_limit_opens_the_range() -> None:
    rows = [effluent(10, mean=Decimal("0.3")), effluent(90, mean=Decimal("0.5"), accredited=False)]
    outcome = measured("E06", *rows)
    assert (outcome.score, outcome.worst) == (100, 0)


def test_before_the_year_is_over_its_mean_is_not_known() -> None:
    outcome = measured("E06", effluent(20, mean=Decimal("0.5")), as_of=day("2025-09-01"))
    assert (outcome.score, outcome.worst, outcome.measured.flags) == (100, 0, ("mean-beyond-limit",))


def test_a_mine_that_shows_no_valid_test_of_what_it_discharges_has_no_points() -> None:
    for rows in ([], [effluent(20, evidence=0)], [river(20)]):
        outcome = measured("E06", *rows)
        assert (outcome.measured.value, outcome.score) == (None, 0)
