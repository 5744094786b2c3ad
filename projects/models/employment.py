"""Who got the jobs, and when the mine's reports were published."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.design.writing import long_date
from accounts.models import Organisation
from accounts.models.columns import NameColumn
from projects.models.columns import AmountColumn, CountColumn, CurrencyColumn, DayColumn, RowColumn, workers
from projects.models.projects import Project
from projects.models.records import PeriodRecord, Record
from projects.models.rules import Check, InOrder, Nested, NotNegative, OncePer, at_most

SKILLS = ("heads_fte", "technical_fte", "skilled_fte")
"""Workers by what they do: each wider group has the narrower one in it, so that nothing is left over to subtract."""


class EmploymentReturn(PeriodRecord):
    """One employer's workers at one project in one period: numerators and denominators, never a bare ratio."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="employment_returns", verbose_name=_("project"))
    employer = RowColumn(Organisation, reports=True, verbose_name=_("employer"))
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
    indigenous_fte = workers(
        _("people who say that they are indigenous"),
        _(
            "What people said about themselves, voluntarily; only as a sum, and never who they are. 0 if everybody was asked "
            "and nobody said so; empty if nobody was asked."
        ),
    )
    skilled_fte = workers(
        _("skilled workers, technicians and heads"),
        _("Everybody but helpers; those of the next two lines count here too."),
    )
    technical_fte = workers(_("technicians and heads"), _("The heads count here too."))
    heads_fte = workers(_("heads"), _("Whoever leads an area or the whole mine."))
    quits = CountColumn(
        _("people who left of their own will"), null=True, blank=True, help_text=_("Persons, in the whole period.")
    )
    accidents = CountColumn(
        _("people hurt in accidents at work"),
        null=True,
        blank=True,
        help_text=_("Persons who could not work for a day or more, and those who died, in the whole period."),
    )
    staff_headcount = CountColumn(_("employees on the employer's own payroll (persons)"), null=True, blank=True)
    foreign_headcount = CountColumn(
        _("of these, foreigners who count"),
        null=True,
        blank=True,
        help_text=_("Without those that article 3 of D.Leg. 689 leaves out."),
    )
    staff_pay = AmountColumn(_("pay of all these employees"), currency="pay_currency", null=True, blank=True)
    foreign_pay = AmountColumn(_("pay of the foreigners who count"), currency="pay_currency", null=True, blank=True)
    pay_currency = CurrencyColumn(_("currency of the pay"), blank=True)
    foreign_exonerated = models.BooleanField(
        _("exoneration on record"),
        default=False,
        help_text=_("It excuses only with its document: add the file below. Say whom it excuses, and until when."),
    )
    exonerated_headcount = CountColumn(
        _("of the foreigners who count, excused by the exoneration"),
        null=True,
        blank=True,
        help_text=_("Only those whose contracts article 6 of D.Leg. 689 excuses; the others still count."),
    )
    exonerated_pay = AmountColumn(_("pay of those who are excused"), currency="pay_currency", null=True, blank=True)
    exonerated_until = DayColumn(
        _("last day of the exoneration"),
        null=True,
        blank=True,
        help_text=_("For a new activity three years, which may be extended once. After this day it excuses nobody."),
    )

    class Meta:
        ordering = ["project", "-period_end", "employer"]
        constraints = [
            OncePer(
                "project",
                "employer",
                "period_start",
                "period_end",
                at="employer",
                name="an_employer_reports_a_period_once",
                says=_("This employer's return for this period is already here. Open and amend it."),
            ),
            InOrder(
                "period_start",
                "period_end",
                same_day=True,
                name="a_return_ends_after_it_starts",
                says=_("The period ends before it starts."),
            ),
            *(
                NotNegative(name, says=_("A number of people cannot be negative."))
                for name in (
                    *("total_fte", "district_fte", "province_fte", "region_fte", "national_fte"),
                    *("women_fte", "indigenous_fte", *SKILLS),
                )
            ),
            Nested(
                "district_fte",
                "province_fte",
                "region_fte",
                "national_fte",
                "total_fte",
                name="local_workers_are_at_most_all_workers",
                says=_("More workers from the districts than from the province, the region or the country, or in all."),
            ),
            Nested(
                "province_fte",
                "region_fte",
                "national_fte",
                "total_fte",
                name="workers_of_the_province_are_at_most_those_of_the_region",
                says=_("More workers from the province than from the region or the country, or in all."),
            ),
            Check(
                at="national_fte",
                condition=at_most("region_fte", "national_fte", "total_fte") & at_most("national_fte", "total_fte"),
                name="workers_of_the_region_are_at_most_the_nationals",
                says=_("More workers from the region than nationals, or more nationals than workers."),
            ),
            Nested(
                "women_fte",
                "total_fte",
                name="women_are_at_most_all_workers",
                says=_("More women than workers in all."),
            ),
            Nested(
                "indigenous_fte",
                "total_fte",
                name="indigenous_workers_are_at_most_all_workers",
                says=_("More indigenous workers than workers in all."),
            ),
            Nested(
                *SKILLS,
                "total_fte",
                name="heads_are_at_most_those_below_them",
                says=_("More heads than technicians and heads, or than skilled workers, or than workers in all."),
            ),
            Nested(
                *("technical_fte", "skilled_fte", "total_fte"),
                name="technicians_are_at_most_all_skilled_workers",
                says=_("More technicians and heads than skilled workers, or than workers in all."),
            ),
            Nested(
                *("skilled_fte", "total_fte"),
                name="skilled_workers_are_at_most_all_workers",
                says=_("More skilled workers than workers in all."),
            ),
            Nested(
                "foreign_headcount",
                "staff_headcount",
                name="foreigners_are_at_most_all_employees",
                says=_("More foreigners than employees in all."),
            ),
            Nested(
                "foreign_pay",
                "staff_pay",
                name="pay_of_foreigners_is_at_most_all_pay",
                says=_("More pay for foreigners than for all employees."),
            ),
            Check(
                at="pay_currency",
                condition=(Q(staff_pay__isnull=True) & Q(foreign_pay__isnull=True)) | ~Q(pay_currency=""),
                name="pay_has_a_currency",
                says=_("Say in which currency the pay is."),
            ),
            Nested(
                "exonerated_headcount",
                "foreign_headcount",
                "staff_headcount",
                name="those_excused_are_at_most_all_foreigners",
                says=_("More people excused than foreigners who count."),
            ),
            Nested(
                "exonerated_pay",
                "foreign_pay",
                "staff_pay",
                name="pay_of_those_excused_is_at_most_that_of_foreigners",
                says=_("More pay for those who are excused than for the foreigners who count."),
            ),
            Check(
                at="pay_currency",
                condition=Q(exonerated_pay__isnull=True) | ~Q(pay_currency=""),
                name="pay_of_those_excused_has_a_currency",
                says=_("Say in which currency the pay is."),
            ),
            Check(
                at="foreign_exonerated",
                condition=Q(foreign_exonerated=True)
                | Q(
                    exonerated_headcount__isnull=True,
                    exonerated_pay__isnull=True,
                    exonerated_until__isnull=True,
                ),
                name="whoever_is_excused_has_an_exoneration",
                says=_("Mark that an exoneration is on record, or leave empty whom it excuses and until when."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.employer}, {long_date(self.period_start)} – {long_date(self.period_end)}"


class Disclosure(Record):
    """A report about one period was published on a day."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="disclosures", verbose_name=_("project"))
    title = NameColumn(_("title"), max_length=200)
    period_end = DayColumn(_("last day of the period reported on"))
    published_on = DayColumn(_("published on"), happened=True)
    address = models.URLField(_("web address"), blank=True)
    publisher = RowColumn(Organisation, null=True, blank=True, related_name="+", verbose_name=_("published by"))
    has_figures = models.BooleanField(
        _("somebody other than the company found the mine's figures in it"),
        null=True,
        blank=True,
        help_text=_(
            "Payments, workers and conditions of this mine for the whole period. Until somebody looked: unknown."
        ),
    )

    year_column = "period_end"

    class Meta:
        ordering = ["project", "-period_end"]
        constraints = [
            InOrder(
                "period_end",
                "published_on",
                name="a_report_is_published_after_its_period",
                says=_("A report cannot be published before its period ends."),
            )
        ]

    def __str__(self) -> str:
        return self.title
