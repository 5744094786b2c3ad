"""On what each record stands: who says so, since when, the address of a public document, and the fingerprints of files.

A file is never published, nor its name: its kind, its size and its SHA-256 let whoever has it show that it is the one.
Nothing is said of sources that are not public, because whoever has a file would know that somebody handed it over, nor of
kinds of record that not everybody may see. Payments say it themselves; results of monitoring stand under the worst of a year.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from compliance.evaluation.facts import PaymentFact, Row
from compliance.evaluation.gathering import model_of, opens
from compliance.public_pages.checks import record_words
from compliance.public_pages.document import Document
from compliance.public_pages.sections import Section, Subject, Table, Values, register, table_of
from projects.kinds import KINDS_OF_RECORD
from projects.models import Source


@dataclass(frozen=True, slots=True, kw_only=True)
class SealedFile:
    """A file behind a record, without its name."""

    media_type: str
    size: int
    """in bytes"""
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordSource:
    """Where one record comes from."""

    record: str
    voice: str
    stated_on: date | None = None
    address: str = ""
    """of a document that anybody can open"""
    files: tuple[SealedFile, ...] = ()


def describe_sources(subject: Subject) -> list[RecordSource]:
    """The public sources of all records behind the facts of which there is an address or a file: two queries a table at most.

    The list is sealed where it is empty, too: what becomes public after an approval is not what was approved.
    """
    found = [one for table, rows in subject.facts.tables.items() if is_told(table) for one in sources_of(table, rows)]
    return sorted(found, key=lambda one: one.record)


def is_told(table: type[Row]) -> bool:
    """Whether sources of a table of facts are told here."""
    model = model_of(table)
    private = any(kind.private for kind in KINDS_OF_RECORD.values() if kind.model is model)
    return table is not PaymentFact and not private and any(column.name == "source" for column in model._meta.fields)


def sources_of(table: type[Row], rows: Iterable[Row]) -> Iterator[RecordSource]:
    """The sources of some rows that everybody may read, and that say an address or have a file."""
    names = {row.key: row.record for row in rows}
    model: Any = model_of(table)
    told = model._base_manager.filter(pk__in=names, source__audience=Source.Audience.PUBLIC)
    for record in told.select_related("source").prefetch_related("source__evidence"):
        source: Source = record.source
        files = tuple(
            SealedFile(media_type=file.media_type, size=file.size, sha256=file.sha256) for file in source.evidence.all()
        )
        address = source.reference if opens(source.audience, source.reference) else ""
        if address or files:
            yield RecordSource(
                record=names[record.pk],
                voice=source.voice,
                stated_on=source.stated_on,
                address=address,
                files=files,
            )


def show_sources(document: Document) -> Values | None:
    """Each record with its source, in words."""
    known = document.rows(RecordSource, "sources")
    return {"records": [{"words": record_words(one.record), "source": one} for one in known]} if known else None


def sources_table(document: Document) -> Table:
    """One row a record."""
    columns = {
        _("record"): lambda one: one.record,
        _("who says so"): lambda one: one.voice,
        _("stated on"): lambda one: one.stated_on,
        _("document"): lambda one: one.address,
        _("kinds of files"): lambda one: " ".join(file.media_type for file in one.files),
        _("sizes in bytes"): lambda one: " ".join(str(file.size) for file in one.files),
        _("evidence sha256"): lambda one: " ".join(file.sha256 for file in one.files),
    }
    return table_of(document, columns, document.rows(RecordSource, "sources"))


register(
    Section(
        name="sources",
        page="data",
        title=gettext_lazy("Sources and files"),
        lead=gettext_lazy(
            "On which document and on which files the records stand whose source is public; payments show theirs beside them. "
            "Files and their names are not published: whoever has one can show by its fingerprint (SHA-256) that it is the same."
        ),
        part=RecordSource,
        is_list=True,
        describe=describe_sources,
        show=show_sources,
        table=sources_table,
        only_in_dossier=True,
    )
)
