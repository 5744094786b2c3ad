"""Tokens for programs: one's own, to make and to revoke; administrators revoke anybody's."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.access import signed_in
from accounts.forms import ApiTokenForm
from accounts.fresh_sign_in import needs_fresh_sign_in
from accounts.models import ApiToken
from accounts.services.tokens import make_token, revoke_token


@require_http_methods(["GET", "POST"])
@needs_fresh_sign_in()
def tokens(request: HttpRequest) -> HttpResponse:
    """One's own tokens, and a new one: its secret stands in this one answer and nowhere else."""
    actor, secret = signed_in(request), ""
    form = ApiTokenForm(request.POST or None, instance=ApiToken(user=actor))
    if request.method == "POST" and form.is_valid():
        try:
            secret = make_token(token=form.save(commit=False))
        except ValidationError as error:
            form.add_error(None, error)
        else:
            form = ApiTokenForm(instance=ApiToken(user=actor))
    rows = actor.tokens.order_by("-pk")
    return render(request, "accounts/tokens.html", {"form": form, "secret": secret, "tokens": rows})


@require_POST
def token_revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """End a token, and go back to where it is listed."""
    actor = signed_in(request)
    token = get_object_or_404(ApiToken.objects.revocable_by(actor), pk=pk)
    revoke_token(actor=actor, token=token)
    messages.success(request, _("Revoked: %(token)s. Its program gets no further.") % {"token": token})
    return redirect("people:tokens") if token.user == actor else redirect("people:person", pk=token.user_id)
