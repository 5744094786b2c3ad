"""Composing the publication document: sealed facts and judgement, with the names that people know things by.

Every sum comes from the facts that the scorecard sealed; the live record adds names, addresses and evidence only.
The shape is in docs/publication-document.md.
"""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal

from communities.models import Commitment, Community, Influence
from compliance.evaluation import canonical
from compliance.evaluation.canonical import ZERO
from compliance.evaluation.criteria.assessments import certified_before_start, last_day_to_start
from compliance.evaluation.employment import gives_a_share, weigh
from compliance.evaluation.facts import CERTIFYING, AssessmentFact, CommitmentFact, EmploymentFact, Facts
from compliance.evaluation.framework import Framework, Indicator, NoRuleInForce
from compliance.evaluation.judgement import Judgement
from compliance.evaluation.scoring import judge
from compliance.evaluation.sealed import facts_of, rules_of
from compliance.models import Publication, Scorecard
from compliance.services.document_money import Json, describe_money
from compliance.services.reviews import Standing, overrides_of
from projects.models import ImpactAssessment, Project


def compose(scorecard: Scorecard, standing: Standing, on: date) -> Json:
    """Everything that the public may see of one project and year, without its place in the chain.

    `on` is the day as of which lateness is counted: the day of approval.
    """
    facts = facts_of(scorecard)
    framework = rules_of(scorecard.framework)
    judgement = judge(framework, facts, overrides_of(standing))
    project = Project.objects.select_related("operator").get(pk=scorecard.project_id)
    before = Publication.objects.current().filter(project_slug=project.slug, year=scorecard.year - 1).first()
    document = {
        "demo": project.is_demo,
        "project": describe_project(project, date(scorecard.year, 12, 31)),
        "period": {"year": scorecard.year, "start": facts.period_start, "end": facts.period_end},
        "as_of": on,
        "money": describe_money(facts, on),
        "employment": describe_employment(project, facts),
        "assessments": describe_assessments(facts, framework),
        "commitments": describe_commitments(facts, on),
        "communities": describe_communities(project),
        "scorecard": describe_scorecard(framework, judgement, before),
        "facts": json.loads(scorecard.facts_text),
        "framework": framework.to_json(),
    }
    sealed: Json = canonical.plain(document)
    corrected = Publication.objects.for_project(project.slug).filter(year=scorecard.year).first()
    earlier = corrected or before
    return sealed | {"changes": changes_between(earlier.content, sealed) if earlier else []}


SHOWN = ("project", "money", "employment", "assessments", "commitments", "communities")
"""Parts that live rows give words to; facts and judgement are sealed already."""


def shown_digest(document: Json) -> str:
    """The fingerprint of what an approver saw beside the sealed facts.

    Workers of earlier years stand as other publications gave them, and may be published meanwhile.
    """
    own_year = [row for row in document["employment"] if row["year"] == document["period"]["year"]]
    return canonical.digest({part: document[part] for part in SHOWN} | {"employment": own_year})


def describe_project(project: Project, on: date) -> Json:
    """The mine, its owners and its phase as they were on the last day of the year."""
    phase = project.phases.filter(starts_on__lte=on).exclude(ends_on__lte=on).first()
    stakes = project.stakes.filter(starts_on__lte=on).exclude(ends_on__lte=on).select_related("owner")
    followers = [
        one.organisation for one in project.assignments.select_related("organisation").order_by("organisation__name")
    ]
    return {
        "slug": project.slug,
        "name": project.name,
        "country": project.country,
        "operator": {"name": project.operator.name} if project.operator else None,
        "followed_by": [organisation.name for organisation in followers],
        "reached_at": {organisation.name: organisation.contact for organisation in followers if organisation.contact},
        "minerals": [
            {
                "code": mineral.code,
                "name": {"en": mineral.name_en, "es": mineral.name_es},
                "uses": {"en": mineral.uses_en, "es": mineral.uses_es},
            }
            for mineral in project.minerals.all()
        ],
        "phase": {"code": phase.phase, "since": phase.starts_on} if phase else None,
        "areas": [
            {"code": area.code, "name": area.name, "level": area.level, "path": area.path}
            for area in project.areas.select_related("parent__parent")
        ],
        "stakes": [
            {
                "owner": stake.owner.name,
                "country": stake.owner.country,
                "state_owned": stake.owner.state_owned,
                "share_percent": stake.share_percent,
                "starts_on": stake.starts_on,
            }
            for stake in stakes
        ],
    }


