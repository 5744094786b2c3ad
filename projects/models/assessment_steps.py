"""The course of a study between its submission and its end: what the authority observed, what the company answered."""

from __future__ import annotations

from datetime import date

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.design.writing import long_date
from projects.models.assessments import ImpactAssessment
from projects.models.columns import DayColumn
from projects.models.projects import Project
from projects.models.records import Record
from projects.models.rules import OncePer


class AssessmentStep(Record):
    """What happened with a study on a day. That it was handed in, approved or refused the study says itself."""

    class Step(models.TextChoices):
        OBSERVED = "observed", _("The authority made observations")
        ANSWERED = "answered", _("The company answered the observations")
        WITHDRAWN = "withdrawn", _("The company withdrew the study")
        LAPSED = "lapsed", _("The approval lapsed")
        ANNULLED = "annulled", _("The approval was annulled")

    assessment = models.ForeignKey(
        ImpactAssessment, models.PROTECT, related_name="steps", verbose_name=_("impact assessment")
    )
    step = models.CharField(_("what happened"), max_length=9, choices=Step)
    taken_on = DayColumn(_("on"), happened=True)
    document = models.CharField(
        _("document that says it"),
        max_length=200,
        blank=True,
        help_text=_("Its number or its web address. It stands on public pages."),
    )

    year_column = "taken_on"

    class Meta:
        ordering = ["assessment", "taken_on", "pk"]
        constraints = [
            OncePer(
                *("assessment", "step", "taken_on", "document"),
                at="taken_on",
                name="a_step_of_a_study_is_taken_once_a_day",
                says=_("This is already here. Open and amend it."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_step_display()}, {long_date(self.taken_on)}"

    def clean(self) -> None:
        """Nothing comes before the study was handed in, no end before its approval, no answer before an observation."""
        super().clean()
        if not self.taken_on or not self.assessment_id:
            return
        study = self.assessment
        if study.submitted_on and self.taken_on < study.submitted_on:
            raise_at_day(_("The study was handed in on a later day."), "before_it_was_handed_in")
        ends_approval = self.step in (self.Step.LAPSED, self.Step.ANNULLED)
        if ends_approval and study.approved_on and self.taken_on < study.approved_on:
            raise_at_day(_("The study was approved on a later day."), "before_it_was_approved")
        observed, answered = (self._first_day_of(step) for step in (self.Step.OBSERVED, self.Step.ANSWERED))
        if observed and answered and answered < observed:
            raise_at_day(_("An answer cannot be earlier than the first observation."), "before_it_was_observed")

    def _first_day_of(self, step: str) -> date | None:
        """The first day on which a step of the study is on record, this one included."""
        others = self.assessment.steps.filter(step=step).exclude(pk=self.pk)
        days = [*others.values_list("taken_on", flat=True), *([self.taken_on] if self.step == step else [])]
        return min(days, default=None)

    @property
    def project(self) -> Project:
        """The mine of the study."""
        return self.assessment.project


def raise_at_day(message: object, code: str) -> None:
    """Refuse the day of a step."""
    raise ValidationError({"taken_on": ValidationError(str(message), code)})
