"""From the database to frozen facts: one query per fact table for all projects and years of a scope."""

from __future__ import annotations

import dataclasses
import typing
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import reduce
from operator import or_
from typing import Any, TypeVar

from django.db import connection
from django.db.models import Count, F, ForeignKey, Model, Q, QuerySet
from psycopg import sql

from communities.models import (
    Commitment,
    Disbursement,
    LeftOutClaim,
    Obligation,
    ParticipationEvent,
    SharedWork,
    StudyCommunity,
    WorkProgress,
)
from compliance.evaluation.arrears import only_open_arrears
from compliance.evaluation.criteria.announced import AnnouncedInvestmentFact
from compliance.evaluation.criteria.closure import ClosureGuaranteeFact, ClosureRequirementFact, ReclamationFact
from compliance.evaluation.criteria.closure_plans import ClosurePlanFact, OperationStateFact, RemainingDutyFact
from compliance.evaluation.criteria.committee_findings import CommitteeFindingFact
from compliance.evaluation.criteria.complaints import ComplaintFact
from compliance.evaluation.criteria.contracts import AccordFact, AccordMineFact, AccordPromiseFact, FinancingFact
from compliance.evaluation.criteria.exploration import ExplorationFact
from compliance.evaluation.criteria.foreign_posts import ForeignPostFact
from compliance.evaluation.criteria.indigenous import CensusShareFact
from compliance.evaluation.criteria.inspections import InspectionFact, InspectionFindingFact, SanctionFact
from compliance.evaluation.criteria.joint_ventures import AgreedShareFact, FigureBasisFact
from compliance.evaluation.criteria.methods import MethodFact
from compliance.evaluation.criteria.monitoring import MonitoringFact, RequiredSamplesFact
from compliance.evaluation.criteria.ownership import HoldingFact, StakeFact, only_behind_the_mine
from compliance.evaluation.criteria.participation import ParticipationFact
from compliance.evaluation.criteria.production import ConcessionFact, ProductionFact
from compliance.evaluation.criteria.purchases import PurchasesFact
from compliance.evaluation.criteria.reports import ReportFact
from compliance.evaluation.criteria.shared_works import SharedWorkFact, WorkProgressFact
from compliance.evaluation.criteria.study_areas import LeftOutClaimFact, StudyCommunityFact
from compliance.evaluation.criteria.study_steps import StudyStepFact
from compliance.evaluation.criteria.supplier_calls import SupplierCallFact
from compliance.evaluation.criteria.training import TrainingFact
from compliance.evaluation.facts import (
    FIRST,
    LATER,
    TABLES,
    AssessmentFact,
    CommitmentFact,
    ConditionFact,
    DisclosureFact,
    DueRow,
    EmploymentFact,
    ExemptionFact,
    ExpectedFact,
    Facts,
    ObligationFact,
    PaymentFact,
    Row,
    YearRule,
    is_bare_word,
)
from compliance.models import Exemption
from projects.models import (
    Accord,
    AccordMine,
    AccordPromise,
    AgreedShare,
    AnnouncedInvestment,
    AssessmentCondition,
    AssessmentStep,
    CensusShare,
    ClosureGuarantee,
    ClosurePlan,
    ClosureRequirement,
    CommitteeFinding,
    ComplaintSummary,
    Concession,
    Disclosure,
    EmploymentReturn,
    ExpectedCount,
    ExplorationWorks,
    FigureBasis,
    Financing,
    ForeignPost,
    Holding,
    ImpactAssessment,
    Inspection,
    InspectionFinding,
    MethodInUse,
    MonitoringSummary,
    OperationState,
    OwnershipStake,
    PhasePeriod,
    ProcurementReturn,
    ProductionReturn,
    Project,
    ReclamationReport,
    RemainingDuty,
    RequiredReport,
    RequiredSamples,
    Sanction,
    Source,
    SupplierCall,
    TrainingReturn,
)
from projects.models.sources import WEB_ADDRESS

Pair = tuple[int, int]
"""The key of a project, and a year."""
Values = dict[str, Any]
Tables = dict[type[Row], defaultdict[int, list[Values]]]
"""Of each table its rows by project."""
R = TypeVar("R", bound=Row)


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


