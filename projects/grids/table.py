"""The table as its page shows it: boxes with their labels, what was before, sums, and everything that is to be corrected."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.design.writing import money, number
from projects.fields import CountField, CurrencyField
from projects.forms import ANSWERS
from projects.grids.lines import UNIT, Line, has_unit, is_question, text_of, words_of
from projects.grids.sheet import MOST_BOXED, Sheet
from projects.kinds import lower_first

MOST_SUGGESTED = 500
MOST_ERRORS = 50


@dataclass(frozen=True)
class Box:
    """One box of a line, or one figure that this person only reads."""

    name: str
    anchor: str
    column: str
    heading: str
    label: str
    text: str
    shown: str
    """What is read where there is no box."""
    was: str
    before: str
    """What stood there, as it would stand in the box."""
    options: Sequence[tuple[str, Any]] = ()
    suggestions: str = ""
    errors: Sequence[str] = ()
    is_number: bool = True
    is_count: bool = False
    """Whether it holds whole numbers, in which a mark can only be one between thousands."""
    first: str = ""
    """What the record says, as it would stand in the box."""
    placeholder: str = ""


@dataclass(frozen=True)
class Row:
    """One line as it is shown."""

    line: Line
    title: str
    names: Sequence[Box]
    """Boxes for what a new line is about."""
    boxes: Sequence[Box]
    rest: str
    rest_was: str
    currency: str
    unit: str
    errors: Sequence[str]


@dataclass(frozen=True)
class Total:
    """The sum of a column: what is known, how much that was before, and of how many lines it is not known."""

    column: str
    heading: str
    texts: Sequence[str]
    was: Sequence[str]
    unknown: int
    has_units: bool = False
    """Whether its figures are quantities, which add up in one unit alone."""


@dataclass
class Sums:
    """Figures that add up, each in its own currency; quantities of several units do not."""

    units: set[str] = field(default_factory=set)
    by_currency: dict[str, Decimal] = field(default_factory=dict)
    unknown: int = 0

    def add(self, value: Any, currency: str, unit: str = "") -> None:
        """One more figure; None where nobody knows it."""
        if value is None:
            self.unknown += 1
        else:
            self.units.add(unit)
            self.by_currency[currency] = self.by_currency.get(currency, Decimal(0)) + value

    @property
    def texts(self) -> list[str]:
        """As people read them."""
        if len(self.units) > 1:
            return []
        return [money(value, currency) if currency else number(value) for currency, value in self.by_currency.items()]


class Table:
    """What the page shows of a sheet that was checked."""

    def __init__(self, sheet: Sheet) -> None:
        self.sheet, self.kind = sheet, sheet.kind
        self.fields = sheet.prototype.fields
        self.headings = [(name, str(sheet.kind.heading(name)), self.adds_up(name)) for name in sheet.figures]
        self.first_heading = ", ".join(capfirst(str(sheet.kind.heading(name))) for name in sheet.told_apart_by)
        self.rest_heading = str(sheet.grid.rest[2]) if sheet.grid.rest else ""

    def adds_up(self, name: str) -> bool:
        """Whether a column holds figures."""
        field = self.fields[name]
        return not is_question(field) and self.kind.column(name).get_internal_type() != "DateField"

    @property
    def width(self) -> int:
        """How many columns there are."""
        return 1 + len(self.headings) + bool(self.rest_heading)

    @property
    def named_lines(self) -> list[Line]:
        """The boxed lines that people did not add themselves."""
        return [line for line in self.sheet.boxed if not line.is_new]

    @property
    def rows(self) -> Iterator[Row]:
        """The lines with boxes."""
        return (self.row(line) for line in self.sheet.boxed)

    def row(self, line: Line) -> Row:
        """One line."""
        title = line.title or self.title_of_new(line)
        names = [self.name_box(line, name, title) for name in self.sheet.told_apart_by] if line.is_new else []
        boxes = [self.box(line, name, title) for name in self.sheet.figures]
        rest, was = self.rest(line.value), self.rest(lambda name: getattr(line.before, name, None))
        errors = [self.said_at(name, words) for name, words in line.all_errors()]
        return Row(line, title, names, boxes, rest, was, self.currency_of(line), self.unit_of(line), errors)

    def title_of_new(self, line: Line) -> str:
        """What a new line is called until somebody names it."""
        return line.title_typed or _("New line %(number)s") % {"number": line.key.removeprefix("new")}

    def box(self, line: Line, name: str, title: str) -> Box:
        """The box of a figure."""
        heading, field = str(self.kind.heading(name)), self.fields[name]
        text, before = line.typed[name], text_of(getattr(line.before, name)) if line.before else ""
        return Box(
            name=f"{line.key}-{name}",
            anchor=f"{line.key}-{name}",
            column=name,
            heading=heading,
            label=f"{title}, {lower_first(heading)}",
            text=text,
            shown=words_of(line.record, name) if line.record else "",
            was=words_of(line.before, name) if line.before else "",
            before=before,
            options=self.options(field, text) if is_question(field) else (),
            errors=line.errors.get(name, ()),
            is_number=self.adds_up(name),
            is_count=isinstance(field, CountField),
            first=line.said[name],
        )

    def options(self, field: Any, text: str) -> list[tuple[str, Any]]:
        """What may be chosen; what was pasted and is none of it stays to be seen."""
        choices = [("", "–"), *((value, label) for value, label in getattr(field, "choices", ANSWERS) if value)]
        known = [(str(value), label) for value, label in choices if value != "unknown"]
        text = "" if text == "unknown" else text
        return known if text in dict(known) else [*known, (text, text)]

    def name_box(self, line: Line, name: str, title: str) -> Box:
        """The box for one part of what a new line is about."""
        field, heading = self.sheet.whole.fields[name], capfirst(str(self.kind.heading(name)))
        text = line.named[name]
        return Box(
            name=f"{line.key}-{name}",
            anchor=f"{line.key}-{name}",
            column=name,
            heading=heading,
            label=f"{title}, {lower_first(heading)}",
            text=text,
            shown="",
            was="",
            before="",
            options=self.options(field, text) if self.kind.column(name).choices else (),
            suggestions=self.suggested_for(name),
            errors=line.errors.get(name, ()),
            is_number=False,
            placeholder=heading,
        )

    def suggested_for(self, name: str) -> str:
        """The list of what may be typed in a box of a new line; "" where anything may."""
        if isinstance(self.sheet.whole.fields[name], CurrencyField):
            return "currencies"
        return f"known-{name}" if self.kind.column(name).is_relation else ""

    @property
    def suggestions(self) -> list[tuple[str, list[str]]]:
        """What may be typed in the boxes of new lines, by column."""
        relations = [name for name in self.sheet.told_apart_by if self.kind.column(name).is_relation]
        rows = {name: self.sheet.whole.fields[name].queryset[:MOST_SUGGESTED] for name in relations}
        return [(f"known-{name}", [str(row) for row in found]) for name, found in rows.items()]

    def rest(self, value: Any) -> str:
        """What is left of a whole; "" where one of both is not known."""
        if not self.sheet.grid.rest:
            return ""
        whole, part = (value(name) for name in self.sheet.grid.rest[:2])
        return "" if whole is None or part is None else number(whole - part)

    def currency_of(self, line: Line) -> str:
        """In which currency the sums of a line are; "" where it has none, or nobody said it."""
        columns = (self.kind.column(name) for name in self.sheet.figures)
        return next((found for column in columns if (found := line.currency(column))), "")

    def unit_of(self, line: Line) -> str:
        """In which unit the quantities of a line are; "" where it has none, or nobody said it."""
        return next((unit for name in self.sheet.figures if (unit := line.unit(self.kind.column(name)))), "")

    @property
    def totals(self) -> list[Total]:
        """The sum of each column, and what is left of the wholes."""
        found = [self.total(name, heading) for name, heading, _adds_up in self.headings]
        if self.rest_heading:
            sums, was = Sums(), Sums()
            for line in self.sheet.lines:
                self.add_rest(sums, line.value, self.currency_of(line))
                if line.before:
                    self.add_rest(was, lambda name, row=line.before: getattr(row, name), self.currency_of(line))
            found.append(Total("rest", self.rest_heading, sums.texts, was.texts, 0))
        return found

    def add_rest(self, sums: Sums, value: Any, currency: str) -> None:
        """What is left of one line, where it is known."""
        whole, part = (value(name) for name in self.sheet.grid.rest[:2])  # type: ignore[index]
        if whole is not None and part is not None:
            sums.add(whole - part, currency)

    def total(self, name: str, heading: str) -> Total:
        """The sum of one column."""
        sums, was = Sums(), Sums()
        if not self.adds_up(name):
            return Total(name, heading, (), (), 0)
        column = self.kind.column(name)
        for line in self.sheet.lines:
            if not line.is_empty:
                sums.add(line.value(name), line.currency(column), line.unit(column))
            if line.before and getattr(line.before, name) is not None:
                unit = getattr(line.before, UNIT) if has_unit(column) else ""
                was.add(getattr(line.before, name), line.currency(column), unit)
        return Total(name, heading, sums.texts, was.texts, sums.unknown, has_unit(column))

    def said_at(self, name: str, words: str) -> str:
        """What is wrong, with the column where it is."""
        return f"{capfirst(str(self.kind.heading(name)))}: {words}" if name else words

    @property
    def error_rows(self) -> list[dict[str, str]]:
        """Everything that is to be corrected, each with the way to its box."""
        found = []
        if self.sheet.refused_more:
            words = " ".join(self.sheet.wrong_with_more)
            found.append({"label": _("Further lines, as text"), "message": words, "anchor": "more"})
        if self.sheet.too_many_new:
            words = _("More new lines were sent than a table has (%(most)s). Look at all lines, and save again.")
            found.append({"message": words % {"most": MOST_BOXED}, "anchor": ""})
        for line in self.sheet.boxed:
            title = line.title or self.title_of_new(line)
            for name, words in line.all_errors():
                typed = line.typed.get(name, "").strip()
                heading = f"{title}, {lower_first(str(self.kind.heading(name)))}" if name else title
                label = f"{heading} ({typed})" if typed and self.adds_up(name) else heading
                found.append(
                    {"label": label, "message": words, "anchor": f"{line.key}-{name or self.sheet.figures[0]}"}
                )
        more = len(found) - MOST_ERRORS
        words = _("And %(count)s more.") % {"count": more}
        return [*found[:MOST_ERRORS], *([{"message": words, "anchor": ""}] if more > 0 else [])]

    @property
    def caption(self) -> str:
        """How many lines there are."""
        count = sum(not line.is_empty or bool(line.title) for line in self.sheet.lines)
        words = ngettext("%(count)s line, %(period)s", "%(count)s lines, %(period)s", count)
        return words % {"count": count, "period": self.sheet.period}
