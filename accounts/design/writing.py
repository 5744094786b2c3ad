"""How numbers, amounts, dates and names are written, in the reader's language; unknown is a word, never a zero."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal, InvalidOperation
from functools import lru_cache

from babel.core import Locale, UnknownLocaleError
from babel.numbers import get_currency_symbol
from django.conf import settings
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.formats import date_format, get_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timezone import is_aware, localtime
from django.utils.translation import get_language, gettext, gettext_noop, ngettext

from accounts.design.bands import Bands, rounded

HARD_SPACE = "\u00a0"
CENTS = 2
SYMBOLS = {"PEN": "S/", "USD": "US$"}
MONTHS_IN_OUR_WORDS = (gettext_noop("September"),)
"""Named here so that our own translation of them stands before Django's: Peru writes “setiembre”."""
COUNTRY_OF_LANGUAGE = {"es": "es_PE", "zh-hans": "zh_Hans_CN"}


def as_decimal(value: object) -> Decimal | None:
    """A number of the document ("12.5", Decimal, int) as Decimal; unknown stays unknown."""
    if value is None or value == "":
        return None
    try:
        return Decimal(str(value))
    except InvalidOperation:
        return None


def as_date(value: object) -> date | None:
    """A date, a moment, or their ISO text as a date in local time."""
    if isinstance(value, datetime):
        return localtime(value).date() if is_aware(value) else value.date()
    if isinstance(value, date):
        return value
    if not isinstance(value, str) or not value:
        return None
    moment = parse_datetime(value) if "T" in value else None
    return as_date(moment) if moment else parse_date(value)


def number(value: object, places: int | None = None) -> str:
    """Thousands in groups: 4200000 → 4,200,000; decimals only where there are any, or exactly ``places``.

    Beyond cents, zeros at the end only show how a column is kept: 55.5000 → 55.5.
    """
    amount = as_decimal(value)
    if amount is None:
        return gettext("Not known")
    if places is not None:
        amount = amount.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
    elif amount == amount.to_integral_value():
        amount = amount.quantize(Decimal(1))
    elif len(str(amount).partition(".")[2]) > CENTS:
        amount = amount.normalize()
    return f"{amount:,f}"


def capitalised(text: str) -> str:
    """A line begins with a capital, however its first word was entered."""
    return text[:1].upper() + text[1:]


def currency_symbol(currency: str) -> str:
    """The sign people write before an amount: S/, US$, or what Babel knows for the language."""
    if currency in SYMBOLS:
        return SYMBOLS[currency]
    return get_currency_symbol(currency, reader_locale())


def reader_locale() -> Locale:
    """What Babel knows of the reader's language; of English where it does not know that."""
    language = get_language() or settings.LANGUAGE_CODE
    try:
        return Locale.parse(COUNTRY_OF_LANGUAGE.get(language, language.replace("-", "_")))
    except (UnknownLocaleError, ValueError):
        return Locale("en")


def money(value: object, currency: str = "") -> str:
    """``S/ 4,200,000`` with a hard space; cents only where there are any; unknown in words."""
    amount = as_decimal(value)
    if amount is None:
        return gettext("Not known")
    whole = amount == amount.to_integral_value()
    figure = number(amount, 0 if whole else 2)
    return f"{currency_symbol(currency)}{HARD_SPACE}{figure}" if currency else figure


def symbol(currency: str) -> str:
    """The currency sign alone, for a column heading."""
    return currency_symbol(currency)


def long_date(value: object) -> str:
    """``20 January 2026``; the month is always a word."""
    day = as_date(value)
    return gettext("no date") if day is None else day_in_words(day, get_language() or "")


@lru_cache(maxsize=5_000)
def day_in_words(day: date, language: str) -> str:
    """A day in the present language, which is told so that what was written once is not formatted anew."""
    pattern = "j F Y" if language.startswith("en") else get_format("DATE_FORMAT", language)
    return date_format(day, pattern)


def day_and_month(day: date) -> str:
    """``20 January``; the month is always a word."""
    language = get_language() or ""
    return date_format(day, "j F" if language.startswith("en") else get_format("MONTH_DAY_FORMAT", language))


