"""Odd cases of water: whose tests count, what a day and a month are worth, means of a year, and gaps."""

from dataclasses import replace
from decimal import Decimal
from itertools import count
from typing import Any

import pytest

from compliance.evaluation.criteria.monitoring import MonitoringFact, RequiredSamplesFact
from compliance.evaluation.facts import Facts
from compliance.evaluation.scoring import judge
from tests.compliance.evaluation.builders import day, displayed, facts
from tests.compliance.evaluation.test_games import VERSIONS

RULES = VERSIONS[7]
numbers = count(1)


def required(samples: int, **columns: Any) -> RequiredSamplesFact:
    """Samples of copper that the programme asks for at the station."""
    usual = {"station": "monitoring-station/1", "medium": "receiving", "parameter": "copper", "voice": "authority"}
    return RequiredSamplesFact(record=f"required-samples/{next(numbers)}", samples=samples, **usual | columns)


def spread(number: int, months: int = 12) -> tuple[int, ...]:
    """Tests as evenly as may be over the first months of a year, the others empty."""
    return tuple(number // months + (month < number % months) if month < months else 0 for month in range(12))


def river(number: int, exceeding: int = 0, *, months: int = 12, undecided: int = 0, **columns: Any) -> MonitoringFact:
    """Valid tests of copper in a river by the company, over the year; a fifth of a milligram is allowed."""
    usual: dict[str, Any] = {"station": "monitoring-station/1", "medium": "receiving", "parameter": "copper"}
    usual |= {"accredited": True, "most": Decimal("0.2"), "voice": "company", "evidence": 1}
    usual |= {"tests_of_months": spread(number, months), "undecided_of_months": spread(undecided)[::-1]}
    usual |= {"worst": Decimal("0.1"), "mean": Decimal("0.1"), "mean_at_most": columns.get("mean", Decimal("0.1"))}
    return MonitoringFact(record=f"monitoring-result/{next(numbers)}", exceeding=exceeding, **usual | columns)


def discharged(samples: int, **columns: Any) -> RequiredSamplesFact:
    """Samples of copper that the programme asks for in what leaves the mine."""
    return required(samples, medium="effluent", **columns)


def effluent(number: int, exceeding: int = 0, **columns: Any) -> MonitoringFact:
    """The same of what leaves the mine, of which the mean may be at most 0.4."""
    limits: dict[str, Any] = {"medium": "effluent", "most": Decimal("0.5"), "mean_most": Decimal("0.4")}
    return river(number, exceeding, **limits | columns)


def measured(code: str, *rows: Any, **period: Any) -> Any:
    """What a rule comes to."""
    tables = {"required-samples": RequiredSamplesFact, "monitoring": MonitoringFact}
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
        ([river(6, months=6)], (50, 50, 50), ()),
        ([river(12, months=1)], (Decimal("8.3"),) * 3, ()),
        ([river(12, voice="community")], (0, 0, 0), ()),
        ([river(12, voice="committee")], (0, 0, 0), ()),
        ([river(12, voice="unknown")], (0, 0, 100), ()),
        ([river(9), river(12, accredited=False)], (75, 75, 100), ("tests-not-valid",)),
        ([river(9), river(12, evidence=0)], (75, 75, 100), ("tests-not-valid",)),
        ([river(9, undecided=2)], (75, 75, Decimal("91.7")), ("detection-limit-too-high",)),
        ([river(12, undecided=12)], (100, 100, 100), ("detection-limit-too-high",)),
        ([], (0, 0, 0), ()),
    ],
)
def test_only_what_the_company_had_tested_fills_the_programme_and_no_month_more_than_its_part(
    rows: list[MonitoringFact], found: Any, missing: tuple[str, ...]
) -> None:
    outcome = measured("E07", required(12), *rows)
    assert (ends(outcome), outcome.measured.missing) == (found, missing)


@pytest.mark.parametrize(
    ("samples", "months", "taken"),
    [
        (24, (13, *(1,) * 11), 13),
        (24, (2,) * 12, 24),
        (24, (3,) * 8 + (0,) * 4, 16),
        (4, (4,) + (0,) * 11, 1),
        (4, (0, 0, 1) * 4, 4),
        (4, (1,) * 12, 4),
        (30, (3,) * 12, 30),
    ],
)
def test_no_month_fills_more_than_its_own_part_of_the_programme(
    samples: int, months: tuple[int, ...], taken: int
) -> None:
    measurement = measured("E07", required(samples), river(0, tests_of_months=months)).measured
    assert (measurement.numerator, measurement.denominator) == (taken, samples)


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
    outcome = measured("E07", required(12), river(3, months=3), as_of=day(on))
    assert (outcome.measured.applicable, outcome.measured.value) == (found is not None, found)


@pytest.mark.parametrize(("taken", "known"), [(79, False), (80, True)])
def test_water_of_which_too_few_samples_were_taken_is_not_graded(taken: int, known: bool) -> None:
    outcome = measured("E05", required(100), river(taken))
    codes = ("required-samples-missing",) if known else ("too-few-samples",)
    assert (outcome.score is not None, outcome.measured.missing) == (known, codes)


@pytest.mark.parametrize(
    "elsewhere",
    [
        {"medium": "effluent", "station": "monitoring-station/2"},
        {"in_mixing_zone": True, "station": "monitoring-station/2"},
        {"in_instrument": False, "parameter": "lead"},
    ],
)
def test_what_is_measured_elsewhere_opens_no_door_to_a_river_of_which_too_little_is_known(
    elsewhere: dict[str, Any],
) -> None:
    place = {name: value for name, value in elsewhere.items() if name != "in_instrument"}
    outcome = measured("E05", required(12), required(240, **elsewhere), river(9), river(240, **place))
    assert (outcome.score, outcome.measured.missing) == (None, ("too-few-samples",))


