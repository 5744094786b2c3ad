"""The pages of an import: list, upload, columns, preview with corrections, confirm, undo, progress."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import wraps
from typing import Any

from django.contrib import messages
from django.core.exceptions import RequestDataTooBig, ValidationError
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_GET, require_http_methods
from django_htmx.http import HttpResponseClientRefresh

from accounts.access import requires, signed_in
from accounts.models import Job, Proposal
from accounts.services.proposals import shown_to
from accounts.spreadsheets import csv_file, csv_stream
from projects.intake.checking import EXTRA
from projects.intake.forms import ColumnsForm, UndoForm, UploadForm
from projects.intake.mapping import better_target
from projects.intake.messages import FILE, sentence
from projects.intake.preview import mapped_fields, mark_recorded, preview, read_posted
from projects.intake.problems import cell_text
from projects.intake.reading import MOST_BYTES_BY_PAGE
from projects.intake.targets import TARGETS, targets_of
from projects.models import ImportBatch, ImportRow
from projects.services import intake
from projects.services.undo_requests import UNDO_OF_IMPORT, ask_to_undo

ROWS_A_PAGE = 100
IMPORTS_A_PAGE = 50
LARGEST_FILE = max(MOST_BYTES_BY_PAGE.values())
BODY_OVERHEAD = 100_000
PAUSES = ((timedelta(seconds=10), 1), (timedelta(minutes=1), 2), (timedelta(minutes=5), 5))
"""How many seconds a page waits before it looks again, by how long the work has taken"""
LONGEST_PAUSE_SECONDS = 15
FILTERS = {"errors": ImportRow.State.REFUSED, "skipped": ImportRow.State.SKIPPED}


def own_import(request: HttpRequest, pk: int) -> ImportBatch:
    """An import that this person may see, or 404."""
    visible = ImportBatch.objects.visible_to(signed_in(request))
    return get_object_or_404(visible.select_related("organisation", "uploaded_by"), pk=pk)


def back_to(batch: ImportBatch) -> HttpResponseRedirect:
    """To the page of the import."""
    return redirect("imports:page", pk=batch.pk)


def by_post(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Lead whoever comes by the address alone, as after signing in again, to the import, where the button is."""

    @wraps(view)
    def answered(request: HttpRequest, pk: int) -> HttpResponseBase:
        return view(request, pk) if request.method == "POST" else back_to(own_import(request, pk))

    return answered


def attempt(request: HttpRequest, verb: Callable[[], Any]) -> bool:
    """Do something; a broken rule becomes a message on the next page."""
    try:
        verb()
    except ValidationError as error:
        for text in error.messages:
            messages.error(request, text)
        return False
    return True


@require_GET
@requires("import.view")
def import_list(request: HttpRequest) -> HttpResponse:
    """Imports of one's organisations, newest first, with search and state."""
    text, state = request.GET.get("q", "").strip()[:100].replace("\x00", ""), request.GET.get("state", "")
    found = ImportBatch.objects.visible_to(signed_in(request)).select_related("organisation", "uploaded_by")
    if text:
        found = found.filter(Q(name__icontains=text) | Q(uploaded_by__full_name__icontains=text))
    if state in ImportBatch.State.values:
        found = found.filter(state=state)
    imported = Count("rows", filter=Q(rows__state=ImportRow.State.IMPORTED))
    refused = Count("rows", filter=Q(rows__state=ImportRow.State.REFUSED))
    counted = found.annotate(total=Count("rows"), imported=imported, refused=refused).order_by("-pk")
    page = Paginator(counted, IMPORTS_A_PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "projects/intake/list.html",
        {
            "page": page,
            "q": text,
            "state": state,
            "states": ImportBatch.State.choices,
            "targets": TARGETS,
            "may_run": signed_in(request).may("import.run"),
        },
    )


