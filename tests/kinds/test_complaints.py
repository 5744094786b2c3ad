"""Environmental complaints: what became of each stands in public, who complained nowhere, and few are not counted."""

from datetime import date
from typing import Any

import pytest
from django.test import Client

from accounts.models import AuditEntry, Organisation, User
from accounts.roles import Role
from accounts.services.audit import write_audit
from compliance.evaluation.criteria.complaints import ComplaintFact
from compliance.evaluation.gathering import Scope, gather
from compliance.public_pages.complaints import count_words, state_words
from compliance.public_pages.document import read_document
from projects.kinds import KINDS_OF_RECORD
from projects.models import ComplaintStep, EnvironmentalComplaint, ImportBatch, Project, Source
from projects.services.records import enter_record
from projects.services.withdrawal import hanging_on
from tests.cast import YEAR, Cast, Mine, appoint, gather_cast, open_mine, produced, published, source

KIND, FOUND_BY, BY_COMPANIES = "environmental-complaints", "canary", False
AUTHORITY, PRIVATE = "Ministerio", "canary-7781"


def typed(mine: Project, company: Organisation, year: int) -> dict[str, Any]:
    """A complaint about water that an authority received, with its number and a note, which nobody publishes."""
    authority = Organisation.objects.get(name=AUTHORITY)
    lodged = {"received_on": f"{year}-03-03", "lodged_at": "authority", "lodged_with": authority.pk}
    return lodged | {"subject": "water", "code": f"{PRIVATE}-{mine.pk}-{year}", "notes": f"Note {PRIVATE}"}


@pytest.fixture
def cast() -> Cast:
    """Everybody."""
    return gather_cast()


@pytest.fixture
def own(cast: Cast) -> Mine:
    """A mine with a record of every kind."""
    return open_mine(cast.monitor, cast.company)


def complain(cast: Cast, own: Mine, audience: str = Source.Audience.CONFIDENTIAL, **columns: Any) -> Any:
    """A complaint of the year, by a source of an audience."""
    usual = {"received_on": date(YEAR, 8, 19), "lodged_at": "organisation", "subject": "dust", "notes": PRIVATE}
    record = EnvironmentalComplaint(project=own.project, **usual | columns)
    enter_record(actor=cast.monitor, record=record, source=source(audience=audience, voice="community"))
    return record


def step(cast: Cast, complaint: Any, state: str, day: date, word: str = "", **of_source: Any) -> Any:
    """What became of a complaint."""
    record = ComplaintStep(complaint=complaint, state=state, reached_on=day, resolved_by_word_of=word)
    enter_record(actor=cast.monitor, record=record, source=source(**of_source))
    return record


def facts_of(own: Mine, year: int = YEAR) -> tuple[ComplaintFact, ...]:
    """What judgement and public read of the complaints of a year."""
    pair = (own.project.pk, year)
    return gather(Scope(frozenset({pair}), date(2026, 11, 1)))[pair][ComplaintFact]


def alone(own: Mine, year: int = YEAR) -> ComplaintFact:
    """The one complaint that has a row of its own."""
    [found] = (row for row in facts_of(own, year) if row.received_on)
    return found


@pytest.mark.django_db
@pytest.mark.parametrize(
    "columns",
    [
        {"audience": Source.Audience.ORGANISATIONS, "lodged_at": "authority"},
        {"audience": Source.Audience.PUBLIC, "lodged_at": "company"},
        {"audience": Source.Audience.PUBLIC, "lodged_at": "authority", "lodged_with": None},
    ],
)
def test_only_what_an_authority_received_and_everybody_may_read_has_a_row_of_its_own(
    cast: Cast, own: Mine, columns: dict[str, Any]
) -> None:
    """The day, the number, the file and the place of all others are in no fact."""
    for _number in range(9):
        complain(cast, own, **{"lodged_with": cast.regulator} | columns)
    assert [row.received_on for row in facts_of(own) if row.complaints] == []
    told = complain(cast, own, **{"lodged_with": cast.regulator} | columns)
    [others] = (row for row in facts_of(own) if row.received_on is None)
    assert (others.subject, others.state, others.complaints) == ("", "", 10)
    assert (others.authority, others.state_since, others.inspection, others.evidence) == (None, None, None, 0)
    assert (others.voice, others.key == told.pk) == ("unknown", False)
    assert alone(own).authority == AUTHORITY


