"""People and their roles, one's own account, and the audit trail."""

from __future__ import annotations

from allauth.mfa.utils import is_mfa_enabled
from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from accounts.access import requires, signed_in
from accounts.forms import AccountReasonForm, InviteForm, OwnLanguageForm, RefusalForm, RoleForm, TrailFilter
from accounts.fresh_sign_in import needs_fresh_sign_in
from accounts.models import AuditEntry, Membership, Proposal, RoleRequest, User
from accounts.record_addresses import addresses_of
from accounts.services.appointments import ask_for_role, confirm_role, refuse_role
from accounts.services.invitations import invite_person, without_password
from accounts.services.letters import day_and_minute
from accounts.services.people import change_own_details, end_role, end_sessions, set_active
from accounts.services.proposals import shown_to
from accounts.services.second_factor import SECOND_FACTOR_RESET, ask_to_reset
from accounts.services.sign_ins import OF_SIGNING_IN
from accounts.templatetags.record_words import verbs_in_words

ROWS_A_PAGE = 50


@require_GET
@requires("people.view")
def people_list(request: HttpRequest) -> HttpResponse:
    """Everybody, with search."""
    text = request.GET.get("q", "").replace("\x00", "").strip()[:100]
    people = User.objects.prefetch_related("memberships__organisation").order_by("full_name")
    if text:
        people = people.filter(Q(full_name__unaccent__icontains=text) | Q(email__icontains=text))
    page = Paginator(people, ROWS_A_PAGE).get_page(request.GET.get("page"))
    waiting = RoleRequest.objects.visible_to(signed_in(request)).waiting().count()
    return render(
        request,
        "accounts/people.html",
        {
            "page": page,
            "q": text,
            "may_manage": manages(request),
            "waiting": waiting,
            "invited": without_password().count(),
        },
    )


def manages(request: HttpRequest) -> bool:
    """Whether the person may change others' roles, or only look."""
    return signed_in(request).may("people.manage")


@require_http_methods(["GET", "POST"])
@requires("people.manage")
def invite(request: HttpRequest) -> HttpResponse:
    """Add a person, and write to them: they choose a password by the link of the invitation."""
    form = InviteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        user = invite_person(actor=signed_in(request), **form.cleaned_data)
        told = {"email": user.email, "when": day_and_minute(user.invitation.runs_out_at)}
        words = _("Added, and invited at %(email)s until %(when)s. Ask for a role: a second person confirms it.")
        messages.success(request, words % told)
        return redirect("people:person", pk=user.pk)
    return render(request, "accounts/invite.html", {"form": form})


@require_http_methods(["GET", "POST"])
@requires("people.view")
@needs_fresh_sign_in()
def person(request: HttpRequest, pk: int) -> HttpResponse:
    """One person: roles to ask for and to end, sessions to end, the account to shut and to open."""
    if request.method == "POST" and not manages(request):
        raise PermissionDenied
    somebody = get_object_or_404(User, pk=pk)
    form = RoleForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            ask_for_role(actor=signed_in(request), user=somebody, **form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, ValidationError(error.messages))
        else:
            messages.success(request, _("Asked for. The role counts once a second person confirms it."))
            return redirect("people:person", pk=pk)
    return person_page(request, somebody, form, AccountReasonForm())


def history_of(somebody: User) -> list[AuditEntry]:
    """The newest of what was done about a person, and of how they signed in; many sign-ins hide none of the other."""
    told = AuditEntry.objects.about(somebody)
    return sorted(
        [*told.exclude(verb__in=OF_SIGNING_IN)[:50], *told.filter(verb__in=OF_SIGNING_IN)[:20]],
        key=lambda entry: entry.pk,
        reverse=True,
    )


def person_page(request: HttpRequest, somebody: User, form: RoleForm, reason: AccountReasonForm) -> HttpResponse:
    """The page, with what was wrong in whichever form was sent."""
    return render(
        request,
        "accounts/person.html",
        {
            "somebody": somebody,
            "form": form,
            "reason": reason,
            "memberships": somebody.memberships.select_related("organisation", "granted_by", "confirmed_by").order_by(
                "-pk"
            ),
            "waiting": somebody.role_requests.waiting().select_related("organisation", "asked_by"),
            "may_manage": manages(request),
            "is_invited": somebody.is_active and not somebody.has_usable_password(),
            "has_second_factor": is_mfa_enabled(somebody),
            "proposals": shown_to(signed_in(request), Proposal.objects.waiting().about(SECOND_FACTOR_RESET, somebody)),
            "tokens": somebody.tokens.visible_to(signed_in(request)).order_by("-pk"),
            "history": history_of(somebody),
        },
    )


@require_POST
@requires("people.manage")
def person_active(request: HttpRequest, pk: int, *, active: bool) -> HttpResponse:
    """Shut an account, or open it again, with a reason."""
    somebody = get_object_or_404(User, pk=pk)
    reason = AccountReasonForm(request.POST)
    if reason.is_valid():
        try:
            set_active(actor=signed_in(request), user=somebody, active=active, reason=reason.cleaned_data["reason"])
        except ValidationError as error:
            reason.add_error(None, ValidationError(error.messages))
        else:
            messages.success(request, _("Reactivated.") if active else _("Deactivated, and signed out everywhere."))
            return redirect("people:person", pk=pk)
    return person_page(request, somebody, RoleForm(), reason)


