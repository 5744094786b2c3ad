"""How many records there must be, from the form to the judgement: a register that names more than is there is seen."""

from typing import Any

import pytest

from accounts.models import Organisation
from projects.kinds import KINDS_OF_RECORD
from projects.models import ExpectedCount, Project
from projects.services.withdrawal import withdraw_record
from tests.cast import gather_cast, listed, open_mine, produced

KIND, FOUND_BY, BY_COMPANIES = "expected", "plame", False


def typed(mine: Project, company: Organisation, year: int) -> dict[str, Any]:
    """What the payroll register of a year names."""
    period = {"period_start": f"{year}-01-01", "period_end": f"{year}-12-31"}
    return period | {"of": "employment", "number": "1", "people": "200", "document": f"Planilla PLAME {year}"}


def test_the_form_presumes_no_currency_for_most_lists_have_no_sum() -> None:
    assert not KINDS_OF_RECORD[KIND].form.base_fields["currency"].initial
    assert KINDS_OF_RECORD["purchases"].form.base_fields["currency"].initial == "PEN"


@pytest.mark.parametrize(
    ("columns", "refused"),
    [
        ({"of": "employment", "people": None}, "employers_have_workers_and_nothing_else_has"),
        ({"of": "commitments", "people": 3}, "employers_have_workers_and_nothing_else_has"),
        ({"of": "obligations", "people": None, "amount": 5}, "sums_have_an_amount_and_nothing_else_has"),
        ({"of": "obligations", "people": None, "currency": "PEN"}, "sums_have_an_amount_and_nothing_else_has"),
        (
            {"of": "conditions", "people": None, "amount": 5, "currency": "PEN"},
            "sums_have_an_amount_and_nothing_else_has",
        ),
    ],
)
def test_a_list_says_the_size_of_what_has_one_and_of_nothing_else(columns: dict[str, Any], refused: str) -> None:
    usual = {"of": "employment", "number": 2, "people": 800, "amount": None, "currency": ""}
    broken = [
        rule.name
        for rule in ExpectedCount._meta.constraints
        if hasattr(rule, "broken_by") and rule.broken_by(usual | columns)
    ]
    assert broken == [refused]


@pytest.mark.django_db
def test_a_register_that_names_more_employers_than_report_is_seen_on_the_scorecard() -> None:
    cast = gather_cast()
    mine = open_mine(cast.monitor, cast.company)
    assert "fewer-than-listed" not in produced(mine.project).judgement_text
    withdraw_record(actor=cast.monitor, record=mine.records[KIND], reason="A fuller register was found.")
    fuller = listed(cast.monitor, mine.project, "employment", 2, people=800)
    assert "fewer-than-listed" in produced(mine.project).judgement_text
    withdraw_record(actor=cast.monitor, record=fuller, reason="The register was of another mine.")
    assert "fewer-than-listed" not in produced(mine.project).judgement_text
