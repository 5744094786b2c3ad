"""How many records there must be: what a register, an agreement or a resolution names, so that a missing one is seen."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.design.writing import long_date
from projects.models.columns import AmountColumn, CurrencyColumn, DayColumn, SentenceColumn, SmallCountColumn, workers
from projects.models.projects import Project
from projects.models.records import Record
from projects.models.rules import Check, InOrder, OncePer


class ExpectedCount(Record):
    """How many records of one kind a document says that there must be at one project for some days.

    Sums are listed by currency.
    """

    class Of(models.TextChoices):
        EMPLOYERS = "employment", _("Employers with workers at the mine")
        OBLIGATIONS = "obligations", _("Sums that fall due")
        COMMITMENTS = "commitments", _("Promises that fall due, voluntary ones left out")
        ASSESSMENTS = "assessments", _("Parts of the mine that need a study")
        CONDITIONS = "conditions", _("Conditions of studies that fall due")
        SHARED_WORKS = "shared-works", _("Works agreed with neighbours, begun or to begin by then")

    project = models.ForeignKey(Project, models.PROTECT, related_name="expected_counts", verbose_name=_("project"))
    of = models.CharField(_("of what"), max_length=15, choices=Of)
    period_start = DayColumn(_("period from"))
    period_end = DayColumn(_("period to"))
    number = SmallCountColumn(_("how many"), help_text=_("All of them for this mine in this period."))
    studies = SmallCountColumn(
        _("how many studies these parts have"),
        null=True,
        blank=True,
        help_text=_(
            "Of parts of the mine only. A part may have several studies: count every one, minor changes (ITS) too, so that a "
            "second study of the same part which is missing here is seen."
        ),
    )
    people = workers(_("their workers in all (full-time equivalents)"), _("Of employers only."))
    amount = AmountColumn(
        _("their sum"), currency="currency", null=True, blank=True, help_text=_("Of sums that fall due only.")
    )
    currency = CurrencyColumn(_("currency"), suggested="", blank=True)
    document = SentenceColumn(
        _("which document says so"), max_length=200, help_text=_("Such as “payroll register (PLAME), December 2025”.")
    )

    year_column = "period_end"

    class Meta:
        ordering = ["project", "of", "-period_end"]
        constraints = [
            InOrder(
                "period_start",
                "period_end",
                same_day=True,
                name="an_expected_count_ends_after_it_starts",
                says=_("The period ends before it starts."),
            ),
            OncePer(
                *("project", "of", "period_start", "period_end", "currency"),
                at="of",
                name="one_expected_count_for_a_period",
                says=_("How many there must be is already here for this period. Open and amend it."),
            ),
            Check(
                at="studies",
                condition=Q(of="assessments") | Q(studies__isnull=True),
                name="parts_have_studies_and_nothing_else_has",
                says=_("Only parts of the mine have studies; of anything else leave this empty."),
            ),
            Check(
                at="people",
                condition=Q(of="employment", people__isnull=False) | (~Q(of="employment") & Q(people__isnull=True)),
                name="employers_have_workers_and_nothing_else_has",
                says=_("Of employers say how many workers they have in all; of anything else leave this empty."),
            ),
            Check(
                at="amount",
                condition=(Q(of="obligations", amount__isnull=False) & ~Q(currency=""))
                | (~Q(of="obligations") & Q(amount__isnull=True, currency="")),
                name="sums_have_an_amount_and_nothing_else_has",
                says=_(
                    "Of sums that fall due say how much they are, and in which currency; of anything else leave this empty."
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} · {self.get_of_display()}, {long_date(self.period_start)} – {long_date(self.period_end)}"

    def concerned_years(self) -> list[int]:
        """The first year that it names."""
        return [self.period_start.year]
