"""The API reads and takes records of every kind, by the same rows, roles and rules as the pages."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import AuditEntry, IdempotentAnswer, Job
from accounts.services.audit import name_in_trail
from communities.record_kinds import SAID_BY_OTHERS
from projects.kinds import KINDS_OF_RECORD, RecordKind
from projects.models import AssessmentCondition, EmploymentReturn, OwnershipStake, Source
from projects.services.merging import merge
from tests.access.expectations import OF_NO_MINE
from tests.cast import Cast, Mine, enter, gather_cast, make_room, mine, neighbour, open_mine

pytestmark = pytest.mark.django_db
EVERY_KIND = sorted(KINDS_OF_RECORD)
LISTS = ["publications", "projects", "scorecards", "disbursements", *(f"records/{code}" for code in EVERY_KIND)]
ENTERS = {"monitor": 201, "operator": 201, "reviewer": 403, "auditor": 403, "administrator": 403, "nobody": 403}


@pytest.fixture
def cast() -> Cast:
    """Everybody."""
    return gather_cast()


@pytest.fixture
def own(cast: Cast) -> Mine:
    """A mine with a record of every kind."""
    return open_mine(cast.monitor, cast.company)


@pytest.fixture
def other(cast: Cast) -> Mine:
    """A stranger's."""
    return open_mine(cast.stranger, cast.other_company, "Yana Mayu", country="CL")


@pytest.fixture(autouse=True)
def english(client: Client) -> None:
    """Words are compared in the source language."""
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"


@pytest.fixture
def monitor(client: Client, cast: Cast) -> Client:
    """The monitor's program."""
    client.force_login(cast.monitor)
    return client


def address(code: str, key: int | None = None) -> str:
    """The list of a kind, or one record."""
    return f"/api/v1/records/{code}/" + (f"{key}/" if key else "")


def send(client: Client, code: str, body: Any, key: str = "k1") -> Any:
    """Post under a key."""
    return client.post(address(code), body, content_type="application/json", headers={"Idempotency-Key": key})


def body_of(client: Client, own: Mine, code: str, voice: str = "monitor") -> dict[str, Any]:
    """What would enter the mine's record of a kind once more, for which there is room."""
    shown: dict[str, Any] = client.get(address(code, own.records[code].pk)).json()
    record = make_room(own.records[code])
    told = {"voice": voice, "reference": "Report 7", "stated_on": "2026-01-05"}
    body = {name: value for name, value in shown.items() if name not in {"id", "evidence"}} | {"source": told}
    return body | {name: getattr(record, name) for name in ("name", "year", "component") if name in body}


@pytest.mark.parametrize("code", EVERY_KIND)
def test_every_kind_is_read_as_its_pages_show_it(client: Client, cast: Cast, own: Mine, other: Mine, code: str) -> None:
    """Whoever sees the mine sees the record, with its source and the number of its files; of private kinds companies nothing."""
    sees = {"monitor": {"own"}, "stranger": {"other"}, "auditor": {"own", "other"}, "operator": {"own"}}
    if not KINDS_OF_RECORD[code].is_for(cast.operator):
        sees["operator"] = set()
    if code in OF_NO_MINE:
        sees = dict.fromkeys(sees, {"own", "other"})
    keys = {"own": own.records[code].pk, "other": other.records[code].pk}
    listed = {"own": own.keys_of(code), "other": other.keys_of(code)}
    for who, mines in sees.items():
        client.force_login(cast[who])
        rows = client.get(address(code)).json()["results"]
        assert {row["id"] for row in rows} == set().union(*(listed[one] for one in mines))
        for one, key in keys.items():
            answer = client.get(address(code, key))
            assert answer.status_code == (200 if one in mines else 404)
            if one in mines:
                assert answer.json() in rows
    client.force_login(cast.monitor)
    row = client.get(address(code, keys["own"])).json()
    assert row["evidence"] == 0
    assert row["source"] == {
        "voice": "monitor",
        "organisation": None,
        "stated_on": None,
        "reference": "Field notes 12",
        "state": "reported",
        "audience": "public",
    }
    if KINDS_OF_RECORD[code].project_path:
        assert row["project"] == "puka-sami"


