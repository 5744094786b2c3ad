"""Review and publication: who may take which step, what a step needs, and what the sealed document says of it."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.design import charts, marks, writing
from accounts.models import AuditEntry, Job
from compliance import review_pages
from compliance.models import Publication, Review, Scorecard, ScorecardHead
from compliance.services.publications import approve_scorecard, find_flaws, publish_scorecard, seal
from compliance.services.reviews import (
    SHORTEST_OVERRIDE_REASON,
    approve_exemption,
    decide_indicator,
    keep_published,
    reopen_scorecard,
    reply_to_query,
    return_scorecard,
    standing_of,
)
from compliance.templatetags.scorecard_words import score_range
from projects.models import Disclosure, EmploymentReturn, Project
from projects.services.records import amend_record
from tests.cast import (
    RECIPIENT,
    YEAR,
    Cast,
    Mine,
    accept_all,
    enter,
    gather_cast,
    open_mine,
    payment,
    person,
    produced,
    published,
)

pytestmark = pytest.mark.django_db
REASON = "The register of the ministry, folio 12, shows another day of approval than the study that we were sent."


@pytest.fixture
def cast() -> Cast:
    """Everybody."""
    return gather_cast()


@pytest.fixture
def mine(cast: Cast) -> Mine:
    """A mine with everything on record."""
    return open_mine(cast.monitor, cast.company)


@pytest.fixture
def card(mine: Mine) -> Scorecard:
    """Its scorecard."""
    return produced(mine.project)


def override(cast: Cast, card: Scorecard, code: str = "E01", score: str = "50", reason: str = REASON) -> Review:
    """The reviewer's own score."""
    return decide_indicator(
        actor=cast.reviewer, scorecard=card, indicator=code, action="override", reason=reason, score=Decimal(score)
    )


def refused(step: Callable[[], Any]) -> str:
    """The code of the rule that a step breaks."""
    with pytest.raises(ValidationError) as error, transaction.atomic():
        step()
    found = error.value.error_dict if hasattr(error.value, "error_dict") else {"": [error.value]}
    return str(next(iter(found.values()))[0].code)


def change_workers(cast: Cast, mine: Mine) -> Scorecard:
    """A fact changes, by amendment, and the scorecard follows."""
    row = EmploymentReturn.objects.select_related("source").get(pk=mine.records["employment"].pk)
    row.district_fte = Decimal(10)
    amend_record(
        actor=cast.monitor, record=row, source=row.source, revision=row.source.revision, reason="Counted again"
    )
    return produced(mine.project)


# Runs


def test_a_run_says_in_words_what_it_does_and_leads_to_it(client: Client, cast: Cast, card: Scorecard) -> None:
    client.force_login(cast.monitor)
    Job.objects.update(state=Job.State.FAILED, error="ValueError: facts")
    page = client.get("/en/work/runs/")
    run = next(run for run in page.context["runs"] if run.job.subject == f"project/{card.project_id}/{YEAR}")
    assert (str(run.work), run.about) == ("Scorecard", f"{card.project}, {YEAR}")
    assert run.url == f"/en/work/projects/{card.project.slug}/scorecards/"
    shown = page.content.decode()
    assert "It failed, and nothing was written." in shown
    assert f"project/{card.project_id}/{YEAR}" not in shown


def test_a_run_shows_a_bar_while_it_lasts_and_then_how_long_it_took(
    client: Client, cast: Cast, card: Scorecard
) -> None:
    client.force_login(cast.monitor)
    began = timezone.now()
    Job.objects.update(state=Job.State.RUNNING, started_at=began, done=3, total=7)
    assert "3 / 7" in client.get("/en/work/runs/").content.decode()
    Job.objects.update(state=Job.State.DONE, finished_at=began + timedelta(seconds=3), done=7)
    shown = client.get("/en/work/runs/").content.decode()
    assert "Done in 3 seconds" in shown
    assert "<progress" not in shown


# Decisions


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
        reply_to_query(actor=person("other_operator", cast.other_company, "operator"), scorecard=card,
                       indicator="E01", words="Hello")  # fmt: skip


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


# Scorecards that were replaced


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


# Two people


