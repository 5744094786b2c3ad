"""Posts held by foreigners from the form to the page: a plan names a day, and no record names a person."""

from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client

from accounts.models import Organisation
from compliance.evaluation.criteria.foreign_posts import ForeignPostFact
from compliance.evaluation.gathering import Scope, gather
from compliance.public_pages.foreign_posts import PostWords, show_posts
from projects.models import ForeignPost, Project
from projects.services.records import enter_record
from tests.cast import YEAR, gather_cast, open_mine, produced, published, source
from tests.compliance.evaluation.builders import day, facts

KIND, FOUND_BY, BY_COMPANIES = "foreign-posts", "geologist", True


def typed(mine: Project, company: Organisation, year: int) -> dict[str, Any]:
    """A post since a year, with a plan and its day."""
    plan = {"has_plan": "true", "follows_by": f"{year + 2}-06-30", "in_training": "2"}
    return {"employer": company.pk, "post": "Chief geologist", "held_since": f"{year}-02-01"} | plan


@pytest.mark.parametrize(
    ("said", "refused"),
    [
        ({}, []),
        ({"has_plan": None}, ["what_a_plan_says_has_a_plan"]),
        ({"has_plan": False}, ["what_a_plan_says_has_a_plan"]),
        ({"has_plan": False, "follows_by": None}, ["what_a_plan_says_has_a_plan"]),
        ({"has_plan": False, "follows_by": None, "in_training": None}, []),
        ({"follows_by": day("2024-02-01")}, ["a_national_follows_after_the_foreigner_began"]),
        ({"passed_on": day("2024-02-01")}, ["a_post_is_passed_on_after_the_foreigner_began"]),
        ({"passed_on": day("2024-02-02")}, []),
    ],
)
def test_only_a_plan_says_by_which_day_a_national_follows(said: dict[str, Any], refused: list[str]) -> None:
    usual: dict[str, Any] = {"held_since": day("2024-02-01"), "has_plan": True, "follows_by": day("2026-06-30")}
    rules: Any = [rule for rule in ForeignPost._meta.constraints if hasattr(rule, "broken_by")]
    assert [
        rule.name for rule in rules if rule.broken_by(usual | {"in_training": 1, "passed_on": None} | said)
    ] == refused


def a_post(number: int = 1, **said: Any) -> ForeignPostFact:
    usual: dict[str, Any] = {
        "employer": "Minera Sami",
        "held_since": day("2024-02-01"),
        "voice": "company",
        "evidence": 1,
    }
    return ForeignPostFact(record=f"foreign-post/{number}", **usual | said)


def shown(*rows: ForeignPostFact, words: tuple[PostWords, ...] = ()) -> Any:
    """What the section shows of some posts."""
    document: Any = SimpleNamespace(facts=facts(**{"foreign-posts": rows}), rows=lambda _part, _name: words)
    return show_posts(document)


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({}, "We don’t know"),
        ({"has_plan": False}, "There is no plan"),
        ({"has_plan": True}, "The plan names no day"),
        ({"has_plan": True, "follows_by": day("2026-06-30")}, "30 June 2026"),
        ({"has_plan": True, "follows_by": day("2026-06-30"), "evidence": 0}, "30 June 2026, without a document"),
    ],
)
def test_the_page_says_the_day_of_the_plan_and_what_is_not_known(said: dict[str, Any], words: str) -> None:
    [(row, texts)] = shown(a_post(**said))["rows"]
    assert row.name == "Its name is not public"
    assert [text for _heading, text in texts] == ["1 February 2024", words, "No day is on record"]


def test_the_page_counts_the_posts_and_the_plans_that_name_a_day() -> None:
    found = shown(
        a_post(1, has_plan=True, follows_by=day("2026-06-30"), passed_on=day("2025-03-01")),
        a_post(2, has_plan=True),
        words=(PostWords(record="foreign-post/1", post="Chief geologist"),),
    )
    assert found["lead"] == (
        "2 posts held by foreigners are on record; a day by which a national follows is named for 1."
    )
    assert [row.name for row, _texts in found["rows"]] == ["Chief geologist", "Its name is not public"]
    assert [[*texts][-1][1] for _row, texts in found["rows"]] == ["1 March 2025", "No day is on record"]
    assert shown() is None


@pytest.mark.django_db(databases=["default", "public"])
def test_a_post_stands_in_public_in_each_year_in_which_a_foreigner_holds_it_and_how_many_are_trained_does_not(
    client: Client,
) -> None:
    cast = gather_cast()
    mine = open_mine(cast.monitor, cast.company).project
    hidden = ForeignPost(project=mine, employer=cast.company, post="Mill manager", held_since=day(f"{YEAR - 1}-03-01"))
    hidden.passed_on = day(f"{YEAR}-01-15")
    enter_record(actor=cast.monitor, record=hidden, source=source(audience="organisations"))
    on = day(f"{YEAR + 3}-01-01")
    found = gather(Scope(frozenset((mine.pk, year) for year in range(YEAR - 2, YEAR + 2)), on))
    assert [len(found[mine.pk, year][ForeignPostFact]) for year in range(YEAR - 2, YEAR + 2)] == [0, 1, 2, 1]

    publication = published(cast, produced(mine))
    for language, heading in (("en", "Posts passed on to nationals"), ("es", "Puestos que pasan a nacionales")):
        page = client.get(f"/{language}/projects/{mine.slug}/work/").content.decode()
        assert heading in page
        assert "Chief geologist" in page
        assert "Mill manager" not in page, "its source is for organisations"
    assert "in_training" not in str(publication.content)
    rows = client.get(f"/en/projects/{mine.slug}/{YEAR}/foreign-posts.csv").content.decode().splitlines()
    assert sorted(line.split(",")[4] for line in rows[1:]) == ["", "Chief geologist"]
