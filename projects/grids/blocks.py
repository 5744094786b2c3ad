"""Rows that were copied from a spreadsheet: which cell belongs to which column of a table."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from projects.intake.headings import heading_key, known_among
from projects.intake.parsing import is_unknown

MOST_LINES = 5_000
ENOUGH = 2
"""Of so many cells with names of columns a line is a heading; where the table has fewer, all of them are."""


@dataclass
class Block:
    """What was pasted, line by line: text by column; an empty cell says nothing."""

    lines: list[dict[str, str]] = field(default_factory=list)
    order: list[str] = field(default_factory=list)
    """The columns in which the cells stand; "" of one that the table does not have."""
    left_out: list[str] = field(default_factory=list)
    """Headings that the table does not have."""
    too_wide: list[int] = field(default_factory=list)
    """Numbers of lines that have more cells than the table has columns."""
    too_many: int = 0
    """How many lines there are beyond those that can be taken at once."""


def cells_of(text: str) -> list[list[str]]:
    """The cells of each line that says anything; spreadsheets copy with tabs, some files with semicolons."""
    mark = "\t" if "\t" in text or ";" not in text else ";"
    text = text.replace("\x00", "")
    try:
        read = list(csv.reader(io.StringIO(text), delimiter=mark))
    except csv.Error:  # a quotation mark that nobody closed
        read = [line.split(mark) for line in text.splitlines()]
    lines = ([" ".join(cell.split()) for cell in line] for line in read)
    return [line for line in lines if any(line)]


def read_block(text: str, columns: Sequence[str], known: Mapping[str, str]) -> Block:
    """Rows with or without a heading; without one the cells stand in the order of the columns.

    `known` are the words of columns, as `heading_key` writes them.
    """
    lines = cells_of(text)
    order: list[str] = list(columns)
    block = Block()
    if lines and known_among(lines[0], known.keys()) >= ENOUGH:
        order = [known.get(heading_key(cell), "") for cell in lines[0]]
        block.left_out = [cell for cell, name in zip(lines[0], order, strict=True) if cell and name not in columns]
        lines = lines[1:]
    block.order = order
    block.too_many = max(0, len(lines) - MOST_LINES)
    for number, line in enumerate(lines[:MOST_LINES], 1):
        if any(line[len(order) :]):
            block.too_wide.append(number)
        named = zip(order, line, strict=False)
        block.lines.append({name: cell for name, cell in named if name in columns and not is_unknown(cell)})
    return block


def written_block(lines: Sequence[Sequence[str]]) -> str:
    """Lines as a spreadsheet copies them."""
    out = io.StringIO()
    csv.writer(out, delimiter="\t", lineterminator="\n").writerows(lines)
    return out.getvalue()
