"""Shares: what is shown of a whole, and what it could be at most."""

from collections.abc import Iterable
from decimal import Decimal

from compliance.evaluation.canonical import ZERO, settle
from compliance.evaluation.criteria.measurement import FEWEST, SMALL_BASE, Measurement, Part, measurement
from compliance.evaluation.facts import Row
from compliance.evaluation.framework import HUNDRED


class Share:
    """A share of a whole, part by part: what is shown of it, and what it could be at most."""

    def __init__(self) -> None:
        self.whole = self.shown = self.most = ZERO
        self.more_inside = self.more_outside = self.doubtful = ZERO
        self.anything_known = self.could_rise = self.could_fall = False

    def add(
        self,
        whole: Decimal,
        part: Decimal | None,
        *,
        least: Decimal = ZERO,
        most: Decimal | None = None,
        known: bool = False,
    ) -> None:
        """Add a part that is known, or else lies between its least, which is what is shown, and its most.

        `known`: something is known of it, although not all.
        """
        if part is not None:
            least = most = part
        self.whole += whole
        self.shown += least
        self.most += max(whole if most is None else most, least)
        self.anything_known = self.anything_known or ((part is not None or known) and whole > 0)

    def open(self, *, up: bool = True, down: bool = True) -> None:
        """Note a part of unknown size, which could pull the share up, down, or both ways."""
        self.could_rise = self.could_rise or up
        self.could_fall = self.could_fall or down

    def could_grow(self, amount: Decimal, *, inside: bool) -> None:
        """Note an amount that may belong to the whole, and then lies inside the share or outside it."""
        self.more_inside += amount if inside else ZERO
        self.more_outside += ZERO if inside else amount

    def doubt(self, amount: Decimal) -> None:
        """Note how much of what is shown somebody who has not spoken yet may deny."""
        self.doubtful += amount

    @property
    def is_open(self) -> bool:
        return bool(self.could_rise or self.could_fall or self.more_inside or self.more_outside)

    def part(self, name: str) -> Part:
        """Spell the share; everything but the name is None while nothing is known."""
        if not self.anything_known:
            return Part(name=name)
        value = settle(HUNDRED * self.shown / self.whole)
        least = settle(HUNDRED * (self.shown - self.doubtful) / (self.whole + self.more_outside))
        most = settle(HUNDRED * (self.most + self.more_inside) / (self.whole + self.more_inside))
        return Part(
            name=name,
            value=value,
            low=ZERO if self.could_fall else least,
            high=max(HUNDRED, most) if self.could_rise else most,
            numerator=self.shown,
            denominator=self.whole,
        )

    def measurement(
        self,
        missing: set[str],
        used: Iterable[Row],
        *,
        flags: Iterable[str] = (),
        breakdown: tuple[Part, ...] = (),
    ) -> Measurement:
        """Spell the share of a number of people or things as a figure of its own."""
        part = self.part("")
        small = part.denominator is not None and part.denominator < FEWEST
        return measurement(
            used,
            missing,
            {*flags, SMALL_BASE} if small else flags,
            value=part.value,
            low=part.low,
            high=part.high,
            numerator=part.numerator,
            denominator=part.denominator,
            breakdown=breakdown,
        )
