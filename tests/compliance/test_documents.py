"""What a sealed document says of a promise and of workers, from facts alone."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from compliance.evaluation.facts import AssessmentFact, CommitmentFact
from compliance.public_pages.assessments import study_of
from compliance.public_pages.commitments import said_by, state_of_commitment
from compliance.public_pages.employment import employment_of
from tests.compliance.evaluation.builders import day, employment, facts, indicator, measured

DUE_ON = date(2025, 6, 30)


@pytest.mark.parametrize(
    ("company", "community", "authority", "confirmed_on", "state", "voices"),
    [
        (None, None, None, None, "unknown", []),
        (DUE_ON, None, None, None, "claimed", ["company"]),
        (DUE_ON, "not_fulfilled", None, None, "disputed", ["community"]),
        (DUE_ON, None, "not_fulfilled", None, "disputed", ["authority"]),
        (None, "not_fulfilled", None, None, "late", ["community"]),
        (None, "fulfilled", "not_fulfilled", None, "disputed", ["authority"]),
        (None, "not_fulfilled", "fulfilled", DUE_ON, "disputed", ["community"]),
        (None, "fulfilled", None, DUE_ON, "confirmed", ["community"]),
        (DUE_ON, "fulfilled", "fulfilled", DUE_ON, "confirmed", ["community", "authority", "company"]),
        (None, None, "fulfilled", date(2025, 7, 1), "late", ["authority"]),
    ],
)
def test_a_promise_is_in_the_state_that_those_asked_agree_on_and_says_whose_word_that_is(
    company: date | None,
    community: str | None,
    authority: str | None,
    confirmed_on: date | None,
    state: str,
    voices: list[str],
) -> None:
    row = CommitmentFact(
        record="commitment/1",
        due_on=DUE_ON,
        company_says_fulfilled_on=company,
        community_says=community,
        authority_says=authority,
        confirmed_on=confirmed_on,
    )
    assert state_of_commitment(row) == state
    assert list(said_by(row)) == voices


@pytest.mark.parametrize(
    ("approved", "started", "extended", "state"),
    [
        ("2014-04-10", "2017-04-10", False, "before"),
        ("2014-04-10", "2017-04-11", False, "lapsed"),
        ("2014-04-10", "2018-06-04", True, "before"),
        ("2024-06-09", "2024-04-22", False, "after"),
        (None, "2024-04-22", False, "unknown"),
        ("2024-06-09", None, False, "unknown"),
        ("2024-06-09", "2026-02-01", False, "not_started"),
    ],
)
def test_a_study_is_described_by_the_rule_that_judges_it(
    approved: str | None, started: str | None, extended: bool, state: str
) -> None:
    row = AssessmentFact(
        record="assessment/1",
        voice="authority",
        instrument="EIA-d",
        start_extended=extended,
        approved_on=day(approved) if approved else None,
        works_started_on=day(started) if started else None,
    )
    described = study_of(row, indicator("E01"), day("2025-12-31"), "")
    assert (described.state, described.voice) == (state, "authority")
    kept = {"before": True, "after": False, "lapsed": False}.get(state)
    assert measured("E01", facts(assessments=[row])).passes is kept


def test_a_year_of_which_nobody_reported_workers_is_there_and_unknown() -> None:
    described = employment_of(facts())
    assert (described.year, described.total, described.returns, described.voice) == (
        2025,
        None,
        0,
        "unknown",
    )


def test_workers_of_two_halves_of_a_year_are_averaged() -> None:
    halves = [
        employment(period_end=day("2025-06-30"), total_fte=100, district_fte=40),
        employment(period_start=day("2025-07-01"), total_fte=200, district_fte=40),
    ]
    described = employment_of(facts(employment=halves))
    assert (described.total, described.district) == (Decimal("150.41"), Decimal("40.00"))


def test_workers_are_not_published_as_a_share_while_contractors_are_left_out() -> None:
    described = employment_of(
        facts(employment=[employment(contractors_included=False, total_fte=100, district_fte=40)])
    )
    assert (described.total, described.district, described.returns) == (None, None, 1)


def test_returns_of_two_voices_speak_with_none() -> None:
    two = [employment(total_fte=10, voice="company"), employment(employer="Contratista", total_fte=5, voice="monitor")]
    assert employment_of(facts(employment=two)).voice == "unknown"
