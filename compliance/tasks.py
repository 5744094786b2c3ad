"""What the beat rings for."""

from celery import shared_task
from django.utils import timezone

from compliance.services.production import reporting_pairs, request_evaluation


@shared_task(name="compliance.tasks.request_nightly_evaluation")
def request_nightly_evaluation() -> None:
    """Promise the scorecards of the running year: time alone makes things due."""
    request_evaluation(reporting_pairs(year=timezone.localdate().year), actor=None)
