"""Mines in lists, their sums together, and where communities are found."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.text import slugify

from compliance.models import Publication
from compliance.public_pages.accords import AccordBlock, accords_of
from compliance.public_pages.authorities import Asked, asked_of
from compliance.public_pages.benefits import Benefits, benefits_of
from compliance.public_pages.communities import neighbours_of
from compliance.public_pages.document import Document, UnreadableDocument, read_document
from compliance.public_pages.evidence import FactCounts, counts_of, papers_of
from compliance.public_pages.money import Sums, added_sums, money_totals
from compliance.public_pages.owned import Owned, owned_of
from compliance.public_pages.project import Mine, mine_of
from compliance.public_pages.scorecard import PolicyRow, grade_range, policy_rows


@dataclass(frozen=True)
class MineLine:
    """One line of the list of mines: grade with its range, grades by policy, money, and how many facts stand on paper."""

    document: Document
    mine: Mine
    grade: str | None
    range: str
    policies: Sequence[PolicyRow]
    totals: Sequence[Sums]
    facts: FactCounts


def mine_line(document: Document) -> MineLine:
    """A mine in a list."""
    judgement = document.scorecard
    return MineLine(
        *(document, mine_of(document), judgement.grade, grade_range(judgement), policy_rows(document)),
        totals=money_totals(document),
        facts=counts_of(judgement.outcomes, papers_of(document.facts)),
    )


@dataclass(frozen=True)
class PlacedCommunity:
    """A community with the addresses of its district and of the areas around it, where they are known."""

    slug: str
    name: str
    district: str
    areas: frozenset[str]


@dataclass(frozen=True)
class Gist:
    """What lists of everything need of a document."""

    totals: Sequence[Sums] = ()
    places: Sequence[PlacedCommunity] = ()
    mine: Mine = Mine()
    known: Decimal | None = None
    """how much of what the rules ask for is known, in percent"""
    accords: Sequence[AccordBlock] = ()
    owned: Owned = Owned()
    asked: Sequence[Asked] = ()
    benefits: Benefits = Benefits()


def gist_of(publication: Publication) -> Gist:
    """What lists need of a publication; nothing of one that cannot be read here."""
    try:
        document = read_document(publication)
        return Gist(
            totals=money_totals(document),
            places=placed_communities(document),
            mine=mine_of(document),
            known=document.scorecard.coverage,
            accords=accords_of(document),
            owned=owned_of(document),
            asked=asked_of(document),
            benefits=benefits_of(document),
        )
    except UnreadableDocument:
        return Gist()


def placed_communities(document: Document) -> list[PlacedCommunity]:
    """The communities of a document with their areas."""
    around = {area.path[-1]: area.path for area in mine_of(document).areas if area.path}
    return [
        PlacedCommunity(
            one.slug,
            one.name,
            one.district,
            frozenset(slugify(name) for name in (one.district, *around.get(one.district, ()))),
        )
        for one in neighbours_of(document)
    ]


@dataclass(frozen=True)
class NationalSum:
    """All mines together in one currency."""

    sums: Sums
    mines: int


def national_sums(totals_by_mine: Iterable[Sequence[Sums]]) -> list[NationalSum]:
    """Per currency, that of most mines first; sums nobody answered for are counted apart, never as zero."""
    totals = [total for totals in totals_by_mine for total in totals]
    counted = [NationalSum(sums, sum(one.currency == sums.currency for one in totals)) for sums in added_sums(totals)]
    return sorted(counted, key=lambda one: one.mines, reverse=True)
