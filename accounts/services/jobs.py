"""The outbox: promise a job, hand ids to Celery, claim by lease, finish once.

PostgreSQL is the memory and Redis a doorbell. A promise is made in the business transaction; a claim and its
effects are guarded by a token, so a job may be delivered twice, at the same time, or never.
"""

from __future__ import annotations

import gc
import json
import logging
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from enum import Enum
from typing import Any

from django.conf import settings
from django.db import Error as DatabaseError
from django.db import IntegrityError, connection, transaction
from django.db.models import F, QuerySet, Value
from django.db.models.functions import Coalesce, Greatest, Least, Now
from django.db.utils import DataError
from psycopg.errors import QueryCanceled

from accounts.locks import take_turns
from accounts.logs import current_id, under
from accounts.models import Job, User
from accounts.services.audit import state_of, write_audit

logger = logging.getLogger(__name__)
CHANNEL = "minka_jobs"
REDELIVER_AFTER = timedelta(seconds=15)
MOST_RUNG_AGAIN = 20
MOST_DONE_FIRST = 20
"""how many more urgent jobs a worker does before the one that rang"""
MOST_TURNS = 10
"""as long as so many is one that begins with long preparation; Celery ends what takes much longer"""
UNTIL_THERE_IS_ROOM = timedelta(seconds=5)
"""after how long a long job asks again whether it may begin"""
USUAL_GARBAGE = gc.get_threshold()
NEW_OBJECTS = 50_000
"""so many before Python looks for circular garbage: a step makes as many and needs them until it is written"""
MOST_URGENT = 20
"""the highest priority that a promise has"""
LEAST_PAUSE = timedelta(seconds=10)
LONGEST_PAUSE = timedelta(hours=1)
"""how long work rests after a fault of the whole: as long as the fault has lasted, within these"""
BETWEEN_TRIES_OF_ONE_SET_APART = timedelta(days=1)
SINCE = Coalesce(F("failing_since"), Now())
"""since when a job fails whose attempt has just failed"""


@dataclass(frozen=True)
class Promise:
    """What to do and about what; the higher the priority, the sooner, and not before so many seconds have passed."""

    kind: str
    subject: str
    payload: dict[str, Any] = field(default_factory=dict)
    priority: int = 0
    after: int = 0


class Outcome(Enum):
    """What became of a claim, in the words of the log."""

    DONE = "job done"
    GOES_ON = "job goes on"
    LOST = "lease was lost; another worker does it"


@dataclass(frozen=True)
class Progress:
    """How far a job is that goes on."""

    done: int
    total: int


@dataclass(frozen=True)
class JobKind:
    """How to do the jobs of one kind.

    `title` names the work for people. `compute` runs outside any transaction and may take long; it gets the claimed
    jobs and returns what `write` needs. `write` runs inside a transaction, after the tokens were checked, and finishes
    the job, or returns its progress where another step follows: both are then called again, and find by what was written
    where to go on. JOB_TURN_SECONDS after its first step such a job gives its place back and waits for its next turn.
    At most `batch` jobs are done together: somebody who waits for another one waits for all of them. Of `long` kinds no
    more run at once than JOB_LONG_AT_ONCE says, so that a worker is left for what somebody waits for; they take turns.
    """

    title: Any
    compute: Callable[[Claim], Any]
    write: Callable[[Claim, Any], Progress | None]
    batch: int = 1
    long: bool = False


JOB_KINDS: dict[str, JobKind] = {}


@dataclass(frozen=True)
class Claim:
    """Jobs of one kind that one worker holds under one token."""

    token: uuid.UUID
    jobs: Sequence[Job]
    memory: dict[str, Any] = field(default_factory=dict)
    """What the worker knows from earlier steps; another one makes it anew from what was written."""

    @property
    def job(self) -> Job:
        """The job that rang the bell."""
        return self.jobs[0]

    def report(self, done: int, total: int) -> None:
        """Show progress and keep the lease, in a transaction of its own."""
        Job.objects.filter(pk__in=[job.pk for job in self.jobs], token=self.token).update(
            done=done, total=total, lease_until=Now() + timedelta(seconds=settings.JOB_LEASE_SECONDS)
        )


