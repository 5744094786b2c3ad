"""Deciding: who may, what a decision needs, and for which outcome it holds."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction

from accounts.models import AuditEntry
from compliance.models import Review, Scorecard
from compliance.services.publications import approve_scorecard, publish_scorecard
from compliance.services.reviews import (
    SHORTEST_OVERRIDE_REASON,
    accept_undecided,
    decide_indicator,
    keep_published,
    reopen_scorecard,
    reply_to_query,
    return_scorecard,
    standing_of,
)
from projects.models import PhasePeriod
from projects.services.records import amend_record
from tests.cast import (
    Cast,
    Mine,
    accept_all,
    payment,
    person,
    produced,
)
from tests.compliance.review_help import REASON, change_workers, override, refused

pytestmark = pytest.mark.django_db


def test_every_indicator_is_decided_before_anybody_approves(cast: Cast, card: Scorecard) -> None:
    undecided = standing_of(card).undecided
    assert len(undecided) >= 8
    assert refused(lambda: approve_scorecard(actor=cast.reviewer, scorecard=card)) == "undecided"
    accept_all(cast.reviewer, card)
    assert standing_of(card).undecided == ()
    approve_scorecard(actor=cast.reviewer, scorecard=card)
    assert AuditEntry.objects.filter(actor=cast.reviewer, verb="accept").count() == len(undecided)


def test_a_question_keeps_the_indicator_open_until_it_is_decided(cast: Cast, card: Scorecard) -> None:
    accept_all(cast.reviewer, card)
    decide_indicator(actor=cast.reviewer, scorecard=card, indicator="E01", action="query", reason="Which folio?")
    assert standing_of(card).undecided == ("E01",)
    reply_to_query(actor=cast.operator, scorecard=card, indicator="E01", words="Folio 12.")
    assert standing_of(card).undecided == ("E01",)
    override(cast, card)
    assert standing_of(card).ready
    assert standing_of(card).decisions["E01"].score == 50


def test_an_override_gives_a_long_reason_and_a_score_from_0_to_100(cast: Cast, card: Scorecard) -> None:
    short = "x" * (SHORTEST_OVERRIDE_REASON - 1)
    assert refused(lambda: override(cast, card, reason=short)) == "reason_too_short"
    assert refused(lambda: override(cast, card, reason=" " * 50 + short + " " * 50)) == "reason_too_short"
    for score in ("-0.0001", "100.0001", "NaN"):
        with pytest.raises(ValidationError), transaction.atomic():
            override(cast, card, score=score)
    for fields in ({"score": None, "reason": REASON}, {"score": 101, "reason": REASON}, {"score": 5, "reason": ""}):
        with pytest.raises(IntegrityError, match="an_override_gives"), transaction.atomic():
            Review.objects.create(scorecard=card, indicator="E01", action="override", reviewer=cast.reviewer, **fields)
    assert override(cast, card, score="0").score == 0
    assert override(cast, card, score="100").score == 100


@pytest.mark.parametrize(("indicator", "action"), [("X99", "accept"), ("", "accept"), ("E01", "publish"), ("E01", "x")])
def test_only_indicators_that_are_there_are_decided(cast: Cast, card: Scorecard, indicator: str, action: str) -> None:
    step = lambda: decide_indicator(actor=cast.reviewer, scorecard=card, indicator=indicator, action=action)  # noqa: E731
    assert refused(step) == "no_such_indicator"


def test_a_question_a_reply_and_a_return_have_words(cast: Cast, card: Scorecard) -> None:
    with pytest.raises(ValidationError), transaction.atomic():
        decide_indicator(actor=cast.reviewer, scorecard=card, indicator="E01", action="query")
    decide_indicator(actor=cast.reviewer, scorecard=card, indicator="E01", action="query", reason="Which folio?")
    with pytest.raises(ValidationError), transaction.atomic():
        reply_to_query(actor=cast.operator, scorecard=card, indicator="E01", words="")


def test_a_reply_belongs_to_an_indicator_and_to_the_mines_own_people(cast: Cast, card: Scorecard) -> None:
    assert refused(lambda: reply_to_query(actor=cast.operator, scorecard=card, indicator="X9", words="Hello")) == (
        "no_question"
    )
    decide_indicator(actor=cast.reviewer, scorecard=card, indicator="E01", action="query", reason="Which folio?")
    with pytest.raises(PermissionDenied):
        reply_to_query(
            actor=person("other_operator", cast.other_company, "operator"),
            scorecard=card,
            indicator="E01",
            words="Hello",
        )


def test_nobody_reviews_what_they_entered_or_amended(cast: Cast, mine: Mine, card: Scorecard) -> None:
    """The same person may hold both roles; the records tell."""
    both = person("both", cast.ngo, "monitor")
    both.memberships.create(organisation=cast.regulator, role="reviewer")
    payment(both, mine.obligation, paid="1", received="1")
    changed = produced(mine.project)
    assert changed != card
    with pytest.raises(PermissionDenied):
        decide_indicator(actor=both, scorecard=changed, indicator="E01", action="accept")
    accept_all(cast.reviewer, changed)
    with pytest.raises(PermissionDenied):
        approve_scorecard(actor=both, scorecard=changed)
    approve_scorecard(actor=cast.reviewer, scorecard=changed)
    with pytest.raises(PermissionDenied):
        publish_scorecard(actor=both, scorecard=changed)
    with pytest.raises(PermissionDenied):
        decide_indicator(actor=cast.monitor, scorecard=changed, indicator="E01", action="accept")


def test_a_scorecard_that_was_replaced_takes_no_decision(cast: Cast, mine: Mine, card: Scorecard) -> None:
    accept_all(cast.reviewer, card)
    approve_scorecard(actor=cast.reviewer, scorecard=card)
    change_workers(cast, mine)
    steps: list[Callable[[], Any]] = [
        lambda: decide_indicator(actor=cast.reviewer, scorecard=card, indicator="E01", action="accept"),
        lambda: approve_scorecard(actor=cast.reviewer, scorecard=card),
        lambda: publish_scorecard(actor=cast.second_reviewer, scorecard=card),
        lambda: return_scorecard(actor=cast.second_reviewer, scorecard=card, reason="x"),
    ]
    for step in steps:
        assert refused(step) == "scorecard_replaced"


def test_a_decision_holds_for_an_unchanged_outcome_and_not_for_a_changed_one(
    cast: Cast, mine: Mine, card: Scorecard
) -> None:
    accept_all(cast.reviewer, card)
    approve_scorecard(actor=cast.reviewer, scorecard=card)
    after = standing_of(change_workers(cast, mine))
    assert "L01" in after.undecided
    assert "E01" in after.decisions
    assert "E01" not in after.undecided
    assert after.approval is None


def test_accepting_keeps_no_words_of_an_earlier_question(cast: Cast, card: Scorecard) -> None:
    decide_indicator(actor=cast.reviewer, scorecard=card, indicator="E01", action="query", reason="Which folio?")
    accepted = decide_indicator(
        actor=cast.reviewer, scorecard=card, indicator="E01", action="accept", reason="Which folio?"
    )
    assert accepted.reason == ""


def test_whoever_amended_a_phase_does_not_review_the_mine(cast: Cast, mine: Mine, card: Scorecard) -> None:
    """The phase says which indicators apply."""
    both = person("both", cast.ngo, "monitor")
    both.memberships.create(organisation=cast.regulator, role="reviewer")
    phase = PhasePeriod.objects.select_related("source").get(pk=mine.records["phases"].pk)
    phase.starts_on = date(2021, 2, 1)
    amend_record(actor=both, record=phase, source=phase.source, revision=phase.source.revision, reason="x")
    with pytest.raises(PermissionDenied):
        decide_indicator(actor=both, scorecard=produced(mine.project), indicator="E01", action="accept")


def test_nobody_returns_opens_again_or_closes_what_rests_on_their_own_records(cast: Cast, mine: Mine) -> None:
    both = person("both", cast.ngo, "monitor")
    both.memberships.create(organisation=cast.regulator, role="reviewer")
    payment(both, mine.obligation, paid="1", received="1")
    card = produced(mine.project)
    accept_undecided(actor=cast.reviewer, scorecard=card)
    approve_scorecard(actor=cast.reviewer, scorecard=card)
    with pytest.raises(PermissionDenied):
        return_scorecard(actor=both, scorecard=card, reason="Folio 12")
    publish_scorecard(actor=cast.second_reviewer, scorecard=card)
    with pytest.raises(PermissionDenied):
        reopen_scorecard(actor=both, scorecard=card, reason="Folio 12")
    reopen_scorecard(actor=cast.reviewer, scorecard=card, reason="Folio 12")
    with pytest.raises(PermissionDenied):
        keep_published(actor=both, scorecard=card)


def test_an_override_gives_other_words_than_the_question_to_the_company(cast: Cast, card: Scorecard) -> None:
    """The reason is published; a question is not."""
    decide_indicator(actor=cast.reviewer, scorecard=card, indicator="E01", action="query", reason=REASON)
    assert refused(lambda: override(cast, card, reason=f" {REASON} ")) == "reason_is_the_question"
    assert override(cast, card, reason=f"{REASON} It is signed.").reason


def test_the_rest_is_accepted_with_few_queries_and_audited_one_by_one(
    cast: Cast, card: Scorecard, django_assert_max_num_queries: Any
) -> None:
    undecided = standing_of(card).undecided
    with django_assert_max_num_queries(25):
        accept_undecided(actor=cast.reviewer, scorecard=card)
    assert standing_of(card).undecided == ()
    entries = AuditEntry.objects.filter(actor=cast.reviewer, verb="accept")
    assert {entry.label.rpartition(" ")[2] for entry in entries} == set(undecided)


# Two reviewers at once


def test_an_accept_voids_no_approval(cast: Cast, card: Scorecard) -> None:
    accept_all(cast.reviewer, card)
    approve_scorecard(actor=cast.reviewer, scorecard=card)
    accept = lambda: decide_indicator(  # noqa: E731
        actor=cast.second_reviewer, scorecard=card, indicator="E01", action="accept"
    )
    assert refused(accept) == "already_approved"
    assert standing_of(card).approval


def test_a_decision_from_a_stale_page_is_refused_and_names_who_did_what(cast: Cast, card: Scorecard) -> None:
    seen = standing_of(card).last_step
    decide_indicator(actor=cast.second_reviewer, scorecard=card, indicator="E03", action="accept", seen=seen)
    decide_indicator(actor=cast.reviewer, scorecard=card, indicator="E01", action="accept", seen=seen)
    with pytest.raises(ValidationError, match="Second Reviewer: E03 Accepted") as error, transaction.atomic():
        decide_indicator(
            actor=cast.reviewer, scorecard=card, indicator="E03", action="query", reason="Which?", seen=seen
        )
    assert error.value.code == "decided_meanwhile"
    accept_undecided(actor=cast.reviewer, scorecard=card, seen=standing_of(card).last_step)
    seen = standing_of(card).last_step
    approve_scorecard(actor=cast.second_reviewer, scorecard=card, seen=seen)
    again = lambda: decide_indicator(  # noqa: E731
        actor=cast.reviewer, scorecard=card, indicator="E01", action="query", reason="Which?", seen=seen
    )
    assert refused(again) == "decided_meanwhile"
    assert standing_of(card).approval


def test_a_scorecard_is_approved_once(cast: Cast, card: Scorecard) -> None:
    accept_all(cast.reviewer, card)
    approve_scorecard(actor=cast.reviewer, scorecard=card)
    for actor in (cast.reviewer, cast.second_reviewer):
        assert refused(lambda: approve_scorecard(actor=actor, scorecard=card)) == "already_approved"  # noqa: B023
    assert Review.objects.filter(action="approve").count() == 1
