"""What is kept of who signs in and who fails to, and who is told."""

from __future__ import annotations

from django.contrib.contenttypes.models import ContentType
from django.db import transaction

from accounts.models import AuditEntry, User
from accounts.services.audit import state_of, write_audit
from accounts.services.letters import promise_letter_of_guesses

PASSWORD, CODE = "password", "code"
OF_SIGNING_IN = ("signed_in", "password_refused", "code_refused")
"""What the audit trail calls these steps."""


def note_sign_in(user: User) -> None:
    """Keep that somebody signed in."""
    write_audit(actor=user, verb="signed_in", record=user, before=state_of(user))


@transaction.atomic
def note_failure(user: User | None, what: str, *, last: bool) -> None:
    """Keep that a password or a code was wrong; whoever has the account is told once the limit is reached.

    Of an account that nobody has it is kept that somebody tried, and not what they wrote: it may be a password.
    """
    if user is None:
        AuditEntry.objects.create(
            verb="unknown_account", content_type=ContentType.objects.get_for_model(User), object_id="0", label="—"
        )
        return
    write_audit(
        actor=None, verb="code_refused" if what == CODE else "password_refused", record=user, before=state_of(user)
    )
    if last:
        promise_letter_of_guesses(user, what)
