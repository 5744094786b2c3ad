"""Personal data is erased by two people: words and files go, fingerprints and the reason stay."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.storage import default_storage
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.utils import timezone

from accounts.models import AuditEntry, IdempotentAnswer, Job, Proposal, User
from accounts.services import jobs
from accounts.services.proposals import confirm, propose
from communities.models import Statement
from projects.models import Erasure, Source
from projects.services.erasures import ERASE_FILES, ERASURE
from projects.services.records import amend_record
from tests.cast import Cast, Mine, erase, evidence, gather_cast, open_mine, produced, published, take_down

pytestmark = pytest.mark.django_db
WHY = "Somebody named in it asked for it."
WAITING = "/en/work/second-person/"
NAME = "Rosa Quispe Mamani"
LETTER = "Letter of Rosa Quispe Mamani, 12 May"


@pytest.fixture
def cast() -> Cast:
    """Everybody."""
    return gather_cast()


@pytest.fixture
def mine(cast: Cast) -> Mine:
    """A mine with everything on record; the words of its report name somebody, since it was changed."""
    mine = open_mine(cast.monitor, cast.company)
    report = mine.records["disclosures"]
    source = report.source
    source.reference, source.speaker = LETTER, NAME
    amend_record(
        actor=cast.monitor,
        record=report,
        source=source,
        revision=source.revision,
        reason="Who wrote it",
        new_evidence=[evidence(cast.monitor, "rosa.pdf")],
    )
    return mine


def source_of(mine: Mine) -> Source:
    """Where the report comes from, as it is now."""
    return Source.objects.get(pk=mine.records["disclosures"].source_id)


def ask(cast: Cast, source: Source, actor: User | None = None) -> Proposal:
    """The monitor, unless told, asks that it be erased."""
    return propose(actor=actor or cast.monitor, kind=ERASURE, record=source, reason=WHY)


def browser(user: User) -> Client:
    """Somebody's browser."""
    client = Client()
    client.force_login(user)
    return client


def page_of(mine: Mine) -> str:
    """The address of the report."""
    return f"/en/work/projects/{mine.project.slug}/disclosures/{mine.records['disclosures'].pk}/"


def test_nothing_goes_until_a_second_person_confirms_it(cast: Cast, mine: Mine) -> None:
    source = source_of(mine)
    address = f"/en/work/sources/{source.pk}/erase/"
    assert address in browser(cast.monitor).get(page_of(mine)).content.decode()
    assert browser(cast.administrator).post(address, {"erase-reason": WHY}).status_code == 302
    assert source_of(mine).speaker == NAME
    assert LETTER in browser(cast.monitor).get(page_of(mine)).content.decode()
    proposal = Proposal.objects.get()
    assert browser(cast.second_administrator).post(f"{WAITING}{proposal.pk}/confirm/").status_code == 302
    assert source_of(mine).speaker == ""


@pytest.mark.promise("taken-down")
def test_words_and_files_go_and_fingerprint_and_reason_stay(cast: Cast, mine: Mine) -> None:
    source = source_of(mine)
    [file] = source.evidence.all()
    stored = str(file.file.name)
    assert default_storage.exists(stored)
    erase(cast, source)
    for job in Job.objects.filter(kind=ERASE_FILES):
        jobs.run(str(job.pk))
    assert not default_storage.exists(stored)
    after = source_of(mine)
    assert (after.organisation, after.reference, after.speaker) == (None, "", "")
    [kept] = after.evidence.all()
    assert (kept.sha256, kept.size, kept.media_type) == (file.sha256, file.size, file.media_type)
    assert (kept.file.name, kept.original.name, kept.name) == ("", "", "")
    for name in ("monitor", "reviewer", "auditor", "operator"):
        page = browser(cast[name]).get(page_of(mine)).content.decode()
        assert "Personal data of this source was erased on" in page
        assert WHY in page
        assert file.sha256[:16] in page
        assert NAME not in page
        assert LETTER not in page
        assert "rosa.pdf" not in page
        assert ("Second Administrator" in page) == (name != "operator")
    gone = browser(cast.monitor).get(f"/en/work/evidence/{file.pk}/")
    assert gone.status_code == 410
    assert "This file was erased" in gone.content.decode()


def test_the_trail_keeps_that_the_words_were_changed_and_not_what_they_said(cast: Cast, mine: Mine) -> None:
    report = mine.records["disclosures"]
    amended = AuditEntry.objects.about(report).get(verb="amended")
    assert amended.changes["speaker"] == ["", NAME]
    before = AuditEntry.objects.exclude(pk=amended.pk).values_list("pk", "changes", "reason", "label")
    others = list(before.order_by("pk"))
    erase(cast, source_of(mine))
    amended.refresh_from_db()
    assert (amended.changes["speaker"], amended.changes["reference"], amended.changes["evidence"]) == ([], [], [])
    assert amended.reason == "Who wrote it"
    assert list(before.order_by("pk")[: len(others)]) == others
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM accounts_auditentry entry WHERE entry::text LIKE %s", [f"%{NAME}%"])
        assert cursor.fetchone() == (0,)
    assert AuditEntry.objects.about(report).first().verb == "erased"  # type: ignore[union-attr]


