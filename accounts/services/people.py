"""The verbs about people: invite, give and end roles, end sessions."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.utils import timezone

from accounts.models import Membership, Organisation, User
from accounts.models.people import new_session_salt
from accounts.services.audit import state_of, write_audit


@transaction.atomic
def invite_person(*, actor: User, email: str, full_name: str, language: str) -> User:
    """Add a person without a password; they choose one by the reset link that they ask for."""
    user = User.objects.create_user(email, full_name=full_name, language=language)
    write_audit(actor=actor, verb="invited", record=user)
    return user


@transaction.atomic
def give_role(*, actor: User, user: User, organisation: Organisation, role: str) -> Membership:
    """Give a role in an organisation; nobody gives themselves one, and old sessions end."""
    membership = Membership(user=user, organisation=organisation, role=role, granted_by=actor)
    membership.full_clean()
    membership.save()
    write_audit(actor=actor, verb="role_given", record=membership)
    end_sessions(actor=actor, user=user)
    return membership


@transaction.atomic
def end_role(*, actor: User, membership: Membership, on: date | None = None) -> None:
    """End a role from today on, and with it every session of the person."""
    before = state_of(membership)
    membership.ends_on = on or timezone.localdate()
    membership.save(update_fields=["ends_on"])
    write_audit(actor=actor, verb="role_ended", record=membership, before=before)
    end_sessions(actor=actor, user=membership.user)


@transaction.atomic
def end_sessions(*, actor: User, user: User) -> None:
    """Sign a person out everywhere: sessions signed with the old salt are worth nothing."""
    user.session_salt = new_session_salt()
    user.save(update_fields=["session_salt"])
    write_audit(actor=actor, verb="signed_out_everywhere", record=user, before=state_of(user))
