"""Downloaded tables: no cell is a formula."""

from decimal import Decimal

from accounts.spreadsheets import safe_cell


def test_cells_that_a_spreadsheet_would_run_are_quoted() -> None:
    assert [safe_cell(cell) for cell in ("=1+1", "+1", "-1", "@a", "a", None)] == [
        "'=1+1", "'+1", "'-1", "'@a", "a", "",
    ]  # fmt: skip
    assert [safe_cell(cell) for cell in ("\t=1", "\r=1", "\n=1")] == ["'\t=1", "'\r=1", "'\n=1"]


def test_a_number_stays_a_number() -> None:
    assert [safe_cell(number) for number in (-1, Decimal("-0.50"), 0)] == ["-1", "-0.50", "0"]
