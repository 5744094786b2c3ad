"""The pages on which what is on record twice is merged, and those of what was merged."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.test import Client

from accounts.models import Merge, Organisation
from communities.models import Community
from projects.services.merging import merge
from tests.cast import YEAR, Cast, Mine, follow, gather_cast, mine, neighbour, obligation, open_mine

pytestmark = pytest.mark.django_db
WORK = "/en/work"
REASON = "The same, entered twice."


@pytest.fixture
def cast() -> Cast:
    """Everybody."""
    return gather_cast()


@pytest.fixture
def own(cast: Cast) -> Mine:
    """A mine with a record of every kind."""
    return open_mine(cast.monitor, cast.company)


@pytest.fixture
def twin(cast: Cast) -> Community:
    """The community that was entered twice."""
    return neighbour(cast.monitor, "Ayllu Puka Samy")


def browser(cast: Cast, who: str) -> Client:
    """Somebody's browser, which speaks English."""
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(cast[who])
    return client


def text(client: Client, address: str) -> str:
    """What a page says."""
    response = client.get(address)
    assert response.status_code == 200, (address, response.status_code)
    return " ".join(response.content.decode().split())


def page_of(row: Any) -> str:
    """The page of a community."""
    return f"{WORK}/communities/{row.pk}/"


def merge_address(code: str, row: Any) -> str:
    """Where something is merged."""
    return f"{WORK}/merge/{code}/{row.pk}/"


def test_an_administrator_compares_both_and_merges_them(cast: Cast, own: Mine, twin: Community) -> None:
    client = browser(cast, "administrator")
    address = merge_address("communities", own.community)
    assert address in text(client, page_of(own.community))
    begun = text(client, address)
    assert f'href="?other={twin.pk}"' in begun
    shown = text(client, f"{address}?other={twin.pk}")
    assert "Obligations" in shown
    assert "1 row names it" in shown
    assert "0 rows name it" in shown
    assert "1 payment of the ledger keeps its old words" in shown
    answer = client.post(f"{address}?other={twin.pk}", {"merge-reason": ""})
    assert "Fill this in." in answer.content.decode()
    assert not Merge.objects.exists()
    answer = client.post(f"{address}?other={twin.pk}", {"merge-reason": REASON}, follow=True)
    assert "What named “Ayllu Puka Sami” names “Ayllu Puka Samy” now." in answer.content.decode()
    assert "“Ayllu Puka Sami” was merged into this one:" in " ".join(answer.content.decode().split())


def test_a_community_and_a_company_are_not_offered_and_refused_with_words(cast: Cast, own: Mine) -> None:
    client = browser(cast, "administrator")
    address = merge_address("communities", own.community)
    assert "Minera Sami" not in text(client, address)
    for send in (client.get, client.post):
        answer = send(address, {"other": "Minera Sami", "merge-reason": REASON})
        said = answer.content.decode()
        assert "“Minera Sami” is an organisation (Company). Only two of one kind can be merged." in said
    assert not Merge.objects.exists()
    assert Community.objects.get(pk=own.community.pk).merged_into is None


def test_what_stands_against_a_merge_is_said_before_anybody_tries(cast: Cast) -> None:
    client = browser(cast, "administrator")
    address = f"{merge_address('organisations', cast.company)}?other={cast.regulator.pk}"
    shown = text(client, address)
    assert "They cannot be merged yet:" in shown
    assert "“Minera Sami” is listed as “Company”, “Ministerio” as “Regulator”." in shown
    assert "merge-reason" not in shown
    answer = client.post(address, {"merge-reason": REASON})
    assert "Only two of one kind can be merged" in answer.content.decode()
    assert not Merge.objects.exists()


