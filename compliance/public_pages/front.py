"""The front of a mine's pages: four answers, what is overdue, what the grade looks at, what changed, and where more is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from compliance.public_pages.changes import change_rows
from compliance.public_pages.communities import neighbours_of
from compliance.public_pages.document import Document
from compliance.public_pages.evidence import counts_of, papers_of
from compliance.public_pages.money import money_of, money_totals, owed_words
from compliance.public_pages.project import recorders
from compliance.public_pages.scorecard import gate_sentences, not_looked_at, paper_sentence, policy_rows
from compliance.public_pages.sections import PAGES, Page, Section, Values, all_in_order, sections_of

MOST_OVERDUE = 5


@dataclass(frozen=True)
class Shown:
    """A section with what its template shows."""

    section: Section
    values: Values
    link: str
    """where it stands whole"""

    @property
    def template(self) -> str:
        """The template of its section."""
        return f"compliance/public/sections/{self.section.template or self.section.name}.html"

    @property
    def answer(self) -> str:
        """The template of its answer."""
        return f"compliance/public/answers/{self.section.name}.html"

    @property
    def title(self) -> object:
        """Its heading."""
        return self.values.get("title", self.section.title)

    @property
    def lead(self) -> object:
        """The line below its heading."""
        return self.values.get("lead", self.section.lead)


Addresses = Mapping[str, str]
"""Where the pages of a mine are, by name."""


def front_page(document: Document, on: date, addresses: Addresses) -> dict[str, object]:
    """What the front shows; lateness is counted up to `on`."""
    overdue = [
        (one, link_to(section, addresses))
        for section in all_in_order()
        if section.overdue
        for one in section.overdue(document, on)
    ]
    counts = counts_of(document.scorecard.outcomes, papers_of(document.facts))
    return {
        "owed": owed_words(document),
        "answers": answers(all_in_order(), document, addresses),
        "overdue": overdue[:MOST_OVERDUE],
        "more_overdue": len(overdue) - MOST_OVERDUE,
        "unanswered": [
            (words, link_to(section, addresses))
            for section in all_in_order()
            if section.unanswered and (words := section.unanswered(document, on))
        ],
        "nobody_knows": [total for total in money_totals(document) if total.unknown],
        "counted_to": on,
        "asked": [row for row in money_of(document).communities if row.slug and row.open],
        "recorders": recorders([document]),
        "policies": [row for row in policy_rows(document) if row.result.applicable],
        "paper": paper_sentence(counts),
        "not_looked_at": not_looked_at(document.scorecard.framework),
        "not_looked_at_count": len(document.scorecard.framework.not_looked_at),
        "not_applicable": sum(not one.applicable for one in document.scorecard.outcomes),
        "gates": gate_sentences(document.scorecard),
        "left_out": [one.name for one in neighbours_of(document) if one.left_out],
        "neighbours": addresses["environment"] + "#communities",
        "changes": [row for row in change_rows(document) if row.of != "indicator"],
    }


def subject_page(document: Document, page: Page, addresses: Addresses) -> dict[str, object]:
    """What a page behind the front shows: the answers of its sections, and the sections that have anything to show."""
    sections = sections_of(page.name)
    shown = [(one, one.show(document)) for one in sections]
    return {
        "heading": _("%(subject)s in %(year)s") % {"subject": page.title, "year": document.year},
        "answers": answers(sections, document, addresses),
        "sections": [Shown(one, values, link_to(one, addresses)) for one, values in shown if values is not None],
        "moved": moved_sections(document, page, addresses),
    }


def moved_sections(
    document: Document, page: Page, addresses: Addresses
) -> list[tuple[Page, list[tuple[Section, str]]]]:
    """The pages whose sections stood on this one once, each with those that have anything to show and where they stand."""
    of_pages = [(one, sections_of(one.name)) for one in PAGES if one.stood_on == page.name]
    return [
        (one, found)
        for one, sections in of_pages
        if (found := [(each, link_to(each, addresses)) for each in sections if each.show(document) is not None])
    ]


def answers(sections: Iterable[Section], document: Document, addresses: Addresses) -> list[Shown]:
    """The answers that sections give."""
    return [Shown(one, one.answer(document), link_to(one, addresses)) for one in sections if one.answer]


def link_to(section: Section, addresses: Addresses) -> str:
    """Where a section stands."""
    return f"{addresses[section.page]}#{section.name}"
