"""The outbox: a promise is kept once, whoever dies, doubles, stalls or comes late."""

from __future__ import annotations

import gc
import threading
from bisect import bisect
from collections.abc import Callable, Iterator
from datetime import timedelta
from smtplib import SMTPServerDisconnected
from typing import Any

import pytest
from django.conf import settings
from django.db import (
    DataError,
    IntegrityError,
    InterfaceError,
    OperationalError,
    ProgrammingError,
    connection,
    connections,
    transaction,
)
from django.db.models.functions import Now
from django.test import override_settings
from django.utils import timezone
from kombu.transport.redis import PRIORITY_STEPS

from accounts.management.commands.dispatch_jobs import urgency
from accounts.models import Job, Organisation
from accounts.services import jobs
from accounts.services.jobs import JOB_KINDS, Claim, JobKind, Outcome, Progress, Promise, promise_jobs
from projects.services.records import OF_MANY, OF_ONE_CHANGE, OF_THE_NIGHT
from tests.cast import gather_cast, person

SUBJECT = "mine/1/2025"


class Work:
    """A kind of job that can be watched: how often it was computed, and what it has written."""

    def __init__(self) -> None:
        self.computed: list[Claim] = []
        self.meanwhile: Callable[[Claim], Any] = lambda claim: None
        self.lock = threading.Lock()

    def compute(self, claim: Claim) -> str:
        """Count, and do what the test wants to happen in the middle."""
        with self.lock:
            self.computed.append(claim)
        self.meanwhile(claim)
        return f"written under {claim.token}"

    def write(self, claim: Claim, result: str) -> None:
        """The effect: one row."""
        Organisation.objects.create(name=result, kind=Organisation.Kind.OTHER)

    @property
    def effects(self) -> int:
        """Rows written."""
        return Organisation.objects.filter(name__startswith="written under").count()


@pytest.fixture
def work() -> Iterator[Work]:
    """A kind called `test`."""
    made = Work()
    JOB_KINDS["test"] = JobKind("Test", made.compute, made.write)
    yield made
    del JOB_KINDS["test"]


def promise(*subjects: str, **fields: Any) -> None:
    """Promise jobs of the kind `test`."""
    with transaction.atomic():
        promise_jobs([Promise("test", subject, **fields) for subject in subjects or (SUBJECT,)])


def one_job() -> Job:
    """The job that waits."""
    return Job.objects.get(state=Job.State.WAITING)


