"""Where the audit trail leads to the steps of a review."""

from accounts.record_addresses import RecordAddresses, register_addresses
from compliance.models import Review
from projects.models import Project


def register_pages() -> None:
    """Called once, when the app is ready."""
    register_addresses(
        Review,
        RecordAddresses(
            lambda actor: Review.objects.filter(scorecard__project__in=Project.objects.visible_to(actor)),
            "reviews:scorecard",
            {"pk": "scorecard_id"},
        ),
    )
