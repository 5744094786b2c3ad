"""What figures of a joint venture are about: read in public beside the shares of the partners."""

from typing import Any

import pytest
from django.test import Client

from accounts.models import Organisation
from compliance.evaluation.facts import TABLES
from projects.models import FigureBasis, Project
from tests.cast import gather_cast, open_mine, produced, published

KIND, FOUND_BY, BY_COMPANIES = "figure-bases", "employment", True


def typed(mine: Project, company: Organisation, year: int) -> dict[str, Any]:
    """The employment returns of a year are about the whole mine."""
    return {"period_start": f"{year}-01-01", "period_end": f"{year}-12-31", "of": "employment", "declared": "whole"}


def test_what_figures_are_about_is_said_of_tables_that_there_are() -> None:
    assert {*FigureBasis.Of.values} <= {table.name for table in TABLES.values()}


@pytest.mark.django_db(databases=["default", "public"])
def test_what_figures_are_about_stands_on_the_public_page(client: Client) -> None:
    cast = gather_cast()
    own = open_mine(cast.monitor, cast.company)
    published(cast, produced(own.project))
    for language, words in (("en", "The whole mine (100 %)"), ("es", "Toda la mina (100 %)")):
        page = client.get(f"/{language}/projects/{own.project.slug}/owners/").content.decode()
        assert words in page.replace("\xa0", " ")
