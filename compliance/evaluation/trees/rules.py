"""A framework as a tree: what each node asks or combines, what it is worth, and who says so.

A leaf is a measure, a column of a table, or an answer that a reviewer gives with source and date. Every other node
combines its children. Letters, cuts, questions and what silence does come from here, and from nowhere else.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal, localcontext
from functools import cached_property

from compliance.evaluation.canonical import EXACT
from compliance.evaluation.framework import HUNDRED, Band, FrameworkError, Parameter, Source, Texts

COMBINES = frozenset({"mean", "sum", "min", "all_of", "ladder", "share_met"})
SUBJECTS = frozenset({"mine", "company", "municipality", "district", "country"})
TRANSFORMS = frozenset({"ln", "ln1p", "subtract", "divide_by"})
SILENCES = frozenset({"opens", "withholds", "fails"})
VIEWS = frozenset({"duty_bearer", "level"})
NOT_APPLICABLE_WORD = "not_applicable"
"""The answer that takes a question out of the sum; it has no points, and is not silence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerMap:
    """What each word of an answer is worth, between the days on which that holds."""

    points: Mapping[str, Decimal]
    valid_from: date
    valid_to: date | None = None
    names: Mapping[str, Texts] = field(default_factory=dict)
    """what people read instead of the words, where a translation is needed"""

    def in_force(self, on: date) -> bool:
        """Whether it is in force on a day, first and last day included."""
        return self.valid_from <= on and (self.valid_to is None or on <= self.valid_to)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """From which value of a measure a score is 0 and from which 100, and since when."""

    floor: Decimal
    ceiling: Decimal
    valid_from: date
    valid_to: date | None = None

    def in_force(self, on: date) -> bool:
        """Whether it is in force on a day, first and last day included."""
        return self.valid_from <= on and (self.valid_to is None or on <= self.valid_to)


@dataclass(frozen=True, slots=True, kw_only=True)
class Transform:
    """One step from a figure as it is published to the figure that is weighed."""

    step: str
    number: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rescale:
    """From one line of numbers to another: `low` becomes `to_low`, `high` becomes `to_high`, and nothing lies beyond."""

    low: Decimal
    high: Decimal
    to_low: Decimal
    to_high: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Cap:
    """A node cannot be above `at_most` where one of the nodes named is below (or up to) a number."""

    where: tuple[str, ...]
    at_most: Decimal
    below: Decimal | None = None
    up_to: Decimal | None = None
    unknown: str
    """what silence does: opens the range downwards; withholds the name as well; or counts as failing"""

    def fails(self, number: Decimal) -> bool:
        """Whether a node with this number brings the cap down."""
        if self.below is not None:
            return number < self.below
        return self.up_to is not None and number <= self.up_to


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """A leaf that somebody answers, measures or reads from a table, or a node that combines its children."""

    code: str
    names: Texts
    question: Texts = field(default_factory=dict)
    weight: Decimal = Decimal(1)
    missing: str = "MX"
    """M0: unknown counts as the least; MX: it is left out; MB: left out, and no node above gets a name"""
    only_adds: bool = False
    """counts only where it lifts the mean of the others"""
    duty_bearer: str = ""
    level: str = ""
    reaches: Decimal | None = None
    """as a step of a ladder: the points of whoever holds this step and all before it"""
    bands: tuple[Band, ...] = ()
    """names of its own; empty: those of the framework"""

    ask: str = ""
    """`reviewer`: a person answers, with source and date"""
    answers: str = ""
    """the map from words to points; empty: the answer is a number within `range`"""
    column: str = ""
    transform: tuple[Transform, ...] = ()
    range: tuple[Decimal, ...] = ()
    """the least and the most that it can be: what lies beyond is cut, what is unknown lies between"""
    measure: str = ""
    linear: tuple[Scale, ...] = ()
    """empty: the measure is kept (100) or not (0)"""
    parameters: tuple[Parameter, ...] = ()

    combine: str = ""
    children: tuple[Node, ...] = ()
    met_from: Decimal = HUNDRED
    """from which number a child counts as met (all_of, ladder, share_met)"""
    minimum_known: Decimal = Decimal(0)
    """percent of the weight that must be known before it gets a name"""
    minimum_count: int = 0
    """how many of its children must be known before it gets a name"""
    caps: tuple[Cap, ...] = ()
    rescale: Rescale | None = None
    may_be_given: bool = False
    """its figure may be stated as it was published, in place of what is below it"""

    @property
    def is_leaf(self) -> bool:
        """Whether something is asked, measured or read here."""
        return not self.combine

    def label(self, view: str) -> str:
        """What a view sorts it by; empty where the file does not say it."""
        return self.duty_bearer if view == "duty_bearer" else self.level

    def below(self) -> Iterator[Node]:
        """Itself and every node below it, in the order of the file."""
        yield self
        for child in self.children:
            yield from child.below()


