"""What every tree makes of its examples, of each change of an answer in them, and of answers of chance stays as it is kept.

A line that changes is a judgement that changes. `write()` writes the kept lines anew; `rolled_up` says all of a result.
"""

import random
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from compliance.evaluation import canonical
from compliance.evaluation.criteria import MEASURES
from compliance.evaluation.framework import FrameworkError
from compliance.evaluation.trees.examples import TreeExample
from compliance.evaluation.trees.leaves import readings_of_answers, readings_of_facts, readings_of_row
from compliance.evaluation.trees.reading import TreeFile, parse_tree
from compliance.evaluation.trees.rolling import Reading, Result, named_ends, roll_up, views
from compliance.evaluation.trees.rules import COMBINES, SILENCES, Tree
from tests.compliance.evaluation.builders import employment, facts
from tests.compliance.evaluation.test_kept_refusals import tree_of_all
from tests.compliance.evaluation.test_tree_files import SHIPPED, band
from tests.compliance.evaluation.tree_builders import joined, said, written

KEPT = Path(__file__).with_name("kept_trees.txt")
FIELDS = ("state", "number", "worst", "best", "coverage", "name", "capped_by", "blocked_by")
MOST_LEAVES, OF_CHANCE = 12, 60


def rolled_up(tree: Tree, readings: dict[str, Reading], on: date) -> list[Any]:
    """All that a tree comes to: every node, how it is named and shown, and each view."""

    def node_by_node(result: Result) -> Iterator[Any]:
        number = None if result.number is None else tree.shown(result.node, result.number)
        yield result.node.code, [getattr(result, name) for name in FIELDS], number, named_ends(tree, result)
        for child in result.children:
            yield from node_by_node(child)

    found = list(node_by_node(roll_up(tree, readings, on)))
    for view, labels in views(tree, readings, on).items():
        found += [(view, label, list(node_by_node(result))) for label, result in labels.items()]
    return found


def other_answers(tree: Tree, code: str, on: date) -> list[str]:
    """What else may be said of a leaf, and what may not."""
    leaf = tree.by_code[code]
    words = tree.map_of(leaf, on)
    low, high = tree.limits(leaf, on)
    points = [low, (low + high) / 2, high, low - 1, high + 1]
    return ["", "not_applicable", *(words.points if words else map(str, points))]


