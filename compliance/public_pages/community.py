"""The page of a community: what each mine owes it, and what arrived."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import count

from django.utils.translation import gettext as _

from accounts.design.maps import Map
from accounts.design.writing import money, of_every_100
from compliance.evaluation.criteria.shared_works import SharedWorkFact
from compliance.evaluation.framework import HUNDRED
from compliance.public_pages.benefits import bought_by
from compliance.public_pages.commitments import PublishedPromise, promises_of
from compliance.public_pages.communities import Neighbour, neighbours_of
from compliance.public_pages.document import Document
from compliance.public_pages.employment import EmploymentYear, this_year
from compliance.public_pages.maps import Layer, map_around
from compliance.public_pages.money import Sums, added_sums, money_of
from compliance.public_pages.payments import PaymentAsRead, for_the_community, in_order
from compliance.public_pages.place import MineOutline, place_of
from compliance.public_pages.project import Mine, keepers, mine_of, recorders
from compliance.public_pages.scorecard import grade_range
from compliance.public_pages.sections import Values
from compliance.public_pages.shared_works import works_shown
from compliance.public_pages.study_areas import answer_words, claims_of, study_words


@dataclass(frozen=True)
class PaymentToUs:
    """A payment as its community reads it, with the mine that owed it, and the colour of its words."""

    read: PaymentAsRead
    mine: str
    keepers: str

    @property
    def tone(self) -> str:
        """Whose word it is, or that something is wrong."""
        return {"arrived": "community", "disputed": "wrong", "claimed": "company"}.get(self.read.payment.state, "")


@dataclass(frozen=True)
class MineHere:
    """A mine that affects the community, with the newest document about it."""

    document: Document
    mine: Mine
    range: str
    influence: Neighbour | None
    number: str
    """on the map; "" where nobody says where it is"""

    @property
    def outlines(self) -> list[MineOutline]:
        """The areas of the mine that the map shows."""
        return place_of(self.document).in_order

    @property
    def layers(self) -> list[Layer]:
        """Its areas as they are drawn; the last one has its number, where no mark at a position has it."""
        found = [Layer(one.polygons, one.area) for one in self.outlines]
        if found and not place_of(self.document).position:
            found[-1] = replace(found[-1], text=self.number)
        return found


@dataclass(frozen=True)
class PromiseToUs:
    """A promise to this community, or to all parties of an agreement; `unsure` where they are not known."""

    promise: PublishedPromise
    mine: str
    unsure: bool


@dataclass(frozen=True)
class ClaimOfOurs:
    """What the community said of being left out of a study of a mine, and what an authority answered."""

    mine: str
    study: str
    said: str
    said_on: date
    voice: str
    answer: str


@dataclass(frozen=True)
class BroughtHere:
    """What a mine says that it brings to its districts, and the works that are for this community."""

    document: Document
    jobs: EmploymentYear
    bought: Sequence[tuple[str, str]]
    """how much of what was spent was spent in the districts, by currency, each with who says so"""
    works: Values | None
    works_are_known: bool
    """whether the document tells whose its works are"""
    for_several: Values | None
    """works for several communities, or for all"""

    @property
    def jobs_words(self) -> str:
        """How many workers live in the districts of the mine; empty where nobody says it."""
        if self.jobs.ends_of("district") is None or self.jobs.ends_of("total") is None:
            return ""
        said = {"neighbours": self.jobs.words_of("district"), "workers": self.jobs.words_of("total")}
        return _("%(neighbours)s of %(workers)s workers live in the districts of direct influence.") % said


@dataclass(frozen=True)
class CommunityPage:
    """What each mine owes one community: sums per currency, every payment, the promises, the mines."""

    slug: str
    name: str
    profile: Neighbour | None
    year: int
    owing: int
    """how many mines owe it money"""
    sums: Sequence[Sums]
    payments: Sequence[PaymentToUs]
    mines: Sequence[MineHere]
    promises: Sequence[PromiseToUs]
    claims: Sequence[ClaimOfOurs]
    brought: Sequence[BroughtHere]
    recorders: Sequence[tuple[str, str]]

    @property
    def waiting(self) -> list[PaymentToUs]:
        """Payments of which the mine says that it paid them, and nobody has answered."""
        return [one for one in self.payments if one.read.payment.state == "claimed"]

    @property
    def open(self) -> list[PaymentToUs]:
        """Payments that did not come, or not whole, or of which nobody knows."""
        return [one for one in self.payments if one.read.payment.state in ("unpaid", "disputed", "unknown")]


def community_page(slug: str, documents: Sequence[Document]) -> CommunityPage:
    """The page of one community. `documents` are current, newest year first; sums are of the newest year among them."""
    year = documents[0].year
    latest = [document for document in documents if document.year == year]
    rows = [(document, row) for document in latest for row in money_of(document).communities if row.slug == slug]
    payments = [
        PaymentToUs(read, document.name, keepers(document))
        for document, row in rows
        for read in for_the_community(in_order(row.payments), row.currency)
    ]
    payments.sort(key=lambda one: one.read.payment.due_on or one.read.payment.paid_on or date.min, reverse=True)
    near = mines(slug, documents)
    profile = next((one for document in documents if (one := neighbour(slug, document))), None)
    names = [row.name for document in documents for row in money_of(document).communities if row.slug == slug]
    return CommunityPage(
        slug=slug,
        name=profile.name if profile else next(iter(names), slug),
        profile=profile,
        year=year,
        owing=len({document.slug for document, row in rows if row.promised is not None}),
        sums=added_sums(row for _document, row in rows),
        payments=payments,
        mines=near,
        promises=[
            PromiseToUs(one, document.name, made is None)
            for document in latest
            for one in promises_of(document)
            if (made := one.made_to(slug)) is not False
        ],
        claims=[one for here in near for one in claims_in(slug, here.document)],
        brought=[brought_by(here.document, here.influence) for here in near],
        recorders=recorders(documents),
    )


def mines(slug: str, documents: Sequence[Document]) -> list[MineHere]:
    """Each mine that affects the community, by the document of its newest year."""
    newest: dict[str, Document] = {}
    for document in documents:
        held = newest.setdefault(document.slug, document)
        newest[document.slug] = max(held, document, key=lambda one: one.year)
    numbers = count(1)
    return [
        MineHere(
            *(one, mine_of(one), grade_range(one.scorecard), neighbour(slug, one)),
            number=str(next(numbers)) if place_of(one).position or place_of(one).outlines else "",
        )
        for one in newest.values()
    ]


def brought_by(document: Document, ours: Neighbour | None) -> BroughtHere:
    """What the mine of a document brings to its districts and to one of its neighbours."""
    sums = [(one, of_every_100(one.local, one.whole)) for one in bought_by(document)]
    sentence = _(
        "Of every %(hundred)s of purchases (without taxes, energy and its own group) %(share)s went to suppliers in the districts."
    )
    words = [
        (sentence % {"share": share, "hundred": money(HUNDRED, one.currency)}, one.voice)
        for one, share in sums
        if share
    ]
    own, rest = works_for(document, ours), [row for row in document.facts[SharedWorkFact] if row.community is None]
    return BroughtHere(
        document,
        this_year(document),
        words,
        works_shown(document, own or ()),
        own is not None,
        works_shown(document, rest),
    )


def works_for(document: Document, ours: Neighbour | None) -> list[SharedWorkFact] | None:
    """The works that are said to be for one community; None where two neighbours are called alike, or it is none."""
    names = [one.name for one in neighbours_of(document)]
    if ours is None or names.count(ours.name) > 1:
        return None
    return [row for row in document.facts[SharedWorkFact] if row.community == ours.name]


def map_of(page: CommunityPage) -> Map | None:
    """The district of a community with the mines and their areas around; None where neither district nor area is known."""
    ours = [
        (mine.mine.country, area.code)
        for mine in page.mines
        for area in mine.mine.areas
        if page.profile and area.name == page.profile.district
    ]
    layers = [layer for mine in page.mines for layer in mine.layers]
    if not ours and not layers:
        return None
    country = ours[0][0] if ours else page.mines[0].mine.country
    spots = {mine.number: position for mine in page.mines if (position := place_of(mine.document).position)}
    label = _("Map: the mines that affect us, and our district as far as its boundary is known")
    return map_around(label, country, {code for _country, code in ours}, spots, layers)


def claims_in(slug: str, document: Document) -> list[ClaimOfOurs]:
    """What a document says of one community's being left out."""
    return [
        ClaimOfOurs(
            document.name, study_words(document, row.assessment), said, row.said_on, row.voice, answer_words(row)
        )
        for row, said in claims_of(document)
        if row.slug == slug
    ]


def neighbour(slug: str, document: Document) -> Neighbour | None:
    """What a document says of one community."""
    return next((one for one in neighbours_of(document) if one.slug == slug), None)
