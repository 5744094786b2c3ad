"""Meetings with people about a study: what was planned and held, who says so, and what of it counts (E03)."""

from dataclasses import replace
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client

from accounts.models import Organisation
from communities.models import ParticipationEvent
from compliance.evaluation.criteria.participation import ParticipationFact
from compliance.evaluation.gathering import Scope, gather
from compliance.evaluation.small_numbers import CoveredRow, cover
from compliance.public_pages.assessments import study_of
from compliance.public_pages.participation import show_meetings
from projects.kinds import KINDS_OF_RECORD
from projects.models import Project
from tests.cast import YEAR, gather_cast, neighbour, open_mine, produced, published
from tests.compliance.evaluation.builders import assessment, day, facts

KIND, FOUND_BY, BY_COMPANIES = "participation-events", "comunal", True


def typed(mine: Project, company: Organisation, year: int) -> dict[str, Any]:
    """A workshop about the first study of the mine, in a hall of its own."""
    entered_by: Any = mine.source.entered_by
    number = ParticipationEvent.objects.count()
    near = mine.influences.first()
    return {
        "assessment": mine.assessments.earliest("pk").pk,
        "mechanism": "workshop",
        "planned_for": f"{year}-02-20",
        "held_on": f"{year}-03-01",
        "community": near.community_id if near else neighbour(entered_by, f"Ayllu {number}").pk,
        "place": f"Local comunal {number}",
        "languages": "Quechua",
        "interpreter_present": "true",
        "women_present": "61",
        "men_present": "54",
    }


def meeting(number: int = 1, **said: Any) -> ParticipationFact:
    """A workshop about the first study."""
    usual = {"record": f"participation-event/{number}", "assessment": "assessment/1", "mechanism": "workshop"}
    return ParticipationFact(**usual | said)


NOT_HELD: dict[str, Any] = {
    "not_held": True,
    "held_on": None,
    "interpreter_present": None,
    "women_present": None,
    "men_present": None,
}


@pytest.mark.parametrize(
    ("said", "refused"),
    [
        ({}, []),
        ({"not_held": False, "held_on": day("2025-03-01"), "women_present": 0}, []),
        ({"held_on": day("2025-03-01")}, ["what_was_not_held_had_nobody_present"]),
        ({"women_present": 0}, ["what_was_not_held_had_nobody_present"]),
        ({"men_present": 3}, ["what_was_not_held_had_nobody_present"]),
        ({"interpreter_present": False}, ["what_was_not_held_had_nobody_present"]),
    ],
)
def test_what_was_not_held_had_no_day_and_nobody_present(said: dict[str, Any], refused: list[str]) -> None:
    asked: Any = [rule for rule in ParticipationEvent._meta.constraints if hasattr(rule, "broken_by")]
    assert [rule.name for rule in asked if rule.broken_by(NOT_HELD | said)] == refused


def shown(*rows: ParticipationFact, covered: tuple[CoveredRow, ...] = (), **study: Any) -> dict[str, Any]:
    """What the page shows of the meetings of one study."""
    studies = [assessment(record="assessment/1", component="pit", **study)]
    told = facts(**{"assessments": studies, "participation-events": rows})
    document: Any = SimpleNamespace(facts=told, covered=covered)
    return dict(show_meetings(document) or {})


def texts(row: ParticipationFact, **study: Any) -> dict[str, str]:
    """What the page says of a meeting, by the headings."""
    [(_record, cells)] = shown(row, **study)["rows"]
    told: dict[str, str] = dict(cells)
    return told


def test_what_nobody_says_was_held_is_unknown_and_not_missed() -> None:
    assert texts(meeting()) == {
        "Planned for": "We don’t know",
        "Held on": "We don’t know",
        "Language": "We don’t know; we don’t know whether with an interpreter",
        "People present": "We don’t know",
        "Minutes": "No paper is on record",
    }
    missed = texts(meeting(planned_for=day("2025-02-01"), not_held=True, evidence=1))
    assert missed == {
        "Planned for": "1 February 2025",
        "Held on": "It was not held",
        "Language": "–",
        "People present": "–",
        "Minutes": "A paper is on file",
    }


def test_a_meeting_tells_its_language_its_interpreter_and_who_was_there() -> None:
    held = meeting(held_on=day("2025-03-01"), languages="Quechua", interpreter_present=False, women_present=0)
    assert texts(held)["Language"] == "Quechua; without an interpreter"
    assert texts(held)["People present"] == "Women: 0. Men: Not known."
    with_one = meeting(held_on=day("2025-03-01"), languages="Quechua", interpreter_present=True)
    assert texts(with_one)["Language"] == "Quechua; with an interpreter"


