"""Asking that the personal data of a source be erased."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access import requires, signed_in
from accounts.audience import is_of_minkas_side
from accounts.fresh_sign_in import needs_fresh_sign_in
from accounts.services.audit import name_in_trail
from accounts.services.proposals import propose
from projects.forms import ErasureForm
from projects.models import Source
from projects.services.erasures import ERASURE, may_ask, page_of, record_with, sealed_with
from projects.views.records import add_errors, is_behind_visible


@require_http_methods(["GET", "POST"])
@requires("record.withdraw")
@needs_fresh_sign_in()
def source_erase(request: HttpRequest, pk: int) -> HttpResponse:
    """Why its words and files must go; what they stand in beside is said, for those who read it."""
    actor = signed_in(request)
    source = get_object_or_404(Source, pk=pk)
    if not may_ask(actor, source) or not is_behind_visible(actor, Source.objects.filter(pk=pk)):
        raise Http404
    form, back, record = ErasureForm(request.POST or None), page_of(source), record_with(source)
    if request.method == "POST" and form.is_valid():
        try:
            propose(
                actor=actor,
                kind=ERASURE,
                record=source,
                reason=form.cleaned_data["reason"],
                label=name_in_trail(record),
            )
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(request, _("Asked for. Nothing goes until a second person confirms it."))
            return redirect(back)
    shared = source.evidence.annotate(sources_with_it=Count("sources")).filter(erasure=None, sources_with_it__gt=1)
    return render(
        request,
        "projects/erase.html",
        {
            "record": record,
            "form": form,
            "back": back,
            "shared": shared.count(),
            "sealed": sealed_with(source) if is_of_minkas_side(actor) else [],
        },
    )
