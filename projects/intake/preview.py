"""The preview of an import: rows as a page shows them, and what a posted page changes about them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.http import QueryDict

from accounts.design.writing import long_date, number
from accounts.keys import key_in
from projects.intake.checking import EXTRA, SETTLED, cell_of, parse_rows, readers_of
from projects.intake.messages import DOUBTS, sentence
from projects.intake.problems import cell_text
from projects.intake.targets import TARGETS, ImportField, Row
from projects.models import ImportBatch, ImportRow

ABOUT_WHAT_COMES = ("will_be_added", "agency_will_be_added", "nearly_known")
"""Notes that say nothing any more once the rows are imported."""


@dataclass
class Posted:
    """What a posted page says: typed cells that were changed, what they said before, and rows marked."""

    corrections: dict[int, dict[str, str]] = field(default_factory=dict)
    seen: dict[int, dict[str, str]] = field(default_factory=dict)
    marked: dict[str, set[int]] = field(default_factory=lambda: {"skip": set(), "back": set()})


def read_posted(posted: QueryDict, batch: ImportBatch) -> Posted:
    """Cells that differ from what the page showed, doubts that are settled, rows to leave out or to take in again."""
    named = [(key.split("-", 2), str(value)) for key, value in posted.items() if key.count("-") >= 1]
    keys = {key for parts, _value in named if (key := key_in(parts[1])) is not None}
    rows = {row.pk: row for row in batch.rows.filter(pk__in=keys)}
    fields = {one.code: one for one in TARGETS[batch.target].fields}
    found = Posted()
    for parts, value in named:
        key = key_in(parts[1])
        row = rows.get(key) if key is not None else None
        if row is None:
            continue
        what, code = parts[0], parts[2] if parts[2:] else ""
        if what in found.marked:
            found.marked[what].add(row.pk)
        elif what == "right" and code in DOUBTS:
            found.corrections.setdefault(row.pk, {})[SETTLED + code] = "1"
        elif what == "cell" and code in fields:
            text = value.strip().replace("\x00", "")
            seen = posted.get(f"seen-{row.pk}-{code}", shown_text(batch, row, fields[code]))
            if text != seen:
                found.corrections.setdefault(row.pk, {})[code] = text
                found.seen.setdefault(row.pk, {})[code] = seen
    return found


def mark_recorded(posted: Posted, recorded: Mapping[int, str], choice: str) -> None:
    """Leave out all rows whose payment is on record, or say of each that it is another payment."""
    if choice == "skip":
        posted.marked["skip"].update(recorded)
    elif choice == "another":
        for key, code in recorded.items():
            posted.corrections.setdefault(key, {})[SETTLED + code] = "1"


def shown_text(batch: ImportBatch, row: ImportRow, one: ImportField) -> str:
    """What an input holds before anybody types."""
    return cell_text(cell_of(one, row, batch)).strip()


def mapped_fields(batch: ImportBatch) -> list[ImportField]:
    """Fields that this file fills."""
    said = {*batch.mapping, *batch.defaults.get("fixed", {})}
    return [one for one in TARGETS[batch.target].fields if one.code in said]


def preview(
    batch: ImportBatch, rows: Sequence[ImportRow], may_change: bool, typed: Mapping[str, str]
) -> Iterator[dict[str, Any]]:
    """Rows with their cells in the order of the fields; those with something to say, and those to change for it, are inputs."""
    target, fields = TARGETS[batch.target], mapped_fields(batch)
    shown = {one.code for one in fields}
    parsed_rows = parse_rows(readers_of(target, batch), len(batch.columns), rows)
    over = batch.state in (ImportBatch.State.IMPORTED, ImportBatch.State.UNDONE)
    for row, parsed in zip(rows, parsed_rows, strict=True):
        said = [one for one in row.errors if not (over and one["code"] in ABOUT_WHAT_COMES)]
        wrong = {one["field"] for one in said if not one.get("note")}
        skipped = row.state == ImportRow.State.SKIPPED
        changeable: set[str] = set()
        if may_change and not skipped:
            changeable = {*row.corrections, *to_change(said)} | (shown if wrong & {"", target.stands_so} else set())
            changeable |= {one.code for one in target.fields if f"cell-{row.pk}-{one.code}" in typed}
        cells = [cell(batch, row, parsed, one, wrong, changeable, typed) for one in fields]
        yield {
            "row": row,
            "cells": cells,
            "absent": [
                cell(batch, row, parsed, one, wrong, changeable, typed)
                for one in target.fields
                if one.code in changeable - shown
            ],
            "said": [
                {
                    "label": target.field(one["field"]).label if one["field"] else "",
                    "text": sentence(one, target),
                    "note": bool(one.get("note")),
                }
                for one in said
            ],
            "doubts": doubts(row, typed) if may_change and not skipped else [],
            "extra": [cell_text(one) for one in row.cells.get(EXTRA, [])],
            "mark": mark(row, said, skipped, typed) if may_change else None,
        }


def to_change(said: Sequence[Any]) -> set[str]:
    """The fields of which something is said, and those that the same rule compares with them."""
    return {code for one in said for code in (one["field"], *one["params"].get("beside", ()))}


def cell(
    batch: ImportBatch,
    row: ImportRow,
    parsed: Row,
    one: ImportField,
    wrong: set[str],
    changeable: set[str],
    typed: Mapping[str, str],
) -> dict[str, Any]:
    """One cell: what the file or its correction says, what was typed but not saved, and what will be stored."""
    saved, key = shown_text(batch, row, one), f"{row.pk}-{one.code}"
    text = typed.get(f"cell-{key}", saved)
    return {
        "field": one,
        "key": key,
        "text": text,
        "saved": saved,
        "changed_meanwhile": saved not in (typed.get(f"seen-{key}", saved), text),
        "stored": in_words(parsed.values[one.code], saved),
        "wrong": one.code in wrong,
        "input": one.code in changeable,
    }


def in_words(value: Any, text: str) -> str:
    """An amount or a day as people read it, where the file writes it otherwise."""
    if isinstance(value, Decimal):
        plain = number(value)
        return "" if text in (plain, str(value), str(value.normalize()), plain.replace(",", "")) else plain
    return long_date(value) if isinstance(value, date) else ""


def doubts(row: ImportRow, typed: Mapping[str, str]) -> list[dict[str, Any]]:
    """What the person may declare to be right as it is."""
    found = dict.fromkeys(one["code"] for one in row.errors if one["code"] in DOUBTS and not one.get("note"))
    return [
        {
            "name": f"right-{row.pk}-{code}",
            "label": str(DOUBTS[code]) % {"number": row.number},
            "checked": f"right-{row.pk}-{code}" in typed,
        }
        for code in found
    ]


def mark(row: ImportRow, said: Sequence[Any], skipped: bool, typed: Mapping[str, str]) -> dict[str, Any] | None:
    """The box that leaves a row out or takes it in again; rows of which nothing is said have none."""
    name = f"{'back' if skipped else 'skip'}-{row.pk}"
    return {"name": name, "checked": name in typed} if skipped or said else None
