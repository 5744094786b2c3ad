"""Deciding: who may, what a decision needs, and for which outcome it holds."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import AuditEntry, User
from compliance.evaluation.judgement import Outcome
from compliance.evaluation.sealed import judgement_of
from compliance.models import Opening, Review, Scorecard
from compliance.services.conflicts import own_entries
from compliance.services.openings import open_line
from compliance.services.publications import approve_scorecard, publish_scorecard
from compliance.services.reviews import (
    accept_undecided,
    approve_exemption,
    decide_indicator,
    keep_published,
    reopen_scorecard,
    reply_to_query,
    return_scorecard,
    standing_of,
)
from projects.models import EmploymentReturn, OwnershipStake, PhasePeriod, Project, Source
from projects.services.records import amend_record
from tests.cast import (
    COMPANY,
    YEAR,
    Cast,
    Mine,
    accept_all,
    appoint,
    corrected,
    employment,
    enter,
    evidence,
    open_all,
    open_mine,
    payment,
    person,
    produced,
    says,
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
    short = "x" * 79
    assert refused(lambda: override(cast, card, reason=short)) == "reason_too_short"
    assert override(cast, card, reason="x" * 80).reason == "x" * 80
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
    appoint(both, cast.regulator, "reviewer")
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
    open_line(actor=cast.reviewer, scorecard=card, indicator="E01")
    accepted = decide_indicator(
        actor=cast.reviewer, scorecard=card, indicator="E01", action="accept", reason="Which folio?"
    )
    assert accepted.reason == ""


def test_whoever_amended_a_phase_does_not_review_the_mine(cast: Cast, mine: Mine, card: Scorecard) -> None:
    """The phase says which indicators apply."""
    both = person("both", cast.ngo, "monitor")
    appoint(both, cast.regulator, "reviewer")
    phase = PhasePeriod.objects.select_related("source").get(pk=mine.records["phases"].pk)
    phase.starts_on = date(2021, 2, 1)
    amend_record(actor=both, record=phase, source=phase.source, revision=phase.source.revision, reason="x")
    with pytest.raises(PermissionDenied):
        decide_indicator(actor=both, scorecard=produced(mine.project), indicator="E01", action="accept")


def test_nobody_returns_opens_again_or_closes_what_rests_on_their_own_records(cast: Cast, mine: Mine) -> None:
    both = person("both", cast.ngo, "monitor")
    appoint(both, cast.regulator, "reviewer")
    payment(both, mine.obligation, paid="1", received="1")
    card = produced(mine.project)
    open_all(cast.reviewer, card)
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
    open_all(cast.reviewer, card)
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
    for reviewer in (cast.reviewer, cast.second_reviewer):
        open_all(reviewer, card)
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


def test_no_step_on_the_whole_is_taken_from_a_stale_page(cast: Cast, card: Scorecard) -> None:
    """Neither approved, returned, published, opened again nor left as it was."""
    stale = standing_of(card).last_step
    accept_all(cast.reviewer, card)
    reason = "Look at folio 12 again."
    approve = partial(approve_scorecard, actor=cast.reviewer, scorecard=card)
    publish = partial(publish_scorecard, actor=cast.second_reviewer, scorecard=card)
    give_back = partial(return_scorecard, actor=cast.second_reviewer, scorecard=card, reason=reason)
    reopen = partial(reopen_scorecard, actor=cast.reviewer, scorecard=card, reason=reason)
    keep = partial(keep_published, actor=cast.reviewer, scorecard=card)
    for step in (approve, give_back, approve, publish, reopen, keep):
        assert refused(lambda: step(seen=stale)) == "decided_meanwhile"  # noqa: B023
        step(seen=standing_of(card).last_step)


def test_a_scorecard_is_approved_once(cast: Cast, card: Scorecard) -> None:
    accept_all(cast.reviewer, card)
    approve_scorecard(actor=cast.reviewer, scorecard=card)
    for actor in (cast.reviewer, cast.second_reviewer):
        assert refused(lambda: approve_scorecard(actor=actor, scorecard=card)) == "already_approved"  # noqa: B023
    assert Review.objects.filter(action="approve").count() == 1


# Nobody accepts what they did not open


def accept(actor: User, card: Scorecard, code: str = "E01") -> Review:
    """Accept one line."""
    return decide_indicator(actor=actor, scorecard=card, indicator=code, action="accept")


def unweighted(monkeypatch: pytest.MonkeyPatch, code: str) -> None:
    """Let an indicator carry no weight."""
    weighs = Outcome.carries_weight.fget  # type: ignore[attr-defined]
    monkeypatch.setattr(Outcome, "carries_weight", property(lambda outcome: outcome.code != code and weighs(outcome)))


def test_a_line_that_carries_weight_is_accepted_by_whoever_opened_it(cast: Cast, card: Scorecard) -> None:
    assert refused(lambda: accept(cast.reviewer, card)) == "not_opened"
    open_line(actor=cast.second_reviewer, scorecard=card, indicator="E01")
    open_line(actor=cast.reviewer, scorecard=card, indicator="E03")
    assert refused(lambda: accept(cast.reviewer, card)) == "not_opened"
    assert not Review.objects.exists()
    open_line(actor=cast.reviewer, scorecard=card, indicator="E01")
    assert accept(cast.reviewer, card).action == "accept"


def test_a_line_that_carries_no_weight_is_accepted_unopened(
    cast: Cast, card: Scorecard, monkeypatch: pytest.MonkeyPatch
) -> None:
    unweighted(monkeypatch, "E01")
    assert accept(cast.reviewer, card).action == "accept"
    assert refused(lambda: accept(cast.reviewer, card, "E03")) == "not_opened"


def test_a_gate_carries_weight_and_what_does_not_apply_carries_none(card: Scorecard) -> None:
    outcome = judgement_of(card).outcome("E01")
    assert outcome.indicator.gate is not None
    weightless = replace(outcome.indicator, weight=Decimal(0))
    assert replace(outcome, indicator=weightless).carries_weight
    assert not replace(outcome, indicator=replace(weightless, gate=None)).carries_weight
    assert not replace(outcome, state="not_applicable").carries_weight


def test_the_rest_that_is_accepted_is_what_was_opened_and_it_says_what_it_leaves(cast: Cast, card: Scorecard) -> None:
    undecided = standing_of(card).undecided
    with pytest.raises(ValidationError) as error, transaction.atomic():
        accept_undecided(actor=cast.reviewer, scorecard=card)
    assert error.value.code == "not_opened"
    assert all(code in error.value.messages[0] for code in undecided)
    for code in ("E01", "L01"):
        open_line(actor=cast.reviewer, scorecard=card, indicator=code)
    rest = accept_undecided(actor=cast.reviewer, scorecard=card)
    assert set(rest.accepted) == {"E01", "L01"} == set(standing_of(card).decisions)
    assert set(rest.left) == set(undecided) - {"E01", "L01"}


def test_a_changed_line_is_opened_anew_and_an_unchanged_one_carries_over(
    cast: Cast, mine: Mine, card: Scorecard
) -> None:
    accept_all(cast.reviewer, card)
    changed = change_workers(cast, mine)
    standing = standing_of(changed)
    assert "L01" in standing.to_open_by(cast.reviewer)
    assert "E01" not in standing.to_open_by(cast.reviewer)
    assert standing.decisions["E01"].scorecard == card
    assert refused(lambda: accept(cast.reviewer, changed, "L01")) == "not_opened"
    open_line(actor=cast.reviewer, scorecard=changed, indicator="L01")
    assert accept(cast.reviewer, changed, "L01").scorecard == changed


def test_what_was_opened_before_the_facts_changed_elsewhere_needs_no_second_look(
    cast: Cast, mine: Mine, card: Scorecard
) -> None:
    open_all(cast.reviewer, card)
    changed = change_workers(cast, mine)
    assert accept(cast.reviewer, changed, "E01")
    assert refused(lambda: accept(cast.reviewer, changed, "L01")) == "not_opened"


def test_a_record_that_changes_without_moving_the_figure_resets_the_decisions_that_rest_on_it_and_no_other(
    cast: Cast, mine: Mine, card: Scorecard
) -> None:
    """A file is added: every score stays, and what was accepted without it is to be looked at again."""
    accept_all(cast.reviewer, card)
    row = EmploymentReturn.objects.select_related("source").get(pk=mine.records["employment"].pk)
    source = row.source
    paper = [evidence(cast.monitor, "workers.pdf")]
    amend_record(
        actor=cast.monitor, record=row, source=source, revision=source.revision, reason="Paper", new_evidence=paper
    )
    changed = produced(mine.project)
    before, after = judgement_of(card).by_code, judgement_of(changed).by_code
    assert all(after[code].says_the_same_as(before[code]) for code in after)
    name = f"employment-return/{row.pk}"
    resting = {code for code, outcome in after.items() if outcome.applicable and name in outcome.measured.records}
    assert "L01" in resting
    assert "E01" not in resting
    standing = standing_of(changed)
    assert set(standing.undecided) == resting
    assert resting <= set(standing.to_open_by(cast.reviewer))


def test_a_decision_from_before_openings_were_kept_stands_while_its_outcome_does(
    cast: Cast, mine: Mine, card: Scorecard
) -> None:
    """Nothing says on which facts it rested, and nobody has to have opened it."""
    for code in standing_of(card).undecided:
        Review.objects.create(scorecard=card, indicator=code, action="accept", reviewer=cast.reviewer)
    standing = standing_of(card)
    assert (standing.undecided, standing.unopened, standing.to_open_by(cast.reviewer)) == ((), (), ())
    decide_indicator(actor=cast.reviewer, scorecard=card, indicator="E01", action="query", reason="Which folio?")
    assert accept(cast.second_reviewer, card), "it is unchanged since somebody accepted it"
    changed = standing_of(change_workers(cast, mine))
    assert "L01" in changed.undecided
    assert "E01" not in changed.undecided
    approve_scorecard(actor=cast.reviewer, scorecard=accepted_again(cast, mine))


def accepted_again(cast: Cast, mine: Mine) -> Scorecard:
    """The scorecard that stands, with what changed opened and accepted."""
    card = produced(mine.project)
    accept_all(cast.reviewer, card)
    return card


def test_nobody_approves_a_score_set_on_a_line_that_nobody_opened(cast: Cast, card: Scorecard) -> None:
    decide_indicator(
        actor=cast.reviewer, scorecard=card, indicator="E01", action="override", reason=REASON, score=Decimal(50)
    )
    for code in standing_of(card).undecided:
        open_line(actor=cast.reviewer, scorecard=card, indicator=code)
    accept_undecided(actor=cast.reviewer, scorecard=card)
    assert refused(lambda: approve_scorecard(actor=cast.reviewer, scorecard=card)) == "not_opened"
    assert standing_of(card).unopened == ("E01",)
    open_line(actor=cast.second_reviewer, scorecard=card, indicator="E01")
    approve_scorecard(actor=cast.reviewer, scorecard=card)


def test_who_may_not_review_leaves_no_trace_of_opening(cast: Cast, mine: Mine, card: Scorecard) -> None:
    both = person("both", cast.ngo, "monitor")
    appoint(both, cast.regulator, "reviewer")
    payment(both, mine.obligation, paid="1", received="1")
    for actor in (cast.monitor, cast.operator, cast.administrator, cast.auditor, both):
        open_line(actor=actor, scorecard=card, indicator="E01")
    assert not Opening.objects.exists()
    for _twice in range(2):
        open_line(actor=cast.reviewer, scorecard=card, indicator="E01")
    assert Opening.objects.get().reviewer == cast.reviewer


def test_an_opening_names_its_line_and_what_was_shown(cast: Cast, card: Scorecard) -> None:
    for fields in ({"indicator": "", "records_sha256": "x"}, {"indicator": "E01", "records_sha256": ""}):
        with pytest.raises(IntegrityError, match="an_opening_names"), transaction.atomic():
            Opening.objects.create(scorecard=card, reviewer=cast.reviewer, **fields)


# Whoever entered a record for a mine does not review that mine


@pytest.mark.parametrize("entered", ["another year", "a statement", "an amendment", "an influence"])
def test_whoever_entered_any_record_of_a_mine_in_any_year_does_not_review_it(
    cast: Cast, mine: Mine, card: Scorecard, entered: str
) -> None:
    both = person("both", cast.ngo, "monitor")
    appoint(both, cast.regulator, "reviewer")
    open_line(actor=both, scorecard=card, indicator="E01")
    assert own_entries(both, mine.project.pk) == ()
    if entered == "another year":
        employment(both, mine.project, YEAR - 3)
    elif entered == "a statement":
        state(both, mine)
    else:
        record = mine.records["influence" if entered == "an influence" else "stakes"]
        row = type(record).objects.select_related("source").get(pk=record.pk)
        amend_record(actor=both, record=row, source=row.source, revision=row.source.revision, reason="Read again")
    with pytest.raises(PermissionDenied, match="You entered records of this mine"):
        accept(both, produced(mine.project))
    assert own_entries(cast.reviewer, mine.project.pk) == ()


def state(actor: User, mine: Mine) -> None:
    """Correct what the company says of a payment."""
    corrected(actor, mine.disbursement, says(COMPANY, 990, mine.obligation.due_on))


def test_whoever_entered_a_statement_and_nothing_else_does_not_review_the_mine(
    cast: Cast, mine: Mine, card: Scorecard
) -> None:
    """By the statement itself: the trail names whoever asked for a correction as well, and may be silent."""
    both = person("both", cast.ngo, "monitor")
    appoint(both, cast.regulator, "reviewer")
    statement = mine.disbursement.statements.get(side=COMPANY)
    Source.objects.filter(pk=statement.source_id).update(entered_by=both)
    assert own_entries(both, mine.project.pk) == (f"disbursement/{mine.disbursement.pk}",)
    open_line(actor=both, scorecard=card, indicator="E01")
    with pytest.raises(PermissionDenied, match="You entered records of this mine"):
        accept(both, card)


@pytest.mark.parametrize(
    ("held", "speaks"),
    [
        ((-900, None), True),
        ((-900, 1), True),
        ((0, None), True),
        ((-900, 0), False),
        ((-900, -30), False),
        (None, False),
    ],
)
def test_who_speaks_for_an_owner_of_today_sees_the_mine_and_does_not_review_it_and_who_speaks_for_a_former_one_neither(
    cast: Cast, mine: Mine, held: tuple[int, int | None] | None, speaks: bool
) -> None:
    """A stake is held from its first day to the day before its end; the operator's people are told by the operator."""
    speaker = person("speaker", cast.other_company, "operator")
    if held:
        first = timezone.localdate() + timedelta(days=held[0])
        end = None if held[1] is None else timezone.localdate() + timedelta(days=held[1])
        enter(
            cast.monitor,
            OwnershipStake(
                project=mine.project,
                owner=cast.other_company,
                share_percent=Decimal(40),
                starts_on=first,
                ends_on=end,
            ),
        )
    assert Project.objects.visible_to(speaker).contains(mine.project) == speaks
    card = produced(mine.project)
    appoint(speaker, cast.regulator, "reviewer")
    speaker = User.objects.get(pk=speaker.pk)
    open_line(actor=speaker, scorecard=card, indicator="E01")
    if speaks:
        with pytest.raises(PermissionDenied, match="You speak for a company of this mine"):
            accept(speaker, card)
    else:
        assert accept(speaker, card)


