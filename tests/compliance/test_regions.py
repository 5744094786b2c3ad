"""The schematic map: every mine stands in its region, and a country without a map has its list."""

import re

import pytest
from django.test import Client
from django.utils.text import slugify

from compliance.models import Publication
from compliance.public_pages.lists import Gist
from compliance.public_pages.project import Mine, MineArea
from compliance.public_pages.regions import SCHEMATIC_MAPS, country_maps, read_maps
from projects.models import Area
from tests.cast import gather_cast, open_mine, produced, published


def mine_in(country: str, *regions: str) -> tuple[Publication, Gist]:
    """A mine that lies in these regions."""
    areas = tuple(MineArea(code="", name="x", level="district", path=(name, "x")) for name in regions)
    return Publication(project_name="Alta", project_slug="alta", grade="C"), Gist(
        mine=Mine(country=country, areas=areas)
    )


def test_a_mine_in_two_regions_stands_in_both_and_one_without_a_place_in_none() -> None:
    (peru,) = country_maps([mine_in("PE", "Cusco", "Apurímac", "Cusco"), mine_in("PE")])
    assert [(region.name, region.mines) for region in peru.regions] == [("Apurímac", 1), ("Cusco", 1)]
    assert sorted(tile.letters for tile in peru.tiles if tile.region) == ["APU", "CUS"]


def test_a_country_without_a_map_has_a_list_alone_whatever_its_letters() -> None:
    (china,) = country_maps([mine_in("CN", "甘肃", "青海")])
    assert {region.name for region in china.regions} == {"甘肃", "青海"}
    assert not china.tiles


def test_regions_of_one_name_in_two_countries_are_two() -> None:
    brazil, peru = country_maps([mine_in("PE", "Amazonas"), mine_in("BR", "Amazonas")])
    assert brazil.regions[0].anchor != peru.regions[0].anchor


def test_two_regions_on_one_square_are_refused() -> None:
    with pytest.raises(ValueError, match="one square"):
        read_maps("PE: {a: {column: 0, row: 0, letters: A}, b: {column: 0, row: 0, letters: B}}")


@pytest.mark.django_db
def test_every_region_of_peru_has_its_square() -> None:
    regions = Area.objects.filter(country="PE").regions().values_list("name", flat=True)
    assert {slugify(name) for name in regions} == set(SCHEMATIC_MAPS["PE"])


@pytest.mark.django_db(databases=["default", "public"])
def test_a_square_of_the_home_page_leads_to_the_line_of_its_region(client: Client) -> None:
    cast = gather_cast()
    mine = open_mine(cast.monitor, cast.company).project
    mine.areas.set(Area.objects.filter(country="PE").districts()[:1])
    published(cast, produced(mine))
    page = client.get("/en/").content.decode()
    linked = re.findall(r'<a class="tile" href="#(region-[a-z0-9-]+)" tabindex="-1">', page)
    assert linked
    assert all(f'<li id="{one}">' in page for one in linked)
    name = mine.areas.get().path[0]
    assert mine.name in client.get("/en/projects/", {"q": name, "country": "PE"}).content.decode()
