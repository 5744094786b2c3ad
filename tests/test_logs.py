"""What is logged: one id from the request to the work that it promised, and nobody's data."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import DataError, IntegrityError, OperationalError, transaction
from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.urls import path

from accounts.access import public_view
from accounts.logs import JsonLine, Line, described, new_id, under
from accounts.models import Job, RegularWork, User
from accounts.services import jobs
from accounts.services.jobs import JOB_KINDS, Claim, JobKind, Promise, promise_jobs
from accounts.services.regular import promise_regular_work
from config.launcher.processes import Child
from config.launcher.servers import free_port
from config.launcher.state import PROJECT
from config.urls import urlpatterns as ours
from tests.cast import Cast, gather_cast

SECRET = "quechua-wayra-7731"
"""Planted where people's data may be; in no line of any log."""


class Kept(logging.Handler):
    """Every line as it is written, in both shapes."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.readable: list[str] = []
        self.events: list[dict[str, Any]] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Write it as the console does."""
        self.readable.append(Line().format(record))
        self.events.append(json.loads(JsonLine().format(record)))

    def of(self, message: str) -> list[dict[str, Any]]:
        """Those with this message."""
        return [event for event in self.events if event["message"] == message]

    def holds(self, words: str) -> bool:
        """Whether these words are in any line."""
        return words in "\n".join([*self.readable, *(json.dumps(event, ensure_ascii=False) for event in self.events)])


@pytest.fixture
def lines() -> Iterator[Kept]:
    """What is logged from here on."""
    kept = Kept()
    root = logging.getLogger()
    root.addHandler(kept)
    yield kept
    root.removeHandler(kept)


@pytest.fixture
def cast(db: None) -> Cast:
    """Everybody."""
    return gather_cast()


def refuse(request: HttpRequest) -> HttpResponse:
    """A page that fails with what was typed in its words."""
    raise ValueError(f"no number: {request.POST.get('name')} {request.GET.get('q')}")


def break_a_rule(request: HttpRequest, name: str) -> HttpResponse:
    """A page on which PostgreSQL says which row it refuses."""
    for _time in range(2):
        Job.objects.create(kind="test", subject=SECRET)
    return HttpResponse()


handler500 = "config.views.server_error"
urlpatterns = [path("refuse/", public_view(refuse)), path("break/<slug:name>/", public_view(break_a_rule)), *ours]
"""With pages of these tests alone."""


# One id


def test_an_answer_names_the_id_under_which_it_is_logged(client: Client, lines: Kept) -> None:
    answer = client.get("/livez")
    [event] = lines.of("request")
    assert event["id"] == answer["X-Request-ID"] != ""
    assert (event["route"], event["method"], event["status"]) == ("/livez", "GET", 200)
    assert event["milliseconds"] >= 0
    assert datetime.fromisoformat(event["time"]).utcoffset() == timedelta(0)
    assert event["level"] == "INFO"
    assert client.get("/livez")["X-Request-ID"] != answer["X-Request-ID"]


def test_the_id_of_a_caller_is_taken_where_it_is_short_and_plain(client: Client, lines: Kept) -> None:
    assert client.get("/livez", headers={"X-Request-ID": "proxy-1.a_B"})["X-Request-ID"] == "proxy-1.a_B"
    assert [event["id"] for event in lines.of("request")] == ["proxy-1.a_B"]


@pytest.mark.parametrize("given", ["", "a" * 65, "a b", "a\tb", "wayra@demo.example", "ñ", "{}", '"', "a/b"])
def test_any_other_id_of_a_caller_is_not_taken(client: Client, given: str) -> None:
    answered = client.get("/livez", headers={"X-Request-ID": given})["X-Request-ID"]
    assert answered != given
    assert len(answered) == 16


def test_the_work_that_a_request_promised_is_logged_under_its_id(client: Client, cast: Cast, lines: Kept) -> None:
    client.force_login(cast.administrator)
    fields = {"full_name": "Wayra", "email": f"{SECRET}@demo.example", "language": "es"}
    answer = client.post("/en/work/people/add/", fields, headers={"X-Request-ID": "the-request"})
    assert answer.status_code == 302, answer.content
    promised = Job.objects.filter(request_id="the-request")
    assert promised
    letter = promised.get(kind="letter.invitation")
    jobs.run(str(letter.pk))
    [event] = [event for event in lines.of("job done") if event["kind"] == "letter.invitation"]
    assert (event["id"], event["subject"], event["attempt"]) == ("the-request", letter.subject, 1)
    assert not lines.holds(SECRET)


