"""Parsers: one cell → a value, nothing (unknown), or a `Refusal` that says what to do.

Unknown is not zero: an empty cell, "-", "NULL", "n/a", "#ERROR!" and "#N/A" are nothing. No float is ever made.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import TYPE_CHECKING, Any, TypeAlias

from babel import localedata
from babel.core import Locale, get_global
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from accounts.names import clean_name
from projects.countries import COUNTRY_CODES
from projects.currencies import CURRENCY_CODES
from projects.geometry import outline_of
from projects.intake.headings import fold
from projects.intake.problems import Cell, Refusal, cell_text
from projects.intake.reading import UNREADABLE

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise as Text

ARTICLES = frozenset({"a", "an", "the", "un", "una", "el", "la", "los", "las"})
"""Words with which labels begin and which people leave out in tables."""
UNKNOWN = frozenset({"", "-", "–", "—", "null", "n/a", "#error!", "#n/a"})
SPREADSHEET_ERRORS = frozenset({"#ref!", "#div/0!", "#value!", "#name?", "#num!", "#null!"})
FIRST_YEAR, LAST_YEAR = 1900, 2100
DECIMALS_OF_A_METRE = 5
"""of a degree"""
EXCEL_BEGINS = date(1899, 12, 30)
DAY_NUMBER = re.compile(r"[1-7]\d{4}(\.0+)?", re.ASCII)
"""A day of the years 1927 to 2119 as Excel counts them."""
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
GROUPED_BY_COMMA = re.compile(r"[1-9]\d{0,2}(,\d{3})+(\.\d+)?")
GROUPED_BY_POINT = re.compile(r"[1-9]\d{0,2}(\.\d{3})+(,\d+)?")
GROUPED_BY_ONE_MARK = re.compile(r"[1-9]\d{0,2}([.,' \u00a0\u202f])\d{3}(?:\1\d{3})*", re.ASCII)
UNCLEAR = re.compile(r"[1-9]\d{0,2}[.,]\d{3}")
"""1.234 is one thousand in Spanish and a little more than one in English; 1,234 the other way round."""
PLAIN = {".": re.compile(r"\d+(\.\d+)?"), ",": re.compile(r"\d+(,\d+)?")}


@dataclass(frozen=True)
class Options:
    """What the person said about the whole column or file: the decimal mark, the unit of amounts, days as numbers."""

    decimal_mark: str = ""
    unit: Decimal = Decimal(1)
    day_numbers: bool = False


Parser: TypeAlias = Callable[[Cell, Options], Any]


def is_unknown(cell: Cell) -> bool:
    """Whether a cell says nothing."""
    return cell is None or (isinstance(cell, str) and cell.strip().casefold() in UNKNOWN)


def readable(cell: Cell) -> str:
    """The text of a cell, refusing formulas, lists and broken characters."""
    text = " ".join(cell_text(cell).split())
    if isinstance(cell, dict) and "formula" in cell:
        raise Refusal("formula")
    if isinstance(cell, dict) and "nested" in cell:
        raise Refusal("nested")
    if UNREADABLE in text or CONTROL.search(text):
        raise Refusal("unreadable_characters")
    if text.casefold() in SPREADSHEET_ERRORS:
        raise Refusal("spreadsheet_error", value=text)
    return text


def typed(cell: Cell) -> str:
    """The text of a cell that must hold a date or a number: formulas written as text are refused too."""
    text = readable(cell)
    if text.startswith("="):
        raise Refusal("formula")
    return text


def shown(text: str) -> str:
    """Part of a cell for a message."""
    return text if len(text) <= 60 else text[:59] + "…"


def text_of_at_most(limit: int) -> Parser:
    """Text with single spaces; longer text is refused, never cut."""

    def parse(cell: Cell, _options: Options) -> str | None:
        if is_unknown(cell):
            return None
        text = readable(cell)
        if len(text) > limit:
            raise Refusal("too_long", limit=limit, length=len(text))
        return text

    return parse


def name_of_at_most(limit: int) -> Parser:
    """What somebody or something is called; a name that deceives the eye is refused with the words of `clean_name`."""
    text_of = text_of_at_most(limit)

    def parse(cell: Cell, options: Options) -> str | None:
        text: str | None = text_of(cell, options)
        try:
            return text and clean_name(text)
        except ValidationError as error:
            raise Refusal("broken_rule", words=error_words(error)) from None

    return parse


def parse_date(cell: Cell, options: Options) -> date | None:
    """2025-12-31, 31/12/2025 (day first; also with - or .), or a date cell of a workbook."""
    if is_unknown(cell):
        return None
    text = typed(cell)
    if DAY_NUMBER.fullmatch(text):
        day_meant = EXCEL_BEGINS + timedelta(days=int(text.partition(".")[0]))
        if options.day_numbers:
            return day_meant
        raise Refusal("day_number", value=shown(text), day=day_meant.isoformat())
    if isinstance(cell, dict) and "number" in cell:
        raise Refusal("not_a_date", value=shown(text))
    iso = re.fullmatch(r"(\d{4})-(\d{1,2})-(\d{1,2})([T ][\d:.]+(Z|[+-]\d\d:?\d\d)?)?", text, re.ASCII)
    day_first = re.fullmatch(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})", text, re.ASCII)
    if iso:
        year, month, day = int(iso[1]), int(iso[2]), int(iso[3])
    elif day_first:
        day, month, year = int(day_first[1]), int(day_first[2]), int(day_first[3])
    elif re.fullmatch(r"\d{1,2}[/.-]\d{1,2}[/.-]\d{2}", text, re.ASCII):
        raise Refusal("short_year", value=text)
    else:
        raise Refusal("not_a_date", value=shown(text))
    return real_date(year, month, day)


def real_date(year: int, month: int, day: int) -> date:
    """A day that exists, in the years that records are about."""
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise Refusal("year_out_of_range", first=FIRST_YEAR, last=LAST_YEAR)
    if not 1 <= month <= 12:
        raise Refusal("no_such_month", month=month)
    days = monthrange(year, month)[1]
    if not 1 <= day <= days:
        raise Refusal("no_such_date", month=month, year=year, days=days)
    return date(year, month, day)


def parse_year(cell: Cell, _options: Options) -> int | None:
    """A year of four digits."""
    if is_unknown(cell):
        return None
    text = typed(cell)
    match = re.fullmatch(r"(\d{4})(\.0+)?", text, re.ASCII)
    if match is None:
        raise Refusal("not_a_year", value=shown(text))
    year = int(match[1])
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise Refusal("year_out_of_range", first=FIRST_YEAR, last=LAST_YEAR)
    return year


def parse_number(cell: Cell, options: Options) -> Decimal | None:
    """A number in the unit of its column; below zero with a minus or in brackets."""
    if is_unknown(cell):
        return None
    text = typed(cell)
    is_number = isinstance(cell, dict) and "number" in cell
    amount = literal_number(text) if is_number else written_number(text, options.decimal_mark)
    if amount and amount.adjusted() > 18:
        raise Refusal("amount_too_large", value=shown(text))
    amount *= options.unit
    if amount and amount.adjusted() > 15:
        raise Refusal("amount_too_large", value=shown(text))
    return amount


def parse_amount(cell: Cell, options: Options) -> Decimal | None:
    """A sum with at most two decimals after its unit was applied."""
    amount = parse_number(cell, options)
    if amount is None:
        return None
    exact = amount.quantize(Decimal("0.01")) if amount.is_zero() or amount.adjusted() > -9 else Decimal(0)
    if exact != amount:
        raise Refusal("too_many_decimals", value=shown(cell_text(cell)))
    return exact


def parse_degrees(cell: Cell, options: Options) -> Decimal | None:
    """A latitude or longitude in degrees, rounded to a metre: point and comma are decimal marks, for there are no thousands."""
    cell = cell.replace(",", ".") if isinstance(cell, str) else cell
    number = parse_number(cell, replace(options, decimal_mark="."))
    return None if number is None else round(number, DECIMALS_OF_A_METRE)


def parse_outline(cell: Cell, _options: Options) -> str | None:
    """The outline of an area as GeoJSON."""
    if is_unknown(cell):
        return None
    try:
        return outline_of(cell_text(cell), settings.MOST_POSITIONS)
    except ValidationError as error:
        raise Refusal("broken_rule", words=error_words(error)) from None


def parse_count(cell: Cell, options: Options) -> int | None:
    """A whole number; 1,250 and 1.250 are one thousand two hundred and fifty."""
    text = "" if is_unknown(cell) else cell_text(cell).strip()
    if GROUPED_BY_ONE_MARK.fullmatch(text):
        cell = re.sub(r"\D", "", text)
    number = parse_number(cell, options)
    if number is not None and number != number.to_integral_value():
        raise Refusal("not_whole", value=shown(text))
    return None if number is None else int(number)


def parse_yes_or_no(cell: Cell, options: Options) -> bool | None:
    """Yes or no, in any language of ours, or as programs write it."""
    answer: bool | None = one_of(words_of_answers(), [_("Yes"), _("No")])(cell, options)
    return answer


def parse_yes_no_or_unknown(cell: Cell, options: Options) -> bool | None:
    """Yes or no; a word of forms or pages for what nobody knows is nothing, as an empty cell is."""
    try:
        return None if is_word_for_unknown(cell) else parse_yes_or_no(cell, options)
    except Refusal as refusal:
        if refusal.code == "not_in_list":
            raise Refusal("not_yes_no_or_unknown", **refusal.params) from None
        raise


def is_word_for_unknown(cell: Cell) -> bool:
    """Whether a cell says in words that nobody knows."""
    return isinstance(cell, str) and fold(" ".join(cell.split())) in words_for_unknown()


@cache
def words_of_answers() -> dict[str, Any]:
    """The words of both answers, gathered once: a file may ask for them in every row."""
    return words_for([(True, _("Yes")), (False, _("No"))]) | {"true": True, "1": True, "false": False, "0": False}


@cache
def words_for_unknown() -> frozenset[str]:
    """The words for what nobody knows, in every language: what forms and pages say, and Django’s own."""
    said = words_for((None, label) for label in (_("Not known"), _("We don’t know"), _("Unknown")))
    return frozenset(said) | {word.replace("’", "'") for word in said}


def amount_not_negative(cell: Cell, options: Options) -> Decimal | None:
    """A sum of zero or more."""
    amount = parse_amount(cell, options)
    if amount is not None and amount < 0:
        raise Refusal("negative", value=shown(cell_text(cell)))
    return amount


def literal_number(text: str) -> Decimal:
    """A number as JSON and workbooks hold it: the point is the decimal mark."""
    if not re.fullmatch(r"-?\d{1,400}(\.\d{1,400})?([eE][+-]?\d{1,4})?", text, re.ASCII):
        raise Refusal("not_a_number", value=shown(text))
    number = Decimal(text)
    if number and number.adjusted() < -30:
        raise Refusal("too_many_decimals", value=shown(text))
    return number


def written_number(text: str, decimal_mark: str) -> Decimal:
    """A number as people write it: 1,234.56, 1.234,56, 1234.56, with a minus or in brackets below zero."""
    figure = re.sub(r"(?<=\d)[ \u00a0\u202f'’](?=\d{3}(?!\d))", "", text.replace("\u2212", "-"))
    negative = bool(re.fullmatch(r"-.*|\(.*\)", figure))
    figure = figure.strip("()") if figure.startswith("(") else figure.removeprefix("-")
    figure = figure.strip()
    if not re.fullmatch(r"[\d.,]{1,60}", figure, re.ASCII):
        raise Refusal("not_a_number", value=shown(text))
    plain = plain_figure(figure, decimal_mark)
    if plain is None:
        raise Refusal("ambiguous_number" if UNCLEAR.fullmatch(figure) else "not_a_number", value=shown(text))
    try:
        number = Decimal(plain)
    except InvalidOperation:
        raise Refusal("not_a_number", value=shown(text)) from None
    return -number if negative else number


def plain_figure(figure: str, decimal_mark: str) -> str | None:
    """The digits with a decimal point, or nothing where the text is no number or could be two."""
    if decimal_mark:
        grouped = GROUPED_BY_COMMA if decimal_mark == "." else GROUPED_BY_POINT
        if PLAIN[decimal_mark].fullmatch(figure) or grouped.fullmatch(figure):
            other = "," if decimal_mark == "." else "."
            return figure.replace(other, "").replace(decimal_mark, ".")
        return None
    if UNCLEAR.fullmatch(figure):
        return None
    if GROUPED_BY_COMMA.fullmatch(figure) or PLAIN["."].fullmatch(figure):
        return figure.replace(",", "")
    if GROUPED_BY_POINT.fullmatch(figure) or PLAIN[","].fullmatch(figure):
        return figure.replace(".", "").replace(",", ".")
    return None


def parse_currency(cell: Cell, _options: Options) -> str | None:
    """Three letters of ISO 4217."""
    if is_unknown(cell):
        return None
    code = typed(cell).upper()
    if code not in CURRENCY_CODES:
        raise Refusal("unknown_currency", value=shown(code))
    return code


def parse_country(cell: Cell, _options: Options) -> str | None:
    """Two letters of ISO 3166, or what they stand for: its three letters, or the country's name in a language of Minka."""
    if is_unknown(cell):
        return None
    text = typed(cell)
    code = text.upper() if text.upper() in COUNTRY_CODES else countries_by_word().get(fold(text))
    if code is None:
        raise Refusal("not_a_country", value=shown(text))
    return code