def promise_jobs(promises: Iterable[Promise], *, owner: User | None = None) -> None:
    """Write job rows into the current transaction, folding into those that already wait, and ring the bell.

    What is promised anew has all its attempts before it: what made the earlier ones fail may be mended.
    The upsert locks a waiting row until this transaction ends, so a worker that claims it sees what was
    written here. Call it last: the lock is then short. The job is logged under the id of the newest request for it.
    """
    distinct = [one for _key, one in sorted({(p.kind, p.subject): p for p in promises}.items())]
    if not distinct:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO accounts_job
                (id, kind, subject, payload, priority, request_id, state, not_before, owner_id, attempts, done, total,
                 error)
            SELECT gen_random_uuid(), new.kind, new.subject, new.payload, new.priority, %s, 'waiting',
                   now() + make_interval(secs => new.after), %s, 0, 0, 0, ''
              FROM unnest(%s::text[], %s::text[], %s::jsonb[], %s::int[], %s::int[])
                   AS new(kind, subject, payload, priority, after)
            ON CONFLICT (kind, subject) WHERE state = 'waiting'
            DO UPDATE SET requested_at = statement_timestamp(), payload = EXCLUDED.payload,
                          not_before = LEAST(accounts_job.not_before, EXCLUDED.not_before),
                          priority = GREATEST(accounts_job.priority, EXCLUDED.priority), attempts = 0,
                          failing_since = NULL, error = '', request_id = EXCLUDED.request_id
            """,
            [
                *(current_id(), owner.pk if owner else None),
                [one.kind for one in distinct],
                [one.subject for one in distinct],
                [json.dumps(one.payload) for one in distinct],
                [one.priority for one in distinct],
                [one.after for one in distinct],
            ],
        )
    ring()


def ring() -> None:
    """Tell the dispatcher, when the current transaction commits, that something is due."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify(%s, '')", [CHANNEL])


def run(job_id: str) -> None:
    """Do one job if it still waits, after those that are more urgent; bells are heard in the order in which they rang.

    Where it was done together with another one, the next of those that rang with it is done: one bell rings for a batch.
    """
    for urgent in more_urgent_than(job_id):
        do(urgent)
    do(next_of_its_batch(job_id) or job_id)


def next_of_its_batch(job_id: str) -> str | None:
    """The job to do where this one is not due, of a kind that is done in batches; None where it is."""
    together = [code for code, kind in JOB_KINDS.items() if kind.batch > 1]
    rang = Job.objects.filter(pk=job_id, kind__in=together).exclude(pk__in=Job.objects.due())
    others = Job.objects.due().filter(kind__in=rang.values("kind"), dispatched_at__isnull=False)
    found = others.order_by("-priority", "requested_at").values_list("pk", flat=True).first()
    return str(found) if found else None


def more_urgent_than(job_id: str) -> list[str]:
    """Due jobs of a higher priority, the most urgent first; none that takes long."""
    rang = Job.objects.filter(pk=job_id)
    urgent = Job.objects.due().filter(priority__gt=rang.values("priority")).exclude(kind__in=long_kinds())
    return [
        str(pk) for pk in urgent.order_by("-priority", "requested_at").values_list("pk", flat=True)[:MOST_DONE_FIRST]
    ]


def do(job_id: str) -> None:
    """Do one job, or as many of its steps as go into one turn, if it still waits; a second delivery finds nothing to claim."""
    claim = claim_job(job_id)
    if claim is None:
        return
    kind, began = JOB_KINDS[claim.job.kind], time.monotonic()
    with under(claim.job.request_id):
        try:
            with seldom_looking_for_garbage():
                outcome = take_turn(claim, kind)
        except Exception as error:  # the boundary: whatever went wrong is kept with the job, and tried again later
            logger.exception("job failed", extra=told(claim.job, began))
            log(claim.jobs[1:], logging.ERROR, "job failed with another", began)
            give_back(claim, error)
            return
    log(claim.jobs, logging.WARNING if outcome is Outcome.LOST else logging.INFO, outcome.value, began)


@contextmanager
def seldom_looking_for_garbage() -> Iterator[None]:
    """Let Python look through many new objects at once, instead of through the same ones again and again."""
    gc.set_threshold(NEW_OBJECTS, *USUAL_GARBAGE[1:])
    try:
        yield
    finally:
        gc.set_threshold(*USUAL_GARBAGE)


def take_turn(claim: Claim, kind: JobKind) -> Outcome:
    """Do the jobs, or as many steps as fit into a turn; then another one has its turn.

    A turn is JOB_TURN_SECONDS and the first step, which may prepare the others, and where that took longer as long again.
    """
    began = time.monotonic()
    outcome = finish(claim, kind, kind.compute(claim))
    prepared = time.monotonic() - began
    turn = settings.JOB_TURN_SECONDS
    until = time.monotonic() + max(turn, min(prepared, MOST_TURNS * turn))
    while outcome is Outcome.GOES_ON and time.monotonic() < until:
        outcome = finish(claim, kind, kind.compute(claim))
    if outcome is Outcome.GOES_ON:
        give_way(claim)
    return outcome


def log(jobs: Iterable[Job], level: int, words: str, began: float) -> None:
    """One line for each job, under the id of the request that promised it."""
    for job in jobs:
        with under(job.request_id):
            logger.log(level, words, extra=told(job, began))


