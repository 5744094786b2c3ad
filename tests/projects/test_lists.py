"""Organisations and minerals: listed, searched, added, amended with a reason, and their history."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from accounts.models import AuditEntry, Organisation
from projects.models import Mineral
from projects.services.records import amend_listed, enter_listed
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


@pytest.mark.parametrize("kind", ["regulator", "agency"])
def test_regulators_and_agencies_are_listed_by_administrators_alone(cast: Cast, kind: str) -> None:
    """Others are not offered the kind, and neither the form nor the service takes it."""
    given = {"name": "OEFA", "kind": kind, "country": "PE"}
    monitor, administrator = browser(cast, "monitor"), browser(cast, "administrator")
    page = f"{LISTS}/organisations/add/"
    assert f'value="{kind}"' not in monitor.get(page).content.decode()
    refused = monitor.post(page, given)
    assert "Only an administrator lists a regulator or a public agency." in str(refused.context["form"].errors["kind"])
    assert b"OEFA" in refused.content
    with pytest.raises(ValidationError) as error:
        enter_listed(actor=cast.monitor, record=Organisation(**given))
    assert "kind" in error.value.message_dict
    assert not Organisation.objects.filter(name="OEFA").exists()
    assert f'value="{kind}"' in administrator.get(page).content.decode()
    assert administrator.post(page, given).status_code == 302
    assert Organisation.objects.get(name="OEFA").kind == kind


@pytest.mark.parametrize("kind", ["regulator", "agency"])
def test_an_organisation_becomes_a_regulator_or_agency_by_administrators_alone(cast: Cast, kind: str) -> None:
    known = Organisation.objects.create(name="OEFA", kind="other", country="PE")
    made = Organisation(pk=known.pk, name="OEFA", kind=kind, country="PE")
    with pytest.raises(ValidationError):
        amend_listed(actor=cast.monitor, record=made, reason="It is one")
    known.refresh_from_db()
    assert known.kind == "other"
    amend_listed(actor=cast.administrator, record=made, reason="It is one")
    amend_listed(actor=cast.monitor, record=made, reason="The name of one that is known may be mended")
    known.refresh_from_db()
    assert known.kind == kind


def test_minerals_are_added_by_administrators_in_both_languages(cast: Cast) -> None:
    given = {"code": "litio-duro", "name_en": "Hard lithium", "name_es": "Litio duro"}
    assert browser(cast, "monitor").post(f"{LISTS}/minerals/add/", given).status_code == 403
    assert browser(cast, "administrator").post(f"{LISTS}/minerals/add/", given).status_code == 302
    assert Mineral.objects.get(pk="litio-duro").name_es == "Litio duro"
    assert "Litio duro" in browser(cast, "monitor").get("/es/work/lists/minerals/?q=litio").content.decode()