ROWS: dict[type[Row], Callable[[], QuerySet[Any]]] = {
    AssessmentFact: lambda: ImpactAssessment.objects.all(),
    StudyStepFact: lambda: AssessmentStep.objects.all(),
    ConditionFact: lambda: AssessmentCondition.objects.with_replacement(),
    EmploymentFact: lambda: EmploymentReturn.objects.all(),
    ObligationFact: lambda: Obligation.objects.all(),
    PaymentFact: lambda: Disbursement.objects.standing().with_sides().with_testimony().with_files(),
    CommitmentFact: lambda: Commitment.objects.all(),
    DisclosureFact: lambda: Disclosure.objects.all(),
    CensusShareFact: lambda: CensusShare.objects.all(),
    ExpectedFact: lambda: ExpectedCount.objects.all(),
    PurchasesFact: lambda: ProcurementReturn.objects.with_registry(),
    TrainingFact: lambda: TrainingReturn.objects.all(),
    ForeignPostFact: lambda: ForeignPost.objects.all(),
    SupplierCallFact: lambda: SupplierCall.objects.all(),
    MethodFact: lambda: MethodInUse.objects.all(),
    ExplorationFact: lambda: ExplorationWorks.objects.all(),
    ReportFact: lambda: RequiredReport.objects.all(),
    StudyCommunityFact: lambda: StudyCommunity.objects.all(),
    LeftOutClaimFact: lambda: LeftOutClaim.objects.all(),
    ParticipationFact: lambda: ParticipationEvent.objects.all(),
    SharedWorkFact: lambda: SharedWork.objects.with_first_report(),
    WorkProgressFact: lambda: WorkProgress.objects.all(),
    InspectionFact: lambda: Inspection.objects.all(),
    InspectionFindingFact: lambda: InspectionFinding.objects.all(),
    SanctionFact: lambda: Sanction.objects.all(),
    ComplaintFact: lambda: ComplaintSummary.objects.all(),
    AccordFact: lambda: Accord.objects.all(),
    AccordMineFact: lambda: AccordMine.objects.all(),
    AccordPromiseFact: lambda: AccordPromise.objects.all(),
    FinancingFact: lambda: Financing.objects.all(),
    AnnouncedInvestmentFact: lambda: AnnouncedInvestment.objects.all(),
    ClosureRequirementFact: lambda: ClosureRequirement.objects.all(),
    ClosureGuaranteeFact: lambda: ClosureGuarantee.objects.all(),
    ReclamationFact: lambda: ReclamationReport.objects.all(),
    ClosurePlanFact: lambda: ClosurePlan.objects.all(),
    OperationStateFact: lambda: OperationState.objects.all(),
    RemainingDutyFact: lambda: RemainingDuty.objects.all(),
    RequiredSamplesFact: lambda: RequiredSamples.objects.all(),
    MonitoringFact: lambda: MonitoringSummary.objects.all(),
    CommitteeFindingFact: lambda: CommitteeFinding.objects.all(),
    StakeFact: lambda: OwnershipStake.objects.all(),
    HoldingFact: lambda: Holding.objects.all(),
    ConcessionFact: lambda: Concession.objects.all(),
    ProductionFact: lambda: ProductionReturn.objects.all(),
    FigureBasisFact: lambda: FigureBasis.objects.all(),
    AgreedShareFact: lambda: AgreedShare.objects.all(),
    ExemptionFact: lambda: Exemption.objects.filter(approved_by__isnull=False),
}
"""From which records each table of facts is read. None knows the day: what a day changes stands in the `days` of the table."""

if missing := TABLES.keys() ^ ROWS.keys():
    raise LookupError(f"no records are named for {', '.join(table.__name__ for table in missing)}")


def model_of(table: type[Row]) -> type[Model]:
    """The kind of record that a table of facts is read from, by way of a summary where there is one."""
    model = ROWS[table]().model
    return getattr(model, "summary_of", model)


def gather(scope: Scope) -> dict[Pair, Facts]:
    """Read every fact that judgement may look at: at most a query a table and four, whatever the number of projects and years."""
    projects, merged = mines_of(scope)
    written = written_of({*scope.projects, *merged})
    tables: Tables = {table: defaultdict(list) for table in ROWS}
    tables |= read_all(written, scope, merged)
    keep_first_days(tables)
    phases: defaultdict[int, list[PhasePeriod]] = defaultdict(list)
    for phase in PhasePeriod.objects.filter(project__in=scope.projects):
        phases[phase.project_id].append(phase)
    return {
        (key, year): only_behind_the_mine(
            only_open_arrears(
                Facts(
                    project=projects[key].slug,
                    country=projects[key].country,
                    year=year,
                    period_start=date(year, 1, 1),
                    period_end=date(year, 12, 31),
                    phases=phases_in(year, phases[key]),
                    stratum=projects[key].stratum,
                    stratum_is_bare_word=bool(projects[key].stratum) and says_alone(projects[key]),
                    tables={table: rows_of(table, year, scope.on, found[key]) for table, found in tables.items()},
                )
            )
        )
        for key, year in sorted(scope.pairs)
        if key in projects
    }


