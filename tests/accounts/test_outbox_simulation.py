"""The outbox under many schedules, each of which follows from its seed: whoever dies, stalls or doubles, promises are kept.

Everything but Celery is real: the services, the dispatcher's rounds, PostgreSQL and its clock. Promiser, dispatcher, workers
and broker take turns at one connection; a worker stops within `jobs.run` at each step of `compute`, so that anything may
happen between claim and finish. Time passes by moving every time of the outbox into the past. What only two connections
show (locks) is in `test_jobs.py`.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from random import Random
from types import SimpleNamespace
from typing import Any, NamedTuple
from unittest import mock
from uuid import UUID

import pytest
from django.conf import settings
from django.db import OperationalError, connection, transaction
from django.test import override_settings
from greenlet import GreenletExit, getcurrent, greenlet

from accounts.management.commands import dispatch_jobs
from accounts.models import Job
from accounts.services import jobs
from accounts.services.jobs import Claim, JobKind, Progress, Promise, promise_jobs

SCHEDULES = 150
TURNS = 30
LAST_ROUNDS = 30
SUBJECTS = ("a", "b")
STEPS = {"once": 1, "sour": 1, "steps": 3}
"""How many effects a job of each kind has; a sour one fails by itself until it is mended."""
TO_BE_REACHED = {
    "a lease ran out during the work",
    "a token was refused at the finish",
    "a token was refused while another worker held the job",
    "two workers had one job in hand",
    "a promise was folded into a waiting one",
    "a promise was made while its job ran",
    "a promise was rolled back",
    "a worker died before the finish",
    "a worker died in the middle of the finish",
    "a worker died between finish and acknowledgement",
    "the broker refused ids",
    "the broker lost ids",
    "a bell was rung again",
    "a step gave way and another claim went on",
    "two jobs were done together",
    "a job failed by itself until it was set apart",
    "a fault of the whole befell a job",
    "a job was taken back while a later promise waited",
}
JOBS = """
    SELECT id, kind, subject, state, attempts, token, (payload ->> 'promise')::int, dispatched_at IS NOT NULL,
           coalesce(lease_until < statement_timestamp(), false)
      FROM accounts_job
"""
EFFECT = """
    INSERT INTO effect (job, kind, subject, promise, token, held, step)
    SELECT id, kind, subject, %s, %s, CASE state WHEN 'running' THEN token END,
           1 + (SELECT count(*) FROM effect WHERE job = accounts_job.id)
      FROM accounts_job WHERE id = %s RETURNING step
"""
TIME_PASSES = """
    UPDATE accounts_job SET requested_at = requested_at - moved, not_before = not_before - moved,
           dispatched_at = dispatched_at - moved, started_at = started_at - moved, lease_until = lease_until - moved,
           failing_since = failing_since - moved
      FROM make_interval(secs => %s) AS moved
