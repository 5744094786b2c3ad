"""Composing the publication document: sealed facts and judgement, with the names that people know things by.

Every sum comes from the facts that the scorecard sealed; the live record adds names, addresses and evidence only.
The shape is in docs/publication-document.md, and each part in the module of its section in `public_pages`.
"""

from __future__ import annotations

import json
from datetime import date

from compliance.evaluation import canonical
from compliance.evaluation.judgement import Judgement
from compliance.evaluation.scoring import judge
from compliance.evaluation.sealed import facts_of, rules_of
from compliance.models import Publication, Scorecard
from compliance.public_pages.changes import changes_between, spelled
from compliance.public_pages.document import SCHEMA, Document, Json, LastYear, read_document
from compliance.public_pages.money import describe_money
from compliance.public_pages.sections import Subject, describe
from compliance.services.reviews import Standing, overrides_of
from projects.models import Project


def compose(scorecard: Scorecard, standing: Standing, on: date) -> Json:
    """Everything that the public may see of one project and year, without its place in the chain.

    Nothing is compared with what was taken down. `on` is the day as of which lateness is counted: the day of approval.
    """
    facts, framework = facts_of(scorecard), rules_of(scorecard.framework)
    judgement = judge(framework, facts, overrides_of(standing))
    project = Project.objects.select_related("operator").get(pk=scorecard.project_id)
    published = Publication.objects.for_project(project.slug).current()
    earlier = [read_document(one) for one in published.filter(year__lt=scorecard.year).order_by("year")]
    before = earlier[-1] if earlier and earlier[-1].year == scorecard.year - 1 else None
    corrected = published.filter(year=scorecard.year).first()
    succeeded = read_document(corrected) if corrected else before
    subject = Subject(project, facts, framework, on, earlier)
    document: Json = canonical.plain(
        {
            "schema": SCHEMA,
            "demo": project.is_demo,
            "period": {"year": scorecard.year, "start": facts.period_start, "end": facts.period_end},
            "as_of": on,
            "framework": framework.reference,
            "scorecard": describe_scorecard(judgement, before),
            "changes": changes_between(succeeded, judgement, describe_money(subject)) if succeeded else [],
            **describe(subject),
        }
    )
    return document | {"facts": json.loads(scorecard.facts_text)}


def describe_scorecard(judgement: Judgement, before: Document | None) -> Json:
    """The judgement, and last year's grades."""
    sealed = judgement.to_json()
    year = None
    grades: dict[str, str | None] = {}
    if before:
        last = before.scorecard
        grades = {one.code: one.grade for one in last.policies}
        year = LastYear(year=before.year, score=spelled(last.score), grade=last.grade)
    policies = [row | {"previous_grade": grades.get(row["code"])} for row in sealed["policies"]]
    return sealed | {"previous": year, "policies": policies}
