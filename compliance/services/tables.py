"""Scoring a table by a framework from a file: row by row, whole or not at all."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TextIO

from accounts.spreadsheets import safe_cell
from compliance.evaluation.framework import FrameworkError
from compliance.evaluation.trees.leaves import number_of, readings_of_answers, readings_of_row
from compliance.evaluation.trees.rolling import Reading, Result, roll_up
from compliance.evaluation.trees.rules import Tree

MOST_ROWS = 1_000_000
"""A longer table is cut into parts by whoever has it."""
RESULTS = ("score", "worst", "best", "band")
DECIMALS = 4


def score_table(tree: Tree, table: Path, on: date, to: TextIO, most_rows: int = MOST_ROWS) -> int:
    """Write every row of a table with its score, worst, best and band; returns how many there are.

    One row at a time is held. The table is counted first, so that one that is too long is refused before anything is
    scored. Raises FrameworkError with file, line and reason; what was written until then is not to be used.
    """
    with rows_of(tree, table) as (_columns, rows):
        for count, (line, _row) in enumerate(rows, 1):
            if count > most_rows:
                raise FrameworkError(f"{table.name}:{line}: more than {most_rows} rows; cut the table into parts")
    writer = csv.writer(to, lineterminator="\n")
    scored = 0
    with rows_of(tree, table) as (columns, rows):
        writer.writerow([*columns, *RESULTS])
        for line, row in rows:
            try:
                result = roll_up(tree, readings(tree, row, on), on)
            except FrameworkError as error:
                raise FrameworkError(f"{table.name}:{line}: {error}") from error
            writer.writerow([*(cell_to_keep(row[column]) for column in columns), *cells_of(tree, result)])
            scored += 1
    return scored


@contextmanager
def rows_of(tree: Tree, table: Path) -> Iterator[tuple[list[str], Iterator[tuple[int, dict[str, str]]]]]:
    """The columns of a table and its rows with their lines. Raises FrameworkError for a column that it lacks."""
    with table.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.reader(file, delimiter=delimiter_of(file), strict=True)
        columns = next(lines(reader, table), (0, []))[1]
        for problem in problems_of_header(tree, columns):
            raise FrameworkError(f"{table.name}:1: {problem}")
        yield columns, named(columns, lines(reader, table), table)


def delimiter_of(file: TextIO) -> str:
    """A semicolon where the first line has one and no comma."""
    try:
        first = file.readline(100_000)
    except UnicodeDecodeError:
        return ","
    finally:
        file.seek(0)
    return ";" if ";" in first and "," not in first else ","


def lines(reader: Iterator[list[str]], table: Path) -> Iterator[tuple[int, list[str]]]:
    """Each line with its number; raises FrameworkError for what is no table."""
    while True:
        number = getattr(reader, "line_num", 0) + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except UnicodeDecodeError as error:
            raise FrameworkError(f"{table.name}:{number}: not readable as UTF-8 text") from error
        except csv.Error as error:
            raise FrameworkError(f"{table.name}:{number}: not readable as CSV: {error}") from error
        if cells:
            yield number, cells


def named(
    columns: Sequence[str], found: Iterator[tuple[int, list[str]]], table: Path
) -> Iterator[tuple[int, dict[str, str]]]:
    """Each line by its columns."""
    for number, cells in found:
        if len(cells) != len(columns):
            raise FrameworkError(f"{table.name}:{number}: {len(cells)} cells, and there are {len(columns)} columns")
        yield number, dict(zip(columns, cells, strict=True))


def problems_of_header(tree: Tree, columns: Sequence[str]) -> Iterator[str]:
    """What the columns lack, and what they have twice."""
    needed = dict.fromkeys(leaf.column for leaf in tree.leaves if leaf.column)
    if not columns:
        yield "the table is empty"
    for column in needed:
        if column not in columns:
            yield f"there is no column {column}"
    if not needed and tree.by_code.keys().isdisjoint(columns):
        yield f"no column is named after anything that {tree.code} asks"
    for column in columns:
        if list(columns).count(column) > 1:
            yield f"the column {column} is there twice"
        if column in RESULTS:
            yield f"the column {column} would be written over; give it another name"


def readings(tree: Tree, row: Mapping[str, str], on: date) -> dict[str, Reading]:
    """What a row says: the columns that leaves read, and answers in columns named after what is asked."""
    asked = {node.code for node in tree.root.below() if node.ask or node.may_be_given}
    answers = {code: row[code].strip() for code in asked if code in row}
    return {**readings_of_row(tree, row), **readings_of_answers(tree, answers, on)}


def cells_of(tree: Tree, result: Result) -> list[str]:
    """Score, worst, best and band of a row; empty where nothing applies or is known."""
    if not result.applies:
        return ["", "", "", ""]
    numbers = (result.number, result.worst, result.best)
    return [*("" if number is None else shown(tree, result, number) for number in numbers), result.name or ""]


def shown(tree: Tree, result: Result, number: Decimal) -> str:
    """A number with four decimals, or more where it would be rounded over a cut."""
    return format(tree.shown(result.node, number, DECIMALS), "f")


def cell_to_keep(cell: str) -> str:
    """The cell as it was, made safe for a spreadsheet where it is no number."""
    try:
        number_of("", cell)
    except FrameworkError:
        return safe_cell(cell)
    return cell
