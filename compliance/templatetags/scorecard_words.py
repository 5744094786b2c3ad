"""Words for the codes of a scorecard, in templates."""

from datetime import datetime
from decimal import Decimal

from django import template
from django.utils.timezone import localdate
from django.utils.translation import gettext

from accounts.design.bands import Bands
from accounts.design.writing import as_decimal, days, number, score
from compliance.law_words import law_words, threshold_words
from compliance.words import AGREEMENT, CAUSES, VOICES, code_words, letters_between, measured_by, taker_words

register = template.Library()
register.simple_tag(letters_between)
register.filter("unit_words", code_words)
register.filter("reason_words", code_words)
register.filter("law_words", law_words)
register.filter("threshold_words", threshold_words)
register.filter("measured_by", measured_by)
register.filter("taker_words", taker_words)


@register.filter
def voice_words(code: str) -> str:
    """Who says so."""
    return str(VOICES.get(code, code))


@register.filter
def cause_words(code: str) -> str:
    """Why a figure is another than before."""
    return str(CAUSES[code])


@register.filter
def agreement_words(code: str) -> str:
    """Whether the sides agree on a payment or a promise."""
    return str(AGREEMENT.get(code, code))


@register.filter
def wait_words(since: datetime) -> str:
    """For how long something waits: 12 days."""
    waited = (localdate() - localdate(since)).days
    return days(waited) if waited > 0 else gettext("since today")


@register.filter
def signed(value: Decimal) -> str:
    """A change with its sign: +3.5."""
    return f"{'+' if value > 0 else '−'}{number(abs(value), 1)}"


@register.simple_tag
def score_range(worst: object, best: object, bands: Bands) -> str:
    """Between which scores it could lie; one number where both are written the same, a dash where there is none."""
    if as_decimal(worst) is None or as_decimal(best) is None:
        return "–"
    low, high = score(worst, bands), score(best, bands)
    return low if low == high else f"{low} – {high}"
