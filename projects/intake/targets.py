"""What the rows of a file can become: the registry of targets, their fields, and the rows on their way."""

from __future__ import annotations

import hashlib
import json
from abc import ABC, abstractmethod
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.conf import settings
from django.db import IntegrityError
from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import override

from accounts.copying import add_alike
from accounts.models import User
from projects.intake.headings import fold, heading_key
from projects.intake.parsing import Parser
from projects.models import ImportBatch, ImportRow, Source

Text = str | Promise
MARK_BYTES = 12


@dataclass(frozen=True)
class ImportField:
    """One thing that a row may say."""

    code: str
    label: Text
    parser: Parser
    help: Text = ""
    aliases: str = ""
    """Headings by which it is known, best first, with commas between them, in the form of `heading_key`."""
    second: bool = False
    """Whether a second known heading is proposed for rows where the first is empty."""
    fixed: str = ""
    """A value proposed for all rows where no column is known."""
    fixed_hints: Mapping[str, str] = field(default_factory=dict)
    """Heading → fixed value that it implies."""
    has_unit: bool = False
    unit_hints: Mapping[str, str] = field(default_factory=dict)
    """Heading → factor that it implies."""

    def headings(self) -> Iterator[str]:
        """Every name of a column that means this, best first: its label in every language, then the aliases."""
        for language, _name in settings.LANGUAGES:
            with override(language):
                yield heading_key(str(self.label))
        yield from filter(None, self.aliases.split(", "))


@dataclass
class Row:
    """One row being checked: its parsed values, and what is wrong or worth saying."""

    pk: int
    number: int
    values: dict[str, Any]
    problems: list[dict[str, Any]] = field(default_factory=list)
    notes: list[dict[str, Any]] = field(default_factory=list)
    settled: frozenset[str] = frozenset()
    """Doubts about this row that the person has said are unfounded."""
    marks: bytes = b""
    """What it is the first to say."""

    def refuse(self, field_code: str, code: str, **params: Any) -> None:
        """This row cannot be imported as it is."""
        self.problems.append({"field": field_code, "code": code, "params": params})

    def doubt(self, field_code: str, code: str, **params: Any) -> None:
        """Refuse this row until the person corrects it or says that it is right as it is."""
        if code not in self.settled:
            self.refuse(field_code, code, **params)

    def note(self, field_code: str, code: str, **params: Any) -> None:
        """Something to say about a row that can be imported."""
        self.notes.append({"field": field_code, "code": code, "params": params, "note": True})

    def notes_of(self, code: str) -> list[dict[str, Any]]:
        """What was already noted of that kind."""
        return [one for one in self.notes if one["code"] == code]


def spelled(value: Any) -> str:
    """What JSON has no word for; numbers are the same however many zeros they end with."""
    return str(value.normalize() if isinstance(value, Decimal) else value)


SPELLING = json.JSONEncoder(sort_keys=True, default=spelled)


def mark_of(said: Sequence[Any]) -> bytes:
    """The same few bytes for the same thing said."""
    text = SPELLING.encode(said)
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=MARK_BYTES).digest()


