"""Withdraw a record that was entered by mistake, and take that back; it stays readable, with its history."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from copy import copy
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import AuditEntry, User
from accounts.models.merges import Mergeable, former_names
from accounts.record_addresses import ADDRESSES
from accounts.roles import Role
from accounts.services.audit import state_of, write_audit
from projects.kinds import KINDS_OF_RECORD, NAMED_RECORDS
from projects.models import Project, Source
from projects.models.records import Record, Sourced
from projects.services.notices import tell_of_change
from projects.services.records import concerned_pairs, days_given_by, may_amend, names_of, promise_evaluation

MOST_NAMED = 20
"""Records of one kind that are named to whoever must withdraw them first."""

IS_PUBLISHED: list[Callable[[Project], bool]] = []
"""How the app that publishes tells whether anything is published of a project; it adds itself."""


@dataclass(frozen=True)
class Hanging:
    """What stands and names a record: records of one kind, with the addresses of those that the person may open."""

    kind: Any
    """how people call one of them, in the middle of a sentence"""
    named: tuple[tuple[str, str], ...]
    """name and address"""
    others: int
    """how many more there are, or that the person may not open"""


def may_withdraw(actor: User, source: Source) -> bool:
    """Whoever may amend the record, and administrators."""
    return actor.may("record.withdraw") and (Role.ADMINISTRATOR in actor.roles or may_amend(actor, source))


@transaction.atomic
def withdraw_record(*, actor: User, record: Record, reason: str) -> None:
    """Let a record count no longer, nowhere; the reason stays in its history.

    Raises PermissionDenied where it is not the actor's, ValidationError where records that stand hang on it, or where
    it is a mine of which something is published.
    """
    source = lock(actor, record)
    if record.withdrawn_at is not None:
        raise ValidationError(_("It is withdrawn already."), code="withdrawn_already")
    refuse_merged(record)
    if hanging := hanging_on(record, actor):
        raise ValidationError(
            _("Other records hang on this one: %(records)s. Withdraw them first."),
            "others_hang_on_it",
            {"records": "; ".join(in_words(hanging))},
        )
    if isinstance(record, Project) and any(published(record) for published in IS_PUBLISHED):
        raise ValidationError(_("Results of this mine are published. It cannot be withdrawn."), code="published")
    record.withdrawn_at = timezone.now()
    record.withdrawn_for = source.entered_for if may_amend(actor, source) else actor.organisation_as(Role.ADMINISTRATOR)
    keep(actor, record, source, "withdrawn", reason)


@transaction.atomic
def restore_record(*, actor: User, record: Record, reason: str) -> None:
    """Take back the withdrawal of a record: it counts again.

    Raises PermissionDenied where it is not the actor's, ValidationError where a record that it names is withdrawn or was
    changed so that this one fits no longer, and IntegrityError where another record has taken its place.
    """
    source = lock(actor, record)
    if record.withdrawn_at is None:
        raise ValidationError(_("It is not withdrawn."), code="not_withdrawn")
    if isinstance(record, Mergeable) and record.merged_into:
        raise ValidationError(
            _("It was merged into “%(kept)s”. Undo the merge instead."), "merged", {"kept": record.merged_into}
        )
    if missing := [one for one in named_by(record) if one.withdrawn_at is not None]:
        raise ValidationError(
            _("It names what is withdrawn itself: %(records)s. Take back that withdrawal first."),
            "names_what_is_withdrawn",
            {"records": names_of(missing)},
        )
    record.withdrawn_at = record.withdrawn_for = None
    check_fits(record)
    keep(actor, record, source, "restored", reason)
    promise_evaluation(days_given_by(record, actor=actor), owner=actor)


def check_fits(record: Record) -> None:
    """Raise ValidationError where a record does not fit those that stand, as where it is entered; it is left as it is.

    What is only asked about refuses nothing: the record stood so before.
    """
    restored = copy(record)
    if record.stands_so:
        setattr(restored, record.stands_so, True)
    try:
        restored.clean()
    except ValidationError as error:
        message = _("It does not fit what is on record by now: %(why)s")
        raise ValidationError(message, "fits_no_longer", {"why": " ".join(error.messages)}) from error


def refuse_merged(record: Record) -> None:
    """Raise ValidationError where other rows were merged into this one: the ledger names them, and means this one."""
    merged = former_names(type(record).with_withdrawn.filter(pk=record.pk)) if isinstance(record, Mergeable) else ()
    if names := names_of(merged):
        message = _("“%(merged)s” was merged into it. Undo that merge first.")
        raise ValidationError(message, "merged_into_it", {"merged": names})


def lock(actor: User, record: Record) -> Source:
    """The record as it stands now and its source, which nobody else changes until the transaction ends."""
    if not may_withdraw(actor, record.source):
        raise PermissionDenied
    source = Source.objects.select_for_update().get(pk=record.source_id)
    record.refresh_from_db(from_queryset=type(record).with_withdrawn.select_for_update(of=("self",)))
    return source


def keep(actor: User, record: Record, source: Source, verb: str, reason: str) -> None:
    """Save whether it is withdrawn, tell the trail, and let a form that a colleague has open notice it."""
    record.save(update_fields=["withdrawn_at", "withdrawn_for"])
    source.revision += 1
    source.save(update_fields=["revision"])
    write_audit(actor=actor, verb=verb, record=record, before=state_of(record), reason=reason)
    record.source = source
    tell_of_change(actor, verb, record)
    promise_evaluation(concerned_pairs(record), owner=actor)


def hanging_on(record: Record, actor: User) -> list[Hanging]:
    """What stands and names the record, by kind; two queries a kind that may name it, and one more where it does.

    Of what the person may not see, neither kind nor number is told.
    """
    found, hidden = [], False
    for naming in rows_naming(record):
        rows = naming
        if is_private(naming.model):
            rows = naming.visible_to(actor)
            hidden = hidden or naming.exclude(pk__in=rows.values("pk")).exists()
        if number := rows.count():
            first = {str(row.pk): str(row) for row in rows[:MOST_NAMED]}
            pages = ADDRESSES[rows.model].of(actor, first)
            named = tuple((name, pages[key]) for key, name in first.items() if key in pages)
            found.append(Hanging(words_for(rows.model), named, number - len(named)))
    return [*found, Hanging(_("not shown to you"), (), 1)] if hidden else found


def is_private(model: type[models.Model]) -> bool:
    """Whether not everybody who sees a mine sees the records of a model."""
    return any(kind.private for kind in KINDS_OF_RECORD.values() if kind.model is model)


def rows_naming(record: Record) -> Iterator[Any]:
    """Of each kind that can name this one, what stands and does."""
    for relation in record._meta.get_fields(include_hidden=True):
        if isinstance(relation, models.ForeignObjectRel) and issubclass(relation.related_model, Sourced):
            yield relation.related_model.standing().filter(**{relation.field.name: record})


def words_for(model: type[models.Model]) -> Any:
    """How people call one record of a model, in the middle of a sentence."""
    return next(kind.record_words for kind in NAMED_RECORDS.values() if kind.model is model)


def in_words(hanging: list[Hanging]) -> Iterator[str]:
    """Each kind with the names that the person may know."""
    for one in hanging:
        names = [f"“{name}”" for name, _address in one.named] + [f"+{one.others}"] * bool(one.others)
        yield f"{one.kind} {', '.join(names)}"


def named_by(record: Record) -> Iterator[Any]:
    """The records that a record names."""
    options: Any = type(record)._meta
    for column in (*options.concrete_fields, *options.many_to_many):
        if column.is_relation and issubclass(column.related_model, Record):
            if column.many_to_many:
                own = column.remote_field.through.objects.filter(**{column.m2m_field_name(): record})
                keys = own.values(column.m2m_reverse_field_name())
            else:
                keys = [getattr(record, column.attname)]
            yield from column.related_model.with_withdrawn.filter(pk__in=keys)


def last_withdrawal(record: Record) -> AuditEntry | None:
    """Who withdrew it last, and why; None where nobody did."""
    return AuditEntry.objects.about(record).filter(verb="withdrawn").first()
