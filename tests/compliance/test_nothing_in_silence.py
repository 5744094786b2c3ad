"""A gate that a rule not in force lifts is said, and a reviewer's score is never dropped in silence."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from django.template.loader import render_to_string
from django.test import Client
from django.urls import reverse

from compliance.evaluation.facts import Facts
from compliance.evaluation.judgement import Judgement, Override
from compliance.evaluation.scoring import judge
from compliance.models import Review, Scorecard
from compliance.public_pages.scorecard import lifted_gate_sentences, working
from compliance.services.reviews import approve_exemption, decide_indicator
from tests.cast import Cast, Mine, produced
from tests.compliance.evaluation.builders import assessment, day, exempt, facts, framework, judged
from tests.compliance.review_help import REASON, change_workers, override, refused

SAID = "That score does not count, because the rule does not apply here."


def late_dam(year: int) -> Facts:
    """A mine that began to build before its study was approved, in a year."""
    return facts(
        year=year,
        period_start=day(f"{year}-01-01"),
        period_end=day(f"{year}-12-31"),
        assessments=[assessment(approved_on=day("2007-05-10"), works_started_on=day("2007-01-01"))],
    )


def test_a_gate_whose_rule_was_not_in_force_is_said_with_the_day() -> None:
    before = judged(late_dam(2008))
    assert before.outcome("E01").reason == "rule-not-in-force"
    assert lifted_gate_sentences(before) == [
        "“Certified before the start” (E01) can hold the overall score down. It was not in force on 31 December 2008: "
        "nothing is held down here."
    ]


def test_a_gate_that_was_in_force_says_nothing_of_the_kind() -> None:
    after = judged(late_dam(2009))
    assert after.capped_by == ("E01",)
    assert lifted_gate_sentences(after) == []
    assert lifted_gate_sentences(judged(facts(exemptions=[exempt("E01")]))) == []


def test_a_gate_before_its_own_first_day_is_said_too() -> None:
    data = framework().to_json()
    gate = next(one for one in data["indicators"] if one["code"] == "E01")
    gate["gate"] = [{"value": "44", "norm": "Ours", "article": "E01", "valid_from": "2026-01-01", "policy": True}]
    rules = type(framework()).from_json(data)
    found = judge(rules, late_dam(2025))
    assert found.capped_by == ()
    assert "(E01)" in lifted_gate_sentences(found)[0]
    assert lifted_gate_sentences(judge(rules, late_dam(2026))) == []


@pytest.mark.parametrize("front", [True, False])
def test_the_public_answer_shows_what_is_lifted(front: bool) -> None:
    shown: dict[str, Any] = {"grade": "A", "bands": framework().bands, "gates": [], "lifted": ["Nothing is held down."]}
    text = render_to_string("compliance/public/answers/scorecard.html", {"shown": shown, "front": front})
    assert "Nothing is held down." in text


def sealed_without_effect() -> Judgement:
    """As judgements were sealed when a score could be given for what does not apply."""
    given = [Override(indicator="R01", score=Decimal(0), reason="The slip of 31 March says so.")]
    return judged(facts(exemptions=[exempt("R01")]), given)


def test_a_sealed_score_that_does_not_count_is_told_as_such_and_keeps_its_bytes() -> None:
    found = sealed_without_effect()
    outcome = found.outcome("R01")
    assert (outcome.overridden, outcome.state) == (False, "not_applicable")
    assert outcome.to_json()["override"]["score"] == "0"
    assert Judgement.from_json(found.to_json(), framework()).to_json() == found.to_json()
    shown = {"one": working(outcome), "outcome": outcome, "bands": framework().bands}
    text = render_to_string("compliance/public/indicator.html", shown)
    assert SAID in text
    assert "A reviewer set 0.0" in text
    counting = replace(outcome, state="scored", score=Decimal(0), worst=Decimal(0), best=Decimal(0), grade="E")
    assert SAID not in render_to_string("compliance/public/indicator.html", {**shown, "outcome": counting})


@pytest.fixture
def exempted(cast: Cast, mine: Mine) -> Scorecard:
    """A scorecard on which the limit on foreign staff does not apply."""
    approve_exemption(actor=cast.reviewer, exemption=mine.records["exemptions"], revision=1)
    return produced(mine.project)


@pytest.mark.django_db
def test_a_score_for_what_does_not_apply_is_refused_at_its_field(
    reviewer: Client, cast: Cast, exempted: Scorecard
) -> None:
    assert refused(lambda: override(cast, exempted, "L04")) == "does_not_apply"
    address = reverse("reviews:decide", args=[exempted.pk, "L04"])
    given = {"L04-action": "override", "L04-score": "50", "L04-reason": REASON}
    text = reviewer.post(address, given).content.decode()
    assert "L04 does not apply here: it was exempted. A score would count for nothing." in text
    assert not Review.objects.exists()
    assert override(cast, exempted, "L01").score == 50


@pytest.mark.django_db
def test_a_score_whose_rule_does_not_apply_any_more_is_told_beside_the_line(
    reviewer: Client, cast: Cast, mine: Mine, card: Scorecard
) -> None:
    override(cast, card, "L04")
    line = reverse("reviews:line", args=[card.pk, "L04"])
    assert "That score no longer counts" not in reviewer.get(line).content.decode()
    approve_exemption(actor=cast.second_reviewer, exemption=mine.records["exemptions"], revision=1)
    after = produced(mine.project)
    text = reviewer.get(reverse("reviews:line", args=[after.pk, "L04"])).content.decode()
    assert "overrode an earlier outcome with 50.0. That score no longer counts" in text


@pytest.mark.django_db
def test_a_score_that_fell_is_not_told_once_the_line_is_decided_anew(
    reviewer: Client, cast: Cast, mine: Mine, card: Scorecard
) -> None:
    override(cast, card, "L01")
    after = change_workers(cast, mine)
    line = reverse("reviews:line", args=[after.pk, "L01"])
    assert "That score no longer counts" in reviewer.get(line).content.decode()
    decide_indicator(actor=cast.reviewer, scorecard=after, indicator="L01", action="accept")
    assert "That score no longer counts" not in reviewer.get(line).content.decode()
