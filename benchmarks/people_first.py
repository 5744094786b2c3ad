"""How long somebody waits for a scorecard while a thousand others wait: real dispatcher, broker and worker.

`make bench ARGS=--people-first` starts them on servers of their own. Projects are asked to be judged anew all the time; meanwhile one
record after the other is saved, and the time is taken until its scorecard has read it.
"""

from __future__ import annotations

import os
import random
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from django.core.management import call_command
from django.db.models import Avg, F

from accounts.models import Job
from benchmarks.evaluation import keys, pairs_of
from benchmarks.record import SEED, gather_cast, generate
from compliance.models import ScorecardHead
from compliance.services.production import request_evaluation
from projects.models import EmploymentReturn
from projects.services.records import amend_record

PROJECTS = 600
WAITING = 1000
SAVES = 200
LONGEST_WAIT = 60.0
WORKER = [sys.executable, "-m", "celery", "-A", "config", "worker", "--concurrency", "2", "--loglevel", "error"]
DISPATCHER = [sys.executable, "manage.py", "dispatch_jobs"]


@contextmanager
def running(command: list[str]) -> Iterator[None]:
    """A process that is stopped at the end."""
    with subprocess.Popen(command, env=dict(os.environ)) as process:
        try:
            yield
        finally:
            process.terminate()


def run() -> int:
    """Invent projects, let them wait to be judged, and save records meanwhile; prints what came out."""
    call_command("prepare", verbosity=0)
    cast = gather_cast()
    generate(cast, range(PROJECTS))
    pairs = pairs_of(keys())
    chance = random.Random(SEED)  # noqa: S311 - invented figures
    records = chance.sample(list(EmploymentReturn.objects.select_related("source", "project")), SAVES)
    waits = []
    with ExitStack() as processes:
        for command in (WORKER, DISPATCHER):
            processes.enter_context(running(command))
        time.sleep(10)
        for record in records:
            if Job.objects.unfinished().count() < WAITING:
                request_evaluation(pairs, actor=None)
            waits.append(seconds_until_judged(cast.monitor, record))
            time.sleep(chance.random() / 5)
    done = Job.objects.filter(state=Job.State.DONE, priority=0)
    step = done.aggregate(mean=Avg(F("finished_at") - F("started_at")))["mean"].total_seconds()
    centiles = statistics.quantiles(waits, n=100)
    print(f"{SAVES} saves while {WAITING} to {WAITING + len(pairs)} others waited, two worker processes")
    print(f"from a saved fact to its scorecard: median {centiles[49] * 1000:.0f} ms, p99 {centiles[98] * 1000:.0f} ms")
    print(
        f"one step of those that wait: {step * 1000:.0f} ms on average; p99 less a step: {(centiles[98] - step) * 1000:.0f} ms"
    )
    return 0


def seconds_until_judged(monitor: Any, record: Any) -> float:
    """Save a record as somebody does, and wait until another scorecard stands for its year."""
    standing = ScorecardHead.objects.filter(project=record.project_id, year=record.period_end.year)
    before = standing.values_list("scorecard", flat=True).first()
    record.total_fte = (record.total_fte or 0) + 1
    amend_record(actor=monitor, record=record, source=record.source, revision=record.source.revision, reason="Counted")
    saved = time.monotonic()
    while standing.values_list("scorecard", flat=True).first() == before:
        if time.monotonic() - saved > LONGEST_WAIT:
            raise SystemExit("A scorecard did not come within a minute.")
        time.sleep(0.02)
    return time.monotonic() - saved
