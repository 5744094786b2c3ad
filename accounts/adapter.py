"""How people get in: by invitation only, with so many wrong passwords and codes let pass and no more."""

from __future__ import annotations

import math
from datetime import datetime, timedelta
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.internal.ratelimit import get_ip
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.known_browsers import known_browser, remember_browser
from accounts.models import User
from accounts.services.attempts import (
    OF_AN_ACCOUNT,
    OF_AN_ADDRESS,
    OF_CODES,
    Counted,
    Limit,
    TooManyAttempts,
    count_attempt,
)
from accounts.services.letters import day_and_minute
from accounts.services.sign_ins import CODE, PASSWORD, note_failure, note_sign_in
from accounts.services.tokens import revoke_tokens


class InvitedPeopleOnly(DefaultAccountAdapter):
    """Closes the public sign-up; administrators invite."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Nobody signs up alone."""
        return False

    def get_login_stages(self) -> list[str]:
        """The steps of signing in."""
        ours = {"allauth.mfa.stages.AuthenticateStage": "accounts.login_stages.CodeStage"}
        return [ours.get(stage, stage) for stage in super().get_login_stages()]

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Any:
        """The person of these credentials, None where they are wrong; counted before the password is looked at.

        Raises ValidationError where there were too many wrong ones, whether there is such an account or not.
        """
        email = str(credentials.get("email", "")).lower()
        user = User.objects.filter(email__iexact=email).first()
        counted = counted_or_refused(request, limits_of(request, f"password/{email}", user))
        found = super().authenticate(request, **credentials)
        if found is None:
            note_failure(user, PASSWORD, last=counted.last)
        else:
            counted.forget()
        return found

    def reauthenticate(self, user: Any, password: str) -> bool:
        """Whether it is the password of whoever is signed in; `NewKeyAfterProof` is told."""
        right: bool = super().reauthenticate(user, password)
        if right:
            self.request.proved_anew = True
        return right

    @transaction.atomic
    def set_password(self, user: Any, password: str) -> None:
        """Keep a new password, and end the tokens: whoever knew the old one may have made them."""
        super().set_password(user, password)
        revoke_tokens(actor=user, user=user)

    def post_login(self, request: HttpRequest, user: Any, **hook: Any) -> HttpResponse:
        """The page after sign-in, with the proof that this browser is known; the audit trail keeps it."""
        response: HttpResponse = super().post_login(request, user, **hook)
        remember_browser(response, user)
        note_sign_in(user)
        return response


def count_code(request: HttpRequest, user: User) -> Counted:
    """Count a code before it is looked at; raises ValidationError where there were too many wrong ones."""
    limits = limits_of(request, f"code/{user.pk}", user)
    if not known_browser(request, user):
        limits[f"codes/{user.pk}"] = OF_CODES
    return counted_or_refused(request, limits)


def note_wrong_code(user: User, counted: Counted) -> None:
    """Keep that a code was wrong."""
    note_failure(user, CODE, last=counted.last)


def limits_of(request: HttpRequest, account: str, user: User | None) -> dict[str, Limit]:
    """What an attempt is counted by: a browser of the account by itself, any other by where it stands and by the account."""
    browser = known_browser(request, user) if user else ""
    if browser:
        return {f"browser/{browser}/{account}": OF_AN_ACCOUNT}
    address = get_ip(request)
    return {f"account/{address}/{account}": OF_AN_ACCOUNT, f"address/{address}": OF_AN_ADDRESS}


def counted_or_refused(request: HttpRequest, limits: dict[str, Limit]) -> Counted:
    """Count an attempt; raises ValidationError that says when to try again, and lets the answer say it too."""
    try:
        return count_attempt(limits)
    except TooManyAttempts as error:
        request.no_attempt_until = error.until  # type: ignore[attr-defined]
        words = _("Too many wrong attempts. Try again on %(when)s.")
        raise ValidationError(words, "too_many_attempts", {"when": minute_after(error.until)}) from error


def minute_after(moment: datetime) -> str:
    """The day and the first whole minute after a moment, where Minka stands."""
    return day_and_minute(moment + timedelta(minutes=1))


def seconds_until(moment: datetime) -> int:
    """How many whole seconds to wait for a moment, at least one."""
    return max(1, math.ceil((moment - timezone.now()).total_seconds()))
