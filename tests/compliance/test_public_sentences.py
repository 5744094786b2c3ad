"""Each public sentence about a figure stands on a fact: change the fact, and the sentence is gone."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.utils import translation

from communities.statement_words import Testimony
from compliance.models import Scorecard
from compliance.public_pages import assessments, employment
from compliance.public_pages.assessments import Study, study_answer, study_events
from compliance.public_pages.commitments import PublishedPromise
from compliance.public_pages.document import Document, read_document, shown_digest, shown_digests, without
from compliance.public_pages.money import Sums
from compliance.services.documents import compose
from compliance.services.publications import find_flaws
from compliance.services.reviews import standing_of
from projects.models import EmploymentReturn, ExpectedCount
from projects.services.withdrawal import withdraw_record
from tests.cast import Cast, Mine, produced, published
from tests.compliance.changed_facts import RESULTS, SECTIONS_OF_FACTS, sentences, try_every_change
from tests.compliance.sample_document import read, sample_document


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Words are compared in the source language."""
    with translation.override("en"):
        yield


# Every sentence


@pytest.mark.django_db
def test_of_a_mine_with_every_kind_of_record_no_sentence_stays_whose_fact_is_gone(cast: Cast, card: Scorecard) -> None:
    document = read_document(published(cast, card))
    tried = try_every_change([document])
    assert tried.changes > 500
    assert tried.untold == []
    assert tried.standing == set()


@pytest.mark.django_db
def test_in_spanish_no_sentence_is_left_in_english(cast: Cast, card: Scorecard) -> None:
    document = read_document(published(cast, card))
    parts = [part for several in (*SECTIONS_OF_FACTS, RESULTS) for part in several]
    in_english = sentences(document, parts)
    with translation.override("es"):
        in_spanish = sentences(document, parts)
    assert in_spanish.total() >= in_english.total() * 0.95
    same = [one for one in in_spanish if one in in_english and len(one.split()) > 4]
    assert [one for one in same if re.search("[a-z]{3}", one)] == []


# Studies


@pytest.mark.django_db
def test_that_every_study_came_in_time_is_said_of_the_record_alone_where_no_list_names_the_parts(
    cast: Cast, card: Scorecard
) -> None:
    whole = read_document(published(cast, card))
    assert answered(whole) == "Yes"
    for row in ExpectedCount.objects.filter(project=card.project, of=ExpectedCount.Of.ASSESSMENTS):
        withdraw_record(actor=cast.monitor, record=row, reason="It was about another mine")
    unlisted = read_document(published(cast, produced(card.project), reason="The list was about another mine"))
    assert answered(unlisted) == "Yes, of what is on record"


def answered(document: Document) -> str:
    """Whether the studies came in time, as the front says it."""
    return study_answer(assessments.studies_of(document), more_parts=assessments.parts_may_be_missing(document)).say


# Promises

ASSEMBLY = Testimony(voice="community", known_by="assembly", said_on=date(2025, 7, 1), holder="Ojo Abierto", files=1)


def promise(state: str, *said_by: str, **changes: Any) -> PublishedPromise:
    """A promise that was due in June."""
    usual: dict[str, Any] = {
        "record": "commitment/1",
        "description": "A school roof",
        "due_on": date(2025, 6, 30),
        "voluntary": False,
        "state": state,
        "said_by": said_by,
        "fulfilled_on": None,
        "days_late": None,
    }
    return PublishedPromise(**usual | changes)


def test_a_community_that_denies_a_promise_kept_late_by_the_companys_word_is_not_said_to_confirm_it() -> None:
    late = {"fulfilled_on": date(2025, 7, 5), "days_late": 5, "community_known": ASSEMBLY}
    assert promise("disputed", "community", **late).proof.startswith("Denied by the assembly of 1 July 2025")
    assert promise("late", "community", **late).proof.startswith("Confirmed by the assembly of 1 July 2025")
    never = promise("late", "community", community_known=ASSEMBLY, days_late=40)
    assert never.proof.startswith("Denied by the assembly of 1 July 2025")


def test_a_community_that_confirms_what_an_authority_denies_is_not_said_to_deny_it() -> None:
    disputed = promise("disputed", "authority", community_known=ASSEMBLY, authority_document="Act 4")
    assert disputed.proof.startswith("Confirmed by the assembly of 1 July 2025")
    assert disputed.proof.endswith("The authority says so in: Act 4.")


def test_an_authority_that_confirms_what_the_community_denies_is_not_said_to_deny_it_too() -> None:
    disputed = promise("disputed", "community", community_known=ASSEMBLY, authority_document="Act 4")
    assert disputed.proof.startswith("Denied by the assembly of 1 July 2025")
    assert disputed.proof.endswith("An authority says that it was done, in: Act 4.")
    both = promise("disputed", "community", "authority", authority_document="Act 4")
    assert both.proof == "The authority says so in: Act 4."


def test_a_day_is_named_once_by_the_state_or_beside_it() -> None:
    late = {"fulfilled_on": date(2025, 7, 5), "days_late": 5}
    confirmed = promise("confirmed", "community", "company", **late)
    assert confirmed.day_words == "The day that is named: 5 July 2025."
    assert "5 July" not in confirmed.words
    claimed = promise("claimed", "company", **late)
    assert claimed.day_words == ""
    assert "5 July 2025" in claimed.words


