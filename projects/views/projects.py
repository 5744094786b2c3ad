"""Projects: the list, one project's desk, adding one, following one; and the organisations that records name."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.access import requires, signed_in
from projects.filters import ProjectFilter
from projects.forms import OrganisationForm, ProjectForm, ReasonForm, SourceForm
from projects.kinds import KINDS
from projects.models import Project
from projects.services.records import amend_record, enter_record
from projects.views.records import both_valid, first_source, history_of, may_amend, saved, values_of

ROWS_A_PAGE = 50


@require_GET
@requires("record.view")
def project_list(request: HttpRequest) -> HttpResponse:
    """The projects that this person may see, with search and filters."""
    rows = (
        Project.objects.visible_to(signed_in(request)).select_related("operator").prefetch_related("minerals", "areas")
    )
    filtered = ProjectFilter(request.GET, rows)
    page = Paginator(filtered.qs, ROWS_A_PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "projects/project_list.html",
        {"filter": filtered, "page": page, "may_add": signed_in(request).may("record.enter_for_others")},
    )


@require_GET
@requires("record.view")
def project_page(request: HttpRequest, slug: str) -> HttpResponse:
    """One project: what is recorded of each kind, and where to enter more."""
    actor = signed_in(request)
    project = get_object_or_404(Project.objects.visible_to(actor).select_related("operator", "source"), slug=slug)
    kinds = [
        (kind, kind.rows(actor, project).count(), reverse("records:list", kwargs={"slug": slug, "kind": kind.code}),
         reverse("records:add", kwargs={"slug": slug, "kind": kind.code}))
        for kind in KINDS.values()
        if kind.project_path
    ]  # fmt: skip
    return render(
        request,
        "projects/project_page.html",
        {
            "project": project,
            "kinds": kinds,
            "values": values_of(project),
            "history": history_of(project),
            "may_enter": actor.may("record.enter"),
            "may_amend": may_amend(actor, project.source) and actor.may("record.enter_for_others"),
        },
    )


@require_http_methods(["GET", "POST"])
@requires("record.enter_for_others")
def project_add(request: HttpRequest) -> HttpResponse:
    """A new project; the organisation of whoever adds it follows it."""
    actor = signed_in(request)
    form = ProjectForm(request.POST or None, actor=actor, project=None)
    source = SourceForm(request.POST or None, request.FILES or None, actor=actor, initial=first_source(actor))
    if request.method == "POST" and both_valid(form, source):
        project = form.save(commit=False)
        if saved(form, lambda: enter_record(
            actor=actor, record=project, source=source.save(commit=False), evidence=source.evidence, related=form.related
        )):  # fmt: skip
            messages.success(request, _("Saved: %(record)s.") % {"record": project})
            return redirect("projects:page", slug=project.slug)
    return render(
        request,
        "projects/project_form.html",
        {"form": form, "source": source, "back": reverse("projects:list")},
    )


@require_http_methods(["GET", "POST"])
@requires("record.enter_for_others")
def project_amend(request: HttpRequest, slug: str) -> HttpResponse:
    """Change what the project is called, who operates it and where it lies."""
    actor = signed_in(request)
    rows = [p for p in Project.objects.visible_to(actor).filter(slug=slug) if may_amend(actor, p.source)]
    project = get_object_or_404(Project, pk=rows[0].pk if rows else None)
    form = ProjectForm(
        request.POST or None,
        actor=actor,
        project=None,
        instance=project,
        initial={"areas": list(project.areas.all())},
    )
    source = SourceForm(request.POST or None, request.FILES or None, actor=actor, instance=project.source)
    reason = ReasonForm(request.POST or None)
    if request.method == "POST" and all([form.is_valid(), source.is_valid(), reason.is_valid()]):
        if saved(form, lambda: amend_record(
            actor=actor, record=form.save(commit=False), source=source.save(commit=False),
            revision=source.cleaned_data["revision"] or 0, reason=reason.cleaned_data["reason"],
            new_evidence=source.evidence, related=form.related,
        )):  # fmt: skip
            messages.success(request, _("Changed: %(record)s.") % {"record": project})
            return redirect("projects:page", slug=project.slug)
    return render(
        request,
        "projects/project_form.html",
        {"form": form, "source": source, "reason": reason, "project": project,
         "back": reverse("projects:page", kwargs={"slug": slug})},
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
@requires("record.enter_for_others")
def organisation_add(request: HttpRequest) -> HttpResponse:
    """List a company, agency or other body, so that records can name it."""
    form = OrganisationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        organisation = form.save()
        messages.success(
            request, _("Saved: %(record)s. You can choose it in every form now.") % {"record": organisation}
        )
        return redirect("projects:list")
    return render(request, "projects/organisation_form.html", {"form": form, "back": reverse("projects:list")})
