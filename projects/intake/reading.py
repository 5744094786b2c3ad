"""From the bytes of an uploaded file to headings and rows; pure but for opening the file, and without Django.

Content is looked at, names are not trusted. Whatever is wrong with the file as a whole is a `Refusal` that says
where; what is wrong with one row (too many or too few cells) stays with the row.
"""

from __future__ import annotations

import csv
import io
import json
import re
import struct
import zipfile
import zlib
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from itertools import islice
from pathlib import Path, PurePath
from typing import Any, Literal

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from projects.intake.bods import HEADINGS, is_bods, rows_of
from projects.intake.headings import LOOKED_AT, from_heading, known_among
from projects.intake.problems import Cell, Refusal

MOST_BYTES_BY_PAGE = {"csv": 40_000_000, "json": 40_000_000, "xlsx": 20_000_000}
"""What a page takes, by kind of file; the proxy in front lets no more through."""
MOST_BYTES = {"csv": 200_000_000, "json": 100_000_000, "xlsx": 50_000_000}
"""What is read; whoever may start commands on the server hands it in with `manage.py import_file`."""
MAX_UNPACKED_BYTES = 500_000_000
MAX_RATIO = 100
MAX_ENTRIES = 2_000
MAX_ROWS = 1_000_000
CPU_SECONDS = 300
"""How long the child process may work on one file, however long it has to wait for its turns."""
MAX_COLUMNS = 100
MAX_SHEET_ROWS = 1_048_576
MAX_HEADING = 200
MAX_CELL = 10_000
FILE_KINDS = {".csv": "csv", ".txt": "csv", ".tsv": "csv", ".json": "json", ".xlsx": "xlsx"}
SIGNATURES = (
    (b"%PDF", "PDF"),
    (b"\xd0\xcf\x11\xe0", "old_excel"),
    (b"\x89PNG", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"GIF8", "GIF"),
    (b"\x1f\x8b", "gzip"),
    (b"Rar!", "RAR"),
    (b"7z\xbc\xaf", "7z"),
    (b"PAR1", "Parquet"),
    (b"SQLite format 3", "SQLite"),
)
UNREADABLE = "\ufffd"
# what openpyxl and zipfile raise on broken workbooks; SyntaxError is what a broken XML file is to Python
DEFECTS = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    EOFError,
    InvalidFileException,
    LookupError,
    NotImplementedError,
    OSError,
    RuntimeError,
    SyntaxError,
    TypeError,
    ValueError,
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
)


@dataclass(frozen=True)
class RawRow:
    """One row: its number as a spreadsheet shows it, its cells, and those beyond the last heading."""

    number: int
    cells: list[Cell]
    extra: list[Cell] = field(default_factory=list)


@dataclass
class Sheet:
    """A file that could be opened: its headings, its rows still to be read, and what was noticed on the way."""

    headings: list[str]
    rows: Iterator[RawRow]
    info: dict[str, Any]


def read_file(path: Path, name: str, known: Collection[str] = ()) -> Sheet:
    """Open a file by its content; refuse it where the content is not what the name says.

    `known` are names of columns in the form of `heading_key`, by which the heading is told from a title.
    """
    kind = FILE_KINDS.get(PurePath(name).suffix.lower())
    if kind is None:
        raise Refusal("unknown_ending", name=name)
    size = path.stat().st_size
    check_size(kind, size, MOST_BYTES)
    if kind == "xlsx":
        return read_xlsx(path, known)
    return read_json(path.read_bytes()) if kind == "json" else read_csv(path.read_bytes(), known)


