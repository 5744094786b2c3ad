"""Worked examples of a tree: what was answered, and what the published method makes of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal, localcontext
from typing import Any

from compliance.evaluation import canonical
from compliance.evaluation.canonical import EXACT
from compliance.evaluation.framework import LANGUAGES, FrameworkError, Texts
from compliance.evaluation.trees.leaves import readings_of_answers, readings_of_row
from compliance.evaluation.trees.rolling import Reading, Result, roll_up
from compliance.evaluation.trees.rules import Tree


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """What a node must come to; what is not written is not compared."""

    state: str | None = None
    number: Decimal | None = None
    """compared with as many decimals as are written"""
    worst: Decimal | None = None
    best: Decimal | None = None
    coverage: Decimal | None = None
    band: str | None = None
    shown: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TreeExample:
    """One case in a sentence, with its answers or its row, and what it comes to."""

    says: Texts
    source: str = ""
    """where the figures were published; empty: invented, to show a rule"""
    on: date | None = None
    """the day of the judgement; empty: the first day of the framework"""
    answers: Mapping[str, str] = field(default_factory=dict)
    row: Mapping[str, str] = field(default_factory=dict)
    gives: Mapping[str, Expected]

    def day(self, tree: Tree) -> date:
        """The day of the judgement."""
        return self.on or tree.valid_from

    def readings(self, tree: Tree) -> dict[str, Reading]:
        """What the example knows of the leaves."""
        found = readings_of_answers(tree, self.answers, self.day(tree))
        if self.row:
            columns = {leaf.column: "" for leaf in tree.leaves if leaf.column}
            found |= readings_of_row(tree, {**columns, **self.row})
        return found

    def result(self, tree: Tree) -> Result:
        """What the tree makes of it."""
        return roll_up(tree, self.readings(tree), self.day(tree))

    def mistakes(self, tree: Tree) -> Iterator[str]:
        """Where the tree gives something else than the example says."""
        whole = self.result(tree)
        for code, expected in self.gives.items():
            found = whole.find(code)
            shown = None if found.number is None else tree.shown(found.node, found.number)
            for name, value in (("state", found.state), ("band", found.name), ("shown", shown)):
                said = getattr(expected, name)
                if said is not None and said != value:
                    yield f"{code}: {name} is {value}, not {said}"
            for name in ("number", "worst", "best", "coverage"):
                said, number = getattr(expected, name), getattr(found, name)
                if said is not None and (number is None or rounded(number, said) != said):
                    yield f"{code}: {name} is {number}, not {said}"


def rounded(number: Decimal, like: Decimal) -> Decimal:
    """A number with as many decimals as another."""
    with localcontext(EXACT):
        return number.quantize(like, ROUND_HALF_UP)


def read_tree_examples(tree: Tree, written: Any) -> tuple[TreeExample, ...]:
    """The worked examples of a file; raises FrameworkError naming the example and what is wrong."""
    if not isinstance(written, list | tuple):
        raise FrameworkError("examples: expected a list")
    examples = []
    for index, one in enumerate(written):
        where = f"examples[{index}]"
        try:
            example = canonical.read(TreeExample, one, where)
        except ValueError as error:
            raise FrameworkError(str(error)) from error
        try:
            check(tree, example)
        except FrameworkError as error:
            raise FrameworkError(f"{where}: {error}") from error
        examples.append(example)
    return tuple(examples)


def check(tree: Tree, example: TreeExample) -> None:
    """Refuse what the tree cannot read, and what it does not have."""
    if untold := sorted(language for language in LANGUAGES if not example.says.get(language, "").strip()):
        raise FrameworkError(f"no sentence in {', '.join(untold)}")
    if not tree.in_force(example.day(tree)):
        raise FrameworkError(f"the framework is not in force on {example.on}")
    if strangers := sorted(example.gives.keys() - tree.by_code.keys()):
        raise FrameworkError(f"there is no {', '.join(strangers)}")
    if strangers := sorted(example.row.keys() - {leaf.column for leaf in tree.leaves}):
        raise FrameworkError(f"no leaf reads the column {', '.join(strangers)}")
    example.readings(tree)
