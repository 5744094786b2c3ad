"""From the database to frozen facts: one query per fact table for all projects and years of a scope."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
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
    """Which projects and years to judge, as on which day.

    What is due is judged from the day after: until the end of its last day it can still be done, paid or kept.
    """

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


@dataclass(frozen=True)
class Table:
    """One table of facts: its name, the rows that a scope may look at, their columns, and the way to the project."""

    name: str
    rows: Callable[[Scope], QuerySet[Any]]
    columns: Collection[str]
    project: str = "project"

    def read(self, scope: Scope) -> defaultdict[int, list[Row]]:
        """The columns of every row by project, with who says so and the number of files behind it; one query."""
        found = self.rows(scope).filter(**{f"{self.project}__in": scope.projects})
        counted = found.annotate(files=Count("source__evidence", distinct=True), of_project=F(self.project))
        return by_project(counted.order_by("pk").values("of_project", "id", "source__voice", "files", *self.columns))


TABLES = (
    Table(
        "assessments",
        lambda scope: ImpactAssessment.objects.all(),
        (
            "instrument", "component", "submitted_on", "approved_on", "works_started_on", "start_extended",
            "participation_planned", "participation_held",
        ),
    ),
    Table(
        "conditions",
        lambda scope: AssessmentCondition.objects.filter(due_on__lt=scope.on),
        ("assessment", "due_on", "fulfilled_on"),
        "assessment__project",
    ),
    Table(
        "employment",
        lambda scope: EmploymentReturn.objects.filter(period_end__year__in=scope.years),
        (
            "employer", "employer__name", "period_start", "period_end", "contractors_included", "total_fte",
            "district_fte", "province_fte", "region_fte", "national_fte", "women_fte", "staff_headcount",
            "foreign_headcount", "foreign_exonerated",
        ),
    ),
    Table(
        "obligations",
        lambda scope: Obligation.objects.filter(due_on__lt=scope.on, due_on__year__in=scope.years),
        ("payer__name", "community__name", "recipient__name", "basis", "amount", "currency", "due_on"),
    ),
    Table(
        "payments",
        lambda scope: Disbursement.objects.standing().with_sides().with_files_of_statements().filter(
            Q(obligation__due_on__year__in=scope.years) | Q(obligation__isnull=True, year__in=scope.years)
        ),
        (
            "obligation", "currency", "purpose", "company_amount", "paid_on", "recipient_amount", "received_on",
            "files_of_statements", "year", "obligation__due_on",
        ),
    ),
    Table(
        "commitments",
        lambda scope: Commitment.objects.filter(due_on__lt=scope.on, due_on__year__in=scope.years),
        (
            "community__name", "due_on", "voluntary", "company_says_fulfilled_on", "community_says", "authority_says",
            "confirmed_on",
        ),
        "agreement__project",
    ),
    Table(
        "disclosures",
        lambda scope: Disclosure.objects.filter(period_end__year__in=scope.years),
        ("period_end", "published_on"),
    ),
    Table(
        "exemptions",
        lambda scope: Exemption.objects.filter(year__in=scope.years, approved_by__isnull=False),
        ("indicator", "reason", "year"),
    ),
)  # fmt: skip


def gather(scope: Scope) -> dict[Pair, Facts]:
    """Read every fact that judgement may look at; ten queries, whatever the number of projects and years."""
    tables = {table.name: table.read(scope) for table in TABLES}
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
            EmploymentFact(**fact(row, "employment-return") | {"employer_key": f"organisation/{row['employer']}"})
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


def by_project(rows: Iterable[Any]) -> defaultdict[int, list[Row]]:
    """Group rows by their project."""
    grouped: defaultdict[int, list[Row]] = defaultdict(list)
    for row in rows:
        grouped[row.get("of_project") or row["project_id"]].append(row)
    return grouped


RENAMED = {"employer__name": "employer", "payer__name": "payer", "community__name": "community"}
NOT_SEALED = {
    "id", "of_project", "source__voice", "files", "files_of_statements", "employer", "year", "recipient__name",
    "obligation__due_on",
}  # fmt: skip


def fact(row: Row, kind: str) -> Row:
    """Arguments of a fact: the row's own columns, who says so, and where the record is kept."""
    named = {RENAMED.get(name, name): value for name, value in row.items() if name not in NOT_SEALED}
    files = row["files"] + row.get("files_of_statements", 0)
    if kind == "obligation":
        named["recipient"] = named.pop("community") or row["recipient__name"]
    return named | {"record": f"{kind}/{row['id']}", "voice": row["source__voice"], "evidence": files}


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
