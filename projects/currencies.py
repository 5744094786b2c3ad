"""Currencies of the world (ISO 4217), from the Unicode data that Babel carries."""

from babel.core import get_global
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

CURRENCY_CODES: frozenset[str] = frozenset(get_global("all_currencies"))


def validate_currency(code: str) -> None:
    """Refuse a code that is not in ISO 4217."""
    if code not in CURRENCY_CODES:
        raise ValidationError(
            _("“%(code)s” is not a currency. Use three letters, such as PEN or USD."),
            code="unknown_currency",
            params={"code": code},
        )
