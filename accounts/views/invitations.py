"""Invitations: the open ones, one of them to send again or to correct, and the link of the letter."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.access import requires, signed_in
from accounts.account_forms import PasswordByLinkForm
from accounts.forms import AccountReasonForm, InvitationForm
from accounts.models import Invitation
from accounts.services.invitations import (
    UNKNOWN,
    NotOpen,
    accept_invitation,
    invite_again,
    open_invitation,
    without_password,
)
from accounts.services.letters import day_and_minute


@require_GET
@requires("people.view")
def invitation_list(request: HttpRequest) -> HttpResponse:
    """Everybody who was added and has chosen no password yet."""
    may_manage = signed_in(request).may("people.manage")
    return render(request, "accounts/invitations.html", {"people": without_password(), "may_manage": may_manage})


@require_http_methods(["GET", "POST"])
@requires("people.manage")
def invitation(request: HttpRequest, pk: int) -> HttpResponse:
    """Send an invitation again, to a corrected address where it was mistyped, or withdraw it with the account."""
    actor, somebody = signed_in(request), get_object_or_404(without_password(), pk=pk)
    form = InvitationForm(request.POST or None, instance=somebody)
    if request.method == "POST" and form.is_valid():
        try:
            sent = invite_again(actor=actor, user=somebody, email=form.cleaned_data["email"])
        except ValidationError as error:
            form.add_error(None, ValidationError(error.messages))
        else:
            told = {"email": sent.user.email, "when": day_and_minute(sent.runs_out_at)}
            messages.success(request, _("Sent to %(email)s. The invitation runs out on %(when)s.") % told)
            return redirect("people:invitations")
    sent_before = Invitation.objects.filter(user=somebody).select_related("sent_by").first()
    return render(
        request,
        "accounts/invitation.html",
        {"somebody": somebody, "form": form, "invitation": sent_before, "reason": AccountReasonForm()},
    )


@login_not_required
@require_http_methods(["GET", "POST"])
@transaction.atomic
def accept(request: HttpRequest, token: str) -> HttpResponse:
    """The link of the letter: choose a password; or what to do, where it leads no further."""
    try:
        invited = open_invitation(token)
    except NotOpen as refused:
        told = {"why": refused.why, "invitation": refused.invitation}
        return render(request, "accounts/invitation_closed.html", told, status=404 if refused.why == UNKNOWN else 410)
    form = PasswordByLinkForm(request.POST or None, user=invited.user)
    if request.method == "POST" and form.is_valid():
        accept_invitation(invitation=invited, password=form.cleaned_data["password1"])
        messages.success(request, _("Your password is saved. Sign in with it."))
        return redirect("account_login")
    return render(request, "accounts/invitation_accept.html", {"form": form})
