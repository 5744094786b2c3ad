"""Work that comes round every day, and what goes by itself after some days."""

from __future__ import annotations

import signal
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.test import override_settings
from django.utils import timezone

from accounts.append_only import APPEND_ONLY_TABLES
from accounts.management.commands import dispatch_jobs
from accounts.models import Attempt, AuditEntry, IdempotentAnswer, Job, RegularWork
from accounts.services import jobs, pruning
from accounts.services.audit import write_audit
from accounts.services.jobs import JOB_KINDS
from accounts.services.pruning import PRUNED, PRUNING
from accounts.services.regular import REGULAR, begun_by, promise_regular_work
from tests.cast import person

pytestmark = pytest.mark.django_db
NOW = timezone.now()


def days_ago(days: float) -> Any:
    """A moment of then."""
    return timezone.now() - timedelta(days=days)


def pruned() -> Job:
    """Let the dispatcher promise it and a worker do it."""
    RegularWork.objects.filter(kind=PRUNING).delete()
    promise_regular_work()
    job = Job.objects.get(kind=PRUNING, state=Job.State.WAITING)
    jobs.run(str(job.pk))
    job.refresh_from_db()
    assert job.state == Job.State.DONE, job.error
    return job


def test_the_dispatcher_promises_what_rows_call_by_these_names() -> None:
    """The codes stand in rows: a night that was renamed would begin anew, and a kind that nobody knows is never done."""
    RegularWork.objects.all().delete()
    promise_regular_work()
    assert begun_by(23) == {"night", "prune", "notices.daily"}
    assert set(Job.objects.values_list("kind", flat=True)) == begun_by(timezone.localtime().hour)
    assert JOB_KINDS.keys() >= REGULAR.keys()


def test_nobody_is_written_to_before_the_morning() -> None:
    assert begun_by(6) == {"night", "prune"}
    assert begun_by(7) == {"night", "prune", "notices.daily"}


def test_a_dispatcher_promises_it_as_soon_as_it_starts(monkeypatch: pytest.MonkeyPatch) -> None:
    RegularWork.objects.all().delete()
    dispatcher = dispatch_jobs.Command()
    monkeypatch.setattr(signal, "signal", lambda *_arguments: None)
    monkeypatch.setattr(dispatch_jobs, "ring_bells", dispatcher.stop)
    monkeypatch.setattr(dispatcher, "listen", lambda: None)
    dispatcher.handle()
    assert set(Job.objects.values_list("kind", flat=True)) == begun_by(timezone.localtime().hour)


def test_what_was_done_today_is_not_promised_and_what_was_done_yesterday_is() -> None:
    today = timezone.localdate()
    for kind, days in (("night", 0), ("prune", 1), ("notices.daily", 0)):
        RegularWork.objects.update_or_create(kind=kind, defaults={"done_up_to": today - timedelta(days=days)})
    promise_regular_work()
    assert list(Job.objects.values_list("kind", "subject")) == [("prune", f"day/{today}")]


def test_finished_jobs_go_after_their_days_and_none_that_waits_or_runs() -> None:
    old, young = days_ago(settings.KEPT_FOR_DAYS["jobs"] + 1), days_ago(settings.KEPT_FOR_DAYS["jobs"] - 1)
    for state in Job.State:
        for moment in (old, young):
            Job.objects.create(kind="test", subject=f"{state}/{moment:%d}", state=state, finished_at=moment)
    pruned()
    left = set(Job.objects.filter(kind="test").values_list("state", "finished_at"))
    assert left == {(state, moment) for state in Job.State for moment in (old, young)} - {("done", old)}


def test_answers_sessions_and_attempts_go_after_their_days() -> None:
    user = person("ana")
    rows: dict[str, tuple[Any, str]] = {
        "answers": (IdempotentAnswer, "at"),
        "sessions": (Session, "expire_date"),
        "attempts": (Attempt, "at"),
    }
    IdempotentAnswer.objects.bulk_create([IdempotentAnswer(user=user, key=key) for key in ("old", "young")])
    Session.objects.bulk_create([Session(session_key=key, expire_date=NOW) for key in ("old", "young")])
    Attempt.objects.bulk_create([Attempt(counted_by=key) for key in ("old", "young")])
    for name, (model, column) in rows.items():
        first, second = model.objects.order_by("pk")
        days = settings.KEPT_FOR_DAYS[name]
        model.objects.filter(pk=first.pk).update(**{column: days_ago(days + 1)})
        model.objects.filter(pk=second.pk).update(**{column: days_ago(days - 0.5)})
    pruned()
    for model, _column in rows.values():
        assert model.objects.count() == 1, model
    assert IdempotentAnswer.objects.get().key == "young"
    assert Attempt.objects.get().counted_by == "young"


def test_a_session_that_has_not_ended_stays_however_long_ago_it_began() -> None:
    Session.objects.create(session_key="open", expire_date=timezone.now() + timedelta(seconds=1))
    pruned()
    assert Session.objects.exists()


def test_rows_go_in_bounded_steps_until_none_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pruning, "AT_ONCE", 2)
    for number in range(5):
        Job.objects.create(kind="test", subject=f"{number}", state=Job.State.DONE, finished_at=days_ago(99))
    steps = [pruning.delete_finished_jobs(days_ago(30)) for _step in range(4)]
    assert steps == [2, 2, 1, 0]


def test_the_trail_stays_however_old_it_is() -> None:
    job = Job.objects.create(kind="test", subject="x", state=Job.State.DONE, finished_at=days_ago(99))
    write_audit(actor=None, verb="tried_again", record=job, before={})
    with override_settings(KEPT_FOR_DAYS=dict.fromkeys(settings.KEPT_FOR_DAYS, -1)):
        pruned()
    assert not Job.objects.filter(pk=job.pk).exists()
    assert AuditEntry.objects.filter(object_id=str(job.pk)).exists()
    assert not {model._meta.db_table for model in (Job, IdempotentAnswer, Session, Attempt)} & {*APPEND_ONLY_TABLES}


def test_everything_that_goes_has_its_days_in_the_settings() -> None:
    assert {name for name, _remove in PRUNED} == settings.KEPT_FOR_DAYS.keys()
