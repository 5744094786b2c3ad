"""How sure a grade is: whether it holds when weights, the way of adding up and what is unknown come out otherwise.

A thousand draws. In each of them

- every weight, of an indicator and of a policy, is between three quarters and five quarters of the declared one, and
  the weights are made to add up again;
- the points are added up in one of three ways: `weighted`, as the framework does; `unweighted`, all indicators of a
  policy alike and all policies alike; `geometric`, weighted means inside each policy and the weighted geometric mean
  over the policies, so that a good policy makes up for a bad one only in part. Its points are counted from FLOOR
  below zero, so that a policy without any does not wipe out the others;
- every indicator of which not everything is known has a score between its worst and its best; a binary one has
  either. Gates cap the whole as in scoring; one that may be kept or fail does either in half of the draws.

Not applicable stays not applicable. What is unknown is filled in, so no draw withholds the grade; where the published
grade is withheld no draw gives it, and it is not robust.

The same on every machine and in every language of programming: the draws are SHA-256 of a text that names the
method, the framework's code and version, the input and a counter, read as whole numbers of 32 bits. No generator of a
library is asked, whose stream may change. Everything is counted in whole numbers, logarithms too; there is no float.
Scores and results are settled to a hundred-thousandth of a point, geometric ones to a hundredth below it; what is
published has one decimal. Inputs have streams by their names, so that neither the order of rows nor another indicator
changes them. All mines that a version judges are weighed in the same thousand ways.

Pure: no clock, no settings, no database.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, lru_cache
from hashlib import sha256
from itertools import accumulate, pairwise
from operator import mul
from struct import pack, unpack

from compliance.evaluation.framework import Framework
from compliance.evaluation.judgement import Judgement, Outcome

METHOD = "minka-certainty/1"
"""What seeds the draws and names how they are made; another way of drawing has another name."""
DRAWS = 1000
OUTSIDE = DRAWS // 20
"""draws below the interval of 90 %, and as many above it"""
ROBUST_FROM = 900
"""draws in which the published grade must come out, to call it robust"""
DECLARED, LEAST, MOST = 10_000, 7_500, 12_500
"""factors of a weight, in ten-thousandths"""
WEIGHTED, UNWEIGHTED, GEOMETRIC = "weighted", "unweighted", "geometric"
AGGREGATIONS = (WEIGHTED, UNWEIGHTED, GEOMETRIC)
FLOOR = 5
"""points added to each policy before the geometric mean, and taken off after it"""

ANSWER, POLICY_WEIGHT, INDICATOR_WEIGHT, AGGREGATION = "answer", "policy-weight", "indicator-weight", "aggregation"
"""Kinds of assumptions."""

POINT = 100_000
"""one point, in whole numbers"""
ALL = 100 * POINT
HUNDREDTH = POINT // 100
BITS = 30
WHOLE, HALF = 1 << BITS, 1 << (BITS - 1)
"""what the weights of a mean add up to"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Assumption:
    """One input that could have been another."""

    kind: str
    """answer, policy-weight, indicator-weight or aggregation"""
    code: str
    """of the indicator or policy, or which aggregation"""
    changes_grade: bool
    """whether it alone, at one of its ends and all else as published, gives another grade"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Certainty:
    """How sure a grade is, as it is published with the scorecard."""

    method: str
    draws: int
    low: Decimal
    high: Decimal
    """between these scores nine of ten draws lie, with one decimal"""
    holds: int
    """draws with the published grade"""
    robust: bool
    decides: Assumption | None
    """the input that alone moves grade and score most; None where none moves them"""


def certainty_of(judgement: Judgement) -> Certainty | None:
    """How sure the overall grade is; None where nothing applies."""
    inputs = _inputs_of(judgement)
    if not any(one.counts for one in inputs):
        return None
    framework = judgement.framework
    points = sorted(_draw(framework, inputs))
    holds = _number_with(framework, judgement.grade, points)
    return Certainty(
        method=METHOD,
        draws=DRAWS,
        low=_shown(framework, points[OUTSIDE]),
        high=_shown(framework, points[-OUTSIDE - 1]),
        holds=holds,
        robust=holds >= ROBUST_FROM,
        decides=_decides(framework, judgement.grade, inputs),
    )


# What goes in


@dataclass(frozen=True, slots=True)
class _Input:
    """One applicable indicator: its score as published, and the ends between which it is drawn."""

    code: str
    policy: str
    counts: bool
    """whether it carries weight; a gate without weight only caps"""
    score: int | None
    worst: int
    best: int
    gate: int | None
    binary: bool
    may_be_kept: bool
    """whether it is a gate that could fail, and need not"""

    @property
    def open(self) -> bool:
        """Whether it could have come out otherwise."""
        return self.worst < self.best

    def cap(self, score: int | None) -> int:
        """What the whole may reach at most by this score; all where it is no gate, is kept, or nothing is known."""
        if self.gate is None or score is None:
            return ALL
        return self.gate if (score < ALL if self.binary else score <= 0) else ALL


def _inputs_of(judgement: Judgement) -> list[_Input]:
    """The inputs in the order of policies and codes."""
    weights = {policy.code: policy.weight for policy in judgement.framework.policies}
    inputs = [_input_of(one, weights[one.indicator.policy]) for one in judgement.outcomes if one.carries_weight]
    return sorted((one for one in inputs if one is not None), key=lambda one: (one.policy, one.code))


def _input_of(outcome: Outcome, policy_weight: Decimal) -> _Input | None:
    if outcome.worst is None or outcome.best is None:
        return None
    indicator, (at_worst, at_best) = outcome.indicator, outcome.fails_at_ends
    return _Input(
        code=outcome.code,
        policy=indicator.policy,
        counts=indicator.weight > 0 and policy_weight > 0,
        score=None if outcome.score is None else _whole(outcome.score),
        worst=_whole(outcome.worst),
        best=_whole(outcome.best),
        gate=_whole(indicator.gate) if indicator.gate is not None and at_worst else None,
        binary=indicator.kind == "binary",
        may_be_kept=indicator.gate is not None and at_worst and not at_best,
    )


def _whole(points: Decimal) -> int:
    """The nearest whole number that stands for these points."""
    return round(points * POINT)


@lru_cache(maxsize=1024)
def _stream(code: str, version: int, name: str) -> tuple[int, ...]:
    """A whole number of 32 bits for each draw, always the same ones for this input of this framework."""
    blocks = (sha256(f"{METHOD}/{code}/{version}/{name}/{block}".encode()).digest() for block in range(DRAWS // 8))
    return tuple(number for block in blocks for number in unpack(">8I", block))


# Ways of weighing


@dataclass(frozen=True, slots=True)
class _Ways:
    """Ways of weighing some indicators, in the order of their policies.

    A column, a number for each way, is packed into one whole number: to multiply it by a score and to add two columns
    are single steps then, and a thousand ways cost little more than one.
    """

    size: int
    weights: tuple[int, ...]
    """a packed column for each indicator; where the geometric mean is taken, of its weights inside its policy"""
    spreads: tuple[int, ...]
    """the same, each weight multiplied by how far from its worst to its best the indicator is drawn in that way"""
    ends: tuple[int, ...]
    """the places between which the indicators of one mean stand: of all, or of each policy"""
    policies: tuple[tuple[int, ...], ...] = ()
    """where the geometric mean is taken: a column of weights for each policy"""

    def points(self, scores: Sequence[tuple[int, int]]) -> Sequence[int]:
        """What the worst scores, and how far it is to the best, come to in each way before any cap."""
        means = [self._mean(scores, first, end) for first, end in pairwise(self.ends)]
        if not self.policies:
            return means[0]
        table = _logarithms()
        logarithms = ([table[points // HUNDREDTH] for points in column] for column in means)
        products = (map(mul, weights, column) for weights, column in zip(self.policies, logarithms, strict=True))
        totals = map(sum, zip(*products, strict=True))
        return [(bisect_right(table, (total + HALF) >> BITS) - 1) * HUNDREDTH for total in totals]

    def _mean(self, scores: Sequence[tuple[int, int]], first: int, end: int) -> tuple[int, ...]:
        total = _packed([HALF] * self.size)
        for (worst, width), weight, spread in zip(
            scores[first:end], self.weights[first:end], self.spreads[first:end], strict=True
        ):
            total += worst * weight + width * spread
        return _unpacked((total >> BITS) & _packed([(1 << LANE - BITS) - 1] * self.size), self.size)


LANE = 64
"""bits of a number in a packed column; no weighed sum needs more than 55"""


def _packed(column: Sequence[int]) -> int:
    return int.from_bytes(pack(f"<{len(column)}Q", *column), "little")


def _unpacked(packed: int, size: int) -> tuple[int, ...]:
    return unpack(f"<{size}Q", packed.to_bytes(size * LANE // 8, "little"))


Factor = Callable[[str, str], int]
"""The factor of a weight, by kind and code."""


def _weights(framework: Framework, codes: Sequence[str], aggregation: str, factor: Factor) -> list[int]:
    """One way of weighing the indicators of these codes, which stand in the order of their policies."""
    own: dict[str, list[int]] = {}
    for code in codes:
        one = framework.indicator(code)
        weight = 1 if aggregation == UNWEIGHTED else _weight(one.weight, factor(INDICATOR_WEIGHT, code))
        own.setdefault(one.policy, []).append(weight)
    declared = {one.code: one.weight for one in framework.policies}
    whole = [1 if aggregation == UNWEIGHTED else _weight(declared[one], factor(POLICY_WEIGHT, one)) for one in own]
    if aggregation == GEOMETRIC:
        return [share for weights in own.values() for share in _shares(weights)] + _shares(whole)
    by_policy = zip(whole, own.values(), strict=True)
    return _shares([outer * weight * WHOLE // sum(weights) for outer, weights in by_policy for weight in weights])


def _weight(declared: Decimal, factor: int) -> int:
    return max(_whole(declared), 1) * factor


def _shares(weights: Sequence[int]) -> list[int]:
    """The weights, made to add up to the whole; the first carries what division leaves."""
    total = sum(weights)
    shares = [weight * WHOLE // total for weight in weights]
    shares[0] += WHOLE - sum(shares)
    return shares


def _ways(
    framework: Framework, codes: Sequence[str], rows: Sequence[Sequence[int]], shifts: Sequence[Sequence[int]] = ()
) -> _Ways:
    """Pack rows of weights, which hold those of policies behind those of indicators where the geometric mean is taken.

    `shifts` says of each indicator how far from its worst to its best it is in each way, in parts of 2 to the power of 32.
    """
    columns = list(zip(*rows, strict=True))
    inside, policies = columns[: len(codes)], columns[len(codes) :]
    of_codes = [framework.indicator(code).policy for code in codes]
    sizes = [of_codes.count(policy) for policy in dict.fromkeys(of_codes)] if policies else [len(codes)]
    spreads = (
        [weight * part >> 32 for weight, part in zip(*both, strict=True)] for both in zip(inside, shifts, strict=False)
    )
    return _Ways(
        size=len(rows),
        weights=tuple(map(_packed, inside)),
        spreads=tuple(map(_packed, spreads)) if shifts else (0,) * len(codes),
        ends=tuple(accumulate(sizes, initial=0)),
        policies=tuple(policies),
    )


@cache
def _logarithms() -> tuple[int, ...]:
    """The logarithm of each hundredth from 0 to 100 points above that of no point, the floor added to all of them.

    ln(n + 1) - ln(n) is twice the sum of z, z³/3, z⁵/5 … with z = 1 / (2n + 1). Three terms are exact to 20 decimals
    here, and their sums to 14; 8 are kept.
    """
    two = 1 << 61

    def step(number: int) -> int:
        odd = 2 * number + 1
        return two // odd + two // (3 * odd**3) + two // (5 * odd**5)

    sums = accumulate((step(number + 100 * FLOOR) for number in range(10_000)), initial=0)
    return tuple(number >> 34 for number in sums)


@lru_cache(maxsize=16)
def _drawn_ways(framework: Framework, codes: tuple[str, ...]) -> tuple[tuple[_Ways, tuple[int, ...]], ...]:
    """The thousand ways of weighing these indicators, the geometric ones apart, with the numbers of their draws."""

    def numbers(name: str) -> tuple[int, ...]:
        return _stream(framework.code, framework.version, name)

    policies = {framework.indicator(code).policy for code in codes}
    names = [(INDICATOR_WEIGHT, code) for code in codes] + [(POLICY_WEIGHT, code) for code in policies]
    factors = {
        (kind, code): [LEAST + (number * (MOST - LEAST + 1) >> 32) for number in numbers(f"{kind}/{code}")]
        for kind, code in names
    }

    def row(draw: int) -> list[int]:
        return _weights(framework, codes, drawn[draw], lambda kind, code: factors[kind, code][draw])

    drawn = [AGGREGATIONS[number * len(AGGREGATIONS) >> 32] for number in numbers(AGGREGATION)]
    geometric = [draw for draw in range(DRAWS) if drawn[draw] == GEOMETRIC]
    others = [draw for draw in range(DRAWS) if drawn[draw] != GEOMETRIC]
    shifts = [_shifts(framework, code) for code in codes]
    return tuple(
        (
            _ways(
                framework,
                codes,
                [row(draw) for draw in draws],
                [[column[draw] for draw in draws] for column in shifts],
            ),
            tuple(draws),
        )
        for draws in (others, geometric)
    )


def _shifts(framework: Framework, code: str) -> list[int]:
    """How far from its worst to its best an indicator is in each draw, in parts of 2 to the power of 32."""
    numbers = _stream(framework.code, framework.version, f"{ANSWER}/{code}")
    if framework.indicator(code).kind == "binary":
        return [number >> 31 << 32 for number in numbers]
    return list(numbers)


def _draw(framework: Framework, inputs: Sequence[_Input]) -> list[int]:
    """What the whole comes to in each draw, in no order."""
    counting = [one for one in inputs if one.counts]
    gates = [one for one in inputs if one.gate is not None]
    kept = {one.code: [shift >> 31 for shift in _shifts(framework, one.code)] for one in gates if one.may_be_kept}
    found: list[int] = []
    for ways, draws in _drawn_ways(framework, tuple(one.code for one in counting)):
        points: Iterable[int] = ways.points([(one.worst, one.best - one.worst) for one in counting])
        for one in gates:
            scores = [ALL if one.may_be_kept and kept[one.code][draw] else 0 for draw in draws]
            points = [min(whole, one.cap(score)) for whole, score in zip(points, scores, strict=True)]
        found += points
    return found


# What comes out


def _shown(framework: Framework, points: int) -> Decimal:
    """One decimal, rounded half up; cut where that would look like the next grade's."""
    below, rounded = points * 10 // POINT, (points * 10 + POINT // 2) // POINT
    exact = Decimal(points) / POINT
    cut = any(exact < band.starts_at <= Decimal(rounded) / 10 for band in framework.bands)
    return Decimal(below if cut else rounded) / 10


