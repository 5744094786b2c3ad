"""A subject under one framework of any depth: every answer that stands, and how the points add up, node by node."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from accounts.design.writing import pick_language
from accounts.models import User
from compliance.evaluation.framework import FrameworkError
from compliance.evaluation.trees.leaves import reading_of_answer
from compliance.evaluation.trees.rolling import Reading, Result, roll_up
from compliance.evaluation.trees.rules import NOT_APPLICABLE_WORD, Node, Tree
from compliance.models import Answer
from compliance.public_pages.trees import Figure, figure_of, share_words, shipped, word_words
from compliance.services.answers import Subject, answers_about, day_of, questions_of, subject_of


@dataclass(frozen=True)
class NodeLine:
    """A node with what it came to, the answer behind it, and what stands below it."""

    figure: Figure
    share: str
    answer: Answer | None
    words: str
    below: list[NodeLine]


@dataclass(frozen=True)
class Sheet:
    """A subject under one version of a framework."""

    name: str
    """of the framework's pages"""
    tree: Tree
    subject: Subject
    on: date
    """the day whose rules count"""
    whole: NodeLine
    asked: int
    answered: int
    unreadable: list[Answer]
    """answers that stand and are none on that day; they count as not given"""
    last: dict[str, Answer]
    """the last word on each question"""

    @property
    def seen(self) -> int:
        """The last answer that the page shows."""
        return max((one.pk for one in self.last.values()), default=0)


def sheet_of(name: str, tree: Tree, subject: Subject) -> Sheet:
    """What the answers that stand come to; one query."""
    rows = answers_about(tree, subject).last_words().select_related("source__entered_by", "source__entered_for")
    last = {one.question: one for one in rows}
    on, asked = day_of(tree), questions_of(tree)
    readings, unreadable = readings_of_standing(tree, last.values(), on)
    return Sheet(
        name,
        tree,
        subject,
        on,
        line_of(tree, roll_up(tree, readings, on), None, last, on),
        asked=len(asked),
        answered=sum(1 for node in asked if node.code in readings),
        unreadable=unreadable,
        last=last,
    )


def readings_of_standing(tree: Tree, last: Iterable[Answer], on: date) -> tuple[dict[str, Reading], list[Answer]]:
    """What is known by the answers that stand; and those that the version does not take on that day."""
    readings, unreadable = {}, []
    for one in last:
        if not one.answer:
            continue
        try:
            readings[one.question] = reading_of_answer(tree, one.question, one.answer, on)
        except FrameworkError:
            unreadable.append(one)
    return readings, unreadable


def line_of(tree: Tree, result: Result, above: Node | None, last: Mapping[str, Answer], on: date) -> NodeLine:
    """A node in words, with those below it."""
    node, answer = result.node, last.get(result.node.code)
    return NodeLine(
        figure_of(tree, result),
        share_words(node, above),
        answer,
        answer_words(tree, node, answer.answer, on) if answer else "",
        [line_of(tree, child, node, last, on) for child in result.children],
    )


def answer_words(tree: Tree, node: Node, answer: str, on: date) -> str:
    """An answer as people read it."""
    if not answer:
        return _("Withdrawn")
    if answer == NOT_APPLICABLE_WORD:
        return _("Does not apply")
    words = tree.map_of(node, on)
    return word_words(words.names, answer) if words else answer


def to_answer(sheet: Sheet, text: str) -> list[Node]:
    """The questions in which the words are found, those without an answer first."""
    wanted = text.casefold()
    found = [
        node
        for node in questions_of(sheet.tree)
        if wanted in " ".join([node.code, pick_language(node.names), pick_language(node.question)]).casefold()
    ]
    return sorted(found, key=lambda node: bool(node.code in sheet.last and sheet.last[node.code].answer))


def subjects_answered_about(viewer: User) -> dict[str, list[Subject]]:
    """The subjects that the person may see of which anything is answered, by the name of the framework."""
    found: dict[str, dict[str, Subject]] = {}
    rows = (
        Answer.objects.visible_to(viewer).standing().select_related("project", "organisation", "area__parent__parent")
    )
    kept = ("framework", "version", "project_id", "organisation_id", "area_id", "country")
    for one in rows.order_by(*kept).distinct(*kept):
        if file := shipped().get(one.framework_name):
            subject = subject_of(file.tree.subject, one.subject)
            found.setdefault(one.framework_name, {})[subject.key] = subject
    return {name: list(subjects.values()) for name, subjects in found.items()}
