"""Organisations that rows name: found, added where they are not known yet, and taken back with their import."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import F, ManyToOneRel, Model
from django.db.models.functions import Lower

from accounts.models import AuditEntry, Organisation
from accounts.services.audit import audit_entry
from projects.intake.headings import fold
from projects.intake.names import Folded, KnownNames, same_names
from projects.intake.parsing import shown
from projects.intake.targets import Row, Scope


def organisations_by_name(
    names: set[str], scope: Scope, *, kind: str, preferred: Sequence[str]
) -> dict[str, Organisation]:
    """Existing organisations by folded name, the preferred kind first; missing ones are added as `kind`."""
    order = {value: place for place, value in enumerate(preferred)}

    def lookup() -> dict[str, Organisation]:
        rows = Organisation.objects.alias(folded=Lower(Folded(F("name")))).filter(same_names(names))
        ranked = sorted(rows, key=lambda row: (order.get(row.kind, len(order)), row.pk), reverse=True)
        return {fold(row.name): row for row in ranked}

    found = lookup()
    new = {fold(name): name for name in sorted(names) if fold(name) not in found}
    if new:
        Organisation.objects.bulk_create(
            [Organisation(name=name, kind=kind) for name in new.values()], ignore_conflicts=True
        )
        found = lookup()
        scope.created.update((found[key].pk, found[key].name) for key in new)
    return found


def known_organisations(scope: Scope) -> KnownNames:
    """The names of all organisations, read once a pass."""
    if "organisations" not in scope.memory:
        scope.memory["organisations"] = KnownNames(Organisation.objects.order_by().values_list("name", flat=True))
    known: KnownNames = scope.memory["organisations"]
    return known


def note_unknown(row: Row, field_code: str, code: str, scope: Scope, *among: KnownNames) -> None:
    """Say that nobody knows a name: on its first row, and on every row where a known name is close."""
    name = row.values[field_code]
    if not scope.told or not name or any(name in known for known in among):
        return
    seen: dict[tuple[str, str], str] = scope.memory.setdefault("unknown", {})
    key = (field_code, fold(name))
    is_first = key not in seen
    if is_first:
        seen[key] = next(filter(None, (known.nearest(name) for known in among)), "")
    if is_first or seen[key]:
        row.note(field_code, code, value=shown(name), **({"nearest": seen[key]} if seen[key] else {}))


def referring_columns(model: type[Model], but: set[Any]) -> list[tuple[type[Model], str]]:
    """Every column of every app that points to a model, but for those of some models."""
    return [
        (relation.related_model, relation.field.name)
        for relation in model._meta.get_fields(include_hidden=True)
        if isinstance(relation, ManyToOneRel) and relation.related_model not in but
    ]


def take_back_organisations(scope: Scope, reason: str) -> dict[int, str]:
    """Delete the organisations that an import added and nothing names any more; returns those that stay."""
    added = [int(key) for key in scope.batch.defaults.get("created", {})]
    organisations = {one.pk: one for one in Organisation.objects.filter(pk__in=added).select_for_update()}
    named: set[int] = set()
    for model, column in referring_columns(Organisation, set()):
        rows = model._base_manager.filter(**{f"{column}__in": list(organisations)})
        named.update(rows.values_list(column, flat=True).distinct())
    free = [one for key, one in organisations.items() if key not in named]
    AuditEntry.objects.bulk_create(
        audit_entry(actor=scope.actor, verb="undone", record=one, reason=reason) for one in free
    )
    Organisation.objects.filter(pk__in=[one.pk for one in free])._raw_delete("default")
    return {key: one.name for key, one in organisations.items() if key in named}