def test_the_approver_does_not_publish(cast: Cast, card: Scorecard) -> None:
    """Neither by the service nor past it."""
    accept_all(cast.reviewer, card)
    assert refused(lambda: publish_scorecard(actor=cast.second_reviewer, scorecard=card)) == "not_approved"
    approve_scorecard(actor=cast.reviewer, scorecard=card)
    with pytest.raises(PermissionDenied):
        publish_scorecard(actor=cast.reviewer, scorecard=card)
    content = publish_scorecard(actor=cast.second_reviewer, scorecard=card).content
    last = Publication.objects.latest("sequence")
    forged = content | {"sequence": 2, "previous": last.sha256, "published_at": last.published_at}
    with pytest.raises(IntegrityError, match="another_person_publishes_than_approved"), transaction.atomic():
        seal(forged, card, approved_by=cast.reviewer, published_by=cast.reviewer)
    assert Publication.objects.count() == 1


def test_an_approval_does_not_cover_what_is_decided_after_it(cast: Cast, card: Scorecard) -> None:
    """Else the second person could set a score and publish it alone."""
    accept_all(cast.reviewer, card)
    approve_scorecard(actor=cast.reviewer, scorecard=card)
    decide_indicator(
        actor=cast.second_reviewer, scorecard=card, indicator="E01", action="override", reason=REASON,
        score=Decimal(100),
    )  # fmt: skip
    assert refused(lambda: publish_scorecard(actor=cast.second_reviewer, scorecard=card)) == "not_approved"
    approve_scorecard(actor=cast.reviewer, scorecard=card)
    publish_scorecard(actor=cast.second_reviewer, scorecard=card)


def test_what_was_published_is_neither_decided_nor_approved_nor_returned(cast: Cast, card: Scorecard) -> None:
    published(cast, card)
    steps: list[Callable[[], Any]] = [
        lambda: override(cast, card),
        lambda: approve_scorecard(actor=cast.reviewer, scorecard=card),
        lambda: return_scorecard(actor=cast.reviewer, scorecard=card, reason="x"),
    ]
    for step in steps:
        assert refused(step) == "already_published"


def test_a_published_decision_is_corrected_with_a_reason_by_two_people_again(cast: Cast, card: Scorecard) -> None:
    assert refused(lambda: reopen_scorecard(actor=cast.reviewer, scorecard=card, reason="x")) == "not_published"
    first = published(cast, card)
    assert refused(lambda: reopen_scorecard(actor=cast.reviewer, scorecard=card, reason=" ")) == "required"
    reopen_scorecard(actor=cast.reviewer, scorecard=card, reason="Folio 12 shows another day.")
    assert Publication.objects.current().get() == first
    override(cast, card)
    assert refused(lambda: publish_scorecard(actor=cast.second_reviewer, scorecard=card)) == "not_approved"
    approve_scorecard(actor=cast.reviewer, scorecard=card)
    assert refused(lambda: publish_scorecard(actor=cast.second_reviewer, scorecard=card)) == "required"
    second = publish_scorecard(
        actor=cast.second_reviewer, scorecard=card, correction_reason="The day of approval was read wrongly."
    )
    assert second.content["supersedes"] == first.sha256
    assert Publication.objects.current().get() == second
    assert list(find_flaws()) == []


def test_what_was_opened_again_is_left_as_published_while_nothing_was_decided_anew(cast: Cast, card: Scorecard) -> None:
    keep: Callable[[], Any] = lambda: keep_published(actor=cast.reviewer, scorecard=card)  # noqa: E731
    assert refused(keep) == "not_reopened"
    published(cast, card)
    assert refused(keep) == "not_reopened"
    reopen_scorecard(actor=cast.reviewer, scorecard=card, reason="Folio 12 shows another day.")
    keep()
    assert standing_of(card).publication
    reopen_scorecard(actor=cast.reviewer, scorecard=card, reason="Folio 12 shows another day.")
    override(cast, card)
    assert refused(keep) == "decided_anew"
    assert standing_of(card).given_back
    assert list(find_flaws()) == []


def test_accepting_keeps_no_words_of_an_earlier_question(cast: Cast, card: Scorecard) -> None:
    decide_indicator(actor=cast.reviewer, scorecard=card, indicator="E01", action="query", reason="Which folio?")
    accepted = decide_indicator(
        actor=cast.reviewer, scorecard=card, indicator="E01", action="accept", reason="Which folio?"
    )
    assert accepted.reason == ""


def test_a_decision_after_the_approval_opens_the_scorecard_again_in_the_queue(cast: Cast, card: Scorecard) -> None:
    accept_all(cast.reviewer, card)
    approve_scorecard(actor=cast.reviewer, scorecard=card)
    override(cast, card)
    head: Any = ScorecardHead.objects.with_status().get(scorecard=card)
    assert head.latest_action == Review.Action.REOPEN
    assert standing_of(card).approval is None


