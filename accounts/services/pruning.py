"""What nobody needs goes after some days, a bounded number of rows at a time; nothing that waits, and never the trail."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.sessions.models import Session
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy

from accounts.models import Attempt, IdempotentAnswer, Job
from accounts.services.jobs import Claim, JobKind, Progress
from accounts.services.regular import note_done, register_regular

PRUNING = "prune"
AT_ONCE = 1000
PRUNED: list[tuple[str, Callable[[datetime], int]]] = []
"""By the name of its days in KEPT_FOR_DAYS, what removes some rows of before a moment and says how many; 0: none is left."""


def delete_some(rows: QuerySet[Any]) -> int:
    """Delete at most AT_ONCE of these rows; returns how many."""
    deleted: int
    deleted, _by_model = rows.model._base_manager.filter(pk__in=rows.order_by().values("pk")[:AT_ONCE]).delete()
    return deleted


def delete_finished_jobs(before: datetime) -> int:
    """Jobs that were finished before then."""
    return delete_some(Job.objects.filter(state=Job.State.DONE, finished_at__lt=before))


def delete_answers(before: datetime) -> int:
    """Answers of then to what is written once: the same key may be used again."""
    return delete_some(IdempotentAnswer.objects.filter(at__lt=before))


def delete_ended_sessions(before: datetime) -> int:
    """Sessions that ran out before then."""
    return delete_some(Session.objects.filter(expire_date__lt=before))


def delete_attempts(before: datetime) -> int:
    """Attempts of then to sign in, which are counted no more."""
    return delete_some(Attempt.objects.filter(at__lt=before))


def begin_pruning(claim: Claim) -> date:
    """The day on which it was begun."""
    day: date = claim.memory.setdefault("day", timezone.localdate())
    return day


def prune_some(claim: Claim, day: date) -> Progress | None:
    """Remove some of what nobody needs; done for the day where nothing is left."""
    for name, remove in PRUNED:
        if some := remove(timezone.now() - timedelta(days=settings.KEPT_FOR_DAYS[name])):
            removed = claim.memory["removed"] = claim.memory.get("removed", 0) + some
            return Progress(removed, 0)
    note_done(PRUNING, day)
    return None


def register_pruning() -> None:
    """Make the work known, and what of people and jobs goes by itself."""
    PRUNED.extend(
        [
            ("jobs", delete_finished_jobs),
            ("answers", delete_answers),
            ("sessions", delete_ended_sessions),
            ("attempts", delete_attempts),
        ]
    )
    register_regular(PRUNING, JobKind(gettext_lazy("Removing what nobody needs"), begin_pruning, prune_some))