def changed_examples(tree: Tree, example: TreeExample) -> Iterator[tuple[str, Any]]:
    """Each change of one answer or cell of an example, with what comes of it."""
    day = example.day(tree)
    asked = [leaf.code for leaf in tree.leaves if leaf.ask]
    for code in asked[:: 1 + len(asked) // MOST_LEAVES]:
        for answer in other_answers(tree, code, day):
            try:
                known = example.readings(tree) | readings_of_answers(tree, {code: answer}, day)
                yield f"{code} {answer}", rolled_up(tree, known, day)
            except FrameworkError as refusal:
                yield f"{code} {answer}", str(refusal)
    columns = {leaf.column: "" for leaf in tree.leaves if leaf.column} | dict(example.row)
    for column in columns if example.row else ():
        for cell in ("", "0", "1", "-1", "7.5", "1000000", "many"):
            try:
                known = example.readings(tree) | readings_of_row(tree, columns | {column: cell})
                yield f"{column} {cell}", rolled_up(tree, known, day)
            except FrameworkError as refusal:
                yield f"{column} {cell}", str(refusal)


def tree_of_chance(chance: random.Random, combine: str) -> Tree:
    """Two storeys, the lower one combined so, with weights, silences, caps and names."""

    def leaf(code: str, number: int) -> dict[str, Any]:
        own: dict[str, Any] = {"missing": chance.choice(["MX", "MX", "MB", "M0"])}
        if combine in ("mean", "sum", "share_met"):
            own["weight"] = str(chance.choice([0, 1, 1, 2, 3]) if number else 1)
        if combine == "sum" and number and chance.random() < 0.3:
            own |= {"weight": "-1", "missing": "MX"}
        if combine == "mean" and number:
            own["only_adds"] = chance.choice(["true", "false"])
        if combine == "ladder":
            own["reaches"] = str(30 * (number + 1))
        return said(code, **own)

    nodes = []
    for name in "AB":
        leaves = [leaf(f"{name}{number}", number) for number in range(chance.randint(1, 4))]
        cap = {"where": [leaves[-1]["code"]], "at_most": "40", "unknown": chance.choice(sorted(SILENCES))}
        cap[chance.choice(["below", "up_to"])] = "50"
        own: dict[str, Any] = {"met_from": chance.choice(["50", "100"]), "minimum_count": str(chance.randint(0, 2))}
        own["caps"] = [cap] if combine != "sum" and chance.random() < 0.7 else []
        if chance.random() < 0.3:
            own["rescale"] = {"low": "10", "high": "90", "to_low": "0", "to_high": "100"}
        nodes.append(joined(name, combine, *leaves, **own, minimum_known=chance.choice(["0", "50"])))
    return parse_tree(written(joined("ALL", "mean", *nodes), bands=[band("A", "50"), band("E", "-1000")])).tree


def of_chance(combine: str) -> Iterator[Any]:
    """What trees of chance make of answers of chance."""
    chance = random.Random(combine)
    made = 0
    while made < OF_CHANCE:
        try:
            tree = tree_of_chance(chance, combine)
        except FrameworkError as refusal:  # a cap that could hold nothing down, say
            yield str(refusal)
            continue
        made += 1
        for _row in range(5):
            answers = ["", "", "not_applicable", "0", "49", "50", "51", "99.96", "100"]
            known = readings_of_answers(
                tree, {leaf.code: chance.choice(answers) for leaf in tree.leaves}, tree.valid_from
            )
            if chance.random() < 0.2:
                known["A"] = Reading.of(Decimal(chance.randint(0, 100)))
            yield rolled_up(tree, known, tree.valid_from)


def of_all_kinds() -> Iterator[Any]:
    """What a tree with everything makes of a mine's facts and of answers of chance, on several days."""
    tree = parse_tree(tree_of_all(), MEASURES).tree
    chance = random.Random("all")
    for number in range(OF_CHANCE):
        share, foreign = chance.randint(0, 100), chance.choice([None, 0, 20, 21, 60])
        told = employment(record="employment-return/1", total_fte=100, district_fte=share, province_fte=100)
        row = employment(record="employment-return/2", staff_headcount=100, foreign_headcount=foreign, total_fte=None)
        known = readings_of_facts(tree, facts(employment=[[told], [row], [told, row], []][number % 4]))
        asked = {leaf.code: other_answers(tree, leaf.code, tree.valid_from)[:4] for leaf in tree.leaves if leaf.ask}
        known |= readings_of_answers(tree, {code: chance.choice(said) for code, said in asked.items()}, tree.valid_from)
        known |= readings_of_row(tree, {"money": chance.choice(["", "0", "5", "3000", "1e9"])})
        yield rolled_up(tree, known, tree.valid_from)


def lines_of(file: TreeFile) -> Iterator[str]:
    """The whole of each example in short, with the fingerprint of all and of each change."""
    for example in file.examples:
        whole = example.result(file.tree)
        yield f"{file.tree.code}: {example.says['en']}"
        said_of_it = ((name, getattr(whole, name)) for name in FIELDS)
        numbers = ", ".join(f"{name} {words_of(value)}" for name, value in said_of_it if value not in (None, ()))
        found = list(changed_examples(file.tree, example))
        yield f"    {numbers}; {len(found)} changes: {canonical.digest(found)[:16]}"


def words_of(value: Any) -> str:
    """A number with two decimals, or the codes of nodes."""
    return canonical.spell(round(value, 2)) if isinstance(value, Decimal) else str(value)


def lines(name: str) -> list[str]:
    """The lines of a tree that is shipped, of a way to combine, or of all kinds."""
    if name in SHIPPED:
        return list(lines_of(SHIPPED[name]))
    found = list(of_all_kinds() if name == "everything" else of_chance(name))
    return [f"{name}: {len(found)} of chance: {canonical.digest(found)[:16]}"]


NAMES = [*SHIPPED, *sorted(COMBINES), "everything"]


def write() -> None:
    """Keep what the trees come to today."""
    KEPT.write_text("\n".join(line for name in NAMES for line in lines(name)) + "\n", encoding="utf-8")


@pytest.mark.parametrize("name", NAMES)
def test_what_a_tree_makes_of_its_examples_and_of_answers_of_chance_stays(name: str) -> None:
    found, taken = [], False
    for line in KEPT.read_text(encoding="utf-8").splitlines():
        taken = taken if line.startswith(" ") else line.startswith(f"{name}: ")
        found += [line] if taken else []
    assert lines(name) == found