def test_a_returned_scorecard_is_approved_anew(cast: Cast, card: Scorecard) -> None:
    accept_all(cast.reviewer, card)
    assert refused(lambda: return_scorecard(actor=cast.second_reviewer, scorecard=card, reason="x")) == "not_approved"
    approve_scorecard(actor=cast.reviewer, scorecard=card)
    with pytest.raises(ValidationError), transaction.atomic():
        return_scorecard(actor=cast.second_reviewer, scorecard=card, reason="")
    return_scorecard(actor=cast.second_reviewer, scorecard=card, reason="Look at folio 12 again")
    assert refused(lambda: publish_scorecard(actor=cast.second_reviewer, scorecard=card)) == "not_approved"
    approve_scorecard(actor=cast.reviewer, scorecard=card)
    publish_scorecard(actor=cast.second_reviewer, scorecard=card)


def test_an_exemption_is_approved_by_somebody_else(cast: Cast, mine: Mine, card: Scorecard) -> None:
    exemption = mine.records["exemptions"]
    with pytest.raises(PermissionDenied):
        approve_exemption(actor=cast.monitor, exemption=exemption)
    assert "L04" in standing_of(card).undecided
    approve_exemption(actor=cast.reviewer, exemption=exemption)
    assert refused(lambda: approve_exemption(actor=cast.second_reviewer, exemption=exemption)) == "already_approved"
    assert "L04" not in standing_of(produced(mine.project)).undecided


# Publication


def test_a_publication_is_made_once_and_a_second_says_what_it_corrects(cast: Cast, mine: Mine, card: Scorecard) -> None:
    first = published(cast, card)
    assert (first.content["supersedes"], first.content["correction_reason"]) == (None, None)
    assert (first.approved_by, first.published_by) == (cast.reviewer, cast.second_reviewer)
    assert refused(lambda: publish_scorecard(actor=cast.second_reviewer, scorecard=card)) == "already_published"
    changed = change_workers(cast, mine)
    accept_all(cast.reviewer, changed)
    approve_scorecard(actor=cast.reviewer, scorecard=changed)
    for reason in ("", "  "):
        step = lambda: publish_scorecard(actor=cast.second_reviewer, scorecard=changed, correction_reason=reason)  # noqa: B023, E731
        assert refused(step) == "required"
    second = publish_scorecard(
        actor=cast.second_reviewer, scorecard=changed, correction_reason="The workers were counted again."
    )
    assert second.content["supersedes"] == first.sha256
    assert second.content["correction_reason"] == "The workers were counted again."
    assert second.content["changes"]
    assert (second.sequence, second.previous_sha256) == (2, first.sha256)
    assert Publication.objects.current().get() == second
    assert list(find_flaws()) == []


def test_the_reason_of_an_override_is_in_the_document_beside_both_scores(cast: Cast, card: Scorecard) -> None:
    computed = next(row for row in card.judgement["indicators"] if row["code"] == "E01")
    override(cast, card, score="12.5")
    content = published(cast, card).content
    row = next(row for row in content["scorecard"]["indicators"] if row["code"] == "E01")
    assert row["override"]["reason"] == REASON
    assert Decimal(row["score"]) == Decimal("12.5")
    assert computed["score"] != row["score"]
    assert list(find_flaws()) == []


def test_what_nobody_knows_is_unknown_in_the_document(cast: Cast) -> None:
    """The recipient has not answered: confirmed is null, and null again in the total."""
    mine = open_mine(cast.monitor, cast.company)
    enter(cast.monitor, Disclosure(project=mine.project, title="R", period_end=date(2024, 12, 31),
                                   published_on=date(2025, 2, 1)))  # fmt: skip
    quiet = open_mine(cast.monitor, cast.company, "Urqu Sami")
    statement = quiet.disbursement.statements.get(side=RECIPIENT)
    quiet.disbursement.statements.create(
        side=RECIPIENT, amount=statement.amount, withdrawn=True, supersedes=statement, reason="nobody asked",
        source=statement.source,
    )  # fmt: skip
    money = published(cast, produced(quiet.project)).content["money"]
    assert money["totals"][0]["confirmed"] is None
    assert money["totals"][0]["paid"] == "1000"
    assert money["communities"][0]["confirmed"] is None
    answered = published(cast, produced(mine.project)).content["money"]
    assert answered["totals"][0]["confirmed"] == "1000"


