"""The ledger: what was paid and what arrived, each side by itself; nothing is ever changed or deleted."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import chain
from typing import Any

from django.contrib import messages
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db.models import Case, CharField, Exists, Expression, F, Max, Min, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce, Concat
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.access import requires, signed_in
from accounts.audience import MINKA, is_of_minkas_side
from accounts.design.writing import without_stop
from accounts.models import Proposal, User
from accounts.paging import LongListPaginator
from accounts.services.proposals import shown_to
from accounts.spreadsheets import csv_stream
from communities.forms import DisbursementForm, LedgerFilter, SideForm, StatementForm, WithdrawForm
from communities.models import Disbursement, Statement
from communities.models.ledger import DisbursementQuerySet
from communities.services.ledger import (
    Said,
    may_replace,
    may_speak,
    may_withdraw,
    record_disbursement,
    state_side,
)
from communities.services.ledger_requests import (
    CORRECTION,
    ask_to_correct,
    ask_to_withdraw,
    refused_about,
    sources_of_corrections,
    waiting_about,
)
from projects.histories import history_of
from projects.models import Evidence, Project, Source
from projects.models.sources import told_without_words
from projects.views.records import EVIDENCE_RULES, after_entering, begin_anew, carried_to, saved

ROWS_A_PAGE = 50
PREFIXES = {Statement.Side.COMPANY: SideForm.prefix, Statement.Side.RECIPIENT: "recipient"}
"""What stands before the names of the fields of each side's source."""


def project_of(request: HttpRequest, slug: str | None) -> Project | None:
    """The visible project of the address, if it names one; where that was merged, the one into which it was."""
    visible = Project.objects.visible_to(signed_in(request))
    return get_object_or_404(visible.with_merged(), slug=slug).kept if slug else None


def flows(actor: User, project: Project | None) -> DisbursementQuerySet:
    """Disbursements of a project that the person sees, or all that the person may see, with what each side says now."""
    visible = Disbursement.objects.of_project(project) if project else Disbursement.objects.visible_to(actor)
    rows = visible.with_sides().with_state()
    return rows.select_related("payer", "payee", "community", "project", "obligation", "source__entered_for")


@require_GET
@requires("record.view")
def ledger_list(request: HttpRequest, slug: str | None = None) -> HttpResponseBase:
    """Payments of one project, or of everything that the person may see."""
    actor = signed_in(request)
    project = project_of(request, slug)
    rows = flows(actor, project)
    filters = LedgerFilter(request.GET, years=years_of(rows.standing()))
    matching = rows.filter(filters.condition())
    rows = filters.in_state(matching)
    if request.GET.get("format") == "csv":
        return csv_stream(ledger_table(actor, rows), "payments.csv")
    page = LongListPaginator(rows.with_testimony(), ROWS_A_PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "communities/ledger_list.html",
        {
            "project": project,
            "filter": filters,
            "page": page,
            "hidden": matching.count() - page.paginator.count if filters.hides_withdrawn else 0,
            "may_enter": actor.may("record.enter"),
        },
    )


def years_of(rows: DisbursementQuerySet) -> list[int]:
    """From the latest to the first year in which there is a payment; read at both ends of the index."""
    found = rows.aggregate(first=Min("year"), last=Max("year"))
    return list(range(found["last"], found["first"] - 1, -1)) if found["last"] else []


def ledger_table(reader: User, rows: QuerySet[Disbursement]) -> Iterable[tuple[object, ...]]:
    """The payments as a table in the reader's language, with what the reader is told of their sources, read as it is sent."""
    purposes, voices = dict(Disbursement.Purpose.choices), dict(Source.Voice.choices)
    holder = Coalesce("source__entered_for__name", Value(MINKA), output_field=CharField())
    columns: list[tuple[str, str | Expression, Callable[[Any], object] | None]] = [
        (_("Project"), Coalesce("project__name", "project_as_reported", output_field=CharField()), None),
        (_("Payer"), "payer__name", None),
        (_("Payee"), Coalesce("community__name", "payee__name", output_field=CharField()), None),
        (_("Year"), "year", None),
        (_("Kind of payment"), "stream", None),
        (_("Purpose"), "purpose", lambda purpose: purposes.get(purpose, purpose)),
        (_("Currency"), "currency", None),
        (_("Payer says"), "company_amount", None),
        (_("Paid on"), "paid_on", None),
        (_("Recipient says"), "recipient_amount", None),
        (_("Received on"), "received_on", None),
        (_("Bank reference"), "bank_reference", None),
        (_("State"), "withdrawn", lambda withdrawn: _("Withdrawn") if withdrawn else _("Standing")),
        (_("Who says so"), "source__voice", voices.get),
        (_("Document or address"), reference_in_file(reader, holder), None),
        (_("Entered by"), "source__entered_by__full_name" if is_of_minkas_side(reader) else holder, None),
        (_("Entered on"), "source__entered_at", lambda moment: localtime(moment).date()),
    ]
    headings, expressions, words = zip(*columns, strict=True)
    found = rows.values_list(*expressions).iterator(chunk_size=1000)
    return chain(
        [headings],
        (tuple(say(cell) if say else cell for say, cell in zip(words, cells, strict=True)) for cells in found),
    )


