"""What a node makes of its children, case by case."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from compliance.evaluation.framework import FrameworkError
from compliance.evaluation.trees.leaves import readings_of_answers, readings_of_facts, readings_of_row
from compliance.evaluation.trees.rolling import named_ends, roll_up, views
from tests.compliance.evaluation.builders import day, employment, facts
from tests.compliance.evaluation.tree_builders import DAY, both, figures, joined, rolled, said, tree

NOT_APPLICABLE = "not_applicable"
BANDS = [
    {"grade": "high", "starts_at": "50", "names": both("High")},
    {"grade": "low", "starts_at": "0", "names": both("Low")},
]


def test_a_mean_leaves_out_what_is_unknown_and_keeps_its_range_open() -> None:
    found = rolled(joined("ALL", "mean", said("a"), said("b")), {"a": 80})
    assert figures(found) == (80, 40, 90)
    assert found.coverage == 50


def test_a_mean_drops_what_does_not_apply_on_both_sides() -> None:
    found = rolled(joined("ALL", "mean", said("a"), said("b", weight="3")), {"a": 80, "b": NOT_APPLICABLE})
    assert figures(found) == (80, 80, 80)
    assert found.coverage == 100


def test_an_empty_node_leaves_the_one_above() -> None:
    empty = joined("E", "mean", said("b"), said("c"))
    found = rolled(joined("ALL", "mean", said("a"), empty), {"a": 30, "b": NOT_APPLICABLE, "c": NOT_APPLICABLE})
    assert figures(found) == (30, 30, 30)
    assert found.find("E").state == NOT_APPLICABLE


def test_nothing_applies_and_there_is_no_number_and_no_name() -> None:
    found = rolled(joined("ALL", "mean", said("a")), {"a": NOT_APPLICABLE}, bands=BANDS)
    assert (found.state, found.number, found.name, found.coverage) == (NOT_APPLICABLE, None, None, None)
    assert found.find("a").name is None


def test_where_the_file_names_no_bands_nothing_has_a_name_known_or_not() -> None:
    for answers in ({}, {"a": 80}):
        assert rolled(joined("ALL", "mean", said("a")), answers).name is None


def test_unknown_counts_as_the_least_under_m0_and_withholds_every_name_above_under_mb() -> None:
    least = rolled(joined("ALL", "mean", said("a"), said("b", missing="M0")), {"a": 80}, bands=BANDS)
    assert (*figures(least), least.name) == (40, 40, 90, "low")
    inner = joined("IN", "mean", said("a"), said("b", missing="MB"))
    withheld = rolled(joined("ALL", "mean", inner, said("c")), {"a": 80, "c": 80}, bands=BANDS)
    assert (withheld.name, withheld.find("IN").name, withheld.blocked_by) == ("?", "?", ("b",))
    assert withheld.number == 80


def test_a_sum_swaps_the_ends_of_a_negative_weight() -> None:
    root = joined("ALL", "sum", said("a"), said("b", weight="-0.5"))
    assert figures(rolled(root, {"a": 80, "b": 40})) == (60, 60, 60)
    assert figures(rolled(root, {"a": 80})) == (None, 30, 80)


def test_a_rescale_moves_both_ends_and_cuts_what_lies_beyond() -> None:
    root = joined("ALL", "sum", said("a"), rescale={"low": "20", "high": "60", "to_low": "0", "to_high": "10"})
    assert figures(rolled(root, {"a": 30})) == (Decimal("2.5"), Decimal("2.5"), Decimal("2.5"))
    assert figures(rolled(root, {"a": 90})) == (10, 10, 10)
    turned = joined("ALL", "sum", said("a"), rescale={"low": "0", "high": "100", "to_low": "100", "to_high": "0"})
    assert figures(rolled(turned, {"a": 30})) == (70, 70, 70)
    assert figures(rolled(turned, {})) == (None, 0, 100)


def test_what_only_adds_lifts_a_mean_and_never_lowers_it() -> None:
    root = joined("ALL", "mean", said("a"), said("more", only_adds="true"))
    assert figures(rolled(root, {"a": 90, "more": 99})) == (Decimal("94.5"), Decimal("94.5"), Decimal("94.5"))
    assert figures(rolled(root, {"a": 90, "more": 0})) == (90, 90, 90)
    assert figures(rolled(root, {"a": 90})) == (90, 90, 95)
    assert rolled(root, {"more": 100}).state == "unknown"
    floored = joined("ALL", "mean", said("a"), said("more", only_adds="true", range=["50", "100"]))
    assert figures(rolled(floored, {"a": 0})) == (0, 0, 50)  # it may turn out not to apply
    assert figures(rolled(floored, {"a": 0, "more": NOT_APPLICABLE})) == (0, 0, 0)
    assert rolled(root, {"a": NOT_APPLICABLE, "more": 100}).state == NOT_APPLICABLE


def test_the_least_decides_and_what_is_unknown_could_be_it() -> None:
    root = joined("ALL", "min", said("a"), said("b"))
    assert figures(rolled(root, {"a": 80, "b": 30})) == (30, 30, 30)
    assert figures(rolled(root, {"a": 80})) == (None, 0, 80)
    assert figures(rolled(root, {"a": 0})) == (0, 0, 0)
    assert figures(rolled(root, {"a": 80, "b": NOT_APPLICABLE})) == (80, 80, 80)


def test_all_of_is_met_by_every_child_and_failed_by_one() -> None:
    root = joined("ALL", "all_of", said("a"), said("b"), met_from="60")
    assert figures(rolled(root, {"a": 60, "b": 100})) == (100, 100, 100)
    assert figures(rolled(root, {"a": "59.999"})) == (0, 0, 0)
    assert figures(rolled(root, {"a": 60})) == (None, 0, 100)


def test_a_child_that_is_met_by_what_is_known_of_it_counts_as_met_and_may_turn_out_not_to_be() -> None:
    half = joined("IN", "mean", said("a"), said("b"))
    assert figures(rolled(joined("ALL", "all_of", half, met_from="80"), {"a": 80})) == (100, 0, 100)
    assert figures(rolled(joined("ALL", "all_of", half, met_from="81"), {"a": 80})) == (0, 0, 100)


def test_what_falls_short_and_may_still_turn_out_not_to_apply_fails_nothing_at_best() -> None:
    steps = joined("IN", "ladder", said("low", reaches="50"), said("high", reaches="100"))
    root = joined("ALL", "all_of", steps, said("b"))
    assert figures(rolled(root, {"b": 100, "high": NOT_APPLICABLE})) == (None, 0, 100)
    assert figures(rolled(root, {"b": 100, "high": NOT_APPLICABLE, "low": NOT_APPLICABLE})) == (100, 100, 100)
    assert figures(rolled(root, {"b": 100, "high": NOT_APPLICABLE, "low": 100})) == (0, 0, 0)


def ladder() -> dict[str, Any]:
    return joined("ALL", "ladder", said("one", reaches="33"), said("two", reaches="66"), said("three", reaches="100"))


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ({"one": 100, "two": 100, "three": 100}, (100, 100, 100)),
        ({"one": 100, "two": 0, "three": 100}, (33, 33, 33)),
        ({"one": 0, "two": 100, "three": 100}, (0, 0, 0)),
        ({"two": 100, "three": 100}, (None, 0, 100)),
        ({"one": 100, "two": 100}, (None, 66, 100)),
        ({"one": 100, "two": NOT_APPLICABLE, "three": 100}, (100, 100, 100)),
        ({"one": 100, "two": 100, "three": NOT_APPLICABLE}, (66, 66, 66)),
    ],
)
def test_a_step_counts_only_when_all_before_it_hold(answers: Mapping[str, Any], expected: tuple[Any, ...]) -> None:
    assert figures(rolled(ladder(), answers)) == expected


def test_a_step_that_holds_if_it_applies_grants_nothing_before_that_is_known() -> None:
    sure = said("b", reaches="100") | {"range": ["60", "100"]}
    root = joined("ALL", "ladder", said("a", reaches="50"), sure, met_from="60")
    assert figures(rolled(root, {"a": 100})) == (None, 50, 100)
    assert figures(rolled(root, {"a": 100, "b": NOT_APPLICABLE})) == (50, 50, 50)
    assert figures(rolled(root, {"a": 100, "b": 60})) == (100, 100, 100)


def test_a_share_met_counts_children_by_weight() -> None:
    root = joined("ALL", "share_met", said("a", weight="3"), said("b"), met_from="50")
    assert figures(rolled(root, {"a": 50, "b": 49})) == (75, 75, 75)
    assert figures(rolled(root, {"a": 50})) == (100, 75, 100)


def test_a_share_met_takes_a_child_that_is_half_known_by_what_is_known_of_it() -> None:
    half = joined("IN", "mean", said("a"), said("b"))
    assert figures(rolled(joined("ALL", "share_met", half, met_from="50"), {"a": 80})) == (100, 0, 100)


@pytest.mark.parametrize(
    ("silence", "expected", "name"),
    [("opens", (80, 40, 90), "high"), ("withholds", (80, 40, 90), "?"), ("fails", (44, 40, 90), "low")],
)
def test_a_cap_says_what_silence_does(silence: str, expected: tuple[Any, ...], name: str) -> None:
    cap = {"where": ["a"], "below": "75", "at_most": "44", "unknown": silence}
    found = rolled(joined("ALL", "mean", said("a"), said("b"), caps=[cap]), {"b": 80}, bands=BANDS)
    assert figures(found) == expected
    assert found.name == name


@pytest.mark.parametrize(
    ("node", "answers", "expected"),
    [
        (joined("IN", "min", said("a"), said("b")), {"a": 90}, (44, 44, 95)),
        (joined("IN", "mean", said("a"), said("b")), {"a": 80}, (90, 44, 95)),
        (said("IN", missing="M0"), {}, (44, 44, 100)),
    ],
    ids=["half known and without a number", "half known and with a number", "counted as the least"],
)
def test_a_cap_takes_for_silent_what_has_no_number_or_is_only_counted_as_the_least(
    node: dict[str, Any], answers: Mapping[str, Any], expected: tuple[Any, ...]
) -> None:
    cap = {"where": ["IN"], "below": "75", "at_most": "44", "unknown": "fails"}
    assert figures(rolled(joined("ALL", "mean", node, said("c"), caps=[cap]), {**answers, "c": 100})) == expected


def test_a_cap_holds_down_number_worst_and_best_and_a_kept_one_does_nothing() -> None:
    cap = {"where": ["a"], "below": "75", "at_most": "44", "unknown": "opens"}
    root = joined("ALL", "mean", said("a"), said("b"), caps=[cap])
    failed = rolled(root, {"a": 74, "b": 100})
    assert (*figures(failed), failed.capped_by) == (44, 44, 44, ("a",))
    assert figures(rolled(root, {"a": 75, "b": 75})) == (75, 75, 75)
    assert figures(rolled(root, {"a": NOT_APPLICABLE, "b": 75})) == (75, 75, 75)


def test_a_published_figure_stands_in_place_of_what_is_below_it() -> None:
    inner = joined("IN", "mean", said("a"), said("b"), may_be_given="true")
    root = joined("ALL", "mean", inner, said("c"))
    assert figures(rolled(root, {"IN": "81.5", "a": 0, "c": 75})) == (Decimal("78.25"),) * 3
    assert figures(rolled(root, {"IN": NOT_APPLICABLE, "c": 75})) == (75, 75, 75)
    with pytest.raises(FrameworkError, match="ALL: nobody is asked this"):
        rolled(root, {"ALL": 50})


def test_a_published_figure_has_its_name_however_little_is_known_below_it() -> None:
    inner = joined("IN", "mean", said("a"), said("b"), may_be_given="true", minimum_count="2")
    assert rolled(joined("ALL", "mean", inner), {"IN": "81.5"}, bands=BANDS).find("IN").name == "high"
    assert rolled(joined("ALL", "mean", inner), {"a": 80}, bands=BANDS).find("IN").name == "?"


def test_too_few_known_children_and_too_little_known_weight_give_no_name() -> None:
    by_count = joined("ALL", "mean", said("a"), said("b"), minimum_count="2")
    by_weight = joined("ALL", "mean", said("a"), said("b"), minimum_known="60")
    for root in (by_count, by_weight):
        assert rolled(root, {"a": 80}, bands=BANDS).name == "?"
        assert rolled(root, {"a": 80, "b": 80}, bands=BANDS).name == "high"


def test_the_band_is_of_the_unrounded_number_and_the_number_is_not_shown_over_the_cut() -> None:
    made = tree(joined("ALL", "mean", said("a")), bands=BANDS)
    found = roll_up(made, readings_of_answers(made, {"a": "49.96"}, DAY), DAY)
    assert (found.name, made.shown(found.node, Decimal("49.96"))) == ("low", Decimal("49.96"))
    assert made.shown(found.node, Decimal("49.94")) == Decimal("49.9")
    assert made.shown(found.node, Decimal("50")) == Decimal("50.0")


def test_the_bands_of_worst_and_best_are_told() -> None:
    made = tree(joined("ALL", "mean", said("a"), said("b")), bands=BANDS)
    assert named_ends(made, roll_up(made, {}, DAY)) == ("low", "high")


def test_words_are_worth_what_their_map_says_on_the_day() -> None:
    steps = [
        {"valid_from": "2020-01-01", "valid_to": "2025-06-30", "points": {"mostly": "60", "none": "0"}},
        {"valid_from": "2025-07-01", "points": {"mostly": "70", "none": "0"}},
    ]
    leaf = {"code": "a", "names": both("a"), "ask": "reviewer", "answers": "steps"}
    made = tree(joined("ALL", "mean", leaf), answers={"steps": steps})
    worth = [
        roll_up(made, readings_of_answers(made, {"a": "mostly"}, on), on).number
        for on in (date(2025, 6, 30), date(2025, 7, 1))
    ]
    assert worth == [60, 70]
    with pytest.raises(FrameworkError, match="a: fully is none of mostly, none, not_applicable"):
        readings_of_answers(made, {"a": "fully"}, DAY)


@pytest.mark.parametrize(
    ("answer", "reason"),
    [("101", "is not between 0 and 100"), ("much", "is not a number"), ("NaN", "no number that can be weighed")],
)
def test_an_answer_that_is_no_number_of_its_range_is_refused(answer: str, reason: str) -> None:
    with pytest.raises(FrameworkError, match=f"a: .*{reason}"):
        rolled(joined("ALL", "mean", said("a")), {"a": answer})


def column(**more: Any) -> dict[str, Any]:
    return {"code": "a", "names": both("a"), "column": "money", "range": ["0", "1"], **more}


def test_a_column_is_transformed_and_cut_to_its_range() -> None:
    made = tree(joined("ALL", "sum", column(transform=[{"subtract": "10"}, {"divide_by": "20"}])))
    assert [readings_of_row(made, {"money": cell})["a"].points for cell in ("20", "10", "0", "50")] == [
        Decimal("0.5"),
        0,
        0,
        1,
    ]
    assert readings_of_row(made, {"money": " "})["a"].state == "unknown"


def test_a_step_that_is_written_in_full_is_the_step_that_is_written_short() -> None:
    short, full = ({"divide_by": "8"}, {"step": "divide_by", "number": "8"})
    made = [tree(joined("ALL", "sum", column(transform=[step, "ln1p"]))) for step in (short, full)]
    assert made[0] == made[1]


@pytest.mark.parametrize(("step", "cell"), [("ln1p", "-0.5"), ("ln", "0"), ("ln", "-3")])
def test_the_logarithm_of_a_negative_number_is_refused(step: str, cell: str) -> None:
    made = tree(joined("ALL", "sum", column(transform=[step])))
    with pytest.raises(FrameworkError, match=f"a: {step} of {cell}"):
        readings_of_row(made, {"money": cell})


def test_a_measure_among_the_leaves_is_judged_as_an_indicator_is() -> None:
    leaf = {
        "code": "L01",
        "names": both("Local hire"),
        "measure": "local_hire_share",
        "linear": [{"valid_from": "2020-01-01", "floor": "20", "ceiling": "60"}],
    }
    made = tree(joined("ALL", "mean", leaf, said("a")))
    known = facts(employment=[employment(total_fte=780, district_fte=312)])
    on = day("2025-12-31")
    found = roll_up(made, readings_of_facts(made, known) | readings_of_answers(made, {"a": "100"}, on), on)
    assert found.find("L01").number == 50
    assert found.number == 75
    assert roll_up(made, readings_of_facts(made, facts()), on).find("L01").state == "unknown"


def test_a_scale_holds_to_its_last_day_and_the_next_one_from_the_day_after() -> None:
    scales = [
        {"valid_from": "2020-01-01", "valid_to": "2025-12-31", "floor": "20", "ceiling": "60"},
        {"valid_from": "2026-01-01", "floor": "0", "ceiling": "40"},
    ]
    leaf = {"code": "L01", "names": both("Local hire"), "measure": "local_hire_share", "linear": scales}
    made = tree(joined("ALL", "mean", leaf))
    known = facts(employment=[employment(total_fte=780, district_fte=312)])
    assert roll_up(made, readings_of_facts(made, known), day("2025-12-31")).number == 50


@pytest.mark.parametrize(("foreign", "points"), [(20, 100), (21, 0)])
def test_a_measure_without_a_scale_is_kept_or_not(foreign: int, points: int) -> None:
    law = {"norm": "D.Leg. 689", "article": "art. 4", "valid_from": "1991-12-05"}
    limit = {"name": "maximum_percent", "value": "20", "unit": "percent", **law}
    leaf = {"code": "L04", "names": both("Foreign staff"), "measure": "foreign_headcount", "parameters": [limit]}
    made = tree(joined("ALL", "mean", leaf))
    known = facts(employment=[employment(staff_headcount=100, foreign_headcount=foreign)])
    on = day("2025-12-31")
    assert figures(roll_up(made, readings_of_facts(made, known), on)) == (points, points, points)


def test_a_view_rolls_the_same_leaves_up_for_each_label() -> None:
    root = joined(
        "ALL",
        "mean",
        joined("IN", "mean", said("a", duty_bearer="company", level="legal"), said("b", duty_bearer="state")),
        said("c", duty_bearer="company", level="expected"),
    )
    made = tree(root, views=["duty_bearer", "level"])
    found = views(made, readings_of_answers(made, {"a": "100", "b": "0", "c": "50"}, DAY), DAY)
    assert {view: {label: one.number for label, one in by.items()} for view, by in found.items()} == {
        "duty_bearer": {"company": 75, "state": 0},
        "level": {"legal": 100, "expected": 50},
    }
    assert found["duty_bearer"]["state"].find("c").state == NOT_APPLICABLE


def test_a_reading_of_a_node_that_is_not_there_is_refused() -> None:
    made = tree(joined("ALL", "mean", said("a")))
    with pytest.raises(FrameworkError, match="trial has no zz"):
        roll_up(made, {"zz": readings_of_answers(made, {"a": "1"}, DAY)["a"]}, DAY)
