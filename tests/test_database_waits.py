"""Nobody waits for the database for ever: locks, statements and idle transactions end, and what was typed is kept."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.db import InternalError, OperationalError, connection, connections
from django.test import Client

from accounts.models import Job, Organisation
from accounts.services import jobs
from accounts.services.jobs import JOB_KINDS, JobKind
from config.launcher.servers import Postgres
from config.launcher.state import State, default_folder
from config.settings.base import PAGES_WAIT, PREPARING_WAITS, WORK_WAITS
from config.views import is_away
from projects.models import Project
from tests.access.test_database_roles import entered_as
from tests.accounts.test_jobs import let_wait_end, one_job, promise
from tests.cast import gather_cast

SECRET = "Rosa Quispe, who wants to be named nowhere"


@contextmanager
def limited(**limits: str) -> Iterator[None]:
    """Shorter limits than those of the settings, so that the test need not wait."""
    with connection.cursor() as cursor:
        for name, value in limits.items():
            cursor.execute("SELECT set_config(%s, %s, false)", [name, value])
    yield
    connection.close()


@contextmanager
def locked(database: str, table: str) -> Iterator[None]:
    """Somebody else holds all rows of a table."""
    with entered_as(settings.DATABASES["default"]["USER"], database) as other, other.transaction():
        other.execute(psycopg.sql.SQL("SELECT 1 FROM {} FOR UPDATE").format(psycopg.sql.Identifier(table)))
        yield


def limits_of(alias: str) -> dict[str, str]:
    """What PostgreSQL says of a connection of the settings."""
    with connections[alias].cursor() as cursor:
        cursor.execute("SELECT name, setting FROM pg_settings WHERE name = ANY(%s)", [list(WORK_WAITS)])
        return dict(cursor.fetchall())


def spelled(waits: dict[str, int]) -> dict[str, str]:
    """Limits as PostgreSQL says them, in milliseconds; 0 is none."""
    return {name: f"{waits.get(name, 0) * 1000}" for name in WORK_WAITS}


def test_each_connection_has_its_limits(committed: str) -> None:
    assert limits_of("default") == limits_of("public") == spelled(WORK_WAITS)
    assert limits_of("owner") == spelled(PREPARING_WAITS)


def test_pages_wait_less_than_work_and_nothing_cuts_the_preparation() -> None:
    assert all(PAGES_WAIT[name] < WORK_WAITS[name] for name in WORK_WAITS)
    assert PREPARING_WAITS.keys() == {"lock_timeout"}
    assert WORK_WAITS["statement_timeout"] < settings.CELERY_TASK_SOFT_TIME_LIMIT


BEHIND_GUNICORN = "exec(open('gunicorn.conf.py').read()); import config.wsgi"


@pytest.mark.parametrize(
    ("start", "waits"),
    [("import config.wsgi", PAGES_WAIT), (BEHIND_GUNICORN, PAGES_WAIT), ("import config.celery", WORK_WAITS)],
)
def test_web_and_worker_take_their_own_limits(start: str, waits: dict[str, int]) -> None:
    told = "; print(*(settings.DATABASES[alias]['OPTIONS']['options'] for alias in ('default', 'public')), sep='\\n')"
    said = subprocess.run(
        [sys.executable, "-c", f"{start}; from django.conf import settings{told}"],
        env={name: value for name, value in os.environ.items() if name != "MINKA_SERVES_PAGES"},
        cwd=settings.BASE_DIR,
        capture_output=True,
        text=True,
        check=True,
    )
    own = " ".join(f"-c {name}={seconds}s" for name, seconds in waits.items())
    assert said.stdout.splitlines()[-2:] == [own, own]


def test_a_page_that_waits_for_a_lock_in_vain_says_so_and_keeps_what_was_typed(committed: str) -> None:
    cast = gather_cast()
    client = Client(raise_request_exception=False)
    client.force_login(cast.monitor)
    address = "/en/work/projects/add/"
    typed = {"name": "Qori Sami", "country": "PE", "source-voice": "monitor", "source-state": "reported"}
    with locked(committed, "accounts_user"), limited(lock_timeout="100ms"):
        answer = client.post(address, typed)
    assert (answer.status_code, answer.get("Retry-After")) == (503, "30")
    assert '<input type="hidden" name="name" value="Qori Sami">' in answer.content.decode()
    assert not Project.objects.exists()
    assert client.post(address, typed).status_code == 302
    assert Project.objects.get().name == "Qori Sami"


def test_a_statement_or_a_transaction_that_takes_too_long_is_answered_like_a_database_that_is_away(
    committed: str,
) -> None:
    with limited(statement_timeout="50ms"), connection.cursor() as cursor, pytest.raises(OperationalError) as slow:
        cursor.execute("SELECT pg_sleep(5)")
    assert is_away(slow.value)
    with limited(idle_in_transaction_session_timeout="50ms"):
        connection.set_autocommit(False)
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            time.sleep(0.5)
            with pytest.raises((OperationalError, InternalError)) as idle:
                cursor.execute("SELECT 1")
    assert is_away(idle.value)


@pytest.fixture
def waiting_job(committed: str) -> Iterator[Job]:
    """A job that renames all organisations."""
    Organisation.objects.create(name="Before", kind=Organisation.Kind.OTHER)

    def write(_claim: Any, _result: Any) -> None:
        Organisation.objects.update(name="After")

    JOB_KINDS["test"] = JobKind("Test", lambda _claim: None, write)
    promise()
    yield one_job()
    del JOB_KINDS["test"]


def test_a_job_that_waits_for_a_lock_in_vain_is_tried_again_and_uses_up_no_attempt(
    committed: str, waiting_job: Job
) -> None:
    with locked(committed, "accounts_organisation"), limited(lock_timeout="100ms"):
        jobs.run(str(waiting_job.pk))
    job = one_job()
    assert "lock timeout" in job.error
    assert job.attempts == 0
    let_wait_end()
    jobs.run(str(job.pk))
    assert Organisation.objects.get().name == "After"


def test_a_job_that_takes_too_long_by_itself_uses_up_an_attempt_and_holds_no_other_up(waiting_job: Job) -> None:
    def sleep(_claim: Any) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_sleep(5)")

    JOB_KINDS["test"] = JobKind("Test", sleep, lambda _claim, _result: None)
    promise("other")
    with limited(statement_timeout="100ms"):
        jobs.run(str(waiting_job.pk))
    failed, other = Job.objects.get(pk=waiting_job.pk), Job.objects.get(subject="other")
    assert "statement timeout" in failed.error
    assert failed.attempts == 1
    assert (other.attempts, other.error) == (0, "")
    assert Job.objects.due().filter(pk=other.pk).exists()


@pytest.fixture
def state() -> Iterator[State]:
    """A folder that the server's user may enter."""
    found = State(Path(os.environ.get("MINKA_STATE") or default_folder()) / f"waits-{os.getpid()}")
    found.lock()
    yield found
    found.delete()


@pytest.mark.promise("logs")
def test_no_row_and_no_statement_stands_in_the_log_of_the_database(state: State) -> None:
    """Not even of a statement that fails; which rule it broke does."""
    server = Postgres(state, durable=False)
    server.start()
    sockets = server.environment()["DATABASE_URL"].partition("host=")[2]
    try:
        with psycopg.connect(
            host=sockets, user="minka_owner", dbname="minka", autocommit=True, cursor_factory=psycopg.ClientCursor
        ) as own:
            own.execute("CREATE TABLE said (name text PRIMARY KEY, whole int CHECK (whole > 0))")
            own.execute("INSERT INTO said VALUES (%s, %s)", [SECRET, 1])
            for number in (0, 2, 10**20):
                with pytest.raises(psycopg.DatabaseError):
                    own.execute("INSERT INTO said VALUES (%s, %s)", [SECRET, number])
        logged = (state.log / "postgres.log").read_text()
    finally:
        server.stop()
    assert 'violates check constraint "said_whole_check"' in logged
    assert 'violates unique constraint "said_pkey"' in logged
    assert "INSERT INTO said" not in logged
    assert SECRET not in logged