@cache
def countries_by_word() -> dict[str, str]:
    """The codes of countries by their folded names in every language, and by their three letters."""
    aliases = get_global("territory_aliases").items()
    words = {fold(word): code for word, (code, *others) in aliases if len(word) == 3 and word.isalpha() and not others}
    for language in reversed([language for language, _name in settings.LANGUAGES if localedata.exists(language)]):
        words |= {fold(name): code for code, name in Locale(language).territories.items()}
    return {word: code for word, code in words.items() if code in COUNTRY_CODES}


def one_of(choices: Mapping[str, Any], labels: Sequence[Text]) -> Parser:
    """One of a few words; the mapping goes from folded word, in any language, to value. Messages list the labels."""

    def parse(cell: Cell, _options: Options) -> Any:
        if is_unknown(cell):
            return None
        text = typed(cell)
        if fold(text) not in choices:
            raise Refusal("not_in_list", value=shown(text), known=in_every_language(labels))
        return choices[fold(text)]

    return parse


def words_for(choices: Iterable[tuple[Any, Text]]) -> dict[str, Any]:
    """Choices by folded word: the label in every language, and the value itself where it is a word.

    A label stands without its article, too, where what is left is of one choice alone.
    """
    found: dict[str, Any] = {}
    without_article: dict[str, set[Any]] = {}
    for value, label in choices:
        for words in in_every_language([label]).values():
            found[fold(words)] = value
            article, _space, rest = fold(words).partition(" ")
            if article in ARTICLES and rest:
                without_article.setdefault(rest, set()).add(value)
        if isinstance(value, str):
            found[fold(value)] = value
    return {rest: value for rest, (value, *others) in without_article.items() if not others} | found


def in_every_language(words: Sequence[Text]) -> dict[str, str]:
    """A list of words by language, for a message whose reader is not known yet."""
    return said_in_every_language(lambda: ", ".join(str(word) for word in words))


def said_in_every_language(say: Callable[[], str]) -> dict[str, str]:
    """What is said in each language."""
    result = {}
    for language, _name in settings.LANGUAGES:
        with override(language):
            result[language] = say()
    return result


def error_words(error: ValidationError) -> dict[str, str]:
    """What an error says, by language, for a reader who is not known yet."""
    return said_in_every_language(lambda: " ".join(error.messages))
