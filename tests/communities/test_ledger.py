"""The ledger: two sides apart, corrections that supersede, and entries that stand or fall with their trail."""

from __future__ import annotations

import csv
import io
import re
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import AuditEntry, Job, Membership, Proposal, User
from accounts.roles import Role
from accounts.services.proposals import confirm
from communities.models import Disbursement, Statement
from communities.services.ledger import record_disbursement, state_side
from communities.services.ledger_requests import ask_to_withdraw
from projects.models import Source
from tests.cast import (
    COMPANY,
    RECIPIENT,
    YEAR,
    Cast,
    Mine,
    appoint,
    corrected,
    evidence,
    gather_cast,
    open_mine,
    payment,
    person,
    says,
    seen,
    source,
    withdraw_payment,
)

pytestmark = pytest.mark.django_db
PAID_ON = date(2025, 7, 1)
LEDGER = (Disbursement, Statement, Source, AuditEntry, Job)


@pytest.fixture
def cast() -> Cast:
    """Everybody."""
    return gather_cast()


@pytest.fixture
def mine(cast: Cast) -> Mine:
    """A mine that owes."""
    return open_mine(cast.monitor, cast.company)


def sides(flow: Disbursement) -> tuple[Any, Any, Any, Any]:
    """What each side says now."""
    row: Any = Disbursement.objects.with_sides().get(pk=flow.pk)
    return row.company_amount, row.paid_on, row.recipient_amount, row.received_on


def say(cast: Cast, flow: Disbursement, side: str, amount: str, reason: str = "", who: str = "monitor") -> Statement:
    """Let one side say something; what it has said already is corrected by two people."""
    said = says(side, amount, PAID_ON, voice=Source.Voice.COMPANY if who == "operator" else Source.Voice.MONITOR)
    if seen(flow, side) is None:
        return state_side(actor=cast[who], disbursement=flow, said=said, seen=None)
    return corrected(cast[who], flow, said, reason)


def test_silence_is_unknown_and_zero_is_said(cast: Cast, mine: Mine) -> None:
    flow = payment(cast.monitor, mine.obligation, paid="900", received=None)
    assert sides(flow) == (Decimal(900), date(2025, 6, 25), None, None)
    say(cast, flow, RECIPIENT, "0")
    assert sides(flow)[2:] == (Decimal(0), PAID_ON)
    assert sides(flow)[0] == 900


@pytest.mark.promise("corrected")
def test_a_correction_supersedes_and_the_earlier_words_stay(cast: Cast, mine: Mine) -> None:
    flow = payment(cast.monitor, mine.obligation, paid="900", received="900")
    first = flow.statements.get(side=COMPANY)
    second = say(cast, flow, COMPANY, "950", "The voucher says 950")
    third = say(cast, flow, COMPANY, "960", "A second voucher")
    assert (second.supersedes, third.supersedes) == (first, second)
    assert sides(flow)[0] == 960
    assert sides(flow)[2] == 900
    assert flow.statements.count() == 4
    assert [row.amount for row in flow.statements.standing().order_by("side")] == [960, 900]


def test_a_correction_needs_a_reason(cast: Cast, mine: Mine) -> None:
    flow = payment(cast.monitor, mine.obligation)
    with pytest.raises(ValidationError, match="why it is corrected"):
        say(cast, flow, COMPANY, "950")
    standing = flow.statements.get(side=COMPANY)
    with pytest.raises(IntegrityError, match="a_correction_gives_its_reason"), transaction.atomic():
        Statement.objects.create(disbursement=flow, side=COMPANY, amount=1, supersedes=standing, source=flow.source)
    assert sides(flow)[0] == 1000


def test_a_side_speaks_first_only_once(cast: Cast, mine: Mine) -> None:
    """By the service where both words come at once, and by the database whatever comes."""
    before = Disbursement.objects.count()
    twice = [says(COMPANY, 1, speaker="one"), says(COMPANY, 2, speaker="another")]
    flow = Disbursement(project=mine.project, payer=cast.company, community=mine.community, year=2025, currency="PEN")
    with pytest.raises((ValidationError, IntegrityError)), transaction.atomic():
        record_disbursement(actor=cast.monitor, disbursement=flow, said=twice)
    assert Disbursement.objects.count() == before
    with pytest.raises(IntegrityError, match="each_side_has_one_first_statement"), transaction.atomic():
        Statement.objects.create(disbursement=mine.disbursement, side=COMPANY, amount=1, source=flow.source)


