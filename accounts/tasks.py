"""The doorbell: Celery hears an id and does that job; and what the beat rings for."""

from celery import shared_task

from accounts.services import jobs, notices


@shared_task(name="accounts.run_job")
def run_job(job_id: str) -> None:
    """Run one job; safe to deliver twice, at the same time, or never (the dispatcher comes back)."""
    jobs.run(job_id)


@shared_task(name="accounts.promise_daily_notices")
def promise_daily_notices() -> None:
    """Promise today's look at what falls due, and the daily mails."""
    notices.promise_daily_notices()
