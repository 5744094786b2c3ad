"""The night asks for what a day that passed has changed, however many nights were missed, and for everything once a week."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Job, RegularWork
from accounts.services import jobs
from accounts.services.regular import promise_regular_work
from communities.models import Commitment
from compliance.evaluation.facts import TABLES
from compliance.evaluation.gathering import Scope, gather, model_of
from compliance.models import Scorecard, ScorecardHead
from compliance.services.nights import NIGHT, NIGHTS, pairs_due, pairs_in_turn
from compliance.services.production import reporting_pairs
from projects.models import AssessmentCondition, Project
from projects.models.columns import DayColumn
from projects.models.records import EVALUATE
from projects.services.records import OF_THE_NIGHT
from tests.cast import Cast, Mine, employment, enter, listed, obligation, open_mine, produced
from tests.cast import mine as mine_of

pytestmark = pytest.mark.django_db
A_DAY = timedelta(days=1)
KNOWN_AT_ONCE = {
    ("employment", "exonerated_until"),
    ("closure-guarantees", "stands_until"),
    ("stakes", "carried_until"),
    ("disclosures", "period_end"),
    ("expected", "period_start"),
    ("accords", "ends_on"),
    ("accord-promises", "due_by"),
    ("financings", "ends_on"),
    ("expected", "period_end"),
    *((table, day) for table in ("stakes", "holdings") for day in ("starts_on", "ends_on")),
    ("agreed-shares", "ends_on"),
    ("participation-events", "planned_for"),
    ("assessments", "valid_until"),
    ("conditions", "until"),
    ("inspection-findings", "correct_by"),
    ("sanctions", "carry_out_by"),
    ("foreign-posts", "follows_by"),
    ("supplier-calls", "opens_on"),
    ("supplier-calls", "closes_on"),
    *(("shared-works", day) for day in ("planned_from", "planned_until")),
}
"""Days that may lie ahead and are compared with other days of the facts alone, never with the day of today."""


@pytest.fixture(autouse=True)
def today(monkeypatch: pytest.MonkeyPatch) -> date:
    """The day of the tests, in the middle of a year to come, in which the roles of the cast hold."""
    day = date(timezone.localdate().year + 1, 6, 15)
    monkeypatch.setattr(timezone, "localdate", lambda *_moment, **_zone: day)
    return day


def due(cast: Cast, own: Mine, kind: str, day: date) -> Any:
    """A record of a kind that falls due on a day."""
    if kind == "obligations":
        return obligation(cast.monitor, own.project, own.community, day)
    if kind == "conditions":
        study = own.records["assessments"]
        return enter(cast.monitor, AssessmentCondition(assessment=study, description="A fence", due_on=day))
    return enter(cast.monitor, Commitment(agreement=own.agreement, description="A road", due_on=day))


def last_look(day: date) -> None:
    """As if the night had looked last on that day, and nothing waited."""
    RegularWork.objects.update_or_create(kind=NIGHT, defaults={"done_up_to": day})
    Job.objects.all().delete()


def promised_by_night() -> set[str]:
    """What the night promises, when the dispatcher has rung for it."""
    promise_regular_work()
    jobs.run(str(Job.objects.get(kind=NIGHT, state=Job.State.WAITING).pk))
    assert Job.objects.get(kind=NIGHT).state == Job.State.DONE
    return set(Job.objects.filter(kind=EVALUATE).values_list("subject", flat=True))


def in_turn_tonight(project: Project, day: date) -> bool:
    """Whether everything of a project is judged again in this night in any case."""
    return project.pk % NIGHTS == day.toordinal() % NIGHTS


@pytest.mark.parametrize("kind", ["obligations", "conditions", "commitments"])
def test_what_fell_due_is_asked_for_in_the_night_after_its_day_and_in_no_other(
    cast: Cast, mine: Mine, kind: str, today: date
) -> None:
    record = due(cast, mine, kind, today)
    pair = (mine.project.pk, today.year)
    assert pairs_due(today, today) == set()
    assert pairs_due(today - A_DAY, today) == set()
    assert pairs_due(today, today + A_DAY) == {pair}
    assert pairs_due(today + A_DAY, today + 2 * A_DAY) == set()
    type(record).objects.filter(pk=record.pk).update(withdrawn_at=timezone.now())
    assert pairs_due(today, today + A_DAY) == set()


def test_the_first_day_of_what_was_moved_is_a_due_day_too(cast: Cast, mine: Mine, today: date) -> None:
    record = due(cast, mine, "obligations", today)
    type(record).objects.filter(pk=record.pk).update(due_on=today + 9 * A_DAY)
    assert pairs_due(today, today + A_DAY) == {(mine.project.pk, today.year)}


@pytest.mark.parametrize("kind", ["obligations", "conditions", "commitments"])
@pytest.mark.promise("nights")
def test_facts_change_by_a_day_that_passes_only_where_the_night_asks(
    cast: Cast, mine: Mine, kind: str, today: date
) -> None:
    """From day to day, through days on which something falls due and others."""
    due(cast, mine, kind, today + 2 * A_DAY)
    listed(cast.monitor, mine.project, kind, year=today.year)
    pairs = frozenset(reporting_pairs({mine.project.pk}))
    changed = []
    for number in range(5):
        on = today + number * A_DAY
        before, after = gather(Scope(pairs, on)), gather(Scope(pairs, on + A_DAY))
        found = {pair for pair in pairs if before[pair] != after[pair]}
        first = {(project, min(year for key, year in found if key == project)) for project, _year in found}
        assert first == pairs_due(on, on + A_DAY)
        changed += [number] if found else []
    assert changed == [2]


def test_each_day_that_may_lie_ahead_is_a_due_day_of_its_table_or_known_at_once() -> None:
    """Who adds such a column says which: else what it changes would wait for the weekly look."""
    ahead = {
        (known.name, column.name)
        for table, known in TABLES.items()
        for column in model_of(table)._meta.concrete_fields
        if isinstance(column, DayColumn) and not column.happened
    }
    declared = {(TABLES[table].name, day) for table in TABLES for day in table.days}
    assert declared | KNOWN_AT_ONCE == ahead
    assert not declared & KNOWN_AT_ONCE


def test_due_days_are_found_by_index() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename, indexdef FROM pg_indexes WHERE schemaname = 'public'")
        found = cursor.fetchall()
    for one, day in ((table, day) for table in TABLES for day in table.days):
        name = model_of(one)._meta.db_table
        assert any(of == name and f" btree ({day})" in words for of, words in found), (name, day)


def test_the_number_of_queries_is_the_same_for_one_mine_and_for_several(cast: Cast, mine: Mine, today: date) -> None:
    def queries() -> tuple[int, int]:
        with CaptureQueriesContext(connection) as found:
            asked = pairs_due(today, today + A_DAY) | pairs_in_turn(today - NIGHTS * A_DAY, today)
        return len(asked), len(found)

    due(cast, mine, "obligations", today)
    one = queries()
    for number in range(4):
        due(cast, open_mine(cast.monitor, cast.company, f"Mine {number}"), "obligations", today)
    several = queries()
    assert several[0] > one[0]
    assert several[1] == one[1]


@pytest.mark.promise("nights")
def test_nights_that_were_missed_are_made_good_at_the_next(cast: Cast, mine: Mine, today: date) -> None:
    due(cast, mine, "obligations", today - 3 * A_DAY)
    last_look(today - 3 * A_DAY)
    assert f"project/{mine.project.pk}/{(today - 3 * A_DAY).year}" in promised_by_night()
    assert RegularWork.objects.get(kind=NIGHT).done_up_to == today


def test_a_night_asks_for_nothing_where_nothing_fell_due(cast: Cast, mine: Mine, today: date) -> None:
    due(cast, mine, "obligations", today - 5 * A_DAY)
    due(cast, mine, "obligations", today + 5 * A_DAY)
    last_look(today - A_DAY)
    asked = promised_by_night()
    assert bool(asked) == in_turn_tonight(mine.project, today)


def test_a_night_is_done_once_and_not_promised_while_it_is_on_its_way(today: date) -> None:
    last_look(today - A_DAY)
    promise_regular_work()
    promise_regular_work()
    assert Job.objects.filter(kind=NIGHT).count() == 1
    Job.objects.filter(kind=NIGHT).update(attempts=3, error="it failed")
    promise_regular_work()
    assert Job.objects.get(kind=NIGHT).attempts == 3
    last_look(today)
    promise_regular_work()
    assert not Job.objects.filter(kind=NIGHT).exists()


def test_within_a_week_everything_is_asked_for_once_from_its_first_year_on(cast: Cast, mine: Mine, today: date) -> None:
    employment(cast.monitor, mine.project, today.year - 4)
    others = [mine_of(cast.monitor, f"Mine {number}", operator=cast.company) for number in range(8)]
    for other in others:
        employment(cast.monitor, other)
    nights = [pairs_in_turn(today - A_DAY * (back + 1), today - A_DAY * back) for back in range(NIGHTS)]
    asked = [pair for night in nights for pair in night]
    assert len(asked) == len(set(asked)) == 1 + len(others)
    assert (mine.project.pk, today.year - 4) in asked
    assert max(len(night) for night in nights) == 2
    assert pairs_in_turn(today - 3 * A_DAY, today) == nights[0] | nights[1] | nights[2]
    assert pairs_in_turn(today - 30 * A_DAY, today) == set(asked)
    assert pairs_in_turn(today, today) == set()


def test_the_first_night_looks_at_everything_behind_what_people_wait_for(cast: Cast, mine: Mine) -> None:
    RegularWork.objects.all().delete()
    Job.objects.all().delete()
    first = min(year for _project, year in reporting_pairs({mine.project.pk}))
    assert f"project/{mine.project.pk}/{first}" in promised_by_night()
    assert set(Job.objects.filter(kind=EVALUATE).values_list("priority", flat=True)) == {OF_THE_NIGHT}


def test_a_year_that_began_is_asked_for_where_something_is_recorded_of_it(cast: Cast, mine: Mine, today: date) -> None:
    pair = (mine.project.pk, today.year)
    new_year = date(today.year, 1, 1)
    assert pair not in pairs_due(new_year - A_DAY, new_year)
    listed(cast.monitor, mine.project, "commitments", year=today.year)
    assert pair in pairs_due(new_year - A_DAY, new_year)
    assert pair not in pairs_due(new_year, new_year + A_DAY)


def test_what_is_open_in_the_running_year_is_counted_anew_after_a_month(
    cast: Cast, mine: Mine, today: date, monkeypatch: pytest.MonkeyPatch
) -> None:
    pair = (mine.project.pk, today.year)
    card = produced(mine.project, today.year)
    kept: Callable[[date], Scorecard] = lambda as_of: Scorecard.objects.create(  # noqa: E731
        project=mine.project,
        year=today.year,
        framework=card.framework,
        facts_text=card.facts_text,
        facts_sha256=f"{as_of}",
        as_of=as_of,
        judgement_text=card.judgement_text,
    )
    for days, asked in ((30, set()), (31, {pair})):
        ScorecardHead.objects.filter(project=mine.project, year=today.year).update(scorecard=kept(today - days * A_DAY))
        assert pairs_due(today, today) == asked
