"""The API: publications for anybody, the record by the same rows, roles and rules as the pages."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import caches
from django.core.management import call_command
from django.db import connections
from django.test import Client
from django.utils import translation

from accounts.models import IdempotentAnswer, User
from communities.models import Disbursement, Statement
from config.api import LimitOfPeople, LimitOfStrangers
from config.views import SCHEMAS
from projects.models import Project
from tests.cast import Cast, Mine, gather_cast, open_mine, produced, published
from tests.cast import mine as a_mine

ADDRESS = "/api/v1/disbursements/"


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Words are compared in the source language."""
    with translation.override("en"):
        yield


@pytest.fixture
def cast(db: None) -> Cast:
    """Everybody."""
    return gather_cast()


@pytest.fixture
def mine(cast: Cast) -> Mine:
    """A mine that owes."""
    return open_mine(cast.monitor, cast.company)


@pytest.fixture
def other(cast: Cast) -> Mine:
    """A stranger's."""
    return open_mine(cast.stranger, cast.other_company, "Yana Mayu", country="CL")


@pytest.fixture
def monitor(client: Client, cast: Cast) -> Client:
    """The monitor's program."""
    client.force_login(cast.monitor)
    return client


def example(mine: Mine, **fields: Any) -> dict[str, Any]:
    """A payment that is right."""
    return {
        "project": mine.project.slug,
        "obligation": mine.obligation.pk,
        "paid": "900.00",
        "paid_on": "2025-07-01",
        "voice": "monitor",
    } | fields


def send(client: Client, body: Any, key: str | None = "k1") -> Any:
    """Post under a key."""
    headers = {} if key is None else {"Idempotency-Key": key}
    return client.post(ADDRESS, body, content_type="application/json", headers=headers)


def test_anybody_reads_publications_and_nothing_else(client: Client, cast: Cast, mine: Mine, other: Mine) -> None:
    publication = published(cast, produced(mine.project))
    rows = client.get("/api/v1/publications/").json()["results"]
    assert [row["sha256"] for row in rows] == [publication.sha256]
    document = client.get(f"/api/v1/publications/{publication.sha256}/")
    assert document.content.decode() == publication.document
    for part in ("projects", "scorecards", "disbursements"):
        assert client.get(f"/api/v1/{part}/").status_code == 403
        assert b"Sami" not in client.get(f"/api/v1/{part}/").content
    assert send(client, example(mine)).status_code == 403


@pytest.mark.parametrize(
    ("who", "sees"),
    [
        ("monitor", {"puka-sami"}),
        ("stranger", {"yana-mayu"}),
        ("reviewer", {"puka-sami"}),
        ("operator", {"puka-sami"}),
        ("auditor", {"puka-sami", "yana-mayu"}),
        ("administrator", {"puka-sami", "yana-mayu"}),
    ],
)
def test_rows_are_those_of_the_pages(
    client: Client, cast: Cast, mine: Mine, other: Mine, who: str, sees: set[str]
) -> None:
    produced(mine.project)
    produced(other.project)
    client.force_login(cast[who])
    assert {row["slug"] for row in client.get("/api/v1/projects/").json()["results"]} == sees
    for part in ("scorecards", "disbursements"):
        assert {row["project"] for row in client.get(f"/api/v1/{part}/").json()["results"]} == sees


@pytest.mark.parametrize("who", ["reviewer", "auditor", "administrator", "nobody"])
def test_others_than_monitors_and_operators_enter_nothing(client: Client, cast: Cast, mine: Mine, who: str) -> None:
    client.force_login(cast[who])
    assert send(client, example(mine)).status_code == 403


def test_what_is_entered_is_answered_as_it_is_listed(monitor: Client, mine: Mine) -> None:
    minutes = {"known_by": "assembly", "speaker": "the assembly", "stated_on": "2025-07-02", "reference": "Book 3"}
    answer = send(monitor, example(mine, received="850.00", reference="Voucher 7", recipient_source=minutes))
    assert answer.status_code == 201
    row: Any = Disbursement.objects.with_sides().latest("pk")
    assert (row.company_amount, row.recipient_amount, row.source.reference) == (900, 850, "Voucher 7")
    assert answer.json() == monitor.get(ADDRESS).json()["results"][-1]
    assert answer.json()["company_amount"] == "900.00"
    silent = send(monitor, example(mine, confirm_other=True), "k2").json()
    assert (silent["recipient_amount"], silent["received_on"]) == (None, None)