def database_now() -> Any:
    """The database's clock."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        return cursor.fetchone()[0]


def let_lease_run_out(job_id: Any) -> None:
    """As if the worker had been dead for longer than the lease."""
    Job.objects.filter(pk=job_id).update(lease_until=Now() - timedelta(seconds=1))


def let_wait_end() -> None:
    """As if the time until the next attempt had passed."""
    Job.objects.filter(state=Job.State.WAITING).update(not_before=Now() - timedelta(seconds=1))


def in_threads(*actions: Callable[[], Any]) -> None:
    """Run all at once, each with connections of its own; the first error of any is raised."""
    errors: list[BaseException] = []

    def run(action: Callable[[], Any]) -> None:
        try:
            action()
        except BaseException as error:  # noqa: BLE001 - raised again below, in the test's own thread
            errors.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(action,), daemon=True) for action in actions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
        assert not thread.is_alive()
    if errors:
        raise errors[0]


@pytest.mark.django_db
def test_work_that_this_version_does_not_know_says_so_and_waits_for_a_version_that_does(work: Work) -> None:
    promise()
    job = one_job()
    del JOB_KINDS["test"]
    jobs.run(str(job.pk))
    JOB_KINDS["test"] = JobKind("Test", work.compute, work.write)
    job.refresh_from_db()
    assert job.is_failing
    assert "no work called test" in job.error
    assert not Job.objects.due().exists()
    let_wait_end()
    jobs.run(str(job.pk))
    assert work.effects == 1


@pytest.mark.django_db
def test_a_promise_folds_into_one_that_waits(work: Work) -> None:
    promise(priority=1)
    first = one_job()
    promise(priority=7)
    promise(priority=3)
    again = one_job()
    assert again.pk == first.pk
    assert again.priority == 7
    assert Job.objects.count() == 1


@pytest.mark.django_db
def test_promises_about_two_subjects_are_two_jobs_and_doubles_in_one_call_are_one(work: Work) -> None:
    promise("a", "b", "a")
    assert set(Job.objects.values_list("subject", flat=True)) == {"a", "b"}


@pytest.mark.django_db
def test_a_promise_brings_forward_a_job_that_waits_after_a_failure(work: Work) -> None:
    promise()
    Job.objects.update(not_before=Now() + timedelta(hours=1))
    assert not Job.objects.due().exists()
    promise()
    assert Job.objects.due().count() == 1


@pytest.mark.django_db
@pytest.mark.promise("sees-what-was-written")
def test_a_promise_written_while_the_waiting_one_is_worked_on_makes_a_new_job(work: Work) -> None:
    promise()
    work.meanwhile = lambda claim: promise()
    first = one_job()
    jobs.run(str(first.pk))
    first.refresh_from_db()
    assert first.state == Job.State.DONE
    assert one_job().pk != first.pk


@pytest.mark.django_db
@pytest.mark.promise("saved")
def test_nothing_is_promised_when_the_transaction_rolls_back(work: Work) -> None:
    with transaction.atomic():
        promise()
        transaction.set_rollback(True)
    assert not Job.objects.exists()


@pytest.mark.django_db
@pytest.mark.promise("job-once")
def test_a_job_that_is_done_is_not_done_again_by_a_second_delivery(work: Work) -> None:
    promise()
    job = one_job()
    for _delivery in range(3):
        jobs.run(str(job.pk))
    job.refresh_from_db()
    assert (job.state, job.attempts, len(work.computed), work.effects) == (Job.State.DONE, 1, 1, 1)
    assert job.finished_at is not None
    assert job.lease_until is None


@pytest.mark.django_db
def test_a_delivery_of_an_unknown_job_does_nothing(work: Work) -> None:
    jobs.run("00000000-0000-0000-0000-000000000000")
    assert not work.computed


@pytest.mark.django_db
@pytest.mark.promise("job-once")
def test_a_claim_that_lost_its_lease_writes_nothing(work: Work) -> None:
    """The slow worker finishes after another one was given the job; only the other one's effect is there."""
    promise()
    job = one_job()

    def stall(claim: Claim) -> None:
        work.meanwhile = lambda claim: None
        let_lease_run_out(job.pk)
        assert jobs.take_back_abandoned() == 1
        jobs.run(str(job.pk))

    work.meanwhile = stall
    jobs.run(str(job.pk))
    slow, quick = work.computed
    assert slow.token != quick.token
    assert [o.name for o in Organisation.objects.filter(name__startswith="written")] == [f"written under {quick.token}"]
    job.refresh_from_db()
    assert (job.state, job.attempts) == (Job.State.DONE, 2)


@pytest.mark.django_db
def test_a_claim_that_lost_one_of_its_jobs_writes_nothing_of_the_others(work: Work) -> None:
    JOB_KINDS["test"] = JobKind("Test", work.compute, work.write, batch=10)
    promise("lost", "kept")
    lost = Job.objects.get(subject="lost")

    def lose_one(claim: Claim) -> None:
        work.meanwhile = lambda claim: None
        let_lease_run_out(lost.pk)
        assert jobs.take_back_abandoned() == 1

    work.meanwhile = lose_one
    jobs.run(str(Job.objects.get(subject="kept").pk))
    assert len(work.computed[0].jobs) == 2
    assert work.effects == 0
    assert not Job.objects.filter(state=Job.State.DONE).exists()


@pytest.mark.django_db
def test_a_job_that_another_worker_has_taken_meanwhile_is_not_put_back(work: Work) -> None:
    """What one looked at under the earlier claim does not end the later one."""
    promise()
    job_id = str(one_job().pk)
    jobs.claim_job(job_id)
    seen = Job.objects.get(pk=job_id)
    let_lease_run_out(job_id)
    jobs.take_back_abandoned()
    later = jobs.claim_job(job_id)
    assert later
    jobs.wait_again(seen, until=Now(), attempts=1, error="late")
    now = Job.objects.get(pk=job_id)
    assert (now.state, now.token, now.error) == (Job.State.RUNNING, later.token, "the worker died")


@pytest.mark.django_db
def test_a_job_that_failed_and_was_rung_for_takes_no_others_with_it(work: Work) -> None:
    JOB_KINDS["test"] = JobKind("Test", work.compute, work.write, batch=10)
    promise("failed", "fresh/1", "fresh/2")
    Job.objects.filter(subject="failed").update(attempts=1)
    jobs.run(str(Job.objects.get(subject="failed").pk))
    assert [job.subject for job in work.computed[0].jobs] == ["failed"]
    Job.objects.filter(subject="failed").update(state=Job.State.WAITING)
    jobs.run(str(Job.objects.get(subject="fresh/1").pk))
    assert sorted(job.subject for job in work.computed[1].jobs) == ["fresh/1", "fresh/2"]


