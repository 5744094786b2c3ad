"""The page of one scorecard: what a reviewer sees and does there."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any
from urllib.parse import quote

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import localtime

from accounts.design import charts, marks, writing
from compliance.evaluation import canonical
from compliance.evaluation.criteria import MEASURES
from compliance.evaluation.judgement import Override
from compliance.evaluation.sealed import judgement_of
from compliance.models import Opening, Publication, Review, Scorecard
from compliance.review_pages import peers
from compliance.review_pages.comparison import Comparison
from compliance.review_pages.trail import spelt
from compliance.services.publications import approve_scorecard, publish_scorecard
from compliance.services.reviews import (
    SHORTEST_OVERRIDE_REASON,
    decide_indicator,
    reopen_scorecard,
    return_scorecard,
    standing_of,
)
from projects.models import EmploymentReturn, Project
from projects.services.records import amend_record
from tests.cast import (
    YEAR,
    Cast,
    Mine,
    accept_all,
    appoint,
    employment,
    enter,
    evidence,
    open_all,
    open_mine,
    payment,
    person,
    produced,
    published,
)
from tests.compliance.evaluation.builders import framework
from tests.compliance.review_help import REASON, change_workers, override

pytestmark = pytest.mark.django_db


def test_a_scorecard_is_reviewed_and_published_by_clicking(reviewer: Client, cast: Cast, card: Scorecard) -> None:
    page = f"/en/work/scorecards/{card.pk}/"
    short = {"E01-action": "override", "E01-score": "40", "E01-reason": "too short"}
    answer = reviewer.post(f"{page}E01/decide/", short)
    assert answer.status_code == 422
    assert "too short" in answer.content.decode()
    assert reviewer.post(f"{page}E01/decide/", short | {"E01-reason": REASON}).status_code == 302
    for wrong in (
        {"E03-action": "query"},
        {"E03-action": "override", "E03-reason": REASON},
        {"E03-action": "nothing"},
        {},
        {"E03-action": "override", "E03-score": "101", "E03-reason": REASON},
    ):
        assert reviewer.post(f"{page}E03/decide/", wrong).status_code == 422
    assert reviewer.post(f"{page}X99/decide/", {"X99-action": "accept"}).status_code == 422
    reviewer.post(f"{page}approve/")
    assert standing_of(card).approval is None
    for code in judgement_of(card).by_code:
        assert reviewer.get(f"{page}{code}/").status_code == 200
    reviewer.post(f"{page}accept-rest/")
    assert standing_of(card).decisions["E01"].action == "override"
    reviewer.post(f"{page}approve/")
    assert standing_of(card).approval
    reviewer.post(f"{page}publish/")
    assert not Publication.objects.exists()
    second = Client()
    second.force_login(cast.second_reviewer)
    assert second.get(page).context["may"]["publish"]
    second.post(f"{page}publish/")
    assert Publication.objects.get().scorecard == card
    assert reviewer.get(page).status_code == 200
    assert b"Puka Sami" in Client().get("/en/projects/").content


def test_a_reviewer_sees_the_same_results_by_what_the_law_asks_and_by_who_owes_it(
    reviewer: Client, card: Scorecard
) -> None:
    page = reviewer.get(f"/en/work/scorecards/{card.pk}/").content.decode()
    assert "The same results by who owes it" in page
    assert "The fund that spends the money." in page
    assert "What the State itself owes or promised" not in page, "the State owes nothing here"


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
    assert (before.overridden, before.result.score) == (False, judgement_of(card).score)
    for code in ("R01", "R02", "E01"):
        override(cast, card, code, "0")
    page = reviewer.get(f"/en/work/scorecards/{card.pk}/").context["page"]
    assert page.overridden
    accept_all(cast.reviewer, card)
    approve_scorecard(actor=cast.reviewer, scorecard=card)
    content = publish_scorecard(actor=cast.second_reviewer, scorecard=card).content
    assert (canonical.spell(page.result.score), page.result.grade) == (
        content["scorecard"]["score"],
        content["scorecard"]["grade"],
    )
    assert page.result.score != judgement_of(card).score


def test_new_facts_after_a_publication_say_what_differs_from_it(
    reviewer: Client, cast: Cast, mine: Mine, card: Scorecard
) -> None:
    published(cast, card)
    assert reviewer.get(f"/en/work/scorecards/{card.pk}/").context["page"].corrected == []
    page = reviewer.get(f"/en/work/scorecards/{change_workers(cast, mine).pk}/").context["page"]
    assert [line.code for line in page.corrected] == ["L01"]


def test_a_decision_leads_to_the_next_indicator_that_nobody_has_touched(
    reviewer: Client, cast: Cast, card: Scorecard
) -> None:
    page = f"/en/work/scorecards/{card.pk}/"
    codes = standing_of(card).untouched
    answer = reviewer.post(f"{page}{codes[0]}/decide/", {f"{codes[0]}-action": "query", f"{codes[0]}-reason": "Why?"})
    assert answer["Location"] == f"{page}{codes[1]}/"
    reviewer.get(f"{page}{codes[-1]}/")
    answer = reviewer.post(f"{page}{codes[-1]}/decide/", {f"{codes[-1]}-action": "accept"})
    assert answer["Location"] == f"{page}{codes[1]}/"


def test_the_rest_is_not_accepted_over_a_question(reviewer: Client, cast: Cast, card: Scorecard) -> None:
    page = f"/en/work/scorecards/{card.pk}/"
    reviewer.post(f"{page}E01/decide/", {"E01-action": "query", "E01-reason": "Which folio?"})
    open_all(cast.reviewer, card)
    reviewer.post(f"{page}accept-rest/")
    assert standing_of(card).undecided == ("E01",)
    operator = Client()
    operator.force_login(cast.operator)
    operator.post(f"{page}E01/reply/", {"E01-reply-reason": "Folio 12."})
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
    appoint(both, cast.regulator, "reviewer")
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
    assert [[row[name] for name in ("Step", "Who", "Fact", "Score", "Reason")] for row in rows] == [
        ["Computed", "Minka", "", spelt(card.score), f"SHA-256 {card.facts_sha256}"],
        ["Overridden", "Reviewer", "E01", "12.5", REASON],
        ["Question asked", "Reviewer", "E03", "", "'=Which folio?"],
    ]
    where = {(row["Project"], row["Year"], row["Scorecard"]) for row in rows}
    assert where == {("Puka Sami", str(YEAR), str(card.pk))}
    taken = Review.objects.latest("pk").at
    assert datetime.strptime(rows[-1]["When"], "%Y-%m-%d %H:%M:%S") == localtime(taken).replace(  # noqa: DTZ007
        microsecond=0, tzinfo=None
    )
    in_spanish = reviewer.get(f"/es/work/scorecards/{card.pk}/steps.csv").content.decode("utf-8-sig")
    assert in_spanish.startswith("Proyecto,Año,")
    shown = reviewer.get(page)
    assert f'href="{page}steps.csv"' in shown.content.decode()
    assert shown.context["trail_size"] == len(answer.content)


def test_the_page_names_its_rules_in_the_readers_language_with_an_unbreakable_version(
    reviewer: Client, card: Scorecard
) -> None:
    rules = judgement_of(card).framework
    for language in ("en", "es"):
        page = reviewer.get(f"/{language}/work/scorecards/{card.pk}/").content.decode()
        assert f"{rules.names[language]}, " in page
        assert re.search(rf"&nbsp;{rules.version}\s*</p>", page)


@pytest.mark.parametrize("typed", ["62,5", "62.5", " 62.5000 "])
def test_a_score_is_read_with_a_point_or_a_comma(reviewer: Client, card: Scorecard, typed: str) -> None:
    """A browser's own number box would read the comma away."""
    page = f"/en/work/scorecards/{card.pk}/"
    shown = reviewer.get(f"{page}E01/").content.decode()
    assert 'name="E01-score"' in shown
    assert 'type="number"' not in shown
    reviewer.post(f"{page}E01/decide/", {"E01-action": "override", "E01-score": typed, "E01-reason": REASON})
    assert standing_of(card).decisions["E01"].score == Decimal("62.5")
    assert 'name="E01-score" value="62.5"' in reviewer.get(f"{page}?open=E01").content.decode()


