"""The reviewer's screens: the queue, one scorecard, and the steps from decision to publication."""

from __future__ import annotations

from collections.abc import Iterable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django_htmx.http import HTMX_STOP_POLLING

from accounts.access import View, requires, signed_in
from accounts.audience import read_organisations
from accounts.fresh_sign_in import needs_fresh_sign_in
from accounts.keys import key_in
from accounts.models import Job, User
from accounts.spreadsheets import csv_bytes, csv_file
from compliance.filters import QueueFilter
from compliance.forms import DecisionForm, PublishForm, ReopenForm, ReplyForm, ReturnForm, RulesForm
from compliance.models import Exemption, PolicyFramework, Review, Scorecard, ScorecardHead
from compliance.models.scorecards import STEPS, ScorecardHeadQuerySet
from compliance.review_pages.page import ReviewPage, review_page
from compliance.review_pages.peers import peers_of
from compliance.review_pages.records import files_behind
from compliance.review_pages.results import SEALED_TEXTS, computed_result, results_of
from compliance.review_pages.trail import spelt, trail_of, trail_table
from compliance.services.openings import OPEN_FIRST, NotOpened, open_line
from compliance.services.production import reporting_pairs, request_evaluation
from compliance.services.publications import approve_scorecard, publish_scorecard
from compliance.services.reviews import (
    Standing,
    accept_undecided,
    approve_exemption,
    choose_rules,
    decide_indicator,
    keep_published,
    outcomes_of,
    reopen_scorecard,
    reply_to_query,
    return_scorecard,
    standing_of,
)
from projects.models import Project
from projects.models.records import EVALUATE
from projects.views.records import add_errors

ROWS_A_PAGE = 50
QUEUE_LENGTH = 12


def heads_seen_by(actor: User) -> ScorecardHeadQuerySet:
    """The scorecards that stand now and that the person may see, with how far review has come."""
    heads = ScorecardHead.objects.visible_to(actor).with_status().select_related("scorecard__framework", "project")
    return heads.defer(*SEALED_TEXTS)


@require_GET
@requires("scorecard.view")
def queue(request: HttpRequest) -> HttpResponse:
    """Scorecards that wait, with search and filters."""
    actor = signed_in(request)
    filters = QueueFilter(request.GET, heads_seen_by(actor).grouped_for(actor))
    page = Paginator(filters.qs, ROWS_A_PAGE).get_page(request.GET.get("page"))
    return render(
        request,
        "compliance/queue.html",
        {
            "filter": filters,
            "page": page,
            "rows": results_of(page),
            "waits_for_company": waits_for_company(actor),
            "reads_answers": actor.may("answer.view"),
        },
    )


def waits_for_company(actor: User) -> int:
    """How many scorecards a reviewer sees that are with a company."""
    heads = ScorecardHead.objects.visible_to(actor)
    return heads.with_open_question().count() if actor.may("review.decide") else 0


def visible_scorecard(request: HttpRequest, pk: int) -> Scorecard:
    """A scorecard of a visible project, or 404."""
    projects = Project.objects.visible_to(signed_in(request))
    rows = Scorecard.objects.select_related("project", "framework")
    return get_object_or_404(rows.filter(project__in=projects), pk=pk)