def test_what_the_api_keeps_to_answer_again_loses_the_words(cast: Cast, mine: Mine) -> None:
    said = {"id": 5, "source": {"speaker": NAME, "reference": LETTER, "voice": "monitor"}}
    IdempotentAnswer.objects.create(user=cast.monitor, key="k", body_sha256="0", answer=said)
    erase(cast, source_of(mine))
    kept = IdempotentAnswer.objects.get().answer
    assert kept == {"id": 5, "source": {"speaker": "", "reference": "", "voice": "monitor"}}


def test_the_words_of_a_statement_about_a_payment_are_erased_and_what_it_says_stays(cast: Cast, mine: Mine) -> None:
    statement = Statement.objects.get(disbursement=mine.disbursement, side="company")
    address = f"/en/work/disbursements/{mine.disbursement.pk}/"
    erase(cast, statement.source)
    page = browser(cast.monitor).get(address).content.decode()
    assert "Personal data of this source was erased on" in page
    assert "1,000" in page
    assert Source.objects.get(pk=statement.source_id).speaker == ""
    assert Statement.objects.get(pk=statement.pk).amount == statement.amount


def test_what_is_sealed_and_holds_some_of_it_is_named_with_the_way_to_take_it_down(cast: Cast, mine: Mine) -> None:
    assert erase(cast, source_of(mine)).still_in == []
    shown = published(cast, produced(mine.project))
    statement = Statement.objects.get(disbursement=mine.disbursement, side="company")
    form = browser(cast.administrator).get(f"/en/work/sources/{statement.source_id}/erase/").content.decode()
    assert f'href="/en/work/projects/{mine.project.slug}/publications/"' in form
    erasure = erase(cast, statement.source)
    assert [name for name, _address in erasure.still_in] == [str(shown)]
    page = browser(cast.reviewer).get(f"/en/work/disbursements/{mine.disbursement.pk}/").content.decode()
    assert str(shown) in page
    take_down(cast, shown)
    assert str(shown) not in str(erase(cast, mine.records["stakes"].source).still_in)


# Two people


def test_one_person_who_asks_twice_is_told_so_and_nothing_is_lost(cast: Cast, mine: Mine) -> None:
    ask(cast, source_of(mine))
    page = browser(cast.monitor).post(f"/en/work/sources/{source_of(mine).pk}/erase/", {"erase-reason": "Again"})
    assert "One person who asks twice is not two people" in page.content.decode()
    assert source_of(mine).speaker == NAME
    assert Proposal.objects.count() == 1


def test_whoever_entered_it_asks_and_does_not_confirm(cast: Cast, mine: Mine) -> None:
    proposal = ask(cast, source_of(mine))
    with pytest.raises(ValidationError) as refused:
        confirm(actor=cast.monitor, proposal=proposal)
    assert refused.value.code == "asked_by_oneself"
    with pytest.raises(PermissionDenied):
        confirm(actor=cast.colleague, proposal=proposal)
    assert source_of(mine).speaker == NAME


@pytest.mark.parametrize("name", ["stranger", "reviewer", "auditor", "operator", "nobody"])
def test_nobody_else_asks(cast: Cast, mine: Mine, name: str) -> None:
    source = source_of(mine)
    answer = browser(cast[name]).post(f"/en/work/sources/{source.pk}/erase/", {"erase-reason": WHY})
    assert answer.status_code in {403, 404}
    with pytest.raises(PermissionDenied):
        ask(cast, source, cast[name])
    assert not Proposal.objects.exists()


@pytest.mark.promise("two-people")
def test_postgresql_refuses_an_erasure_without_two_people(cast: Cast, mine: Mine) -> None:
    source = source_of(mine)
    proposal = ask(cast, source, cast.administrator)
    row = {
        "proposal": proposal,
        "source": source,
        "content_type": proposal.content_type,
        "object_id": "1",
        "columns": [],
        "reason": WHY,
        "erased_at": timezone.now(),
    }
    with pytest.raises(IntegrityError, match="erased by two people"), transaction.atomic():
        Erasure.objects.create(**row)
    Proposal.objects.filter(pk=proposal.pk).update(
        state="confirmed", decided_by=cast.second_administrator, decided_at=timezone.now()
    )
    with pytest.raises(IntegrityError, match="erased by two people"), transaction.atomic():
        Erasure.objects.create(**row | {"source": mine.records["employment"].source})
    Erasure.objects.create(**row)


def test_what_is_erased_already_is_not_asked_for_again(cast: Cast, mine: Mine) -> None:
    erase(cast, source_of(mine))
    assert browser(cast.administrator).get(f"/en/work/sources/{source_of(mine).pk}/erase/").status_code == 404
    assert "/erase/" not in browser(cast.monitor).get(page_of(mine)).content.decode()
    assert Erasure.objects.get().erased_at > timezone.now() - timedelta(minutes=5)
