"""What a measure answers, and the small steps that measures share."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from compliance.evaluation.facts import Row
from compliance.evaluation.framework import HUNDRED
from compliance.evaluation.words import code, gettext_noop

SMALL_BASE = code("small-base", gettext_noop("the figure rests on a small number"))
FEWEST = 10
"""a share of fewer rests on a small number"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A part of a figure that is shown beside it: one currency, one employer, one definition of *local*."""

    name: str
    value: Decimal | None = None
    low: Decimal | None = None
    high: Decimal | None = None
    numerator: Decimal | None = None
    denominator: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Measurement:
    """One measured figure, what it was made of, and what is not known about it."""

    unit: str = ""
    value: Decimal | None = None
    """None: unknown"""
    passes: bool | None = None
    """for binary rules: kept, broken, or unknown"""
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    low: Decimal | None = None
    high: Decimal | None = None
    """where the value could still lie; one None: no limit on that side; both None: nothing is known"""
    score_at_most: Decimal = HUNDRED
    """what the score cannot exceed while a part of the evidence is one side's word"""
    missing: tuple[str, ...] = ()
    """codes of what is not known"""
    flags: tuple[str, ...] = ()
    """codes of what a reader should know"""
    records: tuple[str, ...] = ()
    applicable: bool = True
    reason: str = ""
    """code of why it does not apply"""
    breakdown: tuple[Part, ...] = ()
    decided_by: str = ""
    """the part that decides the value: a currency, an employer, a record"""

    @property
    def bounded(self) -> bool:
        """Whether there is a limit, on one side at least, to what the value could be."""
        return self.low is not None or self.high is not None


def known_amount(number: Decimal | None) -> Decimal | None:
    """The amount; one below zero cannot be, and is unknown."""
    return None if number is None or number < 0 else number


def known_count(number: int | None) -> Decimal | None:
    """The number of people or things; one below zero cannot be, and is unknown."""
    return None if number is None or number < 0 else Decimal(number)


def measurement(
    used: Iterable[Row], missing: Iterable[str] = (), flags: Iterable[str] = (), **figure: Any
) -> Measurement:
    """A figure of these records, not known but for what is given; the order of records and codes is always the same."""
    return Measurement(
        records=tuple(sorted({row.record for row in used})),
        missing=tuple(sorted(set(missing))),
        flags=tuple(sorted(set(flags))),
        **figure,
    )
