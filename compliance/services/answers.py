"""Answers of reviewers to the questions of a framework of any depth: given, corrected and withdrawn, each with its source."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from accounts.design.writing import country_name, reader_locale
from accounts.keys import key_in
from accounts.models import Organisation, User
from accounts.roles import Role
from accounts.services.audit import write_audit
from accounts.services.notices import Happening, notify_all, others_than
from compliance.evaluation.framework import FrameworkError
from compliance.evaluation.trees.leaves import reading_of_answer
from compliance.evaluation.trees.reading import TreeFile
from compliance.evaluation.trees.rules import NOT_APPLICABLE_WORD, Node, Tree
from compliance.models import Answer
from compliance.models.answers import AnswerQuerySet
from compliance.public_pages.trees import shipped
from projects.models import Area, Evidence, Project, Source
from projects.models.sources import check_days_have_come
from projects.services.notices import CHANGED, about_record

MEANWHILE = _("Somebody has answered this meanwhile: “%(answer)s”. Look at it, and save again.")
ANYTHING_MEANWHILE = _("Somebody has answered meanwhile. Look at the answers, and save again.")
COLUMNS = {
    "mine": "project",
    "company": "organisation",
    "municipality": "area",
    "district": "area",
    "country": "country",
}
"""In which column an answer names a subject of each kind."""


@dataclass(frozen=True)
class Subject:
    """A mine, company, municipality, district or country that a framework asks about."""

    kind: str
    key: str
    """how addresses name it: a mine by its own, a company by its number, a district as PE-030501, a country as PE"""
    name: str
    value: Any

    @property
    def columns(self) -> dict[str, Any]:
        """The column in which answers name it, with its value."""
        return {COLUMNS[self.kind]: self.value}


def subject_of(kind: str, value: Any) -> Subject:
    """The subject that a row is, or the code of a country."""
    if kind == "mine":
        return Subject(kind, value.slug, str(value), value)
    if kind == "company":
        return Subject(kind, str(value.pk), str(value), value)
    if kind == "country":
        return Subject(kind, value, country_name(value), value)
    return Subject(kind, f"{value.country}-{value.code}", str(value), value)


def find_subject(actor: User, kind: str, key: str) -> Subject | None:
    """The subject that an address names; None where there is none that the person may see."""
    value: Any = None
    if kind == "mine":
        value = Project.with_withdrawn.visible_to(actor).filter(slug=key).first()
    elif kind == "company" and (company := key_in(key)) is not None:
        value = Organisation.objects.offered().filter(kind=Organisation.Kind.COMPANY, pk=company).first()
    elif kind in ("municipality", "district"):
        country, _dash, code = key.partition("-")
        value = Area.objects.districts().filter(country=country, code=code).first()
    elif kind == "country":
        value = key if len(key) == 2 and key in reader_locale().territories else None
    return None if value is None else subject_of(kind, value)


def questions_of(tree: Tree) -> list[Node]:
    """What reviewers answer: the leaves that are asked, and nodes whose published figure may stand for what is below."""
    return [node for node in tree.by_code.values() if node.ask or node.may_be_given]


def day_of(tree: Tree) -> date:
    """The day whose rules count: today, or the nearest day on which the version is in force."""
    day = max(localdate(), tree.valid_from)
    return day if tree.valid_to is None else min(day, tree.valid_to)


def answers_about(tree: Tree, subject: Subject) -> AnswerQuerySet:
    """Everything that was ever answered about a subject by one version."""
    return Answer.objects.filter(framework=tree.code, version=tree.version, **subject.columns)


def frameworks_for(kind: str) -> dict[str, TreeFile]:
    """The frameworks that ask reviewers about subjects of a kind, by name; of each code those in force, side by side."""
    today = localdate()
    return {
        name: file
        for name, file in shipped().items()
        if file.tree.subject == kind and file.tree.in_force(today) and questions_of(file.tree)
    }


def check_answer(tree: Tree, question: str, answer: str) -> None:
    """Raise ValidationError for an answer that the question does not take, with the answers that it takes."""
    try:
        reading_of_answer(tree, question, answer, day_of(tree))
    except FrameworkError as error:
        node = tree.by_code.get(question)
        if node is None or not (node.ask or node.may_be_given):
            raise ValidationError(_("This framework does not ask that."), "not_asked") from error
        words = tree.map_of(node, day_of(tree))
        low, high = (None, None) if words else tree.limits(node, day_of(tree))
        message = (
            _("“%(answer)s” is no answer to this. Choose one of: %(words)s.")
            if words
            else _("Write a number from %(low)s to %(high)s, or %(not_applicable)s.")
        )
        params = {
            "answer": answer,
            "words": ", ".join([*(words.points if words else ()), NOT_APPLICABLE_WORD]),
            "low": low,
            "high": high,
            "not_applicable": NOT_APPLICABLE_WORD,
        }
        raise ValidationError(message, "outside_its_map", params) from error


@transaction.atomic
def give_answers(
    *,
    actor: User,
    tree: Tree,
    subject: Subject,
    given: Mapping[str, str],
    seen: int,
    given_on: date,
    source: Source,
    evidence: Sequence[Evidence] = (),
    reason: str = "",
) -> list[Answer]:
    """Keep the answers that differ from those that stand, each with a source of its own; an empty one withdraws.

    `seen` is the last answer about the subject that the person was shown. Raises ValidationError by question where an
    answer is outside its map, or somebody has answered since.
    """
    if not actor.may("answer.give"):
        raise PermissionDenied
    if subject.kind != tree.subject:
        raise ValidationError(_("This framework asks about other subjects."), "other_subject")
    if isinstance(subject.value, Project) and subject.value.withdrawn_at is not None:
        raise ValidationError(_("This mine was withdrawn. Nothing is answered about it."), "withdrawn")
    check_days_have_come(given_on=given_on)
    last = {one.question: one for one in answers_about(tree, subject).last_words()}
    changed = {code: answer for code, answer in given.items() if answer != (last[code].answer if code in last else "")}
    refuse_answers(tree, last, changed, seen)
    if not changed:
        raise ValidationError(_("Nothing is answered anew. Choose an answer first."), "nothing_new")
    if not reason and changed.keys() & last.keys():
        raise ValidationError({"reason": ValidationError(_("Say why an answer is changed or withdrawn."), "no_reason")})
    kept = []
    happenings: list[tuple[Happening, set[int]]] = []
    try:
        with transaction.atomic():
            for code, answer in changed.items():
                earlier = last.get(code)
                one = Answer.objects.create(
                    framework=tree.code,
                    version=tree.version,
                    question=code,
                    answer=answer,
                    given_on=given_on,
                    reason=reason if earlier else "",
                    source=own_source(actor, source, evidence),
                    replaces=earlier,
                    **subject.columns,
                )
                if earlier is None:
                    write_audit(actor=actor, verb="answered", record=one)
                else:
                    verb = "corrected" if answer else "withdrawn"
                    write_audit(actor=actor, verb=verb, record=one, reason=reason)
                    told = about_record(CHANGED, record=one, step=verb, cause=f"answer/{one.pk}")
                    happenings.append((told, others_than(actor, [earlier.source.entered_by_id])))
                kept.append(one)
    except IntegrityError as error:
        raise ValidationError(ANYTHING_MEANWHILE, "meanwhile") from error
    notify_all(happenings)
    return kept


def refuse_answers(tree: Tree, last: Mapping[str, Answer], changed: Mapping[str, str], seen: int) -> None:
    """Raise ValidationError by question for what its map does not hold, and for what was answered since."""
    wrong: dict[str, ValidationError] = {}
    for code, answer in changed.items():
        try:
            check_answer(tree, code, answer)
        except ValidationError as error:
            wrong[code] = error
        if code in last and last[code].pk > seen:
            wrong[code] = ValidationError(MEANWHILE, "meanwhile", {"answer": last[code].answer or "–"})
    if wrong:
        raise ValidationError(wrong)


def own_source(actor: User, source: Source, evidence: Sequence[Evidence]) -> Source:
    """A copy of who says so, entered by a reviewer for the organisation that reviews."""
    own = copy.copy(source)
    own.pk, own._state = None, type(source._state)()
    own.clean()
    own.entered_by, own.entered_for = actor, actor.organisation_as(Role.REVIEWER)
    own.save()
    own.evidence.add(*evidence)
    return own
