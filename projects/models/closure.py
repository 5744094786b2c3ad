"""What secures that a mine is closed in the end, and how much of its land has been closed so far."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.design.writing import long_date, money
from accounts.models import Organisation
from projects.models.columns import AmountColumn, CurrencyColumn, DayColumn, HectaresColumn, RowColumn, YearColumn
from projects.models.projects import Project
from projects.models.records import Record
from projects.models.rules import Check, InOrder, Nested, NotNegative, OncePer


class ClosureRequirement(Record):
    """The guarantee that the authority requires of one mine for its closing, in one year."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="closure_requirements", verbose_name=_("project"))
    year = YearColumn(_("year"))
    amount = AmountColumn(
        _("guarantee required"),
        currency="currency",
        null=True,
        blank=True,
        help_text=_("All of it for this year, as the resolution of the closure plan or the ministry’s list says."),
    )
    currency = CurrencyColumn(_("currency"), suggested="USD")

    year_column = "year"

    class Meta:
        ordering = ["project", "-year"]
        constraints = [
            OncePer(
                "project",
                "year",
                at="year",
                name="a_guarantee_is_required_once_a_year",
                says=_("What is required for this year is already here. Open and amend it."),
            )
        ]

    def __str__(self) -> str:
        return str(self.year)


class ClosureGuarantee(Record):
    """One guarantee that was posted for what is required of a year."""

    class Instrument(models.TextChoices):
        BANK = "bank", _("Bank guarantee")
        SURETY = "surety", _("Surety bond")
        TRUST = "trust", _("Trust")
        CASH = "cash", _("Cash deposit")

    requirement = models.ForeignKey(
        ClosureRequirement,
        models.PROTECT,
        related_name="guarantees",
        verbose_name=_("for the year"),
        help_text=_("The year for which it is required. Enter first what is required for that year."),
    )
    instrument = models.CharField(_("kind of guarantee"), max_length=6, choices=Instrument)
    number = models.CharField(_("number of the guarantee"), max_length=60, blank=True)
    holder = RowColumn(
        Organisation,
        null=True,
        blank=True,
        verbose_name=_("held by"),
        help_text=_("Who can call on it, such as the ministry; of a trust its trustee."),
    )
    amount = AmountColumn(
        _("amount posted"),
        currency="currency",
        null=True,
        blank=True,
        help_text=_("0 if the authority says that nothing was posted."),
    )
    currency = CurrencyColumn(_("currency"), suggested="USD")
    in_another_currency = models.BooleanField(
        _("it is in another currency than what is required"),
        default=False,
        help_text=_("Tick it where that is so and no slip. The two are not compared then."),
    )
    posted_on = DayColumn(_("posted on"), happened=True, null=True, blank=True)
    stands_until = DayColumn(
        _("good until"),
        null=True,
        blank=True,
        help_text=_("Its last day. Leave empty where it has none, as in a trust."),
    )
    released_on = DayColumn(
        _("released on"),
        happened=True,
        null=True,
        blank=True,
        help_text=_("Where it was given back before its last day, or had none. From this day on it does not stand."),
    )
    released_by = RowColumn(Organisation, null=True, blank=True, verbose_name=_("released by"))

    year_column = "posted_on"

    class Meta:
        ordering = ["requirement", "posted_on", "pk"]
        constraints = [
            InOrder(
                *("posted_on", "stands_until"),
                same_day=True,
                unknown=("posted_on", "stands_until"),
                name="a_guarantee_ends_after_it_is_posted",
                says=_("The guarantee ends before it was posted."),
            ),
            InOrder(
                *("posted_on", "released_on"),
                same_day=True,
                unknown=("posted_on", "released_on"),
                name="a_guarantee_is_released_after_it_is_posted",
                says=_("The guarantee is released before it was posted."),
            ),
            Check(
                at="released_on",
                condition=Q(released_by__isnull=True) | Q(released_on__isnull=False),
                name="whoever_releases_a_guarantee_does_it_on_a_day",
                says=_("Say on which day it was released, or leave empty by whom."),
            ),
            OncePer(
                *("requirement", "instrument", "number", "amount", "currency", "posted_on"),
                at="number",
                name="a_guarantee_is_recorded_once",
                says=_("This guarantee is already here. Open and amend it, or give the number of the other one."),
            ),
        ]

    def __str__(self) -> str:
        instrument = self.get_instrument_display()
        return instrument if self.amount is None else f"{instrument}, {money(self.amount, self.currency)}"

    def clean(self) -> None:
        """A sum in another currency than the one that is required is most likely a slip, unless the person says so."""
        super().clean()
        if self.in_another_currency or not self.requirement_id or not self.currency:
            return
        if self.currency != self.requirement.currency:
            message = _("What is required is in %(required)s. Correct the currency, or tick this.")
            params = {"required": self.requirement.currency}
            raise ValidationError({"in_another_currency": ValidationError(message, "other_currency", params)})

    def concerned_years(self) -> list[int]:
        """The year for which it is required."""
        return [self.requirement.year]

    @property
    def project(self) -> Project:
        """The mine that is to be closed."""
        return self.requirement.project


