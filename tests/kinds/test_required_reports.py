"""Reports that a mine has to hand in: late, missing or readable, each stands in public as somebody says it."""

from datetime import date
from typing import Any

import pytest
from django.test import Client

from accounts.models import Organisation
from projects.models import Project, RequiredReport
from tests.cast import YEAR, enter, gather_cast, open_mine, produced, published

KIND, FOUND_BY, BY_COMPANIES = "required-reports", "quarter", True


def typed(mine: Project, company: Organisation, year: int) -> dict[str, Any]:
    """A report of a year that came eleven days late and can be read."""
    report = {"title": "Water, second quarter", "due_by": f"{year}-07-31", "handed_in_on": f"{year}-08-11"}
    return report | {"is_public": "true"}


@pytest.mark.parametrize(
    ("columns", "refused"),
    [
        ({"is_public": True, "handed_in_on": date(2025, 8, 11)}, []),
        ({"is_public": True}, ["only_what_was_handed_in_can_be_read"]),
        ({"is_public": False}, []),
        ({}, []),
    ],
)
def test_only_what_was_handed_in_can_be_read(columns: dict[str, Any], refused: list[str]) -> None:
    rules: Any = RequiredReport._meta.constraints
    said = {"handed_in_on": None, "is_public": None, "title": "Water", "due_by": date(2025, 7, 31)} | columns
    found = [rule.name for rule in rules if hasattr(rule, "broken_by") and rule.broken_by(said)]
    assert found == refused


@pytest.mark.django_db(databases=["default", "public"])
def test_each_report_stands_in_public_with_its_day_and_how_late_it_came(client: Client) -> None:
    cast = gather_cast()
    mine = open_mine(cast.monitor, cast.company)
    for day, came in ((30, date(YEAR, 9, 30)), (29, None)):
        report = RequiredReport(
            project=mine.project, title=f"Noise {day}", due_by=date(YEAR, 9, day), handed_in_on=came
        )
        enter(cast.monitor, report)
    published(cast, produced(mine.project))
    page = client.get(f"/en/projects/{mine.project.slug}/oversight/").content.decode().replace("\xa0", " ")
    assert f"11 August {YEAR}, 11 days late" in page
    assert "Nobody says that it was handed in" in page
    table = client.get(f"/en/projects/{mine.project.slug}/{YEAR}/required-reports.csv").content.decode()
    late = {line.split(",")[3]: line.split(",")[7] for line in table.splitlines()[1:]}
    assert {name: late[name] for name in ("Noise 29", "Noise 30")} == {"Noise 29": "", "Noise 30": "0"}
