"""The kinds of record of this app, offered on the record pages."""

from django.utils.translation import gettext_lazy as _

from projects import forms
from projects.kinds import RecordKind, register
from projects.models import (
    AssessmentCondition,
    Disclosure,
    EmploymentReturn,
    ImpactAssessment,
    OwnershipStake,
    PhasePeriod,
)


def register_kinds() -> None:
    """Called once, when the app is ready."""
    register(
        RecordKind(
            "phases", PhasePeriod, forms.PhaseForm, _("Phase"), _("Phases"),
            _("Add a phase"),
            _("From exploration to reclamation, each with its dates."),
            ((_("Phase"), "get_phase_display"), (_("From"), "starts_on"), (_("Until"), "ends_on")), ("phase",),
        )
    )  # fmt: skip
    register(
        RecordKind(
            "stakes", OwnershipStake, forms.StakeForm, _("Ownership stake"), _("Ownership stakes"),
            _("Add an ownership stake"),
            _("Who owns which share, and since when. Shares never add up to more than 100 %."),
            ((_("Owner"), "owner"), (_("Share, %"), "share_percent"), (_("From"), "starts_on"), (_("Until"), "ends_on")),
            ("owner__name",), related=("owner",),
        )
    )  # fmt: skip
    register(
        RecordKind(
            "assessments", ImpactAssessment, forms.AssessmentForm, _("Impact assessment"), _("Impact assessments"),
            _("Add an impact assessment"),
            _("When each study was handed in and approved, and when the works began."),
            (
                (_("Kind"), "instrument"), (_("Part"), "component"), (_("Approved on"), "approved_on"),
                (_("Works started on"), "works_started_on"),
            ),
            ("component", "resolution", "instrument"), reported_by_companies=True,
        )
    )  # fmt: skip
    register(
        RecordKind(
            "conditions", AssessmentCondition, forms.ConditionForm, _("Condition"), _("Conditions of the studies"),
            _("Add a condition"),
            _("What an approved study obliges the mine to do, by when."),
            ((_("What must be done"), "description"), (_("Due on"), "due_on"), (_("Fulfilled on"), "fulfilled_on")),
            ("description",), project_path="assessment__project", related=("assessment__project",), reported_by_companies=True,
        )
    )  # fmt: skip
    register(
        RecordKind(
            "employment", EmploymentReturn, forms.EmploymentForm, _("Employment return"), _("Employment returns"),
            _("Add an employment return"),
            _("How many people worked, and how many of them live nearby."),
            (
                (_("Employer"), "employer"), (_("Period to"), "period_end"), (_("All workers"), "total_fte"),
                (_("Of the districts"), "district_fte"), (_("Women"), "women_fte"),
            ),
            ("employer__name",), related=("employer",), reported_by_companies=True,
        )
    )  # fmt: skip
    register(
        RecordKind(
            "disclosures", Disclosure, forms.DisclosureForm, _("Published report"), _("Published reports"),
            _("Add a published report"),
            _("When the mine's figures about a period were published."),
            ((_("Title"), "title"), (_("Period to"), "period_end"), (_("Published on"), "published_on")), ("title",),
            reported_by_companies=True,
        )
    )  # fmt: skip
