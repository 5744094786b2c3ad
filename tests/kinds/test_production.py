"""Production by period and mineral: read in public with its unit, and unknown is not zero."""

from datetime import date
from typing import Any

import pytest
from django.test import Client

from accounts.models import Organisation
from projects.models import Mineral, ProductionReturn, Project
from tests.cast import YEAR, enter, gather_cast, open_mine, produced, published

KIND, FOUND_BY, BY_COMPANIES = "production", "minera", True


def typed(mine: Project, company: Organisation, year: int) -> dict[str, Any]:
    """The copper of a year."""
    period = {"period_start": f"{year}-01-01", "period_end": f"{year}-12-31"}
    return period | {"producer": company.pk, "mineral": "copper", "quantity": "118250.5", "unit": "t"}


@pytest.mark.django_db(databases=["default", "public"])
def test_what_was_produced_stands_in_public_and_a_return_without_a_quantity_is_no_zero(client: Client) -> None:
    cast = gather_cast()
    own = open_mine(cast.monitor, cast.company)
    gold = ProductionReturn(
        project=own.project,
        producer=cast.company,
        mineral=Mineral.objects.get(pk="gold"),
        period_start=date(YEAR, 1, 1),
        period_end=date(YEAR, 12, 31),
        unit="oz",
    )
    enter(cast.monitor, gold)
    published(cast, produced(own.project))
    page = client.get(f"/en/projects/{own.project.slug}/owners/").content.decode()
    assert "118,250.5 tonnes" in page
    assert "troy ounces" not in page
    rows = client.get(f"/en/projects/{own.project.slug}/{YEAR}/production.csv").content.decode()
    assert sorted(line.split(",")[3:8] for line in rows.splitlines()[1:]) == [
        ["copper", "Minera Sami", f"{YEAR}-01-01", f"{YEAR}-12-31", "118250.5"],
        ["gold", "Minera Sami", f"{YEAR}-01-01", f"{YEAR}-12-31", ""],
    ]