@pytest.mark.django_db
def test_an_error_of_a_claim_that_lost_its_lease_changes_nothing(work: Work) -> None:
    promise()
    job = one_job()

    def stall(claim: Claim) -> None:
        work.meanwhile = lambda claim: None
        let_lease_run_out(job.pk)
        jobs.take_back_abandoned()
        jobs.run(str(job.pk))
        raise ValueError

    work.meanwhile = stall
    jobs.run(str(job.pk))
    job.refresh_from_db()
    assert (job.state, work.effects) == (Job.State.DONE, 1)


@pytest.mark.django_db
def test_progress_keeps_the_lease(work: Work) -> None:
    promise()
    claim = jobs.claim_job(str(one_job().pk))
    assert claim is not None
    let_lease_run_out(claim.job.pk)
    claim.report(3, 10)
    assert not Job.objects.abandoned().exists()
    assert Job.objects.filter(done=3, total=10).exists()


@pytest.mark.django_db
@pytest.mark.promise("given-up")
def test_a_job_whose_worker_dies_each_time_is_set_apart_after_five_attempts_and_never_given_up(work: Work) -> None:
    promise()
    job = one_job()
    for attempt in range(1, settings.JOB_ATTEMPTS + 1):
        let_wait_end()
        assert jobs.claim_job(str(job.pk)) is not None
        assert jobs.take_back_abandoned() == 0  # the lease still runs
        let_lease_run_out(job.pk)
        assert jobs.take_back_abandoned() == 1
        job.refresh_from_db()
        assert (job.attempts, job.state) == (attempt, Job.State.WAITING)
        assert job.is_set_apart == (attempt == settings.JOB_ATTEMPTS)
    assert settings.JOB_ATTEMPTS == 5
    assert "died" in job.error
    assert pause_of(job) == timedelta(days=1)
    assert job in Job.objects.visible_to(gather_cast().administrator).failing()
    let_wait_end()
    jobs.run(str(job.pk))
    assert work.effects == 1
    job.refresh_from_db()
    assert (job.state, job.failing_since, job.error) == (Job.State.DONE, None, "")


def pause_of(job: Job) -> timedelta:
    """How long a job rests now, in whole seconds."""
    job.refresh_from_db()
    return timedelta(seconds=round((job.not_before - database_now()).total_seconds()))


@pytest.mark.django_db
@pytest.mark.promise("given-up")
def test_a_job_that_fails_by_itself_waits_longer_each_time_and_then_a_day_and_says_why(work: Work) -> None:
    def fail(claim: Claim) -> None:
        raise ValueError("the well is dry")

    work.meanwhile = fail
    promise()
    job = one_job()
    waits = []
    for _attempt in range(settings.JOB_ATTEMPTS + 1):
        let_wait_end()
        jobs.run(str(job.pk))
        waits.append(pause_of(job))
        assert (job.is_failing, job.error) == (True, "ValueError: the well is dry")
        assert not Job.objects.due().exists()
    assert waits == [*(timedelta(seconds=2**n) for n in range(1, 5)), timedelta(days=1), timedelta(days=1)]
    assert not work.effects


@pytest.mark.django_db
@pytest.mark.parametrize(
    "error",
    [
        OperationalError("the database refuses"),
        ProgrammingError("permission denied for table compliance_scorecard"),
        OSError(28, "No space left on device"),
        SMTPServerDisconnected("away"),
    ],
)
@pytest.mark.promise("given-up")
def test_a_fault_of_the_whole_uses_up_no_attempt_however_long_it_lasts(work: Work, error: Exception) -> None:
    def fail(claim: Claim) -> None:
        raise error

    work.meanwhile = fail
    promise("a", "b")
    first, other = Job.objects.order_by("subject")
    jobs.run(str(first.pk))
    assert pause_of(first) == jobs.LEAST_PAUSE
    assert pause_of(other) == jobs.LEAST_PAUSE  # what would meet the same fault rests too
    other.refresh_from_db()
    assert not other.is_failing
    for lasted, pause in ((timedelta(minutes=2), timedelta(minutes=2)), (timedelta(days=3), timedelta(hours=1))):
        Job.objects.filter(pk=first.pk).update(failing_since=Now() - lasted)
        let_wait_end()
        jobs.run(str(first.pk))
        assert pause_of(first) == pause
        assert (first.attempts, first.is_set_apart) == (0, False)
    work.meanwhile = lambda claim: None
    let_wait_end()
    for job_id in jobs.take_undispatched():
        jobs.run(job_id)
    assert set(Job.objects.values_list("state", "error", "failing_since")) == {(Job.State.DONE, "", None)}


