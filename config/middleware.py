"""Each request gets an id, one line of the log, and its place in the metrics."""

import logging
import time
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from accounts.logs import current_id, plain_id, under
from config.metrics import count_request

logger = logging.getLogger(__name__)
METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
ELSEWHERE = "other"
"""Static files, addresses that there are not, and methods that nobody knows: who asks chooses none of the names."""


class Requests:
    """Stands outside of everything; says by which pattern an address was found, never the address itself."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The answer, with the id: the caller's where it is plain."""
        with under(plain_id(request.headers.get("X-Request-ID"))):
            began = time.perf_counter()
            response = self.get_response(request)
            seconds = time.perf_counter() - began
            response["X-Request-ID"] = current_id()
            route = f"/{request.resolver_match.route}" if request.resolver_match else ELSEWHERE
            method = request.method if request.method in METHODS else ELSEWHERE
            told = {"route": route, "method": method, "status": response.status_code}
            logger.info("request", extra=told | {"milliseconds": round(seconds * 1000)})
            count_request(route, method or ELSEWHERE, response.status_code, seconds)
        return response
