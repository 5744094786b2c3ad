"""Calls to local suppliers: those that take offers on the day of reading or will, and apart from them those that are closed."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.design.writing import long_date
from compliance.evaluation.criteria.supplier_calls import SupplierCallFact
from compliance.public_pages.document import Document
from compliance.public_pages.sections import (
    RecordRow,
    Section,
    Subject,
    Table,
    Values,
    public_records,
    register,
    rows_shown,
    table_of,
)
from projects.models import SupplierCall


@dataclass(frozen=True, slots=True, kw_only=True)
class CallWords:
    """What is sought, from whom and where to ask, where everybody may read the source."""

    record: str
    sought: str = ""
    sought_from: str = ""
    where_to_ask: str = ""


WORDS = ("sought", "sought_from", "where_to_ask")


def describe_calls(subject: Subject) -> list[CallWords] | None:
    """The words of each call whose source is public; of the others only the days are published."""
    rows = subject.facts[SupplierCallFact]
    records = public_records(SupplierCall, rows)
    return [
        CallWords(record=row.record, **{name: getattr(records[row.key], name) for name in WORDS})
        for row in rows
        if row.key in records
    ] or None


def words_of(document: Document) -> dict[str, CallWords]:
    """What each call says, by its record."""
    return {one.record: one for one in document.rows(CallWords, "supplier-calls")}


def is_open(row: SupplierCallFact) -> bool:
    """Whether an offer is taken today, or will be."""
    return row.closes_on >= localdate()


def opens_words(row: SupplierCallFact) -> str:
    """Since when offers are taken, or from which day on they will be."""
    words = _("opens on %(day)s") if row.opens_on > localdate() else _("since %(day)s")
    return words % {"day": long_date(row.opens_on)}


def show_calls(document: Document, *, still_open: bool) -> Values | None:
    """The calls that are open or will be, the first to close first, or those that are closed, the last one first."""
    said, unknown = words_of(document), _("We don’t know")
    rows = [row for row in document.facts[SupplierCallFact] if is_open(row) is still_open]
    rows.sort(key=lambda row: (row.closes_on, row.key), reverse=not still_open)
    lines = []
    for row in rows:
        words = said.get(row.record, CallWords(record=row.record))
        opens = opens_words(row) if still_open else long_date(row.opens_on)
        texts = [words.sought_from or unknown, opens, long_date(row.closes_on)]
        name = words.sought or _("Its words are not public")
        lines.append(RecordRow(name, row.buyer, row.voice, [*texts, words.where_to_ask or unknown]))
    head = [
        _("What is sought"),
        _("From whom"),
        _("When it opens") if still_open else _("Opens on"),
        _("Last day for offers"),
        _("Where to ask"),
    ]
    shown = rows_shown(head, lines)
    if shown and still_open:
        lead = _("As known on %(day)s. Ask before you prepare an offer: a call may have been changed since.")
        return {"lead": lead % {"day": long_date(document.as_of)}, **shown}
    return shown


def of_words(name: str, said: dict[str, CallWords], row: SupplierCallFact) -> object:
    """What a call says; None where not everybody may read it, or nobody says it."""
    return getattr(said.get(row.record), name, "") or None


def calls_table(document: Document) -> Table:
    """One row a call."""
    said = words_of(document)
    columns: dict[str, Callable[[SupplierCallFact], object]] = {
        _("record"): lambda row: row.record,
        _("buyer"): lambda row: row.buyer,
        _("what is sought"): partial(of_words, "sought", said),
        _("from whom"): partial(of_words, "sought_from", said),
        _("opens on"): lambda row: row.opens_on,
        _("closes on"): lambda row: row.closes_on,
        _("where to ask"): partial(of_words, "where_to_ask", said),
        _("who says so"): lambda row: row.voice,
    }
    return table_of(document, columns, document.facts[SupplierCallFact])


register(
    Section(
        name="supplier-calls",
        page="work",
        place=2,
        title=gettext_lazy("Open and coming calls to local suppliers"),
        part=CallWords,
        is_list=True,
        describe=describe_calls,
        show=partial(show_calls, still_open=True),
        table=calls_table,
        template="table",
    )
)
register(
    Section(
        name="supplier-calls-closed",
        page="work",
        place=2,
        title=gettext_lazy("Calls to local suppliers that are closed"),
        show=partial(show_calls, still_open=False),
        template="table",
    )
)
