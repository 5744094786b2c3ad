"""Accords of States under which the mine works: what was promised, and what came."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.design.writing import country_name, long_date, money
from compliance.evaluation.canonical import added
from compliance.evaluation.criteria.contracts import AccordFact, AccordMineFact, AccordPromiseFact
from compliance.evaluation.facts import Row
from compliance.evaluation.gathering import opens
from compliance.public_pages.document import Document
from compliance.public_pages.sections import (
    RecordRow,
    Section,
    Subject,
    Table,
    Values,
    register,
    rows_shown,
    table_of,
)
from projects.models import Accord, AccordMine, AccordPromise
from projects.models.sources import WEB_ADDRESS


@dataclass(frozen=True, slots=True, kw_only=True)
class AccordWords:
    """What an accord promises, in the words of the record, and the document of an accord or promise where it is public."""

    record: str
    promised: str = ""
    reference: str = added("")
    came_document: str = added("")


@dataclass(frozen=True)
class AccordBlock:
    """An accord with its promises and what each promises in words."""

    row: AccordFact | AccordMineFact
    promised: Sequence[tuple[AccordPromiseFact, AccordWords]] = ()
    reference: str = ""
    """the document of the accord, where it is public"""

    @property
    def key(self) -> str:
        """The record of the accord, whichever mine tells of it."""
        return self.row.accord if isinstance(self.row, AccordMineFact) else self.row.record

    @property
    def is_elsewhere(self) -> bool:
        """Whether it was entered, with its promises, with another mine."""
        return isinstance(self.row, AccordMineFact)

    @property
    def address(self) -> str:
        """Where anybody can open its document; empty: nowhere, as far as known."""
        return self.reference if self.reference.startswith(WEB_ADDRESS) else ""

    @property
    def promises(self) -> Values | None:
        """The table of its promises; None where none is on record."""
        head = [_("Promise"), _("Amount promised"), _("Due"), _("What came")]
        rows = [
            RecordRow(
                *(words.promised, self.about_promise(row, words), row.voice),
                [amount_words(row), due_words(row), came_words(row)],
                steps=came_steps(row, words),
            )
            for row, words in self.promised
        ]
        return rows_shown(head, rows)

    def about_promise(self, row: AccordPromiseFact, words: AccordWords) -> str:
        """What a promise is about, and its document where that is not the one of the accord."""
        if words.reference in ("", self.reference):
            return subject_words(row)
        said = {"subject": subject_words(row), "document": words.reference}
        return _("%(subject)s; document: %(document)s") % said

    @property
    def about(self) -> str:
        """What it is, with whom, and from when until when."""
        row = self.row
        said = [str(Accord.Instrument(row.instrument).label), *([row.company] if row.company else [])]
        said += [country_name(row.partner_country), _("signed on %(day)s") % {"day": long_date(row.signed_on)}]
        said += [_("ends on %(day)s") % {"day": long_date(row.ends_on)}] if row.ends_on else []
        return ", ".join(said)


def describe_accords(subject: Subject) -> list[AccordWords] | None:
    """What the accords of the year promise, in words, and the documents that everybody may read."""
    facts = subject.facts
    promises = records_of(AccordPromise, facts[AccordPromiseFact])
    found = [
        AccordWords(
            record=row.record,
            promised=promises[row.key].description,
            reference=public_reference(promises[row.key]),
            came_document=promises[row.key].came_document,
        )
        for row in facts[AccordPromiseFact]
    ]
    for model, rows in ((Accord, facts[AccordFact]), (AccordMine, facts[AccordMineFact])):
        records = records_of(model, rows)
        papers = ((row.record, public_reference(records[row.key])) for row in rows)
        found += [AccordWords(record=record, reference=reference) for record, reference in papers if reference]
    return found or None


def records_of(model: Any, rows: Iterable[Row]) -> dict[int, Any]:
    """The records of some rows of facts, with their sources, by their keys."""
    found: dict[int, Any] = model.with_withdrawn.select_related("source").in_bulk([row.key for row in rows])
    return found


def public_reference(record: Any) -> str:
    """The address of the document that a record comes from, where anybody can open it."""
    source = record.source
    return str(source.reference) if opens(source.audience, source.reference) else ""


def words_of(document: Document) -> dict[str, AccordWords]:
    """What is promised and in which document, by the record of the accord or promise."""
    return {one.record: one for one in document.rows(AccordWords, "accords")}


def accords_of(document: Document) -> list[AccordBlock]:
    """The accords in force in the year, each with what it promises; then those entered with other mines."""
    words = words_of(document)
    promised: defaultdict[str, list[tuple[AccordPromiseFact, AccordWords]]] = defaultdict(list)
    for row in document.facts[AccordPromiseFact]:
        promised[row.accord].append((row, words[row.record]))
    own = document.facts[AccordFact]
    known = {row.record for row in own}
    others = [row for row in document.facts[AccordMineFact] if row.accord not in known]
    rows: list[AccordFact | AccordMineFact] = [*own, *others]
    none = AccordWords(record="")
    return [AccordBlock(row, promised[row.record], words.get(row.record, none).reference) for row in rows]


def show_accords(document: Document) -> Values | None:
    """Each accord with its promises; nothing without one."""
    return {"accords": found} if (found := accords_of(document)) else None


def subject_words(row: AccordPromiseFact) -> str:
    """What a promise is about."""
    return str(AccordPromise.Subject(row.subject).label)


def amount_words(row: AccordPromiseFact) -> str:
    """How much was promised; a dash for what has no amount."""
    return "–" if row.amount is None else money(row.amount, row.currency)


def due_words(row: AccordPromiseFact) -> str:
    """By when it was promised."""
    return long_date(row.due_by) if row.due_by else _("No day agreed")


def came_words(row: AccordPromiseFact) -> str:
    """What came and up to which day that is known, or that nobody says it."""
    said = [str(AccordPromise.Outcome(row.outcome).label)] if row.outcome else []
    said += [money(row.came_amount, row.currency)] if row.came_amount is not None else []
    if not said or row.known_on is None:
        return _("Nobody says so")
    return _("%(what)s, as known on %(day)s") % {"what": ", ".join(said), "day": long_date(row.known_on)}


def came_steps(row: AccordPromiseFact, words: AccordWords) -> list[tuple[str, str]]:
    """Who says what came, and in which document, where that is not the source of the promise."""
    if not row.came_voice and not words.came_document:
        return []
    said = _("What came, in “%(document)s”:") % {"document": words.came_document} if words.came_document else ""
    return [(said or _("What came:"), row.came_voice or row.voice)]


Line = tuple[AccordBlock, AccordPromiseFact | None, AccordWords]
"""An accord, one of its promises or None, and what that promises in words."""


def accords_table(document: Document) -> Table:
    """One row a promise with its accord, and one for an accord of which none is on record."""
    columns: dict[str, Callable[[Line], object]] = {
        heading: partial(of_accord, name)
        for name, heading in {
            "key": _("record of the accord"),
            "title": _("accord"),
            "instrument": _("what it is"),
            "partner_country": _("country of the other side"),
            "company": _("company"),
            "signed_on": _("signed on"),
            "ends_on": _("ends on"),
            "text_withheld": _("text withheld"),
            "voice": _("who says so of the accord"),
        }.items()
    }
    columns[_("document of the accord")] = lambda line: line[0].reference
    columns[_("what was promised")] = lambda line: line[2].promised
    columns[_("document")] = lambda line: line[2].reference
    columns |= {
        heading: partial(of_promise, name)
        for name, heading in {
            "record": _("record"),
            "subject": _("about"),
            "amount": _("amount promised"),
            "came_amount": _("amount that came"),
            "currency": _("currency"),
            "due_by": _("due on"),
            "outcome": _("what came"),
            "known_on": _("as known on"),
            "voice": _("who says so"),
            "came_voice": _("who says what came"),
        }.items()
    }
    columns[_("document that says what came")] = lambda line: line[2].came_document
    none: Sequence[tuple[AccordPromiseFact | None, AccordWords]] = [(None, AccordWords(record=""))]
    lines = [(one, row, words) for one in accords_of(document) for row, words in one.promised or none]
    return table_of(document, columns, lines)


def of_accord(name: str, line: Line) -> object:
    """A column of the accord of a line."""
    return line[0].key if name == "key" else getattr(line[0].row, name)


def of_promise(name: str, line: Line) -> object:
    """A column of the promise of a line; None where it has none."""
    return getattr(line[1], name, None)


register(
    Section(
        name="accords",
        page="owners",
        place=4,
        title=gettext_lazy("Accords with States"),
        lead=gettext_lazy(
            "What States agreed with each other, or with a company, about this mine, and what came of it. No rule judges it."
        ),
        part=AccordWords,
        is_list=True,
        describe=describe_accords,
        show=show_accords,
        table=accords_table,
        tells=("accord-mines", "accord-promises"),
    )
)
