"""What fails in the background: one entry for each kind of work and of fault, to see, to try again, and to be told of."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Now

from accounts.models import Job, User
from accounts.services.jobs import JOB_KINDS, try_again

TOLD_AFTER = timedelta(minutes=5)
"""how long something around the jobs is broken before administrators are told"""


@dataclass(frozen=True)
class Failure:
    """Jobs of one kind that fail in one way."""

    kind: str
    error: str
    """what the machine called the fault, without what is particular to one job"""
    jobs: Sequence[Job]

    @property
    def title(self) -> Any:
        """The work, for people."""
        return title_of(self.kind)

    @property
    def since(self) -> datetime:
        """When the first of them began to fail."""
        return min(since_of(job) for job in self.jobs)

    @property
    def next_try(self) -> datetime:
        """When the first of them is tried again by itself."""
        return min(job.not_before for job in self.jobs)

    @property
    def said(self) -> str:
        """What the machine said of the job that began to fail last."""
        return max(self.jobs, key=since_of).error


def since_of(job: Job) -> datetime:
    """Since when a job fails."""
    return job.failing_since or job.requested_at


def title_of(kind: str) -> Any:
    """A kind of work, for people; its code where this version does not know it."""
    return JOB_KINDS[kind].title if kind in JOB_KINDS else kind


def failures_of(jobs: Iterable[Job]) -> list[Failure]:
    """The failures that these jobs are."""
    found: dict[tuple[str, str], list[Job]] = {}
    for job in jobs:
        found.setdefault((job.kind, job.error.partition(":")[0]), []).append(job)
    return [Failure(kind, error, alike) for (kind, error), alike in sorted(found.items())]


def failures_seen_by(actor: User) -> list[Failure]:
    """What fails now of the work that a person may see."""
    return failures_of(Job.objects.visible_to(actor).failing())


@transaction.atomic
def try_all_again(*, actor: User, kind: str, error: str) -> int:
    """Let every job of one kind that fails in one way be tried at once; returns how many."""
    jobs = [job for one in failures_seen_by(actor) if (one.kind, one.error) == (kind, error) for job in one.jobs]
    for job in jobs:
        try_again(actor=actor, job=job)
    return len(jobs)


def failures_to_tell() -> list[Failure]:
    """What has failed for so long, or so often, that a person should look."""
    lasting = Q(failing_since__lt=Now() - TOLD_AFTER) | Q(attempts__gte=settings.JOB_ATTEMPTS)
    return failures_of(Job.objects.failing().filter(lasting))
