"""What every address of the API shares: how a body is read, how many requests are taken, and pages with a limit.

The framework's views load this module, so it loads none of them; see `api_errors` for the other half.
"""

import json
from collections.abc import Mapping
from typing import Any

from django.core.cache import caches
from rest_framework.exceptions import ParseError
from rest_framework.pagination import PageNumberPagination
from rest_framework.parsers import JSONParser
from rest_framework.throttling import AnonRateThrottle, UserRateThrottle

from accounts.paging import LongListPaginator


class Json(JSONParser):
    """JSON; a body that is nested too deeply, or holds half of a letter, is an error of the sender."""

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Mapping[str, Any] | None = None) -> Any:
        """Answer 400 where Python's parser gives up, or gives text that is none: a surrogate without its other half."""
        try:
            body = super().parse(stream, media_type, parser_context)
            json.dumps(body, ensure_ascii=False).encode()
        except (RecursionError, UnicodeEncodeError) as error:
            raise ParseError from error
        return body


class LimitOfStrangers(AnonRateThrottle):
    """So many requests a minute from one address, counted by each process for itself; more answer 429 with Retry-After."""

    cache = caches["process"]


class LimitOfPeople(UserRateThrottle):
    """The same for one person."""

    cache = caches["process"]


class Pages(PageNumberPagination):
    """A hundred rows a page unless asked, never more than five hundred."""

    django_paginator_class = LongListPaginator
    page_size = 100
    page_size_query_param = "page_size"
    max_page_size = 500


def describe_errors(result: dict[str, Any], **_more: Any) -> dict[str, Any]:
    """The schema, saying of every address that another answer is an object of what was wrong, by field."""
    content = {"application/json": {"schema": {"type": "object", "additionalProperties": {}}}}
    words = {"description": "What was wrong, by field, or under `detail`.", "content": content}
    for methods in result["paths"].values():
        for operation in methods.values():
            operation["responses"]["default"] = words
    return result
