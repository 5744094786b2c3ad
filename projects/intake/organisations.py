"""Organisations that rows name: found, added where they are not known yet, and taken back with their import."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import chain
from typing import Any

from django.db.models import F, QuerySet
from django.db.models.functions import Lower

from accounts.models import Organisation
from accounts.models.merges import called_otherwise, columns_naming
from accounts.services.audit import write_audits
from projects.intake.headings import fold
from projects.intake.names import Folded, KnownNames, rows_called_otherwise, same_names
from projects.intake.parsing import shown
from projects.intake.targets import Row, Scope
from projects.models import ImportBatch, ImportRow, Source


def organisations_by_name(
    names: set[str], scope: Scope, *, kind: str, preferred: Sequence[str]
) -> dict[str, Organisation]:
    """Existing organisations by folded name, the preferred kind first; missing ones are added as `kind`.

    One that was taken back with an earlier import is offered again where no other has its name; the name of one that
    was merged into another means that one, and so does another name, or a number in a register, of whoever alone has it.
    """
    order = {value: place for place, value in enumerate(preferred)}

    def lookup() -> dict[str, Organisation]:
        rows = Organisation.objects.alias(folded=Lower(Folded(F("name")))).select_related("merged_into")
        rows = rows.filter(same_names(names))
        ranked = sorted(rows, key=lambda row: (row.taken_back, order.get(row.kind, len(order)), row.pk), reverse=True)
        otherwise = rows_called_otherwise(names, Organisation.objects.offered())
        alone = {name: those[0] for name, those in otherwise.items() if len(those) == 1}
        return alone | {fold(row.name): row.kept for row in ranked}

    found = lookup()
    back = {one.pk: one.name for one in found.values() if one.taken_back}
    Organisation.objects.filter(pk__in=back).bring_back()
    scope.created.update(back)
    new = {fold(name): name for name in sorted(names) if fold(name) not in found}
    if new:
        Organisation.objects.bulk_create(
            [Organisation(name=name, kind=kind) for name in new.values()], ignore_conflicts=True
        )
        found = lookup()
        scope.created.update((found[key].pk, found[key].name) for key in new)
    return found


def known_organisations(scope: Scope) -> KnownNames:
    """All that organisations which are offered are called; read once a pass."""
    if "organisations" not in scope.memory:
        offered = Organisation.objects.offered()
        otherwise = (those.order_by().values_list("called", flat=True) for those in called_otherwise(offered))
        names = offered.order_by().values_list("name", flat=True)
        scope.memory["organisations"] = KnownNames(chain(names, *otherwise))
    known: KnownNames = scope.memory["organisations"]
    return known


def refuse_shared_names(cells: Collection[tuple[Row, str]]) -> None:
    """Refuse a name that several organisations are called beside their names, and none by its own.

    `cells` are rows with the field that names an organisation; a constant number of queries.
    """
    names = {row.values[code] for row, code in cells if row.values[code]}
    shared = {name for name, those in rows_called_otherwise(names, Organisation.objects.offered()).items() if those[1:]}
    if not shared:
        return
    own = Organisation.objects.alias(folded=Lower(Folded(F("name")))).filter(same_names(shared))
    shared -= {fold(name) for name in own.values_list("name", flat=True)}
    for row, code in cells:
        if row.values[code] and fold(row.values[code]) in shared:
            row.refuse(code, "ambiguous_name", value=shown(row.values[code]))


def note_unknown(row: Row, field_code: str, code: str, scope: Scope, *among: KnownNames) -> None:
    """Say that nobody knows a name: on its first row, and on every row where a known name is close."""
    name = row.values[field_code]
    if not scope.told or not name or any(name in known for known in among):
        return
    likest: dict[tuple[str, str], str] = scope.memory.setdefault("likest", {})
    key = (field_code, fold(name))
    if key not in likest:
        likest[key] = next(filter(None, (known.nearest(name) for known in among)), "")
    is_first = scope.earlier("unknown", *key) is None
    if is_first:
        scope.remember(row, "unknown", *key)
    if is_first or likest[key]:
        row.note(field_code, code, value=shown(name), **({"nearest": likest[key]} if likest[key] else {}))


def take_back_organisations(
    added: Sequence[int], still_named: Collection[int], scope: Scope, reason: str
) -> tuple[dict[int, str], dict[int, str]]:
    """Delete those organisations of an undone import that nothing names any more.

    Those that only payments of undone imports name are kept for the ledger, and offered nowhere. Returns the names of
    those that stay because something else names them, and of those that are offered no longer.
    """
    standing = Organisation.objects.filter(pk__in=added, merged_into__isnull=True)
    organisations = {one.pk: one for one in standing.select_for_update()}
    named: set[int] = set()
    by_others = set(still_named)
    for model, column in columns_naming(Organisation):
        rows = model._base_manager.filter(**{f"{column}__in": list(organisations)}).order_by()
        named.update(rows.values_list(column, flat=True).distinct())
        by_others.update(of_others(rows, scope.batch).values_list(column, flat=True).distinct())
    free = [key for key in organisations if key not in named | by_others]
    withdrawn = [key for key in organisations if key in named - by_others]
    taken_back = [organisations[key] for key in (*free, *withdrawn)]
    write_audits(actor=scope.actor, verb="undone", records=taken_back, reason=reason)
    Organisation.objects.filter(pk__in=free)._raw_delete("default")
    Organisation.objects.filter(pk__in=withdrawn).update(taken_back=True)
    stay, hidden = (
        {key: one.name for key, one in organisations.items() if key in keys} for keys in (by_others, withdrawn)
    )
    return stay, hidden


def of_others(rows: QuerySet[Any], batch: ImportBatch) -> QuerySet[Any]:
    """The rows that neither this import wrote nor one of the same kind that was undone; their source tells it.

    The sources are asked for by themselves, not joined: the database then reads them once, also when it still believes
    the tables to be as small as before the import.
    """
    undone = Source.objects.filter(import_row__state=ImportRow.State.UNDONE, import_row__batch__target=batch.target)
    if rows.model is Source:
        return rows.exclude(pk__in=undone.values("pk"))
    sourced = any(column.name == "source" for column in rows.model._meta.concrete_fields)
    return rows.exclude(source__in=undone.values("pk")) if sourced else rows
