"""How sure a grade is: sealed with the scorecard, recomputed by the verifier, and said on the pages."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone, translation

from compliance.evaluation import canonical
from compliance.evaluation.certainty import METHOD, Assumption, Certainty, certainty_of
from compliance.evaluation.sealed import judgement_of
from compliance.models import Publication, Scorecard
from compliance.public_pages.certainty import hold_sentence, interval_sentence
from compliance.public_pages.document import Document, UnreadableDocument, document_from, read_document, shown_digest
from compliance.services.documents import compose
from compliance.services.publications import approve_scorecard, certainty_flaws, find_flaws, publish_scorecard
from compliance.services.reviews import standing_of
from tests.cast import Cast, Mine, accept_all, published
from tests.compliance.evaluation.builders import facts, judged
from tests.compliance.evaluation.test_certainty import policies_of
from tests.compliance.evaluation.test_scoring import roll_up
from tests.compliance.review_help import override

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Sentences are compared in the source language."""
    with translation.override("en"):
        yield


def changed(publication: Publication, **changes: Any) -> Document:
    """The published document, with other words on how sure its grade is."""
    document = read_document(publication)
    sealed = copy.deepcopy(document.sealed)
    sealed["scorecard"]["certainty"] |= changes
    return document_from(sealed, document.stored)


def public_page(client: Client, mine: Mine, page: str = "", language: str = "en") -> str:
    return client.get(f"/{language}/projects/{mine.project.slug}/{page}").content.decode()


def sentence_of(publication: Publication) -> str:
    document = read_document(publication)
    return hold_sentence(document.scorecard, document.certainty)


def test_a_publication_says_how_sure_its_grade_is_and_the_verifier_tries_it_again(cast: Cast, card: Scorecard) -> None:
    publication = published(cast, card)
    sealed = publication.content["scorecard"]["certainty"]
    assert sealed["method"] == METHOD
    assert sealed == canonical.plain(certainty_of(judgement_of(card)))
    assert list(find_flaws()) == []


def test_a_reviewers_score_is_weighed_as_it_is_published(cast: Cast, card: Scorecard) -> None:
    override(cast, card, score="12.5")
    publication = published(cast, card)
    document = read_document(publication)
    assert document.certainty == certainty_of(document.scorecard)
    assert document.certainty != certainty_of(judgement_of(card))
    assert list(find_flaws()) == []


@pytest.mark.parametrize(
    "change",
    [{"holds": 1}, {"low": "99.9"}, {"high": "0.1"}, {"robust": "other"}, {"decides": None}, {"draws": 10}],
    ids=lambda change: next(iter(change)),
)
def test_whatever_was_changed_in_it_is_a_flaw(cast: Cast, card: Scorecard, change: dict[str, Any]) -> None:
    publication = published(cast, card)
    if "robust" in change:
        change = {"robust": not publication.content["scorecard"]["certainty"]["robust"]}
    assert list(certainty_flaws(1, read_document(publication))) == []
    flaws = [flaw.what for flaw in certainty_flaws(1, changed(publication, **change))]
    assert flaws == ["how sure the grade is comes out otherwise than published"]


def test_a_way_of_trying_that_is_not_known_here_is_a_flaw_by_its_name(cast: Cast, card: Scorecard) -> None:
    flaws = list(certainty_flaws(1, changed(published(cast, card), method="minka-certainty/9")))
    assert [flaw.what for flaw in flaws] == [
        "how sure the grade is was tried by minka-certainty/9, which is not known here"
    ]


def test_what_is_not_as_its_schema_says_is_refused_where_it_is_read(cast: Cast, card: Scorecard) -> None:
    with pytest.raises(UnreadableDocument, match="holds"):
        _read = changed(published(cast, card), holds="many").certainty


def test_a_document_of_before_says_nothing_of_it_and_has_no_flaw(cast: Cast, card: Scorecard) -> None:
    document = read_document(published(cast, card))
    sealed = copy.deepcopy(document.sealed)
    del sealed["scorecard"]["certainty"]
    older = document_from(sealed, document.stored)
    assert older.certainty is None
    assert list(certainty_flaws(1, older)) == []
    assert (hold_sentence(older.scorecard, None), interval_sentence(older.scorecard, None)) == ("", "")