def test_a_statement_is_superseded_once(cast: Cast, mine: Mine) -> None:
    first = mine.disbursement.statements.get(side=COMPANY)
    say(cast, mine.disbursement, COMPANY, "5", "x")
    with pytest.raises(IntegrityError), transaction.atomic():
        Statement.objects.create(
            disbursement=mine.disbursement, side=COMPANY, amount=6, supersedes=first, reason="x", source=first.source
        )


def test_a_statement_supersedes_one_of_its_own_flow_and_side(cast: Cast, mine: Mine) -> None:
    """PostgreSQL refuses it, whoever writes; the right one, on which two people agreed, is taken."""
    other = payment(cast.monitor, mine.obligation, paid="400", received="400")
    first = mine.disbursement.statements.get(side=COMPANY)
    other_source = source()
    other_source.save()
    insert = """
        INSERT INTO communities_statement
            (disbursement_id, side, amount, withdrawn, supersedes_id, reason, stated_at, source_id)
        VALUES (%s, %s, 5, false, %s, 'A slip.', now(), %s)
    """
    for flow, side in ((other.pk, COMPANY), (mine.disbursement.pk, RECIPIENT)):
        with (
            pytest.raises(IntegrityError, match="a_correction_stays_with_its_flow_and_side"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(insert, [flow, side, first.pk, other_source.pk])
    say(cast, mine.disbursement, COMPANY, "5", "A slip.")
    assert sides(mine.disbursement)[0] == 5


@pytest.mark.promise("corrected")
def test_what_is_withdrawn_counts_no_longer_stays_readable_and_may_be_said_again(cast: Cast, mine: Mine) -> None:
    flow = mine.disbursement
    withdraw_payment(cast.monitor, flow, "Entered twice")
    assert sides(flow) == (None, None, None, None)
    assert not Disbursement.objects.standing().filter(pk=flow.pk).exists()
    assert flow.statements.count() == 4
    assert {row.reason for row in flow.statements.filter(withdrawn=True)} == {"Entered twice"}
    say(cast, flow, COMPANY, "70")
    assert sides(flow)[0] == 70
    assert Disbursement.objects.standing().filter(pk=flow.pk).exists()


def test_a_withdrawal_is_signed_by_whoever_withdraws(cast: Cast, mine: Mine) -> None:
    withdraw_payment(cast.colleague, mine.disbursement, "Entered twice")
    withdrawals = mine.disbursement.statements.filter(withdrawn=True)
    assert {row.source.entered_by for row in withdrawals} == {cast.colleague}
    assert {row.source.voice for row in withdrawals} == {Source.Voice.MONITOR}


def test_nobody_corrects_or_withdraws_what_another_organisation_entered(cast: Cast, mine: Mine) -> None:
    """What a company said of itself stays; another NGO's figures stay theirs."""
    flow = payment(cast.monitor, mine.obligation, paid=None, received="800")
    say(cast, flow, COMPANY, "900", who="operator")
    for actor, side in ((cast.monitor, COMPANY), (cast.stranger, RECIPIENT)):
        with pytest.raises(PermissionDenied):
            corrected(actor, flow, says(side, 1), "x")
        with pytest.raises(PermissionDenied):
            ask_to_withdraw(actor=actor, disbursement=flow, reason="x")
    assert sides(flow)[::2] == (900, 800)


def test_a_company_corrects_what_others_entered_as_its_words(cast: Cast, mine: Mine) -> None:
    say(cast, mine.disbursement, COMPANY, "950", "It was less", who="operator")
    assert sides(mine.disbursement)[0] == 950


def test_a_companys_people_speak_for_the_payer_only(cast: Cast, mine: Mine) -> None:
    flow = payment(cast.monitor, mine.obligation, paid=None, received="800")
    with pytest.raises(PermissionDenied):
        say(cast, flow, RECIPIENT, "900", "better so", who="operator")
    statement = say(cast, flow, COMPANY, "900", who="operator")
    assert statement.source.organisation == cast.company
    with pytest.raises(PermissionDenied):
        corrected(cast.operator, flow, says(COMPANY, 1, voice=Source.Voice.COMMUNITY), "x")


def test_a_company_does_not_enter_what_the_recipient_says_with_a_new_payment(cast: Cast, mine: Mine) -> None:
    with pytest.raises(PermissionDenied):
        payment(cast.operator, mine.obligation, paid="1000", received="1000", voice=Source.Voice.COMPANY)


@pytest.mark.parametrize("who", ["reviewer", "auditor", "administrator", "nobody"])
def test_others_do_not_write_in_the_ledger(cast: Cast, mine: Mine, who: str) -> None:
    with pytest.raises(PermissionDenied):
        payment(cast[who], mine.obligation)


def test_a_payment_follows_its_obligation(cast: Cast, mine: Mine) -> None:
    other = open_mine(cast.monitor, cast.other_company, "Urqu")
    for field, value in (
        ("project", other.project),
        ("payer", cast.other_company),
        ("currency", "USD"),
        ("community", other.community),
    ):
        changed: dict[str, Any] = {field: value}
        with pytest.raises(ValidationError) as refused:
            payment(cast.monitor, mine.obligation, **changed)
        ((_name, (error,)),) = refused.value.error_dict.items()
        assert error.code == "differs_from_obligation"


@pytest.mark.parametrize(
    ("day", "code"),
    [
        (timezone.localdate() + timedelta(1), "in_the_future"),
        (date(2020, 1, 14), "before_the_agreement"),
        (date(1, 1, 1), "too_early"),
        (date(1989, 12, 31), "too_early"),
    ],
)
def test_money_moves_neither_tomorrow_nor_before_the_agreement(cast: Cast, mine: Mine, day: date, code: str) -> None:
    with pytest.raises(ValidationError) as refused:
        corrected(cast.monitor, mine.disbursement, says(COMPANY, 1, day, stated_on=None), "x")
    assert refused.value.error_dict["occurred_on"][0].code == code


@pytest.mark.parametrize(("community", "payee"), [(False, False), (True, True)])
def test_money_goes_to_one_payee(cast: Cast, mine: Mine, community: bool, payee: bool) -> None:
    provenance = source()
    provenance.save()
    with pytest.raises(IntegrityError, match="money_is_paid_to_one_payee"), transaction.atomic():
        Disbursement.objects.create(
            payer=cast.company,
            community=mine.community if community else None,
            payee=cast.ngo if payee else None,
            year=2025,
            currency="PEN",
            source=provenance,
        )


@pytest.mark.promise("saved")
def test_an_entry_its_trail_and_its_job_stand_or_fall_together(cast: Cast, mine: Mine) -> None:
    Job.objects.all().delete()

    def count() -> list[int]:
        return [model._default_manager.count() for model in LEDGER]

    before = count()
    with transaction.atomic():
        flow = payment(cast.monitor, mine.obligation)
        assert count() == [before[0] + 1, before[1] + 2, before[2] + 2, before[3] + 1, before[4] + 1]
        say(cast, flow, COMPANY, "2", "x")
        withdraw_payment(cast.monitor, flow, "x")
        transaction.set_rollback(True)
    assert count() == before
    flow = payment(cast.monitor, mine.obligation)
    assert AuditEntry.objects.about(flow).get().verb == "entered"
    assert Job.objects.get().subject == f"project/{mine.project.pk}/2025"


# On the pages


def test_a_correction_on_the_page_asks_for_the_reason_and_loses_nothing(client: Client, cast: Cast, mine: Mine) -> None:
    client.force_login(cast.monitor)
    page = f"/en/work/disbursements/{mine.disbursement.pk}/company/"
    given = {
        "amount": "950",
        "occurred_on": "2025-07-01",
        "seen": client.get(page).context["form"]["seen"].value(),
        "source-voice": "company",
        "source-state": "reported",
    }
    answer = client.post(page, given)
    assert answer.status_code == 200
    assert answer.context["form"].has_error("reason", "required")
    assert answer.context["form"]["amount"].value() == "950"
    assert client.post(page, given | {"reason": "The voucher"}).status_code == 302
    shown = client.get(f"/en/work/disbursements/{mine.disbursement.pk}/").content.decode()
    assert "The voucher" in shown
    for wrong in ({"amount": "-1"}, {"occurred_on": "31/11/2025"}, {"occurred_on": "2020-01-01"}):
        assert client.post(page, given | {"reason": "x"} | wrong).status_code == 200


def test_a_correction_begins_with_what_was_said_and_keeps_its_day(client: Client, cast: Cast, mine: Mine) -> None:
    client.force_login(cast.monitor)
    flow = mine.disbursement
    page = f"/en/work/disbursements/{flow.pk}/company/"
    form = client.get(page).context["form"]
    said = flow.statements.get(side=COMPANY)
    assert (form["amount"].value(), form["occurred_on"].value()) == (said.amount, said.occurred_on)


def test_the_other_side_answers_without_a_reason(client: Client, cast: Cast, mine: Mine) -> None:
    client.force_login(cast.monitor)
    flow = payment(cast.monitor, mine.obligation, received=None)
    page = f"/en/work/disbursements/{flow.pk}/recipient/"
    told = {"source-known_by": "told", "source-speaker": "the president", "source-stated_on": "2025-07-02"}
    assert client.post(page, {"amount": "0"} | told).status_code == 302
    assert sides(flow)[2] == 0
    assert flow.statements.get(side=RECIPIENT).source.voice == "community"


def test_a_payment_is_withdrawn_once_and_with_a_reason(client: Client, cast: Cast, mine: Mine) -> None:
    client.force_login(cast.monitor)
    page = f"/en/work/disbursements/{mine.disbursement.pk}/withdraw/"
    assert client.post(page, {"reason": "  "}).context["form"].has_error("reason", "required")
    assert client.post(page, {"reason": "Entered twice"}).status_code == 302
    confirm(actor=cast.colleague, proposal=Proposal.objects.get())
    assert client.get(page).status_code == 404
    assert client.post(page, {"reason": "again"}).status_code == 404


def test_the_list_is_searched_and_filtered(client: Client, cast: Cast, mine: Mine) -> None:
    client.force_login(cast.monitor)
    flow = payment(cast.monitor, mine.obligation, bank_reference="OP-77", year=2024)
    for query, found in (
        ("q=op-77", 1),
        ("q=sami", 2),
        ("q=nobody", 0),
        ("year=2024", 1),
        ("year=1066", 2),
        ("q=%00", 2),
    ):
        page = client.get(f"/en/work/disbursements/?{query}").context["page"]
        assert len(page) == found, query
    assert [row.pk for row in client.get("/en/work/disbursements/?year=2024").context["page"]] == [flow.pk]


def test_withdrawn_payments_are_counted_and_shown_to_whoever_asks(client: Client, cast: Cast, mine: Mine) -> None:
    client.force_login(cast.monitor)
    flow = payment(cast.monitor, mine.obligation, year=2024)
    withdraw_payment(cast.monitor, flow, "Entered twice")
    usual = client.get("/en/work/disbursements/")
    assert flow.pk not in {row.pk for row in usual.context["page"]}
    assert "1 withdrawn payment is not shown." in usual.content.decode()
    assert '<option value="2024">' not in usual.content.decode()
    for query, found in (("state=withdrawn", 1), ("state=all", 2), ("state=nonsense", 1), ("state=standing", 1)):
        assert len(client.get(f"/en/work/disbursements/?{query}").context["page"]) == found, query
    shown = client.get("/en/work/disbursements/?state=withdrawn").content.decode()
    assert "Withdrawn</span>" in shown
    assert "No answer" not in shown
    assert "No answer" not in client.get(f"/en/work/disbursements/{flow.pk}/").content.decode()


def test_the_table_says_what_was_withdrawn(client: Client, cast: Cast, mine: Mine) -> None:
    client.force_login(cast.monitor)
    withdraw_payment(cast.monitor, payment(cast.monitor, mine.obligation), "Entered twice")
    for query, states in (("", ["Standing"]), ("&state=all", ["Withdrawn", "Standing"])):
        answer = client.get(f"/en/work/disbursements/?format=csv{query}")
        assert [row["State"] for row in csv.DictReader(io.StringIO(answer.getvalue().decode("utf-8-sig")))] == states


def test_the_list_asks_as_often_for_many_payments_as_for_one(
    client: Client, cast: Cast, mine: Mine, django_assert_num_queries: Any
) -> None:
    withdraw_payment(cast.monitor, payment(cast.monitor, mine.obligation), "Entered twice")
    client.force_login(cast.monitor)
    client.get("/en/work/disbursements/")
    with CaptureQueriesContext(connection) as few:
        client.get("/en/work/disbursements/")
    for _number in range(5):
        flow = payment(cast.monitor, mine.obligation)
    withdraw_payment(cast.monitor, flow, "Entered twice")
    with django_assert_num_queries(len(few)):
        client.get("/en/work/disbursements/")


@pytest.mark.parametrize(
    ("paid", "received", "marks"),
    [
        ("1000", "1000", "pv"),
        ("1000", "1001", "pv"),
        (None, "5", "qv"),
        ("260000", "104000", "px"),
        ("1000", "0", "px"),
        (None, "0", "qx"),
        ("0", None, "dq"),
        ("0", "0", "dx"),
    ],
)
def test_no_tick_stands_on_less_than_was_paid(
    client: Client, cast: Cast, mine: Mine, paid: str | None, received: str | None, marks: str
) -> None:
    client.force_login(cast.monitor)
    flow = payment(cast.monitor, mine.obligation, paid=paid, received=received)
    page = client.get(f"/en/work/disbursements/{flow.pk}/").content.decode()
    shown = re.findall(r'<p class="big"><span[^>]*><svg[^>]*><use href="#k-(\w)"', page)
    assert "".join(shown) == marks


def test_the_table_opens_in_a_spreadsheet_and_runs_nothing(client: Client, cast: Cast, mine: Mine) -> None:
    client.force_login(cast.monitor)
    flow = Disbursement(
        project=mine.project, payer=cast.company, payee=cast.ngo, year=2025, currency="PEN", stream="@SUM(1)"
    )
    cast.ngo.name = "=HYPERLINK(1)"
    cast.ngo.save()
    record_disbursement(actor=cast.monitor, disbursement=flow, said=[says(COMPANY, "-5")])
    answer = client.get(f"/en/work/projects/{mine.project.slug}/disbursements/?format=csv")
    assert answer["Content-Disposition"].startswith("attachment")
    rows = list(csv.DictReader(io.StringIO(answer.getvalue().decode("utf-8-sig"))))
    assert [row["Payee"] for row in rows] == ["'=HYPERLINK(1)", "Ayllu Puka Sami"]
    assert (rows[0]["Kind of payment"], rows[0]["Payer says"], rows[0]["Recipient says"]) == ("'@SUM(1)", "-5.00", "")
    assert (rows[1]["Payer says"], rows[1]["Recipient says"]) == ("1000.00", "1000.00")


def test_the_table_says_in_the_readers_language_who_entered_what_from_which_document(
    client: Client, cast: Cast, mine: Mine
) -> None:
    client.force_login(cast.monitor)
    answer = client.get(f"/es/work/projects/{mine.project.slug}/disbursements/?format=csv")
    row = next(csv.DictReader(io.StringIO(answer.getvalue().decode("utf-8-sig"))))
    assert (row["Pagador"], row["Finalidad"], row["Estado"]) == ("Minera Sami", "Salud", "Vigentes")
    assert (row["Documento o dirección web"], row["Anotado por"]) == ("Field notes 12", "Monitor")


@pytest.mark.parametrize("start", ["=", "+", "-", "-2+3+", "@", "\t", "\r", "\n="])
def test_no_cell_of_the_table_begins_like_a_formula(client: Client, cast: Cast, mine: Mine, start: str) -> None:
    client.force_login(cast.monitor)
    payment(cast.monitor, mine.obligation, stream=f"{start}cmd|1")
    answer = client.get(f"/en/work/projects/{mine.project.slug}/disbursements/?format=csv")
    cells = [
        row["Kind of payment"] for row in csv.DictReader(io.StringIO(answer.getvalue().decode("utf-8-sig"), newline=""))
    ]
    assert f"'{start}cmd|1" in cells


def test_a_file_behind_a_correction_is_there_for_whoever_sees_the_payment(
    client: Client, cast: Cast, mine: Mine
) -> None:
    paper = evidence(cast.monitor, "voucher.pdf")
    corrected(cast.monitor, mine.disbursement, says(COMPANY, 1, files=[paper]), "x")
    for who, status in (("reviewer", 200), ("stranger", 404)):
        client.force_login(cast[who])
        assert client.get(f"/en/work/evidence/{paper.pk}/").status_code == status


def test_a_correction_of_words_that_stand_no_longer_is_refused_and_shows_what_stands(
    client: Client, cast: Cast, mine: Mine
) -> None:
    """Two people correct the same statement; the second one sees the first one's words before theirs count."""
    client.force_login(cast.monitor)
    address = f"/en/work/disbursements/{mine.disbursement.pk}/company/"
    opened = client.get(address).context["form"]["seen"].value()
    say(cast, mine.disbursement, COMPANY, "900", "A colleague was faster", who="colleague")
    typed = {
        "amount": "800",
        "occurred_on": "",
        "reason": "Read again",
        "seen": opened,
        "source-voice": "company",
        "source-state": "reported",
    }
    answer = client.post(address, typed)
    assert answer.context["form"].has_error("__all__", "edited_meanwhile")
    assert "800" in answer.content.decode()
    assert sides(mine.disbursement)[0] == 900
    again = typed | {"seen": answer.context["form"]["seen"].value()}
    assert client.post(address, again).status_code == 302
    confirm(actor=cast.colleague, proposal=Proposal.objects.waiting().get())
    assert sides(mine.disbursement)[0] == 800


def test_a_monitor_who_also_speaks_for_the_payer_does_not_say_what_arrived(cast: Cast, mine: Mine) -> None:
    appoint(cast.operator, cast.ngo, Role.MONITOR)
    both = User.objects.get(pk=cast.operator.pk)
    with pytest.raises(PermissionDenied):
        corrected(both, mine.disbursement, says(RECIPIENT, 1), "x")


def test_whoever_speaks_for_two_companies_speaks_for_the_one_that_pays(cast: Cast, mine: Mine) -> None:
    appoint(cast.operator, cast.other_company, Role.OPERATOR)
    Membership.objects.filter(user=cast.operator, organisation=cast.company).update(ends_on=timezone.localdate())
    appoint(cast.operator, cast.company, Role.OPERATOR)
    both = User.objects.get(pk=cast.operator.pk)
    flow = payment(both, mine.obligation, received=None, voice=Source.Voice.COMPANY)
    assert (flow.source.organisation, flow.source.entered_for) == (cast.company, cast.company)


def test_whoever_audits_elsewhere_enters_for_the_organisation_that_they_monitor_for(cast: Cast, mine: Mine) -> None:
    reader = person("reader", cast.regulator, Role.AUDITOR)
    appoint(reader, cast.ngo, Role.MONITOR)
    flow = payment(reader, mine.obligation)
    assert flow.source.entered_for == cast.ngo


@pytest.mark.promise("changed-figures")
def test_a_withdrawal_promises_a_new_scorecard(cast: Cast, mine: Mine) -> None:
    Job.objects.all().delete()
    withdraw_payment(cast.monitor, mine.disbursement, "Entered twice")
    assert [job.subject for job in Job.objects.exclude(kind__startswith="letter.")] == [
        f"project/{mine.project.pk}/{YEAR}"
    ]


def test_the_page_of_a_payment_shows_the_files_behind_what_each_side_says(
    client: Client, cast: Cast, mine: Mine
) -> None:
    flow = payment(cast.monitor, mine.obligation, paid="900", received=None)
    receipt = evidence(cast.monitor, "acta.pdf")
    state_side(
        actor=cast.monitor,
        disbursement=flow,
        said=says(RECIPIENT, 900, PAID_ON, voice=Source.Voice.COMMUNITY, files=[receipt]),
        seen=None,
    )
    client.force_login(cast.monitor)
    page = client.get(f"/en/work/disbursements/{flow.pk}/")
    assert receipt in page.context["files"]
    assert "No file." not in page.content.decode()