def check_size(kind: str, size: int, limits: Mapping[str, int]) -> None:
    """Refuse what is too large or empty, before anything is read."""
    limit = limits[kind]
    if size > limit:
        raise Refusal("too_large", limit_mb=limit // 1_000_000)
    if size == 0:
        raise Refusal("empty_file")


# Text


def check_is_text(data: bytes, kind: str) -> None:
    """Refuse what is known to be something else."""
    for signature, real in SIGNATURES:
        if data.startswith(signature):
            raise Refusal("old_excel" if real == "old_excel" else "not_what_its_name_says", named=kind, real=real)
    if data.startswith(b"PK\x03\x04"):
        raise Refusal("not_what_its_name_says", named=kind, real="XLSX" if b"xl/" in data else "ZIP")
    if re.match(rb"\s*<(!doctype|html|\?xml|table)", data[:200], re.IGNORECASE):
        raise Refusal("not_what_its_name_says", named=kind, real="HTML")


def decode(data: bytes) -> tuple[str, str]:
    """The text and the encoding it was in: UTF-8, UTF-16 with its mark, or Windows-1252; else say which line."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            return data.decode("utf-16"), "UTF-16"
        except UnicodeDecodeError as error:
            raise Refusal("undecodable", line=decoded_lines(data[: error.start], "utf-16")) from None
    if b"\x00" in data:
        raise Refusal("undecodable", line=data[: data.index(b"\x00")].count(b"\n") + 1)
    try:
        return data.decode("utf-8-sig"), "UTF-8"
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
    if re.search(rb"[\xc3-\xdf][\x80-\xbf]", data):  # mostly UTF-8, and damaged: a guess would spoil names
        raise Refusal("undecodable", line=line)
    try:
        return data.decode("cp1252"), "Windows-1252"
    except UnicodeDecodeError as error:
        raise Refusal("undecodable", line=data[: error.start].count(b"\n") + 1) from None


def decoded_lines(data: bytes, encoding: str) -> int:
    """The line on which the undecodable byte lies."""
    return data.decode(encoding, errors="ignore").count("\n") + 1


def cleaned(text: str) -> str:
    """Text that PostgreSQL can hold; what it cannot hold becomes a mark that the cell's check refuses."""
    return re.sub("[\x00\ud800-\udfff]", UNREADABLE, text)


def headings_of(names: list[str]) -> list[str]:
    """Names of the columns without the empty ones at the end; no two alike."""
    while names and not names[-1]:
        names.pop()
    if not names:
        raise Refusal("no_heading")
    if len(names) > MAX_COLUMNS:
        raise Refusal("too_many_columns", limit=MAX_COLUMNS)
    first_seen: dict[str, int] = {}
    for position, name in enumerate(names, start=1):
        if len(name) > MAX_HEADING:
            raise Refusal("heading_too_long", column=position, limit=MAX_HEADING)
        key = name.casefold()
        if name and key in first_seen:
            raise Refusal("two_columns_of_one_name", name=name, first=first_seen[key], second=position)
        first_seen[key] = position
    taken = set(first_seen)
    for position, name in enumerate(names, start=1):
        if not name:
            names[position - 1] = untitled(position, taken)
    return names


def untitled(position: int, taken: set[str]) -> str:
    """A name for a column without one."""
    name = f"(column {position})"
    while name in taken:
        name += "*"
    taken.add(name)
    return name


def read_csv(data: bytes, known: Collection[str] = ()) -> Sheet:
    """CSV with comma, semicolon, tab or bar between the cells."""
    check_is_text(data, "csv")
    text, encoding = decode(data)
    text = cleaned(text)
    if not text.strip():
        raise Refusal("empty_file")
    if re.match(r"\s*\[\s*[{\]]", text) or re.match(r'\s*\{\s*"', text):
        raise Refusal("not_what_its_name_says", named="csv", real="JSON")
    given = re.match(r"sep=(.)\r?\n", text)
    skipped = 1 if given else 0
    if given:
        text = text[given.end() :]
    delimiter = given[1] if given and given[1] not in '"\r\n ' else likely_delimiter(text, known)
    info = {"encoding": encoding, "delimiter": delimiter}
    records = csv_records(text, delimiter, skipped)
    names, below = from_heading(records, str.strip, known, info)
    headings = headings_of(names)
    return Sheet(headings, csv_rows(below, len(headings), info), info)


def likely_delimiter(text: str, known: Collection[str]) -> str:
    """The separator that finds most known names of columns in one of the first lines, or cuts most lines alike."""
    lines = list(islice((line for line in text.splitlines() if line.strip()), LOOKED_AT))

    def fitness(delimiter: str) -> tuple[int, int, int]:
        cut = [next(csv.reader([line], delimiter=delimiter), []) for line in lines]
        width, alike = (
            Counter(len(cells) for cells in cut if len(cells) > 1).most_common(1)[0] if cut_at_all(cut) else (0, 0)
        )
        return max(known_among(cells, known) for cells in cut), alike, width

    return max(",;\t|", key=fitness)


def cut_at_all(lines: Sequence[Sequence[str]]) -> bool:
    """Whether any line has two cells."""
    return any(len(cells) > 1 for cells in lines)


def quoting_of(text: str, delimiter: str) -> Literal[0, 3]:
    """Cells copied from a spreadsheet may hold quotation marks that quote nothing; where all lines are alike, they do."""
    if delimiter == "\t":
        try:
            for _record in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True):
                pass
        except csv.Error:
            if len({line.count(delimiter) for line in text.splitlines() if line.strip()}) == 1:
                return csv.QUOTE_NONE
    return csv.QUOTE_MINIMAL


