"""Conditions that are due some days before a phase: the day follows from the phases on record."""

from datetime import date
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.test import Client

from accounts.models import AuditEntry
from compliance.evaluation.facts import ConditionFact
from compliance.evaluation.gathering import Scope, gather
from config.start.tasks import conditions_to_move
from projects.kinds import KINDS_OF_RECORD
from projects.models import AssessmentCondition, PhasePeriod, Source
from projects.services.withdrawal import restore_record, withdraw_record
from tests.cast import Cast, Mine, enter, gather_cast, open_mine
from tests.projects.intake_help import confirm, map_columns, upload

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


def test_a_condition_waits_without_a_day_for_a_phase_that_is_not_on_record(cast: Cast, mine: Mine) -> None:
    form = filled_in(cast, mine, **BEFORE_CLOSURE)
    assert form.is_valid(), form.errors
    assert form.instance.due_on is form.instance.first_due_on is None
    form = filled_in(cast, mine, **BEFORE_CLOSURE, due_on="2029-05-05")
    assert form.is_valid()
    assert form.instance.due_on == date(2029, 5, 5)


@pytest.mark.parametrize(
    "typed",
    [
        {},
        BEFORE_CLOSURE | {"first_due_on": "2029-05-05"},
        BEFORE_CLOSURE
        | {
            "later_day_agreed_by": "authority",
            "later_day_known_by": "letter",
            "later_day_agreed_on": "2025-05-05",
            "later_day_document": "Letter 5",
        },
    ],
)
def test_only_what_waits_for_a_phase_and_was_never_moved_has_no_day(
    cast: Cast, mine: Mine, typed: dict[str, str]
) -> None:
    assert codes(filled_in(cast, mine, **typed)) == {"due_on": ["what_waits_for_a_phase_alone_has_no_day"]}


def waiting(cast: Cast, mine: Mine) -> AssessmentCondition:
    """A condition that is due 60 days before closure, which is not on record."""
    study = mine.records["assessments"]
    row = AssessmentCondition(assessment=study, description="Post it", before_phase="closure", days_before=60)
    return enter(cast.monitor, row)  # type: ignore[no-any-return]


def days_of(condition: AssessmentCondition) -> tuple[date | None, date | None]:
    condition.refresh_from_db()
    return condition.due_on, condition.first_due_on


def closing(mine: Mine, on: date) -> PhasePeriod:
    PhasePeriod.objects.filter(project=mine.project, phase="operation").update(ends_on=on)
    return PhasePeriod(project=mine.project, phase="closure", starts_on=on)


def test_what_waits_is_due_once_its_phase_is_on_record_and_its_history_says_why(cast: Cast, mine: Mine) -> None:
    condition, other = waiting(cast, mine), waiting(cast, open_mine(cast.monitor, cast.company, "Other"))
    enter(cast.monitor, closing(mine, date(2030, 3, 1)))
    assert days_of(condition) == (date(2029, 12, 31), date(2029, 12, 31))
    assert days_of(other) == (None, None)
    entry = AuditEntry.objects.filter(object_id=condition.pk, verb="amended").get()
    assert entry.actor == cast.monitor
    assert entry.changes["due_on"] == [None, "2029-12-31"]
    assert "Closure" in entry.reason
    assert Source.objects.get(pk=condition.source_id).revision == 2
    assert not conditions_to_move(cast.monitor).exists()


def test_what_waits_is_due_once_the_withdrawal_of_its_phase_is_taken_back(cast: Cast, mine: Mine) -> None:
    condition = waiting(cast, mine)
    phase = enter(cast.monitor, closing(mine, date(2030, 3, 1)))
    withdraw_record(actor=cast.monitor, record=phase, reason="By mistake")
    other = waiting(cast, mine)
    assert days_of(other) == (None, None)
    restore_record(actor=cast.monitor, record=phase, reason="It was right")
    assert days_of(other)[0] == date(2029, 12, 31)
    assert days_of(condition)[0] == date(2029, 12, 31)


def test_whoever_entered_what_waits_moves_it_where_the_phase_came_another_way(cast: Cast, mine: Mine) -> None:
    condition = waiting(cast, mine)
    phase = closing(mine, date(2030, 3, 1))
    phase.source = Source.objects.create(voice="monitor", entered_by=cast.monitor)
    phase.save()
    assert [row.pk for row in conditions_to_move(cast.monitor)] == [condition.pk]


def test_an_imported_phase_gives_its_day_to_what_waits(cast: Cast, mine: Mine) -> None:
    condition = waiting(cast, mine)
    PhasePeriod.objects.filter(project=mine.project).update(ends_on=date(2030, 3, 1))
    file = f"project,phase,from\n{mine.project.name},closure,2030-03-01\n"
    confirm(cast.monitor, map_columns(cast.monitor, upload(cast.monitor, "rows.csv", file.encode(), "phases")))
    assert days_of(condition)[0] == date(2029, 12, 31)


def test_the_day_that_came_later_is_the_first_one_and_stays(cast: Cast, mine: Mine) -> None:
    condition = waiting(cast, mine)
    enter(cast.monitor, closing(mine, date(2030, 3, 1)))
    condition.refresh_from_db()
    condition.first_due_on = date(2030, 1, 1)
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        condition.save()


def test_what_waits_is_no_fact_in_any_year(cast: Cast, mine: Mine) -> None:
    condition = waiting(cast, mine)
    key = mine.project.pk
    known = gather(Scope(frozenset({(key, 2025), (key, 2031)}), date(2032, 1, 1)))
    for facts in known.values():
        assert f"condition/{condition.pk}" not in {row.record for row in facts[ConditionFact]}


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


def test_lists_and_pages_say_before_which_phase_it_is_due_and_nothing_of_it_where_it_is_due_by_a_day(
    client: Client, cast: Cast, mine: Mine
) -> None:
    client.force_login(cast.monitor)
    condition, by_day = waiting(cast, mine), mine.records["conditions"]
    address = f"/en/work/projects/{mine.project.slug}/conditions/"
    rows = {row: cells for _url, row, cells in client.get(address).context["rows"]}
    said = {row.pk: {str(cell.heading): cell.value for cell in cells}["Before a phase"] for row, cells in rows.items()}
    assert said == {condition.pk: "60 days before this phase begins: Closure and reclamation", by_day.pk: "–"}
    headings = [
        {heading for heading, _value in client.get(f"{address}{pk}/").context["values"]}
        for pk in (condition.pk, by_day.pk)
    ]
    assert [("due before this phase begins" in found) for found in headings] == [True, False]
    assert all("condition that it replaces" not in found for found in headings)
