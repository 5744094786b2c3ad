"""Plain geometry: what lies within, what crosses itself, what is refused, and what fewer positions keep."""

import json
import math
from itertools import pairwise
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from projects.geometry import contains, corners, crossing, geometries, lies_near, middle, moved, polygons_of

SQUARE = [[0, 0], [4, 0], [4, 4], [0, 4], [0, 0]]
HOLE = [[1, 1], [1, 3], [3, 3], [3, 1], [1, 1]]
BOW = [[0, 0], [4, 4], [4, 0], [0, 4], [0, 0]]


@st.composite
def stars(draw: Any) -> list[list[tuple[float, float]]]:
    """A polygon around the origin that crosses itself nowhere: its corners lie in the order of their directions."""
    far = draw(st.lists(st.floats(1, 50), min_size=5, max_size=30))
    turns = [2 * math.pi * at / len(far) for at in range(len(far))]
    ring = [(size * math.cos(turn), size * math.sin(turn)) for turn, size in zip(turns, far, strict=True)]
    return [[*ring, ring[0]]]


@given(stars())
def test_a_star_crosses_itself_nowhere_and_has_its_middle_within(star: Any) -> None:
    assert crossing(star) is None
    assert contains([star], (0, 0))
    assert contains([star], middle([star]))
    (west, south), (east, north) = corners([star])
    assert not contains([star], (east + 1, 0))
    assert not contains([star], (0, south - 1))


@given(stars(), st.integers(0, 28))
def test_two_corners_exchanged_cross(star: Any, at: int) -> None:
    """Exchanging two neighbours of a convex ring makes a bow tie."""
    turns = [math.atan2(y, x) for x, y in star[0][:-1]]
    ring = [(math.cos(turn), math.sin(turn)) for turn in turns]
    at %= len(ring) - 1
    ring[at], ring[at + 1] = ring[at + 1], ring[at]
    assert crossing([[*ring, ring[0]]]) is not None


@given(stars(), st.integers(1, 5))
def test_on_a_coarse_grid_there_are_no_more_positions_and_none_lies_farther_than_its_spot(star: Any, step: int) -> None:
    placed = moved([star], lambda position: (round(position[0] / step) * step, round(position[1] / step) * step))
    spots = {(round(x / step) * step, round(y / step) * step) for x, y in star[0]}
    for polygon in placed:
        assert len(polygon[0]) <= len(star[0])
        assert set(polygon[0]) <= spots
        assert polygon[0][0] == polygon[0][-1]
        assert all(place != following for place, following in pairwise(polygon[0]))


def test_a_hole_is_not_within_and_a_place_just_outside_is_near() -> None:
    polygons = polygons_of({"type": "Polygon", "coordinates": [SQUARE, HOLE]})
    assert [contains([*polygons], one) for one in ((0.5, 0.5), (2, 2), (5, 5))] == [True, False, False]
    assert [lies_near([*polygons], one) for one in ((4.019, 2), (4.021, 2))] == [True, False]


def test_beyond_a_slanting_side_is_not_within() -> None:
    triangle = [[[(0, 0), (4, 0), (0, 4), (0, 0)]]]
    assert [contains(triangle, one) for one in ((1, 1), (2.9, 1), (3.1, 1), (3, 3))] == [True, True, False, False]


def test_two_areas_that_meet_go_on_meeting_on_a_coarse_grid() -> None:
    shared = [(4.2, 0.1), (3.7, 1.4), (4.4, 2.6), (4.1, 4.0)]
    west = [[(0.0, 0.0), *shared, (0.0, 4.0), (0.0, 0.0)]]
    east = [[*shared, (8.0, 4.0), (8.0, 0.0), shared[0]]]
    (one,), (other,) = (moved([area], lambda place: (round(place[0]), round(place[1]))) for area in (west, east))
    assert {place for place in one[0] if place[0] == 4} == {place for place in other[0] if place[0] == 4}


@pytest.mark.parametrize(
    ("geometry", "says"),
    [
        (None, "no area"),
        ({"type": "Point", "coordinates": [1, 2]}, "no area"),
        ({"type": "Polygon", "coordinates": [BOW]}, "crosses itself near latitude 2.00000, longitude 2.00000"),
        ({"type": "Polygon", "coordinates": [SQUARE, [[3, 1], [5, 1], [5, 2], [3, 2], [3, 1]]]}, "crosses itself"),
        ({"type": "Polygon", "coordinates": [SQUARE[:-1]]}, "not closed"),
        ({"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [0, 0]]]}, "not closed"),
        ({"type": "Polygon", "coordinates": []}, "not closed"),
        ({"type": "MultiPolygon", "coordinates": [[]]}, "not closed"),
        ({"type": "Polygon", "coordinates": [[[0, 0], [0, 91], [1, 1], [0, 0]]]}, "in degrees"),
        ({"type": "Polygon", "coordinates": [[[0, 0], [500000, 8400000], [1, 1], [0, 0]]]}, "in degrees"),
        ({"type": "Polygon", "coordinates": [[[0, 0], [0, float("nan")], [1, 1], [0, 0]]]}, "in degrees"),
        ({"type": "Polygon", "coordinates": [[[0], [0, 1], [1, 1], [0]]]}, "in degrees"),
        ({"type": "Polygon", "coordinates": [[{"x": 0}, "12", None]]}, "in degrees"),
        ({"type": "Polygon", "coordinates": None}, "in degrees"),
    ],
)
def test_what_is_no_area_is_refused_with_what_is_wrong(geometry: Any, says: str) -> None:
    with pytest.raises(ValidationError, match=says):
        polygons_of(geometry)


def test_heights_are_left_out_and_sides_that_touch_do_not_cross() -> None:
    touching = [[0, 0, 3800], [2, 2, 3800], [4, 0, 3800], [4, 4, 3800], [2, 2, 3800], [0, 4, 3800], [0, 0, 3800]]
    ((ring,),) = polygons_of({"type": "Polygon", "coordinates": [touching]})
    assert ring[0] == (0, 0)


@pytest.mark.parametrize("text", ["", "[", "[]", "7", '{"type": "FeatureCollection"}', "[" * 100_000])
def test_what_is_no_geojson_is_refused_in_words(text: str) -> None:
    with pytest.raises(ValidationError, match="no GeoJSON|no area"):
        [polygons_of(geometry) for _properties, geometry in geometries(text)]


def test_a_feature_a_collection_and_a_bare_geometry_are_read() -> None:
    bare = {"type": "Polygon", "coordinates": [SQUARE]}
    feature = {"type": "Feature", "properties": {"code": "1"}, "geometry": bare}
    collection = {"type": "FeatureCollection", "features": [feature, feature]}
    assert geometries(json.dumps(bare)) == [({}, bare)]
    assert geometries(json.dumps(feature)) == [({"code": "1"}, bare)]
    assert geometries(json.dumps(collection)) == [({"code": "1"}, bare)] * 2
