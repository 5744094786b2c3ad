"""Each value of a file of rules, of a tree and of sealed facts is changed, and what is then refused stays as it is kept.

A line that changes is a file that is read otherwise. `write()` writes the kept lines anew; `answers(kind, place)` names each
change at a place with the refusal, or with the fingerprint of what was read.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from compliance.evaluation import canonical
from compliance.evaluation.criteria import MEASURES
from compliance.evaluation.facts import Facts
from compliance.evaluation.framework import parse, read_yaml, without_examples
from compliance.evaluation.strictness import problems_of
from compliance.evaluation.trees.reading import parse_tree
from tests.compliance.evaluation.builders import (
    assessment,
    commitment,
    condition,
    employment,
    facts,
    obligation,
    payment,
)
from tests.compliance.evaluation.test_framework_files import HEAD
from tests.compliance.evaluation.test_strictness import GAP, LIMIT
from tests.compliance.evaluation.test_tree_files import band, limit, node, whole
from tests.compliance.evaluation.tree_builders import both, joined, said

KEPT = Path(__file__).with_name("kept_refusals.txt")
VALUES: list[Any] = [
    *(None, "", "luck", "not_applicable", "0", "-1", "1", "20", "50", "60", "99.9", "100", "100.1", "150", True, 1.5),
    *("2019-12-31", "2020-01-01", "2020-01-02", "2021-01-01", "2026-12-31", "2027-01-01", [], {}, ["x"], {"x": "1"}),
    *("mean", "sum", "min", "all_of", "ladder", "share_met", "M0", "MB", "legal", "percent", "binary"),
]
"""What is written in place of each value."""
MORE: dict[str, Any] = {
    **{"colour": "red", "weight": "0", "only_adds": "true", "reaches": "150", "missing": "MB", "met_from": "101"},
    **{"minimum_known": "50", "minimum_count": "2", "may_be_given": "true", "gate": "44", "valid_to": "2021-01-01"},
    "rescale": {"low": "0", "high": "100", "to_low": "1", "to_high": "0"},
}
"""What is written beside them."""


@cache
def tree_of_all() -> dict[str, Any]:
    """A tree with something of every kind."""
    data = whole() | {"bands": [band("A", "50"), band("E", "0")], "views": ["level"], "left_open": both("x")}
    node(data, 0, 0).update(question=both("x"), level="legal", duty_bearer="state", bands=[band("B", "0")])
    share = joined("SHARE", "share_met", said("held"), said("heavy", weight="2"), met_from="60", minimum_count="1")
    ends = {"low": "0", "high": "50", "to_low": "0", "to_high": "100"}
    cap = {"where": ["held"], "up_to": "20", "at_most": "30", "unknown": "fails"}
    least = joined("LEAST", "min", said("left"), said("right", missing="M0"), rescale=ends, minimum_known="50")
    law = {"code": "law", "names": both("law"), "measure": "foreign_headcount", "parameters": [limit()]}
    lowers = said("lowers", weight="-1", missing="MB")
    data["root"]["children"] += [share | {"caps": [cap]}, least, joined("TOLD", "all_of", law)]
    node(data, 2)["children"].append(lowers)
    data["answers"]["steps"][0]["names"] = {"yes": both("Yes")}
    data["examples"] = [{"says": both("A"), "answers": {"asked": "yes"}, "row": {"money": "5"}, "gives": {"ALL": {}}}]
    return data


@cache
def rules_of_all() -> dict[str, Any]:
    """A framework with something of every kind."""
    data = without_examples(read_yaml(HEAD + LIMIT + GAP))
    law = data["indicators"][1]
    dated = {"norm": "Ours", "article": "1", "valid_from": "2020-01-01", "policy": "true"}
    law["basis"] = [{"norm": "Ley 1", "article": "2", "valid_from": "2000-01-01"}]
    law |= {"gate": [dated | {"value": "44"}], "gaming": both("x"), "lists": ["employment"], "phases": ["operation"]}
    law["sources"][0]["covers"].append("gate")
    data["indicators"][2]["weight"] = [dated | {"value": "2", "valid_to": "2020-12-31"}]
    data["indicators"][2]["weight"].append(dated | {"value": "3", "valid_from": "2021-01-01"})
    data["policies"][0] |= {"question": both("x"), "short_names": both("x")}
    data["policies"].append({"code": "LOC", "weight": [dated | {"value": "1"}], "names": both("x")})
    data["indicators"].append(data["indicators"][0] | {"code": "T02", "policy": "LOC", "section": "work"})
    data["catalogue"] = [{"code": "X1", "policy": "TRA", "names": both("x")}]
    data["looks_at"] = ["as-of"]
    return data


@cache
def facts_of_all() -> dict[str, Any]:
    """Facts with a row of the usual tables."""
    due = obligation(100, record="obligation/1")
    told = payment(due, record="disbursement/1", company_amount="5")
    return facts(
        obligations=[due],
        payments=[told],
        assessments=[assessment(record="assessment/1")],
        conditions=[condition("2025-06-30", "2025-07-01").__class__(record="condition/1", due_on=due.due_on)],
        employment=[employment(record="employment-return/1", total_fte="5", staff_headcount=3)],
        commitments=[commitment(record="commitment/1")],
    ).to_json()


def read_rules(data: Any) -> object:
    """The framework, with what a folder would say of it besides."""
    framework = parse(data, MEASURES, {"work"})
    return [framework, *problems_of(framework, MEASURES)]


READ: dict[str, tuple[Callable[[], Any], Callable[[Any], object]]] = {
    "tree": (tree_of_all, lambda data: parse_tree(data, MEASURES).tree),
    "rules": (rules_of_all, read_rules),
    "facts": (facts_of_all, lambda data: Facts.from_json(data).to_json()),
}
"""What is read, and how."""


def places(data: Any, place: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The way to each value."""
    members = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for key, value in members:
        yield (*place, key)
        yield from places(value, (*place, key))


