"""Announced investments: what nobody says of them stands as unknown, and nothing is graded by them."""

from datetime import date
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest

from accounts.models import Organisation
from compliance.evaluation.criteria.announced import AnnouncedInvestmentFact
from compliance.evaluation.gathering import Scope, gather
from compliance.public_pages.announced import show
from projects.models import AnnouncedInvestment, Project
from tests.cast import YEAR, gather_cast, open_mine
from tests.compliance.evaluation.builders import day, facts

KIND, FOUND_BY, BY_COMPANIES = "announced-investments", "usd", True


def typed(mine: Project, company: Organisation, year: int) -> dict[str, Any]:
    """What was announced in a year, of which nobody says when the works end."""
    said = {"as_of": f"{year}-10-31", "amount": "450000000", "currency": "USD", "stage": "feasibility"}
    return said | {"works_from": str(year + 2), "commissioning": str(year + 5)}


@pytest.mark.parametrize(
    ("said", "refused"),
    [
        ({}, []),
        ({"currency": ""}, ["an_announced_investment_has_a_currency"]),
        ({"currency": "", "amount": None}, []),
        ({"works_until": 2025}, ["works_until_is_not_before_works_from"]),
        ({"commissioning": 2025}, ["commissioning_is_not_before_works_from"]),
        ({"commissioning": 2026, "works_until": 2053}, []),
        ({"works_from": None, "works_until": 2030, "commissioning": 2025}, []),
    ],
)
def test_no_year_comes_before_the_works_begin_and_an_amount_has_a_currency(said: Any, refused: list[str]) -> None:
    usual = {"amount": Decimal(1), "currency": "USD", "works_from": 2026, "works_until": None, "commissioning": None}
    rules: Any = [rule for rule in AnnouncedInvestment._meta.constraints if hasattr(rule, "broken_by")]
    assert [rule.name for rule in rules if rule.broken_by(usual | said)] == refused


def test_the_newest_announcement_stands_first_and_what_nobody_says_is_said_not_to_be_known() -> None:
    known: dict[str, Any] = {
        "amount": Decimal(450_000_000),
        "currency": "USD",
        "stage": "suspended",
        "works_from": 2026,
    }
    years: dict[str, Any] = {"works_until": 2053, "commissioning": 2028}
    rows = [
        AnnouncedInvestmentFact(record="announced-investment/1", as_of=day("2023-10-31"), voice="company"),
        AnnouncedInvestmentFact(
            record="announced-investment/2", as_of=day("2025-10-31"), voice="authority", **known | years
        ),
    ]
    document: Any = SimpleNamespace(facts=facts(**{"announced-investments": rows}))
    shown: Any = show(document)
    told = [(row.name, row.about, row.voice, [text for _heading, text in texts]) for row, texts in shown["rows"]]
    assert told == [
        ("31 October 2025", "Construction suspended", "authority", ["US$\xa0450,000,000", "2026", "2053", "2028"]),
        ("31 October 2023", "Nobody says at which stage it is", "company", ["We don’t know"] * 4),
    ]
    empty: Any = SimpleNamespace(facts=facts())
    assert show(empty) is None


@pytest.mark.django_db
def test_an_announcement_is_a_fact_of_its_year_and_of_later_ones() -> None:
    cast = gather_cast()
    mine = open_mine(cast.monitor, cast.company).project
    AnnouncedInvestment.objects.filter(project=mine).update(as_of=date(YEAR, 10, 31))
    years = range(YEAR - 1, YEAR + 2)
    gathered = gather(Scope(frozenset((mine.pk, year) for year in years), date(YEAR + 3, 1, 1)))
    assert [year for year in years if gathered[mine.pk, year][AnnouncedInvestmentFact]] == [YEAR, YEAR + 1]
