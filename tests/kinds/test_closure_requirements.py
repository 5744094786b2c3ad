"""What guarantee is required for closing, and how it is read in public with what was posted for it."""

from typing import Any

import pytest
from django.test import Client

from accounts.models import Organisation
from projects.models import Project
from tests.cast import YEAR, gather_cast, open_mine, produced, published

KIND, FOUND_BY, BY_COMPANIES = "closure-requirements", "usd", False


def typed(mine: Project, company: Organisation, year: int) -> dict[str, Any]:
    """What is required for a year."""
    return {"year": year, "amount": "20000000", "currency": "USD"}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("language", "headings"),
    [
        ("en", ("Guarantee for closing", "Land closed so far")),
        ("es", ("Garantía para el cierre", "Terreno cerrado hasta ahora")),
    ],
)
def test_guarantees_and_closed_land_stand_on_the_public_page(
    client: Client, language: str, headings: tuple[str, str]
) -> None:
    cast = gather_cast()
    mine = open_mine(cast.monitor, cast.company)
    published(cast, produced(mine.project))
    page = client.get(f"/{language}/projects/{mine.project.slug}/closure/").content.decode()
    assert [heading for heading in headings if heading not in page] == []
    guarantees = client.get(f"/en/projects/{mine.project.slug}/{YEAR}/guarantees.csv").content.decode()
    assert [line.split(",")[3:6] for line in guarantees.splitlines()[1:]] == [
        ["20000000", "", "USD"],
        ["", "18400000", "USD"],
    ]
    assert "41" in client.get(f"/en/projects/{mine.project.slug}/{YEAR}/reclamation.csv").content.decode()
