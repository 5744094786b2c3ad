"""One set of pages for every kind of record: list, add, open, amend."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import chain
from typing import Any, NamedTuple

from django.contrib import messages
from django.core.exceptions import NON_FIELD_ERRORS, PermissionDenied, ValidationError
from django.db import IntegrityError, models, transaction
from django.db.models.fields.files import FieldFile
from django.forms import BaseForm, ModelChoiceField
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import requires, signed_in
from accounts.audience import who_did_it
from accounts.design.writing import country_name, money, without_stop
from accounts.models import User
from accounts.models.merges import Mergeable, former_names
from accounts.paging import LongListPaginator
from accounts.services.once import UsedForAnother, answer_given, write_once
from accounts.spreadsheets import csv_stream
from projects.filters import RecordFilter
from projects.forms import ReasonForm, RestoringForm, SourceForm, VerificationForm, WithdrawalForm
from projects.histories import history_of, outline_words
from projects.intake.targets import TARGETS
from projects.kinds import KINDS_OF_RECORD, RecordKind, Text, kind_of_model
from projects.missing_words import missing_words
from projects.models import Evidence, Project, Source
from projects.models.columns import AmountColumn, CountryColumn, OutlineColumn, columns_of
from projects.models.records import Record, Sourced
from projects.services.records import amend_record, broken_rule, enter_record, may_amend
from projects.services.verification import obstacle_to_verifying, take_back_verification, verify_record
from projects.services.withdrawal import hanging_on, last_withdrawal, may_withdraw, restore_record, withdraw_record
from projects.vagueness import missing_in
from projects.views.meanwhile import merge
from projects.views.merged import merging_of

logger = logging.getLogger(__name__)

ROWS_A_PAGE = 50


@dataclass(frozen=True)
class Place:
    """Where on the record pages a request is: the kind, and the project where it has one."""

    kind: RecordKind
    project: Project | None

    def url(self, name: str, **more: Any) -> str:
        """The address of a neighbouring page."""
        return self.kind.url(name, self.project, **more)

    def may_enter(self, user: User) -> bool:
        """Whether this person enters records of this kind here; nothing is entered about a mine that was withdrawn."""
        stands = self.project is None or self.project.withdrawn_at is None
        return stands and self.kind.may_enter(user)

    def record(self, user: User, pk: int) -> Any:
        """One record that the person may see, also where it was withdrawn or merged; 404 where there is none."""
        rows = self.kind.rows(user, self.project, withdrawn=True)
        if issubclass(self.kind.model, Mergeable) and (former := former_names(rows).filter(pk=pk).first()):
            return former
        return get_object_or_404(rows, pk=pk)


def place(request: HttpRequest, kind: str, slug: str | None) -> Place:
    """Resolve the address, or 404 where kind or project is not there for this person.

    The records of a mine that was merged are those of the other one.
    """
    found = KINDS_OF_RECORD.get(kind)
    if found is None or not found.is_for(signed_in(request)) or (slug is None) != (found.project_path is None):
        raise Http404
    visible = Project.with_withdrawn.visible_to(signed_in(request)).with_merged()
    return Place(found, get_object_or_404(visible, slug=slug).kept if slug else None)


@require_GET
@requires("record.view")
def record_list(request: HttpRequest, kind: str, slug: str | None = None) -> HttpResponseBase:
    """All records of one kind, with search and filters."""
    here = place(request, kind, slug)
    rows = here.kind.rows(signed_in(request), here.project, withdrawn=True)
    filters = RecordFilter(here.kind, request.GET, rows, request=request)
    if request.GET.get("format") == "csv":
        found, asked = filters.qs, filters.form.cleaned_data.get("withdrawn")
        table = record_table(signed_in(request), here.kind, found, withdrawn=bool(asked))
        return csv_stream(table, f"{here.kind.code}.csv")
    page = LongListPaginator(filters.qs, ROWS_A_PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "projects/record_list.html",
        {
            "place": here,
            "page": page,
            "rows": [(here.url("page", pk=row.pk), row, cells_of(here.kind, row)) for row in page],
            "filter": filters,
            "sum": sum_of(here.kind, filters.qs) if page.object_list else None,
            "narrowed": filters.is_valid() and any(filters.form.cleaned_data.values()),
            "add_url": here.url("add"),
            "may_enter": here.may_enter(signed_in(request)),
            "import_url": import_url(here, signed_in(request)),
            "grid_url": here.url("periods") if here.kind.grid and here.may_enter(signed_in(request)) else "",
        },
    )


def sum_of(kind: RecordKind, rows: models.QuerySet[Any]) -> object:
    """What the summed column of those records comes to that stand; None where the kind has none."""
    return rows.filter(withdrawn_at=None).aggregate(sum=models.Sum(kind.summed))["sum"] if kind.summed else None


def import_url(here: Place, user: User) -> str:
    """Where whoever may import hands in a file of such records; of this project, unless a row says otherwise."""
    if not (here.may_enter(user) and TARGETS[here.kind.code].may_import(user)):
        return ""
    about = {"target": here.kind.code} | ({"project": here.project.slug} if here.project else {})
    return f"{reverse('imports:upload')}?{urlencode(about)}"


def record_table(
    reader: User, kind: RecordKind, rows: models.QuerySet[Any], *, withdrawn: bool
) -> Iterable[list[object]]:
    """The records as a table in the reader's language, read as it is sent; the currency stands beside each sum.

    Where `withdrawn` ones are among them, a last column says since when.
    """
    columns = [(name, kind.currency_of(name)) for name in kind.columns]
    headings: list[object] = [_("Record")]
    for name, currency in columns:
        headings += [str(kind.heading(each)) for each in (name, currency) if each]
    headings += [
        _("Who says so"),
        _("State"),
        _("Stated on"),
        _("Document or address"),
        _("Entered by"),
        _("Entered on"),
        *([_("Withdrawn on")] if withdrawn else []),
    ]
    names = [each for pair in columns for each in pair if each]
    lines = (record_line(reader, names, row, withdrawn=withdrawn) for row in rows.iterator(chunk_size=1000))
    return chain([headings], lines)


def record_line(reader: User, names: Iterable[str], row: Any, *, withdrawn: bool) -> list[object]:
    """One record as a line of the table, with what the reader is told of its source."""
    source = row.source
    reference = source.reference_in_file(reader)
    said = [source.get_voice_display(), source.standing.label, source.stated_on, reference]
    by = who_did_it(reader, source.entered_by, source.entered_at, source.entered_for)
    entered = [by, localtime(source.entered_at).date()]
    since = [row.withdrawn_at and localtime(row.withdrawn_at).date()] if withdrawn else []
    return [str(row), *(plain_value(row, name) for name in names), *said, *entered, *since]


def plain_value(record: Any, name: str) -> Any:
    """What a column says; of a choice its words."""
    words = getattr(record, f"get_{name}_display", None)
    return words() if words else getattr(record, name)


class Cell(NamedTuple):
    """One value of a list, the state whose knot stands before it, and whether it is lined up with the numbers above."""

    heading: Text
    value: Any
    state: str
    is_number: bool


def cells_of(kind: RecordKind, record: Any) -> list[Cell]:
    """Each listed column of one record."""
    found = []
    for name in kind.columns:
        column = kind.column(name)
        said = value_of(record, column, kind) if column else getattr(record, name)
        state = kind.outcomes[name](record) if said and name in kind.outcomes else ""
        found.append(Cell(kind.heading(name), said, state, isinstance(column, models.DecimalField)))
    return found


@require_http_methods(["GET", "POST"])
@requires("record.enter")
def record_add(request: HttpRequest, kind: str, slug: str | None = None) -> HttpResponse:
    """Enter a new record with its source."""
    here = place(request, kind, slug)
    actor = signed_in(request)
    if not here.may_enter(actor):
        raise PermissionDenied
    form = here.kind.form(
        request.POST or None,
        request.FILES or None,
        actor=actor,
        project=here.project,
        initial=carried_to(request, (*here.kind.carried, *here.kind.filled_by_links, *here.kind.told_apart_by)),
    )
    source = SourceForm(request.POST or None, request.FILES or None, actor=actor, initial=first_source(request))
    if request.method == "POST" and (record := entry_saved(actor, form, source)):
        messages.success(request, _("Saved: %(record)s.") % {"record": without_stop(record)}, extra_tags="saved")
        tell_of_vagueness(request, here.kind, record)
        page = here.url("page", pk=record.pk)
        return redirect(after_entering(request, here.url("add"), page, carried=here.kind.carried))
    begin_anew(request, form)
    say_what_comes_first(actor, here, form)
    return render(
        request, "projects/record_form.html", {"place": here, "form": form, "source": source, "back": here.url("list")}
    )


def say_what_comes_first(actor: User, here: Place, form: Any) -> None:
    """At each list that must be chosen from and is empty, say what is entered first, with the way to its form."""
    for field in form.fields.values():
        rows: Any = field.queryset if isinstance(field, ModelChoiceField) and field.required else None
        if rows is None or rows.exists():
            continue
        kind = kind_of_model(rows.model)
        if kind is None:
            continue
        words = _("None is on record here yet. It is entered first: %(what)s.") % {"what": kind.singular}
        mine = here.project if kind.project_path else None
        if kind.may_enter(actor):
            link = format_html('<a class="tap" href="{}">{}</a>', kind.url("add", mine), kind.add_label)
            words = format_html("{} {}", words, link)
        field.help_text = words


def tell_of_vagueness(request: HttpRequest, kind: RecordKind, record: Any) -> None:
    """Say of what was saved that its words oblige nobody, and what is missing in them; it stays as it is."""
    if kind.obliges and (missing := what_is_missing(kind, record)):
        words = _("These words are such as “as far as possible”. %(missing)s If the document says it, add it.")
        messages.warning(request, words % {"missing": missing_words(missing)})


def what_is_missing(kind: RecordKind, record: Any) -> tuple[str, ...]:
    """What vague words of a record do not say; its other columns may say the day and who must do it."""
    has_day = bool(record.due_on or getattr(record, "before_phase", ""))
    has_party = not kind.responsible or bool(getattr(record, kind.responsible))
    return missing_in(getattr(record, kind.obliges), has_day=has_day, has_party=has_party)


def first_source(request: HttpRequest) -> dict[str, Any]:
    """What was carried over from the record before; a company's people speak as the company, others choose."""
    own = {} if signed_in(request).may("record.enter_for_others") else {"voice": Source.Voice.COMPANY}
    return carried_to(request, SourceForm.carried, f"{SourceForm.prefix}-") | own


