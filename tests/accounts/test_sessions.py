"""A session that cannot be saved says why."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.sessions.backends.base import UpdateError
from django.contrib.sessions.models import Session
from django.db import OperationalError, connection
from django.test import Client
from psycopg.errors import AdminShutdown

from accounts.sessions import SessionStore
from tests.cast import gather_cast, open_mine

pytestmark = pytest.mark.django_db


def shut_down(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
    """Refuse sessions as a database does that is being shut down."""
    if 'UPDATE "django_session"' in sql:
        raise OperationalError("terminating connection") from AdminShutdown("terminating connection")
    return execute(sql, params, many, context)


def test_a_database_that_is_away_is_not_told_as_a_session_that_was_ended() -> None:
    session = SessionStore()
    session["seen"] = 1
    session.save()
    with connection.execute_wrapper(shut_down), pytest.raises(OperationalError, match="terminating connection"):
        session.save()


def test_a_session_that_was_ended_meanwhile_is_told_as_one() -> None:
    session = SessionStore()
    session["seen"] = 1
    session.save()
    Session.objects.all().delete()
    with pytest.raises(UpdateError):
        session.save()


def test_whoever_saves_while_the_database_goes_away_is_told_to_send_it_again(client: Client) -> None:
    cast = gather_cast()
    mine = open_mine(cast.monitor, cast.company).project
    client.force_login(cast.monitor)
    client.raise_request_exception = False
    with connection.execute_wrapper(shut_down):
        answer = client.post(
            f"/en/work/projects/{mine.slug}/disclosures/add/",
            {
                "title": "Report of 2024",
                "period_end": "2024-12-31",
                "published_on": "2025-02-03",
                "source-voice": "monitor",
                "source-state": "reported",
                "source-reference": "site",
            },
        )
    assert answer.status_code == 503
    assert answer["Retry-After"]
