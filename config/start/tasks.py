"""What waits for a person: one declaration for each kind of thing that somebody is to do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import Subquery
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Job, RoleRequest, User
from accounts.models.waiting import Decision
from accounts.roles import Role
from accounts.services.failures import title_of
from accounts.services.invitations import without_password
from accounts.services.proposals import kind_of, seen_by
from compliance.models import Exemption, Review, ScorecardHead
from compliance.models.scorecards import open_words, waiting_since
from config.start.dated import Dated
from projects.kinds import KINDS_OF_RECORD, Text
from projects.models import AssessmentCondition, ImportBatch, Project


@dataclass(frozen=True, kw_only=True)
class Task(Dated):
    """One kind of thing that waits: for whom, since when, what is to be done, and where."""

    permission: str
    action: Callable[[Any], Text]
    """the link, which says what to do"""
    about: Callable[[Any], Text]
    """the sentence beside it"""
    url: Callable[[Any], str]

    def line(self, row: Any, at: datetime) -> TaskLine:
        """What is to be done about a row."""
        return TaskLine(self.url(row), self.action(row), self.about(row), at)


class TaskLine(NamedTuple):
    """One thing that waits: where, what is to be done, about what, and since when."""

    url: str
    action: Text
    about: Text
    since: datetime


def questions(user: User) -> Any:
    """Scorecards on which a reviewer's question waits for the company."""
    heads = ScorecardHead.objects.filter(project__in=Project.objects.run_by(user)).with_open_question()
    return heads.with_status().select_related("project")


def about_questions(head: Any) -> str:
    """The mine, the year, and how many questions are open."""
    words = ngettext("%(mine)s %(year)s: %(number)s question.", "%(mine)s %(year)s: %(number)s questions.", head.asked)
    return words % {"mine": head.project, "year": head.year, "number": head.asked}


def to_decide(user: User) -> Any:
    """Scorecards on which the next step is the reviewer's."""
    return ScorecardHead.objects.visible_to(user).waiting_for(user).with_status().select_related("project")


def step_to_take(head: Any) -> str:
    """What the reviewer does next."""
    if head.latest_action == Review.Action.APPROVE:
        return _("Publish a scorecard as the second person, or return it")
    return _("Read what the company answered") if head.answered else _("Decide a scorecard")


def imports_in(state: str) -> Callable[[User], Any]:
    """Imports of one's own organisations that wait in a state."""
    return lambda user: ImportBatch.objects.filter(state=state, organisation__in=user.organisation_ids_as(Role.MONITOR))


def page_of_scorecard(head: Any) -> str:
    """Where the scorecard is read and decided that stands."""
    return reverse("reviews:scorecard", kwargs={"pk": head.scorecard_id})


def page_of_import(batch: ImportBatch) -> str:
    """Where an import goes on."""
    return reverse("imports:page", args=[batch.pk])


def exemptions(user: User) -> Any:
    """Exemptions that somebody else asked for and nobody has approved."""
    asked = Exemption.objects.filter(approved_by=None, project__in=Project.objects.visible_to(user))
    return asked.exclude(requested_by=user).select_related("project")


def conditions_to_move(user: User) -> Any:
    """Conditions that one's own organisation entered, of which the phase begins on another day by now."""
    own = user.organisation_ids_as(Role.MONITOR, Role.OPERATOR)
    moved = AssessmentCondition.objects.filter(source__entered_for__in=own).whose_phase_moved()
    return moved.filter(assessment__project__in=Project.objects.visible_to(user)).select_related("assessment__project")


def role_requests(user: User) -> Any:
    """Roles that somebody else asked to give to another person."""
    asked = RoleRequest.objects.visible_to(user).waiting().exclude(asked_by=user).exclude(user=user)
    return asked.select_related("user", "organisation")


FIRST_QUESTION = Subquery(open_words(Review.Action.QUERY).order_by("at").values("at")[:1])

TASKS = (
    Task(
        code="question",
        permission="scorecard.reply",
        rows=questions,
        at=FIRST_QUESTION,
        action=lambda _head: _("Answer a reviewer’s question"),
        about=about_questions,
        url=page_of_scorecard,
    ),
    Task(
        code="scorecard",
        permission="review.decide",
        rows=to_decide,
        at=waiting_since(),
        action=step_to_take,
        about=lambda head: f"{head.project}, {head.year}",
        url=page_of_scorecard,
    ),
    Task(
        code="exemption",
        permission="review.decide",
        rows=exemptions,
        at="source__entered_at",
        action=lambda _row: _("Look at an exemption that was asked for"),
        about=lambda row: f"{row.project}, {row}",
        url=lambda _row: reverse("reviews:exemptions"),
    ),
    Task(
        code="condition",
        permission="record.enter",
        rows=conditions_to_move,
        at="source__entered_at",
        action=lambda _row: _("Correct the day of a condition: the phase before which it is due begins on another day"),
        about=lambda row: f"{row.project}: {row}",
        url=lambda row: KINDS_OF_RECORD["conditions"].url("amend", row.project, pk=row.pk),
    ),
    Task(
        code="proposal",
        permission="proposal.view",
        rows=lambda user: seen_by(user).filter(state=Decision.OPEN).exclude(asked_by=user),
        at="asked_at",
        action=lambda _row: _("Confirm or refuse as the second person"),
        about=lambda row: f"{kind_of(row).title}: {row.label}",
        url=lambda row: reverse("people:proposal", kwargs={"pk": row.pk}),
    ),
    Task(
        code="role",
        permission="role.decide",
        rows=role_requests,
        at="asked_at",
        action=lambda _row: _("Confirm or refuse a role"),
        about=str,
        url=lambda row: reverse("people:role-request", kwargs={"pk": row.pk}),
    ),
    Task(
        code="columns",
        permission="import.run",
        rows=imports_in(ImportBatch.State.MAPPING),
        at="uploaded_at",
        action=lambda _row: _("Say what the columns of a file mean"),
        about=str,
        url=page_of_import,
    ),
    Task(
        code="import",
        permission="import.run",
        rows=imports_in(ImportBatch.State.READY),
        at="uploaded_at",
        action=lambda _row: _("Confirm an import: nothing of it is on record yet"),
        about=str,
        url=page_of_import,
    ),
    Task(
        code="invitation",
        permission="people.manage",
        rows=lambda _user: without_password().filter(invitation__isnull=False),
        at="invitation__sent_at",
        action=lambda _row: _("See to an invitation that nobody has used"),
        about=str,
        url=lambda row: reverse("people:invitation", kwargs={"pk": row.pk}),
    ),
    Task(
        code="failing",
        permission="people.manage",
        rows=lambda _user: Job.objects.failing(),
        at="requested_at",
        action=lambda _job: _("See why work in the background fails"),
        about=lambda job: title_of(job.kind),
        url=lambda _job: reverse("reviews:runs") + "?state=failing",
    ),
)
"""Everything that can wait for somebody."""


def tasks_of(user: User) -> list[Task]:
    """The kinds of task that this person can have."""
    return [task for task in TASKS if user.may(task.permission)]
