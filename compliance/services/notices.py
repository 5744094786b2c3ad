"""What people are told of review: who is asked or answered, what comes back, and what is published or taken down."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership, User
from accounts.models.notices import When
from accounts.roles import Role
from accounts.services.notices import NOTICE_KINDS, NoticeKind
from compliance.models import Review, Takedown
from projects.services.notices import OF_A_MINE, people_of_mines, tell_of_record

ASKED = "asked"
ANSWERED = "answered"
RETURNED = "returned"
TO_PUBLISH = "to_publish"
PUBLISHED = "published"
CORRECTED, TAKEN_DOWN = "corrected", "taken_down"
"""what is told of a publication besides that it is there"""
KIND_OF_STEP = {
    Review.Action.QUERY: ASKED,
    Review.Action.REPLY: ANSWERED,
    Review.Action.RETURN: RETURNED,
    Review.Action.REOPEN: RETURNED,
    Review.Action.APPROVE: TO_PUBLISH,
    Review.Action.PUBLISH: PUBLISHED,
}


def tell_of_step(step: Review) -> None:
    """Tell whom it concerns of a step of review that was just taken."""
    action, card = Review.Action(step.action), step.scorecard
    if action not in KIND_OF_STEP:
        return
    before = Review.objects.filter(scorecard__project=card.project_id, scorecard__year=card.year, pk__lt=step.pk)
    people: set[int] = set()
    if action in (Review.Action.QUERY, Review.Action.PUBLISH):
        people |= people_of_mines([card.project_id])[card.project_id]
    if action in (Review.Action.RETURN, Review.Action.REOPEN, Review.Action.PUBLISH):
        people |= last_reviewer(before.filter(action=Review.Action.APPROVE))
    if action == Review.Action.REPLY:
        people |= last_reviewer(before.filter(action=Review.Action.QUERY, indicator=step.indicator))
    if action == Review.Action.APPROVE:
        held = Membership.objects.active().filter(role=Role.REVIEWER, organisation__country=card.project.country)
        people |= set(held.values_list("user", flat=True))
    anew = action == Review.Action.PUBLISH and before.filter(action=action).exists()
    tell_of_record(
        KIND_OF_STEP[action],
        people,
        record=step,
        project=card.project,
        year=card.year,
        by=step.reviewer,
        step=CORRECTED if anew else action,
        cause=f"review/{step.pk}",
    )


def last_reviewer(steps: QuerySet[Review]) -> set[int]:
    """Whoever took the last of some steps."""
    return set(steps.order_by("-pk").values_list("reviewer", flat=True)[:1])


def tell_of_takedown(actor: User, taken_down: Takedown) -> None:
    """Tell the people of a mine that a publication of it was taken down."""
    card = taken_down.publication.scorecard
    project = card.project
    people = people_of_mines([project.pk])[project.pk]
    cause = f"takedown/{taken_down.pk}"
    tell_of_record(
        PUBLISHED, people, record=taken_down, project=project, year=card.year, by=actor, step=TAKEN_DOWN, cause=cause
    )


def register_notices() -> None:
    """Add the kinds of this app; called once, when the app is ready."""
    reviewers = frozenset({Role.REVIEWER})
    NOTICE_KINDS[ASKED] = NoticeKind(
        _("A reviewer asks your company"),
        {Review.Action.QUERY: _("A reviewer asks your company about a scorecard.")},
        frozenset({Role.OPERATOR}),
        When.AT_ONCE,
    )
    NOTICE_KINDS[ANSWERED] = NoticeKind(
        _("A company answers you"),
        {Review.Action.REPLY: _("A company answered your question about a scorecard.")},
        reviewers,
    )
    NOTICE_KINDS[RETURNED] = NoticeKind(
        _("What you approved is returned or opened again"),
        {
            Review.Action.RETURN: _("A scorecard that you approved was returned to you."),
            Review.Action.REOPEN: _("A scorecard that you approved was opened again."),
        },
        reviewers,
        When.AT_ONCE,
    )
    NOTICE_KINDS[TO_PUBLISH] = NoticeKind(
        _("A scorecard is approved and waits for whoever publishes it"),
        {Review.Action.APPROVE: _("A scorecard is approved, and waits for another person to publish it.")},
        reviewers,
    )
    NOTICE_KINDS[PUBLISHED] = NoticeKind(
        _("Results of your mines are published, corrected or taken down"),
        {
            Review.Action.PUBLISH: _("Results were published."),
            CORRECTED: _("Corrected results were published."),
            TAKEN_DOWN: _("Published results were taken down."),
        },
        OF_A_MINE | reviewers,
    )
