"""Tables that people download: CSV that every spreadsheet reads, and in which it runs nothing."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from decimal import Decimal
from itertools import chain
from typing import TypeVar

from django.http import HttpResponse, StreamingHttpResponse
from django.utils.translation import gettext

FORMULAS = ("=", "+", "-", "@", "\t", "\r", "\n")
"""how text begins that a spreadsheet would run"""
MARK = "\ufeff"
"""what spreadsheets need at the start to read accents"""
CSV = "text/csv; charset=utf-8"

Rows = Iterable[Iterable[object]]
Answer = TypeVar("Answer", HttpResponse, StreamingHttpResponse)


def safe_cell(value: object) -> str:
    """An empty cell where nobody knows; no cell begins like a formula, and only a number begins with a minus."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(FORMULAS) and not isinstance(value, int | Decimal) else text


class Line:
    """A file to which csv writes one line that is handed on at once."""

    def write(self, text: str) -> str:
        """Hand the line back."""
        return text


def answers() -> dict[bool, str]:
    """How a table says yes and no, in the reader's language."""
    return {True: gettext("Yes"), False: gettext("No")}


def csv_lines(rows: Rows) -> Iterator[bytes]:
    """The table line by line, every cell made safe, yes and no in words of the language in which it was asked for."""
    writer, told = csv.writer(Line()), answers()
    lines = (
        writer.writerow([told[cell] if isinstance(cell, bool) else safe_cell(cell) for cell in row]) for row in rows
    )
    return (line.encode() for line in chain([MARK], lines))


def csv_bytes(rows: Rows) -> bytes:
    """The whole table."""
    return b"".join(csv_lines(rows))


def csv_file(rows: Rows, name: str) -> HttpResponse:
    """The whole table as a file to keep."""
    return as_attachment(HttpResponse(csv_bytes(rows), content_type=CSV), name)


def csv_stream(rows: Rows, name: str) -> StreamingHttpResponse:
    """A long table as a file to keep, sent row by row as it is read."""
    return as_attachment(StreamingHttpResponse(csv_lines(rows), content_type=CSV), name)


def as_attachment(answer: Answer, name: str) -> Answer:
    """Let a browser keep it and not open it."""
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
