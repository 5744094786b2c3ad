"""The job outbox: work that was promised in a transaction and is remembered by the database alone."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from accounts.models.people import User


class JobQuerySet(models.QuerySet["Job"]):
    """Named reads of the outbox; every comparison of times uses the database's clock."""

    def due(self) -> JobQuerySet:
        """Waiting jobs whose time has come."""
        return self.filter(state=Job.State.WAITING, not_before__lte=Now())

    def unfinished(self) -> JobQuerySet:
        """Waiting or being done: somebody may wait for it."""
        return self.filter(state__in=(Job.State.WAITING, Job.State.RUNNING))

    def abandoned(self) -> JobQuerySet:
        """Claimed jobs whose worker let the lease run out."""
        return self.filter(state=Job.State.RUNNING, lease_until__lt=Now())

    def failing(self) -> JobQuerySet:
        """Waiting for another attempt after one that failed."""
        return self.filter(state=Job.State.WAITING).exclude(error="")

    def visible_to(self, user: User) -> JobQuerySet:
        """Everything for those who see the audit trail; what one asked for oneself for the others."""
        return self if user.may("audit.view") else self.filter(owner=user)


class Job(models.Model):
    """One promised piece of work of a kind, about one subject; jobs for one subject that wait fold into one."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=40)
    subject = models.CharField(max_length=80)
    payload = models.JSONField(default=dict)
    priority = models.SmallIntegerField(default=0)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    owner: models.ForeignKey[User | None, User | None] = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    requested_at = models.DateTimeField(db_default=Now())
    request_id = models.CharField(max_length=64, blank=True, default="", db_default="")
    """the id of the newest request for it, under which it is logged"""
    not_before = models.DateTimeField(db_default=Now())
    dispatched_at = models.DateTimeField(null=True)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    """how often it was tried and failed by itself, with the attempt that runs now"""
    failing_since = models.DateTimeField(null=True)
    """when the first of the attempts failed that have failed without one that worked; None where none has"""
    token = models.UUIDField(null=True)
    lease_until = models.DateTimeField(null=True)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    error = models.TextField(blank=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        ordering = ["-requested_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "subject"],
                condition=Q(state="waiting"),
                name="one_job_waits_for_a_subject",
            )
        ]
        indexes = [
            models.Index(fields=["state", "not_before"], name="jobs_to_do"),
            models.Index(fields=["finished_at"], condition=Q(state="done"), name="jobs_done"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject} ({self.state})"

    @property
    def is_failing(self) -> bool:
        """Whether it waits for another attempt after one that failed."""
        return self.state == self.State.WAITING and bool(self.error)

    @property
    def is_set_apart(self) -> bool:
        """Whether it failed so often by itself that it is tried only once a day."""
        return self.is_failing and self.attempts >= settings.JOB_ATTEMPTS


class IdempotentAnswer(models.Model):
    """What the API answered to a write under one key of one person; stored with the write itself."""

    user: models.ForeignKey[User, User] = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    key = models.CharField(max_length=80)
    body_sha256 = models.CharField(max_length=64)
    answer = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="a_key_is_answered_once")]
        indexes = [models.Index(fields=["at"], name="answers_by_age")]

    def __str__(self) -> str:
        return self.key
