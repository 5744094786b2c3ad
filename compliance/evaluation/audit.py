"""What a framework's grades rest on, over many cards: which hold, what each indicator moves, which say the same.

Pure: no clock, no settings, no database.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Context, Decimal
from itertools import combinations

from compliance.evaluation.canonical import ZERO
from compliance.evaluation.certainty import certainty_of
from compliance.evaluation.framework import Framework
from compliance.evaluation.judgement import WITHHELD, Judgement
from compliance.evaluation.scoring import without

MINIMUM_CARDS = 20
"""cards on which two indicators must both be known before anything is said of the pair"""
SAME_FROM = Decimal("0.8")
"""the rank correlation from which two indicators are said to say the same"""
ARITHMETIC = Context(prec=40, rounding=ROUND_HALF_UP)


@dataclass
class LeftOut:
    """What happens where an indicator, or all of a policy, is not asked for."""

    code: str
    cards: int = 0
    """cards whose result may depend on it"""
    grades_changed: int = 0
    changes: list[Decimal] = field(default_factory=list)
    """of the score, card by card, where there is one with it and without it"""

    @property
    def mean_change(self) -> Decimal | None:
        """By how many points the score rises on average, with one decimal."""
        if not self.changes:
            return None
        mean = ARITHMETIC.divide(sum(self.changes, ZERO), Decimal(len(self.changes)))
        return mean.quantize(Decimal("0.1"), context=ARITHMETIC)

    def add(self, judgement: Judgement, codes: Collection[str]) -> None:
        """Count one card, without the indicators of these codes."""
        if not any(one.carries_weight for one in judgement.outcomes if one.code in codes):
            return
        other = without(judgement, codes)
        self.cards += 1
        self.grades_changed += other.grade != judgement.grade
        if judgement.score is not None and other.score is not None:
            self.changes.append(other.score - judgement.score)


@dataclass(frozen=True)
class Pair:
    """Two indicators that are both known on enough cards, and differ from card to card."""

    first: str
    second: str
    cards: int
    correlation: Decimal
    """of ranks, with two decimals"""


@dataclass(frozen=True)
class Audit:
    """What the cards of one version of a framework show."""

    framework: Framework
    cards: int
    graded: int
    flips: int
    """graded cards whose grade is not robust"""
    decides: Mapping[tuple[str, str], int]
    """on how many of them each assumption decides, by kind and code, the most frequent first"""
    indicators: Sequence[LeftOut]
    policies: Sequence[LeftOut]
    pairs: Sequence[Pair]
    """the strongest correlation first"""
    too_few: int
    """pairs of which nothing is said: too few cards, or one of the two is the same on all of them"""

    @property
    def same(self) -> list[Pair]:
        """Pairs that say the same."""
        return [pair for pair in self.pairs if pair.correlation >= SAME_FROM]


def audit(framework: Framework, judgements: Iterable[Judgement]) -> Audit:
    """Try every card that this version judged, one after the other."""
    indicators = {one.code: LeftOut(one.code) for one in framework.indicators}
    policies = {one.code: LeftOut(one.code) for one in framework.policies}
    members = {code: {one.code for one in framework.indicators if one.policy == code} for code in policies}
    known: list[dict[str, Decimal]] = []
    decides: Counter[tuple[str, str]] = Counter()
    graded = flips = 0
    for judgement in judgements:
        known.append({one.code: one.score for one in judgement.outcomes if one.known and one.score is not None})
        certainty = certainty_of(judgement)
        if certainty and judgement.grade != WITHHELD:
            graded += 1
            flips += not certainty.robust
            if certainty.decides and not certainty.robust:
                decides[certainty.decides.kind, certainty.decides.code] += 1
        for code, one in indicators.items():
            one.add(judgement, {code})
        for code, one in policies.items():
            one.add(judgement, members[code])
    pairs = [pair_of(first, second, known) for first, second in combinations(indicators, 2)]
    found = sorted((pair for pair in pairs if pair), key=lambda pair: (-pair.correlation, pair.first, pair.second))
    return Audit(
        framework=framework,
        cards=len(known),
        graded=graded,
        flips=flips,
        decides=dict(sorted(decides.items(), key=lambda item: (-item[1], item[0]))),
        indicators=list(indicators.values()),
        policies=list(policies.values()),
        pairs=found,
        too_few=len(pairs) - len(found),
    )


def pair_of(first: str, second: str, known: Sequence[Mapping[str, Decimal]]) -> Pair | None:
    """Compare two indicators where both are known; None where that says nothing."""
    both = [(scores[first], scores[second]) for scores in known if first in scores and second in scores]
    if len(both) < MINIMUM_CARDS:
        return None
    correlation = rank_correlation([one for one, _other in both], [other for _one, other in both])
    return None if correlation is None else Pair(first, second, len(both), correlation)


def rank_correlation(first: Sequence[Decimal], second: Sequence[Decimal]) -> Decimal | None:
    """Spearman's rank correlation with two decimals; equal scores share their mean rank. None where one never varies."""
    above, below = ranks(first), ranks(second)
    middle = len(above) + 1
    spread = sum((rank - middle) ** 2 for rank in above) * sum((rank - middle) ** 2 for rank in below)
    if not spread:
        return None
    together = sum((one - middle) * (other - middle) for one, other in zip(above, below, strict=True))
    exact = ARITHMETIC.divide(Decimal(together), ARITHMETIC.sqrt(Decimal(spread)))
    return exact.quantize(Decimal("0.01"), context=ARITHMETIC)


def ranks(scores: Sequence[Decimal]) -> list[int]:
    """Twice the rank of each score, so that ranks that are shared are whole numbers."""
    first: dict[Decimal, int] = {}
    for place, score in enumerate(sorted(scores), start=1):
        first.setdefault(score, place)
    times = Counter(scores)
    return [2 * first[score] + times[score] - 1 for score in scores]
