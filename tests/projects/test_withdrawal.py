"""What was entered by mistake is withdrawn with a reason: it counts nowhere, stays readable, and can be taken back."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from accounts.models import AuditEntry, Job, User
from communities.forms import DisbursementForm
from communities.models import Disbursement, Influence
from compliance.evaluation.gathering import Scope, gather
from compliance.services.documents import compose
from compliance.services.reviews import standing_of
from projects.kinds import KINDS_OF_RECORD
from projects.models import EmploymentReturn, Holding, OwnershipStake, PhasePeriod, Project, Source
from projects.models.records import Record
from projects.services.records import amend_record, enter_record
from projects.services.withdrawal import hanging_on, restore_record, rows_naming, withdraw_record
from tests.cast import (
    YEAR,
    Cast,
    Mine,
    employment,
    enter,
    follow,
    gather_cast,
    mine,
    open_mine,
    produced,
    published,
    withdraw_payment,
)

pytestmark = pytest.mark.django_db
EVERY_KIND = sorted(KINDS_OF_RECORD)
IN_NO_DOCUMENT = {"agreements", "communities", "employment-statistics", "monitoring-stations"}
"""Kinds that a document tells of only by what hangs on them, or that tell of no mine."""
CHOSEN = {
    "accords",
    "agreements",
    "assessments",
    "closure-requirements",
    "communities",
    "conditions",
    "environmental-complaints",
    "inspections",
    "monitoring-stations",
    "obligations",
    "shared-works",
}
"""Kinds that other records name."""
REASON = "Entered twice."


@pytest.fixture
def cast() -> Cast:
    """Everybody."""
    return gather_cast()


@pytest.fixture
def own(cast: Cast) -> Mine:
    """A mine with a record of every kind, of which the exemption is approved."""
    own = open_mine(cast.monitor, cast.company)
    exemption = own.records["exemptions"]
    exemption.approved_by = cast.reviewer
    exemption.save()
    return own


@pytest.fixture
def monitor(client: Client, cast: Cast) -> Client:
    """Her browser."""
    client.force_login(cast.monitor)
    return client


def withdraw(actor: User, record: Any) -> None:
    """Withdraw a record for the usual reason."""
    withdraw_record(actor=actor, record=record, reason=REASON)


def free(actor: User, record: Record) -> None:
    """Withdraw whatever hangs on a record, and what hangs on that; without its stake nothing leads to an owner's owners."""
    for rows in [*rows_naming(record), *([Holding.objects.all()] if isinstance(record, OwnershipStake) else [])]:
        for one in rows:
            if isinstance(one, Disbursement):
                withdraw_payment(actor, one, REASON)
            else:
                free(actor, one)
                withdraw(actor, one)


def page_of(own: Mine, code: str, *more: object) -> str:
    """A page of one kind of record."""
    within = f"projects/{own.project.slug}/" if KINDS_OF_RECORD[code].project_path else ""
    return f"/en/work/{within}{code}/" + "".join(f"{part}/" for part in more)


def listed(client: Client, url: str, **query: str) -> set[int]:
    """The keys of the records in a list."""
    return {row.pk for _url, row, _cells in client.get(url, query).context["rows"]}


def in_api(client: Client, code: str, **query: str) -> set[int]:
    """The keys of the records that the API lists."""
    return {row["id"] for row in client.get(f"/api/v1/records/{code}/", query).json()["results"]}


def offered(actor: User, own: Mine, record: Any) -> bool:
    """Whether any form offers the record."""
    forms = [kind.form for kind in KINDS_OF_RECORD.values() if kind.project_path] + [DisbursementForm]
    fields = [field for form in forms for field in form(actor=actor, project=own.project).fields.values()]
    querysets = [field.queryset for field in fields if hasattr(field, "queryset")]
    return any(rows.filter(pk=record.pk).exists() for rows in querysets if rows.model is type(record))


def told(own: Mine) -> tuple[set[str], str]:
    """What judgement reads of the year, by name, and what would be published of it."""
    pair = (own.project.pk, YEAR)
    facts = gather(Scope(frozenset({pair}), timezone.localdate()))[pair]
    card = produced(own.project)
    document = compose(card, standing_of(card), date(2026, 11, 1))
    return {row.record for row in facts.rows} | set(facts.phases), json.dumps(document, sort_keys=True, default=str)


