"""Training from the form to the page: who finished something is counted, not who could have taken part."""

from datetime import date
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from accounts.models import Organisation
from compliance.evaluation.criteria.training import TrainingFact
from compliance.evaluation.small_numbers import cover
from compliance.public_pages.training import TrainingWords, show
from projects.models import Project, TrainingReturn
from projects.services.records import enter_record
from tests.cast import YEAR, gather_cast, mine, open_mine, produced, published, source
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


@pytest.mark.django_db
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


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("given", "is_refused"),
    [
        ({"period_start": date(2025, 3, 1), "period_end": date(2025, 5, 31)}, True),
        ({"period_start": date(2025, 3, 31), "period_end": date(2025, 5, 31), "subject": "ELECTRICITY"}, True),
        ({"period_start": date(2025, 4, 1), "period_end": date(2025, 5, 31)}, False),
        ({"period_start": date(2025, 3, 1), "period_end": date(2025, 5, 31), "subject": "Law"}, False),
        ({"period_start": date(2025, 3, 1), "period_end": date(2025, 5, 31), "form": "scholarship"}, False),
    ],
)
def test_the_same_training_does_not_tell_some_days_twice(given: dict[str, Any], is_refused: bool) -> None:
    cast = gather_cast()
    usual = {"project": mine(cast.monitor, "Puka Sami"), "provider": cast.company, "form": "course"}
    usual |= {"subject": "Electricity", "period_start": date(2025, 1, 1), "period_end": date(2025, 3, 31)}
    enter_record(actor=cast.monitor, record=TrainingReturn(**usual), source=source())
    again = TrainingReturn(**usual | given)
    if not is_refused:
        again.clean()
        return
    with pytest.raises(ValidationError) as refusal:
        again.clean()
    assert [*refusal.value.message_dict] == ["period_start"]
    assert "tells some of the same days" in refusal.value.messages[0]


def shown_of(rows: list[TrainingFact], covered: Any = (), words: Any = ()) -> list[tuple[str, str, str, list[str]]]:
    """What the page shows of some returns."""
    document: Any = SimpleNamespace(facts=facts(training=rows), covered=covered, rows=lambda _kind, _name: words)
    shown: Any = show(document)
    return [
        (row.name, row.about, row.voice, [text for _heading, text in texts])
        for row, texts in (shown["rows"] if shown else ())
    ]


def a_return(**said: Any) -> TrainingFact:
    usual: dict[str, Any] = {"record": "training-return/1", "provider": "Minera Sami", "form": "scholarship"}
    days = {"period_start": day("2025-01-01"), "period_end": day("2025-12-31"), "voice": "company"}
    return TrainingFact(**(usual | days | said))


def test_a_seat_is_nobody_who_finished_and_what_nobody_says_is_said_not_to_be_known() -> None:
    words = [TrainingWords(record="training-return/1", subject="Geology")]
    about = "Scholarship, Minera Sami, 1 January 2025 – 31 December 2025"
    assert shown_of([a_return(seats=8)], words=words) == [
        ("Geology", about, "company", ["8", *["We don’t know"] * 5]),
    ]
    assert shown_of([a_return(seats=8)])[0][0] == "Its name is not public"
    assert not shown_of([])


@pytest.mark.parametrize("seats", [1, 2, 3, 20])
def test_neither_seats_nor_hours_are_shown_where_they_would_tell_how_few_people_finished(seats: int) -> None:
    few = a_return(seats=seats, hours=Decimal(90), completed=1, women_completed=1, local_completed=1, hired_completed=0)
    left, covered = cover(facts(training=[few]), {})
    [row] = left[TrainingFact]
    assert (row.seats, row.hours, row.completed, row.women_completed) == (None, None, None, None)
    texts = shown_of([row], covered)[0][3]
    assert texts[:3] == ["Not shown: it would tell on fewer than five people."] * 3
    assert texts[-1] == "Not shown: it would tell on fewer than five people."


def test_a_course_that_many_people_finished_shows_its_seats_and_hours() -> None:
    many = a_return(seats=24, hours=Decimal(1140), completed=19, women_completed=7)
    left, covered = cover(facts(training=[many]), {})
    assert not covered
    assert shown_of([*left[TrainingFact]])[0][3] == ["24", "19", "7", "We don’t know", "We don’t know", "1,140"]


@pytest.mark.django_db(databases=["default", "public"])
def test_who_finished_stands_in_public_and_fewer_than_five_people_do_not(client: Client) -> None:
    cast = gather_cast()
    mine = open_mine(cast.monitor, cast.company).project
    across: dict[str, Any] = {"period_start": date(YEAR - 1, 8, 1), "period_end": date(YEAR, 7, 31)}
    few = TrainingReturn(
        project=mine, provider=cast.company, form="apprenticeship", subject="Electricity", completed=14, **across
    )
    few.women_completed, few.seats, few.hours = 3, 20, Decimal(300)
    enter_record(actor=cast.monitor, record=few, source=source(audience="organisations"))
    three = TrainingReturn(
        project=mine, provider=cast.company, form="scholarship", subject="Law", completed=3, **across
    )
    three.seats, three.hours = 4, Decimal(90)
    enter_record(actor=cast.monitor, record=three, source=source(audience="organisations"))
    publication = published(cast, produced(mine))
    for language, heading in (("en", "What people could learn"), ("es", "Lo que se pudo aprender")):
        page = client.get(f"/{language}/projects/{mine.slug}/work/").content.decode()
        assert heading in page
        assert "Electricity" not in page, "its source is for organisations"
    rows = client.get(f"/en/projects/{mine.slug}/{YEAR}/training.csv").content.decode().splitlines()
    told = {line.split(",")[4]: line.split(",")[8:14] for line in rows[1:]}
    assert told["course"] == ["24", "19", "7", "12", "6", "1140"]
    hidden = "Not shown: it would tell on fewer than five people."
    assert told["apprenticeship"] == ["20", "14", hidden, "", "", "300"], "seats and hours tell nothing of the women"
    assert told["scholarship"] == [hidden, hidden, "", "", "", hidden]
    [sealed] = [one for one in publication.content["facts"]["training"] if one["form"] == "apprenticeship"]
    assert (sealed["completed"], sealed["women_completed"]) == (14, None)