@pytest.mark.django_db
@pytest.mark.parametrize("error", [IntegrityError("twice"), DataError("too long"), FileNotFoundError("a lost file")])
def test_what_one_job_is_about_is_no_fault_of_the_whole(work: Work, error: Exception) -> None:
    def fail(claim: Claim) -> None:
        raise error

    work.meanwhile = fail
    promise("a", "b")
    first, other = Job.objects.order_by("subject")
    jobs.run(str(first.pk))
    first.refresh_from_db()
    assert (first.attempts, list(Job.objects.due())) == (1, [other])


@pytest.mark.django_db
def test_a_late_delivery_does_not_shorten_the_wait_after_a_failure(work: Work) -> None:
    """A message that Celery delivers twice must not use up the attempts at once."""

    def fail(claim: Claim) -> None:
        raise ValueError("the well is dry")

    work.meanwhile = fail
    promise()
    job = one_job()
    for _delivery in range(10):
        jobs.run(str(job.pk))
    job.refresh_from_db()
    assert (job.state, job.attempts) == (Job.State.WAITING, 1)


@pytest.mark.django_db
def test_a_broken_effect_is_rolled_back_with_the_job(work: Work) -> None:
    def write_and_fail(claim: Claim, result: str) -> None:
        work.write(claim, result)
        raise ValueError("half way")

    JOB_KINDS["test"] = JobKind("Test", work.compute, write_and_fail)
    promise()
    jobs.run(str(one_job().pk))
    assert one_job().error == "ValueError: half way"
    assert not work.effects


@pytest.mark.django_db
def test_a_failed_job_gives_way_to_a_promise_that_came_meanwhile(work: Work) -> None:
    def promise_and_fail(claim: Claim) -> None:
        promise()
        raise ValueError("the well is dry")

    work.meanwhile = promise_and_fail
    promise()
    first = one_job()
    jobs.run(str(first.pk))
    assert one_job().pk != first.pk
    assert Job.objects.count() == 2


@pytest.mark.django_db
def test_of_two_that_fail_for_one_subject_what_was_promised_later_is_done_again(work: Work) -> None:
    """The earlier one is put back first; the later one gives it what it was promised, and ends."""
    promise(payload={"n": 1}, priority=0)
    earlier = jobs.claim_job(str(one_job().pk))
    promise(payload={"n": 2}, priority=10)
    later = jobs.claim_job(str(one_job().pk))
    assert earlier is not None
    assert later is not None
    for claim in (earlier, later):
        jobs.give_back(claim, ValueError("the well is dry"))
    waiting = one_job()
    assert (waiting.pk, waiting.payload, waiting.priority) == (earlier.job.pk, {"n": 2}, 10)
    assert Job.objects.get(pk=later.job.pk).state == Job.State.DONE


@pytest.mark.django_db
def test_one_bad_job_of_a_batch_does_not_hold_the_others_for_ever(work: Work) -> None:
    """Jobs that failed together are tried one by one afterwards."""

    def fail_on_the_bad_one(claim: Claim) -> None:
        if any(job.subject == "bad" for job in claim.jobs):
            raise ValueError("bad")

    work.meanwhile = fail_on_the_bad_one
    JOB_KINDS["test"] = JobKind("Test", work.compute, work.write, batch=10)
    promise("bad", "good/1", "good/2")
    jobs.run(next(iter(jobs.take_undispatched())))
    assert len(work.computed[0].jobs) == 3
    for _round in range(3):
        let_wait_end()
        for job_id in jobs.take_undispatched():
            jobs.run(job_id)
    states = dict(Job.objects.values_list("subject", "state"))
    assert states == {"bad": Job.State.WAITING, "good/1": Job.State.DONE, "good/2": Job.State.DONE}


@pytest.mark.django_db
@pytest.mark.promise("people-first")
def test_what_is_more_urgent_is_done_first_whoever_rang(work: Work) -> None:
    promise("night/1", "night/2")
    promise("change", priority=10)
    promise("letter", priority=20)
    promise("night/3")
    bells = {job.subject: str(job.pk) for job in Job.objects.all()}
    jobs.run(bells["night/1"])
    assert [claim.job.subject for claim in work.computed] == ["letter", "change", "night/1"]
    jobs.run(bells["letter"])
    jobs.run(bells["change"])
    assert work.effects == 3
    assert set(Job.objects.due().values_list("subject", flat=True)) == {"night/2", "night/3"}