def carried_to(request: HttpRequest, names: Iterable[str], prefix: str = "") -> dict[str, Any]:
    """What an address carries over for a form, from a record that was entered just before."""
    return {name: request.GET[prefix + name] for name in names if request.GET.get(prefix + name)}


def saved_before(source: SourceForm) -> int | None:
    """The key of what this very form saved when it was sent before, as by a double click; looked for before its fields."""
    if not (source.is_bound and source.key_once):
        return None
    answer = answer_given(user=source.actor, key=source.key_once, body_sha256=source.sent)
    return int(answer["key"]) if answer else None


def saved(form: Any, source: SourceForm, save: Callable[[], models.Model], *others: BaseForm) -> int | None:
    """Run the service where all forms are good, and return the key of what it saved; None where something is wrong.

    The same form sent again gives the same key and saves nothing. A broken rule becomes an error of the form, and
    nothing that was typed is lost.
    """
    if key := saved_before(source):
        return key
    good = [each.is_valid() for each in (form, source, *others)]  # each, so that all say what is wrong
    if not all(good):
        return None
    try:
        with transaction.atomic():
            if not source.key_once:
                return int(save().pk)
            answer = write_once(
                user=source.actor, key=source.key_once, body_sha256=source.sent, write=lambda: {"key": save().pk}
            )
            return int(answer["key"])
    except UsedForAnother:
        source.show("once", source.initial["once"])
        words = _("This form was saved before, with other words. Save it again only if this is another record.")
        form.add_error(None, ValidationError(words, "saved_before"))
    except ValidationError as error:
        add_errors(form, error)
    except IntegrityError as error:
        add_errors(form, broken_rule(error, form._meta.model))
    return None


