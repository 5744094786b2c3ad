"""Guards of views: sign-in is the rule, `public_view` the exception, `requires` names the permission."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeAlias

from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase

from accounts.models import User

View: TypeAlias = Callable[..., HttpResponseBase]


def public_view(view: View) -> View:
    """Anyone may read this view; it must touch neither session nor cookies."""
    open_view: View = login_not_required(view)
    open_view.public = True  # type: ignore[attr-defined]
    return open_view


def requires(permission: str) -> Callable[[View], View]:
    """Refuse with 403 whoever lacks the permission; the name is kept on the view for the access tests."""

    def guard(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not signed_in(request).may(permission):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        guarded.permission = permission  # type: ignore[attr-defined]
        return guarded

    return guard


def signed_in(request: HttpRequest) -> User:
    """The person behind a request that has passed sign-in."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user
