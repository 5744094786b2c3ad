"""Roads, lines, water, clinics and schools beside a mine: who pays, who may use each, and how far each is."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import OuterRef, Q, Subquery
from django.utils.translation import gettext_lazy as _

from accounts.design.writing import long_date, number
from accounts.models import Organisation
from accounts.models.columns import NameColumn
from communities.models.communities import Community
from projects.models import Project
from projects.models.columns import (
    AmountColumn,
    CurrencyColumn,
    DayColumn,
    PercentColumn,
    RowColumn,
    SentenceColumn,
    SmallCountColumn,
)
from projects.models.records import Record, StandingManager
from projects.models.rules import Check, InOrder, OncePer

LONGEST_YEAR = 366
SAYS_SOMETHING = ("planned_percent", "actual_percent", "spent", "in_use", "days_out_of_order")
"""Of these a report says at least one."""


class SharedWorkQuerySet(models.QuerySet["SharedWork"]):
    """Named reads of works."""

    def with_first_report(self) -> SharedWorkQuerySet:
        """Each with the year of its first report as `reported_from`; None where there is none."""
        reports = WorkProgress.objects.filter(work=OuterRef("pk")).order_by("as_of")
        return self.annotate(reported_from=Subquery(reports.values("as_of__year")[:1]))


class SharedWork(Record):
    """One work beside a mine: who pays for it, and who may use it."""

    class Facility(models.TextChoices):
        ROAD = "road", _("Road or bridge")
        RAILWAY = "railway", _("Railway")
        PORT = "port", _("Port")
        POWER = "power", _("Power line")
        WATER = "water", _("Water supply")
        SEWERAGE = "sewerage", _("Sewerage")
        CLINIC = "clinic", _("Clinic")
        SCHOOL = "school", _("School")
        TELECOMS = "telecoms", _("Telephone and internet")
        OTHER = "other", _("Something else")

    class OpenTo(models.TextChoices):
        EVERYBODY = "everybody", _("Everybody")
        COMMUNITY = "community", _("The community")
        PAYING = "paying", _("Only whoever pays for it")
        MINE = "mine", _("Only the mine")

    project = models.ForeignKey(Project, models.PROTECT, related_name="shared_works", verbose_name=_("project"))
    name = NameColumn(
        _("what it is called"),
        max_length=120,
        help_text=_("Name no person. It stands on public pages where everybody may read the source."),
    )
    facility = models.CharField(_("what it is"), max_length=9, choices=Facility)
    community = RowColumn(
        Community,
        anywhere=True,
        null=True,
        blank=True,
        verbose_name=_("community"),
        help_text=_("Leave empty what is for several of them or for all."),
    )
    place = models.CharField(_("where it is"), max_length=120, blank=True)
    payer = RowColumn(
        Organisation,
        null=True,
        blank=True,
        verbose_name=_("who pays for it"),
        help_text=_("Leave empty when nobody says it."),
    )
    in_place_of_taxes = models.BooleanField(
        _("it is built in place of taxes"),
        null=True,
        blank=True,
        help_text=_(
            "Obras por Impuestos (Ley 29230): a company builds in place of income tax. For a region or a municipality, the State"
            " may take the cost back from the canon that it hands on, so do not add both up without looking."
        ),
    )
    planned_value = AmountColumn(
        _("planned value"),
        currency="currency",
        null=True,
        blank=True,
        help_text=_("Of the whole work. Leave empty when nobody says it."),
    )
    currency = CurrencyColumn(_("currency"), blank=True, suggested="")
    planned_from = DayColumn(_("planned first day of works"), null=True, blank=True)
    planned_until = DayColumn(_("planned last day of works"), null=True, blank=True)
    open_to = models.CharField(
        _("who may use it"),
        max_length=9,
        choices=OpenTo,
        blank=True,
        help_text=_("Leave empty when nobody says it."),
    )
    terms = SentenceColumn(
        _("on which terms"),
        max_length=300,
        blank=True,
        help_text=_("Such as the price, or the hours. It stands on public pages where everybody may read the source."),
    )

    year_column = "planned_from"
    objects = StandingManager.from_queryset(SharedWorkQuerySet)()
    with_withdrawn = SharedWorkQuerySet.as_manager()

    class Meta:
        ordering = ["project", "name", "pk"]
        constraints = [
            OncePer(
                *("project", "name"),
                at="name",
                name="a_shared_work_is_named_once_at_a_mine",
                says=_("This mine has a work of this name already. Open and amend it."),
            ),
            InOrder(
                *("planned_from", "planned_until"),
                same_day=True,
                unknown=("planned_from", "planned_until"),
                name="a_shared_work_is_planned_to_end_after_it_starts",
                says=_("The planned last day is before the first."),
            ),
            Check(
                at="currency",
                condition=Q(planned_value__isnull=True) | ~Q(currency=""),
                name="the_value_of_a_shared_work_has_a_currency",
                says=_("Say in which currency it is."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def concerned_years(self) -> list[int] | None:
        """Every year that is open: it stands wherever a report of it does."""
        return None


class WorkProgress(Record):
    """How far a shared work is as of a day, as somebody says; others may say something else of the same day."""

    stands_so = "as_in_report"

    work = RowColumn(SharedWork, related_name="progress_reports", verbose_name=_("shared work"))
    as_of = DayColumn(_("as of"), happened=True, help_text=_("The last day that the report is about."))
    planned_percent = PercentColumn(
        _("progress planned by then, %"),
        max_digits=5,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0), MaxValueValidator(100)],
        help_text=_("By the schedule of the works. Leave empty when nobody says it."),
    )
    actual_percent = PercentColumn(
        _("actual progress, %"),
        max_digits=5,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0), MaxValueValidator(100)],
        help_text=_("Of the whole work. 100 and not in use may well be. Leave empty when nobody says it."),
    )
    as_in_report = models.BooleanField(
        _("it stands so in the report"),
        default=False,
        help_text=_("Tick it where progress was asked about, and is right."),
    )
    spent = AmountColumn(
        _("spent up to then"), currency="currency", null=True, blank=True, help_text=_("Of earlier years, too.")
    )
    currency = CurrencyColumn(_("currency"), blank=True, suggested="")
    in_use = models.BooleanField(
        _("it is in use"), null=True, blank=True, help_text=_("Leave empty when nobody says it.")
    )
    days_out_of_order = SmallCountColumn(
        _("days out of order"),
        null=True,
        blank=True,
        validators=[MaxValueValidator(LONGEST_YEAR)],
        help_text=_("Of the same year, up to this day."),
    )

    year_column = "as_of"

    class Meta:
        ordering = ["work", "-as_of", "pk"]
        constraints = [
            Check(
                at="actual_percent",
                condition=Q(*((f"{name}__isnull", False) for name in SAYS_SOMETHING), _connector=Q.OR),
                name="a_report_of_a_work_says_something",
                says=_("Say how much is done or planned, what was spent, or whether it is in use."),
            ),
            Check(
                at="currency",
                condition=Q(spent__isnull=True) | ~Q(currency=""),
                name="what_was_spent_on_a_work_has_a_currency",
                says=_("Say in which currency it is."),
            ),
            OncePer(
                *("work", "as_of", "planned_percent", "actual_percent", "spent", "currency", "in_use"),
                "days_out_of_order",
                nulls_distinct=False,
                at="as_of",
                name="the_same_is_reported_of_a_work_once_a_day",
                says=_("The same is already here as of this day. Open and amend it."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.work}, {long_date(self.as_of)}"

    def clean(self) -> None:
        """Progress that went back is asked about: it happens, and slips are more frequent."""
        self.check_days()
        if self.says_progress and not self.as_in_report:
            self.check_progress(WorkProgress.objects.filter(work=self.work_id).exclude(pk=self.pk))

    def check_days(self) -> None:
        """Raise ValidationError where a day is to come, or the year has fewer days up to it than it was out of order."""
        super().clean()
        if self.as_of and (self.days_out_of_order or 0) > (most := self.as_of.timetuple().tm_yday):
            message = _("Up to this day the year has %(most)d days.")
            error = ValidationError(message, "longer_than_the_year", {"most": most})
            raise ValidationError({"days_out_of_order": error})

    def check_progress(self, others: Iterable[WorkProgress]) -> None:
        """Raise ValidationError where the last day before it says more, or the next day after it less, whoever said it.

        Of a day of which several are on record, only where all of them do; and not where the later one stands so in its report.
        """
        done = self.actual_percent
        if done is None:
            return
        known = [
            (one.as_of, percent, one.as_in_report) for one in others if (percent := one.actual_percent) is not None
        ]
        before = max((day for day, _percent, _back in known if day < self.as_of), default=None)
        after = min((day for day, _percent, _back in known if day > self.as_of), default=None)
        least = min((percent for day, percent, _back in known if day == before), default=done)
        most = max((percent for day, percent, _back in known if day == after), default=done)
        later_stands = any(back for day, _percent, back in known if day == after)
        if least > done:
            message = _(
                "On %(day)s it was %(percent)s %%, which is more. Correct it; if the report says so, tick this."
            )
            self.ask(message, before, least)
        if most < done and not later_stands:
            message = _(
                "On %(day)s it was %(percent)s %%, which is less. Correct it; if the report says so, tick this."
            )
            self.ask(message, after, most)

    def ask(self, message: Any, day: date | None, percent: Decimal) -> None:
        """Raise ValidationError that asks whether progress went back, by what is said of another day."""
        said = {"day": long_date(day), "percent": number(percent)}
        raise ValidationError({"as_in_report": ValidationError(message, "unlikely", said)})

    @property
    def says_progress(self) -> bool:
        """Whether it says of which work how much was done by when."""
        return None not in (self.work_id, self.as_of, self.actual_percent)

    @property
    def project(self) -> Project:
        """The mine of the work."""
        return self.work.project