def entry_saved(actor: User, form: Any, source: SourceForm) -> Any:
    """Enter the record that both forms describe; None where something is wrong, and then the forms say what."""

    def enter() -> models.Model:
        record, said = form.save(commit=False), source.save(commit=False)
        enter_record(actor=actor, record=record, source=said, evidence=source.evidence, related=form.related)
        return record  # type: ignore[no-any-return]

    key = saved(form, source, enter)
    return key and form._meta.model._base_manager.get(pk=key)


def amendment_saved(actor: User, form: Any, source: SourceForm, reason: ReasonForm) -> bool:
    """Amend the record as the three forms say; False where something is wrong, and then the forms say what."""

    def amend() -> models.Model:
        record = form.save(commit=False)
        amend_record(
            actor=actor,
            record=record,
            source=source.save(commit=False),
            revision=source.cleaned_data["revision"] or 0,
            reason=reason.cleaned_data["reason"],
            new_evidence=source.evidence,
            detached=source.detached,
            related=form.related,
        )
        return record  # type: ignore[no-any-return]

    key = saved(form, source, amend, reason)
    if key is None and form.has_error(NON_FIELD_ERRORS, "edited_meanwhile"):
        merge(form, source)
    return key is not None


def add_errors(form: Any, error: ValidationError) -> None:
    """Put each message at its field, or above the form where the form has no such field."""
    for name, wrong in getattr(error, "error_dict", {None: [error]}).items():
        form.add_error(name if name in form.fields else None, wrong)