@pytest.mark.parametrize("who", ["monitor", "reviewer", "auditor", "operator", "nobody"])
def test_nobody_else_is_offered_or_let_to_merge(cast: Cast, own: Mine, twin: Community, who: str) -> None:
    client = browser(cast, who)
    if who != "nobody":
        assert "/work/merge/" not in client.get(page_of(own.community)).content.decode()
    address = merge_address("communities", own.community)
    assert client.get(address).status_code == 403
    assert client.post(f"{address}?other={twin.pk}", {"merge-reason": REASON}).status_code == 403
    made = merge(actor=cast.administrator, kept=twin, merged=own.community, reason=REASON)
    undo = f"{WORK}/merge/{made.pk}/undo/"
    assert client.get(undo).status_code == 403
    assert client.post(undo, {"undo-reason": REASON}).status_code == 403
    made.refresh_from_db()
    assert made.undone_at is None
    if who == "monitor":
        shown = text(client, page_of(own.community))
        assert "Merged into “Ayllu Puka Samy”." in shown
        assert REASON in shown
        assert undo not in shown
        assert "/withdraw/" not in shown
        assert "/restore/" not in shown


def test_the_way_back_is_on_the_page_of_both(cast: Cast, own: Mine, twin: Community) -> None:
    made = merge(actor=cast.administrator, kept=twin, merged=own.community, reason=REASON)
    undo = f"{WORK}/merge/{made.pk}/undo/"
    client = browser(cast, "administrator")
    for row in (own.community, twin):
        assert undo in text(client, page_of(row))
    obligation(cast.monitor, own.project, Community.objects.get(pk=twin.pk), date(YEAR, 9, 30))
    assert "What was moved then names “Ayllu Puka Sami” again" in text(client, undo)
    answer = client.post(undo, {"undo-reason": "They are two."}, follow=True)
    assert "“Ayllu Puka Sami” stands again." in answer.content.decode()
    assert Community.objects.filter(pk=own.community.pk).exists()
    assert client.get(undo).status_code == 302


def test_the_addresses_of_a_merged_mine_lead_to_the_other(cast: Cast, own: Mine) -> None:
    kept = mine(cast.stranger, "Puca Sami", operator=cast.company)
    follow(kept, cast.ngo)
    flow = own.disbursement
    slug = own.project.slug
    merge(actor=cast.administrator, kept=kept, merged=own.project, reason=REASON)
    client = browser(cast, "monitor")
    assert "Merged into “Puca Sami”." in text(client, f"{WORK}/projects/{slug}/")
    assert ">Puka Sami<" not in text(client, f"{WORK}/projects/")
    owed = own.obligation
    assert str(owed.pk) in text(client, f"{WORK}/projects/{slug}/obligations/{owed.pk}/")
    for address in (slug, kept.slug):
        assert f"/disbursements/{flow.pk}/" in text(client, f"{WORK}/projects/{address}/disbursements/")
    assert "Puka Sami" in text(client, f"{WORK}/disbursements/{flow.pk}/")


def test_organisations_that_were_merged_are_on_no_list_and_their_page_says_where_they_are(cast: Cast) -> None:
    other = Organisation.objects.create(name="Minera Samy", kind="company")
    merge(actor=cast.administrator, kept=cast.company, merged=other, reason=REASON)
    client = browser(cast, "administrator")
    assert "Minera Samy" not in text(client, f"{WORK}/lists/organisations/")
    shown = text(client, f"{WORK}/lists/organisations/row/{other.pk}/")
    assert "Merged into “Minera Sami”." in shown
    assert "/amend/" not in shown
    assert client.get(merge_address("organisations", other)).status_code == 302


def test_whom_somebody_told_apart_is_offered_to_be_merged(cast: Cast) -> None:
    other = Organisation.objects.create(name="Minera Samy", kind="company", told_apart=[cast.company.pk])
    client = browser(cast, "administrator")
    for one, another in ((cast.company, other), (other, cast.company)):
        shown = text(client, f"{WORK}/lists/organisations/row/{one.pk}/")
        assert f"{merge_address('organisations', one)}?other={another.pk}" in shown
        assert "?other=" not in text(browser(cast, "auditor"), f"{WORK}/lists/organisations/row/{one.pk}/")


def test_the_question_about_a_name_offers_to_merge_the_two(cast: Cast) -> None:
    other = Organisation.objects.create(name="Otra", kind="company")
    client = browser(cast, "administrator")
    answer = client.post(
        f"{WORK}/lists/organisations/row/{other.pk}/amend/",
        {"name": "Minera Samy", "kind": "company", "reason": "As it is written."},
    )
    assert f"{merge_address('organisations', other)}?other={cast.company.pk}" in answer.content.decode()
