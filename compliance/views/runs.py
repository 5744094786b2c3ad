"""Evaluation runs and other background work, with progress and errors."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST
from django_htmx.http import HTMX_STOP_POLLING

from accounts.access import requires, signed_in
from accounts.models import Job
from accounts.services.failures import failures_seen_by, title_of, try_all_again
from accounts.services.jobs import try_again
from compliance.filters import RunFilter
from compliance.services.production import reporting_pairs, request_evaluation
from projects.kinds import Text
from projects.models import ImportBatch, Project

ROWS_A_PAGE = 50


@dataclass(frozen=True)
class Run:
    """One job in people's words, and where what it is about can be opened."""

    job: Job
    work: Text
    about: str
    url: str

    @property
    def seconds(self) -> int | None:
        """How long the last attempt took, at least one second; None where it is not done."""
        if self.job.state != Job.State.DONE or not self.job.started_at or not self.job.finished_at:
            return None
        return max(1, round((self.job.finished_at - self.job.started_at).total_seconds()))


def runs_of(jobs: Iterable[Job]) -> list[Run]:
    """What each job does and about what; two queries, however many jobs."""
    subjects = [(job, job.subject.split("/")) for job in jobs]
    projects = Project.objects.in_bulk({parts[1] for _job, parts in subjects if parts[0] == "project"})
    imports = ImportBatch.objects.in_bulk({parts[1] for _job, parts in subjects if parts[0] == "import"})
    runs = []
    for job, (kind, key, *year) in subjects:
        about, url = job.subject, ""
        if kind == "project" and (project := projects.get(int(key))):
            about, url = f"{project}, {year[0]}", reverse("reviews:of-project", kwargs={"slug": project.slug})
        elif kind == "import" and (batch := imports.get(int(key))):
            about, url = batch.name, reverse("imports:page", args=[batch.pk])
        runs.append(Run(job, title_of(job.kind), about, url))
    return runs


@require_GET
@requires("scorecard.view")
def run_list(request: HttpRequest) -> HttpResponse:
    """The newest work first; its own page asks again every two seconds, until no work waits."""
    actor = signed_in(request)
    filters = RunFilter(request.GET, Job.objects.visible_to(actor).select_related("owner"))
    page = Paginator(filters.qs, ROWS_A_PAGE).get_page(request.GET.get("page"))
    waiting = Job.objects.visible_to(actor).unfinished().exists()
    asked_again = bool(request.headers.get("HX-Request"))
    return render(
        request,
        "compliance/runs_part.html" if asked_again else "compliance/runs.html",
        {
            "filter": filters,
            "page": page,
            "runs": runs_of(page),
            "may_request": actor.may("scorecard.request"),
            "may_see_state": actor.may("people.manage"),
            "waiting": waiting,
            "failures": failures_seen_by(actor),
        },
        status=HTMX_STOP_POLLING if asked_again and not waiting else 200,
    )


@require_POST
@requires("scorecard.request")
def evaluate_all(request: HttpRequest) -> HttpResponse:
    """Promise the scorecards of every visible project."""
    actor = signed_in(request)
    request_evaluation(reporting_pairs(Project.objects.visible_to(actor).values("pk")), actor=actor)
    messages.success(request, _("Asked for. The scorecards follow in a moment."))
    return redirect("reviews:runs")


@require_POST
@requires("scorecard.request")
def run_again(request: HttpRequest, pk: str) -> HttpResponse:
    """Let a job that failed be tried at once, with all its attempts."""
    job = get_object_or_404(Job.objects.visible_to(signed_in(request)).failing(), pk=pk)
    try_again(actor=signed_in(request), job=job)
    return redirect("reviews:runs")


@require_POST
@requires("scorecard.request")
def run_all_again(request: HttpRequest) -> HttpResponse:
    """Let every job of one kind that fails in one way be tried at once."""
    kind, error = request.POST.get("kind", ""), request.POST.get("error", "")
    number = try_all_again(actor=signed_in(request), kind=kind, error=error)
    words = ngettext("%(number)d is tried again now.", "%(number)d are tried again now.", number)
    messages.success(request, words % {"number": number})
    return redirect("reviews:runs")