def test_a_score_that_is_not_asked_for_stops_no_other_decision(reviewer: Client, card: Scorecard) -> None:
    """It is hidden then, and nobody could mend it."""
    page = f"/en/work/scorecards/{card.pk}/"
    reviewer.get(f"{page}E01/")
    assert reviewer.post(f"{page}E01/decide/", {"E01-action": "accept", "E01-score": "abc"}).status_code == 302
    assert (
        reviewer.post(
            f"{page}E03/decide/", {"E03-action": "override", "E03-score": "abc", "E03-reason": REASON}
        ).status_code
        == 422
    )
    assert {code: review.score for code, review in standing_of(card).decisions.items()} == {"E01": None}


def test_the_reason_of_an_override_says_how_long_it_is_and_has_to_be(reviewer: Client, card: Scorecard) -> None:
    page = f"/en/work/scorecards/{card.pk}/"
    shown = reviewer.get(f"{page}E01/").content.decode()
    assert f"at least {SHORTEST_OVERRIDE_REASON} characters" in shown
    assert "characters so far" not in shown
    given = {"E01-action": "override", "E01-score": "40", "E01-reason": "Folio 12 says so."}
    answer = reviewer.post(f"{page}E01/decide/", given).content.decode()
    assert f"at least {SHORTEST_OVERRIDE_REASON} characters, naming the record. 17 characters so far." in answer