def reasons(answer: Any) -> list[str]:
    """The codes of what is wrong with the form of a page."""
    assert answer.status_code == 200
    return [error.code for errors in answer.context["form"].errors.as_data().values() for error in errors]


# Every kind


@pytest.mark.parametrize("code", EVERY_KIND)
def test_a_withdrawn_record_counts_nowhere_stays_readable_and_comes_back(
    monitor: Client, cast: Cast, own: Mine, code: str
) -> None:
    record, pages = own.records[code], page_of(own, code)
    name = record.phase if code == "phases" else f"{KINDS_OF_RECORD[code].fact_name}/{record.pk}"
    free(cast.monitor, record)
    facts, document = told(own)
    counted = monitor.get(f"/en/work/projects/{own.project.slug}/").context["kinds"]
    assert record.pk in listed(monitor, pages)
    assert record.pk in in_api(monitor, code)
    assert offered(cast.monitor, own, record) == (code in CHOSEN)

    assert reasons(monitor.post(page_of(own, code, record.pk, "withdraw"), {"withdraw-reason": " "})) == ["required"]
    record.refresh_from_db()
    assert record.withdrawn_at is None
    answer = monitor.post(page_of(own, code, record.pk, "withdraw"), {"withdraw-reason": REASON})
    assert answer["Location"] == page_of(own, code, record.pk)

    assert record.pk not in listed(monitor, pages)
    assert listed(monitor, pages, withdrawn="no such answer") == listed(monitor, pages)
    assert record.pk in listed(monitor, pages, withdrawn="all")
    assert record.pk in listed(monitor, pages, withdrawn="only")
    assert record.pk not in in_api(monitor, code)
    assert record.pk not in in_api(monitor, code, withdrawn="false")
    assert record.pk in in_api(monitor, code, withdrawn="true")
    assert monitor.get(f"/api/v1/records/{code}/{record.pk}/").status_code == 404
    assert monitor.get(f"/api/v1/records/{code}/{record.pk}/?withdrawn=true").json()["id"] == record.pk
    assert not offered(cast.monitor, own, record)
    without, less = told(own)
    assert without == facts - {name}
    assert (less != document) == (code not in IN_NO_DOCUMENT)
    assert f'"{name}"' not in less
    now = monitor.get(f"/en/work/projects/{own.project.slug}/").context["kinds"]
    assert [row[2] for row in now] == [row[2] - (row[0].code == code) for row in counted]

    page = monitor.get(page_of(own, code, record.pk))
    words = page.content.decode()
    assert "Withdrawn." in words
    assert f"“{REASON}”" in words
    assert "Ojo Abierto" in words
    assert page.context["history"][-1].entry.verb == "entered"
    assert page.context["history"][0][0].verb == "withdrawn"
    assert page_of(own, code, record.pk, "amend") not in words
    assert page_of(own, code, record.pk, "restore") in words

    assert reasons(monitor.post(page_of(own, code, record.pk, "restore"), {"restore-reason": ""})) == ["required"]
    answer = monitor.post(page_of(own, code, record.pk, "restore"), {"restore-reason": "It was right."})
    assert answer["Location"] == page_of(own, code, record.pk)
    assert record.pk in listed(monitor, pages)
    assert record.pk not in listed(monitor, pages, withdrawn="only")
    assert record.pk in in_api(monitor, code)
    assert offered(cast.monitor, own, record) == (code in CHOSEN)
    assert told(own) == (facts, document)
    words = monitor.get(page_of(own, code, record.pk)).content.decode()
    assert "Withdrawn." not in words
    assert "took back the withdrawal" in words
    assert "It was right." in words


