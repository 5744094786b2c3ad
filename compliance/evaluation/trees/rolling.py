"""From leaves to the whole: every node with its number, the range that the unknown leaves open, and its name.

- What does not apply leaves its node, and an empty node leaves the one above.
- What is unknown lies between the least and the most that it can be. In a mean it is left out (MX), left out while it
  withholds every name above (MB), or counts as the least (M0). Any other node has a number only where the unknown
  cannot change it.
- A negative weight swaps the ends of the range. What only adds counts where it lifts the mean, at both ends.
- worst <= number <= best, and filling in what is unknown, or finding that it does not apply, leads to no place outside.

Pure: the same tree and leaves give the same results.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal, localcontext

from compliance.evaluation.canonical import EXACT, ZERO, settle
from compliance.evaluation.framework import HUNDRED, Band, FrameworkError
from compliance.evaluation.judgement import NOT_APPLICABLE, SCORED, UNKNOWN, WITHHELD
from compliance.evaluation.trees.rules import Cap, Node, Rescale, Tree


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What is known of a leaf, or of an inner node whose figure was published: its points and where they could lie."""

    state: str = UNKNOWN
    points: Decimal | None = None
    worst: Decimal | None = None
    best: Decimal | None = None

    @classmethod
    def of(cls, points: Decimal) -> Reading:
        """What is known for certain."""
        return cls(state=SCORED, points=points, worst=points, best=points)


