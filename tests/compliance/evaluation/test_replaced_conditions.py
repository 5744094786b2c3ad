"""Conditions that a change of their study replaced, and those that ask for a report again and again."""

from dataclasses import replace
from typing import Any

import pytest

from compliance.evaluation.criteria.completeness import COUNTED
from compliance.evaluation.criteria.reports import ReportFact, days_of_reports, reports_nobody_entered
from compliance.evaluation.facts import ConditionFact
from compliance.evaluation.scoring import judge
from projects.intervals import months_later
from tests.compliance.evaluation.builders import condition, day, facts
from tests.compliance.evaluation.test_games import listed
from tests.compliance.evaluation.test_what_the_law_asks import VERSIONS


def replaced(on: str, due_on: str = "2024-03-01", met_on: str | None = None) -> ConditionFact:
    return replace(condition(due_on, met_on), replaced_by="condition/99", replaced_on=day(on))


def by_version(version: int, *conditions: ConditionFact) -> Any:
    known = facts(conditions=list(conditions)).seen_by(VERSIONS[version].looks_at)
    return judge(VERSIONS[version], known).outcome("E04").measured


def said_by_authority(*conditions: ConditionFact) -> list[ConditionFact]:
    return [replace(one, voice="authority") for one in conditions]


@pytest.mark.parametrize(("on", "counted"), [("2025-12-31", 1), ("2026-01-01", 2), ("2024-02-01", 1)])
def test_what_a_change_replaced_counts_until_the_day_before_its_approval(on: str, counted: int) -> None:
    rows = said_by_authority(replaced(on), condition("2025-03-01", "2025-02-01"))
    assert by_version(7, *rows).denominator == counted
    assert by_version(6, *rows).denominator == 2


@pytest.mark.parametrize(
    ("row", "flagged"),
    [
        (replaced("2025-06-01"), True),
        (replaced("2025-06-01", met_on="2025-06-02"), True),
        (replaced("2025-06-01", met_on="2024-02-01"), False),
        (replaced("2025-06-01", due_on="2025-06-01"), False),
        (replaced("2024-06-01"), False),
        (replaced("2026-06-01"), False),
    ],
)
def test_the_result_says_where_a_condition_was_overdue_when_it_was_replaced(row: ConditionFact, flagged: bool) -> None:
    rows = said_by_authority(row, condition("2025-03-01", "2025-02-01"))
    assert ("replaced-overdue" in by_version(7, *rows).flags) is flagged
    assert "replaced-overdue" not in by_version(6, *rows).flags


def test_a_list_names_what_was_due_before_it_was_replaced_and_nothing_that_never_was() -> None:
    rows = [replaced("2025-06-01"), replaced("2025-06-01", due_on="2025-08-01"), condition("2025-03-01")]
    assert COUNTED["conditions"](facts(conditions=rows), listed("conditions", 2, since="2020-01-01")) == 2


def test_the_words_about_what_is_replaced_are_sealed_only_where_something_was() -> None:
    plain = facts(conditions=[condition("2025-03-01")])
    assert not {"replaced_by", "replaced_on", "every_months", "until"} & plain.to_json()["conditions"][0].keys()


def quarterly(**more: Any) -> ConditionFact:
    return replace(condition("2024-11-30"), every_months=3, **more)


@pytest.mark.parametrize(
    ("more", "until", "days"),
    [
        ({}, "2025-06-01", ["2024-11-30", "2025-02-28", "2025-05-30"]),
        ({}, "2025-05-29", ["2024-11-30", "2025-02-28"]),
        ({"until": day("2025-02-28")}, "2025-12-31", ["2024-11-30", "2025-02-28"]),
        ({"replaced_on": day("2025-05-30")}, "2025-12-31", ["2024-11-30", "2025-02-28"]),
        ({}, "2024-11-29", []),
    ],
)
def test_reports_are_due_at_intervals_until_the_last_day_or_until_the_condition_is_replaced(
    more: dict[str, Any], until: str, days: list[str]
) -> None:
    assert [one.isoformat() for one in days_of_reports(quarterly(**more), day(until))] == days
    assert not [*days_of_reports(condition("2024-11-30"), day("2025-12-31"))]


def test_a_month_that_is_shorter_ends_on_its_last_day() -> None:
    assert months_later(day("2024-01-31"), 1) == day("2024-02-29")
    assert months_later(day("2024-12-31"), 12) == day("2025-12-31")
    assert months_later(day("2024-11-30"), 13) == day("2025-12-30")


def report(due_by: str, of: ConditionFact | None) -> ReportFact:
    return ReportFact(
        record=f"required-report/{due_by}", title="Water", due_by=day(due_by), condition=of.record if of else None
    )


def test_a_report_that_nobody_entered_is_seen_as_missing() -> None:
    asking, other = quarterly(), condition("2025-01-01")
    known = facts(
        **{
            "conditions": [asking, other],
            "required-reports": [report("2025-03-31", asking), report("2025-05-30", other), report("2025-08-30", None)],
        }
    )
    missing = [one.isoformat() for _condition, one in reports_nobody_entered(known, day("2025-10-01"))]
    assert missing == ["2025-05-30", "2025-08-30"], "one of March is near that of February; the others are not its own"
    assert {one.record for one, _day in reports_nobody_entered(known, day("2027-01-01"))} == {asking.record}
    assert len([*reports_nobody_entered(known, day("2027-01-01"))]) == 3


@pytest.mark.parametrize(("due_by", "found"), [("2025-04-11", True), ("2025-04-12", False), ("2025-01-17", True)])
def test_a_report_is_that_of_a_day_when_it_is_due_within_six_weeks_of_it_each_quarter(due_by: str, found: bool) -> None:
    asking = quarterly()
    known = facts(**{"conditions": [asking], "required-reports": [report(due_by, asking)]})
    missing = {one.isoformat() for _condition, one in reports_nobody_entered(known, day("2025-04-01"))}
    assert ("2025-02-28" not in missing) is found
