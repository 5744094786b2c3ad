"""The broker is gone, or silent: every form saves at once, pages work, and the scorecards follow when it is back."""

from __future__ import annotations

import json
import os
import re
import signal
import warnings
from collections.abc import Callable, Iterator
from itertools import count
from typing import Any

import pytest

from config.launcher.product import Product
from tests.flows.conftest import Visitor, wait_until

pytestmark = [pytest.mark.servers, pytest.mark.xdist_group("product")]
SLOWEST_SECONDS = 0.5
FOLLOWS_WITHIN_SECONDS = 90
PROJECT = "yana-phuyu"
AMOUNTS = count(120_000)
"""Never the same twice: the form would ask whether it is one payment."""
Ask = Callable[..., list[tuple[Any, ...]]]


@pytest.fixture
def slowest_seconds(ana: Visitor) -> float:
    """Half a second; on a machine that is too busy for that even with a broker, not much more than with one."""
    return max(SLOWEST_SECONDS, 3 * max(pay(ana)[0] for _payment in range(3)))


@pytest.fixture(params=["stopped", "silent"])
def broker_away(
    request: pytest.FixtureRequest, product: Product, slowest_seconds: float
) -> Iterator[Callable[[], None]]:
    """Without a broker; call it to bring the broker back. A stopped process still accepts connections."""
    broker = product.servers.broker
    assert broker is not None
    assert broker.child is not None
    back: list[bool] = []

    def bring_back() -> None:
        if not back and request.param == "stopped":
            broker.start()
        elif not back and broker.child is not None:
            os.kill(broker.child.pid, signal.SIGCONT)
        back.append(True)

    if request.param == "stopped":
        broker.stop()
    else:
        os.kill(broker.child.pid, signal.SIGSTOP)
    try:
        yield bring_back
    finally:
        bring_back()
        start_again_what_died(product)
        product.wait_until_ready()


def start_again_what_died(product: Product) -> None:
    """As a supervisor does: Celery's worker now and then ends itself when its broker goes (kombu 5.7)."""
    for name, child in list(product.processes.items()):
        if not child.running:
            warnings.warn(f"without its broker the {name} ended: {child.output()[-300:]}", stacklevel=1)
            child.kill()
            product.start(name)


def pay(visitor: Visitor) -> tuple[float, int]:
    """Enter a payment of the newest obligation; how long the whole answer took, and the new disbursement's key."""
    path = f"/en/work/projects/{PROJECT}/disbursements/add/"
    owed = re.search(r'<option value="(\d+)">[^<]* 2025<', visitor.get(path).text)
    assert owed
    fields = {
        "obligation": owed[1],
        "paid": str(next(AMOUNTS)),
        "purpose": "health",
        "source-voice": "company",
        "source-state": "reported",
    }
    answer = visitor.post(path, fields)
    found = re.search(r"/disbursements/(\d+)/$", answer.address)
    assert found, re.findall(r'<div class="errors".*?</div>', answer.text, re.S) or answer.text[:500]
    return answer.seconds, int(found[1])


@pytest.mark.promise("broker")
def test_forms_save_at_once_and_scorecards_follow(
    product: Product, ana: Visitor, stored: Ask, slowest_seconds: float, broker_away: Callable[[], None]
) -> None:
    saved = [pay(ana) for _payment in range(4)]
    slowest = max(seconds for seconds, _key in saved)
    assert slowest <= slowest_seconds, f"{slowest:.2f} s"

    for path in ("/livez", "/en/", f"/en/work/projects/{PROJECT}/", f"/en/work/projects/{PROJECT}/scorecards/"):
        answer = ana.get(path)
        assert (answer.status, answer.seconds <= slowest_seconds) == (200, True), (path, answer.seconds)
    assert product.readiness()[0] == 200
    assert stored("SELECT 1 FROM accounts_job WHERE state = 'waiting'")

    broker_away()
    records = {f"disbursement/{key}" for _seconds, key in saved}

    def followed() -> bool:
        start_again_what_died(product)
        rows = stored(
            "SELECT facts_text FROM compliance_scorecardhead h JOIN compliance_scorecard s ON s.id = h.scorecard_id"
            " JOIN projects_project p ON p.id = h.project_id WHERE p.slug = %s AND h.year = 2025",
            PROJECT,
        )
        return any(records <= {payment["record"] for payment in json.loads(facts)["payments"]} for (facts,) in rows)

    wait_until(followed, FOLLOWS_WITHIN_SECONDS, "the scorecard follows when the broker is back")
    product.wait_until_ready()
    left = "SELECT 1 FROM accounts_job WHERE state = 'running' OR error <> ''"
    wait_until(lambda: not stored(left), FOLLOWS_WITHIN_SECONDS, "nothing stays under way, and nothing failed")
    product.check()