@pytest.mark.django_db
def test_an_open_complaint_is_told_in_later_years_and_a_closed_one_until_it_was_closed(cast: Cast, own: Mine) -> None:
    complaint = EnvironmentalComplaint.objects.get()
    complain(cast, own)
    assert [row.received_on for row in facts_of(own, YEAR + 2)] == [complaint.received_on]
    step(cast, complaint, "resolved", date(YEAR, 12, 1), "company")
    assert facts_of(own, YEAR + 2), "the word of the company alone closes nothing"
    step(cast, complaint, "resolved", date(YEAR + 1, 1, 5), "complainant")
    assert (alone(own, YEAR + 1).state_since, facts_of(own, YEAR + 2)) == (date(YEAR + 1, 1, 5), ())


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("steps", "told"),
    [
        ([("admitted", 4, ""), ("inspection", 5, "")], ("inspection", "", 5)),
        ([("resolved", 5, "company"), ("resolved", 6, "complainant")], ("resolved", "complainant", 6)),
        ([("resolved", 5, "authority"), ("resolved", 6, "company")], ("resolved", "authority", 5)),
        ([("resolved", 5, "complainant"), ("inspection", 6, "")], ("inspection", "", 6)),
        (
            [("resolved", 4, "complainant"), ("inspection", 5, ""), ("resolved", 6, "company")],
            ("resolved", "company", 6),
        ),
    ],
)
def test_the_last_state_counts_and_whoever_complained_says_best_whether_it_is_resolved(
    cast: Cast, own: Mine, steps: list[tuple[str, int, str]], told: tuple[str, str, int]
) -> None:
    ComplaintStep.objects.all().delete()
    for state, month, word in steps:
        step(cast, EnvironmentalComplaint.objects.get(), state, date(YEAR, month, 9), word)
    row = alone(own)
    assert (row.state, row.resolved_by_word_of, row.state_since) == (*told[:2], date(YEAR, told[2], 9))


@pytest.mark.django_db
def test_a_complaint_that_only_the_company_archived_is_told_in_later_years(cast: Cast, own: Mine) -> None:
    complaint = EnvironmentalComplaint.objects.get()
    step(cast, complaint, "archived", date(YEAR, 9, 1), voice="company")
    assert alone(own, YEAR + 1).closed_on is None
    step(cast, complaint, "archived", date(YEAR, 9, 2), voice="authority")
    assert facts_of(own, YEAR + 1) == ()


@pytest.mark.django_db
def test_whoever_speaks_for_the_company_of_a_mine_sees_none_of_its_complaints_in_any_other_role(
    cast: Cast, own: Mine
) -> None:
    complaint = complain(cast, own, Source.Audience.ORGANISATIONS)
    assert complaint in EnvironmentalComplaint.objects.visible_to(cast.reviewer)
    appoint(cast.reviewer, cast.company, Role.OPERATOR)
    reader = User.objects.get(pk=cast.reviewer.pk)
    assert not EnvironmentalComplaint.objects.visible_to(reader).exists()


@pytest.mark.django_db
def test_whoever_withdraws_a_condition_is_not_told_that_a_complaint_names_it(cast: Cast, own: Mine) -> None:
    condition = own.records["conditions"]
    before = hanging_on(condition, cast.operator)
    complain(cast, own, condition=condition)
    [more] = (one for one in hanging_on(condition, cast.operator) if one not in before)
    assert (str(more.kind), more.named, more.others) == ("not shown to you", (), 1)
    told = " ".join(f"{one.kind} {one.named}" for one in hanging_on(condition, cast.reviewer))
    assert "environmental complaint" in told


@pytest.mark.django_db
def test_an_import_of_complaints_is_for_its_own_organisation_and_their_reasons_for_who_may_see_them(
    client: Client, cast: Cast, own: Mine
) -> None:
    batch = ImportBatch.objects.create(
        target=KIND, organisation=cast.ngo, uploaded_by=cast.monitor, name="c.csv", size=1
    )
    for reader, sees in ((cast.monitor, True), (cast.administrator, False), (cast.auditor, False)):
        assert ImportBatch.objects.visible_to(reader).filter(pk=batch.pk).exists() is sees
    complaint = complain(cast, own)
    write_audit(actor=cast.monitor, verb="checked", record=complaint, reason=f"Letter {PRIVATE}")
    client.force_login(cast.auditor)
    for query in ("", f"?q={PRIVATE}"):
        page = client.get(f"/en/work/audit/{query}").content.decode()
        assert f"Letter {PRIVATE}" not in page
        assert (f"Complaint {complaint.pk}" in page) is (not query)
    assert not AuditEntry.objects.with_words(PRIVATE, []).exists()


@pytest.mark.django_db
def test_a_company_that_says_it_in_the_name_of_whoever_complained_is_the_company(cast: Cast, own: Mine) -> None:
    complaint = EnvironmentalComplaint.objects.get()
    step(cast, complaint, "resolved", date(YEAR, 9, 1), "complainant", voice="company")
    assert state_words(alone(own)) == "Only the company says that it is resolved"


@pytest.mark.django_db
def test_what_a_committee_tells_of_others_closes_nothing_and_hides_no_word_of_their_own(cast: Cast, own: Mine) -> None:
    ComplaintStep.objects.all().delete()
    complaint = EnvironmentalComplaint.objects.get()
    step(cast, complaint, "resolved", date(YEAR, 9, 1), "complainant", voice="committee")
    assert (alone(own).state_voice, alone(own).closed_on) == ("committee", None)
    assert facts_of(own, YEAR + 1), "and it is told in later years"
    step(cast, complaint, "resolved", date(YEAR, 9, 2), "authority", voice="authority")
    assert (alone(own).state_voice, alone(own).closed_on) == ("authority", date(YEAR, 9, 2))
    assert facts_of(own, YEAR + 1) == ()


