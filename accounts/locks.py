"""Locks by name, for what no row stands for."""

from __future__ import annotations

from django.db import connection


def take_turns(name: str) -> None:
    """Wait until nobody else holds the lock of this name; it is held until the current transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [name])
