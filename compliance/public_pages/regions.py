"""The mines published by the region they lie in, and a schematic map of each country: squares, of no size or border."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml
from django.utils.text import slugify

from compliance.models import Publication
from compliance.public_pages.lists import Gist

SIDE, GAP = 54, 6
"""Of a square of the map, and between two."""


@dataclass(frozen=True)
class Region:
    """A region with the mines that lie in it, by name."""

    key: str
    name: str
    mines: tuple[Publication, ...]


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


def country_maps(latest: Iterable[tuple[Publication, Gist]]) -> list[CountryMap]:
    """The mines of each country by region; one that lies in several stands in each, one of which no place is known in none."""
    found: defaultdict[str, defaultdict[str, list[Publication]]] = defaultdict(lambda: defaultdict(list))
    for publication, gist in latest:
        for name in {area.path[0] for area in gist.mine.areas if area.path}:
            found[gist.mine.country][name].append(publication)
    return [country_map(country, found[country]) for country in sorted(found)]


def country_map(country: str, mines: Mapping[str, list[Publication]]) -> CountryMap:
    """One country."""
    regions = {slugify(name): Region(slugify(name), name, tuple(own)) for name, own in mines.items()}
    drawn = SCHEMATIC_MAPS.get(country, {})
    tiles = (Tile(tile.column, tile.row, tile.letters, regions.get(key)) for key, tile in drawn.items())
    return CountryMap(country, tuple(one for _key, one in sorted(regions.items())), tuple(tiles))
