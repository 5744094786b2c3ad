"""Publications without small numbers of people: what they show, who opens the rest, and what is refused."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import connection, transaction
from django.db.utils import DatabaseError
from django.test import Client
from django.urls import reverse

from compliance.evaluation import canonical
from compliance.evaluation.facts import EmploymentFact
from compliance.evaluation.sealed import facts_of, judgement_of
from compliance.evaluation.small_numbers import attack, commitment_to, counted_columns
from compliance.models import Publication, RowSalt, Scorecard
from compliance.public_pages.document import EXACT_SCHEMA, SCHEMA, Document, read_document
from compliance.public_pages.employment import employment_of
from compliance.review_pages.results import published_result
from compliance.services.documents import basis_of, compose
from compliance.services.publications import (
    approve_scorecard,
    find_flaws,
    flaws_of,
    publish_scorecard,
    read_content,
    seal,
)
from compliance.services.reviews import standing_of
from compliance.services.small_numbers import hide_small_numbers, opened, refuse_what_tells, rows_seen
from projects.models import EmploymentReturn, ExpectedCount
from projects.services.records import amend_record
from tests.cast import YEAR, Cast, Mine, accept_all, employment, open_mine, produced, published

pytestmark = pytest.mark.django_db

FEW_WOMEN = {
    "total_fte": Decimal(30),
    "district_fte": Decimal(12),
    "province_fte": Decimal(20),
    "women_fte": Decimal(3),
}
FEW_WOMEN |= {"region_fte": Decimal(20), "national_fte": Decimal(28)}


def say(cast: Cast, mine: Mine, **counts: Decimal | int | str | None) -> Scorecard:
    """Amend the mine's return, and the register that names as many workers, and judge it again."""
    amend(cast, EmploymentReturn.objects.get(pk=mine.records["employment"].pk), **counts)
    if "total_fte" in counts:
        amend(cast, ExpectedCount.objects.get(pk=mine.records["expected"].pk), people=counts["total_fte"])
    return produced(mine.project)


def amend(cast: Cast, row: Any, **columns: Decimal | int | str | None) -> None:
    """Amend a record."""
    for name, value in columns.items():
        setattr(row, name, value)
    amend_record(
        actor=cast.monitor, record=row, source=row.source, revision=row.source.revision, reason="Counted again"
    )


@pytest.fixture
def small(cast: Cast, mine: Mine) -> Scorecard:
    """A scorecard of thirty workers, of whom three are women and two are no nationals."""
    return say(cast, mine, **FEW_WOMEN)


def return_in(document: Document) -> Any:
    [row] = document.facts[EmploymentFact]
    return row


def correct(cast: Cast, card: Scorecard) -> Publication:
    """A second version of the same year."""
    accept_all(cast.reviewer, card)
    approve_scorecard(actor=cast.reviewer, scorecard=card)
    return publish_scorecard(actor=cast.second_reviewer, scorecard=card, correction_reason="Counted again.")


def attacked(publications: Iterable[Publication]) -> list[Any]:
    """What the subtraction attack finds in all documents of a mine together."""
    by_record: dict[str, list[Any]] = {}
    for publication in publications:
        for row, seen in rows_seen(read_document(publication), publication.scorecard):
            by_record.setdefault(row.record, []).append(seen)
    columns = counted_columns(EmploymentFact)
    return [found for seen in by_record.values() for found in attack(columns, seen)]


# What the public sees


@pytest.mark.promise("few-people")
def test_the_document_hides_small_counts_and_what_gives_them_away_and_shows_the_rest(
    cast: Cast, small: Scorecard
) -> None:
    publication = published(cast, small)
    document = read_document(publication)
    row = return_in(document)
    assert document.schema == SCHEMA
    assert (row.women_fte, row.national_fte) == (None, None)
    assert (row.total_fte, row.district_fte, row.region_fte) == (30, 12, 20)
    [covered] = document.covered
    assert (covered.record, covered.few, covered.withheld) == (row.record, ("women_fte",), ("national_fte",))
    [now] = publication.content["employment"]
    assert (now["women"], now["national"], now["foreign"], now["total"]) == (None, None, None, "30")
    assert {one["of"] for one in now["between"]} == {"women", "national", "foreign"}
    assert list(find_flaws()) == []


def test_what_few_people_are_paid_is_hidden_with_their_number(cast: Cast, mine: Mine, client: Client) -> None:
    """Two foreigners of twelve employees: neither they nor their pay, and the document holds without both."""
    pay = {"staff_pay": Decimal(700000), "foreign_pay": Decimal(81234)}
    card = say(cast, mine, staff_headcount=12, foreign_headcount=2, pay_currency="PEN", **pay)
    publication = published(cast, card)
    row = return_in(read_document(publication))
    assert (row.foreign_headcount, row.foreign_pay) == (None, None)
    assert "81234" not in client.get(f"/api/v1/publications/{publication.sha256}/").content.decode()
    assert [one.holds for one in opened(publication, read_document(publication))] == [True]
    assert list(find_flaws()) == []


