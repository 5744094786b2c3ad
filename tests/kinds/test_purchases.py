"""Purchases from the form to the page: what suppliers nearby get of what the mine spends."""

from typing import Any

import pytest
from django.test import Client

from accounts.models import Organisation
from compliance.evaluation.criteria.purchases import local_procurement
from compliance.evaluation.facts import Facts
from projects.models import Project
from tests.cast import YEAR, gather_cast, open_mine, produced, published
from tests.compliance.evaluation.builders import facts, indicator

KIND, FOUND_BY, BY_COMPANIES = "purchases", "minera", True


def typed(mine: Project, company: Organisation, year: int) -> dict[str, Any]:
    """A return of a year."""
    period = {"period_start": f"{year}-01-01", "period_end": f"{year}-12-31"}
    return period | {"buyer": company.pk, "eligible_amount": "400", "local_amount": "64", "currency": "PEN"}


@pytest.mark.parametrize(
    ("reported", "found", "missing"),
    [
        ([(400, 64, "PEN"), (100, 0, "USD")], (0, 0, 0), ()),
        ([(400, 64, "PEN"), (400, None, "PEN")], (8, 8, 58), ("no-local-purchases",)),
        ([(400, 64, "PEN"), (None, 9, "PEN")], (16, 0, 100), ("no-purchases-in-all",)),
        ([], (None, None, None), ("no-procurement-return",)),
    ],
)
def test_purchases_in_the_districts_count_of_what_was_bought_in_all(reported: Any, found: Any, missing: Any) -> None:
    sealed = [
        {"record": f"procurement-return/{number}", "buyer": "Minera", "eligible_amount": bought, "local_amount": local}
        | {"currency": currency, "period_start": "2025-01-01", "period_end": "2025-12-31"}
        for number, (bought, local, currency) in enumerate(reported)
    ]
    measured = local_procurement(Facts.from_json(facts().to_json() | {"purchases": sealed}), indicator("L03"))
    assert ((measured.value, measured.low, measured.high), measured.missing) == (found, missing)


@pytest.mark.django_db
def test_what_a_monitor_enters_stands_on_the_public_page_once_it_is_published(client: Client) -> None:
    cast = gather_cast()
    mine = open_mine(cast.monitor, cast.company)
    published(cast, produced(mine.project))
    for language, heading in (("en", "What the mine buys nearby"), ("es", "Lo que la mina compra cerca")):
        assert heading in client.get(f"/{language}/projects/{mine.project.slug}/work/").content.decode()
    assert f"{YEAR}-12-31" in client.get(f"/en/projects/{mine.project.slug}/{YEAR}/purchases.csv").content.decode()
