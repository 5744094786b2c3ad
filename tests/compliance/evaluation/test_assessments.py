"""E01, E03, E04: the assessment before the digging, with the people, and its conditions kept."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from compliance.evaluation.criteria import MEASURES
from compliance.evaluation.criteria.assessments import years_later
from tests.compliance.evaluation.builders import (
    assessment,
    bounds,
    condition,
    day,
    facts,
    indicator,
    judged,
    measured,
    outcome,
    score,
)


def certified(approved: str | None, started: str | None, **given: object) -> object:
    return assessment(
        approved_on=day(approved) if approved else None,
        works_started_on=day(started) if started else None,
        **given,
    )


def test_a_mine_that_starts_267_days_after_approval_is_certified_before_start() -> None:
    known = facts(assessments=[certified("2023-05-10", "2024-02-01")])
    assert measured("E01", known).value == 267
    assert score("E01", known) == 100


def test_starting_on_the_day_of_approval_is_in_time() -> None:
    assert score("E01", facts(assessments=[certified("2024-02-01", "2024-02-01")])) == 100


def test_one_expansion_dug_without_approval_fails_the_whole_project() -> None:
    known = facts(assessments=[certified("2021-08-18", "2022-02-03"), certified("2024-06-09", "2024-04-22")])
    assert measured("E01", known).value == -48
    assert score("E01", known) == 0
    assert judged(known).capped_by == ("E01",)


@pytest.mark.parametrize(
    ("approved", "started", "extended", "expected"),
    [
        ("2020-03-01", "2023-03-01", False, 100),
        ("2020-03-01", "2023-03-02", False, 0),
        ("2020-03-01", "2025-03-01", True, 100),
        ("2020-03-01", "2025-03-02", True, 0),
        ("2020-02-29", "2023-02-28", False, 100),
        ("2020-02-29", "2023-03-01", False, 0),
    ],
)
def test_a_certificate_lapses_after_three_years_or_five(
    approved: str, started: str, extended: bool, expected: int
) -> None:
    known = facts(assessments=[certified(approved, started, start_extended=extended)])
    assert score("E01", known) == expected


def test_a_leap_day_has_an_anniversary_every_year() -> None:
    assert years_later(day("2020-02-29"), 3) == day("2023-02-28")
    assert years_later(day("2020-02-29"), 4) == day("2024-02-29")


def test_works_without_a_recorded_approval_are_unknown_and_not_a_failure() -> None:
    known = facts(assessments=[certified(None, "2024-02-01"), certified("2021-08-18", "2022-02-03")])
    found = outcome("E01", known)
    assert (found.state, found.score, found.worst, found.best) == ("unknown", None, 0, 100)
    assert found.measured.missing == ("no-approval",)


def test_a_known_failure_outweighs_an_unknown_approval() -> None:
    known = facts(assessments=[certified(None, "2024-02-01"), certified("2024-06-09", "2024-04-22")])
    assert score("E01", known) == 0


def test_no_recorded_start_is_unknown() -> None:
    known = facts(assessments=[certified("2023-05-10", None)])
    assert outcome("E01", known).measured.missing == ("no-start-recorded",)
    assert outcome("E01", facts()).measured.missing == ("no-assessment",)


def test_a_second_study_without_a_start_is_taken_as_not_begun_and_says_so() -> None:
    known = facts(assessments=[certified("2023-05-10", "2024-02-01"), certified("2025-05-10", None)])
    assert score("E01", known) == 100
    assert outcome("E01", known).measured.flags == ("start-not-recorded",)


def test_works_that_start_after_the_period_leave_the_gate_out() -> None:
    known = facts(assessments=[certified("2023-05-10", "2026-02-01")])
    assert (outcome("E01", known).state, outcome("E01", known).reason) == (
        "not_applicable",
        "works-not-started",
    )


def test_a_social_study_certifies_nothing() -> None:
    known = facts(assessments=[certified("2024-06-09", "2024-04-22", instrument="social")])
    assert outcome("E01", known).state == "unknown"


def participated(planned: int | None, held: int | None, **given: object) -> object:
    usual = {"submitted_on": day("2023-01-12"), "participation_planned": planned, "participation_held": held}
    return assessment(**(usual | given))


def test_five_of_six_mechanisms_held() -> None:
    known = facts(assessments=[participated(6, 5)])
    assert score("E03", known) == Decimal("66.7")


def test_extra_workshops_of_one_study_do_not_hide_the_missing_ones_of_another() -> None:
    known = facts(assessments=[participated(4, 9), participated(4, 2)])
    assert measured("E03", known).value == 75


def test_a_technical_form_needs_no_participation_while_a_mine_explores() -> None:
    form = participated(None, None, instrument="FTA")
    assert outcome("E03", facts(assessments=[form], phases=("exploration",))).state == "not_applicable"
    assert score("E03", facts(assessments=[form, participated(6, 5)])) == Decimal("66.7")


@pytest.mark.parametrize("phases", [("operation",), ("development", "exploration"), ()])
def test_a_technical_form_alone_neither_certifies_nor_excuses_beyond_exploration(phases: tuple[str, ...]) -> None:
    form = certified("2021-05-10", "2022-02-01", instrument="FTA")
    for code in ("E01", "E03"):
        found = outcome(code, facts(assessments=[form], phases=phases))
        assert (found.state, found.worst, found.best) == ("unknown", 0, 100)
        assert found.measured.missing == ("technical-form-not-enough",)
    assert score("E01", facts(assessments=[form], phases=("exploration",))) == 100


def test_a_technical_form_of_later_works_does_not_put_the_question_off() -> None:
    form = certified("2025-05-10", "2026-02-01", instrument="FTA")
    assert outcome("E01", facts(assessments=[form])).state == "unknown"
    assert outcome("E01", facts(assessments=[form], phases=("exploration",))).reason == "works-not-started"


def test_a_technical_form_still_breaks_the_rule_beside_a_study_that_keeps_it() -> None:
    early = certified("2021-05-10", "2021-02-01", instrument="FTA")
    assert score("E01", facts(assessments=[early, certified("2023-05-10", "2024-02-01")])) == 0


def test_a_study_without_a_start_is_not_helped_by_a_technical_form() -> None:
    form = certified("2021-05-10", "2022-02-01", instrument="FTA")
    found = outcome("E01", facts(assessments=[form, certified("2023-05-10", None)]))
    assert (found.state, found.measured.missing) == ("unknown", ("no-start-recorded",))


@pytest.mark.parametrize(("started", "state"), [("2025-12-31", "scored"), ("2026-01-01", "not_applicable")])
def test_works_that_start_on_the_last_day_have_begun(started: str, state: str) -> None:
    assert outcome("E01", facts(assessments=[certified("2023-05-10", started)])).state == state


def test_mechanisms_of_which_nothing_is_recorded_widen_the_range_only_upwards() -> None:
    known = facts(assessments=[participated(6, 6), participated(6, None)])
    assert measured("E03", known).value == 50
    assert bounds("E03", known) == (0, 100)
    assert outcome("E03", known).measured.missing == ("participation-not-recorded",)


def test_a_study_without_a_plan_stays_out_of_the_value_and_opens_the_range() -> None:
    known = facts(assessments=[participated(6, 5), participated(None, 3)])
    assert score("E03", known) == Decimal("66.7")
    assert bounds("E03", known) == (0, 100)


def test_no_study_on_record_scores_nothing_without_being_known() -> None:
    found = outcome("E03", facts())
    assert (found.state, found.score, found.worst, found.best) == ("unknown", 0, 0, 100)


def test_a_plan_of_nothing_is_unknown_and_never_divides() -> None:
    assert measured("E03", facts(assessments=[participated(0, 0)])).missing == ("nothing-planned",)


def test_a_study_submitted_after_the_period_is_not_yet_judged() -> None:
    known = facts(assessments=[participated(6, 5), participated(6, 0, submitted_on=day("2026-01-02"))])
    assert score("E03", known) == Decimal("66.7")


@pytest.mark.parametrize(("submitted", "missing"), [("2025-12-31", ()), ("2026-01-01", ("no-assessment",))])
def test_a_study_handed_in_on_the_last_day_belongs_to_the_year(submitted: str, missing: tuple[str, ...]) -> None:
    assert measured("E03", facts(assessments=[participated(6, 5, submitted_on=day(submitted))])).missing == missing


def test_an_approved_study_was_handed_in() -> None:
    """Its day may not be on record; an approval by the end of the period shows that it was."""
    approved = participated(6, 5, submitted_on=None, approved_on=day("2025-12-31"))
    assert measured("E03", facts(assessments=[approved])).missing == ()
    later = participated(6, 5, submitted_on=None, approved_on=day("2026-01-01"))
    assert measured("E03", facts(assessments=[later])).missing == ("no-submission-date",)


def test_a_condition_due_on_the_last_day_is_due_and_met_on_that_day_is_met() -> None:
    known = facts(conditions=[condition("2025-12-31"), condition("2025-12-31", "2025-12-31")])
    assert measured("E04", known).value == 50
    assert measured("E04", facts(conditions=[condition("2026-01-01")])).missing == ("no-conditions-due",)


def test_six_of_eighty_conditions_overdue() -> None:
    known = facts(
        conditions=[condition("2025-03-01", "2025-02-01") for _ in range(74)]
        + [condition("2024-03-01") for _ in range(6)]
    )
    assert measured("E04", known).value == Decimal("7.5")
    assert score("E04", known) == Decimal("62.5")


def test_a_condition_met_after_the_period_was_open_at_its_end() -> None:
    known = facts(conditions=[condition("2025-03-01", "2026-01-01"), condition("2025-03-01", "2025-12-31")])
    assert measured("E04", known).value == 50
    assert measured("E04", known).flags == ("small-base",)


def test_no_condition_due_is_unknown_and_not_zero() -> None:
    assert outcome("E04", facts()).state == "unknown"
    assert measured("E04", facts(conditions=[condition("2026-03-01")])).missing == ("no-conditions-due",)


def test_an_exploring_mine_with_a_study_and_none_of_its_meetings_is_not_excused() -> None:
    """Only where a form alone certifies: neither with a full study beside it, nor without any study that certifies."""
    form = assessment(instrument="FTA", submitted_on=day("2024-01-10"))
    study = assessment(submitted_on=day("2024-01-10"), participation_planned=6, participation_held=0)
    other = assessment(instrument="social", submitted_on=day("2024-01-10"))
    exploring = {"phases": ("exploration",)}
    for studies in ([study], [form, study]):
        found = measured("E03", facts(assessments=studies, **exploring))
        assert (found.applicable, found.value, found.missing) == (True, 0, ())
        assert found.records == (study.record,)
    for studies in ([], [other]):
        found = measured("E03", facts(assessments=studies, **exploring))
        assert (found.applicable, found.value, found.missing) == (True, None, ("no-assessment",))
    excused = measured("E03", facts(assessments=[form, other], **exploring))
    assert (excused.applicable, excused.reason) == (False, "only-technical-form")
    found = measured("E03", facts(assessments=[form]))
    assert (found.applicable, found.value, found.missing) == (True, None, ("technical-form-not-enough",))


@pytest.mark.parametrize(
    ("due_on", "met_on", "share", "met_late"),
    [
        ("2025-06-30", "2025-06-30", 0, False),
        ("2025-06-30", "2025-07-01", 100, True),
        ("2025-06-30", "2025-12-31", 100, True),
        ("2025-06-30", "2026-01-01", 100, False),
        ("2025-12-31", "2025-12-31", 0, False),
        ("2024-06-30", "2025-01-01", 100, True),
        ("2024-06-30", "2024-12-31", 0, False),
    ],
)
def test_a_condition_is_late_where_it_was_open_at_the_end_or_met_in_the_year_after_its_day(
    due_on: str, met_on: str, share: int, met_late: bool
) -> None:
    seen = replace(condition(due_on, met_on), voice="authority")
    found: Any = MEASURES["conditions_late"](facts(conditions=[seen]), indicator("E04"))
    assert (found.value, found.low, found.high, found.missing) == (share, share, share, ())
    assert ("met-late" in found.flags) == met_late


def test_a_project_that_passes_says_which_study_was_approved_last_before_its_works() -> None:
    early, late = (
        assessment(approved_on=day(on), works_started_on=day("2023-05-10")) for on in ("2022-01-10", "2023-05-01")
    )
    assert measured("E01", facts(assessments=[early, late])).decided_by == late.record
