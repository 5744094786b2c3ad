"""Organisations and minerals: listed, searched, added, amended with a reason, and their history."""

from __future__ import annotations

import pytest
from django.test import Client

from accounts.models import AuditEntry, Organisation
from projects.models import Mineral
from tests.cast import Cast, gather_cast

pytestmark = pytest.mark.django_db
LISTS = "/en/work/lists"


@pytest.fixture
def cast() -> Cast:
    """Everybody."""
    return gather_cast()


def browser(cast: Cast, who: str) -> Client:
    """Somebody's browser."""
    client = Client()
    client.force_login(cast[who])
    return client


def test_a_monitor_adds_an_organisation_and_finds_it(cast: Cast) -> None:
    monitor = browser(cast, "monitor")
    answer = monitor.post(f"{LISTS}/organisations/add/", {"name": "Fondo Ñawi", "kind": "other", "country": "PE"})
    added = Organisation.objects.get(name="Fondo Ñawi")
    assert answer["Location"] == f"{LISTS}/organisations/row/{added.pk}/"
    assert AuditEntry.objects.about(added).get().actor == cast.monitor
    page = monitor.get(f"{LISTS}/organisations/", {"q": "nawi"})
    assert [row for _url, row, _cells in page.context["rows"]] == [added]
    again = monitor.post(f"{LISTS}/organisations/add/", {"name": "Fondo Ñawi", "kind": "other"})
    assert b"already listed" in again.content
    assert Organisation.objects.filter(name="Fondo Ñawi").count() == 1


def test_an_administrator_amends_it_with_a_reason_and_the_old_name_stays_readable(cast: Cast) -> None:
    page = f"{LISTS}/organisations/row/{cast.company.pk}/"
    old = cast.company.name
    administrator = browser(cast, "administrator")
    given = {"name": "Minera Nueva", "kind": "company"}
    refused = administrator.post(f"{page}amend/", given)
    assert "reason" in refused.context["reason"].errors
    assert administrator.post(f"{page}amend/", given | {"reason": "Renamed in the register"}).status_code == 302
    shown = administrator.get(page).content.decode()
    assert "Minera Nueva" in shown
    assert old in shown
    assert "Renamed in the register" in shown


def test_minerals_are_added_by_administrators_in_both_languages(cast: Cast) -> None:
    given = {"code": "litio-duro", "name_en": "Hard lithium", "name_es": "Litio duro"}
    assert browser(cast, "monitor").post(f"{LISTS}/minerals/add/", given).status_code == 403
    assert browser(cast, "administrator").post(f"{LISTS}/minerals/add/", given).status_code == 302
    assert Mineral.objects.get(pk="litio-duro").name_es == "Litio duro"
    assert "Litio duro" in browser(cast, "monitor").get("/es/work/lists/minerals/?q=litio").content.decode()
