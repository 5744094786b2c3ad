"""What a side says of a payment is corrected by two people: one asks, another confirms, and what was typed stays."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from accounts.models import AuditEntry, Job, Proposal, User
from accounts.roles import Role
from accounts.services import jobs
from accounts.services.proposals import confirm, propose, refuse, seen_by
from communities.models import Statement
from communities.services.ledger import Said, state_side
from communities.services.ledger_requests import CORRECTION, ask_to_correct
from projects.models import Source
from projects.services.erasures import ERASURE
from tests.cast import (
    COMPANY,
    RECIPIENT,
    Cast,
    Mine,
    appoint,
    corrected,
    evidence,
    follow,
    gather_cast,
    given_role,
    open_mine,
    payment,
    person,
    produced,
    published,
    says,
    second_person,
    seen,
    withdraw_payment,
)

pytestmark = pytest.mark.django_db
WHY = "The voucher says 950."
PAID_ON = date(2025, 7, 1)
OLD_AND_NEW = ("S/\N{NO-BREAK SPACE}1,000", "S/\N{NO-BREAK SPACE}950")


@pytest.fixture
def cast() -> Cast:
    """Everybody."""
    return gather_cast()


@pytest.fixture
def mine(cast: Cast) -> Mine:
    """A mine with a payment of 1000."""
    return open_mine(cast.monitor, cast.company)


def asked(cast: Cast, mine: Mine, said: Said | None = None, who: str = "monitor") -> Proposal:
    """Somebody asks that a side say something else, 950 by the payer unless told."""
    said = said or says(COMPANY, "950", PAID_ON, reference="Voucher 77")
    flow = mine.disbursement
    return ask_to_correct(actor=cast[who], disbursement=flow, said=said, seen=seen(flow, said.side), reason=WHY)


def amounts(mine: Mine) -> dict[str, Decimal]:
    """What each side says now."""
    return dict(mine.disbursement.statements.standing().values_list("side", "amount"))


def browser(user: User) -> Client:
    """Somebody's browser."""
    client = Client()
    client.force_login(user)
    return client


def page_of(user: User, mine: Mine, part: str = "") -> str:
    """The page of the payment as somebody reads it."""
    return browser(user).get(f"/en/work/disbursements/{mine.disbursement.pk}/{part}").content.decode()


def test_what_a_side_says_stands_until_a_second_person_confirms_its_correction(cast: Cast, mine: Mine) -> None:
    client = browser(cast.monitor)
    address = f"/en/work/disbursements/{mine.disbursement.pk}/company/"
    typed = {"amount": "950", "occurred_on": "2025-07-01", "reason": WHY, "source-reference": "Voucher 77"}
    typed |= {"seen": client.get(address).context["form"]["seen"].value(), "source-audience": "public"}
    before = mine.disbursement.statements.get(side=COMPANY)
    assert client.post(address, typed).status_code == 302
    assert amounts(mine) == {COMPANY: 1000, RECIPIENT: 1000}
    assert mine.disbursement.statements.count() == 2
    proposal = Proposal.objects.get()
    assert browser(cast.colleague).post(f"/en/work/second-person/{proposal.pk}/confirm/").status_code == 302
    assert amounts(mine) == {COMPANY: 950, RECIPIENT: 1000}
    statement = Statement.objects.get(proposal=proposal)
    assert (statement.supersedes, statement.reason, statement.occurred_on) == (before, WHY, PAID_ON)
    assert (statement.source.reference, statement.source.entered_by) == ("Voucher 77", cast.monitor)
    assert AuditEntry.objects.about(statement).get().actor == cast.monitor


def test_a_correction_that_waits_counts_nowhere(cast: Cast, mine: Mine) -> None:
    """Neither in the facts that are judged, nor as a file of the payment, nor as work to do."""
    Job.objects.all().delete()
    card = produced(mine.project)
    proposal = asked(cast, mine, says(COMPANY, "777", PAID_ON, files=[evidence(cast.monitor, "voucher.pdf")]))
    assert not Job.objects.exclude(kind__startswith="letter.").exists()
    assert produced(mine.project) == card
    assert "777" not in published(cast, card).document
    confirm(actor=cast.colleague, proposal=proposal)
    assert produced(mine.project) != card
    assert [job.kind for job in Job.objects.exclude(kind__startswith="letter.")] == ["evaluate"]


