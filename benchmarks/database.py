"""A migrated database of the run's own, dropped at its end."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from django.core.management import call_command
from django.db import connections
from psycopg import sql

ALIASES = ("default", "owner", "public")


def use_database(name: str) -> None:
    """Point every role at one database."""
    for alias in ALIASES:
        connections[alias].close()
        connections[alias].settings_dict["NAME"] = name


@contextmanager
def maintenance() -> Iterator[psycopg.Connection[Any]]:
    """A connection of the owner from which databases are made and dropped."""
    parameters = connections["owner"].get_connection_params() | {"dbname": "postgres"}
    kept = {key: value for key, value in parameters.items() if key in {"host", "port", "user", "password", "dbname"}}
    with psycopg.connect(**kept, autocommit=True) as connection:
        yield connection


@contextmanager
def own_database() -> Iterator[str]:
    """Create and prepare it; drop it whatever happened."""
    name = f"minka_bench_{os.getpid()}"
    original = connections["owner"].settings_dict["NAME"]
    with maintenance() as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    try:
        use_database(name)
        call_command("prepare", verbosity=0)
        yield name
    finally:
        use_database(original)
        with maintenance() as connection:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
