"""Pages that belong to no app: whether Minka works, what is said where it does not, and the answer to a stale form."""

import errno
import sys
import threading
from datetime import timedelta
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent
from django.db import DatabaseError, InterfaceError, OperationalError
from django.db.models import Count, Min
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.shortcuts import render
from django.template.loader import get_template
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.encoding import force_bytes
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularAPIView
from rest_framework.request import Request

from accounts.access import public_view, requires
from accounts.adapter import minute_after
from accounts.fresh_sign_in import typed_in
from accounts.models import Job
from compliance.models import ScorecardHead
from config.api_errors import API
from config.health import BEHIND_PAGES, NEEDED_FOR_PAGES, READINESS, works
from config.metrics import CONTENT_TYPE, all_metrics

SECONDS_TO_WAIT = 60
"""over which django-allauth counts requests"""
TRY_AGAIN_AFTER_SECONDS = 30
PASSES = {"25006", "42501", "25P03"}
"""What PostgreSQL calls it where it only reads, where a grant is missing, and where a transaction did nothing for too long"""
ONE_SCHEMA_AT_A_TIME = threading.Lock()
SCHEMAS: dict[tuple[str, str], bytes] = {}
"""Descriptions of the API by media type and language."""


@public_view
def livez(request: HttpRequest) -> HttpResponse:
    """This process answers; nothing else is asked."""
    return HttpResponse("ok", content_type="text/plain; charset=utf-8")


@public_view
def readyz(request: HttpRequest) -> JsonResponse:
    """Which of the parts that pages need works; 503 unless all do. What works in the background is on the status page."""
    parts = READINESS.answer()
    return JsonResponse(
        {code: "ok" if found else "does not work" for code, found in parts.items()},
        status=HTTPStatus.OK if all(parts.values()) else HTTPStatus.SERVICE_UNAVAILABLE,
    )


@require_GET
@public_view
def metrics(request: HttpRequest) -> HttpResponse:
    """Figures for Prometheus, for whoever brings the token; where none is set there is no such address."""
    if not settings.METRICS_TOKEN:
        raise Http404
    if not constant_time_compare(request.headers.get("Authorization", ""), f"Bearer {settings.METRICS_TOKEN}"):
        return HttpResponse(status=HTTPStatus.UNAUTHORIZED, headers={"WWW-Authenticate": "Bearer"})
    return HttpResponse(all_metrics(), content_type=CONTENT_TYPE, headers={"Cache-Control": "no-store"})


@require_GET
@requires("people.manage")
def status(request: HttpRequest) -> HttpResponse:
    """Each part of Minka: whether it works, what it means where it does not, and what waits in the background."""
    parts = [(part, works(part)) for part in (*NEEDED_FOR_PAGES, *BEHIND_PAGES)]
    waiting = Job.objects.unfinished().aggregate(number=Count("pk"), oldest=Min("requested_at"))
    outdated = ScorecardHead.objects.outdated().count()
    shown = {"parts": parts, "waiting": waiting, "failing": Job.objects.failing().count(), "outdated": outdated}
    return render(request, "status.html", shown)


def server_error(request: HttpRequest) -> HttpResponse:
    """What went wrong on our side: for now (503, with what was typed, to be sent again) where a part is away; else 500."""
    for_now = is_away(sys.exc_info()[1])
    code = HTTPStatus.SERVICE_UNAVAILABLE if for_now else HTTPStatus.INTERNAL_SERVER_ERROR
    response: HttpResponse
    if request.path.startswith(API):
        detail = _("Nothing was saved. Try again later.") if for_now else _("Something failed on our side.")
        response = JsonResponse({"detail": detail}, status=code)
    elif for_now:
        typed = {"typed": sent_fields(request), "address": request.get_full_path()}
        response = HttpResponse(get_template("503.html").render(typed), status=code)
    else:
        response = HttpResponse(get_template("500.html").render(), status=code)
    if for_now:
        response["Retry-After"] = str(TRY_AGAIN_AFTER_SECONDS)
    return response


def is_away(error: BaseException | None) -> bool:
    """Whether it lies at the database, which is away, takes nothing or lets wait too long, or at a disk that takes no more."""
    if isinstance(error, DatabaseError):
        passes = getattr(error.__cause__, "sqlstate", None) in PASSES
        return isinstance(error, OperationalError) or passes
    if isinstance(error, OSError):
        return error.errno in (errno.ENOSPC, errno.EDQUOT)
    return isinstance(error, InterfaceError)


def sent_fields(request: HttpRequest) -> list[tuple[str, str]]:
    """What a form sent, so that it can be sent again, but for passwords and codes; nothing where it could not be read."""
    if request.method != "POST":
        return []
    try:
        sent = typed_in(request)
    except (RequestDataTooBig, TooManyFieldsSent, UnreadablePostError, MultiPartParserError):
        return []
    return [(name, value) for name, value in sent if "password" not in name and name != "code"]


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
    def get(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        """Made once a process for each format and language; whoever comes meanwhile waits for it."""
        kwargs.pop("version", None)
        asked, renderer = request.query_params.get("lang", ""), request.accepted_renderer
        kind = renderer.media_type, asked if asked in dict(settings.LANGUAGES) else get_language() or ""
        with ONE_SCHEMA_AT_A_TIME:
            if kind not in SCHEMAS:
                with override(kind[1]):
                    described = self._get_schema_response(request)  # type: ignore[no-untyped-call]
                rendered = renderer.render(described.data, renderer_context=self.get_renderer_context())
                SCHEMAS[kind] = force_bytes(rendered)
        return HttpResponse(SCHEMAS[kind], content_type=renderer.media_type)
