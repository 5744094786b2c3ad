"""From cells to checked rows: pick the cell of each field, parse it, and let the target look at whole chunks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from itertools import islice
from typing import Any, TypeVar

from projects.intake.parsing import Options, is_unknown
from projects.intake.problems import Cell, Refusal
from projects.intake.targets import ImportField, ImportTarget, Row, Scope
from projects.models import ImportBatch, ImportRow

AnyRow = TypeVar("AnyRow")
CHUNK = 2_000
EXTRA = ""
"""Key in `ImportRow.cells` of cells beyond the last heading; no heading is empty."""
SETTLED = "+"
"""Start of a key in `ImportRow.corrections`, before the code of a doubt that the person says is unfounded."""
REMEMBERED, LONGEST_REMEMBERED = 10_000, 60
"""Of how many different cells of a field it is remembered what they mean, and of how many letters at most."""
MOST = Decimal(10_000_000_000)
"""No amount is larger, in any currency, unless the person says so."""


def chunks(rows: Iterable[AnyRow], size: int = CHUNK) -> Iterator[list[AnyRow]]:
    """Rows in lists of at most `size`."""
    iterator = iter(rows)
    while chunk := list(islice(iterator, size)):
        yield chunk


def cell_of(field: ImportField, row: ImportRow, batch: ImportBatch) -> Cell:
    """What the row says about a field: its correction, else its column, the second column, or the fixed value."""
    return Reader(field, batch).cell(row)


def options_of(field: ImportField, batch: ImportBatch) -> Options:
    """What was said about the file and about this column."""
    unit = batch.defaults.get("units", {}).get(field.code) or "1"
    return Options(
        decimal_mark=batch.defaults.get("decimal_mark", ""),
        day_numbers=bool(batch.defaults.get("day_numbers")),
        unit=Decimal(unit),
    )


class Reader:
    """How one field of every row is read; what a cell means is remembered, for the same words come again and again."""

    def __init__(self, field: ImportField, batch: ImportBatch) -> None:
        columns = batch.mapping.get(field.code, {})
        self.code, self.parser, self.options = field.code, field.parser, options_of(field, batch)
        self.columns = [name for name in (columns.get("column"), columns.get("second")) if name]
        self.fixed: str | None = batch.defaults.get("fixed", {}).get(field.code)
        self.remembering = lru_cache(maxsize=REMEMBERED)(self.parse)

    @property
    def is_told(self) -> bool:
        """Whether a row says something about the field, without a correction."""
        return bool(self.columns) or self.fixed is not None

    def cell(self, row: ImportRow) -> Cell:
        """The correction of the row, else its column, the second column, or the fixed value."""
        if self.code in row.corrections:
            return str(row.corrections[self.code])
        for name in self.columns:
            cell: Cell = row.cells.get(name)
            if not is_unknown(cell):
                return cell
        return self.fixed

    def value(self, row: ImportRow) -> Any:
        """What the cell means; raises Refusal where it cannot be read."""
        cell = self.cell(row)
        if cell is None or (isinstance(cell, str) and len(cell) <= LONGEST_REMEMBERED):
            return self.remembering(cell)
        return self.parse(cell)

    def parse(self, cell: Cell) -> Any:
        """Read one cell; a person who corrects an amount writes it in the column's unit, with either decimal mark."""
        return self.parser(cell, self.options)


def readers_of(target: ImportTarget, batch: ImportBatch) -> list[Reader]:
    """How each field is read, in the order of the fields."""
    return [Reader(field, batch) for field in target.fields]


def parse_rows(readers: Sequence[Reader], width: int, found: Iterable[ImportRow]) -> list[Row]:
    """Rows with their values; what cannot be read is a problem of its cell. `width` is how many headings there are."""
    told = [reader for reader in readers if reader.is_told]
    nothing = dict.fromkeys(reader.code for reader in readers)
    return [parse_row(readers if row.corrections else told, nothing, width, row) for row in found]


def parse_row(readers: Sequence[Reader], nothing: Mapping[str, None], width: int, found: ImportRow) -> Row:
    """One row with its values and the problems of its cells; it says `nothing` about fields that are not read."""
    settled = frozenset(key.removeprefix(SETTLED) for key in found.corrections if key.startswith(SETTLED))
    row = Row(pk=found.pk, number=found.number, values=dict(nothing), settled=settled)
    for reader in readers:
        try:
            row.values[reader.code] = reader.value(found)
        except Refusal as refusal:
            row.values[reader.code] = None
            row.refuse(reader.code, refusal.code, **refusal.params)
    check_shape(row, found, width)
    return row


def check_shape(row: Row, found: ImportRow, width: int) -> None:
    """A row with more or fewer cells than headings may be shifted: a person must look at it."""
    extra = found.cells.get(EXTRA)
    count = len(found.cells) - 1 + len(extra) if extra else len(found.cells)
    if count != width:
        row.doubt("", "ragged", cells=count, columns=width)


def check_rows(target: ImportTarget, scope: Scope, found: Sequence[ImportRow]) -> list[Row]:
    """Parse and check one chunk; the scope knows what earlier chunks of the same pass said."""
    if "readers" not in scope.memory:
        scope.memory["readers"] = readers_of(target, scope.batch)
    rows = parse_rows(scope.memory["readers"], len(scope.batch.columns), found)
    amounts = [field.code for field in target.fields if field.has_unit]
    for row in rows:
        check_needs(target, row)
        check_amounts(amounts, row)
    if scope.told:
        note_twins(rows, found, scope)
    target.check(rows, scope)
    return rows


def check_needs(target: ImportTarget, row: Row) -> None:
    """What a row must say; a cell that says something unreadable already has its own problem."""
    for group in target.needs:
        if any(row.values[code] is not None for code in group):
            continue
        unreadable = {problem["field"] for problem in row.problems}
        if not unreadable.intersection(group):
            row.refuse(group[0], "missing" if len(group) == 1 else "missing_all", fields=list(group))


def check_amounts(amounts: Iterable[str], row: Row) -> None:
    """An amount that is larger than any payment is a slip of the digits or of the unit, unless the person knows."""
    for code in amounts:
        amount = row.values[code]
        if amount is not None and abs(amount) > MOST:
            row.doubt(code, "huge_amount", value=f"{amount:,.2f}")


def note_twins(rows: Sequence[Row], found: Sequence[ImportRow], scope: Scope) -> None:
    """Say which rows are the very same as an earlier one; files do hold equal payments, so they are not refused."""
    for row, original in zip(rows, found, strict=True):
        said = "row", original.cells, original.corrections
        if (first := scope.said_before(row, *said)) is not None:
            row.note("", "same_as_row", row=first)


def findings(row: Row) -> list[dict[str, Any]]:
    """Problems first, then notes, as they are kept with the row."""
    return row.problems + row.notes