def told(job: Job, began: float) -> dict[str, Any]:
    """What is logged of a job as it was when it was claimed."""
    milliseconds = round((time.monotonic() - began) * 1000)
    return {"kind": job.kind, "subject": job.subject, "attempt": job.attempts + 1, "milliseconds": milliseconds}


@transaction.atomic
def claim_job(job_id: str) -> Claim | None:
    """Take a due job under a fresh token and lease, with others as urgent of its kind where they may be done together.

    A message that comes late or twice finds a job that waits after a failure not due yet, and leaves it. A long job
    waits a few seconds and is rung for again while as many as may are being done.
    """
    token = uuid.uuid4()
    first = Job.objects.due().select_for_update().filter(pk=job_id).first()
    if first is None:
        return None
    if first.kind not in JOB_KINDS:
        Job.objects.filter(pk=first.pk).update(
            not_before=Now() + LONGEST_PAUSE,
            failing_since=SINCE,
            dispatched_at=None,
            error=f"This version of Minka has no work called {first.kind}.",
        )
        return None
    if JOB_KINDS[first.kind].long and not has_its_turn(first):
        Job.objects.filter(pk=first.pk).update(not_before=Now() + UNTIL_THERE_IS_ROOM, dispatched_at=None)
        return None
    jobs = [first]
    batch = JOB_KINDS[first.kind].batch
    if batch > 1 and first.attempts == 0:
        others = (
            Job.objects.due().filter(kind=first.kind, attempts=0, priority__gte=first.priority).exclude(pk=first.pk)
        )
        jobs += others.select_for_update(skip_locked=True).order_by("-priority", "requested_at")[: batch - 1]
    Job.objects.filter(pk__in=[job.pk for job in jobs]).update(
        state=Job.State.RUNNING,
        token=token,
        attempts=F("attempts") + 1,
        started_at=Now(),
        lease_until=Now() + timedelta(seconds=settings.JOB_LEASE_SECONDS),
    )
    return Claim(token=token, jobs=jobs)


def long_kinds() -> list[str]:
    """Kinds of work that take long."""
    return [code for code, kind in JOB_KINDS.items() if kind.long]


def has_its_turn(job: Job) -> bool:
    """Whether a due long job may begin: there is room, and no other one comes first; nobody else asks until this transaction ends.

    Of those that are as urgent, those come first that have not begun, then the one whose last turn began longest ago.
    """
    take_turns("long jobs")
    long = Job.objects.filter(kind__in=long_kinds())
    room = settings.JOB_LONG_AT_ONCE - long.filter(state=Job.State.RUNNING, lease_until__gte=Now()).count()
    in_turn = long.due().order_by("-priority", F("started_at").asc(nulls_first=True), "requested_at", "pk")
    return job.pk in in_turn.values_list("pk", flat=True)[: max(room, 0)]


@transaction.atomic
def finish(claim: Claim, kind: JobKind, result: Any) -> Outcome:
    """Write the effects, and mark the jobs done or keep their progress, both or neither.

    A claim that lost its lease writes nothing. A step that was written begins the attempts anew.
    """
    rows = Job.objects.select_for_update().filter(token=claim.token, state=Job.State.RUNNING)
    if len(rows) != len(claim.jobs):
        return Outcome.LOST
    progress = kind.write(claim, result)
    if progress is None:
        rows.update(state=Job.State.DONE, finished_at=Now(), lease_until=None, failing_since=None, error="")
        return Outcome.DONE
    claim.report(progress.done, progress.total)
    rows.update(attempts=1, failing_since=None, error="")
    return Outcome.GOES_ON


@transaction.atomic
def give_way(claim: Claim) -> None:
    """Let jobs that have had their turn wait again, at once due and with no attempt used; long ones that wait for room look now."""
    for job in Job.objects.filter(token=claim.token, state=Job.State.RUNNING):
        wait_again(job, until=Now(), attempts=0, error="")
    waiting = Job.objects.filter(state=Job.State.WAITING, kind__in=long_kinds(), error="", not_before__gt=Now())
    waiting.update(not_before=Now(), dispatched_at=None)
    ring()


def give_back(claim: Claim, error: Exception) -> None:
    """Let failed jobs wait again: longer each time, and after some attempts a day; no work is given up.

    A fault of the whole (the database refuses, the disk is full, the mail server is away) is no job's own: it uses up
    no attempt, and the other jobs of the kind rest too.
    """
    whole, words = is_fault_of_the_whole(error), f"{type(error).__name__}: {error}"
    for job in Job.objects.filter(token=claim.token, state=Job.State.RUNNING):
        if whole:
            wait_again(job, until=next_look(), attempts=job.attempts - 1, error=words)
        else:
            wait_again(job, until=Now() + own_pause(job.attempts), attempts=job.attempts, error=words)
    if whole:
        due = Job.objects.due().filter(kind=claim.job.kind)
        due.update(not_before=Now() + LEAST_PAUSE, dispatched_at=None)