def test_each_figure_says_how_many_of_its_records_hold_a_file(reviewer: Client, card: Scorecard) -> None:
    """The payment has a receipt; what it pays for, the study and the lists have none."""
    answer = reviewer.get(f"/en/work/scorecards/{card.pk}/")
    lines = {line.code: line for line in answer.context["page"].lines}
    assert (lines["R01"].filed, len(lines["R01"].records)) == (1, 3)
    assert (lines["E01"].filed, len(lines["E01"].records)) == (0, 2)
    page = answer.content.decode()
    assert f"{marks.squares(1, 3)}<small>1 of 3 records have a file</small>" in page
    assert f"{marks.squares(0, 2)}<small>0 of 2 records have a file</small>" in page


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
        "living in the districts",
        "living in the province",
        "living in the region",
        "nationals",
    ]


def test_last_year_is_compared_as_it_was_published(reviewer: Client, cast: Cast, mine: Mine, card: Scorecard) -> None:
    """Once a reviewer's score is published, the computed one is nobody's grade any more."""
    before = produced(mine.project, YEAR - 1)
    page = f"/en/work/scorecards/{card.pk}/"
    for code in ("E01", "E03"):
        override(cast, before, code, "0")
    shown = reviewer.get(page)
    previous = shown.context["page"].previous
    assert (previous.published, previous.judgement) == (False, judgement_of(before))
    assert previous.judgement.grade == "?"
    assert f"Not graded in {YEAR - 1}, by what is computed and not published" in shown.content.decode()
    sealed = published(cast, before).content["scorecard"]
    shown = reviewer.get(page)
    previous = shown.context["page"].previous
    assert (previous.published, previous.judgement.grade) == (True, sealed["grade"])
    assert canonical.spell(previous.judgement.score) == sealed["score"]
    assert previous.judgement.score != judgement_of(before).score
    assert sealed["grade"] == "?"
    assert f"Not graded in {YEAR - 1}, as published" in shown.content.decode()
    line = next(line for line in shown.context["page"].lines if line.code == "E01")
    assert (line.since_last_year.before.score, line.since_last_year.points) == (0, line.outcome.score)


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
        sealed["grade"],
        Decimal(sealed["score"]),
        Decimal(sealed["coverage"]),
    )
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
    monkeypatch.setattr(peers, "MOST_PEERS", 2)
    assert "too many mines of 2025 for a drawing" in reviewer.get(page).content.decode()


@pytest.mark.parametrize(("middle", "ends"), [("50", [">0<", ">100<"]), ("5", [">100<"]), ("95", [">0<"])])
def test_the_middle_of_the_peers_is_not_written_over_an_end_of_the_scale(middle: str, ends: list[str]) -> None:
    drawn = charts.peers("62.5", [Decimal("10"), Decimal("90")], Decimal(middle), framework().bands)
    assert [end for end in (">0<", ">100<") if end in drawn] == ends
    assert [drawn.count(mark) for mark in ("#k-d", "#k-i")] == [2, 1]
    assert f"middle {middle}.0" in drawn


