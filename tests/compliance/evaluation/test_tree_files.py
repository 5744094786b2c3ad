"""The frameworks that come with Minka give their golden figures, and a file that does not hold together is refused."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml

from compliance.evaluation.criteria import MEASURES
from compliance.evaluation.framework import FrameworkError
from compliance.evaluation.framework_files import FOLDER as OLDER
from compliance.evaluation.framework_files import read_folder
from compliance.evaluation.trees.examples import Expected
from compliance.evaluation.trees.reading import DEEPEST, FOLDER, parse_tree, read_tree, read_trees
from compliance.evaluation.trees.rules import Tree
from tests.compliance.evaluation.tree_builders import both, joined, said, written

SHIPPED = {file.tree.code: file for file in read_trees(FOLDER, MEASURES)}


@pytest.mark.parametrize("code", SHIPPED)
def test_every_golden_figure_of_every_framework_holds(code: str) -> None:
    tree, examples = SHIPPED[code].tree, SHIPPED[code].examples
    assert len(examples) >= 3
    assert [mistake for example in examples for mistake in example.mistakes(tree)] == []


@pytest.mark.parametrize("code", SHIPPED)
def test_every_framework_has_an_example_with_a_published_source_or_says_what_is_open(code: str) -> None:
    assert any(example.source for example in SHIPPED[code].examples) or SHIPPED[code].tree.left_open
    assert SHIPPED[code].tree.left_open


def test_the_frameworks_that_are_shipped() -> None:
    assert set(SHIPPED) == {
        *("rgi-2013", "rgi-2021", "eiti-validation-2021", "eiti-validation-2025"),
        *("consolidated-mining-standard", "irma-1", "peru-district-social-risk"),
    }


def test_two_frameworks_of_eiti_are_in_force_side_by_side() -> None:
    day = SHIPPED["eiti-validation-2025"].tree.valid_from
    assert SHIPPED["eiti-validation-2021"].tree.in_force(day)
    assert SHIPPED["eiti-validation-2025"].tree.in_force(day)


def test_the_folder_of_older_frameworks_reads_as_before() -> None:
    assert {file.framework.code for file in read_folder(OLDER)}.isdisjoint(SHIPPED)


def test_a_wrong_golden_figure_is_found() -> None:
    file = SHIPPED["rgi-2013"]
    wrong = Expected(number=Decimal("87.6"), band="weak", shown=Decimal(88), coverage=Decimal(100))
    example = replace(file.examples[0], gives={"institutional": wrong})
    found = "\n".join(example.mistakes(file.tree))
    assert "institutional: number is 87.5" in found
    assert "institutional: band is satisfactory, not weak" in found
    assert "shown" not in found
    assert "coverage" not in found


# What is refused


def whole() -> dict[str, Any]:
    """A framework with one of everything, which is taken."""
    steps = [{"valid_from": "2020-01-01", "points": {"yes": "100", "no": "0"}}]
    asked = {"code": "asked", "names": {"en": "Asked", "es": "Preguntado"}, "ask": "reviewer", "answers": "steps"}
    read = {
        "code": "read",
        "names": {"en": "Read", "es": "Leído"},
        "column": "money",
        "transform": ["ln1p", {"divide_by": "8"}],
        "range": ["0", "1"],
    }
    measured = {
        "code": "measured",
        "names": {"en": "Measured", "es": "Medido"},
        "measure": "local_hire_share",
        "linear": [{"valid_from": "2020-01-01", "floor": "20", "ceiling": "60"}],
    }
    stairs = joined("stairs", "ladder", said("one", reaches="50"), said("two", reaches="100"))
    cap = {"where": ["asked"], "below": "100", "at_most": "49", "unknown": "withholds"}
    inner = joined("IN", "mean", asked, measured, said("more", only_adds="true"))
    root = joined("ALL", "mean", inner, stairs, joined("SUM", "sum", read), caps=[cap])
    return written(root, answers={"steps": steps}, valid_from="2020-01-01", valid_to="2026-12-31")


def file_of(folder: Path, data: dict[str, Any], name: str = "trial.yaml") -> Path:
    path = folder / name
    path.write_text(yaml.safe_dump(data, sort_keys=False, allow_unicode=True), encoding="utf-8")
    return path


def refused(path: Path) -> str:
    with pytest.raises(FrameworkError) as error:
        read_tree(path, MEASURES)
    return str(error.value)


def limit(**more: str) -> dict[str, str]:
    """The limit on foreign staff, as a file says it."""
    law = {"norm": "D.Leg. 689", "article": "art. 4", "valid_from": "1991-12-05"}
    return {"name": "maximum_percent", "value": "20", "unit": "percent", **law, **more}


def band(grade: str, starts_at: str) -> dict[str, Any]:
    return {"grade": grade, "starts_at": starts_at, "names": both(grade)}


def node(data: dict[str, Any], *steps: int) -> dict[str, Any]:
    found: dict[str, Any] = data["root"]
    for step in steps:
        found = found["children"][step]
    return found


def test_a_framework_that_holds_together_is_taken(tmp_path: Path) -> None:
    tree: Tree = read_tree(file_of(tmp_path, whole()), MEASURES).tree
    assert [leaf.code for leaf in tree.leaves] == ["asked", "measured", "more", "one", "two", "read"]


BROKEN: dict[str, tuple[Callable[[dict[str, Any]], object], str]] = {
    "a leaf named twice": (lambda d: node(d, 1, 1).update(code="one"), "one: 2 nodes have this code"),
    "a hole in a ladder": (lambda d: node(d, 1, 1).pop("reaches"), "two: the ladder has a hole"),
    "a ladder that goes down": (lambda d: node(d, 1, 1).update(reaches="50"), "two: this step reaches 50, no more"),
    "a cap on nothing": (lambda d: d["root"]["caps"][0].update(where=["gone"]), "ALL: there is no node gone to cap it"),
    "a cap on itself": (
        lambda d: d["root"]["caps"][0].update(where=["ALL"]),
        "ALL: ALL, which is to cap it, does not lie below it",
    ),
    "a cap that does not say what silence does": (
        lambda d: d["root"]["caps"][0].pop("unknown"),
        "root.caps[0]: missing unknown",
    ),
    "a cap without a limit": (lambda d: d["root"]["caps"][0].pop("below"), "ALL: a cap says below or up_to"),
    "a cap that always fails": (
        lambda d: d["root"]["caps"][0].update(below="101"),
        "ALL: asked is at most 100, so the cap fails whatever is known",
    ),
    "a step that nobody can hold": (lambda d: node(d, 1).update(met_from="101"), "one: it is at most 100"),
    "a negative weight in a mean": (lambda d: node(d, 0, 0).update(weight="-1"), "asked: a negative weight belongs"),
    "silence that is rewarded": (
        lambda d: node(d, 2, 0).update(weight="-1", missing="M0"),
        "read: M0 where a higher number lowers the whole",
    ),
    "nothing to add to": (lambda d: [one.update(only_adds="true") for one in node(d, 0)["children"]], "IN: no child"),
    "a division by nothing": (
        lambda d: node(d, 2, 0).update(transform=[{"divide_by": "0"}]),
        "read: it divides by 0",
    ),
    "a transform that is not known": (
        lambda d: node(d, 2, 0).update(transform=["sqrt"]),
        "read: transform sqrt is none of",
    ),
    "answers that are not there": (lambda d: node(d, 0, 0).update(answers="gone"), "asked: there are no answers gone"),
    "a measure that is not there": (
        lambda d: node(d, 0, 1).update(measure="gone"),
        "measured: there is no measure gone",
    ),
    "a measure without the value of the law that it needs": (
        lambda d: node(d, 0, 1).update(measure="foreign_headcount", linear=[]),
        "measured: foreign_headcount needs maximum_percent, and none is in force on 2020-01-01",
    ),
    "a value of the law that begins too late": (
        lambda d: node(d, 0, 1).update(
            measure="foreign_headcount", linear=[], parameters=[limit(valid_from="2020-01-02")]
        ),
        "measured: foreign_headcount needs maximum_percent, and none is in force on 2020-01-01",
    ),
    "a value of the law that is misspelt": (
        lambda d: node(d, 0, 1).update(
            measure="foreign_headcount", linear=[], parameters=[limit(name="maximum_procent")]
        ),
        "measured: foreign_headcount asks for maximum_percent; it knows no maximum_procent",
    ),
    "an end of a scale that no figure reaches": (
        lambda d: node(d, 0, 1)["linear"][0].update(floor="190"),
        "measured: 190 is beyond what local_hire_share can give",
    ),
    "somebody who owes and is nobody": (
        lambda d: node(d, 0, 0).update(duty_bearer="compny"),
        "asked: duty_bearer compny is none of company, fund, municipality, state",
    ),
    "a cap that holds nothing down": (
        lambda d: d["root"]["caps"][0].update(at_most="150"),
        "ALL: it is at most 100 on 2020-01-01, so a cap at 150 holds nothing down",
    ),
    "a band that nothing reaches": (
        lambda d: node(d, 0).update(bands=[{"grade": "A", "starts_at": "150", "names": both("A")}]),
        "IN: it is at most 100 on 2020-01-01, and its band A starts at 150",
    ),
    "two bands of one code": (
        lambda d: node(d, 0).update(bands=[band("A", "50"), band("A", "0")]),
        "IN: 2 bands have the code A",
    ),
    "two bands of one start": (
        lambda d: node(d, 0).update(bands=[band("A", "0"), band("B", "0")]),
        "IN: 2 bands have the start 0",
    ),
    "a range of one number": (lambda d: node(d, 2, 0).update(range=["1"]), "read: a range is the least and the most"),
    "a range without length": (
        lambda d: node(d, 2, 0).update(range=["1", "1"]),
        "read: a range is the least and the most",
    ),
    "a leaf of two kinds": (lambda d: node(d, 0, 0).update(column="x"), "asked: a leaf has one of"),
    "a column without limits": (lambda d: node(d, 2, 0).pop("range"), "read: a column needs a range"),
    "no Spanish": (lambda d: node(d, 0, 0)["names"].pop("es"), "asked: no text in es"),
    "two maps on one day": (
        lambda d: d["answers"]["steps"].append({"valid_from": "2021-01-01", "points": {"yes": "1"}}),
        "answers.steps[1]: two maps of steps are in force on the same day",
    ),
    "a day without a map": (
        lambda d: d["answers"]["steps"][0].update(valid_to="2021-01-01"),
        "answers.steps: nothing is in force on 2021-01-02",
    ),
    "an unknown word": (lambda d: node(d, 0).update(colour="red"), "root.children[0]: unknown colour"),
    "an unknown combination": (lambda d: node(d, 0).update(combine="median"), "IN: combine median is none of"),
    "no combination": (lambda d: node(d, 0).pop("combine"), "IN: it has children, so say how they combine"),
    "a rescale without length": (
        lambda d: node(d, 0).update(rescale={"low": "1", "high": "1", "to_low": "0", "to_high": "100"}),
        "IN: the two ends of a rescale differ",
    ),
    "no sources": (lambda d: d.update(sources=[]), "sources: say where the rules come from"),
    "an end before the start": (lambda d: d.update(valid_to="2019-01-01"), "valid_to: it ends before it starts"),
    "another format": (lambda d: d.update(format="1"), "format: this reads format 2"),
    "an example outside its map": (
        lambda d: d.update(
            examples=[{"says": {"en": "A", "es": "A"}, "answers": {"asked": "perhaps"}, "gives": {"ALL": {}}}]
        ),
        "examples[0]: asked: perhaps is none of yes, no, not_applicable",
    ),
    "an example of a column that is not read": (
        lambda d: d.update(examples=[{"says": {"en": "A", "es": "A"}, "row": {"gold": "1"}, "gives": {"ALL": {}}}]),
        "examples[0]: no leaf reads the column gold",
    ),
}


@pytest.mark.parametrize("what", BROKEN)
def test_what_does_not_hold_together_is_refused_with_file_line_and_reason(what: str, tmp_path: Path) -> None:
    data = whole()
    broken, reason = BROKEN[what]
    broken(data)
    path = file_of(tmp_path, data)
    message = refused(path)
    place, _, said_so = message.partition(": ")
    name, _, line = place.partition(":")
    assert (name, said_so.startswith(reason)) == ("trial.yaml", True), message
    assert 1 <= int(line) <= len(path.read_text(encoding="utf-8").splitlines())


def test_a_measure_with_every_value_that_it_needs_is_taken_until_the_last_day_of_the_framework(tmp_path: Path) -> None:
    data = whole()
    own = {"measure": "foreign_headcount", "linear": [], "parameters": [limit(valid_to="2026-12-31")]}
    node(data, 0, 1).update(own)
    tree = read_tree(file_of(tmp_path, data), MEASURES).tree
    assert tree.by_code["measured"].parameters[0].value == 20
    own["parameters"] = [limit(valid_to="2026-12-30")]
    node(data, 0, 1).update(own)
    assert "none is in force on 2026-12-31" in refused(file_of(tmp_path, data))


def test_a_mistake_begins_with_its_place_in_the_file_and_not_with_how_the_file_is_read() -> None:
    data = whole()
    node(data, 0).update(colour="red")
    for broken, message in (
        (data, "root.children[0]: unknown colour"),
        (whole() | {"colour": "red"}, "tree: unknown colour"),
    ):
        with pytest.raises(FrameworkError) as refusal:
            parse_tree(broken)
        assert str(refusal.value) == message


def test_the_line_is_that_of_the_node(tmp_path: Path) -> None:
    data = whole()
    node(data, 1, 1).pop("reaches")
    path = file_of(tmp_path, data)
    line = int(refused(path).split(":")[1])
    assert path.read_text(encoding="utf-8").splitlines()[line - 1].strip() == "- code: two"


def test_a_circle_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "trial.yaml"
    text = yaml.safe_dump(whole(), sort_keys=False)
    path.write_text(text.replace("root:\n", "root: &top\n").replace("  - code: stairs", "  - *top\n  - code: stairs"))
    assert refused(path) == "trial.yaml:15: a node stands below itself, in a circle"


def test_a_circle_of_values_is_refused() -> None:
    data = whole()
    node(data, 1)["children"].append(data["root"])
    with pytest.raises(FrameworkError, match="^ALL: it stands below itself, in a circle"):
        parse_tree(data, MEASURES)
    data["root"].pop("code")
    with pytest.raises(FrameworkError, match="^root: it stands below itself, in a circle"):
        parse_tree(data, MEASURES)


def test_what_is_nested_without_end_is_refused(tmp_path: Path) -> None:
    root = said("deep")
    for number in range(DEEPEST + 5):
        root = joined(f"n{number}", "mean", root)
    assert f"more than {DEEPEST} nodes lie one below the other" in refused(file_of(tmp_path, written(root)))
    path = tmp_path / "brackets.yaml"
    path.write_text("root: " + "[" * 5000)
    assert refused(path).startswith("brackets.yaml:1: ")


def test_aliases_that_multiply_are_refused(tmp_path: Path) -> None:
    lines = ["format: 2", "code: trial", "a0: &a0 {code: x, ask: reviewer}"]
    lines += [
        f"a{n}: &a{n} {{code: n{n}, combine: mean, children: [{', '.join([f'*a{n - 1}'] * 9)}]}}" for n in range(1, 9)
    ]
    path = tmp_path / "trial.yaml"
    path.write_text("\n".join([*lines, "root: *a8", ""]))
    assert "more than 5000 nodes" in refused(path)


def test_a_file_that_is_no_text_or_no_yaml_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "trial.yaml"
    path.write_bytes(b"\xff\xfe\x00")
    assert refused(path) == "trial.yaml:1: not readable as UTF-8 text"
    path.write_text("code: [")
    assert refused(path).startswith("trial.yaml:1: not readable as YAML")


def test_two_versions_in_force_on_one_day_are_refused_and_two_that_follow_are_taken(tmp_path: Path) -> None:
    file_of(tmp_path, whole(), "one.yaml")
    second = whole() | {"version": "2", "valid_from": "2026-12-31", "valid_to": "2027-12-31"}
    file_of(tmp_path, second, "two.yaml")
    with pytest.raises(FrameworkError, match=r"two.yaml:8: versions 1 \(one.yaml\) and 2 of trial are in force"):
        read_trees(tmp_path, MEASURES)
    file_of(tmp_path, second | {"valid_from": "2027-01-01"}, "two.yaml")
    assert [file.tree.version for file in read_trees(tmp_path, MEASURES)] == [1, 2]


@pytest.mark.parametrize("name", SHIPPED)
def test_every_node_knows_those_above_it_down_to_its_own_parent(name: str) -> None:
    tree = SHIPPED[name].tree
    for node in tree.root.below():
        for child in node.children:
            own = () if node is tree.root else (node,)
            assert tree.above[child.code] == (*tree.above[node.code], *own)
    assert tree.above[tree.root.code] == ()