# Money


def test_money_is_said_to_have_arrived_in_part_only_where_a_part_is_told() -> None:
    some = Sums(currency="PEN", promised=Decimal(1000), paid=Decimal(1000), told=Decimal(400))
    whole = dataclasses.replace(some, told=Decimal(1000))
    assert some.sentence == "Some of it is said to have arrived; no recipient has confirmed it on paper."
    assert whole.sentence == "All of it is said to have arrived; no recipient has confirmed it on paper."
    assert dataclasses.replace(some, told=Decimal(0)).sentence.startswith("No community has answered yet")
    assert dataclasses.replace(whole, confirmed=Decimal(1000)).sentence.startswith("Of every S/\u00a0100 promised")


def test_what_communities_confirm_beyond_what_was_promised_is_said_though_the_mine_is_silent() -> None:
    beyond = Sums(currency="PEN", beyond_paid=Decimal(0), beyond_confirmed=Decimal(50))
    assert beyond.beyond == (
        "Besides, communities confirm S/\u00a050 beyond what was promised; the mine does not say so."
    )
    paid = dataclasses.replace(beyond, beyond_paid=Decimal(80))
    assert paid.beyond.startswith("Besides, S/\u00a080 was paid without or beyond what was promised, says the mine")
    assert dataclasses.replace(beyond, beyond_confirmed=Decimal(0)).beyond == ""


# Studies and workers


def study(component: str, voice: str, **changes: Any) -> Study:
    """A study that was approved in time."""
    usual: dict[str, Any] = {
        "record": f"assessment/{component}",
        "instrument": "EIA-d",
        "component": component,
        "submitted_on": date(2020, 1, 1),
        "approved_on": date(2021, 1, 1),
        "works_started_on": date(2021, 6, 1),
        "days_before_start": 151,
        "state": "before",
        "voice": voice,
    }
    return Study(**usual | changes)


def test_that_no_meeting_was_planned_is_said_and_that_nobody_recorded_a_plan_is_not() -> None:
    assert study("Pit", "company", participation_planned=0).approval == "No meeting with people was planned."
    assert study("Pit", "company", participation_planned=None).approval == ""


def test_each_side_that_says_when_studies_were_approved_is_named() -> None:
    two = [study("Pit", "company"), study("Dam", "authority")]
    answer = study_answer(two)
    assert (answer.voices, answer.voice) == (("authority", "company"), "unknown")
    assert study_answer(two[:1]).voice == "company"
    assert {event.voice for event in study_events(two, closing=False)} == {"company", "authority"}


def test_each_side_that_reported_workers_is_named_where_years_differ() -> None:
    document = sample_document()
    assert employment.show(read(document))["voices"] == ["company"]
    document["employment"][0]["voice"] = "monitor"
    assert employment.show(read(document))["voices"] == ["company", "monitor"]


# What people were paid


def pay(mine: Mine, **changes: Any) -> Scorecard:
    """The scorecard once the operator's return says what its employees were paid."""
    sums: dict[str, Any] = {"staff_pay": Decimal(900000), "foreign_pay": Decimal(90000), "pay_currency": "USD"}
    EmploymentReturn.objects.filter(project=mine.project).update(**sums | changes)
    return produced(mine.project)


def staff_page(client: Client, mine: Mine) -> str:
    """The page about work, as it is read."""
    page = client.get(f"/en/projects/{mine.project.slug}/work/").content.decode()
    return " ".join(page.replace("\u00a0", " ").split())


@pytest.mark.django_db
def test_pay_is_said_in_its_currency(client: Client, cast: Cast, mine: Mine) -> None:
    published(cast, pay(mine))
    text = staff_page(client, mine)
    assert "US$ 900,000" in text
    assert "US$ 90,000" in text
    assert "in a currency that is not known" not in text
    assert list(find_flaws()) == []


@pytest.mark.django_db
def test_the_currency_of_hidden_pay_is_sealed_alike_before_and_after_it_is_hidden(
    client: Client, cast: Cast, mine: Mine
) -> None:
    publication = published(cast, pay(mine, foreign_headcount=2))
    assert publication.content["staff"] == [{"record": mine_return(mine), "currency": "USD"}]
    assert "US$ 90,000" not in staff_page(client, mine)
    assert list(find_flaws()) == []


def mine_return(mine: Mine) -> str:
    """The name of its return about workers."""
    return f"employment-return/{mine.records['employment'].pk}"


@pytest.mark.django_db
def test_a_mine_of_which_no_return_names_a_currency_seals_none(cast: Cast, card: Scorecard) -> None:
    assert "staff" not in published(cast, card).content


@pytest.mark.django_db
def test_what_was_approved_before_the_currency_of_pay_was_sealed_is_still_approved(cast: Cast, mine: Mine) -> None:
    card = pay(mine)
    today = compose(card, standing_of(card), date(2026, 3, 1))
    before: Any = without(frozenset({"staff", "sources", "conditions", "owner_voice"}), today)
    assert "staff" in today
    assert shown_digest(before) in shown_digests(today)
    assert shown_digest(before | {"staff": []}) not in shown_digests(before)
