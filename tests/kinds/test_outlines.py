"""Outlines of areas: as GeoJSON, typed or as a file; what is wrong is said at the outline, and what was sent is kept."""

import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import Organisation
from projects.geometry import some_of
from projects.kinds import KINDS_OF_RECORD
from projects.models import Area, Boundary, ImpactAssessment, Outline, Project
from projects.services.boundaries import load_boundaries
from tests.cast import Cast, enter, gather_cast, mine
from tests.projects.intake_help import confirm, map_columns, upload
from tests.projects.test_boundaries import whole_country

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


def parts(*squares: str) -> str:
    """Several squares as one outline."""
    return json.dumps({"type": "MultiPolygon", "coordinates": [json.loads(one)["coordinates"] for one in squares]})


INLAND, ISLET, REACHING = square(-72.4, -14.1), square(-82.3, -14.1), square(-72.4, -20.2, size=0.5)
"""Of the invented country of `whole_country`, which ends at 20 south and 80 west; REACHING has its middle within."""


@pytest.mark.parametrize(
    ("area", "outline", "says"),
    [
        ("operation", INLAND, ""),
        ("operation", ISLET, "This lies outside the country"),
        (
            "operation",
            parts(square(-73, -15, size=0.5), ISLET),
            "latitude -14.05000, longitude -82.25000, lies outside",
        ),
        ("indirect", parts(square(-73, -15, size=0.5), ISLET), "latitude -14.05000, longitude -82.25000, lies outside"),
        ("concession", REACHING, "A part of it, near latitude -20.20000, longitude -72.40000, lies outside"),
        ("operation", REACHING, "A part of it"),
        ("direct", REACHING, ""),
        ("concession", square(-72.4, -20.019, size=0.5), ""),
    ],
)
def test_an_outline_lies_in_its_country_with_the_middle_and_the_corners_of_each_part(
    cast: Cast, area: str, outline: str, says: str
) -> None:
    """An area of influence may reach over a border; two kilometres beyond a coarse boundary every area may."""
    own = mine(cast.monitor, "Qori Mayu")
    given = {"area": area, "outline": outline}
    assert KINDS_OF_RECORD[KIND].form(given, actor=cast.monitor, project=own).is_valid()
    load_boundaries(whole_country(), Area.objects.filter(country="PE"))
    form = KINDS_OF_RECORD[KIND].form(given, actor=cast.monitor, project=own)
    assert form.errors.keys() == ({"outline"} if says else set())
    assert says in str(form.errors)


@pytest.mark.parametrize(
    ("area", "with_study", "says"),
    [
        ("certified", False, "Choose the study whose area it is."),
        ("certified", True, ""),
        ("direct", True, ""),
        ("direct", False, ""),
        ("operation", True, "is of no study"),
    ],
)
def test_a_certified_area_names_its_study_and_what_no_study_draws_names_none(
    cast: Cast, area: str, with_study: bool, says: str
) -> None:
    own = mine(cast.monitor, "Qori Mayu")
    study = enter(cast.monitor, ImpactAssessment(project=own, instrument="EIA-d", component="first pit"))
    given = {"area": area, "outline": INLAND, "assessment": study.pk if with_study else ""}
    form = KINDS_OF_RECORD[KIND].form(given, actor=cast.monitor, project=own)
    assert form.errors.keys() == ({"assessment"} if says else set())
    assert says in str(form.errors)


def test_the_study_of_an_outline_is_of_the_same_mine(cast: Cast) -> None:
    other = mine(cast.monitor, "Kori Urqu")
    study = enter(cast.monitor, ImpactAssessment(project=other, instrument="EIA-d", component="first pit"))
    given = {"area": "certified", "outline": INLAND, "assessment": study.pk}
    form = KINDS_OF_RECORD[KIND].form(given, actor=cast.monitor, project=mine(cast.monitor, "Qori Mayu"))
    assert form.errors.keys() == {"assessment"}


def test_degrees_of_an_outline_that_fit_the_other_way_round_are_asked_about(cast: Cast) -> None:
    """Where the country does not lie so far west that they would be in the Antarctic."""
    load_boundaries(whole_country(), Area.objects.filter(country="PE"))
    Boundary.objects.update(polygons=json.loads(parts(square(-50, -20, size=10)))["coordinates"])
    given = {"area": "operation", "outline": square(-15, -45)}
    form = KINDS_OF_RECORD[KIND].form(given, actor=cast.monitor, project=mine(cast.monitor, "Qori Mayu"))
    assert "Latitude and longitude are exchanged" in str(form.errors["outline"])


def test_of_many_corners_some_are_compared_and_of_few_all() -> None:
    ring = [[at, 0] for at in range(100)]
    assert len(some_of(ring, 12)) <= 12
    assert some_of(ring[:12], 12) == ring[:12]


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "A part of it, near latitude -14.05000"), ("es", "Una parte, cerca de la latitud -14.05000")],
)
def test_a_part_in_the_sea_is_refused_in_a_file_in_both_languages(cast: Cast, language: str, words: str) -> None:
    load_boundaries(whole_country(), Area.objects.filter(country="PE"))
    mine(cast.monitor, "Qori Mayu")
    outlines = (INLAND, parts(square(-73, -15, size=0.5), ISLET))
    rows = [{"project": "Qori Mayu", "what it is": "operation", "outline": one} for one in outlines]
    batch = map_columns(cast.monitor, upload(cast.monitor, "o.json", json.dumps(rows).encode(), KIND))
    good, bad = batch.rows.order_by("number")
    assert not good.errors
    assert [(one["field"], words in one["params"]["words"][language]) for one in bad.errors] == [("outline", True)]


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
