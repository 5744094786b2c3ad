"""Answers to the questions of frameworks of any depth: who is asked about, what stands, and the form of reviewers."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from accounts.access import requires, signed_in
from accounts.models import User
from compliance.evaluation.trees.reading import TreeFile
from compliance.forms import AnswersForm, AnswerSourceForm, SubjectForm
from compliance.models import Answer
from compliance.public_pages.trees import SUBJECTS, shipped
from compliance.review_pages.answers import answer_words, sheet_of, subjects_answered_about, to_answer
from compliance.services.answers import (
    COLUMNS,
    Subject,
    day_of,
    find_subject,
    frameworks_for,
    give_answers,
    questions_of,
    subject_of,
)
from projects.models import Source
from projects.views.records import EVIDENCE_RULES, saved


@require_GET
@requires("answer.view")
def framework_list(request: HttpRequest) -> HttpResponse:
    """The frameworks that ask reviewers, the subjects of which anything is answered, and a form for another one."""
    actor = signed_in(request)
    files = {name: file for name, file in shipped().items() if questions_of(file.tree)}
    chosen, form = request.GET.get("framework", ""), None
    if chosen in files:
        kind = files[chosen].tree.subject
        form = SubjectForm(request.GET if "subject" in request.GET else None, kind=kind, actor=actor)
        if form.is_valid():
            return redirect("reviews:sheet", name=chosen, key=subject_of(kind, form.cleaned_data["subject"]).key)
    answered = subjects_answered_about(actor)
    rows = [
        (name, file.tree, SUBJECTS[file.tree.subject], answered.get(name, []), form if name == chosen else None)
        for name, file in files.items()
    ]
    return render(request, "compliance/answers/frameworks.html", {"rows": rows})


@require_GET
@requires("answer.view")
def sheet(request: HttpRequest, name: str, key: str) -> HttpResponse:
    """What a subject comes to under one framework, and each answer."""
    actor = signed_in(request)
    file, subject = asked_about(actor, name, key)
    context = {"sheet": sheet_of(name, file.tree, subject), "subject": subject, "may_answer": actor.may("answer.give")}
    return render(request, "compliance/answers/sheet.html", context)


@require_GET
@requires("answer.view")
def subject_page(request: HttpRequest, kind: str, key: str) -> HttpResponse:
    """A subject under every framework that is in force for it, side by side."""
    subject = find_subject(signed_in(request), kind, key) if kind in COLUMNS else None
    if subject is None:
        raise Http404
    sheets = [sheet_of(name, file.tree, subject) for name, file in frameworks_for(kind).items()]
    return render(request, "compliance/answers/subject.html", {"subject": subject, "sheets": sheets})


@require_http_methods(["GET", "POST"])
@requires("answer.give")
def give(request: HttpRequest, name: str, key: str) -> HttpResponse:
    """Every question with the answer that stands, those without one first; saved with one source for all that is new."""
    actor = signed_in(request)
    file, subject = asked_about(actor, name, key)
    shown, text = sheet_of(name, file.tree, subject), request.GET.get("q", "").replace("\x00", "")[:100]
    questions = to_answer(shown, text)
    form = AnswersForm(request.POST or None, tree=file.tree, questions=questions, last=shown.last, seen=shown.seen)
    source = AnswerSourceForm(request.POST or None, request.FILES or None, actor=actor)
    if request.method == "POST" and (count := answers_saved(actor, file, subject, form, source)) is not None:
        words = ngettext("Kept: %(count)d answer.", "Kept: %(count)d answers.", count) % {"count": count}
        messages.success(request, words, extra_tags="saved")
        return redirect("reviews:sheet", name=name, key=key)
    context = {
        "sheet": shown,
        "subject": subject,
        "form": form,
        "source": source,
        "text": text,
        "found": len(questions),
    }
    return render(request, "compliance/answers/form.html", context)


def answers_saved(
    actor: User, file: TreeFile, subject: Subject, form: AnswersForm, source: AnswerSourceForm
) -> int | None:
    """Keep the answers that both forms describe, and return how many; None where something is wrong, which they then say."""
    kept: list[Answer] = []

    def enter() -> Answer:
        try:
            kept.extend(
                give_answers(
                    actor=actor,
                    tree=file.tree,
                    subject=subject,
                    given=form.given,
                    seen=form.cleaned_data["seen"] or 0,
                    given_on=form.cleaned_data["given_on"],
                    source=source.save(commit=False),
                    evidence=source.evidence,
                    reason=form.cleaned_data["reason"],
                )
            )
        except ValidationError as error:
            raise form.placed(error) from error
        return kept[0]

    return None if saved(form, source, enter) is None else len(kept)


@require_GET
@requires("answer.view")
def answer_page(request: HttpRequest, pk: int) -> HttpResponse:
    """One answer with its source, and everything that was ever answered to the question."""
    actor = signed_in(request)
    answer = get_object_or_404(Answer.objects.visible_to(actor).select_related("source"), pk=pk)
    file = shipped().get(answer.framework_name)
    if file is None or answer.question not in file.tree.by_code:
        raise Http404
    tree, subject = file.tree, subject_of(file.tree.subject, answer.subject)
    node = tree.by_code[answer.question]
    history = Answer.objects.filter(
        framework=answer.framework, version=answer.version, question=answer.question, **subject.columns
    ).select_related("source__entered_by", "source__entered_for")
    return render(
        request,
        "compliance/answers/answer.html",
        {
            "answer": answer,
            "node": node,
            "tree": tree,
            "subject": subject,
            "history": [(one, answer_words(tree, node, one.answer, day_of(tree))) for one in history.order_by("-pk")],
            "files": answer.source.files_for(actor),
        },
    )


def asked_about(actor: User, name: str, key: str) -> tuple[TreeFile, Subject]:
    """The framework and the subject that an address names; 404 where there is none, or nobody is asked anything."""
    file = shipped().get(name)
    subject = find_subject(actor, file.tree.subject, key) if file and questions_of(file.tree) else None
    if file is None or subject is None:
        raise Http404
    return file, subject


def behind_an_answer(actor: User, sources: QuerySet[Source]) -> bool:
    """An answer that the person may see."""
    return actor.may("answer.view") and Answer.objects.visible_to(actor).filter(source__in=sources).exists()


EVIDENCE_RULES.append(behind_an_answer)