def mines_of(scope: Scope) -> tuple[dict[int, Project], dict[int, int]]:
    """The projects of the scope, and by the key of what was merged into one of them the key of that one; one query."""
    found = Project.with_withdrawn.filter(Q(pk__in=scope.projects) | Q(merged_into__in=scope.projects))
    with_source = found.select_related("source").annotate(files=Count("source__evidence", distinct=True))
    rows = with_source.order_by().in_bulk()
    standing = {key: row for key, row in rows.items() if row.withdrawn_at is None}
    return standing, {key: row.merged_into_id for key, row in rows.items() if row.merged_into_id}


def written_of(projects: Collection[int]) -> set[type[Row]]:
    """The tables in which anything is written about some of these projects; one query.

    To build and compile the query of a table costs far more than to see that nothing is there. Of records that hang on
    others it looks at those; records that reach any number of mines are always read.
    """
    with connection.cursor() as cursor:
        cursor.execute(ANYTHING_WRITTEN, {"projects": list(projects)})
        found = {name for (name,) in cursor}
    return {table for table in ROWS if table not in WRITTEN_IN or table.__name__ in found}


def says_alone(project: Any) -> bool:
    """Whether what a project says of itself is a bare word."""
    source = project.source
    return is_bare_word(source.voice, project.files, opens=opens(source.audience, source.reference))


def opens(audience: str | None, reference: str | None) -> bool:
    """Whether a source names an address at which anybody can open it."""
    return audience == Source.Audience.PUBLIC and (reference or "").startswith(WEB_ADDRESS)


def read_all(tables: Iterable[type[Row]], scope: Scope, merged: Mapping[int, int]) -> Tables:
    """The rows of some tables with the number of files behind each; a query a table and one for the files."""
    found = {table: read(table, scope, merged) for table in tables}
    rows = [one for table in found.values() for rows in table.values() for one in rows if "files" not in one]
    behind = Source.evidence.through.objects.filter(source__in={one["source"] for one in rows})
    files = dict(behind.values_list("source").annotate(Count("evidence")))
    for one in rows:
        one["files"] = files.get(one["source"], 0)
    return found


def read(table: type[Row], scope: Scope, merged: Mapping[int, int]) -> defaultdict[int, list[Values]]:
    """The columns of every row by project, with who says so and its source or the number of files behind it; one query.

    Rows of the ledger that name a mine which was merged into another count for that one.
    """
    rows = ROWS[table]()
    rule, carried, to_project = TABLES[table].years, TABLES[table].carried, path_to_project(rows.model)
    files = "files" if "files" in rows.query.annotations else "source"
    rows = rows.filter(**{f"{to_project}__in": {*scope.projects, *merged}}).annotate(of_project=F(to_project))
    if not rule.reaches_on and not carried:
        rows = rows.filter(in_years(rule.columns, scope.years))
    if table.days:
        rows = rows.filter(reduce(or_, (Q(**{f"{day}__lt": scope.on}) for day in table.days)))
    columns = {
        *table.days,
        *rule.columns,
        *(carried.columns if carried else ()),
        *(name for names, _kind, _text in COLUMNS[table].values() for name in names),
    }
    found: defaultdict[int, list[Values]] = defaultdict(list)
    for values in rows.order_by("pk").values(
        "of_project", "id", "source__voice", "source__reference", "source__audience", files, *columns
    ):
        found[merged.get(values["of_project"], values["of_project"])].append(values)
    return found


def in_years(columns: Iterable[str], years: Collection[int]) -> Q:
    """Rows of which the first column that says a year says one of these."""
    found, silent = Q(), Q()
    for name in columns:
        found |= silent & Q(**{f"{name}__in": years})
        silent &= Q(**{f"{name}__isnull": True})
    return found


def keep_first_days(tables: Mapping[type[Row], Mapping[int, list[Values]]]) -> None:
    """Note in rows of which a due day was moved what they say by the day that counts; payments follow what they settle."""
    moved: dict[int, int] = {}
    for table in (*(one for one in tables if issubclass(one, DueRow)), PaymentFact):
        for values in (one for found in tables[table].values() for one in found):
            if issubclass(table, DueRow):
                if values["first_due_on"] < values["due_on"] and not (row := fact(table, values)).later_day_counts:
                    day = row.falls_due
                    values[FIRST] = values | {"due_on": day, "due_on__year": day.year}
                    moved |= {values["id"]: day.year} if table is ObligationFact else {}
            elif values["obligation"] in moved:
                values[FIRST] = values | {"obligation__due_on__year": moved[values["obligation"]]}


