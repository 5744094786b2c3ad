"""Making, revoking and recognising tokens for programs."""

from __future__ import annotations

import hashlib
import secrets

from django.db import transaction
from django.utils import timezone

from accounts.models import ApiToken, User
from accounts.services.audit import state_of, write_audit
from accounts.services.letters import PROGRAM_LET_IN, promise_letters

BEGINNING = "minka_"
"""of every token, so that one that leaked is recognised"""
LETTERS_SHOWN = 6


def fingerprint_of(secret: str) -> str:
    """What is kept of a token; it is random enough that nobody finds it by trying."""
    return hashlib.sha256(secret.encode()).hexdigest()


@transaction.atomic
def make_token(*, token: ApiToken) -> str:
    """Keep a token that a form filled in, and write to its person; returns its secret, which nobody can read again.

    One at a time: of two clicks the second one raises ValidationError, and a token is made before all are revoked or after.
    """
    User.objects.select_for_update().get(pk=token.user_id)
    secret = BEGINNING + secrets.token_urlsafe(32)
    token.prefix, token.sha256 = secret[: len(BEGINNING) + LETTERS_SHOWN], fingerprint_of(secret)
    token.full_clean()
    token.save()
    write_audit(actor=token.user, verb="token_made", record=token)
    promise_letters(PROGRAM_LET_IN, f"token/{token.pk}", [token.user_id])
    return secret


@transaction.atomic
def revoke_token(*, actor: User | None, token: ApiToken) -> None:
    """End a token for ever; it is kept, so that its program is told why."""
    token.revoked_at = timezone.now()
    token.save(update_fields=["revoked_at"])
    write_audit(actor=actor, verb="token_revoked", record=token, before=state_of(token))


@transaction.atomic
def revoke_tokens(*, actor: User | None, user: User) -> None:
    """End every token of a person whose account is won back or shut; a command has no `actor`."""
    for token in user.tokens.filter(revoked_at=None):
        revoke_token(actor=actor, token=token)


def token_of(secret: str) -> ApiToken | None:
    """The token of a secret with its person, whether it works or not; None where there is no such token."""
    return ApiToken.objects.select_related("user").filter(sha256=fingerprint_of(secret)).first()


def note_use(token: ApiToken) -> None:
    """Keep the day on which a token was used last; one write a day."""
    today = timezone.localdate()
    if token.last_used_on != today:
        ApiToken.objects.filter(pk=token.pk).update(last_used_on=today)