def reference_in_file(reader: User, holder: Expression) -> Case:
    """What `Source.reference_in_file` says of each payment's source."""
    readable = Exists(Source.objects.readable_by(reader).filter(pk=OuterRef("source")))
    confidential = Q(source__audience=Source.Audience.CONFIDENTIAL)
    return Case(
        When(confidential, then=without_words(Source.Audience.CONFIDENTIAL, holder)),
        When(readable, then=F("source__reference")),
        default=without_words(Source.Audience.ORGANISATIONS, holder),
    )


def without_words(audience: str, holder: Expression) -> Concat:
    """What is said of a source to whoever may not read it."""
    before, after = told_without_words(audience).split("%(organisation)s")
    return Concat(Value(before), holder, Value(after), output_field=CharField())


@require_http_methods(["GET", "POST"])
@requires("record.enter")
def ledger_add(request: HttpRequest, slug: str) -> HttpResponse:
    """Enter a payment with what one or both sides say."""
    actor = signed_in(request)
    project = project_of(request, slug)
    form = DisbursementForm(request.POST or None, actor=actor, project=project, initial=request.GET.dict())
    sources = forms_of_sides(request, form)
    if request.method == "POST" and (disbursement := payment_saved(actor, form, sources)):
        messages.success(request, _("Saved: %(record)s.") % {"record": without_stop(disbursement)}, extra_tags="saved")
        add, page = reverse("ledger:add", args=[slug]), reverse("ledger:page", args=[disbursement.pk])
        carried = [f"{SideForm.prefix}-{name}" for name in SideForm.carried]
        return redirect(after_entering(request, add, page, carried=carried))
    begin_anew(request, form)
    return render(
        request,
        "communities/ledger_form.html",
        {
            "project": project,
            "form": form,
            "sources": sources,
            "source": sources[Statement.Side.COMPANY],
            "place": True,
            "back": reverse("ledger:list", kwargs={"slug": slug}),
        },
    )


def forms_of_sides(request: HttpRequest, form: DisbursementForm) -> dict[str, SideForm]:
    """The form of the source of each side about which this person may speak; one of the two may stay empty."""
    typed = form.sides_typed()
    return {
        side: SideForm(
            request.POST or None,
            request.FILES or None,
            actor=form.actor,
            side=side,
            speaks=side in typed,
            prefix=prefix,
            initial=carried_to(request, SideForm.carried, f"{prefix}-"),
        )
        for side, prefix in PREFIXES.items()
        if side == Statement.Side.COMPANY or "received" in form.fields
    }


def payment_saved(actor: User, form: DisbursementForm, sources: dict[str, SideForm]) -> Disbursement | None:
    """Record the payment that the forms describe; None where something is wrong, and then the forms say what."""
    company, *others = sources.values()
    key = saved(
        form,
        company,
        lambda: record_disbursement(actor=actor, disbursement=form.save(commit=False), said=form.said(sources)),
        *others,
    )
    return Disbursement.objects.get(pk=key) if key else None


