"""Pages that belong to no app: health, readiness and the answer to a stale form."""

import threading
from datetime import timedelta
from http import HTTPStatus
from typing import Any

import redis
from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularAPIView
from kombu.exceptions import OperationalError as BrokerError
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.access import public_view, signed_in
from accounts.adapter import minute_after
from compliance.models import ScorecardHead
from config.celery import app

ANSWER_WITHIN_SECONDS = 1.0
SECONDS_TO_WAIT = 60
"""over which django-allauth counts requests"""
ONE_SCHEMA_AT_A_TIME = threading.Lock()


@public_view
def healthz(request: HttpRequest) -> HttpResponse:
    """The web server answers."""
    return HttpResponse("ok", content_type="text/plain")


@public_view
def readyz(request: HttpRequest) -> JsonResponse:
    """Which of database, broker and worker answers; 503 unless all do."""
    broker = broker_answers()
    parts = {"database": database_answers(), "broker": broker, "worker": broker and worker_answers()}
    return JsonResponse(
        {name: "ok" if answers else "no answer" for name, answers in parts.items()},
        status=200 if all(parts.values()) else 503,
    )


def database_answers() -> bool:
    """One round trip to PostgreSQL."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return False
    return True


def broker_answers() -> bool:
    """One ping, without retries: a silent broker must not hold this page."""
    client = redis.Redis.from_url(
        settings.REDIS_URL,
        socket_timeout=ANSWER_WITHIN_SECONDS,
        socket_connect_timeout=ANSWER_WITHIN_SECONDS,
        retry=Retry(NoBackoff(), 0),
    )
    try:
        return bool(client.ping())
    except (RedisError, OSError):
        return False
    finally:
        client.close()


def worker_answers() -> bool:
    """Whether any Celery worker answers a ping."""
    try:
        return bool(app.control.ping(timeout=ANSWER_WITHIN_SECONDS, limit=1))
    except (BrokerError, RedisError, OSError):
        return False


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form sent from an old page: say how to go on without losing what was typed, and lead back to that page."""
    page = request.META.get("HTTP_REFERER", "")
    if not url_has_allowed_host_and_scheme(page, {request.get_host()}, require_https=request.is_secure()):
        page = request.get_full_path()
    return render(request, "403_csrf.html", {"page": page}, status=403)


def too_many_requests(request: HttpRequest) -> HttpResponse:
    """More requests than django-allauth lets pass in a minute: when to try again, in words and for machines."""
    when = minute_after(timezone.now() + timedelta(seconds=SECONDS_TO_WAIT))
    response = render(request, "429.html", {"when": when}, status=HTTPStatus.TOO_MANY_REQUESTS)
    response["Retry-After"] = str(SECONDS_TO_WAIT)
    return response


class Schema(SpectacularAPIView):
    """The description of the API; one version, whatever is asked for."""

    permission_classes = ()
    authentication_classes = ()

    @extend_schema(exclude=True)
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """One at a time: the first description that is made loads what it needs."""
        kwargs.pop("version", None)
        with ONE_SCHEMA_AT_A_TIME:
            response: Response = super().get(request, *args, **kwargs)  # type: ignore[no-untyped-call]
        del response.headers["Content-Disposition"]
        return response


def desk(request: HttpRequest) -> HttpResponse:
    """Where each person's work begins: what waits for them, the people they look after, or else the projects.

    Without a role it is their own account.
    """
    user = signed_in(request)
    if user.may("review.decide"):
        return redirect("reviews:queue")
    if user.may("scorecard.reply") and ScorecardHead.objects.visible_to(user).with_open_question().exists():
        return redirect(f"{reverse('reviews:queue')}?step=asked")
    if user.may("people.manage"):
        return redirect("people:list")
    return redirect("projects:list" if user.may("record.view") else "people:own")