def begin_anew(request: HttpRequest, form: Any) -> None:
    """Let whoever enters several records in a row type at once."""
    if "again" in request.GET and not form.is_bound:
        next(iter(form.fields.values())).widget.attrs["autofocus"] = True


def after_entering(request: HttpRequest, add: str, page: str, *, carried: Iterable[str] = ()) -> str:
    """The page of the new record; or the next form for whoever has more to enter, with what is likely the same.

    The words of a confidential source are typed again: an address stands in logs.
    """
    if "again" not in request.POST:
        return page
    confidential = request.POST.get(f"{SourceForm.prefix}-audience") == Source.Audience.CONFIDENTIAL
    of_source = [name for name in SourceForm.carried if not (confidential and name in Source.WORDS)]
    names = [*carried, *(f"{SourceForm.prefix}-{name}" for name in of_source)]
    kept = {name: request.POST[name] for name in names if request.POST.get(name)}
    return f"{add}?{urlencode({'again': '1'} | kept)}"


@require_GET
@requires("record.view")
def record_page(request: HttpRequest, kind: str, pk: int, slug: str | None = None) -> HttpResponse:
    """One record: every value, who says so, the files behind it, and its history."""
    here = place(request, kind, slug)
    record = here.record(signed_in(request), pk)
    return record_page_with(request, here, record, verification_of(signed_in(request), record.source))


def record_page_with(
    request: HttpRequest, here: Place, record: Any, verification: VerificationForm | None
) -> HttpResponse:
    """The page, with the form of whoever may say whether the record is verified."""
    actor = signed_in(request)
    merged = isinstance(record, Mergeable) and record.merged_into
    return render(
        request,
        "projects/record_page.html",
        {
            "place": here,
            "record": record,
            "values": values_of(record, here.kind),
            "history": history_of(record, actor),
            "files": record.source.files_for(actor),
            "amend_url": here.url("amend", pk=record.pk),
            "verification": None if record.withdrawn_at else verification,
            "verify_url": here.url("verify", pk=record.pk),
            "withdraw_url": here.url("restore" if record.withdrawn_at else "withdraw", pk=record.pk),
            "back": here.url("list"),
            "may_enter": here.may_enter(actor) and may_amend(actor, record.source) and not record.withdrawn_at,
            "may_withdraw": may_withdraw(actor, record.source) and not merged,
            "merging": merging_of(actor, record) if isinstance(record, Mergeable) else None,
            "withdrawal": last_withdrawal(record) if record.withdrawn_at else None,
            "proposed": proposed_by(actor, here, record),
        },
    )


def proposed_by(actor: User, here: Place, record: Any) -> list[tuple[str, str]]:
    """What follows from a record and nobody entered: what each is, and the form that this person may fill in for it."""
    if record.withdrawn_at or not here.may_enter(actor):
        return []
    links = []
    for words, code, known in here.kind.proposes(record):
        kind = KINDS_OF_RECORD[code]
        if kind.may_enter(actor):
            links.append((words, f"{kind.url('add', here.project)}?{urlencode(known)}"))
    return links


def values_of(record: Any, kind: RecordKind | None = None) -> list[tuple[str, Any]]:
    """Label and value of every column that people fill in and that has something to say.

    Unknown is None where being empty does not mean something else, and a sum says its currency itself.
    """
    columns = list(columns_of(type(record)))
    amounts = [column for column in columns if isinstance(column, AmountColumn)]
    silent = record.silent_columns() if isinstance(record, Sourced) else frozenset()
    left_out = silent | {column.currency for column in amounts if getattr(record, column.name) is not None}
    return [
        (str(column.verbose_name), value_of(record, column, kind)) for column in columns if column.name not in left_out
    ]