@pytest.mark.django_db
def test_what_an_authority_closed_stays_closed_whatever_a_committee_tells_afterwards(cast: Cast, own: Mine) -> None:
    ComplaintStep.objects.all().delete()
    complaint = EnvironmentalComplaint.objects.get()
    step(cast, complaint, "archived", date(YEAR, 9, 1), voice="authority")
    step(cast, complaint, "resolved", date(YEAR, 9, 2), "complainant", voice="committee")
    assert (alone(own).state, alone(own).closed_on) == ("archived", date(YEAR, 9, 1))


@pytest.mark.django_db
def test_what_is_not_for_everybody_says_nothing_of_a_complaint_that_has_a_row_of_its_own(cast: Cast, own: Mine) -> None:
    before = alone(own)
    complaint = EnvironmentalComplaint.objects.get()
    step(cast, complaint, "resolved", date(YEAR, 9, 1), "complainant", audience=Source.Audience.CONFIDENTIAL)
    assert alone(own) == before


@pytest.mark.django_db(databases=["default", "public"])
def test_who_complained_and_how_many_few_are_is_in_no_publication(client: Client, cast: Cast, own: Mine) -> None:
    for day in range(1, 11):
        complain(cast, own, subject="noise", received_on=date(YEAR, 10, 20 + day))
    complain(cast, own, code=PRIVATE)
    publication = published(cast, produced(own.project))
    document = read_document(publication)
    assert [count_words(row) for row in document.facts[ComplaintFact] if not row.received_on] == ["at least 10"]
    slug = own.project.slug
    told = [publication.document]
    for language in ("en", "es"):
        told += [client.get(f"/{language}/projects/{slug}/oversight/").content.decode()]
        for name in ("environmental-complaints", "other-complaints"):
            told += [client.get(f"/{language}/projects/{slug}/{YEAR}/{name}.csv").content.decode()]
    for text in told:
        assert "canary" not in text
        assert f"{YEAR}-10-2" not in text
        assert f"{YEAR}-08-19" not in text
    page = told[1].replace("\xa0", " ")
    assert f"received by Ministerio on 3 March {YEAR}" in page
    assert "at least 10" in page
    assert "al menos 10" in told[4].replace("\xa0", " ")


@pytest.mark.django_db
@pytest.mark.parametrize("who", ["operator", "auditor", "administrator", "stranger", "reviewer", "colleague"])
def test_a_confidential_complaint_is_there_for_its_organisation_and_reviewers_and_companies_see_none(
    client: Client, cast: Cast, own: Mine, who: str
) -> None:
    """Page, list, search, count, API and the forms of what hangs on it."""
    complaint = complain(cast, own, notes=PRIVATE)
    confided = who in {"reviewer", "colleague"}
    client.force_login(cast[who])
    base = f"/en/work/projects/{own.project.slug}"
    page = client.get(f"{base}/{KIND}/{complaint.pk}/")
    assert page.status_code == (200 if confided else 404)
    for address in (f"{base}/{KIND}/?q=dust", f"{base}/{KIND}/?format=csv", "/en/work/search/?q=dust"):
        answer: Any = client.get(address)
        text = b"".join(answer.streaming_content) if answer.streaming else answer.content
        assert ("19 August" in text.decode().replace("\xa0", " ")) is confided, address
    api = {row["id"] for row in client.get(f"/api/v1/records/{KIND}/").json()["results"]}
    assert (complaint.pk in api) is confided
    assert api or who in {"operator", "stranger"}
    offered = KINDS_OF_RECORD["complaint-steps"].form(actor=cast[who], project=own.project).fields["complaint"].queryset
    assert (complaint in offered) is confided
    if who == "operator":
        assert client.get(f"{base}/{KIND}/").status_code == 404
        assert KIND not in client.get(f"{base}/").content.decode()


@pytest.mark.django_db
def test_the_trail_which_others_read_calls_a_complaint_by_its_number(cast: Cast, own: Mine) -> None:
    complaint = complain(cast, own, code=PRIVATE)
    said = step(cast, complaint, "dropped", date(YEAR, 9, 1), audience=Source.Audience.CONFIDENTIAL)
    labels = set(AuditEntry.objects.filter(object_id__in=[complaint.pk, said.pk]).values_list("label", flat=True))
    assert {f"Complaint {complaint.pk}", f"State {said.pk} of complaint {complaint.pk}"} <= labels
    assert not any(PRIVATE in label for label in labels)


def test_no_column_asks_who_complained() -> None:
    names = {column.name for column in EnvironmentalComplaint._meta.get_fields()}
    assert not names & {"complainant", "name", "person", "address", "contact", "community", "latitude"}
    assert "names" in str(EnvironmentalComplaint._meta.get_field("notes").help_text)
