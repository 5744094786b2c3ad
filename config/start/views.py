"""The start page, and each of its sections with all that it lists."""

from __future__ import annotations

from django.core.paginator import Page, Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from accounts.access import requires, signed_in
from accounts.services.notices import recent_notices
from config.start.changes import visit_before
from config.start.sections import Section, sections_of

FIRST_ROWS = 10
ROWS_A_PAGE = 50


def page_of(request: HttpRequest, section: Section, rows_a_page: int, number: str | None = None) -> Page[object]:
    """A page of what a section lists."""
    rows = section.rows(signed_in(request), request.GET)
    return Paginator(rows, rows_a_page).get_page(number)


@require_GET
def desk(request: HttpRequest) -> HttpResponse:
    """Where each person's work begins; without a role it is their own account."""
    user = signed_in(request)
    if not user.may("record.view"):
        return redirect("people:own")
    sections = [(section, page_of(request, section, FIRST_ROWS)) for section in sections_of(user)]
    visit = visit_before(user)
    shown = {"sections": sections, "today": timezone.localdate(), "visit": visit, "may_import": user.may("import.run")}
    return render(request, "start/page.html", shown | recent_notices(user))


@require_GET
@requires("record.view")
def section_page(request: HttpRequest, code: str) -> HttpResponse:
    """All that one section lists, a page at a time."""
    user = signed_in(request)
    section = next((one for one in sections_of(user) if one.code == code), None)
    if section is None:
        raise Http404
    page = page_of(request, section, ROWS_A_PAGE, request.GET.get("page"))
    return render(request, "start/all.html", {"section": section, "page": page, "visit": visit_before(user)})