def test_an_answer_of_zero_is_zero_in_the_document(cast: Cast) -> None:
    mine = open_mine(cast.monitor, cast.company)
    statement = mine.disbursement.statements.get(side=RECIPIENT)
    mine.disbursement.statements.create(
        side=RECIPIENT, amount=0, supersedes=statement, reason="asked again", source=statement.source
    )
    money = published(cast, produced(mine.project)).content["money"]
    assert money["totals"][0]["confirmed"] == "0"


# On the pages


@pytest.fixture
def reviewer(client: Client, cast: Cast) -> Client:
    """The reviewer's browser."""
    client.force_login(cast.reviewer)
    return client


def test_a_scorecard_is_reviewed_and_published_by_clicking(reviewer: Client, cast: Cast, card: Scorecard) -> None:
    page = f"/en/work/scorecards/{card.pk}/"
    short = {"E01-action": "override", "E01-score": "40", "E01-reason": "too short"}
    answer = reviewer.post(f"{page}E01/decide/", short)
    assert answer.status_code == 422
    assert "too short" in answer.content.decode()
    assert reviewer.post(f"{page}E01/decide/", short | {"E01-reason": REASON}).status_code == 302
    for wrong in ({"E03-action": "query"}, {"E03-action": "override", "E03-reason": REASON}, {"E03-action": "nothing"}, {},
                  {"E03-action": "override", "E03-score": "101", "E03-reason": REASON}):  # fmt: skip
        assert reviewer.post(f"{page}E03/decide/", wrong).status_code == 422
    assert reviewer.post(f"{page}X99/decide/", {"X99-action": "accept"}).status_code == 422
    reviewer.post(f"{page}approve/")
    assert standing_of(card).approval is None
    reviewer.post(f"{page}accept-rest/")
    assert standing_of(card).decisions["E01"].action == "override"
    reviewer.post(f"{page}approve/")
    assert standing_of(card).approval
    reviewer.post(f"{page}publish/")
    assert not Publication.objects.exists()
    second = Client()
    second.force_login(cast.second_reviewer)
    assert second.get(page).context["may_publish"]
    second.post(f"{page}publish/")
    assert Publication.objects.get().scorecard == card
    assert reviewer.get(page).status_code == 200
    assert b"Puka Sami" in Client().get("/en/projects/").content


def test_words_that_come_too_late_are_given_back_with_the_reason(reviewer: Client, cast: Cast, card: Scorecard) -> None:
    """A step refused after somebody wrote for it shows what they wrote."""
    published(cast, card)
    page = f"/en/work/scorecards/{card.pk}/"
    reviewer.post(f"{page}reopen/", {"reopen-reason": ""})
    assert standing_of(card).publication
    assert reviewer.post(f"{page}reopen/", {"reopen-reason": "Folio 12"}).status_code == 302
    reviewer.post(f"{page}approve/")
    second = Client()
    second.force_login(cast.second_reviewer)
    assert second.get(page).context["publish_form"].initial == {"reason": "Folio 12"}
    answer = second.post(f"{page}publish/", {"publish-reason": "y" * 2001})
    assert (answer.status_code, b"yyyy" in answer.content) == (422, True)
    assert second.post(f"{page}publish/", {"publish-reason": "The day was misread."}).status_code == 302
    assert Publication.objects.count() == 2


def test_a_reviewer_sees_the_grade_that_will_be_published(reviewer: Client, cast: Cast, card: Scorecard) -> None:
    before = reviewer.get(f"/en/work/scorecards/{card.pk}/").context["page"]
    assert (before.overridden, before.result["score"]) == (False, card.judgement["score"])
    for code in ("R01", "R02", "E01"):
        override(cast, card, code, "0")
    page = reviewer.get(f"/en/work/scorecards/{card.pk}/").context["page"]
    assert page.overridden
    accept_all(cast.reviewer, card)
    approve_scorecard(actor=cast.reviewer, scorecard=card)
    content = publish_scorecard(actor=cast.second_reviewer, scorecard=card).content
    assert [page.result[name] for name in ("score", "grade")] == [
        content["scorecard"][name] for name in ("score", "grade")
    ]
    assert page.result["score"] != card.judgement["score"]


def test_new_facts_after_a_publication_say_what_differs_from_it(
    reviewer: Client, cast: Cast, mine: Mine, card: Scorecard
) -> None:
    published(cast, card)
    assert reviewer.get(f"/en/work/scorecards/{card.pk}/").context["page"].corrected == []
    page = reviewer.get(f"/en/work/scorecards/{change_workers(cast, mine).pk}/").context["page"]
    assert [line.code for line in page.corrected] == ["L01"]