class ReclamationReport(Record):
    """What was closed up to a day, beside what the closure plan had scheduled up to it: in hectares, by the value of works."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="reclamation_reports", verbose_name=_("project"))
    as_of = DayColumn(_("as of"), happened=True, help_text=_("The last day that the report is about."))
    scheduled_hectares = HectaresColumn(
        _("hectares scheduled"),
        help_text=_("All that the closure plan had scheduled up to this day, of earlier years too."),
    )
    done_hectares = HectaresColumn(_("hectares closed, as the mine reports"))
    verified_hectares = HectaresColumn(
        _("of these, verified by somebody else"),
        help_text=_("Whoever verified them is not the mine: name them below."),
    )
    scheduled_value = AmountColumn(
        _("value of works scheduled"),
        currency="currency",
        null=True,
        blank=True,
        help_text=_("All works that the closure plan had scheduled up to this day, of earlier years too."),
    )
    done_value = AmountColumn(_("value of works done, as the mine reports"), currency="currency", null=True, blank=True)
    verified_value = AmountColumn(
        _("value of works verified by somebody else"),
        currency="currency",
        null=True,
        blank=True,
        help_text=_("Of the works that were done. Whoever verified them is not the mine: name them below."),
    )
    currency = CurrencyColumn(_("currency of the works"), blank=True, suggested="")
    verified_by = RowColumn(Organisation, null=True, blank=True, verbose_name=_("verified by"))

    year_column = "as_of"

    class Meta:
        ordering = ["project", "-as_of"]
        constraints = [
            OncePer(
                "project",
                "as_of",
                at="as_of",
                name="land_is_reported_once_for_a_day",
                says=_("The report up to this day is already here. Open and amend it."),
            ),
            *(
                NotNegative(name, says=_("A number of hectares cannot be negative."))
                for name in ("scheduled_hectares", "done_hectares", "verified_hectares")
            ),
            *(
                NotNegative(name, says=_("The value of works cannot be negative."))
                for name in ("scheduled_value", "done_value", "verified_value")
            ),
            Nested(
                "verified_hectares",
                "done_hectares",
                name="verified_land_is_at_most_all_closed_land",
                says=_("More hectares verified than closed."),
            ),
            Nested(
                "verified_value",
                "done_value",
                name="verified_works_are_at_most_all_works_done",
                says=_("Works of a higher value verified than done."),
            ),
            Check(
                at="currency",
                condition=Q(scheduled_value__isnull=True, done_value__isnull=True, verified_value__isnull=True)
                | ~Q(currency=""),
                name="the_value_of_works_has_a_currency",
                says=_("Say in which currency the works are."),
            ),
            Check(
                at="verified_by",
                condition=Q(verified_hectares__isnull=True, verified_value__isnull=True, verified_by__isnull=True)
                | Q(verified_hectares__isnull=False, verified_by__isnull=False)
                | Q(verified_value__isnull=False, verified_by__isnull=False),
                name="whoever_verified_land_is_named",
                says=_("Say what was verified, hectares or works, and by whom, or neither."),
            ),
        ]

    def __str__(self) -> str:
        return str(long_date(self.as_of))