@require_GET
@requires("scorecard.view")
def scorecard_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One scorecard with the working of every indicator."""
    return show(request, visible_scorecard(request, pk))


def show(
    request: HttpRequest, scorecard: Scorecard, *, wrong: dict[str, Any] | None = None, status: int = 200
) -> HttpResponse:
    """Render the page; `wrong` holds the form that did not pass, by its step or indicator."""
    actor = signed_in(request)
    page = review_page(actor, scorecard)
    standing, wrong = page.standing, wrong or {}
    read_organisations(actor, standing.steps, "reviewer")
    trail = trail_of(scorecard, standing)
    may = steps_open_to(actor, page)
    published = page.publication if standing.publication is None else None
    opened = next(
        (line.code for line in page.lines for name in wrong if line.code in name.split()),
        request.GET.get("open", first_to_open(page, may)),
    )
    forms = {
        line.code: wrong.get(line.code) or DecisionForm(prefix=line.code, initial=initial_decision(line.decision))
        for line in page.lines
    }
    replies = {
        line.code: wrong.get(f"reply {line.code}") or ReplyForm(prefix=f"{line.code}-reply") for line in page.lines
    }
    return render(
        request,
        "compliance/scorecard.html",
        {
            "page": page,
            "card": scorecard,
            "result": page.result,
            "may": may,
            "peers": peers_of(actor, scorecard, page.result),
            "lines": [(line, forms[line.code], replies[line.code], line.code == opened) for line in page.lines],
            "wrong": next((form for name, form in wrong.items() if name not in forms), None),
            "publish_form": wrong.get("publish")
            or PublishForm(prefix="publish", required=published is not None, initial={"reason": why_opened(standing)}),
            "return_form": wrong.get("return") or ReturnForm(prefix="return"),
            "reopen_form": wrong.get("reopen") or ReopenForm(prefix="reopen"),
            "other_rules": [
                (rules, wrong.get(f"rules {pk}") or RulesForm(prefix=f"rules-{pk}"))
                for rules in page.other_rules
                for pk in [rules.framework.pk]
            ],
            "corrects": published or page.taken_down,
            "trail": trail,
            "trail_size": len(csv_bytes(trail_table(actor, scorecard, trail))),
            **queue_beside(actor),
        },
        status=status,
    )


@require_GET
@requires("scorecard.view")
def line(request: HttpRequest, pk: int, indicator: str) -> HttpResponse:
    """One indicator with its working, both sides of its records, and their files; that a reviewer opened it is kept."""
    scorecard = visible_scorecard(request, pk)
    if indicator not in outcomes_of(scorecard):
        raise Http404
    actor = signed_in(request)
    open_line(actor=actor, scorecard=scorecard, indicator=indicator)
    page = review_page(actor, scorecard)
    shown = next(one for one in page.lines if one.code == indicator)
    return render(
        request,
        "compliance/line.html",
        {
            "page": page,
            "card": scorecard,
            "line": shown,
            "may": steps_open_to(actor, page),
            "form": DecisionForm(prefix=indicator, initial=initial_decision(shown.decision)),
            "reply_form": ReplyForm(prefix=f"{indicator}-reply"),
            "files": files_behind(shown.links, shown.outcome.measured.records),
        },
    )


def queue_beside(actor: User) -> dict[str, Any]:
    """What waits for a reviewer, beside the scorecard; nobody else has a queue."""
    if not actor.may("review.decide"):
        return {"queue": None}
    waiting = heads_seen_by(actor).waiting_for(actor)
    return {
        "queue": [(head, computed_result(head.scorecard)) for head in waiting[:QUEUE_LENGTH]],
        "waiting": waiting.count(),
        "waits_for_company": waits_for_company(actor),
    }


def steps_open_to(actor: User, page: ReviewPage) -> dict[str, bool]:
    """Which steps the person could take now; what would be refused has no button."""
    standing = page.standing
    reviews = page.current and page.conflict is None
    corrects = page.publication is not None and page.publication.scorecard_id == page.scorecard.pk

    def takes(action: Review.Action) -> bool:
        step = STEPS[action]
        return reviews and actor.may(step.permission) and standing.state in step.leads

    return {
        "decide": takes(Review.Action.QUERY),
        "publish": takes(Review.Action.PUBLISH)
        and standing.approval is not None
        and standing.approval.reviewer_id != actor.pk,
        "return": takes(Review.Action.RETURN),
        "reopen": takes(Review.Action.REOPEN),
        "rules": takes(Review.Action.RULES),
        "reply": actor.may(STEPS[Review.Action.REPLY].permission) and page.current,
        "keep": takes(Review.Action.KEEP) and corrects and page.as_published,
        "open_small_numbers": actor.may("small_numbers.open"),
    }


def first_to_open(page: ReviewPage, may: dict[str, bool]) -> str:
    """A company's first open question; else what nobody has touched, else what is not decided."""
    if may["reply"]:
        return next(iter(page.asked), "")
    return next(iter(page.standing.untouched or page.standing.undecided), "")


@require_GET
@requires("scorecard.view")
def trail_file(request: HttpRequest, pk: int) -> HttpResponse:
    """The steps of one scorecard as a table that a spreadsheet opens safely."""
    scorecard = visible_scorecard(request, pk)
    name = f"minka-{scorecard.project.slug}-{scorecard.year}-scorecard-{pk}-steps.csv"
    standing = standing_of(scorecard)
    read_organisations(signed_in(request), standing.steps, "reviewer")
    return csv_file(trail_table(signed_in(request), scorecard, trail_of(scorecard, standing)), name)


def why_opened(standing: Standing) -> str:
    """The reason for which a published scorecard was last opened again, to start the correction's words from."""
    opened = (step for step in reversed(standing.steps) if step.action == Review.Action.REOPEN and step.reason)
    return next((step.reason for step in opened), "")


def initial_decision(decision: Review | None) -> dict[str, Any]:
    """The decision in force, to change from; the words of a question are no reason of a score."""
    if decision is None:
        return {}
    reason = decision.reason if decision.action == Review.Action.OVERRIDE else ""
    return {"action": decision.action, "score": spelt(decision.score), "reason": reason}