def test_what_few_excused_people_are_paid_is_hidden_with_their_number(cast: Cast, mine: Mine, client: Client) -> None:
    """Two of twenty foreigners are excused: neither they nor their pay are told, nor the other eighteen."""
    pay: dict[str, Any] = {"staff_pay": Decimal(700000), "foreign_pay": Decimal(290000), "pay_currency": "PEN"}
    excused: dict[str, Any] = {"exonerated_headcount": 2, "exonerated_pay": Decimal(81234)}
    record = EmploymentReturn.objects.get(pk=mine.records["employment"].pk)
    record.foreign_exonerated, record.exonerated_until = True, record.period_end
    record.save()
    card = say(cast, mine, staff_headcount=100, foreign_headcount=20, **pay, **excused)
    publication = published(cast, card)
    row = return_in(read_document(publication))
    assert (row.foreign_headcount, row.foreign_pay) == (20, 290000)
    assert (row.exonerated_headcount, row.exonerated_pay) == (None, None)
    assert "81234" not in client.get(f"/api/v1/publications/{publication.sha256}/").content.decode()
    page = client.get(f"/en/projects/{card.project.slug}/work/").content.decode()
    assert "Excused by an exoneration" in page
    assert "81,234" not in page
    assert list(find_flaws()) == []


def test_no_page_no_download_and_no_answer_of_the_open_api_says_a_hidden_number(
    cast: Cast, mine: Mine, client: Client
) -> None:
    """The share of women is 9.7 of 100; neither it nor its points stand anywhere, and nor does the row."""
    card = say(cast, mine, **FEW_WOMEN | {"total_fte": Decimal(31)})
    publication = published(cast, card)
    slug = card.project.slug
    exact = judgement_of(card).outcome("L03")
    assert exact.score is not None
    assert exact.measured.value is not None
    told = [str(exact.score)[:6], str(exact.measured.value)[:6]]
    texts = {
        address: client.get(address).content.decode()
        for address in (
            f"/api/v1/publications/{publication.sha256}/",
            f"/en/projects/{slug}/{YEAR}.json",
            f"/en/projects/{slug}/{YEAR}/employment.csv",
            f"/en/projects/{slug}/{YEAR}/scorecard.csv",
            f"/en/projects/{slug}/work/",
            f"/en/projects/{slug}/scorecard/",
            f"/en/projects/{slug}/data/",
            f"/en/projects/{slug}/",
        )
        if client.get(address).status_code == 200
    }
    assert len(texts) >= 6, texts.keys()
    salt = RowSalt.objects.get().salt
    for address, text in texts.items():
        for hidden in (*told, "9.7 of every", '"women_fte":"3"', '"national":"28"', salt):
            assert hidden not in text, address
    assert "fewer than 5" in texts[f"/en/projects/{slug}/work/"]
    neighbours = texts[f"/en/projects/{slug}/"].partition("Did neighbours get the jobs?")[2].partition("</section>")[0]
    assert "fewer than five" not in neighbours, "the count of neighbours itself is shown"
    assert "Not known of the weight" not in texts[f"/en/projects/{slug}/scorecard/"]
    assert "12" in texts[f"/en/projects/{slug}/work/"]
    assert "are not shown: in 1 row" in texts[f"/en/projects/{slug}/data/"]


def test_a_document_without_small_numbers_hides_nothing(cast: Cast, card: Scorecard, client: Client) -> None:
    publication = published(cast, card)
    document = read_document(publication)
    assert document.covered == ()
    assert publication.content["facts"] == json.loads(card.facts_text)
    assert document.scorecard == judgement_of(card)
    assert not RowSalt.objects.exists()
    assert "not shown" not in client.get(f"/en/projects/{card.project.slug}/work/").content.decode()


def test_unknown_stays_unknown_and_zero_zero(cast: Cast, mine: Mine) -> None:
    publication = published(cast, say(cast, mine, women_fte=Decimal(0), district_fte=None))
    row = return_in(read_document(publication))
    assert (row.women_fte, row.district_fte) == (0, None)
    assert read_document(publication).covered == ()


def test_a_grade_that_hides_is_no_change(cast: Cast, mine: Mine) -> None:
    published(cast, produced(mine.project))
    second = correct(cast, say(cast, mine, staff_headcount=5, foreign_headcount=1))
    changed = {change["code"] for change in second.content["changes"] if change["kind"] == "indicator"}
    assert read_document(second).scorecard.outcome("L04").grade == "?"
    assert "L04" not in changed


# Attack and refusal