# One line on a page of its own


def test_opening_a_line_is_kept_once_for_a_reviewer_and_for_nobody_else(
    reviewer: Client, cast: Cast, card: Scorecard
) -> None:
    page = f"/en/work/scorecards/{card.pk}/"
    reviewer.get(f"{page}?open=E01")
    assert not Opening.objects.exists(), "the whole page opens no line"
    for _twice in range(2):
        assert reviewer.get(f"{page}E01/").status_code == 200
    for name in ("monitor", "operator", "auditor"):
        client = Client()
        client.force_login(cast[name])
        assert client.get(f"{page}E01/").status_code == 200
    assert [(one.reviewer, one.indicator) for one in Opening.objects.all()] == [(cast.reviewer, "E01")]
    assert reviewer.get(f"{page}X99/").status_code == 404
    assert reviewer.post(f"{page}E01/").status_code == 405


def test_a_line_shows_both_sides_of_what_is_in_dispute_and_the_files_by_name(
    reviewer: Client, cast: Cast, mine: Mine
) -> None:
    flow = payment(
        cast.monitor, mine.obligation, paid="700", received="300", files=[evidence(cast.monitor, "bank-letter.pdf")]
    )
    card = produced(mine.project)
    shown = reviewer.get(f"/en/work/scorecards/{card.pk}/R05/").content.decode()
    in_dispute = shown[shown.index('id="h-disputed"') : shown.index('id="h-files"')]
    assert f'href="/en/work/disbursements/{flow.pk}/"' in in_dispute
    assert re.search(r"700.*300", in_dispute, re.S)
    assert "1,000" not in in_dispute, "the payment on which both sides agree is not in dispute"
    files = shown[shown.index('id="h-files"') : shown.index('class="indicators"')]
    assert "bank-letter.pdf" in files
    assert "receipt.pdf" in files
    study = reviewer.get(f"/en/work/scorecards/{card.pk}/E01/").content.decode()
    assert 'id="h-disputed"' not in study
    assert "bank-letter.pdf" not in study
    assert "No record of this fact has a file." in study


def test_a_record_whose_source_is_marked_as_disputed_stands_in_dispute(
    reviewer: Client, cast: Cast, mine: Mine
) -> None:
    study = type(mine.records["assessments"]).objects.select_related("source").get()
    study.source.state = "disputed"
    amend_record(actor=cast.monitor, record=study, source=study.source, revision=study.source.revision, reason="Folio")
    page = f"/en/work/scorecards/{produced(mine.project).pk}/"
    lines = {line.code: line for line in reviewer.get(page).context["page"].lines}
    assert [record.label for record in lines["E01"].disputed] == [str(study)]
    assert lines["L01"].disputed == []


def test_before_a_line_is_opened_the_scorecard_leads_to_it_and_holds_no_form_of_decision(
    reviewer: Client, card: Scorecard
) -> None:
    page = f"/en/work/scorecards/{card.pk}/"
    shown = reviewer.get(page).content.decode()
    assert f'href="{page}E01/"' in shown
    assert 'name="E01-action"' not in shown
    assert 'name="E01-action"' in reviewer.get(f"{page}E01/").content.decode()
    shown = reviewer.get(page).content.decode()
    assert 'name="E01-action"' in shown
    assert 'name="E03-action"' not in shown


def test_a_refused_acceptance_names_the_lines_with_their_addresses(reviewer: Client, card: Scorecard) -> None:
    page = f"/en/work/scorecards/{card.pk}/"
    reviewer.get(f"{page}E03/")
    answer = reviewer.post(f"{page}E01/decide/", {"E01-action": "accept"})
    assert answer.status_code == 422
    words = "Open first, with the records and files, what carries weight and is new or changed:"
    assert f'{words} <a href="{page}E01/">E01</a></b>' in answer.content.decode()
    assert not Review.objects.exists()


