"""Work that comes round every day: the dispatcher promises it until it was done, so that no night is lost."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils import timezone

from accounts.logs import new_id, under
from accounts.models import Job, RegularWork
from accounts.services.jobs import JOB_KINDS, JobKind, Promise, promise_jobs

REGULAR: dict[str, int] = {}
"""Kinds of jobs that are done once a day, and the hour from which on."""


def register_regular(code: str, kind: JobKind, *, hour: int = 0) -> None:
    """Make a kind of job known that comes round every day from an hour on; what it writes ends with `note_done`."""
    JOB_KINDS[code] = kind
    REGULAR[code] = hour


def begun_by(hour: int) -> set[str]:
    """Kinds of jobs that are due on a day at an hour."""
    return {kind for kind, first in REGULAR.items() if first <= hour}


@transaction.atomic
def promise_regular_work() -> None:
    """Promise what was not done today and is not on its way; what failed waits for its next try like any other job."""
    today = timezone.localdate()
    begun = begun_by(timezone.localtime().hour)
    done = RegularWork.objects.filter(done_up_to__gte=today).values_list("kind", flat=True)
    on_its_way = Job.objects.unfinished().filter(kind__in=begun).values_list("kind", flat=True)
    with under(new_id()):
        promise_jobs(Promise(kind, f"day/{today}") for kind in begun.difference(done, on_its_way))


def done_up_to(kind: str) -> date | None:
    """The day on which it was done last; None where it never was."""
    return RegularWork.objects.filter(kind=kind).values_list("done_up_to", flat=True).first()


def note_done(kind: str, day: date) -> None:
    """Keep that it was done on a day, in the transaction of its effects."""
    RegularWork.objects.update_or_create(kind=kind, defaults={"done_up_to": day})
