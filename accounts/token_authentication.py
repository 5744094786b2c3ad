"""Programs that use the API by a token, `Authorization: Bearer minka_…`; pages know no tokens.

The framework's views load this module, so it loads none of them.
"""

from __future__ import annotations

from django.core.cache import caches
from django.utils.translation import gettext as _
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed, PermissionDenied, Throttled
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.throttling import AnonRateThrottle

from accounts.design.writing import long_date
from accounts.models import ApiToken, User
from accounts.services.second_factor import lacks_second_factor
from accounts.services.tokens import note_use, token_of

CHALLENGE = 'Bearer realm="Minka"'


class LimitOfWrongTokens(AnonRateThrottle):
    """Whoever sends what is no token is counted with the strangers of the same address."""

    cache = caches["process"]

    def get_cache_key(self, request: Request, view: object) -> str:
        """The key of a stranger; the person is not asked for, as that is what is being found out."""
        return self.cache_format % {"scope": self.scope, "ident": self.get_ident(request)}


class BearerToken(BaseAuthentication):
    """The person of a token; no session is read, so that no form of another site can send it along."""

    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        """The person and the token; None where none is sent. Raises what says why a token does not work, or not for this."""
        secret = bearer_in(request)
        if secret is None:
            return None
        request._request.came_with_token = True  # type: ignore[attr-defined]
        token = token_of(secret)
        refused = why_not(token)
        if token is None or refused:
            limit = LimitOfWrongTokens()
            if not limit.allow_request(request, None):  # type: ignore[arg-type]
                raise Throttled(limit.wait())
            raise AuthenticationFailed(refused)
        if token.scope == ApiToken.Scope.READ and request.method not in SAFE_METHODS:
            raise PermissionDenied(_("This token only reads. Make one that may write, under “Your account”."))
        if lacks_second_factor(token.user):
            raise PermissionDenied(_("Your role needs a second factor. Sign in on the pages and set it up."))
        note_use(token)
        return token.user, token

    def authenticate_header(self, request: Request) -> str:
        """What a 401 asks for; whoever sends no token is a stranger, and answered 403 as such."""
        return CHALLENGE if bearer_in(request) is not None else ""


def bearer_in(request: Request) -> str | None:
    """What is sent as a token; None where the request names none."""
    scheme, _space, secret = request.headers.get("Authorization", "").partition(" ")
    return secret.strip() if scheme.lower() == "bearer" else None


def why_not(token: ApiToken | None) -> str:
    """Why a token does not work, and what to do; empty where it does."""
    if token is None:
        return _("There is no such token. Make one under “Your account”.")
    if not token.user.is_active:
        return _("The account of this token is deactivated. Ask an administrator.")
    if token.revoked_at:
        return _("This token was revoked on %(day)s. Make a new one under “Your account”.") % {
            "day": long_date(token.revoked_at)
        }
    if token.has_run_out:
        return _("This token worked until %(day)s. Make a new one under “Your account”.") % {
            "day": long_date(token.last_day)
        }
    return ""