def _starts(framework: Framework) -> list[int]:
    """The lowest result of each band, the lowest band first."""
    return [-int(-band.starts_at * POINT // 1) for band in reversed(framework.bands)]


def _place(framework: Framework, grade: str | None) -> int | None:
    """Which band a grade names, counted from the lowest; None where it is withheld."""
    return next((place for place, band in enumerate(reversed(framework.bands)) if band.grade == grade), None)


def _number_with(framework: Framework, grade: str | None, points: Sequence[int]) -> int:
    """How many of sorted results have a grade."""
    place, starts = _place(framework, grade), [*_starts(framework), ALL + 1]
    return 0 if place is None else bisect_left(points, starts[place + 1]) - bisect_left(points, starts[place])


# What decides

Key = tuple[str, str]
"""An assumption by kind and code."""
Scores = Mapping[str, int | None]
"""Scores by indicator; None is left out."""


def _decides(framework: Framework, grade: str | None, inputs: Sequence[_Input]) -> Assumption | None:
    """The input that moves the grade over most bands, or else the score most, when it alone is at its ends."""
    published = {one.code: one.score for one in inputs}
    whole = _as_published(framework, inputs, published)
    tried = _ends(framework, inputs, published)
    if not tried:
        return None
    usual = next(iter(tried.values()))[0] if whole is None else whole
    starts, place = _starts(framework), _place(framework, grade)
    bands = [bisect_right(starts, usual) - 1 if place is None else place]

    def moves(key: Key) -> tuple[int, int]:
        ends = tried[key]
        reached = bands + [bisect_right(starts, end) - 1 for end in ends]
        return max(reached) - min(reached), max([usual, *ends]) - min([usual, *ends])

    key = max(tried, key=moves)
    over_bands, over_points = moves(key)
    kind, code = key
    if not over_bands and over_points < HUNDREDTH:  # what a geometric mean is cut by is no move
        return None
    return Assumption(kind=kind, code=code, changes_grade=over_bands > 0)


def _ends(framework: Framework, inputs: Sequence[_Input], published: Scores) -> dict[Key, list[int]]:
    """What the whole comes to with one input at each of its ends and all others as published."""
    found: dict[Key, list[int]] = {}
    for one in inputs:
        if one.open:
            wholes = (_as_published(framework, inputs, {**published, one.code: end}) for end in (one.worst, one.best))
            if known := [whole for whole in wholes if whole is not None]:
                found[ANSWER, one.code] = known
    counting = _counting(inputs, published)
    for ways, keys in _reweighed(framework, tuple(counting)) if counting else ():
        for key, points in zip(keys, ways.points([(score, 0) for score in counting.values()]), strict=True):
            found.setdefault(key, []).append(min(points, _cap(inputs, published)))
    return found


def _as_published(framework: Framework, inputs: Sequence[_Input], scores: Scores) -> int | None:
    """The whole by these scores, as scoring has it; None where nothing has a score."""
    counting = _counting(inputs, scores)
    if not counting:
        return None
    [points] = _declared_way(framework, tuple(counting)).points([(score, 0) for score in counting.values()])
    return min(points, _cap(inputs, scores))


def _counting(inputs: Sequence[_Input], scores: Scores) -> dict[str, int]:
    return {one.code: score for one in inputs if one.counts and (score := scores[one.code]) is not None}


def _cap(inputs: Sequence[_Input], scores: Scores) -> int:
    return min(one.cap(scores[one.code]) for one in inputs)


@lru_cache(maxsize=256)
def _declared_way(framework: Framework, codes: tuple[str, ...]) -> _Ways:
    return _ways(framework, codes, [_weights(framework, codes, WEIGHTED, lambda _kind, _code: DECLARED)])


@lru_cache(maxsize=64)
def _reweighed(framework: Framework, codes: tuple[str, ...]) -> tuple[tuple[_Ways, tuple[Key, ...]], ...]:
    """The declared weights with one of them at its ends, and other aggregations, each with what was changed."""
    weights = [(POLICY_WEIGHT, code) for code in sorted({framework.indicator(code).policy for code in codes})]
    weights += [(INDICATOR_WEIGHT, code) for code in codes]
    changes = [(key, factor) for key in weights for factor in (LEAST, MOST)]

    def row(aggregation: str, changed: Key, factor: int = DECLARED) -> list[int]:
        def factor_of(kind: str, code: str) -> int:
            return factor if (kind, code) == changed else DECLARED

        return _weights(framework, codes, aggregation, factor_of)

    alike, geometric = (AGGREGATION, UNWEIGHTED), (AGGREGATION, GEOMETRIC)
    rows = [row(UNWEIGHTED, alike), *(row(WEIGHTED, key, factor) for key, factor in changes)]
    return (
        (_ways(framework, codes, rows), (alike, *(key for key, _factor in changes))),
        (_ways(framework, codes, [row(GEOMETRIC, geometric)]), (geometric,)),
    )
