"""Sign-in by default, a second factor where it is required, and no stored copies of signed-in pages."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect, JsonResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from accounts.adapter import seconds_until
from accounts.models import User
from accounts.services.second_factor import lacks_second_factor

LONGEST_FROM_STRANGERS = 100_000
"""bytes"""


class SignInRequired(LoginRequiredMiddleware):
    """Every view needs sign-in unless it says otherwise; public views never touch the session."""

    def process_view(
        self, request: HttpRequest, view_func: Callable[..., Any], view_args: Any, view_kwargs: Any
    ) -> HttpResponseBase | None:
        """Look at the view first: asking who the user is would read the session.

        Strangers send short forms only; a longer body is refused before any of it is read.
        """
        if not getattr(view_func, "login_required", True):
            too_long = int(request.META.get("CONTENT_LENGTH") or 0) > LONGEST_FROM_STRANGERS
            plain = "text/plain; charset=utf-8"
            return HttpResponse(_("This is too long."), status=413, content_type=plain) if too_long else None
        return super().process_view(request, view_func, view_args, view_kwargs)

    def handle_no_permission(self, request: HttpRequest, view_func: Callable[..., Any]) -> HttpResponseRedirect:
        """After a form was sent, lead back to the page on which it stands: its own address may answer to forms only."""
        page = page_of_form(request)
        if page is None:
            return super().handle_no_permission(request, view_func)
        return redirect_to_login(page, self.get_login_url(view_func), self.get_redirect_field_name(view_func))


def page_of_form(request: HttpRequest) -> str | None:
    """The path from which a form of this very site was sent; nothing where that is not known."""
    page = urlsplit(request.headers.get("referer", ""))
    if request.method != "POST" or page.netloc != request.get_host():
        return None
    return f"{page.path}?{page.query}" if page.query else page.path


class SecondFactorRequired:
    """Everybody but a company's people sets up a second factor before they do anything else."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Nothing to do before the view is known."""
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view_func: Callable[..., Any], view_args: Any, view_kwargs: Any
    ) -> HttpResponseBase | None:
        """Send to the set-up page; the way in and one's own account stay open, and the API says 403."""
        if not settings.SECOND_FACTOR_REQUIRED or getattr(view_func, "public", False) or is_about_signing_in(request):
            return None
        user = request.user
        if not isinstance(user, User) or not lacks_second_factor(user):
            return None
        if not getattr(view_func, "login_required", True):
            words = _("Your role needs a second factor. Sign in on the pages and set it up.")
            return JsonResponse({"detail": words}, status=HTTPStatus.FORBIDDEN)
        messages.warning(request, _("Your role needs a second factor. Set it up to go on."))
        return redirect("mfa_activate_totp")


def is_about_signing_in(request: HttpRequest) -> bool:
    """One of allauth's pages, where people sign in, set up a second factor and sign out."""
    match = request.resolver_match
    return match is not None and match.view_name.startswith(("account_", "mfa_"))


class NewKeyAfterProof:
    """The session goes on under a new key after a right password or code, once it is sure that the browser learns of it.

    Answers from 500 on carry no cookie: with them the old key stays, or whoever wrote the password would be signed out.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Directly inside the session middleware, which saves the session and sends its key."""
        response = self.get_response(request)
        if hasattr(request, "proved_anew") and response.status_code < HTTPStatus.INTERNAL_SERVER_ERROR:
            request.session.cycle_key()
        return response


class TooManyAttemptsAre429:
    """The page that lets no more passwords or codes pass says so to machines too: 429, and how long to wait."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The page is as it was drawn: its form says the same, and keeps what was typed."""
        response = self.get_response(request)
        until = getattr(request, "no_attempt_until", None)
        if until is not None:
            response.status_code = HTTPStatus.TOO_MANY_REQUESTS
            response["Retry-After"] = str(seconds_until(until))
        return response


class NoStoreForSignedIn:
    """Answers that knew a person are never kept by a cache."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Outside the session middleware, so that it sees whether the session was read, or a token."""
        response = self.get_response(request)
        session = getattr(request, "session", None)
        if session is not None and session.accessed or hasattr(request, "came_with_token"):
            response["Cache-Control"] = "no-store"
        return response