def rows_of(table: type[Row], year: int, on: date, found: Iterable[Values]) -> tuple[Row, ...]:
    """The facts of one year, from the rows of one project in all years of the scope, with what earlier ones left.

    A row whose day was moved stands here by each of its two days that places it in the year, once where both do alike.
    """
    rows = []
    for values in found:
        now, first = (reaches_in(table, one, year, on) for one in (values, values.get(FIRST, values)))
        places = [("", now)] if now == first else [(LATER, now), (FIRST, first)]
        rows += [fact(table, values, carried=one, placed_by=by) for by, one in places if one is not None]
    return tuple(rows)


def reaches_in(table: type[Row], values: Values, year: int, on: date) -> bool | None:
    """Whether a row reaches into a year from another one; None where it is not in it, or not due before a day."""
    rule, carried = TABLES[table].years, TABLES[table].carried
    if table.days and (values[table.days[0]] or on) >= on:
        return None
    if belongs(rule, values, year):
        return False
    return True if carried and belongs(carried, values, year) else None


def belongs(rule: YearRule, values: Values, year: int) -> bool:
    """Whether a row is of a year."""
    return rule.belongs([values[name] for name in rule.columns], year)


def fact(table: type[R], values: Values, *, carried: bool = False, placed_by: str = "") -> R:
    """One frozen row; an empty text is unknown where the column may be unknown, and a key names its record."""
    said: Values = {
        "record": f"{TABLES[table].record}/{values['id']}",
        "voice": values["source__voice"] or Source.Voice.UNKNOWN.value,
        "evidence": values["files"],
        "carried": carried,
        "placed_by": placed_by,
        "opens": opens(values["source__audience"], values["source__reference"]),
    }
    for name, (columns, kind, may_be_unknown) in COLUMNS[table].items():
        value = next((values[one] for one in columns if values[one] is not None), None)
        if kind and value is not None:
            value = f"{kind}/{value}"
        said[name] = None if may_be_unknown and value == "" else value
    return table(**said)


def columns_of(table: type[Row]) -> dict[str, tuple[tuple[str, ...], str, bool]]:
    """Of each field its columns, the kind of record that its key names, and whether it may be unknown."""
    own = dataclasses.fields(table)[len(dataclasses.fields(Row)) :]
    hints = typing.get_type_hints(table)
    return {
        field.name: (
            field.metadata.get("columns", (field.name,)),
            field.metadata.get("kind", ""),
            type(None) in typing.get_args(hints[field.name]),
        )
        for field in own
    }


COLUMNS = {table: columns_of(table) for table in ROWS}


def path_to_project(model: type[Model]) -> str:
    """How queries come from a record to its project: by its own column, by the mines that it reaches, or by what it hangs on."""
    if own := keys_to_project(model):
        return own[0]
    if mines := getattr(model, "mines", ""):
        return str(mines)
    hangs_on = key_to_parent(model)
    return f"{hangs_on.name}__{keys_to_project(hangs_on.related_model)[0]}"


def key_to_parent(model: Any) -> ForeignKey[Any, Any]:
    """The column in which a record without a project of its own names what it hangs on, which has one."""
    keys = (field for field in model._meta.concrete_fields if isinstance(field, ForeignKey))
    return next(key for key in keys if keys_to_project(key.related_model))


def keys_to_project(model: Any) -> list[str]:
    """The columns in which a record names its project."""
    keys = [field for field in model._meta.concrete_fields if isinstance(field, ForeignKey)]
    return [key.name for key in keys if key.related_model is Project]


def phases_in(year: int, phases: Iterable[PhasePeriod]) -> tuple[str, ...]:
    """The phases in force on any day of a year."""
    start, end = date(year, 1, 1), date(year, 12, 31)
    return tuple(one.phase for one in phases if one.starts_on <= end and (one.ends_on is None or one.ends_on > start))


def written_in(table: type[Row]) -> type[Model] | None:
    """The model that names the project of a table's records: their own, or what they hang on; None where they reach many."""
    model = model_of(table)
    if keys_to_project(model):
        return model
    return None if getattr(model, "mines", "") else key_to_parent(model).related_model


WRITTEN_IN = {table: model for table in ROWS if (model := written_in(table))}
ANYTHING_WRITTEN = sql.SQL(" UNION ALL ").join(
    sql.SQL("SELECT {} WHERE EXISTS (SELECT FROM {} WHERE {} = ANY(%(projects)s))").format(
        table.__name__, sql.Identifier(model._meta.db_table), sql.Identifier(f"{keys_to_project(model)[0]}_id")
    )
    for table, model in WRITTEN_IN.items()
)
