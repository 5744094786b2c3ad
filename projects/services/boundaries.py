"""Where areas lie: outlines from a GeoJSON file, matched to the areas on record."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from projects.geometry import Polygon, Position, geometries, moved, polygons_of
from projects.intake.headings import fold
from projects.models import Area, Boundary

CODES = ("ubigeo", "iddist", "first_idpr", "idprov", "first_iddp", "iddpto", "code")
"""Properties in which files keep the code of an area, that of the smallest first; in capitals or not."""
NAMES = ("nombdist", "nombprov", "nombdep", "name")
DECIMALS = 3
"""of a degree are kept: some hundred metres"""


@dataclass
class Loaded:
    """What became of the features of a file; what was not loaded, with the reason."""

    changed: int = 0
    unchanged: int = 0
    unmatched: list[str] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)


@transaction.atomic
def load_boundaries(text: str, areas: QuerySet[Area], code: str = "", name: str = "") -> Loaded:
    """Keep the outlines of a GeoJSON text for the areas that its features mean; several features of one area are one outline.

    `code` and `name` are the properties that hold the code and the name of an area; without them the usual ones do. Raises
    ValidationError where the text is no GeoJSON, and changes nothing then.
    """
    loaded, found = Loaded(), defaultdict[Area, list[Polygon]](list)
    known = Known(areas, [code] if code else CODES, [name] if name else NAMES)
    for properties, geometry in geometries(text):
        area, called = known.area_of(properties)
        if area is None:
            loaded.unmatched.append(called)
            continue
        try:
            found[area] += moved(polygons_of(geometry), rounded)
        except ValidationError as error:
            loaded.refused.append(f"{area}: {' '.join(error.messages)}")
    keep(found, loaded)
    return loaded


class Known:
    """The areas that features may mean: by code, else by a name that only one of them has."""

    def __init__(self, areas: QuerySet[Area], codes: Sequence[str], names: Sequence[str]) -> None:
        self.codes, self.names = codes, names
        self.by_code: dict[str, Area] = {}
        self.by_name = defaultdict[str, list[Area]](list)
        for area in areas.select_related("parent__parent"):
            self.by_code[area.code] = area
            self.by_name[fold(area.name)].append(area)

    def area_of(self, properties: Mapping[str, Any]) -> tuple[Area | None, str]:
        """The area that a feature means, and what the feature calls it."""
        said = {key.casefold(): str(value).strip() for key, value in properties.items() if value is not None}
        codes, names = (
            [said[one.casefold()] for one in those if one.casefold() in said] for those in (self.codes, self.names)
        )
        called = " ".join([*codes[:1], *names[:1]]) or str(dict(properties))
        if codes and codes[0] in self.by_code:
            return self.by_code[codes[0]], called
        alike = self.by_name.get(fold(names[0]), []) if names else []
        return (alike[0] if len(alike) == 1 else None), called


def rounded(position: Position) -> Position:
    """A position on the grid of what is kept."""
    return round(position[0], DECIMALS), round(position[1], DECIMALS)


def keep(found: Mapping[Area, list[Polygon]], loaded: Loaded) -> None:
    """Write the outlines that are new or another; a file that is loaded again changes nothing."""
    kept = dict(Boundary.objects.filter(area__in=found).values_list("area", "polygons"))
    drawn = {area: as_kept(polygons) for area, polygons in found.items() if polygons}
    rows = [
        Boundary(area=area, polygons=polygons, loaded_at=timezone.now())
        for area, polygons in drawn.items()
        if polygons != kept.get(area.pk)
    ]
    Boundary.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["area"], update_fields=["polygons", "loaded_at"]
    )
    loaded.changed, loaded.unchanged = len(rows), len(drawn) - len(rows)


def as_kept(polygons: list[Polygon]) -> list[list[list[list[float]]]]:
    """Polygons as JSON gives them back."""
    return [[[list(position) for position in ring] for ring in polygon] for polygon in polygons]