@pytest.mark.django_db
@pytest.mark.promise("people-first")
def test_a_person_does_not_wait_for_less_urgent_jobs_that_could_be_done_together(work: Work) -> None:
    JOB_KINDS["test"] = JobKind("Test", work.compute, work.write, batch=3)
    promise(*(f"night/{number}" for number in range(5)))
    promise("change/1", "change/2", priority=10)
    jobs.run(str(Job.objects.get(subject="change/1").pk))
    assert sorted(job.subject for job in work.computed[0].jobs) == ["change/1", "change/2"]
    jobs.run(str(Job.objects.get(subject="night/0").pk))
    assert len(work.computed[1].jobs) == 3


@pytest.mark.django_db
@pytest.mark.parametrize("heard", [slice(None), slice(None, None, -1)], ids=["in order", "backwards"])
def test_one_bell_rings_for_a_batch_and_all_of_them_are_done(work: Work, heard: slice) -> None:
    JOB_KINDS["test"] = JobKind("Test", work.compute, work.write, batch=4)
    promise(*(f"night/{number}" for number in range(10)))
    bells = list(jobs.take_undispatched())
    assert len(bells) == 3
    assert not jobs.take_undispatched()
    for bell in bells[heard]:
        jobs.run(bell)
    assert [len(claim.jobs) for claim in work.computed] == [4, 4, 2]
    assert not Job.objects.unfinished().exists()
    jobs.run(bells[0])
    assert len(work.computed) == 3


@pytest.mark.django_db
@pytest.mark.promise("broker")
def test_where_the_broker_took_no_bell_all_of_a_batch_are_rung_for_again(work: Work) -> None:
    JOB_KINDS["test"] = JobKind("Test", work.compute, work.write, batch=4)
    promise(*(f"night/{number}" for number in range(10)))
    bells = list(jobs.take_undispatched())
    jobs.forget_dispatch(bells[1:])
    assert len(jobs.take_undispatched()) == 3


@pytest.mark.django_db
def test_one_that_failed_rings_alone_and_keeps_nobody_elses_bell(work: Work) -> None:
    JOB_KINDS["test"] = JobKind("Test", work.compute, work.write, batch=4)
    promise("again")
    Job.objects.update(attempts=1, requested_at=Now() - timedelta(minutes=1))
    promise(*(f"night/{number}" for number in range(3)))
    bells = list(jobs.take_undispatched())
    assert len(bells) == 2
    for bell in bells:
        jobs.run(bell)
    assert sorted(len(claim.jobs) for claim in work.computed) == [1, 3]


@pytest.mark.django_db
def test_the_bell_of_one_that_rests_after_a_failure_is_heard_for_the_others_of_its_batch(work: Work) -> None:
    JOB_KINDS["test"] = JobKind("Test", work.compute, work.write, batch=2)
    promise("night/0", "night/1")
    [bell] = jobs.take_undispatched()
    Job.objects.filter(pk=bell).update(not_before=Now() + timedelta(minutes=1), attempts=1)
    jobs.run(bell)
    assert [claim.job.subject for claim in work.computed] == [Job.objects.exclude(pk=bell).get().subject]


@pytest.mark.django_db
@override_settings(JOB_LONG_AT_ONCE=1)
def test_of_what_takes_long_only_so_many_run_at_once_and_the_others_are_rung_for_again(work: Work) -> None:
    JOB_KINDS["test"] = JobKind("Test", work.compute, work.write, long=True)
    promise("first", "second")
    first, second = jobs.take_undispatched()

    def another_hears_its_bell(_claim: Claim) -> None:
        if len(work.computed) == 1:
            assert jobs.claim_job(second) is None

    work.meanwhile = another_hears_its_bell
    jobs.run(first)
    assert not jobs.take_undispatched()
    let_wait_end()
    assert list(jobs.take_undispatched()) == [second]
    jobs.run(second)
    assert work.effects == 2


@pytest.mark.django_db
def test_what_takes_long_is_never_done_in_front_of_another_job(work: Work) -> None:
    JOB_KINDS["long"] = JobKind("Long", work.compute, work.write, long=True)
    try:
        promise_jobs([Promise("long", "import", {}, priority=20)])
        promise("night")
        jobs.run(str(Job.objects.get(subject="night").pk))
    finally:
        del JOB_KINDS["long"]
    assert [claim.job.subject for claim in work.computed] == ["night"]


def write_in_steps(work: Work, steps: int) -> Callable[[Claim, str], Progress | None]:
    """An effect a step; the job is done after so many, whoever did them."""

    def write(claim: Claim, result: str) -> Progress | None:
        work.write(claim, f"{result} {work.effects}")
        return Progress(work.effects, steps) if work.effects < steps else None

    return write


