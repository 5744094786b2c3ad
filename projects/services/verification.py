"""Verified means that somebody else checked: a reviewer of another organisation than the one that entered the record."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.services.audit import audit_entry, state_of
from projects.models import Source
from projects.services.notices import CHECKED, tell_of_change
from projects.services.records import EDITED_MEANWHILE

CHECKS = ("verified", "verification_taken_back")
"""The verbs of checking a record; whoever did it has neither entered nor changed the record."""


@transaction.atomic
def verify_record(*, actor: User, record: Any, revision: int, note: str) -> None:
    """Say that one has checked a record, and on what; it stays so until the record is changed.

    Raises ValidationError for whoever entered it or acts for the organisation that did, without a note, and where the
    record is not the one of that `revision` any more.
    """
    source = checked_source(actor, record, revision, note)
    if source.verified_by_id is not None:
        words = _("%(name)s has verified it already.")
        raise ValidationError(words, "already_verified", {"name": source.verified_by})
    before = source.state
    source.state = Source.State.VERIFIED
    source.verified_by, source.verified_at, source.verification_note = actor, timezone.now(), note
    keep_check(actor, record, source, before, "verified", note)


@transaction.atomic
def take_back_verification(*, actor: User, record: Any, revision: int, note: str) -> None:
    """Let a record that was verified be reported again, with a note why; raises ValidationError as `verify_record` does."""
    source = checked_source(actor, record, revision, note)
    if source.verified_by_id is None:
        raise ValidationError(_("Nobody has verified this record."), "not_verified")
    before = source.state
    source.take_back_verification()
    keep_check(actor, record, source, before, "verification_taken_back", note)


def obstacle_to_verifying(actor: User, source: Source) -> ValidationError | None:
    """Why somebody may not say whether a record is verified; None for a reviewer who had no hand in it."""
    if source.entered_by_id == actor.pk:
        return ValidationError(_("You entered this record. Somebody else verifies it."), "entered_by_oneself")
    if source.entered_for_id in {held.organisation_id for held in actor.active_memberships}:
        words = _("Your organisation entered this record. A reviewer of another one verifies it.")
        return ValidationError(words, "entered_by_own_organisation")
    return None


def checked_source(actor: User, record: Any, revision: int, note: str) -> Source:
    """Where the record comes from, locked, for somebody who may say whether it is verified."""
    if not actor.may("record.verify"):
        raise PermissionDenied
    source: Source = Source.objects.select_for_update().get(pk=record.source_id)
    if obstacle := obstacle_to_verifying(actor, source):
        raise obstacle
    if source.revision != revision:
        raise ValidationError(EDITED_MEANWHILE, code="edited_meanwhile")
    if not note.strip():
        raise ValidationError({"note": ValidationError(_("Say what you checked, and with what."), "required")})
    return source


def keep_check(actor: User, record: Any, source: Source, before: str, verb: str, note: str) -> None:
    """Save it, and let the record's history say who checked what."""
    source.revision += 1
    source.save()
    record.source = source
    entry = audit_entry(actor=actor, verb=verb, record=record, before=state_of(record), reason=note)
    entry.changes = {"state": [before, source.state]}
    entry.save()
    tell_of_change(actor, verb, record, CHECKED)
