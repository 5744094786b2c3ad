"""E03 by meetings that are on record one by one: what counts as held, whose word it is, and how large the plan is."""

from dataclasses import replace
from itertools import combinations_with_replacement, product
from typing import Any

import pytest

from compliance.evaluation.criteria.participation import ParticipationFact
from compliance.evaluation.facts import AssessmentFact, ExpectedFact, Facts
from compliance.evaluation.scoring import judge
from tests.compliance.evaluation.builders import assessment, day, displayed, facts
from tests.compliance.evaluation.test_games import VERSIONS

IN_TIME, LATE = day("2024-03-01"), day("2024-05-02")
HELD: dict[str, Any] = {"held_on": IN_TIME}
MISSED: dict[str, Any] = {"not_held": True}


def study(**given: Any) -> AssessmentFact:
    """A study of the pit, as the authority says."""
    usual: dict[str, Any] = {"record": "assessment/1", "component": "pit", "voice": "authority", "approved_on": LATE}
    return assessment(**(usual | {"participation_planned": 4} | given))


def meetings(*said: dict[str, Any], of: str = "assessment/1") -> list[ParticipationFact]:
    """Meetings about a study, as the authority says unless somebody else does."""
    usual: dict[str, Any] = {"assessment": of, "mechanism": "workshop", "voice": "authority"}
    return [
        ParticipationFact(**usual | {"record": f"participation-event/{of[-1]}{number}"} | one)
        for number, one in enumerate(said)
    ]


def known(studies: list[AssessmentFact], rows: list[ParticipationFact], **period: Any) -> Facts:
    """Facts with a list that names every study."""
    parts = len({one.component for one in studies})
    names: dict[str, Any] = {"record": "expected-count/1", "of": "assessments", "voice": "authority"}
    year: dict[str, Any] = {"period_start": day("2025-01-01"), "period_end": day("2025-12-31")}
    listed = ExpectedFact(number=parts, studies=len(studies), **year, **names)
    return facts(**{"assessments": studies, "participation-events": rows, "expected": [listed]} | period)


def figure(found: Facts, version: int = 7) -> tuple[Any, Any, Any]:
    """The share with its range, in whole percent; None where it is unknown."""
    measured = judge(VERSIONS[version], found).outcome("E03").measured
    figures = (measured.value, measured.low, measured.high)
    return tuple(None if one is None else int(displayed(one)) for one in figures)  # type: ignore[return-value]


def codes(found: Facts) -> tuple[set[str], set[str]]:
    """What is not known, and what a reader should know beside that it is a small number."""
    measured = judge(VERSIONS[7], found).outcome("E03").measured
    return {*measured.missing}, {*measured.flags} - {"small-base"}


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ((HELD, HELD, HELD, HELD), (100, 100, 100)),
        ((HELD, HELD, HELD, MISSED), (75, 75, 75)),
        ((HELD, HELD, HELD), (75, 75, 100)),
        ((HELD, HELD, HELD, {}), (75, 75, 100)),
        ((HELD, HELD, HELD, {"held_on": LATE}), (75, 75, 75)),
        ((HELD, HELD, HELD, HELD | {"voice": "company"}), (75, 75, 100)),
        ((HELD, HELD, HELD, HELD | {"voice": "unknown"}), (75, 75, 100)),
        ((HELD, HELD, HELD, HELD | {"voice": "company", "evidence": 1}), (100, 100, 100)),
        ((HELD, HELD, HELD, HELD | {"voice": "company", "opens": True}), (100, 100, 100)),
        ((HELD, HELD, HELD, HELD | {"voice": "community"}), (100, 100, 100)),
        ((HELD, HELD, HELD, MISSED | {"voice": "company"}), (75, 75, 75)),
        ((HELD, HELD, HELD, MISSED | {"voice": "unknown"}), (75, 75, 100)),
        ((HELD, HELD, HELD, {"held_on": LATE, "voice": "company"}), (75, 75, 75)),
        ((HELD, HELD, HELD, MISSED, HELD | {"beyond_plan": True}), (75, 75, 75)),
        ((HELD, MISSED), (25, 25, 75)),
        (({}, {}, {}, {}), (None, None, None)),
        ((HELD | {"voice": "company"},), (None, None, None)),
    ],
)
def test_a_meeting_counts_that_more_than_a_bare_word_says_was_held_before_the_approval(
    said: tuple[dict[str, Any], ...], shown: tuple[Any, Any, Any]
) -> None:
    assert figure(known([study()], meetings(*said))) == shown


def test_a_bare_word_about_a_meeting_is_told_apart_from_what_nobody_says() -> None:
    assert codes(known([study()], meetings(HELD, HELD, HELD, HELD | {"voice": "company"})))[0] == {"meeting-bare-word"}
    assert codes(known([study()], meetings(HELD, HELD, HELD)))[0] == {"participation-not-recorded"}
    assert codes(known([study()], meetings(HELD, HELD, HELD, MISSED)))[0] == set()


def test_meetings_on_record_never_make_the_plan_smaller() -> None:
    assert figure(known([study(participation_planned=6)], meetings(HELD, HELD, HELD))) == (50, 50, 100)
    without_number = known([study(participation_planned=None)], meetings(HELD, HELD, HELD))
    assert figure(without_number) == (None, None, None)
    assert codes(without_number)[0] == {"no-participation-plan"}


