"""Merge what is on record twice: choose the other one, compare both, say why; and the way back."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.access import requires, signed_in
from accounts.models import Merge
from projects.forms import MergeForm, OtherOneForm, UnmergeForm
from projects.services.merging import (
    MERGE_KINDS,
    MergeKind,
    counts_of,
    kind_of,
    merge,
    named_for_ever,
    nearly_called,
    undo_merge,
    what_hinders,
)
from projects.views.records import add_errors, values_of


def row_of_address(code: str, pk: int) -> tuple[MergeKind, Any]:
    """What is to be merged, or 404 where there is none."""
    if code not in MERGE_KINDS:
        raise Http404
    kind: Any = MERGE_KINDS[code]
    return kind, get_object_or_404(kind.model._base_manager.all(), pk=pk)


@require_http_methods(["GET", "POST"])
@requires("record.merge")
def merge_page(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Choose the one that stays, compare both, and say why."""
    actor = signed_in(request)
    kind, row = row_of_address(code, pk)
    if row.merged_into_id:
        return redirect(kind.address(row))
    asked = request.POST if "other" in request.POST else request.GET
    other = OtherOneForm(asked if "other" in asked else None, row=row)
    form, chosen = MergeForm(request.POST or None), other.chosen
    if request.method == "POST" and chosen and form.is_valid():
        try:
            merge(actor=actor, kept=chosen, merged=row, reason=form.cleaned_data["reason"])
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(request, _("Merged. What named “%(merged)s” names “%(kept)s” now.") % names(row, chosen))
            return redirect(kind.address(chosen))
    return render(
        request,
        "projects/merge.html",
        {
            "row": row,
            "other": other,
            "form": form,
            "chosen": chosen,
            "back": kind.address(row),
            "alike": [] if chosen else [(one, kind.address(one)) for one in nearly_called(row)],
            **(comparison(kind, chosen, row) if chosen else {}),
        },
    )


def names(merged: Any, kept: Any) -> dict[str, Any]:
    """Both, for a message."""
    return {"merged": merged, "kept": kept}


def comparison(kind: MergeKind, kept: Any, merged: Any) -> dict[str, Any]:
    """Both side by side: what they say, how many rows name each, and what stands against a merge."""
    ours, theirs = counts_of(merged), counts_of(kept)
    says, other = ({str(label): value for label, value in values_of(row)} for row in (merged, kept))
    return {
        "values": [(label, says.get(label), other.get(label)) for label in says | other],
        "counts": [(words, ours[words], theirs[words]) for words in ours | theirs],
        "for_ever": named_for_ever(merged),
        "hindrances": [message for error in what_hinders(kept, merged) for message in error.messages],
        "chosen_address": kind.address(kept),
    }


@require_http_methods(["GET", "POST"])
@requires("record.merge")
def undo_page(request: HttpRequest, pk: int) -> HttpResponse:
    """The way back, with a reason."""
    made = get_object_or_404(Merge, pk=pk)
    model: Any = made.content_type.model_class()
    merged, kept = (model._base_manager.get(pk=key) for key in (made.merged_key, made.kept_key))
    page = kind_of(merged).address(merged)
    if made.undone_at:
        return redirect(page)
    form = UnmergeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            stayed = undo_merge(actor=signed_in(request), made=made, reason=form.cleaned_data["reason"])
        except ValidationError as error:
            add_errors(form, error)
        else:
            messages.success(request, _("The merge is undone. “%(merged)s” stands again.") % names(merged, kept))
            if stayed:
                messages.warning(
                    request,
                    _("These rows name something else by now and stay so: %(rows)s.") % {"rows": "; ".join(stayed)},
                )
            return redirect(page)
    return render(
        request, "projects/merge_undo.html", {"row": merged, "kept": kept, "made": made, "form": form, "back": page}
    )
