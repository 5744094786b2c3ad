"""Projects: the list, one project's desk, adding one, following one."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import Count, Value
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import requires, signed_in
from accounts.design.writing import without_stop
from accounts.models import User
from accounts.paging import LongListPaginator
from projects.filters import ProjectFilter
from projects.forms import FollowForm, ProjectForm, ReasonForm, SourceForm, VerificationForm
from projects.histories import history_of
from projects.kinds import KINDS_OF_RECORD, RecordKind, Subject
from projects.models import Project, ProjectAssignment
from projects.services.records import follow_project, may_amend, unfollow_project
from projects.services.withdrawal import last_withdrawal, may_withdraw
from projects.views.merged import merging_of
from projects.views.records import (
    amendment_saved,
    entry_saved,
    first_source,
    restoring_page,
    values_of,
    verification_of,
    verification_saved,
    withdrawal_page,
)

ROWS_A_PAGE = 50


@require_GET
@requires("record.view")
def project_list(request: HttpRequest) -> HttpResponse:
    """The projects that this person may see, with search and filters."""
    rows = (
        Project.with_withdrawn.visible_to(signed_in(request))
        .filter(merged_into__isnull=True)
        .select_related("operator")
        .prefetch_related("minerals", "areas", "phases")
    )
    filtered = ProjectFilter(request.GET, rows, request=request)
    page = LongListPaginator(filtered.qs, ROWS_A_PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "projects/project_list.html",
        {"filter": filtered, "page": page, "may_add": signed_in(request).may("record.enter_for_others")},
    )


def counts_of(project: Project, actor: User) -> dict[str, int]:
    """How many records of each kind a project has, in one query."""
    counted = [
        kind.rows(actor, project).order_by().values(kind=Value(kind.code)).annotate(number=Count("pk"))
        for kind in kinds_of_projects()
    ]
    return {row["kind"]: row["number"] for row in counted[0].union(*counted[1:], all=True)}


def kinds_of_projects() -> list[RecordKind]:
    """The kinds whose records belong to projects."""
    return [kind for kind in KINDS_OF_RECORD.values() if kind.project_path]


@require_GET
@requires("record.view")
def project_page(request: HttpRequest, slug: str) -> HttpResponse:
    """One project, also a withdrawn one: what is recorded of each kind, and where to enter more."""
    project = project_or_withdrawn(request, slug)
    return project_page_with(request, project, verification_of(signed_in(request), project.source))


def seen_project(request: HttpRequest, slug: str) -> Project:
    """The standing project of the address, or 404."""
    visible = Project.objects.visible_to(signed_in(request))
    return get_object_or_404(visible.select_related("operator", "source"), slug=slug)


def project_or_withdrawn(request: HttpRequest, slug: str) -> Project:
    """The project of the address, also a withdrawn or merged one, or 404."""
    visible = Project.with_withdrawn.visible_to(signed_in(request)).with_merged()
    return get_object_or_404(visible.select_related("operator", "source", "withdrawn_for"), slug=slug)


@require_POST
@requires("record.verify")
def project_verify(request: HttpRequest, slug: str) -> HttpResponse:
    """Say that one has checked what is said of the project itself, or that it is no longer verified; with a note."""
    project = seen_project(request, slug)
    form = VerificationForm(request.POST, source=project.source)
    if verification_saved(request, project, form):
        return redirect("projects:page", slug=slug)
    return project_page_with(request, project, form)


def project_page_with(request: HttpRequest, project: Project, verification: VerificationForm | None) -> HttpResponse:
    """The page, with the form of whoever may say whether what is said of the project is verified."""
    actor, slug = signed_in(request), project.slug
    stands = project.withdrawn_at is None
    counts = counts_of(project, actor)
    entries = {
        subject: [
            (
                kind,
                stands and kind.may_enter(actor),
                counts.get(kind.code, 0),
                kind.url("list", slug),
                kind.url("add", slug),
                kind.url("periods", slug) if kind.grid else "",
            )
            for kind in kinds_of_projects()
            if kind.subject == subject and kind.is_for(actor)
        ]
        for subject in Subject
    }
    return render(
        request,
        "projects/project_page.html",
        {
            "project": project,
            "record": project,
            "subjects": entries.items(),
            "values": values_of(project),
            "history": history_of(project, actor),
            "verification": verification if stands else None,
            "verify_url": reverse("projects:verify", kwargs={"slug": project.slug}),
            "may_enter": stands and actor.may("record.enter"),
            "may_assign": stands and actor.may("people.manage"),
            "may_amend": stands and may_amend(actor, project.source) and actor.may("record.enter_for_others"),
            "may_withdraw": may_withdraw(actor, project.source) and not project.merged_into_id,
            "withdraw_url": reverse(f"projects:{'withdraw' if stands else 'restore'}", kwargs={"slug": slug}),
            "merging": merging_of(actor, project),
            "withdrawal": None if stands else last_withdrawal(project),
        },
    )


@require_http_methods(["GET", "POST"])
@requires("record.enter_for_others")
def project_add(request: HttpRequest) -> HttpResponse:
    """A new project; the organisation of whoever adds it follows it."""
    actor = signed_in(request)
    form = ProjectForm(request.POST or None, actor=actor, project=None)
    source = SourceForm(request.POST or None, request.FILES or None, actor=actor, initial=first_source(request))
    if request.method == "POST" and (project := entry_saved(actor, form, source)):
        messages.success(request, _("Saved: %(record)s.") % {"record": without_stop(project)}, extra_tags="saved")
        return redirect("projects:page", slug=project.slug)
    return render(
        request, "projects/project_form.html", {"form": form, "source": source, "back": reverse("projects:list")}
    )


@require_http_methods(["GET", "POST"])
@requires("record.enter_for_others")
def project_amend(request: HttpRequest, slug: str) -> HttpResponse:
    """Change what the project is called, who operates it and where it lies."""
    actor = signed_in(request)
    rows = [p for p in Project.objects.visible_to(actor).filter(slug=slug) if may_amend(actor, p.source)]
    project = get_object_or_404(Project, pk=rows[0].pk if rows else None)
    form = ProjectForm(
        request.POST or None, actor=actor, project=None, instance=project, initial={"areas": list(project.areas.all())}
    )
    source = SourceForm(request.POST or None, request.FILES or None, actor=actor, instance=project.source)
    reason = ReasonForm(request.POST or None)
    if request.method == "POST" and amendment_saved(actor, form, source, reason):
        messages.success(request, _("Changed: %(record)s.") % {"record": without_stop(project)}, extra_tags="saved")
        return redirect("projects:page", slug=project.slug)
    return render(
        request,
        "projects/project_form.html",
        {
            "form": form,
            "source": source,
            "reason": reason,
            "project": project,
            "back": reverse("projects:page", kwargs={"slug": slug}),
        },
    )


@require_http_methods(["GET", "POST"])
@requires("record.withdraw")
def project_withdraw(request: HttpRequest, slug: str) -> HttpResponse:
    """Withdraw a mine that was entered by mistake, once nothing is recorded of it."""
    project = project_or_withdrawn(request, slug)
    return withdrawal_page(request, project, reverse("projects:page", kwargs={"slug": slug}), {})


@require_http_methods(["GET", "POST"])
@requires("record.withdraw")
def project_restore(request: HttpRequest, slug: str) -> HttpResponse:
    """Take back the withdrawal of a mine."""
    project = project_or_withdrawn(request, slug)
    return restoring_page(request, project, reverse("projects:page", kwargs={"slug": slug}), {})


@require_http_methods(["GET", "POST"])
@requires("people.manage")
def followers(request: HttpRequest, slug: str) -> HttpResponse:
    """Which organisations follow a project."""
    actor = signed_in(request)
    project = get_object_or_404(Project.objects.visible_to(actor), slug=slug)
    form = FollowForm(request.POST or None, project=project)
    if request.method == "POST" and form.is_valid():
        follow_project(actor=actor, project=project, organisation=form.cleaned_data["organisation"])
        messages.success(request, _("Its monitors see the project now."))
        return redirect("projects:followers", slug=slug)
    assignments = project.assignments.select_related("organisation")
    return render(request, "projects/followers.html", {"project": project, "form": form, "assignments": assignments})


@require_POST
@requires("people.manage")
def unfollow(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """End one."""
    actor = signed_in(request)
    projects = Project.objects.visible_to(actor)
    assignment = get_object_or_404(ProjectAssignment, pk=pk, project__slug=slug, project__in=projects)
    unfollow_project(actor=actor, assignment=assignment)
    messages.success(request, _("Ended. What they entered stays."))
    return redirect("projects:followers", slug=slug)
