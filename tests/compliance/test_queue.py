"""The queue and the lists: what waits, for whom, and with which result."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.design import writing
from compliance.models import Review, Scorecard, ScorecardHead
from compliance.services.openings import open_line
from compliance.services.publications import approve_scorecard, publish_scorecard
from compliance.services.reviews import (
    decide_indicator,
    reopen_scorecard,
    reply_to_query,
)
from compliance.templatetags.scorecard_words import score_range
from compliance.words import letters_between
from tests.cast import (
    YEAR,
    Cast,
    Mine,
    accept_all,
    open_mine,
    produced,
    published,
)
from tests.compliance.evaluation.builders import framework
from tests.compliance.review_help import change_workers, override

pytestmark = pytest.mark.django_db


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

    def told() -> bool:
        operator = Client()
        operator.force_login(cast.operator)
        page = operator.get("/en/work/").content.decode()
        return f'href="/en/work/scorecards/{card.pk}/"><b>Answer a reviewer’s question' in page

    assert words() == (False, False)
    assert not told()
    decide_indicator(actor=cast.reviewer, scorecard=card, indicator="E01", action="query", reason="Which folio?")
    assert words() == (True, False)
    assert told()
    reply_to_query(actor=cast.operator, scorecard=card, indicator="E01", words="Folio 12.")
    assert words() == (False, True)
    assert not told()
    open_line(actor=cast.reviewer, scorecard=card, indicator="E01")
    decide_indicator(actor=cast.reviewer, scorecard=card, indicator="E01", action="accept")
    assert words() == (False, False)


def test_the_queue_shows_what_waits_and_for_whom(reviewer: Client, cast: Cast, card: Scorecard) -> None:
    def found(step: str) -> int:
        return len(reviewer.get(f"/en/work/scorecards/?step={step}&q=puka&year={YEAR}").context["page"])

    assert (found("open"), found("approve")) == (1, 0)
    accept_all(cast.reviewer, card)
    approve_scorecard(actor=cast.reviewer, scorecard=card)
    assert (found("open"), found("approve")) == (0, 1)
    publish_scorecard(actor=cast.second_reviewer, scorecard=card)
    assert (found("open"), found("approve"), found("publish")) == (0, 0, 1)


def test_the_lists_show_the_published_result_where_a_reviewer_set_a_score(
    reviewer: Client, cast: Cast, card: Scorecard
) -> None:
    """Until it is published they show the computed one, and say that a score was set."""
    for code in ("E01", "E03"):
        override(cast, card, code, "0")
    lists = ("/en/work/scorecards/", f"/en/work/projects/{card.project.slug}/scorecards/")
    for address in lists:
        answer = reviewer.get(address)
        assert [result.score for _head, result in answer.context["rows"]] == [card.score]
        assert "open it for the result" in answer.content.decode()
    sealed = published(cast, card).content["scorecard"]
    assert Decimal(sealed["score"]) != card.score
    for address in lists:
        answer = reviewer.get(address)
        assert [(result.grade, result.score) for _head, result in answer.context["rows"]] == [
            (sealed["grade"], Decimal(sealed["score"]))
        ]
        assert f"</svg> {writing.score(sealed['score'], framework().bands)}</td>" in answer.content.decode()
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
    [("8.71", "8.74", "8.7"), ("8.7", "8.7", "8.7"), ("8.7", "8.8", "8.7 – 8.8"), (None, None, "–")],
)
def test_a_range_of_one_score_is_that_score(worst: str | None, best: str | None, words: str) -> None:
    assert score_range(worst, best, framework().bands) == words


@pytest.mark.parametrize(
    ("worst", "best", "words"),
    [("50", "61", "C or B"), ("20", "61", "E to B"), ("61", "62", ""), (None, None, "")],
)
def test_a_range_names_the_grades_that_it_spans(worst: str | None, best: str | None, words: str) -> None:
    assert letters_between(worst, best, framework().bands) == words


def test_an_approval_that_new_facts_voided_is_named_in_the_queue(
    reviewer: Client, cast: Cast, mine: Mine, card: Scorecard
) -> None:
    accept_all(cast.reviewer, card)
    approve_scorecard(actor=cast.reviewer, scorecard=card)
    change_workers(cast, mine)
    page = reviewer.get("/en/work/scorecards/").content.decode()
    assert "void since" in page
    assert re.findall(r'data-label="Waiting[^"]*"', page) == ['data-label="Waiting"'], "a duration stands there, no day"


def test_new_facts_do_not_shorten_the_wait(cast: Cast, mine: Mine, card: Scorecard) -> None:
    change_workers(cast, mine)
    head: Any = ScorecardHead.objects.with_status().get()
    assert (head.scorecard_id != card.pk, head.waiting_since) == (True, card.computed_at)
    accept_all(cast.reviewer, head.scorecard)
    published(cast, head.scorecard)
    reopen_scorecard(actor=cast.reviewer, scorecard=head.scorecard, reason="Folio 12")
    head = ScorecardHead.objects.with_status().get()
    assert head.waiting_since == Review.objects.latest("pk").at


def test_the_queue_shows_yours_before_what_is_with_others_and_what_is_done(
    reviewer: Client, cast: Cast, card: Scorecard
) -> None:
    names = ("Yana Sami", "Urqu Sami", "Anka Sami")
    mines = [open_mine(cast.monitor, cast.company, name).project for name in names]
    asked, approved, done, card = map(produced, [*mines, card.project])  # whose company's owners are known by now
    decide_indicator(actor=cast.reviewer, scorecard=asked, indicator="E01", action="query", reason="Which folio?")
    accept_all(cast.reviewer, approved)
    approve_scorecard(actor=cast.reviewer, scorecard=approved)
    published(cast, done)
    answer = reviewer.get("/en/work/scorecards/")
    assert [(head.scorecard_id, head.group) for head, _result in answer.context["rows"]] == [
        (card.pk, 0),
        (approved.pk, 1),
        (asked.pk, 1),
        (done.pk, 2),
    ]
    assert answer.context["waits_for_company"] == 1


def test_the_queue_counts_open_and_answered_questions_apart(reviewer: Client, cast: Cast, card: Scorecard) -> None:
    for code in ("E01", "E03"):
        decide_indicator(actor=cast.reviewer, scorecard=card, indicator=code, action="query", reason="Which folio?")
    reply_to_query(actor=cast.operator, scorecard=card, indicator="E01", words="Folio 12.")
    text = reviewer.get("/en/work/scorecards/").content.decode()
    assert "The company has answered 1 question" in text
    assert "1 question waits for the company" in text
