"""The day on which something was first due stays, whoever moves it and wherever; a later one says who agreed to it."""

from __future__ import annotations

import csv
import importlib
import io
import json
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.test import Client

from compliance.evaluation.facts import (
    TABLES,
    CommitmentFact,
    ConditionFact,
    DueRow,
    Facts,
    ObligationFact,
    PaymentFact,
)
from compliance.evaluation.gathering import Scope, gather
from compliance.models import PolicyFramework
from compliance.services.production import reporting_pairs
from compliance.services.publications import find_flaws
from compliance.services.reviews import choose_rules
from projects.first_days import first_day_from_history
from projects.kinds import KINDS_OF_RECORD
from projects.models import Project
from projects.models.due import LATER_DAY, DueRecord
from projects.services.records import amend_record
from tests.cast import YEAR, Cast, Mine, enter, gather_cast, open_mine, produced, published, source
from tests.compliance.evaluation.test_games import VERSIONS
from tests.projects.intake_help import codes, confirm, map_columns, upload

KINDS = ("obligations", "commitments", "conditions")
TABLE_OF: dict[str, type[DueRow]] = {
    "obligations": ObligationFact,
    "commitments": CommitmentFact,
    "conditions": ConditionFact,
}
NOW, BEFORE = VERSIONS[5].looks_at, VERSIONS[4].looks_at
LATER = date(YEAR + 1, 1, 1)
LONG_AFTER = date(YEAR + 2, 6, 1)
BY_AUTHORITY: dict[str, Any] = {
    "later_day_agreed_by": "authority",
    "later_day_known_by": "letter",
    "later_day_agreed_on": date(YEAR, 4, 1),
    "later_day_document": "Letter 7",
}

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    """Everybody."""
    return gather_cast()


@pytest.fixture
def own(cast: Cast) -> Mine:
    """A mine that the monitor follows, with a record of every kind."""
    return open_mine(cast.monitor, cast.company)


def move(cast: Cast, record: Any, to: date, **agreement: Any) -> Any:
    """Let the monitor amend the day of a record."""
    record.due_on = to
    for name, value in agreement.items():
        setattr(record, name, value)
    said = record.source
    amend_record(actor=cast.monitor, record=record, source=said, revision=said.revision, reason="It was moved.")
    return record


def facts_of(mine: Project, year: int, looks_at: Any = NOW, on: date = LONG_AFTER) -> Facts:
    """What rules see of a mine in a year."""
    return gather(Scope(frozenset({(mine.pk, year)}), on))[mine.pk, year].seen_by(looks_at)


# What is kept


@pytest.mark.parametrize("kind", KINDS)
def test_the_first_day_is_the_one_of_the_entry_and_stays_when_the_day_is_moved(
    cast: Cast, own: Mine, kind: str
) -> None:
    record = own.records[kind]
    first = record.due_on
    assert record.first_due_on == first
    move(cast, record, LATER)
    record.refresh_from_db()
    assert (record.first_due_on, record.due_on) == (first, LATER)


@pytest.mark.parametrize("kind", KINDS)
def test_postgresql_refuses_another_first_day_and_none(own: Mine, kind: str) -> None:
    record = own.records[kind]
    rows = type(record)._base_manager.filter(pk=record.pk)
    for day in (LATER, None):
        with pytest.raises(IntegrityError, match="first agreed is never changed"), transaction.atomic():
            rows.update(first_due_on=day)
    assert rows.update(due_on=LATER) == 1
    assert rows.get().first_due_on == record.first_due_on


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "agreement",
    [
        {"later_day_agreed_by": "authority"},
        BY_AUTHORITY | {"later_day_agreed_by": ""},
        BY_AUTHORITY | {"later_day_known_by": ""},
        BY_AUTHORITY | {"later_day_agreed_on": None},
        BY_AUTHORITY | {"later_day_document": ""},
        BY_AUTHORITY | {"later_day_agreed_by": "community", "later_day_known_by": "public", "later_day_document": ""},
    ],
)
def test_postgresql_refuses_an_agreement_that_does_not_say_who_how_and_when(
    own: Mine, kind: str, agreement: dict[str, Any]
) -> None:
    record = own.records[kind]
    rows = type(record)._base_manager.filter(pk=record.pk)
    with pytest.raises(IntegrityError, match="violates check constraint"), transaction.atomic():
        rows.update(due_on=LATER, **agreement)
    assert rows.update(due_on=LATER, **BY_AUTHORITY) == 1


