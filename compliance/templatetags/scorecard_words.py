"""Words for the codes of a scorecard, in templates."""

from decimal import Decimal

from django import template

from accounts.templatetags.minka_ui import number
from compliance.words import FLAGS, MISSING, REASONS, UNITS, VOICES, words_for

register = template.Library()


@register.filter
def unit_words(code: str) -> str:
    """The unit of a value."""
    return words_for(UNITS, code)


@register.filter
def missing_words(code: str) -> str:
    """What is missing."""
    return words_for(MISSING, code)


@register.filter
def flag_words(code: str) -> str:
    """What a reader should know of a figure."""
    return words_for(FLAGS, code)


@register.filter
def reason_words(code: str) -> str:
    """Why an indicator does not apply."""
    return words_for(REASONS, code)


@register.filter
def voice_words(code: str) -> str:
    """Who says so."""
    return words_for(VOICES, code)


@register.filter
def signed(value: Decimal) -> str:
    """A change with its sign: +3.5."""
    return f"{'+' if value > 0 else '−'}{number(abs(value), 1)}"
