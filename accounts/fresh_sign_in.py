"""Asking for the password again before a step that weighs much, in the middle of it."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account.internal.flows.login import get_authentication_records
from allauth.account.internal.flows.reauthentication import reauthenticate_by_password
from django.conf import settings
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse

from accounts.access import View, signed_in
from accounts.account_forms import PasswordAgainForm

PREFIX = "again"
PASSWORD = f"{PREFIX}-password"
OF_THIS_PAGE = {PASSWORD, "csrfmiddlewaretoken"}
"""Fields that belong to the page that asks, and not to the step."""


def needs_fresh_sign_in(*, to_read: bool = False) -> Callable[[View], View]:
    """Ask whoever signed in too long ago for their password before they send a form, or `to_read` a page.

    The page that asks before a form carries what was typed, so that the step goes on with it and nothing of it is kept
    meanwhile. Put it below `requires`: whoever may not do it is asked for nothing.
    """

    def guard(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not (to_read or request.method == "POST") or is_fresh(request):
                return view(request, *args, **kwargs)
            if to_read:
                address = reverse("account_reauthenticate", query={REDIRECT_FIELD_NAME: request.get_full_path()})
                return redirect(address)
            form = PasswordAgainForm(
                request.POST if PASSWORD in request.POST else None, user=signed_in(request), prefix=PREFIX
            )
            if not form.is_valid():
                typed = [(name, value) for name, value in typed_in(request) if name not in OF_THIS_PAGE]
                return render(request, "accounts/fresh_sign_in.html", {"form": form, "typed": typed})
            reauthenticate_by_password(request)
            return view(request, *args, **kwargs)

        guarded.needs_fresh_sign_in = True  # type: ignore[attr-defined]
        return guarded

    return guard


def is_fresh(request: HttpRequest) -> bool:
    """Whether the person of this session wrote a password or a code lately."""
    since = time.time() - settings.ACCOUNT_REAUTHENTICATION_TIMEOUT
    records = get_authentication_records(request, signed_in(request))
    return not settings.FRESH_SIGN_IN_REQUIRED or any(record["at"] > since for record in records)


def typed_in(request: HttpRequest) -> list[tuple[str, str]]:
    """Every field that was sent, with each of its values."""
    return [(name, str(value)) for name, values in request.POST.lists() for value in values]
