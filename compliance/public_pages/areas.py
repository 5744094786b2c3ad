"""The mines of a district, a province or a region, and what they bring to its people."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db.models import Max, Q, QuerySet
from django.utils.text import slugify
from django.utils.translation import gettext as _

from accounts.design.writing import number
from compliance.public_pages.benefits import People, people_of
from compliance.public_pages.lists import Gist, PlacedCommunity
from compliance.public_pages.minerals import Latest
from compliance.public_pages.project import Mine
from compliance.public_pages.sections import Table
from projects.models import Area, Population


@dataclass(frozen=True)
class Inhabitants:
    """How many people live in some districts: of each the newest number on record."""

    people: int
    years: Sequence[int]
    origins: Sequence[str]
    known: int
    """of how many of the districts it is known"""
    districts: int

    @property
    def are_whole(self) -> bool:
        """Whether it is known of every district."""
        return 0 < self.known == self.districts

    @property
    def year_words(self) -> str:
        """``2017``, or ``2015–2017`` where districts were counted in other years."""
        first, last = min(self.years), max(self.years)
        return str(last) if first == last else f"{first}–{last}"


@dataclass(frozen=True)
class MineBeside:
    """A mine of an area in its latest year published: its workers, and the people of the districts in which it lies.

    The districts of its direct influence, in which workers are neighbours, may be others, so that neither is divided by the other.
    """

    mine: Mine
    year: int
    workers: People
    neighbours: People
    inhabitants: Inhabitants


@dataclass(frozen=True)
class AreaLine:
    """An area in a list, and how many of the mines published lie in it."""

    area: Area
    mines: int


def areas() -> QuerySet[Area]:
    """All areas with those around them, read as the public role."""
    return Area.objects.using("public").select_related("parent__parent")


def populations_loaded() -> datetime | None:
    """When populations were loaded last: what pages of areas depend on beside documents."""
    loaded: datetime | None = Population.objects.using("public").aggregate(Max("loaded_at"))["loaded_at__max"]
    return loaded


def within(area: Area) -> QuerySet[Area]:
    """An area with all that it is made of."""
    return areas().filter(Q(pk=area.pk) | Q(parent=area.pk) | Q(parent__parent=area.pk))


def lies_in(gist: Gist, country: str, codes: Collection[str]) -> bool:
    """Whether a mine lies in one of these areas of a country."""
    return gist.mine.country == country and any(area.code in codes for area in gist.mine.areas)


def communities_in(gists: Iterable[Gist], area: Area) -> list[PlacedCommunity]:
    """The communities beside some mines whose district, province or region is called as an area, by name."""
    name = slugify(area.name)
    found = {one.slug: one for gist in gists for one in gist.places if name in one.areas}
    return sorted(found.values(), key=lambda one: one.name)


def area_lines(latest: Latest) -> list[AreaLine]:
    """Every area in which a mine lies, with those around it, each after the one that holds it, by country and name."""
    mines = defaultdict[tuple[str, str], set[str]](set)
    for _publication, gist in latest:
        for one in gist.mine.areas:
            mines[gist.mine.country, one.code].add(gist.mine.slug)
    countries, codes = {country for country, _code in mines}, {code for _country, code in mines}
    counted = defaultdict[Area, set[str]](set)
    for area in areas().filter(country__in=countries, code__in=codes):
        around: Area | None = area
        while around:
            counted[around] |= mines.get((area.country, area.code), set())
            around = around.parent
    found = [AreaLine(area, len(slugs)) for area, slugs in counted.items() if slugs]
    return sorted(found, key=lambda line: (line.area.country, line.area.path))


def inhabitants_of(area: Area, districts: Collection[str]) -> Inhabitants:
    """How many people live in an area: in all of its districts together, else in itself where somebody says so."""
    known = newest_populations(area.country, {*districts, area.code})
    together = _inhabitants(known, districts)
    return together if together.are_whole or area.code not in known else _inhabitants(known, [area.code])


def newest_populations(country: str, codes: Collection[str]) -> dict[str, Population]:
    """The newest number on record of each area, by its code."""
    rows = Population.objects.using("public").filter(area__country=country, area__code__in=codes).newest()
    return {row.area.code: row for row in rows.select_related("area")}


def _inhabitants(known: dict[str, Population], codes: Collection[str]) -> Inhabitants:
    found = [known[code] for code in codes if code in known]
    return Inhabitants(
        people=sum(row.people for row in found),
        years=sorted({row.year for row in found}),
        origins=sorted({row.origin for row in found}),
        known=len(found),
        districts=len(codes),
    )


def districts_of(mine: Mine) -> list[str]:
    """The codes of the districts in which a mine lies."""
    return [area.code for area in mine.areas if area.level == Area.Level.DISTRICT]


def mines_beside(gists: Iterable[Gist], country: str) -> list[MineBeside]:
    """Some mines of one country, each with its workers and the people of its districts."""
    gists = [gist for gist in gists if gist.benefits.jobs]
    known = newest_populations(country, {code for gist in gists for code in districts_of(gist.mine)})
    return [
        MineBeside(
            gist.mine,
            year.year,
            people_of([year], "total"),
            people_of([year], "district"),
            _inhabitants(known, districts_of(gist.mine)),
        )
        for gist in gists
        for year in [gist.benefits.jobs[-1]]
    ]


def table_of_mines(rows: Iterable[MineBeside]) -> Table:
    """One row a mine, for download."""
    head = [_("mine"), _("year"), _("workers"), _("living in the districts of direct influence")]
    head += [_("people of the districts where it lies"), _("year of the population"), _("who says the population")]
    return [
        head,
        *(
            [
                row.mine.slug,
                row.year,
                row.workers.words,
                row.neighbours.words,
                Decimal(row.inhabitants.people) if row.inhabitants.are_whole else None,
                row.inhabitants.year_words if row.inhabitants.known else None,
                "; ".join(row.inhabitants.origins) or None,
            ]
            for row in rows
        ),
    ]


def people_words(inhabitants: Inhabitants) -> str:
    """How many people live there, in which year and who says so; of how many districts, where it is not known of all."""
    if not inhabitants.known:
        return _("We don’t know how many people live here.")
    said = {
        "people": number(inhabitants.people),
        "year": inhabitants.year_words,
        "origin": "; ".join(inhabitants.origins),
    }
    if inhabitants.are_whole:
        return _("%(people)s people live here (%(year)s, %(origin)s).") % said
    said |= {"known": number(inhabitants.known), "districts": number(inhabitants.districts)}
    return _("%(people)s people live in %(known)s of its %(districts)s districts (%(year)s, %(origin)s).") % said
