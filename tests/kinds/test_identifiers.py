"""Numbers of organisations in registers: checked by the register's own rules, and known to imports and searches."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client
from stdnum.pe import ruc

from accounts.models import Organisation
from projects.kinds import KINDS_OF_RECORD
from projects.models import OrganisationIdentifier, OwnershipStake, Project
from projects.models.registers import Scheme, clean_number
from tests.cast import YEAR, enter, gather_cast, open_mine, produced, published
from tests.projects.intake_help import confirm, map_columns, upload

KIND, FOUND_BY, BY_COMPANIES = "identifiers", "sami", False
RUC = "20512333797"
TAKEN = "An organisation has this number already. Correct the number, or choose that organisation."


def typed(mine: Project, company: Organisation, year: int) -> dict[str, Any]:
    """The RUC of the company, another one for each mine and year."""
    return {
        "organisation": company.pk,
        "scheme": "PE-RUC",
        "number": number_beginning(f"20{mine.pk % 10_000:04d}{year}"),
    }


def number_beginning(first: str) -> str:
    """A RUC of ten digits and the one that checks them."""
    return first + str(ruc.calc_check_digit(first))


@pytest.mark.parametrize(
    ("scheme", "number", "kept"),
    [
        (Scheme.RUC, " 20512 333797", RUC),
        (Scheme.LEI, "2138 00KU D8LA JWSQ 9D15", "213800KUD8LAJWSQ9D15"),
        (Scheme.LEI, "213800kud8lajwsq9d15", "213800KUD8LAJWSQ9D15"),
        (Scheme.RUT, "76.086.428-5", "760864285"),
        (Scheme.ABN, "83 914 571 673", "83914571673"),
    ],
)
def test_a_number_is_kept_without_blanks_and_points(scheme: str, number: str, kept: str) -> None:
    assert clean_number(scheme, number) == kept


@pytest.mark.parametrize(
    ("scheme", "number", "says"),
    [
        (Scheme.RUC, "20512333798", "“8” is the check of the other digits"),
        (Scheme.LEI, "213800KUD8LXJWSQ9D15", "“15” is the check of the other digits"),
        (Scheme.ABN, "99 914 571 673", "“99” is the check of the other digits"),
        (Scheme.RUC, "2051233379", "has eleven digits"),
        (Scheme.RUC, "30512333797", "has eleven digits, of which the first two are 10, 15, 17 or 20"),
        (Scheme.LEI, "12345", "has twenty digits and letters"),
        (Scheme.LEI, "213800KUD8LAJWSQ9D1Ñ", "has twenty digits and letters"),
        (Scheme.USCC, "", "has eighteen digits and letters"),
    ],
)
def test_a_number_that_its_register_cannot_have_given_is_refused_with_the_check_that_failed(
    scheme: str, number: str, says: str
) -> None:
    with pytest.raises(ValidationError) as refused:
        clean_number(scheme, number)
    assert says in refused.value.messages[0]


@pytest.mark.django_db
def test_a_wrong_digit_is_said_at_the_number_and_so_is_a_number_of_somebody_else() -> None:
    cast = gather_cast()
    form = KINDS_OF_RECORD[KIND].form
    given = {"organisation": cast.company.pk, "scheme": "PE-RUC"}
    wrong = form(given | {"number": "20512333798"}, actor=cast.monitor, project=None)
    assert list(wrong.errors) == ["number"]
    enter(cast.monitor, OrganisationIdentifier(organisation=cast.other_company, scheme="PE-RUC", number=RUC))
    taken = form(given | {"number": "20512 333797"}, actor=cast.monitor, project=None)
    assert taken.errors == {"number": [TAKEN]}


@pytest.mark.django_db
def test_an_import_knows_an_owner_by_its_number_and_refuses_a_number_that_is_there_already() -> None:
    cast = gather_cast()
    own = open_mine(cast.monitor, cast.company)
    enter(cast.monitor, OrganisationIdentifier(organisation=cast.other_company, scheme="PE-RUC", number=RUC))
    shares = f'project,owner,"share, %",from\nPuka Sami,{RUC},5,01/01/2024\n'.encode()
    confirm(cast.monitor, map_columns(cast.monitor, upload(cast.monitor, "s.csv", shares, "stakes")))
    assert OwnershipStake.objects.get(project=own.project, share_percent=5).owner == cast.other_company
    numbers = f"organisation,register,number\nMinera Sami,RUC (Peru),{RUC}\n".encode()
    row = map_columns(cast.monitor, upload(cast.monitor, "n.csv", numbers, KIND)).rows.get()
    assert TAKEN in str(row.errors)


@pytest.mark.django_db
def test_the_operator_of_a_new_mine_is_known_by_its_number_and_nobody_is_added() -> None:
    cast = gather_cast()
    open_mine(cast.monitor, cast.company)
    enter(cast.monitor, OrganisationIdentifier(organisation=cast.other_company, scheme="PE-RUC", number=RUC))
    before = Organisation.objects.count()
    text = f"project,country,operator\nPuka Norte,PE,{RUC}\n".encode()
    confirm(cast.monitor, map_columns(cast.monitor, upload(cast.monitor, "p.csv", text, "projects")))
    assert Project.objects.get(name="Puka Norte").operator == cast.other_company
    assert Organisation.objects.count() == before


@pytest.mark.django_db
def test_searches_find_an_organisation_by_its_number_and_its_page_shows_it(client: Client) -> None:
    cast = gather_cast()
    enter(cast.monitor, OrganisationIdentifier(organisation=cast.company, scheme="PE-RUC", number=RUC))
    client.force_login(cast.monitor)
    assert "Minera Sami" in client.get("/en/work/lists/organisations/", {"q": RUC}).content.decode()
    found = {group.place.code: rows for group, rows in client.get("/en/work/search/", {"q": RUC}).context["groups"]}
    assert [row for _url, row, _about in found["organisations"]] == [cast.company]
    assert RUC in client.get(f"/en/work/lists/organisations/row/{cast.company.pk}/").content.decode()


@pytest.mark.django_db(databases=["default", "public"])
def test_numbers_of_those_that_run_and_own_a_mine_stand_on_its_public_page(client: Client) -> None:
    cast = gather_cast()
    mine = open_mine(cast.monitor, cast.company)
    enter(cast.monitor, OrganisationIdentifier(organisation=cast.other_company, scheme="PE-RUC", number=RUC))
    published(cast, produced(mine.project))
    page = client.get(f"/en/projects/{mine.project.slug}/owners/").content.decode()
    assert mine.records[KIND].number in page
    assert RUC not in page
    assert "PE-RUC" in client.get(f"/es/projects/{mine.project.slug}/{YEAR}/names.csv").content.decode()


@pytest.mark.django_db(databases=["default", "public"])
def test_numbers_in_which_the_identity_card_of_a_person_can_be_read_are_not_published(client: Client) -> None:
    cast = gather_cast()
    mine = open_mine(cast.monitor, cast.company)
    person = Organisation.objects.create(name="Rosa Quispe Mamani", kind="person")
    shares = {"project": mine.project, "share_percent": Decimal(10), "starts_on": date(YEAR, 1, 1)}
    enter(cast.monitor, OwnershipStake(owner=person, **shares))
    of_people = [number_beginning(first) for first in ("1012345678", "1512345678", "1712345678")]
    for number in of_people:
        enter(cast.monitor, OrganisationIdentifier(organisation=cast.company, scheme="PE-RUC", number=number))
    for scheme, number in (("PE-RUC", RUC), ("XI-LEI", "213800KUD8LAJWSQ9D15")):
        enter(cast.monitor, OrganisationIdentifier(organisation=person, scheme=scheme, number=number))
    for number in ("125319092", "760864285"):
        enter(cast.monitor, OrganisationIdentifier(organisation=cast.company, scheme="CL-RUT", number=number))
    publication = published(cast, produced(mine.project))
    page = client.get(f"/en/projects/{mine.project.slug}/owners/").content.decode()
    table = client.get(f"/en/projects/{mine.project.slug}/{YEAR}/names.csv").content.decode()
    for text in (publication.document, page, table):
        assert "760864285" in text
        assert mine.records[KIND].number in text
        assert [one for one in (*of_people, RUC, "213800KUD8LAJWSQ9D15", "125319092") if one in text] == []
