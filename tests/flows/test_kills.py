"""kill -9 at each of six points of a job: nothing is lost, nothing is done twice, all of it within the promised time."""

from __future__ import annotations

import json
import os
import sys
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from accounts.models import Job, Organisation
from accounts.tasks import run_job
from compliance.models import Scorecard, ScorecardHead
from config.celery import app
from config.launcher.processes import Child
from config.launcher.product import CELERY, MANAGE, QUICK_START
from config.launcher.state import PROJECT
from projects.models import Project
from projects.services.records import OF_ONE_CHANGE
from tests.cast import YEAR, Cast, employment, gather_cast
from tests.cast import mine as a_mine
from tests.flows.killing_worker import MARK, POINTS

pytestmark = pytest.mark.servers
LEASE_SECONDS = 3
PROMISED_SECONDS = LEASE_SECONDS + 15


class Crew:
    """A dispatcher and a worker on the test's own database, and a supervisor that starts the worker again."""

    def __init__(self, database: str, folder: Path, victim: str) -> None:
        self.folder = folder
        self.plan = folder / "plan"
        self.plan.write_text("{}")
        self.prefix = f"kills-{uuid.uuid4().hex}-"
        self.environment = dict(os.environ) | {
            "DJANGO_SETTINGS_MODULE": "config.settings.test",
            "JOB_LEASE_SECONDS": str(LEASE_SECONDS),
            "MINKA_QUEUE_PREFIX": self.prefix,
            "MINKA_KILL_PLAN": str(self.plan),
            "MINKA_KILL_VICTIM": victim,
        }
        for name in ("DATABASE_URL", "OWNER_DATABASE_URL", "PUBLIC_DATABASE_URL"):
            if address := os.environ.get(name):
                self.environment[name] = urlsplit(address)._replace(path=f"/{database}").geturl()
        self.dispatcher = self.start("dispatcher", [*MANAGE, "dispatch_jobs"])
        self.restarts = 0
        self.ready_at: datetime | None = None
        self.worker = self.start_worker()

    def start(self, name: str, command: list[str]) -> Child:
        """Start one process."""
        return Child(name, command, log=self.folder / f"{name}.log", environment=self.environment, folder=PROJECT)

    def start_worker(self) -> Child:
        """Start the worker that kills itself."""
        self.ready_at = None
        program = [sys.executable, "-m", "celery", "-A", "tests.flows.killing_worker"]
        assert program[:3] == CELERY[:3]
        return self.start("worker", [*program, "worker", "--loglevel", "info", "--concurrency", "2", *QUICK_START])

    def look_at_the_worker(self) -> None:
        """Start it again where it died, and note when it is ready."""
        if not self.worker.running:
            self.worker.kill()  # what is left of it
            self.worker = self.start_worker()
            self.restarts += 1
        elif self.ready_at is None and " ready." in self.worker.output():
            self.ready_at = datetime.now(UTC)

    def wait_until(self, happened: Callable[[], bool], seconds: float, what: str) -> None:
        """Supervise until something has happened."""
        deadline = time.monotonic() + seconds
        while not happened():
            self.dispatcher.check()
            self.look_at_the_worker()
            if time.monotonic() > deadline:
                log = (self.folder / "worker.log").read_text()[-3000:]
                pytest.fail(f"not within {seconds:.0f} s: {what}; {jobs_as_text()}\n{log}")
            time.sleep(0.05)

    def deliveries(self) -> int:
        """How often the worker came to the end of a delivery, since its last start."""
        return self.worker.output().count("succeeded in")

    def stop(self) -> None:
        """Stop both."""
        for child in (self.dispatcher, self.worker):
            child.ask_to_stop()
        for child in (self.dispatcher, self.worker):
            child.kill()


def jobs_as_text() -> list[tuple[str, str, int, str]]:
    """What the outbox says, for a failing test."""
    return list(Job.objects.values_list("subject", "state", "attempts", "error"))


@pytest.fixture
def crew(committed: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Crew]:
    """Dispatcher and worker; the parameter says who dies."""
    made = Crew(committed, tmp_path, request.param)
    try:
        yield made
    finally:
        made.stop()


