"""Verified means that somebody else checked: a reviewer of another organisation, with a note."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from accounts.models import AuditEntry, User
from compliance.services.conflicts import conflict_of
from projects.models import Disclosure, Source
from projects.services.records import amend_record, enter_record
from projects.services.verification import take_back_verification, verify_record
from tests.cast import Cast, Mine, appoint, gather_cast, open_mine, person, produced, source

pytestmark = pytest.mark.django_db
NOTE = "Compared with the printed report, page 12."
TRIGGER = "verified_means_that_somebody_else_checked"


@pytest.fixture
def cast() -> Cast:
    """Everybody."""
    return gather_cast()


@pytest.fixture
def mine(cast: Cast) -> Mine:
    """A mine with a record of every kind."""
    return open_mine(cast.monitor, cast.company)


@pytest.fixture
def report(mine: Mine) -> Disclosure:
    """A yearly report that the monitor entered."""
    found: Disclosure = mine.records["disclosures"]
    return found


def browser(user: User) -> Client:
    """Somebody's browser."""
    client = Client()
    client.force_login(user)
    return client


def page_of(record: Any) -> str:
    """The record's page."""
    return f"/en/work/projects/{record.project.slug}/disclosures/{record.pk}/"


def verify(cast: Cast, record: Any, **changed: Any) -> None:
    """The reviewer verifies the record as it is."""
    usual = {"actor": cast.reviewer, "revision": record.source.revision, "note": NOTE}
    verify_record(record=record, **(usual | changed))


def standing(record: Any) -> str:
    """How sure it is now."""
    return Source.objects.get(pk=record.source_id).standing.value


def test_a_reviewer_verifies_on_the_records_page_with_a_note(cast: Cast, report: Disclosure) -> None:
    reviewer = browser(cast.reviewer)
    assert "I have verified it" in reviewer.get(page_of(report)).content.decode()
    given = {"check-revision": report.source.revision, "check-note": NOTE}
    assert reviewer.post(f"{page_of(report)}verify/", given).status_code == 302
    page = reviewer.get(page_of(report)).content.decode()
    assert NOTE in page
    assert "I have verified it" not in page
    kept = Source.objects.get(pk=report.source_id)
    assert (kept.standing, kept.verified_by, kept.verification_note) == ("verified", cast.reviewer, NOTE)
    entry = AuditEntry.objects.about(report)[0]
    assert (entry.verb, entry.actor, entry.reason) == ("verified", cast.reviewer, NOTE)
    assert entry.changes == {"state": ["reported", "verified"]}


def test_a_verification_is_taken_back_with_a_note(cast: Cast, report: Disclosure) -> None:
    verify(cast, report)
    reviewer = browser(cast.second_reviewer)
    assert "Take the verification back" in reviewer.get(page_of(report)).content.decode()
    given = {"check-revision": report.source.revision, "check-note": "Page 12 is of another year."}
    assert reviewer.post(f"{page_of(report)}verify/", given).status_code == 302
    assert standing(report) == "reported"
    entry = AuditEntry.objects.about(report)[0]
    assert (entry.verb, entry.reason) == ("verification_taken_back", "Page 12 is of another year.")
    report.source.refresh_from_db()
    with pytest.raises(ValidationError) as refused:
        take_back_verification(actor=cast.reviewer, record=report, revision=report.source.revision, note=NOTE)
    assert refused.value.code == "not_verified"


def test_what_is_said_of_the_project_itself_is_verified_on_its_page(cast: Cast, mine: Mine) -> None:
    project = mine.project
    given = {"check-revision": project.source.revision, "check-note": NOTE}
    address = f"/en/work/projects/{project.slug}/"
    assert browser(cast.reviewer).post(f"{address}verify/", given).status_code == 302
    assert NOTE in browser(cast.monitor).get(address).content.decode()
    assert standing(project) == "verified"


@pytest.mark.parametrize("name", ["monitor", "colleague", "administrator", "auditor", "operator", "nobody"])
def test_nobody_but_a_reviewer_verifies(cast: Cast, report: Disclosure, name: str) -> None:
    with pytest.raises(PermissionDenied):
        verify(cast, report, actor=cast[name])
    client = browser(cast[name])
    assert client.post(f"{page_of(report)}verify/", {"check-note": NOTE}).status_code == 403
    assert "I have verified it" not in client.get(page_of(report)).content.decode()
    assert standing(report) == "reported"


def test_nobody_verifies_what_they_or_their_organisation_entered(cast: Cast, report: Disclosure) -> None:
    """Neither by the service nor past it; the page does not offer it, and says why where it is sent all the same."""
    both, neighbour = person("both", cast.regulator, "reviewer"), person("neighbour", cast.regulator, "reviewer")
    appoint(neighbour, cast.ngo, "auditor")
    Source.objects.filter(pk=report.source_id).update(entered_by=both)
    for actor, code in ((both, "entered_by_oneself"), (neighbour, "entered_by_own_organisation")):
        with pytest.raises(ValidationError) as refused:
            verify(cast, report, actor=actor)
        assert refused.value.code == code
        with pytest.raises(IntegrityError, match=f"nobody_verifies_what_they_entered|{TRIGGER}"), transaction.atomic():
            Source.objects.filter(pk=report.source_id).update(
                state="verified", verified_by=actor, verified_at=timezone.now(), verification_note=NOTE
            )
        client = browser(actor)
        assert "I have verified it" not in client.get(page_of(report)).content.decode()
        given = {"check-revision": report.source.revision, "check-note": NOTE}
        assert str(refused.value.message) in client.post(f"{page_of(report)}verify/", given).content.decode()
    assert standing(report) == "reported"
    verify(cast, report)


