"""Plain geometry of areas on a map: reading GeoJSON, what lies within, what crosses itself, and fewer positions.

A position is longitude and latitude in degrees, as in GeoJSON. Degrees are taken for a plane, which is right enough within
a country; no area crosses the 180th meridian.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import pairwise
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

Position = Sequence[float]
Ring = Sequence[Position]
"""Closed: the last position is the first one."""
Polygon = Sequence[Ring]
"""Its outer ring, then its holes."""
Polygons = Sequence[Polygon]

LEAST_OF_A_RING = 4
NEAR = 0.02
"""So many degrees, some two kilometres, boundaries that were made coarser may be wrong."""


def geometries(text: str) -> list[tuple[dict[str, Any], Any]]:
    """The features of a GeoJSON text: the properties and the geometry of each. Raises ValidationError."""
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        raise ValidationError(_("This is no GeoJSON. Save the file again from the program that made it.")) from None
    kind = data.get("type") if isinstance(data, dict) else None
    found = data.get("features") if kind == "FeatureCollection" else [data]
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise ValidationError(_("This is no GeoJSON: it has no features. Save it again from the program that made it."))
    return [
        (one.get("properties") or {}, one.get("geometry")) if one.get("type") == "Feature" else ({}, one)
        for one in found
    ]


def polygons_of(geometry: Any) -> Sequence[Polygon]:
    """The polygons of a GeoJSON geometry, without heights. Raises ValidationError where they cannot be drawn."""
    kind = geometry.get("type") if isinstance(geometry, dict) else None
    if kind not in ("Polygon", "MultiPolygon"):
        raise ValidationError(_("There is no area in it. It needs a Polygon or a MultiPolygon."))
    drawn = geometry.get("coordinates")
    try:
        polygons = [
            [[position_of(position) for position in ring] for ring in polygon]
            for polygon in (drawn if kind == "MultiPolygon" else [drawn])
        ]
    except (TypeError, ValueError, LookupError, OverflowError):
        raise ValidationError(_("A position in it is no longitude and latitude in degrees.")) from None
    rings = [ring for polygon in polygons for ring in polygon]
    if not rings or not all(polygons) or any(len(one) < LEAST_OF_A_RING or one[0] != one[-1] for one in rings):
        raise ValidationError(_("An outline in it is not closed. Its last position must be its first one."))
    for polygon in polygons:
        if (at := crossing(polygon)) is not None:
            where = {"latitude": f"{at[1]:.5f}", "longitude": f"{at[0]:.5f}"}
            message = _(
                "The outline crosses itself near latitude %(latitude)s, longitude %(longitude)s. Draw it again."
            )
            raise ValidationError(message, "crosses_itself", where)
    return polygons


def position_of(position: Any) -> tuple[float, float]:
    """Longitude and latitude. Raises ValueError or TypeError where they are none."""
    longitude, latitude = (float(number) for number in position[:2])
    if isinstance(position, str) or not (abs(longitude) <= 180 and abs(latitude) <= 90):
        raise ValueError(position)
    return longitude, latitude


def crossing(polygon: Polygon) -> Position | None:
    """A position at which two sides of a polygon cross; None where none do. Sides that touch do not cross."""
    sides = sorted(tuple(sorted(map(tuple, side))) for ring in polygon for side in pairwise(ring))
    beside: list[tuple[Position, Position]] = []
    for west, east in sides:
        beside = [other for other in beside if other[1][0] > west[0]]
        if (at := next((at for other in beside if (at := meeting(west, east, *other))), None)) is not None:
            return at
        beside.append((west, east))
    return None


def meeting(one: Position, end: Position, other: Position, other_end: Position) -> Position | None:
    """Where two sides cross in a point that is an end of neither; None where they do not."""
    if (
        turn(one, end, other) * turn(one, end, other_end) >= 0
        or turn(other, other_end, one) * turn(other, other_end, end) >= 0
    ):
        return None
    wide, high = end[0] - one[0], end[1] - one[1]
    other_wide, other_high = other_end[0] - other[0], other_end[1] - other[1]
    part = ((other[0] - one[0]) * other_high - (other[1] - one[1]) * other_wide) / (
        wide * other_high - high * other_wide
    )
    return one[0] + part * wide, one[1] + part * high


def turn(one: Position, other: Position, third: Position) -> int:
    """1 where the way over three positions turns left, -1 where right, 0 where it goes straight on."""
    across = (other[0] - one[0]) * (third[1] - one[1]) - (other[1] - one[1]) * (third[0] - one[0])
    return (across > 0) - (across < 0)


def contains(polygons: Polygons, position: Position) -> bool:
    """Whether a position lies within, and in no hole."""
    return sum(x > position[0] for x in crossed_at(polygons, position[1])) % 2 == 1


def lies_near(polygons: Polygons, position: Position) -> bool:
    """Whether a position lies within, or so near that a coarse boundary may have left it out."""
    nearby = [(position[0] + x, position[1] + y) for x in (0, -NEAR, NEAR) for y in (0, -NEAR, NEAR)]
    return any(contains(polygons, one) for one in nearby)


def far_from_all(positions: Iterable[Position], areas: Sequence[Polygons]) -> Position | None:
    """The first position that lies near none of the areas; None where each lies near one."""
    boxed = [(corners(area), area) for area in areas]
    return next(
        (one for one in positions if not any(_in_box(box, one) and lies_near(a, one) for box, a in boxed)), None
    )


def _in_box(box: tuple[Position, Position], position: Position) -> bool:
    """Whether a position lies in the box between two corners, or near it."""
    return all(low - NEAR <= at <= high + NEAR for low, at, high in zip(box[0], position, box[1], strict=True))


def some_of(ring: Ring, most: int) -> Ring:
    """So many positions of a ring at most, evenly along it."""
    return ring[:: -(-len(ring) // most)]


def crossed_at(polygons: Polygons, latitude: float) -> Iterator[float]:
    """The longitudes at which a latitude crosses the outlines, in no order."""
    for polygon in polygons:
        for ring in polygon:
            for (x, y), (next_x, next_y) in pairwise(ring):
                if (y > latitude) != (next_y > latitude):
                    yield x + (next_x - x) * (latitude - y) / (next_y - y)


def middle(polygons: Polygons) -> Position:
    """A position well within: the middle of the widest stretch half way from south to north of the largest part."""
    _size, largest = max((math.dist(*corners([polygon])), polygon) for polygon in polygons)
    (_west, south), (_east, north) = corners([largest])
    latitude = (south + north) / 2
    crossed = sorted(crossed_at([largest], latitude))
    _width, west, east = max((end - start, start, end) for start, end in zip(crossed[::2], crossed[1::2], strict=True))
    return (west + east) / 2, latitude


def corners(polygons: Polygons) -> tuple[Position, Position]:
    """The south-west and the north-east corner of the box around."""
    outer = [position for polygon in polygons for position in polygon[0]]
    longitudes, latitudes = zip(*outer, strict=True)
    return (min(longitudes), min(latitudes)), (max(longitudes), max(latitudes))


def moved(polygons: Polygons, place: Callable[[Position], Position]) -> list[list[list[Position]]]:
    """Each position where `place` puts it. What comes to lie on one spot or line goes, and rings of which nothing is left.

    Put on a coarse grid, areas that meet go on meeting, since what they share is put on the same spots.
    """
    rings = [[thinned(map(place, ring)) for ring in polygon] for polygon in polygons]
    return [
        [ring for ring in polygon if len(ring) >= LEAST_OF_A_RING]
        for polygon in rings
        if len(polygon[0]) >= LEAST_OF_A_RING
    ]


def thinned(positions: Iterable[Position]) -> list[Position]:
    """A way without its repeated positions, and without those on the straight line between their neighbours."""
    kept: list[Position] = []
    for position in positions:
        while len(kept) > 1 and turn(kept[-2], kept[-1], position) == 0:
            kept.pop()
        kept.append(position)
    return kept


def outline_of(text: str, most: int) -> str:
    """All areas of a GeoJSON text as one MultiPolygon, to a metre. Raises ValidationError; `most` positions are taken."""
    polygons = [polygon for _properties, geometry in geometries(text) for polygon in polygons_of(geometry)]
    count = sum(len(ring) for polygon in polygons for ring in polygon)
    if count > most:
        message = _("The outline has %(count)s positions, and at most %(most)s are taken. Save it again with fewer.")
        raise ValidationError(message, "too_many", {"count": count, "most": most})
    return spelled(moved(polygons, lambda position: (round(position[0], 5), round(position[1], 5))))


def spelled(polygons: Polygons) -> str:
    """A MultiPolygon as GeoJSON. Raises ValidationError where nothing is left of it."""
    if not polygons:
        raise ValidationError(_("The outline is smaller than a metre. Are its positions in degrees?"))
    return json.dumps({"type": "MultiPolygon", "coordinates": polygons}, separators=(",", ":"))
