"""Publications as earlier releases sealed them: known to the byte, verified, and drawn by the code of today."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import pytest
from django.test import Client
from django.utils import translation
from django.utils.html import escape

from compliance.evaluation import canonical
from compliance.evaluation.framework import Framework
from compliance.models import PolicyFramework, Publication, Scorecard
from compliance.public_pages.document import Document, read_text
from compliance.public_pages.money import owed_words
from compliance.public_pages.project import mine_of
from compliance.public_pages.sections import PAGES
from compliance.services.frameworks import load_framework
from compliance.services.publications import certainty_flaws, score_flaws, seal
from projects.models import Project, Source
from tests.cast import person

FOLDER = Path(__file__).parent
KEPT = {
    1: (
        "b6d4b0791e85f64495a750f0124aa4ed5c26dce522877e1053a2b17bffcdb0fd",
        "b5f3e67f1f914351033e5805b9078a79426efe75dc23974dd14719319e39f498",
        "3cda55d8c5bf76e9e6be63060bb609776ba32468280f7c407c2c45988433e3f5",
    ),
    2: (
        "575407fa8311b18eb818a3b4594a94da07639a7ea18c129c2d4f274b8608cbd0",
        "ac0394a0cef410296184ca2a1e48aed8792ab6ce0440d931650223084bb46a58",
        "3cda55d8c5bf76e9e6be63060bb609776ba32468280f7c407c2c45988433e3f5",
    ),
    3: (
        "c33df4d1763db5e584e6bdbc5395166c54ec3958dba7739fb23a6ee99f9c38d9",
        "e19f8dbbb1a4079b49dfe029970fa0a37807408cbd2eb9b457d0095f8e43d818",
        "f32115a72ad9014bdea75131e1ae86b306b9fff61c20ac4e82f548a1ec421346",
    ),
}
"""The fingerprints of each document, of what its approver saw, and of its rules; they never change."""


def text_of(number: int) -> str:
    """A kept document."""
    return (FOLDER / f"publication-{number}.json").read_text(encoding="utf-8")


@cache
def kept_rules(sha256: str) -> Framework:
    """Kept rules, by their fingerprint."""
    texts = (file.read_text(encoding="utf-8") for file in sorted(FOLDER.glob("framework-*.json")))
    return Framework.from_json(json.loads(next(text for text in texts if canonical.fingerprint(text) == sha256)))


def read(number: int) -> Document:
    """A kept document, read with its kept rules."""
    return read_text(text_of(number), kept_rules)


def test_every_kept_publication_is_known() -> None:
    assert {file.name for file in FOLDER.glob("publication-*.json")} == {f"publication-{one}.json" for one in KEPT}


@pytest.mark.parametrize("number", KEPT)
def test_a_kept_publication_has_its_fingerprints_and_no_flaw(number: int) -> None:
    document, (sha256, shown, rules) = read(number), KEPT[number]
    assert canonical.fingerprint(text_of(number)) == sha256
    assert canonical.dumps(document.sealed) == text_of(number)
    assert document.shown_sha256 == shown
    assert document.framework_sha256 == document.framework.fingerprint == rules
    assert [flaw.what for flaw in score_flaws(number, document)] == []
    assert [flaw.what for flaw in certainty_flaws(number, document)] == []


def sealed_as_a_row(number: int) -> Publication:
    """The kept document in a database that holds nothing else of its mine."""
    document = read(number)
    mine = mine_of(document)
    project = Project.objects.create(
        name=mine.name, slug=mine.slug, country=mine.country, source=Source.objects.create(voice="monitor")
    )
    facts = canonical.dumps(document.sealed["facts"])
    scorecard = Scorecard.objects.create(
        project=project,
        year=document.year,
        grade=document.scorecard.grade or "",
        worst=0,
        best=100,
        coverage=0,
        facts_text=facts,
        facts_sha256=canonical.fingerprint(facts),
        judgement_text=canonical.dumps(document.scorecard.to_json()),
        framework=PolicyFramework.objects.filter(sha256=document.framework_sha256).first()
        or load_framework(document.framework),
    )
    return seal(document.sealed, scorecard, approved_by=person("first"), published_by=person("second"))


@pytest.mark.django_db
@pytest.mark.parametrize("number", KEPT)
def test_a_kept_publication_is_drawn_in_both_languages(client: Client, number: int) -> None:
    publication = sealed_as_a_row(number)
    assert publication.sha256 == KEPT[number][0]
    document = read(number)
    mine = mine_of(document)
    for language in ("en", "es"):
        with translation.override(language):
            owed, titles = str(owed_words(document)), {page.name: str(page.title) for page in PAGES}
        front = client.get(f"/{language}/projects/{mine.slug}/").content.decode()
        assert f"<h1>{escape(mine.name)}" in front
        assert escape(owed) in front
        for name, title in titles.items():
            answer = client.get(f"/{language}/projects/{mine.slug}/{name}/")
            page = answer.content.decode()
            assert (answer.status_code, escape(mine.name) in page, escape(title) in page) == (200, True, True), name
        for place in document.sealed["communities"]:
            answer = client.get(f"/{language}/communities/{place['slug']}/")
            assert answer.status_code == 200
            assert f"<h1>{escape(place['name'])}</h1>" in answer.content.decode()
        for address in ("", "projects/"):
            assert escape(mine.name) in client.get(f"/{language}/{address}").content.decode()
        for address in ("communities/", "verify/", "how-we-grade/"):
            assert client.get(f"/{language}/{address}").status_code == 200
    chain, download = (
        client.get(f"/en/{address}").content.decode()
        for address in ("verify/chain.csv", f"projects/{mine.slug}/{document.year}.json")
    )
    assert publication.sha256 in chain
    assert download == text_of(number)