@dataclass
class Scope:
    """One pass over the rows of one import: what was seen so far, what was added, and which figures are concerned."""

    batch: ImportBatch
    actor: User
    told: bool = True
    """Whether somebody reads the notes of this pass; looking for names that are close takes its time."""
    before: QuerySet[ImportRow] | None = None
    """The rows of this pass that another worker has looked at."""
    memory: dict[str, Any] = field(default_factory=dict)
    """What was read from the record, once a pass and worker."""
    concerned: set[tuple[int, int]] = field(default_factory=set)
    created: dict[int, str] = field(default_factory=dict)
    """Names of the organisations that were added, by key."""

    @cached_property
    def seen(self) -> dict[bytes, int]:
        """The number of the first row that said each thing, by its mark."""
        found: dict[bytes, int] = {}
        if self.before is not None:
            kept = self.before.order_by("number").values_list("number", "marks")
            for number, marks in kept.iterator(chunk_size=10_000):
                for at in range(0, len(marks), MARK_BYTES):
                    found.setdefault(bytes(marks[at : at + MARK_BYTES]), number)
        return found

    def earlier(self, *said: Any) -> int | None:
        """The number of the first row of this pass that said this."""
        return self.seen.get(mark_of(said))

    def remember(self, row: Row, *said: Any) -> None:
        """Compare later rows with what this one says; what is remembered is kept with the row, for another worker."""
        mark = mark_of(said)
        if self.seen.setdefault(mark, row.number) == row.number:
            row.marks += mark

    def said_before(self, row: Row, *said: Any) -> int | None:
        """As `earlier`; where no row said it, later ones are compared with this row, as by `remember`."""
        mark = mark_of(said)
        first = self.seen.setdefault(mark, row.number)
        if first != row.number:
            return first
        row.marks += mark
        return None

    def add_sources(self, rows: Sequence[Row]) -> list[int]:
        """Add a source for each row, as the person said it of the file; returns their keys."""
        return add_alike(self.source(None), import_row_id=[row.pk for row in rows])

    def source(self, row: Row | None, **facts: Any) -> Source:
        """An unsaved source: what the person said about the file, or what the row says about itself."""
        said = self.batch.defaults.get("source", {})
        stated_on = said.get("stated_on")
        known: dict[str, Any] = {
            "voice": said.get("voice", Source.Voice.UNKNOWN),
            "reference": said.get("reference", ""),
            "stated_on": date.fromisoformat(stated_on) if stated_on else None,
            "entered_by": self.actor,
            "entered_for_id": self.batch.organisation_id,
            "import_row_id": row.pk if row else None,
        }
        return Source(**{**known, **facts})


class ImportTarget(ABC):
    """One kind of record that files bring. It gets whole chunks of rows: no query per row."""

    code: str
    label: Text
    needs: Sequence[Sequence[str]]
    """Fields that must have a column or a fixed value; of several in one group, one is enough."""
    fields: Sequence[ImportField]
    """What a row may say, in the order in which it is shown."""
    undoing: Text
    """What an undo does with what the rows brought, for whoever is asked about it."""
    stands_so: str = ""
    """The field by which a person says that a row is right, though it was asked about."""

    def __init__(self) -> None:
        """Learn which heading means which field; raises ValueError where two fields claim one."""
        self.known: dict[str, str] = {}
        for one in self.fields:
            for heading in one.headings():
                if self.known.setdefault(heading, one.code) != one.code:
                    both = f"“{self.known[heading]}” and “{one.code}”"
                    raise ValueError(f"import of {self.code}: the heading “{heading}” is claimed by {both}")

    def may_import(self, user: User) -> bool:
        """Whether this person, who imports, may import this."""
        return user.may("import.run")

    def takes_two_to_undo(self, batch: ImportBatch) -> bool:
        """Whether a second person confirms that an import is undone."""
        return False

    def field(self, code: str) -> ImportField:
        """A field by its code."""
        return next(one for one in self.fields if one.code == code)

    @abstractmethod
    def check(self, rows: Sequence[Row], scope: Scope) -> None:
        """Refuse rows that contradict each other or the record; replace names in `values` by what they mean."""

    @abstractmethod
    def save(self, rows: Sequence[Row], scope: Scope) -> None:
        """Write checked rows, with their sources and audit entries; tell `scope.concerned` which figures move."""

    def refuse(self, row: Row, error: IntegrityError) -> None:
        """Say why the database refused a row, where it can be said; raises the error where not."""
        raise error

    def in_use(self, rows: Sequence[int]) -> dict[int, str]:
        """What keeps an undo from beginning: by row, what its record is called that cannot be taken back."""
        return {}

    @abstractmethod
    def undo(self, rows: Sequence[int], scope: Scope, reason: str) -> set[int]:
        """Take back what these rows wrote; returns those that stay because their record has come into use meanwhile."""

    def said_by_others(self, batch: ImportBatch) -> int:
        """How many statements of others stay that speak of what an undone import wrote."""
        return 0

    def still_named(self, organisations: Collection[int]) -> set[int]:
        """Those that must go on being offered, because what others said since names them in a way that no column tells."""
        return set()


TARGETS: dict[str, ImportTarget] = {}


def register(target: ImportTarget) -> None:
    """Make a target known; kinds of record do it by themselves, each app's `intake` module for the others."""
    if target.code in TARGETS:
        raise ValueError(f"there are two imports of the name “{target.code}”")
    TARGETS[target.code] = target


def targets_of(user: User) -> list[ImportTarget]:
    """What this person may import, by the alphabet of their language."""
    return sorted((one for one in TARGETS.values() if one.may_import(user)), key=lambda one: fold(str(one.label)))