def by_post(step: View) -> View:
    """A step is taken by its form; its address alone, as after a sign-in in the middle of it, leads to the scorecard."""

    @wraps(step)
    def answered(request: HttpRequest, pk: int, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method == "POST":
            return step(request, pk, *args, **kwargs)
        return redirect("reviews:scorecard", pk=visible_scorecard(request, pk).pk)

    return require_http_methods(["GET", "POST"])(answered)


@requires("review.decide")
@by_post
def decide(request: HttpRequest, pk: int, indicator: str) -> HttpResponse:
    """Keep a decision and open the next undecided indicator."""
    form = DecisionForm(request.POST, prefix=indicator)
    return step(
        request,
        pk,
        form,
        indicator,
        lambda card, given: decide_indicator(scorecard=card, indicator=indicator, **given),
        _("Saved: %(indicator)s.") % {"indicator": indicator},
    )


@requires("review.decide")
@by_post
def accept_rest(request: HttpRequest, pk: int) -> HttpResponse:
    """Accept every indicator that has no decision yet, is not in question and was opened, and say what is left."""

    def accept(scorecard: Scorecard, given: dict[str, Any]) -> None:
        rest = accept_undecided(scorecard=scorecard, **given)
        if rest.left:
            words = ngettext("%(count)s fact is left.", "%(count)s facts are left.", len(rest.left))
            said = words % {"count": len(rest.left)}
            messages.warning(request, format_html("{} {}", said, open_first(scorecard, rest.left)))

    return step(request, pk, Form({}), "rest", accept)


@requires("review.decide")
@by_post
def approve(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that it may be published by somebody else."""
    return step(
        request,
        pk,
        Form({}),
        "approve",
        lambda card, given: approve_scorecard(scorecard=card, **given),
        _("Approved. Another reviewer publishes it."),
        onward=True,
    )


@requires("review.decide")
@by_post
def give_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Return an approved scorecard with a reason."""
    return step(
        request,
        pk,
        ReturnForm(request.POST, prefix="return"),
        "return",
        lambda card, given: return_scorecard(scorecard=card, **given),
        _("Returned to its reviewer."),
    )


@requires("review.decide")
@by_post
def reopen(request: HttpRequest, pk: int) -> HttpResponse:
    """Open a published scorecard again, to correct it."""
    return step(
        request,
        pk,
        ReopenForm(request.POST, prefix="reopen"),
        "reopen",
        lambda card, given: reopen_scorecard(scorecard=card, **given),
        _("Opened again. What is published stays until the correction is published."),
    )


@requires("review.decide")
@by_post
def rules(request: HttpRequest, pk: int, framework: int) -> HttpResponse:
    """Let the year be judged by another version of the rules, with a reason."""

    def choose(scorecard: Scorecard, given: dict[str, Any]) -> None:
        choose_rules(scorecard=scorecard, framework=get_object_or_404(PolicyFramework, pk=framework), **given)

    form = RulesForm(request.POST, prefix=f"rules-{framework}")
    return step(request, pk, form, f"rules {framework}", choose, _("Chosen. The scorecard follows in a moment."))


@requires("review.decide")
@by_post
def keep(request: HttpRequest, pk: int) -> HttpResponse:
    """Leave what was opened again as it is published."""
    return step(
        request,
        pk,
        Form({}),
        "keep",
        lambda card, given: keep_published(scorecard=card, **given),
        _("Left as it is published."),
    )


@requires("publication.publish")
@by_post
@needs_fresh_sign_in()
def publish(request: HttpRequest, pk: int) -> HttpResponse:
    """Seal what the public will see."""
    return step(
        request,
        pk,
        PublishForm(request.POST, prefix="publish", required=False),
        "publish",
        lambda card, given: publish_scorecard(scorecard=card, correction_reason=given.pop("reason"), **given),
        _("Published. Anyone can read it now."),
        onward=True,
    )


@requires("scorecard.reply")
@by_post
def reply(request: HttpRequest, pk: int, indicator: str) -> HttpResponse:
    """The company answers a question."""
    return step(
        request,
        pk,
        ReplyForm(request.POST, prefix=f"{indicator}-reply"),
        f"reply {indicator}",
        lambda card, given: reply_to_query(
            scorecard=card, indicator=indicator, words=given.pop("reason"), actor=given["actor"]
        ),
        _("Your reply stands beside the question."),
    )


def step(
    request: HttpRequest, pk: int, form: Form, name: str, do: Any, done: str = "", *, onward: bool = False
) -> HttpResponse:
    """Take one step with what the form gives; what is wrong is said in the form, and nothing typed is lost.

    `onward` adds to what was done a link to the next scorecard that waits.
    """
    scorecard = visible_scorecard(request, pk)
    status = 422
    if form.is_valid():
        try:
            do(scorecard, form.cleaned_data | {"actor": signed_in(request), **what_was_seen(request)})
        except NotOpened as error:
            form.add_error(None, open_first(scorecard, error.indicators))
        except ValidationError as error:
            add_errors(form, error)
        except PermissionDenied as refusal:
            if not str(refusal):
                raise
            form.add_error(None, str(refusal))
            status = 403
        else:
            if done:
                messages.success(request, with_next(request, done) if onward else done, extra_tags="saved")
            return redirect(after(scorecard, name))
    return show(request, scorecard, wrong={name: form}, status=status)


def open_first(scorecard: Scorecard, indicators: Iterable[str]) -> str:
    """Which lines have to be opened before they are accepted, each with its address."""
    lines = ((reverse("reviews:line", kwargs={"pk": scorecard.pk, "indicator": code}), code) for code in indicators)
    return format_html("{} {}", OPEN_FIRST, format_html_join(", ", '<a href="{}">{}</a>', lines))


def with_next(request: HttpRequest, done: str) -> str:
    """What was done, and the scorecard that waits longest for the same person."""
    actor = signed_in(request)
    head = ScorecardHead.objects.visible_to(actor).waiting_for(actor).select_related("project").first()
    if head is None:
        return format_html("{} {}", done, _("Nothing else waits for you."))
    address = reverse("reviews:scorecard", kwargs={"pk": head.scorecard_id})
    return format_html(
        '{} <a href="{}">{}</a>',
        done,
        address,
        _("Next: %(project)s, %(year)s") % {"project": head.project, "year": head.year},
    )


def what_was_seen(request: HttpRequest) -> dict[str, int]:
    """The last step that stood on the page from which a form was sent."""
    seen = key_in(request.POST.get("seen"))
    return {} if seen is None else {"seen": seen}


def after(scorecard: Scorecard, decided: str) -> str:
    """The scorecard's page; after a decision, the next indicator that nobody has touched."""
    page = reverse("reviews:scorecard", kwargs={"pk": scorecard.pk})
    codes = list(outcomes_of(scorecard))
    if decided not in codes:
        return page
    untouched = standing_of(scorecard).untouched
    later = [code for code in untouched if codes.index(code) > codes.index(decided)]
    following = next(iter(later or untouched), "")
    return reverse("reviews:line", kwargs={"pk": scorecard.pk, "indicator": following}) if following else page


@require_GET
@requires("scorecard.view")
def exemption_list(request: HttpRequest) -> HttpResponse:
    """Exemptions that wait for a reviewer."""
    actor = signed_in(request)
    waiting = Exemption.objects.filter(project__in=Project.objects.visible_to(actor), approved_by=None)
    page = Paginator(waiting.select_related("project", "requested_by", "source__entered_for"), ROWS_A_PAGE).get_page(
        request.GET.get("page")
    )
    read_organisations(actor, page, "requested_by")
    return render(request, "compliance/exemptions.html", {"page": page, "may_decide": actor.may("review.decide")})


@require_POST
@requires("review.decide")
def exemption_approve(request: HttpRequest, pk: int) -> HttpResponse:
    """Approve one."""
    actor = signed_in(request)
    rows = Exemption.objects.filter(project__in=Project.objects.visible_to(actor))
    exemption = get_object_or_404(rows, pk=pk)
    try:
        approve_exemption(actor=actor, exemption=exemption, revision=key_in(request.POST.get("revision")) or 0)
    except ValidationError as error:
        messages.error(request, error.messages[0])
    except PermissionDenied as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Approved. The scorecard follows."))
    return redirect("reviews:exemptions")


@require_GET
@requires("scorecard.view")
def of_project(request: HttpRequest, slug: str) -> HttpResponse:
    """The standing scorecards of one project; the project's page asks again every two seconds, until no work waits."""
    actor = signed_in(request)
    project = get_object_or_404(Project.objects.visible_to(actor), slug=slug)
    heads = (
        ScorecardHead.objects.filter(project=project)
        .with_status()
        .select_related("scorecard__framework")
        .defer(*SEALED_TEXTS)
        .order_by("-year")
    )
    asked_again = bool(request.headers.get("HX-Request"))
    waiting = Job.objects.unfinished().filter(kind=EVALUATE, subject__startswith=f"project/{project.pk}/").exists()
    return render(
        request,
        "compliance/of_project_part.html" if asked_again else "compliance/of_project.html",
        {
            "project": project,
            "rows": results_of(heads),
            "may_request": actor.may("scorecard.request"),
            "reads_answers": actor.may("answer.view"),
        },
        status=HTMX_STOP_POLLING if asked_again and not waiting else 200,
    )


@require_POST
@requires("scorecard.request")
def evaluate_again(request: HttpRequest, slug: str) -> HttpResponse:
    """Promise the scorecards of one project by hand."""
    actor = signed_in(request)
    project = get_object_or_404(Project.objects.visible_to(actor), slug=slug)
    request_evaluation(reporting_pairs([project.pk]), actor=actor)
    messages.success(request, _("Asked for. The scorecards follow in a moment."))
    return redirect("projects:page", slug=slug)