def report(cast: Cast, crew: Crew, point: str) -> Project:
    """A project whose first fact is entered; the worker dies at this point of the job that follows from it."""
    mine = a_mine(cast.monitor, f"Mine of {point}", operator=cast.company)
    crew.plan.write_text(json.dumps(json.loads(crew.plan.read_text()) | {str(mine.pk): point}))
    employment(cast.monitor, mine)
    return mine


def killed_at(crew: Crew, mine: Project, point: str) -> datetime | None:
    """When the kill happened, if it did."""
    mark = crew.folder / f"{mine.pk}-{point}"
    return datetime.fromtimestamp(mark.stat().st_mtime, UTC) if mark.exists() else None


def all_done() -> bool:
    """No job waits or runs, and there is one."""
    states = set(Job.objects.values_list("state", flat=True))
    return states == {Job.State.DONE}


def check_exactly_once(crew: Crew, mine: Project, point: str) -> None:
    """Killed as planned, and yet: one job, one effect, one scorecard, in time."""
    killed = killed_at(crew, mine, point)
    assert killed is not None, f"nobody was killed at: {point}"
    job = Job.objects.get(subject=f"project/{mine.pk}/{YEAR}", priority=OF_ONE_CHANGE)  # the night may ask once more
    assert job.state == Job.State.DONE
    assert job.attempts == (2 if point in ("claimed", "computed", "written") else 1)
    assert Organisation.objects.filter(name__startswith=f"{MARK}{job.pk}").count() == 1
    card = Scorecard.objects.get(project=mine)
    assert ScorecardHead.objects.get(project=mine, year=YEAR).scorecard_id == card.pk
    assert job.finished_at is not None
    since = max(killed, crew.ready_at or killed)  # a worker is there again
    took = (job.finished_at - since).total_seconds()
    assert took <= PROMISED_SECONDS, f"{point}: {took:.1f} s"


def check_a_second_delivery_changes_nothing(crew: Crew) -> None:
    """As when the broker hands out once more what nobody acknowledged."""
    crew.wait_until(lambda: crew.ready_at is not None, 60, "the worker is there")
    before = sorted(Job.objects.values_list("pk", "attempts", "finished_at"))
    cards, marks = Scorecard.objects.count(), Organisation.objects.filter(name__startswith=MARK).count()
    sender = app.connection_for_write(transport_options={"global_keyprefix": crew.prefix})
    with sender, sender.Producer() as producer:
        heard = crew.deliveries() + len(before)
        for pk, _attempts, _finished in before:
            run_job.apply_async((str(pk),), producer=producer)
    crew.wait_until(lambda: crew.deliveries() >= heard, 60, "the second deliveries are taken")
    assert sorted(Job.objects.values_list("pk", "attempts", "finished_at")) == before
    assert Scorecard.objects.count() == cards
    assert Organisation.objects.filter(name__startswith=MARK).count() == marks


@pytest.mark.parametrize("crew", ["child"], indirect=True)
@pytest.mark.promise("killed")
def test_a_child_that_is_killed_at_any_of_six_points_loses_and_doubles_nothing(crew: Crew) -> None:
    cast = gather_cast()
    mines = {point: report(cast, crew, point) for point in POINTS}
    crew.wait_until(all_done, 120, "every job is done")
    for point, mine in mines.items():
        check_exactly_once(crew, mine, point)
    assert crew.restarts == 0
    check_a_second_delivery_changes_nothing(crew)
    for mine in mines.values():  # and it goes on as if nothing had happened
        employment(cast.monitor, mine, YEAR - 1)
    crew.wait_until(all_done, 60, "the next jobs are done")
    assert Counter(Scorecard.objects.values_list("project", flat=True)) == {mine.pk: 2 for mine in mines.values()}


@pytest.mark.parametrize("crew", ["worker"], indirect=True)
@pytest.mark.promise("killed")
def test_a_worker_that_is_killed_at_any_of_six_points_loses_and_doubles_nothing(crew: Crew) -> None:
    cast = gather_cast()
    for point in POINTS:
        mine = report(cast, crew, point)
        crew.wait_until(all_done, PROMISED_SECONDS + 90, f"the job is done after a kill at: {point}")
        check_exactly_once(crew, mine, point)
    crew.wait_until(lambda: crew.restarts == len(POINTS), 60, "the worker was started again after each kill")
    check_a_second_delivery_changes_nothing(crew)
