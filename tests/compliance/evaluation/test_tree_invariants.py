"""What must hold for any tree and any answers at all."""

import random
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from itertools import product
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from compliance.evaluation.criteria import MEASURES
from compliance.evaluation.framework import Framework, FrameworkError, Indicator
from compliance.evaluation.framework_files import FOLDER, read_folder
from compliance.evaluation.judgement import Override
from compliance.evaluation.scoring import judge
from compliance.evaluation.trees.leaves import reading_of_outcome, readings_of_answers
from compliance.evaluation.trees.reading import parse_tree
from compliance.evaluation.trees.rolling import Result, named_ends, roll_up
from compliance.evaluation.trees.rules import Cap, Node, Tree
from tests.compliance.evaluation.builders import exempt
from tests.compliance.evaluation.test_invariants import complete, whole
from tests.compliance.evaluation.tree_builders import DAY, joined, said, written

whatever_the_machine = settings(
    deadline=None, database=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much]
)
NOT_APPLICABLE = "not_applicable"
WORDS = ["0", "40", "100", NOT_APPLICABLE]
ANSWERS = st.sampled_from(["", "", *WORDS])


@st.composite
def nodes(draw: st.DrawFn, names: Any, depth: int, more: Mapping[str, Any]) -> dict[str, Any]:
    code = f"n{next(names)}"
    if depth == 0 or (depth < 3 and draw(st.booleans())):
        ends = draw(st.sampled_from([["0", "100"], ["0", "100"], ["0", "90"], ["10", "60"]]))
        missing = draw(st.sampled_from(["MX", "MX", "MB"]))
        return said(code, missing=missing, **{**more, "range": ends})
    combine = draw(st.sampled_from(["mean", "mean", "sum", "min", "all_of", "ladder", "share_met"]))
    children = []
    for index in range(draw(st.integers(1, 3))):
        own: dict[str, Any] = {}
        if combine == "ladder":
            own["reaches"] = str((index + 1) * 30)
        if combine in ("mean", "share_met"):
            own["weight"] = draw(st.sampled_from(["1", "1", "2", "0.5"]))
        if combine == "mean" and index and draw(st.booleans()):
            own["only_adds"] = "true"
        if combine == "sum":
            own["weight"] = draw(st.sampled_from(["1", "-1", "0.5", "-0.25"]))
        children.append(draw(nodes(names, depth - 1, own)))
    extra: dict[str, Any] = {"met_from": draw(st.sampled_from(["40", "60"]))}
    if draw(st.booleans()):
        ends = draw(st.sampled_from([("0", "100"), ("100", "0")]))
        extra["rescale"] = {"low": "-20", "high": "120", "to_low": ends[0], "to_high": ends[1]}
    if draw(st.booleans()):
        where = draw(st.sampled_from(sorted(codes_below(children))))
        silence = draw(st.sampled_from(["opens", "withholds", "fails"]))
        extra["caps"] = [{"where": [where], "below": "40", "at_most": "30", "unknown": silence}]
    return joined(code, combine, *children, **{**more, **extra})


def codes_below(children: list[dict[str, Any]]) -> set[str]:
    return {code for child in children for code in {child["code"], *codes_below(child.get("children", []))}}


@st.composite
def trees(draw: st.DrawFn) -> Tree:
    root = draw(nodes(iter(range(1000)), 3, {}))
    assume("combine" in root)
    try:
        return parse_tree(written(root)).tree
    except FrameworkError:
        assume(False)
        raise


def result_of(made: Tree, answers: Mapping[str, str]) -> Result:
    kept = {code: held(made.by_code[code], answer) for code, answer in answers.items()}
    return roll_up(made, readings_of_answers(made, kept, DAY), DAY)


def held(leaf: Node, answer: str) -> str:
    """The answer within what the leaf can be."""
    if answer in ("", NOT_APPLICABLE):
        return answer
    return str(min(max(Decimal(answer), leaf.range[0]), leaf.range[1]))


def every(result: Result) -> list[Result]:
    return [result, *(one for child in result.children for one in every(child))]


@given(trees(), st.data())
@whatever_the_machine
def test_the_number_lies_between_worst_and_best_at_every_node(made: Tree, data: st.DataObject) -> None:
    for one in every(result_of(made, {leaf.code: data.draw(ANSWERS) for leaf in made.leaves})):
        if one.applies:
            assert one.worst <= one.best
            assert one.number is None or one.worst <= one.number <= one.best
            assert one.coverage is not None
            assert 0 <= one.coverage <= 100


@given(trees(), st.data())
@whatever_the_machine
def test_filling_in_what_is_unknown_never_leads_outside_the_range(made: Tree, data: st.DataObject) -> None:
    before = {leaf.code: data.draw(ANSWERS) for leaf in made.leaves}
    after = {code: answer or data.draw(ANSWERS) for code, answer in before.items()}
    for one, other in zip(every(result_of(made, before)), every(result_of(made, after)), strict=True):
        if one.applies and other.applies:
            assert one.worst <= other.worst <= other.best <= one.best


@given(trees(), st.data())
@whatever_the_machine
def test_when_everything_is_known_the_range_is_the_number(made: Tree, data: st.DataObject) -> None:
    found = result_of(made, {leaf.code: data.draw(st.sampled_from(WORDS)) for leaf in made.leaves})
    for one in every(found):
        if one.applies:
            assert one.worst == one.number == one.best
            assert one.coverage == 100


