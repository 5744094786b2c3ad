"""Monitoring stations, which monitors enter: whoever pays for the samples does not say where the standard holds."""

from typing import Any

import pytest

from accounts.models import Organisation
from projects.models import MonitoringStation, Project

KIND, FOUND_BY, BY_COMPANIES = "monitoring-stations", "quebrada", False


def typed(mine: Project, company: Organisation, year: int) -> dict[str, Any]:
    """A station in a brook that animals drink from."""
    return {"name": f"R-{year}", "medium": "receiving", "category": "3-D2", "place": "Quebrada Sami"}


@pytest.mark.parametrize(
    ("columns", "refused"),
    [
        ({}, []),
        ({"category": ""}, []),
        ({"medium": "effluent"}, ["a_category_is_of_receiving_water_or_of_noise"]),
        ({"medium": "noise"}, ["a_category_is_of_receiving_water_or_of_noise"]),
        ({"medium": "noise", "category": "residential"}, []),
        ({"category": "residential"}, ["a_category_is_of_receiving_water_or_of_noise"]),
        ({"medium": "air", "category": ""}, []),
        (
            {"medium": "effluent", "category": "", "in_mixing_zone": True},
            ["only_receiving_water_lies_in_a_mixing_zone"],
        ),
        ({"latitude": -14}, ["a_station_has_both_coordinates_or_none"]),
        ({"latitude": -14, "longitude": -72}, []),
        ({"latitude": -72, "longitude": -14}, ["no_station_lies_in_the_antarctic"]),
    ],
)
def test_a_category_is_of_water_a_zone_of_noise_and_half_a_place_is_none(
    columns: dict[str, Any], refused: list[str]
) -> None:
    said = {"medium": "receiving", "category": "3-D2", "in_mixing_zone": False, "latitude": None, "longitude": None}
    broken = [
        rule.name
        for rule in MonitoringStation._meta.constraints
        if hasattr(rule, "broken_by") and rule.broken_by(said | columns)
    ]
    assert broken == refused
