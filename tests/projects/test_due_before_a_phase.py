"""Conditions that are due some days before a phase: the day follows from the phases on record."""

from datetime import date
from typing import Any

import pytest
from django.test import Client

from config.start.tasks import conditions_to_move
from projects.kinds import KINDS_OF_RECORD
from projects.models import AssessmentCondition, PhasePeriod
from tests.cast import Cast, Mine, enter, gather_cast, open_mine

BEFORE_CLOSURE = {"before_phase": "closure", "days_before": "60"}


@pytest.fixture
def cast(db: None) -> Cast:
    """Everybody."""
    return gather_cast()


@pytest.fixture
def mine(cast: Cast) -> Mine:
    """A mine in operation since 2021."""
    return open_mine(cast.monitor, cast.company)


@pytest.fixture
def closure(cast: Cast, mine: Mine) -> PhasePeriod:
    """The phase that follows, on the first of March 2030."""
    PhasePeriod.objects.filter(project=mine.project).update(ends_on=date(2030, 3, 1))
    return enter(cast.monitor, PhasePeriod(project=mine.project, phase="closure", starts_on=date(2030, 3, 1)))  # type: ignore[no-any-return]


def filled_in(cast: Cast, mine: Mine, **typed: Any) -> Any:
    given = {"assessment": mine.records["assessments"].pk, "description": "Post the guarantee"} | typed
    return KINDS_OF_RECORD["conditions"].form(given, actor=cast.monitor, project=mine.project)


def codes(form: Any) -> dict[str, list[str]]:
    return {name: [one.code for one in found] for name, found in form.errors.as_data().items()}


@pytest.mark.parametrize("typed", [{}, {"due_on": "2029-05-05"}])
def test_the_day_is_so_many_days_before_the_phase_begins_whatever_was_typed(
    cast: Cast, mine: Mine, closure: PhasePeriod, typed: dict[str, str]
) -> None:
    form = filled_in(cast, mine, **BEFORE_CLOSURE, **typed)
    assert form.is_valid(), form.errors
    assert form.instance.due_on == form.instance.first_due_on == date(2029, 12, 31)


def test_while_the_phase_is_not_on_record_somebody_says_the_day(cast: Cast, mine: Mine) -> None:
    assert codes(filled_in(cast, mine, **BEFORE_CLOSURE)) == {"due_on": ["required"]}
    assert codes(filled_in(cast, mine)) == {"due_on": ["required"]}
    form = filled_in(cast, mine, **BEFORE_CLOSURE, due_on="2029-05-05")
    assert form.is_valid()
    assert form.instance.due_on == date(2029, 5, 5)


@pytest.mark.parametrize("typed", [{"before_phase": "closure"}, {"days_before": "60"}])
def test_a_phase_and_the_days_before_it_are_said_together(cast: Cast, mine: Mine, typed: dict[str, str]) -> None:
    assert codes(filled_in(cast, mine, due_on="2029-05-05", **typed)) == {
        "days_before": ["days_before_are_before_a_phase"]
    }


def test_whoever_entered_it_is_asked_to_move_it_once_the_phase_begins_on_another_day(
    client: Client, cast: Cast, mine: Mine, closure: PhasePeriod
) -> None:
    client.force_login(cast.monitor)
    study = mine.records["assessments"]
    condition = AssessmentCondition(assessment=study, description="Post it", before_phase="closure", days_before=60)
    enter(cast.monitor, condition)
    assert not conditions_to_move(cast.monitor).exists()
    PhasePeriod.objects.filter(pk=closure.pk).update(starts_on=date(2030, 4, 1))
    assert [row.pk for row in conditions_to_move(cast.monitor)] == [condition.pk]
    assert not conditions_to_move(cast.stranger).exists()
    assert f"conditions/{condition.pk}/amend/" in client.get("/en/work/").content.decode()
    condition.clean()
    condition.save()
    assert (condition.due_on, condition.first_due_on) == (date(2030, 1, 31), date(2029, 12, 31))
    assert not conditions_to_move(cast.monitor).exists()
