"""What is withdrawn from the ledger is asked for by one person and confirmed by another."""

from __future__ import annotations

from typing import Any

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from accounts.models import Job, Proposal, User
from accounts.roles import Role
from accounts.services import jobs
from accounts.services.proposals import confirm, propose, refuse, seen_by
from communities.models import Statement
from communities.services.ledger import state_side
from communities.services.ledger_requests import WITHDRAWAL, ask_to_withdraw
from tests.cast import (
    COMPANY,
    RECIPIENT,
    Cast,
    Mine,
    follow,
    gather_cast,
    given_role,
    open_mine,
    payment,
    person,
    says,
    second_person,
    source,
)

pytestmark = pytest.mark.django_db
WHY = "Entered twice."


@pytest.fixture
def cast() -> Cast:
    """Everybody."""
    return gather_cast()


@pytest.fixture
def mine(cast: Cast) -> Mine:
    """A mine with a payment."""
    return open_mine(cast.monitor, cast.company)


def asked(cast: Cast, mine: Mine) -> Proposal:
    """The monitor asks that the payment be withdrawn."""
    return ask_to_withdraw(actor=cast.monitor, disbursement=mine.disbursement, reason=WHY)


def standing(mine: Mine) -> int:
    """How many sides say something of the payment now."""
    return mine.disbursement.statements.standing().count()


def browser(user: User) -> Client:
    """Somebody's browser."""
    client = Client()
    client.force_login(user)
    return client


def page_of(user: User, mine: Mine) -> str:
    """The page of the payment as somebody reads it."""
    return browser(user).get(f"/en/work/disbursements/{mine.disbursement.pk}/").content.decode()


def test_a_payment_stands_until_a_second_person_confirms_its_withdrawal(cast: Cast, mine: Mine) -> None:
    answer = browser(cast.monitor).post(f"/en/work/disbursements/{mine.disbursement.pk}/withdraw/", {"reason": WHY})
    assert answer.status_code == 302
    assert standing(mine) == 2
    proposal = Proposal.objects.get()
    answer = browser(cast.colleague).post(f"/en/work/second-person/{proposal.pk}/confirm/")
    assert answer.status_code == 302
    assert standing(mine) == 0
    withdrawals = Statement.objects.filter(withdrawn=True).select_related("source")
    assert {(row.proposal_id, row.reason) for row in withdrawals} == {(proposal.pk, WHY)}
    assert {row.source.entered_by for row in withdrawals} == {cast.monitor}


def test_its_page_says_who_asked_for_what_and_leads_whoever_may_confirm_it(cast: Cast, mine: Mine) -> None:
    assert "It happens once a second person confirms it" not in page_of(cast.monitor, mine)
    proposal = asked(cast, mine)
    link = f'href="/en/work/second-person/{proposal.pk}/"'
    for reader, led in ((cast.monitor, 1), (cast.colleague, 1), (cast.administrator, 1), (cast.auditor, 0)):
        page = page_of(reader, mine)
        assert "Withdraw a payment:" in page
        assert WHY in page
        assert page.count(link) == led, reader
    assert "Withdraw a payment:" in page_of(cast.operator, mine)
    assert link not in page_of(cast.operator, mine)
    refuse(actor=cast.colleague, proposal=proposal, reason="It is another payment.")
    assert "Withdraw a payment:" not in page_of(cast.monitor, mine)
    assert standing(mine) == 2


def test_nobody_confirms_what_they_asked_for_and_asking_twice_is_refused(cast: Cast, mine: Mine) -> None:
    proposal = asked(cast, mine)
    with pytest.raises(ValidationError, match="You asked for it yourself"):
        confirm(actor=cast.monitor, proposal=proposal)
    for actor, code in ((cast.monitor, "asked_twice"), (cast.colleague, "asked_already")):
        with pytest.raises(ValidationError) as refused:
            ask_to_withdraw(actor=actor, disbursement=mine.disbursement, reason=WHY)
        assert refused.value.code == code
    answer = browser(cast.colleague).post(f"/en/work/disbursements/{mine.disbursement.pk}/withdraw/", {"reason": WHY})
    assert "asked for this on" in answer.content.decode()
    assert answer.context["form"]["reason"].value() == WHY
    assert standing(mine) == 2


@pytest.mark.parametrize("who", ["stranger", "operator", "reviewer", "auditor", "nobody"])
def test_nobody_else_confirms_it(cast: Cast, mine: Mine, who: str) -> None:
    follow(mine.project, cast.other_ngo)
    proposal = asked(cast, mine)
    assert not seen_by(cast[who]).exists()
    with pytest.raises(PermissionDenied):
        confirm(actor=cast[who], proposal=proposal)
    assert standing(mine) == 2