def is_fault_of_the_whole(error: Exception) -> bool:
    """Whether something around the job is broken, and not what the job is about: the same would befall every other job.

    A lock that somebody holds lies around it; a statement that takes too long does not.
    """
    if isinstance(error, DatabaseError):
        takes_too_long = isinstance(error.__cause__, QueryCanceled)
        return not takes_too_long and not isinstance(error, IntegrityError | DataError)
    return isinstance(error, OSError) and not isinstance(error, FileNotFoundError)


def held(job: Job) -> QuerySet[Job]:
    """The row, as long as it is under the claim that was seen: a worker may have finished meanwhile."""
    return Job.objects.filter(pk=job.pk, token=job.token, state=Job.State.RUNNING)


def wait_again(job: Job, *, until: Any, attempts: int, error: str) -> None:
    """Put a job back, after a failure with what was said.

    Where another one waits for the same subject, that one takes over, with what the later of the two was promised.
    """
    row = held(job)
    try:
        with transaction.atomic():
            row.update(
                state=Job.State.WAITING,
                attempts=attempts,
                failing_since=SINCE if error else None,
                not_before=until,
                dispatched_at=None,
                lease_until=None,
                error=error,
            )
    except IntegrityError:
        if row.update(state=Job.State.DONE, finished_at=Now(), lease_until=None, error=error):
            other = Job.objects.filter(kind=job.kind, subject=job.subject, state=Job.State.WAITING)
            other.filter(requested_at__lt=job.requested_at).update(payload=job.payload)
            other.update(priority=Greatest("priority", Value(job.priority)))


def own_pause(attempts: int) -> timedelta:
    """How long a job rests that failed by itself: twice as long each time, and a day once it is set apart."""
    return BETWEEN_TRIES_OF_ONE_SET_APART if attempts >= settings.JOB_ATTEMPTS else timedelta(seconds=2**attempts)


def next_look() -> Any:
    """When a fault of the whole is looked at again: after as long as it has lasted, within `LEAST_PAUSE` and `LONGEST_PAUSE`."""
    lasted = Greatest(Now() - SINCE, Value(LEAST_PAUSE))
    return Now() + Least(lasted, Value(LONGEST_PAUSE))


@transaction.atomic
def take_back_abandoned() -> int:
    """Free the jobs of workers that died; returns how many. One that is just being finished is left alone."""
    abandoned = list(Job.objects.abandoned().select_for_update(skip_locked=True))
    for job in abandoned:
        rest = own_pause(job.attempts) if job.attempts >= settings.JOB_ATTEMPTS else timedelta(0)
        wait_again(job, until=Now() + rest, attempts=job.attempts, error="the worker died")
    return len(abandoned)


@transaction.atomic
def take_undispatched(limit: int = 100) -> dict[str, int]:
    """Due jobs whose bell has not been rung, and a few that were not heard for a while, by id their priority; marks them as rung.

    Of jobs that are done together one rings for its batch. No more are looked at at once than workers do in a second.
    Only a few are rung again: without a worker the queue must not fill with repeated ids.
    """
    due = Job.objects.due().order_by("-priority", "requested_at", "pk").select_for_update(skip_locked=True)
    new = list(due.filter(dispatched_at__isnull=True)[:limit])
    unheard = list(due.filter(dispatched_at__lt=Now() - REDELIVER_AFTER)[:MOST_RUNG_AGAIN])
    Job.objects.filter(pk__in=[row.pk for row in (*new, *unheard)]).update(dispatched_at=Now())
    return {str(row.pk): row.priority for row in (*first_of_batches(new), *unheard)}


def first_of_batches(jobs: Iterable[Job]) -> Iterator[Job]:
    """Of jobs in the order of their urgency, every first of those that are done together; one that failed is done alone."""
    seen: Counter[tuple[str, int]] = Counter()
    for job in jobs:
        batch = JOB_KINDS[job.kind].batch if job.kind in JOB_KINDS and not job.attempts else 1
        if batch == 1 or seen[job.kind, job.priority] % batch == 0:
            yield job
        seen[job.kind, job.priority] += batch > 1


def forget_dispatch(job_ids: Iterable[str]) -> None:
    """The broker did not take these ids: ring again as soon as it is back, also for those that others ring for."""
    looks = Job.objects.filter(pk__in=list(job_ids)).values_list("dispatched_at", flat=True).distinct()
    Job.objects.filter(state=Job.State.WAITING, dispatched_at__in=list(looks)).update(dispatched_at=None)


@transaction.atomic
def try_again(*, actor: User, job: Job) -> None:
    """A person lets a job that failed be tried at once, with all its attempts before it."""
    write_audit(actor=actor, verb="tried_again", record=job, before=state_of(job))
    promise_jobs([Promise(job.kind, job.subject, job.payload, job.priority)], owner=job.owner)
