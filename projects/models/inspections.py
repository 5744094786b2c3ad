"""What authorities looked at, what they found, and what they made the mine do or pay for it."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.design.writing import long_date
from accounts.models import Organisation
from projects.models.assessments import AssessmentCondition
from projects.models.columns import AmountColumn, CurrencyColumn, DayColumn, RowColumn, SentenceColumn
from projects.models.projects import Project
from projects.models.records import Record
from projects.models.rules import Check, InOrder, OncePer


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

    def clean(self) -> None:
        """What is on record as found was found, and on no earlier day than it was to be corrected or was."""
        super().clean()
        if not self.pk:
            return
        if self.finding == self.Finding.NONE and self.findings.exists():
            message = _("Findings of this inspection are on record. Choose another outcome, or withdraw them first.")
            raise ValidationError({"finding": ValidationError(message, "findings_on_record")})
        made = self.inspected_on
        if made and self.findings.filter(Q(correct_by__lt=made) | Q(corrected_on__lt=made)).exists():
            message = _("A finding of this inspection has an earlier day on which it was, or was to be, corrected.")
            raise ValidationError({"inspected_on": ValidationError(message, "after_its_findings")})


class InspectionFinding(Record):
    """One thing that an inspection found, the condition that it concerns, and whether somebody says that it was corrected."""

    inspection = models.ForeignKey(
        Inspection, models.PROTECT, related_name="findings", verbose_name=_("inspection that found it")
    )
    found = SentenceColumn(
        _("what was found"), max_length=300, help_text=_("It stands on public pages; name no person.")
    )
    condition = models.ForeignKey(
        AssessmentCondition,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="inspection_findings",
        verbose_name=_("condition of a study that it concerns"),
    )
    correct_by = DayColumn(
        _("to be corrected by"), null=True, blank=True, help_text=_("Leave empty where the authority set no day.")
    )
    corrected_on = DayColumn(
        _("corrected on"), happened=True, null=True, blank=True, help_text=_("Leave empty while nobody says it.")
    )

    class Meta:
        ordering = ["inspection", "pk"]
        constraints = [
            OncePer(
                *("inspection", "found"),
                at="found",
                name="a_finding_of_an_inspection_is_entered_once",
                says=_("This finding is already here. Open and amend it."),
            )
        ]

    def __str__(self) -> str:
        return self.found

    def clean(self) -> None:
        """An inspection that found nothing wrong has no findings; none is corrected, or to be, before it was made."""
        super().clean()
        if not self.inspection_id:
            return
        if self.inspection.finding == Inspection.Finding.NONE:
            message = _(
                "The outcome of this inspection is “%(outcome)s”. Choose another inspection, or amend its outcome."
            )
            params = {"outcome": self.inspection.get_finding_display()}
            raise ValidationError({"inspection": ValidationError(message, "nothing_was_found", params)})
        made = self.inspection.inspected_on
        if early := [name for name in ("correct_by", "corrected_on") if (day := getattr(self, name)) and day < made]:
            message = _("This is before the inspection.")
            raise ValidationError({name: ValidationError(message, "before_the_inspection") for name in early})

    def concerned_years(self) -> list[int]:
        """The year of the inspection: there it stands with what became of it."""
        return [self.inspection.inspected_on.year]

    @property
    def project(self) -> Project:
        """The mine that was inspected."""
        return self.inspection.project


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
    carry_out_by = DayColumn(
        _("to be carried out by"),
        null=True,
        blank=True,
        help_text=_("Only of a measure, or of works that were stopped."),
    )
    paid_on = DayColumn(_("paid or carried out on"), happened=True, null=True, blank=True)
    appealed_on = DayColumn(_("appealed on"), happened=True, null=True, blank=True)
    appeal_decided_on = DayColumn(_("appeal decided on"), happened=True, null=True, blank=True)

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
            Check(
                at="carry_out_by",
                condition=Q(carry_out_by__isnull=True) | Q(decision__in=["measure", "stop"]),
                name="only_a_measure_or_a_stop_is_carried_out_by_a_day",
                says=_(
                    "Only a measure, or works that were stopped, have such a day. Leave it empty, or choose one of them."
                ),
            ),
            InOrder(
                *("decided_on", "carry_out_by"),
                same_day=True,
                unknown=("carry_out_by",),
                name="a_sanction_is_to_be_carried_out_after_it_is_decided",
                says=_("It was to be carried out before it was decided."),
            ),
            InOrder(
                *("decided_on", "appealed_on"),
                same_day=True,
                unknown=("appealed_on",),
                name="a_sanction_is_appealed_after_it_is_decided",
                says=_("It was appealed before it was decided."),
            ),
            Check(
                at="appealed_on",
                condition=Q(appeal_decided_on__isnull=True) | Q(appealed_on__isnull=False),
                name="only_what_was_appealed_has_its_appeal_decided",
                says=_("Say on which day it was appealed, or leave empty when the appeal was decided."),
            ),
            InOrder(
                *("appealed_on", "appeal_decided_on"),
                same_day=True,
                unknown=("appealed_on", "appeal_decided_on"),
                name="an_appeal_is_decided_after_it_is_made",
                says=_("The appeal was decided before it was made."),
            ),
            Check(
                at="state",
                condition=~Q(state="appealed") | Q(appeal_decided_on__isnull=True),
                name="what_is_under_appeal_has_its_appeal_undecided",
                says=_("The appeal was decided on a day. Choose another state, or leave it empty."),
            ),
            Check(
                at="state",
                condition=~Q(state="decided") | Q(appealed_on__isnull=True) | Q(appeal_decided_on__isnull=False),
                name="what_can_still_be_appealed_has_no_open_appeal",
                says=_("It was appealed on a day. Choose another state, or leave it empty."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_decision_display()}, {long_date(self.decided_on)}"
