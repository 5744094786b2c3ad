"""Promises of accords, as they are typed."""

from typing import Any

from accounts.models import Organisation
from projects.models import Accord, Project

KIND, FOUND_BY, BY_COMPANIES = "accord-promises", "ferrocarril", False


def typed(mine: Project, company: Organisation, year: int) -> dict[str, Any]:
    """A railway of which nobody says what came."""
    accord = Accord.objects.filter(project=mine).earliest("pk")
    return {"accord": accord.pk, "subject": "infrastructure", "description": "Un ferrocarril al puerto"}