def test_its_page_says_who_asked_for_what_with_old_and_new_figures_and_leads_whoever_may_confirm_it(
    cast: Cast, mine: Mine
) -> None:
    assert "Correct what a side says of a payment" not in page_of(cast.monitor, mine)
    proposal = asked(cast, mine)
    link = f'href="/en/work/second-person/{proposal.pk}/"'
    readers = {cast.monitor: 1, cast.colleague: 1, cast.administrator: 1, cast.operator: 1, cast.auditor: 0}
    for reader, led in readers.items():
        page = page_of(reader, mine)
        assert "Correct what a side says of a payment:" in page
        for words in (WHY, *OLD_AND_NEW, "Voucher 77"):
            assert words in page, (reader, words)
        assert page.count(link) == led, reader
    second = browser(cast.colleague).get(f"/en/work/second-person/{proposal.pk}/").content.decode()
    for words in (WHY, *OLD_AND_NEW, "Voucher 77", "Said before", "Correction asked for"):
        assert words in second
    assert link in page_of(cast.monitor, mine, "company/")
    assert link not in page_of(cast.monitor, mine, "recipient/")


@pytest.mark.parametrize("who", ["colleague", "monitor"])
def test_a_correction_that_was_refused_or_taken_back_stays_readable_and_counts_for_nothing(
    cast: Cast, mine: Mine, who: str
) -> None:
    paper = evidence(cast.monitor, "voucher.pdf")
    proposal = asked(cast, mine, says(COMPANY, "950", PAID_ON, reference="Voucher 77", files=[paper]))
    assert "Corrections that were not made" not in page_of(cast.monitor, mine)
    refuse(actor=cast[who], proposal=proposal, reason="It is of another payment.")
    assert amounts(mine) == {COMPANY: 1000, RECIPIENT: 1000}
    page = page_of(cast.auditor, mine)
    shown = (
        "Corrections that were not made",
        *OLD_AND_NEW,
        "Voucher 77",
        "voucher.pdf",
        WHY,
        "It is of another payment.",
    )
    for words in shown:
        assert words in page
    assert "It has not happened" not in page
    assert asked(cast, mine).is_open


def test_words_and_files_of_a_correction_go_to_the_audience_of_its_source_and_to_nobody_else(
    cast: Cast, mine: Mine
) -> None:
    paper = evidence(cast.monitor, "minutes.pdf")
    said = says(RECIPIENT, "5", files=[paper], reference="Told by Rosa", audience=Source.Audience.CONFIDENTIAL)
    asked(cast, mine, said)
    file = f"/en/work/evidence/{paper.pk}/"
    for reader, told in ((cast.monitor, True), (cast.reviewer, True), (cast.auditor, False), (cast.operator, False)):
        page = page_of(reader, mine)
        assert ("Told by Rosa" in page, "minutes.pdf" in page) == (told, told), reader
        assert browser(reader).get(file).status_code == (200 if told else 404), reader
    assert browser(cast.stranger).get(file).status_code == 404


def test_nobody_confirms_what_they_asked_for_and_asking_twice_is_refused(cast: Cast, mine: Mine) -> None:
    proposal = asked(cast, mine)
    with pytest.raises(ValidationError, match="You asked for it yourself"):
        confirm(actor=cast.monitor, proposal=proposal)
    sources = Source.objects.count()
    for who, code in (("monitor", "asked_twice"), ("colleague", "asked_already")):
        with pytest.raises(ValidationError) as refused:
            asked(cast, mine, who=who)
        assert refused.value.code == code
    assert Source.objects.count() == sources
    assert asked(cast, mine, says(RECIPIENT, "5")).is_open, "the other side is another matter"
    assert amounts(mine) == {COMPANY: 1000, RECIPIENT: 1000}


def test_the_form_says_that_it_is_asked_for_already_and_keeps_what_was_typed(cast: Cast, mine: Mine) -> None:
    asked(cast, mine)
    address = f"/en/work/disbursements/{mine.disbursement.pk}/company/"
    typed = {"amount": "960", "reason": "Read again", "seen": str(seen(mine.disbursement, COMPANY))}
    answer = browser(cast.colleague).post(address, typed | {"source-audience": "public"})
    assert "asked for this on" in answer.content.decode()
    assert answer.context["form"]["amount"].value() == "960"