def test_the_button_says_how_many_it_accepts_and_the_page_which_it_leaves(reviewer: Client, card: Scorecard) -> None:
    page = f"/en/work/scorecards/{card.pk}/"
    total = len(standing_of(card).untouched)
    answer = reviewer.get(page)
    assert "/accept-rest/" not in answer.content.decode()
    assert [line.code for line in answer.context["page"].to_open] == list(standing_of(card).untouched)
    assert reviewer.post(f"{page}accept-rest/").status_code == 422
    for code in ("E01", "L01"):
        reviewer.get(f"{page}{code}/")
    shown = reviewer.get(page).content.decode()
    assert "Accept 2 undecided facts" in shown
    assert f"{total - 2} facts carry weight, are new or changed, and you have not opened them:" in shown
    done = reviewer.post(f"{page}accept-rest/", follow=True).content.decode()
    assert f"{total - 2} facts are left." in done
    assert f'<a href="{page}E03/">E03</a>' in done
    assert set(standing_of(card).decisions) == {"E01", "L01"}


def test_an_unchanged_line_says_that_it_was_carried_over_and_from_where(
    reviewer: Client, cast: Cast, mine: Mine, card: Scorecard
) -> None:
    accept_all(cast.reviewer, card)
    assert "carried over" not in reviewer.get(f"/en/work/scorecards/{card.pk}/").content.decode()
    changed = change_workers(cast, mine)
    shown = reviewer.get(f"/en/work/scorecards/{changed.pk}/").content.decode()
    rows = {code: shown[shown.index(f'<li id="i-{code}"') :].split("</li>")[0] for code in ("E01", "L01")}
    assert f"on scorecard {card.pk}; unchanged since, carried over" in rows["E01"]
    assert "carried over" not in rows["L01"]


def test_a_company_replies_on_the_page_of_the_line(client: Client, cast: Cast, card: Scorecard) -> None:
    decide_indicator(actor=cast.reviewer, scorecard=card, indicator="L01", action="query", reason="Which folio?")
    client.force_login(cast.operator)
    page = f"/en/work/scorecards/{card.pk}/"
    assert 'id="reply-L01"' in client.get(f"{page}L01/").content.decode()
    assert 'id="reply-E01"' not in client.get(f"{page}E01/").content.decode()


# What changed, and by whose hand


def test_the_steps_of_every_scorecard_of_the_year_stand_on_the_page_with_each_computation_between(
    reviewer: Client, cast: Cast, mine: Mine, card: Scorecard
) -> None:
    accept_all(cast.reviewer, card)
    approve_scorecard(actor=cast.reviewer, scorecard=card)
    later = change_workers(cast, mine)
    trail = reviewer.get(f"/en/work/scorecards/{later.pk}/").context["trail"]
    taken = {(event.scorecard.pk, event.step.action if event.step else "") for event in trail}
    assert {(later.pk, ""), (card.pk, "approve"), (card.pk, "accept"), (card.pk, "")} == taken
    shown = reviewer.get(f"/en/work/scorecards/{later.pk}/").content.decode()
    assert f"computed scorecard {card.pk} from facts" in shown
    assert f"computed scorecard {later.pk} from facts" in shown


def test_a_corrected_record_is_named_with_who_changed_it_and_why(
    reviewer: Client, cast: Cast, mine: Mine, card: Scorecard
) -> None:
    answer = reviewer.get(f"/en/work/scorecards/{change_workers(cast, mine).pk}/")
    line = next(line for line in answer.context["page"].lines if line.code == "L01")
    assert [(name, one.cause) for name, one in line.comparisons] == [("before", "corrected")]
    assert [(one.entry.actor, one.entry.reason) for _record, one in line.corrections] == [
        (cast.monitor, "Counted again")
    ]
    text = answer.content.decode()
    assert "What differs from scorecard" in text
    assert "“Counted again”" in text
    assert [line.code for line in answer.context["page"].changed] == ["L01"]


