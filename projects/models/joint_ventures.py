"""Mines of several partners: of which part their figures tell, and what share was agreed for the nation or communities."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.design.writing import long_date
from accounts.models import Organisation
from projects.models.columns import DayColumn, PercentColumn, RowColumn, SentenceColumn
from projects.models.projects import Project
from projects.models.records import PeriodRecord, Record
from projects.models.rules import Check, InOrder, NoOverlap, OncePer


class FigureBasis(PeriodRecord):
    """Whether figures of one kind about a period are those of the whole mine, or only of one partner's share in it."""

    class Of(models.TextChoices):
        EMPLOYMENT = "employment", _("Employment returns")
        PURCHASES = "purchases", _("Procurement returns")
        PRODUCTION = "production", _("Production returns")

    class Basis(models.TextChoices):
        WHOLE = "whole", _("The whole mine (100 %)")
        SHARE = "share", _("Only the reporting partner’s share (attributable)")
        NOT_SAID = "not-said", _("The return does not say")

    project = models.ForeignKey(Project, models.PROTECT, related_name="figure_bases", verbose_name=_("project"))
    of = models.CharField(_("of which figures"), max_length=10, choices=Of)
    reporter = RowColumn(
        Organisation,
        reports=True,
        null=True,
        blank=True,
        verbose_name=_("whose returns"),
        help_text=_("Leave empty if it is so of all returns."),
    )
    declared = models.CharField(_("what they are about"), max_length=8, choices=Basis)

    class Meta(PeriodRecord.Meta):
        ordering = ["project", "-period_end", "of"]
        constraints = [
            *PeriodRecord.Meta.constraints,
            OncePer(
                *("project", "of", "reporter", "period_start", "period_end"),
                nulls_distinct=False,
                at="of",
                name="the_basis_of_figures_is_said_once_a_period",
                says=_("What these figures are about is already here for this period. Open and amend it."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_of_display()}, {long_date(self.period_start)} – {long_date(self.period_end)}"


class AgreedShare(Record):
    """The share of a mine that was agreed for the nation or for communities.

    0: it was agreed that there is none; None: one was agreed, and nobody knows how much it is.
    """

    project = models.ForeignKey(Project, models.PROTECT, related_name="agreed_shares", verbose_name=_("project"))
    agreed_percent = PercentColumn(
        _("share agreed, %"),
        max_digits=7,
        decimal_places=4,
        null=True,
        blank=True,
        validators=[MinValueValidator(0), MaxValueValidator(100)],
        help_text=_(
            "0 if the agreement or an authority says that none was agreed; empty if nobody knows how much was."
        ),
    )
    agreed_on = DayColumn(_("agreed on"), happened=True)
    ends_on = DayColumn(_("until"), null=True, blank=True, help_text=_("Leave empty while it lasts."))
    document = SentenceColumn(
        _("which document says so"), max_length=200, help_text=_("Such as “mining contract of 2014, clause 12”.")
    )

    year_column = "agreed_on"

    class Meta:
        ordering = ["project", "-agreed_on"]
        constraints = [
            Check(
                at="agreed_percent",
                condition=Q(agreed_percent__gte=0, agreed_percent__lte=100),
                name="an_agreed_share_is_at_most_100_percent",
                says=_("A share is 0 to 100 %%."),
            ),
            InOrder(
                *("agreed_on", "ends_on"),
                unknown=["ends_on"],
                name="an_agreed_share_ends_after_it_begins",
                says=_("The end must be after the start."),
            ),
            NoOverlap(
                *("project", "agreed_on", "ends_on"),
                name="agreed_shares_of_a_project_do_not_overlap",
                says=_("Another share was agreed for that time. End the earlier one first."),
            ),
        ]

    def __str__(self) -> str:
        share = "?" if self.agreed_percent is None else f"{self.agreed_percent.normalize():f}"
        return f"{share} %, {long_date(self.agreed_on)}"