@pytest.mark.django_db
def test_python_seldom_looks_for_garbage_while_a_job_is_done_and_as_usual_afterwards(work: Work) -> None:
    usual, seen = jobs.USUAL_GARBAGE, []

    def fail(_claim: Claim) -> None:
        seen.append(gc.get_threshold())
        raise RuntimeError

    work.meanwhile = fail
    promise()
    jobs.run(str(one_job().pk))
    assert (seen, gc.get_threshold()) == ([(jobs.NEW_OBJECTS, *usual[1:])], usual)


@pytest.mark.django_db
@override_settings(JOB_TURN_SECONDS=0)
def test_a_job_that_has_had_its_turn_is_due_again_at_once_with_its_progress_and_all_its_attempts(work: Work) -> None:
    JOB_KINDS["test"] = JobKind("Test", work.compute, write_in_steps(work, 3))
    promise()
    job = one_job()
    for done in (1, 2):
        jobs.run(str(job.pk))
        job.refresh_from_db()
        assert (job.state, job.attempts, job.done, job.total, job.error) == (Job.State.WAITING, 0, done, 3, "")
        assert job.failing_since is None
        assert job in Job.objects.due()
        assert list(jobs.take_undispatched()) == [str(job.pk)]
    jobs.run(str(job.pk))
    job.refresh_from_db()
    assert (job.state, work.effects, len({claim.token for claim in work.computed})) == (Job.State.DONE, 3, 3)


@pytest.mark.django_db
def test_all_steps_that_go_into_a_turn_are_done_under_one_claim(work: Work) -> None:
    JOB_KINDS["test"] = JobKind("Test", work.compute, write_in_steps(work, 3))
    promise()
    jobs.run(str(one_job().pk))
    assert (work.effects, len({claim.token for claim in work.computed})) == (3, 1)


@pytest.mark.django_db
def test_a_worker_that_dies_between_steps_costs_one_step_and_attempts_begin_anew_with_each_that_is_written(
    work: Work,
) -> None:
    steps = settings.JOB_ATTEMPTS * 2
    JOB_KINDS["test"] = kind = JobKind("Test", work.compute, write_in_steps(work, steps))
    promise()
    job = one_job()
    for step in range(1, steps):
        claim = jobs.claim_job(str(job.pk))
        assert claim is not None
        assert jobs.finish(claim, kind, "written under x") is Outcome.GOES_ON
        assert work.effects == step
        let_lease_run_out(job.pk)
        jobs.take_back_abandoned()
        job.refresh_from_db()
        assert (job.attempts, job.is_set_apart, job.done) == (1, False, step)
    jobs.run(str(job.pk))
    assert work.effects == steps


@pytest.mark.django_db
def test_a_lease_that_was_lost_between_two_steps_ends_the_work_of_whoever_lost_it(work: Work) -> None:
    JOB_KINDS["test"] = kind = JobKind("Test", work.compute, write_in_steps(work, 3))
    promise()
    job = one_job()
    slow = jobs.claim_job(str(job.pk))
    assert slow is not None
    assert jobs.finish(slow, kind, "written under slow") is Outcome.GOES_ON
    let_lease_run_out(job.pk)
    jobs.take_back_abandoned()
    quick = jobs.claim_job(str(job.pk))
    assert quick is not None
    assert jobs.finish(slow, kind, "written under slow") is Outcome.LOST
    jobs.give_way(slow)
    assert work.effects == 1
    job.refresh_from_db()
    assert (job.state, job.token) == (Job.State.RUNNING, quick.token)


@pytest.mark.django_db
@override_settings(JOB_LONG_AT_ONCE=1, JOB_TURN_SECONDS=0)
def test_long_jobs_take_turns(work: Work) -> None:
    """What came later is not kept waiting until what came first is done."""
    JOB_KINDS["test"] = JobKind("Test", work.compute, write_in_steps(work, 6), long=True)
    promise("first")
    promise("second")
    bells = {job.subject: str(job.pk) for job in Job.objects.all()}
    for _round in range(3):
        for subject in ("first", "first", "second", "second"):
            jobs.run(bells[subject])
            Job.objects.filter(state=Job.State.WAITING).update(not_before=Now())
    assert [claim.job.subject for claim in work.computed] == ["first", "second", "first", "second", "first", "second"]