def test_an_approval_of_before_is_good_for_publishing(cast: Cast, card: Scorecard) -> None:
    """What an approver saw is told by its words; how sure the grade is follows from the sealed figures."""
    accept_all(cast.reviewer, card)
    approval = approve_scorecard(actor=cast.reviewer, scorecard=card)
    document = compose(card, standing_of(card), timezone.localdate())
    del document["scorecard"]["certainty"]
    assert shown_digest(document) == approval.shown_sha256
    publish_scorecard(actor=cast.second_reviewer, scorecard=card)
    assert list(find_flaws()) == []


def test_the_page_of_the_mine_says_it_in_both_languages(
    client: Client, cast: Cast, mine: Mine, card: Scorecard
) -> None:
    publication = published(cast, card)
    assert sentence_of(publication).replace("’", "&#x27;") in public_page(client, mine).replace("’", "&#x27;")
    grades = public_page(client, mine, "scorecard/")
    assert "In 90 of 100 ways of weighing the score" in grades
    assert "every weight up to a quarter more or less" in grades
    assert "ways of weighing" in public_page(client, mine)
    spanish = public_page(client, mine, language="es")
    assert "formas de ponderar" in spanish
    assert "ways of weighing" not in spanish
    assert "En 90 de 100 formas de ponderar el puntaje" in public_page(client, mine, "scorecard/", "es")


def test_the_reviewer_reads_it_as_it_would_be_published_now(reviewer: Client, cast: Cast, card: Scorecard) -> None:
    before = reviewer.get(f"/en/work/scorecards/{card.pk}/").content.decode()
    judgement = judgement_of(card)
    assert interval_sentence(judgement, certainty_of(judgement)) in before
    override(cast, card, score="12.5")
    after = reviewer.get(f"/en/work/scorecards/{card.pk}/").content.decode()
    assert interval_sentence(judgement, certainty_of(judgement)) not in after


def test_sentences_say_robust_or_not_robust_and_what_decides() -> None:
    robust = policies_of({"A": "70", "B": "68", "C": "66"})
    assert hold_sentence(robust, certainty_of(robust)) == "The grade holds in 100 of 100 ways of weighing: robust."
    opened = roll_up(certified=None)
    assert hold_sentence(opened, certainty_of(opened)) == (
        "The grade holds in 46 of 100 ways of weighing. Not robust: what decides is what nobody knows of “x”."
    )
    assert interval_sentence(opened, certainty_of(opened)) == (
        "In 90 of 100 ways of weighing the score lies between 44.0 and 66.5."
    )
    lower = replace(opened, score=Decimal("43.9"))
    assert interval_sentence(lower, certainty_of(opened)).endswith("lies between 44.0 and 66.5."), "it is left out"
    of_nothing = [replace(one, indicator=replace(one.indicator, missing="M0")) for one in opened.outcomes]
    lower = replace(lower, outcomes=tuple(of_nothing))
    assert interval_sentence(lower, certainty_of(opened)).endswith(
        "The score itself is lower: what nobody knows counts as 0 in it, and here as anything from its worst to its best."
    )
    held_down = replace(lower, grade="E", capped_by=("certified",))
    assert interval_sentence(held_down, certainty_of(opened)) == interval_sentence(lower, certainty_of(opened))
    failed = roll_up(certified=False)
    assert interval_sentence(failed, certainty_of(failed)) == "In 90 of 100 ways of weighing the score is 44.0."


def test_without_a_grade_nothing_is_called_robust() -> None:
    unknown = judged(facts())
    assert unknown.grade == "?"
    words = hold_sentence(unknown, certainty_of(unknown))
    assert words.startswith("There is no grade yet that could hold. What decides most is what nobody knows of “")
    assert "robust" not in words


@pytest.mark.parametrize(
    ("kind", "code", "words"),
    [
        ("answer", "E01", "what nobody knows of “x”"),
        ("answer", "R", "what is not settled of “x”"),
        ("policy-weight", "REV", "how much “x” weighs"),
        ("indicator-weight", "R", "how much “x” weighs"),
        ("aggregation", "unweighted", "whether everything weighs alike"),
        ("aggregation", "geometric", "whether a good policy makes up for a bad one"),
    ],
)
def test_every_assumption_that_could_decide_has_words(kind: str, code: str, words: str) -> None:
    judgement = roll_up(certified=None)
    found: Any = certainty_of(judgement)
    values = {name: getattr(found, name) for name in ("method", "draws", "low", "high")}
    other = Certainty(**values, holds=899, robust=False, decides=Assumption(kind=kind, code=code, changes_grade=True))
    assert hold_sentence(judgement, other).endswith(
        f"in 89 of 100 ways of weighing. Not robust: what decides is {words}."
    )
