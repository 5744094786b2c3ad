"""Maps of public pages: boundaries that were loaded, and what documents say of where something is.

Boundaries are a base map and come from the database; that a mine lies somewhere comes from its document.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from itertools import pairwise
from operator import itemgetter

from django.db.models import Max
from django.utils.text import slugify

from accounts.design.maps import Map, Shape, Spot
from projects.geometry import Polygons, Position, corners, middle, moved
from projects.models import Area, Boundary

WIDTH, HEIGHT, MARGIN = 340, 440, 12
"""The most that a map takes, and what stays free around."""
STEPS = (1, 2, 3, 4, 6, 8, 12, 16)
"""The grids on which outlines are put, the finest first."""
MOST_POSITIONS = 2200
"""of all outlines of a map, so that it weighs some twelve kilobytes"""


@dataclass(frozen=True)
class Layer:
    """An area to draw."""

    polygons: Polygons
    tone: str = ""
    link: str = ""
    text: str = ""


@dataclass(frozen=True)
class Frame:
    """How degrees become places of a drawing, as wide as high in its middle."""

    west: float
    north: float
    across: float
    down: float

    @classmethod
    def around(cls, positions: Sequence[Position]) -> Frame:
        """The largest in which these have their place."""
        (west, south), (east, north) = corners([[positions]])
        narrowed = math.cos(math.radians((south + north) / 2))
        wide, high = (east - west) * narrowed, north - south
        scale = min((room - 2 * MARGIN) / size for room, size in ((WIDTH, wide), (HEIGHT, high)) if size)
        return cls(west, north, scale * narrowed, scale)

    def place(self, position: Position, step: int = 1) -> tuple[int, int]:
        """Where a position is drawn, on a grid."""
        x, y = (position[0] - self.west) * self.across, (self.north - position[1]) * self.down
        return round(x / step) * step + MARGIN, round(y / step) * step + MARGIN


def draw(label: str, layers: Sequence[Layer], spots: Mapping[str, Position] | None = None) -> Map:
    """A map of these areas, the first lowest, with marks at positions by their texts; there is at least one area."""
    marks = dict(spots or {})
    ends = [corner for layer in layers for corner in corners(layer.polygons)]
    frame = Frame.around([*ends, *marks.values()])
    for step in STEPS:
        drawn = [moved(one.polygons, partial(frame.place, step=step)) for one in layers]
        if sum(len(ring) for polygons in drawn for polygon in polygons for ring in polygon) <= MOST_POSITIONS:
            break
    shapes = [
        Shape(path_of(polygons), layer.tone, layer.link, layer.text, *frame.place(place_of_text(layer)))
        for layer, polygons in zip(layers, drawn, strict=True)
        if polygons
    ]
    placed = [Spot(*frame.place(position), text) for text, position in marks.items()]
    places = [place for polygons in drawn for polygon in polygons for place in polygon[0]] + [
        (one.x, one.y) for one in placed
    ]
    width, height = (int(max(axis)) + MARGIN for axis in zip(*places, strict=True))
    return Map(width, height, shapes, placed, label)


def place_of_text(layer: Layer) -> Position:
    """The middle of an area that leads somewhere; of others, which may lie in one another, where they reach farthest north."""
    if layer.link:
        return middle(layer.polygons)
    return max((position for polygon in layer.polygons for position in polygon[0]), key=itemgetter(1))


def path_of(polygons: Polygons) -> str:
    """The outlines as an SVG path, each way from one place to the next."""
    rings = (ring[:-1] for polygon in polygons for ring in polygon)
    return "".join(
        f"M{ring[0][0]} {ring[0][1]}l{' '.join(f'{x - a} {y - b}' for (a, b), (x, y) in pairwise(ring))}z"
        for ring in rings
    )


def map_around(
    label: str, country: str, own: Collection[str], spots: Mapping[str, Position], more: Sequence[Layer] = ()
) -> Map | None:
    """Areas of a country by their codes, in the widest area around each, and `more` above them; None without any area."""
    areas = Area.objects.using("public").filter(country=country, code__in=own)
    chains = list(areas.values_list("pk", "parent", "parent__parent"))
    loaded = Boundary.objects.using("public").filter(area__in={pk for chain in chains for pk in chain if pk})
    known = dict(loaded.values_list("area", "polygons"))
    around = {[pk for pk in chain if pk and pk in known][-1] for chain in chains if known.keys() & set(chain)}
    within = {pk for pk, *_around in chains if pk in known}
    layers = [
        Layer(known[pk], tone) for those, tone in ((around - within, ""), (within, "own")) for pk in sorted(those)
    ]
    return draw(label, [*layers, *more], spots) if layers or more else None


def region_outlines(countries: Iterable[str]) -> dict[str, dict[str, Polygons]]:
    """The loaded boundaries of the regions of countries, by country and by the key of their name."""
    found: dict[str, dict[str, Polygons]] = defaultdict(dict)
    regions = Boundary.objects.using("public").filter(area__level=Area.Level.REGION, area__country__in=set(countries))
    for country, name, polygons in regions.order_by("area").values_list("area__country", "area__name", "polygons"):
        found[country][slugify(name)] = polygons
    return found


def boundaries_loaded() -> datetime | None:
    """When boundaries were loaded last: what pages with maps depend on beside their documents."""
    loaded: datetime | None = Boundary.objects.using("public").aggregate(Max("loaded_at"))["loaded_at__max"]
    return loaded