@require_http_methods(["GET", "POST"])
@requires("people.manage")
def second_factor(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask that the second factor of somebody who lost it be reset, with a reason."""
    somebody = get_object_or_404(User, pk=pk)
    form = AccountReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            ask_to_reset(actor=signed_in(request), user=somebody, reason=form.cleaned_data["reason"])
        except ValidationError as error:
            form.add_error(None, ValidationError(error.messages))
        else:
            messages.success(request, _("Asked for. The second factor counts until a second person confirms it."))
            return redirect("people:person", pk=pk)
    return render(request, "accounts/second_factor.html", {"somebody": somebody, "form": form})


@require_GET
@requires("role.decide")
def role_requests(request: HttpRequest) -> HttpResponse:
    """The roles that wait for a second person, the longest first; none for whoever may not be that person."""
    asked = RoleRequest.objects.visible_to(signed_in(request)).waiting().order_by("pk")
    rows = asked.select_related("user", "organisation", "asked_by")
    return render(request, "accounts/role_requests.html", {"rows": rows})


def role_request_of(request: HttpRequest, pk: int) -> RoleRequest:
    """A request that the person may decide, or 404."""
    asked = RoleRequest.objects.visible_to(signed_in(request))
    return get_object_or_404(asked.select_related("user", "organisation", "asked_by", "decided_by"), pk=pk)


@require_GET
@requires("role.decide")
def role_request(request: HttpRequest, pk: int) -> HttpResponse:
    """One role that is asked for: confirm it, or refuse it with a reason."""
    return role_request_page(request, role_request_of(request, pk), RefusalForm())


def role_request_page(
    request: HttpRequest, asked: RoleRequest, form: RefusalForm, refused: ValidationError | None = None
) -> HttpResponse:
    """The page, with what stands against a confirmation or is wrong with a refusal."""
    return render(
        request,
        "accounts/role_request.html",
        {
            "asked": asked,
            "form": form,
            "is_open": asked.is_open,
            "refused": refused.messages if refused else [],
            "history": AuditEntry.objects.about(asked)[:50],
        },
    )


@require_POST
@requires("role.decide")
@needs_fresh_sign_in()
def role_confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """Give the role, as the second person."""
    asked = role_request_of(request, pk)
    try:
        confirm_role(actor=signed_in(request), asked=asked)
    except ValidationError as error:
        return role_request_page(request, role_request_of(request, pk), RefusalForm(), error)
    messages.success(request, _("Role given: %(role)s.") % {"role": asked})
    return redirect("people:role-requests")


@require_POST
@requires("role.decide")
def role_refuse(request: HttpRequest, pk: int) -> HttpResponse:
    """Refuse the role with a reason, or take back what one asked for oneself."""
    asked = role_request_of(request, pk)
    form = RefusalForm(request.POST)
    if form.is_valid():
        try:
            refuse_role(actor=signed_in(request), asked=asked, reason=form.cleaned_data["reason"])
        except ValidationError as error:
            form.add_error(None, ValidationError(error.messages))
        else:
            messages.success(request, _("Refused: %(role)s.") % {"role": asked})
            return redirect("people:role-requests")
    return role_request_page(request, role_request_of(request, pk), form)


@require_POST
@requires("people.manage")
def role_end(request: HttpRequest, pk: int) -> HttpResponse:
    """End one role today."""
    membership = get_object_or_404(Membership.objects.active(), pk=pk)
    if membership.user_id == signed_in(request).pk:
        raise PermissionDenied
    end_role(actor=signed_in(request), membership=membership)
    messages.success(request, _("Role ended. Their sessions have ended."))
    return redirect("people:person", pk=membership.user_id)


@require_POST
@requires("people.manage")
def sign_out_person(request: HttpRequest, pk: int) -> HttpResponse:
    """End every session of a person."""
    somebody = get_object_or_404(User, pk=pk)
    end_sessions(actor=signed_in(request), user=somebody)
    messages.success(request, _("Signed out everywhere."))
    return redirect("people:person", pk=pk)


@require_http_methods(["GET", "POST"])
def own_account(request: HttpRequest) -> HttpResponse:
    """One's own name and language, roles, second factor, and sign-out everywhere."""
    user = signed_in(request)
    form = OwnLanguageForm(request.POST or None, instance=User.objects.get(pk=user.pk))
    if request.method == "POST" and form.is_valid():
        change_own_details(actor=user, **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect("people:own")
    return render(
        request,
        "accounts/own.html",
        {"form": form, "may_decide": user.may("role.decide"), "may_see_proposals": user.may("proposal.view")},
    )


@require_POST
def sign_out_everywhere(request: HttpRequest) -> HttpResponse:
    """End all one's sessions but this one."""
    user = signed_in(request)
    end_sessions(actor=user, user=user)
    update_session_auth_hash(request, user)
    messages.success(request, _("Signed out on every other device."))
    return redirect("people:own")


@require_GET
@requires("audit.view")
def audit_trail(request: HttpRequest) -> HttpResponse:
    """Every change by everybody, newest first, with search and days; each leads to its record."""
    form = TrailFilter(request.GET)
    sought = form.cleaned_data if form.is_valid() else {}
    entries = AuditEntry.objects.between(sought.get("first"), sought.get("last"))
    if text := sought.get("q"):
        entries = entries.with_words(text, verbs_in_words(text))
    entries = entries.select_related("actor", "content_type")
    page = Paginator(entries, ROWS_A_PAGE).get_page(request.GET.get("page"))
    pages = addresses_of(signed_in(request), page)
    rows = [(entry, pages.get(entry.pk)) for entry in page]
    return render(request, "accounts/audit.html", {"page": page, "rows": rows, "form": form})
