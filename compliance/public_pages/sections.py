"""The sections of a mine's public pages: what each seals, shows, counts as overdue and gives to copy.

A section is one module and one template, `compliance/public/sections/<name>.html`, both named by its subject, or only
a module where a plain table is enough. Its part of a document is declared as dataclasses, under the same name. A part
that says nothing is not sealed, so that a new section changes no document and no approval.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from operator import attrgetter
from typing import Any, TypeVar

from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from accounts.design.writing import days
from compliance.evaluation.facts import Facts, Row
from compliance.evaluation.framework import Framework
from compliance.public_pages.document import Document
from projects.models import Project, Source

T = TypeVar("T")
Values = Mapping[str, object]
"""What a template shows."""
Table = list[list[Any]]
"""Headings, then rows; what is unknown is None."""


@dataclass(frozen=True)
class Page:
    """One page of a mine behind its front, with its own address."""

    name: str
    title: str | Promise
    about: str | Promise
    anchor: str
    """where the one long page had this subject"""
    stood_on: str = ""
    """the page on which its sections stood before it had its own; addresses with their anchors lead there still"""


PAGES = (
    Page("money", _("Money"), _("What each community was promised, and what arrived."), "money"),
    Page("work", _("Work"), _("How many workers are neighbours, and how many are women."), "jobs"),
    Page(
        "environment", _("Environment"), _("Impact studies, who is left out of them, and what is measured."), "impact"
    ),
    Page("oversight", _("Oversight"), _("Conditions, inspections, fines and complaints."), "oversight", "environment"),
    Page(
        "closure",
        _("Closure"),
        _("What closing the mine takes, who pays for it, and what is done."),
        "closure",
        "environment",
    ),
    Page(
        "promises",
        _("Promises"),
        _("Promises with a date, other than money, and works beside the mine."),
        "promises",
    ),
    Page("owners", _("Owners"), _("Who runs the mine, who owns it, and what it digs for."), "about"),
    Page("scorecard", _("Grades"), _("Every rule, with its figures and records."), "score"),
    Page("data", _("Data and proof"), _("Every figure to copy, and how to check this page."), "data"),
)

DOSSIER = Page(
    "dossier", _("Full dossier"), _("Everything that is published of the mine and year, to read or to print."), ""
)
"""All pages of a mine as one."""


@dataclass(frozen=True)
class Subject:
    """Whom sections describe: a mine in one year, by its sealed facts, up to the day of approval."""

    project: Project
    facts: Facts
    framework: Framework
    on: date
    earlier: Sequence[Document]
    """what is published of the years before, oldest first"""


@dataclass(frozen=True)
class Overdue:
    """Something that should have come by a day and is not on record as having come."""

    what: str
    how_much: str
    said: str


@dataclass(frozen=True, kw_only=True)
class Section:
    """One subject of a mine's pages."""

    name: str
    page: str
    title: str | Promise
    lead: str | Promise = ""
    place: int = 0
    """among the sections of its page; those at one place stand in the order of their names"""
    part: type | None = None
    """what of it is sealed under its name: one of these, or a list of them"""
    is_list: bool = False
    describe: Callable[[Subject], object] | None = None
    """its part of a new document, from the facts and the names of today; None where there is nothing to say"""
    show: Callable[[Document], Values | None]
    """what its template shows; `title` and `lead` in it stand instead of the usual ones; None: nothing to show"""
    answer: Callable[[Document], Values] | None = None
    """what `compliance/public/answers/<name>.html` shows on the front, and at the head of its page"""
    overdue: Callable[[Document, date], Iterable[Overdue]] | None = None
    """what is overdue on a day"""
    unanswered: Callable[[Document, date], str] | None = None
    """how many of its records were due before a day, and nobody says whether they were done; empty where there are none"""
    table: Callable[[Document], Table] | None = None
    template: str = ""
    """where it is not its own: `table` shows the headings `head` and the `rows` of `RecordRow`"""
    only_in_dossier: bool = False
    """whether it is too long for its page"""
    tells: tuple[str, ...] = ()
    """tables of facts whose rows it shows, besides the one of its own name"""


