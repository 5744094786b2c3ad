"""Celery as it is, but for one thing: at the steps that a plan names, the process kills itself, once for each.

`MINKA_KILL_PLAN` is a file with the step of each project, by key; `MINKA_KILL_VICTIM` is "child" (the process that
does the job) or "worker" (its parent as well). What was done lies beside the plan, one empty file for each kill.
Every finishing transaction also leaves a row, so that an effect that happens twice shows.
"""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from celery.signals import worker_process_init
from django.db import transaction

from config.celery import app

__all__ = ["POINTS", "app"]
POINTS = ("received", "claiming", "claimed", "computed", "written", "committed")
MARK = "effect of job "


def die_at(point: str, project: int) -> None:
    """kill -9, where the plan says so and it has not been done yet."""
    plan = Path(os.environ["MINKA_KILL_PLAN"])
    if json.loads(plan.read_text()).get(str(project)) != point:
        return
    try:
        (plan.parent / f"{project}-{point}").touch(exist_ok=False)
    except FileExistsError:
        return
    if os.environ["MINKA_KILL_VICTIM"] == "worker":
        os.kill(os.getppid(), signal.SIGKILL)
    os.kill(os.getpid(), signal.SIGKILL)


@worker_process_init.connect
def lay_the_traps(**_signal: Any) -> None:
    """Wrap the steps of a job, in each process that does jobs; by now Django is ready."""
    from accounts.models import Job, Organisation  # noqa: PLC0415
    from accounts.services import jobs  # noqa: PLC0415

    run, claim_job, finish = jobs.run, jobs.claim_job, jobs.finish

    def project_of(job: Job) -> int:
        return int(job.payload.get("project", 0))  # the work of every day is about none

    def receive(job_id: str) -> None:
        die_at("received", project_of(Job.objects.get(pk=job_id)))
        run(job_id)

    def claim(job_id: str) -> jobs.Claim | None:
        with transaction.atomic():
            claimed = claim_job(job_id)
            if claimed is not None:
                die_at("claiming", project_of(claimed.job))
        if claimed is not None:
            die_at("claimed", project_of(claimed.job))
        return claimed

    def computing(compute: Callable[[jobs.Claim], Any]) -> Callable[[jobs.Claim], Any]:
        def computed(claim: jobs.Claim) -> Any:
            result = compute(claim)
            die_at("computed", project_of(claim.job))
            return result

        return computed

    def writing(write: Callable[[jobs.Claim, Any], Any]) -> Callable[[jobs.Claim, Any], Any]:
        def written(claim: jobs.Claim, result: Any) -> Any:
            progress = write(claim, result)
            for job in claim.jobs:
                Organisation.objects.create(name=f"{MARK}{job.pk} {claim.token}", kind=Organisation.Kind.OTHER)
            die_at("written", project_of(claim.job))
            return progress

        return written

    def finish_and_die(claim: jobs.Claim, kind: jobs.JobKind, result: Any) -> jobs.Outcome:
        outcome = finish(claim, kind, result)
        die_at("committed", project_of(claim.job))
        return outcome

    jobs.run, jobs.claim_job, jobs.finish = receive, claim, finish_and_die
    batch: dict[str, Any] = {"batch": 1} if os.environ["MINKA_KILL_VICTIM"] == "child" else {}
    for name, kind in jobs.JOB_KINDS.items():
        jobs.JOB_KINDS[name] = replace(kind, compute=computing(kind.compute), write=writing(kind.write), **batch)