def test_decimals_are_text_unknown_is_null_and_rows_are_named_by_their_keys(monitor: Client, own: Mine) -> None:
    employment = monitor.get(address("employment", own.records["employment"].pk)).json()
    assert (employment["total_fte"], employment["period_end"]) == ("200.00", "2025-12-31")
    assert employment["employer"] == own.project.operator_id
    promise = monitor.get(address("commitments", own.records["commitments"].pk)).json()
    assert (promise["community"], promise["authority_says"], promise["clause"]) == (own.community.slug, None, None)
    assert monitor.get(address("agreements")).json()["results"][0]["communities"] == [own.community.slug]
    assert monitor.get(address("communities")).json()["results"][0]["district"] == "030501"


@pytest.mark.parametrize("code", EVERY_KIND)
def test_every_kind_is_entered_once_by_the_rules_of_its_form(monitor: Client, cast: Cast, own: Mine, code: str) -> None:
    kind = KINDS_OF_RECORD[code]
    body = body_of(monitor, own, code)
    before = kind.model._default_manager.count()
    answer = send(monitor, code, body)
    assert (answer.status_code, answer.json().get("source")) == (
        201,
        body["source"] | {"organisation": None, "state": "reported", "audience": "organisations"},
    )
    assert answer.json() == monitor.get(address(code, answer.json()["id"])).json()
    said = {name: value for name, value in answer.json().items() if name not in {"id", "evidence", "source"}}
    assert said == {name: value for name, value in body.items() if name != "source"}
    again = send(monitor, code, body)
    assert (again.status_code, again.json()) == (201, answer.json())
    assert send(monitor, code, body | {"source": {"voice": "company"}}).status_code == 422
    assert kind.model._default_manager.count() == before + 1
    record: Any = kind.model._default_manager.get(pk=answer.json()["id"])
    assert (record.source.entered_by, record.source.entered_for) == (cast.monitor, cast.ngo)
    assert AuditEntry.objects.filter(verb="entered", object_id=str(record.pk), label=name_in_trail(record)).exists()


@pytest.mark.parametrize("who", sorted(ENTERS))
def test_who_may_enter_a_kind_on_its_pages_may_enter_it_here(
    client: Client, monitor: Client, cast: Cast, own: Mine, who: str
) -> None:
    """A company's own people where they report, as the company; nobody else than monitors otherwise."""
    disclosures = body_of(monitor, own, "disclosures", "company")
    del disclosures["has_figures"]
    stakes = body_of(monitor, own, "stakes", "company")
    client.force_login(cast[who])
    assert send(client, "disclosures", disclosures).status_code == ENTERS[who]
    assert send(client, "stakes", stakes, "k2").status_code == (201 if who == "monitor" else 403)
    if who == "operator":
        assert Source.objects.latest("pk").organisation == cast.company
        refused = send(client, "disclosures", disclosures | {"source": {"voice": "monitor"}}, "k3")
        assert (refused.status_code, list(refused.json()["source"])) == (400, ["voice"])
        verified = {"voice": "company", "state": "verified"}
        refused = send(client, "disclosures", disclosures | {"source": verified}, "k4")
        assert (refused.status_code, list(refused.json()["source"])) == (400, ["state"])


def test_a_company_does_not_say_what_others_say_of_a_promise(
    client: Client, monitor: Client, cast: Cast, own: Mine
) -> None:
    body = body_of(monitor, own, "commitments", "company")
    client.force_login(cast.operator)
    refused = send(client, "commitments", body)
    assert (refused.status_code, set(refused.json())) == (400, set(SAID_BY_OTHERS))