def test_the_queue_of_a_reviewer_holds_what_they_can_do_next(cast: Cast, card: Scorecard) -> None:
    def waits(who: str) -> bool:
        return ScorecardHead.objects.waiting_for(cast[who]).filter(scorecard=card).exists()

    assert (waits("reviewer"), waits("second_reviewer")) == (True, True)
    accept_all(cast.reviewer, card)
    approve_scorecard(actor=cast.reviewer, scorecard=card)
    assert (waits("reviewer"), waits("second_reviewer")) == (False, True)
    publish_scorecard(actor=cast.second_reviewer, scorecard=card)
    assert (waits("reviewer"), waits("second_reviewer")) == (False, False)


def test_the_queue_says_whether_a_question_or_its_answer_waits(cast: Cast, card: Scorecard) -> None:
    def words() -> tuple[bool, bool]:
        head: Any = ScorecardHead.objects.with_status().get(scorecard=card)
        return head.asked, head.answered

    def lands() -> str:
        operator = Client()
        operator.force_login(cast.operator)
        return str(operator.get("/en/work/")["Location"])

    assert words() == (False, False)
    assert lands() == "/en/work/projects/"
    decide_indicator(actor=cast.reviewer, scorecard=card, indicator="E01", action="query", reason="Which folio?")
    assert words() == (True, False)
    assert lands() == "/en/work/scorecards/?step=asked"
    reply_to_query(actor=cast.operator, scorecard=card, indicator="E01", words="Folio 12.")
    assert words() == (False, True)
    decide_indicator(actor=cast.reviewer, scorecard=card, indicator="E01", action="accept")
    assert words() == (False, False)


def test_a_decision_leads_to_the_next_indicator_that_nobody_has_touched(
    reviewer: Client, cast: Cast, card: Scorecard
) -> None:
    page = f"/en/work/scorecards/{card.pk}/"
    codes = standing_of(card).untouched
    answer = reviewer.post(f"{page}{codes[0]}/decide/", {f"{codes[0]}-action": "query", f"{codes[0]}-reason": "Why?"})
    assert answer["Location"] == f"{page}?open={codes[1]}#i-{codes[1]}"
    answer = reviewer.post(f"{page}{codes[-1]}/decide/", {f"{codes[-1]}-action": "accept"})
    assert answer["Location"] == f"{page}?open={codes[1]}#i-{codes[1]}"


def test_the_rest_is_not_accepted_over_a_question(reviewer: Client, cast: Cast, card: Scorecard) -> None:
    page = f"/en/work/scorecards/{card.pk}/"
    reviewer.post(f"{page}E01/decide/", {"E01-action": "query", "E01-reason": "Which folio?"})
    reviewer.post(f"{page}accept-rest/")
    assert standing_of(card).undecided == ("E01",)
    operator = Client()
    operator.force_login(cast.operator)
    operator.post(f"{page}E01/reply/", {"reply-reason": "Folio 12."})
    assert "Folio 12." in reviewer.get(f"{page}?open=E01").content.decode()


def test_every_button_of_a_replaced_scorecard_answers_in_words(
    reviewer: Client, cast: Cast, mine: Mine, card: Scorecard
) -> None:
    change_workers(cast, mine)
    page = f"/en/work/scorecards/{card.pk}/"
    assert reviewer.post(f"{page}E01/decide/", {"E01-action": "accept"}).status_code == 422
    for button in ("accept-rest", "approve", "publish", "return"):
        answer = reviewer.post(f"{page}{button}/", {"return-reason": "x", "publish-reason": "x"})
        assert answer.status_code == 422
        assert b"New facts have changed this scorecard" in answer.content
    assert not Review.objects.exists()


def test_whoever_entered_a_record_is_told_that_another_reviews_it(client: Client, cast: Cast, mine: Mine) -> None:
    both = person("both", cast.ngo, "monitor")
    both.memberships.create(organisation=cast.regulator, role="reviewer")
    payment(both, mine.obligation, paid="1", received="1")
    card = produced(mine.project)
    client.force_login(both)
    page = f"/en/work/scorecards/{card.pk}/"
    for button in ("accept-rest", "approve"):
        answer = client.post(f"{page}{button}/")
        assert (answer.status_code, b"Somebody else must review it" in answer.content) == (403, True)
    answer = client.post(f"{page}E01/decide/", {"E01-action": "query", "E01-reason": "Which folio?"})
    assert (answer.status_code, b"Somebody else must review it" in answer.content) == (403, True)
    assert b"Which folio?" in answer.content
    assert not Review.objects.exists()


