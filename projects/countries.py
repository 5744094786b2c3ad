"""Countries of the world (ISO 3166-1), from the Unicode data that Babel carries."""

from babel.core import Locale
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

NOT_ISO = frozenset({"AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "XK", "ZZ"})
"""Codes of two letters that Unicode has and ISO has not."""
COUNTRY_CODES = (
    frozenset(code for code in map(str, Locale("en").territories) if len(code) == 2 and code.isalpha()) - NOT_ISO
)


def validate_country(code: str) -> None:
    """Refuse a code that is not in ISO 3166-1."""
    if code not in COUNTRY_CODES:
        raise ValidationError(
            _("“%(code)s” is not a country. Use two letters, such as PE."), code="not_a_country", params={"code": code}
        )