def test_a_recipients_statement_without_a_source_of_its_own_is_refused(monitor: Client, mine: Mine) -> None:
    answer = send(monitor, example(mine, received="850.00"))
    assert answer.status_code == 400
    assert set(answer.json()["recipient_source"]) == {"known_by", "speaker", "stated_on"}
    unknown = send(monitor, example(mine, received="850.00", recipient_source={"who": "the president"}), "k2")
    assert unknown.status_code == 400
    assert Disbursement.objects.count() == 1


@pytest.mark.promise("key-once")
def test_the_same_body_again_gets_the_same_answer_and_no_second_row(monitor: Client, mine: Mine) -> None:
    first, again = send(monitor, example(mine)), send(monitor, example(mine))
    assert (again.status_code, again.json()) == (201, first.json())
    assert Disbursement.objects.count() == 2
    other_body = send(monitor, example(mine, paid="901.00"))
    assert other_body.status_code == 422
    assert "Idempotency-Key" in other_body.json()
    assert send(monitor, example(mine, confirm_other=True), "k2").json()["id"] != first.json()["id"]


@pytest.mark.promise("payment-once")
def test_what_looks_recorded_already_or_far_too_large_is_asked_about(monitor: Client, mine: Mine) -> None:
    send(monitor, example(mine))
    refused = send(monitor, example(mine), "k2")
    assert (refused.status_code, list(refused.json())) == (400, ["confirm_other"])
    large = {"paid": "99999999.00"}
    assert list(send(monitor, example(mine, **large), "k3").json()) == ["paid"]
    assert send(monitor, example(mine, confirm_large=True, **large), "k4").status_code == 201


def test_a_key_is_ones_own(monitor: Client, cast: Cast, mine: Mine) -> None:
    send(monitor, example(mine))
    colleague = Client()
    colleague.force_login(cast.colleague)
    assert send(colleague, example(mine, paid="5.00")).status_code == 201


@pytest.mark.parametrize("key", [None, "", "x" * 81])
def test_a_write_without_a_key_is_refused(monitor: Client, mine: Mine, key: str | None) -> None:
    answer = send(monitor, example(mine), key)
    assert answer.status_code == 400
    assert "Idempotency-Key" in answer.json()
    assert Disbursement.objects.count() == 1


def test_a_write_that_was_refused_leaves_its_key_free(monitor: Client, mine: Mine) -> None:
    assert send(monitor, example(mine, paid_on="2020-01-14")).status_code == 400
    assert not IdempotentAnswer.objects.exists()
    assert send(monitor, example(mine)).status_code == 201


