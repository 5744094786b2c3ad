"""Reports on closed land, which monitors enter: no company stands in the way of what was verified."""

from typing import Any

import pytest

from accounts.models import Organisation
from projects.models import Project, ReclamationReport

KIND, FOUND_BY, BY_COMPANIES = "reclamation", "ministerio", False


def typed(mine: Project, company: Organisation, year: int) -> dict[str, Any]:
    """What was closed up to the end of a year, as the ministry verified."""
    hectares = {"scheduled_hectares": "50", "done_hectares": "45", "verified_hectares": "41"}
    verified_by = Organisation.objects.get(name="Ministerio")
    return hectares | {"as_of": f"{year}-12-31", "verified_by": verified_by.pk}


@pytest.mark.parametrize(
    ("columns", "refused"),
    [
        ({"verified_hectares": 46}, "verified_land_is_at_most_all_closed_land"),
        ({"verified_by": None}, "whoever_verified_land_is_named"),
        ({"verified_hectares": None}, "whoever_verified_land_is_named"),
        ({"scheduled_hectares": -1}, "scheduled_hectares_is_not_negative"),
    ],
)
def test_hectares_that_cannot_be_are_refused(columns: dict[str, Any], refused: str) -> None:
    usual = {"scheduled_hectares": 50, "done_hectares": 45, "verified_hectares": 41, "verified_by": 1}
    broken = [
        rule.name
        for rule in ReclamationReport._meta.constraints
        if hasattr(rule, "broken_by") and rule.broken_by(usual | columns)
    ]
    assert broken == [refused]
