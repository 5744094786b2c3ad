"""What happened for somebody, and when they want to be written to about it."""

from __future__ import annotations

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.models.people import User


class When(models.TextChoices):
    """When a mail about it goes out."""

    AT_ONCE = "at_once", _("At once")
    DAILY = "daily", _("Daily")
    NEVER = "never", _("Never")


class NoticeQuerySet(models.QuerySet["Notice"]):
    """Named reads of notices."""

    def unread(self) -> NoticeQuerySet:
        """Those that the person has not opened."""
        return self.filter(read_at__isnull=True)

    def to_mail(self, when: str) -> NoticeQuerySet:
        """Those that go out with the next mail of this kind."""
        return self.filter(mail=when, mailed_at__isnull=True)


class Notice(models.Model):
    """One thing that happened for one person; `accounts/services/notices.py` knows the kinds and who may see it."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=40)
    cause = models.CharField(max_length=100)
    """what brought it about: the same thing is told once"""
    step = models.CharField(max_length=30, blank=True)
    """which of its kind's sentences says it"""
    day = models.DateField(null=True)
    mine = models.CharField(max_length=150, blank=True)
    """the mine's name; empty where it may not stand in a mail"""
    content_type: models.ForeignKey[ContentType | None, ContentType | None] = models.ForeignKey(
        ContentType, models.PROTECT, null=True, related_name="+"
    )
    object_id = models.BigIntegerField(null=True)
    """the record to which it leads, and which whoever reads it may see"""
    at = models.DateTimeField(db_default=Now())
    read_at = models.DateTimeField(null=True)
    mail = models.CharField(max_length=10, choices=When)
    mailed_at = models.DateTimeField(null=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["person", "kind", "cause"], name="a_person_is_told_of_a_thing_once"),
            models.CheckConstraint(condition=Q(mail__in=When.values), name="a_notice_says_when_it_is_mailed"),
            models.CheckConstraint(
                condition=Q(content_type__isnull=True, object_id__isnull=True)
                | Q(content_type__isnull=False, object_id__isnull=False),
                name="a_notice_names_one_record_or_none",
            ),
        ]
        indexes = [
            models.Index(fields=["person"], condition=Q(read_at__isnull=True), name="unread_notices_of_a_person"),
            models.Index(
                fields=["mail", "person"],
                condition=Q(mailed_at__isnull=True) & ~Q(mail="never"),
                name="notices_to_mail",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.kind}"


class NoticeChoice(models.Model):
    """When one person wants to be written to about one kind of notice; without it, when the kind says."""

    person: models.ForeignKey[User, User] = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="notice_choices"
    )
    kind = models.CharField(max_length=40)
    when = models.CharField(max_length=10, choices=When)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "kind"], name="a_person_chooses_once_for_a_kind_of_notice"),
            models.CheckConstraint(condition=Q(when__in=When.values), name="a_choice_of_notices_says_when"),
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.kind}, {self.get_when_display()}"
