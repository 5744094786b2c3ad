"""How many samples are required, which monitors enter from the approved programme."""

from typing import Any

import pytest

from accounts.models import Organisation
from projects.kinds import KINDS_OF_RECORD
from projects.models import Project
from tests.cast import YEAR, gather_cast, open_mine
from tests.projects.intake_help import codes, map_columns, upload

KIND, FOUND_BY, BY_COMPANIES = "required-samples", "r-20", False


def typed(mine: Project, company: Organisation, year: int) -> dict[str, Any]:
    """One sample a month of copper, which the approved study asks for."""
    station = mine.monitoring_stations.earliest("pk")
    return {"station": station.pk, "parameter": "copper", "year": year, "samples": 12, "in_instrument": "on"}


@pytest.mark.django_db
def test_more_samples_than_days_are_asked_about_in_the_form_and_in_a_file() -> None:
    cast = gather_cast()
    own = open_mine(cast.monitor, cast.company)
    given = typed(own.project, cast.company, YEAR) | {"parameter": "lead", "samples": YEAR}

    def form(**more: Any) -> Any:
        return KINDS_OF_RECORD[KIND].form(given | more, actor=cast.monitor, project=own.project)

    assert form().has_error("confirm_many", "many_samples")
    assert form(confirm_many="on").is_valid()
    assert form(samples=366).is_valid()
    station = own.project.monitoring_stations.earliest("pk").name
    rows = "".join(f"{own.project.name},{station},lead,2025,{samples}\n" for samples in (2025, 12))
    file = upload(cast.monitor, "rows.csv", f"project,station,parameter,year,samples\n{rows}".encode(), KIND)
    batch = map_columns(cast.monitor, file)
    assert [codes(row) for row in batch.rows.order_by("number")] == [
        {"samples": "many_samples"},
        {},
    ]
