"""Other names of organisations: in other scripts and of before, known to forms, imports and searches."""

from datetime import date
from typing import Any

import pytest
from django.test import Client

from accounts.models import Organisation
from projects.forms import OrganisationForm
from projects.kinds import KINDS_OF_RECORD
from projects.models import OrganisationIdentifier, OrganisationName, OwnershipStake, Project
from tests.cast import YEAR, Cast, enter, gather_cast, open_mine, produced, published
from tests.projects.intake_help import confirm, map_columns, upload

KIND, FOUND_BY, BY_COMPANIES = "organisation-names", "sami", False


def typed(mine: Project, company: Organisation, year: int) -> dict[str, Any]:
    """A name in Chinese, another one for each mine and year."""
    return {"organisation": company.pk, "name": f"五矿 {mine.pk}-{year}", "language": "zh"}


@pytest.fixture
def cast(db: None) -> Cast:
    """Everybody; the stranger's company is known by a name in Chinese, too."""
    cast = gather_cast()
    name = OrganisationName(organisation=cast.other_company, name="五矿资源", language="zh", ends_on=date(2020, 1, 1))
    enter(cast.monitor, name)
    return cast


def test_a_form_and_an_import_know_an_owner_by_another_name(cast: Cast) -> None:
    own = open_mine(cast.monitor, cast.company)
    share = {"owner": "五矿资源", "share_percent": "5", "starts_on": "2024-01-01"}
    form = KINDS_OF_RECORD["stakes"].form(share, actor=cast.monitor, project=own.project)
    assert form.is_valid(), form.errors
    assert form.cleaned_data["owner"] == cast.other_company
    text = 'project,owner,"share, %",from\nPuka Sami,五矿资源,5,01/01/2024\n'.encode()
    confirm(cast.monitor, map_columns(cast.monitor, upload(cast.monitor, "s.csv", text, "stakes")))
    assert OwnershipStake.objects.get(project=own.project, share_percent=5).owner == cast.other_company


def test_an_own_name_means_its_owner_and_no_other_who_is_called_so_too(cast: Cast) -> None:
    own = open_mine(cast.monitor, cast.company)
    enter(cast.monitor, OrganisationName(organisation=cast.other_company, name="Minera Sami"))
    text = b'project,owner,"share, %",from\nPuka Sami,Minera Sami,5,01/01/2024\n'
    confirm(cast.monitor, map_columns(cast.monitor, upload(cast.monitor, "s.csv", text, "stakes")))
    assert OwnershipStake.objects.get(project=own.project, share_percent=5).owner == cast.company


def test_a_name_that_two_share_is_refused_as_ambiguous(cast: Cast) -> None:
    open_mine(cast.monitor, cast.company)
    enter(cast.monitor, OrganisationName(organisation=cast.company, name="五矿资源"))
    text = 'project,owner,"share, %",from\nPuka Sami,五矿资源,5,01/01/2024\n'.encode()
    row = map_columns(cast.monitor, upload(cast.monitor, "s.csv", text, "stakes")).rows.get()
    assert "ambiguous_name" in str(row.errors)


@pytest.mark.parametrize("field", ["payer", "payee"])
def test_a_payment_of_a_name_that_two_share_is_refused_and_nobody_is_guessed_or_added(cast: Cast, field: str) -> None:
    open_mine(cast.monitor, cast.company)
    enter(cast.monitor, OrganisationName(organisation=cast.company, name="五矿资源"))
    names = {"payer": "Minera Sami", "payee": "Minera Ajena"} | {field: "五矿资源"}
    text = f"payer,payee,year,currency,amount paid\n{names['payer']},{names['payee']},{YEAR},PEN,100\n".encode()
    row = map_columns(cast.monitor, upload(cast.monitor, "p.csv", text, "disbursements")).rows.get()
    assert [(one["field"], one["code"]) for one in row.errors if one["code"] == "ambiguous_name"] == [
        (field, "ambiguous_name")
    ]
    assert row.state == "refused"
    assert not Organisation.objects.filter(name="五矿资源").exists()


def test_the_operator_of_a_new_mine_is_not_guessed_among_two_of_a_name_but_an_own_name_goes_before(cast: Cast) -> None:
    open_mine(cast.monitor, cast.company)
    enter(cast.monitor, OrganisationName(organisation=cast.company, name="五矿资源"))
    for one in (cast.other_company, cast.ngo):
        enter(cast.monitor, OrganisationName(organisation=one, name="Minera Sami"))
    text = "project,country,operator\nPuka Norte,PE,五矿资源\nPuka Sur,PE,Minera Sami\n".encode()
    shared, own = map_columns(cast.monitor, upload(cast.monitor, "p.csv", text, "projects")).rows.order_by("number")
    assert "ambiguous_name" in str(shared.errors)
    assert "ambiguous_name" not in str(own.errors)


def test_who_does_not_see_a_name_does_not_find_anybody_by_it(cast: Cast, client: Client) -> None:
    enter(cast.monitor, OrganisationIdentifier(organisation=cast.other_company, scheme="PE-RUC", number="20512333797"))
    for person, found in ((cast.monitor, True), (cast.operator, False)):
        client.force_login(person)
        for text in ("五矿", "20512333797"):
            page = client.get("/en/work/lists/organisations/", {"q": text}).content.decode()
            groups = client.get("/en/work/search/", {"q": text}).context["groups"]
            rows = [row for group, rows in groups if group.place.code == "organisations" for _url, row, _about in rows]
            assert ("Minera Ajena" in page, cast.other_company in rows) == (found, found)


def test_whoever_adds_an_organisation_by_a_known_other_name_is_asked_whether_it_is_that_one(cast: Cast) -> None:
    form = OrganisationForm({"name": "五矿资源有限公司", "kind": "company", "country": "CN"}, actor=cast.monitor)
    assert form.errors == {
        "confirm_other": [
            "“Minera Ajena” is known already: is it the same? Then choose that one. If not, tick the box."
        ]
    }


def test_a_withdrawn_name_means_nobody(cast: Cast, client: Client) -> None:
    OrganisationName.objects.update(withdrawn_at="2026-01-01T00:00Z")
    client.force_login(cast.monitor)
    page = client.get("/en/work/lists/organisations/", {"q": "五矿资源"}).content.decode()
    assert "Minera Ajena" not in page


def test_a_search_finds_the_organisation(cast: Cast, client: Client) -> None:
    client.force_login(cast.monitor)
    groups = client.get("/en/work/search/", {"q": "五矿"}).context["groups"]
    found = [row for group, rows in groups if group.place.code == "organisations" for _url, row, _about in rows]
    assert found == [cast.other_company]


@pytest.mark.django_db(databases=["default", "public"])
def test_names_stand_in_public_in_their_language_with_their_days(cast: Cast, client: Client) -> None:
    own = open_mine(cast.monitor, cast.company)
    since, later = date(YEAR, 12, 31), date(YEAR + 1, 1, 1)
    for name, day in (("Of the last day", since), ("Of the next year", later)):
        enter(cast.monitor, OrganisationName(organisation=cast.company, name=name, starts_on=day))
    published(cast, produced(own.project))
    page = client.get(f"/en/projects/{own.project.slug}/owners/").content.decode()
    assert f'<span lang="zh">{own.records[KIND].name}</span>' in page
    assert f"since 31 December {YEAR}" in page.replace("\xa0", " ")
    assert "Of the next year" not in page
    assert "Otros nombres y números" in client.get(f"/es/projects/{own.project.slug}/owners/").content.decode()