def test_meetings_beyond_the_number_of_the_plan_add_nothing_and_nobody_knows_which_are_of_it() -> None:
    more = known([study(participation_planned=1)], meetings(HELD, HELD, HELD, MISSED))
    assert figure(more) == (0, 0, 100)
    assert codes(more) == (set(), {"more-meetings-than-planned"})
    padded = known([study(participation_planned=3)], meetings(HELD, MISSED, MISSED, *[HELD] * 30))
    assert figure(padded) == (33, 0, 100)
    assert figure(known([study(participation_planned=3)], meetings(*[HELD] * 5))) == (100, 0, 100)


def test_it_is_said_where_the_study_tells_another_number_of_meetings_held() -> None:
    counted = study(participation_planned=3, participation_held=1)
    assert codes(known([counted], meetings(HELD, HELD, HELD))) == (set(), {"meetings-differ-from-number"})
    assert codes(known([counted], meetings(HELD, MISSED, MISSED)))[1] == set()


def test_where_no_meeting_of_the_plan_is_on_record_the_numbers_of_the_study_count() -> None:
    counted = study(participation_planned=6, participation_held=5)
    assert figure(known([counted], [])) == (83, 83, 83)
    assert figure(known([counted], meetings(HELD | {"beyond_plan": True}))) == (83, 83, 83)
    assert figure(known([counted], meetings(HELD, of="assessment/2"))) == (83, 83, 83)
    assert figure(known([counted], meetings(HELD))) == (17, 17, 100)


@pytest.mark.parametrize("version", [5, 6])
def test_older_versions_go_on_counting_by_the_numbers_of_the_study(version: int) -> None:
    counted = study(participation_planned=6, participation_held=5)
    assert figure(known([counted], meetings(MISSED, MISSED)), version) == (83, 83, 83)


def test_the_weakest_study_counts_and_the_bare_word_about_a_study_opens_its_range() -> None:
    other = study(record="assessment/2", component="dam", participation_planned=2)
    rows = [*meetings(HELD, HELD, HELD, HELD), *meetings(HELD, MISSED, of="assessment/2")]
    assert figure(known([study(), other], rows)) == (50, 50, 50)
    assert figure(known([study(voice="company")], meetings(HELD, HELD, HELD, HELD))) == (100, 0, 100)


@pytest.mark.parametrize(
    ("submitted", "held", "shown"),
    [
        ("2024-04-01", "2024-03-31", (100, 100, 100)),
        ("2024-04-01", "2024-04-01", (0, 0, 0)),
        (None, "2024-03-31", (None, None, None)),
        (None, "2024-05-02", (0, 0, 0)),
    ],
)
def test_the_meeting_of_a_technical_form_comes_before_it_is_handed_in(
    submitted: str | None, held: str, shown: tuple[Any, Any, Any]
) -> None:
    form = study(instrument="FTA", participation_planned=1, submitted_on=submitted and day(submitted))
    assert figure(known([form], meetings({"held_on": day(held)}), phases=("exploration",))) == shown


def test_a_technical_form_without_a_number_has_at_least_the_meeting_that_the_law_asks_for() -> None:
    form = study(instrument="FTA", participation_planned=None, submitted_on=LATE)
    exploring: dict[str, Any] = {"phases": ("exploration",)}
    assert figure(known([form], meetings(HELD), **exploring)) == (100, 0, 100)
    assert codes(known([form], meetings(HELD), **exploring)) == ({"no-participation-plan"}, set())
    assert figure(known([form], meetings(HELD, MISSED), **exploring)) == (50, 0, 100)


ANY_MEETING: tuple[dict[str, Any], ...] = (
    {},
    HELD,
    MISSED,
    {"held_on": LATE},
    HELD | {"voice": "company"},
    MISSED | {"voice": "unknown"},
)


@pytest.mark.parametrize("instrument", ["FTA", "EIA-d"])
def test_whatever_becomes_known_of_a_plan_or_a_meeting_lies_in_the_range_before(instrument: str) -> None:
    """Every three meetings, with each plan: what nobody said is then held in time or late, not held, or a plan of any size."""

    def range_of(planned: int | None, rows: list[ParticipationFact]) -> tuple[Any, Any, Any]:
        one = study(instrument=instrument, participation_planned=planned, submitted_on=LATE)
        found = judge(VERSIONS[7], known([one], rows, phases=("exploration",))).outcome("E03")
        return found.worst, found.score, found.best

    for planned, said in product((None, 1, 3, 4), combinations_with_replacement(ANY_MEETING, 3)):
        rows = meetings(*said)
        worst, score, best = range_of(planned, rows)
        assert worst <= score <= best
        later = [range_of(number, rows) for number in (1, 3, 4, 9)] if planned is None else []
        if not said[0]:
            later += [range_of(planned, [replace(rows[0], **now), *rows[1:]]) for now in (HELD, MISSED)]
        for new_worst, new_score, new_best in later:
            assert worst <= new_worst
            assert new_best <= best
            assert worst <= new_score <= best


def test_a_supporting_report_is_no_study_of_which_meetings_are_asked() -> None:
    report = study(record="assessment/2", instrument="ITS", participation_planned=None)
    assert figure(known([study(), report], meetings(*[HELD] * 4))) == (100, 100, 100)