def test_the_queue_shows_what_waits_and_for_whom(reviewer: Client, cast: Cast, card: Scorecard) -> None:
    def found(step: str) -> int:
        return len(reviewer.get(f"/en/work/scorecards/?step={step}&q=puka&year={YEAR}").context["page"])

    assert (found("open"), found("approve")) == (1, 0)
    accept_all(cast.reviewer, card)
    approve_scorecard(actor=cast.reviewer, scorecard=card)
    assert (found("open"), found("approve")) == (0, 1)
    publish_scorecard(actor=cast.second_reviewer, scorecard=card)
    assert (found("open"), found("approve"), found("publish")) == (0, 0, 1)


def test_the_steps_of_a_scorecard_are_downloaded_as_they_stand_on_the_page(
    reviewer: Client, cast: Cast, card: Scorecard
) -> None:
    """Who, when, what and why, the computation included; no cell is run by a spreadsheet."""
    override(cast, card, score="12.5")
    decide_indicator(actor=cast.reviewer, scorecard=card, indicator="E03", action="query", reason="=Which folio?")
    page = f"/en/work/scorecards/{card.pk}/"
    answer = reviewer.get(f"{page}steps.csv")
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert f"{card.pk}-steps.csv" in answer["Content-Disposition"]
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [[row[name] for name in ("step", "by", "indicator", "score", "reason")] for row in rows] == [
        ["query", "Reviewer", "E03", "", "'=Which folio?"],
        ["override", "Reviewer", "E01", "12.5", REASON],
        ["compute", "Minka", "", card.judgement["score"], f"SHA-256 {card.facts_sha256}"],
    ]
    assert {(row["project"], row["year"], row["scorecard"]) for row in rows} == {("Puka Sami", str(YEAR), str(card.pk))}
    assert all(datetime.fromisoformat(row["at"]).tzinfo for row in rows)
    shown = reviewer.get(page)
    assert f'href="{page}steps.csv"' in shown.content.decode()
    assert shown.context["trail_size"] == len(answer.content)


def test_the_page_names_its_rules_in_the_readers_language_with_an_unbreakable_version(
    reviewer: Client, card: Scorecard
) -> None:
    rules = card.framework
    for language in ("en", "es"):
        page = reviewer.get(f"/{language}/work/scorecards/{card.pk}/").content.decode()
        assert f"{rules.names[language]}, " in page
        assert re.search(rf"&nbsp;{rules.version}</p>", page)


@pytest.mark.parametrize("typed", ["62,5", "62.5", " 62.5000 "])
def test_a_score_is_read_with_a_point_or_a_comma(reviewer: Client, card: Scorecard, typed: str) -> None:
    """A browser's own number box would read the comma away."""
    page = f"/en/work/scorecards/{card.pk}/"
    assert 'type="number"' not in reviewer.get(f"{page}?open=E01").content.decode()
    reviewer.post(f"{page}E01/decide/", {"E01-action": "override", "E01-score": typed, "E01-reason": REASON})
    assert standing_of(card).decisions["E01"].score == Decimal("62.5")
    assert 'name="E01-score" value="62.5"' in reviewer.get(f"{page}?open=E01").content.decode()


def test_a_score_that_is_not_asked_for_stops_no_other_decision(reviewer: Client, card: Scorecard) -> None:
    """It is hidden then, and nobody could mend it."""
    page = f"/en/work/scorecards/{card.pk}/"
    assert reviewer.post(f"{page}E01/decide/", {"E01-action": "accept", "E01-score": "abc"}).status_code == 302
    assert reviewer.post(f"{page}E03/decide/", {"E03-action": "override", "E03-score": "abc", "E03-reason": REASON}
                         ).status_code == 422  # fmt: skip
    assert {code: review.score for code, review in standing_of(card).decisions.items()} == {"E01": None}


def test_the_reason_of_an_override_says_how_long_it_is_and_has_to_be(reviewer: Client, card: Scorecard) -> None:
    page = f"/en/work/scorecards/{card.pk}/"
    assert "characters so far" not in reviewer.get(page).content.decode()
    given = {"E01-action": "override", "E01-score": "40", "E01-reason": "Folio 12 says so."}
    answer = reviewer.post(f"{page}E01/decide/", given).content.decode()
    assert f"at least {SHORTEST_OVERRIDE_REASON} characters, naming the record. 17 characters so far." in answer


