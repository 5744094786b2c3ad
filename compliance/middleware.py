"""Public pages are kept as they were drawn: each is made of its address, of what is published or loaded, and of the day."""

from __future__ import annotations

import gzip
import re
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db import connections
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import ResolverMatch
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.timezone import localdate

KEPT_PAGES = 300
LARGEST_KEPT = 200_000
LIMITED_QUERY = re.compile(r"(year=\d{4})?")
"""Queries of which there are few: nobody pushes pages out by asking for ever new addresses."""
NEWEST = """
SELECT (SELECT sha256 FROM compliance_publication ORDER BY sequence DESC LIMIT 1),
       (SELECT count(*) || ' ' || coalesce(max(noted_at)::text, '') FROM compliance_recordcorrection),
       (SELECT count(*) FROM compliance_takedown),
       (SELECT max(loaded_at) FROM projects_boundary),
       (SELECT max(loaded_at) FROM projects_population)
"""


@dataclass(frozen=True)
class KeptPage:
    """An answer, with the day, the newest publication and the newest correction just before it was drawn."""

    newest: str
    body: bytes
    headers: dict[str, str]
    match: ResolverMatch | None

    @cached_property
    def compressed(self) -> bytes:
        """A third of the size on a slow line. Nothing in it is secret, so its length gives nothing away."""
        return gzip.compress(self.body, mtime=0)


PAGES: OrderedDict[str, KeptPage] = OrderedDict()
"""Public pages of this process by their whole address, the least asked for first."""


class KeptPublicPages:
    """Gives a public page again as it was drawn, as long as nothing is published, announced as corrected, taken down or loaded.

    Publications are only ever added, each with the fingerprint of the one before, so the newest fingerprint stands
    for all of them, with the number of those taken down. Asking for it is all that a kept page costs. No page is kept for
    longer than a day, because days late are counted to the day of reading.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Stands outside of all that knows people, so that a kept page passes none of it."""
        address = request.build_absolute_uri()
        page = PAGES.get(address) if request.method == "GET" else None
        if page and page.newest == newest_publication():
            PAGES.move_to_end(address)
            request.resolver_match = page.match
            return answer_with(page, request)
        response = self.get_response(request)
        newest = getattr(request, "newest_publication", None)
        if newest and may_be_kept(request, response):
            page = PAGES[address] = KeptPage(newest, response.content, dict(response.items()), request.resolver_match)
            while len(PAGES) > KEPT_PAGES:
                PAGES.popitem(last=False)
            return answer_with(page, request)
        return response

    def process_view(self, request: HttpRequest, view_func: Any, view_args: Any, view_kwargs: Any) -> None:
        """Note what is newest before a public page is drawn: what is published meanwhile makes it old."""
        if request.resolver_match and request.resolver_match.namespace == "public":
            request.newest_publication = newest_publication()  # type: ignore[attr-defined]


def answer_with(page: KeptPage, request: HttpRequest) -> HttpResponseBase:
    """The page, pressed small for browsers that take it so, or the 304 for whoever has it."""
    response = HttpResponse(page.body, headers=page.headers)
    if response["Content-Type"].startswith("text/html"):
        patch_vary_headers(response, ["Accept-Encoding"])
        if "gzip" in request.headers.get("Accept-Encoding", ""):
            response.content = page.compressed
            response["Content-Encoding"] = "gzip"
            response["Content-Length"] = str(len(page.compressed))
            response["ETag"] = f"W/{page.headers['ETag']}"
    return get_conditional_response(request, etag=response["ETag"], response=response) or response


def newest_publication() -> str:
    """The day, the newest publication, correction, take-down and map, as the public role reads them; fronts count days late."""
    with connections["public"].cursor() as cursor:
        cursor.execute(NEWEST)
        sha256, *others = cursor.fetchone()
    return " ".join(map(str, (localdate(), sha256 or "", *others)))


def may_be_kept(request: HttpRequest, response: HttpResponse) -> bool:
    """Whole answers that say what they depend on, of a bearable size, with nothing in them for one person."""
    return (
        request.method == "GET"
        and LIMITED_QUERY.fullmatch(request.META.get("QUERY_STRING", "")) is not None
        and response.status_code == 200
        and not response.streaming
        and not response.cookies
        and response.has_header("ETag")
        and len(response.content) <= LARGEST_KEPT
    )
