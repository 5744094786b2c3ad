"""Who plays in the tests of judgement and review, and the scorecard that they work on."""

from __future__ import annotations

import pytest
from django.test import Client

from compliance.models import Scorecard
from tests.cast import (
    Cast,
    Mine,
    gather_cast,
    open_mine,
    produced,
)


@pytest.fixture
def cast() -> Cast:
    """Everybody."""
    return gather_cast()


@pytest.fixture
def mine(cast: Cast) -> Mine:
    """A mine with everything on record."""
    return open_mine(cast.monitor, cast.company)


@pytest.fixture
def card(mine: Mine) -> Scorecard:
    """Its scorecard."""
    return produced(mine.project)


@pytest.fixture
def reviewer(client: Client, cast: Cast) -> Client:
    """The reviewer's browser."""
    client.force_login(cast.reviewer)
    return client