def test_a_second_request_for_an_exemption_is_refused_at_its_indicator(client: Client, cast: Cast, mine: Mine) -> None:
    client.force_login(cast.monitor)
    given = {"year": YEAR, "indicator": "L04", "reason": "No foreigner is employed at this mine.",
             "voice": "monitor", "reference": "Field notes 12"}  # fmt: skip
    answer = client.post(f"/en/work/projects/{mine.project.slug}/exemptions/add/", given)
    assert answer.context["form"].errors == {"indicator": ["There is already a request for this indicator and year."]}


def test_each_figure_says_how_many_of_its_records_hold_a_file(reviewer: Client, card: Scorecard) -> None:
    """The payment has a receipt; what it pays for and the study have none."""
    answer = reviewer.get(f"/en/work/scorecards/{card.pk}/")
    lines = {line.code: line for line in answer.context["page"].lines}
    assert (lines["R01"].filed, len(lines["R01"].records)) == (1, 2)
    assert (lines["E01"].filed, len(lines["E01"].records)) == (0, 1)
    page = answer.content.decode()
    assert f"{marks.squares(1, 2)}<small>1 of 2 records have a file</small>" in page
    assert f"{marks.squares(0, 1)}<small>0 of 1 record has a file</small>" in page


@pytest.mark.parametrize(
    ("filed", "total", "rows"),
    [(3, 5, [(3, 5)]), (9, 12, [(8, 8), (1, 4)]), (2, 12, [(2, 8), (0, 4)]), (0, 0, []), (41, 41, [])],
)
def test_many_records_have_their_squares_in_rows_and_very_many_have_words_only(
    filed: int, total: int, rows: list[tuple[int, int]]
) -> None:
    assert marks.record_squares(filed, total) == " ".join(marks.squares(*row) for row in rows)


def test_the_parts_of_a_figure_have_names_and_no_codes(reviewer: Client, card: Scorecard, mine: Mine) -> None:
    page = reviewer.get(f"/en/work/scorecards/{card.pk}/").context["page"]
    parts = {line.code: [name for name, _part in line.parts] for line in page.lines}
    assert parts["E01"] == [str(mine.records["assessments"])]
    assert parts["L01"] == [
        "living in the districts", "living in the province", "living in the region", "nationals",
    ]  # fmt: skip


def test_last_year_is_compared_as_it_was_published(reviewer: Client, cast: Cast, mine: Mine, card: Scorecard) -> None:
    """Once a reviewer's score is published, the computed one is nobody's grade any more."""
    before = produced(mine.project, YEAR - 1)
    page = f"/en/work/scorecards/{card.pk}/"
    for code in ("E01", "E03"):
        override(cast, before, code, "0")
    shown = reviewer.get(page)
    previous = shown.context["page"].previous
    assert (previous.published, previous.grade) == (False, before.judgement["grade"])
    assert f"Was {previous.grade} in {YEAR - 1}, computed and not published" in shown.content.decode()
    sealed = published(cast, before).content["scorecard"]
    shown = reviewer.get(page)
    previous = shown.context["page"].previous
    assert (previous.published, previous.grade, previous.score) == (True, sealed["grade"], sealed["score"])
    assert sealed["score"] != before.judgement["score"]
    assert f"Was {sealed['grade']} in {YEAR - 1}, as published" in shown.content.decode()
    line = next(line for line in shown.context["page"].lines if line.code == "E01")
    assert (line.previous["score"], line.change) == ("0", Decimal(line.outcome["score"]))


def test_the_lists_show_the_published_result_where_a_reviewer_set_a_score(
    reviewer: Client, cast: Cast, card: Scorecard
) -> None:
    """Until it is published they show the computed one, and say that a score was set."""
    for code in ("E01", "E03"):
        override(cast, card, code, "0")
    lists = ("/en/work/scorecards/", f"/en/work/projects/{card.project.slug}/scorecards/")
    for address in lists:
        answer = reviewer.get(address)
        assert [result.score for _head, result in answer.context["rows"]] == [Decimal(card.judgement["score"])]
        assert "open it for the result" in answer.content.decode()
    sealed = published(cast, card).content["scorecard"]
    assert sealed["score"] != card.judgement["score"]
    for address in lists:
        answer = reviewer.get(address)
        assert [(result.grade, result.score) for _head, result in answer.context["rows"]] == [
            (sealed["grade"], Decimal(sealed["score"]))
        ]
        assert f"</svg> {writing.score(sealed['score'])}</td>" in answer.content.decode()
        assert "As published, with a reviewer’s scores." in answer.content.decode()


