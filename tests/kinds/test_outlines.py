"""Outlines of areas: as GeoJSON, typed or as a file; what is wrong is said at the outline, and what was sent is kept."""

import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import Organisation
from projects.kinds import KINDS_OF_RECORD
from projects.models import Outline, Project
from tests.cast import Cast, gather_cast, mine
from tests.projects.intake_help import confirm, map_columns, upload

KIND, FOUND_BY, BY_COMPANIES = "outlines", "multipolygon", False


def typed(mine: Project, company: Organisation, year: int) -> dict[str, Any]:
    """A square of a concession around Tambobamba."""
    return {"area": "concession", "outline": square(-72.4, -14.1), "starts_on": f"{year}-01-01"}


def square(west: float, south: float, *, size: float = 0.1, kind: str = "Polygon") -> str:
    """A square as GeoJSON."""
    east, north = west + size, south + size
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return json.dumps({"type": kind, "coordinates": [ring]})


BOW = '{"type": "Polygon", "coordinates": [[[-72, -14], [-71, -13], [-71, -14], [-72, -13], [-72, -14]]]}'
EXCHANGED = '{"type": "Polygon", "coordinates": [[[-14, -72], [-13, -72], [-13, -71], [-14, -72]]]}'
WRONG = [
    (BOW, "crosses itself near latitude -13.50000, longitude -71.50000"),
    (EXCHANGED, "Are latitude and longitude exchanged?"),
    ("Tambobamba", "no GeoJSON"),
    ('{"type": "Point", "coordinates": [-72, -14]}', "There is no area in it"),
    (square(-72, -14, size=0.000001), "smaller than a metre"),
]


@pytest.fixture
def cast(db: None) -> Cast:
    """Everybody."""
    return gather_cast()


@pytest.mark.parametrize(("outline", "says"), WRONG)
def test_what_is_wrong_is_said_at_the_outline(cast: Cast, outline: str, says: str) -> None:
    given = {"area": "operation", "outline": outline}
    form = KINDS_OF_RECORD[KIND].form(given, actor=cast.monitor, project=mine(cast.monitor, "Qori Mayu"))
    assert form.errors.keys() == {"outline"}
    assert says in str(form.errors["outline"])
    assert form["outline"].value() == outline


def test_more_positions_than_are_taken_are_refused_with_both_numbers(cast: Cast, settings: Any) -> None:
    own = mine(cast.monitor, "Qori Mayu")
    settings.MOST_POSITIONS = 5
    form = KINDS_OF_RECORD[KIND].form(
        {"area": "operation", "outline": square(-72, -14)}, actor=cast.monitor, project=own
    )
    assert form.is_valid()
    settings.MOST_POSITIONS = 4
    form = KINDS_OF_RECORD[KIND].form(
        {"area": "operation", "outline": square(-72, -14)}, actor=cast.monitor, project=own
    )
    assert "5 positions, and at most 4" in str(form.errors["outline"])


def test_a_file_is_taken_and_a_bad_one_is_shown_again_as_text(client: Client, cast: Cast) -> None:
    own = mine(cast.monitor, "Qori Mayu")
    client.force_login(cast.monitor)
    address = f"/en/work/projects/{own.slug}/outlines/add/"
    says = {"area": "direct", "outline": "", "source-voice": "monitor", "source-state": "reported"}
    page = client.post(address, says | {"outline-file": SimpleUploadedFile("area.geojson", BOW.encode())})
    assert page.status_code == 200
    assert "crosses itself" in page.content.decode()
    assert "[[[-72, -14], [-71, -13]" in page.content.decode()
    good = SimpleUploadedFile("area.geojson", b"\xef\xbb\xbf" + square(-72.40000049, -14.1).encode())
    assert client.post(address, says | {"outline-file": good}).status_code == 302
    kept = Outline.objects.get()
    assert kept.polygons[0][0][0] == [-72.4, -14.1]
    record = client.get(f"/en/work/projects/{own.slug}/outlines/{kept.pk}/").content.decode()
    assert "5 positions, latitude -14.1 to -14.0, longitude -72.4 to -72.3" in record


def test_outlines_are_imported_and_a_bad_one_is_refused_with_its_words(cast: Cast) -> None:
    mine(cast.monitor, "Qori Mayu")
    rows = [{"project": "Qori Mayu", "what it is": "operation", "outline": one} for one in (square(-72, -14), BOW)]
    batch = map_columns(cast.monitor, upload(cast.monitor, "o.json", json.dumps(rows).encode(), KIND))
    good, bad = batch.rows.order_by("number")
    assert not good.errors
    assert "crosses itself" in str(bad.errors)
    confirm(cast.monitor, batch)
    assert Outline.objects.count() == 1