def test_fewer_than_five_people_at_a_meeting_are_not_shown() -> None:
    held = meeting(held_on=day("2025-03-01"), men_present=30)
    covered = (CoveredRow(table="participation-events", record=held.record, few=("women_present",)),)
    [(_record, cells)] = shown(held, covered=covered)["rows"]
    assert dict(cells)["People present"] == "Not shown: it would tell on fewer than five people."
    published, hidden = cover(facts(**{"participation-events": [replace(held, women_present=3)]}), {})
    assert [row.women_present for row in published[ParticipationFact]] == [None]
    assert [row.record for row in hidden] == [held.record]


def test_a_meeting_on_the_day_of_the_approval_or_later_came_not_before_it() -> None:
    held = meeting(held_on=day("2025-03-01"))
    assert texts(held)["Held on"] == "1 March 2025"
    assert texts(held, approved_on=day("2025-03-02"))["Held on"] == "1 March 2025"
    assert texts(held, approved_on=day("2025-03-01"))["Held on"] == "1 March 2025, not before the approval"


def test_meetings_stand_by_their_days_below_how_many_were_held() -> None:
    later = meeting(1, held_on=day("2025-03-01"), mechanism="hearing")
    first = meeting(2, planned_for=day("2025-02-01"), not_held=True)
    undated = meeting(3, mechanism="survey", beyond_plan=True, community="Ayllu", place="Hall")
    page = shown(later, undated, first)
    assert [row.name for row, _cells in page["rows"]] == [
        "Workshop",
        "Public hearing",
        "Survey, interviews or focus groups",
    ]
    assert page["rows"][2][0].about == "Pit, Ayllu, Hall, besides the plan"
    assert page["lead"].endswith("Held: 1. Not held: 1. Nobody says it: 1.")


def test_the_timeline_leaves_the_count_to_the_meetings_that_are_on_record() -> None:
    study = assessment(approved_on=day("2025-03-01"), participation_planned=6, participation_held=6)
    counted = study_of(study, None, day("2025-12-31"), "")
    assert counted.approval == "Meetings with people: 6 of 6 planned were held."
    listed = study_of(study, None, day("2025-12-31"), "", meetings_listed=True)
    assert listed.approval == "Meetings with people: 6 planned; those on record stand one by one below."


@pytest.mark.django_db
def test_a_meeting_is_a_fact_of_the_years_of_its_study_and_held_once_at_a_place() -> None:
    cast = gather_cast()
    mine = open_mine(cast.monitor, cast.company)
    record, study = mine.records[KIND], mine.records["assessments"]
    again = {"assessment": study.pk, "mechanism": "workshop", "held_on": record.held_on, "place": record.place}
    form = KINDS_OF_RECORD[KIND].form
    assert list(form(again, actor=cast.monitor, project=mine.project).errors) == ["held_on"]
    assert form(again | {"place": "Plaza"}, actor=cast.monitor, project=mine.project).errors == {}
    assert form(again | {"held_on": ""}, actor=cast.monitor, project=mine.project).errors == {}
    years = range(study.submitted_on.year - 1, study.submitted_on.year + 2)
    gathered = gather(Scope(frozenset((mine.project.pk, year) for year in years), date(YEAR, 1, 1)))
    found = [[row.place for row in gathered[mine.project.pk, year][ParticipationFact]] for year in years]
    assert found == [[], [record.place], [record.place]]


@pytest.mark.django_db(databases=["default", "public"])
@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ("Meetings with people about the studies", "Quechua; with an interpreter", "Women: 61. Men: 54.")),
        (
            "es",
            ("Reuniones con la población sobre los estudios", "Quechua; con intérprete", "Mujeres: 61. Hombres: 54."),
        ),
    ],
)
def test_meetings_stand_in_public_with_day_place_language_and_who_was_there(
    client: Client, language: str, words: tuple[str, ...]
) -> None:
    cast = gather_cast()
    mine = open_mine(cast.monitor, cast.company)
    published(cast, produced(mine.project))
    page = client.get(f"/{language}/projects/{mine.project.slug}/environment/").content.decode()
    assert [one for one in (*words, mine.records[KIND].place) if one not in page] == []
    table = client.get(f"/en/projects/{mine.project.slug}/{YEAR}/participation-events.csv").content.decode()
    assert f"workshop,No,{YEAR}-02-20,{YEAR}-03-01,No,{mine.community.name}" in table