def test_a_list_asks_as_often_for_many_published_scores_as_for_one(
    reviewer: Client, cast: Cast, card: Scorecard, django_assert_num_queries: Any
) -> None:
    override(cast, card)
    published(cast, card)
    reviewer.get("/en/work/scorecards/")
    with CaptureQueriesContext(connection) as one:
        reviewer.get("/en/work/scorecards/")
    for name in ("Yana Sami", "Urqu Sami"):
        other = produced(open_mine(cast.monitor, cast.company, name).project)
        override(cast, other)
        published(cast, other)
    with django_assert_num_queries(len(one)):
        answer = reviewer.get("/en/work/scorecards/")
    assert len(answer.context["rows"]) == 3


@pytest.mark.parametrize(
    ("worst", "best", "words"),
    [("8.71", "8.74", "8.7"), ("8.7", "8.7", "8.7"), ("8.7", "8.8", "8.7 – 8.8"), (None, None, "Not known")],
)
def test_a_range_of_one_score_is_that_score(worst: str | None, best: str | None, words: str) -> None:
    assert score_range(worst, best) == words


def test_a_result_is_compared_with_mines_of_the_same_year_that_the_person_sees(
    reviewer: Client, cast: Cast, card: Scorecard
) -> None:
    """Not with another country's, another year's, nor with one of which too little is known; coverage stands beside."""
    page = f"/en/work/scorecards/{card.pk}/"
    assert reviewer.get(page).context["peers"] is None
    near, later = (open_mine(cast.monitor, cast.company, name) for name in ("Yana Sami", "Urqu Sami"))
    far = open_mine(cast.stranger, cast.other_company, "Yana Mayu", country="CL")
    bare = project_without_records(cast)
    others = [produced(near.project), produced(later.project, YEAR - 1), produced(far.project), produced(bare)]
    shown = reviewer.get(page)
    assert [peer.head.scorecard_id for peer in shown.context["peers"].graded] == [others[0].pk]
    assert shown.context["peers"].withheld == 1
    for code in ("E01", "E03"):
        override(cast, others[0], code, "0")
    sealed = published(cast, others[0]).content["scorecard"]
    shown = reviewer.get(page)
    peer = shown.context["peers"].graded[0].result
    assert (peer.grade, peer.score, peer.coverage) == (
        sealed["grade"], Decimal(sealed["score"]), Decimal(sealed["coverage"]),
    )  # fmt: skip
    assert f"{writing.percent(sealed['coverage'])}</td>" in shown.content.decode()
    assert reviewer.get(f"/en/work/scorecards/{others[3].pk}/").context["peers"] is None


def project_without_records(cast: Cast) -> Project:
    """A mine of which nothing is known but that it is there."""
    return enter(cast.monitor, Project(name="Chusaq", country="PE", operator=cast.company))  # type: ignore[no-any-return]


def test_the_page_asks_as_often_for_many_peers_as_for_one(
    reviewer: Client, cast: Cast, card: Scorecard, monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: Any
) -> None:
    page = f"/en/work/scorecards/{card.pk}/"
    produced(open_mine(cast.monitor, cast.company, "Yana Sami").project)
    reviewer.get(page)
    with CaptureQueriesContext(connection) as one:
        reviewer.get(page)
    for name in ("Urqu Sami", "Qaqa Sami"):
        produced(open_mine(cast.monitor, cast.company, name).project)
    with django_assert_num_queries(len(one)):
        answer = reviewer.get(page)
    assert len(answer.context["peers"].graded) == 3
    monkeypatch.setattr(review_pages, "MOST_PEERS", 2)
    assert "too many mines of 2025 for a drawing" in reviewer.get(page).content.decode()


@pytest.mark.parametrize(("middle", "ends"), [("50", [">0<", ">100<"]), ("5", [">100<"]), ("95", [">0<"])])
def test_the_middle_of_the_peers_is_not_written_over_an_end_of_the_scale(middle: str, ends: list[str]) -> None:
    drawn = charts.peers("62.5", [Decimal("10"), Decimal("90")], Decimal(middle))
    assert [end for end in (">0<", ">100<") if end in drawn] == ends
    assert [drawn.count(mark) for mark in ("#k-d", "#k-i")] == [2, 1]
    assert f"middle {middle}.0" in drawn
