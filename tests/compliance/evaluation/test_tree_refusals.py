"""Each thing that a tree may not say is refused by its place and reason, and what is just within its limits is taken."""

from collections.abc import Callable
from typing import Any

import pytest

from compliance.evaluation.criteria import MEASURES
from compliance.evaluation.framework import FrameworkError
from compliance.evaluation.trees.reading import parse_tree
from tests.compliance.evaluation.test_tree_files import band, limit, node, whole
from tests.compliance.evaluation.tree_builders import both

ENGLISH = {"en": "x"}
CAP = {"where": ["a"], "below": "1", "at_most": "1", "unknown": "opens"}
RESCALE = {"low": "0", "high": "1", "to_low": "0", "to_high": "1"}
SCALE = {"valid_from": "2020-01-01", "floor": "20", "ceiling": "60"}
OF_NODES = {"caps": [CAP], "rescale": RESCALE, "minimum_known": "1", "minimum_count": "1", "may_be_given": "true"}
OF_LEAVES = {"ask": "reviewer", "measure": "gone", "column": "money", "transform": ["ln"], "linear": [SCALE]}
BROKEN: dict[str, tuple[Callable[[dict[str, Any]], object], str]] = (
    {
        "a version before the first": (lambda d: d.update(version="0"), "version: versions count from 1"),
        "a subject that nobody judges": (
            lambda d: d.update(subject="moon"),
            "subject: moon is none of company, country, ",
        ),
        "too many decimals": (lambda d: d.update(decimals="7"), "decimals: between 0 and 6"),
        "fewer decimals than none": (lambda d: d.update(decimals="-1"), "decimals: between 0 and 6"),
        "a view of nothing": (lambda d: d.update(views=["luck"]), "views: luck is none of duty_bearer, level"),
        "no Spanish name": (lambda d: d.update(names=ENGLISH), "names: no text in es"),
        "no Spanish of what is open": (lambda d: d.update(left_open=ENGLISH), "left_open: no text in es"),
        "no Spanish question": (lambda d: node(d, 0, 0).update(question=ENGLISH), "asked: question: no text in es"),
        "no Spanish band": (
            lambda d: node(d, 0).update(bands=[band("A", "0") | {"names": ENGLISH}]),
            "IN: band A: no text in es",
        ),
        "bands of the whole of one code": (
            lambda d: d.update(bands=[band("A", "50"), band("A", "0")]),
            "bands: 2 bands have the code A",
        ),
        "a band of the whole that nothing reaches": (
            lambda d: d.update(bands=[band("A", "150")]),
            "ALL: it is at most 100 on 2020-01-01, and its band A starts at 150",
        ),
        "answers without a map": (lambda d: d["answers"].update(steps=[]), "answers.steps: no map"),
        "a map without words": (lambda d: d["answers"]["steps"][0].update(points={}), "answers.steps[0]: no words"),
        "points for what does not apply": (
            lambda d: d["answers"]["steps"][0]["points"].update(not_applicable="0"),
            "answers.steps[0]: not_applicable has no points; it takes the question out",
        ),
        "a name of a word without points": (
            lambda d: d["answers"]["steps"][0].update(names={"perhaps": both("x")}),
            "answers.steps[0]: names for perhaps, which have no points",
        ),
        "no Spanish word": (
            lambda d: d["answers"]["steps"][0].update(names={"yes": ENGLISH}),
            "answers.steps[0].names.yes: no text in es",
        ),
        "a map that ends before it starts": (
            lambda d: d["answers"]["steps"][0].update(valid_to="2019-12-31"),
            "answers.steps[0]: it ends before it starts",
        ),
        "a kind of silence that is not known": (
            lambda d: node(d, 0, 0).update(missing="M9"),
            "asked: missing M9 is none of M0, MB, MX",
        ),
        "a level that is not known": (lambda d: node(d, 0, 0).update(level="luck"), "asked: level luck is none of "),
        "a leaf of no kind": (
            lambda d: (node(d, 0, 0).pop("ask"), node(d, 0, 0).pop("answers")),
            "asked: a leaf has one of ask, measure, column; it has none",
        ),
        "somebody who does not answer": (
            lambda d: node(d, 0, 0).update(ask="anybody"),
            "asked: anybody does not answer; a reviewer does",
        ),
        "answers to what nobody is asked": (
            lambda d: node(d, 2, 0).update(answers="steps"),
            "read: only what is asked has answers",
        ),
        "numbers without limits": (lambda d: node(d, 0, 0).pop("answers"), "asked: an answer in numbers needs a range"),
        "a step that is a list": (
            lambda d: node(d, 2, 0).update(transform=[["ln1p"]]),
            "root.children[2].children[0].transform[0]: expected named values, found ['ln1p']",
        ),
        "a transformed answer": (
            lambda d: node(d, 0, 0).update(transform=["ln1p"]),
            "asked: only a column is transformed",
        ),
        "a scale of an answer": (
            lambda d: node(d, 0, 0).update(linear=node(d, 0, 1)["linear"]),
            "asked: only a measure has a scale or parameters",
        ),
        "a value of the law for an answer": (
            lambda d: node(d, 0, 0).update(parameters=[limit()]),
            "asked: only a measure has a scale or parameters",
        ),
        "a scale without length": (
            lambda d: node(d, 0, 1)["linear"][0].update(floor="60"),
            "measured: a scale needs a floor and another ceiling",
        ),
        "two scales on one day": (
            lambda d: node(d, 0, 1)["linear"].append(node(d, 0, 1)["linear"][0] | {"valid_from": "2021-01-01"}),
            "measured: two scales are in force on the same day",
        ),
        "a day without a scale": (
            lambda d: node(d, 0, 1)["linear"][0].update(valid_from="2020-01-02"),
            "measured: nothing is in force on 2020-01-01",
        ),
        "nothing to combine": (lambda d: node(d, 1).update(children=[]), "stairs: nothing to combine"),
        "less known than nothing": (
            lambda d: node(d, 0).update(minimum_known="-0.1"),
            "IN: minimum_known is a percentage",
        ),
        "more known than all": (
            lambda d: node(d, 0).update(minimum_known="100.1"),
            "IN: minimum_known is a percentage",
        ),
        "a heavy step": (lambda d: node(d, 1, 0).update(weight="2"), "one: ladder knows no weights"),
        "a heavy part of the least": (
            lambda d: (node(d, 2).update(combine="min"), node(d, 2, 0).update(weight="2")),
            "read: min knows no weights",
        ),
        "a step that only adds": (
            lambda d: node(d, 1, 1).update(only_adds="true"),
            "two: only a mean has children that only add",
        ),
        "a step without a ladder": (
            lambda d: node(d, 0, 0).update(reaches="50"),
            "asked: it reaches something, and is no step of a ladder",
        ),
        "a step that reaches nothing": (
            lambda d: node(d, 1, 0).update(reaches="0"),
            "one: this step reaches 0, no more",
        ),
        "children without weight": (
            lambda d: [one.update(weight="0") for one in node(d, 0)["children"]],
            "IN: no child counts, so there is nothing to add to",
        ),
        "a cap that fails nowhere": (lambda d: d["root"]["caps"][0].update(where=[]), "ALL: a cap says where it fails"),
        "a cap with two limits": (
            lambda d: d["root"]["caps"][0].update(up_to="50"),
            "ALL: a cap says below or up_to which number it fails",
        ),
        "a cap that does with silence what is not known": (
            lambda d: d["root"]["caps"][0].update(unknown="luck"),
            "ALL: what a cap does while nothing is known is one of fails, opens, withholds",
        ),
        "a rescale to one number": (
            lambda d: node(d, 0).update(rescale=RESCALE | {"to_high": "0"}),
            "IN: the two ends of a rescale differ",
        ),
        "silence that a turned scale rewards": (
            lambda d: (
                node(d, 2).update(rescale=RESCALE | {"to_low": "1", "to_high": "0"}),
                node(d, 2, 0).update(missing="M0"),
            ),
            "read: M0 where a higher number lowers the whole",
        ),
        "an example without Spanish": (
            lambda d: d.update(examples=[{"says": {"en": "A", "es": " "}, "gives": {"ALL": {}}}]),
            "examples[0]: no sentence in es",
        ),
        "an example before the framework": (
            lambda d: d.update(examples=[{"says": both("A"), "on": "2019-12-31", "gives": {"ALL": {}}}]),
            "examples[0]: the framework is not in force on 2019-12-31",
        ),
        "an example of what is not there": (
            lambda d: d.update(examples=[{"says": both("A"), "gives": {"gone": {}}}]),
            "examples[0]: there is no gone",
        ),
        "examples that are no list": (lambda d: d.update(examples="some"), "examples: expected a list"),
    }
    | {
        f"a leaf with {name}": (
            lambda d, name=name, value=value: node(d, 0, 0).update({name: value}),
            f"asked: {name} belongs to a node with children",
        )
        for name, value in OF_NODES.items()
    }
    | {
        f"a node with children and {name}": (
            lambda d, name=name, value=value: node(d, 0).update({name: value}),
            f"IN: {name} belongs to a leaf",
        )
        for name, value in OF_LEAVES.items()
    }
)
TAKEN: dict[str, Callable[[dict[str, Any]], object]] = {
    "no decimals": lambda d: d.update(decimals="0"),
    "six decimals": lambda d: d.update(decimals="6"),
    "views, and what is left open": lambda d: d.update(views=["level", "duty_bearer"], left_open=both("x")),
    "the first day alone": lambda d: (
        d.update(valid_to="2020-01-01"),
        d["answers"]["steps"][0].update(valid_to="2020-01-01"),
    ),
    "nothing that must be known": lambda d: node(d, 0).update(minimum_known="0"),
    "all that must be known": lambda d: node(d, 0).update(minimum_known="100", minimum_count="3"),
    "a question, its level and who owes it": lambda d: node(d, 0, 0).update(
        question=both("x"), level="legal", duty_bearer="state"
    ),
    "words with names": lambda d: d["answers"]["steps"][0].update(names={"yes": both("Yes")}),
    "a child without weight beside others": lambda d: node(d, 0, 0).update(weight="0"),
    "silence that is not rewarded twice turned": lambda d: (
        node(d, 2).update(rescale=RESCALE | {"low": "1", "high": "0", "to_low": "1", "to_high": "0"}),
        node(d, 2, 0).update(missing="M0"),
    ),
    "a negative weight in a sum": lambda d: node(d, 2, 0).update(weight="-1"),
    "a cap up to a number": lambda d: (d["root"]["caps"][0].pop("below"), d["root"]["caps"][0].update(up_to="99")),
    "maps and scales that follow each other": lambda d: (
        d["answers"].update(
            steps=[
                d["answers"]["steps"][0] | {"valid_to": "2020-12-31"},
                d["answers"]["steps"][0] | {"valid_from": "2021-01-01"},
            ]
        ),
        node(d, 0, 1).update(
            linear=[
                node(d, 0, 1)["linear"][0] | {"valid_to": "2020-12-31"},
                node(d, 0, 1)["linear"][0] | {"valid_from": "2021-01-01"},
            ]
        ),
    ),
}


@pytest.mark.parametrize("what", TAKEN)
def test_what_is_just_within_the_limits_of_a_tree_is_taken(what: str) -> None:
    data = whole()
    TAKEN[what](data)
    assert parse_tree(data, MEASURES)


@pytest.mark.parametrize("what", BROKEN)
def test_each_thing_that_a_tree_may_not_say_is_refused_by_its_place_and_reason(what: str) -> None:
    broken, reason = BROKEN[what]
    data = whole()
    broken(data)
    with pytest.raises(FrameworkError) as refusal:
        parse_tree(data, MEASURES)
    assert str(refusal.value).startswith(reason)
