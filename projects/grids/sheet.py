"""The whole table: its lines from the record, from what was typed and from what was pasted; and what is wrong with it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import cached_property
from itertools import chain
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.keys import key_in
from accounts.models import User
from accounts.models.merges import Mergeable, called_otherwise
from projects.grids.blocks import MOST_LINES, written_block
from projects.grids.lines import SAYS_NOTHING, Line, LineForm, key_of, line_form_of, text_of, words_of
from projects.grids.pasting import Taken, take_block
from projects.grids.periods import Period, period_before, periods_of
from projects.intake.headings import fold, heading_key
from projects.intake.messages import sentence
from projects.intake.parsing import Options, in_every_language
from projects.intake.problems import Refusal
from projects.intake.records import Offered, parser_of
from projects.intake.targets import TARGETS
from projects.kinds import RecordKind, lower_first
from projects.models import Project
from projects.services.records import may_amend

MOST_BOXED = 100
"""Lines with boxes; further ones stay text, so that a page of thousands opens and is sent as quickly as any."""
SPARE, MORE_SPARE = 3, 5
"""Lines for what is not in the table yet: at first, and each time that more are asked for."""
MOST_HINTS = 50
"""So many unknown names are compared with the known ones; to look for what is alike takes its time."""
CHANGED_MEANWHILE = gettext_lazy(
    "Somebody saved this line while you were typing. On record now: %(figures)s. Save again to keep yours."
)
ENTERED_BY_OTHERS = gettext_lazy(
    "Another organisation entered this line while you were typing, and only they change it. On record now: %(figures)s. "
    "Nothing of theirs is changed. Empty the boxes in which you typed something else."
)


class Sheet:
    """One table, as one person sees it and fills it in."""

    most_boxed = MOST_BOXED

    def __init__(
        self, kind: RecordKind, project: Project, actor: User, period: Period, data: QueryDict | None = None
    ) -> None:
        if kind.grid is None:
            raise ValueError(f"records of the kind {kind.code} are not typed in a table")
        self.kind, self.project, self.actor, self.period, self.grid = kind, project, actor, period, kind.grid
        self.whole = kind.form(actor=actor, project=project)
        self.prototype: LineForm = line_form_of(kind.form, kind.grid.figures)(actor=actor, project=project)
        self.prototype.alike = {"project": project, "period_start": period.first, "period_end": period.last}
        self.figures = tuple(self.prototype.fields)
        self.told_apart_by = kind.told_apart_by
        self.new_lines = 0
        self.refused_more = ""
        """Further lines that cannot be read; they stay as they were sent."""
        self.wrong_with_more: list[str] = []
        """Why they cannot be."""
        self.too_many_new = False
        """Whether more new lines with boxes were sent than a table has."""
        self.unknown: list[Line] = []
        """Lines about what is not on record, as far as they were looked at."""
        self.lines = self.known_lines()
        self.by_key = {line.key: line for line in self.lines}
        self.is_sent = data is not None and "spare" in data
        self.seen = seen_in(data) if data is not None and self.is_sent else {}
        if data is not None and self.is_sent:
            self.read(data)
        else:
            self.add_spare(SPARE)

    @cached_property
    def others(self) -> list[Period]:
        """All periods of which there are records."""
        return list(periods_of(self.kind.rows(self.actor, self.project)))

    @cached_property
    def before(self) -> Period | None:
        """The period whose figures stand below the boxes."""
        return period_before(self.period, self.others)

    @property
    def overlapping(self) -> list[Period]:
        """Other periods on record that share days with this one."""
        own = self.period
        return [one for one in self.others if one != own and one.first <= own.last and own.first <= one.last]

    def records_of(self, period: Period | None) -> list[Any]:
        """The records of a period."""
        rows = self.kind.rows(self.actor, self.project)
        return list(rows.filter(period_start=period.first, period_end=period.last)) if period else []

    def known_lines(self) -> list[Line]:
        """What is on record for this period, and what was for the one before."""
        found: dict[str, Line] = {}
        for record in self.records_of(self.period):
            line = self.line_of(record)
            line.record, line.locked = record, not may_amend(self.actor, record.source)
            line.typed = {name: text_of(getattr(record, name)) for name in self.figures}
            found[line.key] = line
        for record in self.still_offered(self.records_of(self.before)):
            line = found.setdefault(self.key_of_record(record), self.line_of(record))
            line.before = record
        return sorted(found.values(), key=lambda line: fold(line.title))

    def line_of(self, record: Any) -> Line:
        """An empty line about what a record is about."""
        about = {name: getattr(record, name) for name in self.told_apart_by}
        return Line(self.key_of_record(record), self.title(about), about=about, typed=dict.fromkeys(self.figures, ""))

    def title(self, about: Mapping[str, Any]) -> str:
        """What a line is called."""
        choices = {name: dict(self.kind.column(name).flatchoices or ()) for name in about}
        return ", ".join(str(choices[name].get(value, value)) for name, value in about.items())

    def key_of_record(self, record: Any) -> str:
        """The key of the line of a record."""
        return key_of([getattr(record, self.kind.column(name).attname) for name in self.told_apart_by])

    def key_of_about(self, about: Mapping[str, Any]) -> str:
        """The key of the line that is about this."""
        return key_of([getattr(about[name], "pk", about[name]) for name in self.told_apart_by])

    def still_offered(self, records: list[Any]) -> Iterator[Any]:
        """Records about what may be chosen today by this person: no merged company, and for a company’s people their own."""
        allowed = {}
        for name in self.told_apart_by:
            column = self.kind.column(name)
            if column.is_relation:
                rows = self.whole.fields[name].queryset
                keys = {getattr(record, column.attname) for record in records}
                allowed[column.attname] = set(rows.filter(pk__in=keys).values_list("pk", flat=True))
        return (one for one in records if all(getattr(one, name) in keys for name, keys in allowed.items()))

    def add_spare(self, count: int) -> None:
        """Lines for what is not in the table yet."""
        for _number in range(count):
            self.add_line({})

    def add_line(self, named: Mapping[str, str]) -> Line:
        """A new line, called as somebody typed it."""
        self.new_lines += 1
        key = f"new{self.new_lines}"
        empty = dict.fromkeys(self.figures, "")
        line = Line(key, named={**dict.fromkeys(self.told_apart_by, ""), **named}, typed=empty, is_new=True)
        self.lines.append(line)
        return line

    def read(self, data: QueryDict) -> None:
        """What was sent: boxes, lines that stayed text, and how many lines were empty for new ones."""
        first = first_in(data)
        for line in self.lines:
            line.typed = typed_in(data, line, first)
        for number in range(1, min(key_in(data.get("spare")) or 0, MOST_LINES) + 1):
            key = f"new{number}"
            named = {name: sent(data, key, name, "") for name in self.told_apart_by}
            typed = {name: sent(data, key, name, "") for name in self.figures}
            if number <= MOST_BOXED or any(named.values()) or any(typed.values()):
                line = self.add_line(named)
                line.typed = typed
                self.move_up(line)
                self.too_many_new |= number > MOST_BOXED
        more = data.get("more", "")
        taken = self.take(more)
        self.refused_more, self.wrong_with_more = ("", []) if taken.all_fit else (more, taken.reported)

    def move_up(self, line: Line) -> None:
        """Put what was typed in a new line into the empty one that is about the same, where there is one."""
        there = None if line.is_empty else self.by_key.get(self.key_typed(line.named))
        if there and there.is_empty and not there.record:
            there.typed, line.typed = line.typed, there.typed
            line.named = dict.fromkeys(line.named, "")

    @cached_property
    def words(self) -> dict[str, str]:
        """The columns of the table by the headings that people give them."""
        known = dict(TARGETS[self.kind.code].known)
        for name in (*self.told_apart_by, *self.figures):
            heading: Any = self.kind.heading(name)
            known |= {heading_key(said): name for said in in_every_language([heading]).values()}
        return known

    def take(self, text: str) -> Taken:
        """Put the cells of a pasted block into their lines."""
        return take_block(self, text)

    def key_typed(self, named: Mapping[str, str]) -> str:
        """The key of what was typed, where it is understood; else the words themselves."""
        about, wrong = self.understood(named)
        return "typed " + "\t".join(map(fold, named.values())) if wrong else self.key_of_about(about)

    def understood(self, named: Mapping[str, str], hints: bool = False) -> tuple[dict[str, Any], dict[str, str]]:
        """What a new line is about, and what of it is not understood."""
        about, wrong = {}, {}
        for name, text in named.items():
            try:
                about[name] = self.meant(name, text.strip(), hints)
            except ValidationError as error:
                wrong[name] = " ".join(error.messages)
        return about, wrong

    def meant(self, name: str, text: str, hints: bool) -> Any:
        """The value that a text names; raises ValidationError where there is none, which `hints` at what is nearly so called."""
        asked, column = self.whole.fields[name], self.kind.column(name)
        if not text:
            raise ValidationError(asked.error_messages["required"])
        try:
            if not column.is_relation:
                return asked.clean(parser_of(column)(text, Options()))
            found = self.offered[name].by_name.get(fold(text), {})
            if len(found) != 1:
                hint = self.offered[name].hint(text) if hints and not found else {}
                raise Refusal("ambiguous_name" if found else "not_on_record", value=text, **hint)
            return next(iter(found.values()))
        except Refusal as refusal:
            raise ValidationError(sentence(refusal.as_dict())) from None

    @cached_property
    def offered(self) -> dict[str, Offered]:
        """The rows that new lines may name, by column; read once."""
        relations = [name for name in self.told_apart_by if self.kind.column(name).is_relation]
        return {name: offered_with_other_names(self.whole.fields[name].queryset) for name in relations}

    def copy_before(self) -> int:
        """Fill empty boxes with the figures of the period before; returns how many were filled."""
        filled = 0
        for line in self.lines:
            for name in () if line.locked or not line.before else self.figures:
                text = text_of(getattr(line.before, name))
                if text and line.typed[name].strip() in ("", "unknown"):
                    line.typed[name], filled = text, filled + 1
        return filled

    def check(self) -> bool:
        """Look at every line in which something was typed; whether nothing is wrong."""
        known = {line.key for line in self.lines if not line.is_new}
        for line in self.lines:
            if line.is_new and not line.is_empty:
                self.check_new(line, known)
            if line.is_to_be_saved and not line.errors:
                line.check(self.prototype)
            if line.is_to_be_saved and self.is_sent and self.changed_meanwhile(line):
                line.refuse("", CHANGED_MEANWHILE % {"figures": self.on_record(line)})
            if line.locked and line.differs:
                line.refuse("", ENTERED_BY_OTHERS % {"figures": self.on_record(line)})
        return not (self.refused_more or self.too_many_new or any(line.errors for line in self.lines))

    def check_new(self, line: Line, known: set[str]) -> None:
        """What a new line is about, and that it is the only one about it."""
        line.about, wrong = self.understood(line.named, hints=len(self.unknown) < MOST_HINTS)
        self.unknown += [line] if wrong else []
        for name, words in wrong.items():
            line.refuse(name, words)
        if wrong:
            return
        line.title = self.title(line.about)
        key = self.key_of_about(line.about)
        if key in known:
            line.refuse(self.told_apart_by[0], _("This line stands in the table already. Type the figures there."))
        known.add(key)

    def changed_meanwhile(self, line: Line) -> bool:
        """Whether somebody saved the record of a line since the person opened the table."""
        now = line.record.source.revision if line.record else 0
        return not line.is_new and self.seen.get(line.key, 0) != now

    def on_record(self, line: Line) -> str:
        """What the record of a line says otherwise than its boxes."""
        said = line.said
        names = [name for name, text in line.typed.items() if text != said[name]] if line.record else []
        words = ((self.kind.heading(name), words_of(line.record, name) or _("Not known")) for name in names)
        return "; ".join(f"{lower_first(str(heading))} {text}" for heading, text in words)

    @property
    def seen_now(self) -> str:
        """Which revision of each record the page shows, for the next time that it is sent."""
        return ",".join(f"{line.key}:{line.record.source.revision}" for line in self.lines if line.record)

    @property
    def first_now(self) -> str:
        """What the record says of each boxed line, for the next time that the page is sent."""
        said = {
            line.key: {name: text for name, text in line.said.items() if text} for line in self.boxed if line.record
        }
        return json.dumps(said, ensure_ascii=False, separators=(",", ":"))

    @property
    def to_be_saved(self) -> list[Line]:
        """The lines that add or change a record."""
        return [line for line in self.lines if line.is_to_be_saved]

    @cached_property
    def boxed(self) -> list[Line]:
        """The lines that stand in boxes: where there are too many, first those that text cannot tell or that are wrong.

        A box that was emptied says so only as a box.
        """
        urgent = [(not line.is_partly_emptied, not line.errors) for line in self.lines]
        order = sorted(range(len(self.lines)), key=lambda at: (urgent[at], at))
        found = [self.lines[at] for at in sorted(order[:MOST_BOXED])]
        for number, line in enumerate((one for one in found if one.is_new), 1):
            line.key = f"new{number}"
        return found

    @cached_property
    def unboxed(self) -> list[Line]:
        """Further lines."""
        there = {id(line) for line in self.boxed}
        return [line for line in self.lines if id(line) not in there]

    @property
    def more(self) -> str:
        """What was typed or pasted for lines without boxes, as text; what is on record and stays is not among it."""
        lines = [line for line in self.unboxed if line.is_to_be_saved]
        return self.refused_more or written_block([[*self.name_cells(line), *line.typed.values()] for line in lines])

    def name_cells(self, line: Line) -> list[str]:
        """What a line is about, as it is pasted."""
        return list(line.named.values()) if line.is_new else [self.title({n: v}) for n, v in line.about.items()]

    @property
    def spare(self) -> int:
        """How many boxed lines are new."""
        return sum(line.is_new for line in self.boxed)


def sent(data: QueryDict, key: str, name: str, otherwise: str) -> str:
    """What a box sent; PostgreSQL cannot hold one sign."""
    return data.get(f"{key}-{name}", otherwise).replace("\x00", "")


def first_in(data: QueryDict) -> dict[str, Any] | None:
    """What the boxes of each line showed at first; None where a page does not tell."""
    try:
        found = json.loads(data.get("first", ""))
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) and all(isinstance(one, dict) for one in found.values()) else None


def typed_in(data: QueryDict, line: Line, first: Mapping[str, Any] | None) -> dict[str, str]:
    """What stands in the boxes of a line: what the person changed, and else what the record says now.

    In a line that others entered, an empty box is no change.
    """
    typed = {}
    for name, now in line.typed.items():
        text = sent(data, line.key, name, now)
        says = "" if text.strip() in SAYS_NOTHING else text
        shown = None if first is None else str(first.get(line.key, {}).get(name, ""))
        untouched = shown is not None and says == ("" if shown in SAYS_NOTHING else shown)
        typed[name] = now if untouched or (line.locked and not says) else text
    return typed


def seen_in(data: QueryDict) -> dict[str, int]:
    """The revision of each record that the person saw."""
    pairs = (part.rpartition(":") for part in data.get("seen", "").split(","))
    return {key: key_in(revision) or 0 for key, _mark, revision in pairs}


def offered_with_other_names(rows: QuerySet[Any]) -> Offered:
    """Rows by all their names, also former ones and numbers in registers."""
    otherwise = called_otherwise(rows.model._base_manager.all()) if issubclass(rows.model, Mergeable) else ()
    return Offered(rows, chain.from_iterable(otherwise))