@pytest.mark.parametrize("code", EVERY_KIND)
def test_errors_are_those_of_the_form_at_the_same_fields(monitor: Client, cast: Cast, own: Mine, code: str) -> None:
    """With nothing but the project, the API names what the form asks for."""
    kind = KINDS_OF_RECORD[code]
    project = own.project if kind.project_path else None
    form = kind.form({}, actor=cast.monitor, project=project)
    answer = send(monitor, code, {"project": "puka-sami"} if project else {})
    assert answer.status_code == 400
    assert {*answer.json()} - {"source"} >= {name for name, field in form.fields.items() if field.required}
    assert not IdempotentAnswer.objects.exists()


def test_a_broken_rule_is_said_at_its_field_in_the_words_of_the_page(monitor: Client, own: Mine) -> None:
    body = body_of(monitor, own, "employment") | {"women_fte": "201.00"}
    refused = send(monitor, "employment", body)
    assert refused.status_code == 400
    assert refused.json()["women_fte"][0]["message"] == "More women than workers in all."
    assert not EmploymentReturn.objects.exists()
    excused = {"foreign_headcount": 5, "foreign_exonerated": True, "exonerated_headcount": 6}
    refused = send(monitor, "employment", body | {"women_fte": "0.00"} | excused, "k4")
    assert refused.status_code == 400
    assert refused.json()["exonerated_headcount"][0]["message"] == "More people excused than foreigners who count."
    assert not EmploymentReturn.objects.exists()
    stake = body_of(monitor, own, "stakes") | {"share_percent": "60.0000"}
    assert send(monitor, "stakes", stake, "k2").status_code == 201
    refused = send(monitor, "stakes", stake | {"owner": own.project.operator_id}, "k3")
    assert (refused.status_code, set(refused.json())) == (400, {"share_percent"})
    assert OwnershipStake.objects.count() == 1


def test_nothing_unknown_is_dropped_silently(monitor: Client, own: Mine) -> None:
    body = body_of(monitor, own, "disclosures")
    for more in ({"is_demo": True}, {"id": 5}, {"projekt": "x"}):
        refused = send(monitor, "disclosures", body | more)
        assert (refused.status_code, set(refused.json())) == (400, set(more))
    refused = send(monitor, "disclosures", body | {"source": {"voice": "monitor", "entered_by": 1}})
    assert (refused.status_code, refused.json()) == (400, {"source": {"entered_by": ["There is no such field."]}})


def test_nothing_of_another_organisations_mine_can_be_named(monitor: Client, own: Mine, other: Mine) -> None:
    """It looks as if it were not there."""
    body = body_of(monitor, own, "commitments")
    for field, value, absent in (
        ("project", other.project.slug, "no-such-mine"),
        ("agreement", other.agreement.pk, 999_999_999),
        ("community", other.community.slug, "no-such-place"),
    ):
        refused, not_there = (send(monitor, "commitments", body | {field: named}) for named in (value, absent))
        assert refused.status_code == not_there.status_code == 400
        assert set(refused.json()) == {field}
        assert str(refused.json()).replace(str(value), "…") == str(not_there.json()).replace(str(absent), "…")


@pytest.mark.parametrize("where", LISTS)
def test_a_parameter_that_a_list_does_not_know_is_refused_with_those_that_it_does(
    client: Client, cast: Cast, where: str
) -> None:
    client.force_login(cast.monitor)
    known = client.get(f"/api/v1/{where}/", {"page": 1, "page_size": 5})
    assert known.status_code == 200
    for name in ("projekt", "voice", "format", "ordering"):
        refused = client.get(f"/api/v1/{where}/", {name: "x"})
        assert (refused.status_code, list(refused.json())) == (400, [name])
        assert "Known here: " in refused.json()[name][0]
        assert "page, page_size" in refused.json()[name][0]