def when(value: object) -> SafeString:
    """The same date inside ``<time>``, so that machines read it too."""
    day = as_date(value)
    if day is None:
        return format_html("<span>{}</span>", gettext("no date"))
    words = long_date(day).replace(" ", HARD_SPACE)
    return format_html('<time datetime="{}">{}</time>', day.isoformat(), words)


def of_every_100(part: object, whole: object) -> str | None:
    """How many of every hundred, rounded half up; less than 1 or more than 99 where that would say none or all."""
    share = share_of(part, whole)
    if share is None:
        return None
    whole_number = share.quantize(Decimal(1), rounding=ROUND_HALF_UP)
    if share > 0 and whole_number == 0:
        return gettext("less than 1")
    if share < 100 and whole_number == 100:
        return gettext("more than 99")
    return str(whole_number)


def share_of(part: object, whole: object) -> Decimal | None:
    """Percent, or nothing where one side is unknown or the whole is zero."""
    top, bottom = as_decimal(part), as_decimal(whole)
    if top is None or not bottom:
        return None
    return 100 * top / bottom


def pick_language(value: object) -> str:
    """From ``{"en": …, "es": …}`` the current language's text, else the site's first language, else any."""
    if not isinstance(value, Mapping):
        return "" if value is None else str(value)
    language = get_language() or settings.LANGUAGE_CODE
    for code in (language, language.split("-")[0], "en", settings.LANGUAGE_CODE, *value):
        if value.get(code):
            return str(value[code])
    return ""


def without_stop(text: object) -> str:
    """A name that ends a sentence: the stop with which it ends itself is that of the sentence."""
    return str(text).removesuffix(".")


def yes_or_no(known: bool | None) -> str:
    """Whether it was so; unknown is neither."""
    if known is None:
        return gettext("We don’t know")
    return gettext("Yes") if known else gettext("No")


def country_name(code: object) -> str:
    """A country in the reader's language; a code that is none shows as it is."""
    return str(reader_locale().territories.get(str(code), code)) if code else gettext("Not known")


def language_name(code: str) -> str:
    """A language in the reader's language, as in the middle of a sentence."""
    return str(reader_locale().languages.get(code, code))


def file_kind(media_type: str) -> str:
    """What a file is, in a word that people know."""
    if media_type.startswith("image/"):
        return gettext("picture")
    return {
        "application/pdf": "PDF",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document": gettext("text"),
        "text/csv": gettext("table"),
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": gettext("table"),
    }.get(media_type, gettext("file"))


def file_size(value: object) -> str:
    """``90 kB``, ``1.2 MB``: what a download costs."""
    size = as_decimal(value)
    if size is None:
        return ""
    if size < 1_000_000:
        return f"{max(1, int((size / 1000).to_integral_value(ROUND_HALF_UP)))}{HARD_SPACE}kB"
    return f"{(size / 1_000_000).quantize(Decimal('0.1'))}{HARD_SPACE}MB"


def fingerprint(value: str | None) -> str:
    """A SHA-256 in groups of four, to be read aloud and compared."""
    text = value or ""
    return " ".join(text[i : i + 4] for i in range(0, len(text), 4))


def days(count: object) -> str:
    """``36 days``, ``1,516 days``."""
    whole = int(abs(as_decimal(count) or Decimal(0)))
    return ngettext("%(number)s day", "%(number)s days", whole) % {"number": number(whole)}


def score(value: object, bands: Bands = ()) -> str:
    """A score of 100 with one decimal, never rounded over a cut of its framework: 74.96 → 74.9 where 75 is one."""
    points = as_decimal(value)
    return gettext("Not known") if points is None else f"{rounded(points, bands):f}"


def figure(value: object, places: int = 1) -> str:
    """A measured figure: whole where it is, else with some decimals; below zero with a minus sign, not a hyphen."""
    amount = as_decimal(value)
    if amount is None:
        return gettext("Not known")
    sign = "−" if amount < 0 else ""
    return sign + number(abs(amount), 0 if amount == amount.to_integral_value() else places)


def percent(value: object) -> str:
    """``75 %`` of a percentage, cut, not rounded up; for staff and evidence only."""
    share = as_decimal(value)
    if share is None:
        return gettext("Not known")
    return f"{share.quantize(Decimal(1), rounding=ROUND_DOWN)}{HARD_SPACE}%"
