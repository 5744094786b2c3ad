"""Complaints: whose word closes one."""

from datetime import date
from typing import Any

import pytest

from compliance.evaluation.criteria.complaints import ComplaintFact


@pytest.mark.parametrize(
    ("state", "word", "voice", "closed"),
    [
        ("archived", "", "authority", True),
        ("archived", "", "company", False),
        ("archived", "", "unknown", False),
        ("archived", "", "committee", True),
        ("dropped", "", "authority", False),
        ("resolved", "complainant", "monitor", True),
        ("resolved", "complainant", "unknown", False),
        ("resolved", "complainant", "committee", False),
        ("resolved", "authority", "committee", False),
        ("resolved", "company", "company", False),
    ],
)
def test_neither_the_company_nor_a_committee_nor_a_word_of_unknown_origin_closes_a_complaint(
    state: str, word: str, voice: str, closed: bool
) -> None:
    said: dict[str, Any] = {"state": state, "resolved_by_word_of": word, "state_voice": voice}
    row = ComplaintFact(
        record="environmental-complaint/1", subject="water", received_in=2025, state_since=date(2025, 4, 1), **said
    )
    assert (row.closed_on is not None) is closed
