"""An undone import leaves no name behind: deleted where nothing names it, offered nowhere where the ledger must."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
from django.test import Client

from accounts.forms import RoleForm
from accounts.models import AuditEntry, Organisation
from communities.forms import DisbursementForm
from communities.models import Disbursement, Obligation
from communities.services.ledger import state_side
from projects.intake.organisations import known_organisations
from projects.intake.targets import Scope
from projects.models import ImportBatch, Project, Source
from tests.cast import COMPANY, RECIPIENT, Cast, gather_cast, mine, says
from tests.projects.intake_help import confirm, map_columns, undo, upload

pytestmark = pytest.mark.django_db
HEADINGS = b"pagador,beneficiario,proyecto,a\xc3\xb1o,moneda,monto pagado\n"
WORK = "/en/work"


@pytest.fixture
def cast() -> Cast:
    """Everybody."""
    return gather_cast()


@pytest.fixture
def project(cast: Cast) -> Project:
    """A mine that the monitor follows."""
    return mine(cast.monitor, "Puka Sami", operator=cast.company)


def payments(cast: Cast, *lines: str, name: str = "p.csv") -> ImportBatch:
    """An import of payments, confirmed."""
    data = HEADINGS + "\n".join(lines).encode() + b"\n"
    return confirm(cast.monitor, map_columns(cast.monitor, upload(cast.monitor, name, data)))


def browser(cast: Cast, who: str = "monitor") -> Client:
    """Somebody's browser, which speaks English."""
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(cast[who])
    return client


def offered(cast: Cast, project: Project, name: str) -> dict[str, bool]:
    """Where an organisation of that name can be chosen or found."""
    form: Any = DisbursementForm(actor=cast.monitor, project=project)
    role: Any = RoleForm()
    page = browser(cast).get(f"{WORK}/lists/organisations/", {"q": name})
    scope = Scope(ImportBatch(), cast.monitor)
    return {
        "payer": form.fields["payer"].queryset.filter(name=name).exists(),
        "payee": form.fields["payee"].queryset.filter(name=name).exists(),
        "role": role.fields["organisation"].queryset.filter(name=name).exists(),
        "list": name in re.sub(r'value="[^"]*"', "", page.content.decode()),
        "import": name in known_organisations(scope),
    }


def test_the_names_of_an_undone_import_of_payments_are_offered_nowhere(cast: Cast, project: Project) -> None:
    batch = payments(cast, "Minera Qori,Banco Sol,Puka Sami,2025,PEN,7")
    assert set(offered(cast, project, "Minera Qori").values()) == {True}
    undo(cast.monitor, batch)
    for name in ("Minera Qori", "Banco Sol"):
        assert set(offered(cast, project, name).values()) == {False}
        row = Organisation.objects.get(name=name)
        assert AuditEntry.objects.about(row).get().verb == "undone"
        page = browser(cast).get(f"{WORK}/lists/organisations/row/{row.pk}/").content.decode()
        assert "An import added it and was undone." in page
    page = browser(cast).get(f"{WORK}/imports/{batch.pk}/").content.decode()
    assert "2 organisations that this import added are offered no longer: only withdrawn payments name them" in page
    flow = Disbursement.objects.get()
    assert "Minera Qori" in browser(cast).get(f"{WORK}/disbursements/{flow.pk}/").content.decode()


def test_what_others_name_stays_offered(cast: Cast, project: Project) -> None:
    batch = payments(cast, "Minera Qori,Banco Sol,Puka Sami,2025,PEN,7", "Minera Kusi,Banco Luna,Puka Sami,2025,PEN,8")
    Source.objects.create(voice="company", organisation=Organisation.objects.get(name="Minera Qori"))
    flow = Disbursement.objects.get(payer__name="Minera Kusi")
    said = says(RECIPIENT, 8, date(2025, 6, 1), voice=Source.Voice.AUTHORITY)
    state_side(actor=cast.stranger, disbursement=flow, said=said, seen=None)
    undo(cast.monitor, batch)
    batch.refresh_from_db()
    assert sorted(batch.defaults["created"].values()) == ["Banco Luna", "Minera Kusi", "Minera Qori"]
    assert list(batch.defaults["taken_back"].values()) == ["Banco Sol"]
    assert offered(cast, project, "Minera Kusi")["payer"]
    assert not offered(cast, project, "Banco Sol")["payee"]


def test_the_next_import_offers_the_same_row_again_and_its_undo_takes_it_back_again(
    cast: Cast, project: Project
) -> None:
    line = "Minera Qori,Banco Sol,Puka Sami,2025,PEN,7"
    undo(cast.monitor, payments(cast, line))
    first = Organisation.objects.get(name="Minera Qori")
    batch = payments(cast, line, name="again.csv")
    assert Organisation.objects.get(name="Minera Qori").pk == first.pk
    assert set(offered(cast, project, "Minera Qori").values()) == {True}
    undo(cast.monitor, batch)
    assert set(offered(cast, project, "Minera Qori").values()) == {False}


def test_a_payment_that_is_stated_again_brings_its_names_back(cast: Cast, project: Project) -> None:
    undo(cast.monitor, payments(cast, "Minera Qori,Banco Sol,Puka Sami,2025,PEN,7"))
    state_side(
        actor=cast.monitor, disbursement=Disbursement.objects.get(), said=says(COMPANY, 7, date(2025, 6, 1)), seen=None
    )
    assert set(offered(cast, project, "Minera Qori").values()) == {True}
    assert set(offered(cast, project, "Banco Sol").values()) == {True}


def test_a_payment_that_was_stated_again_keeps_its_names_when_another_import_is_undone(
    cast: Cast, project: Project
) -> None:
    line = "Minera Qori,Banco Sol,Puka Sami,2025,PEN,7"
    undo(cast.monitor, payments(cast, line))
    batch = payments(cast, line, name="again.csv")
    flow = Disbursement.objects.order_by("pk")[0]
    state_side(actor=cast.monitor, disbursement=flow, said=says(COMPANY, 7, date(2025, 6, 1)), seen=None)
    undo(cast.monitor, batch)
    assert set(offered(cast, project, "Minera Qori").values()) == {True}


def test_the_name_is_free_for_a_new_organisation_which_a_payment_stated_again_does_not_repeat(
    cast: Cast, project: Project
) -> None:
    undo(cast.monitor, payments(cast, "Minera Qori,Banco Sol,Puka Sami,2025,PEN,7"))
    given = {"name": "Minera Qori", "kind": "company"}
    assert browser(cast).post(f"{WORK}/lists/organisations/add/", given).status_code == 302
    state_side(
        actor=cast.monitor, disbursement=Disbursement.objects.get(), said=says(COMPANY, 7, date(2025, 6, 1)), seen=None
    )
    assert Organisation.objects.offered().filter(name="Minera Qori").count() == 1
    assert Organisation.objects.filter(name="Minera Qori").count() == 2
    batch = payments(cast, "Minera Qori,Banco Sol,Puka Sami,2024,PEN,9", name="again.csv")
    flow = Disbursement.objects.get(source__import_row__batch=batch)
    assert not flow.payer.taken_back


def test_every_column_that_names_an_organisation_offers_what_is_offered(cast: Cast) -> None:
    Organisation.objects.create(name="Minera Qori", kind="company", taken_back=True)
    for model, column in ((Obligation, "recipient"), (Project, "operator"), (Source, "organisation")):
        field: Any = model._meta.get_field(column).formfield()  # type: ignore[union-attr]
        names = set(field.queryset.values_list("name", flat=True))
        assert "Minera Sami" in names
        assert "Minera Qori" not in names