@pytest.mark.promise("few-people")
def test_all_versions_together_give_no_hidden_number_away_and_do_with_the_guard_off(
    cast: Cast, mine: Mine, small: Scorecard
) -> None:
    published(cast, small)
    correct(cast, say(cast, mine, national_fte=Decimal(30)))
    last = correct(cast, say(cast, mine, national_fte=Decimal(28), total_fte=Decimal(31)))
    assert attacked(Publication.objects.order_by("sequence")) == []
    assert list(find_flaws()) == []
    bare, _salts = hide_small_numbers(
        basis_of(last.scorecard, standing_of(last.scorecard), last.published_at.date()), guard=False
    )
    envelope = {name: last.content[name] for name in ("sequence", "previous", "supersedes")}
    envelope["published_at"] = last.published_at
    document = read_content(bare | envelope | {"correction_reason": None}, last.scorecard)
    with pytest.raises(ValidationError) as error:
        refuse_what_tells(document, last.scorecard)
    assert error.value.code == "small_numbers"
    said = error.value.messages[0]
    assert "Nothing is published" in said
    assert f"employment returns, {return_in(document).record}: women" in said
    assert "all workers (full-time equivalents) − nationals" in said


def test_a_result_that_is_more_exact_than_what_is_shown_is_refused(cast: Cast, small: Scorecard) -> None:
    publication = published(cast, small)
    content = publication.content
    exact = judgement_of(small).to_json()
    told = content | {"scorecard": content["scorecard"] | {"score": exact["score"]}}
    with pytest.raises(ValidationError, match="score is published as"):
        refuse_what_tells(read_content(told, small), small)
    refuse_what_tells(read_content(content, small), small)


@pytest.mark.promise("few-people")
def test_publishing_refuses_what_lets_a_hidden_number_be_found_and_seals_nothing(
    cast: Cast, small: Scorecard, monkeypatch: pytest.MonkeyPatch
) -> None:
    accept_all(cast.reviewer, small)
    approve_scorecard(actor=cast.reviewer, scorecard=small)
    monkeypatch.setattr(
        "compliance.services.publications.hide_small_numbers", lambda basis: hide_small_numbers(basis, guard=False)
    )
    with pytest.raises(ValidationError, match="fewer than five people could be worked out"), transaction.atomic():
        publish_scorecard(actor=cast.second_reviewer, scorecard=small)
    assert not Publication.objects.exists()


# Commitments


def test_the_commitment_opens_to_the_exact_row_and_to_no_other(cast: Cast, small: Scorecard) -> None:
    publication = published(cast, small)
    [one] = opened(publication, read_document(publication))
    assert one.holds
    [row] = facts_of(small)[EmploymentFact]
    assert row.women_fte == 3
    assert one.covered.commitment == commitment_to(one.salt, row)
    assert not dataclasses.replace(one, text=one.text.replace('"women_fte":"3"', '"women_fte":"4"')).holds
    assert not dataclasses.replace(one, salt="0" * 64).holds


def test_two_publications_of_one_row_have_salts_of_their_own(cast: Cast, mine: Mine, small: Scorecard) -> None:
    published(cast, small)
    correct(cast, say(cast, mine, district_fte=Decimal(13)))
    assert len(set(RowSalt.objects.values_list("salt", flat=True))) == 2


def test_salts_are_never_changed_or_deleted(cast: Cast, small: Scorecard) -> None:
    published(cast, small)
    for change in ("UPDATE compliance_rowsalt SET salt = repeat('0', 64)", "DELETE FROM compliance_rowsalt"):
        with pytest.raises(DatabaseError, match="permission denied|never changed or deleted"), transaction.atomic():
            connection.cursor().execute(change)


def test_verifying_finds_a_commitment_that_does_not_open_and_results_that_do_not_follow(
    cast: Cast, small: Scorecard
) -> None:
    publication = published(cast, small)
    call_command("verify_publications")
    flaws = [flaw.what for flaw in flaws_of(publication, None)]
    assert flaws == []
    [covered] = publication.content["small_numbers"]
    publication.document = canonical.dumps(
        publication.content | {"small_numbers": [covered | {"commitment": "0" * 64}]}
    )
    assert f"the commitment to {covered['record']} does not open" in [flaw.what for flaw in flaws_of(publication, None)]
    told = publication.content["scorecard"] | {"best": "1"}
    publication.document = canonical.dumps(publication.content | {"scorecard": told})
    found = [flaw.what for flaw in flaws_of(publication, None)]
    assert any(what.startswith("best is published as 1") for what in found)
    assert "the whole does not lie between what is published" in found
    shown = publication.content["facts"] | {
        "employment": [dict(publication.content["facts"]["employment"][0], total_fte="31")]
    }
    publication.document = canonical.dumps(publication.content | {"facts": shown})
    assert "the facts are not those of its scorecard" in [flaw.what for flaw in flaws_of(publication, None)]