def test_a_community_moves_no_condition_of_a_study(own: Mine) -> None:
    agreed = BY_AUTHORITY | {"later_day_agreed_by": "community"}
    for kind, refused in (("conditions", True), ("commitments", False)):
        record = own.records[kind]
        rows = type(record)._base_manager.filter(pk=record.pk)
        if refused:
            with pytest.raises(IntegrityError, match="only_an_authority_moves_a_condition"), transaction.atomic():
                rows.update(**agreed)
        else:
            assert rows.update(**agreed) == 1


@pytest.mark.parametrize("kind", KINDS)
def test_an_agreement_to_one_day_is_none_to_a_later_one(cast: Cast, own: Mine, kind: str) -> None:
    record = move(cast, own.records[kind], LATER, **BY_AUTHORITY)
    with pytest.raises(ValidationError) as refused:
        move(cast, record, LATER + timedelta(1))
    assert [one.code for one in refused.value.error_dict["later_day_agreed_on"]] == ["a_later_day_is_agreed_anew"]
    rows = type(record)._base_manager.filter(pk=record.pk)
    with pytest.raises(IntegrityError, match="say anew who agreed"), transaction.atomic():
        rows.update(due_on=LATER + timedelta(1))
    record.refresh_from_db()
    move(cast, record, LATER - timedelta(1))
    move(cast, record, LATER + timedelta(1), later_day_document="Letter 8")
    assert rows.get().due_on == LATER + timedelta(1)


def filled_in(model: type[DueRecord]) -> dict[int, date]:
    """The first day that the migration gives each row, as it finds them: in a copy without first days."""
    table, (app, name) = model._meta.db_table, model._meta.label_lower.split(".")
    with connection.cursor() as cursor:
        rows = f"SELECT id, due_on, NULL::date AS first_due_on FROM {table}"  # noqa: S608
        cursor.execute(f"CREATE TEMPORARY TABLE {table} ON COMMIT DROP AS {rows}")
        cursor.execute(str(first_day_from_history(app, name).sql))
        cursor.execute(f"SELECT id, first_due_on FROM {table}")  # noqa: S608
        found = dict(cursor.fetchall())
        cursor.execute(f"DROP TABLE pg_temp.{table}")
    return found


@pytest.mark.parametrize("kind", KINDS)
def test_what_was_on_record_before_gets_the_oldest_day_of_its_history(cast: Cast, own: Mine, kind: str) -> None:
    record = own.records[kind]
    first = record.due_on
    move(cast, record, LATER)
    move(cast, record, LATER + timedelta(1))
    assert filled_in(type(record)) == {record.pk: first}


def test_what_has_no_entry_in_its_history_gets_the_day_of_its_first_change_or_of_today(cast: Cast, own: Mine) -> None:
    """As rows that were loaded by hand."""
    assessment, model = own.records["assessments"], type(own.records["conditions"])
    silent, moved = (model(assessment=assessment, description=name, due_on=LATER) for name in ("A fence", "A road"))
    for record in (silent, moved):
        record.source = source(entered_by=cast.monitor, entered_for=cast.ngo)
        record.source.save()
        record.save()
    move(cast, moved, LATER + timedelta(1))
    found = filled_in(model)
    assert (found[silent.pk], found[moved.pk]) == (LATER, LATER)


def test_every_record_with_a_due_day_keeps_its_first_day() -> None:
    due = {kind.code for kind in KINDS_OF_RECORD.values() if any(c.name == "due_on" for c in kind.model._meta.fields)}
    assert due == set(KINDS)
    assert all(issubclass(KINDS_OF_RECORD[code].model, DueRecord) for code in due)
    for app, name in (("projects", "0024_first_days_stay"), ("communities", "0020_first_days_stay")):
        assert importlib.import_module(f"{app}.migrations.{name}")


# What rules see


@pytest.mark.parametrize("kind", KINDS)
def test_a_row_that_was_moved_to_the_next_year_stays_in_its_first_year_and_escapes_neither(
    cast: Cast, own: Mine, kind: str
) -> None:
    record, table = own.records[kind], TABLE_OF[kind]
    if kind == "commitments":
        record.community_says, record.confirmed_on = "not_fulfilled", None
    first = record.due_on
    move(cast, record, LATER)
    [here] = facts_of(own.project, YEAR)[table]
    assert (here.falls_due, here.due_on, here.carried) == (first, LATER, False)
    assert not facts_of(own.project, YEAR, BEFORE)[table]
    [by_later_day] = facts_of(own.project, YEAR + 1, BEFORE)[table]
    assert (by_later_day.due_on, by_later_day.first_due_on, by_later_day.carried) == (LATER, None, False)
    next_year = facts_of(own.project, YEAR + 1)[table]
    if kind == "obligations":  # it was paid in full, so nothing is left to carry
        assert next_year == ()
    else:
        assert [row.carried for row in next_year] == [kind == "commitments"]
        assert [row.falls_due for row in next_year] == [first]


