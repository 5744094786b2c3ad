"""What every address of the API shares: pages with a limit, and errors in words."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError as DjangoValidationError
from rest_framework.exceptions import ParseError, ValidationError
from rest_framework.pagination import PageNumberPagination
from rest_framework.parsers import JSONParser
from rest_framework.response import Response
from rest_framework.serializers import as_serializer_error
from rest_framework.views import exception_handler


class Json(JSONParser):
    """JSON; a body nested too deeply is an error of the sender."""

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Mapping[str, Any] | None = None) -> Any:
        """Answer 400 where Python's parser gives up."""
        try:
            return super().parse(stream, media_type, parser_context)
        except RecursionError as error:
            raise ParseError from error


class Pages(PageNumberPagination):
    """A hundred rows a page unless asked, never more than five hundred."""

    page_size = 100
    page_size_query_param = "page_size"
    max_page_size = 500


def answer_with_words(error: Exception, context: dict[str, Any]) -> Response | None:
    """A rule broken in a service or in the database answers like one broken in a serializer."""
    if isinstance(error, DjangoValidationError):
        error = ValidationError(as_serializer_error(error))
    return exception_handler(error, context)
