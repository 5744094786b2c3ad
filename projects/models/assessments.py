"""Impact assessments, the conditions that their approval set, and the reports that are to be handed in."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import DateField, ExpressionWrapper, F, OuterRef, Q, Subquery
from django.utils.translation import gettext_lazy as _

from projects.intake.names import bare, nearly_same
from projects.models.columns import DayColumn, HectaresColumn, SentenceColumn, SmallCountColumn
from projects.models.due import DueRecord
from projects.models.projects import PhasePeriod, Project
from projects.models.records import Record, StandingManager
from projects.models.rules import Check, InOrder, Nested, NotNegative, OncePer


class ImpactAssessment(Record):
    """One study of one part of a mine: handed in, approved, and the works that it had to precede."""

    class Instrument(models.TextChoices):
        FTA = "FTA", _("FTA (technical environmental form)")
        DIA = "DIA", _("DIA (declaration, category I)")
        EIA_SD = "EIA-sd", _("EIA-sd (semi-detailed, category II)")
        EIA_D = "EIA-d", _("EIA-d (detailed, category III)")
        ITS = "ITS", _("ITS (minor change)")
        PAMA = "PAMA", _("PAMA (adjustment programme of older works)")
        UPDATE = "update", _("Update of a study")
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
    is_another = models.BooleanField(
        _("it is another study"),
        default=False,
        help_text=_("Tick it where it was asked whether this study is on record already, and it is another one."),
    )
    amends = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="amendments",
        verbose_name=_("study that it changes or updates"),
        help_text=_("Of a small change (ITS), a modification or an update: the first study. Empty for a first study."),
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
    certified_hectares = HectaresColumn(_("hectares of the certified area"))
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
            Check(
                at="amends",
                condition=~Q(instrument="update") | Q(amends__isnull=False),
                name="an_update_names_its_study",
                says=_("Choose the study that was updated."),
            ),
            NotNegative("certified_hectares", says=_("A number of hectares cannot be negative.")),
        ]

    def __str__(self) -> str:
        kind = self.get_instrument_display() if self.instrument.islower() else self.instrument
        return f"{kind}: {self.component}"

    def clean(self) -> None:
        """What is changed is a first study, so that all changes of one stand together; one study is entered once."""
        super().clean()
        if self.is_first and self.project_id:
            alike = ImpactAssessment.objects.filter(project=self.project_id, instrument=self.instrument)
            self.check_other(alike.exclude(pk=self.pk))
        first = self.amends
        if first and (first.amends_id or first.pk == self.pk or (self.pk and self.amendments.exists())):
            message = _("Choose the first study, not a change of it.")
            raise ValidationError({"amends": ValidationError(message, "not_a_first_study")})

    @property
    def is_first(self) -> bool:
        """Whether it is a first study of a part of the mine, and nobody said that it is another one than those like it."""
        return not (self.is_another or self.amends_id or self.decision == self.Decision.REFUSED)

    def check_other(self, others: Iterable[ImpactAssessment]) -> None:
        """Raise ValidationError at the part where one of these is a first study of it, or of one of nearly that name.

        A study that was refused leaves room for the next one.
        """
        own = bare(self.component)
        first = (one for one in others if not one.amends_id and one.decision != self.Decision.REFUSED)
        known = next((one for one in first if nearly_same(own, bare(one.component))), None)
        if known:
            message = _(
                "“%(known)s” is on record already. If it is the same study, amend that one. If this one changes it, choose it "
                "as the study that is changed. If it is another one, tick that it is."
            )
            raise ValidationError({"component": ValidationError(message, "study_on_record", {"known": str(known)})})

    def concerned_years(self) -> list[int] | None:
        """From the earliest of its dates on; None, every year that is open, where it has no date."""
        dates = [d for d in (self.submitted_on, self.approved_on, self.works_started_on) if d]
        return [min(dates).year] if dates else None


class AssessmentConditionQuerySet(models.QuerySet["AssessmentCondition"]):
    """Named reads of conditions."""

    def of_project(self, project: Project | None) -> AssessmentConditionQuerySet:
        """The conditions of a project's studies."""
        return self.filter(assessment__project=project)

    def whose_phase_moved(self) -> AssessmentConditionQuerySet:
        """Those that are due before a phase which, by now, begins on another day than they were reckoned from."""
        same = PhasePeriod.objects.filter(project=OuterRef("assessment__project"), phase=OuterRef("before_phase"))
        begins = Subquery(same.order_by("starts_on").values("starts_on")[:1])
        before = ExpressionWrapper(F("begins") - F("days_before"), DateField())
        reckoned = self.exclude(before_phase="").annotate(begins=begins).annotate(by_phase=before)
        return reckoned.filter(by_phase__isnull=False).exclude(by_phase=F("due_on"))


