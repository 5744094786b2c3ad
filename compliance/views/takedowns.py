"""The publications of a mine as its reviewers see them, and asking that one be taken down."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.access import requires, signed_in
from accounts.fresh_sign_in import needs_fresh_sign_in
from accounts.models import Proposal
from accounts.services.proposals import propose
from compliance.forms import TakedownForm
from compliance.services.takedowns import TAKEDOWN, publications_seen
from projects.models import Project


@require_GET
@requires("scorecard.view")
def publication_list(request: HttpRequest, slug: str) -> HttpResponse:
    """Every publication of a mine: which stand, which were taken down, and which somebody asks to take down."""
    actor = signed_in(request)
    project = get_object_or_404(Project.objects.visible_to(actor), slug=slug)
    rows = publications_seen(actor).filter(scorecard__project=project)
    may = actor.may("publication.take_down")
    waiting = Proposal.objects.waiting().filter(kind=TAKEDOWN, object_id__in=[str(row.pk) for row in rows])
    asked = {proposal.object_id: proposal for proposal in waiting} if may else {}
    return render(
        request,
        "compliance/publications.html",
        {"project": project, "rows": [(row, asked.get(str(row.pk))) for row in rows], "may_take_down": may},
    )


@require_http_methods(["GET", "POST"])
@requires("publication.take_down")
@needs_fresh_sign_in()
def take_down(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask that a publication be taken down, with the reason that everybody will read."""
    actor = signed_in(request)
    publication = get_object_or_404(publications_seen(actor).readable(), pk=pk)
    form = TakedownForm(request.POST or None)
    back = reverse("reviews:publications", kwargs={"slug": publication.project_slug})
    if request.method == "POST" and form.is_valid():
        try:
            propose(actor=actor, kind=TAKEDOWN, record=publication, reason=form.cleaned_data["reason"])
        except ValidationError as error:
            form.add_error(None, ValidationError(error.messages))
        else:
            messages.success(request, _("Asked for. It stands until a second person confirms it."))
            return redirect(back)
    return render(request, "compliance/take_down.html", {"publication": publication, "form": form, "back": back})
