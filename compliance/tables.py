"""Tables that people download: CSV that every spreadsheet reads, and in which none finds a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

from django.http import HttpResponse

FORMULAS = ("=", "+", "-", "@", "\t", "\r", "\n")


def safe_cell(value: object) -> str:
    """A cell that no spreadsheet takes for a formula; unknown is empty."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(FORMULAS) else text


def csv_bytes(rows: Iterable[Iterable[object]]) -> bytes:
    """The rows with a byte-order mark, which spreadsheets need to read accents."""
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    return text.getvalue().encode("utf-8-sig")


def csv_file(rows: Iterable[Iterable[object]], name: str) -> HttpResponse:
    """The same as a file to keep."""
    response = HttpResponse(csv_bytes(rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