def test_an_administrator_confirms_it(cast: Cast, mine: Mine) -> None:
    confirm(actor=second_person(), proposal=asked(cast, mine))
    assert standing(mine) == 0


def test_whoever_was_appointed_by_the_other_lately_is_no_second_person(cast: Cast, mine: Mine) -> None:
    newcomer = person("newcomer")
    given_role(cast, newcomer, cast.ngo, Role.MONITOR)
    proposal = ask_to_withdraw(actor=newcomer, disbursement=mine.disbursement, reason=WHY)
    with pytest.raises(ValidationError) as refused:
        confirm(actor=cast.administrator, proposal=proposal)
    assert refused.value.code == "lately_appointed"
    confirm(actor=cast.colleague, proposal=proposal)
    assert standing(mine) == 0


def test_what_was_stated_since_is_not_withdrawn_with_it(cast: Cast, mine: Mine) -> None:
    flow = payment(cast.monitor, mine.obligation, received=None)
    proposal = ask_to_withdraw(actor=cast.monitor, disbursement=flow, reason=WHY)
    state_side(actor=cast.monitor, disbursement=flow, said=says(RECIPIENT, 5), seen=None)
    with pytest.raises(ValidationError, match="Something else was stated since"):
        confirm(actor=cast.colleague, proposal=proposal)
    assert flow.statements.standing().count() == 2
    assert Proposal.objects.get(pk=proposal.pk).is_open


def test_whoever_may_confirm_it_is_written_to_and_then_every_administrator_and_reviewer(cast: Cast, mine: Mine) -> None:
    Job.objects.all().delete()
    proposal = asked(cast, mine)
    assert letters_to() == {cast.colleague.email, cast.administrator.email, cast.second_administrator.email}
    confirm(actor=cast.colleague, proposal=proposal)
    told = {cast.administrator, cast.second_administrator, cast.reviewer, cast.second_reviewer}
    assert letters_to() == {one.email for one in told}
    assert {letter.subject for letter in mail.outbox} == {"Minka: a payment was withdrawn"}
    assert all(f"{cast.monitor}, {cast.colleague}" in letter.body for letter in mail.outbox)


def letters_to() -> set[str]:
    """Send the letters that were promised, and say to whom."""
    mail.outbox.clear()
    for job in Job.objects.filter(kind__startswith="letter."):
        jobs.run(str(job.pk))
    Job.objects.all().delete()
    return {address for letter in mail.outbox for address in letter.to}


def withdrawing(mine: Mine, proposal: Proposal | None, **changed: Any) -> None:
    """Insert the withdrawal of what the company says, as code that asks nobody would."""
    own = source()
    own.save()
    said = mine.disbursement.statements.get(side=COMPANY)
    given = {"disbursement": said.disbursement, "side": said.side, "amount": said.amount, "supersedes": said}
    words = {"withdrawn": True, "reason": WHY, "source": own, "proposal": proposal}
    with transaction.atomic():
        Statement.objects.create(**(given | words | changed))


def keep_as_confirmed(cast: Cast, proposal: Proposal) -> None:
    """Confirm it, and carry nothing out."""
    decided = {"state": "confirmed", "decided_by": cast.colleague, "decided_at": timezone.now()}
    Proposal.objects.filter(pk=proposal.pk).update(**decided)


@pytest.mark.promise("two-people")
def test_postgresql_takes_no_withdrawal_that_two_people_did_not_agree_on(cast: Cast, mine: Mine) -> None:
    other = payment(cast.monitor, mine.obligation, paid="5", received=None)
    elsewhere = ask_to_withdraw(actor=cast.monitor, disbursement=other, reason=WHY)
    of_nothing = propose(
        actor=cast.monitor, kind=WITHDRAWAL, record=mine.disbursement, reason=WHY, details={"statements": []}
    )
    keep_as_confirmed(cast, elsewhere)
    keep_as_confirmed(cast, of_nothing)
    agreed = asked(cast, mine)
    for proposal in (None, elsewhere, of_nothing, agreed):
        with pytest.raises(IntegrityError, match="withdrawn by two people"):
            withdrawing(mine, proposal)
    keep_as_confirmed(cast, agreed)
    with pytest.raises(IntegrityError, match="withdrawn by two people"):
        withdrawing(mine, agreed, reason="Something else")
    withdrawing(mine, agreed)
    assert standing(mine) == 1


def test_a_reviewer_of_the_mine_confirms_it_where_there_is_one_administrator(cast: Cast, mine: Mine) -> None:
    proposal = asked(cast, mine)
    assert not seen_by(cast.reviewer).exists()
    User.objects.filter(pk=cast.second_administrator.pk).update(is_active=False)
    assert seen_by(cast.reviewer).get() == proposal
    confirm(actor=cast.reviewer, proposal=proposal)
    assert standing(mine) == 0
