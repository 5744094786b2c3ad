"""Pages of areas: which mines lie there, what they bring together, and of how many of them that is known."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from compliance.public_pages.benefits import Benefits, Bought, Built, People, people_of, together
from compliance.public_pages.employment import Between, EmploymentYear
from projects.models import Area
from projects.services.populations import Columns, load_population
from tests.cast import YEAR, Cast, Mine, lies_in, open_mine, produced, published
from tests.compliance.test_minerals import words

DISTRICT, NEXT, ELSEWHERE = "030501", "030502", "150101"


def jobs(year: int, total: int | None, district: int | None = None, **more: Any) -> EmploymentYear:
    """The workers of a year."""
    people = {"total": total, "district": district}
    decimals: Any = {name: None if count is None else Decimal(count) for name, count in people.items()}
    return EmploymentYear(year=year, **decimals, **more)


def cells(mines: list[Benefits], table: str) -> list[list[str]]:
    """The rows of a table as they are shown, without the headings."""
    found: Any = together(mines).get(table, {"rows": []})
    return [[name, *(text for _heading, text in texts)] for name, texts in found["rows"]]


def test_jobs_stand_year_by_year_beside_the_number_of_mines_that_say_them() -> None:
    mines = [
        Benefits(jobs=[jobs(2024, 900, 200), jobs(2025, 1000, 300)]),
        Benefits(jobs=[jobs(2024, None), jobs(2025, 500)]),
        Benefits(),
    ]
    assert cells(mines, "jobs") == [
        ["2025", "1,500", "2 of 3", "300", "1 of 3"],
        ["2024", "900", "1 of 3", "200", "1 of 3"],
    ]


def test_a_hidden_number_of_workers_stays_between_its_ends_in_the_sum() -> None:
    hidden = jobs(2025, 40, None, between=(Between(of="district", least=Decimal(1), most=Decimal(4)),))
    assert people_of([hidden, jobs(2025, 100, 30)], "district") == People(2, Decimal(31), Decimal(34))
    assert cells([Benefits(jobs=[hidden]), Benefits(jobs=[jobs(2025, 100, 30)])], "jobs") == [
        ["2025", "140", "2 of 2", "31 to 34", "2 of 2"]
    ]


def test_a_year_of_which_no_mine_says_its_workers_is_no_row_and_nothing_said_is_no_table() -> None:
    assert together([Benefits(jobs=[jobs(2025, None)]), Benefits()]) == {}


def test_purchases_are_added_by_currency_where_a_mine_says_both_sums() -> None:
    mines = [
        Benefits(bought=[Bought("PEN", Decimal(400), Decimal(64)), Bought("USD", Decimal(10), Decimal(1))]),
        Benefits(bought=[Bought("PEN", Decimal(100), Decimal(36))]),
        Benefits(bought=[Bought("PEN", Decimal(900), None)]),
    ]
    assert [[row[0], *row[3:]] for row in cells(mines, "purchases")] == [
        ["PEN", "20", "2 of 3"],
        ["USD", "10", "1 of 3"],
    ]


def test_works_are_counted_those_in_place_of_taxes_apart_and_a_value_that_nobody_says_is_said() -> None:
    for_taxes = Built(Decimal(700), "PEN", False, in_place_of_taxes=True)
    mines = [Benefits(works=[Built(Decimal(5000), "PEN", True), Built(None, "", False), for_taxes]), Benefits()]
    [row] = cells(mines, "works")
    assert (row[0], row[1], row[3]) == ("3", "1", "1 of 2")
    assert row[2].replace("\xa0", " ") == "S/ 5,000; in place of taxes: S/ 700; of 1 nobody says it"


def test_promises_are_told_apart_by_who_confirms_them() -> None:
    mines = [
        Benefits(promises=Counter({"kept": 2, "told": 1, "claimed": 4})),
        Benefits(promises=Counter({"not kept": 3, "unknown": 1})),
    ]
    assert cells(mines, "promises") == [["11", "2", "1", "4", "3", "1", "0", "2 of 2"]]


@pytest.fixture
def here(cast: Cast) -> Mine:
    """A published mine in two districts of one province."""
    opened = open_mine(cast.monitor, cast.company, "Puka Sami")
    lies_in(opened.project, DISTRICT, NEXT)
    published(cast, produced(opened.project))
    return opened


@pytest.fixture
def elsewhere(cast: Cast, here: Mine) -> Mine:
    """A published mine in another region."""
    opened = open_mine(cast.monitor, cast.company, "Yana Urqu")
    lies_in(opened.project, ELSEWHERE)
    published(cast, produced(opened.project))
    return opened


def load_people(*rows: str) -> None:
    """Keep the people of districts."""
    areas = Area.objects.filter(country="PE")
    load_population(
        "\n".join(["ubigeo,year,population", *rows]), areas, Columns("ubigeo", "year", "population"), "INEI"
    )


pytestmark = pytest.mark.django_db(databases=["default", "public"])


@pytest.mark.parametrize("code", [DISTRICT, NEXT, "0305", "03"])
def test_a_district_its_province_and_its_region_show_the_mines_that_lie_there_and_no_other(
    client: Client, elsewhere: Mine, code: str
) -> None:
    page = words(client, f"/en/areas/pe/{code}/")
    assert "Puka Sami" in page
    assert "Yana Urqu" not in page
    assert f"{YEAR} 200 1 of 1 80 1 of 1" in page, page


def test_an_area_without_a_published_mine_or_of_another_country_has_no_page(client: Client, here: Mine) -> None:
    for address in ("pe/030503", "pe/150101", "cl/030501", "pe/none"):
        assert client.get(f"/en/areas/{address}/").status_code == 404, address
        assert client.get(f"/en/areas/{address}.csv").status_code == 404, address


def test_the_list_of_areas_counts_each_mine_once_in_all_that_holds_it(client: Client, elsewhere: Mine) -> None:
    page = words(client, "/en/areas/")
    region, province = Area.objects.get(country="PE", code="03"), Area.objects.get(country="PE", code="0305")
    assert f"{region.name} Region: 1 mine {province.name} Province: 1 mine" in page
    assert f"{YEAR} 400 2 of 2 160 2 of 2" in page, page


def test_people_stand_with_their_year_and_who_says_so_and_a_district_of_which_nobody_says_them_is_counted(
    client: Client, here: Mine
) -> None:
    assert "We don’t know how many people live here." in words(client, f"/en/areas/pe/{DISTRICT}/")
    load_people(f"{DISTRICT},2016,900", f"{DISTRICT},2017,1000")
    assert "1,000 people live here (2017, INEI)." in words(client, f"/en/areas/pe/{DISTRICT}/")
    assert "Puka Sami 2025 200 80 We don’t know" in words(client, f"/en/areas/pe/{DISTRICT}/")
    load_people(f"{NEXT},2015,600")
    page = words(client, f"/en/areas/pe/{DISTRICT}/")
    assert "Puka Sami 2025 200 80 1,600 2015–2017" in page
    assert "1,600 people live in 2 of its" in words(client, "/en/areas/pe/0305/")
    load_people("0305,2017,26000")
    assert "26,000 people live here (2017, INEI)." in words(client, "/en/areas/pe/0305/")


def test_the_table_of_an_area_is_a_file_too(client: Client, here: Mine) -> None:
    load_people(f"{DISTRICT},2017,1000", f"{NEXT},2017,600")
    lines = client.get(f"/en/areas/pe/{DISTRICT}.csv").content.decode("utf-8-sig").splitlines()
    assert len(lines[0].split(",")) == len(lines[1].split(","))
    assert lines[1] == f"{here.project.slug},{YEAR},200,80,1600,2017,INEI"


def test_the_pages_speak_spanish(client: Client, here: Mine) -> None:
    page = words(client, f"/es/areas/pe/{DISTRICT}/")
    assert "No sabemos cuántas personas viven aquí." in page
    assert "1 de 1" in page


def test_a_mine_leads_to_the_pages_of_its_districts(client: Client, here: Mine) -> None:
    page = client.get(f"/en/projects/{here.project.slug}/owners/").content.decode()
    assert f'href="/en/areas/pe/{DISTRICT}/"' in page
    assert f'href="/en/areas/pe/{NEXT}/"' in page
