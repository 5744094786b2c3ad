"""Impact assessments and the conditions that their approval set."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from projects.models.columns import DayColumn, SentenceColumn, SmallCountColumn
from projects.models.due import DueRecord
from projects.models.projects import Project
from projects.models.records import Record, StandingManager
from projects.models.rules import Check, InOrder, Nested


class ImpactAssessment(Record):
    """One study of one part of a mine: handed in, approved, and the works that it had to precede."""

    class Instrument(models.TextChoices):
        FTA = "FTA", _("FTA (technical environmental form)")
        DIA = "DIA", _("DIA (declaration, category I)")
        EIA_SD = "EIA-sd", _("EIA-sd (semi-detailed, category II)")
        EIA_D = "EIA-d", _("EIA-d (detailed, category III)")
        ITS = "ITS", _("ITS (minor change)")
        PAMA = "PAMA", _("PAMA (adjustment programme of older works)")
        SOCIAL = "social", _("Social impact assessment")
        HUMAN_RIGHTS = "human-rights", _("Human rights impact assessment")

    class Decision(models.TextChoices):
        UNDER_EVALUATION = "under-evaluation", _("Still under evaluation")
        REFUSED = "refused", _("Refused")
        NEVER_MADE = "never-made", _("No study was ever made")

    project = models.ForeignKey(Project, models.PROTECT, related_name="assessments", verbose_name=_("project"))
    instrument = models.CharField(_("kind of study"), max_length=12, choices=Instrument)
    component = models.CharField(
        _("part of the mine"), max_length=120, help_text=_("Such as “first pit” or “expansion”.")
    )
    submitted_on = DayColumn(_("handed in on"), happened=True, null=True, blank=True)
    approved_on = DayColumn(_("approved on"), happened=True, null=True, blank=True)
    decision = models.CharField(
        _("if it was not approved"),
        max_length=16,
        choices=Decision,
        blank=True,
        help_text=_("Leave empty when it was approved, or nobody says."),
    )
    works_started_on = DayColumn(
        _("works started on"),
        happened=True,
        null=True,
        blank=True,
        help_text=_("First digging or building of this part."),
    )
    not_begun_on = DayColumn(
        _("works had not begun on"),
        happened=True,
        null=True,
        blank=True,
        help_text=_("The last day on which somebody saw that. Without it, works may have begun too early."),
    )
    start_extended = models.BooleanField(
        _("start extended by two years"), default=False, help_text=_("The authority extended the three years once.")
    )
    resolution = models.CharField(_("resolution"), max_length=120, blank=True)
    participation_planned = SmallCountColumn(_("participation events in the approved plan"), null=True, blank=True)
    participation_held = SmallCountColumn(_("of these, held before approval"), null=True, blank=True)

    year_column = "approved_on"

    class Meta:
        ordering = ["project", "submitted_on", "pk"]
        constraints = [
            InOrder(
                "submitted_on",
                "approved_on",
                unknown=["submitted_on", "approved_on"],
                same_day=True,
                name="a_study_is_approved_after_it_was_handed_in",
                says=_("The approval cannot be earlier than the day the study was handed in."),
            ),
            InOrder(
                "not_begun_on",
                "works_started_on",
                unknown=["not_begun_on", "works_started_on"],
                name="works_begin_after_they_had_not_begun",
                says=_("The works began before the day on which they had not begun."),
            ),
            Check(
                at="decision",
                condition=Q(approved_on__isnull=True) | Q(decision=""),
                name="what_was_refused_is_not_approved",
                says=_("A study that was refused, never made or is under evaluation has no day of approval."),
            ),
            Nested(
                "participation_held",
                "participation_planned",
                name="no_more_events_were_held_than_planned",
                says=_("More events held than planned. Count only events of the plan."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.instrument}: {self.component}"

    def concerned_years(self) -> list[int] | None:
        """From the earliest of its dates on; None, every year that is open, where it has no date."""
        dates = [d for d in (self.submitted_on, self.approved_on, self.works_started_on) if d]
        return [min(dates).year] if dates else None


class AssessmentConditionQuerySet(models.QuerySet["AssessmentCondition"]):
    """Named reads of conditions."""

    def of_project(self, project: Project | None) -> AssessmentConditionQuerySet:
        """The conditions of a project's studies."""
        return self.filter(assessment__project=project)


class AssessmentCondition(DueRecord):
    """Something that an approved study obliges the mine to do by a date."""

    assessment = models.ForeignKey(
        ImpactAssessment, models.PROTECT, related_name="conditions", verbose_name=_("impact assessment")
    )
    description = SentenceColumn(_("what must be done"), max_length=300)
    due_on = DayColumn(_("due on"))
    fulfilled_on = DayColumn(_("fulfilled on"), happened=True, null=True, blank=True)

    objects = StandingManager.from_queryset(AssessmentConditionQuerySet)()
    with_withdrawn = AssessmentConditionQuerySet.as_manager()

    class Meta(DueRecord.Meta):
        ordering = ["assessment", "due_on", "pk"]
        constraints = [
            *DueRecord.Meta.constraints,
            Check(
                at="later_day_agreed_by",
                condition=~Q(later_day_agreed_by="community"),
                name="only_an_authority_moves_a_condition",
                says=_("An authority set this condition, and only an authority can move its day."),
            ),
        ]

    def __str__(self) -> str:
        return self.description

    @classmethod
    def not_done(cls) -> Q:
        """Of which no day is on record on which they were met."""
        return Q(fulfilled_on__isnull=True)

    @property
    def project(self) -> Project:
        """The mine whose study set the condition."""
        return self.assessment.project
