"""What an import of tests of water takes by itself, beside PostgreSQL alone: nobody saves, nothing is judged meanwhile.

`make bench ARGS='--import --alone --rows 100000'`. The steps are done in this process. Processor time is that of this
process, of the child that reads the file and of the database's process that serves it; on a busy machine it says more
than the clock does, and PostgreSQL alone is measured before and after.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

from django.core.files.base import ContentFile
from django.core.management import call_command
from django.db import connections

from accounts.models import Job
from accounts.services import jobs
from benchmarks.imports import PROJECTS, copied, open_stations, samples
from benchmarks.record import gather_cast, generate
from projects.intake.reading import MOST_BYTES
from projects.models import Source
from projects.services import intake

ALIASES = ("default", "owner")


def run(rows: int) -> int:
    """Invent a record and a file, and import it; prints rows a second and ratios."""
    call_command("prepare", verbosity=0)
    cast = gather_cast()
    generate(cast, range(PROJECTS))
    open_stations(cast)
    content = "".join(samples(rows)).encode()
    alone = taken(lambda: copied(content, cast))
    batch, _new = intake.receive_file(
        actor=cast.monitor,
        organisation=cast.ngo,
        target="monitoring-results",
        upload=ContentFile(content, name="samples.csv"),
        limits=MOST_BYTES,
    )
    steps = {"reading": taken(work)}
    batch.refresh_from_db()
    mapping, defaults, _remembered = intake.proposal(batch)
    said = {**defaults, "source": {"voice": Source.Voice.AUTHORITY}}
    intake.choose_columns(actor=cast.monitor, batch=batch, mapping=mapping, defaults=said)
    steps["checking"] = taken(work)
    intake.confirm_import(actor=cast.monitor, batch=batch)
    steps["importing"] = taken(work)
    others = content.replace(b",M-", b",N-")
    again = taken(lambda: copied(others, cast))
    copying = [(one + other) / 2 for one, other in zip(alone, again, strict=True)]
    steps["all of it"] = [sum(step[at] for step in steps.values()) for at in range(2)]
    print(f"COPY and INSERT … SELECT alone: {said_of(rows, alone)}; after the import {said_of(rows, again)}")
    for name, step in steps.items():
        ratios = [one / other for one, other in zip(copying, step, strict=True)]
        print(f"{name}: {said_of(rows, step)}; {ratios[0]:.3f} × by the clock, {ratios[1]:.3f} × of processor time")
    print(intake.counts(batch))
    return 0


def said_of(rows: int, seconds: list[float]) -> str:
    """How long it took and how much the processors worked."""
    return f"{seconds[0]:.1f} s ({rows / seconds[0]:,.0f} rows a second), {seconds[1] / rows * 1e6:,.0f} µs of processor a row"


def taken(do: Callable[[], object]) -> list[float]:
    """Seconds by the clock and of processor time."""
    began, worked = time.monotonic(), processor_seconds()
    do()
    return [time.monotonic() - began, processor_seconds() - worked]


def processor_seconds() -> float:
    """What this process, its children that ended and its database processes have worked."""
    return sum(os.times()[:4]) + sum(worked_by_backend(alias) for alias in ALIASES)


def worked_by_backend(alias: str) -> float:
    """What the database's process behind a connection has worked; nothing where the system does not tell."""
    with connections[alias].cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        status = Path(f"/proc/{cursor.fetchone()[0]}/stat")
    if not status.exists():
        return 0.0
    user, system = status.read_text().rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")


def work() -> None:
    """Do the jobs of imports that wait, turn after turn."""
    due = Job.objects.due().filter(kind__startswith="import.", error="")
    while job := due.first():
        jobs.run(str(job.pk))
