"""What facts come to of which some counts are hidden: the same for everybody who reads what is shown.

The facts are judged with each column of hidden counts at the least and at the most that readers know it can be.
What comes out the same is said; of everything else only between what it lies. So results tell no more than the counts
that are shown, and anybody can compute them again. A measure must rise or fall with a count, never both.
"""

import dataclasses
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import product
from typing import Any, TypeVar

from compliance.evaluation.criteria.measurement import Measurement, Part
from compliance.evaluation.facts import Facts, Row
from compliance.evaluation.framework import HUNDRED, Framework
from compliance.evaluation.judgement import (
    RESULT_GRADES,
    RESULT_NUMBERS,
    WITHHELD,
    Judgement,
    Outcome,
    Override,
    PolicyResult,
)
from compliance.evaluation.scoring import judge
from compliance.evaluation.small_numbers import (
    HIDDEN_COUNTS,
    Bounds,
    CoveredRow,
    bounds_of,
    counted_columns,
    showing_of,
)
from compliance.evaluation.words import PERCENT

T = TypeVar("T")


def judge_shown(
    framework: Framework, shown: Facts, covered: Sequence[CoveredRow], overrides: Sequence[Override] = ()
) -> Judgement:
    """Judge facts of which the covered rows hide counts; what depends on hidden ones is a range, or withheld."""
    return merged([judge(framework, facts, overrides) for facts in completions(shown, covered)])


def completions(shown: Facts, covered: Sequence[CoveredRow]) -> Iterator[Facts]:
    """The facts with the hidden counts of each judged column at their least, and at their most; else as they are."""
    rows = {row.record: row for row in shown.rows}
    hidden: dict[tuple[type[Row], str], dict[str, Bounds]] = {}
    for one in covered:
        row = rows[one.record]
        bounds = bounds_of(counted_columns(type(row)), showing_of(row, one))
        judged = {column.name for column in counted_columns(type(row)) if column.judged}
        for name in (name for name in (*one.few, *one.withheld) if name in judged):
            hidden.setdefault((type(row), name), {})[one.record] = bounds[name]
    for ends in product((0, 1), repeat=len(hidden)):
        facts = shown
        for ((table, name), by_record), end in zip(hidden.items(), ends, strict=True):
            counts = {record: bounds[end] for record, bounds in by_record.items()}
            facts = facts.with_rows(table, [with_count(row, name, counts) for row in facts[table]])
        yield facts


def with_count(row: Row, name: str, counts: Mapping[str, Decimal]) -> Row:
    """A row with the count that is given for its record; the same row where none is."""
    columns: dict[str, Any] = {name: counts[row.record]} if row.record in counts else {}
    return dataclasses.replace(row, **columns)


def merged(judgements: Sequence[Judgement]) -> Judgement:
    """What all these judgements of the same rules say together."""
    first = judgements[0]
    if all(one == first for one in judgements):
        return first
    outcomes = zip(*(one.outcomes for one in judgements), strict=True)
    policies = zip(*(one.policies for one in judgements), strict=True)
    return dataclasses.replace(
        first,
        outcomes=tuple(map(merged_outcome, outcomes)),
        policies=tuple(map(merged_policy, policies)),
        capped_by=common(one.capped_by for one in judgements),
        blocked_by=common(one.blocked_by for one in judgements),
        **merged_result(judgements),
    )


def merged_policy(results: Sequence[PolicyResult]) -> PolicyResult:
    """What one policy comes to in all of them."""
    blocked_by = common(one.blocked_by for one in results)
    return dataclasses.replace(results[0], blocked_by=blocked_by, **merged_result(results))


def merged_result(results: Sequence[Judgement] | Sequence[PolicyResult]) -> dict[str, Any]:
    """Numbers and grades of a policy or of the whole."""
    said = {name: same(getattr(one, name) for one in results) for name in (*RESULT_NUMBERS, *RESULT_GRADES)}
    grades = {one.grade for one in results}
    return said | {
        "worst": extreme(min, (one.worst for one in results)),
        "best": extreme(max, (one.best for one in results)),
        "grade": said["grade"] if len(grades) == 1 else WITHHELD,
        "grade_worst": extreme(max, (one.grade_worst for one in results)),
        "grade_best": extreme(min, (one.grade_best for one in results)),
    }


def merged_outcome(outcomes: Sequence[Outcome]) -> Outcome:
    """What one indicator comes to in all of them."""
    first = outcomes[0]
    if all(one == first for one in outcomes):
        return first
    grades = {one.grade for one in outcomes}
    return dataclasses.replace(
        first,
        measured=merged_measurement([one.measured for one in outcomes], first.indicator.unit),
        computed_score=same(one.computed_score for one in outcomes),
        score=same(one.score for one in outcomes),
        worst=extreme(min, (one.worst for one in outcomes)),
        best=extreme(max, (one.best for one in outcomes)),
        grade=first.grade if len(grades) == 1 else WITHHELD,
    )


def merged_measurement(measured: Sequence[Measurement], unit: str) -> Measurement:
    """One figure, between the least and the most that it can be."""
    first = measured[0]
    names = {tuple(part.name for part in one.breakdown) for one in measured}
    parts = zip(*(one.breakdown for one in measured), strict=True) if len(names) == 1 else ()
    return dataclasses.replace(
        first,
        passes=same(one.passes for one in measured),
        missing=common(one.missing for one in measured),
        flags=tuple(sorted({*common(one.flags for one in measured), HIDDEN_COUNTS})),
        breakdown=tuple(dataclasses.replace(part[0], **merged_figure(part, unit)) for part in parts),
        decided_by=same(one.decided_by for one in measured) or "",
        **merged_figure(measured, unit),
    )


def merged_figure(figures: Sequence[Measurement] | Sequence[Part], unit: str) -> dict[str, Any]:
    """A value with its parts and its range; no share is above a hundred."""
    values = [one.value for one in figures]
    exact = all(one.low is None and one.high is None for one in figures)
    low = extreme(min, values if exact else [one.low for one in figures])
    high = extreme(max, values if exact else [one.high for one in figures])
    if unit == PERCENT:
        low, high = (None if end is None else min(end, HUNDRED) for end in (low, high))
    numerator, denominator = same(one.numerator for one in figures), same(one.denominator for one in figures)
    return {"value": same(values), "low": low, "high": high, "numerator": numerator, "denominator": denominator}


def same(values: Iterable[T | None]) -> T | None:
    """What all say; None where they differ."""
    said = list(values)
    return said[0] if all(one == said[0] for one in said) else None


def extreme(choose: Callable[[Iterable[Any]], Any], values: Iterable[Any]) -> Any:
    """The least or the most of all; None where one of them has no limit."""
    said = list(values)
    return None if None in said else choose(said)


def common(codes: Iterable[Sequence[str]]) -> tuple[str, ...]:
    """What stands in every one, in the order of the first."""
    all_codes = list(codes)
    return tuple(code for code in all_codes[0] if all(code in one for one in all_codes))
