"""What API views need of the people: permission by role, nothing unknown in body or address, writes that are done once."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework import serializers, status
from rest_framework.exceptions import ValidationError
from rest_framework.filters import BaseFilterBackend
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.access import signed_in
from accounts.models import User
from accounts.services.once import UsedForAnother, write_once

LONGEST_KEY = 80


class TokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """How the schema tells of tokens."""

    target_class = "accounts.token_authentication.BearerToken"
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        """In the words of OpenAPI."""
        return {"type": "http", "scheme": "bearer", "description": "A token that a person made under “Your account”."}


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


@dataclass(frozen=True)
class Narrowing:
    """One parameter by which a list is narrowed."""

    lookup: str
    field: serializers.Field[Any, Any, Any, Any]
    """What is taken for it."""
    schema: Mapping[str, Any]
    """The same for readers of the schema."""

    def narrowed(self, rows: QuerySet[Any], request: Request, text: str) -> QuerySet[Any]:
        """The rows for which it holds; raises ValidationError where the text says nothing that it knows."""
        return rows.filter(**{self.lookup: self.field.run_validation(text)})


class KnownParameters(BaseFilterBackend):
    """Narrows a list by the parameters that its view knows in `narrowings`; any other is an error, never ignored."""

    def filter_queryset(self, request: Request, queryset: QuerySet[Any], view: Any) -> QuerySet[Any]:
        """The rows that were asked for; raises ValidationError that names what is known."""
        narrowings: Mapping[str, Narrowing] = getattr(view, "narrowings", {})
        paging = (view.paginator.page_query_param, view.paginator.page_size_query_param) if view.paginator else ()
        known = sorted({*narrowings, *paging})
        if unknown := sorted(set(request.query_params) - set(known)):
            words = _("There is no such parameter. Known here: %(known)s.") % {"known": ", ".join(known) or "–"}
            raise ValidationError({name: [words] for name in unknown})
        for name in narrowings.keys() & request.query_params.keys():
            try:
                queryset = narrowings[name].narrowed(queryset, request, request.query_params[name])
            except ValidationError as error:
                raise ValidationError({name: error.detail}) from None
        return queryset

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        """The parameters in the words of OpenAPI."""
        return [
            {"name": name, "in": "query", "required": False, "schema": one.schema}
            for name, one in getattr(view, "narrowings", {}).items()
        ]


def answer_once(request: Request, write: Callable[[], Mapping[str, Any]]) -> Response:
    """Write under the request's `Idempotency-Key`: the same request again gets the same answer, another one 422."""
    key = request.headers.get("Idempotency-Key", "")
    if not key or len(key) > LONGEST_KEY:
        raise ValidationError({"Idempotency-Key": [_("Send this header: a text of your own, at most 80 characters.")]})
    sent = f"{request.method} {request.path}\n".encode() + request.body
    body = hashlib.sha256(sent).hexdigest()
    try:
        answer = write_once(user=signed_in(request._request), key=key, body_sha256=body, write=write)
    except UsedForAnother:
        return Response(
            {"Idempotency-Key": [_("This key was used for another request.")]}, status.HTTP_422_UNPROCESSABLE_ENTITY
        )
    return Response(answer, status.HTTP_201_CREATED)
