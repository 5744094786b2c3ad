"""Purchases from the form to the page: what suppliers nearby get of what the mine spends."""

from typing import Any

import pytest
from django.test import Client

from accounts.models import Organisation
from projects.models import Project
from tests.cast import YEAR, gather_cast, open_mine, produced, published

KIND, FOUND_BY, BY_COMPANIES = "purchases", "minera", True


def typed(mine: Project, company: Organisation, year: int) -> dict[str, Any]:
    """A return of a year."""
    period = {"period_start": f"{year}-01-01", "period_end": f"{year}-12-31"}
    return period | {"buyer": company.pk, "eligible_amount": "400", "local_amount": "64", "currency": "PEN"}


@pytest.mark.django_db
def test_what_a_monitor_enters_stands_on_the_public_page_once_it_is_published(client: Client) -> None:
    cast = gather_cast()
    mine = open_mine(cast.monitor, cast.company)
    published(cast, produced(mine.project))
    for language, heading in (("en", "What the mine buys nearby"), ("es", "Lo que la mina compra cerca")):
        assert heading in client.get(f"/{language}/projects/{mine.project.slug}/work/").content.decode()
    assert f"{YEAR}-12-31" in client.get(f"/en/projects/{mine.project.slug}/{YEAR}/purchases.csv").content.decode()
