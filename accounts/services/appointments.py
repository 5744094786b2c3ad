"""Giving roles: one administrator asks, a second person confirms or refuses; the first administrators by command."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership, Organisation, RoleRequest, User
from accounts.models.role_requests import deciding_roles
from accounts.roles import Role
from accounts.services.audit import write_audit
from accounts.services.letters import ROLE_ASKED, promise_letters, promise_letters_of_role
from accounts.services.notices import nothing_waits, notify
from accounts.services.people import end_sessions
from accounts.services.proposals import DECIDED, SECOND_PERSON
from accounts.services.two_people import refuse_lately_appointed

FIRST_ADMINISTRATORS = 2
"""How many the command on the server appoints: each needs the other to give a role."""


@transaction.atomic
def appoint_first_administrator(
    *,
    email: str,
    full_name: str,
    organisation: Organisation,
    language: str = settings.LANGUAGE_CODE,
    starts_on: date | None = None,
) -> User:
    """Give one of the first two administrators their role by command; the person is added where they are new.

    Raises ValidationError once there are two: from then on people give each other roles.
    """
    administrators = User.objects.holding(Role.ADMINISTRATOR)
    if already := administrators.filter(email__iexact=email).first():
        return already
    if administrators.count() >= FIRST_ADMINISTRATORS:
        raise ValidationError(
            "There are two administrators already. One of them gives the role, and the other confirms it.",
            "already_two",
        )
    user = User.objects.filter(email__iexact=email).first() or User.objects.create_user(
        email, full_name=full_name, language=language
    )
    membership = Membership(user=user, organisation=organisation, role=Role.ADMINISTRATOR)
    membership.starts_on = starts_on or membership.starts_on
    membership.full_clean()
    membership.save()
    write_audit(
        actor=None, verb="role_given", record=membership, reason="first administrators, by command on the server"
    )
    promise_letters_of_role(membership)
    return user


@transaction.atomic
def ask_for_role(
    *, actor: User, user: User, organisation: Organisation, role: str, starts_on: date | None = None
) -> RoleRequest:
    """Ask that a role be given; it counts from the day of its confirmation unless told, and for nothing before.

    Raises ValidationError where the role could not be given: held already, not held there, or one's own.
    """
    refuse_merged(organisation)
    Membership(user=user, organisation=organisation, role=role, granted_by=actor).full_clean()
    asked = RoleRequest(user=user, organisation=organisation, role=role, starts_on=starts_on, asked_by=actor)
    asked.full_clean()
    asked.save()
    write_audit(actor=actor, verb="role_asked", record=asked)
    seconds = User.objects.holding(*deciding_roles()).exclude(pk__in=[actor.pk, user.pk]).values_list("pk", flat=True)
    about = f"role-request/{asked.pk}"
    notify(SECOND_PERSON, seconds, record=asked, cause=about)
    promise_letters(ROLE_ASKED, about, seconds)
    return asked


@transaction.atomic
def confirm_role(*, actor: User, asked: RoleRequest) -> Membership:
    """Give the role as the second person; the old sessions of whoever gets it end, and everybody concerned is written to.

    Raises ValidationError where the two are not two people, or where the one who asked administers no longer.
    """
    asked = undecided(actor, asked)
    if actor == asked.asked_by:
        raise ValidationError(_("You asked for this role yourself. Another person confirms it."), "asked_by_oneself")
    if actor == asked.user:
        raise ValidationError(_("This role is for yourself. Another person confirms it."), "for_oneself")
    if not asked.asked_by.may("people.manage"):
        words = _("%(name)s, who asked for it, is no administrator any more. Refuse it, and ask for it anew.")
        raise ValidationError(words, "asked_by_nobody", {"name": asked.asked_by})
    refuse_lately_appointed(asked.asked_by, actor)
    refuse_merged(asked.organisation)
    membership = Membership(
        user=asked.user,
        organisation=asked.organisation,
        role=asked.role,
        granted_by=asked.asked_by,
        confirmed_by=actor,
    )
    membership.starts_on = asked.starts_on or membership.starts_on
    membership.full_clean()
    membership.save()
    decide(actor, asked, RoleRequest.State.CONFIRMED)
    write_audit(actor=actor, verb="role_given", record=membership)
    end_sessions(actor=actor, user=asked.user)
    promise_letters_of_role(membership)
    return membership


def refuse_merged(organisation: Organisation) -> None:
    """Raise ValidationError where the organisation was merged; nobody merges it until this transaction ends."""
    found = Organisation.objects.select_for_update(no_key=True).get(pk=organisation.pk)
    if found.merged_into_id:
        words = _("“%(name)s” was merged into “%(kept)s”. Ask for the role there.")
        raise ValidationError(words, "merged", {"name": found, "kept": found.kept})


@transaction.atomic
def refuse_role(*, actor: User, asked: RoleRequest, reason: str) -> None:
    """Refuse a role that was asked for, or take back one's own request; raises ValidationError without a reason."""
    asked = undecided(actor, asked)
    if not reason.strip():
        raise ValidationError({"reason": ValidationError(_("Say why."), "required")})
    decide(actor, asked, RoleRequest.State.REFUSED, reason)
    write_audit(actor=actor, verb="role_refused", record=asked, reason=reason)


def undecided(actor: User, asked: RoleRequest) -> RoleRequest:
    """The request, locked, for somebody who may decide it; raises ValidationError where somebody already has."""
    found = RoleRequest.objects.visible_to(actor).select_for_update(of=("self",)).filter(pk=asked.pk)
    locked = found.select_related("user", "organisation", "asked_by", "decided_by").first()
    if locked is None:
        raise PermissionDenied
    if not locked.is_open:
        words = _("%(name)s has decided it already: %(state)s.")
        about = {"name": locked.decided_by, "state": locked.get_state_display()}
        raise ValidationError(words, "already_decided", about)
    return locked


def decide(actor: User, asked: RoleRequest, state: str, reason: str = "") -> None:
    """Keep who decided what, and when."""
    asked.state, asked.reason = state, reason
    asked.decided_by, asked.decided_at = actor, timezone.now()
    asked.save()
    nothing_waits(SECOND_PERSON, asked)
    cause = f"role-request/{asked.pk}"
    notify(DECIDED, [asked.asked_by_id], record=asked, cause=cause, by=actor, step=state)
