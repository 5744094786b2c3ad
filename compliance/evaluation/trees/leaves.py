"""What is known of the leaves: answers that reviewers gave, a row of a table, measures of a mine's facts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation, localcontext

from compliance.evaluation.canonical import EXACT, ZERO
from compliance.evaluation.facts import Facts
from compliance.evaluation.framework import Band, Framework, FrameworkError, Indicator, Policy
from compliance.evaluation.judgement import NOT_APPLICABLE, SCORED, WITHHELD, Outcome
from compliance.evaluation.scoring import judge
from compliance.evaluation.trees.rolling import DOES_NOT_APPLY, NOT_KNOWN, Reading
from compliance.evaluation.trees.rules import NOT_APPLICABLE_WORD, Node, Transform, Tree


def readings_of_answers(tree: Tree, said: Mapping[str, str], on: date) -> dict[str, Reading]:
    """What reviewers answered, by the codes of what they were asked; an empty answer is none.

    Raises FrameworkError for a node that nobody is asked, and for an answer outside its map or range.
    """
    return {code: reading_of_answer(tree, code, answer, on) for code, answer in said.items()}


def reading_of_answer(tree: Tree, code: str, answer: str, on: date) -> Reading:
    """One answer, in points."""
    node = tree.by_code.get(code)
    if node is None:
        raise FrameworkError(f"{code}: {tree.code} has no such node")
    if not (node.ask or node.may_be_given):
        raise FrameworkError(f"{code}: nobody is asked this")
    if not answer:
        return NOT_KNOWN
    if answer == NOT_APPLICABLE_WORD:
        return DOES_NOT_APPLY
    words = tree.map_of(node, on)
    if words is not None:
        if answer not in words.points:
            raise FrameworkError(f"{code}: {answer} is none of {', '.join(words.points)}, {NOT_APPLICABLE_WORD}")
        return Reading.of(words.points[answer])
    number = number_of(code, answer)
    low, high = tree.limits(node, on)
    if not low <= number <= high:
        raise FrameworkError(f"{code}: {answer} is not between {low} and {high}")
    return Reading.of(number)


def readings_of_row(tree: Tree, row: Mapping[str, str]) -> dict[str, Reading]:
    """One row of a table; an empty cell is unknown. Raises FrameworkError naming the leaf and what is wrong."""
    return {leaf.code: reading_of_cell(leaf, row[leaf.column]) for leaf in tree.leaves if leaf.column}


def reading_of_cell(leaf: Node, cell: str) -> Reading:
    """A figure, transformed and cut to what the leaf can be."""
    if not cell.strip():
        return NOT_KNOWN
    number = number_of(leaf.code, cell)
    with localcontext(EXACT):
        for step in leaf.transform:
            number = transformed(leaf.code, step, number)
        return Reading.of(min(max(number, leaf.range[0]), leaf.range[1]))


def transformed(code: str, step: Transform, number: Decimal) -> Decimal:
    """One step; raises FrameworkError for the logarithm of what has none."""
    if step.step == "divide_by":
        return number / step.number
    if step.step == "subtract":
        return number - step.number
    if number < 0 or (step.step == "ln" and number == 0):
        raise FrameworkError(f"{code}: {step.step} of {number}, which has no logarithm here")
    return (number + 1 if step.step == "ln1p" else number).ln()


def number_of(code: str, text: str) -> Decimal:
    """A finite number of reasonable size."""
    try:
        number = Decimal(text.strip())
    except InvalidOperation as error:
        raise FrameworkError(f"{code}: {text[:40]!r} is not a number") from error
    if not number.is_finite() or len(text) > 60 or abs(number.adjusted()) > 30:
        raise FrameworkError(f"{code}: {text[:40]!r} is no number that can be weighed")
    return number


def readings_of_facts(tree: Tree, facts: Facts) -> dict[str, Reading]:
    """What the measures among the leaves make of a mine's facts, each judged as an indicator is."""
    leaves = [leaf for leaf in tree.leaves if leaf.measure]
    measured = Framework(
        code=tree.code,
        version=tree.version,
        names=tree.names,
        valid_from=tree.valid_from,
        bands=(Band(grade=WITHHELD, starts_at=ZERO, names=tree.names),),
        policies=(Policy(code=tree.root.code, names=tree.names, weight=Decimal(1)),),
        indicators=tuple(indicator_of(tree, leaf, facts.period_end) for leaf in leaves),
    )
    return {outcome.code: reading_of_outcome(outcome) for outcome in judge(measured, facts).outcomes}


def indicator_of(tree: Tree, leaf: Node, on: date) -> Indicator:
    """A measure among the leaves as an indicator, with its scale of a day."""
    scale = next((one for one in leaf.linear if one.in_force(on)), None)
    return Indicator(
        code=leaf.code,
        policy=tree.root.code,
        names=leaf.names,
        help=leaf.names,
        measure=leaf.measure,
        kind="binary" if scale is None else "linear",
        unit="",
        missing="MX",
        floor=scale.floor if scale else None,
        ceiling=scale.ceiling if scale else None,
        parameters=leaf.parameters,
    )


def reading_of_outcome(outcome: Outcome) -> Reading:
    """What a measure came to."""
    if outcome.state == NOT_APPLICABLE:
        return DOES_NOT_APPLY
    if outcome.state != SCORED:
        return NOT_KNOWN
    return Reading(
        state=SCORED,
        points=outcome.score,
        worst=ZERO if outcome.worst is None else outcome.worst,
        best=outcome.best,
    )