@pytest.mark.django_db
@override_settings(JOB_LONG_AT_ONCE=1, JOB_TURN_SECONDS=0)
def test_who_waits_for_room_is_due_as_soon_as_another_gives_way(work: Work) -> None:
    JOB_KINDS["test"] = JobKind("Test", work.compute, write_in_steps(work, 2), long=True)
    promise("first")
    first = one_job()
    promise("second")
    second = Job.objects.get(subject="second")
    work.meanwhile = lambda _claim: jobs.claim_job(str(second.pk)) and None
    jobs.run(str(first.pk))
    assert second in Job.objects.due()
    assert sorted(jobs.take_undispatched()) == sorted([str(first.pk), str(second.pk)])


@pytest.mark.django_db
def test_what_is_promised_for_later_is_not_due_before_and_a_promise_for_now_brings_it_forward(work: Work) -> None:
    promise(after=30)
    assert not Job.objects.due().exists()
    promise(after=600)
    assert timedelta(seconds=25) < pause_of(one_job()) <= timedelta(seconds=30)
    promise()
    assert Job.objects.due().exists()
    promise(after=30)
    assert Job.objects.due().exists()


@pytest.mark.django_db
def test_a_person_lets_a_failed_job_try_again_with_all_its_attempts(work: Work) -> None:
    promise(payload={"project": 5})
    failed = one_job()
    Job.objects.update(not_before=Now() + timedelta(days=1), attempts=5, error="the worker died")
    failed.refresh_from_db()
    jobs.try_again(actor=person("administrator"), job=failed)
    again = one_job()
    assert (again.subject, again.payload, again.attempts, again.error) == (SUBJECT, {"project": 5}, 0, "")
    jobs.run(str(again.pk))
    assert work.effects == 1
    assert not Job.objects.failing().exists()


@pytest.mark.django_db
@pytest.mark.promise("broker")
def test_the_bell_is_rung_once_and_again_only_when_nobody_heard_it(work: Work) -> None:
    promise()
    job = one_job()
    assert list(jobs.take_undispatched()) == [str(job.pk)]
    assert not jobs.take_undispatched()
    Job.objects.update(dispatched_at=Now() - jobs.REDELIVER_AFTER - timedelta(seconds=1))
    assert list(jobs.take_undispatched()) == [str(job.pk)]
    jobs.forget_dispatch([str(job.pk)])
    assert list(jobs.take_undispatched()) == [str(job.pk)]


@pytest.mark.django_db
def test_of_the_bells_that_nobody_heard_only_twenty_are_rung_again_at_a_time(work: Work) -> None:
    promise(*(f"mine/{number}" for number in range(30)))
    assert len(jobs.take_undispatched()) == 30
    Job.objects.update(dispatched_at=Now() - jobs.REDELIVER_AFTER - timedelta(seconds=1))
    assert len(jobs.take_undispatched()) == 20


@pytest.mark.django_db
def test_a_promise_that_folds_into_one_that_waits_brings_its_own_payload(work: Work) -> None:
    promise(payload={"project": 5})
    promise(payload={"project": 6})
    assert one_job().payload == {"project": 6}


