"""Composing the publication document: sealed facts and judgement, with the names that people know things by.

Every sum comes from the facts that the scorecard sealed; the live record adds names, addresses and evidence only.
The shape is in docs/publication-document.md, and each part in the module of its section in `public_pages`.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from compliance.evaluation import canonical
from compliance.evaluation.certainty import certainty_of
from compliance.evaluation.judgement import Judgement, Override
from compliance.evaluation.scoring import judge
from compliance.evaluation.sealed import facts_of, rules_of
from compliance.models import Publication, Scorecard
from compliance.public_pages.changes import changes_between, spelled
from compliance.public_pages.document import SCHEMA, Document, Json, LastYear, read_document
from compliance.public_pages.money import describe_money
from compliance.public_pages.sections import Subject, describe
from compliance.services.reviews import Standing, overrides_of
from projects.models import Project


@dataclass(frozen=True)
class Basis:
    """What a document is made of: a scorecard's facts and rules, what reviewers decided, and what was published before."""

    scorecard: Scorecard
    subject: Subject
    overrides: Sequence[Override]
    before: Document | None
    """of the year before"""
    succeeded: Document | None
    """of which changes are told: the document that this one corrects, else that of the year before"""


def basis_of(scorecard: Scorecard, standing: Standing, on: date) -> Basis:
    """What a document of this scorecard is made of. `on` is the day as of which lateness is counted: the day of approval."""
    project = Project.objects.select_related("operator").get(pk=scorecard.project_id)
    published = Publication.objects.for_project(project.slug).current()
    earlier = [read_document(one) for one in published.filter(year__lt=scorecard.year).order_by("year")]
    before = earlier[-1] if earlier and earlier[-1].year == scorecard.year - 1 else None
    corrected = published.filter(year=scorecard.year).first()
    return Basis(
        scorecard=scorecard,
        subject=Subject(project, facts_of(scorecard), rules_of(scorecard.framework), on, earlier),
        overrides=overrides_of(standing),
        before=before,
        succeeded=read_document(corrected) if corrected else before,
    )


def compose(scorecard: Scorecard, standing: Standing, on: date) -> Json:
    """Everything that is approved of one project and year, without its place in the chain and with every number.

    `on` is the day as of which lateness is counted: the day of approval.
    """
    basis = basis_of(scorecard, standing, on)
    return content_of(basis, judge(basis.subject.framework, basis.subject.facts, basis.overrides))


def content_of(basis: Basis, judgement: Judgement) -> Json:
    """A document with this judgement, in the parts of every section, and with the facts as they were sealed."""
    subject, scorecard = basis.subject, basis.scorecard
    changes = changes_between(basis.succeeded, judgement, describe_money(subject)) if basis.succeeded else []
    document: Json = canonical.plain(
        {
            "schema": SCHEMA,
            "demo": subject.project.is_demo,
            "period": {"year": scorecard.year, "start": subject.facts.period_start, "end": subject.facts.period_end},
            "as_of": subject.on,
            "framework": subject.framework.reference,
            "scorecard": describe_scorecard(judgement, basis.before),
            "changes": changes,
            "small_numbers": [],
            **describe(subject),
        }
    )
    return document | {"facts": json.loads(scorecard.facts_text)}


def describe_scorecard(judgement: Judgement, before: Document | None) -> Json:
    """The judgement, last year's grades, and how sure the grade is."""
    sealed = judgement.to_json()
    year = None
    grades: dict[str, str | None] = {}
    if before:
        last = before.scorecard
        grades = {one.code: one.grade for one in last.policies}
        year = LastYear(year=before.year, score=spelled(last.score), grade=last.grade)
    policies = [row | {"previous_grade": grades.get(row["code"])} for row in sealed["policies"]]
    certainty = certainty_of(judgement)
    sure = {"certainty": certainty} if certainty else {}
    return sealed | {"previous": year, "policies": policies, **sure}
