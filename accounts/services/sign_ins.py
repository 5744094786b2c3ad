"""What is kept of who signs in and who fails to, and who is told."""

from __future__ import annotations

from django.db import transaction

from accounts.models import User
from accounts.services.letters import promise_letter_of_guesses

PASSWORD, CODE = "password", "code"


@transaction.atomic
def note_failure(user: User | None, what: str, *, last: bool) -> None:
    """Keep that a password or a code was wrong; whoever has the account is told once the limit is reached.

    Nothing is kept of addresses that no account has.
    """
    if user is not None and last:
        promise_letter_of_guesses(user, what)
