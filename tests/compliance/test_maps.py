"""Maps of public pages: boundaries that were loaded, what documents say above them, and a list beside each."""

import csv
import io
import re
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from accounts.design.maps import map_drawn
from compliance.public_pages.maps import HEIGHT, MOST_POSITIONS, WIDTH, Layer, draw
from projects.models import Area, Outline, Project
from projects.services.boundaries import load_boundaries
from tests.cast import YEAR, Cast, Mine, gather_cast, open_mine, produced, published
from tests.projects.test_boundaries import INLAND, collection, square, whole_country

DEGREES = st.floats(-5, 5)


@given(st.tuples(DEGREES, DEGREES), st.floats(0.01, 3))
def test_what_is_drawn_stays_in_its_frame(corner: tuple[float, float], size: float) -> None:
    drawn = draw("", [Layer([square(*corner, size)])], {"1": corner})
    assert drawn.width <= WIDTH
    assert drawn.height <= HEIGHT
    assert all(0 <= spot.x <= drawn.width and 0 <= spot.y <= drawn.height for spot in drawn.spots)


def test_north_is_up_and_west_is_left() -> None:
    drawn = draw("", [Layer([square(0, 0, 10)])], {"north-west": (1, 9), "south-east": (9, 1)})
    north_west, south_east = drawn.spots
    assert north_west.x < south_east.x
    assert north_west.y < south_east.y


def test_an_outline_of_many_positions_is_drawn_with_few() -> None:
    jagged = [(at / 1000, at % 2 / 10) for at in range(10_000)]
    drawn = draw("", [Layer([[[*jagged, (10, 10), (0, 10), jagged[0]]]])])
    assert len(re.findall(r"-?\d+ -?\d+", drawn.shapes[0].path)) <= MOST_POSITIONS


pages = pytest.mark.django_db(databases=["default", "public"])


@pytest.fixture
def cast(db: None) -> Cast:
    """Everybody."""
    return gather_cast()


@pytest.fixture
def mine(cast: Cast) -> Mine:
    """A mine in Tambobamba, of which somebody says where it is."""
    mine = open_mine(cast.monitor, cast.company)
    mine.project.areas.set(Area.objects.filter(country="PE", code="030501"))
    Project.objects.update(latitude=INLAND[0], longitude=INLAND[1])
    mine.project.refresh_from_db()
    return mine


def load(*features: Any) -> None:
    """Boundaries of areas of Peru."""
    load_boundaries(collection(*features), Area.objects.filter(country="PE"))


REGION = ({"ubigeo": "03"}, square(-74, -15, 3))
DISTRICT = ({"ubigeo": "030501"}, square(-72.5, -14.2, 0.4))


def section(page: str, name: str) -> str:
    """One section of a page."""
    found = re.search(rf'<section[^>]* id="{name}".*?</section>', page, re.DOTALL)
    return found[0] if found else ""


@pages
def test_a_mine_stands_on_the_map_of_its_district_and_in_words_beside_it(
    client: Client, cast: Cast, mine: Mine
) -> None:
    load(REGION, DISTRICT)
    published(cast, produced(mine.project))
    shown = section(client.get(f"/en/projects/{mine.project.slug}/owners/").content.decode(), "place")
    assert 'role="img" aria-label="Map: where Puka Sami is"' in shown
    assert shown.count('<g class="land') == 3
    assert shown.count('<g class="land own">') == 1
    assert shown.count('<g class="spot"') == 1
    assert "14.08° south, 72.33° west" in shown
    assert "Tambobamba" in shown


@pages
def test_without_boundaries_only_the_outline_is_drawn(client: Client, cast: Cast, mine: Mine) -> None:
    published(cast, produced(mine.project))
    shown = section(client.get(f"/es/projects/{mine.project.slug}/owners/").content.decode(), "place")
    assert "14.08° sur, 72.33° oeste" in shown
    assert f"Concesión, desde el 1 de enero de {YEAR}" in shown
    assert shown.count('<g class="land') == shown.count('<g class="land concession">') == 1


@pages
def test_the_certified_area_of_a_study_is_drawn_and_names_its_study(client: Client, cast: Cast, mine: Mine) -> None:
    study = mine.records["assessments"]
    Outline.objects.update(area="certified", assessment=study)
    published(cast, produced(mine.project))
    address = f"/en/projects/{mine.project.slug}"
    shown = section(client.get(f"{address}/owners/").content.decode(), "place")
    assert f"Certified area of a study ({study.component}), since 1 January {YEAR}" in shown
    assert shown.count('<g class="land certified">') == 1
    assert f"Certified area of a study,{study.component}," in client.get(f"{address}/{YEAR}/place.csv").content.decode()


@pages
def test_where_nobody_says_anything_about_its_place_nothing_is_sealed_or_shown(
    client: Client, cast: Cast, mine: Mine
) -> None:
    Project.objects.update(latitude=None, longitude=None)
    Outline.objects.all().delete()
    assert "place" not in published(cast, produced(mine.project)).content
    assert section(client.get(f"/en/projects/{mine.project.slug}/owners/").content.decode(), "place") == ""


@pages
def test_the_position_is_that_of_the_document_whatever_the_record_says_since(
    client: Client, cast: Cast, mine: Mine
) -> None:
    published(cast, produced(mine.project))
    Project.objects.update(latitude=Decimal("-13.9"))
    shown = section(client.get(f"/en/projects/{mine.project.slug}/owners/").content.decode(), "place")
    assert "14.08° south" in shown


