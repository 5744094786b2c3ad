"""Which mines dig what, and who owns them: over all mines published, and of nothing else."""

from __future__ import annotations

import re
from html import unescape

import pytest
from django.test import Client

from accounts.models import Organisation
from tests.cast import Cast, Mine, digs, open_mine, produced, published, take_down

pytestmark = pytest.mark.django_db(databases=["default", "public"])


def words(client: Client, address: str) -> str:
    """What a page says."""
    response = client.get(address)
    assert response.status_code == 200, address
    main = response.content.decode().partition("<main")[2].partition("</main>")[0]
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]*>", " ", f"<main{main}")))


@pytest.fixture
def foreign(cast: Cast) -> Organisation:
    """A company of another country, owned by its state."""
    kind = Organisation.Kind.COMPANY
    return Organisation.objects.create(name="Qori Metals Holding", kind=kind, country="CN", state_owned=True)


@pytest.fixture
def copper(cast: Cast, foreign: Organisation) -> Mine:
    """A published mine of copper and gold, of which the foreign company holds 60 %."""
    opened = open_mine(cast.monitor, foreign, "Puka Sami")
    digs(opened.project, "copper", "gold")
    published(cast, produced(opened.project))
    return opened


@pytest.fixture
def gold(cast: Cast, copper: Mine) -> Mine:
    """A published mine of gold alone, of a company of Peru."""
    opened = open_mine(cast.monitor, cast.company, "Yana Urqu")
    digs(opened.project, "gold")
    published(cast, produced(opened.project))
    return opened


def test_each_mineral_is_listed_with_its_use_and_how_many_published_mines_are_there_for_it(
    client: Client, cast: Cast, gold: Mine
) -> None:
    digs(open_mine(cast.monitor, cast.company, "Not Published").project, "tin")
    assert "Gold 2 mines: electronics, savings, jewellery Copper 1 mine: wiring, motors" in words(
        client, "/en/minerals/"
    )
    assert "Oro 2 minas: electrónica" in words(client, "/es/minerals/")
    assert "Tin" not in words(client, "/en/minerals/")


def test_the_page_of_a_mineral_names_its_mines_and_owners_and_no_other(client: Client, gold: Mine) -> None:
    page = words(client, "/en/minerals/copper/")
    assert "The world uses it for: wiring, motors, power grids." in page
    assert "Puka Sami" in page
    assert "Yana Urqu" not in page
    assert "Qori Metals Holding owned by a state China Puka Sami 60" in page
    assert client.get("/en/minerals/tin/").status_code == 404


def test_a_mine_of_which_nobody_says_who_owns_it_is_counted_as_that(client: Client, cast: Cast) -> None:
    opened = open_mine(cast.monitor, cast.company)
    digs(opened.project, "copper")
    opened.records["stakes"].delete()
    published(cast, produced(opened.project))
    assert "Of 1 mine nobody says who owns it." in words(client, "/en/minerals/copper/")


def test_owners_are_listed_by_the_country_that_the_records_name(client: Client, gold: Mine) -> None:
    page = words(client, "/en/owners/")
    assert "China 1 owner, 1 mine" in page
    assert "Peru 1 owner, 1 mine" in page


def test_a_country_of_owners_gets_no_grade_but_shows_how_those_of_its_mines_are_spread(
    client: Client, gold: Mine
) -> None:
    page = words(client, "/en/owners/cn/")
    assert "Owners whose country is China As the records say." in page
    assert "The grades are of the mines: a country gets none." in page
    assert re.search(r"1 mine (Grade [A-E]|Not graded) ?: 1\.", page), page
    assert "Minerals: Copper , Gold" in page
    assert "Yana Urqu" not in page
    assert client.get("/en/owners/cl/").status_code == 404


def test_searching_for_a_mineral_or_for_its_use_in_whatever_language_leads_to_its_page(
    client: Client, copper: Mine
) -> None:
    for asked in ("cobre", "COPPER", "cables", "Redes Electricas", "wiring", "grid", "motor"):
        for language in ("en", "es"):
            found = client.get(f"/{language}/", {"q": asked}).content.decode()
            assert f"/{language}/minerals/copper/" in found, (language, asked)
    for asked in ("bles", "iring", "batteries"):
        assert "/en/minerals/copper/" not in client.get("/en/", {"q": asked}).content.decode(), asked
    assert (
        "/minerals/"
        not in client.get("/en/", {"q": "..."}).content.decode().partition("<main")[2].partition("</main>")[0]
    )


def test_a_mine_that_was_taken_down_is_counted_nowhere(client: Client, cast: Cast, copper: Mine) -> None:
    take_down(cast, produced(copper.project).publications.get())
    assert "Nothing is published yet." in words(client, "/en/minerals/")
    assert client.get("/en/minerals/copper/").status_code == 404
    assert client.get("/en/owners/cn/").status_code == 404
