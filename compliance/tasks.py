"""What the beat rings for."""

from celery import shared_task
from django.utils import timezone

from accounts.logs import new_id, under
from compliance.services.production import reporting_pairs, request_evaluation


@shared_task(name="compliance.tasks.request_nightly_evaluation")
def request_nightly_evaluation() -> None:
    """Promise the scorecards of this year and the last: time alone makes things due."""
    this_year = timezone.localdate().year
    with under(new_id()):
        request_evaluation(reporting_pairs(year=this_year) | reporting_pairs(year=this_year - 1), actor=None)
