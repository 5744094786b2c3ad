"""How many samples are required, which monitors enter from the approved programme."""

from typing import Any

from accounts.models import Organisation
from projects.models import Project

KIND, FOUND_BY, BY_COMPANIES = "required-samples", "r-20", False


def typed(mine: Project, company: Organisation, year: int) -> dict[str, Any]:
    """One sample a month of copper, which the approved study asks for."""
    station = mine.monitoring_stations.earliest("pk")
    return {"station": station.pk, "parameter": "copper", "year": year, "samples": 12, "in_instrument": "on"}
