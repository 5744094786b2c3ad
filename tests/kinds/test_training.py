"""Training from the form to the page: who finished something is counted, not who could have taken part."""

from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from accounts.models import Organisation
from compliance.evaluation.criteria.training import TrainingFact
from compliance.public_pages.training import show
from projects.models import Project, TrainingReturn
from tests.cast import YEAR, enter, gather_cast, open_mine, produced, published
from tests.compliance.evaluation.builders import day, facts

KIND, FOUND_BY, BY_COMPANIES = "training", "welding", True


def typed(mine: Project, company: Organisation, year: int) -> dict[str, Any]:
    """A course of a year that nineteen of twenty-four people finished."""
    period = {"period_start": f"{year}-01-01", "period_end": f"{year}-12-31", "form": "course", "subject": "Welding"}
    people = {"completed": "19", "women_completed": "7", "local_completed": "12", "hired_completed": "6"}
    return period | people | {"provider": company.pk, "seats": "24", "hours": "1140"}


@pytest.mark.parametrize(
    ("said", "refused"),
    [
        ({}, []),
        ({"seats": 18}, ["those_who_finish_are_at_most_the_seats"]),
        ({"women_completed": 20}, ["women_who_finish_are_at_most_all_who_do"]),
        ({"local_completed": 20}, ["local_who_finish_are_at_most_all_who_do"]),
        ({"hired_completed": 25, "completed": None}, ["hired_who_finish_are_at_most_all_who_do"]),
        ({"hired_completed": 24, "completed": None}, []),
        ({"seats": None, "completed": None}, []),
    ],
)
def test_no_more_people_finish_than_could_take_part_nor_more_women_than_people(said: Any, refused: list[str]) -> None:
    usual = {"seats": 24, "completed": 19, "women_completed": 7, "local_completed": 12, "hired_completed": 6}
    rules: Any = [rule for rule in TrainingReturn._meta.constraints if hasattr(rule, "broken_by")]
    assert [rule.name for rule in rules if rule.broken_by(usual | said)] == refused


@pytest.mark.parametrize(("hours", "is_refused"), [(2 * 24 * 31, False), (2 * 24 * 31 + 1, True)])
def test_nobody_attends_more_hours_than_the_period_has(hours: int, is_refused: bool) -> None:
    training = TrainingReturn(seats=2, hours=hours, period_start=date(2025, 1, 1), period_end=date(2025, 1, 31))
    if not is_refused:
        training.clean()
        return
    with pytest.raises(ValidationError) as refusal:
        training.clean()
    assert refusal.value.message_dict == {
        "hours": ["So many people have at most 1,488 hours in this period. Look at the lists of attendance again."]
    }


def test_a_seat_is_nobody_who_finished_and_what_nobody_says_is_said_not_to_be_known() -> None:
    known: dict[str, Any] = {"provider": "Minera Sami", "form": "scholarship", "period_end": day("2025-12-31")}
    row = TrainingFact(
        record="training-return/1", subject="Geology", period_start=day("2025-01-01"), seats=8, voice="company", **known
    )
    document: Any = SimpleNamespace(facts=facts(training=[row]), covered=())
    shown: Any = show(document)
    assert [(row.name, row.about, row.voice, [text for _heading, text in texts]) for row, texts in shown["rows"]] == [
        (
            "Geology",
            "Scholarship, Minera Sami, 1 January 2025 – 31 December 2025",
            "company",
            ["8", *["We don’t know"] * 5],
        )
    ]
    empty: Any = SimpleNamespace(facts=facts(), covered=())
    assert show(empty) is None


@pytest.mark.django_db(databases=["default", "public"])
def test_who_finished_stands_in_public_and_fewer_than_five_people_do_not(client: Client) -> None:
    cast = gather_cast()
    mine = open_mine(cast.monitor, cast.company).project
    whole_year: dict[str, Any] = {"period_start": date(YEAR, 1, 1), "period_end": date(YEAR, 12, 31)}
    few = TrainingReturn(
        project=mine, provider=cast.company, form="apprenticeship", subject="Electricity", completed=14, **whole_year
    )
    few.women_completed = 3
    enter(cast.monitor, few)
    published(cast, produced(mine))
    for language, heading in (("en", "What people could learn"), ("es", "Lo que se pudo aprender")):
        page = client.get(f"/{language}/projects/{mine.slug}/work/").content.decode()
        assert heading in page
    rows = client.get(f"/en/projects/{mine.slug}/{YEAR}/training.csv").content.decode().splitlines()
    told = {line.split(",")[5]: line.split(",")[8:14] for line in rows[1:]}
    assert told["Welding"] == ["24", "1140", "19", "7", "12", "6"]
    assert told["Electricity"][3] not in ("3", "14")