@pytest.mark.parametrize("who", ["stranger", "reviewer", "auditor", "nobody"])
def test_nobody_else_confirms_it(cast: Cast, mine: Mine, who: str) -> None:
    follow(mine.project, cast.other_ngo)
    proposal = asked(cast, mine)
    assert not seen_by(cast[who]).exists()
    with pytest.raises(PermissionDenied):
        confirm(actor=cast[who], proposal=proposal)
    assert amounts(mine)[COMPANY] == 1000


def test_a_company_confirms_what_is_said_in_its_name_and_never_what_arrived(cast: Cast, mine: Mine) -> None:
    confirm(actor=cast.operator, proposal=asked(cast, mine))
    assert amounts(mine)[COMPANY] == 950
    received = asked(cast, mine, says(RECIPIENT, "5"))
    appoint(cast.operator, cast.ngo, Role.MONITOR)
    for person_of_the_company in (cast.operator, User.objects.get(pk=cast.operator.pk)):
        with pytest.raises(PermissionDenied):
            confirm(actor=person_of_the_company, proposal=received)
    assert amounts(mine)[RECIPIENT] == 1000


def test_a_company_is_told_which_organisation_asked_and_no_person(cast: Cast, mine: Mine) -> None:
    """Neither on the pages nor in the letter, which Minka's own side reads with the name."""
    ana, flow = person("ana_huaman", cast.ngo, Role.MONITOR), mine.disbursement
    said = says(COMPANY, "950", PAID_ON)
    Job.objects.all().delete()
    proposal = ask_to_correct(actor=ana, disbursement=flow, said=said, seen=seen(flow, COMPANY), reason=WHY)
    for job in Job.objects.filter(kind="letter.proposed"):
        jobs.run(str(job.pk))
    letters = {letter.to[0]: str(letter.body) for letter in mail.outbox}
    for reader, named in ((cast.operator, False), (cast.colleague, True)):
        second = browser(reader).get(f"/en/work/second-person/{proposal.pk}/").content.decode()
        for text in (page_of(reader, mine), second, letters[reader.email]):
            assert ("Ana Huaman" in text) == named, reader
            assert named or str(cast.ngo) in text


def test_a_companys_people_correct_their_word_by_two_of_them_or_with_an_administrator(cast: Cast, mine: Mine) -> None:
    flow = payment(cast.operator, mine.obligation, received=None, voice="company")
    said = says(COMPANY, "950", PAID_ON, voice="company")
    proposal = ask_to_correct(actor=cast.operator, disbursement=flow, said=said, seen=seen(flow, COMPANY), reason=WHY)
    with pytest.raises(PermissionDenied):
        confirm(actor=cast.monitor, proposal=proposal)
    confirm(actor=person("partner", cast.company, Role.OPERATOR), proposal=proposal)
    assert corrected(cast.operator, flow, says(COMPANY, "960", voice="company")).amount == 960


def test_whoever_was_appointed_by_the_other_lately_is_no_second_person(cast: Cast, mine: Mine) -> None:
    newcomer = person("newcomer")
    given_role(cast, newcomer, cast.ngo, Role.MONITOR)
    flow = mine.disbursement
    proposal = ask_to_correct(
        actor=newcomer, disbursement=flow, said=says(COMPANY, "950"), seen=seen(flow, COMPANY), reason=WHY
    )
    with pytest.raises(ValidationError) as refused:
        confirm(actor=cast.administrator, proposal=proposal)
    assert refused.value.code == "lately_appointed"
    confirm(actor=cast.colleague, proposal=proposal)
    assert amounts(mine)[COMPANY] == 950


def test_what_was_withdrawn_since_is_corrected_no_longer_and_still_waits(cast: Cast, mine: Mine) -> None:
    proposal = asked(cast, mine)
    withdraw_payment(cast.monitor, mine.disbursement)
    with pytest.raises(ValidationError, match="Something else was stated since"):
        confirm(actor=cast.colleague, proposal=proposal)
    assert amounts(mine) == {}
    assert Proposal.objects.get(pk=proposal.pk).is_open
    assert state_side(actor=cast.monitor, disbursement=mine.disbursement, said=says(COMPANY, 5), seen=None).amount == 5
    with pytest.raises(ValidationError, match="Something else was stated since"):
        confirm(actor=cast.colleague, proposal=proposal)