@pytest.mark.django_db
@pytest.mark.promise("one-clock")
def test_the_database_decides_what_time_it_is(work: Work, monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker whose clock is a day ahead, or a day behind, takes nothing early and loses no lease."""
    promise("now", "tomorrow")
    Job.objects.filter(subject="tomorrow").update(not_before=Now() + timedelta(hours=12))
    true_now = timezone.now
    for days in (1, -1):
        monkeypatch.setattr(timezone, "now", lambda days=days: true_now() + timedelta(days=days))
        assert list(Job.objects.due().values_list("subject", flat=True)) == ["now"]
        claim = jobs.claim_job(str(Job.objects.get(subject="now").pk))
        assert claim is not None
        held = Job.objects.get(subject="now")
        assert held.lease_until is not None
        lease = (held.lease_until - database_now()).total_seconds()
        assert settings.JOB_LEASE_SECONDS - 5 < lease <= settings.JOB_LEASE_SECONDS
        assert jobs.take_back_abandoned() == 0
        Job.objects.filter(subject="now").update(state=Job.State.WAITING)


@pytest.mark.promise("job-once")
def test_two_deliveries_at_once_do_it_once(committed: str, work: Work) -> None:
    promise()
    job = one_job()
    start = threading.Barrier(4)

    def deliver() -> None:
        start.wait()
        jobs.run(str(job.pk))

    in_threads(*[deliver] * 4)
    job.refresh_from_db()
    assert (job.state, job.attempts, len(work.computed), work.effects) == (Job.State.DONE, 1, 1, 1)


@pytest.mark.promise("job-once")
def test_two_dispatchers_never_take_the_same_job(committed: str, work: Work) -> None:
    """The second takes what the first has left, without waiting for it."""
    promise(*(f"mine/{number}" for number in range(100)))
    first_has_some, second_is_done = threading.Event(), threading.Event()
    taken: dict[str, list[str]] = {}

    def first() -> None:
        with transaction.atomic():
            taken["first"] = list(jobs.take_undispatched(limit=40))
            first_has_some.set()
            assert second_is_done.wait(10)

    def second() -> None:
        assert first_has_some.wait(10)
        taken["second"] = list(jobs.take_undispatched())
        second_is_done.set()

    in_threads(first, second)
    assert (len(taken["first"]), len(taken["second"])) == (40, 60)
    assert not set(taken["first"]) & set(taken["second"])
    assert not jobs.take_undispatched()


@pytest.mark.promise("sees-what-was-written")
def test_a_worker_waits_for_the_transaction_that_promised_and_sees_what_it_wrote(committed: str, work: Work) -> None:
    """A fold into a waiting job is not overtaken: the claim comes after the commit of whoever promised."""
    promise()
    job = one_job()
    promised, claimed = threading.Event(), threading.Event()
    seen: list[bool] = []
    work.meanwhile = lambda claim: seen.append(Organisation.objects.filter(name="entered late").exists())

    def enter() -> None:
        with transaction.atomic():
            Organisation.objects.create(name="entered late", kind=Organisation.Kind.OTHER)
            promise_jobs([Promise("test", SUBJECT)])
            promised.set()
            assert not claimed.wait(0.5)

    def run() -> None:
        assert promised.wait(10)
        jobs.run(str(job.pk))
        claimed.set()

    in_threads(enter, run)
    assert seen == [True]
    assert Job.objects.get().state == Job.State.DONE


def test_a_worker_that_is_just_finishing_when_its_lease_runs_out_keeps_its_result(committed: str, work: Work) -> None:
    """The dispatcher sees the lease run out while the finishing transaction is open, and leaves the job alone."""
    promise()
    job = one_job()
    finishing, looked = threading.Event(), threading.Event()
    taken_back: list[int] = []

    def write_slowly(claim: Claim, result: str) -> None:
        work.write(claim, result)
        finishing.set()
        assert looked.wait(10)

    def give_up() -> None:
        assert finishing.wait(10)
        taken_back.append(jobs.take_back_abandoned())
        looked.set()

    JOB_KINDS["test"] = JobKind("Test", work.compute, write_slowly)
    work.meanwhile = lambda claim: let_lease_run_out(job.pk)
    in_threads(lambda: jobs.run(str(job.pk)), give_up)
    job.refresh_from_db()
    assert (taken_back, job.state, job.attempts, work.effects) == ([0], Job.State.DONE, 1, 1)
    assert jobs.take_back_abandoned() == 0


def test_a_promise_rings_the_dispatcher_when_its_transaction_commits(committed: str, work: Work) -> None:
    with connections["owner"].cursor() as cursor:
        cursor.execute(f"LISTEN {jobs.CHANNEL}")
        listener = cursor.connection
        with transaction.atomic():
            promise_jobs([Promise("test", SUBJECT)])
            assert not list(listener.notifies(timeout=0.2))
        assert len(list(listener.notifies(timeout=5, stop_after=1))) == 1


@pytest.mark.promise("killed")
def test_a_worker_that_loses_its_database_leaves_the_job_to_the_lease(committed: str, work: Work) -> None:
    """The connection breaks in the middle: nothing is written, and the job comes back when its lease has run out."""

    def cut(claim: Claim) -> None:
        connection.connection.close()

    promise()
    job = one_job()
    work.meanwhile = cut
    with pytest.raises((InterfaceError, OperationalError), match="closed"):
        jobs.run(str(job.pk))
    connection.close()
    assert Job.objects.get().state == Job.State.RUNNING
    let_lease_run_out(job.pk)
    jobs.take_back_abandoned()
    work.meanwhile = lambda claim: None
    jobs.run(str(job.pk))
    assert (Job.objects.get().state, work.effects) == (Job.State.DONE, 1)


def test_the_broker_tells_every_priority_apart_and_hears_the_most_urgent_first() -> None:
    used = (jobs.MOST_URGENT, OF_ONE_CHANGE, OF_MANY, OF_THE_NIGHT)
    steps = [PRIORITY_STEPS[bisect(PRIORITY_STEPS, urgency(one)) - 1] for one in used]
    assert steps == sorted(set(steps))
