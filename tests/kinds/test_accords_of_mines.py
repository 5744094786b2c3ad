"""One accord about several mines: it is entered with one of them, and counts and stands once."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from accounts.models import Organisation
from compliance.evaluation.criteria.contracts import AccordMineFact
from compliance.evaluation.gathering import Scope, gather
from projects.kinds import KINDS_OF_RECORD
from projects.models import Accord, AccordMine, AccordPromise, Project
from projects.services.records import concerned_pairs
from tests.cast import YEAR, Cast, Mine, enter, gather_cast, open_mine, produced, published

KIND, FOUND_BY, BY_COMPANIES = "accord-mines", "clausula", False


def typed(mine: Project, company: Organisation, year: int) -> dict[str, Any]:
    """The mine under an accord that it has, of which pages tell once; another one where it is under that already."""
    accord = Accord.objects.filter(project=mine).latest("pk")
    if accord.mines.exists():
        source = accord.source
        source.pk = accord.pk = None
        source.save()
        accord.source = source
        accord.save()
    return {"accord": accord.pk, "clause": "cláusula 4"}


@pytest.fixture
def cast(db: None) -> Cast:
    """Everybody."""
    return gather_cast()


@pytest.fixture
def two(cast: Cast) -> tuple[Mine, Mine]:
    """Two mines, the second of them under an accord that was entered with the first, with a promise of a road."""
    first, second = (open_mine(cast.monitor, cast.company, name) for name in ("Puka Sami", "Yana Urqu"))
    for one in (first, second):
        AccordMine.objects.filter(project=one.project).delete()
        AccordPromise.objects.filter(accord__project=one.project).delete()
    Accord.objects.filter(project=second.project).delete()
    amount = {"amount": Decimal(40_000_000), "currency": "USD"}
    enter(
        cast.monitor,
        AccordPromise(accord=first.records["accords"], subject="infrastructure", description="A road", **amount),
    )
    enter(cast.monitor, AccordMine(project=second.project, accord=first.records["accords"]))
    return first, second


def page(client: Client, address: str) -> str:
    """The text of a page."""
    response = client.get(address)
    assert response.status_code == 200, address
    return response.content.decode().partition("<main")[2].replace("\xa0", " ")


@pytest.mark.django_db(databases=["default", "public"])
def test_an_accord_about_two_mines_stands_once_on_the_page_of_the_country_with_both(
    client: Client, cast: Cast, two: tuple[Mine, Mine]
) -> None:
    for one in two:
        published(cast, produced(one.project))
    country = page(client, "/en/owners/jp/")
    assert country.count("Convenio de amistad") == 1
    assert country.count("US$ 40,000,000") == 1
    assert "/en/projects/puka-sami/" in country
    assert "/en/projects/yana-urqu/" in country
    there = page(client, f"/en/projects/{two[1].project.slug}/owners/")
    assert "Convenio de amistad" in there
    assert "US$ 40,000,000" not in there
    assert "It is about several mines. What it promises, and what came, stands once:" in there
    assert "Trata de varias minas." in page(client, f"/es/projects/{two[1].project.slug}/owners/")
    table = client.get(f"/en/projects/{two[1].project.slug}/{YEAR}/accords.csv").content.decode()
    assert f"accord/{two[0].records['accords'].pk}" in table


@pytest.mark.django_db(databases=["default", "public"])
def test_where_the_other_mine_is_not_published_nobody_says_that_nothing_was_promised(
    client: Client, cast: Cast, two: tuple[Mine, Mine]
) -> None:
    published(cast, produced(two[1].project))
    country = page(client, "/en/owners/jp/")
    assert country.count("Convenio de amistad") == 1
    assert "what it promises is not told here" in country
    assert "No promise of it is on record" not in country
    assert "Puka Sami" not in country


@pytest.mark.django_db(databases=["default", "public"])
def test_a_mine_that_is_put_under_its_own_accord_tells_of_it_once(client: Client, cast: Cast) -> None:
    own = open_mine(cast.monitor, cast.company)
    assert AccordMine.objects.filter(project=own.project, accord=own.records["accords"]).exists()
    published(cast, produced(own.project))
    assert page(client, f"/en/projects/{own.project.slug}/owners/").count("Convenio de amistad") == 1


def test_only_accords_of_mines_that_the_person_sees_are_offered(cast: Cast, two: tuple[Mine, Mine]) -> None:
    theirs = open_mine(cast.stranger, cast.other_company, "Mina Ajena")
    kind_form = KINDS_OF_RECORD[KIND].form
    [form, stranger] = [
        kind_form(actor=actor, project=project)
        for actor, project in ((cast.monitor, two[1].project), (cast.stranger, theirs.project))
    ]
    assert [label for _key, label in form.fields["accord"].choices][1:] == ["Convenio de amistad (Puka Sami)"]
    assert [label for _key, label in stranger.fields["accord"].choices][1:] == ["Convenio de amistad (Mina Ajena)"]


def test_the_fact_follows_the_accord_in_every_year_in_which_it_is_in_force_and_both_are_judged_again(
    cast: Cast, two: tuple[Mine, Mine]
) -> None:
    accord = two[0].records["accords"]
    Accord.objects.update(ends_on=date(YEAR + 1, 6, 30))
    years, key = range(YEAR - 1, YEAR + 3), two[1].project.pk
    gathered = gather(Scope(frozenset((key, year) for year in years), date(YEAR + 3, 1, 1)))
    assert [year for year in years if gathered[key, year][AccordMineFact]] == [YEAR, YEAR + 1]
    [row] = gathered[key, YEAR][AccordMineFact]
    assert (row.accord, row.title, row.partner_country) == (f"accord/{accord.pk}", "Convenio de amistad", "JP")
    assert {project for project, _year in concerned_pairs(accord)} == {one.project.pk for one in two}
