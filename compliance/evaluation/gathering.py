"""From the database to frozen facts: one query per fact table for all projects and years of a scope."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, F, Q, QuerySet

from communities.models import Commitment, Disbursement, Obligation
from compliance.evaluation.facts import (
    AssessmentFact,
    CommitmentFact,
    ConditionFact,
    DisclosureFact,
    EmploymentFact,
    ExemptionFact,
    Facts,
    ObligationFact,
    PaymentFact,
)
from compliance.models import Exemption
from projects.models import (
    AssessmentCondition,
    Disclosure,
    EmploymentReturn,
    ImpactAssessment,
    PhasePeriod,
    Project,
)

Pair = tuple[int, int]
Row = dict[str, Any]


@dataclass(frozen=True)
class Scope:
    """Which projects and years to judge, as on which day; what is due later than that day is left out."""

    pairs: frozenset[Pair]
    on: date

    @property
    def projects(self) -> set[int]:
        """Keys of the projects."""
        return {project for project, _year in self.pairs}

    @property
    def years(self) -> set[int]:
        """Years of any project."""
        return {year for _project, year in self.pairs}


def gather(scope: Scope) -> dict[Pair, Facts]:
    """Read every fact that judgement may look at; ten queries, whatever the number of projects and years."""
    tables: dict[str, dict[int, list[Row]]] = {
        "assessments": by_project(read(ImpactAssessment.objects, scope, ASSESSMENT_COLUMNS)),
        "conditions": by_project(
            read(
                AssessmentCondition.objects.filter(due_on__lte=scope.on),
                scope,
                CONDITION_COLUMNS,
                "assessment__project",
            )
        ),
        "employment": by_project(
            read(EmploymentReturn.objects.filter(period_end__year__in=scope.years), scope, EMPLOYMENT_COLUMNS)
        ),
        "obligations": by_project(
            read(
                Obligation.objects.filter(due_on__lte=scope.on, due_on__year__in=scope.years),
                scope,
                OBLIGATION_COLUMNS,
            )
        ),
        "payments": by_project(
            read(
                Disbursement.objects.standing()
                .with_sides()
                .filter(Q(obligation__due_on__year__in=scope.years) | Q(obligation__isnull=True, year__in=scope.years)),
                scope,
                PAYMENT_COLUMNS,
            )
        ),
        "commitments": by_project(
            read(
                Commitment.objects.filter(due_on__lte=scope.on, due_on__year__in=scope.years),
                scope,
                COMMITMENT_COLUMNS,
                "agreement__project",
            )
        ),
        "disclosures": by_project(
            read(Disclosure.objects.filter(period_end__year__in=scope.years), scope, DISCLOSURE_COLUMNS)
        ),
        "exemptions": by_project(
            read(
                Exemption.objects.filter(year__in=scope.years, approved_by__isnull=False),
                scope,
                EXEMPTION_COLUMNS,
            )
        ),
    }
    phases = by_project(
        PhasePeriod.objects.filter(project__in=scope.projects).values("project_id", "phase", "starts_on", "ends_on")
    )
    projects = Project.objects.in_bulk(scope.projects)
    return {
        (key, year): facts_of(projects[key], year, phases[key], {name: rows[key] for name, rows in tables.items()})
        for key, year in sorted(scope.pairs)
        if key in projects
    }


def facts_of(project: Project, year: int, phases: Iterable[Row], rows: Mapping[str, list[Row]]) -> Facts:
    """The facts of one project and year, from the rows of that project in all years of the scope."""
    start, end = date(year, 1, 1), date(year, 12, 31)
    return Facts(
        project=project.slug,
        country=project.country,
        year=year,
        period_start=start,
        period_end=end,
        phases=tuple(
            row["phase"]
            for row in phases
            if row["starts_on"] <= end and (row["ends_on"] is None or row["ends_on"] > start)
        ),
        assessments=tuple(AssessmentFact(**fact(row, "assessment")) for row in rows["assessments"] if begun(row, end)),
        conditions=tuple(
            ConditionFact(**fact(row, "condition") | {"assessment": f"assessment/{row['assessment']}"})
            for row in rows["conditions"]
            if row["due_on"] <= end
        ),
        employment=tuple(
            EmploymentFact(**fact(row, "employment-return"))
            for row in rows["employment"]
            if start <= row["period_start"] and row["period_end"] <= end
        ),
        obligations=tuple(
            ObligationFact(**fact(row, "obligation")) for row in rows["obligations"] if row["due_on"].year == year
        ),
        payments=tuple(PaymentFact(**payment(row)) for row in rows["payments"] if settled_year(row) == year),
        commitments=tuple(
            CommitmentFact(**answers(fact(row, "commitment")))
            for row in rows["commitments"]
            if row["due_on"].year == year
        ),
        disclosures=tuple(
            DisclosureFact(**fact(row, "disclosure")) for row in rows["disclosures"] if row["period_end"].year == year
        ),
        exemptions=tuple(ExemptionFact(**fact(row, "exemption")) for row in rows["exemptions"] if row["year"] == year),
    )


COMMON = ("id", "source__voice", "files")
ASSESSMENT_COLUMNS = (
    "instrument", "component", "submitted_on", "approved_on", "works_started_on", "start_extended",
    "participation_planned", "participation_held",
)  # fmt: skip
CONDITION_COLUMNS = ("assessment", "due_on", "fulfilled_on")
EMPLOYMENT_COLUMNS = (
    "employer__name", "period_start", "period_end", "contractors_included", "total_fte", "district_fte",
    "province_fte", "region_fte", "national_fte", "women_fte", "staff_headcount", "foreign_headcount",
    "foreign_exonerated",
)  # fmt: skip
OBLIGATION_COLUMNS = (
    "payer__name",
    "community__name",
    "recipient__name",
    "basis",
    "amount",
    "currency",
    "due_on",
)
PAYMENT_COLUMNS = (
    "obligation", "currency", "purpose", "company_amount", "paid_on", "recipient_amount", "received_on", "year",
    "obligation__due_on",
)  # fmt: skip
COMMITMENT_COLUMNS = (
    "community__name", "due_on", "voluntary", "company_says_fulfilled_on", "community_says", "authority_says",
    "confirmed_on",
)  # fmt: skip
DISCLOSURE_COLUMNS = ("period_end", "published_on")
EXEMPTION_COLUMNS = ("indicator", "reason", "year")


def read(rows: QuerySet[Any] | Any, scope: Scope, columns: Collection[str], project: str = "project") -> list[Row]:
    """The columns of every row of the scope's projects, with who says so and the number of files behind it."""
    found = rows.filter(**{f"{project}__in": scope.projects}).annotate(
        files=Count("source__evidence", distinct=True), of_project=F(project)
    )
    return list(found.order_by("pk").values("of_project", *COMMON, *columns))


