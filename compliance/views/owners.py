"""The owners of one mine as they are on record, to the end of the chain, for its people."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts.access import requires, signed_in
from compliance.public_pages.owners import owners_on_record, shown
from projects.kinds import KINDS_OF_RECORD
from projects.views.projects import seen_project


@require_GET
@requires("record.view")
def owners_page(request: HttpRequest, slug: str) -> HttpResponse:
    """The chain of owners on the last day of a year, as far as it is on record today; a year that is none is this one."""
    project, today, kind = seen_project(request, slug), timezone.localdate(), KINDS_OF_RECORD["holdings"]
    asked = request.GET.get("year", "")
    year = int(asked) if asked.isdecimal() and 1900 <= int(asked) <= today.year else today.year
    latest = owners_on_record(project, today.year, today)
    changed = {row.starts_on.year for row in (*latest.stakes, *latest.holdings)}
    return render(
        request,
        "compliance/owners.html",
        {
            "project": project,
            "year": year,
            "years": sorted({today.year, year, *changed}, reverse=True),
            "shown": shown(owners_on_record(project, year, today), project.name),
            "list_url": kind.url("list"),
            "add_url": kind.url("add") if kind.may_enter(signed_in(request)) else "",
        },
    )