@pytest.mark.promise("key-once")
def test_two_sends_at_once_make_one_row(committed: str) -> None:
    cast = gather_cast()
    mine = open_mine(cast.monitor, cast.company)
    answers: list[Any] = []
    barrier = threading.Barrier(3)

    def run() -> None:
        client = Client()
        client.force_login(User.objects.get(pk=cast.monitor.pk))
        barrier.wait(10)
        answers.append(send(client, example(mine)).json())
        connections.close_all()

    threads = [threading.Thread(target=run) for _one in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert answers == [answers[0]] * 3
    assert Disbursement.objects.count() == 2


def test_an_unknown_field_is_refused_by_name(monitor: Client, mine: Mine) -> None:
    for name in ("is_demo", "source", "entered_by", "id", "projects"):
        answer = send(monitor, example(mine, **{name: 1}))
        assert (answer.status_code, set(answer.json())) == (400, {name})


@pytest.mark.promise("others-mines")
def test_nothing_of_another_organisations_mine_can_be_named(monitor: Client, mine: Mine, other: Mine) -> None:
    """It looks as if it were not there."""
    for field, value, absent in (
        ("project", other.project.slug, "no-such-mine"),
        ("obligation", other.obligation.pk, 999_999_999),
        ("community", other.community.slug, "no-such-place"),
    ):
        refused, not_there = (send(monitor, example(mine, **{field: named})) for named in (value, absent))
        assert refused.status_code == not_there.status_code == 400
        assert set(refused.json()) == {field}
        words = [
            str(answer.json()).replace(str(named), "…") for answer, named in ((refused, value), (not_there, absent))
        ]
        assert words[0] == words[1]


def test_an_obligation_settles_payments_of_its_own_project_only(monitor: Client, cast: Cast, mine: Mine) -> None:
    second = a_mine(cast.monitor, "Urqu", operator=cast.company)
    answer = send(monitor, example(mine, project=second.slug))
    assert answer.status_code == 400
    assert answer.json()["obligation"][0]["code"] == "invalid_choice"


@pytest.mark.parametrize(
    ("fields", "at"),
    [
        ({"paid": None}, "paid"),
        ({"paid": "-1"}, "paid"),
        ({"paid": "abc"}, "paid"),
        ({"paid": "NaN"}, "paid"),
        ({"paid": "1e30"}, "paid"),
        ({"paid": "10000.00"}, "paid"),
        ({"paid": []}, "paid"),
        ({"paid": True}, "paid"),
        ({"paid_on": "2025-11-31"}, "paid_on"),
        ({"paid_on": "2020-01-14"}, "paid_on"),
        ({"paid_on": 5}, "paid_on"),
        ({"paid_on": "2999-01-01"}, "paid_on"),
        ({"voice": "nobody"}, "voice"),
        ({"obligation": "x"}, "obligation"),
        ({"obligation": 10**30}, "obligation"),
        ({"obligation": True}, "obligation"),
        ({"project": {}}, "project"),
        ({"reference": "x" * 301}, "reference"),
        ({"reference": "a\x00b"}, "reference"),
        ({"purpose": "x"}, "purpose"),
        ({"payer": 0}, "payer"),
        ({"bank_reference": "x" * 61}, "bank_reference"),
    ],
)
def test_bad_input_is_named_at_its_field(monitor: Client, mine: Mine, fields: dict[str, Any], at: str) -> None:
    answer = send(monitor, example(mine, **fields))
    assert (answer.status_code, set(answer.json())) == (400, {at})
    assert Statement.objects.count() == 2


@pytest.mark.parametrize(
    "body", ["", "{", "[]", "null", "5", '"x"', "[{}]", '{"paid": ' + "9" * 5000 + "}", '{"purpose": "\\ud800"}']
)
def test_no_body_breaks_it(monitor: Client, mine: Mine, body: str) -> None:
    assert send(monitor, body).status_code == 400


def test_other_content_than_json_is_not_taken(monitor: Client, mine: Mine) -> None:
    assert monitor.post(ADDRESS, {"paid": "1"}, headers={"Idempotency-Key": "k"}).status_code == 415


def test_an_operator_speaks_for_the_payer_only(client: Client, cast: Cast, mine: Mine) -> None:
    client.force_login(cast.operator)
    refused = send(client, example(mine))
    assert (refused.status_code, list(refused.json())) == (400, ["voice"])
    assert send(client, example(mine, voice="company", received="900.00"), "k2").status_code == 400
    assert Statement.objects.filter(side="recipient").count() == 1
    assert send(client, example(mine, voice="company"), "k3").status_code == 201


@pytest.mark.parametrize(
    ("asked", "given"), [("", 100), ("5", 5), ("500", 500), ("100000", 500), ("0", 100), ("x", 100)]
)
def test_a_page_never_has_more_than_500_rows(client: Client, cast: Cast, asked: str, given: int) -> None:
    first = a_mine(cast.monitor, "Mine 0")
    sources = type(first.source).objects.bulk_create(
        type(first.source)(voice="monitor", entered_for=cast.ngo) for _one in range(510)
    )
    Project.objects.bulk_create(
        Project(name=f"Mine {number}", slug=f"mine-{number}-x", source=row) for number, row in enumerate(sources, 1)
    )
    client.force_login(cast.monitor)
    answer = client.get("/api/v1/projects/", {"page_size": asked})
    assert len(answer.json()["results"]) == given
    assert answer.json()["count"] == 511


@pytest.mark.parametrize("page", ["0", "-1", "x", "9" * 30, "\x00"])
def test_a_page_that_is_not_there_is_not_there(monitor: Client, mine: Mine, page: str) -> None:
    assert monitor.get("/api/v1/projects/", {"page": page}).status_code == 404


def test_a_write_needs_the_token_of_the_session(cast: Cast, mine: Mine) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(cast.monitor)
    assert send(strict, example(mine)).status_code == 403


@pytest.mark.django_db
@pytest.mark.parametrize("who", ["a stranger", "monitor"])
def test_more_requests_than_are_let_pass_in_a_minute_read_when_to_come_again(
    client: Client, cast: Cast, mine: Mine, monkeypatch: pytest.MonkeyPatch, who: str
) -> None:
    address = "/api/v1/publications/"
    if who == "monitor":
        client.force_login(cast.monitor)
        address = "/api/v1/projects/"
    for limit in (LimitOfStrangers, LimitOfPeople):
        monkeypatch.setattr(limit, "rate", "2/min", raising=False)
    caches["process"].clear()
    answers = [client.get(address) for _request in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert 0 < int(answers[2]["Retry-After"]) <= 60
    assert "detail" in answers[2].json()
    caches["process"].clear()


def test_the_schema_is_made_once_for_each_language_and_format(client: Client) -> None:
    SCHEMAS.clear()
    spanish = client.get("/api/v1/schema/?lang=es")
    assert client.get("/api/v1/schema/?lang=es").content == spanish.content
    assert client.get("/api/v1/schema/?lang=en").content != spanish.content
    assert client.get("/api/v1/schema/?lang=tlh").status_code == 200
    as_json = client.get("/api/v1/schema/", headers={"Accept": "application/vnd.oai.openapi+json"})
    assert "paths" in json.loads(as_json.content)
    assert len(SCHEMAS) == 3


def test_the_schema_is_made_without_a_warning(client: Client, tmp_path: Any) -> None:
    call_command("spectacular", "--validate", "--fail-on-warn", "--file", str(tmp_path / "schema.yaml"))
    answer = client.get("/api/v1/schema/")
    assert answer.status_code == 200
    assert b"/api/v1/disbursements/" in answer.content


@pytest.mark.parametrize(
    ("method", "address", "status"),
    [
        ("GET", "/api/", 404),
        ("GET", "/api/v1/nothing/", 404),
        ("GET", "/api/v1/publications/no-such/", 404),
        ("POST", "/api/v1/publications/no-such/", 405),
        ("DELETE", "/api/v1/publications/", 405),
        ("GET", "/api/v1/projects/", 403),
        ("GET", "/api/v1/publications/?nothing=1", 400),
    ],
)
def test_every_error_is_json_in_the_language_that_is_asked_for(
    client: Client, cast: Cast, method: str, address: str, status: int
) -> None:
    spanish, english = (client.generic(method, address, headers={"Accept-Language": code}) for code in ("es", "en"))
    for answer in (spanish, english):
        assert (answer.status_code, answer["Content-Type"]) == (status, "application/json")
        assert int(answer["Content-Length"]) == len(answer.content)
    assert spanish.json().keys() == english.json().keys()
    assert spanish.json() != english.json()


def test_a_body_that_is_too_long_is_refused_in_json(client: Client, cast: Cast) -> None:
    answer = client.post(ADDRESS, "x" * 100_001, content_type="application/json")
    assert (answer.status_code, answer["Content-Type"]) == (413, "application/json")
    assert set(answer.json()) == {"detail"}


def test_pages_of_a_list_lead_to_the_host_that_was_asked_and_other_hosts_are_refused(
    monitor: Client, mine: Mine, settings: Any
) -> None:
    send(monitor, example(mine, confirm_other=True))
    settings.ALLOWED_HOSTS = ["minka.example"]
    there = monitor.get(ADDRESS, {"page_size": 1}, headers={"host": "minka.example"})
    assert there.json()["next"] == f"http://minka.example{ADDRESS}?page=2&page_size=1"
    elsewhere = monitor.get(ADDRESS, headers={"host": "elsewhere.example"})
    assert (elsewhere.status_code, elsewhere["Content-Type"]) == (400, "application/json")


def test_a_page_that_is_not_there_stays_a_page(client: Client) -> None:
    assert client.get("/en/nothing/")["Content-Type"].startswith("text/html")


def test_the_schema_names_both_ways_to_sign_in(client: Client) -> None:
    schema = client.get("/api/v1/schema/", headers={"Accept": "application/vnd.oai.openapi+json"}).json()
    assert schema["components"]["securitySchemes"]["token"]["scheme"] == "bearer"
    assert {"token": []} in schema["paths"]["/api/v1/projects/"]["get"]["security"]
    assert {"cookieAuth": []} in schema["paths"]["/api/v1/projects/"]["get"]["security"]
    assert "security" not in schema["paths"]["/api/v1/publications/"]["get"]
