"""Where two sides that measured the same found widely different amounts, month by month."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import permutations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from compliance.evaluation.canonical import ZERO
from compliance.evaluation.criteria.monitoring import MonitoringFact
from compliance.words import SPEAKERS
from projects.models.parameters import Parameter

NO_MULTIPLES = frozenset({Parameter.PH, Parameter.NOISE_BY_DAY, Parameter.NOISE_AT_NIGHT})
"""Of these twice the number is not twice as much."""
WIDELY = 2
"""So many times another's amount differs widely from it."""
ROUNDED = Decimal("0.000001")
"""A mean of facts is rounded to this."""
UNBOUNDED = Decimal("Infinity")
Bounds = tuple[Decimal, Decimal]
"""The least and the most that an amount can be."""
Side = tuple[str, bool]
"""Who measured, and whether the tests count."""


def difference_words(rows: Sequence[MonitoringFact]) -> list[str]:
    """A sentence for each thing of which one side's worst was in some month surely at least twice another's.

    `rows` are of one station and year. Tests of a side that do not count are compared apart, and told as such.
    """
    by_parameter = defaultdict[str, list[MonitoringFact]](list)
    for row in rows:
        if row.parameter not in NO_MULTIPLES and row.voice in SPEAKERS:
            by_parameter[row.parameter].append(row)
    return [words for code in sorted(by_parameter) for words in words_of_parameter(code, by_parameter[code])]


def words_of_parameter(code: str, rows: Sequence[MonitoringFact]) -> Iterator[str]:
    """The same of one parameter, for each two who measured it."""
    of_sides = defaultdict[Side, list[MonitoringFact]](list)
    for row in rows:
        of_sides[row.voice, row.counts].append(row)
    months = {side: months_of_side(those) for side, those in of_sides.items()}
    for more, less in permutations(sorted(months), 2):
        both = months[more].keys() & months[less].keys()
        wide = sum(0 < months[more][month][0] >= WIDELY * months[less][month][1] for month in both)
        if wide and more[0] != less[0]:
            words = ngettext(
                "%(what)s: in %(wide)s of %(both)s month in which both measured, perhaps on other days, the worst of %(more)s "
                "was at least twice that of %(less)s.",
                "%(what)s: in %(wide)s of %(both)s months in which both measured, perhaps on other days, the worst of %(more)s "
                "was at least twice that of %(less)s.",
                len(both),
            )
            sides_told = {"more": side_words(more), "less": side_words(less)}
            yield words % {"what": Parameter(code).label, "wide": wide, "both": len(both), **sides_told}


def side_words(side: Side) -> str:
    """Who measured, and that the tests are not counted where they are not."""
    voice, counts = side
    who = str(SPEAKERS[voice])
    return who if counts else _("%(who)s (tests that are not counted)") % {"who": who}


def months_of_side(rows: Sequence[MonitoringFact]) -> dict[int, Bounds]:
    """Between what the worst of each month lies in which a side measured."""
    found: dict[int, Bounds] = {}
    for row in rows:
        for month, amount in enumerate(row.months):
            if amount is not None or any(row.undecided_of_months[month : month + 1]):
                (least, most), known = bounds_of(row, month), found.get(month, (ZERO, ZERO))
                found[month] = max(least, known[0]), max(most, known[1])
    return found


def bounds_of(row: MonitoringFact, month: int) -> Bounds:
    """Between what the worst of a month surely lies.

    What tells whether the limit was kept has a detection limit of no more than that, and counts as its half: what is beyond
    half the limit was detected. A day is told by its worst, so any month may have had a test besides that detected nothing.
    """
    amount = row.months[month] or ZERO
    detected = row.most is not None and amount > row.most / 2
    return amount if detected else ZERO, most_of(row, month, amount)


def most_of(row: MonitoringFact, month: int, amount: Decimal) -> Decimal:
    """The most that the worst of a month can be: no limit to it where a day is not decided, or nobody says whether one is."""
    if not row.undecided_of_months or row.undecided_of_months[month]:
        return UNBOUNDED
    decided = 2 * amount if row.most is None else min(2 * amount, max(amount, row.most))
    return max(decided, amount + hidden_on_decided_days(row))


def hidden_on_decided_days(row: MonitoringFact) -> Decimal:
    """By how much at most tests that tell nothing exceed the worst of a day of which another test tells something.

    Both means say it: between them lie these, and the undecided days, each of which may have had more than the limit.
    """
    if row.most is None or row.mean is None:
        return ZERO
    days = row.tests + row.undecided
    return (row.mean_at_most + ROUNDED) * days - row.mean * row.tests - row.most * row.undecided