def value_of(record: Any, column: Any, kind: RecordKind | None) -> Any:
    """What a person reads for one column of a record of a kind, also where it is empty and that means something."""
    value = display_value(record, column)
    if kind and value is None:
        return kind.empty_means.get(column.name)
    return kind.shown_as[column.name](record) if kind and column.name in kind.shown_as else value


def display_value(record: Any, column: Any) -> Any:
    """What a person reads for one column."""
    if column.many_to_many:
        return ", ".join(str(row) for row in getattr(record, column.name).all()) or None
    value = plain_value(record, column.name)
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if value is None or value == "":
        return None
    if isinstance(column, AmountColumn) and (currency := getattr(record, column.currency)):
        return money(value, currency)
    if isinstance(column, OutlineColumn):
        return outline_words(value)
    return country_name(value) if isinstance(column, CountryColumn) else value


@require_http_methods(["GET", "POST"])
@requires("record.enter")
def record_amend(request: HttpRequest, kind: str, pk: int, slug: str | None = None) -> HttpResponse:
    """Change a record; a colleague's change made meanwhile is never overwritten unseen."""
    here = place(request, kind, slug)
    actor = signed_in(request)
    record = here.record(actor, pk)
    if not (here.kind.may_enter(actor) and may_amend(actor, record.source)):
        raise Http404
    if record.withdrawn_at and request.method == "GET":
        return redirect(here.url("page", pk=pk))
    form = here.kind.form(
        request.POST or None, request.FILES or None, instance=record, actor=actor, project=here.project
    )
    source = SourceForm(request.POST or None, request.FILES or None, actor=actor, instance=record.source)
    reason = ReasonForm(request.POST or None)
    if request.method == "POST" and amendment_saved(actor, form, source, reason):
        messages.success(request, _("Changed: %(record)s.") % {"record": without_stop(record)}, extra_tags="saved")
        tell_of_vagueness(request, here.kind, record)
        return redirect(here.url("page", pk=pk))
    return render(
        request,
        "projects/record_form.html",
        {
            "place": here,
            "form": form,
            "source": source,
            "reason": reason,
            "record": record,
            "back": here.url("page", pk=pk),
            "back_name": record,
        },
    )


@require_POST
@requires("record.verify")
def record_verify(request: HttpRequest, kind: str, pk: int, slug: str | None = None) -> HttpResponse:
    """Say that one has checked a record that others entered, or that it is no longer verified; with a note."""
    here = place(request, kind, slug)
    record = get_object_or_404(here.kind.rows(signed_in(request), here.project), pk=pk)
    form = VerificationForm(request.POST, source=record.source)
    if verification_saved(request, record, form):
        return redirect(here.url("page", pk=pk))
    return record_page_with(request, here, record, form)


def verification_saved(request: HttpRequest, record: Any, form: VerificationForm) -> bool:
    """Verify the record, or take that back, as the form says; False where something is wrong, which the form then says."""
    if not form.is_valid():
        return False
    check = take_back_verification if form.takes_back else verify_record
    try:
        check(actor=signed_in(request), record=record, **form.cleaned_data)
    except ValidationError as error:
        add_errors(form, error)
        return False
    messages.success(request, _("No longer verified.") if form.takes_back else _("Verified."))
    return True


def verification_of(actor: User, source: Source) -> VerificationForm | None:
    """The form for whoever may say whether a record is verified; None for everybody else."""
    if not actor.may("record.verify") or obstacle_to_verifying(actor, source):
        return None
    return VerificationForm(source=source)


@require_http_methods(["GET", "POST"])
@requires("record.withdraw")
def record_withdraw(request: HttpRequest, kind: str, pk: int, slug: str | None = None) -> HttpResponse:
    """Withdraw a record that was entered by mistake; what hangs on it is named."""
    here = place(request, kind, slug)
    record = here.record(signed_in(request), pk)
    return withdrawal_page(request, record, here.url("page", pk=pk), {"place": here, "project": here.project})


@require_http_methods(["GET", "POST"])
@requires("record.withdraw")
def record_restore(request: HttpRequest, kind: str, pk: int, slug: str | None = None) -> HttpResponse:
    """Take back the withdrawal of a record."""
    here = place(request, kind, slug)
    record = here.record(signed_in(request), pk)
    return restoring_page(request, record, here.url("page", pk=pk), {"place": here, "project": here.project})