def by_project(rows: Iterable[Any]) -> defaultdict[int, list[Row]]:
    """Group rows by their project."""
    grouped: defaultdict[int, list[Row]] = defaultdict(list)
    for row in rows:
        grouped[row.get("of_project") or row["project_id"]].append(row)
    return grouped


RENAMED = {"employer__name": "employer", "payer__name": "payer", "community__name": "community"}
NOT_SEALED = {"id", "of_project", "source__voice", "files", "year", "recipient__name", "obligation__due_on"}


def fact(row: Row, kind: str) -> Row:
    """Arguments of a fact: the row's own columns, who says so, and where the record is kept."""
    named = {RENAMED.get(name, name): value for name, value in row.items() if name not in NOT_SEALED}
    if kind == "obligation":
        named["recipient"] = named.pop("community") or row["recipient__name"]
    return named | {"record": f"{kind}/{row['id']}", "voice": row["source__voice"], "evidence": row["files"]}


def payment(row: Row) -> Row:
    """A payment points to its obligation's record; an empty purpose is unknown."""
    obligation = f"obligation/{row['obligation']}" if row["obligation"] else None
    return fact(row, "disbursement") | {"obligation": obligation, "purpose": row["purpose"] or None}


def settled_year(row: Row) -> int:
    """A payment belongs to the year in which its obligation was due; without one, to its own."""
    due_on: date | None = row["obligation__due_on"]
    return due_on.year if due_on else int(row["year"])


def answers(commitment: Row) -> Row:
    """An empty answer is no answer."""
    return commitment | {
        "community_says": commitment["community_says"] or None,
        "authority_says": commitment["authority_says"] or None,
    }


def begun(row: Row, end: date) -> bool:
    """An assessment enters the years from its earliest date on; without any date it is known in each."""
    dates = [day for day in (row["submitted_on"], row["approved_on"], row["works_started_on"]) if day]
    return not dates or min(dates) <= end
