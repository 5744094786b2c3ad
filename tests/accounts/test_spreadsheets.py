"""Downloaded tables: no cell is a formula, and a long table is sent as it is read."""

from collections.abc import Iterator
from decimal import Decimal

from django.utils import translation

from accounts.spreadsheets import csv_bytes, csv_stream, safe_cell


def test_cells_that_a_spreadsheet_would_run_are_quoted() -> None:
    assert [safe_cell(cell) for cell in ("=1+1", "+1", "-1", "@a", "a", None)] == [
        "'=1+1",
        "'+1",
        "'-1",
        "'@a",
        "a",
        "",
    ]
    assert [safe_cell(cell) for cell in ("\t=1", "\r=1", "\n=1")] == ["'\t=1", "'\r=1", "'\n=1"]


def test_a_number_stays_a_number() -> None:
    assert [safe_cell(number) for number in (-1, Decimal("-0.50"), 0)] == ["-1", "-0.50", "0"]


def test_every_cell_of_a_table_is_made_safe_and_accents_are_announced() -> None:
    assert csv_bytes([["año", "=1"], [None, 2]]).decode() == "\ufeffaño,'=1\r\n,2\r\n"


def test_yes_and_no_are_told_in_the_language_of_the_reader_and_unknown_is_neither() -> None:
    told = {}
    for language in ("en", "es"):
        with translation.override(language):
            told[language] = csv_stream([[True, False, None, 1]], "short.csv")
    with translation.override("fr"):
        assert [b"".join(answer).decode("utf-8-sig") for answer in told.values()] == ["Yes,No,,1\r\n", "Sí,No,,1\r\n"]


def test_a_long_table_is_sent_row_by_row() -> None:
    read: list[int] = []

    def rows() -> Iterator[list[int]]:
        for number in range(1000):
            read.append(number)
            yield [number]

    answer = csv_stream(rows(), "long.csv")
    assert answer["Content-Disposition"] == 'attachment; filename="long.csv"'
    lines = iter(answer)
    assert [next(lines), next(lines)] == ["\ufeff".encode(), b"0\r\n"]
    assert read == [0]
