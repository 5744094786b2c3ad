"""What a sealed document says of a promise and of workers, from facts alone."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from compliance.evaluation.facts import CommitmentFact
from compliance.services.documents import employment_of, state_of_commitment
from tests.compliance.evaluation.builders import day, employment, facts

DUE_ON = date(2025, 6, 30)


@pytest.mark.parametrize(
    ("company", "community", "authority", "confirmed_on", "state"),
    [
        (None, None, None, None, "unknown"),
        (DUE_ON, None, None, None, "claimed"),
        (DUE_ON, "not_fulfilled", None, None, "disputed"),
        (DUE_ON, None, "not_fulfilled", None, "disputed"),
        (None, "not_fulfilled", None, None, "late"),
        (None, "fulfilled", "not_fulfilled", None, "disputed"),
        (None, "not_fulfilled", "fulfilled", DUE_ON, "disputed"),
        (None, "fulfilled", None, DUE_ON, "confirmed"),
        (None, None, "fulfilled", date(2025, 7, 1), "late"),
    ],
)
def test_a_promise_is_in_the_state_that_those_asked_agree_on(
    company: date | None, community: str | None, authority: str | None, confirmed_on: date | None, state: str
) -> None:
    row = CommitmentFact(
        record="commitment/1", due_on=DUE_ON, company_says_fulfilled_on=company, community_says=community,
        authority_says=authority, confirmed_on=confirmed_on,
    )  # fmt: skip
    assert state_of_commitment(row) == state


def test_workers_of_two_halves_of_a_year_are_averaged() -> None:
    halves = [
        employment(period_end=day("2025-06-30"), total_fte=100, district_fte=40),
        employment(period_start=day("2025-07-01"), total_fte=200, district_fte=40),
    ]
    described = employment_of(facts(employment=halves))
    assert (described["total"], described["district"]) == (Decimal("150.41"), Decimal("40.00"))


def test_workers_are_not_published_as_a_share_while_contractors_are_left_out() -> None:
    described = employment_of(
        facts(employment=[employment(contractors_included=False, total_fte=100, district_fte=40)])
    )
    assert (described["total"], described["district"], described["returns"]) == (None, None, 1)


def test_returns_of_two_voices_speak_with_none() -> None:
    two = [employment(total_fte=10, voice="company"), employment(employer="Contratista", total_fte=5, voice="monitor")]
    assert employment_of(facts(employment=two))["voice"] == "unknown"
