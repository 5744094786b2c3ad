"""The working of one figure in words: what was divided by what, and how the value became points."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from accounts.design.bands import Bands
from accounts.design.writing import currency_symbol, figure, money, score
from compliance.evaluation.judgement import SCORED, UNKNOWN, Outcome
from compliance.evaluation.words import PERCENT
from compliance.words import MISSING, currencies_of, currency_of, measure_of, places_of


@dataclass(frozen=True)
class Division:
    """Numerator and denominator as people read them."""

    numerator: str
    denominator: str
    above: str
    below: str
    hundredfold: bool
    """whether the quotient is of every 100"""


def division_of(outcome: Outcome) -> Division | None:
    """What was divided by what; nothing where the measure is no ratio or is not known."""
    measure = measure_of(outcome)
    if not measure or not measure.divides or outcome.measured.numerator is None or outcome.measured.denominator is None:
        return None
    currency = currency_of(outcome)
    above, below = map(_, measure.divides)
    top = money(outcome.measured.numerator, currency if measure.sum_above else "")
    return Division(top, money(outcome.measured.denominator, currency), above, below, outcome.indicator.unit == PERCENT)


def is_ratio(outcome: Outcome) -> bool:
    """Whether the parts of the figure are quotients."""
    measure = measure_of(outcome)
    return bool(measure and measure.divides)


def currency_words(outcome: Outcome) -> str:
    """Which of several currencies decides; they are never added."""
    currency, count = currency_of(outcome), len(currencies_of(outcome))
    if not currency or count < 2:
        return ""
    words = _("The weakest of %(count)s currencies: %(currency)s.")
    return words % {"count": count, "currency": currency_symbol(currency)}


def points_words(outcome: Outcome, bands: Bands) -> str:
    """How the value became points, with its numbers; or what the rule does while nothing is known."""
    if outcome.state == UNKNOWN:
        return str(MISSING[outcome.rule.missing])
    if outcome.state != SCORED or outcome.computed_score is None:
        return ""
    points = {"points": score(outcome.computed_score, bands)}
    if outcome.rule.kind == "binary":
        return (
            _("Kept: %(points)s points.") if outcome.measured.passes else _("Not kept: %(points)s points.")
        ) % points
    value, floor, ceiling = outcome.measured.value, outcome.rule.floor, outcome.rule.ceiling
    if value is None or floor is None or ceiling is None:
        return ""
    places = places_of(outcome.rule.unit)
    numbers = {"value": value, "floor": floor, "ceiling": ceiling}
    terms = {name: figure(number, places) for name, number in numbers.items()} | points
    plain = (value - floor) / (ceiling - floor)
    if plain < 0:
        return _("100 × (%(value)s − %(floor)s) ÷ (%(ceiling)s − %(floor)s) is below 0: 0 points.") % terms
    if plain > 1:
        return _("100 × (%(value)s − %(floor)s) ÷ (%(ceiling)s − %(floor)s) is above 100: 100 points.") % terms
    return _("100 × (%(value)s − %(floor)s) ÷ (%(ceiling)s − %(floor)s) = %(points)s points.") % terms