@given(trees(), st.data(), st.randoms(use_true_random=False))
@whatever_the_machine
def test_the_order_of_children_changes_nothing_but_on_a_ladder(
    made: Tree, data: st.DataObject, order: random.Random
) -> None:
    answers = {leaf.code: data.draw(ANSWERS) for leaf in made.leaves}
    shuffled = replace(made, root=mixed(made.root, order))
    one, other = result_of(made, answers), result_of(shuffled, answers)
    assert (one.state, one.number, one.worst, one.best, one.coverage) == (
        *(other.state, other.number, other.worst, other.best, other.coverage),
    )


def mixed(node: Node, order: random.Random) -> Node:
    children = [mixed(child, order) for child in node.children]
    if node.combine != "ladder":
        order.shuffle(children)
    return replace(node, children=tuple(children))


SMALL: list[dict[str, Any]] = [
    joined("ALL", "mean", said("a"), joined("IN", "mean", said("b"), said("c", weight="2"))),
    joined("ALL", "mean", said("a"), said("b"), said("c", only_adds="true")),
    joined("ALL", "mean", said("a"), said("b"), said("c", only_adds="true", range=["40", "100"])),
    joined("ALL", "sum", said("a"), said("b", weight="-0.5"), said("c", weight="0.25")),
    joined("ALL", "min", said("a"), said("b"), said("c")),
    joined("ALL", "all_of", said("a"), said("b"), said("c"), met_from="40"),
    joined("ALL", "ladder", *(said(code, reaches=str(n * 30)) for n, code in enumerate("abc", 1)), met_from="40"),
    joined("ALL", "share_met", said("a"), said("b", weight="2"), said("c"), met_from="40"),
    joined(
        "ALL",
        "mean",
        *(said("a"), said("b"), said("c")),
        caps=[{"where": ["a"], "below": "40", "at_most": "30", "unknown": "opens"}],
    ),
]


@pytest.mark.parametrize("number", range(len(SMALL)))
def test_every_filling_of_a_small_tree_lies_in_its_range_and_both_ends_are_reached(number: int) -> None:
    made = parse_tree(written(SMALL[number])).tree
    for known in product(["", *WORDS], repeat=3):
        before = result_of(made, dict(zip("abc", known, strict=True)))
        ends = set()
        for filled in product(WORDS, repeat=3):
            answers = [one or other for one, other in zip(known, filled, strict=True)]
            found = result_of(made, dict(zip("abc", answers, strict=True)))
            if found.applies:
                assert before.worst <= found.worst == found.number == found.best <= before.best, answers
                ends.add(found.number)
        if before.applies and ends:
            assert {before.worst, before.best} <= ends, known


# The Peruvian files are trees of depth two


def tree_of(framework: Framework) -> Tree:
    """Policies and indicators as nodes; a gate is a cap on the whole."""
    least = framework.minimum_coverage
    policies = tuple(
        Node(
            code=f"policy {policy.code}",
            names=policy.names,
            weight=policy.weight,
            combine="mean",
            minimum_count=framework.minimum_indicators,
            children=tuple(
                Node(code=one.code, names=one.names, weight=one.weight, measure=one.measure, missing=one.missing)
                for one in framework.indicators
                if one.policy == policy.code
            ),
            minimum_known=least,
        )
        for policy in framework.policies
    )
    caps = tuple(cap_of(one) for one in framework.indicators if one.gate is not None)
    root = Node(code="ALL", names=framework.names, combine="mean", children=policies, caps=caps, minimum_known=least)
    return Tree(
        format=2,
        code=framework.code,
        version=framework.version,
        names=framework.names,
        subject="mine",
        valid_from=framework.valid_from,
        root=root,
        bands=framework.bands,
    )


def cap_of(gate: Indicator) -> Cap:
    assert gate.gate is not None
    limit = Decimal(100) if gate.kind == "binary" else None
    up_to = None if limit else Decimal(0)
    return Cap(where=(gate.code,), at_most=gate.gate, below=limit, up_to=up_to, unknown="opens")


PERU = [
    file.framework
    for file in read_folder(FOLDER, MEASURES)
    if file.framework.code == "peru-recommended-policies" and file.framework.version <= 3
]
CODES = [indicator.code for indicator in PERU[0].indicators]
POINTS = st.sampled_from([Decimal(number) for number in (0, 12, 44, 60, 75, 100)])


@pytest.mark.parametrize("framework", PERU, ids=lambda one: f"version {one.version}")
@given(
    rows=complete(),
    excused=st.sets(st.sampled_from(CODES), max_size=4),
    said_otherwise=st.dictionaries(st.sampled_from(CODES), POINTS, max_size=8),
)
@settings(whatever_the_machine, max_examples=30)
def test_todays_files_are_trees_of_depth_two_and_give_the_same_numbers(
    framework: Framework, rows: Any, excused: set[str], said_otherwise: dict[str, Decimal]
) -> None:
    overrides = [Override(indicator=code, score=score, reason="a look") for code, score in said_otherwise.items()]
    judged = judge(framework, whole(rows, exemptions=[exempt(code) for code in sorted(excused)]), overrides)
    made = tree_of(framework)
    found = roll_up(made, {one.code: reading_of_outcome(one) for one in judged.outcomes}, DAY)
    assert (found.number, found.worst, found.best, found.coverage) == (
        *(judged.score, judged.worst, judged.best, judged.coverage),
    )
    assert (found.name, *named_ends(made, found)) == (judged.grade, judged.grade_worst, judged.grade_best)
    assert set(found.capped_by) == set(judged.capped_by)
    assert set(found.blocked_by) == set(judged.blocked_by)
    for policy in judged.policies:
        one = found.find(f"policy {policy.code}")
        if one.applies:
            assert (one.number, one.worst, one.best, one.coverage, one.name) == (
                *(policy.score, policy.worst, policy.best, policy.coverage, policy.grade),
            )
        else:
            assert policy.worst is None
