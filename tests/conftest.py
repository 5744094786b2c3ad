"""The database of the tests, and the cast.

Tests run as the application's role on a real PostgreSQL. The schema is built once into a template database, as
the owner; every worker gets a copy. Because ledgers refuse TRUNCATE, tests that commit get a copy of their own
(`committed`) instead of a flush.
"""

from __future__ import annotations

import os
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connections
from django.utils import translation
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from psycopg import sql

from compliance.middleware import PAGES

PATIENCE_SECONDS = 20
ALIASES = ("default", "owner", "public")
SHARED_DATA = Path(__file__).resolve().parent.parent.parent / "shared" / "data"


RUN = os.environ.setdefault("MINKA_TEST_RUN", uuid.uuid4().hex[:8])
TEMPLATE = f"minka_template_{RUN}"

hypothesis_settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
hypothesis_settings.load_profile("untimed")  # a busy machine is no fault; speed is what benchmarks are for


def pytest_sessionfinish(session: pytest.Session) -> None:
    """The process that started the workers drops what they shared."""
    if not hasattr(session.config, "workerinput") and os.environ.get("DATABASE_URL"):
        with maintenance() as connection:
            drop_database(connection, TEMPLATE)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Tests that may use the database may use it through the public connection as well."""
    for item in items:
        if item.get_closest_marker("django_db") or "db" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.django_db(databases=["default", "public"]), append=False)


@contextmanager
def maintenance() -> Iterator[psycopg.Connection[Any]]:
    """A connection of the owner from which databases are made and dropped."""
    config = connections["owner"].get_connection_params() | {"dbname": "postgres"}
    config = {key: value for key, value in config.items() if key in {"host", "port", "user", "password", "dbname"}}
    with psycopg.connect(**config, autocommit=True) as connection:
        yield connection


def use_database(name: str) -> None:
    """Point every alias at one database."""
    for alias in ALIASES:
        connections[alias].close()
        connections[alias].settings_dict["NAME"] = name


def drop_database(connection: psycopg.Connection[Any], name: str) -> None:
    """Drop a database; processes of other roles that are just ending are waited for, ours are cut off."""
    statement = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
    for _second in range(PATIENCE_SECONDS):
        try:
            connection.execute(statement)
        except psycopg.errors.InsufficientPrivilege:
            time.sleep(1)
        else:
            return
    connection.execute(statement)


def copy_database(connection: psycopg.Connection[Any], template: str, name: str) -> None:
    """Make a fresh copy, dropping one left over from an interrupted run."""
    drop_database(connection, name)
    connection.execute(
        sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY").format(
            sql.Identifier(name), sql.Identifier(template)
        )
    )


@pytest.fixture(autouse=True)
def fresh() -> Iterator[None]:
    """Whatever ran before: no page is kept, and messages are in English unless a test asks otherwise."""
    PAGES.clear()
    with translation.override("en"):
        yield


@pytest.fixture(scope="session")
def template_database(django_db_blocker: Any) -> Iterator[str]:
    """The migrated database with reference data, built by whichever worker comes first."""
    name = TEMPLATE
    original = settings.DATABASES["owner"]["NAME"]
    with django_db_blocker.unblock(), maintenance() as connection:
        connection.execute("SELECT pg_advisory_lock(4477)")
        exists = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone()
        if not exists:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
            use_database(name)
            call_command("prepare", verbosity=0)
            use_database(original)
        connection.execute("SELECT pg_advisory_unlock(4477)")
    yield name
    use_database(original)


@pytest.fixture(scope="session")
def django_db_setup(template_database: str, worker_id: str, django_db_blocker: Any) -> Iterator[None]:
    """Give this worker its copy; public pages read through the test's own transaction."""
    name = f"minka_test_{os.getpid()}_{worker_id}"
    with django_db_blocker.unblock(), maintenance() as connection:
        connection.execute("SELECT pg_advisory_lock(4477)")
        copy_database(connection, template_database, name)
        connection.execute("SELECT pg_advisory_unlock(4477)")
        use_database(name)
    public = connections["public"]
    connections["public"] = connections["default"]
    yield
    connections["public"] = public
    with django_db_blocker.unblock():
        use_database("postgres")
        with maintenance() as connection:
            drop_database(connection, name)


@contextmanager
def using_database_of_its_own(name: str, make: Callable[[psycopg.Connection[Any], str], None]) -> Iterator[str]:
    """Let everything really commit in a database that `make` makes under this name; it is dropped afterwards."""
    usual = connections["default"].settings_dict["NAME"]
    mirrored = connections["public"]
    with maintenance() as connection:
        make(connection, name)
    del connections["public"]
    use_database(name)
    try:
        yield name
    finally:
        use_database(usual)
        connections["public"] = mirrored
        with maintenance() as connection:
            drop_database(connection, name)


@pytest.fixture
def committed(django_db_setup: None, template_database: str, worker_id: str, django_db_blocker: Any) -> Iterator[str]:
    """A database of this test's own, in which everything really commits; its name."""

    def copied(connection: psycopg.Connection[Any], name: str) -> None:
        connection.execute("SELECT pg_advisory_lock(4477)")
        copy_database(connection, template_database, name)
        connection.execute("SELECT pg_advisory_unlock(4477)")

    name = f"minka_committed_{os.getpid()}_{worker_id}"
    with django_db_blocker.unblock(), using_database_of_its_own(name, copied):
        yield name


@pytest.fixture
def shared_data() -> Callable[[str], Path]:
    """The path of a real file; the test is skipped, saying so, where it is absent."""

    def find(relative: str) -> Path:
        path = SHARED_DATA / relative
        if not path.exists():
            pytest.skip(f"real data file {relative} is not beside this checkout")
        return path

    return find
