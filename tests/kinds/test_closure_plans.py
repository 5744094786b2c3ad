"""Closure plans: their periods follow one another, and the cost stands beside the guarantee where both are in one currency."""

from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client

from accounts.models import Organisation
from compliance.evaluation.criteria.closure import ClosureRequirementFact
from compliance.evaluation.criteria.closure_plans import ClosurePlanFact
from compliance.public_pages.closure_plans import show_plans
from projects.models import ClosurePlan, Project
from tests.cast import YEAR, gather_cast, open_mine, produced, published
from tests.compliance.evaluation.builders import day, facts

KIND, FOUND_BY, BY_COMPANIES = "closure-plans", "ministerio", True


def typed(mine: Project, company: Organisation, year: int) -> dict[str, Any]:
    """The plan that the ministry approved in a year."""
    ministry = Organisation.objects.get(name="Ministerio")
    cost = {"cost": "52000000", "currency": "USD", "prices_of": year - 1}
    periods = {"operation_until": 2040, "closure_until": 2044, "post_closure_until": 2049}
    return {"instrument": "plan", "approved_on": f"{year}-03-01", "approved_by": ministry.pk, **cost, **periods}


def plan(approved_on: str, **said: Any) -> ClosurePlanFact:
    """A plan that was approved on a day; its cost is in dollars."""
    usual: dict[str, Any] = {"record": f"closure-plan/{approved_on[:4]}", "instrument": "plan", "currency": "USD"}
    return ClosurePlanFact(approved_on=day(approved_on), **usual | said)


def told(plans: list[ClosurePlanFact], *required: tuple[Decimal | None, str]) -> list[list[str]]:
    """Of each plan its cost and what stands beside it, where guarantees are required."""
    asked = [
        ClosureRequirementFact(record=f"closure-requirement/{place}", amount=amount, currency=currency)
        for place, (amount, currency) in enumerate(required)
    ]
    known = facts(**{"closure-plans": plans, "closure-requirements": asked})
    document: Any = SimpleNamespace(facts=known, year=known.year)
    shown: Any = show_plans(document)
    return [[text.replace("\xa0", " ") for _heading, text in texts][:2] for _row, texts in shown["rows"]]


@pytest.mark.parametrize(
    ("years", "refused"),
    [
        ((2040, 2044, 2049), []),
        ((2040, 2040, 2040), []),
        ((None, None, None), []),
        ((2045, 2044, None), ["closure_until_is_not_before_operation_until"]),
        ((2040, None, 2039), ["post_closure_until_is_not_before_operation_until"]),
        ((None, 2044, 2043), ["post_closure_until_is_not_before_closure_until"]),
    ],
)
def test_the_periods_of_a_plan_follow_one_another_as_far_as_they_are_known(years: Any, refused: list[str]) -> None:
    rules: Any = ClosurePlan._meta.constraints
    names = ("operation_until", "closure_until", "post_closure_until")
    asked = [rule for rule in rules if hasattr(rule, "broken_by")]
    assert [rule.name for rule in asked if rule.broken_by(dict(zip(names, years, strict=True)))] == refused


def test_the_cost_of_the_newest_plan_alone_stands_beside_the_guarantee_of_its_currency() -> None:
    older, newer = plan("2019-05-01", cost=Decimal(40), prices_of=2018), plan("2024-05-01", cost=Decimal(52))
    in_2018 = ["US$ 40, in prices of 2018", "–"]
    assert told([older, newer], (Decimal(20), "USD")) == [["US$ 52", "US$ 20"], in_2018]
    assert told([older, newer], (Decimal(20), "PEN")) == [["US$ 52", "In another currency, see below"], in_2018]
    assert told([older, newer]) == [["US$ 52", "We don’t know"], in_2018]


def test_nothing_required_is_a_sum_and_what_nobody_says_is_unknown() -> None:
    assert told([plan("2024-05-01", cost=Decimal(0))], (Decimal(0), "USD")) == [["US$ 0", "US$ 0"]]
    assert told([plan("2024-05-01")], (None, "USD")) == [["We don’t know", "We don’t know"]]
    empty: Any = SimpleNamespace(facts=facts(), year=2025)
    assert show_plans(empty) is None


@pytest.mark.django_db(databases=["default", "public"])
@pytest.mark.parametrize(
    ("language", "sentences"),
    [
        ("en", ("Closure plan and its cost", "Whether the mine was at work", "What is left to do after closure")),
        ("es", ("Plan de cierre y su costo", "Si la mina trabajaba", "Lo que queda por hacer después del cierre")),
    ],
)
def test_plan_state_and_what_is_left_stand_on_the_public_page(
    client: Client, language: str, sentences: tuple[str, ...]
) -> None:
    cast = gather_cast()
    mine = open_mine(cast.monitor, cast.company).project
    published(cast, produced(mine))
    page = client.get(f"/{language}/projects/{mine.slug}/closure/").content.decode().replace("\xa0", " ")
    assert [text for text in (*sentences, "US$ 52,000,000", "US$ 20,000,000") if text not in page] == []
    table = client.get(f"/en/projects/{mine.slug}/{YEAR}/closure-plans.csv").content.decode()
    assert f"plan,{YEAR}-03-01,Ministerio,,52000000,USD,{YEAR - 1},2040,2044,2049" in table