def withdrawal_page(request: HttpRequest, record: Record, page: str, shown: dict[str, Any]) -> HttpResponse:
    """The form that asks why, or what hangs on the record; the page of a record that is withdrawn already."""
    actor = signed_in(request)
    if not may_withdraw(actor, record.source):
        raise Http404
    if record.withdrawn_at:
        return redirect(page)
    form = WithdrawalForm(request.POST or None)
    if request.method == "POST" and withdrawal_saved(withdraw_record, actor, record, form):
        messages.success(request, _("Withdrawn. It stays readable, and counts no longer."))
        return redirect(page)
    more = {"record": record, "form": form, "hanging": hanging_on(record, actor), "back": page}
    return render(request, "projects/record_withdraw.html", shown | more)


def restoring_page(request: HttpRequest, record: Record, page: str, shown: dict[str, Any]) -> HttpResponse:
    """The form that asks why; the page of a record that stands."""
    actor = signed_in(request)
    if not may_withdraw(actor, record.source):
        raise Http404
    if record.withdrawn_at is None:
        return redirect(page)
    form = RestoringForm(request.POST or None)
    if request.method == "POST" and withdrawal_saved(restore_record, actor, record, form):
        messages.success(request, _("The withdrawal is taken back. The record counts again."))
        return redirect(page)
    return render(request, "projects/record_restore.html", shown | {"record": record, "form": form, "back": page})


def withdrawal_saved(service: Callable[..., None], actor: User, record: Record, form: ReasonForm) -> bool:
    """Withdraw the record, or take that back, as the service does; False where something is wrong, which the form says."""
    if not form.is_valid():
        return False
    try:
        with transaction.atomic():
            service(actor=actor, record=record, reason=form.cleaned_data["reason"])
    except ValidationError as error:
        add_errors(form, error)
    except IntegrityError as error:
        add_errors(form, broken_rule(error, type(record)))
    return form.is_valid()


@require_GET
@requires("record.view")
def evidence_file(request: HttpRequest, pk: int) -> HttpResponseBase:
    """A file behind a record that the person may see, for its source's audience; 410 where it was erased."""
    actor = signed_in(request)
    evidence = get_object_or_404(Evidence.objects.select_related("erasure"), pk=pk)
    sources = evidence.sources.all()
    waits_for_a_record = evidence.uploaded_by_id == actor.pk and not sources.exists()
    if not waits_for_a_record and not is_behind_visible(actor, sources.readable_by(actor)):
        raise Http404
    if evidence.erasure:
        return render(request, "projects/erased_file.html", {"file": evidence, "erasure": evidence.erasure}, status=410)
    return download(evidence, evidence.file)


@require_GET
@requires("record.view")
def original_file(request: HttpRequest, pk: int) -> FileResponse:
    """A file as it came, where it was kept so: for the organisation that holds its source, and for reviewers."""
    actor = signed_in(request)
    evidence = get_object_or_404(Evidence.objects.exclude(original=""), pk=pk)
    if not is_behind_visible(actor, evidence.sources.confided_to(actor)):
        raise Http404
    return download(evidence, evidence.original)


NEVER_RUN = "sandbox; default-src 'none'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'"


def download(evidence: Evidence, stored: FieldFile) -> FileResponse:
    """A file that no browser runs; not found, and said in the log, where the disk has lost it."""
    try:
        content = stored.open("rb")
    except FileNotFoundError:
        logger.exception("the file of evidence %s is not on the disk", evidence.pk)
        raise Http404 from None
    response = FileResponse(content, as_attachment=True, filename=evidence.name, content_type=evidence.media_type)
    response["Content-Security-Policy"] = NEVER_RUN
    return response


def is_behind_visible(actor: User, sources: models.QuerySet[Source]) -> bool:
    """Whether any record that rests on one of the sources is visible; each kind is asked by its own rule."""
    return any(visible(actor, sources) for visible in EVIDENCE_RULES)


def behind_a_record(actor: User, sources: models.QuerySet[Source]) -> bool:
    """A record of one of the registered kinds, also one that was withdrawn."""
    projects = Project.with_withdrawn.visible_to(actor)
    everything = (projects, *(kind.visible_rows(actor, withdrawn=True) for kind in KINDS_OF_RECORD.values()))
    return any(rows.filter(source__in=sources).exists() for rows in everything)


EVIDENCE_RULES = [behind_a_record]