class AssessmentCondition(DueRecord):
    """Something that an approved study obliges the mine to do by a date."""

    assessment = models.ForeignKey(
        ImpactAssessment, models.PROTECT, related_name="conditions", verbose_name=_("impact assessment")
    )
    description = SentenceColumn(_("what must be done"), max_length=300)
    due_on = DayColumn(
        _("due on"), blank=True, help_text=_("Leave empty what is due some days before a phase that is on record.")
    )
    before_phase = models.CharField(
        _("due before this phase begins"),
        max_length=12,
        choices=PhasePeriod.Phase,
        blank=True,
        help_text=_(
            "Where the study says so, such as “60 days before operation”. The day is reckoned from the phases."
        ),
    )
    days_before = SmallCountColumn(_("how many days before it begins"), null=True, blank=True)
    fulfilled_on = DayColumn(_("fulfilled on"), happened=True, null=True, blank=True)

    objects = StandingManager.from_queryset(AssessmentConditionQuerySet)()
    with_withdrawn = AssessmentConditionQuerySet.as_manager()

    class Meta(DueRecord.Meta):
        ordering = ["assessment", "due_on", "pk"]
        indexes = [models.Index(fields=["assessment"], condition=~Q(before_phase=""), name="conditions_before_a_phase")]
        constraints = [
            *DueRecord.Meta.constraints,
            Check(
                at="later_day_agreed_by",
                condition=~Q(later_day_agreed_by="community"),
                name="only_an_authority_moves_a_condition",
                says=_("An authority set this condition, and only an authority can move its day."),
            ),
            Check(
                at="days_before",
                condition=Q(before_phase="", days_before__isnull=True)
                | ~Q(before_phase="") & Q(days_before__isnull=False),
                name="days_before_are_before_a_phase",
                says=_("Say the phase and how many days before it begins, or neither."),
            ),
        ]

    def __str__(self) -> str:
        return self.description

    def clean(self) -> None:
        """The day follows from the phase before which it is due, where that is on record; else somebody says it."""
        self.due_on = self.day_by_phase() or self.due_on
        if not self.due_on:
            message = (
                _("Fill this in. When that phase begins is not on record.") if self.before_phase else _("Fill this in.")
            )
            raise ValidationError({"due_on": ValidationError(message, "required")})
        super().clean()

    def day_by_phase(self) -> date | None:
        """So many days before the phase first begins; None where it is due by a day, or the phase is not on record."""
        if not self.before_phase or self.days_before is None or not self.assessment_id:
            return None
        phases = self.project.phases.filter(phase=self.before_phase).order_by("starts_on")
        begins = phases.values_list("starts_on", flat=True).first()
        return begins and begins - timedelta(days=self.days_before)

    @classmethod
    def not_done(cls) -> Q:
        """Of which no day is on record on which they were met."""
        return Q(fulfilled_on__isnull=True)

    @property
    def project(self) -> Project:
        """The mine whose study set the condition."""
        return self.assessment.project


class RequiredReport(Record):
    """One report that the mine has to hand in by a day, as a condition asks or another duty."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="required_reports", verbose_name=_("project"))
    title = models.CharField(
        _("report"), max_length=200, help_text=_("Such as “water, second quarter of 2025”. It stands on public pages.")
    )
    condition = models.ForeignKey(
        AssessmentCondition,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="reports",
        verbose_name=_("condition of a study that asks for it"),
    )
    due_by = DayColumn(_("due on"))
    handed_in_on = DayColumn(_("handed in on"), happened=True, null=True, blank=True)
    is_public = models.BooleanField(
        _("anybody can read it"), null=True, blank=True, help_text=_("Leave empty when nobody knows it.")
    )

    year_column = "due_by"

    class Meta:
        ordering = ["project", "-due_by", "pk"]
        indexes = [models.Index(fields=["due_by"], name="reports_by_due_day")]
        constraints = [
            Check(
                at="is_public",
                condition=~Q(is_public=True) | Q(handed_in_on__isnull=False),
                name="only_what_was_handed_in_can_be_read",
                says=_("Anybody can read it: then say on which day it was handed in."),
            ),
            OncePer(
                *("project", "title", "due_by"),
                at="title",
                name="a_report_is_required_once_for_a_day",
                says=_("This report is already here. Open and amend it."),
            ),
        ]

    def __str__(self) -> str:
        return self.title