@dataclass(frozen=True, kw_only=True)
class Tree:
    """One version of a framework."""

    format: int
    code: str
    version: int
    names: Texts
    subject: str
    valid_from: date
    valid_to: date | None = None
    answers: Mapping[str, tuple[AnswerMap, ...]] = field(default_factory=dict)
    root: Node
    bands: tuple[Band, ...] = ()
    decimals: int = 1
    """how many decimals a figure is shown with; it is never rounded over a cut"""
    views: tuple[str, ...] = ()
    sources: tuple[Source, ...] = ()
    left_open: Texts = field(default_factory=dict)
    """what of the published rules could not be found"""

    def __hash__(self) -> int:
        return hash((self.code, self.version))

    @cached_property
    def by_code(self) -> dict[str, Node]:
        """Every node by its code."""
        return {node.code: node for node in self.root.below()}

    @cached_property
    def above(self) -> dict[str, tuple[Node, ...]]:
        """Of every node those above it, without the root, from the highest down."""
        found: dict[str, tuple[Node, ...]] = {self.root.code: ()}
        for node in self.root.below():
            own = () if node is self.root else (node,)
            found |= {child.code: (*found[node.code], *own) for child in node.children}
        return found

    @cached_property
    def leaves(self) -> tuple[Node, ...]:
        """What is asked, measured or read, in the order of the file."""
        return tuple(node for node in self.root.below() if node.is_leaf)

    def in_force(self, on: date) -> bool:
        """Whether this version judges on a day."""
        return self.valid_from <= on and (self.valid_to is None or on <= self.valid_to)

    def map_of(self, node: Node, on: date) -> AnswerMap | None:
        """What the words of an answer are worth on a day; None where the answer is a number. Raises FrameworkError."""
        if not node.answers:
            return None
        for found in self.answers[node.answers]:
            if found.in_force(on):
                return found
        raise FrameworkError(f"{node.code}: no answers of {node.answers} are in force on {on}")

    def limits(self, node: Node, on: date) -> tuple[Decimal, Decimal]:
        """The least and the most that a leaf can be."""
        words = self.map_of(node, on)
        if words is not None:
            return min(words.points.values()), max(words.points.values())
        return (node.range[0], node.range[1]) if node.range else (Decimal(0), HUNDRED)

    def bands_of(self, node: Node) -> tuple[Band, ...]:
        """The names that a node may get, the highest first."""
        return tuple(sorted(node.bands or self.bands, key=lambda band: band.starts_at, reverse=True))

    def band(self, node: Node, number: Decimal) -> Band | None:
        """The band of an unrounded number; None where the file names none."""
        bands = self.bands_of(node)
        return next((band for band in bands if number >= band.starts_at), bands[-1] if bands else None)

    def shown(self, node: Node, number: Decimal, decimals: int | None = None) -> Decimal:
        """The number as it is shown: rounded half up, with as many more decimals as it takes not to round over a cut."""
        band = self.band(node, number)
        with localcontext(EXACT):
            for more in range(21):
                rounded = number.quantize(
                    Decimal(1).scaleb(-((self.decimals if decimals is None else decimals) + more)), ROUND_HALF_UP
                )
                if self.band(node, rounded) == band:
                    return rounded
        return number
