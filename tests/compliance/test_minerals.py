"""Which mines dig what, and who owns them: over all mines published, and of nothing else."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from html import unescape
from typing import Any

import pytest
from django.test import Client

from accounts.models import Organisation
from compliance.evaluation.criteria.ownership import HoldingFact, StakeFact
from compliance.public_pages.document import read_text
from compliance.public_pages.owned import Behind, Part, coverage_words, owned_of, parts_of
from compliance.public_pages.owners import Owners
from projects.models import Holding, Project
from tests.cast import Cast, Mine, digs, enter, open_mine, produced, published, take_down
from tests.compliance.test_documents import FIRST, stored

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
    assert (
        "Qori Metals Holding company of a State China Puka Sami Holds it itself others are behind a part of it 60"
        in page
    )
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


def company(name: str, **more: object) -> Organisation:
    """A company without people."""
    return Organisation.objects.create(name=name, kind=Organisation.Kind.COMPANY, **more)


def held(cast: Cast, of: Organisation, by: Organisation, percent: str) -> Holding:
    """A share of a company from 2020 on."""
    row = Holding(company=of, owner=by, share_percent=Decimal(percent), starts_on=date(2020, 1, 1))
    return enter(cast.monitor, row)  # type: ignore[no-any-return]


def of_island(cast: Cast, **behind: str) -> Project:
    """A published mine of which a company of Peru holds 60 %, an island all of that, and others parts of the island."""
    local, island = company("Minera Puka Sami", country="PE"), company("Isla Sami", country="KY")
    opened = open_mine(cast.monitor, local, "Puka Sami")
    digs(opened.project, "copper")
    opened.records["holdings"].delete()
    held(cast, local, island, "100")
    for name, percent in behind.items():
        held(cast, island, Organisation.objects.get(name=name), percent)
    published(cast, produced(opened.project))
    return opened.project


def test_a_country_whose_state_owns_a_mine_by_way_of_an_island_has_the_mine_on_its_page(
    client: Client, cast: Cast, foreign: Organisation
) -> None:
    of_island(cast, **{foreign.name: "100"})
    page = words(client, "/en/owners/cn/")
    assert "What they hold themselves" not in page
    assert (
        "Qori Metals Holding company of a State China Puka Sami Through Minera Puka Sami, Isla Sami last owner 60"
        in page
    )
    assert "A través de Minera Puka Sami, Isla Sami último dueño 60" in words(client, "/es/owners/cn/")
    assert re.search(r"1 mine (Grade [A-E]|Not graded) ?: 1\.", page), page
    assert "China 1 owner, 1 mine, of these 1 only through other companies" in words(client, "/en/owners/")
    peru = words(client, "/en/owners/pe/")
    assert "Minera Puka Sami company Peru Puka Sami Holds it itself others are behind it 60" in peru
    assert "What they hold through other companies" not in peru
    assert client.get("/en/owners/ky/").status_code == 404, "nobody of the island is first or last"
    assert "Through Minera Puka Sami, Isla Sami" in words(client, "/en/minerals/copper/")


def test_a_gap_in_the_chain_is_said_where_the_chain_ends_and_counted_on_every_page_of_a_country(
    client: Client, cast: Cast, foreign: Organisation
) -> None:
    of_island(cast, **{foreign.name: "75"})
    island = words(client, "/en/owners/ky/")
    assert "Through Minera Puka Sami for 15 of 100 nobody knows who is behind it 60" in island
    assert "Through Minera Puka Sami, Isla Sami last owner 45" in words(client, "/en/owners/cn/")
    gap = (
        "There is no mine of which all last owners are named. Of 1 mine the last owners of a part are not known. "
        "What is not known may belong to any country."
    )
    for address in ("/en/owners/cn/", "/en/owners/", "/en/minerals/copper/"):
        assert gap in words(client, address), address


def test_a_document_sealed_before_there_were_chains_names_its_direct_owners_alone() -> None:
    older = owned_of(read_text(FIRST, stored))
    assert [(part.owner, part.percent, part.way, part.notes) for part in older.parts] == [
        ("Inversiones Tambo Real (demo)", "20", "holds it itself", []),
        ("Red Gum Copper (demo)", "80", "holds it itself", []),
    ]
    assert older.traced is None
    assert "names no owners, or direct owners alone" in coverage_words([older])[1]


def parts(*told: str, public: str = "", word: str = "") -> dict[tuple[str, str], Part]:
    """``a<b 50``: b holds half of a; ``<a 100``: a holds the whole mine; `public`: States; `word`: without a paper."""
    stakes: list[StakeFact] = []
    holdings: list[HoldingFact] = []
    for number, text in enumerate(told):
        names, percent = text.split()
        of, owner = names.split("<")
        said: dict[str, Any] = {
            "record": f"stake/{number}",
            "evidence": 0 if owner in word else 1,
            "owner": owner,
            "owner_key": owner,
            "owner_kind": "agency" if owner in public else "company",
            "owner_country": "PE",
            "state_owned": False,
            "listed_on": "",
            "share_percent": Decimal(percent),
            "starts_on": date(2020, 1, 1),
        }
        if of:
            holdings.append(HoldingFact(**said, company=of, company_key=of))
        else:
            stakes.append(StakeFact(**said))
    return {(part.owner, part.way): part for part in parts_of(Owners(tuple(stakes), tuple(holdings)))}


def test_an_owner_by_two_ways_stands_with_each_and_only_those_at_whom_the_chain_ends_stand_through_others() -> None:
    found = parts("<a 60", "<s 40", "a<b 100", "b<s 50", "b<c 50", public="s")
    assert {key: (part.percent, part.behind) for key, part in found.items()} == {
        ("a", "holds it itself"): ("60", Behind.OTHERS),
        ("s", "holds it itself"): ("40", Behind.NOBODY),
        ("s", "through a, b"): ("30", Behind.NOBODY),
        ("c", "through a, b"): ("30", Behind.UNKNOWN),
    }


def test_companies_that_own_each_other_are_no_last_owners() -> None:
    found = parts("<a 100", "a<b 100", "b<a 100")
    assert [part.notes for part in found.values()] == [["it and others own each other"]] * 2


def test_behind_a_public_owner_of_which_others_hold_a_part_both_stand() -> None:
    found = parts("<m 62.5", "m<s 67", public="ms")
    assert found["m", "holds it itself"].notes == ["others are behind a part of it"]
    assert found["s", "through m"].percent == "41.88"


def test_what_only_the_company_says_is_said_with_the_part() -> None:
    found = parts("<a 60", "a<s 100", public="s", word="s")
    assert found["s", "through a"].notes == ["last owner", "for 60 of 100 only the company says so, without a paper"]
    assert found["a", "holds it itself"].notes == ["others are behind it"]
