"""Impact assessments and the conditions that their approval set."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from projects.models.projects import Project
from projects.models.sources import Source, check_days_have_come


class ImpactAssessment(models.Model):
    """One study of one part of a mine: handed in, approved, and the works that it had to precede."""

    class Instrument(models.TextChoices):
        FTA = "FTA", _("FTA (technical environmental form)")
        DIA = "DIA", _("DIA (declaration, category I)")
        EIA_SD = "EIA-sd", _("EIA-sd (semi-detailed, category II)")
        EIA_D = "EIA-d", _("EIA-d (detailed, category III)")
        ITS = "ITS", _("ITS (minor change)")
        SOCIAL = "social", _("Social impact assessment")
        HUMAN_RIGHTS = "human-rights", _("Human rights impact assessment")

    project = models.ForeignKey(Project, models.PROTECT, related_name="assessments", verbose_name=_("project"))
    instrument = models.CharField(_("kind of study"), max_length=12, choices=Instrument)
    component = models.CharField(
        _("part of the mine"), max_length=120, help_text=_("Such as “first pit” or “expansion”.")
    )
    submitted_on = models.DateField(_("handed in on"), null=True, blank=True)
    approved_on = models.DateField(_("approved on"), null=True, blank=True)
    works_started_on = models.DateField(
        _("works started on"), null=True, blank=True, help_text=_("First digging or building of this part.")
    )
    start_extended = models.BooleanField(
        _("start extended by two years"),
        default=False,
        help_text=_("The authority extended the three years once."),
    )
    resolution = models.CharField(_("resolution"), max_length=120, blank=True)
    participation_planned = models.PositiveSmallIntegerField(
        _("participation events in the approved plan"), null=True, blank=True
    )
    participation_held = models.PositiveSmallIntegerField(_("of these, held before approval"), null=True, blank=True)
    source = models.OneToOneField(Source, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["project", "submitted_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(submitted_on__isnull=True)
                | Q(approved_on__isnull=True)
                | Q(approved_on__gte=F("submitted_on")),
                name="a_study_is_approved_after_it_was_handed_in",
                violation_error_message=_("The approval cannot be earlier than the day the study was handed in."),
            ),
            models.CheckConstraint(
                condition=Q(participation_held__isnull=True)
                | Q(participation_planned__isnull=True)
                | Q(participation_held__lte=F("participation_planned")),
                name="no_more_events_were_held_than_planned",
                violation_error_message=_("More events held than planned. Count only events of the plan."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.instrument}: {self.component}"

    def clean(self) -> None:
        """What happened to a study lies in the past."""
        check_days_have_come(
            submitted_on=self.submitted_on, approved_on=self.approved_on, works_started_on=self.works_started_on
        )

    def concerned_years(self) -> list[int] | None:
        """From the earliest of its dates on; None, every year that is open, where it has no date."""
        dates = [d for d in (self.submitted_on, self.approved_on, self.works_started_on) if d]
        return [min(dates).year] if dates else None


class AssessmentCondition(models.Model):
    """Something that an approved study obliges the mine to do by a date."""

    assessment = models.ForeignKey(
        ImpactAssessment, models.PROTECT, related_name="conditions", verbose_name=_("impact assessment")
    )
    description = models.CharField(_("what must be done"), max_length=300)
    due_on = models.DateField(_("due on"))
    fulfilled_on = models.DateField(_("fulfilled on"), null=True, blank=True)
    source = models.OneToOneField(Source, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["assessment", "due_on", "pk"]

    def __str__(self) -> str:
        return self.description

    def clean(self) -> None:
        """It has been fulfilled, or has not yet."""
        check_days_have_come(fulfilled_on=self.fulfilled_on)

    @property
    def project(self) -> Project:
        """The mine whose study set the condition."""
        return self.assessment.project

    def concerned_years(self) -> list[int]:
        """From the year in which it is due on."""
        return [self.due_on.year]
