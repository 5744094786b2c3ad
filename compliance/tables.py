"""Tables that people download: CSV that every spreadsheet reads."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

from django.http import HttpResponse


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
