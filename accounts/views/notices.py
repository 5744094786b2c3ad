"""Notices: what happened for oneself, and when one is written to about it."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import signed_in
from accounts.forms import NoticeChoicesForm
from accounts.keys import key_in
from accounts.models import Notice
from accounts.services.notices import choose, mark_read, notices_of, page_of, shown

ROWS_A_PAGE = 50


@require_GET
def notice_list(request: HttpRequest) -> HttpResponse:
    """What happened for the person, newest first; all of it, or what is unread."""
    rows = notices_of(signed_in(request))
    unread = rows.unread()
    only_unread = request.GET.get("unread") == "1"
    page = Paginator(unread if only_unread else rows, ROWS_A_PAGE).get_page(request.GET.get("page"))
    known = {"page": page, "rows": shown(page), "unread": unread.count(), "only_unread": only_unread}
    return render(request, "accounts/notices/list.html", known | {"newest": rows.values_list("pk", flat=True).first()})


@require_GET
def notice(request: HttpRequest, pk: int) -> HttpResponse:
    """Lead to what a notice is about, which is then read; 404 where it is another person's, or not to be seen any more."""
    reader = signed_in(request)
    rows = notices_of(reader).filter(pk=pk)
    page = page_of(reader, get_object_or_404(rows))
    if not page:
        raise Http404
    mark_read(Notice.objects.filter(pk=pk))
    return redirect(page)


@require_POST
def mark_all_read(request: HttpRequest) -> HttpResponse:
    """Keep that the person has seen all that their page knew of; what came meanwhile stays unread."""
    newest = key_in(request.POST.get("newest", ""))
    if newest is not None:
        mark_read(Notice.objects.filter(person=signed_in(request), pk__lte=newest))
    return redirect("people:notices")


@require_http_methods(["GET", "POST"])
def notice_choices(request: HttpRequest) -> HttpResponse:
    """When the person is written to about each kind of notice."""
    person = signed_in(request)
    form = NoticeChoicesForm(request.POST or None, person=person)
    if request.method == "POST" and form.is_valid():
        choose(actor=person, chosen=form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect("people:notice-choices")
    return render(request, "accounts/notices/choices.html", {"form": form})
