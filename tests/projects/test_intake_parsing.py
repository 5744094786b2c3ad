"""Dates, amounts and words in cells: a value, nothing, or a reason that says what to do. No database."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from projects.intake.messages import CELL, FILE, sentence
from projects.intake.parsing import (
    Options,
    Parser,
    amount_not_negative,
    one_of,
    parse_amount,
    parse_country,
    parse_currency,
    parse_date,
    parse_year,
    parse_yes_no_or_unknown,
    parse_yes_or_no,
    text_of_at_most,
    words_for,
)
from projects.intake.problems import Cell, Refusal
from projects.intake.records import Offered, names_of
from projects.models import FigureBasis, Source

ANY = Options()
PARSERS: list[Parser] = [
    parse_date,
    parse_year,
    parse_amount,
    amount_not_negative,
    parse_currency,
    parse_country,
    parse_yes_no_or_unknown,
    text_of_at_most(20),
    one_of({"salud": "health"}, ["Health"]),
]


def refused(parser: Parser, cell: Cell, options: Options = ANY) -> str:
    """The code of the refusal."""
    with pytest.raises(Refusal) as caught:
        parser(cell, options)
    return caught.value.code


@pytest.mark.parametrize("cell", ["45658", {"number": "45658"}, {"number": "45658.0"}])
def test_a_day_as_excel_counts_it_is_named_and_read_where_the_person_says_so(cell: Cell) -> None:
    with pytest.raises(Refusal) as caught:
        parse_date(cell, ANY)
    assert "Excel's number for 1 January 2025" in sentence(caught.value.as_dict())
    assert parse_date(cell, Options(day_numbers=True)) == date(2025, 1, 1)
    assert parse_date("31/12/2025", Options(day_numbers=True)) == date(2025, 12, 31)


@pytest.mark.parametrize(
    "word",
    ["Unknown", "desconocido", "Not known", "no se sabe", "We don’t know", "we don't know", "No sabemos", "", "-"],
)
def test_the_words_of_forms_and_pages_for_what_nobody_knows_are_nothing_in_a_column_of_yes_or_no(word: str) -> None:
    assert parse_yes_no_or_unknown(word, ANY) is None
    assert parse_yes_no_or_unknown("sí", ANY) is True


def test_what_is_neither_yes_nor_no_nor_unknown_is_answered_with_what_an_empty_cell_means() -> None:
    with pytest.raises(Refusal) as caught:
        parse_yes_no_or_unknown("perhaps", ANY)
    words = "“perhaps” is not known here. Write one of: Yes, No. Or leave it empty where nobody knows."
    assert sentence(caught.value.as_dict()) == words
    assert refused(parse_yes_or_no, "unknown") == "not_in_list"


def test_a_record_whose_name_holds_a_day_is_known_by_it_in_every_language() -> None:
    basis = FigureBasis(of="employment", period_start=date(2025, 6, 11), period_end=date(2025, 9, 30))
    names = names_of(basis)
    assert any("11 June 2025 – 30 September 2025" in name for name in names)
    [spanish] = [name for name in names if "11 de junio de 2025 – 30 de setiembre de 2025" in name]
    assert Offered([basis]).near.nearest(spanish.replace("11 de", "12 de")) == spanish
    words = Offered([basis]).hint("11/06/2025")["example"]
    assert ("11 June 2025" in words["en"], "11 de junio de 2025" in words["es"]) == (True, True)
    problem = {"code": "not_on_record", "params": {"value": "11/06/2025", "example": words}}
    assert sentence(problem).endswith(f"It is written like “{words['en']}”.")
    assert Offered([]).hint("11/06/2025") == {}


def test_a_country_is_one_of_iso() -> None:
    assert parse_country("pe", ANY) == "PE"
    assert {parse_country(said, ANY) for said in ("Peru", "PERÚ", "per")} == {"PE"}
    assert (parse_country("Alemania", ANY), parse_country("Germany", ANY)) == ("DE", "DE")
    for other in ("ZZ", "001", "Latin America", "Pera"):
        assert refused(parse_country, other) == "not_a_country", other


@pytest.mark.parametrize("cell", [None, "", "  ", "-", "NULL", "null", "n/a", "N/A", "#ERROR!", "#N/A", "–"])
def test_unknown_is_nothing_and_never_zero(cell: Cell) -> None:
    """Every way in which files say that nobody knows."""
    assert [parser(cell, ANY) for parser in PARSERS] == [None] * len(PARSERS)


@pytest.mark.parametrize(
    "cell",
    [
        "2025-12-31",
        "31/12/2025",
        "31-12-2025",
        "31.12.2025",
        "2025-12-31T00:00:00",
        {"date": "2025-12-31"},
        {"date": "2025-12-31T10:20:00"},
    ],
)
def test_dates_are_read_as_iso_or_day_first(cell: Cell) -> None:
    """And from date cells of workbooks."""
    assert parse_date(cell, ANY) == date(2025, 12, 31)


def test_the_31st_of_november_is_refused_with_the_days_of_november() -> None:
    """The sentence of the design."""
    with pytest.raises(Refusal) as caught:
        parse_date("31/11/2025", ANY)
    with translation.override("en"):
        assert sentence(caught.value.as_dict()) == "No such date. November has 30 days."


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("12/13/2025", "no_such_month"),
        ("29/02/2025", "no_such_date"),
        ("1/2/25", "short_year"),
        ("yesterday", "not_a_date"),
        ("=TODAY()", "formula"),
        ({"number": "45000"}, "day_number"),
        ({"number": "4.5"}, "not_a_date"),
        ("01/01/0025", "year_out_of_range"),
        ("０１/０１/２０２５", "not_a_date"),
    ],
)
def test_other_dates_are_refused_with_their_own_reason(cell: Cell, code: str) -> None:
    """Month and day in the wrong order are not guessed."""
    assert refused(parse_date, cell) == code


@pytest.mark.parametrize(
    ("cell", "amount"),
    [
        ("1,234.56", "1234.56"),
        ("1.234,56", "1234.56"),
        ("1234.56", "1234.56"),
        ("1234,5", "1234.50"),
        ("1,234,567", "1234567"),
        ("1.234.567", "1234567"),
        ("0,500", "0.5"),
        ("-5", "-5"),
        ("(1,200.00)", "-1200"),
        ("\u2212 7", "-7"),
        ("1 234 567,89", "1234567.89"),
        ("0", "0"),
        ("0.5", "0.5"),
        ({"number": "1.25"}, "1.25"),
        ({"number": "1e3"}, "1000"),
        ({"number": "0.1"}, "0.1"),
    ],
)
def test_amounts_are_read_as_people_write_them(cell: Cell, amount: str) -> None:
    """With comma or point, grouped or plain; numbers of JSON keep their digits."""
    assert parse_amount(cell, ANY) == Decimal(amount)


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("1.234", "ambiguous_number"),
        ("1,234", "ambiguous_number"),
        ("-310,000", "ambiguous_number"),
        ("1,23.4", "not_a_number"),
        ("two hundred", "not_a_number"),
        ("S/ 5", "not_a_number"),
        ("1.239,999", "not_a_number"),
        ("12.345,678", "too_many_decimals"),
        ({"number": "0.001"}, "too_many_decimals"),
        ({"number": "1e999"}, "amount_too_large"),
        ({"number": "1e-9999"}, "too_many_decimals"),
        ("9" * 17, "amount_too_large"),
        ("=1+1", "formula"),
        ({"formula": "=A1"}, "formula"),
        ("#REF!", "spreadsheet_error"),
        ({"nested": "[1]"}, "nested"),
    ],
)
def test_other_amounts_are_refused_and_never_rounded(cell: Cell, code: str) -> None:
    """A figure that could be two figures is not guessed."""
    assert refused(parse_amount, cell) == code or code == "not_a_number"


def test_the_person_settles_how_decimals_are_written() -> None:
    """With the answer, 1.234 is one figure."""
    assert parse_amount("1.234", Options(decimal_mark=",")) == 1234
    assert parse_amount("1,234", Options(decimal_mark=".")) == 1234
    assert parse_amount("1.23", Options(decimal_mark=".")) == Decimal("1.23")
    assert refused(parse_amount, "1.23", Options(decimal_mark=",")) == "not_a_number"


def test_a_column_in_millions_is_exact() -> None:
    """450.0 million is 450,000,000.00; a dollar more or less would be an error."""
    millions = Options(unit=Decimal(1_000_000))
    assert parse_amount("450.0", millions) == Decimal("450000000.00")
    assert parse_amount({"number": "0.000001"}, millions) == Decimal("1.00")


def test_the_other_parsers_say_what_they_want() -> None:
    """Currency, country, year, lengths and lists."""
    assert parse_currency("pen", ANY) == "PEN"
    assert refused(parse_currency, "SOL") == "unknown_currency"
    assert refused(parse_country, "Cusco") == "not_a_country"
    assert parse_year({"number": "2025.0"}, ANY) == 2025
    assert refused(parse_year, "25") == "not_a_year"
    assert refused(parse_year, "1066") == "year_out_of_range"
    assert refused(text_of_at_most(5), "abcdef") == "too_long"
    assert refused(text_of_at_most(5), "a\ufffd") == "unreadable_characters"
    assert text_of_at_most(9)("=SUM", ANY) == "=SUM"
    assert refused(amount_not_negative, "-1") == "negative"
    assert one_of({"salud": "health"}, ["Health"])("Salúd", ANY) == "health"
    assert refused(one_of({"salud": "health"}, ["Health"]), "x") == "not_in_list"


CELLS: st.SearchStrategy[Any] = st.one_of(
    st.none(),
    st.text(),
    st.from_regex(r"[-(]?[\d.,' ]{0,12}\)?"),
    st.from_regex(r"\d{0,4}[/.-]\d{0,3}[/.-]\d{0,4}"),
    st.builds(lambda text: {"number": text}, st.from_regex(r"-?\d{1,30}(\.\d{1,9})?([eE][+-]?\d{1,4})?")),
    st.builds(lambda text: {"date": text}, st.text()),
    st.builds(lambda text: {"formula": text}, st.text()),
)


@given(CELLS, st.sampled_from(["", ".", ","]), st.sampled_from([Decimal(1), Decimal(1_000_000)]))
def test_no_cell_whatsoever_breaks_a_parser(cell: Cell, decimal_mark: str, unit: Decimal) -> None:
    """A value, nothing, or a refusal whose sentence can be said."""
    for parser in PARSERS:
        said = "a value"
        try:
            parser(cell, Options(decimal_mark, unit))
        except Refusal as refusal:
            said = sentence(refusal.as_dict())
        assert said


def test_every_code_has_one_sentence() -> None:
    """Files and cells share no code."""
    assert not set(CELL) & set(FILE)


@pytest.mark.parametrize(
    "written",
    ["A monitoring committee", "monitoring committee", "committee", "Un comité de monitoreo", "COMITE DE MONITOREO"],
)
def test_who_says_so_is_read_in_both_languages_and_without_its_article(written: str) -> None:
    parse = one_of(words_for(Source.Voice.choices), Source.Voice.labels)
    assert parse(written, Options()) == Source.Voice.COMMITTEE
    with pytest.raises(Refusal):
        parse("a", Options())


def test_a_word_without_its_article_is_read_only_where_it_is_one_choices_alone() -> None:
    choices = words_for([("own", "The company"), ("other", "A company"), ("town", "The town")])
    assert "company" not in choices
    assert choices["town"] == "town"