# What was sealed before


def sealed_exactly(cast: Cast, card: Scorecard) -> Publication:
    """A publication as it was sealed before small numbers were hidden."""
    accept_all(cast.reviewer, card)
    approval = approve_scorecard(actor=cast.reviewer, scorecard=card)
    content = compose(card, standing_of(card), approval.at.date())
    del content["small_numbers"]
    envelope = {"sequence": 1, "previous": None, "published_at": approval.at, "supersedes": None}
    exact = content | envelope | {"correction_reason": None, "schema": EXACT_SCHEMA}
    publication = seal(exact, card, approved_by=cast.reviewer, published_by=cast.second_reviewer)
    card.reviews.create(action="publish", reviewer=cast.second_reviewer)
    return publication


def test_what_was_sealed_with_every_number_is_shown_and_verified_as_it_is(
    cast: Cast, small: Scorecard, client: Client
) -> None:
    publication = sealed_exactly(cast, small)
    document = read_document(publication)
    assert not document.hides_small_numbers
    assert return_in(document).women_fte == 3
    assert list(find_flaws()) == []
    assert "fewer than" not in client.get(f"/en/projects/{small.project.slug}/work/").content.decode()


def test_what_is_known_from_before_is_no_reason_to_refuse_and_is_hidden_from_now_on(
    cast: Cast, mine: Mine, small: Scorecard
) -> None:
    sealed_exactly(cast, small)
    second = correct(cast, say(cast, mine, district_fte=Decimal(13)))
    assert return_in(read_document(second)).women_fte is None
    assert list(find_flaws()) == []


def test_small_numbers_of_a_year_that_was_sealed_with_them_are_not_repeated_in_a_later_one(
    cast: Cast, mine: Mine
) -> None:
    row = employment(cast.monitor, mine.project, YEAR - 1)
    row.women_fte = Decimal(3)
    amend_record(actor=cast.monitor, record=row, source=row.source, revision=row.source.revision, reason="Counted")
    sealed_exactly(cast, produced(mine.project, YEAR - 1))
    before, now = published(cast, produced(mine.project)).content["employment"]
    assert (before["year"], before["women"], before["total"]) == (YEAR - 1, None, "200")
    assert now["women"] == "40"


def test_an_approval_covers_the_exact_workers_whatever_is_hidden_of_them(cast: Cast, small: Scorecard) -> None:
    publication = published(cast, small)
    document = read_document(publication)
    exact = canonical.plain(employment_of(facts_of(small)))
    approval = small.reviews.get(action="approve")
    assert document.shows_what_was_approved(approval.shown_sha256, exact)
    assert not document.shows_what_was_approved(approval.shown_sha256, exact | {"women": "4"})


# Who sees the exact numbers


def test_reviewers_and_auditors_open_the_exact_row_and_nobody_else(
    cast: Cast, small: Scorecard, client: Client
) -> None:
    publication = published(cast, small)
    salt = publication.salts.get().salt
    address = reverse("reviews:small-numbers", args=[small.pk])
    for name, may in [("auditor", True), ("second_reviewer", True), ("monitor", False), ("operator", False)]:
        client.force_login(cast[name])
        answer = client.get(address)
        assert (answer.status_code == 200) is may, name
        assert (salt in answer.content.decode()) is may, name
    client.force_login(cast.auditor)
    page = client.get(address).content.decode()
    assert "women_fte&quot;:&quot;3&quot;" in page
    assert "The row is the one that the publication commits itself to." in page
    client.logout()
    assert client.get(address).status_code == 302


def test_the_page_of_the_exact_rows_names_versions_that_show_them_to_everybody(
    cast: Cast, mine: Mine, small: Scorecard, client: Client
) -> None:
    sealed_exactly(cast, small)
    second = correct(cast, say(cast, mine, district_fte=Decimal(13)))
    client.force_login(cast.auditor)
    page = client.get(reverse("reviews:small-numbers", args=[second.scorecard_id])).content.decode()
    assert "showing every number, which cannot be undone" in page
    assert "publication 1" in page


def test_whoever_reviews_sees_the_published_score_with_every_number(cast: Cast, small: Scorecard) -> None:
    publication = published(cast, small)
    assert read_document(publication).scorecard.score is None
    result = published_result(publication)
    assert result is not None
    assert result.score == judgement_of(small).score


def test_a_mine_of_another_with_the_same_numbers_has_another_commitment(
    cast: Cast, mine: Mine, small: Scorecard
) -> None:
    other = open_mine(cast.monitor, cast.other_company, "Urqu Sami")
    publications = [published(cast, small), published(cast, say(cast, other, **FEW_WOMEN))]
    commitments = {one.content["small_numbers"][0]["commitment"] for one in publications}
    assert len(commitments) == 2
