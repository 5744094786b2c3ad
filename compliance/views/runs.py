"""Evaluation runs and other background work, with progress and errors."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.access import requires, signed_in
from accounts.models import Job
from accounts.services.jobs import try_again
from compliance.filters import RunFilter
from compliance.services.production import reporting_pairs, request_evaluation
from projects.models import Project

ROWS_A_PAGE = 50


@require_GET
@requires("scorecard.view")
def run_list(request: HttpRequest) -> HttpResponse:
    """The newest work first; asked again every two seconds by its own page."""
    actor = signed_in(request)
    filters = RunFilter(request.GET, Job.objects.visible_to(actor).select_related("owner"))
    page = Paginator(filters.qs, ROWS_A_PAGE).get_page(request.GET.get("page"))
    template = "compliance/runs_part.html" if request.headers.get("HX-Request") else "compliance/runs.html"
    return render(request, template, {"filter": filters, "page": page, "may_request": actor.may("scorecard.request")})


@require_POST
@requires("scorecard.request")
def evaluate_all(request: HttpRequest) -> HttpResponse:
    """Promise the scorecards of every visible project."""
    actor = signed_in(request)
    visible = set(Project.objects.visible_to(actor).values_list("pk", flat=True))
    request_evaluation(reporting_pairs(visible), actor=actor)
    messages.success(request, _("Asked for. The scorecards follow in a moment."))
    return redirect("reviews:runs")


@require_POST
@requires("scorecard.request")
def run_again(request: HttpRequest, pk: str) -> HttpResponse:
    """Let a failed job wait again, with all its attempts."""
    job = get_object_or_404(Job.objects.visible_to(signed_in(request)), pk=pk, state=Job.State.FAILED)
    try_again(job)
    return redirect("reviews:runs")