def changes(value: Any) -> Iterator[tuple[str, Any]]:
    """What stands in place of a value, with how it is called."""
    yield from ((repr(other), other) for other in VALUES if other != value)
    if isinstance(value, list):
        yield "twice", [*value, *value]
        yield "the other way round", value[::-1]
    if isinstance(value, dict):
        yield from ((f"with {name}", {**value, name: more}) for name, more in MORE.items())


def answers(kind: str, place: tuple[Any, ...]) -> Iterator[tuple[str, str]]:
    """What is said of each change at a place."""
    make, read = READ[kind]

    def said_of(change: Callable[[Any], object]) -> str:
        data = deepcopy(make())
        holder = data
        for step in place[:-1]:
            holder = holder[step]
        change(holder)
        try:
            return canonical.digest(read(data))
        except ValueError as refusal:
            return f"refused: {refusal}"

    def put(other: Any) -> Callable[[Any], object]:
        return lambda holder: holder.__setitem__(place[-1], deepcopy(other))

    value = make()
    for step in place:
        value = value[step]
    yield "left out", said_of(lambda holder: holder.pop(place[-1]))
    for what, other in changes(value):
        yield what, said_of(put(other))


def group_of(kind: str, place: tuple[Any, ...]) -> str:
    """What is tried in one test."""
    steps = place[1:4] if place[0] in ("root", "indicators") else ()
    return "/".join(map(str, (kind, place[0], *(step for step in steps if isinstance(step, int)))))


GROUPS: dict[str, list[tuple[str, tuple[Any, ...]]]] = {}
for _kind, (_make, _read) in READ.items():
    for _place in places(_make()):
        GROUPS.setdefault(group_of(_kind, _place), []).append((_kind, _place))


def lines(group: str) -> Iterator[str]:
    """How many changes are refused at each place, and the fingerprint of all that is said."""
    for kind, place in GROUPS[group]:
        found = list(answers(kind, place))
        refused = Counter(answer.startswith("refused: ") for _what, answer in found)
        name = "/".join(map(str, place))
        yield f"{group}: {name}: {refused[True]} refused, {refused[False]} taken, {canonical.digest(found)[:12]}"


def write() -> None:
    """Keep what is refused today."""
    found = [line for group in GROUPS for line in lines(group)]
    KEPT.write_text("\n".join(found) + "\n", encoding="utf-8")


@pytest.mark.parametrize("group", GROUPS)
def test_what_is_refused_of_a_file_stays(group: str) -> None:
    kept = KEPT.read_text(encoding="utf-8").splitlines()
    assert list(lines(group)) == [line for line in kept if line.startswith(f"{group}: ")]


@pytest.mark.parametrize("kind", READ)
def test_what_is_changed_is_taken_as_it_is(kind: str) -> None:
    make, read = READ[kind]
    assert read(deepcopy(make()))


def test_nothing_is_kept_of_a_place_that_is_gone() -> None:
    assert len(KEPT.read_text(encoding="utf-8").splitlines()) == sum(map(len, GROUPS.values()))
