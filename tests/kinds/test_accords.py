"""Accords with States: what was promised stands beside what came, and silence is no word that nothing did."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from accounts.models import Organisation
from compliance.evaluation.criteria.contracts import AccordFact
from compliance.evaluation.gathering import Scope, gather
from projects.models import Accord, AccordPromise, Project
from tests.cast import YEAR, Mine, enter, gather_cast, open_mine, produced, published

KIND, FOUND_BY, BY_COMPANIES = "accords", "amistad", False
KNOWN = {"known_on": date(YEAR, 5, 1)}


def typed(mine: Project, company: Organisation, year: int) -> dict[str, Any]:
    """An accord of two States."""
    return {
        "title": "Convenio de amistad",
        "instrument": "between-states",
        "partner_country": "JP",
        "signed_on": f"{year}-02-03",
    }


def promise(mine: Mine, **said: Any) -> AccordPromise:
    """A promise of 40 million dollars for a road, of the accord that the mine has."""
    usual = {"subject": "infrastructure", "description": "A road to the valley", "amount": Decimal(40_000_000)}
    return AccordPromise(accord=mine.records["accords"], **usual | {"currency": "USD"} | said)


@pytest.mark.parametrize(
    ("said", "refused"),
    [
        ({}, []),
        ({"currency": ""}, ["amounts_of_a_promise_have_a_currency"]),
        ({"outcome": "part"}, ["what_came_is_known_on_a_day"]),
        ({"came_amount": Decimal(0), "known_on": date(YEAR, 5, 1)}, []),
        ({"outcome": "nothing", "came_amount": Decimal(0), "known_on": date(YEAR, 5, 1)}, []),
        ({"outcome": "nothing", "came_amount": Decimal(1)} | KNOWN, ["the_amount_that_came_fits_the_outcome"]),
        ({"outcome": "part", "came_amount": Decimal(0)} | KNOWN, ["the_amount_that_came_fits_the_outcome"]),
        ({"outcome": "all", "came_amount": Decimal(9)} | KNOWN, ["the_amount_that_came_fits_the_outcome"]),
        ({"outcome": "all", "came_amount": Decimal(10)} | KNOWN, []),
        ({"outcome": "all", "came_amount": Decimal(1), "amount": None} | KNOWN, []),
    ],
)
def test_what_came_has_a_day_and_fits_its_amount(said: dict[str, Any], refused: list[str]) -> None:
    usual = {"amount": Decimal(10), "came_amount": None, "currency": "USD", "outcome": "", "known_on": None}
    rules: Any = AccordPromise._meta.constraints
    assert [rule.name for rule in rules if rule.broken_by(usual | said)] == refused


def test_no_company_signs_an_accord_between_states() -> None:
    rules: Any = Accord._meta.constraints
    said = {"signed_on": date(YEAR, 1, 1), "ends_on": None, "company": 1}
    broken = [rule.name for rule in rules if rule.broken_by(said | {"instrument": "between-states"})]
    assert broken == ["an_accord_between_states_is_signed_by_no_company"]
    assert not [rule.name for rule in rules if rule.broken_by(said | {"instrument": "stability"})]


@pytest.mark.django_db
def test_nothing_is_due_or_known_before_the_accord_was_signed() -> None:
    cast = gather_cast()
    mine = open_mine(cast.monitor, cast.company)
    early = date(YEAR, 2, 2)
    with pytest.raises(ValidationError) as refused:
        enter(cast.monitor, promise(mine, due_by=early, known_on=early, outcome="part"))
    assert set(refused.value.message_dict) == {"due_by", "known_on"}


@pytest.mark.django_db
def test_an_accord_is_a_fact_of_every_year_in_which_it_is_in_force() -> None:
    cast = gather_cast()
    mine = open_mine(cast.monitor, cast.company).project
    Accord.objects.filter(project=mine).update(ends_on=date(YEAR + 1, 6, 30))
    years = range(YEAR - 1, YEAR + 3)
    gathered = gather(Scope(frozenset((mine.pk, year) for year in years), date(YEAR + 3, 1, 1)))
    assert [year for year in years if gathered[mine.pk, year][AccordFact]] == [YEAR, YEAR + 1]


@pytest.mark.django_db(databases=["default", "public"])
def test_what_was_promised_and_what_came_stand_in_public_and_on_the_page_of_the_country(client: Client) -> None:
    cast = gather_cast()
    mine = open_mine(cast.monitor, cast.company)
    enter(
        cast.monitor,
        Accord(
            project=mine.project,
            title="Memorando",
            instrument="memorandum",
            partner_country="JP",
            signed_on=date(YEAR, 1, 5),
        ),
    )
    enter(cast.monitor, promise(mine, outcome="part", came_amount=Decimal(9_000_000), known_on=date(YEAR, 8, 1)))
    enter(cast.monitor, promise(mine, description="A school of trades", subject="training", amount=None, currency=""))
    published(cast, produced(mine.project))
    for address in (f"/en/projects/{mine.project.slug}/owners/", "/en/owners/jp/"):
        page = client.get(address).content.decode().replace("\xa0", " ")
        assert "Convenio de amistad" in page
        assert "A part came, US$ 9,000,000, as known on 1 August" in page
        assert "Nobody says so" in page  # of the school
        assert "Nothing came" not in page
    table = client.get(f"/es/projects/{mine.project.slug}/{YEAR}/accords.csv").content.decode()
    assert "40000000" in table
    assert "A school of trades" in table
    assert "Memorando" in table  # of which no promise is on record


def test_who_says_what_came_is_said_only_where_somebody_says_that_something_or_nothing_did() -> None:
    rules: Any = AccordPromise._meta.constraints
    silent = {"came_amount": None, "outcome": "", "known_on": None, "amount": None, "currency": "USD"}
    for said in ({"came_voice": "monitor", "came_document": ""}, {"came_voice": "", "came_document": "Acta 12"}):
        broken = [rule.name for rule in rules if rule.broken_by(silent | said)]
        assert broken == ["what_came_is_said_where_somebody_says_it"]
        assert not [rule.name for rule in rules if rule.broken_by(silent | said | {"outcome": "nothing"} | KNOWN)]


@pytest.mark.django_db(databases=["default", "public"])
def test_the_document_of_an_accord_is_published_where_its_source_is_public_and_an_address_is_linked(
    client: Client,
) -> None:
    cast = gather_cast()
    mine = open_mine(cast.monitor, cast.company)
    source = mine.records["accords"].source
    source.reference, source.audience = "https://example.org/accord.pdf", "public"
    source.save()
    said = {"outcome": "nothing", "known_on": date(YEAR, 8, 1), "came_voice": "monitor", "came_document": "Acta 12"}
    told = enter(cast.monitor, promise(mine, **said))
    told.source.reference, told.source.audience = "Carta secreta", "confidential"
    told.source.save()
    published(cast, produced(mine.project))
    for address in (f"/en/projects/{mine.project.slug}/owners/", "/en/owners/jp/"):
        page = client.get(address).content.decode()
        assert 'Document: <a href="https://example.org/accord.pdf" rel="nofollow noopener">' in page
        assert "Carta secreta" not in page
        assert "What came, in “Acta 12”:" in page
    table = client.get(f"/en/projects/{mine.project.slug}/{YEAR}/accords.csv").content.decode()
    assert "https://example.org/accord.pdf" in table
    assert "Acta 12" in table
    assert "Carta secreta" not in table
