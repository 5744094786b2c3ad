"""Inviting people: by letter, for two weeks, again and to a corrected address; and choosing a password by its link."""

from __future__ import annotations

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.core.exceptions import ValidationError
from django.core.signing import BadSignature
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Invitation, User
from accounts.models.invitations import in_two_weeks, read_token
from accounts.services.audit import state_of, write_audit
from accounts.services.letters import INVITATION, promise_letters

UNKNOWN, USED, WITHDRAWN, NEWER, RUN_OUT = "unknown", "used", "withdrawn", "newer", "run_out"


class NotOpen(Exception):
    """The link of an invitation leads no further: `why`, and which invitation it was, where there is one."""

    def __init__(self, why: str, invitation: Invitation | None = None) -> None:
        super().__init__(why)
        self.why, self.invitation = why, invitation


def without_password() -> models.QuerySet[User]:
    """People who can sign in once they have chosen a password, the longest waiting first."""
    people = User.objects.filter(is_active=True, password__startswith=UNUSABLE_PASSWORD_PREFIX)
    return people.select_related("invitation__sent_by").order_by("pk")


@transaction.atomic
def invite_person(*, actor: User, email: str, full_name: str, language: str) -> User:
    """Add a person without a password, and write to them: they choose one by the link."""
    user = User.objects.create_user(email, full_name=full_name, language=language)
    write_audit(actor=actor, verb="invited", record=user)
    invitation = Invitation.objects.create(user=user, sent_by=actor)
    promise_letters(INVITATION, f"invitation/{invitation.pk}", [user.pk])
    return user


@transaction.atomic
def invite_again(*, actor: User, user: User, email: str) -> Invitation:
    """Write to an invited person anew, at the address that is right; earlier links work no longer.

    Raises ValidationError where the person has a password or is deactivated, or somebody else has the address.
    """
    user = User.objects.select_for_update().get(pk=user.pk)
    if user.has_usable_password():
        raise ValidationError(_("This person has chosen a password. There is nothing to send."), "used")
    if not user.is_active:
        raise ValidationError(_("This account is deactivated. Reactivate it, then send the invitation."), "withdrawn")
    before = state_of(user)
    if email.lower() != user.email:
        user.email = email.lower()
        user.full_clean(exclude=["password"])
        user.save(update_fields=["email"])
        EmailAddress.objects.filter(user_id=user.pk).delete()
    invitation = Invitation.objects.filter(user=user).first() or Invitation(user=user, number=0)
    invitation.number += 1
    invitation.sent_by, invitation.sent_at, invitation.runs_out_at = actor, timezone.now(), in_two_weeks()
    invitation.save()
    write_audit(actor=actor, verb="invited_again", record=user, before=before)
    promise_letters(INVITATION, f"invitation/{invitation.pk}", [user.pk])
    return invitation


def open_invitation(token: str) -> Invitation:
    """The invitation to which a link leads; raises NotOpen where it leads no further."""
    try:
        key, number = read_token(token)
    except BadSignature as error:
        raise NotOpen(UNKNOWN) from error
    user = User.objects.select_for_update().filter(pk__in=Invitation.objects.filter(pk=key).values("user")).first()
    if user is None:
        raise NotOpen(UNKNOWN)
    invitation = Invitation.objects.select_for_update(of=("self",)).select_related("user").get(pk=key)
    if not invitation.user.is_active:
        raise NotOpen(WITHDRAWN, invitation)
    if invitation.user.has_usable_password():
        raise NotOpen(USED, invitation)
    if invitation.number != number:
        raise NotOpen(NEWER, invitation)
    if invitation.has_run_out:
        raise NotOpen(RUN_OUT, invitation)
    return invitation


def accept_invitation(*, invitation: Invitation, password: str) -> None:
    """Give an invited person the password that they chose; call it in the transaction that opened the invitation."""
    user = invitation.user
    user.set_password(password)
    user.save(update_fields=["password"])
    write_audit(actor=user, verb="invitation_accepted", record=user, before=state_of(user))