"""


class Row(NamedTuple):
    """A job as it stands."""

    id: UUID
    kind: str
    subject: str
    state: str
    attempts: int
    token: UUID | None
    promise: int
    rung: bool
    lease_ran_out: bool


class Effect(NamedTuple):
    """What a claim has written, with the token that held the job at that moment."""

    job: UUID
    kind: str
    subject: str
    promise: int
    token: UUID
    held: UUID | None
    step: int


class Worker:
    """A process of Celery: the message in its hands, and how far it is with it."""

    def __init__(self, name: str, pace: int) -> None:
        self.name = name
        self.pace = pace
        self.message = ""
        self.run: Any = None
        self.at = "free"
        self.claim: Claim | None = None
        self.wrote = False

    def put_down(self) -> str:
        """Be free again; the message that it had."""
        message, self.message, self.run, self.at, self.claim = self.message, "", None, "free", None
        return message


class Simulation:
    """One schedule: who has the next turn, and what becomes of it, follows from the seed."""

    def __init__(self, seed: int, reached: Counter[str]) -> None:
        self.random = Random(seed)
        self.reached = reached
        self.trace: list[str] = []
        self.queue: list[str] = []
        self.workers = [Worker("the slow worker", 1), Worker("worker 2", 5), Worker("worker 3", 5)]
        self.turn_seconds = self.random.choice((0, 3600))
        self.broker_is_away = self.is_broken = self.is_over = False
        self.is_sour = True
        self.abouts = self.random.sample([(kind, subject) for kind in STEPS for subject in SUBJECTS], 3)
        self.made: dict[int, tuple[str, str]] = {}
        """the kind and subject of each promise, by its number"""
        self.made_before: dict[UUID | None, int] = {}
        """the newest promise when each token was made"""
        self.rows: dict[UUID, Row] = {}
        self.names: dict[UUID, str] = {}
        self.failed: Counter[UUID] = Counter()
        """how often each job was tried in vain and by its own fault, since it was promised or its last step was written"""
        self.went_on: dict[UUID, UUID] = {}
        """under which token each job was that goes on"""

    def tell(self, words: str) -> None:
        """Keep what happened for the message of a failure."""
        self.trace.append(words)

    def reach(self, state: str) -> None:
        """Count a state that must be reached."""
        self.reached[state] += 1
        self.tell(f"  ({state})")

    def take_a_turn(self) -> None:
        """Let one of all do one thing."""
        turns = {
            self.promise: 4,
            self.work: 20 if self.able else 0,
            self.ring: 10 if any(row.state == "waiting" and not row.rung for row in self.rows.values()) else 3,
            self.take_back: 10 if any(row.lease_ran_out for row in self.rows.values()) else 1,
            self.let_time_pass: 4,
            self.kill: 1 if self.busy else 0,
            self.lose_ids: 1 if self.queue else 0,
            self.turn_the_broker: 2 if self.broker_is_away else 0.5,
            self.break_or_mend: 2 if self.is_broken else 0.5,
            self.sour_or_sweeten: 0.5,
        }
        self.random.choices(list(turns), list(turns.values()))[0]()
        self.check()

    def promise(self) -> None:
        """A person saves something, or is refused after all."""
        kind, subject = about = self.random.choice(self.abouts)
        number = len(self.made) + 1
        priority, after = self.random.choice((0, 10)), self.random.choice((0, 0, 0, 30))
        is_refused = self.random.random() < 0.1
        with transaction.atomic():
            promise_jobs([Promise(kind, subject, {"promise": number}, priority, after)])
            transaction.set_rollback(is_refused)
        if is_refused:
            self.tell(f"promise about {kind} {subject} is rolled back")
            self.reach("a promise was rolled back")
            return
        self.tell(f"promise {number} about {kind} {subject}, priority {priority}, after {after} seconds")
        self.made[number] = about
        for row in self.rows.values():
            if (row.kind, row.subject) == about and row.state == "waiting":
                self.failed[row.id] = 0
                self.reach("a promise was folded into a waiting one")
            if (row.kind, row.subject) == about and row.state == "running":
                self.reach("a promise was made while its job ran")
        self.look()
        assert number in {row.promise for row in self.rows.values() if row.state == "waiting"}, "its words do not wait"

    def ring(self) -> None:
        """The dispatcher hands ids to the broker."""
        self.tell("the dispatcher rings")
        dispatch_jobs.ring_bells()

    def apply_async(self, arguments: tuple[str], *, retry: bool, priority: int) -> None:
        """The broker takes an id, in Celery's words."""
        if self.broker_is_away:
            self.reach("the broker refused ids")
            raise OSError("the broker is away")
        self.queue.append(arguments[0])
        self.tell(f"  for {self.names[UUID(arguments[0])]}")
        if self.rows[UUID(arguments[0])].rung:
            self.reach("a bell was rung again")

    def take_back(self) -> None:
        """The dispatcher looks for jobs of workers that died."""
        before = self.rows
        taken_back = jobs.take_back_abandoned()
        self.look()
        changed = [row for row in before.values() if self.rows[row.id].state != row.state]
        assert len(changed) == taken_back
        for row in changed:
            self.tell(f"{self.names[row.id]} is taken back")
            self.failed[row.id] += 1
            if self.rows[row.id].state == "done":
                self.reach("a job was taken back while a later promise waited")

    def let_time_pass(self) -> None:
        """Between a second and a day and a half."""
        self.move_clock(2 ** self.random.uniform(0, 17))

    def move_clock(self, seconds: float) -> None:
        """As if so many seconds had passed."""
        self.tell(f"{seconds:.0f} seconds pass")
        with connection.cursor() as cursor:
            cursor.execute(TIME_PASSES, [seconds])
        self.look()
        for worker in self.workers:
            if any(row.lease_ran_out for row in self.held_by(worker.claim)):
                self.reach("a lease ran out during the work")

    def lose_ids(self) -> None:
        """The broker is emptied."""
        self.queue.clear()
        self.reach("the broker lost ids")

    def turn_the_broker(self) -> None:
        """The broker goes away or comes back."""
        self.broker_is_away = not self.broker_is_away
        self.tell("the broker is away" if self.broker_is_away else "the broker is back")

    def break_or_mend(self) -> None:
        """A fault of the whole begins or ends."""
        self.is_broken = not self.is_broken
        self.tell("all work meets a fault" if self.is_broken else "the fault is over")

    def sour_or_sweeten(self) -> None:
        """What one kind is about breaks its jobs, or no longer."""
        self.is_sour = not self.is_sour
        self.tell("sour jobs fail" if self.is_sour else "sour jobs work")

    @property
    def busy(self) -> list[Worker]:
        """Those that have a message in hand."""
        return [worker for worker in self.workers if worker.at != "free"]

    @property
    def able(self) -> list[Worker]:
        """Those that can go a step further."""
        return self.workers if self.queue else self.busy

    def work(self) -> None:
        """One worker goes one step further; one that stalled until another has its job likes to wake up then."""
        paces = [30 if self.is_lost_to_another(worker.claim) else worker.pace for worker in self.able]
        self.go_on(self.random.choices(self.able, paces)[0])

    def go_on(self, worker: Worker) -> None:
        """Take a message, go to the next stop within its job, or acknowledge it."""
        if worker.at == "free":
            self.receive(worker)
        elif worker.at == "done":
            self.tell(f"{worker.name} acknowledges")
            worker.put_down()
        else:
            came_from, claim, worker.wrote = worker.at, worker.claim, False
            worker.run = worker.run or greenlet(jobs.run)
            end = worker.run.switch(*[worker.message] if came_from == "received" else [])
            if came_from == "computed" and not worker.wrote:
                self.reach("a token was refused at the finish")
                if self.is_lost_to_another(claim):
                    self.reach("a token was refused while another worker held the job")
            if isinstance(end, GreenletExit):
                self.reach("a worker died in the middle of the finish")
                self.bury(worker)
            elif worker.run.dead:
                worker.at, worker.claim = "done", None
            self.tell(f"{worker.name}: {came_from} → {worker.at}")

    def receive(self, worker: Worker) -> None:
        """Take the oldest message; now and then the broker delivers it once more."""
        worker.message, worker.at = self.queue.pop(0), "received"
        self.tell(f"{worker.name} receives {self.names[UUID(worker.message)]}")
        if not self.is_over and self.random.random() < 0.15:
            self.queue.insert(0, worker.message)
        if [other.message for other in self.workers].count(worker.message) > 1:
            self.reach("two workers had one job in hand")

    def kill(self) -> None:
        """A worker dies, wherever it is."""
        worker = self.random.choice(self.busy)
        self.tell(f"{worker.name} dies: {worker.at}")
        if worker.claim:
            self.reach("a worker died before the finish")
        if worker.at == "done":
            self.reach("a worker died between finish and acknowledgement")
        self.bury(worker)

    def bury(self, worker: Worker) -> None:
        """Another process takes its place; the broker delivers its message again, or never."""
        if worker.run:
            worker.run.throw()
        message = worker.put_down()
        if self.random.random() < 0.5:
            self.queue.append(message)

    @property
    def current(self) -> Worker:
        """The worker that runs now."""
        return next(worker for worker in self.workers if worker.run is getcurrent())

    def stop_at(self, point: str, claim: Claim) -> None:
        """Let others have their turns; the worker goes on in its next one, or never."""
        worker = self.current
        worker.at, worker.claim = point, claim
        worker.run.parent.switch()
        worker.claim = None

    def compute(self, claim: Claim) -> None:
        """The long part of a job."""
        if self.went_on.get(claim.job.pk, claim.token) != claim.token and not claim.job.error:
            self.reach("a step gave way and another claim went on")
        if len(claim.jobs) > 1:
            self.reach("two jobs were done together")
        self.made_before.setdefault(claim.token, len(self.made))
        self.tell(f"  claimed: {', '.join(self.names[job.pk] for job in claim.jobs)}")
        self.stop_at("claimed", claim)
        held = self.held_by(claim)
        if self.is_broken:
            if held:
                self.reach("a fault of the whole befell a job")
            raise OperationalError("the database refuses")
        if self.is_sour and claim.job.kind == "sour":
            self.failed.update(row.id for row in held)
            raise ValueError("the well is dry")
        self.stop_at("computed", claim)

    def write(self, claim: Claim, result: None) -> Progress | None:
        """One effect for each job, in the finishing transaction; a worker may die before its end."""
        self.current.wrote = True
        steps = STEPS[claim.job.kind]
        with connection.cursor() as cursor:
            for job in claim.jobs:
                cursor.execute(EFFECT, [job.payload["promise"], claim.token, job.pk])
                step = cursor.fetchone()[0]
                self.tell(f"  step {step} of {self.names[job.pk]} is written")
        if not self.is_over and self.random.random() < 0.1:
            raise GreenletExit
        for job in claim.jobs:
            self.failed[job.pk] = 0
            self.went_on[job.pk] = claim.token
        return Progress(step, steps) if step < steps else None

    def held_by(self, claim: Claim | None) -> list[Row]:
        """The jobs that a claim still holds."""
        return [row for row in self.rows.values() if claim and row.state == "running" and row.token == claim.token]

    def is_lost_to_another(self, claim: Claim | None) -> bool:
        """Whether another worker holds a job of a claim."""
        rows = [self.rows[job.pk] for job in claim.jobs] if claim else []
        return any(claim and row.state == "running" and row.token != claim.token for row in rows)

    def look(self) -> None:
        """See all jobs as they are."""
        with connection.cursor() as cursor:
            cursor.execute(JOBS)
            self.rows = {row[0]: Row(*row) for row in cursor.fetchall()}
        for row in self.rows.values():
            self.names.setdefault(row.id, f"{row.kind} {row.subject} #{len(self.names) + 1}")

    def check(self) -> None:
        """What must hold at every moment."""
        before = self.rows
        self.look()
        assert before.keys() <= self.rows.keys(), "a job disappeared"
        assert all(self.rows[row.id].state == "done" for row in before.values() if row.state == "done"), (
            "a job that was done is no longer"
        )
        assert all(row.promise in self.made for row in self.rows.values()), "a promise that was rolled back is a job"
        waiting = Counter((row.kind, row.subject) for row in self.rows.values() if row.state == "waiting")
        assert set(waiting.values()) <= {1}, "two jobs wait for a subject"
        for row in self.rows.values():
            tried = self.failed[row.id] + (row.state == "running")
            assert row.state == "done" or row.attempts == tried, (
                f"{self.names[row.id]} says {row.attempts} attempts; it had {tried}"
            )
            if row.state == "waiting" and row.kind == "sour" and row.attempts >= settings.JOB_ATTEMPTS:
                self.reach("a job failed by itself until it was set apart")
        self.check_effects()

    def check_effects(self) -> None:
        """Effects are written once, under the token that holds the job, and no promise is forgotten."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT job, kind, subject, promise, token, held, step FROM effect")
            effects = [Effect(*row) for row in cursor.fetchall()]
        for effect in effects:
            assert effect.token == effect.held, (
                f"{self.names[effect.job]} was written under a token that did not hold it"
            )
            assert effect.step <= STEPS[effect.kind], f"{self.names[effect.job]} was finished twice"
        last = {about: number for number, about in self.made.items()}
        seen = [
            *(
                (row.kind, row.subject, self.made_before[row.token])
                for row in self.rows.values()
                if row.state == "running"
            ),
            *((row.kind, row.subject, len(self.made)) for row in self.rows.values() if row.state == "waiting"),
            *((e.kind, e.subject, self.made_before[e.token]) for e in effects if e.step == STEPS[e.kind]),
        ]
        for (kind, subject), number in last.items():
            assert any((kind, subject) == (k, s) and number <= known for k, s, known in seen), (
                f"promise {number} about {kind} {subject} is neither kept nor to be done"
            )

    def end(self) -> None:
        """Everything is mended, nobody dies, and time goes on: soon nothing is left to do."""
        self.tell("everything is mended")
        self.is_broken = self.is_sour = self.broker_is_away = False
        self.is_over = True
        for _round in range(LAST_ROUNDS):
            while self.able:
                self.go_on(self.able[0])
            self.check()
            if all(row.state == "done" for row in self.rows.values()):
                return
            self.move_clock(100_000)
            self.take_back()
            self.ring()
        left = [f"{self.names[row.id]} {row.state}" for row in self.rows.values() if row.state != "done"]
        raise AssertionError(f"what is never done: {', '.join(left)}")


@contextmanager
def in_place(simulation: Simulation) -> Iterator[None]:
    """Let its kinds be all that there are, and its broker be Celery's; what was written goes afterwards."""
    kinds = {
        "once": JobKind("Once", simulation.compute, simulation.write, batch=2),
        "sour": JobKind("Sour", simulation.compute, simulation.write),
        "steps": JobKind("In steps", simulation.compute, simulation.write, long=True),
    }
    with (
        mock.patch.dict(jobs.JOB_KINDS, kinds, clear=True),
        mock.patch.object(dispatch_jobs, "run_job", SimpleNamespace(apply_async=simulation.apply_async)),
        override_settings(JOB_TURN_SECONDS=simulation.turn_seconds),
        transaction.atomic(),
    ):
        try:
            yield
        finally:
            for worker in simulation.workers:
                if worker.run:
                    worker.run.throw()
            transaction.set_rollback(True)


