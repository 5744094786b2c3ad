"""Merge two rows that were the same thing all along: everything that named the one then names the other.

What the ledger and sealed rows say keeps its old words; the row that was merged stays for them and leads to the other.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.append_only import APPEND_ONLY_TABLES
from accounts.models import Membership, Merge, Organisation, RoleRequest, User
from accounts.models.merges import Mergeable, columns_naming
from accounts.roles import Role
from accounts.services.audit import audit_entry, name_in_trail
from projects.intake.names import bare, nearly_same
from projects.kinds import NAMED_RECORDS, RecordKind
from projects.models import ColumnMemory, ImportBatch, Project, ProjectAssignment, Source
from projects.models.records import Record, Sourced
from projects.services.notices import CHANGED, entered_by, tell_of_record
from projects.services.records import broken_rule, concerned_pairs, promise_evaluation
from projects.services.withdrawal import IS_PUBLISHED

Column = tuple[type[models.Model], str]


@dataclass(frozen=True)
class MergeKind:
    """What can be merged with its like."""

    code: str
    """in the address"""
    model: type[Mergeable]
    a: Callable[[Any], Any]
    """how people call one, with its article"""
    address: Callable[[Any], str]
    """the page of one, also where it was merged"""


WORDS: dict[type[models.Model], Any] = {
    Source: _("Who says so, and for whom it was entered"),
    Project: _("Projects"),
    Organisation: _("Organisations merged into it"),
    ProjectAssignment: _("Who follows a mine"),
    ImportBatch: _("Imports"),
    ColumnMemory: _("Remembered columns of files"),
}
"""What the rows are called that are of no registered kind; each app adds its own."""
MERGE_KINDS: dict[str, MergeKind] = {}
"""By code; each app adds its own."""
STAYING: set[type[models.Model]] = {Membership, RoleRequest}
"""Beside the append-only tables those whose rows name for ever what they named; each app adds its own."""


@dataclass(frozen=True)
class Naming:
    """The rows of one model that name something in one of their columns."""

    model: type[models.Model]
    column: str
    keys: tuple[int, ...]
    """of the rows that will name the other"""
    clashes: tuple[str, ...]
    """of the rows that cannot, in words: what to do first"""


def words_for(model: Any) -> Any:
    """How people call the rows of a model, those of a many-to-many table by the records that it belongs to."""
    owner = model._meta.auto_created or model
    named = (kind.plural for kind in NAMED_RECORDS.values() if kind.model is owner and isinstance(kind, RecordKind))
    return WORDS.get(owner) or next(named, owner._meta.verbose_name_plural)


def kind_of(row: models.Model) -> MergeKind:
    """What can be merged with its like; raises ValidationError where this cannot."""
    for kind in MERGE_KINDS.values():
        if isinstance(row, kind.model):
            return kind
    raise ValidationError(_("“%(row)s” cannot be merged with anything."), "never_merged", {"row": row})


def stays(model: type[models.Model]) -> bool:
    """Whether rows of a model name for ever what they named."""
    return model in STAYING or model._meta.db_table in APPEND_ONLY_TABLES


def rows_naming(model: type[models.Model], column: str, row: models.Model) -> models.QuerySet[Any]:
    """The rows that name something in a column, withdrawn ones among them."""
    return model._base_manager.filter(**{column: row}).order_by("pk")


def namings(kept: Any, merged: Any) -> list[Naming]:
    """What a merge would move, and what stands against it, column by column."""
    found = []
    for model, column in columns_naming(type(merged)):
        if not stays(model):
            keys, clashes = [], []
            for row in rows_naming(model, column, merged):
                taken = words_of_clash(row, column, kept) if has_place(model) else ""
                if not taken:
                    keys.append(row.pk)
                elif has_weight(model):
                    clashes.append(taken)
            found.append(Naming(model, column, tuple(keys), tuple(clashes)))
    return [one for one in found if one.keys or one.clashes]


def has_weight(model: type[models.Model]) -> bool:
    """Whether two rows that say the same are more than one link twice: records, and imports of a file."""
    return issubclass(model, Sourced | ImportBatch)


def has_place(model: type[models.Model]) -> bool:
    """Whether there is a rule about several rows of a model."""
    rules = [rule for rule in model._meta.constraints if not isinstance(rule, models.CheckConstraint)]
    return bool(rules or model._meta.unique_together)


def words_of_clash(row: Any, column: str, kept: models.Model) -> str:
    """Why a row cannot name the other one instead, and what to do; "" where it can."""
    if getattr(row, "withdrawn_at", None):
        return ""
    name = str(row)
    setattr(row, column, kept)
    try:
        row.validate_constraints()
        if row._meta.unique_together:
            row.validate_unique()
    except ValidationError as error:
        words = {"name": name, "kept": kept, "why": " ".join(error.messages)}
        if isinstance(row, ImportBatch):
            return str(_("“%(name)s” and “%(kept)s”: %(why)s Undo one of the two imports first.") % words)
        return str(_("“%(name)s” and “%(kept)s”: %(why)s Withdraw one of the two records first.") % words)
    return ""


def what_hinders(kept: Any, merged: Any) -> list[ValidationError]:
    """All that stands against a merge, each with what to do; nothing where it can be done."""
    one, other = kind_of(kept), kind_of(merged)
    if one is not other:
        message = _("“%(merged)s” is %(a)s, “%(kept)s” is %(another)s. Only two of one kind can be merged.")
        words = {"merged": merged, "kept": kept, "a": other.a(merged), "another": one.a(kept)}
        return [ValidationError(message, "other_kind", words)]
    if kept.pk == merged.pk:
        return [ValidationError(_("This is one and the same. Choose the other one."), "itself")]
    found = [ValidationError(message, code, words) for message, code, words in differences(kept, merged)]
    return found or [ValidationError(clash, "clash") for naming in namings(kept, merged) for clash in naming.clashes]


def differences(kept: Any, merged: Any) -> Iterator[tuple[Any, str, dict[str, Any]]]:
    """Message, code and words of everything about the two rows themselves that stands against it."""
    words: dict[str, Any] = {"kept": kept, "merged": merged}
    for row in (kept, merged):
        if row.merged_into_id:
            yield _("“%(row)s” was merged into “%(into)s” already."), "merged", {"row": row, "into": row.kept}
        elif getattr(row, "withdrawn_at", None) or getattr(row, "taken_back", False):
            yield _("“%(row)s” was withdrawn. Take that back first."), "withdrawn", {"row": row}
    if kept.is_demo != merged.is_demo:
        yield _("One of the two belongs to the demonstration, and the other does not."), "demo", {}
    if isinstance(merged, Organisation):
        if kept.kind != merged.kind:
            kinds = {"kept_kind": kept.get_kind_display(), "merged_kind": merged.get_kind_display()}
            yield (
                _(
                    "“%(merged)s” is listed as “%(merged_kind)s”, “%(kept)s” as “%(kept_kind)s”. Only two of one kind can be"
                    " merged. If one of them is listed wrongly, amend its kind first."
                ),
                "other_kind",
                words | kinds,
            )
        yield from roles_at(merged)
    if isinstance(merged, Project):
        if kept.country != merged.country:
            yield (
                _("“%(merged)s” and “%(kept)s” lie in different countries. Amend the one that is wrong."),
                "country",
                words,
            )
        if any(published(merged) for published in IS_PUBLISHED):
            message = _(
                "Results of “%(merged)s” are published, and their address stays. A mine of which something is published"
                " cannot be merged into another; merge the other one into it."
            )
            yield message, "published", words


def roles_at(merged: Organisation) -> Iterator[tuple[Any, str, dict[str, Any]]]:
    """Who would come to act for another organisation without two people who gave the role."""
    held = Membership.objects.active().filter(organisation=merged).select_related("user")
    waiting = RoleRequest.objects.waiting().filter(organisation=merged).select_related("user")
    if people := sorted({str(one.user) for one in (*held, *waiting)}):
        message = _(
            "People have a role at “%(merged)s”, or are asked for: %(people)s. End these roles first, and ask for them at"
            " the other organisation."
        )
        yield message, "roles", {"merged": merged, "people": ", ".join(people)}


def may_merge(actor: User) -> bool:
    """Administrators."""
    return actor.may("record.merge")


@transaction.atomic
def merge(*, actor: User, kept: Any, merged: Any, reason: str) -> Merge:
    """Let everything that names `merged` name `kept`, but for what the ledger and sealed rows say.

    Raises PermissionDenied, and ValidationError with all that stands against it; then nothing is changed.
    """
    check_may_merge(actor, reason)
    kept, merged = both_locked(kept, merged)
    if hindrances := what_hinders(kept, merged):
        raise ValidationError(hindrances)
    concerned = pairs_of(merged)
    moved: dict[str, dict[str, list[int]]] = {}
    for naming in namings(kept, merged):
        point(naming.model, naming.column, naming.keys, kept)
        moved.setdefault(naming.model._meta.label_lower, {})[naming.column] = list(naming.keys)
    merged.merged_into = kept
    if isinstance(merged, Record):
        merged.withdrawn_at, merged.withdrawn_for = timezone.now(), actor.organisation_as(Role.ADMINISTRATOR)
    merged.save(update_fields=hiding_columns(merged))
    concerned |= pairs_of(kept)
    made = Merge.objects.create(
        content_type=ContentType.objects.get_for_model(merged),
        kept_key=kept.pk,
        merged_key=merged.pk,
        reason=reason,
        moved=moved,
        merged_by=actor,
    )
    tell(actor, "merged", merged, reason, [None, kept.pk])
    tell(actor, "merged_here", kept, reason)
    tell_whose(actor, "merged", made, kept, merged)
    promise_evaluation(renamed(concerned, merged, kept), owner=actor)
    return made


@transaction.atomic
def undo_merge(*, actor: User, made: Merge, reason: str) -> list[str]:
    """Restore exactly what a merge moved; returns the names of rows that say something else by now, which stay.

    Raises PermissionDenied, and ValidationError where it is undone already, where the other one was itself merged since,
    or where something has taken the place of a row.
    """
    check_may_merge(actor, reason)
    made = Merge.objects.select_for_update().get(pk=made.pk)
    model: Any = made.content_type.model_class()
    kept, merged = both_locked(*(model._base_manager.get(pk=key) for key in (made.kept_key, made.merged_key)))
    if made.undone_at:
        raise ValidationError(_("This merge was undone already."), "undone")
    if kept.merged_into_id:
        message = _("“%(kept)s” was merged into “%(into)s” since. Undo that merge first.")
        raise ValidationError(message, "merged_since", {"kept": kept, "into": kept.kept})
    concerned = pairs_of(kept) | pairs_of(merged) | renamed(pairs_of(merged), merged, kept)
    merged.merged_into = None
    if isinstance(merged, Record):
        merged.withdrawn_at = merged.withdrawn_for = None
    try:
        with transaction.atomic():
            merged.save(update_fields=hiding_columns(merged))
    except IntegrityError as error:
        raise ValidationError(broken_rule(error, model).messages) from None
    stayed: list[str] = []
    for label, columns in made.moved.items():
        for column, keys in columns.items():
            stayed += point_back(label, column, keys, kept, merged)
    concerned |= pairs_of(merged)
    made.undone_by, made.undone_at, made.undone_because = actor, timezone.now(), reason
    made.save()
    tell(actor, "merge_undone", merged, reason, [kept.pk, None])
    tell(actor, "merge_undone", kept, reason)
    tell_whose(actor, "merge_undone", made, kept, merged)
    promise_evaluation(concerned | renamed(concerned, merged, kept), owner=actor)
    return stayed


def check_may_merge(actor: User, reason: str) -> None:
    """Raise PermissionDenied for all but administrators, ValidationError where no reason is given."""
    if not may_merge(actor):
        raise PermissionDenied
    if not reason.strip():
        raise ValidationError(_("Say why. The reason stays with the merge."), "no_reason")


def both_locked(*rows: Any) -> list[Any]:
    """The rows as they stand now, which nobody else changes until the transaction ends; locked in one order always."""
    in_order = sorted(rows, key=lambda row: (kind_of(row).code, row.pk))
    found = {row: type(row)._base_manager.select_for_update().get(pk=row.pk) for row in in_order}
    return [found[row] for row in rows]


def hiding_columns(row: Any) -> list[str]:
    """The columns by which a merged row is hidden."""
    return ["merged_into", *(["withdrawn_at", "withdrawn_for"] if isinstance(row, Record) else [])]


def point(model: type[models.Model], column: str, keys: Any, to: models.Model) -> None:
    """Let rows name something else; raises ValidationError in the words of the rule that this would break."""
    try:
        with transaction.atomic():
            model._base_manager.filter(pk__in=keys).update(**{column: to})
    except IntegrityError as error:
        message = _("%(rows)s: %(why)s Withdraw the record that stands against it first.")
        why = " ".join(broken_rule(error, model).messages)
        raise ValidationError(message, "clash", {"rows": words_for(model), "why": why}) from None


def point_back(label: str, column: str, keys: list[int], kept: models.Model, merged: models.Model) -> list[str]:
    """Let what was moved name again what it named; returns the names of rows that name something else by now."""
    [model] = [
        model for model, name in columns_naming(type(kept)) if (model._meta.label_lower, name) == (label, column)
    ]
    still = rows_naming(model, column, kept).filter(pk__in=keys)
    others = model._base_manager.filter(pk__in=keys).exclude(pk__in=still.values("pk")).order_by("pk")
    names = [name_in_trail(row) for row in others]
    point(model, column, list(still.values_list("pk", flat=True)), merged)
    return names


def tell(actor: User, verb: str, row: models.Model, reason: str, into: list[int | None] | None = None) -> None:
    """Append one entry to the trail of a row, with where it was merged into before and now."""
    entry = audit_entry(actor=actor, verb=verb, record=row, reason=reason)
    entry.changes = {"merged_into_id": into} if into else {}
    entry.save()


def tell_whose(actor: User, step: str, made: Merge, kept: models.Model, merged: models.Model) -> None:
    """Tell whoever entered either of the two."""
    people = [entered_by(kept), entered_by(merged)]
    tell_of_record(CHANGED, people, record=kept, by=actor, step=step, cause=f"merge/{made.pk}/{step}")


def pairs_of(row: models.Model) -> set[tuple[int, int]]:
    """Project and year of each scorecard that what names a row may change."""
    pairs: set[tuple[int, int]] = set()
    for model, column in columns_naming(type(row)):
        if issubclass(model, Sourced) and column != "withdrawn_for":
            joined = [one.name for one in model._meta.concrete_fields if is_key_of_record(one)]
            pairs |= concerned_pairs(*rows_naming(model, column, row).select_related(*joined))
    return pairs


def is_key_of_record(column: Any) -> bool:
    """Whether a column names a record."""
    return isinstance(column, models.ForeignKey) and issubclass(column.related_model, Sourced)


def renamed(pairs: set[tuple[int, int]], merged: models.Model, kept: models.Model) -> set[tuple[int, int]]:
    """The same pairs, in which a mine that was merged is the other one."""
    if not isinstance(merged, Project):
        return pairs
    return {(kept.pk if project == merged.pk else project, year) for project, year in pairs}


def merge_of(row: Any) -> Merge | None:
    """The merge by which a row is hidden; None where it was not merged."""
    if not row.merged_into_id:
        return None
    found = Merge.objects.filter(content_type=ContentType.objects.get_for_model(row), undone_at__isnull=True)
    return found.select_related("merged_by").get(merged_key=row.pk)


def merges_into(row: Any) -> list[tuple[Any, Merge]]:
    """What was merged into a row, each with its merge."""
    rows = type(row)._base_manager.filter(merged_into=row).order_by("pk")
    return [(one, made) for one in rows if (made := merge_of(one))]


def counts_of(row: Any) -> Counter[Any]:
    """How many rows of each kind name something; those that name it for ever are not among them."""
    numbers: Counter[Any] = Counter()
    for model, column in columns_naming(type(row)):
        if not stays(model):
            numbers[words_for(model)] += rows_naming(model, column, row).count()
    return +numbers


def named_for_ever(row: Any) -> int:
    """How many payments of the ledger name something, and will."""
    return sum(
        rows_naming(model, column, row).count()
        for model, column in columns_naming(type(row))
        if stays(model) and issubclass(model, Sourced)
    )


def offered(kind: MergeKind) -> models.QuerySet[Any]:
    """What may be merged: what stands, and is offered."""
    rows: Any = kind.model._default_manager
    found: models.QuerySet[Any] = rows.offered() if hasattr(rows, "offered") else rows.all()
    return found


def nearly_called(row: Any) -> list[Any]:
    """Others of its kind that are called nearly like it."""
    others = offered(kind_of(row)).exclude(pk=row.pk).order_by("name", "pk")
    same = bare(row.name)
    return [other for other in others if nearly_same(same, bare(other.name))]