def test_payments_follow_the_sum_that_they_settle(cast: Cast, own: Mine) -> None:
    move(cast, own.obligation, LATER)
    [here] = facts_of(own.project, YEAR)[PaymentFact]
    assert (here.obligation, here.carried) == (f"obligation/{own.obligation.pk}", False)
    assert not facts_of(own.project, YEAR, BEFORE)[PaymentFact]
    assert not facts_of(own.project, YEAR + 1)[PaymentFact]
    assert len(facts_of(own.project, YEAR + 1, BEFORE)[PaymentFact]) == 1


@pytest.mark.parametrize("kind", KINDS)
def test_a_row_whose_later_day_was_agreed_is_in_the_year_of_that_day(cast: Cast, own: Mine, kind: str) -> None:
    first = own.records[kind].due_on
    move(cast, own.records[kind], LATER, **BY_AUTHORITY)
    assert not facts_of(own.project, YEAR)[TABLE_OF[kind]]
    [there] = facts_of(own.project, YEAR + 1)[TABLE_OF[kind]]
    assert (there.falls_due, there.first_due_on, there.later_day_counts) == (LATER, first, True)


@pytest.mark.parametrize("kind", KINDS)
def test_what_was_due_before_today_does_not_vanish_by_a_day_to_come(cast: Cast, own: Mine, kind: str) -> None:
    record = own.records[kind]
    on = record.due_on + timedelta(1)
    move(cast, record, date(YEAR, 12, 31))
    assert len(facts_of(own.project, YEAR, on=on)[TABLE_OF[kind]]) == 1
    assert not facts_of(own.project, YEAR, on=on - timedelta(1))[TABLE_OF[kind]]
    assert not facts_of(own.project, YEAR, BEFORE, on=on)[TABLE_OF[kind]]
    assert len(facts_of(own.project, YEAR, BEFORE)[TABLE_OF[kind]]) == 1


def test_rows_that_nobody_moved_spell_what_they_spelled_before(own: Mine) -> None:
    known = facts_of(own.project, YEAR).to_json()
    assert known == facts_of(own.project, YEAR, BEFORE).to_json()
    new = {"first_due_on", "placed_by", "later_day_agreed_by", "later_day_known_by"}
    for kind in KINDS:
        [row] = known[TABLES[TABLE_OF[kind]].name]
        assert not new & row.keys()


def test_the_year_in_which_something_was_first_due_is_reported_on(cast: Cast, own: Mine) -> None:
    record = enter(
        cast.monitor,
        type(own.records["conditions"])(
            assessment=own.records["assessments"], description="A fence", due_on=date(YEAR - 3, 5, 1)
        ),
    )
    assert (own.project.pk, YEAR - 3) in reporting_pairs({own.project.pk})
    move(cast, record, date(YEAR, 5, 1))
    assert (own.project.pk, YEAR - 3) in reporting_pairs({own.project.pk})
    assert record.concerned_years() == [YEAR - 3, YEAR]


# Forms, files and pages


def url(own: Mine, kind: str, *more: object) -> str:
    """A page of one kind of record."""
    return f"/en/work/projects/{own.project.slug}/{kind}/" + "".join(f"{part}/" for part in more)


def typed(own: Mine, kind: str, client: Client) -> dict[str, Any]:
    """What the form of a record shows, as it would be sent."""
    record = own.records[kind]
    form = client.get(url(own, kind, record.pk, "amend")).context["form"]
    values = {name: form.initial.get(name) for name in form.fields}
    given = {name: str(value) for name, value in values.items() if value not in (None, "", False)}
    return given | {"source-voice": "monitor", "source-state": "reported", "source-reference": "Field notes 12"}


@pytest.mark.parametrize("kind", KINDS)
def test_the_form_asks_for_the_first_day_once_and_says_it_where_it_is_another(
    client: Client, cast: Cast, own: Mine, kind: str
) -> None:
    client.force_login(cast.monitor)
    given = typed(own, kind, client)
    asked = client.get(url(own, kind, "add")).context["form"].fields
    assert "first_due_on" in asked
    first = own.records[kind].due_on - timedelta(10)
    answer = client.post(url(own, kind, "add"), given | {"first_due_on": first.isoformat()})
    assert answer.status_code == 302
    record: Any = KINDS_OF_RECORD[kind].model._default_manager.latest("pk")
    assert record.first_due_on == first
    amend = client.get(url(own, kind, record.pk, "amend")).context["form"]
    assert "first_due_on" not in amend.fields
    assert "First agreed for" in amend.fields["due_on"].help_text
    unmoved = client.get(url(own, kind, own.records[kind].pk, "amend")).context["form"]
    assert "First agreed for" not in unmoved.fields["due_on"].help_text
    changed = given | {"first_due_on": "2020-02-02", "source-revision": "1", "amend-reason": "It was mistyped."}
    assert client.post(url(own, kind, record.pk, "amend"), changed).status_code == 302
    record.refresh_from_db()
    assert record.first_due_on == first


