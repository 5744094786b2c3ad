"""The database dies while somebody types: it is said, what was typed is kept, and everything comes back by itself."""

from __future__ import annotations

import html
import os
import re
import signal
from collections.abc import Iterator
from types import SimpleNamespace

import pytest

from config.launcher.product import LEAST_ROOM_TO_START, Product
from tests.flows.conftest import Visitor, database_of, wait_until

pytestmark = pytest.mark.servers


@pytest.fixture(autouse=True)
def database_is_back(product: Product) -> Iterator[None]:
    """Whatever a test finds, the next has a product that answers."""
    yield
    product.revive()
    product.wait_until_ready()


def end_database(product: Product) -> None:
    """Kill it, without a word to it before."""
    database = product.servers.database
    assert database is not None
    assert database.child is not None
    os.kill(database.child.pid, signal.SIGKILL)
    database.child.process.wait()


def count_called(product: Product, name: str) -> int:
    """How many mines have this name."""
    with database_of(product) as connection:
        [[count]] = connection.execute("SELECT count(*) FROM projects_project WHERE name = %s", [name]).fetchall()
    return int(count)


@pytest.mark.promise("typed")
def test_what_is_typed_while_the_database_dies_is_sent_again_and_saved_once(product: Product, ana: Visitor) -> None:
    typed = {"name": "Wayra Urqu", "country": "PE", "source-voice": "monitor", "source-state": "reported"}
    page = ana.get("/en/work/projects/add/")
    end_database(product)
    answer = ana.send(page, typed)
    assert answer.status == 503
    assert "Nothing was saved this time" in answer.text
    wait_until(lambda: product.readiness()[0] == 503, 5, "/readyz, which remembers for a second, says that pages fail")

    os.kill(product.processes["web"].pid, signal.SIGKILL)
    product.processes["web"].process.wait()
    product.revive()
    product.wait_until_ready()
    assert count_called(product, "Wayra Urqu") == 0
    held = {
        name: html.unescape(value)
        for name, value in re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', answer.text)
    }
    again = ana.send(answer, held)
    assert again.status == 200
    assert count_called(product, "Wayra Urqu") == 1


def test_a_database_that_ended_on_a_full_disk_waits_for_room_and_pages_say_so_meanwhile(
    product: Product, ana: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = 0
    revived = product.revived.copy()
    monkeypatch.setattr("config.launcher.product.shutil.disk_usage", lambda _folder: SimpleNamespace(free=room))
    end_database(product)
    product.revive()
    product.revive()
    assert product.waits_for_room
    assert product.revived == revived
    assert ana.get("/en/work/").status == 503
    room = LEAST_ROOM_TO_START
    product.revive()
    product.wait_until_ready()
    assert ana.get("/en/work/").status == 200
