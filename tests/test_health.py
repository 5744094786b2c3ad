"""Whether Minka works is said as it is, and what was typed is not lost where it does not."""

from __future__ import annotations

import errno
import json
from collections.abc import Iterator

import pytest
from django.contrib.sessions.models import Session
from django.db import (
    DatabaseError,
    DataError,
    InterfaceError,
    OperationalError,
    ProgrammingError,
    connection,
    transaction,
)
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory, override_settings
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from config import health
from config.health import READINESS, migrations_of_this_version
from config.views import is_away, server_error
from tests.cast import Cast, gather_cast

pytestmark = pytest.mark.django_db(databases=["default", "public"])
NEEDED = {"database": "ok", "migrations": "ok", "publications": "ok", "disk": "ok"}


@pytest.fixture(autouse=True)
def looked_at_anew() -> Iterator[None]:
    """Each test looks for itself."""
    READINESS.looked_at = float("-inf")
    yield
    READINESS.looked_at = float("-inf")


@pytest.fixture
def cast() -> Cast:
    """Everybody."""
    return gather_cast()


def refuse_to_write() -> None:
    """Let PostgreSQL take nothing more in this transaction, as a server does that only reads."""
    with connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION READ ONLY")


def test_pages_answer_without_a_broker_and_a_worker(client: Client) -> None:
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()) == (200, NEEDED)


def test_a_database_that_takes_nothing_is_not_ready(client: Client) -> None:
    refuse_to_write()
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()) == (503, NEEDED | {"database": "does not work"})


def test_a_database_without_a_migration_of_this_version_is_not_ready(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    newer = migrations_of_this_version() | {("projects", "9999_of_tomorrow")}
    monkeypatch.setattr(health, "migrations_of_this_version", lambda: newer)
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()) == (503, NEEDED | {"migrations": "does not work"})


@override_settings(LEAST_FREE_DISK_MB=10**9)
def test_a_disk_that_is_nearly_full_is_not_ready(client: Client) -> None:
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json()) == (503, NEEDED | {"disk": "does not work"})


def test_however_many_ask_one_looks(client: Client) -> None:
    client.get("/readyz")
    with CaptureQueriesContext(connection) as queries:
        for _visitor in range(16):
            assert client.get("/readyz").status_code == 200
    assert len(queries) == 0


def test_whoever_asks_while_somebody_looks_does_not_wait(client: Client) -> None:
    assert client.get("/readyz").status_code == 200
    READINESS.looked_at = float("-inf")
    with READINESS.looking, CaptureQueriesContext(connection) as queries:
        assert client.get("/readyz").json() == NEEDED
    assert len(queries) == 0


def test_the_process_answers_whatever_else_is_away(client: Client) -> None:
    refuse_to_write()
    with CaptureQueriesContext(connection) as queries:
        assert client.get("/livez").content == b"ok"
    assert len(queries) == 0


@override_settings(LEAST_FREE_DISK_MB=10**9)
def test_administrators_read_which_part_does_not_work_and_what_to_do(client: Client, cast: Cast) -> None:
    client.force_login(cast.administrator)
    page = client.get("/en/work/status/").content.decode()
    assert page.count("Does not work") >= 1
    assert "Files may be refused soon. Make room, or raise the size of the disk." in page
    assert "Nothing can be saved" not in page
    assert "Nothing waits." in page
    assert "Nothing fails." in page
    assert "Every scorecard knows the newest facts." in page


def answer_where_nothing_is_saved(request: HttpRequest) -> HttpResponse:
    """What is answered where PostgreSQL refuses a row while this request is worked on."""
    with transaction.atomic():
        refuse_to_write()
        try:
            Session.objects.create(session_key="a", expire_date=timezone.now())
        except DatabaseError:
            transaction.set_rollback(True)
            return server_error(request)
    raise AssertionError("PostgreSQL took a row")


@pytest.mark.promise("typed")
def test_where_nothing_can_be_saved_what_was_typed_is_in_the_answer(rf: RequestFactory) -> None:
    answer = answer_where_nothing_is_saved(rf.post("/en/work/projects/add/?again=1", {"name": "Qaqa <b>Wasi</b>"}))
    page = answer.content.decode()
    assert (answer.status_code, answer["Retry-After"]) == (503, "30")
    assert '<form method="post" action="/en/work/projects/add/?again=1">' in page
    assert '<input type="hidden" name="name" value="Qaqa &lt;b&gt;Wasi&lt;/b&gt;">' in page
    assert "no se guardó nada" in page
    assert "Nothing was saved this time" in page


def test_a_page_that_was_only_read_holds_nothing_to_send_again(rf: RequestFactory) -> None:
    answer = answer_where_nothing_is_saved(rf.get("/en/work/projects/"))
    assert answer.status_code == 503
    assert "<form" not in answer.content.decode()


def test_a_password_is_not_written_into_an_answer(rf: RequestFactory) -> None:
    answer = answer_where_nothing_is_saved(
        rf.post("/en/account/login/", {"login": "a", "password": "quite-a-secret", "code": "123456"})
    )
    assert answer.status_code == 503
    assert "quite-a-secret" not in answer.content.decode()


def test_the_api_answers_in_json_whatever_failed(rf: RequestFactory) -> None:
    request = rf.post("/api/v1/records/phases/", "{}", content_type="application/json")
    away = answer_where_nothing_is_saved(request)
    assert (away.status_code, json.loads(away.content)) == (503, {"detail": "Nothing was saved. Try again later."})
    try:
        raise ValueError("our own fault")
    except ValueError:
        ours = server_error(request)
    assert (ours.status_code, json.loads(ours.content)) == (500, {"detail": "Something failed on our side."})
    assert not ours.has_header("Retry-After")


@pytest.mark.parametrize(
    ("error", "away"),
    [
        (OSError(errno.ENOSPC, "full"), True),
        (OSError(errno.EACCES, "closed"), False),
        (DataError("too long"), False),
        (ProgrammingError("no such column"), False),
        (OperationalError("away"), True),
        (InterfaceError("closed"), True),
    ],
)
def test_a_full_disk_passes_and_a_fault_of_our_own_does_not(error: Exception, away: bool) -> None:
    assert is_away(error) == away
