"""The public page that tells how we grade: each rule with its worked examples."""

import dataclasses
from typing import Any

import pytest
from django.test import Client
from django.utils.translation import override

from compliance.evaluation.framework import Framework, FrameworkError, parse
from compliance.models import Scorecard
from compliance.public_pages import rules
from compliance.public_pages.rules import RuleRow, framework_page
from compliance.services.publications import approve_scorecard, publish_scorecard
from compliance.words import policy_question, policy_word
from tests.cast import Cast, accept_all
from tests.compliance.evaluation.builders import framework
from tests.compliance.evaluation.tree_builders import both


def shown(code: str) -> list[tuple[str, str]]:
    """Figure and points of every worked example of an indicator."""
    return [(example.value, example.points) for example in rows(framework())[code].examples]


def rows(rules: Framework) -> dict[str, RuleRow]:
    """The rows of the page by the codes of their indicators."""
    policies: Any = framework_page(rules)["policies"]
    return {row.indicator.code: row for policy in policies for row in policy.indicators}


def test_an_example_tells_its_figure_and_its_points() -> None:
    assert shown("R01")[0] == ("96.2 of every 100", "62.0 points")
    assert shown("R02")[0] == ("16.9 days", "81.2 points")


def test_an_example_of_a_rule_of_yes_or_no_says_kept_or_not_kept() -> None:
    assert shown("E01")[:2] == [("Kept", "100.0 points"), ("Not kept", "0.0 points")]


def test_an_example_of_what_is_unknown_says_what_the_rule_does() -> None:
    assert shown("R01")[-1] == ("We don’t know", "Without a record there is no grade.")
    assert shown("R05")[-1] == ("We don’t know", "Without a record it is left out, and coverage falls.")
    assert shown("T01")[-1] == ("We don’t know", "Without a record it counts as 0.")
    assert shown("E03")[-1] == ("Does not apply", "")


def test_examples_of_one_version_are_not_shown_for_another() -> None:
    other = dataclasses.replace(framework(), version=99)
    assert [row.examples for row in rows(other).values()] == [[]] * 12


def test_a_policy_asks_in_the_words_of_its_framework_and_in_ours_where_it_has_none() -> None:
    first, *others = framework().policies
    own = dataclasses.replace(first, question={"en": "Who gains?", "es": "¿Quién gana?"}, short_names=both("Gain"))
    rules = dataclasses.replace(framework(), policies=(own, *others))
    asked: Any = framework_page(rules)["policies"]
    assert [one.question for one in asked][:2] == ["Who gains?", "Do neighbours get the jobs?"]
    assert [policy_word(one.policy) for one in asked][:2] == ["Gain", "Jobs"]
    assert policy_word(dataclasses.replace(first, code="NEW")) == "NEW"
    assert policy_question(dataclasses.replace(first, code="NEW")) == ""
    with override("es"):
        assert policy_question(own) == "¿Quién gana?"


def test_words_of_a_policy_that_say_nothing_change_no_fingerprint_and_need_every_language() -> None:
    assert "question" not in framework().to_json()["policies"][0]
    half = framework().to_json()
    half["policies"][0]["question"] = {"en": "Who gains?"}
    with pytest.raises(FrameworkError, match="REV: no text in es"):
        parse(half)


def test_files_are_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    before = shown("R01")
    monkeypatch.setattr(rules, "read_folder", None)
    assert shown("R01") == before


@pytest.mark.django_db
def test_the_page_shows_the_examples_in_the_readers_language(client: Client, cast: Cast, card: Scorecard) -> None:
    accept_all(cast.reviewer, card)
    approve_scorecard(actor=cast.reviewer, scorecard=card)
    publish_scorecard(actor=cast.second_reviewer, scorecard=card)
    english, spanish = (client.get(f"/{language}/how-we-grade/").content.decode() for language in ("en", "es"))
    assert "10 million soles were due, and both sides say that 9.62 million were paid." in english
    assert "Se debían 10 millones de soles, y ambas partes dicen que se pagaron 9.62 millones." in spanish
    assert english.count("<summary>Worked examples</summary>") == 13
