"""The kinds of record of this app, and where the audit trail leads to what else it has."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from accounts.record_addresses import RecordAddresses, register_addresses
from projects.forms import form_of
from projects.kinds import RecordKind, register
from projects.models import (
    AssessmentCondition,
    ClosureGuarantee,
    ClosureRequirement,
    Disclosure,
    EmploymentReturn,
    ExpectedCount,
    Holding,
    ImpactAssessment,
    ImportBatch,
    Inspection,
    Mineral,
    MonitoringStation,
    OwnershipStake,
    PhasePeriod,
    ProcurementReturn,
    Project,
    ProjectAssignment,
    ReclamationReport,
    RequiredSamples,
    Sanction,
    WaterSample,
)
from projects.models.due import LATER_DAY
from projects.services.merging import MERGE_KINDS, MergeKind

KINDS_OF_THIS_APP = (
    RecordKind(
        code="phases",
        model=PhasePeriod,
        form=form_of(PhasePeriod),
        fact_name="phase",
        singular=_("Phase"),
        plural=_("Phases"),
        add_label=_("Add a phase"),
        help=_("From exploration to reclamation, each with its dates."),
        columns=("phase", "starts_on", "ends_on"),
    ),
    RecordKind(
        code="stakes",
        model=OwnershipStake,
        form=form_of(OwnershipStake),
        fact_name="stake",
        singular=_("Ownership stake"),
        plural=_("Ownership stakes"),
        add_label=_("Add an ownership stake"),
        help=_("Who owns which share, and since when. Shares never add up to more than 100 %."),
        columns=("owner", "share_percent", "starts_on", "ends_on"),
    ),
    RecordKind(
        code="holdings",
        model=Holding,
        form=form_of(Holding),
        fact_name="holding",
        record_words=_("share of a company"),
        singular=_("Share of a company"),
        plural=_("Shares of companies"),
        add_label=_("Add a share of a company"),
        help=_(
            "Who owns the companies that own the mine, up to the last owner. Enter what each one holds directly; what it "
            "holds through others is worked out."
        ),
        columns=("company", "owner", "share_percent", "starts_on", "ends_on"),
        project_path=None,
        carried=("company", "starts_on"),
    ),
    RecordKind(
        code="assessments",
        model=ImpactAssessment,
        form=form_of(ImpactAssessment),
        fact_name="assessment",
        record_words=_("impact study"),
        singular=_("Impact assessment"),
        plural=_("Impact assessments"),
        add_label=_("Add an impact assessment"),
        help=_("When each study was handed in and approved, and when the works began."),
        columns=("instrument", "component", "approved_on", "works_started_on"),
        reported_by_companies=True,
    ),
    RecordKind(
        code="conditions",
        model=AssessmentCondition,
        form=form_of(AssessmentCondition, not_for_companies=LATER_DAY),
        fact_name="condition",
        record_words=_("condition of a study"),
        singular=_("Condition"),
        plural=_("Conditions of the studies"),
        add_label=_("Add a condition"),
        help=_("What an approved study obliges the mine to do, by when."),
        columns=("description", "due_on", "fulfilled_on", "first_due_on"),
        project_path="assessment__project",
        carried=("assessment",),
        reported_by_companies=True,
    ),
    RecordKind(
        code="inspections",
        model=Inspection,
        form=form_of(Inspection),
        fact_name="inspection",
        singular=_("Inspection"),
        plural=_("Inspections"),
        add_label=_("Add an inspection"),
        help=_("Which authority came, what it looked at, who was present, and what it found."),
        columns=("authority", "inspected_on", "subject", "finding"),
        carried=("authority",),
        optional=True,
    ),
    RecordKind(
        code="sanctions",
        model=Sanction,
        form=form_of(Sanction),
        fact_name="sanction",
        singular=_("Sanction"),
        plural=_("Sanctions"),
        add_label=_("Add a sanction"),
        help=_("Fines, measures and warnings of an authority, whether they were appealed, and whether they were paid."),
        columns=("authority", "decided_on", "decision", "amount", "state"),
        carried=("authority",),
        optional=True,
    ),
    RecordKind(
        code="employment",
        model=EmploymentReturn,
        form=form_of(EmploymentReturn),
        fact_name="employment-return",
        singular=_("Employment return"),
        plural=_("Employment returns"),
        add_label=_("Add an employment return"),
        help=_("How many people worked, and how many of them live nearby."),
        columns=("employer", "period_end", "total_fte", "district_fte", "women_fte"),
        headings={"total_fte": _("All workers"), "district_fte": _("Of the districts")},
        carried=("period_start", "period_end", "contractors_included"),
        reported_by_companies=True,
        runs_out="exonerated_until",
    ),
    RecordKind(
        code="purchases",
        model=ProcurementReturn,
        form=form_of(ProcurementReturn),
        fact_name="procurement-return",
        singular=_("Procurement return"),
        plural=_("Procurement returns"),
        add_label=_("Add a procurement return"),
        help=_("How much was bought, and how much of it from suppliers nearby."),
        columns=("buyer", "period_end", "eligible_amount", "local_amount"),
        headings={"eligible_amount": _("Bought in all")},
        carried=("period_start", "period_end", "currency"),
        reported_by_companies=True,
    ),
    RecordKind(
        code="closure-requirements",
        model=ClosureRequirement,
        form=form_of(ClosureRequirement),
        fact_name="closure-requirement",
        singular=_("Guarantee required for closing"),
        plural=_("Guarantees required for closing"),
        add_label=_("Add what guarantee is required"),
        help=_("How much the authority requires of the mine each year, so that its closing is paid for."),
        columns=("year", "amount"),
        optional=True,
    ),
    RecordKind(
        code="closure-guarantees",
        model=ClosureGuarantee,
        form=form_of(ClosureGuarantee),
        fact_name="closure-guarantee",
        singular=_("Guarantee posted for closing"),
        plural=_("Guarantees posted for closing"),
        add_label=_("Add a guarantee that was posted"),
        help=_("What was posted for a year, when, until when it is good, and who holds it."),
        columns=("instrument", "requirement", "amount", "posted_on", "stands_until"),
        project_path="requirement__project",
        carried=("requirement",),
        optional=True,
        runs_out="stands_until",
        reported_by_companies=True,
    ),
    RecordKind(
        code="reclamation",
        model=ReclamationReport,
        form=form_of(ReclamationReport),
        fact_name="reclamation-report",
        singular=_("Report on closed land"),
        plural=_("Reports on closed land"),
        add_label=_("Add a report on closed land"),
        help=_("How many hectares were closed up to a day, how many were scheduled, and how many somebody verified."),
        columns=("as_of", "scheduled_hectares", "done_hectares", "verified_hectares"),
        optional=True,
    ),
    RecordKind(
        code="monitoring-stations",
        model=MonitoringStation,
        form=form_of(MonitoringStation),
        fact_name="monitoring-station",
        singular=_("Water monitoring station"),
        plural=_("Water monitoring stations"),
        add_label=_("Add a monitoring station"),
        help=_("Where water is measured: what leaves the mine, and the river, lake or spring that receives it."),
        columns=("name", "water", "category", "place"),
        optional=True,
    ),
    RecordKind(
        code="required-samples",
        model=RequiredSamples,
        form=form_of(RequiredSamples),
        fact_name="required-samples",
        singular=_("Samples required"),
        plural=_("Samples required"),
        add_label=_("Add how many samples are required"),
        help=_("How often the monitoring programme asks for each parameter at each station in a year."),
        columns=("station", "parameter", "year", "samples"),
        project_path="station__project",
        carried=("station", "year", "samples"),
        optional=True,
    ),
    RecordKind(
        code="water-samples",
        model=WaterSample,
        form=form_of(WaterSample),
        fact_name="water-sample",
        singular=_("Test of water"),
        plural=_("Tests of water"),
        add_label=_("Add a test of water"),
        help=_("What a laboratory found, one line a parameter. Who says so below is who took the sample."),
        columns=("station", "taken_on", "parameter", "value", "unit"),
        project_path="station__project",
        carried=("station", "taken_on", "laboratory", "accredited"),
        optional=True,
        reported_by_companies=True,
    ),
    RecordKind(
        code="expected",
        model=ExpectedCount,
        form=form_of(ExpectedCount),
        fact_name="expected-count",
        record_words=_("list of what there must be"),
        singular=_("Number that there must be"),
        plural=_("Numbers that there must be"),
        add_label=_("Add how many there must be"),
        help=_(
            "How many employers the payroll register names, how many promises the agreements make for a year: so that one "
            "which is missing here is seen."
        ),
        columns=("of", "period_end", "number", "document"),
        headings={"period_end": _("Period to")},
        carried=("period_start", "period_end"),
    ),
    RecordKind(
        code="disclosures",
        model=Disclosure,
        form=form_of(Disclosure, not_for_companies=("has_figures",)),
        fact_name="disclosure",
        singular=_("Published report"),
        plural=_("Published reports"),
        add_label=_("Add a published report"),
        help=_("When the mine's figures about a period were published."),
        columns=("title", "period_end", "published_on"),
        headings={"period_end": _("Period to")},
        reported_by_companies=True,
    ),
)


def register_kinds() -> None:
    """Called once, when the app is ready."""
    for kind in KINDS_OF_THIS_APP:
        register(kind)


def register_merges() -> None:
    """Let organisations and mines be merged with their like; called once, when the app is ready."""
    for kind in (
        MergeKind(
            "organisations",
            Organisation,
            lambda row: _("an organisation (%(kind)s)") % {"kind": row.get_kind_display()},
            lambda row: reverse("lists:row", kwargs={"code": "organisations", "pk": row.pk}),
        ),
        MergeKind(
            "projects",
            Project,
            lambda _row: _("a mine"),
            lambda row: reverse("projects:page", kwargs={"slug": row.slug}),
        ),
    ):
        MERGE_KINDS[kind.code] = kind


def register_pages() -> None:
    """Let the audit trail lead to records of this app that are none of the kinds; called once, when the app is ready."""
    pages, register_page = RecordAddresses, register_addresses
    register_page(Project, pages(Project.objects.visible_to, "projects:page", {"slug": "slug"}))
    register_page(
        ProjectAssignment,
        pages(
            lambda actor: ProjectAssignment.objects.filter(project__in=Project.objects.visible_to(actor)),
            "projects:page",
            {"slug": "project__slug"},
        ),
    )
    register_page(ImportBatch, pages(ImportBatch.objects.visible_to, "imports:page", {"pk": "id"}))
    everybody_sees = {
        Organisation: pages(lambda _: Organisation.objects.all(), "lists:row", {"pk": "id"}, {"code": "organisations"}),
        Mineral: pages(lambda _: Mineral.objects.all(), "lists:row", {"pk": "code"}, {"code": "minerals"}),
    }
    for model, its_pages in everybody_sees.items():
        register_page(model, its_pages)
