"""Writing the audit trail."""

from collections.abc import Mapping
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import models

from accounts.models import AuditEntry, User

NEVER_KEPT = frozenset({"password", "last_login"})
"""Columns of people that a trail which is kept for ever must not hold."""


def state_of(record: models.Model) -> dict[str, Any]:
    """The column values of a record as they go into the audit trail; related rows by key."""
    return {
        field.attname: value if isinstance(value, bool | int | None) else str(value)
        for field in record._meta.concrete_fields
        if field.editable and not field.primary_key and field.name not in NEVER_KEPT
        for value in [field.value_from_object(record)]
    }


def name_in_trail(record: models.Model) -> str:
    """What readers of the trail are told of a record's name: of one that not all of them may see, its number."""
    return str(getattr(record, "name_in_trail", record))[:250]


def audit_entry(
    *,
    actor: User | None,
    verb: str,
    record: models.Model,
    before: Mapping[str, Any] | None = None,
    reason: str = "",
) -> AuditEntry:
    """An unsaved entry with what differs between `before` and the record as it is now, as [old, new] pairs."""
    after = state_of(record)
    known = before or {}
    changes = {name: [known.get(name), value] for name, value in after.items() if known.get(name) != value}
    return AuditEntry(
        actor=actor,
        verb=verb,
        content_type=ContentType.objects.get_for_model(record),
        object_id=str(record.pk),
        label=name_in_trail(record),
        changes=changes,
        reason=reason,
    )


def write_audit(
    *,
    actor: User | None,
    verb: str,
    record: models.Model,
    before: Mapping[str, Any] | None = None,
    reason: str = "",
) -> None:
    """Append one entry; call it inside the transaction of the change."""
    audit_entry(actor=actor, verb=verb, record=record, before=before, reason=reason).save()
