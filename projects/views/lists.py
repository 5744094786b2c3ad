"""What records name and nobody reports: organisations and minerals; lists, pages with history, add and amend."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db import models
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from accounts.access import requires, signed_in
from accounts.design.writing import without_stop
from accounts.models import Organisation, User
from accounts.models.merges import Mergeable, called_like
from projects.forms import MineralForm, OrganisationForm, ReasonForm
from projects.histories import history_of
from projects.kinds import KINDS_OF_RECORD, RecordKind
from projects.models import CalledOtherwise, Mineral
from projects.services.records import amend_listed, enter_listed
from projects.views.merged import merging_of
from projects.views.records import ROWS_A_PAGE, display_value, values_of


@dataclass(frozen=True)
class ReferenceList:
    """One list: its words, its form, where it is searched, and who adds to it; administrators amend."""

    code: str
    model: type[models.Model]
    form: Callable[..., Any]
    plural: Promise
    add_label: Promise
    help: Promise
    search: tuple[str, ...]
    columns: tuple[str, ...]
    may_add: str
    rows: Callable[[], models.QuerySet[Any]]

    def url(self, name: str, **more: Any) -> str:
        """The address of one of its pages."""
        return reverse(f"lists:{name}", kwargs={"code": self.code} | more)


LISTS = {
    listed.code: listed
    for listed in (
        ReferenceList(
            code="organisations",
            model=Organisation,
            form=OrganisationForm,
            plural=gettext_lazy("Organisations"),
            add_label=gettext_lazy("Add an organisation"),
            help=gettext_lazy("Companies, agencies, funds and other bodies that records can name."),
            search=("name",),
            columns=("kind", "country"),
            may_add="organisation.add",
            rows=Organisation.objects.offered,
        ),
        ReferenceList(
            code="minerals",
            model=Mineral,
            form=MineralForm,
            plural=gettext_lazy("Minerals"),
            add_label=gettext_lazy("Add a mineral"),
            help=gettext_lazy("What is dug, and what the world uses it for, in the languages of the public pages."),
            search=("name_en", "name_es", "code"),
            columns=("name_en", "name_es", "uses_en", "uses_es"),
            may_add="people.manage",
            rows=Mineral.objects.all,
        ),
    )
}


def list_of(code: str) -> ReferenceList:
    """The list of the address, or 404."""
    if code not in LISTS:
        raise Http404
    return LISTS[code]


def row_of(listed: ReferenceList, pk: str) -> models.Model:
    """One row of a list, or 404 where there is none or the key is not one."""
    try:
        key = listed.model._meta.pk.to_python(pk)
    except ValidationError as error:
        raise Http404 from error
    return get_object_or_404(listed.model, pk=key)


@require_GET
@requires("record.view")
def list_page(request: HttpRequest, code: str) -> HttpResponse:
    """Every row, with search."""
    listed = list_of(code)
    text = request.GET.get("q", "").replace("\x00", "").strip()[:100]
    rows = listed.rows()
    if text:
        matches: list[Any] = [Q(**{f"{column}__unaccent__icontains": text}) for column in listed.search]
        if issubclass(listed.model, Mergeable):
            matches.append(called_like(rows, text, signed_in(request)))
        rows = rows.filter(Q.create(matches, connector=Q.OR))
    page = Paginator(rows, ROWS_A_PAGE).get_page(request.GET.get("page"))
    columns: list[Any] = [listed.model._meta.get_field(name) for name in listed.columns]
    return render(
        request,
        "projects/list_page.html",
        {
            "listed": listed,
            "page": page,
            "q": text,
            "headings": [column.verbose_name for column in columns],
            "rows": [(listed.url("row", pk=row.pk), row, cells(row, columns)) for row in page],
            "add_url": listed.url("add") if signed_in(request).may(listed.may_add) else "",
        },
    )


def cells(row: Any, columns: list[Any]) -> list[tuple[str, Any]]:
    """Heading and value of each column, as people read it."""
    return [(column.verbose_name, display_value(row, column)) for column in columns]


@require_GET
@requires("record.view")
def row_page(request: HttpRequest, code: str, pk: str) -> HttpResponse:
    """One row with its history."""
    listed = list_of(code)
    row = row_of(listed, pk)
    merged = isinstance(row, Mergeable) and row.merged_into_id  # type: ignore[attr-defined]
    amend = listed.url("amend", pk=pk) if signed_in(request).may("people.manage") and not merged else ""
    return render(
        request,
        "projects/list_row.html",
        {
            "listed": listed,
            "row": row,
            "values": values_of(row),
            "history": history_of(row, signed_in(request)),
            "amend_url": amend,
            "merging": merging_of(signed_in(request), row) if isinstance(row, Mergeable) else None,
            "called": list(called_beside(signed_in(request), row)),
        },
    )


def called_beside(actor: User, row: models.Model) -> Iterator[tuple[RecordKind, list[tuple[str, Any]], str]]:
    """By which records a row is called beside its name: of each kind the address and the record, and where one is added."""
    for kind in KINDS_OF_RECORD.values():
        if issubclass(kind.model, CalledOtherwise) and kind.column(kind.model.kept_by).related_model is type(row):
            found = kind.visible_rows(actor).filter(**{kind.model.kept_by: row})
            add = kind.url("add") if kind.may_enter(actor) else ""
            yield kind, [(kind.address(one.pk, ""), one) for one in found], add


@require_http_methods(["GET", "POST"])
@requires("record.view")
def row_add(request: HttpRequest, code: str) -> HttpResponse:
    """Add a row, so that records can name it."""
    listed = list_of(code)
    actor = signed_in(request)
    if not actor.may(listed.may_add):
        raise PermissionDenied
    form = listed.form(request.POST or None, actor=actor)
    if request.method == "POST" and form.is_valid():
        row = form.save(commit=False)
        enter_listed(actor=actor, record=row)
        messages.success(
            request, _("Saved: %(record)s. You can choose it in every form now.") % {"record": without_stop(row)}
        )
        return redirect(listed.url("row", pk=row.pk))
    return render(request, "projects/list_form.html", {"listed": listed, "form": form, "back": listed.url("list")})


@require_http_methods(["GET", "POST"])
@requires("people.manage")
def row_amend(request: HttpRequest, code: str, pk: str) -> HttpResponse:
    """Change a row, with a reason; scorecards take a new name over when they are next evaluated."""
    listed = list_of(code)
    row = row_of(listed, pk)
    form = listed.form(request.POST or None, instance=row, actor=signed_in(request))
    reason = ReasonForm(request.POST or None, prefix="")
    if request.method == "POST" and all([form.is_valid(), reason.is_valid()]):
        amend_listed(actor=signed_in(request), record=form.save(commit=False), reason=reason.cleaned_data["reason"])
        messages.success(request, _("Changed: %(record)s.") % {"record": without_stop(row)})
        return redirect(listed.url("row", pk=pk))
    return render(
        request,
        "projects/list_form.html",
        {"listed": listed, "row": row, "form": form, "reason": reason, "back": listed.url("row", pk=pk)},
    )
