"""Errors of the API in words, whichever layer found them."""

from typing import Any

from django.core.exceptions import ValidationError as DjangoValidationError
from rest_framework.exceptions import ValidationError
from rest_framework.response import Response
from rest_framework.serializers import as_serializer_error
from rest_framework.views import exception_handler


def answer_with_words(error: Exception, context: dict[str, Any]) -> Response | None:
    """A rule broken in a service or in the database answers like one broken in a serializer."""
    if isinstance(error, DjangoValidationError):
        error = ValidationError(as_serializer_error(error))
    return exception_handler(error, context)
