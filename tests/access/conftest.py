"""One world for all tests of a file; what they change is taken back."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.utils import translation

from tests.access.walk import World, build_world, clients_of


@pytest.fixture(scope="package")
def shared_world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    """Everything that is walked through, entered once."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield build_world()
        transaction.set_rollback(True)


@pytest.fixture
def world(shared_world: World, django_db_blocker: Any) -> Iterator[World]:
    """The world as it was entered."""
    with django_db_blocker.unblock(), translation.override("en"), transaction.atomic():
        yield shared_world
        transaction.set_rollback(True)


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    """Thousands of refusals need no line each."""
    logger = logging.getLogger("django.request")
    level = logger.level
    logger.setLevel(logging.ERROR)
    yield
    logger.setLevel(level)


@pytest.fixture
def clients(world: World) -> dict[str, Client]:
    """Everybody's browser."""
    return clients_of(world)
