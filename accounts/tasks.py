"""The doorbell: Celery hears an id and does that job."""

from celery import shared_task

from accounts.services import jobs


@shared_task(name="accounts.run_job")
def run_job(job_id: str) -> None:
    """Run one job; safe to deliver twice, at the same time, or never (the dispatcher comes back)."""
    jobs.run(job_id)