@pytest.mark.parametrize("kind", ["obligations", "commitments"])
def test_nothing_was_first_agreed_before_the_agreement_was_signed(
    client: Client, cast: Cast, own: Mine, kind: str
) -> None:
    client.force_login(cast.monitor)
    given, early = typed(own, kind, client), (own.agreement.signed_on - timedelta(1)).isoformat()
    form = client.post(url(own, kind, "add"), given | {"first_due_on": early}).context["form"]
    assert set(form.errors) == {"first_due_on"}
    assert client.post(url(own, kind, "add"), given).status_code == 302


@pytest.mark.parametrize("kind", KINDS)
def test_the_form_says_at_its_fields_what_an_agreement_lacks(client: Client, cast: Cast, own: Mine, kind: str) -> None:
    client.force_login(cast.monitor)
    page, moved = url(own, kind, own.records[kind].pk, "amend"), typed(own, kind, client) | {"due_on": str(LATER)}
    moved |= {"source-revision": "1", "amend-reason": "They agreed."}
    agreed = {name: str(value) for name, value in BY_AUTHORITY.items()}
    for lacking, at in (
        ({"later_day_known_by": ""}, "later_day_known_by"),
        ({"later_day_document": ""}, "later_day_document"),
    ):
        form = client.post(page, moved | agreed | lacking).context["form"]
        assert set(form.errors) == {at}
        assert "Constraint" not in str(form.errors)
    assert client.post(page, moved | agreed).status_code == 302
    own.records[kind].refresh_from_db()
    assert own.records[kind].later_day_document == "Letter 7"


@pytest.mark.parametrize("kind", KINDS)
def test_no_day_was_first_agreed_after_the_day_of_today(client: Client, cast: Cast, own: Mine, kind: str) -> None:
    """A first day far away would let every later day pass as none."""
    client.force_login(cast.monitor)
    given = typed(own, kind, client)
    form = client.post(url(own, kind, "add"), given | {"first_due_on": "2035-12-31"}).context["form"]
    assert set(form.errors) == {"first_due_on"}


@pytest.mark.parametrize("kind", KINDS)
def test_whoever_cannot_say_who_agreed_and_moves_the_day_later_still_lets_the_agreement_go(
    own: Mine, kind: str
) -> None:
    record = own.records[kind]
    record.later_day_agreed_by, record.later_day_known_by = "authority", "letter"
    record.later_day_agreed_on, record.later_day_document = date(2025, 1, 1), "Letter 1"
    record.let_agreement_go(record.due_on)
    assert record.later_day_document == "Letter 1"
    record.let_agreement_go(record.due_on + timedelta(1))
    assert {getattr(record, name) for name in LATER_DAY} == {"", None}


@pytest.mark.parametrize("kind", ["commitments", "conditions"])
def test_a_companys_people_move_a_day_and_do_not_say_who_agreed(
    client: Client, cast: Cast, own: Mine, kind: str
) -> None:
    client.force_login(cast.operator)
    asked = client.get(url(own, kind, "add")).context["form"].fields
    assert not set(LATER_DAY) & set(asked)
    assert {"due_on", "first_due_on"} <= set(asked)
    client.force_login(cast.monitor)
    assert set(LATER_DAY) <= set(client.get(url(own, kind, "add")).context["form"].fields)


@pytest.mark.parametrize("kind", KINDS)
def test_page_list_and_table_say_the_first_day(client: Client, cast: Cast, own: Mine, kind: str) -> None:
    client.force_login(cast.monitor)
    record = own.records[kind]
    first = record.due_on
    page = url(own, kind, record.pk)
    before = dict(client.get(page).context["values"])
    assert before["first agreed for"] == first
    assert "who agreed to a later day" not in before
    move(cast, record, LATER)
    after = dict(client.get(page).context["values"])
    assert (after["first agreed for"], after["due on"]) == (first, LATER)
    assert after["who agreed to a later day"] is None
    table = client.get(url(own, kind), {"format": "csv"}).getvalue().decode("utf-8-sig")
    lines = list(csv.DictReader(io.StringIO(table)))
    assert [(line["First agreed for"], line["Due on"]) for line in lines] == [(str(first), str(LATER))]
    [(_url, _row, cells)] = client.get(url(own, kind)).context["rows"]
    assert {str(cell.heading): cell.value for cell in cells}["First agreed for"] == first