def promise(subject: str, request_id: str) -> Job:
    """Work of the kind `test`, promised under an id."""
    with under(request_id):
        promise_jobs([Promise("test", subject)])
    return Job.objects.get(subject=subject, state=Job.State.WAITING)


@pytest.fixture
def work(db: None) -> Iterator[Callable[[Callable[[Claim], Any]], None]]:
    """Says what jobs of the kind `test` do; they are done together."""

    def do(compute: Callable[[Claim], Any]) -> None:
        JOB_KINDS["test"] = JobKind("Test", compute, lambda claim, result: None, batch=5)

    do(lambda claim: None)
    yield do
    del JOB_KINDS["test"]


def test_a_promise_that_folds_into_one_that_waits_gives_it_the_newest_id(work: Any, lines: Kept) -> None:
    promise("mine", "first")
    job = promise("mine", "second")
    jobs.run(str(job.pk))
    assert [event["id"] for event in lines.of("job done")] == ["second"]


def test_jobs_done_together_are_each_logged_under_their_own_id(work: Any, lines: Kept) -> None:
    job = promise("one", "first")
    promise("two", "second")
    jobs.run(str(job.pk))
    assert {(event["subject"], event["id"]) for event in lines.of("job done")} == {("one", "first"), ("two", "second")}


def test_what_work_promises_in_turn_keeps_the_id(work: Any, lines: Kept) -> None:
    job = promise("one", "first")
    work(lambda claim: promise_jobs([Promise("other", "two")]))
    jobs.run(str(job.pk))
    assert Job.objects.get(kind="other").request_id == "first"


def test_an_attempt_that_failed_is_logged_with_its_number_and_its_place(work: Any, lines: Kept) -> None:
    def fail(claim: Claim) -> None:
        raise ValueError(SECRET)

    work(fail)
    job = promise("one", "first")
    jobs.run(str(job.pk))
    Job.objects.update(not_before=job.requested_at)
    jobs.run(str(job.pk))
    failed = lines.of("job failed")
    assert [(event["id"], event["attempt"]) for event in failed] == [("first", 1), ("first", 2)]
    assert "test_logs.py" in failed[0]["trace"]
    assert failed[0]["trace"].endswith("ValueError")
    assert not lines.holds(SECRET)


@pytest.mark.django_db
def test_what_comes_round_every_day_has_an_id_of_its_own() -> None:
    Job.objects.all().delete()
    RegularWork.objects.all().delete()
    promise_regular_work()
    [given] = set(Job.objects.values_list("request_id", flat=True))
    assert given != ""


def test_nothing_is_left_of_an_id_after_its_request(client: Client, lines: Kept) -> None:
    client.get("/livez")
    logging.getLogger("config").info("later")
    assert [event["id"] for event in lines.of("later")] == [""]


# Nobody's data


@pytest.mark.parametrize(
    "address",
    [
        f"/en/account/password/reset/key/1-{SECRET}/",
        f"/en/account/invitation/{SECRET}/",
        f"/en/projects/?q={SECRET}",
        f"/en/no-such-page/{SECRET}/",
        f"/en/projects/{SECRET}/",
        f"/api/v1/publications/{SECRET}/",
        f"/static/{SECRET}.css",
    ],
)
def test_no_address_is_logged_but_the_pattern_by_which_it_was_found(
    cast: Cast, client: Client, lines: Kept, address: str
) -> None:
    client.get(address)
    assert len(lines.of("request")) == 1
    assert not lines.holds(SECRET)


def test_the_pattern_of_a_reset_link_is_logged(cast: Cast, client: Client, lines: Kept) -> None:
    client.get(f"/en/account/password/reset/key/1-{SECRET}/")
    [event] = lines.of("request")
    assert "password/reset/key/" in event["route"]


