"""The working of one figure in words: what was divided by what, and how the value became points."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from accounts.design.writing import currency_symbol, figure, money, score
from compliance.evaluation.scoring import SCORED, UNKNOWN
from compliance.evaluation.words import PERCENT
from compliance.words import MISSING, currencies_of, currency_of, measure_of


@dataclass(frozen=True)
class Division:
    """Numerator and denominator as people read them."""

    numerator: str
    denominator: str
    above: str
    below: str
    hundredfold: bool
    """whether the quotient is of every 100"""


def division_of(outcome: Mapping[str, Any]) -> Division | None:
    """What was divided by what; nothing where the measure is no ratio or is not known."""
    measure = measure_of(outcome)
    if not measure or not measure.divides or outcome["numerator"] is None or outcome["denominator"] is None:
        return None
    currency = currency_of(outcome)
    above, below = map(_, measure.divides)
    top = money(outcome["numerator"], currency if measure.sum_above else "")
    return Division(top, money(outcome["denominator"], currency), above, below, outcome["unit"] == PERCENT)


def is_ratio(outcome: Mapping[str, Any]) -> bool:
    """Whether the parts of the figure are quotients."""
    measure = measure_of(outcome)
    return bool(measure and measure.divides)


def currency_words(outcome: Mapping[str, Any]) -> str:
    """Which of several currencies decides; they are never added."""
    currency, count = currency_of(outcome), len(currencies_of(outcome))
    if not currency or count < 2:
        return ""
    words = _("The weakest of %(count)s currencies: %(currency)s.")
    return words % {"count": count, "currency": currency_symbol(currency)}


def points_words(outcome: Mapping[str, Any]) -> str:
    """How the value became points, with its numbers; or what the rule does while nothing is known."""
    if outcome["state"] == UNKNOWN:
        return str(MISSING[outcome["rule"]["missing"]])
    if outcome["state"] != SCORED or outcome["computed_score"] is None:
        return ""
    points = {"points": score(outcome["computed_score"])}
    if outcome["rule"]["kind"] == "binary":
        return (_("Kept: %(points)s points.") if outcome["passes"] else _("Not kept: %(points)s points.")) % points
    value, floor, ceiling = (
        Decimal(one) for one in (outcome["value"], outcome["rule"]["floor"], outcome["rule"]["ceiling"])
    )
    terms = {"value": figure(value), "floor": figure(floor), "ceiling": figure(ceiling)} | points
    plain = (value - floor) / (ceiling - floor)
    if plain < 0:
        return _("100 × (%(value)s − %(floor)s) ÷ (%(ceiling)s − %(floor)s) is below 0: 0 points.") % terms
    if plain > 1:
        return _("100 × (%(value)s − %(floor)s) ÷ (%(ceiling)s − %(floor)s) is above 100: 100 points.") % terms
    return _("100 × (%(value)s − %(floor)s) ÷ (%(ceiling)s − %(floor)s) = %(points)s points.") % terms
