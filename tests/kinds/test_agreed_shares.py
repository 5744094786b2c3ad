"""What share of a mine was agreed for the nation or communities: one at a time, and none is said as none."""

from typing import Any

import pytest
from django.test import Client

from accounts.models import Organisation
from projects.kinds import KINDS_OF_RECORD
from projects.models import AgreedShare, Project
from tests.cast import YEAR, gather_cast, open_mine, produced, published

KIND, FOUND_BY, BY_COMPANIES = "agreed-shares", "contract", False


def typed(mine: Project, company: Organisation, year: int) -> dict[str, Any]:
    """What the contract of a year agrees for that year."""
    days = {"agreed_on": f"{year}-01-01", "ends_on": f"{year + 1}-01-01"}
    return days | {"agreed_percent": "10", "document": "Mining contract, clause 12"}


@pytest.mark.parametrize(("percent", "refused"), [(-1, True), (0, False), (100, False), (101, True), (None, False)])
def test_a_share_is_0_to_100_percent_or_unknown(percent: int | None, refused: bool) -> None:
    rule: Any = AgreedShare._meta.constraints[0]
    assert rule.broken_by({"agreed_percent": percent}) == refused


@pytest.mark.django_db
def test_two_shares_are_not_agreed_for_one_day() -> None:
    cast = gather_cast()
    own = open_mine(cast.monitor, cast.company)
    for day, refused in ((f"{YEAR}-12-31", ["agreed_on"]), (f"{YEAR + 1}-01-01", [])):
        given = typed(own.project, cast.company, YEAR) | {"agreed_on": day, "ends_on": ""}
        form = KINDS_OF_RECORD[KIND].form(given, actor=cast.monitor, project=own.project)
        assert list(form.errors) == refused


@pytest.mark.django_db(databases=["default", "public"])
@pytest.mark.parametrize(("percent", "words"), [(10, "10\xa0%"), (0, "No share"), (None, "We don’t know how much")])
def test_what_was_agreed_stands_on_the_public_page(client: Client, percent: int | None, words: str) -> None:
    cast = gather_cast()
    own = open_mine(cast.monitor, cast.company)
    AgreedShare.objects.update(agreed_percent=percent)
    published(cast, produced(own.project))
    page = client.get(f"/en/projects/{own.project.slug}/owners/").content.decode()
    assert words in page
    assert "Mining contract, clause 12" in page