@dataclass(frozen=True)
class RecordRow:
    """A record as a line of a table: its name, what stands below it, who says so, and a text for each further column."""

    name: str
    about: str
    voice: str
    texts: Sequence[str]
    language: str = ""
    """of its name, where that is in a language of its own"""
    steps: Sequence[tuple[str, str]] = ()
    """what followed from it, in order, each with who says so; empty where nobody does"""


def rows_shown(head: Sequence[str], rows: Sequence[RecordRow]) -> Values | None:
    """What the template `table` shows, each text with the heading of its column; nothing without rows."""
    return {"head": head, "rows": [(row, zip(head[1:], row.texts, strict=True)) for row in rows]} if rows else None


def public_records(model: Any, rows: Iterable[Row], *related: str) -> dict[int, Any]:
    """The records behind rows of facts whose source everybody may read, withdrawn since or not, by key; each with what it names."""
    public = model.with_withdrawn.filter(source__audience=Source.Audience.PUBLIC)
    found: dict[int, Any] = (public.select_related(*related) if related else public).in_bulk([row.key for row in rows])
    return found


def words_in_public(record: Any, words: str) -> str:
    """Words of a record, unless its source is confidential."""
    return "" if record.source.is_confidential else words


SECTIONS: dict[str, Section] = {}
"""The sections by their names; each module registers its own."""


def register(section: Section) -> Section:
    """Make a section known. Raises ValueError where its name is taken, or its page is none."""
    if section.name in SECTIONS:
        raise ValueError(f"there is a section {section.name} already")
    if section.page not in {page.name for page in PAGES}:
        raise ValueError(f"section {section.name}: there is no page {section.page}")
    SECTIONS[section.name] = section
    return section


def sections_of(page: str) -> list[Section]:
    """The sections of one page, in their order; all of them in the dossier."""
    if page == DOSSIER.name:
        return all_in_order()
    return [one for one in all_in_order() if one.page == page and not one.only_in_dossier]


def section_of_table(table: str) -> Section | None:
    """The section that shows the rows of a table of facts; None where they stand in none."""
    return SECTIONS.get(table) or next((one for one in SECTIONS.values() if table in one.tells), None)


def all_in_order() -> list[Section]:
    """Every section, page by page."""
    pages = [page.name for page in PAGES]
    return sorted(SECTIONS.values(), key=lambda one: (pages.index(one.page), one.place, one.name))


def describe(subject: Subject) -> dict[str, object]:
    """The parts of a new document, by the names of their sections; what has nothing to say is left out."""
    parts = {one.name: one.describe(subject) for one in SECTIONS.values() if one.describe}
    return {name: part for name, part in parts.items() if part is not None}


def table_of(document: Document, columns: Mapping[str, Callable[[T], object]], rows: Iterable[T]) -> Table:
    """A table to copy: a word or more for each column, without spaces, then the rows, each with its mine and year."""
    head = [word.replace(" ", "_") for word in (gettext("project"), gettext("year"), *columns)]
    mine = (document.slug, document.year)
    return [head, *([*mine, *(cell(row) for cell in columns.values())] for row in rows)]


def table_of_facts(document: Document, table: type[Row], words: Mapping[str, str]) -> Table:
    """The sealed rows of one table of facts: its columns by their headings."""
    columns = {heading: attrgetter(name) for name, heading in words.items()}
    return table_of(document, columns, document.facts[table])


def time_between(since: date, until: date) -> str:
    """``348 days``; from a year on ``2 years 3 months``."""
    months = (until.year - since.year) * 12 + until.month - since.month - (until.day < since.day)
    if months < 12:
        return days((until - since).days)
    years, rest = divmod(months, 12)
    words = [ngettext("%(number)s year", "%(number)s years", years) % {"number": years}]
    if rest:
        words.append(ngettext("%(number)s month", "%(number)s months", rest) % {"number": rest})
    return gettext(" and ").join(words)
