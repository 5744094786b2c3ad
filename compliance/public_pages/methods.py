"""Methods in use: what the mine does in a new way, what that replaces, and what it changed in water, energy or tailings."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.design.writing import long_date, number
from compliance.evaluation.criteria.contracts import AccordFact, AccordMineFact
from compliance.evaluation.criteria.methods import MethodFact
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
from projects.models import MethodInUse, Source


@dataclass(frozen=True, slots=True, kw_only=True)
class MethodWords:
    """What a method is called, what it replaces, its unit, and the accord by which it came, where everybody may read the source."""

    record: str
    method: str = ""
    replaces: str = ""
    unit: str = ""
    accord_title: str = ""


def describe_methods(subject: Subject) -> list[MethodWords] | None:
    """The words of each method whose source is public; of the others only days and figures are published."""
    rows = subject.facts[MethodFact]
    records = public_records(MethodInUse, rows, "accord__source")
    told = {row.record for row in subject.facts[AccordFact]} | {row.accord for row in subject.facts[AccordMineFact]}
    return [
        said_of(row.record, records[row.key], has_told_accord=row.accord in told) for row in rows if row.key in records
    ] or None


def said_of(record: str, method: MethodInUse, *, has_told_accord: bool) -> MethodWords:
    """What stands in a method; its accord is named where the document tells of it, or everybody may read its source."""
    accord = method.accord
    is_public = accord is not None and accord.source.audience == Source.Audience.PUBLIC
    title = accord.title if accord and (has_told_accord or is_public) else ""
    words = {name: getattr(method, name) for name in ("method", "replaces", "unit")}
    return MethodWords(record=record, accord_title=title, **words)


def words_of(document: Document) -> dict[str, MethodWords]:
    """What is said of each method, by its record."""
    return {one.record: one for one in document.rows(MethodWords, "methods")}


def show_methods(document: Document) -> Values | None:
    """Each method, the newest first, with what it replaces and what it changed."""
    said, unknown = words_of(document), _("We don’t know")
    rows = []
    for row in sorted(document.facts[MethodFact], key=lambda one: (one.since, one.key), reverse=True):
        words = said.get(row.record, MethodWords(record=row.record))
        texts = [words.replaces or unknown, since_words(row), changed_words(row, words.unit), accord_words(row, words)]
        name = words.method or _("Its name is not public")
        rows.append(RecordRow(name, str(MethodInUse.Field(row.field).label), row.voice, texts))
    return rows_shown([_("Method"), _("Replaces"), _("In use"), _("What it changed"), _("Came by this accord")], rows)


def since_words(row: MethodFact) -> str:
    """Since when it is in use, and until when it was."""
    since = long_date(row.since)
    if row.until is None:
        return _("since %(day)s") % {"day": since}
    return _("from %(first)s until %(last)s") % {"first": since, "last": long_date(row.until)}


def changed_words(row: MethodFact, unit: str) -> str:
    """What it changed, from how much to how much; what nobody measured is said not to be known."""
    if not row.changed:
        return _("We don’t know")
    what = str(MethodInUse.Changed(row.changed).label)
    if row.before is None and row.after is None:
        return _("%(what)s; nobody says how much") % {"what": what}
    unknown = _("unknown")
    before, after = (unknown if one is None else number(one) for one in (row.before, row.after))
    figures = {"what": what, "before": before, "after": after, "unit": unit or _("its unit is not public")}
    return _("%(what)s: %(before)s before, %(after)s with it (%(unit)s)") % figures


def accord_words(row: MethodFact, words: MethodWords) -> str:
    """The accord by which it came; that none is on record is no word that it came by none."""
    if row.accord is None:
        return _("No accord is on record")
    return words.accord_title or _("Its name is not public")


def of_words(name: str, said: dict[str, MethodWords], row: MethodFact) -> object:
    """What is said of a method; None where not everybody may read it, or nobody says it."""
    return getattr(said.get(row.record), name, "") or None


def methods_table(document: Document) -> Table:
    """One row a method."""
    said = words_of(document)
    columns: dict[str, Callable[[MethodFact], object]] = {
        _("record"): lambda row: row.record,
        _("what it is for"): lambda row: row.field,
        _("method"): partial(of_words, "method", said),
        _("what it replaces"): partial(of_words, "replaces", said),
        _("in use since"): lambda row: row.since,
        _("in use until"): lambda row: row.until,
        _("what it changed"): lambda row: row.changed or None,
        _("how much before"): lambda row: row.before,
        _("how much with it"): lambda row: row.after,
        _("unit"): partial(of_words, "unit", said),
        _("accord"): lambda row: row.accord,
        _("title of the accord"): partial(of_words, "accord_title", said),
        _("who says so"): lambda row: row.voice,
    }
    return table_of(document, columns, document.facts[MethodFact])


register(
    Section(
        name="methods",
        page="work",
        place=4,
        title=gettext_lazy("Methods in use"),
        lead=gettext_lazy(
            "How the mine digs and treats water and waste, what that replaces, and what it changed. No rule judges it."
        ),
        part=MethodWords,
        is_list=True,
        describe=describe_methods,
        show=show_methods,
        table=methods_table,
        template="table",
    )
)
