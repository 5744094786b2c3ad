"""What the law asks and where a threshold comes from are two things, and neither is said falsely."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from compliance.evaluation.criteria import MEASURES
from compliance.evaluation.framework import Framework, FrameworkError, Indicator, Provision, parse
from compliance.evaluation.framework_files import FOLDER, read_folder
from compliance.evaluation.sealed import rules_of
from compliance.law_words import law_words, threshold_words
from compliance.models import Scorecard
from tests.cast import Cast, published
from tests.compliance.evaluation.builders import day, framework, indicator

PREFERENCE = Provision(norm="D.S. 040-2014-EM", article="art. 57.5", valid_from=day("2014-11-13"))
FALSE_WORDS = ("does not ask", "la ley no la pide", "la ley no lo pide")


def everything() -> list[tuple[Framework, Indicator]]:
    """Every indicator of every framework that comes with Minka."""
    found = [file.framework for file in read_folder(FOLDER, MEASURES)]
    return [(framework, one) for framework in found for one in framework.indicators]


@pytest.mark.parametrize("language", ["en", "es"])
def test_nothing_says_that_the_law_does_not_ask_for_something(language: str) -> None:
    with override(language):
        said = [words(one) for _, one in everything() for words in (law_words, threshold_words)]
    assert all(said)
    assert not [words for words in said for false in FALSE_WORDS if false in words.lower()]


@pytest.mark.parametrize("code", ["E01", "E03", "E04", "L04", "P03"])
def test_what_a_statute_asks_for_is_said_to_be_required_by_law(code: str) -> None:
    assert law_words(indicator(code)).startswith("The law requires it.")


def test_norm_article_and_day_of_the_law_are_named() -> None:
    assert law_words(indicator("E01")) == (
        "The law requires it. The law: Ley 27446, art. 3, since 24 April 2001; "
        "D.S. 019-2009-MINAM, art. 57, since 26 September 2009."
    )


def test_a_norm_that_stands_beside_our_own_number_is_not_dropped() -> None:
    assert "D.S. 028-2008-EM asks for the whole plan." in law_words(indicator("E03"))
    assert "D.S. 040-2014-EM" not in threshold_words(indicator("L01"))
    assert law_words(indicator("L01")) == (
        "Good practice expects it. D.S. 040-2014-EM art. 57.5 asks for preference without a quota."
    )


def test_a_norm_is_told_once_where_the_rules_name_it_as_their_basis() -> None:
    told = law_words(replace(indicator("L01"), basis=(PREFERENCE,)))
    assert told == "Good practice expects it. The law: D.S. 040-2014-EM, art. 57.5, since 13 November 2014."


def test_our_own_threshold_is_called_no_legal_limit_and_nothing_more() -> None:
    assert threshold_words(indicator("E04")) == "The threshold is our own; it is no legal limit."
    assert threshold_words(indicator("T01")) == (
        "What scores 0 is recommended by us, after EITI Standard 2023, requirement 4.8, no older than the second to last "
        "complete accounting period. What scores 100 is our own; it is no legal limit."
    )


def test_the_cap_that_we_put_on_a_law_is_told_apart_from_the_law_and_two_places_stand_in_one_sentence() -> None:
    assert threshold_words(indicator("E01")) == (
        "The line between kept and broken is set by law: Ley 27446, art. 3, since 24 April 2001; "
        "D.S. 019-2009-MINAM, art. 57, since 26 September 2009. "
        "The cap on the overall score is our own; no law sets it."
    )


def test_the_basis_of_a_rule_is_shown_with_its_days_and_only_while_it_is_in_force() -> None:
    ended = replace(PREFERENCE, article="art. 1", valid_from=day("2010-01-01"), valid_to=day("2014-11-12"))
    known = replace(indicator("R01"), basis=(PREFERENCE, ended))
    assert law_words(known) == (
        "Whoever owes it is bound to it, by law or by agreement. The law: D.S. 040-2014-EM, art. 57.5, since "
        "13 November 2014; D.S. 040-2014-EM, art. 1, from 1 January 2010 to 12 November 2014."
    )
    assert "art. 1," not in law_words(known.rule(day("2025-12-31")))
    assert "art. 57.5" not in law_words(known.rule(day("2014-11-12")))


def test_a_basis_changes_no_seal_of_rules_without_one_and_decides_nothing() -> None:
    plain = indicator("R01")
    known = replace(plain, basis=(PREFERENCE,))
    on = day("2025-12-31")
    assert known.rule(on) == plain.rule(on)
    sealed = replace(framework(), indicators=(known, *framework().indicators[1:]))
    assert Framework.from_json(sealed.to_json()).indicator("R01").basis == (PREFERENCE,)
    assert "basis" not in framework().to_json()["indicators"][0]


@pytest.mark.parametrize(
    ("given", "refusal"),
    [
        ({"policy": "true"}, "R01: the basis is law, and Ley 1, art. 1 says policy: true"),
        ({"valid_to": "2019-12-31"}, "R01: Ley 1, art. 1 ends before it starts"),
    ],
)
def test_a_basis_that_is_no_law_or_no_time_is_refused(given: dict[str, Any], refusal: str) -> None:
    data = framework().to_json()
    data["indicators"][0]["basis"] = [{"norm": "Ley 1", "article": "art. 1", "valid_from": "2020-01-01"} | given]
    with pytest.raises(FrameworkError, match=refusal):
        parse(data)


@pytest.mark.django_db
def test_every_page_that_shows_a_rule_tells_the_law_and_the_threshold_apart(
    client: Client, cast: Cast, card: Scorecard
) -> None:
    published(cast, card)
    addresses = {"how-we-grade/", f"projects/{card.project.slug}/scorecard/"}
    labels = {
        "en": ("What the law says", "Where the threshold comes from", "it is no legal limit"),
        "es": ("Lo que dice la ley", "De dónde viene el umbral", "no es un límite legal"),
    }
    for language, words in labels.items():
        for address in addresses:
            text = client.get(f"/{language}/{address}").content.decode()
            assert [word for word in words if word not in text] == [], (language, address)
            assert [false for false in FALSE_WORDS if false in text.lower()] == []


@pytest.mark.django_db
def test_a_reviewer_reads_both_beside_the_figure(reviewer: Client, card: Scorecard) -> None:
    rules = rules_of(card.framework)
    text = reviewer.get(reverse("reviews:line", args=[card.pk, "L01"])).content.decode()
    assert f"What the law says: {law_words(rules.indicator('L01'))}" in text
    assert "Where the threshold comes from: The threshold is our own; it is no legal limit." in text
