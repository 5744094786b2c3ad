"""A pasted block in a table: which line each row is about, what it would change there, and why none of it is taken."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from projects.grids.blocks import Block, read_block
from projects.grids.lines import Line

if TYPE_CHECKING:
    from projects.grids.sheet import Sheet

MOST_REPORTED = 20
"""Rows of each fault that are named."""


@dataclass(frozen=True)
class Change:
    """What a pasted cell would change."""

    title: str
    heading: Any
    old: str
    new: str


@dataclass
class Taken:
    """What became of a pasted block."""

    block: Block
    changes: list[Change] = field(default_factory=list)
    cells: int = 0
    new_lines: list[Line] = field(default_factory=list)
    locked: list[Line] = field(default_factory=list)

    lacking: list[str] = field(default_factory=list)
    """Headings of columns that tell lines apart, and that the heading row does not have."""
    nameless: list[int] = field(default_factory=list)
    """Numbers of rows that do not say what they are about."""
    repeated: list[tuple[int, int, str]] = field(default_factory=list)
    """Rows about what another row is about: their numbers, that of the first such row, and the name."""

    @property
    def all_fit(self) -> bool:
        """Whether every line was taken; else none was."""
        block = self.block
        return not (block.too_wide or block.too_many or self.lacking or self.nameless or self.repeated)

    @property
    def reported(self) -> list[str]:
        """Why nothing is taken."""
        named = (
            (_("These rows have more cells than the table has columns, so nothing is taken:"), self.block.too_wide),
            (_("The headings lack a column that tells lines apart, so nothing is taken:"), self.lacking),
            (_("These rows have no name, so nothing is taken:"), self.nameless),
        )
        found = [f"{words} {', '.join(map(str, those[:MOST_REPORTED]))}" for words, those in named if those]
        for row, first, name in self.repeated[:MOST_REPORTED]:
            words = _("Row %(row)s, %(name)s: this name is in row %(first)s already, so nothing is taken.")
            found.append(words % {"row": row, "name": name, "first": first})
        if self.block.too_many:
            found.append(_("These are too many rows at once, so nothing is taken. Import them as a file."))
        return found


def take_block(sheet: Sheet, text: str) -> Taken:
    """Put the cells of a block into their lines; an empty cell changes nothing, an unknown name is a new line."""
    block = read_block(text, (*sheet.told_apart_by, *sheet.figures), sheet.words)
    taken = Taken(block)
    missing = [name for name in sheet.told_apart_by if name not in block.order]
    taken.lacking = [capfirst(str(sheet.kind.heading(name))) for name in missing]
    rows = {} if taken.lacking else named_rows(sheet, taken)
    if not taken.all_fit:
        return taken
    new = [line for line in sheet.lines if line.is_new]
    known = sheet.by_key | {sheet.key_typed(line.named): line for line in new if any(line.named.values())}
    spare = [line for line in new if line.is_empty and not any(line.named.values())]
    for key, cells in rows.items():
        if key not in known:
            named = name_in(sheet, cells)
            known[key] = spare.pop(0) if spare else sheet.add_line(named)
            known[key].named |= named
            taken.new_lines.append(known[key])
        put(sheet, known[key], cells, taken)
    return taken


def name_in(sheet: Sheet, cells: Mapping[str, str]) -> dict[str, str]:
    """What a row is about, as it was typed."""
    return {name: cells.get(name, "") for name in sheet.told_apart_by}


def named_rows(sheet: Sheet, taken: Taken) -> dict[str, Mapping[str, str]]:
    """The rows of a block by the key of their line; those without a name, and a name that comes again, are reported."""
    found: dict[str, Mapping[str, str]] = {}
    numbers: dict[str, int] = {}
    for number, cells in enumerate(taken.block.lines, 1):
        named = name_in(sheet, cells)
        if not any(named.values()):
            taken.nameless += [number] if cells else []
            continue
        key = sheet.key_typed(named)
        if key in found:
            taken.repeated.append((number, numbers[key], ", ".join(filter(None, named.values()))))
        found.setdefault(key, cells)
        numbers.setdefault(key, number)
    return found


def put(sheet: Sheet, line: Line, cells: Mapping[str, str], taken: Taken) -> None:
    """The figures of one pasted line."""
    if line.locked:
        taken.locked.append(line)
        return
    title = line.title or line.title_typed
    for name in sheet.figures:
        if text := cells.get(name, ""):
            taken.cells += 1
            if text != line.typed[name]:
                taken.changes.append(Change(title, sheet.kind.heading(name), line.typed[name], text))
                line.typed[name] = text