def test_who_speaks_for_the_company_that_runs_the_mine_does_not_review_it(cast: Cast, card: Scorecard) -> None:
    appoint(cast.operator, cast.regulator, "reviewer")
    with pytest.raises(PermissionDenied, match="You speak for a company of this mine"):
        accept(User.objects.get(pk=cast.operator.pk), card)


def test_whoever_entered_records_of_another_mine_reviews_this_one(cast: Cast, card: Scorecard) -> None:
    both = person("both", cast.ngo, "monitor")
    appoint(both, cast.regulator, "reviewer")
    open_mine(both, cast.other_company, "Yana Sami")
    open_line(actor=both, scorecard=card, indicator="E01")
    assert accept(both, card)


def test_whoever_entered_records_of_a_mine_approves_none_of_its_exemptions(cast: Cast, mine: Mine) -> None:
    both = person("both", cast.ngo, "monitor")
    appoint(both, cast.regulator, "reviewer")
    exemption = mine.records["exemptions"]
    employment(both, mine.project, YEAR - 3)
    with pytest.raises(PermissionDenied, match="You entered records of this mine"):
        approve_exemption(actor=both, exemption=exemption, revision=1)
    approve_exemption(actor=cast.reviewer, exemption=exemption, revision=1)
    assert own_entries(cast.reviewer, mine.project.pk) == (), "to approve is to review, not to enter"