@pytest.mark.parametrize("note", ["", "  "])
def test_nothing_is_verified_without_a_note(cast: Cast, report: Disclosure, note: str) -> None:
    with pytest.raises(ValidationError):
        verify(cast, report, note=note)
    given = {"check-revision": report.source.revision, "check-note": note}
    page = browser(cast.reviewer).post(f"{page_of(report)}verify/", given)
    assert page.context["verification"].has_error("note")
    assert standing(report) == "reported"


def test_a_reviewer_verifies_what_they_saw_and_nothing_later(cast: Cast, report: Disclosure) -> None:
    seen = report.source.revision
    amend_record(actor=cast.monitor, record=report, source=report.source, revision=seen, reason="A slip.")
    with pytest.raises(ValidationError) as refused:
        verify(cast, report, revision=seen)
    assert refused.value.code == "edited_meanwhile"
    verify(cast, report, revision=seen + 1)
    with pytest.raises(ValidationError) as refused:
        verify(cast, report, revision=seen + 2)
    assert refused.value.code == "already_verified"


def test_a_record_that_is_amended_is_reported_again(cast: Cast, report: Disclosure) -> None:
    verify(cast, report)
    amend_record(
        actor=cast.monitor, record=report, source=report.source, revision=report.source.revision, reason="A slip."
    )
    kept = Source.objects.get(pk=report.source_id)
    assert (kept.standing, kept.verified_by, kept.verification_note) == ("reported", None, "")
    assert AuditEntry.objects.about(report)[0].changes["state"] == ["verified", "reported"]


def test_no_form_offers_or_takes_verified(cast: Cast, mine: Mine, report: Disclosure) -> None:
    monitor = browser(cast.monitor)
    verify(cast, report)
    for address in (f"/en/work/projects/{mine.project.slug}/disclosures/add/", f"{page_of(report)}amend/"):
        form = monitor.get(address).context["source"]
        assert [value for value, _label in form.fields["state"].choices] == ["reported", "disputed", "unverified"]
        assert form["state"].value() == "reported"
        sent = monitor.post(address, {"source-voice": "monitor", "source-state": "verified"}).context["source"]
        assert sent.has_error("state", "invalid_choice")


def test_no_service_enters_a_record_as_verified(cast: Cast, mine: Mine) -> None:
    record = Disclosure(project=mine.project, title="Another report")
    for actor in (cast.monitor, cast.operator):
        with pytest.raises(ValidationError) as refused:
            enter_record(actor=actor, record=record, source=source("company", state="verified"))
        assert "state" in refused.value.message_dict


def test_postgresql_knows_no_verified_record_without_somebody_who_verified_it(cast: Cast, report: Disclosure) -> None:
    rows = Source.objects.filter(pk=report.source_id)
    with pytest.raises(IntegrityError, match="verified by somebody"), transaction.atomic():
        rows.update(state="verified")
    with pytest.raises(IntegrityError, match="who_verified_says_when_and_on_what"), transaction.atomic():
        rows.update(state="verified", verified_by=cast.reviewer, verified_at=timezone.now())
    verify(cast, report)
    with pytest.raises(IntegrityError, match="verified by somebody"), transaction.atomic():
        rows.update(verified_by=None, verified_at=None, verification_note="")


def test_lists_and_files_find_and_call_verified_what_somebody_checked(cast: Cast, report: Disclosure) -> None:
    monitor, address = browser(cast.monitor), f"/en/work/projects/{report.project.slug}/disclosures/"
    assert monitor.get(address, {"state": "verified"}).context["rows"] == []
    assert len(monitor.get(address, {"state": "reported"}).context["rows"]) == 1
    verify(cast, report)
    assert len(monitor.get(address, {"state": "verified"}).context["rows"]) == 1
    assert monitor.get(address, {"state": "reported"}).context["rows"] == []
    answer = monitor.get("/api/v1/records/disclosures/", {"state": "verified"}).json()
    assert [one["source"]["state"] for one in answer["results"]] == ["verified"]
    assert monitor.get("/api/v1/records/disclosures/", {"state": "reported"}).json()["results"] == []


def test_whoever_verified_a_record_had_no_hand_in_it_and_may_review_it(cast: Cast, mine: Mine) -> None:
    for record in mine.records.values():
        verify(cast, record)
    assert conflict_of(cast.reviewer, produced(mine.project)) is None
    assert conflict_of(cast.monitor, produced(mine.project)) is not None


def test_what_was_ticked_before_passes_as_reported_and_in_no_words_as_verified() -> None:
    ticked, checked = Source(state="verified"), Source(state="verified", verified_by=User(pk=1))
    assert (ticked.standing, checked.standing) == ("reported", "verified")
    assert Source(state="disputed").standing == "disputed"