@pytest.mark.parametrize("code", [code for code in EVERY_KIND if KINDS_OF_RECORD[code].project_path])
def test_lists_are_narrowed_by_project_year_and_state(
    client: Client, cast: Cast, own: Mine, other: Mine, code: str
) -> None:
    client.force_login(cast.auditor)
    record = own.records[code]
    Source.objects.filter(pk=record.source_id).update(state="disputed")

    def found(**asked: Any) -> set[int]:
        return {row["id"] for row in client.get(address(code), asked).json()["results"]}

    both = own.keys_of(code) | other.keys_of(code)
    assert found() == both
    assert found(project="puka-sami") == own.keys_of(code)
    assert found(state="disputed") == {record.pk}
    assert found(state="disputed", project="yana-mayu") == set()
    year = year_of(KINDS_OF_RECORD[code], record)
    if year:
        assert found(year=year) == both
        assert found(year=year + 1) == set()
    for wrong in (
        {"state": "odd"},
        {"project": "no-such-mine"},
        {"project": "a\x00b"},
        {"year": "x"},
        {"year": "99999"},
    ):
        answer = client.get(address(code), wrong)
        assert (answer.status_code, list(answer.json())) == (400, list(wrong))


def year_of(kind: RecordKind, record: Any) -> int | None:
    """The year by which a record is filtered."""
    said = getattr(record, kind.year_column) if kind.year_column else None
    return getattr(said, "year", said)


def test_a_project_that_may_not_be_seen_narrows_like_one_that_is_not_there(
    monitor: Client, own: Mine, other: Mine
) -> None:
    for where in ("records/stakes", "scorecards", "disbursements"):
        hidden, absent = (monitor.get(f"/api/v1/{where}/", {"project": slug}) for slug in ("yana-mayu", "no-such"))
        assert (hidden.status_code, hidden.json()) == (absent.status_code, absent.json())
        assert hidden.status_code == 400


def test_a_merged_record_leads_to_the_one_that_stands_for_it(monitor: Client, cast: Cast, own: Mine) -> None:
    twin = neighbour(cast.monitor, "Ayllu Puka Sammi")
    address = f"/api/v1/records/communities/{twin.pk}/"
    assert monitor.get(address).json()["id"] == twin.pk
    merge(actor=cast.administrator, kept=own.community, merged=twin, reason="Written twice.")
    answer = monitor.get(address)
    assert (answer.status_code, answer["Location"]) == (301, f"/api/v1/records/communities/{own.community.pk}/")
    assert monitor.get(f"{address}?withdrawn=true").json()["id"] == twin.pk


def test_the_address_of_a_merged_mine_narrows_to_the_mine_that_stands_for_it_where_that_may_be_seen(
    client: Client, monitor: Client, cast: Cast, own: Mine, other: Mine
) -> None:
    twin = mine(cast.monitor, "Puka Sammi", operator=own.project.operator)
    hidden = mine(cast.stranger, "Otra Sammi", operator=other.project.operator, country=other.project.country)
    merge(actor=cast.administrator, kept=own.project, merged=twin, reason="Written twice.")
    merge(actor=cast.administrator, kept=other.project, merged=hidden, reason="Written twice.")
    found = monitor.get(f"/api/v1/records/employment/?project={twin.slug}").json()["results"]
    assert [row["project"] for row in found] == [own.project.slug]
    refused = monitor.get(f"/api/v1/records/employment/?project={hidden.slug}")
    assert (refused.status_code, refused.json()) == (400, {"project": ["There is no such project."]})
    assert monitor.get(f"/api/v1/records/projects/{hidden.pk}/").status_code == 404


def test_queries_do_not_grow_with_the_rows_of_a_list(monitor: Client, cast: Cast, own: Mine) -> None:
    for code, kind in KINDS_OF_RECORD.items():
        monitor.get(address(code))
        with CaptureQueriesContext(connection) as few:
            monitor.get(address(code))
        for record in kind.model._default_manager.all():
            if kind.model is AssessmentCondition:  # nothing else may be there twice
                record.pk = None
                enter(cast.monitor, record)
        with CaptureQueriesContext(connection) as many:
            monitor.get(address(code))
        assert len(few) == len(many) <= 10
    assert AssessmentCondition.objects.count() == 2


def test_what_is_entered_promises_the_scorecard(monitor: Client, own: Mine) -> None:
    Job.objects.all().delete()
    assert send(monitor, "conditions", body_of(monitor, own, "conditions")).status_code == 201
    assert Job.objects.get(kind="evaluate").subject == f"project/{own.project.pk}/2025"