@override_settings(ROOT_URLCONF="tests.test_logs")
@pytest.mark.parametrize(
    ("address", "kind"),
    [(f"/refuse/?q={SECRET}", "ValueError"), (f"/break/{SECRET}/", "IntegrityError 23505 one_job_waits_for_a_subject")],
)
def test_a_page_that_fails_says_what_and_where_and_not_with_which_words(
    db: None, lines: Kept, address: str, kind: str
) -> None:
    answer = Client(raise_request_exception=False).post(address, {"name": SECRET, "password": SECRET})
    assert answer.status_code == 500
    [event] = [event for event in lines.events if "trace" in event]
    assert kind in event["trace"]
    assert "test_logs.py" in event["trace"]
    assert event["id"] == answer["X-Request-ID"]
    assert not lines.holds(SECRET)


def test_a_form_that_is_refused_is_not_logged(cast: Cast, client: Client, lines: Kept) -> None:
    client.post("/en/account/login/", {"login": f"{SECRET}@demo.example", "password": SECRET})
    client.post("/en/account/password/reset/", {"email": f"{SECRET}@demo.example"})
    Client(enforce_csrf_checks=True).post(f"/en/account/login/?next=/{SECRET}/", {"login": SECRET})
    for job in Job.objects.all():
        jobs.run(str(job.pk))
    assert lines.of("job done")
    assert not lines.holds(SECRET)


@override_settings(ALLOWED_HOSTS=["minka.example"])
def test_a_host_that_is_not_ours_is_not_logged(db: None, client: Client, lines: Kept) -> None:
    assert client.get("/en/", headers={"Host": f"{SECRET}.example"}).status_code == 400
    assert any(event["logger"].startswith("django.security") for event in lines.events)
    assert not lines.holds(SECRET)


@pytest.mark.promise("logs")
def test_a_row_that_a_job_may_not_write_is_not_logged(work: Any, lines: Kept) -> None:
    def twice(claim: Claim) -> None:
        for _time in range(2):
            with transaction.atomic():
                User.objects.create(email=f"{SECRET}@demo.example", full_name=SECRET)

    work(twice)
    jobs.run(str(promise("one", "first").pk))
    [event] = lines.of("job failed")
    assert "IntegrityError 23505" in event["trace"]
    assert SECRET in Job.objects.get().error
    assert not lines.holds(SECRET)


@pytest.mark.parametrize(
    ("name", "words", "given", "logged"),
    [
        ("gunicorn.error", "Error handling request %s", (f"/{SECRET}",), "Error handling request …"),
        ("gunicorn.error", f"Invalid request from ip=::1: {SECRET}", (), "Invalid request from ip"),
        ("celery.app.trace", "Task %(name)s[%(id)s] raised", ({"name": SECRET, "id": SECRET},), "Task …[…] raised"),
        ("django.security.DisallowedHost", f"Invalid HTTP_HOST header: '{SECRET}'.", (), "Invalid HTTP_HOST header"),
        (
            "psycopg",
            "error ignored in rollback on %s: %s",
            (1, ValueError(SECRET)),
            "error ignored in rollback on …: …",
        ),
        ("config.health", "%s does not work: %s", ("disk", ValueError(SECRET)), "disk does not work: ValueError"),
        ("config.health", "plain", (), "plain"),
    ],
)
def test_of_other_libraries_the_sentence_is_kept_and_of_exceptions_the_kind(
    lines: Kept, name: str, words: str, given: tuple[Any, ...], logged: str
) -> None:
    record = logging.LogRecord(name, logging.ERROR, __file__, 1, words, given, None)
    lines.emit(record)
    assert lines.events[-1]["message"] == logged
    assert not lines.holds(SECRET)


def test_an_exception_as_a_message_is_its_kind_alone(lines: Kept) -> None:
    for name in ("config", "gunicorn.error"):
        lines.emit(logging.LogRecord(name, logging.ERROR, __file__, 1, ValueError(SECRET), (), None))
        assert lines.events[-1]["message"] == "ValueError"
    assert not lines.holds(SECRET)


