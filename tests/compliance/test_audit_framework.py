"""The annex to a framework: written in both languages, over what stands or what is published."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from compliance.models import PolicyFramework, Scorecard
from tests.cast import YEAR, Cast, employment, open_mine, produced, published
from tests.compliance.review_help import override

pytestmark = pytest.mark.django_db


def run(*arguments: str) -> str:
    out = io.StringIO()
    call_command("audit_framework", *arguments, stdout=out)
    return out.getvalue()


def used(card: Scorecard) -> list[str]:
    return [card.framework.code, str(card.framework.version)]


def test_the_annex_is_written_in_both_languages(card: Scorecard, tmp_path: Path) -> None:
    out = tmp_path / "annex.md"
    assert "1 scorecards of" in run(*used(card), "--out", str(out))
    text = out.read_text(encoding="utf-8")
    for words in (
        "# How sure are the grades? / ¿Qué tan seguras son las notas?",
        "## Grades that do not hold / Notas que no se mantienen",
        "## Left out one by one / Quitando uno por uno",
        "## Pairs that say the same / Pares que dicen lo mismo",
        card.framework.sha256,
        "| E01 ",
        "| REV Revenue redistribution / Redistribución de ingresos |",
        "fewer than 20 scorecards",
        "menos de 20 fichas",
    ):
        assert words in text, words
    assert text == run(*used(card)).rstrip("\n") + "\n"


def test_the_annex_of_what_is_published_counts_reviewers_scores(cast: Cast, card: Scorecard) -> None:
    with pytest.raises(CommandError, match="No publication that stands"):
        run(*used(card), "--published")
    override(cast, card, score="12.5")
    published(cast, card)
    assert "with reviewers’ scores" in run(*used(card), "--published")
    assert "as they were computed" in run(*used(card))


def test_a_framework_that_is_not_there_or_judged_nothing_is_refused_with_what_there_is(card: Scorecard) -> None:
    with pytest.raises(CommandError, match="There is no framework nowhere, only"):
        run("nowhere")
    with pytest.raises(CommandError, match="has no version 99, only 1"):
        run(card.framework.code, "99")
    with pytest.raises(CommandError, match="Name the framework: .*peru"):
        run()
    other = PolicyFramework.objects.exclude(pk=card.framework_id).first()
    assert other is not None
    with pytest.raises(CommandError, match="No scorecard that stands was judged by"):
        run(other.code, str(other.version))


def test_an_annex_that_cannot_be_written_is_said_with_its_place(card: Scorecard, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="Name another file"):
        run(*used(card), "--out", str(tmp_path / "nowhere" / "annex.md"))


@pytest.mark.parametrize("which", [[], ["--published"]])
def test_the_annex_asks_as_often_for_many_cards_as_for_one(cast: Cast, card: Scorecard, which: list[str]) -> None:
    published(cast, card)
    with CaptureQueriesContext(connection) as few:
        run(*used(card), *which)
    other = open_mine(cast.monitor, cast.company, "Yana Orqo")
    employment(cast.monitor, other.project, YEAR - 1)
    published(cast, produced(other.project))
    with CaptureQueriesContext(connection) as many:
        text = run(*used(card), *which)
    assert "Scorecards: 2" in text
    assert len(many) == len(few)
