"""What authorities looked at, what they found, and what they made the mine do or pay for it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.design.writing import long_date
from accounts.models import Organisation
from projects.models.assessments import AssessmentCondition
from projects.models.columns import AmountColumn, CurrencyColumn, DayColumn, RowColumn, SentenceColumn
from projects.models.projects import Project
from projects.models.records import Record
from projects.models.rules import Check, InOrder


class Inspection(Record):
    """One visit of an authority to a mine, and what it found."""

    class Subject(models.TextChoices):
        ENVIRONMENT = "environment", _("Environment")
        SAFETY = "safety", _("Safety and health at work")
        LABOUR = "labour", _("Employment")
        SOCIAL = "social", _("Community and agreements")

    class Finding(models.TextChoices):
        NONE = "none", _("Nothing wrong found")
        OPEN = "open", _("Something found, not corrected yet")
        CORRECTED = "corrected", _("Something found, and corrected")

    project = models.ForeignKey(Project, models.PROTECT, related_name="inspections", verbose_name=_("project"))
    authority = RowColumn(Organisation, verbose_name=_("authority"))
    inspected_on = DayColumn(_("inspected on"), happened=True, help_text=_("The first day of the visit."))
    subject = models.CharField(_("about"), max_length=11, choices=Subject)
    condition = models.ForeignKey(
        AssessmentCondition,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="inspections",
        verbose_name=_("condition of a study that it concerns"),
    )
    community_present = models.BooleanField(_("somebody of the community was present"), null=True, blank=True)
    monitor_present = models.BooleanField(_("an independent monitor was present"), null=True, blank=True)
    finding = models.CharField(
        _("outcome"), max_length=9, choices=Finding, blank=True, help_text=_("Leave empty while nobody knows it.")
    )
    found = SentenceColumn(
        _("what was found"), max_length=300, blank=True, help_text=_("It stands on public pages; name no person.")
    )
    corrected_on = DayColumn(_("corrected on"), happened=True, null=True, blank=True)

    year_column = "inspected_on"

    class Meta:
        ordering = ["project", "-inspected_on", "pk"]
        constraints = [
            InOrder(
                *("inspected_on", "corrected_on"),
                same_day=True,
                unknown=("corrected_on",),
                name="a_finding_is_corrected_after_the_inspection",
                says=_("It was corrected before it was found."),
            ),
            Check(
                at="corrected_on",
                condition=Q(corrected_on__isnull=True) | Q(finding="corrected"),
                name="only_what_was_corrected_has_a_day_of_it",
                says=_("A day on which it was corrected is there, and the outcome is another."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.authority}, {long_date(self.inspected_on)}"


class Sanction(Record):
    """What an authority decided against a mine: a fine, a measure or a warning, and what became of it."""

    class Decision(models.TextChoices):
        FINE = "fine", _("Fine")
        MEASURE = "measure", _("Measure to carry out")
        STOP = "stop", _("Works stopped")
        WARNING = "warning", _("Warning")

    class State(models.TextChoices):
        DECIDED = "decided", _("Decided, and can still be appealed")
        APPEALED = "appealed", _("Under appeal")
        FINAL = "final", _("Final")
        ANNULLED = "annulled", _("Annulled")

    project = models.ForeignKey(Project, models.PROTECT, related_name="sanctions", verbose_name=_("project"))
    authority = RowColumn(Organisation, verbose_name=_("authority"))
    decided_on = DayColumn(_("decided on"), happened=True)
    decision = models.CharField(_("what was decided"), max_length=7, choices=Decision)
    resolution = models.CharField(_("number of the resolution"), max_length=80, blank=True)
    inspection = models.ForeignKey(
        Inspection,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="sanctions",
        verbose_name=_("inspection that led to it"),
    )
    amount = AmountColumn(_("amount of the fine"), currency="currency", null=True, blank=True)
    currency = CurrencyColumn(_("currency"), blank=True)
    state = models.CharField(
        _("state"), max_length=8, choices=State, blank=True, help_text=_("Leave empty when nobody knows it.")
    )
    paid_on = DayColumn(_("paid or carried out on"), happened=True, null=True, blank=True)

    year_column = "decided_on"

    class Meta:
        ordering = ["project", "-decided_on", "pk"]
        constraints = [
            InOrder(
                *("decided_on", "paid_on"),
                same_day=True,
                unknown=("paid_on",),
                name="a_sanction_is_paid_after_it_is_decided",
                says=_("It was paid before it was decided."),
            ),
            Check(
                at="amount",
                condition=Q(amount__isnull=True) | Q(decision="fine"),
                name="only_a_fine_has_an_amount",
                says=_("Only a fine has an amount. Choose “Fine”, or leave the amount empty."),
            ),
            Check(
                at="currency",
                condition=Q(amount__isnull=True) | ~Q(currency=""),
                name="a_fine_says_its_currency",
                says=_("Say in which currency it is."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_decision_display()}, {long_date(self.decided_on)}"