@pytest.mark.parametrize("code", EVERY_KIND)
def test_only_whoever_entered_it_and_administrators_withdraw(client: Client, cast: Cast, own: Mine, code: str) -> None:
    """Also the words of the page: nobody else is offered a button."""
    record = own.records[code]
    free(cast.monitor, record)
    refused = {"stranger": 404, "reviewer": 403, "auditor": 403, "operator": 404, "nobody": 403}
    for verb, other in (("withdraw", "restore"), ("restore", "withdraw")):
        url = page_of(own, code, record.pk, verb)
        for who, status in refused.items():
            client.force_login(cast[who])
            assert client.get(url).status_code == status
            assert client.post(url, {f"{verb}-reason": REASON}).status_code == status
            assert url not in client.get(page_of(own, code, record.pk)).content.decode()
            with pytest.raises(PermissionDenied):
                (withdraw_record if verb == "withdraw" else restore_record)(
                    actor=cast[who], record=record, reason=REASON
                )
        for who in ("colleague", "administrator"):
            client.force_login(cast[who])
            assert url in client.get(page_of(own, code, record.pk)).content.decode()
        assert client.post(url, {f"{verb}-reason": REASON}).status_code == 302
        record.refresh_from_db()
        assert (record.withdrawn_at is not None) == (verb == "withdraw")
        assert str(record.withdrawn_for or "") == ("Minka" if verb == "withdraw" else "")
        assert client.get(url)["Location"] == page_of(own, code, record.pk)
        assert client.post(url, {f"{verb}-reason": REASON})["Location"] == page_of(own, code, record.pk)
        assert client.get(page_of(own, code, record.pk, other)).status_code == 200


def test_a_company_withdraws_what_it_said_and_nothing_else(client: Client, cast: Cast, own: Mine) -> None:
    said = EmploymentReturn(
        project=own.project, employer=cast.company, period_start=date(2024, 1, 1), period_end=date(2024, 12, 31)
    )
    enter_record(actor=cast.operator, record=said, source=Source(voice="company"))
    client.force_login(cast.operator)
    assert client.get(page_of(own, "employment", own.records["employment"].pk, "withdraw")).status_code == 404
    url = page_of(own, "employment", said.pk, "withdraw")
    assert client.post(url, {"withdraw-reason": REASON}).status_code == 302
    said.refresh_from_db()
    assert (said.withdrawn_at is not None, said.withdrawn_for) == (True, cast.company)


def test_withdrawing_and_taking_it_back_are_audited_raise_the_revision_and_promise_the_scorecard(
    cast: Cast, own: Mine
) -> None:
    record = own.records["employment"]
    services: list[tuple[Callable[..., None], str]] = [(withdraw_record, "withdrawn"), (restore_record, "restored")]
    for number, (service, verb) in enumerate(services, start=2):
        Job.objects.all().delete()
        service(actor=cast.colleague, record=record, reason=REASON)
        entry = AuditEntry.objects.about(record)[0]
        assert (entry.verb, entry.actor, entry.reason, entry.changes) == (verb, cast.colleague, REASON, {})
        assert Source.objects.get(pk=record.source_id).revision == number
        assert [job.payload["year"] for job in Job.objects.all()] == [YEAR]
        with pytest.raises(ValidationError):
            service(actor=cast.colleague, record=record, reason=REASON)


# What hangs on it


def test_a_record_on_which_others_hang_is_refused_with_their_names_and_addresses(
    monitor: Client, cast: Cast, own: Mine
) -> None:
    url = page_of(own, "agreements", own.agreement.pk, "withdraw")
    page = monitor.get(url).content.decode()
    for code in ("commitments", "obligations"):
        assert page_of(own, code, own.records[code].pk) in page
    assert 'name="withdraw-reason"' not in page
    assert monitor.post(url, {"withdraw-reason": REASON}).status_code == 200
    with pytest.raises(ValidationError, match="promise “A school roof”") as refused:
        withdraw(cast.monitor, own.agreement)
    assert refused.value.code == "others_hang_on_it"
    own.agreement.refresh_from_db()
    assert own.agreement.withdrawn_at is None
    payment = monitor.get(page_of(own, "obligations", own.obligation.pk, "withdraw")).content.decode()
    assert f"/en/work/disbursements/{own.disbursement.pk}/" in payment
    condition = monitor.get(page_of(own, "assessments", own.records["assessments"].pk, "withdraw")).content.decode()
    assert page_of(own, "conditions", own.records["conditions"].pk) in condition
    free(cast.monitor, own.agreement)
    assert hanging_on(own.agreement, cast.monitor) == []
    assert 'name="withdraw-reason"' in monitor.get(url).content.decode()
    assert monitor.post(url, {"withdraw-reason": REASON}).status_code == 302


