"""Whatever is sent to the API, as its schema allows or not: no answer is a crash, and each is as the schema says."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings as project_settings
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.test import Client, override_settings
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import APIOperation, Case, GenerationMode, openapi
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from config.wsgi import application
from tests.cast import Cast, gather_cast, open_mine, produced, published

pytestmark = pytest.mark.django_db
CHECKS: list[Any] = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
AT_MOST = settings(
    max_examples=2,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
"""A few cases for each address and method, the same ones every time."""
TOKEN = "t" * 32
HEADERS = {"X-CSRFToken": TOKEN}


@pytest.fixture(autouse=True)
def one_connection() -> Iterator[None]:
    """Requests stay within the test's transaction, as with Django's own client."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def cast() -> Cast:
    """Everybody, with a mine of which everything is recorded and a year is published."""
    cast = gather_cast()
    published(cast, produced(open_mine(cast.monitor, cast.company).project))
    return cast


def cookies_of(client: Client) -> dict[str, str]:
    """The session of whoever is signed in, and the token of forms."""
    session = client.cookies.get(project_settings.SESSION_COOKIE_NAME)
    signed_in = {project_settings.SESSION_COOKIE_NAME: session.value} if session else {}
    return {project_settings.CSRF_COOKIE_NAME: TOKEN} | signed_in


def sent(operation: APIOperation[Any, Any, Any, Any], mode: GenerationMode, cookies: dict[str, str]) -> set[int]:
    """Send a few cases; returns how they were answered."""
    answered: set[int] = set()

    @AT_MOST
    @given(case=operation.as_strategy(mode))
    def check(case: Case[Any]) -> None:
        response = case.call(headers=HEADERS, cookies=cookies)
        case.validate_response(response, checks=CHECKS)
        answered.add(response.status_code)

    check()
    return answered


@override_settings(ALLOWED_HOSTS=["localhost"])
@pytest.mark.parametrize("who", ["monitor", "anonymous"])
def test_every_answer_is_as_the_schema_says(client: Client, cast: Cast, who: str) -> None:
    if who != "anonymous":
        client.force_login(cast[who])
    cookies = cookies_of(client)
    schema = openapi.from_wsgi("/api/v1/schema/", application, headers=HEADERS)
    schema.config.generation.with_security_parameters = False  # who asks is what the cookies say, no invented token
    answered: dict[str, set[int]] = {}
    for found in schema.get_all_operations():
        operation: APIOperation[Any, Any, Any, Any] = found.ok()  # type: ignore[union-attr]
        answered[operation.label] = sent(operation, GenerationMode.POSITIVE, cookies)
        if operation.body:
            answered[operation.label] |= sent(operation, GenerationMode.NEGATIVE, cookies)
    assert len(answered) > 40
    if who == "anonymous":
        assert {label for label, codes in answered.items() if codes != {403}} == {
            "GET /api/v1/publications/",
            "GET /api/v1/takedowns/",
        }
    else:
        assert {label for label, codes in answered.items() if 403 in codes} == set()
        assert {200, 400, 404} <= set().union(*answered.values())
