"""Errors of the API in words and in JSON, whichever layer found them."""

import json
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError as DjangoValidationError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import get_language_from_request, gettext, gettext_lazy, override
from rest_framework.exceptions import MethodNotAllowed, NotFound, ParseError, PermissionDenied, ValidationError
from rest_framework.response import Response
from rest_framework.serializers import as_serializer_error
from rest_framework.views import exception_handler

API = "/api/"
DETAILS = {
    HTTPStatus.BAD_REQUEST: ParseError.default_detail,
    HTTPStatus.FORBIDDEN: PermissionDenied.default_detail,
    HTTPStatus.NOT_FOUND: NotFound.default_detail,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: gettext_lazy("This is too long."),
}


def answer_with_words(error: Exception, context: dict[str, Any]) -> Response | None:
    """A rule broken in a service or in the database answers like one broken in a serializer."""
    if isinstance(error, DjangoValidationError):
        error = ValidationError(as_serializer_error(error))
    return exception_handler(error, context)


class ApiErrorsAreJson:
    """Programs get JSON for every error under the API, also where it was found before or outside of its views."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Stands outside of everything; the headers of the answer stay, and the words are in the caller's language."""
        response = self.get_response(request)
        is_json = response.get("Content-Type", "").startswith("application/json")
        if request.path.startswith(API) and response.status_code >= HTTPStatus.BAD_REQUEST and not is_json:
            with override(get_language_from_request(request)):
                response.content = json.dumps({"detail": detail_of(request, response.status_code)})
            response["Content-Type"] = "application/json"
            response["Content-Length"] = str(len(response.content))
        return response


class NoTokenInClear:
    """A program that sends its token over http:// is told so: it would follow a redirect and go on unnoticed."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Outside the security middleware, which redirects everything else to https://."""
        in_clear = settings.SECURE_SSL_REDIRECT and not request.is_secure()
        if in_clear and request.path.startswith(API) and "Authorization" in request.headers:
            with override(get_language_from_request(request)):
                words = gettext("Use https://. Revoke this token: it was sent in clear.")
            return JsonResponse({"detail": words}, status=HTTPStatus.FORBIDDEN)
        return self.get_response(request)


def detail_of(request: HttpRequest, status: int) -> str:
    """What a status says, in words."""
    if status == HTTPStatus.METHOD_NOT_ALLOWED:
        return str(MethodNotAllowed(str(request.method)).detail)
    return str(DETAILS.get(HTTPStatus(status), HTTPStatus(status).phrase))
