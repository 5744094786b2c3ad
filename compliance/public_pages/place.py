"""Where the mine is: its position, its districts and the outlines of its areas, as a list and on a map."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from operator import attrgetter

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.design.writing import long_date, number
from compliance.evaluation import canonical
from compliance.public_pages.document import Document
from compliance.public_pages.maps import Layer, map_around
from compliance.public_pages.project import mine_of
from compliance.public_pages.sections import Section, Subject, Table, Values, register, table_of
from projects.geometry import Polygons, Position, moved, spelled
from projects.models import Outline

LOWEST_FIRST = ("indirect", "direct", "concession", "certified", "operation")
"""Outlines, those that usually hold the others before them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MineOutline:
    """The outline of one of its areas, as coarse as maps show it."""

    area: str
    geojson: str
    starts_on: date | None
    ends_on: date | None
    voice: str
    study: str = canonical.added("")
    """the part of the mine of which the study that says so is"""

    @property
    def polygons(self) -> Polygons:
        """As in GeoJSON."""
        polygons: Polygons = json.loads(self.geojson)["coordinates"]
        return polygons

    @property
    def words(self) -> str:
        """What it is, and from when until when."""
        days = [
            words % {"day": long_date(day)}
            for words, day in ((_("since %(day)s"), self.starts_on), (_("until %(day)s"), self.ends_on))
            if day
        ]
        study = f" ({self.study})" if self.study else ""
        return ", ".join([f"{Outline.Area(self.area).label}{study}", *days])


@dataclass(frozen=True, slots=True, kw_only=True)
class MinePlace:
    """Its position in degrees, below zero in the south and in the west, and the outlines of its areas."""

    latitude: Decimal | None = canonical.added(None)
    longitude: Decimal | None = canonical.added(None)
    outlines: tuple[MineOutline, ...] = canonical.added(())

    @property
    def position(self) -> Position | None:
        """Longitude and latitude, where somebody says them."""
        if self.latitude is None or self.longitude is None:
            return None
        return float(self.longitude), float(self.latitude)

    @property
    def in_order(self) -> list[MineOutline]:
        """Its outlines, those that usually hold the others first."""
        return sorted(self.outlines, key=lambda one: LOWEST_FIRST.index(one.area))

    @property
    def words(self) -> str:
        """``14.08° south, 72.33° west``; "" where nobody says it."""
        if self.latitude is None or self.longitude is None:
            return ""
        north = _("%(degrees)s° south") if self.latitude < 0 else _("%(degrees)s° north")
        east = _("%(degrees)s° west") if self.longitude < 0 else _("%(degrees)s° east")
        said = [north % {"degrees": number(abs(self.latitude))}, east % {"degrees": number(abs(self.longitude))}]
        return ", ".join(said)


def place_of(document: Document) -> MinePlace:
    """Where the mine of a document is."""
    return document.one(MinePlace, "place")


def describe_place(subject: Subject) -> MinePlace | None:
    """Its position, and its outlines at the end of the year; None where nobody says either."""
    project, on = subject.project, date(subject.facts.year, 12, 31)
    rows = project.outlines.exclude(starts_on__gt=on).exclude(ends_on__lte=on).select_related("source", "assessment")
    outlines = tuple(
        MineOutline(
            area=row.area,
            geojson=coarse(row.polygons),
            starts_on=row.starts_on,
            ends_on=row.ends_on,
            voice=row.source.voice,
            study=row.assessment.component if row.assessment else "",
        )
        for row in rows
    )
    if project.latitude is None and not outlines:
        return None
    return MinePlace(latitude=project.latitude, longitude=project.longitude, outlines=outlines)


def coarse(polygons: Polygons) -> str:
    """An outline on a grid of some ten metres; as it is where nothing of it would be left."""
    return spelled(moved(polygons, lambda position: (round(position[0], 4), round(position[1], 4))) or polygons)


def show(document: Document) -> Values | None:
    """The map of its districts with its position and its outlines, as far as they are known."""
    mine, place = mine_of(document), place_of(document)
    label = _("Map: where %(mine)s is") % {"mine": mine.name}
    spots = {"": place.position} if place.position else {}
    outlines = [
        (str(number), one, Layer(one.polygons, one.area, text=str(number)))
        for number, one in enumerate(place.in_order, start=1)
    ]
    layers = [layer for _number, _one, layer in outlines]
    drawn = map_around(label, mine.country, {area.code for area in mine.areas}, spots, layers)
    if not drawn and not place.words:
        return None
    return {"map": drawn, "words": place.words, "areas": mine.areas, "country": mine.country, "outlines": outlines}


@dataclass(frozen=True, slots=True, kw_only=True)
class LineOfPlace:
    """A line of the table: the position, an area in which the mine lies, or an outline."""

    what: str
    name: str = ""
    study: str = ""
    code: str = ""
    latitude: Decimal | None = None
    longitude: Decimal | None = None
    since: date | None = None
    until: date | None = None
    outline: str = ""
    voice: str = ""


def table(document: Document) -> Table:
    """One row for the position, each area in which the mine lies, and each outline, as coarse as the map shows it."""
    place = place_of(document)
    lines = (
        [LineOfPlace(what=_("position"), latitude=place.latitude, longitude=place.longitude)] if place.position else []
    )
    lines += [
        LineOfPlace(what=_("place"), name=", ".join(area.path), code=area.code) for area in mine_of(document).areas
    ]
    lines += [
        LineOfPlace(
            what=_("outline"),
            name=str(Outline.Area(one.area).label),
            study=one.study,
            since=one.starts_on,
            until=one.ends_on,
            outline=one.geojson,
            voice=one.voice,
        )
        for one in place.in_order
    ]
    words = {
        "what": _("what it is"),
        "name": _("name"),
        "study": _("study"),
        "code": _("code"),
        "latitude": _("latitude"),
    }
    words |= {"longitude": _("longitude"), "since": _("since"), "until": _("until"), "outline": _("outline in GeoJSON")}
    words |= {"voice": _("who says so")}
    return table_of(document, {heading: attrgetter(name) for name, heading in words.items()}, lines)


register(
    Section(
        name="place",
        page="owners",
        title=gettext_lazy("Where it is"),
        part=MinePlace,
        describe=describe_place,
        show=show,
        table=table,
        place=1,
    )
)
