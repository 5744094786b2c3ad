"""Water monitoring stations, which monitors enter: whoever pays for the samples does not say where the standard holds."""

from typing import Any

import pytest

from accounts.models import Organisation
from projects.models import MonitoringStation, Project

KIND, FOUND_BY, BY_COMPANIES = "monitoring-stations", "quebrada", False


def typed(mine: Project, company: Organisation, year: int) -> dict[str, Any]:
    """A station in a brook that animals drink from."""
    return {"name": f"R-{year}", "water": "receiving", "category": "3-D2", "place": "Quebrada Sami"}


@pytest.mark.parametrize(
    ("columns", "refused"),
    [
        ({}, []),
        ({"category": ""}, []),
        ({"water": "effluent"}, ["only_receiving_water_has_a_category"]),
        ({"water": "effluent", "category": "", "in_mixing_zone": True}, ["only_receiving_water_lies_in_a_mixing_zone"]),
        ({"latitude": -14}, ["a_station_has_both_coordinates_or_none"]),
        ({"latitude": -14, "longitude": -72}, []),
    ],
)
def test_an_effluent_has_no_category_and_half_a_place_is_none(columns: dict[str, Any], refused: list[str]) -> None:
    said = {"water": "receiving", "category": "3-D2", "in_mixing_zone": False, "latitude": None, "longitude": None}
    broken = [
        rule.name
        for rule in MonitoringStation._meta.constraints
        if hasattr(rule, "broken_by") and rule.broken_by(said | columns)
    ]
    assert broken == refused
