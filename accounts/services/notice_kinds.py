"""What people are told of this app: what takes two people, and work in the background that fails."""

from __future__ import annotations

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Proposal, RoleRequest, User
from accounts.models.waiting import Decision
from accounts.record_addresses import RecordAddresses
from accounts.roles import PERMISSIONS, Role
from accounts.services.failures import failures_to_tell
from accounts.services.notices import NOTICE_KINDS, Happening, NoticeKind, notify_all, register_jobs
from accounts.services.proposals import DECIDED, SECOND_PERSON, seen_by

WORK_FAILS = "work_fails"
OWN_WORK_FAILS = "own_work_fails"


@transaction.atomic
def promise_notices_of_failures() -> None:
    """Tell every administrator of each failure that lasts, and whoever asked for the work; once a day for each."""
    today = timezone.localdate()
    administrators = set(User.objects.holding(Role.ADMINISTRATOR).values_list("pk", flat=True))
    happenings: list[tuple[Happening, set[int]]] = []
    for failure in failures_to_tell():
        cause = f"{today}/{failure.kind}/{failure.error}"
        owners = {job.owner_id for job in failure.jobs if job.owner_id} - administrators
        happenings += [(Happening(WORK_FAILS, cause), administrators), (Happening(OWN_WORK_FAILS, cause), owners)]
    notify_all(happenings)


def register_notices() -> None:
    """Add the kinds of this app and the jobs that mail; called once, when the app is ready."""
    register_jobs()
    pages: dict[type[models.Model], RecordAddresses] = {
        Proposal: RecordAddresses(seen_by, "people:proposal", {"pk": "id"}),
        RoleRequest: RecordAddresses(RoleRequest.objects.visible_to, "people:role-request", {"pk": "id"}),
    }
    NOTICE_KINDS[SECOND_PERSON] = NoticeKind(
        _("Something waits for a second person, who may be you"),
        {"": _("Something waits for a second person, who may be you.")},
        PERMISSIONS["proposal.view"],
        by_letter=True,
        pages=pages,
    )
    NOTICE_KINDS[DECIDED] = NoticeKind(
        _("What you asked for is confirmed or refused by the second person"),
        {
            Decision.CONFIRMED: _("What you asked for was confirmed, and is done."),
            Decision.REFUSED: _("What you asked for was refused."),
        },
        PERMISSIONS["proposal.view"],
        pages=pages,
    )
    NOTICE_KINDS[WORK_FAILS] = NoticeKind(
        _("Work in the background fails"),
        {"": _("Work in the background fails.")},
        frozenset({Role.ADMINISTRATOR}),
        by_letter=True,
        page="reviews:runs",
    )
    NOTICE_KINDS[OWN_WORK_FAILS] = NoticeKind(
        _("Work in the background that you asked for fails"),
        {"": _("Work in the background that you asked for fails. Nothing is lost; it is tried again.")},
        PERMISSIONS["scorecard.view"] - {Role.ADMINISTRATOR},
        page="reviews:runs",
    )
