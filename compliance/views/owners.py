"""The owners of one mine as they are on record, to the end of the chain, for its people."""

from __future__ import annotations

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from accounts.access import requires, signed_in
from compliance.public_pages.owners import owners_on_day, shown
from projects.fields import DayField
from projects.kinds import KINDS_OF_RECORD
from projects.views.projects import seen_project


class DayForm(forms.Form):
    """On which day."""

    day = DayField(label=_("On another day"), required=False)


@require_GET
@requires("record.view")
def owners_page(request: HttpRequest, slug: str) -> HttpResponse:
    """The chain of owners on a day, today where none is asked for, as far as it is on record today."""
    project, today, kind = seen_project(request, slug), timezone.localdate(), KINDS_OF_RECORD["holdings"]
    form = DayForm(request.GET)
    day = form.cleaned_data["day"] if form.is_valid() else None
    owners = owners_on_day(project, day or today)
    return render(
        request,
        "compliance/owners.html",
        {
            "project": project,
            "form": form,
            "day": day or today,
            "days": sorted({row.starts_on for row in (*owners.stakes, *owners.holdings)}, reverse=True),
            "shown": shown(owners, project.name),
            "list_url": kind.url("list"),
            "add_url": kind.url("add") if kind.may_enter(signed_in(request)) else "",
        },
    )
