"""Writing the audit trail."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import models

from accounts.copying import add_alike
from accounts.models import AuditEntry, User

NEVER_KEPT = frozenset({"password", "last_login"})
"""Columns of people that a trail which is kept for ever must not hold."""


def state_of(record: models.Model) -> dict[str, Any]:
    """The column values of a record as they go into the audit trail; related rows by key."""
    return {
        name: value if value is None or isinstance(value, int) else str(value)
        for name in columns_in_trail(record._meta.model)
        for value in [getattr(record, name)]
    }


@cache
def columns_in_trail(model: type[models.Model]) -> tuple[str, ...]:
    """The columns of which the trail keeps what they say."""
    return tuple(
        column.attname
        for column in model._meta.concrete_fields
        if column.editable and not column.primary_key and column.name not in NEVER_KEPT
    )


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
    return AuditEntry(
        actor=actor,
        verb=verb,
        content_type=ContentType.objects.get_for_model(record),
        object_id=str(record.pk),
        label=name_in_trail(record),
        changes=changes_of(record, before or {}),
        reason=reason,
    )


def changes_of(record: models.Model, before: Mapping[str, Any]) -> dict[str, Any]:
    """What differs between `before` and the record as it is now, as [old, new] pairs by column."""
    return {name: [before.get(name), value] for name, value in state_of(record).items() if before.get(name) != value}


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


def write_audits(*, actor: User | None, verb: str, records: Sequence[models.Model], reason: str = "") -> None:
    """Append one entry for each of many records of one model to which the same was done."""
    if records:
        add_alike(
            audit_entry(actor=actor, verb=verb, record=records[0], reason=reason),
            object_id=[str(record.pk) for record in records],
            label=[name_in_trail(record) for record in records],
            changes=[changes_of(record, {}) for record in records],
        )
