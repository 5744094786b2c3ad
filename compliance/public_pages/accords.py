"""Accords of States under which the mine works: what was promised, and what came."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.design.writing import country_name, long_date, money
from compliance.evaluation.criteria.contracts import AccordFact, AccordPromiseFact
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
from projects.models import Accord, AccordPromise


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseWords:
    """What an accord promises, in the words of the record."""

    record: str
    promised: str


@dataclass(frozen=True)
class AccordBlock:
    """An accord with its promises and what each promises in words."""

    row: AccordFact
    promised: Sequence[tuple[AccordPromiseFact, str]]

    @property
    def promises(self) -> Values | None:
        """The table of its promises; None where none is on record."""
        head = [_("Promise"), _("Amount promised"), _("Due"), _("What came")]
        rows = [
            RecordRow(words, subject_words(row), row.voice, [amount_words(row), due_words(row), came_words(row)])
            for row, words in self.promised
        ]
        return rows_shown(head, rows)

    @property
    def about(self) -> str:
        """What it is, with whom, and from when until when."""
        row = self.row
        said = [str(Accord.Instrument(row.instrument).label), *([row.company] if row.company else [])]
        said += [country_name(row.partner_country), _("signed on %(day)s") % {"day": long_date(row.signed_on)}]
        said += [_("ends on %(day)s") % {"day": long_date(row.ends_on)}] if row.ends_on else []
        return ", ".join(said)


def describe_accords(subject: Subject) -> list[PromiseWords] | None:
    """What the accords of the year promise, in words."""
    rows = subject.facts[AccordPromiseFact]
    records = AccordPromise.with_withdrawn.in_bulk([row.key for row in rows])
    return [PromiseWords(record=row.record, promised=records[row.key].description) for row in rows] or None


def words_of(document: Document) -> dict[str, str]:
    """What is promised, by the record of the promise."""
    return {one.record: one.promised for one in document.rows(PromiseWords, "accords")}


def accords_of(document: Document) -> list[AccordBlock]:
    """The accords in force in the year, each with what it promises."""
    words = words_of(document)
    found: defaultdict[str, list[tuple[AccordPromiseFact, str]]] = defaultdict(list)
    for row in document.facts[AccordPromiseFact]:
        found[row.accord].append((row, words[row.record]))
    return [AccordBlock(row, found[row.record]) for row in document.facts[AccordFact]]


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


Line = tuple[AccordFact, AccordPromiseFact | None, str]
"""An accord, one of its promises or None, and what that promises in words."""


def accords_table(document: Document) -> Table:
    """One row a promise with its accord, and one for an accord of which none is on record."""
    columns: dict[str, Callable[[Line], object]] = {
        heading: partial(of_accord, name)
        for name, heading in {
            "record": _("record of the accord"),
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
    columns[_("what was promised")] = lambda line: line[2]
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
        }.items()
    }
    none: Sequence[tuple[AccordPromiseFact | None, str]] = [(None, "")]
    lines = [(one.row, row, words) for one in accords_of(document) for row, words in one.promised or none]
    return table_of(document, columns, lines)


def of_accord(name: str, line: Line) -> object:
    """A column of the accord of a line."""
    return getattr(line[0], name)


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
        part=PromiseWords,
        is_list=True,
        describe=describe_accords,
        show=show_accords,
        table=accords_table,
    )
)
