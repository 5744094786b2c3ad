"""The invented demo: people who sign in, a record that tells eight stories, and what reviewers made of it.

The stories are data (`people.yaml`, `record.yaml`, `reviews.yaml`). They are told through the services, so audit,
provenance and jobs are real.
"""

from __future__ import annotations

from django.db import transaction

from accounts.models import Notice, User
from accounts.services.notices import mark_read
from compliance.services.notices import ANSWERED, ASKED
from config.demo.people import enlist, listed_people, sign_in_lines
from config.demo.record import RecordTelling
from config.demo.reviews import review_and_publish


def load_demo() -> list[str]:
    """Tell the demo once; every later call only finds it. Returns the sign-ins, one per line."""
    listed = listed_people()
    if not User.objects.filter(email=listed["people"][0]["email"]).exists():
        with transaction.atomic():
            people, organisations = enlist(listed)
            projects = RecordTelling(people, organisations).tell()
            review_and_publish(people, projects)
            mark_read(Notice.objects.exclude(kind__in=(ASKED, ANSWERED)))
    return sign_in_lines(listed)