def test_what_led_to_an_exception_is_traced_without_its_words(lines: Kept) -> None:
    try:
        try:
            raise KeyError(SECRET)
        except KeyError as first:
            raise DataError(SECRET) from first
    except DataError:
        logging.getLogger("config").exception("it failed")
    [event] = lines.of("it failed")
    assert event["trace"].index("KeyError") < event["trace"].index("DataError")
    assert not lines.holds(SECRET)


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (ImproperlyConfigured("SECRET_KEY is not set"), "ImproperlyConfigured: SECRET_KEY is not set"),
        (OperationalError("connection refused"), "OperationalError: connection refused"),
        (OSError(28, "any words", f"/media/{SECRET}"), "OSError: No space left on device"),
        (IntegrityError(f"Failing row contains ({SECRET})"), "IntegrityError"),
    ],
)
def test_what_mends_an_installation_is_said(error: Exception, words: str) -> None:
    assert described(error) == words


def test_no_field_is_logged_that_is_not_named(lines: Kept) -> None:
    logging.getLogger("config").info("told", extra={"kind": "a", "email": f"{SECRET}@demo.example"})
    [event] = lines.of("told")
    assert set(event) == {"time", "level", "logger", "message", "id", "kind"}


def test_a_readable_line_names_the_id_and_what_it_is_about(lines: Kept) -> None:
    with under(new_id()):
        logging.getLogger("config").warning("told", extra={"status": 200})
    assert f"WARNING config [{lines.events[-1]['id']}] told status=200" in lines.readable[-1]


# As it is run


def lines_of(child: Child) -> list[dict[str, Any]]:
    """The log of a process, each line of which must be JSON."""
    return [json.loads(line) for line in child.output().splitlines()]


@pytest.mark.promise("logs")
def test_the_web_server_writes_nothing_but_json_lines_without_addresses(committed: str, tmp_path: Path) -> None:
    """As in production, two processes; what they counted stands on one page."""
    port = free_port()
    (tmp_path / "static").mkdir()
    addresses = {
        name: urlsplit(os.environ[name])._replace(path=f"/{committed}").geturl()
        for name in ("DATABASE_URL", "PUBLIC_DATABASE_URL")
    }
    environment = (
        dict(os.environ)
        | addresses
        | {
            "DJANGO_SETTINGS_MODULE": "config.settings.production",
            "SECRET_KEY": "a-key-of-this-test-alone-that-is-long-enough-for-anybody",
            "ALLOWED_HOSTS": "minka.example",
            "METRICS_TOKEN": "prometheus",
            "MINKA_STATE": str(tmp_path),
        }
    )
    command = [sys.executable, "-m", "gunicorn", "config.wsgi:application", "--no-control-socket"]
    command += ["--worker-class", "gthread", "--workers", "2", "--bind", f"127.0.0.1:{port}", "--access-logfile", "-"]
    web = Child("web", command, log=tmp_path / "web.log", environment=environment, folder=PROJECT)
    usual = {"Host": "minka.example", "X-Forwarded-Proto": "https"}
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))

    def get(address: str, **headers: str) -> tuple[int, str]:
        request = urllib.request.Request(f"http://127.0.0.1:{port}{address}", headers=usual | headers)
        try:
            with opener.open(request, timeout=10) as response:
                return response.status, response.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, ""

    try:
        for _moment in range(300):
            try:
                get("/livez")
                break
            except OSError:
                web.check()
                time.sleep(0.2)
        for _time in range(20):
            assert get("/livez")[0] == 200
        get(f"/en/account/invitation/{SECRET}/")
        get(f"/en/?q={SECRET}", **{"X-Request-ID": "from-outside"})
        get("/livez", Host=f"{SECRET}.example")
        subprocess.run(
            [
                sys.executable,
                "-c",
                f"import socket; s = socket.create_connection(('127.0.0.1', {port}));"
                f" s.sendall(b'GET /{SECRET} {SECRET} HTTP/1.1\\r\\n\\r\\n'); s.recv(99)",
            ],
            check=True,
        )
        text = get("/metrics", Authorization="Bearer prometheus")[1]
    finally:
        web.stop()
    logged = lines_of(web)
    assert SECRET not in web.output()
    assert any(event["logger"] == "gunicorn.error" for event in logged)
    requests = [event for event in logged if event["message"] == "request"]
    assert "from-outside" in {event["id"] for event in requests}
    [counted] = [
        line
        for line in text.splitlines()
        if line.startswith('minka_requests_total{method="GET",route="/livez",status="200"}')
    ]
    assert float(counted.split()[-1]) >= 21
