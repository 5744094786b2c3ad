"""The public page that tells how we grade: each rule with its worked examples."""

import dataclasses
from typing import Any

import pytest
from django.template.loader import render_to_string
from django.test import Client
from django.utils.translation import override

from compliance.evaluation.framework import Framework, FrameworkError, parse
from compliance.evaluation.strictness import DUTY_BEARERS
from compliance.law_words import DUTY_BEARERS as WORDS_OF_DUTY_BEARERS
from compliance.models import Scorecard
from compliance.public_pages import rules
from compliance.public_pages.rules import RuleRow, framework_page, rule_row
from compliance.services.publications import approve_scorecard, publish_scorecard
from compliance.words import policy_question, policy_word
from tests.cast import Cast, accept_all
from tests.compliance.evaluation.builders import day, framework
from tests.compliance.evaluation.test_games import VERSIONS
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


def test_each_rule_tells_who_owes_it() -> None:
    told = {code: row.duty for code, row in rows(framework()).items()}
    assert told["R04"] == "The fund that spends the money."
    assert {words for code, words in told.items() if code != "R04"} == {"The company that runs the mine."}
    assert WORDS_OF_DUTY_BEARERS.keys() == DUTY_BEARERS


def test_each_value_that_a_figure_is_reckoned_with_tells_what_it_decides_and_whose_it_is() -> None:
    shown = rows(framework())
    assert shown["L04"].parameters == [
        "How many foreigners there may be at most: 20 of every 100 (D.Leg. 689, art. 4, since 5 December 1991)."
    ]
    assert shown["E01"].parameters[0] == (
        "Within which time after the approval works must begin: 3 years (D.S. 019-2009-MINAM, art. 57, since "
        "26 September 2009)."
    )
    assert shown["R05"].parameters[:3] == [
        "Above which share a gap is a case to be cleared up: 1 of every 100 (recommended by us, after US EITI "
        "reconciliation, royalties, 1 percent).",
        "From which sum on a gap is a case to be cleared up: US$\u00a0100,000 (recommended by us, after US EITI "
        "reconciliation, royalties, 100,000 dollars).",
        "From which sum on a gap is a case to be cleared up: S/\u00a0375,000 (our own).",
    ]
    assert shown["R01"].parameters == []


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("en", ("Holiday: Maundy Thursday", "Holiday: Good Friday", "Holiday: 28 July", "6 business days")),
        ("es", ("Feriado: Jueves Santo", "Feriado: Viernes Santo", "Feriado: 28 de julio", "6 días hábiles")),
    ],
)
def test_holidays_are_told_by_their_day_and_days_without_them_as_business_days(
    language: str, told: tuple[str, ...]
) -> None:
    with override(language):
        late = rows(VERSIONS[6])["C02"]
        said = [*(sentence.partition(" (")[0] for sentence in late.parameters), late.examples[0].value]
    assert [words for words in told if words not in said] == []


def test_a_value_that_ended_before_the_rules_judge_is_not_told() -> None:
    limit = framework().indicator("L04")
    ended = dataclasses.replace(limit.parameters[0], valid_to=day("2019-12-31"))
    known = dataclasses.replace(limit, parameters=(ended,))
    assert rule_row(known, (), day("2020-01-01")).parameters == []
    assert len(rule_row(known, (), day("2019-12-31")).parameters) == 1


@pytest.mark.parametrize(("language", "words"), [("en", "Lists are asked for."), ("es", "Se piden las listas.")])
def test_how_a_figure_can_be_gamed_is_shown_where_the_rules_say_it(language: str, words: str) -> None:
    texts = {"en": "Lists are asked for.", "es": "Se piden las listas."}
    first, *rest = framework().indicators
    told = dataclasses.replace(framework(), indicators=(dataclasses.replace(first, gaming=texts), *rest))
    with override(language):
        assert words in render_to_string("compliance/public/how_we_grade.html", framework_page(told))
        assert words not in render_to_string("compliance/public/how_we_grade.html", framework_page(framework()))


def test_how_it_can_be_gamed_is_said_in_both_languages_and_changes_no_seal() -> None:
    data = framework().to_json()
    assert not [one for one in data["indicators"] if "gaming" in one]
    data["indicators"][0]["gaming"] = {"en": "Lists are asked for."}
    with pytest.raises(FrameworkError, match="R01 gaming: no text in es"):
        parse(data)
    data["indicators"][0]["gaming"]["es"] = "Se piden las listas."
    assert parse(data).indicator("R01").rule(day("2025-12-31")) == framework().indicator("R01").rule(day("2025-12-31"))
    assert parse(data).to_json() == data


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
    assert "10 million soles were due, all that the agreements name, and the communities confirm" in english
    assert "Lo mismo, y ningún documento dice cuántos montos debe haber." in spanish
    assert english.count("<summary>Worked examples</summary>") == 13