def csv_records(text: str, delimiter: str, skipped: int) -> Iterator[tuple[int, list[str]]]:
    """Records with their number as a spreadsheet shows it; a quotation mark that never closes is refused."""
    csv.field_size_limit(1_000_000)
    quoting = quoting_of(text, delimiter)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, quoting=quoting, strict=True)
    number = skipped
    while True:
        line = reader.line_num + 1 + skipped
        try:
            record = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            code = "cell_far_too_long" if "field larger" in str(error) else "broken_quotes"
            raise Refusal(code, line=line) from None
        number += 1
        yield number, record


def csv_rows(records: Iterator[tuple[int, list[str]]], width: int, info: dict[str, Any]) -> Iterator[RawRow]:
    """Rows below the heading; empty lines are counted apart."""
    for number, record in records:
        if not any(cell.strip() for cell in record):
            info["blank"] += 1
            continue
        extra = record[width:]
        has_extra = any(cell.strip() for cell in extra)
        yield RawRow(number, list(record[:width]), list(extra) if has_extra else [])


def read_json(data: bytes) -> Sheet:
    """A list of flat objects, or of statements of the standard BODS; numbers keep the digits that the file has."""
    check_is_text(data, "json")
    text, encoding = decode(data)
    if not text.strip():
        raise Refusal("empty_file")

    def number(literal: str) -> dict[str, str]:
        return {"number": literal}

    try:
        parsed = json.loads(text, parse_float=number, parse_int=number, parse_constant=str, object_pairs_hook=pairs)
    except json.JSONDecodeError as error:
        raise Refusal("not_json", line=error.lineno) from None
    except RecursionError:
        raise Refusal("not_json", line=1) from None
    if not isinstance(parsed, list) or not all(isinstance(item, Item) for item in parsed):
        raise Refusal("not_a_list_of_objects")
    if not parsed:
        raise Refusal("only_a_heading")
    info = {"encoding": encoding, "blank": 0}
    if is_bods(parsed):
        said = enumerate(rows_of(parsed), start=1)
        return Sheet(
            [*HEADINGS.values()], (RawRow(number, [json_cell(cell) for cell in cells]) for number, cells in said), info
        )
    keys: dict[str, None] = {}
    for item in parsed:
        keys.update(dict.fromkeys(item))
    raw_keys = list(keys)
    headings = headings_of([cleaned(key).strip() for key in raw_keys])
    rows = (
        RawRow(number, [json_cell(item.get(key)) for key in raw_keys]) for number, item in enumerate(parsed, start=1)
    )
    return Sheet(headings, rows, info)


class Item(dict[str, Any]):
    """An object of the file, told apart from a tagged number."""


def pairs(found: list[tuple[str, Any]]) -> Item:
    """An object; a key that it has twice is refused, for one of the two values would be lost."""
    item = Item(found)
    if len(item) != len(found):
        names = [name for name, _value in found]
        double = next(name for name in names if names.count(name) > 1)
        raise Refusal(
            "two_columns_of_one_name",
            name=cleaned(double),
            first=names.index(double) + 1,
            second=names.index(double, names.index(double) + 1) + 1,
        )
    return item


def json_cell(value: Any) -> Cell:
    """One value of an object as a cell."""
    if value is None:
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return cleaned(value)
    if isinstance(value, dict) and not isinstance(value, Item):
        return {key: cleaned(text) for key, text in value.items()}
    return {"nested": cleaned(json.dumps(value, ensure_ascii=False))}


