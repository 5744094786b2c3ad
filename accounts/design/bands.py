"""Grades as their framework has them: letters, the points from which each is given, and how they look.

Whatever shows a grade or a score is given the bands of the framework that judged; no letter and no cut stands elsewhere.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import ROUND_DOWN, ROUND_HALF_UP, ROUND_UP, Decimal
from typing import Protocol

WITHHELD = "?"
"""The letter of what is too little known to be graded."""
LOOKS = "ABCDE"
"""The five shapes with their colours, from round (best) to pointed (worst)."""
FULL_MARKS = Decimal(100)
STEP = Decimal("0.1")


class Band(Protocol):
    """A grade, the lowest score that earns it, and its name by language."""

    @property
    def grade(self) -> str: ...
    @property
    def starts_at(self) -> Decimal: ...
    @property
    def names(self) -> Mapping[str, str]: ...


Bands = Sequence[Band]
"""The bands of a framework, the best first."""


def letter_of(points: Decimal, bands: Bands) -> str:
    """The grade of a score."""
    return next((band.grade for band in bands if points >= band.starts_at), bands[-1].grade)


def look_of(letter: str, bands: Bands) -> str:
    """Which of the five looks a grade has: those of a framework are spread from the best to the worst.

    Raises ValueError where the framework has no such grade.
    """
    place, last = [band.grade for band in bands].index(letter), max(len(bands) - 1, 1)
    return LOOKS[(2 * (len(LOOKS) - 1) * place + last) // (2 * last)]


def rounded(points: Decimal, bands: Bands) -> Decimal:
    """A score with one decimal, rounded half up; the other way where that would stand on the wrong side of a cut.

    Where no bands are known it is cut, so that it never looks like the next grade's.
    """
    if not bands:
        return points.quantize(STEP, rounding=ROUND_DOWN)
    cuts = (FULL_MARKS, *(band.starts_at for band in bands))
    nearest, *others = (points.quantize(STEP, rounding=way) for way in (ROUND_HALF_UP, ROUND_DOWN, ROUND_UP))
    sides = [points >= cut for cut in cuts]
    return next((one for one in (nearest, *others) if [one >= cut for cut in cuts] == sides), nearest)
