"""Resetting the second factor of somebody who lost it: an administrator asks, a second person confirms."""

from __future__ import annotations

from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, Proposal, User
from accounts.roles import SECOND_FACTOR_ROLES, Role
from accounts.services.audit import state_of, write_audit
from accounts.services.letters import NEWS, SECOND_FACTOR_GONE, News, promise_letters
from accounts.services.people import end_sessions
from accounts.services.proposals import PROPOSAL_KINDS, ProposalKind, propose
from accounts.services.tokens import revoke_tokens

SECOND_FACTOR_RESET = "second_factor_reset"
RESET_BY_COMMAND = "second_factor_reset_by_command"


def lacks_second_factor(user: User) -> bool:
    """Whether somebody must set up a second factor before they do anything else."""
    return settings.SECOND_FACTOR_REQUIRED and bool(SECOND_FACTOR_ROLES & user.roles) and not is_mfa_enabled(user)


def ask_to_reset(*, actor: User, user: User, reason: str) -> Proposal:
    """Ask that somebody's second factor be reset; it counts until a second person confirms it.

    Raises ValidationError where there is none, where it is one's own, or where it is asked for already.
    """
    if actor == user:
        words = _("Nobody asks for the reset of their own second factor. Another administrator does.")
        raise ValidationError(words, "own_second_factor")
    refuse_nothing_to_reset(user)
    return propose(actor=actor, kind=SECOND_FACTOR_RESET, record=user, reason=reason)


def refuse_nothing_to_reset(user: User) -> None:
    """Raise ValidationError where somebody has no second factor."""
    if not is_mfa_enabled(user):
        words = _("%(name)s has no second factor, so there is nothing to reset.")
        raise ValidationError(words, "no_second_factor", {"name": user})


@transaction.atomic
def reset_second_factor(*, actor: User | None, user: User, reason: str) -> None:
    """Remove somebody's authenticator app and recovery codes, end their sessions and tokens, and write to them.

    The command on the server has no `actor`. Raises ValidationError where there is no second factor.
    """
    refuse_nothing_to_reset(user)
    Authenticator.objects.filter(user=user).delete()
    write_audit(actor=actor, verb="second_factor_reset", record=user, before=state_of(user), reason=reason)
    end_sessions(actor=actor, user=user)
    revoke_tokens(actor=actor, user=user)
    promise_letters(SECOND_FACTOR_GONE, f"second-factor/{user.pk}", [user.pk])


def may_ask(actor: User, user: User) -> bool:
    """Administrators, about anybody but themselves."""
    return actor.may("people.manage") and actor != user


def people_seconded_by(actor: User) -> models.QuerySet[User]:
    """Those about whose second factor the person decides, never their own.

    Administrators decide about everybody else; reviewers where fewer than two administrators are left beside the person.
    """
    others = User.objects.exclude(pk=actor.pk)
    administrators = User.objects.holding(Role.ADMINISTRATOR)
    number = administrators.count()
    if Role.ADMINISTRATOR in actor.roles or number < 2:
        return others
    return others.filter(pk__in=administrators) if number == 2 else others.none()


def second_people() -> models.QuerySet[User]:
    """Whoever may be the second person for somebody."""
    return User.objects.holding(Role.ADMINISTRATOR, Role.REVIEWER)


def reset(_actor: User, proposal: Proposal, user: User) -> None:
    """Reset it as whoever asked for it."""
    reset_second_factor(actor=proposal.asked_by, user=user, reason=proposal.reason)


def acts_for(actor: User) -> Organisation | None:
    """The organisation for which somebody asks or decides."""
    return actor.organisation_as(Role.ADMINISTRATOR, Role.REVIEWER)


def page_of(user: User) -> str:
    """The page of a person."""
    return reverse("people:person", kwargs={"pk": user.pk})


def register_second_factor() -> None:
    """Add the kind of proposal and its news; called once, when the app is ready."""
    NEWS[SECOND_FACTOR_RESET] = News(
        _("Minka: a second factor was reset"),
        _("The second factor of %(what)s was reset, and their sessions ended. Asked for and confirmed by: %(by)s."),
    )
    NEWS[RESET_BY_COMMAND] = News(
        _("Minka: a second factor was reset"),
        _("The second factor of %(what)s was reset by command on the server, and their sessions ended."),
    )
    PROPOSAL_KINDS[SECOND_FACTOR_RESET] = ProposalKind(
        title=_("Reset a second factor"),
        consequence=_(
            "Their authenticator app and recovery codes count no longer, they are signed out everywhere, and their tokens "
            "for programs are revoked. Until they set up another second factor, their password alone protects the account."
        ),
        subjects=people_seconded_by,
        may_ask=may_ask,
        deciders=second_people,
        acts_for=acts_for,
        carry_out=reset,
        page=page_of,
        reads="people.view",
    )