def test_a_community_that_is_named_is_refused_and_no_mine_of_others_is_told_of(
    monitor: Client, cast: Cast, own: Mine
) -> None:
    elsewhere = mine(cast.stranger, "Yana Mayu", country="CL")
    free(cast.monitor, own.community)
    enter(
        cast.stranger,
        Influence(project=elsewhere, community=own.community, degree="direct", recognition="claimed"),
    )
    page = monitor.get(page_of(own, "communities", own.community.pk, "withdraw")).content.decode()
    assert "1 more" in page
    assert "affected community" in page
    assert "yana" not in page.lower()
    with pytest.raises(ValidationError, match=r"affected community \+1"):
        withdraw(cast.monitor, own.community)
    [seen] = hanging_on(own.community, cast.administrator)
    assert [address for _name, address in seen.named] == [
        f"/en/work/projects/{elsewhere.slug}/influence/{Influence.objects.get().pk}/"
    ]


def test_a_withdrawal_is_not_taken_back_while_what_the_record_names_is_withdrawn(
    monitor: Client, cast: Cast, own: Mine
) -> None:
    promise = own.records["commitments"]
    free(cast.monitor, own.agreement)
    withdraw(cast.monitor, own.agreement)
    url = page_of(own, "commitments", promise.pk, "restore")
    answer = monitor.post(url, {"restore-reason": REASON})
    assert reasons(answer) == ["names_what_is_withdrawn"]
    assert "Framework agreement" in answer.content.decode()
    restore_record(actor=cast.monitor, record=own.agreement, reason=REASON)
    assert monitor.post(url, {"restore-reason": REASON}).status_code == 302


def test_a_withdrawn_influence_makes_no_neighbour_to_choose(cast: Cast, own: Mine) -> None:
    promises = KINDS_OF_RECORD["commitments"].form
    chosen = promises(actor=cast.monitor, project=own.project).fields["community"]
    assert list(chosen.queryset) == [own.community]
    withdraw(cast.monitor, own.records["influence"])
    assert list(promises(actor=cast.monitor, project=own.project).fields["community"].queryset) == []


# What takes its place


def test_the_corrected_return_takes_the_place_of_a_withdrawn_one_which_does_not_come_back_beside_it(
    monitor: Client, cast: Cast, own: Mine
) -> None:
    first = own.records["employment"]
    withdraw(cast.monitor, first)
    second = employment(cast.monitor, own.project, district=90)
    answer = monitor.post(page_of(own, "employment", first.pk, "restore"), {"restore-reason": REASON})
    assert reasons(answer) == ["an_employer_reports_a_period_once"]
    assert "Open and amend it" in answer.content.decode()
    first.refresh_from_db()
    assert first.withdrawn_at is not None
    typed = {"employer": cast.company.pk, "period_start": f"{YEAR}-01-01", "period_end": f"{YEAR}-12-31"}
    said = {"source-voice": "monitor", "source-state": "reported"}
    assert monitor.post(page_of(own, "employment", "add"), typed | said).status_code == 200
    withdraw(cast.monitor, second)
    assert monitor.post(page_of(own, "employment", first.pk, "restore"), {"restore-reason": "x"}).status_code == 302


def test_a_withdrawn_phase_and_stake_leave_room_and_none_is_taken_twice(cast: Cast, own: Mine) -> None:
    phase, stake = own.records["phases"], own.records["stakes"]
    withdraw(cast.monitor, phase)
    withdraw(cast.monitor, stake)
    enter(cast.monitor, PhasePeriod(project=own.project, phase="closure", starts_on=date(2022, 1, 1)))
    enter(
        cast.monitor,
        OwnershipStake(project=own.project, owner=cast.company, share_percent=Decimal(100), starts_on=date(2020, 1, 1)),
    )
    with pytest.raises(IntegrityError), transaction.atomic():
        restore_record(actor=cast.monitor, record=phase, reason=REASON)
    with pytest.raises(
        ValidationError, match="does not fit what is on record by now: On 1 January 2020 others already hold"
    ):
        restore_record(actor=cast.monitor, record=stake, reason=REASON)
    assert str(own.project.phase_today) == "Closure and reclamation, 1 January 2022"


