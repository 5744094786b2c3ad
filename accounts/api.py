"""What API views need of the people: permission by role, no unknown fields, and writes that are done once."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _
from rest_framework import status
from rest_framework.exceptions import ValidationError
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.access import signed_in
from accounts.models import User
from accounts.services.once import UsedForAnother, write_once

LONGEST_KEY = 80


class RolePermission(BasePermission):
    """Asks the table of roles for the permission that the view names for the method; unlisted is denied."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        """The view's `permissions` maps methods to permissions."""
        method = "GET" if request.method == "HEAD" else request.method
        permission = getattr(view, "permissions", {}).get(method)
        return isinstance(request.user, User) and permission is not None and request.user.may(permission)


def refuse_unknown_fields(given: Iterable[str], known: Iterable[str]) -> None:
    """An unknown field is an error, never silently dropped."""
    if unknown := sorted(set(given) - set(known)):
        raise ValidationError({name: [_("There is no such field.")] for name in unknown})


def answer_once(request: Request, write: Callable[[], Mapping[str, Any]]) -> Response:
    """Write under the request's `Idempotency-Key`: the same body again gets the same answer, another body 422."""
    key = request.headers.get("Idempotency-Key", "")
    if not key or len(key) > LONGEST_KEY:
        raise ValidationError({"Idempotency-Key": [_("Send this header: a text of your own, at most 80 characters.")]})
    body = hashlib.sha256(request.body).hexdigest()
    try:
        answer = write_once(user=signed_in(request._request), key=key, body_sha256=body, write=write)
    except UsedForAnother:
        return Response(
            {"Idempotency-Key": [_("This key was used for another body.")]}, status.HTTP_422_UNPROCESSABLE_ENTITY
        )
    return Response(answer, status.HTTP_201_CREATED)
