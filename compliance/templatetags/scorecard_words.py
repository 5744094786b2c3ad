"""Words for the codes of a scorecard, in templates."""

from decimal import Decimal

from django import template

from accounts.design.writing import number, score
from compliance.words import UNITS, VOICES, words_of

register = template.Library()


@register.filter
def unit_words(code: str) -> str:
    """The unit of a value."""
    return str(UNITS.get(code, code))


@register.filter
def reason_words(code: str) -> str:
    """Why a figure is unknown, does not apply or needs care."""
    return "; ".join(words_of([code]))


@register.filter
def voice_words(code: str) -> str:
    """Who says so."""
    return str(VOICES.get(code, code))


@register.filter
def signed(value: Decimal) -> str:
    """A change with its sign: +3.5."""
    return f"{'+' if value > 0 else '−'}{number(abs(value), 1)}"


@register.simple_tag
def score_range(worst: object, best: object) -> str:
    """Between which scores it could lie; one number where both are written the same."""
    return score(worst) if score(worst) == score(best) else f"{score(worst)} – {score(best)}"
