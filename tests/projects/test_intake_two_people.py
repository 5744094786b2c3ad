"""An import that put statements into the ledger is undone by two people; any other by one."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.test import Client

from accounts.models import Job, Proposal, User
from accounts.roles import Role
from accounts.services.proposals import confirm as confirm_proposal
from accounts.services.proposals import refuse, seen_by
from communities.models import Statement
from projects.models import ImportBatch
from projects.services.intake import undo_import
from projects.services.undo_requests import ask_to_undo
from tests.cast import Cast, gather_cast, given_role, person
from tests.projects.intake_help import confirm, map_columns, upload, work

pytestmark = pytest.mark.django_db
PAYMENTS = b"payer,payee,project,year,currency,amount paid,amount received\nM,N,,2025,PEN,7,8\n"
MINES = b"Project name,Operator,Country,Minerals\nRumi Wasi,Minera Rumi,PE,copper\n"
WHY = "It is the file of another year."


@pytest.fixture
def cast() -> Cast:
    """Everybody."""
    return gather_cast()


@pytest.fixture
def payments(cast: Cast) -> ImportBatch:
    """An import of one payment of which both sides speak."""
    return confirm(cast.monitor, map_columns(cast.monitor, upload(cast.monitor, "p.csv", PAYMENTS)))


def browser(user: User) -> Client:
    """Somebody's browser."""
    client = Client()
    client.force_login(user)
    return client


def state_of(batch: ImportBatch) -> str:
    """Where it stands once what waits is done."""
    work()
    batch.refresh_from_db()
    return batch.state


def asked(actor: User, batch: ImportBatch) -> Proposal:
    """Somebody asks that it be undone."""
    proposal = ask_to_undo(actor=actor, batch=batch, reason=WHY)
    assert proposal
    return proposal


def test_payments_stand_until_a_second_person_confirms_the_undo_of_their_import(
    cast: Cast, payments: ImportBatch
) -> None:
    page = f"/en/work/imports/{payments.pk}/"
    client = browser(cast.monitor)
    assert "until a second person, such as a colleague, confirms it" in client.get(f"{page}undo/").content.decode()
    assert client.post(f"{page}undo/", {"reason": WHY}).status_code == 302
    assert state_of(payments) == "imported"
    assert Statement.objects.standing().count() == 2
    proposal = Proposal.objects.get()
    answer = browser(cast.colleague).post(f"/en/work/second-person/{proposal.pk}/confirm/")
    assert answer.status_code == 302
    assert Job.objects.get(kind="import.undo").owner == cast.monitor
    assert state_of(payments) == "undone"
    assert Statement.objects.standing().count() == 0
    assert {row.reason for row in Statement.objects.filter(withdrawn=True)} == {WHY}


def test_its_page_and_that_of_the_second_person_say_who_asked_and_how_much_it_brought(
    cast: Cast, payments: ImportBatch
) -> None:
    page = f"/en/work/imports/{payments.pk}/"
    assert "Undo an import" not in browser(cast.monitor).get(page).content.decode()
    proposal = asked(cast.monitor, payments)
    link = f'href="/en/work/second-person/{proposal.pk}/"'
    for reader, led in ((cast.monitor, 1), (cast.colleague, 1), (cast.administrator, 1), (cast.auditor, 0)):
        text = browser(reader).get(page).content.decode()
        assert "Undo an import:" in text
        assert WHY in text
        assert "1 row, imported for Ojo Abierto" in text
        assert text.count(link) == led, reader
    second = browser(cast.colleague).get(f"/en/work/second-person/{proposal.pk}/").content.decode()
    assert "1 row, imported for Ojo Abierto" in second
    assert page in second
    refuse(actor=cast.colleague, proposal=proposal, reason="It is the right file.")
    assert "Undo an import:" not in browser(cast.monitor).get(page).content.decode()
    assert state_of(payments) == "imported"


def test_nobody_confirms_what_they_asked_for_and_asking_twice_is_refused_where_the_reason_was_typed(
    cast: Cast, payments: ImportBatch
) -> None:
    proposal = asked(cast.monitor, payments)
    with pytest.raises(ValidationError, match="You asked for it yourself"):
        confirm_proposal(actor=cast.monitor, proposal=proposal)
    answer = browser(cast.colleague).post(f"/en/work/imports/{payments.pk}/undo/", {"reason": "Again"})
    assert answer.status_code == 400
    assert "asked for this on" in answer.content.decode()
    assert answer.context["form"]["reason"].value() == "Again"
    assert state_of(payments) == "imported"


@pytest.mark.parametrize("who", ["stranger", "operator", "reviewer", "auditor", "nobody"])
def test_nobody_else_confirms_it(cast: Cast, payments: ImportBatch, who: str) -> None:
    proposal = asked(cast.monitor, payments)
    assert not seen_by(cast[who]).exists()
    with pytest.raises(PermissionDenied):
        confirm_proposal(actor=cast[who], proposal=proposal)
    assert state_of(payments) == "imported"


def test_whoever_was_appointed_by_the_other_lately_is_no_second_person(cast: Cast, payments: ImportBatch) -> None:
    newcomer = person("newcomer")
    given_role(cast, newcomer, cast.ngo, Role.MONITOR)
    proposal = asked(newcomer, payments)
    with pytest.raises(ValidationError) as refused:
        confirm_proposal(actor=cast.administrator, proposal=proposal)
    assert refused.value.code == "lately_appointed"


def test_a_reviewer_confirms_it_where_there_is_one_administrator(cast: Cast, payments: ImportBatch) -> None:
    proposal = asked(cast.monitor, payments)
    User.objects.filter(pk=cast.second_administrator.pk).update(is_active=False)
    page = browser(cast.reviewer).get(f"/en/work/second-person/{proposal.pk}/").content.decode()
    assert "1 row, imported for Ojo Abierto" in page
    assert f"/en/work/imports/{payments.pk}/" not in page, "reviewers open no imports"
    confirm_proposal(actor=cast.reviewer, proposal=proposal)
    assert state_of(payments) == "undone"


def test_an_import_without_statements_is_undone_by_one_person(cast: Cast) -> None:
    mines = confirm(cast.monitor, map_columns(cast.monitor, upload(cast.monitor, "m.csv", MINES, "projects")))
    page = browser(cast.monitor).get(f"/en/work/imports/{mines.pk}/undo/").content.decode()
    assert "second person" not in page
    assert ask_to_undo(actor=cast.monitor, batch=mines, reason=WHY) is None
    assert state_of(mines) == "undone"
    assert not Proposal.objects.exists()


def test_postgresql_undoes_no_payments_on_which_two_people_did_not_agree(cast: Cast, payments: ImportBatch) -> None:
    more = PAYMENTS.replace(b"2025", b"2024")
    other = confirm(cast.monitor, map_columns(cast.monitor, upload(cast.monitor, "other.csv", more)))
    asked(cast.monitor, payments)
    confirm_proposal(actor=cast.colleague, proposal=asked(cast.monitor, other))
    with pytest.raises(IntegrityError, match="undone by two people"), transaction.atomic():
        undo_import(actor=cast.monitor, batch=payments, reason=WHY)
    assert state_of(payments) == "imported"
    assert state_of(other) == "undone"
