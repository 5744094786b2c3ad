"""The audit trail: every change with who, what, when and why; the history of each record."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from typing import TYPE_CHECKING

from django.apps import apps
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from accounts.models.people import User


def not_for_every_reader() -> set[int]:
    """The content types of records that not every reader of the trail may see: those that have a name of their own there."""
    private = (model for model in apps.get_models() if hasattr(model, "name_in_trail"))
    return {ContentType.objects.get_for_model(model).pk for model in private}


class AuditQuerySet(models.QuerySet["AuditEntry"]):
    """Named reads of the trail."""

    def with_words(self, text: str, verbs: Collection[str]) -> AuditQuerySet:
        """Entries that have the text in their record's name, their reason or their actor's name, or one of the verbs."""
        named = Q(label__unaccent__icontains=text) | Q(actor__full_name__unaccent__icontains=text)
        told = Q(reason__unaccent__icontains=text) & ~Q(content_type__in=not_for_every_reader())
        return self.filter(named | told | Q(verb__in=verbs))

    def between(self, first: date | None, last: date | None) -> AuditQuerySet:
        """Entries from the first to the last of these days, both included; without a day that end is open."""
        entries = self.filter(at__date__gte=first) if first else self
        return entries.filter(at__date__lte=last) if last else entries

    def about(self, record: models.Model) -> AuditQuerySet:
        """The history of one record, newest first."""
        content_type = ContentType.objects.get_for_model(record)
        return self.filter(content_type=content_type, object_id=str(record.pk)).select_related("actor")

    def about_any(self, keys: Mapping[type[models.Model], Collection[str]]) -> AuditQuerySet:
        """Whatever was done to any of these records, each by its model and key."""
        condition = models.Q(pk__in=[])
        for model, of_model in keys.items():
            condition |= models.Q(content_type=ContentType.objects.get_for_model(model), object_id__in=of_model)
        return self.filter(condition)


class AuditEntry(models.Model):
    """One change by one person; never changed or deleted (PostgreSQL refuses it)."""

    at = models.DateTimeField(auto_now_add=True)
    actor: models.ForeignKey[User | None, User | None] = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+"
    )
    verb = models.CharField(max_length=40)
    content_type = models.ForeignKey(ContentType, models.PROTECT, related_name="+")
    object_id = models.CharField(max_length=40)
    label = models.CharField(max_length=250)
    changes = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    reason = models.TextField(_("reason"), blank=True)

    objects = AuditQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        indexes = [models.Index(fields=["content_type", "object_id"], name="history_of_a_record")]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.actor}: {self.verb} {self.label}"

    @property
    def is_for_every_reader(self) -> bool:
        """Whether whoever reads the trail may read the reason, too."""
        return self.content_type_id not in not_for_every_reader()
