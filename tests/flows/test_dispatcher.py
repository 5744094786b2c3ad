"""The dispatcher as a real process: it outlives its connection to the database."""

from __future__ import annotations

import os
import time
import uuid
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.db import connection, transaction

from accounts.models import Job
from accounts.services.jobs import Promise, promise_jobs
from config.launcher.processes import Child
from config.launcher.product import MANAGE
from config.launcher.state import PROJECT
from tests.flows.conftest import wait_until

pytestmark = pytest.mark.servers


def others() -> list[int]:
    """Connections to this database that are not the test's own."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
            " AND usename = current_user"
        )
        return [pid for (pid,) in cursor.fetchall()]


def is_dispatched(subject: str) -> bool:
    """Whether the bell was rung for it."""
    return Job.objects.filter(subject=subject, dispatched_at__isnull=False).exists()


def promise(subject: str) -> None:
    """A job that nobody will do here."""
    with transaction.atomic():
        promise_jobs([Promise("test", subject)])


def dispatched_or_dead(dispatcher: Child, subject: str) -> bool:
    """Nothing more to wait for."""
    return is_dispatched(subject) or not dispatcher.running


@pytest.mark.promise("dispatcher")
def test_a_dispatcher_that_loses_its_connection_goes_on(committed: str, tmp_path: Path) -> None:
    """As when PostgreSQL is started again; until then jobs wait, and then they are handed on."""
    environment = dict(os.environ) | {
        "DJANGO_SETTINGS_MODULE": "config.settings.test",
        "MINKA_QUEUE_PREFIX": f"dispatcher-{uuid.uuid4().hex}-",
        "DATABASE_URL": urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{committed}").geturl(),
    }
    command = [*MANAGE, "dispatch_jobs"]
    dispatcher = Child("dispatcher", command, log=tmp_path / "log", environment=environment, folder=PROJECT)
    try:
        promise("before")
        wait_until(lambda: is_dispatched("before"), 60, "the dispatcher works")
        for moment in (0.1, 0.3, 0.6):  # most of the time it listens
            time.sleep(moment)
            cut = others()
            assert cut
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_terminate_backend(pid) FROM unnest(%s::int[]) AS pid", [cut])
            promise(f"after {moment}")
            wait_until(partial(dispatched_or_dead, dispatcher, f"after {moment}"), 30, "it works again")
            dispatcher.check()
            assert not set(cut) & set(others())
    finally:
        dispatcher.stop()
    assert dispatcher.process.returncode == 0
