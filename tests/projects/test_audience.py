"""The audience of a source: who reads its words and its files, and what stands in their place for everybody else."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.test import Client

from accounts.audience import who_did_it
from accounts.models import AuditEntry, Organisation
from accounts.roles import Role
from compliance.models import Publication
from projects.histories import history_of
from projects.models import Evidence, PhasePeriod, Source
from projects.services.records import amend_record, enter_record
from projects.services.verification import verify_record
from tests.cast import PDF, Cast, Mine, appoint, evidence, gather_cast, open_mine, produced, published

pytestmark = pytest.mark.django_db

PUBLIC, ORGANISATIONS, CONFIDENTIAL = Source.Audience
WORDS = "Testimony of Rosa Quispe, 984 111 222"
FILE = "rosa-quispe.pdf"
INSTEAD = {
    ORGANISATIONS: "a source for organisations, held by Ojo Abierto",
    CONFIDENTIAL: "a confidential source, held by Ojo Abierto",
}
READ_BY = {
    PUBLIC: {"monitor", "colleague", "follower", "reviewer", "administrator", "auditor", "operator"},
    ORGANISATIONS: {"monitor", "colleague", "follower", "reviewer", "administrator", "auditor"},
    CONFIDENTIAL: {"monitor", "colleague", "reviewer"},
}
CASES = [(audience, who) for audience in Source.Audience for who in sorted(READ_BY[PUBLIC])]


@pytest.fixture
def cast() -> Cast:
    """Everybody."""
    return gather_cast()


@pytest.fixture
def mine(cast: Cast) -> Mine:
    """A mine that the other organisation follows, too."""
    found = open_mine(cast.monitor, cast.company)
    found.project.assignments.create(organisation=cast.other_ngo)
    return found


def person(cast: Cast, who: str) -> Any:
    """Somebody of the cast; the follower is the monitor of another organisation that follows the mine."""
    return cast["stranger" if who == "follower" else who]


def said_by_rosa(cast: Cast, mine: Mine, audience: str) -> PhasePeriod:
    """A record that rests on what Rosa said, with a file."""
    record = PhasePeriod(
        project=mine.project, phase="exploration", starts_on=date(2018, 1, 1), ends_on=date(2019, 1, 1)
    )
    said = Source(voice="community", reference=WORDS, organisation=cast.other_company, audience=audience)
    enter_record(actor=cast.monitor, record=record, source=said, evidence=[evidence(cast.monitor, FILE)])
    return record


def amend(cast: Cast, record: Any, **said: Any) -> None:
    """Change what is said of the source."""
    source = Source.objects.get(pk=record.source.pk)
    for name, value in said.items():
        setattr(source, name, value)
    amend_record(actor=cast.monitor, record=record, source=source, revision=source.revision, reason="Asked by Rosa")
    record.source.refresh_from_db()


@pytest.mark.parametrize(("audience", "who"), CASES)
@pytest.mark.promise("confidential")
def test_its_audience_reads_words_and_files_and_others_read_who_holds_it(
    client: Client, cast: Cast, mine: Mine, audience: Source.Audience, who: str
) -> None:
    record = said_by_rosa(cast, mine, audience)
    file = record.source.evidence.get()
    client.force_login(person(cast, who))
    page = client.get(f"/en/work/projects/{mine.project.slug}/phases/{record.pk}/").content.decode()
    api = client.get(f"/api/v1/records/phases/{record.pk}/", headers={"accept-language": "en"})
    told = api.json()["source"]
    download = client.get(f"/en/work/evidence/{file.pk}/")
    if who in READ_BY[audience]:
        assert WORDS in page
        assert FILE in page
        assert (told["reference"], told["organisation"]) == (WORDS, cast.other_company.pk)
        assert download.status_code == 200
    else:
        assert INSTEAD[audience] in page
        assert not any(hidden in page for hidden in (WORDS, FILE, "Minera Ajena"))
        assert (told["reference"], told["organisation"]) == (INSTEAD[audience], None)
        assert download.status_code == 404


@pytest.mark.parametrize(("audience", "who"), CASES)
def test_one_source_and_many_are_read_by_the_same_people(
    cast: Cast, mine: Mine, audience: Source.Audience, who: str
) -> None:
    source = said_by_rosa(cast, mine, audience).source
    viewer = person(cast, who)
    assert source.is_readable_by(viewer) == Source.objects.readable_by(viewer).filter(pk=source.pk).exists()
    assert source.is_confided_to(viewer) == Source.objects.confided_to(viewer).filter(pk=source.pk).exists()
    assert source.is_readable_by(viewer) == (who in READ_BY[audience])


@pytest.mark.parametrize("who", ["monitor", "reviewer", "operator"])
@pytest.mark.parametrize("path", ["projects/puka-sami/phases/?format=csv", "disbursements/?format=csv"])
@pytest.mark.promise("confidential")
def test_no_table_holds_the_words_of_a_confidential_source_whoever_asks_for_it(
    client: Client, cast: Cast, mine: Mine, path: str, who: str
) -> None:
    said_by_rosa(cast, mine, CONFIDENTIAL)
    Source.objects.filter(pk=mine.disbursement.source_id).update(audience=CONFIDENTIAL, reference=WORDS)
    client.force_login(cast[who])
    table = b"".join(client.get(f"/en/work/{path}").streaming_content).decode()  # type: ignore[attr-defined]
    assert INSTEAD[CONFIDENTIAL] in table
    assert "Rosa" not in table


@pytest.mark.parametrize("path", ["projects/puka-sami/phases/?format=csv", "disbursements/?format=csv"])
def test_a_source_for_organisations_stands_in_the_table_of_all_but_companies(
    client: Client, cast: Cast, mine: Mine, path: str
) -> None:
    said_by_rosa(cast, mine, ORGANISATIONS)
    Source.objects.filter(pk=mine.disbursement.source_id).update(audience=ORGANISATIONS, reference=WORDS)
    for who, words in (("auditor", WORDS), ("operator", INSTEAD[ORGANISATIONS])):
        client.force_login(cast[who])
        table = b"".join(client.get(f"/en/work/{path}").streaming_content).decode()  # type: ignore[attr-defined]
        assert words in table
        assert ("Rosa" in table) == (who == "auditor")


def test_a_company_reads_what_it_said_itself_and_no_other_company_does(cast: Cast, mine: Mine) -> None:
    said = Source(voice="company", reference="Our ledger", audience=CONFIDENTIAL)
    record = mine.records["disclosures"]
    record.pk, record.title = None, "Our own report"
    enter_record(actor=cast.operator, record=record, source=said)
    other = cast.nobody
    appoint(other, cast.other_company, Role.OPERATOR)
    assert said.entered_for == cast.company
    assert said.is_readable_by(cast.operator)
    assert not said.is_readable_by(other)
    assert not said.is_readable_by(cast.monitor)


# What stays behind


@pytest.mark.parametrize("who", ["monitor", "follower", "auditor", "operator"])
@pytest.mark.promise("confidential")
def test_what_a_confidential_source_said_is_in_no_history_and_not_in_the_trail(
    cast: Cast, mine: Mine, who: str
) -> None:
    record = said_by_rosa(cast, mine, CONFIDENTIAL)
    amend(cast, record, reference="Testimony of Luz", state="disputed")
    [entry] = AuditEntry.objects.about(record).filter(verb="amended")
    assert entry.changes["reference"] == []
    assert entry.changes["state"] == ["reported", "disputed"]
    [told, _entered] = history_of(record, person(cast, who))
    said = {change.label: change.told for change in told.changes}
    assert said == {"document or address": False, "state": True}
    assert told.reason == ("Asked by Rosa" if who == "monitor" else "")


def test_a_name_taken_out_of_a_public_source_is_gone_from_what_a_company_sees(
    client: Client, cast: Cast, mine: Mine
) -> None:
    record = said_by_rosa(cast, mine, PUBLIC)
    amend(cast, record, reference="Testimony", organisation=None)
    amend_record(
        actor=cast.monitor,
        record=record,
        source=record.source,
        revision=record.source.revision,
        reason="Taken out",
        detached=list(record.source.evidence.all()),
    )
    page = f"/en/work/projects/{mine.project.slug}/phases/{record.pk}/"
    for who, told in (("monitor", True), ("auditor", True), ("operator", False)):
        client.force_login(cast[who])
        shown = client.get(page).content.decode()
        assert [word in shown for word in ("Rosa Quispe", "Minera Ajena", FILE)] == [told] * 3
        assert ("Document or address: changed" in " ".join(shown.split())) != told


def test_a_source_made_confidential_takes_its_earlier_words_along(cast: Cast, mine: Mine) -> None:
    record = said_by_rosa(cast, mine, ORGANISATIONS)
    amend(cast, record, reference="Testimony of Rosa Quispe")
    assert WORDS in str(history_of(record, cast.stranger))
    amend(cast, record, audience=CONFIDENTIAL)
    for who in ("monitor", "follower", "operator"):
        assert "Rosa Quispe" not in str([told.changes for told in history_of(record, person(cast, who))])


def test_the_words_of_a_confidential_source_are_not_carried_over_in_an_address(
    client: Client, cast: Cast, mine: Mine
) -> None:
    client.force_login(cast.monitor)
    said = {"source-voice": "community", "source-state": "reported", "source-reference": WORDS, "again": "1"}
    typed = {"phase": "exploration", "starts_on": "2018-01-01", "ends_on": "2019-01-01"}
    page = f"/en/work/projects/{mine.project.slug}/phases/add/"
    answer = client.post(page, said | typed | {"source-audience": CONFIDENTIAL})
    assert "source-audience=confidential" in answer["Location"]
    assert "Rosa" not in answer["Location"]
    answer = client.post(
        page, said | typed | {"source-audience": PUBLIC, "starts_on": "2017-01-01", "ends_on": "2018-01-01"}
    )
    assert "Rosa" in answer["Location"]


@pytest.mark.promise("unseen")
def test_a_colleagues_change_of_confidential_words_is_not_overwritten_unseen(
    client: Client, cast: Cast, mine: Mine
) -> None:
    record = said_by_rosa(cast, mine, CONFIDENTIAL)
    amend(cast, record, reference="Testimony of Luz")
    client.force_login(cast.colleague)
    typed = {"phase": "exploration", "starts_on": "2018-01-01", "ends_on": "2019-01-01", "amend-reason": "A slip"}
    said = {"source-voice": "community", "source-state": "reported", "source-reference": WORDS, "source-revision": "1"}
    answer = client.post(f"/en/work/projects/{mine.project.slug}/phases/{record.pk}/amend/", typed | said)
    [error] = answer.context["source"].errors["reference"].as_data()
    assert error.code == "changed_by_both"
    assert "“Testimony of Luz”" in error.messages[0]
    record.source.refresh_from_db()
    assert record.source.reference == "Testimony of Luz"


# What a form and the database take


def test_what_says_no_audience_is_for_organisations_and_an_amendment_leaves_it_as_it_was(
    client: Client, cast: Cast, mine: Mine
) -> None:
    assert Source(voice="monitor").audience == ORGANISATIONS
    client.force_login(cast.monitor)
    typed = {"phase": "exploration", "starts_on": "2018-01-01", "ends_on": "2019-01-01"}
    said = {"source-voice": "community", "source-state": "reported"}
    page = f"/en/work/projects/{mine.project.slug}/phases/"
    assert client.post(f"{page}add/", typed | said).status_code == 302
    record = PhasePeriod.objects.get(phase="exploration")
    assert record.source.audience == ORGANISATIONS
    Source.objects.filter(pk=record.source_id).update(audience=CONFIDENTIAL)
    for number, more in enumerate(({}, {"source-audience": ""}), start=1):
        again = {"amend-reason": "A slip", "source-revision": str(number)}
        assert client.post(f"{page}{record.pk}/amend/", typed | said | again | more).status_code == 302
        record.source.refresh_from_db()
        assert (record.source.audience, record.source.revision) == (CONFIDENTIAL, number + 1)


def test_postgresql_takes_no_other_audience(cast: Cast, mine: Mine) -> None:
    with pytest.raises(IntegrityError, match="a_source_has_an_audience"), transaction.atomic():
        Source.objects.filter(pk=mine.disbursement.source_id).update(audience="")


# Originals


@pytest.mark.parametrize(
    ("who", "status"),
    [
        *((who, 200) for who in ("monitor", "colleague", "reviewer")),
        *((who, 404) for who in ("follower", "auditor", "operator")),
    ],
)
def test_an_original_is_confidential_even_where_its_source_is_public(
    client: Client, cast: Cast, mine: Mine, who: str, status: int
) -> None:
    mine.evidence.original.save("receipt.pdf", ContentFile(PDF))
    client.force_login(person(cast, who))
    assert client.get(f"/en/work/evidence/{mine.evidence.pk}/original/").status_code == status
    page = client.get(f"/en/work/disbursements/{mine.disbursement.pk}/").content.decode()
    assert ("As it came, confidential" in page) == (status == 200)
    assert client.get(f"/en/work/evidence/{mine.evidence.pk}/").status_code == 200


def test_a_file_without_an_original_has_no_address_for_one(client: Client, cast: Cast, mine: Mine) -> None:
    client.force_login(cast.monitor)
    assert client.get(f"/en/work/evidence/{mine.evidence.pk}/original/").status_code == 404


def test_the_form_keeps_an_original_where_the_box_is_ticked(client: Client, cast: Cast, mine: Mine) -> None:
    client.force_login(cast.monitor)
    typed = {"phase": "exploration", "starts_on": "2018-01-01", "ends_on": "2019-01-01"}
    said = {"source-voice": "community", "source-state": "reported", "source-originals": "on"}
    upload = SimpleUploadedFile("noted.pdf", PDF + b"% written by Rosa\n")
    page = f"/en/work/projects/{mine.project.slug}/phases/add/"
    assert client.post(page, typed | said | {"source-uploads": upload}).status_code == 302
    kept = Evidence.objects.get(name="noted.pdf")
    assert b"Rosa" in kept.original.read()
    assert b"Rosa" not in kept.file.read()


# Publications


@pytest.mark.parametrize("audience", Source.Audience)
def test_a_publication_names_public_files_and_says_of_others_who_holds_them(
    client: Client, cast: Cast, mine: Mine, audience: str
) -> None:
    Source.objects.filter(pk=mine.disbursement.source_id).update(audience=audience, reference=WORDS)
    Evidence.objects.filter(pk=mine.evidence.pk).update(name=FILE)
    publication: Publication = published(cast, produced(mine.project))
    assert "Testimony" not in publication.document
    assert (FILE in publication.document) == (audience == PUBLIC)
    assert mine.evidence.sha256 in publication.document
    assert ('"held_by":"Ojo Abierto"' in publication.document) == (audience != PUBLIC)


# Persons


@pytest.mark.parametrize("audience", Source.Audience)
def test_a_company_reads_which_organisation_verified_a_record_and_never_who(
    client: Client, cast: Cast, mine: Mine, audience: str
) -> None:
    """On what it was verified is told as the reasons of its history are: not where the source is confidential."""
    record: Any = mine.records["disclosures"]
    Source.objects.filter(pk=record.source_id).update(audience=audience)
    note = "Compared with page 12 that they keep."
    verify_record(actor=cast.reviewer, record=record, revision=record.source.revision, note=note)
    page = f"/en/work/projects/{mine.project.slug}/disclosures/{record.pk}/"
    client.force_login(cast.operator)
    told = " ".join(client.get(page).content.decode().split())
    assert "Verified, Ministerio," in told
    assert "Verified, Reviewer" not in told
    assert (note in told) == (audience != Source.Audience.CONFIDENTIAL)
    client.force_login(cast.monitor)
    told = " ".join(client.get(page).content.decode().split())
    assert "Verified, Reviewer," in told
    assert note in told


def test_a_company_is_told_the_organisation_of_the_day_and_the_names_of_its_own_people(cast: Cast) -> None:
    entry = AuditEntry.objects.create(
        actor=cast.monitor, verb="entered", content_type_id=1, object_id="1", label="x", changes={}
    )
    own = appoint(cast.nobody, cast.company, Role.OPERATOR)
    assert who_did_it(cast.operator, cast.monitor, entry.at) == "Ojo Abierto"
    assert who_did_it(cast.operator, cast.nobody, entry.at) == "Nobody"
    assert who_did_it(cast.operator, None, entry.at) == "Minka"
    assert who_did_it(cast.auditor, cast.monitor, entry.at) == "Monitor"
    appoint(own.user, cast.ngo, Role.MONITOR)
    assert who_did_it(cast.operator, own.user, entry.at) == "Ojo Abierto"
    assert who_did_it(cast.operator, own.user, entry.at, cast.company) == "Nobody"
    platform = Organisation.objects.get(name="Minka")
    assert who_did_it(cast.operator, cast.administrator, entry.at) == str(platform)