def test_a_change_says_which_of_records_rule_and_reviewer_did_it(cast: Cast, mine: Mine, card: Scorecard) -> None:
    first = judgement_of(card).outcomes[0]
    measured = replace(first.measured, records=("obligation/1",))
    before = replace(first, state="scored", score=Decimal(50), measured=measured)
    other_rule = replace(before.rule, floor=Decimal(1))
    given = Override(indicator=before.code, score=Decimal(60), reason=REASON)
    no_records = replace(measured, records=())
    changed: dict[str, dict[str, Any]] = {
        "corrected": {},
        "records": {"measured": replace(measured, records=("obligation/1", "obligation/2"))},
        "rule": {"rule": other_rule, "measured": no_records},
        "override": {"override": given, "rule": other_rule},
        "lost": {"state": "unknown", "score": Decimal(0), "measured": no_records},
        "excused": {"state": "not_applicable", "score": None},
    }
    for cause, fields in changed.items():
        assert Comparison(before, replace(before, **{"score": Decimal(60)} | fields)).cause == cause


def test_what_became_unknown_is_no_fall_and_what_became_known_no_gain(cast: Cast, card: Scorecard) -> None:
    """Unknown counts as 0 in the score, and is not 0."""
    known = replace(judgement_of(card).outcomes[0], state="scored", score=Decimal(80))
    unknown = replace(known, state="unknown", score=Decimal(0))
    lost, found = Comparison(known, unknown), Comparison(unknown, known)
    assert (lost.points, lost.shift, lost.differs) == (None, "lost", True)
    assert (found.points, found.shift, found.differs) == (None, "found", True)


def test_an_unknown_figure_is_drawn_as_unknown_and_says_what_it_counts_as(reviewer: Client, cast: Cast) -> None:
    project = project_without_records(cast)
    employment(cast.monitor, project)
    answer = reviewer.get(f"/en/work/scorecards/{produced(project).pk}/")
    page = answer.context["page"]
    line = next(line for line in page.lines if line.code == "T01")
    assert (line.outcome.state, line.outcome.score, line.outcome.known_score) == ("unknown", 0, None)
    assert line.points_words == "What the rule asks for is not known: counted as 0 until it is."
    assert "T01" in [line.code for line in page.unknown]
    text = answer.content.decode()
    assert "Everything that counts is known" not in text
    assert f"{page.measured} of {page.to_decide} measured" in text


def test_the_points_of_the_policies_add_up_to_the_score_and_the_cap_is_the_last_line(
    reviewer: Client, cast: Cast, card: Scorecard
) -> None:
    answer = reviewer.get(f"/en/work/scorecards/{card.pk}/")
    sums, bands = answer.context["page"].sums, framework().bands
    assert (writing.score(sums.uncapped, bands), sums.capped) == (writing.score(card.score, bands), False)
    override(cast, card, "E01", "0")
    answer = reviewer.get(f"/en/work/scorecards/{card.pk}/")
    sums = answer.context["page"].sums
    assert sums.capped
    text = answer.content.decode()
    assert f"44.0 points because of the cap; {writing.score(sums.uncapped, framework().bands)} without it." in text
    assert f"Cap, because E01 failed: from {writing.score(sums.uncapped, framework().bands)} to 44.0" in text


def test_the_working_names_what_was_divided_and_how_it_became_points(reviewer: Client, card: Scorecard) -> None:
    lines = {line.code: line for line in reviewer.get(f"/en/work/scorecards/{card.pk}/").context["page"].lines}
    paid = lines["R01"].division
    assert (paid.numerator, paid.denominator, paid.hundredfold) == ("S/\xa01,000", "S/\xa01,000", True)
    assert (paid.above, paid.below) == ("paid, at most what was due", "due this year")
    assert lines["R01"].points_words == "100 × (100 − 90) ÷ (100 − 90) = 100.0 points."
    assert lines["L01"].points_words == "100 × (40 − 20) ÷ (60 − 20) = 50.0 points."
    assert (lines["E01"].division, lines["E01"].is_ratio) == (None, False)
    assert lines["E01"].points_words == "Kept: 100.0 points."


def test_a_disputed_payment_shows_what_both_sides_say(reviewer: Client, cast: Cast, mine: Mine) -> None:
    payment(cast.monitor, mine.obligation, paid="700", received="300")
    answer = reviewer.get(f"/en/work/scorecards/{produced(mine.project).pk}/")
    line = next(line for line in answer.context["page"].lines if line.code == "R05")
    said = [([saying.amount for saying in record.sayings], record.state) for record in line.records]
    assert ([Decimal(700), Decimal(300)], "disputed") in said
    assert "in dispute" in answer.content.decode()


