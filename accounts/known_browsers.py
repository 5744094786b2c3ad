"""Browsers in which somebody signed in before: strangers who guess elsewhere do not keep them out."""

from __future__ import annotations

import secrets

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.utils.crypto import salted_hmac

from accounts.models import User

KNOWN_FOR_SECONDS = 60 * 60 * 24 * 365
SALT = "accounts.known_browsers"


def cookie_of(user: User) -> str:
    """The name of the cookie: one for each account, as people share browsers."""
    return f"{settings.KNOWN_BROWSER_COOKIE}{user.pk}"


def proof_of(user: User, secret_key: str) -> str:
    """What only a cookie of this account and of its present password holds, made with this secret key."""
    return salted_hmac(SALT, f"{user.pk}/{user.password}", secret=secret_key, algorithm="sha256").hexdigest()


def remember_browser(response: HttpResponse, user: User) -> None:
    """Let the browser prove for a year that somebody signed in to this account with it."""
    value = signing.dumps({"browser": secrets.token_hex(8), "proof": proof_of(user, settings.SECRET_KEY)}, salt=SALT)
    response.set_cookie(
        cookie_of(user),
        value,
        max_age=KNOWN_FOR_SECONDS,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def known_browser(request: HttpRequest, user: User) -> str:
    """Which of the browsers of this account it is; empty where it is none, or the password was changed since."""
    try:
        held = signing.loads(request.COOKIES.get(cookie_of(user), ""), salt=SALT, max_age=KNOWN_FOR_SECONDS)
    except signing.BadSignature:
        return ""
    keys = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    return str(held["browser"]) if held["proof"] in {proof_of(user, key) for key in keys} else ""