def test_the_name_of_a_withdrawn_mine_is_free_and_its_address_is_not(cast: Cast) -> None:
    first = mine(cast.monitor, "Puka Sami")
    withdraw(cast.monitor, first)
    assert mine(cast.monitor, "Puka Sami").slug != first.slug


# Somebody else at the same time


def test_a_form_that_a_colleague_has_open_does_not_bring_a_withdrawn_record_back(
    monitor: Client, cast: Cast, own: Mine
) -> None:
    report = own.records["disclosures"]
    url = page_of(own, "disclosures", report.pk, "amend")
    typed = {"title": "Another title", "period_end": f"{YEAR}-12-31", "published_on": f"{YEAR + 1}-03-01"}
    said = {"source-voice": "monitor", "source-state": "reported", "source-revision": "1"}
    sent = typed | said | {"amend-reason": "It was mistyped."}
    withdraw(cast.colleague, report)
    answer = monitor.post(url, sent)
    assert reasons(answer) == ["withdrawn"]
    assert "Another title" in answer.content.decode()
    assert monitor.get(url)["Location"] == page_of(own, "disclosures", report.pk)
    report.refresh_from_db()
    assert (report.title, report.withdrawn_at is None) == ("Yearly report", False)
    restore_record(actor=cast.colleague, record=report, reason="It was right.")
    answer = monitor.post(url, sent)
    assert reasons(answer) == ["edited_meanwhile"]
    assert [told.entry.verb for told in answer.context["source"].meanwhile] == ["restored", "withdrawn"]
    with pytest.raises(ValidationError):
        amend_record(actor=cast.monitor, record=report, source=report.source, revision=1, reason="x")


# Mines


def test_a_mine_is_withdrawn_once_nothing_hangs_on_it(client: Client, cast: Cast, own: Mine) -> None:
    client.force_login(cast.monitor)
    page = f"/en/work/projects/{own.project.slug}/"
    assert page_of(own, "phases", own.records["phases"].pk) in client.get(f"{page}withdraw/").content.decode()
    free(cast.monitor, own.project)
    assert client.post(f"{page}withdraw/", {"withdraw-reason": REASON})["Location"] == page
    for url in ("/en/work/projects/", "/en/work/disbursements/", "/en/work/scorecards/"):
        assert own.project.slug not in client.get(url).content.decode()
    assert page in client.get("/en/work/projects/", {"withdrawn": "only"}).content.decode()
    assert client.get("/api/v1/projects/").json()["results"] == []
    shown = client.get(page).content.decode()
    assert f"“{REASON}”" in shown
    assert f"{page}amend/" not in shown
    phase = own.records["phases"]
    assert client.get(page_of(own, "phases", phase.pk)).status_code == 200
    assert client.get(page_of(own, "phases", "add")).status_code == 403
    assert client.get(f"{page}disbursements/add/").status_code == 404
    answer = client.post(page_of(own, "phases", phase.pk, "restore"), {"restore-reason": "x"})
    assert reasons(answer) == ["names_what_is_withdrawn"]
    client.force_login(cast.stranger)
    assert client.post(f"{page}restore/", {"restore-reason": "x"}).status_code == 404
    client.force_login(cast.administrator)
    assert client.post(f"{page}restore/", {"restore-reason": "x"})["Location"] == page
    assert client.get("/api/v1/projects/").json()["results"] != []


def test_a_mine_of_which_results_are_published_stays(client: Client, cast: Cast, own: Mine) -> None:
    published(cast, produced(own.project))
    free(cast.monitor, own.project)
    client.force_login(cast.monitor)
    answer = client.post(f"/en/work/projects/{own.project.slug}/withdraw/", {"withdraw-reason": REASON})
    assert reasons(answer) == ["published"]
    assert Project.objects.filter(pk=own.project.pk).exists()


def test_followers_see_a_withdrawn_mine_and_withdraw_none_that_others_entered(client: Client, cast: Cast) -> None:
    project = mine(cast.monitor, "Puka Sami")
    follow(project, cast.other_ngo)
    client.force_login(cast.stranger)
    page = f"/en/work/projects/{project.slug}/"
    assert client.get(f"{page}withdraw/").status_code == 404
    assert f"{page}withdraw/" not in client.get(page).content.decode()
    withdraw(cast.monitor, project)
    assert f"“{REASON}”" in client.get(page).content.decode()
