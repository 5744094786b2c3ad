"""How many people live in areas: a table with one row an area and year, matched to the areas on record by their codes."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import StringIO

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from projects.models import Area, Population

LONGEST = 12
"""digits of a number that is looked at"""
YEARS = range(1800, 2201)
MOST_PEOPLE = 2_147_483_647
"""that a column of whole numbers holds"""


@dataclass(frozen=True)
class Columns:
    """What the columns of a file are called."""

    code: str
    year: str
    people: str


@dataclass
class Loaded:
    """How many rows were new or changed, and how many as before; those that were not loaded, each with its line and the reason."""

    changed: int = 0
    unchanged: int = 0
    refused: list[str] = field(default_factory=list)


@transaction.atomic
def load_population(text: str, areas: QuerySet[Area], columns: Columns, origin: str) -> Loaded:
    """Keep the people of a CSV text for the areas that its codes mean; what is on record of other areas and years stays.

    Raises ValidationError where it is no table, a column is missing or two rows say different numbers, and changes nothing then.
    """
    loaded, said = Loaded(), dict[tuple[int, int], int]()
    try:
        for key, people, line in rows_of(text, areas, columns, loaded):
            if said.setdefault(key, people) != people:
                raise ValidationError(
                    _("Line %(line)d says another number of an area and year than a line above it.") % {"line": line}
                )
    except csv.Error as error:
        raise ValidationError(_("The file is no table of cells: %(error)s.") % {"error": error}) from error
    known = {(one.area_id, one.year): (one.people, one.origin) for one in Population.objects.filter(area__in=areas)}
    new = {key: people for key, people in said.items() if known.get(key) != (people, origin)}
    loaded.changed, loaded.unchanged = len(new), len(said) - len(new)
    now = timezone.now()
    Population.objects.bulk_create(
        [
            Population(area_id=area, year=year, people=people, origin=origin, loaded_at=now)
            for (area, year), people in new.items()
        ],
        batch_size=5_000,
        update_conflicts=True,
        unique_fields=["area", "year"],
        update_fields=["people", "origin", "loaded_at"],
    )
    return loaded


def rows_of(
    text: str, areas: QuerySet[Area], columns: Columns, loaded: Loaded
) -> Iterator[tuple[tuple[int, int], int, int]]:
    """The area and year of each row that can be read, how many people, and its line; others are noted as refused."""
    by_code = dict(areas.values_list("code", "pk"))
    rows = csv.DictReader(StringIO(text), strict=True)
    asked = (columns.code, columns.year, columns.people)
    if missing := [name for name in asked if name not in (rows.fieldnames or ())]:
        raise ValidationError(_("The file has no column %(names)s.") % {"names": ", ".join(missing)})
    for row in rows:
        code, year, people = (str(row[name] or "").strip() for name in asked)
        read_year, read_people = whole(year), whole(people)
        if code not in by_code:
            loaded.refused.append(f"{rows.line_num}: {code or '?'} is the code of no area on record")
        elif read_year is None or read_year not in YEARS:
            loaded.refused.append(f"{rows.line_num}: {year or '?'} is no year")
        elif read_people is None or not 0 <= read_people <= MOST_PEOPLE:
            loaded.refused.append(f"{rows.line_num}: {people or '?'} is no number of people")
        else:
            yield (by_code[code], read_year), read_people, rows.line_num


def whole(text: str) -> int | None:
    """A whole number in plain digits, which may end in ``.0``; None where it is none."""
    digits = text.removesuffix(".0")
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) <= LONGEST else None
