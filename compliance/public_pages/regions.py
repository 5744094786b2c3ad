"""The mines published by the region they lie in, on a map of each country: of loaded boundaries, else of squares."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml
from django.utils.text import slugify

from accounts.design.maps import Map
from compliance.models import Publication
from compliance.public_pages.lists import Gist
from compliance.public_pages.maps import Layer, draw
from projects.geometry import Polygons

SIDE, GAP = 54, 6
"""Of a square of the map, and between two."""


@dataclass(frozen=True)
class Region:
    """A region, the anchor of its line, and how many mines lie in it."""

    anchor: str
    name: str
    mines: int


@dataclass(frozen=True)
class Tile:
    """The square of a region; without mines published there is nothing to open."""

    column: int
    row: int
    letters: str
    region: Region | None = None

    @property
    def x(self) -> int:
        """The left edge."""
        return self.column * (SIDE + GAP)

    @property
    def y(self) -> int:
        """The upper edge."""
        return self.row * (SIDE + GAP)


@dataclass(frozen=True)
class CountryMap:
    """The regions of a country with mines, by name, and its map, where it is drawn."""

    country: str
    regions: tuple[Region, ...]
    tiles: tuple[Tile, ...]
    drawing: Map | None = None
    """its regions as they lie, instead of the squares"""

    @property
    def width(self) -> int:
        """Of the drawing."""
        return max((tile.x for tile in self.tiles), default=0) + SIDE

    @property
    def height(self) -> int:
        """Of the drawing."""
        return max((tile.y for tile in self.tiles), default=0) + SIDE


def read_maps(text: str) -> Mapping[str, Mapping[str, Tile]]:
    """The squares of each country by the keys of their regions. Raises ValueError where two regions share a square."""
    maps = {
        country: {key: Tile(**place) for key, place in places.items()}
        for country, places in yaml.safe_load(text).items()
    }
    for country, tiles in maps.items():
        if len({(tile.column, tile.row) for tile in tiles.values()}) < len(tiles):
            raise ValueError(f"two regions of {country} stand on one square of the map")
    return maps


SCHEMATIC_MAPS = read_maps((Path(__file__).parent / "schematic_maps.yaml").read_text())


Outlines = Mapping[str, Polygons]
"""The boundaries of regions by the keys of their names."""


def country_maps(
    latest: Iterable[tuple[Publication, Gist]], outlines: Mapping[str, Outlines] | None = None
) -> list[CountryMap]:
    """How many mines of each country lie in each region: one in several counts in each, one without a known place in none."""
    found: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for _publication, gist in latest:
        found[gist.mine.country].update({area.path[0] for area in gist.mine.areas if area.path})
    known = outlines or {}
    return [country_map(country, mines, known.get(country, {})) for country, mines in sorted(found.items()) if mines]


def country_map(country: str, mines: Mapping[str, int], outlines: Outlines) -> CountryMap:
    """One country: by the boundaries of its regions where those of all that have mines are known, else by squares."""
    regions = [
        Region(f"region-{country.lower()}-{number}", name, mines[name])
        for number, name in enumerate(sorted(mines, key=slugify), start=1)
    ]
    by_key = {slugify(region.name): region for region in regions}
    if by_key.keys() <= outlines.keys():
        return CountryMap(
            country, tuple(regions), (), draw("", [layer(one, by_key.get(key)) for key, one in outlines.items()])
        )
    drawn = SCHEMATIC_MAPS.get(country, {})
    tiles = (Tile(tile.column, tile.row, tile.letters, by_key.get(key)) for key, tile in drawn.items())
    return CountryMap(country, tuple(regions), tuple(tiles))


def layer(outline: Polygons, region: Region | None) -> Layer:
    """A region as it lies; with mines published it leads to its line."""
    return Layer(outline, "own", f"#{region.anchor}", str(region.mines)) if region else Layer(outline)
