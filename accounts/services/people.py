"""The verbs about people: end roles, shut and open accounts, end sessions, change one's own details."""

from __future__ import annotations

from datetime import date

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Membership, User
from accounts.models.people import new_session_salt
from accounts.services.audit import state_of, write_audit
from accounts.services.letters import promise_news
from accounts.services.tokens import revoke_tokens


@transaction.atomic
def change_own_details(*, actor: User, full_name: str, language: str) -> None:
    """What people may change about themselves: how they are called, and the language of their pages."""
    before = state_of(actor)
    actor.full_name, actor.language = full_name, language
    actor.full_clean()
    actor.save(update_fields=["full_name", "language"])
    write_audit(actor=actor, verb="amended", record=actor, before=before)


@transaction.atomic
def end_role(*, actor: User, membership: Membership, on: date | None = None) -> None:
    """End a role from today on, and with it every session of the person."""
    before = state_of(membership)
    membership.ends_on = on or timezone.localdate()
    membership.save(update_fields=["ends_on"])
    write_audit(actor=actor, verb="role_ended", record=membership, before=before)
    end_sessions(actor=actor, user=membership.user)
    promise_news("role_ended", key=f"role/{membership.pk}", by=[actor], what=str(membership))


@transaction.atomic
def set_active(*, actor: User, user: User, active: bool, reason: str) -> None:
    """Shut an account, so that nobody can sign in with it and its sessions and tokens are over, or open it again.

    Nobody their own. Tokens end both ways, so that an account that is opened has none.
    Raises ValidationError without a reason, or where the account is already so.
    """
    if actor.pk == user.pk:
        raise PermissionDenied(_("Nobody deactivates themselves. Ask another administrator."))
    user = User.objects.select_for_update().get(pk=user.pk)
    if user.is_active == active:
        already = _("This person is already active.") if active else _("This person is already deactivated.")
        raise ValidationError(already, "already_so")
    if not reason.strip():
        raise ValidationError({"reason": ValidationError(_("Say why."), "required")})
    before = state_of(user)
    user.is_active = active
    user.save(update_fields=["is_active"])
    write_audit(actor=actor, verb="reactivated" if active else "deactivated", record=user, before=before, reason=reason)
    revoke_tokens(actor=actor, user=user)
    if not active:
        end_sessions(actor=actor, user=user)
    news = "account_opened" if active else "account_shut"
    promise_news(news, key=f"person/{user.pk}", by=[actor], what=str(user))


@transaction.atomic
def end_sessions(*, actor: User | None, user: User) -> None:
    """Sign a person out everywhere: sessions signed with the old salt are worth nothing; a command has no `actor`."""
    user.session_salt = new_session_salt()
    user.save(update_fields=["session_salt"])
    write_audit(actor=actor, verb="signed_out_everywhere", record=user, before=state_of(user))
