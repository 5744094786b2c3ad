"""The stored databases of older Minkas, each restored and taken up once for all tests of a file."""

from __future__ import annotations

import json
import lzma
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest
import time_machine
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.db import connections, transaction
from django.test import Client
from psycopg import sql

from accounts.models import User
from tests.conftest import drop_database, using_database_of_its_own

DATABASES = Path(__file__).with_name("databases")
NAMES = sorted(path.name.removesuffix(".sql.xz") for path in DATABASES.glob("*.sql.xz"))
SEALED = {
    "accounts_auditentry": "id, actor_id, verb, object_id, changes, reason, at",
    "communities_statement": "id, disbursement_id, side, amount, occurred_on, supersedes_id, reason, source_id",
    "compliance_policyframework": "id, code, version, valid_from, sha256",
    "compliance_publication": "sequence, sha256, previous_sha256, document, scorecard_id, approved_by_id, published_at",
    "compliance_review": "id, scorecard_id, indicator, action, reviewer_id, reason, score, shown_sha256, at",
    "compliance_scorecard": "id, project_id, year, framework_id, facts_sha256, score, worst, best, grade, computed_at",
    "compliance_scorecardhead": "project_id, year, scorecard_id, produced_at",
}
"""What is written once and never changes, or only when facts do, whatever becomes of the tables around it."""


@dataclass(frozen=True)
class Older:
    """One stored database: when it was made, what its own code said of it, and the sealed rows from before."""

    made_at: datetime
    standing: dict[str, dict[str, Any]]
    records: dict[str, list[str]]
    sealed: dict[str, list[tuple[Any, ...]]]


def sealed_rows() -> dict[str, list[tuple[Any, ...]]]:
    """The columns that stay, of all rows."""
    found = {}
    with connections["owner"].cursor() as cursor:
        for table, columns in SEALED.items():
            cursor.execute(f"SELECT {columns} FROM {table} ORDER BY 1, 2")  # noqa: S608
            found[table] = cursor.fetchall()
    return found


@contextmanager
def restored(name: str, worker_id: str) -> Iterator[str]:
    """A stored database, as it was when it was stored; the name of the copy."""
    text = lzma.decompress((DATABASES / f"{name}.sql.xz").read_bytes()).decode()

    def make(connection: psycopg.Connection[Any], copy: str) -> None:
        drop_database(connection, copy)
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(copy)))
        with psycopg.connect(connection.info.dsn, password=connection.info.password, dbname=copy) as inside:
            inside.execute(text.encode())

    with using_database_of_its_own(f"minka_upgraded_{os.getpid()}_{worker_id}", make) as copy:
        ContentType.objects.clear_cache()
        yield copy
    ContentType.objects.clear_cache()


@pytest.fixture(scope="module", params=NAMES)
def older(request: pytest.FixtureRequest, django_db_setup: None, worker_id: str, django_db_blocker: Any) -> Any:
    """A database of an older Minka, taken up to today's code."""
    said = json.loads((DATABASES / f"{request.param}.json").read_text())
    with django_db_blocker.unblock(), restored(request.param, worker_id):
        sealed = sealed_rows()
        call_command("prepare", verbosity=0)
        yield Older(datetime.fromisoformat(said["made_at"]), said["standing"], said["records"], sealed)


@pytest.fixture(autouse=True)
def upgraded(older: Older, django_db_blocker: Any) -> Iterator[None]:
    """Every test here goes on where the older Minka stopped, on that day; what it changes is taken back."""
    with django_db_blocker.unblock(), time_machine.travel(older.made_at), transaction.atomic():
        yield
        transaction.set_rollback(True)


def signed_in(name: str) -> Client:
    """The browser of one of the demo's people."""
    client = Client(headers={"accept-language": "en"})
    client.force_login(User.objects.get(email=f"{name}@demo.example"))
    return client