def test_no_programme_or_the_companys_bare_word_leaves_water_without_a_grade() -> None:
    for programme, code in (
        ([], "no-monitoring-programme"),
        ([discharged(12)], "no-monitoring-programme"),
        ([required(12, voice="company")], "monitoring-programme-bare-word"),
    ):
        outcome = measured("E05", *programme, river(12))
        assert (outcome.score, outcome.measured.missing) == (None, (code,))


def test_each_sample_that_is_required_and_missing_could_have_been_beyond_the_standard() -> None:
    outcome = measured("E05", required(100), river(90))
    assert (ends(outcome), outcome.measured.missing) == ((0, 0, 10), ("required-samples-missing",))


def test_tests_without_a_known_limit_could_be_on_either_side_of_it_and_are_said() -> None:
    outcome = measured(
        "E05", required(90), required(10, parameter="lead"), river(90, 9), river(10, parameter="lead", most=None)
    )
    assert (ends(outcome), outcome.measured.missing) == ((10, 9, 19), ("no-limit-known",))
    alone = measured("E05", required(12), river(12, most=None))
    assert (alone.score, alone.measured.missing) == (None, ("no-limit-known",))


@pytest.mark.parametrize(
    ("row", "found", "flags"),
    [
        (river(10, 10, medium="effluent"), (0, 0, 0), ()),
        (river(10, 10, station="monitoring-station/2"), (0, 0, 0), ("not-asked-for",)),
        (river(10, 10, parameter="lead"), (0, 0, 0), ("not-asked-for",)),
        (river(10, 5, voice="community"), (5, 5, 5), ("only-others-found-it",)),
        (river(10, 5, voice="community", accredited=False), (0, 0, Decimal("5.3")), ()),
        (river(10, 5, evidence=0), (0, 0, Decimal("5.3")), ()),
        (river(0, undecided=10), (0, 0, 10), ()),
    ],
)
def test_water_is_graded_by_valid_tests_of_what_the_study_asks_for_outside_the_mixing_zone(
    row: MonitoringFact, found: Any, flags: tuple[str, ...]
) -> None:
    outcome = measured("E05", required(90), river(90), row)
    assert (ends(outcome), outcome.measured.flags) == (found, flags)


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
    rows: list[MonitoringFact], score: int, flags: tuple[str, ...]
) -> None:
    outcome = measured("E06", *rows)
    assert (outcome.score, outcome.measured.flags) == (score, flags)


@pytest.mark.parametrize(
    ("row", "score", "worst"),
    [
        (effluent(1, undecided=11, mean_at_most=Decimal("0.925")), 100, 0),
        (effluent(12, mean=Decimal("0.45"), undecided=12, mean_at_most=Decimal("0.48")), 0, 0),
        (effluent(0, worst=None, mean=None, undecided=12, mean_at_most=Decimal(1)), 0, 0),
    ],
)
def test_what_could_not_be_seen_decides_no_mean_and_clears_none(row: MonitoringFact, score: int, worst: int) -> None:
    outcome = measured("E06", discharged(12), row)
    assert (outcome.score, outcome.worst) == (score, worst)
    assert ("mean-beyond-limit" in outcome.measured.flags) == (row.mean == Decimal("0.45"))


def test_a_mean_that_only_unseen_amounts_push_beyond_its_limit_opens_the_range() -> None:
    seen = effluent(1000, undecided=1)
    assert measured("E06", discharged(1000), seen).worst > 90
    pushed = replace(seen, mean_at_most=Decimal("0.400001"))
    assert measured("E06", discharged(1000), pushed).worst == 0
    clean = effluent(1000, accredited=False)
    assert measured("E06", discharged(1000), pushed, clean).worst == 0


def test_days_on_which_nothing_can_be_told_dilute_no_mean() -> None:
    unseen = effluent(0, undecided=36, voice="authority", worst=None, mean=None, mean_at_most=Decimal("0.51"))
    outcome = measured("E06", discharged(12), effluent(12, mean=Decimal("0.45")), unseen)
    assert (outcome.score, outcome.measured.flags) == (0, ("mean-beyond-limit",))


def test_samples_of_an_effluent_that_are_required_and_withheld_could_all_have_been_beyond_the_limit() -> None:
    outcome = measured("E06", discharged(48), effluent(1))
    assert (ends(outcome), outcome.score, outcome.worst) == ((0, 0, Decimal("97.9")), 100, 0)
    assert outcome.measured.missing == ("required-samples-missing",)
    assert ends(measured("E06", discharged(48), effluent(48))) == (0, 0, 0)
    assert ends(measured("E06", discharged(48, voice="company"), effluent(1)))[2] == 100


def test_an_effluent_of_which_nobody_says_how_often_it_must_be_measured_has_an_open_range() -> None:
    outcome = measured("E06", required(12), effluent(48))
    assert (outcome.score, outcome.worst, outcome.measured.missing) == (100, 0, ("no-monitoring-programme",))


def test_what_has_no_limit_for_effluents_is_not_missed_there() -> None:
    manganese: dict[str, Any] = {"parameter": "manganese"}
    rows = (
        discharged(12),
        discharged(12, **manganese),
        effluent(12),
        effluent(1, most=None, mean_most=None, **manganese),
    )
    outcome = measured("E06", *rows)
    assert (ends(outcome), outcome.measured.missing) == ((0, 0, 0), ())


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
