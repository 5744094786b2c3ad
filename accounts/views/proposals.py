"""What waits for a second person: the list, and one proposal to confirm or to refuse."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.access import requires, signed_in
from accounts.forms import RefusalForm
from accounts.fresh_sign_in import needs_fresh_sign_in
from accounts.models import AuditEntry, Proposal
from accounts.models.waiting import Decision
from accounts.services.proposals import confirm, kind_of, may_decide, record_of, refuse, seen_by, told_of


@require_GET
@requires("proposal.view")
def proposal_list(request: HttpRequest) -> HttpResponse:
    """What waits that the person asked for or may decide, the longest first."""
    rows = seen_by(signed_in(request)).filter(state=Decision.OPEN).order_by("pk")
    return render(request, "accounts/proposals.html", {"rows": [(row, kind_of(row)) for row in rows]})


def proposal_of(request: HttpRequest, pk: int) -> Proposal:
    """A proposal that the person asked for or may decide, or 404."""
    return get_object_or_404(seen_by(signed_in(request)), pk=pk)


@require_GET
@requires("proposal.view")
def proposal_page(request: HttpRequest, pk: int) -> HttpResponse:
    """What is asked for and why: confirm it, or refuse it with a reason."""
    return shown(request, proposal_of(request, pk), RefusalForm())


def shown(
    request: HttpRequest, proposal: Proposal, form: RefusalForm, refused: ValidationError | None = None
) -> HttpResponse:
    """The page, with what stands against a confirmation or is wrong with a refusal."""
    actor, kind, record = signed_in(request), kind_of(proposal), record_of(proposal)
    own = proposal.asked_by == actor
    return render(
        request,
        "accounts/proposal.html",
        {
            "proposal": proposal,
            "kind": kind,
            "page": kind.page(record) if record and actor.may(kind.reads) else "",
            "told": told_of(proposal, record),
            "own": own,
            "may_confirm": not own and may_decide(actor, kind),
            "form": form,
            "refused": refused.messages if refused else [],
            "history": AuditEntry.objects.about(proposal)[:50],
        },
    )


@require_POST
@requires("proposal.view")
@needs_fresh_sign_in()
def proposal_confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """Let it happen, as the second person."""
    proposal = proposal_of(request, pk)
    try:
        confirm(actor=signed_in(request), proposal=proposal)
    except ValidationError as error:
        return shown(request, proposal_of(request, pk), RefusalForm(), error)
    messages.success(request, _("Confirmed, and done: %(what)s.") % {"what": proposal})
    return redirect("people:proposals")


@require_POST
@requires("proposal.view")
def proposal_refuse(request: HttpRequest, pk: int) -> HttpResponse:
    """Refuse it with a reason, or take back what one asked for oneself."""
    proposal = proposal_of(request, pk)
    form = RefusalForm(request.POST)
    if form.is_valid():
        try:
            refuse(actor=signed_in(request), proposal=proposal, reason=form.cleaned_data["reason"])
        except ValidationError as error:
            form.add_error(None, ValidationError(error.messages))
        else:
            messages.success(request, _("Refused: %(what)s.") % {"what": proposal})
            return redirect("people:proposals")
    return shown(request, proposal_of(request, pk), form)