def test_an_import_takes_the_first_day_or_the_day_itself(cast: Cast, own: Mine) -> None:
    head = "project,impact assessment,what must be done,due on,first agreed for"
    row = f"{own.project.name},{own.records['assessments']}"
    file = f"{head}\n{row},Plant trees,2025-09-30,2025-06-30\n{row},Water the road,2025-10-31,\n"
    batch = confirm(
        cast.monitor, map_columns(cast.monitor, upload(cast.monitor, "rows.csv", file.encode(), "conditions"))
    )
    model = type(own.records["conditions"])
    found = model._default_manager.filter(source__import_row__batch=batch).order_by("pk")
    assert [(one.due_on, one.first_due_on) for one in found] == [
        (date(2025, 9, 30), date(2025, 6, 30)),
        (date(2025, 10, 31), date(2025, 10, 31)),
    ]


def test_an_import_says_what_an_agreement_lacks(cast: Cast, own: Mine) -> None:
    head = "project,impact assessment,what must be done,due on,first agreed for,who agreed to a later day"
    row = f"{own.project.name},{own.records['assessments']},Plant trees,2025-09-30,2025-06-30,A public authority"
    batch = map_columns(cast.monitor, upload(cast.monitor, "rows.csv", f"{head}\n{row}\n".encode(), "conditions"))
    [found] = batch.rows.all()
    assert codes(found) == {"later_day_known_by": "broken_rule", "later_day_document": "broken_rule"}


def test_the_api_shows_and_takes_the_first_day(client: Client, cast: Cast, own: Mine) -> None:
    client.force_login(cast.monitor)
    body = {
        "project": own.project.slug,
        "assessment": own.records["assessments"].pk,
        "description": "Plant trees",
        "due_on": "2025-09-30",
        "source": {"voice": "monitor"},
    }
    for key, given, first in (("a", {"first_due_on": "2025-06-30"}, "2025-06-30"), ("b", {}, "2025-09-30")):
        answer = client.post(
            "/api/v1/records/conditions/",
            json.dumps(body | given),
            content_type="application/json",
            headers={"Idempotency-Key": key},
        )
        assert answer.status_code == 201, answer.content
        shown = answer.json()
        assert (shown["due_on"], shown["first_due_on"], shown["later_day_agreed_by"]) == ("2025-09-30", first, None)


# What is published


def pages(client: Client, own: Mine) -> str:
    """The public pages of a mine on which something falls due, as they are read."""
    address = f"/en/projects/{own.project.slug}"
    read = (client.get(f"{address}/{page}/").content.decode() for page in ("promises", "oversight", "money"))
    return " ".join("".join(read).replace("\u00a0", " ").split())


def test_what_is_published_by_version_5_says_both_days_and_verifies(client: Client, cast: Cast, own: Mine) -> None:
    newest = PolicyFramework.objects.get(code="peru-recommended-policies", version=5)
    why = "The ministry asks for the newest rules from this year on."
    choose_rules(actor=cast.reviewer, scorecard=produced(own.project), framework=newest, reason=why)
    late = date(YEAR, 12, 1)
    for kind in ("commitments", "conditions"):
        move(cast, own.records[kind], late)
    move(cast, own.obligation, late, **BY_AUTHORITY)
    publication = published(cast, produced(own.project))
    text = pages(client, own)
    for day in ("1 August 2025", "1 May 2025"):
        assert f"First agreed for {day}, moved to 1 December 2025. Nothing on record shows that this was agreed" in text
    assert "First agreed for 30 June 2025, moved to 1 December 2025. The community or an authority agreed." in text
    [promise], [recipient] = publication.content["commitments"], publication.content["money"]["communities"]
    assert promise["due_on"] == "2025-08-01"
    assert promise["moved"] == {"first": "2025-08-01", "later": "2025-12-01", "counts": False}
    assert recipient["payments"][0]["due_on"] == "2025-12-01"
    assert list(find_flaws()) == []


def test_what_is_published_by_version_4_says_the_later_day_alone(client: Client, cast: Cast, own: Mine) -> None:
    for kind in KINDS:
        move(cast, own.records[kind], date(YEAR, 12, 1))
    publication = published(cast, produced(own.project))
    assert "First agreed for" not in pages(client, own)
    [promise] = publication.content["commitments"]
    assert promise["due_on"] == "2025-12-01"
    assert "moved" not in promise
    assert list(find_flaws()) == []