# What the page asks of whom


def test_a_company_lands_on_its_first_question_and_is_told_what_is_asked(
    client: Client, cast: Cast, card: Scorecard
) -> None:
    client.force_login(cast.operator)
    page = f"/en/work/scorecards/{card.pk}/"
    assert "Nobody asks you anything." in client.get(page).content.decode()
    decide_indicator(actor=cast.reviewer, scorecard=card, indicator="L01", action="query", reason="Which folio?")
    answer = client.get(page)
    assert [line.code for line, _form, _reply, opened in answer.context["lines"] if opened] == ["L01"]
    assert "A reviewer asks you about:" in answer.content.decode()
    assert "Approve when every" not in answer.content.decode()


def test_who_may_not_review_has_no_buttons_and_sees_because_of_which_records(
    client: Client, cast: Cast, mine: Mine
) -> None:
    both = person("both", cast.ngo, "monitor")
    appoint(both, cast.regulator, "reviewer")
    flow = payment(both, mine.obligation, paid="1", received="1")
    client.force_login(both)
    answer = client.get(f"/en/work/scorecards/{produced(mine.project).pk}/")
    assert [step for step, may in answer.context["may"].items() if may] == ["open_small_numbers"]
    assert [record.label for record in answer.context["page"].own_records] == [str(flow)]
    assert "/accept-rest/" not in answer.content.decode()


def test_a_question_does_not_become_the_reason_of_an_override(reviewer: Client, cast: Cast, card: Scorecard) -> None:
    page = f"/en/work/scorecards/{card.pk}/"
    decide_indicator(actor=cast.reviewer, scorecard=card, indicator="E01", action="query", reason=REASON)
    forms = {line.code: form for line, form, _reply, _opened in reviewer.get(page).context["lines"]}
    assert forms["E01"].initial["reason"] == ""
    override(cast, card, reason=f"{REASON} It is signed.")
    forms = {line.code: form for line, form, _reply, _opened in reviewer.get(page).context["lines"]}
    assert forms["E01"].initial["reason"] == f"{REASON} It is signed."


def test_an_empty_override_names_both_fields(reviewer: Client, card: Scorecard) -> None:
    answer = reviewer.post(f"/en/work/scorecards/{card.pk}/E01/decide/", {"E01-action": "override"})
    forms = {line.code: form for line, form, _reply, _opened in answer.context["lines"]}
    assert set(forms["E01"].errors) == {"score", "reason"}


def test_a_form_sent_from_a_stale_page_names_who_went_on(reviewer: Client, cast: Cast, card: Scorecard) -> None:
    page = f"/en/work/scorecards/{card.pk}/"
    shown = reviewer.get(page).content.decode()
    assert '<input type="hidden" name="seen" value="0">' in shown
    accept_all(cast.second_reviewer, card)
    approve_scorecard(actor=cast.second_reviewer, scorecard=card)
    typed = {"E01-action": "query", "E01-reason": "Which folio?", "seen": "0"}
    answer = reviewer.post(f"{page}E01/decide/", typed)
    assert answer.status_code == 422
    assert "Second Reviewer: Approved" in answer.content.decode()
    assert "Which folio?" in answer.content.decode()
    assert standing_of(card).approval


def test_a_number_of_any_length_in_a_hidden_field_breaks_nothing(reviewer: Client, card: Scorecard) -> None:
    answer = reviewer.post(f"/en/work/scorecards/{card.pk}/approve/", {"seen": "9" * 4301})
    assert answer.status_code in (302, 422)


def test_what_was_returned_and_approved_again_unchanged_says_so_to_the_publisher(cast: Cast, card: Scorecard) -> None:
    publisher = Client()
    publisher.force_login(cast.second_reviewer)
    page = f"/en/work/scorecards/{card.pk}/"
    accept_all(cast.reviewer, card)
    approve_scorecard(actor=cast.reviewer, scorecard=card)
    return_scorecard(actor=cast.second_reviewer, scorecard=card, reason="Look at folio 12")
    approve_scorecard(actor=cast.reviewer, scorecard=card)
    assert "Nothing was changed in between." in publisher.get(page).content.decode()
    return_scorecard(actor=cast.second_reviewer, scorecard=card, reason="Look at folio 12")
    override(cast, card)
    approve_scorecard(actor=cast.reviewer, scorecard=card)
    assert "Nothing was changed in between." not in publisher.get(page).content.decode()


