"""What people could learn at a mine or through it, and how many did."""

from __future__ import annotations

from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.design.writing import long_date, number
from accounts.models import Organisation
from accounts.models.columns import NameColumn
from projects.models.columns import CountColumn, HoursColumn, RowColumn, SmallCountColumn
from projects.models.projects import Project
from projects.models.records import PeriodRecord
from projects.models.rules import Nested, NotNegative, OncePer

HOURS_OF_A_DAY = 24


class TrainingReturn(PeriodRecord):
    """One course, scholarship or apprenticeship in one period: how many could take part, how many finished, and who they were."""

    class Form(models.TextChoices):
        COURSE = "course", _("Course")
        SCHOLARSHIP = "scholarship", _("Scholarship")
        APPRENTICESHIP = "apprenticeship", _("Apprenticeship")

    project = models.ForeignKey(Project, models.PROTECT, related_name="training_returns", verbose_name=_("project"))
    provider = RowColumn(Organisation, reports=True, related_name="+", verbose_name=_("company that offers it"))
    form = models.CharField(_("what it is"), max_length=14, choices=Form)
    subject = NameColumn(
        _("what is learnt"),
        max_length=120,
        help_text=_("Name no person. It stands on public pages where everybody may read the source."),
    )
    seats = SmallCountColumn(
        _("seats"),
        null=True,
        blank=True,
        help_text=_("How many could take part. It does not say that anybody did."),
    )
    hours = HoursColumn(
        _("hours attended, of all together"),
        help_text=_("As in the lists of attendance: 20 people of whom each attended 30 hours are 600."),
    )
    completed = CountColumn(_("people who finished it"), null=True, blank=True)
    women_completed = CountColumn(_("of those who finished, women"), null=True, blank=True)
    local_completed = CountColumn(
        _("of those who finished, people who live in the direct-influence districts"), null=True, blank=True
    )
    hired_completed = CountColumn(
        _("of those who finished, people hired afterwards"),
        null=True,
        blank=True,
        help_text=_("By the mine or one of its contractors, up to the day of the report."),
    )

    class Meta(PeriodRecord.Meta):
        ordering = ["project", "-period_end", "provider", "subject"]
        constraints = [
            *PeriodRecord.Meta.constraints,
            OncePer(
                *("project", "provider", "form", "subject", "period_start", "period_end"),
                at="subject",
                name="training_in_a_period_is_reported_once",
                says=_("This is already here for this period. Open and amend it."),
            ),
            NotNegative(
                "hours", name="hours_of_training_are_not_negative", says=_("There cannot be less than nothing.")
            ),
            Nested(
                *("completed", "seats"),
                name="those_who_finish_are_at_most_the_seats",
                says=_("More people finished than could take part."),
            ),
            *(
                Nested(
                    *(f"{some}_completed", "completed", "seats"),
                    name=f"{some}_who_finish_are_at_most_all_who_do",
                    says=_("These are more than all who finished, or than could take part."),
                )
                for some in ("women", "local", "hired")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject}, {long_date(self.period_start)} – {long_date(self.period_end)}"

    def clean(self) -> None:
        """Nobody attends more hours than the period has, and no hours are told twice."""
        super().clean()
        if not self.period_start or not self.period_end:
            return
        self.check_hours(self.period_start, self.period_end)
        same = TrainingReturn.objects.filter(project=self.project_id, provider=self.provider_id, form=self.form)
        same = same.filter(subject__iexact=self.subject).exclude(pk=self.pk)
        of_other_days = same.exclude(period_start=self.period_start, period_end=self.period_end)
        if other := of_other_days.filter(period_start__lte=self.period_end, period_end__gte=self.period_start).first():
            says = _("%(training)s is on record and tells some of the same days. Leave out what it tells already.")
            raise ValidationError({"period_start": ValidationError(says, "told_twice", {"training": str(other)})})

    def check_hours(self, first: date, last: date) -> None:
        """Raise ValidationError where the seats could not attend so many hours in these days."""
        if self.hours is None or self.seats is None:
            return
        most = self.seats * HOURS_OF_A_DAY * (last - first + timedelta(days=1)).days
        if self.hours > most:
            says = _(
                "So many people have at most %(most)s hours in this period. Look at the lists of attendance again."
            )
            raise ValidationError({"hours": ValidationError(says, "more_than_there_are", {"most": number(most)})})
