"""What is left to do after closure: what was said last is shown, and no last year is not the same as no end."""

from types import SimpleNamespace
from typing import Any

import pytest

from accounts.models import Organisation
from compliance.evaluation.criteria.closure_plans import RemainingDutyFact
from compliance.public_pages.closure_plans import show_duties
from projects.models import Project, RemainingDuty
from tests.compliance.evaluation.builders import day, facts

KIND, FOUND_BY, BY_COMPANIES = "remaining-duties", "socavón", True


def typed(mine: Project, company: Organisation, year: int) -> dict[str, Any]:
    """Water that is to be treated without end."""
    given = {"title": "Tratar el agua del socavón", "subject": "treatment", "said_on": f"{year}-03-01"}
    return given | {"without_end": "on", "responsible": company.pk}


def told(*duties: dict[str, Any]) -> list[list[str]]:
    """The texts of each duty that is shown."""
    usual: dict[str, Any] = {"title": "Treat the water", "subject": "treatment", "said_on": day("2024-03-01")}
    rows = [RemainingDutyFact(record=f"remaining-duty/{at}", **usual | one) for at, one in enumerate(duties)]
    document: Any = SimpleNamespace(facts=facts(**{"remaining-duties": rows}))
    shown: Any = show_duties(document)
    return [[text for _heading, text in texts] for _row, texts in shown["rows"]]


def test_a_duty_without_a_known_end_is_not_one_without_end() -> None:
    assert told({}) == [["We don’t know", "Nobody is named"]]
    assert told({"without_end": True, "responsible": "Minera Sami"}) == [["Without end", "Minera Sami"]]
    assert told({"until": 2049}) == [["2049", "Nobody is named"]]


def test_of_a_duty_what_was_said_last_is_shown() -> None:
    older, newer = {"until": 2049}, {"until": 2060, "said_on": day("2025-03-01")}
    assert told(newer, older) == [["2060", "Nobody is named"]]
    assert len(told(older, newer | {"title": "Watch the dam"})) == 2


@pytest.mark.parametrize(
    ("said", "refused"),
    [
        ({}, []),
        ({"without_end": True}, []),
        ({"without_end": True, "until": 2049}, ["what_has_no_end_has_no_last_year"]),
    ],
)
def test_a_duty_has_a_last_year_or_no_end(said: dict[str, Any], refused: list[str]) -> None:
    asked: Any = [rule for rule in RemainingDuty._meta.constraints if hasattr(rule, "broken_by")]
    usual = {"without_end": False, "until": None}
    assert [rule.name for rule in asked if rule.broken_by(usual | said)] == refused