def simulate(seed: int, reached: Counter[str]) -> list[str]:
    """Run one schedule; what happened. A rule that does not hold is told with the seed and all that went before."""
    simulation = Simulation(seed, reached)
    try:
        with in_place(simulation):
            for _turn in range(TURNS):
                simulation.take_a_turn()
            simulation.end()
    except Exception as error:
        error.add_note("\n".join([f"MINKA_SEED={seed}", *simulation.trace]))
        raise
    return simulation.trace


@pytest.fixture
def outbox(committed: str, caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """An empty outbox beside a table of effects; a job is set apart after two attempts, and none is logged."""
    Job.objects.all().delete()
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMPORARY TABLE effect"
            " (job uuid, kind text, subject text, promise int, token uuid, held uuid, step int)"
        )
    with override_settings(JOB_ATTEMPTS=2), caplog.at_level("CRITICAL", logger="accounts"):
        yield


@pytest.mark.promise("broker")
@pytest.mark.promise("killed")
@pytest.mark.promise("given-up")
@pytest.mark.promise("job-once")
@pytest.mark.promise("sees-what-was-written")
def test_whatever_happens_in_whatever_order_every_promise_is_kept_and_no_effect_is_written_twice(outbox: None) -> None:
    """MINKA_SCHEDULES says how many schedules, MINKA_SEED which one alone."""
    reached: Counter[str] = Counter()
    if seed := os.environ.get("MINKA_SEED"):
        simulate(int(seed), reached)
        return
    for number in range(int(os.environ.get("MINKA_SCHEDULES", SCHEDULES))):
        simulate(number, reached)
    assert set(reached) == TO_BE_REACHED


def test_a_schedule_follows_from_its_seed(outbox: None) -> None:
    reached: Counter[str] = Counter()
    traces = [simulate(seed, reached) for seed in (1, 1, 2)]
    assert traces[0] == traces[1] != traces[2]