def describe_employment(project: Project, facts: Facts) -> list[Json]:
    """Workers of this year from its facts, unknown where nobody reported, and of each year before it as published."""
    earlier = Publication.objects.current().filter(project_slug=project.slug, year__lt=facts.year).order_by("year")
    published = [row for before in earlier for row in before.content["employment"] if row["year"] == before.year]
    return [*published, employment_of(facts)]


def employment_of(facts: Facts) -> Json:
    """Average workers of one year, weighted as the indicators do; unknown where any return leaves a part unsaid."""
    returns = facts[EmploymentFact]
    counted = weigh(returns).counted if all(gives_a_share(row) for row in returns) else []
    total, national = (average(counted, name) for name in ("total_fte", "national_fte"))
    voices = {row.voice for row in returns}
    return {
        "year": facts.year,
        "total": total,
        "district": average(counted, "district_fte"),
        "province": average(counted, "province_fte"),
        "region": average(counted, "region_fte"),
        "national": national,
        "foreign": total - national if total is not None and national is not None else None,
        "women": average(counted, "women_fte"),
        "returns": len(returns),
        "voice": voices.pop() if len(voices) == 1 else "unknown",
    }


def average(counted: list[tuple[EmploymentFact, Decimal]], column: str) -> Decimal | None:
    """The weighted sum of one column in whole hundredths, or None where any part is unknown."""
    people = [(getattr(report, column), weight) for report, weight in counted]
    if not people or any(number is None for number, _weight in people):
        return None
    return sum((number * weight for number, weight in people), ZERO).quantize(Decimal("0.01"))


def describe_assessments(facts: Facts, framework: Framework) -> list[Json]:
    """Each study with the days between its approval and the start of works, and whether it still held by then."""
    rule = certified_before_start.rule_in(framework)
    resolutions = dict(
        ImpactAssessment.objects.filter(pk__in=[row.key for row in facts[AssessmentFact]]).values_list(
            "pk", "resolution"
        )
    )
    described = []
    for row in facts[AssessmentFact]:
        started = row.works_started_on if row.works_started_on and row.works_started_on <= facts.period_end else None
        last_day = last_day_of(row, rule, facts.period_end)
        described.append(
            {
                "record": row.record,
                "instrument": row.instrument,
                "component": row.component,
                "submitted_on": row.submitted_on,
                "approved_on": row.approved_on,
                "works_started_on": started,
                "days_before_start": (started - row.approved_on).days if started and row.approved_on else None,
                "last_day_to_start": last_day,
                "state": state_of_assessment(row, started, last_day),
                "voice": row.voice,
                "resolution": resolutions.get(row.key, ""),
                "participation_planned": row.participation_planned,
                "participation_held": row.participation_held,
            }
        )
    return described


def last_day_of(study: AssessmentFact, rule: Indicator | None, on: date) -> date | None:
    """When the approval of a certifying study lapses where no works began; None where no rule says it."""
    if rule is None or study.instrument not in CERTIFYING:
        return None
    try:
        return last_day_to_start(study, rule, on)
    except NoRuleInForce:
        return None


def state_of_assessment(study: AssessmentFact, started: date | None, last_day: date | None) -> str:
    """Whether the approval came before the works, after them, or had lapsed when they began."""
    if started is None:
        return "not_started" if study.works_started_on else "unknown"
    if study.approved_on is None:
        return "unknown"
    if started < study.approved_on:
        return "after"
    return "lapsed" if last_day and started > last_day else "before"


def describe_commitments(facts: Facts, on: date) -> list[Json]:
    """Each promise due in the year, to whom it was made, and what each side says became of it."""
    records = (
        Commitment.objects.select_related("community", "agreement")
        .prefetch_related("agreement__communities")
        .in_bulk([row.key for row in facts[CommitmentFact]])
    )
    described = []
    for row in facts[CommitmentFact]:
        record = records[row.key]
        state = state_of_commitment(row)
        fulfilled_on = row.confirmed_on or row.company_says_fulfilled_on
        described.append(
            {
                "record": row.record,
                "description": record.description,
                "community": named(record.community) if record.community else None,
                "parties": sorted(map(named, record.agreement.communities.all()), key=lambda party: party["slug"]),
                "due_on": row.due_on,
                "voluntary": row.voluntary,
                "state": state,
                "said_by": said_by(row),
                "fulfilled_on": fulfilled_on,
                "days_late": max(0, (fulfilled_on - row.due_on).days)
                if fulfilled_on
                else (on - row.due_on).days
                if state == "late"
                else None,
            }
        )
    return sorted(described, key=lambda item: (item["due_on"], item["record"]))


