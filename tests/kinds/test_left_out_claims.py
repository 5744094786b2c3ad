"""Communities that say that a study left them out: it is their word, and only an authority's answer says that it was so."""

from typing import Any

import pytest
from django.test import Client

from accounts.models import Organisation
from communities.models import LeftOutClaim
from compliance.evaluation.criteria.study_areas import LeftOutClaimFact
from compliance.public_pages.study_areas import answer_words, answered_words
from projects.models import Project, Source
from tests.cast import YEAR, gather_cast, open_mine, produced, published
from tests.compliance.evaluation.builders import day
from tests.kinds.test_study_communities import study_and_community

KIND, FOUND_BY, BY_COMPANIES = "left-out-claims", "chacras", False
ANSWERED: dict[str, Any] = {
    "answer": "outside",
    "answered_by": 1,
    "answered_on": day("2025-03-01"),
    "answer_document": "Oficio 12",
}
WORDS = "El río que baja del depósito pasa por nuestras chacras"


def typed(mine: Project, company: Organisation, year: int) -> dict[str, Any]:
    """What a community says, without an answer."""
    return {**study_and_community(mine, LeftOutClaim), "said_on": f"{year}-03-01", "said": WORDS}


def claim(community: str, answer: str = "", **said: Any) -> LeftOutClaimFact:
    """A claim of a community against a study."""
    usual: dict[str, Any] = {"assessment": "assessment/1", "slug": community, "said_on": day("2025-03-01")}
    answered = ANSWERED | {"answered_by": "Ministerio", "answered_on": day("2025-09-01")} if answer else {}
    record = f"left-out-claim/{community}"
    return LeftOutClaimFact(record=record, community=community, **usual | answered | {"answer": answer} | said)


def test_nobody_says_that_it_was_left_out_but_an_authority() -> None:
    assert answer_words(claim("a")) == "No answer is on record"
    assert answer_words(claim("a", "left-out")) == ("It was left out, says Ministerio on 1 September 2025 (Oficio 12)")
    assert answer_words(claim("a", "outside")) == (
        "It is outside of the area of influence, says Ministerio on 1 September 2025 (Oficio 12)"
    )


def test_communities_are_counted_once_and_answered_where_all_that_they_said_is() -> None:
    said = [claim("a", "outside"), claim("b", "left-out"), claim("c", "taken-in"), claim("d"), claim("e")]
    assert answered_words((*said, claim("e", "outside", assessment="assessment/2"))) == (
        "An authority has answered 3 of 5 communities that say that a study left them out."
    )
    assert answered_words((claim("a"),)) == (
        "An authority has answered 0 of 1 community that says that a study left it out."
    )


@pytest.mark.parametrize(
    ("said", "refused"),
    [
        ({}, []),
        (ANSWERED, []),
        *((ANSWERED | {name: ""}, ["an_answer_says_whose_it_is_and_where"]) for name in ("answer", "answer_document")),
        *(
            (ANSWERED | {name: None}, ["an_answer_says_whose_it_is_and_where"])
            for name in ("answered_by", "answered_on")
        ),
        (ANSWERED | {"answered_on": day("2025-02-28")}, ["an_answer_follows_what_was_said"]),
    ],
)
def test_an_answer_says_whose_it_is_and_follows_what_was_said(said: dict[str, Any], refused: list[str]) -> None:
    asked: Any = [rule for rule in LeftOutClaim._meta.constraints if hasattr(rule, "broken_by")]
    usual = {
        "said_on": day("2025-03-01"),
        "answer": "",
        "answered_by": None,
        "answered_on": None,
        "answer_document": "",
    }
    assert [rule.name for rule in asked if rule.broken_by(usual | said)] == refused


@pytest.mark.django_db(databases=["default", "public"])
@pytest.mark.parametrize(
    ("language", "of_mine", "of_community"),
    [
        ("en", "What communities say of being left out", "What we said of being left out"),
        ("es", "Qué dicen las comunidades de haber quedado fuera", "Qué dijimos de haber quedado fuera"),
    ],
)
def test_what_a_community_says_stands_on_the_pages_of_the_mine_and_of_the_community(
    client: Client, language: str, of_mine: str, of_community: str
) -> None:
    cast = gather_cast()
    mine = open_mine(cast.monitor, cast.company)
    published(cast, produced(mine.project))
    pages = [
        client.get(f"/{language}/{address}/").content.decode()
        for address in (f"projects/{mine.project.slug}/environment", f"communities/{mine.community.slug}")
    ]
    for page, title in zip(pages, (of_mine, of_community), strict=True):
        assert title in page
        assert WORDS in page
    table = client.get(f"/en/projects/{mine.project.slug}/{YEAR}/left-out-claims.csv").content.decode()
    assert f"{YEAR}-03-01,,,,,monitor,{WORDS}" in table


@pytest.mark.django_db
def test_words_that_not_everybody_may_read_are_not_published(client: Client) -> None:
    """That the community says so is; its words may tell who trusts whom."""
    cast = gather_cast()
    mine = open_mine(cast.monitor, cast.company)
    Source.objects.filter(pk=LeftOutClaim.objects.get().source_id).update(audience=Source.Audience.CONFIDENTIAL)
    publication = published(cast, produced(mine.project))
    assert WORDS not in publication.document
    for address in (f"projects/{mine.project.slug}/environment", f"communities/{mine.community.slug}"):
        assert "Its words are not public." in client.get(f"/en/{address}/").content.decode()
