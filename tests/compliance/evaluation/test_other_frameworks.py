"""Frameworks of other kinds, as rows of "How a grade can be wrong" name them: what was missing, and comes out right now."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pytest

from compliance.evaluation.criteria import MEASURES
from compliance.evaluation.trees.leaves import readings_of_answers, readings_of_row
from compliance.evaluation.trees.reading import FOLDER, read_trees
from compliance.evaluation.trees.rolling import Result, roll_up
from compliance.evaluation.trees.rules import Tree
from tests.compliance.evaluation.tree_builders import DAY, both, figures, joined, tree

TREES: dict[str, Tree] = {file.tree.code: file.tree for file in read_trees(FOLDER, MEASURES)}
NOT_APPLICABLE = "not_applicable"


def answered(code: str, answers: Mapping[str, Any], node: str = "") -> Any:
    """What a framework makes of answers on its first day; untyped, to compare decimals with plain numbers."""
    framework = TREES[code]
    said = {name: str(one) for name, one in answers.items()}
    whole = roll_up(framework, readings_of_answers(framework, said, framework.valid_from), framework.valid_from)
    return whole.find(node or framework.root.code)


def shown(code: str, result: Result) -> Any:
    assert result.number is not None
    return TREES[code].shown(result.node, result.number)


def numbered(letter: str, *answers: Any) -> dict[str, Any]:
    return {f"{letter}{number}": one for number, one in enumerate(answers, 1)}


# RGI


def test_rgi_2013_has_its_means_its_own_cuts_and_tells_a_blank_from_what_does_not_apply() -> None:
    institutional = [*(100,) * 6, 0, NOT_APPLICABLE, NOT_APPLICABLE, 100]
    found = answered("rgi-2013", numbered("I", *institutional), "institutional")
    assert (*figures(found), found.coverage, found.name) == (*(Decimal("87.5"),) * 3, 100, "satisfactory")
    reporting = [67, 100, 100, 100, 100, 67, 67, 40, 33, 100, *(NOT_APPLICABLE,) * 7, 100, 100, 100]
    found = answered("rgi-2013", numbered("R", *reporting), "reporting")
    assert (round(found.number, 4), shown("rgi-2013", found)) == (Decimal("82.6154"), 83)
    blank = answered("rgi-2013", numbered("I", *(100,) * 6, 0, "", "", 100), "institutional")
    assert (*figures(blank), blank.coverage) == (Decimal("87.5"), 70, 90, 80)


@pytest.mark.parametrize(("number", "name"), [("71", "satisfactory"), ("70.96", "partial"), ("51", "partial")])
def test_rgi_2013_is_never_shown_over_its_own_cut(number: str, name: str) -> None:
    found = answered("rgi-2013", dict.fromkeys(("institutional", "reporting", "safeguards", "environment"), number))
    assert (found.name, shown("rgi-2013", found)) == (name, Decimal(number))


def test_rgi_2021_is_a_mean_of_means_of_means_also_where_a_question_does_not_apply() -> None:
    ghana = answered("rgi-2021", {"value": 79, "revenue": 85, "environment": 71})
    assert (round(ghana.number, 4), ghana.name) == (Decimal("78.3333"), "good")
    questions = {"licensing-L1": 100, "licensing-L2": 0, "licensing-P1": 50, "licensing-P2": 50, "taxation": 50}
    rest = {"local-impact": NOT_APPLICABLE, "state-companies": NOT_APPLICABLE, "revenue": 50, "environment": 50}
    assert answered("rgi-2021", questions | rest).number == 50
    without = answered("rgi-2021", questions | rest | {"licensing-L2": NOT_APPLICABLE})
    assert round(without.number, 2) == Decimal("54.17")
    assert answered("rgi-2021", questions | rest, "licensing").number == 50


# EITI


@pytest.mark.parametrize(
    ("components", "number", "whole"),
    [
        ((Decimal("81.5"), 75, Decimal("69.5")), "75.3333", 75),
        ((90, 80, Decimal("96.5")), "88.8333", 89),
        ((Decimal("82.5"), 78, Decimal("88.5")), "83", 83),
    ],
    ids=["Liberia", "Trinidad and Tobago", "Ghana"],
)
def test_eiti_2021_publishes_the_whole_number_of_the_mean_of_three(
    components: tuple[Any, ...], number: str, whole: int
) -> None:
    found = answered(
        "eiti-validation-2021", dict(zip(("engagement", "transparency", "impact"), components, strict=True))
    )
    assert (round(found.number, 4), shown("eiti-validation-2021", found)) == (Decimal(number), whole)


@pytest.mark.parametrize(
    ("framework", "points"),
    [
        ("eiti-validation-2021", {"exceeded": 100, "fully": 90, "mostly": 60, "partly": 30, "not_met": 0}),
        ("eiti-validation-2025", {"fully": 90, "not_met": 0}),
    ],
)
def test_words_of_eiti_have_the_points_of_their_own_guide(framework: str, points: dict[str, int]) -> None:
    for word, worth in points.items():
        assert answered(framework, {"r1.1": word}, "r1.1").number == worth
    steps = [
        answered(one, {"r1.1": "mostly"}, "r1.1").number for one in ("eiti-validation-2021", "eiti-validation-2025")
    ]
    assert steps[0] < steps[1]


def test_effectiveness_points_add_to_a_component_of_eiti_and_take_nothing_away() -> None:
    answers = {"r1.5": "exceeded", "r7.1": "fully", "r7.2": "fully", "r7.3": "fully", "r7.4": "mostly"}
    assert answered("eiti-validation-2021", answers | {"additional": "2.5"}, "impact").number == Decimal("88.5")
    assert answered("eiti-validation-2021", answers | {"additional": 0}, "impact").number == 86


def test_what_eiti_2025_expects_only_adds() -> None:
    met = {f"r1.{number}": "fully" for number in range(1, 5)}
    found = {
        word: answered("eiti-validation-2025", met | {"engagement-expected": word}, "engagement")
        for word in ("exceeded", "not_met", "")
    }
    assert figures(found["exceeded"]) == (92, 92, 92)
    assert figures(found["not_met"]) == (90, 90, 90)
    assert figures(found[""]) == (90, 90, 92)


# Consolidated Mining Standard

STEPS = ("foundational-1", "foundational-2", "good-1", "good-2", "leading-1")


def area(name: str, *missing: str, unknown: str = "") -> dict[str, str]:
    """The requirements of an area, all met but some."""
    return {f"{name}-{one}": "not_met" if one in missing else "met" for one in STEPS if one != unknown}


@pytest.mark.parametrize(
    ("missing", "number", "name"),
    [
        ((), 100, "leading"),
        (("leading-1",), 66, "good"),
        (("good-1",), 33, "foundational"),
        (("foundational-2",), 0, "none"),
    ],
)
def test_an_area_of_the_mining_standard_stands_where_every_step_below_holds(
    missing: tuple[str, ...], number: int, name: str
) -> None:
    found = answered("consolidated-mining-standard", area("water", *missing), "water")
    assert (*figures(found), found.name) == (number, number, number, name)


def test_a_foundational_requirement_of_which_nobody_knows_leaves_an_area_without_name() -> None:
    found = answered("consolidated-mining-standard", area("water", unknown="foundational-2"), "water")
    assert (found.worst, found.best, found.name) == (0, 100, "?")
    assert found.number is None


@pytest.mark.parametrize(("fifth", "claim"), [((), "claim"), (("good-1",), "claim"), (("foundational-1",), "no-claim")])
def test_areas_of_the_mining_standard_are_counted(fifth: tuple[str, ...], claim: str) -> None:
    four = [area(name) for name in ("engagement", "benefits", "grievances", "indigenous")]
    answers = {code: word for one in [*four, area("water", *fifth)] for code, word in one.items()}
    found = answered("consolidated-mining-standard", answers)
    assert found.find("CLAIM").name == claim


# IRMA


def mine_of_irma(critical: int = 100, **principles: Any) -> dict[str, Any]:
    return {"P1": 100, "P2": 100, "P3": 100, "P4": 100, **principles} | {
        "P1-critical": critical,
        **{f"P{number}-critical": 100 for number in (2, 3, 4)},
    }


@pytest.mark.parametrize(
    ("critical", "principle", "number", "name"),
    [
        (100, 100, 100, "irma-100"),
        (75, 100, 99, "irma-75"),
        (25, 100, 49, "transparency"),
        (0, 100, 49, "transparency"),
        (100, 50, 50, "irma-50"),
        (100, 49, 49, "transparency"),
    ],
)
def test_irma_asks_for_every_critical_requirement_and_a_minimum_in_each_principle(
    critical: int, principle: int, number: int, name: str
) -> None:
    found = answered("irma-1", mine_of_irma(critical, P2=principle))
    assert (*figures(found), found.name) == (number, number, number, name)


def test_a_critical_requirement_at_which_nobody_looked_withholds_the_level_of_irma() -> None:
    unseen = {code: one for code, one in mine_of_irma().items() if code != "P4-critical"}
    found = answered("irma-1", unseen)
    assert (found.worst, found.best, found.name) == (49, 100, "?")


def test_requirements_of_two_one_and_a_half_one_and_nothing_are_a_share_of_their_points() -> None:
    points = {"fully": "2", "substantially": "1.5", "partially": "1", "not_met": "0"}
    asked = [{"code": code, "names": both(code), "ask": "reviewer", "answers": "irma"} for code in "abcd"]
    scale = {"low": "0", "high": "2", "to_low": "0", "to_high": "100"}
    maps = {"irma": [{"valid_from": "2020-01-01", "points": points}]}
    chapter = tree(joined("ALL", "mean", *asked, rescale=scale), answers=maps)

    def of(answers: Mapping[str, str]) -> Any:
        return figures(roll_up(chapter, readings_of_answers(chapter, answers, DAY), DAY))

    words = dict(zip("abcd", points, strict=True))
    assert of(words) == (Decimal("56.25"),) * 3
    assert of({**words, "d": NOT_APPLICABLE}) == (75, 75, 75)
    assert of({"a": "fully"}) == (100, 25, 100)


# A table of districts


def test_a_district_is_weighed_by_columns_logarithms_and_a_negative_weight() -> None:
    risk = TREES["peru-district-social-risk"]
    assert risk.subject == "district"
    row = {
        "rezago_conflictos": "4",
        "n_ejecucion_canon": "0.6504494976203067",
        "canon_pc": "3621.489051375506",
        "mineria_pc": "655728.0647006908",
    }
    found = roll_up(risk, readings_of_row(risk, row), risk.valid_from)
    assert (round(found.number or 0, 2), found.name) == (Decimal("74.56"), "high")
    unknown = roll_up(risk, readings_of_row(risk, row | {"n_ejecucion_canon": ""}), risk.valid_from)
    assert (round(unknown.worst, 1), round(unknown.best, 1), unknown.name) == (Decimal("66.4"), Decimal("89.8"), "?")
    lower = roll_up(risk, readings_of_row(risk, row | {"n_ejecucion_canon": "1"}), risk.valid_from)
    assert lower.number == unknown.worst


# What none of them could do on a screen


@pytest.mark.parametrize("code", TREES)
def test_letters_and_cuts_are_those_of_the_file(code: str) -> None:
    framework = TREES[code]
    names = {band.grade for node in framework.root.below() for band in framework.bands_of(node)}
    assert names
    assert names.isdisjoint("ABCDE")