DOES_NOT_APPLY = Reading(state=NOT_APPLICABLE)
NOT_KNOWN = Reading()


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What one node came to."""

    node: Node
    state: str
    """scored: something below it is known; unknown: nothing is; not_applicable"""
    number: Decimal | None = None
    """None: what is unknown could change it, or nothing is known"""
    worst: Decimal = ZERO
    best: Decimal = ZERO
    coverage: Decimal | None = None
    """percent of the weight that is known; None where nothing applies"""
    name: str | None = None
    """the code of its band; "?" where too little is known; None where nothing applies or the file names no bands"""
    capped_by: tuple[str, ...] = ()
    blocked_by: tuple[str, ...] = ()
    """the leaves whose silence withholds its name"""
    children: tuple[Result, ...] = ()

    @property
    def applies(self) -> bool:
        """Whether it counts at all."""
        return self.state != NOT_APPLICABLE

    @property
    def settled(self) -> bool:
        """Whether anything is known, so that it can no longer turn out not to apply."""
        return self.state == SCORED

    def find(self, code: str) -> Result:
        """The result of a node at or below this one. Raises KeyError where there is none."""
        if self.node.code == code:
            return self
        for child in self.children:
            try:
                return child.find(code)
            except KeyError:
                continue
        raise KeyError(code)


@dataclass(frozen=True, slots=True)
class Figure:
    """The number of a node and its range, before caps."""

    number: Decimal | None
    worst: Decimal
    best: Decimal


def roll_up(tree: Tree, readings: Mapping[str, Reading], on: date) -> Result:
    """The result of every node, from the whole down; a leaf of which nothing is said is unknown."""
    if strangers := sorted(readings.keys() - tree.by_code.keys()):
        raise FrameworkError(f"{tree.code} has no {', '.join(strangers)}")
    with localcontext(EXACT):
        return _result(tree, tree.root, readings, on)


def views(tree: Tree, readings: Mapping[str, Reading], on: date) -> dict[str, dict[str, Result]]:
    """The same leaves rolled up again for each label of each view: the others do not apply there."""
    found: dict[str, dict[str, Result]] = {}
    for view in tree.views:
        labels = {leaf.code: leaf.label(view) for leaf in tree.leaves}
        found[view] = {
            label: roll_up(tree, _only(tree, readings, {code for code in labels if labels[code] == label}), on)
            for label in dict.fromkeys(labels.values())
            if label
        }
    return found


def _only(tree: Tree, readings: Mapping[str, Reading], kept: Collection[str]) -> dict[str, Reading]:
    return {
        leaf.code: readings.get(leaf.code, NOT_KNOWN) if leaf.code in kept else DOES_NOT_APPLY for leaf in tree.leaves
    }


def _result(tree: Tree, node: Node, readings: Mapping[str, Reading], on: date) -> Result:
    given = readings.get(node.code, NOT_KNOWN)
    children = tuple(_result(tree, child, readings, on) for child in node.children)
    if node.is_leaf or given.state != UNKNOWN:
        return _named(tree, replace(_read(tree, node, given, on), children=children), given=True)
    parts = [child for child in children if child.applies and child.node.weight != 0]
    blocked_by = tuple(code for child in children for code in child.blocked_by)
    if not [part for part in parts if not part.node.only_adds]:
        return Result(node=node, state=NOT_APPLICABLE, blocked_by=blocked_by, children=children)
    figure = COMBINERS[node.combine](node, parts)
    if node.rescale is not None:
        figure = _rescaled(node.rescale, figure)
    result = Result(
        node=node,
        state=SCORED if any(part.settled for part in parts if not part.node.only_adds) else UNKNOWN,
        number=None if figure.number is None else min(max(figure.number, figure.worst), figure.best),
        worst=figure.worst,
        best=figure.best,
        coverage=_coverage(parts),
        blocked_by=blocked_by,
        children=children,
    )
    for cap in node.caps:
        result = _capped(cap, result)
    return _named(tree, result)


def _read(tree: Tree, node: Node, given: Reading, on: date) -> Result:
    """A leaf; the end of its limits where nothing is known."""
    if given.state == NOT_APPLICABLE:
        return Result(node=node, state=NOT_APPLICABLE)
    low, high = tree.limits(node, on)
    worst = low if given.worst is None else given.worst
    best = high if given.best is None else given.best
    known = given.state == SCORED
    return Result(
        node=node,
        state=SCORED if known else UNKNOWN,
        number=given.points if known else (worst if node.missing == "M0" else None),
        worst=worst,
        best=best,
        coverage=HUNDRED if known else ZERO,
        blocked_by=(node.code,) if not known and node.missing == "MB" and node.weight != 0 else (),
    )


def _coverage(parts: Sequence[Result]) -> Decimal:
    total = sum((abs(part.node.weight) for part in parts), ZERO)
    return settle(sum((abs(part.node.weight) * (part.coverage or ZERO) for part in parts), ZERO) / total)


# Combining


def _mean(node: Node, parts: Sequence[Result]) -> Figure:
    return Figure(
        _mean_of([(part.node, part.number) for part in parts if part.number is not None]),
        _extreme(parts, lambda part: part.worst, lowest=True),
        _extreme(parts, lambda part: part.best, lowest=False),
    )


def _extreme(parts: Sequence[Result], end: Callable[[Result], Decimal], lowest: bool) -> Decimal:
    """The lowest or highest mean, where whatever is quite unknown may also turn out not to apply.

    What only adds can then no longer lift the lowest; in the highest it counts by itself only where it lifts.
    """
    kept = [(part.node, end(part)) for part in parts if part.settled or (part.node.only_adds and not lowest)]
    could_leave = sorted(
        ((part.node, end(part)) for part in parts if not part.settled and not part.node.only_adds),
        key=lambda pair: pair[1],
        reverse=not lowest,
    )
    for pair in could_leave:
        without, with_it = _mean_of(kept), _mean_of([*kept, pair])
        if without is None or with_it is None or (with_it < without if lowest else with_it > without):
            kept.append(pair)
    return _mean_of(kept) or ZERO


def _mean_of(pairs: Sequence[tuple[Node, Decimal]]) -> Decimal | None:
    """The weighted mean; what only adds is taken in, the most first, as long as it lifts it. None: nothing counts."""
    total = sum((node.weight for node, _ in pairs if not node.only_adds), ZERO)
    if total == 0:
        return None
    amount = sum((node.weight * number for node, number in pairs if not node.only_adds), ZERO)
    for node, number in sorted((pair for pair in pairs if pair[0].only_adds), key=lambda pair: pair[1], reverse=True):
        if number * total > amount:
            total, amount = total + node.weight, amount + node.weight * number
    return settle(amount / total)


def _sum(node: Node, parts: Sequence[Result]) -> Figure:
    ends = [
        sorted({part.node.weight * part.worst, part.node.weight * part.best, *(() if part.settled else (ZERO,))})
        for part in parts
    ]
    numbers = [part.node.weight * part.number for part in parts if part.number is not None]
    return Figure(
        sum(numbers, ZERO) if len(numbers) == len(parts) else None,
        sum((end[0] for end in ends), ZERO),
        sum((end[-1] for end in ends), ZERO),
    )


def _min(node: Node, parts: Sequence[Result]) -> Figure:
    settled = [part.best for part in parts if part.settled]
    worst = min(part.worst for part in parts)
    best = min(settled) if settled else max(part.best for part in parts)
    numbers = _all_known(parts)
    return Figure(min(numbers) if numbers else _certain(worst, best), worst, best)


def _all_of(node: Node, parts: Sequence[Result]) -> Figure:
    return _held(node, parts, lambda held: ZERO if False in held else HUNDRED)


def _ladder(node: Node, parts: Sequence[Result]) -> Figure:
    reaches = [part.node.reaches or ZERO for part in parts]

    def climbed(held: Sequence[bool | None]) -> Decimal:
        until = held.index(False) if False in held else len(held)
        return max((step for step, holds in zip(reaches[:until], held[:until], strict=True) if holds), default=ZERO)

    return _held(node, parts, climbed)


def _held(node: Node, parts: Sequence[Result], value: Callable[[Sequence[bool | None]], Decimal]) -> Figure:
    """What children that are met (True), are not (False), or left because they do not apply (None) come to."""
    worst = value([False if part.worst < node.met_from else True if part.settled else None for part in parts])
    best = value([True if part.best >= node.met_from else False if part.settled else None for part in parts])
    numbers = _all_known(parts)
    return Figure(
        value([number >= node.met_from for number in numbers]) if numbers else _certain(worst, best), worst, best
    )


def _share_met(node: Node, parts: Sequence[Result]) -> Figure:
    def met(number: Decimal) -> Decimal:
        return HUNDRED if number >= node.met_from else ZERO

    shares = []
    for part in parts:
        worst, best = met(part.worst), met(part.best)
        number = _certain(worst, best) if part.number is None else met(part.number)
        shares.append(replace(part, number=number, worst=worst, best=best))
    return _mean(node, shares)


def _all_known(parts: Sequence[Result]) -> list[Decimal]:
    """The numbers of all parts; none where one of them has none."""
    numbers = [part.number for part in parts if part.number is not None]
    return numbers if len(numbers) == len(parts) else []


def _certain(worst: Decimal, best: Decimal) -> Decimal | None:
    """The number where nothing unknown can change it."""
    return worst if worst == best else None


COMBINERS: Mapping[str, Callable[[Node, Sequence[Result]], Figure]] = {
    "mean": _mean,
    "sum": _sum,
    "min": _min,
    "all_of": _all_of,
    "ladder": _ladder,
    "share_met": _share_met,
}


# What is done to a combined figure


def _rescaled(rule: Rescale, figure: Figure) -> Figure:
    def moved(number: Decimal) -> Decimal:
        share = settle((number - rule.low) / (rule.high - rule.low))
        within = min(max(share, ZERO), Decimal(1))
        return settle(rule.to_low + within * (rule.to_high - rule.to_low))

    worst, best = sorted((moved(figure.worst), moved(figure.best)))
    return Figure(None if figure.number is None else moved(figure.number), worst, best)


def _capped(cap: Cap, result: Result) -> Result:
    """What fails brings number and best down; what could fail, the worst; what silence does is said by the cap."""
    targets = [target for target in (result.find(code) for code in cap.where) if target.applies]
    failing = [
        target for target in targets if target.settled and target.number is not None and cap.fails(target.number)
    ]
    sure = [target for target in targets if target.settled and cap.fails(target.best)]
    open_ones = [target for target in targets if cap.fails(target.worst)]
    silent = [target for target in open_ones if not target.settled or target.number is None]
    number, worst, best = result.number, result.worst, result.best
    if sure:
        best = min(best, cap.at_most)
    if open_ones:
        worst = min(worst, cap.at_most)
    fallen = [*sure, *(target for target in failing if target not in sure)]
    if cap.unknown == "fails":
        fallen += [target for target in silent if target not in fallen]
    if number is not None:
        number = min(max(min(number, cap.at_most) if fallen else number, worst), best)
    withheld = tuple(target.node.code for target in silent) if cap.unknown == "withholds" and not sure else ()
    return replace(
        result,
        number=number,
        worst=worst,
        best=best,
        capped_by=(*result.capped_by, *(target.node.code for target in fallen)),
        blocked_by=(*result.blocked_by, *withheld),
    )


def _named(tree: Tree, result: Result, given: bool = False) -> Result:
    """The result with the code of its band, or "?" where too little is known for one."""
    node = result.node
    if not result.applies or not tree.bands_of(node):
        return result
    known = sum(child.settled for child in result.children)
    too_little = (result.coverage or ZERO) < node.minimum_known or (not given and known < node.minimum_count)
    if result.number is None or not result.settled or result.blocked_by or too_little:
        return replace(result, name=WITHHELD)
    return replace(result, name=_code(tree.band(node, result.number)))


def _code(band: Band | None) -> str | None:
    return None if band is None else band.grade


def named_ends(tree: Tree, result: Result) -> tuple[str | None, str | None]:
    """The codes of the bands of worst and best; None where nothing applies or the file names no bands."""
    if not result.applies:
        return None, None
    return _code(tree.band(result.node, result.worst)), _code(tree.band(result.node, result.best))