def test_it_can_be_left_as_published_only_where_nothing_differs(reviewer: Client, cast: Cast, card: Scorecard) -> None:
    page = f"/en/work/scorecards/{card.pk}/"
    published(cast, card)
    reopen_scorecard(actor=cast.reviewer, scorecard=card, reason="Folio 12")
    assert reviewer.get(page).context["may"]["keep"]
    override(cast, card)
    assert not reviewer.get(page).context["may"]["keep"]


def test_a_replaced_scorecard_leads_to_the_one_of_its_own_year(
    reviewer: Client, cast: Cast, mine: Mine, card: Scorecard
) -> None:
    now = change_workers(cast, mine)
    shown = reviewer.get(f"/en/work/scorecards/{card.pk}/").content.decode()
    assert f'href="/en/work/scorecards/{now.pk}/">Open the one that stands now' in shown


def test_after_an_approval_the_message_leads_to_the_next_that_waits(
    reviewer: Client, cast: Cast, card: Scorecard
) -> None:
    other = produced(open_mine(cast.monitor, cast.other_company, "Yana Sami").project)
    accept_all(cast.reviewer, card)
    answer = reviewer.post(f"/en/work/scorecards/{card.pk}/approve/", follow=True)
    assert f'<a href="/en/work/scorecards/{other.pk}/">Next: Yana Sami, {YEAR}</a>' in answer.content.decode()


def test_a_form_sent_after_the_session_ended_leads_back_to_its_page(card: Scorecard) -> None:
    """Its own address answers to forms only; opened by itself it leads to the scorecard."""
    page = f"/en/work/scorecards/{card.pk}/"
    sent = Client().post(f"{page}E01/decide/", {}, headers={"referer": f"http://testserver{page}?open=E01"})
    assert sent["Location"].endswith(f"?next={quote(f'{page}?open=E01')}")
    foreign = Client().post(f"{page}E01/decide/", {}, headers={"referer": "http://elsewhere.example/trap/"})
    assert foreign["Location"].endswith(f"?next={quote(f'{page}E01/decide/')}")


def test_the_address_of_a_step_opened_by_itself_leads_to_the_scorecard(reviewer: Client, card: Scorecard) -> None:
    page = f"/en/work/scorecards/{card.pk}/"
    for step in ("E01/decide/", "approve/", "publish/"):
        assert reviewer.get(f"{page}{step}")["Location"] == page


def test_the_page_asks_as_often_for_many_corrections_as_for_one(
    reviewer: Client, cast: Cast, mine: Mine, card: Scorecard, django_assert_num_queries: Any
) -> None:
    page = f"/en/work/scorecards/{change_workers(cast, mine).pk}/"
    reviewer.get(page)
    with CaptureQueriesContext(connection) as one:
        reviewer.get(page)
    for reason in ("Counted again", "Counted a third time"):
        row = EmploymentReturn.objects.select_related("source").get(pk=mine.records["employment"].pk)
        amend_record(actor=cast.colleague, record=row, source=row.source, revision=row.source.revision, reason=reason)
    with django_assert_num_queries(len(one)):
        answer = reviewer.get(page)
    line = next(line for line in answer.context["page"].lines if line.code == "L01")
    assert len(line.corrections) == 3


def test_every_quotient_has_words_for_both_sides_of_its_line() -> None:
    undivided = {name for name, measure in MEASURES.items() if measure.divides is None}
    assert undivided == {
        "certified_as_the_law_asks",
        "certified_before_start",
        "disclosure_delay",
        "guarantee_delay",
        "national_equity",
        "parts_told",
        "publication_delay",
        "study_for_its_size",
        "study_update_delay",
        "traced_equity",
    }
    assert all(words.strip() for measure in MEASURES.values() for words in measure.divides or ())
    assert undivided.isdisjoint(name for name, measure in MEASURES.items() if measure.in_money)
