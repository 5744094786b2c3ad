"""Who got the jobs, and when the mine's reports were published."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.design.writing import long_date
from accounts.models import Organisation
from projects.models.projects import Project
from projects.models.sources import Source, check_days_have_come

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise as StrOrPromise


def at_most(part: str, *wholes: str) -> Q:
    """A known part is not larger than any known whole of it."""
    within = Q()
    for whole in wholes:
        within &= Q(**{f"{part}__isnull": True}) | Q(**{f"{whole}__isnull": True}) | Q(**{f"{part}__lte": F(whole)})
    return within


def workers(label: StrOrPromise, help_text: StrOrPromise = "") -> models.DecimalField[Decimal | None, Decimal | None]:
    """A number of full-time equivalents; empty means that nobody knows."""
    return models.DecimalField(
        label,
        max_digits=10,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
        help_text=help_text,
    )


class EmploymentReturn(models.Model):
    """One employer's workers at one project in one period: numerators and denominators, never a bare ratio."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="employment_returns", verbose_name=_("project"))
    employer = models.ForeignKey(Organisation, models.PROTECT, related_name="+", verbose_name=_("employer"))
    period_start = models.DateField(_("period from"))
    period_end = models.DateField(_("period to"))
    contractors_included = models.BooleanField(
        _("contractors' workers included"),
        null=True,
        blank=True,
        help_text=_("Without them the local share is not known."),
    )
    total_fte = workers(_("all workers (full-time equivalents)"))
    district_fte = workers(_("living in the direct-influence districts"))
    province_fte = workers(_("living in the province"), _("The districts' people count here too."))
    region_fte = workers(_("living in the region"), _("The province's people count here too."))
    national_fte = workers(_("nationals"), _("The region's people count here too."))
    women_fte = workers(_("women"))
    staff_headcount = models.PositiveIntegerField(
        _("employees on the employer's own payroll (persons)"), null=True, blank=True
    )
    foreign_headcount = models.PositiveIntegerField(
        _("of these, foreigners who count"), null=True, blank=True,
        help_text=_("Without those that article 3 of D.Leg. 689 leaves out."),
    )  # fmt: skip
    foreign_exonerated = models.BooleanField(_("exoneration on record"), default=False)
    source = models.OneToOneField(Source, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["project", "-period_end", "employer"]
        constraints = [
            models.UniqueConstraint(
                fields=["project", "employer", "period_start", "period_end"],
                name="an_employer_reports_a_period_once",
                violation_error_message=_("This employer's return for this period is already here. Open and amend it."),
            ),
            models.CheckConstraint(
                condition=Q(period_end__gte=F("period_start")),
                name="a_return_ends_after_it_starts",
                violation_error_message=_("The period ends before it starts."),
            ),
            *(
                models.CheckConstraint(
                    condition=Q(**{f"{name}__isnull": True}) | Q(**{f"{name}__gte": 0}),
                    name=f"{name}_is_not_negative",
                    violation_error_message=_("A number of people cannot be negative."),
                )
                for name in ("total_fte", "district_fte", "province_fte", "region_fte", "national_fte", "women_fte")
            ),
            models.CheckConstraint(
                condition=at_most("district_fte", "province_fte", "region_fte", "national_fte", "total_fte"),
                name="local_workers_are_at_most_all_workers",
                violation_error_message=_(
                    "More workers from the districts than from the province, the region or the country, or in all."
                ),
            ),
            models.CheckConstraint(
                condition=at_most("province_fte", "region_fte", "national_fte", "total_fte"),
                name="workers_of_the_province_are_at_most_those_of_the_region",
                violation_error_message=_(
                    "More workers from the province than from the region or the country, or in all."
                ),
            ),
            models.CheckConstraint(
                condition=at_most("region_fte", "national_fte", "total_fte") & at_most("national_fte", "total_fte"),
                name="workers_of_the_region_are_at_most_the_nationals",
                violation_error_message=_(
                    "More workers from the region than nationals, or more nationals than workers."
                ),
            ),
            models.CheckConstraint(
                condition=at_most("women_fte", "total_fte"),
                name="women_are_at_most_all_workers",
                violation_error_message=_("More women than workers in all."),
            ),
            models.CheckConstraint(
                condition=at_most("foreign_headcount", "staff_headcount"),
                name="foreigners_are_at_most_all_employees",
                violation_error_message=_("More foreigners than employees in all."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.employer}, {long_date(self.period_start)} – {long_date(self.period_end)}"

    def clean(self) -> None:
        """It tells of workers who have been there."""
        check_days_have_come(period_start=self.period_start, period_end=self.period_end)

    def concerned_years(self) -> list[int]:
        """The year of its last day; a return counts where it lies wholly inside the year."""
        return [self.period_end.year]


class Disclosure(models.Model):
    """A report about one period was published on a day."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="disclosures", verbose_name=_("project"))
    title = models.CharField(_("title"), max_length=200)
    period_end = models.DateField(_("last day of the period reported on"))
    published_on = models.DateField(_("published on"))
    address = models.URLField(_("web address"), blank=True)
    source = models.OneToOneField(Source, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["project", "-period_end"]
        constraints = [
            models.CheckConstraint(
                condition=Q(published_on__gt=F("period_end")),
                name="a_report_is_published_after_its_period",
                violation_error_message=_("A report cannot be published before its period ends."),
            )
        ]

    def __str__(self) -> str:
        return self.title

    def clean(self) -> None:
        """It has been published."""
        check_days_have_come(published_on=self.published_on)

    def concerned_years(self) -> list[int]:
        """The year reported on."""
        return [self.period_end.year]