def state_of_commitment(row: CommitmentFact) -> str:
    """Confirmed, claimed by the company alone, late, disputed by any two who were asked, or unknown."""
    answers = (row.community_says, row.authority_says)
    if "not_fulfilled" in answers:
        return "disputed" if row.company_says_fulfilled_on or "fulfilled" in answers else "late"
    if "fulfilled" in answers:
        return "late" if row.confirmed_on and row.confirmed_on > row.due_on else "confirmed"
    return "claimed" if row.company_says_fulfilled_on else "unknown"


def said_by(row: CommitmentFact) -> list[str]:
    """Whose word the state of a promise is: of those who say that it was not kept, else of all who say that it was."""
    answers = {"community": row.community_says, "authority": row.authority_says}
    denied = [voice for voice, answer in answers.items() if answer == "not_fulfilled"]
    kept = [voice for voice, answer in answers.items() if answer == "fulfilled"]
    return denied or [*kept, *(["company"] if row.company_says_fulfilled_on else [])]


def named(community: Community) -> Json:
    """A community as it is referred to."""
    return {"slug": community.slug, "name": community.name}


def describe_communities(project: Project) -> list[Json]:
    """The neighbours, recognised or claiming to be."""
    influences = Influence.objects.filter(project=project).select_related("community__district")
    return [
        {
            "slug": influence.community.slug,
            "name": influence.community.name,
            "kind": influence.community.kind,
            "district": influence.community.district.name,
            "degree": influence.degree,
            "recognition": influence.recognition,
            "languages": [part.strip() for part in influence.community.languages.split(",") if part.strip()],
        }
        for influence in influences.order_by("community__name")
    ]


def describe_scorecard(framework: Framework, judgement: Judgement, before: Publication | None) -> Json:
    """The judgement with the names, help texts and rules of its framework, and last year's grades."""
    sealed = judgement.to_json()
    earlier = before.content["scorecard"] if before else None
    earlier_grades = {row["code"]: row["grade"] for row in earlier["policies"]} if earlier else {}
    policies = {policy.code: policy for policy in framework.policies}
    indicators = {indicator.code: indicator for indicator in framework.indicators}
    return sealed | {
        "previous": {"year": before.year, "score": earlier["score"], "grade": earlier["grade"]}
        if before and earlier
        else None,
        "policies": [
            row | {"name": dict(policies[row["code"]].names), "previous_grade": earlier_grades.get(row["code"])}
            for row in sealed["policies"]
        ],
        "indicators": [
            row
            | {
                "name": dict(indicators[row["code"]].names),
                "help": dict(indicators[row["code"]].help),
                "rule": canonical.plain(indicators[row["code"]].rule(judgement.period_end)),
            }
            for row in sealed["indicators"]
        ],
    }


OVERALL = {"en": "Overall grade", "es": "Nota general"}
CONFIRMED = {"en": "Confirmed money", "es": "Dinero confirmado"}
KIND_OF_CHANGE = {"policies": "policy", "indicators": "indicator"}


def changes_between(earlier: Json, later: Json) -> list[Json]:
    """What a reader should know: grades and confirmed money that differ between two documents."""
    changes: list[Json] = []
    if earlier["scorecard"]["grade"] != later["scorecard"]["grade"]:
        changes.append(change("grade", OVERALL, earlier["scorecard"]["grade"], later["scorecard"]["grade"]))
    was = {row["currency"]: row["confirmed"] for row in earlier["money"]["totals"]}
    for row in later["money"]["totals"]:
        if row["currency"] in was and was[row["currency"]] != row["confirmed"]:
            changes.append(change("money", CONFIRMED, was[row["currency"]], row["confirmed"], row["currency"]))
    for level in ("policies", "indicators"):
        grades = {row["code"]: row["grade"] for row in earlier["scorecard"][level]}
        for row in later["scorecard"][level]:
            if row["code"] in grades and grades[row["code"]] != row["grade"]:
                changes.append(change(KIND_OF_CHANGE[level], row["name"], grades[row["code"]], row["grade"]))
    return changes


def change(kind: str, label: Json, before: str | None, after: str | None, currency: str | None = None) -> Json:
    """One line of the list of changes."""
    return {"kind": kind, "label": label, "before": before, "after": after, "currency": currency}