# Workbooks


def check_archive(path: Path) -> None:
    """Refuse archives that are no workbook, are bombs, hold macros or reach for other files; nothing is unpacked."""
    with path.open("rb") as file:
        start = file.read(200)
    if start.startswith(b"\xd0\xcf\x11\xe0"):
        raise Refusal("old_excel", named="xlsx", real="old_excel")
    if not start.startswith(b"PK\x03\x04"):
        known = next((real for signature, real in SIGNATURES if start.startswith(signature)), "text")
        raise Refusal("not_what_its_name_says", named="xlsx", real=known)
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
    except DEFECTS:
        raise Refusal("damaged_workbook") from None
    names = {entry.filename for entry in entries}
    if "[Content_Types].xml" not in names or not any(name.startswith("xl/workbook") for name in names):
        raise Refusal("not_what_its_name_says", named="xlsx", real="ZIP")
    if any(entry.flag_bits & 1 for entry in entries):
        raise Refusal("locked_workbook")
    unpacked = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries)
    if len(entries) > MAX_ENTRIES or unpacked > MAX_UNPACKED_BYTES or unpacked > MAX_RATIO * max(packed, 1):
        raise Refusal("bomb", limit_mb=MAX_UNPACKED_BYTES // 1_000_000)
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        raise Refusal("macros")
    if any(name.lower().startswith("xl/externallinks/") for name in names):
        raise Refusal("external_links")


def read_xlsx(path: Path, known: Collection[str] = ()) -> Sheet:
    """The first sheet of a workbook, read without building it in memory."""
    check_archive(path)
    try:
        book = load_workbook(io.BytesIO(path.read_bytes()), read_only=True, data_only=False, keep_links=False)
    except DEFECTS:
        raise Refusal("damaged_workbook") from None
    if not book.worksheets:
        raise Refusal("empty_file")
    page = book.worksheets[0]
    page.reset_dimensions()
    info = {"sheet": page.title, "other_sheets": book.sheetnames[1:]}
    names, below = from_heading(sheet_records(page), cell_name, known, info)
    headings = headings_of(names)
    return Sheet(headings, sheet_rows(below, len(headings), info), info)


def cell_name(cell: Cell) -> str:
    """A heading as text."""
    return " ".join((cell if isinstance(cell, str) else next(iter((cell or {}).values()), "")).split())


def sheet_records(page: Any) -> Iterator[tuple[int, list[Cell]]]:
    """Rows of a sheet with their number; a defect deep inside is a damaged workbook."""
    rows = enumerate(page.iter_rows(max_col=MAX_COLUMNS + 1), start=1)
    while True:
        try:
            number, cells = next(rows)
        except StopIteration:
            return
        except DEFECTS:
            raise Refusal("damaged_workbook") from None
        if number > MAX_SHEET_ROWS:
            raise Refusal("damaged_workbook")
        yield number, [sheet_cell(cell) for cell in cells]


def sheet_cell(cell: Any) -> Cell:
    """One cell of a sheet: values, and formulas as what they are."""
    value = cell.value
    if value is None or value == "":
        return None
    if cell.data_type == "f" or (isinstance(value, str) and cell.data_type != "s" and value.startswith("=")):
        return {"formula": cleaned(str(value))}
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return {"number": str(value)}
    if isinstance(value, float):
        return {"number": format(value, ".15g")}  # what a spreadsheet shows: 0.1 + 0.2 is 0.3
    if isinstance(value, datetime):
        return {"date": value.date().isoformat()} if value.time() == time() else {"date": value.isoformat()}
    if isinstance(value, date | time):
        return {"date": value.isoformat()}
    return cleaned(str(value)) if str(value).strip() else None


def sheet_rows(records: Iterator[tuple[int, list[Cell]]], width: int, info: dict[str, Any]) -> Iterator[RawRow]:
    """Rows below the heading; short rows are filled, for a sheet does not store empty cells."""
    for number, record in records:
        while record and record[-1] is None:
            record.pop()
        if not record:
            info["blank"] += 1
            continue
        cells = record[:width] + [None] * (width - len(record))
        yield RawRow(number, cells, record[width:])
