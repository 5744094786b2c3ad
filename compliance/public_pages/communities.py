"""The neighbours: communities that the study recognises, and those that say they are affected and are left out."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, QuerySet
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models.merges import former_names
from communities.models import Community, Influence
from compliance.evaluation import canonical
from compliance.models import PublishedPlace
from compliance.public_pages.document import Document
from compliance.public_pages.project import mine_of
from compliance.public_pages.sections import Section, Subject, Table, Values, register, table_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A community as it is referred to."""

    slug: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbour:
    """A community beside the mine."""

    slug: str
    name: str
    kind: str
    district: str
    degree: str
    """direct or indirect"""
    recognition: str
    """recognised by the study, or claimed by the community"""
    languages: tuple[str, ...]
    formerly: tuple[Named, ...] = canonical.added(())
    """what was published as another community, and merged into this one since"""

    @property
    def left_out(self) -> bool:
        """Whether it says that the mine affects it, and the study does not."""
        return self.recognition == "claimed"

    @property
    def words(self) -> str:
        """What the study says of it."""
        if self.left_out:
            return _("It says that the mine affects it; the study leaves it out.")
        if self.degree == "direct":
            return _("The study says that the mine affects it directly.")
        return _("The study says that the mine affects it indirectly.")


def neighbours_of(document: Document) -> tuple[Neighbour, ...]:
    """The neighbours of a document, by name."""
    return document.rows(Neighbour, "communities")


def named(community: Community) -> Named:
    """Name and address of a community."""
    return Named(slug=community.slug, name=community.name)


def describe_communities(subject: Subject) -> list[Neighbour]:
    """The neighbours, recognised or claiming to be."""
    influences = Influence.objects.filter(project=subject.project).select_related("community__district")
    former = published_before(Community.objects.filter(pk__in=influences.order_by().values("community")))
    return [
        Neighbour(
            slug=influence.community.slug,
            name=influence.community.name,
            kind=influence.community.kind,
            district=influence.community.district.name,
            degree=influence.degree,
            recognition=influence.recognition,
            languages=tuple(part.strip() for part in influence.community.languages.split(",") if part.strip()),
            formerly=tuple(named(one) for one in former if one.merged_into_id == influence.community_id),
        )
        for influence in influences.order_by("community__name")
    ]


def published_before(kept: QuerySet[Community]) -> list[Community]:
    """What was merged into these communities and has a public address: some publication names it."""
    rows = former_names(kept).order_by("name", "pk")
    public = PublishedPlace.objects.filter(kind="community", slug=OuterRef("slug"))
    return list(rows.filter(Exists(public)))


def moved_to(slug: str, documents: Iterable[Document]) -> str:
    """The address of the community into which that of this address was merged; "" where documents name it itself."""
    neighbours = [one for document in documents for one in neighbours_of(document)]
    if slug in {one.slug for one in neighbours}:
        return ""
    return next((one.slug for one in neighbours if slug in {before.slug for before in one.formerly}), "")


def show(document: Document) -> Values:
    """Those left out first."""
    return {"neighbours": sorted(neighbours_of(document), key=lambda one: not one.left_out)}


def neighbour_table(document: Document) -> Table:
    """One row a community."""
    columns: dict[str, Callable[[Neighbour], object]] = {
        _("community"): lambda one: one.name,
        _("district"): lambda one: one.district,
        _("what the study says"): lambda one: one.words,
    }
    return table_of(document, columns, neighbours_of(document))


def places_of(document: Document) -> dict[tuple[str, str], str]:
    """Names of the communities and districts that a document mentions, by kind and address."""
    neighbours = neighbours_of(document)
    areas = [name for area in mine_of(document).areas for name in area.path]
    places = {("community", before.slug): before.name for one in neighbours for before in one.formerly}
    places |= {("community", one.slug): one.name for one in neighbours}
    return places | {("district", slugify(name)): name for name in (*areas, *(one.district for one in neighbours))}


register(
    Section(
        name="communities",
        page="environment",
        title=gettext_lazy("Neighbours, and who is left out"),
        lead=gettext_lazy("The study says whom the mine affects. Communities may say so themselves."),
        place=2,
        part=Neighbour,
        is_list=True,
        describe=describe_communities,
        show=show,
        table=neighbour_table,
    )
)