def refuse_too_large(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Answer an upload that is too large from its announced length, before its body is read, or from what was pasted."""

    def guarded(request: HttpRequest) -> HttpResponseBase:
        announced = request.META.get("CONTENT_LENGTH") or "0"
        if announced.isdigit() and int(announced) > LARGEST_FILE + BODY_OVERHEAD:
            return answer(request, "file", str(FILE["too_large"]) % {"limit_mb": LARGEST_FILE // 1_000_000})
        try:
            return view(request)
        except RequestDataTooBig:
            return answer(
                request, "pasted", _("This is too much to paste. Save the rows as a file, and choose it above.")
            )

    def answer(request: HttpRequest, field: str, problem: str) -> HttpResponse:
        form = UploadForm(signed_in(request))
        anchor, targets = form[field].id_for_label, targets_of(signed_in(request))
        said = {"form": form, "problem": problem, "anchor": anchor, "targets": targets}
        return render(request, "projects/intake/upload.html", said, status=413)

    return guarded


@csrf_exempt  # the token is looked for once the length is known to be small: see `csrf_protect` below
@require_http_methods(["GET", "POST"])
@requires("import.run")
@refuse_too_large
@csrf_protect
def import_upload(request: HttpRequest) -> HttpResponse:
    """Hand in a file."""
    asked = {name: request.GET[name] for name in ("target", "project") if name in request.GET}
    form = UploadForm(signed_in(request), request.POST or None, request.FILES or None, initial=asked)
    if request.method == "POST" and form.is_valid():
        try:
            batch, new = intake.receive_file(
                actor=signed_in(request),
                organisation=form.cleaned_data["organisation"],
                target=form.cleaned_data["target"],
                upload=form.cleaned_data["file"],
                fixed={"project": project.slug} if (project := form.cleaned_data["project"]) else {},
            )
        except ValidationError as error:
            form.add_error("file", error)
        else:
            if not new:
                messages.warning(request, _("This very file is already here. This is its import."))
            return back_to(batch)
    said = {"form": form, "targets": targets_of(signed_in(request))}
    return render(request, "projects/intake/upload.html", said, status=400 if form.errors else 200)


@require_GET
@requires("import.run")
def import_template(request: HttpRequest, target: str) -> HttpResponse:
    """An empty table for a spreadsheet; its headings are the labels of the fields, which the import knows by itself."""
    if target not in TARGETS:
        raise Http404
    return csv_file([[str(field.label).capitalize() for field in TARGETS[target].fields]], f"{target}.csv")


@require_GET
@requires("import.view")
def import_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Where an import stands: being worked on, waiting for columns, a preview, or done."""
    batch = own_import(request, pk)
    may_run = signed_in(request).may("import.run")
    if batch.state == ImportBatch.State.MAPPING and may_run:
        return redirect("imports:columns", pk=batch.pk)
    return show(request, batch, request.GET)


def show(request: HttpRequest, batch: ImportBatch, asked: QueryDict, conflict: bool = False) -> HttpResponse:
    """The page of an import; in a conflict, what was typed but not saved is in what was asked, and can be saved again."""
    may_run = signed_in(request).may("import.run")
    chosen = asked.get("rows", "")
    found = batch.rows.order_by("number")
    if chosen in FILTERS:
        found = found.filter(state=FILTERS[chosen])
    page = Paginator(found, ROWS_A_PAGE).get_page(asked.get("page"))
    said = about(batch, may_run) | ({"busy": False, "editable": may_run} if conflict else {})
    typed = {name: str(value) for name, value in asked.items()} if conflict else {}
    rows = list(preview(batch, list(page), said["editable"], typed))
    return render(
        request,
        "projects/intake/page.html",
        {
            **said,
            "page": page,
            "waiting": shown_to(signed_in(request), Proposal.objects.waiting().about(UNDO_OF_IMPORT, batch)),
            "chosen": chosen,
            "conflict": conflict,
            "fields": mapped_fields(batch),
            "rows": rows,
            "may_save": any(line["mark"] or line["doubts"] or has_input(line) for line in rows),
            "recorded": len(intake.recorded_rows(batch)) if said["editable"] else 0,
            "kept": unmapped(batch),
            "to_add": intake.organisations_to_add(batch) if batch.state == ImportBatch.State.READY else [],
        },
        status=409 if conflict else 200,
    )


def has_input(line: dict[str, Any]) -> bool:
    """Whether anything can be typed into a row."""
    return any(one["input"] for one in [*line["cells"], *line["absent"]])


def seconds_between_looks(job: Job | None) -> int:
    """How long a page waits before it looks for progress again: a second at first, longer the longer the work takes."""
    waited = timezone.now() - job.requested_at if job else timedelta(0)
    return next((seconds for up_to, seconds in PAUSES if waited < up_to), LONGEST_PAUSE_SECONDS)


def about(batch: ImportBatch, may_run: bool = True) -> dict[str, Any]:
    """What every page and the progress fragment say about an import."""
    busy = batch.state in intake.JOB_OF_STATE
    job = intake.current_job(batch) if busy else None
    return {
        "batch": batch,
        "target": TARGETS[batch.target],
        "busy": busy,
        "job": job,
        "look_again_after": seconds_between_looks(job),
        "failed": bool(job and job.is_failing),
        "counts": intake.counts(batch),
        "problem": intake.problem_of(batch),
        "reading": batch.defaults.get("reading", {}),
        "added": sorted(batch.defaults.get("created", {}).values()),
        "taken_back": sorted(batch.defaults.get("taken_back", {}).values()),
        "may_run": may_run,
        "editable": may_run and batch.state == ImportBatch.State.READY,
    }


def unmapped(batch: ImportBatch) -> list[str]:
    """Columns that mean nothing to the record; they stay with the rows."""
    used = {name for columns in batch.mapping.values() for name in columns.values()}
    return [column["name"] for column in batch.columns if column["name"] not in used] if batch.mapping else []


@require_http_methods(["GET", "POST"])
@requires("import.run")
def import_columns(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what the columns mean."""
    batch = own_import(request, pk)
    if batch.state not in intake.EDITABLE:
        return back_to(batch)
    mapping, defaults, remembered = intake.proposal(batch)
    form = ColumnsForm(batch, mapping, defaults, request.POST or None)
    if request.method == "POST" and form.is_valid():
        problems = intake.check_mapping(form.target, form.mapping(), form.defaults()["fixed"])
        for code, text in problems.items():
            form.add_error(f"{code}.column", text)
        if not problems:
            chosen, fixed = form.mapping(), form.defaults()
            actor = signed_in(request)
            attempt(request, lambda: intake.choose_columns(actor=actor, batch=batch, mapping=chosen, defaults=fixed))
            return back_to(batch)
    return render(
        request,
        "projects/intake/columns.html",
        {
            **about(batch),
            "form": form,
            "remembered": remembered and not form.is_bound,
            "doubt": {} if form.is_bound else doubt_about(batch, mapping, defaults),
        },
        status=400 if form.errors else 200,
    )


@require_http_methods(["GET", "POST"])
@requires("import.run")
@by_post
def import_rows(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep corrected cells and skipped rows of one page of the preview, and show the same page again."""
    batch = own_import(request, pk)
    changed, conflict = keep_typed(request, batch)
    if conflict:
        return conflict
    if changed:
        messages.success(request, _("Your corrections are saved, and the rows are checked again."), extra_tags="saved")
    elif changed is not None:
        messages.info(request, _("Nothing was changed."), extra_tags="saved")
    return back_to_page(request, batch)


def doubt_about(batch: ImportBatch, mapping: dict[str, Any], defaults: dict[str, Any]) -> dict[str, Any]:
    """Why this may be the wrong kind of file: what nothing was found for, and another kind that its headings fit better."""
    target = TARGETS[batch.target]
    return {
        "none": not mapping,
        "better": better_target(target, [column["name"] for column in batch.columns]),
        "missing": intake.check_mapping(target, mapping, defaults.get("fixed", {})),
    }


def keep_typed(request: HttpRequest, batch: ImportBatch) -> tuple[bool | None, HttpResponse | None]:
    """Save what was typed into the preview: whether anything changed, or the page again where that could not be."""
    posted = read_posted(request.POST, batch)
    if choice := request.POST.get("recorded"):
        mark_recorded(posted, intake.recorded_rows(batch), choice)
    try:
        changed = intake.correct_rows(
            actor=signed_in(request),
            batch=batch,
            corrections=posted.corrections,
            skip=posted.marked["skip"],
            take_back=posted.marked["back"],
            seen=posted.seen,
        )
    except ValidationError as error:
        for text in error.messages:
            messages.error(request, text)
        batch.refresh_from_db()
        if batch.state in (ImportBatch.State.READY, ImportBatch.State.CHECKING):
            return None, show(request, batch, request.POST, conflict=True)
        return None, None
    return changed, None


def back_to_page(request: HttpRequest, batch: ImportBatch) -> HttpResponseRedirect:
    """To the part of the preview that was sent."""
    place = {name: request.POST[name] for name in ("rows", "page") if request.POST.get(name)}
    return redirect(f"{reverse('imports:page', args=[batch.pk])}{'?' if place else ''}{urlencode(place)}")


@require_GET
@requires("import.view")
def import_errors(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The refused rows as CSV, as they came, with what is wrong."""
    batch = own_import(request, pk)
    return csv_stream(error_table(batch), f"import-{batch.pk}-errors.csv")


def error_table(batch: ImportBatch) -> Iterator[list[object]]:
    """Heading and refused rows."""
    target = TARGETS[batch.target]
    names = [column["name"] for column in batch.columns]
    yield [_("Row"), _("What is wrong"), *names]
    refused = batch.rows.filter(state=ImportRow.State.REFUSED).order_by("number")
    for row in refused.iterator():
        said = [
            f"{target.field(one['field']).label}: {sentence(one, target)}" if one["field"] else sentence(one, target)
            for one in row.errors
            if not one.get("note")
        ]
        extra = [cell_text(one) for one in row.cells.get(EXTRA, [])]
        cells = [cell_text(row.cells.get(name)) for name in names]
        yield [row.number, " ".join(said), *cells, *extra]


@require_http_methods(["GET", "POST"])
@requires("import.run")
@by_post
def import_confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """Import the ready rows; what was typed into the preview is saved first, and then the rows are checked again."""
    batch = own_import(request, pk)
    changed, conflict = keep_typed(request, batch)
    if conflict:
        return conflict
    if changed:
        words = _(
            "Nothing is imported yet: your corrections are saved first, and the rows checked again. Then import them."
        )
        messages.warning(request, words, extra_tags="saved")
    if changed is not False:
        return back_to_page(request, batch)
    attempt(request, lambda: intake.confirm_import(actor=signed_in(request), batch=batch))
    return back_to(batch)


@require_http_methods(["GET", "POST"])
@requires("import.run")
def import_undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Take everything back, after one question; what stands in the ledger once a second person confirms it."""
    batch = own_import(request, pk)
    if batch.state != ImportBatch.State.IMPORTED:
        return back_to(batch)
    form, target = UndoForm(request.POST or None), TARGETS[batch.target]
    if request.method == "POST" and form.is_valid():
        try:
            asked = ask_to_undo(actor=signed_in(request), batch=batch, reason=form.cleaned_data["reason"])
        except ValidationError as error:
            form.add_error(None, ValidationError(error.messages))
        else:
            if asked:
                messages.success(request, _("Asked for. Nothing is undone until a second person confirms it."))
            return back_to(batch)
    return render(
        request,
        "projects/intake/undo.html",
        {**about(batch), "form": form, "takes_two": target.takes_two_to_undo(batch), "undoing": target.undoing},
        status=400 if form.errors else 200,
    )


@require_http_methods(["GET", "POST"])
@requires("import.run")
@by_post
def import_drop(request: HttpRequest, pk: int) -> HttpResponse:
    """Leave an import that was not confirmed."""
    batch = own_import(request, pk)
    if attempt(request, lambda: intake.drop_import(actor=signed_in(request), batch=batch)):
        messages.success(request, _("Left. Nothing of this file was imported."))
    return redirect("imports:list")


@require_http_methods(["GET", "POST"])
@requires("import.run")
@by_post
def import_retry(request: HttpRequest, pk: int) -> HttpResponse:
    """Try a step again that failed for good."""
    batch = own_import(request, pk)
    attempt(request, lambda: intake.try_again(actor=signed_in(request), batch=batch))
    return back_to(batch)


@require_GET
@requires("import.view")
def import_progress(request: HttpRequest, pk: int) -> HttpResponse:
    """The progress alone, for htmx; when the work is done it asks for the whole page."""
    batch = own_import(request, pk)
    if batch.state not in intake.JOB_OF_STATE:
        return HttpResponseClientRefresh()
    return render(request, "projects/intake/progress.html", about(batch, signed_in(request).may("import.run")))