@pages
def test_pages_that_were_kept_show_what_is_loaded_since(client: Client, cast: Cast, mine: Mine) -> None:
    published(cast, produced(mine.project))
    address = f"/en/projects/{mine.project.slug}/owners/"
    first = client.get(address)
    load(DISTRICT)
    second = client.get(address, headers={"If-None-Match": first["ETag"]})
    assert second.status_code == 200
    assert "<svg" in section(second.content.decode(), "place")
    assert client.get(address, headers={"If-None-Match": second["ETag"]}).status_code == 304


@pages
def test_a_community_sees_its_district_with_each_mine_by_its_number(client: Client, cast: Cast, mine: Mine) -> None:
    load(DISTRICT)
    published(cast, produced(mine.project))
    slug = mine.community.slug
    shown = section(client.get(f"/en/communities/{slug}/").content.decode(), "mines")
    assert 'aria-label="Map: the mines that affect us, and our district as far as its boundary is known"' in shown
    assert "1 on the map" in shown


@pages
def test_the_home_page_shows_regions_as_they_lie_once_all_that_have_mines_are_loaded(
    client: Client, cast: Cast, mine: Mine
) -> None:
    published(cast, produced(mine.project))
    assert 'class="tiles"' in client.get("/en/").content.decode()
    load(({"ubigeo": "15"}, square(-77, -12)))
    assert 'class="tiles"' in client.get("/en/").content.decode()
    load_boundaries(whole_country(), Area.objects.filter(country="PE"))
    page = client.get("/en/").content.decode()
    assert 'class="tiles"' not in page
    (linked,) = re.findall(r'<a class="land own" href="#(region-[a-z0-9-]+)" tabindex="-1">', page)
    assert f'<li id="{linked}">' in page
    assert page.count('<g class="land') == 24
    assert len(re.findall(r"<svg class=\"map\".*?</svg>", page, re.DOTALL)[0]) < 15_000


@pages
def test_a_community_sees_the_outlines_of_the_mines_that_name_it_with_their_words_beside_the_map(
    client: Client, cast: Cast, mine: Mine
) -> None:
    """Of a mine without a position the number stands in its outline; with one it stands there, and once."""
    published(cast, produced(mine.project))
    slug = mine.community.slug
    shown = section(client.get(f"/en/communities/{slug}/").content.decode(), "mines")
    assert shown.count('<g class="land concession">') == 1
    assert shown.count('<g class="spot"') == 1
    assert len(re.findall(r"<text [^>]*>1</text>", shown)) == 1
    words = re.search(r"On the map: (.*?)</p>", shown, re.DOTALL)
    assert words
    assert f"Concession, since 1 January {YEAR}" in words[1].replace("\xa0", " ")


@pages
def test_a_mine_of_which_only_an_outline_is_known_has_its_number_in_it(client: Client, cast: Cast, mine: Mine) -> None:
    Project.objects.update(latitude=None, longitude=None)
    published(cast, produced(mine.project))
    shown = section(client.get(f"/es/communities/{mine.community.slug}/").content.decode(), "mines")
    assert '<g class="spot"' not in shown
    assert len(re.findall(r"<text [^>]*>1</text>", shown)) == 1
    assert "1 en el mapa" in shown


@pages
def test_a_community_of_which_neither_district_nor_outline_is_known_has_no_map(
    client: Client, cast: Cast, mine: Mine
) -> None:
    Outline.objects.all().delete()
    published(cast, produced(mine.project))
    shown = section(client.get(f"/en/communities/{mine.community.slug}/").content.decode(), "mines")
    assert '<svg class="map"' not in shown
    assert "on the map" not in shown


@pages
def test_the_list_of_where_a_mine_is_can_be_copied_with_its_outlines(client: Client, cast: Cast, mine: Mine) -> None:
    publication = published(cast, produced(mine.project))
    page = client.get(f"/en/projects/{mine.project.slug}/owners/").content.decode()
    address = f"/en/projects/{mine.project.slug}/{YEAR}/place.csv"
    assert address in page
    rows = list(csv.DictReader(io.StringIO(client.get(address).content.decode("utf-8-sig"))))
    assert [row["what_it_is"] for row in rows] == ["position", "place", "outline"]
    assert rows[0]["latitude"] == "-14.08"
    assert rows[1]["code"] == "030501"
    assert (rows[2]["name"], rows[2]["since"], rows[2]["who_says_so"]) == ("Concession", f"{YEAR}-01-01", "monitor")
    assert rows[2]["outline_in_GeoJSON"] == publication.content["place"]["outlines"][0]["geojson"]


def test_numbers_of_outlines_that_lie_in_one_another_stand_above_all_of_them_and_apart() -> None:
    around, within = Layer([square(0, 0, 10)], "concession", text="1"), Layer([square(4, 4, 2)], "operation", text="2")
    drawn = draw("", [around, within], {"": (5, 5)})
    one, other = drawn.shapes
    (spot,) = drawn.spots
    assert abs(one.y - other.y) > 20
    assert abs(other.y - spot.y) > 20
    svg = map_drawn(drawn)
    assert svg.rindex("<path") < svg.index("<text")