def test_one_person_states_what_a_side_has_not_said_and_corrects_nothing(cast: Cast, mine: Mine) -> None:
    flow = payment(cast.monitor, mine.obligation, received=None)
    assert state_side(actor=cast.monitor, disbursement=flow, said=says(RECIPIENT, 5), seen=None).amount == 5
    with pytest.raises(ValidationError) as refused:
        state_side(actor=cast.monitor, disbursement=flow, said=says(RECIPIENT, 6), seen=seen(flow, RECIPIENT))
    assert refused.value.code == "stands_already"
    assert flow.statements.filter(side=RECIPIENT).get().amount == 5


def test_words_that_break_a_rule_are_refused_before_anybody_is_asked(cast: Cast, mine: Mine) -> None:
    sources = Source.objects.count()
    wrong = says(COMPANY, "950", date(2020, 1, 14)), says(RECIPIENT, 5, speaker="")
    for said, column in zip(wrong, ("occurred_on", "speaker"), strict=True):
        with pytest.raises(ValidationError) as refused:
            asked(cast, mine, said)
        assert set(refused.value.error_dict) == {column}
    assert not Proposal.objects.exists()
    assert Source.objects.count() == sources


def test_a_reviewer_of_the_mine_confirms_it_where_there_is_one_administrator(cast: Cast, mine: Mine) -> None:
    proposal = asked(cast, mine)
    assert not seen_by(cast.reviewer).exists()
    User.objects.filter(pk=cast.second_administrator.pk).update(is_active=False)
    assert seen_by(cast.reviewer).get() == proposal
    confirm(actor=cast.reviewer, proposal=proposal)
    assert amounts(mine)[COMPANY] == 950


def test_the_personal_data_of_a_correction_that_was_not_made_can_be_erased(cast: Cast, mine: Mine) -> None:
    proposal = asked(cast, mine)
    refuse(actor=cast.colleague, proposal=proposal, reason="It names somebody.")
    source = Source.objects.get(pk=proposal.details["source"])
    page = f"/en/work/sources/{source.pk}/erase/"
    assert page in page_of(cast.monitor, mine)
    assert browser(cast.monitor).post(page, {"erase-reason": "She asked for it."}).status_code == 302
    erasure = Proposal.objects.get(kind=ERASURE)
    confirm(actor=second_person(), proposal=erasure)
    source.refresh_from_db()
    assert (source.reference, source.speaker) == ("", "")
    assert "Voucher 77" not in page_of(cast.monitor, mine)


def keep_as_confirmed(cast: Cast, proposal: Proposal) -> None:
    """Confirm it, and carry nothing out."""
    decided = {"state": "confirmed", "decided_by": cast.colleague, "decided_at": timezone.now()}
    Proposal.objects.filter(pk=proposal.pk).update(**decided)


def correcting(proposal: Proposal | None, typed: Source, **changed: Any) -> None:
    """Insert the correction of what the company says, as code that asks nobody would."""
    said = Statement.objects.standing().get(side=COMPANY)
    given = {"disbursement": said.disbursement, "side": said.side, "amount": 950, "occurred_on": PAID_ON}
    words = {"supersedes": said, "reason": WHY, "source": typed, "proposal": proposal}
    with transaction.atomic():
        Statement.objects.create(**(given | words | changed))


def test_postgresql_takes_no_correction_that_two_people_did_not_agree_on(cast: Cast, mine: Mine) -> None:
    agreed = asked(cast, mine)
    source = Source.objects.get(pk=agreed.details["source"])
    other = mine.disbursement.statements.get(side=RECIPIENT)
    elsewhere = propose(actor=cast.monitor, kind=CORRECTION, record=other, reason=WHY, details=agreed.details)
    keep_as_confirmed(cast, elsewhere)
    for proposal in (None, elsewhere, agreed):
        with pytest.raises(IntegrityError, match="corrected by two people"):
            correcting(proposal, source)
    keep_as_confirmed(cast, agreed)
    wrong: tuple[dict[str, Any], ...] = (
        {"amount": 951},
        {"occurred_on": None},
        {"reason": "Something else"},
        {"source": mine.disbursement.source},
    )
    for changed in wrong:
        with pytest.raises(IntegrityError, match="corrected by two people"):
            correcting(agreed, source, **changed)
    correcting(agreed, source)
    assert amounts(mine)[COMPANY] == 950
