"""Where two sides that measured the same found widely different amounts, month by month."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import permutations

from django.utils.translation import ngettext

from compliance.evaluation.canonical import ZERO
from compliance.evaluation.criteria.monitoring import MonitoringFact
from compliance.words import SPEAKERS
from projects.models.parameters import Parameter

NO_MULTIPLES = frozenset({Parameter.PH, Parameter.NOISE_BY_DAY, Parameter.NOISE_AT_NIGHT})
"""Of these twice the number is not twice as much."""
WIDELY = 2
"""So many times another's amount differs widely from it."""
Bounds = tuple[Decimal, Decimal]
"""The least and the most that an amount can be."""


def difference_words(rows: Sequence[MonitoringFact]) -> list[str]:
    """A sentence for each thing of which one side's worst was in some month surely at least twice another's.

    `rows` are of one station and year.
    """
    by_parameter = defaultdict[str, list[MonitoringFact]](list)
    for row in rows:
        if row.parameter not in NO_MULTIPLES and row.voice in SPEAKERS:
            by_parameter[row.parameter].append(row)
    return [words for code in sorted(by_parameter) for words in words_of_parameter(code, by_parameter[code])]


def words_of_parameter(code: str, rows: Sequence[MonitoringFact]) -> Iterator[str]:
    """The same of one parameter, for each two who measured it."""
    sides = {
        voice: months_of_side([row for row in rows if row.voice == voice]) for voice in {row.voice for row in rows}
    }
    for more, less in permutations(sorted(sides), 2):
        both = sides[more].keys() & sides[less].keys()
        wide = sum(0 < sides[more][month][0] >= WIDELY * sides[less][month][1] for month in both)
        if wide:
            words = ngettext(
                "%(what)s: in %(wide)s of %(both)s month in which both measured, perhaps on other days, the worst of %(more)s "
                "was at least twice that of %(less)s.",
                "%(what)s: in %(wide)s of %(both)s months in which both measured, perhaps on other days, the worst of %(more)s "
                "was at least twice that of %(less)s.",
                len(both),
            )
            sides_told = {"more": SPEAKERS[more], "less": SPEAKERS[less]}
            yield words % {"what": Parameter(code).label, "wide": wide, "both": len(both), **sides_told}


def months_of_side(rows: Sequence[MonitoringFact]) -> dict[int, Bounds]:
    """Between what the worst of each month lies in which a side measured."""
    found: dict[int, Bounds] = {}
    for row in rows:
        for month, amount in enumerate(row.months):
            if amount is not None:
                least, most = found.get(month, (ZERO, ZERO))
                found[month] = max(least, bounds_of(row, amount)[0]), max(most, bounds_of(row, amount)[1])
    return found


def bounds_of(row: MonitoringFact, amount: Decimal) -> Bounds:
    """An amount for sure; one that may be half of what can be detected is anything from nothing to twice as much.

    What tells whether the limit was kept has a detection limit of no more than that: beyond its half an amount was detected.
    """
    sure = not row.undetected or (row.most is not None and amount > row.most / 2)
    return (amount, amount) if sure else (ZERO, 2 * amount)