@require_GET
@requires("record.view")
def ledger_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One payment: both sides, every earlier statement, the files and the history."""
    actor = signed_in(request)
    flow = get_object_or_404(flows(actor, None).with_testimony(), pk=pk)
    statements = flow.statements.select_related(
        "source__organisation", "source__entered_for", "supersedes"
    ).prefetch_related("source__evidence")
    standing = {s.side: s for s in statements if not s.withdrawn and not hasattr(s, "superseded_by")}
    return render(
        request,
        "communities/ledger_page.html",
        {
            "flow": flow,
            "statements": statements,
            "standing": standing,
            "history": history_of(flow, actor),
            "sides": [side for side in Statement.Side if may_state(actor, flow, side, standing.get(side))],
            "may_withdraw": may_withdraw(actor, list(standing.values())),
            "waiting": shown_to(actor, waiting_about(flow)),
            "refused": shown_to(actor, refused_about(flow)),
            "files": files_of(actor, flow.source, *(statement.source for statement in statements)),
        },
    )


def files_of(actor: User, *sources: Source) -> list[Evidence]:
    """The files behind a payment and behind what each side says of it that the person may have, each once."""
    return list({file.pk: file for source in sources for file in source.files_for(actor)}.values())


def may_state(actor: User, flow: Disbursement, side: str, standing: Statement | None) -> bool:
    """Monitors enter both sides, a company's people what their own company paid; others' words are left alone."""
    return may_speak(actor, flow, side) and (standing is None or may_replace(actor, standing))


@require_http_methods(["GET", "POST"])
@requires("record.enter")
def ledger_state(request: HttpRequest, pk: int, side: str) -> HttpResponse:
    """What one side says: its first words, or a correction with a reason, which a second person confirms."""
    actor = signed_in(request)
    flow = get_object_or_404(flows(actor, None), pk=pk)
    standing = flow.statements.standing().select_related("source").filter(side=side).first()
    if side not in Statement.Side.values or not may_state(actor, flow, side, standing):
        raise Http404
    form = StatementForm(
        request.POST or None,
        currency=flow.currency,
        standing=standing,
        initial={"amount": standing.amount, "occurred_on": standing.occurred_on} if standing else {},
    )
    source = SideForm(request.POST or None, request.FILES or None, actor=actor, side=side)
    if request.method == "POST" and words_saved(actor, flow, side, form, source):
        asked = _("Asked for. What was said before stands until a second person confirms the correction.")
        words = asked if standing else _("Saved.")
        messages.success(request, words, extra_tags="saved")
        return redirect("ledger:page", pk=pk)
    return render(
        request,
        "communities/ledger_state.html",
        {
            "flow": flow,
            "side": Statement.Side(side),
            "standing": standing,
            "form": form,
            "source": source,
            "back": reverse("ledger:page", kwargs={"pk": pk}),
            "waiting": shown_to(actor, waiting_about(flow).about(CORRECTION, standing)) if standing else [],
        },
    )


def words_saved(actor: User, flow: Disbursement, side: str, form: StatementForm, source: SideForm) -> bool:
    """Let the side say what both forms describe, or ask for it where the side says something else now.

    False where something is wrong, and then the forms say what.
    """

    def save() -> Statement | Proposal:
        said = Said(
            side,
            form.cleaned_data["amount"],
            form.cleaned_data["occurred_on"],
            source.source_of(flow.payer, flow.community or flow.payee),
            source.evidence,
        )
        seen = form.cleaned_data["seen"]
        if form.standing is None:
            return state_side(actor=actor, disbursement=flow, said=said, seen=seen)
        reason = form.cleaned_data["reason"]
        return ask_to_correct(actor=actor, disbursement=flow, said=said, seen=seen, reason=reason)

    key = saved(form, source, save)
    if key is None and form.has_error(NON_FIELD_ERRORS, "edited_meanwhile"):
        form.take_what_stands()
    return key is not None


@require_http_methods(["GET", "POST"])
@requires("record.enter_for_others")
def ledger_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask that a payment which was entered by mistake be taken back."""
    actor = signed_in(request)
    flow = get_object_or_404(flows(actor, None), pk=pk)
    if not may_withdraw(actor, list(flow.statements.standing().select_related("source"))):
        raise Http404
    form = WithdrawForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            ask_to_withdraw(actor=actor, disbursement=flow, reason=form.cleaned_data["reason"])
        except ValidationError as error:
            form.add_error(None, ValidationError(error.messages))
        else:
            messages.success(request, _("Asked for. It stands until a second person confirms it."))
            return redirect("ledger:page", pk=pk)
    return render(
        request,
        "communities/ledger_withdraw.html",
        {"flow": flow, "form": form, "back": reverse("ledger:page", kwargs={"pk": pk})},
    )


def behind_a_payment(actor: User, sources: QuerySet[Source]) -> bool:
    """A visible payment, what a side says of it, or a correction of that which somebody asked for."""
    visible = Disbursement.objects.visible_to(actor)
    return (
        visible.filter(source__in=sources).exists()
        or visible.filter(statements__source__in=sources).exists()
        or sources_of_corrections(actor, sources)
    )


EVIDENCE_RULES.append(behind_a_payment)
