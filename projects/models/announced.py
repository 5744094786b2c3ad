"""What is announced to be invested in a mine, by whoever says it, as of a day."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.design.writing import long_date, money
from projects.models.columns import AmountColumn, CurrencyColumn, DayColumn, YearColumn
from projects.models.projects import Project
from projects.models.records import Record
from projects.models.rules import Check, InOrder, OncePer


class AnnouncedInvestment(Record):
    """What was announced as of a day: how much is to be invested, at what stage that is, and when works are planned."""

    class Stage(models.TextChoices):
        CONCEPTUAL = "conceptual", _("Conceptual")
        PRE_FEASIBILITY = "pre-feasibility", _("Pre-feasibility")
        FEASIBILITY = "feasibility", _("Feasibility")
        ENGINEERING = "engineering", _("Detailed engineering")
        CONSTRUCTION = "construction", _("Under construction")
        SUSPENDED = "suspended", _("Construction suspended")

    project = models.ForeignKey(
        Project, models.PROTECT, related_name="announced_investments", verbose_name=_("project")
    )
    as_of = DayColumn(_("as of"), happened=True, help_text=_("The day up to which the list or statement is."))
    amount = AmountColumn(
        _("investment announced"),
        currency="currency",
        null=True,
        blank=True,
        help_text=_("All of it, whether some is spent already or not. Leave empty when nobody says it."),
    )
    currency = CurrencyColumn(_("currency"), blank=True, suggested="")
    stage = models.CharField(
        _("stage"), max_length=15, choices=Stage, blank=True, help_text=_("Leave empty when nobody says it.")
    )
    works_from = YearColumn(_("year in which works begin"), null=True, blank=True)
    works_until = YearColumn(_("year in which works end"), null=True, blank=True)
    commissioning = YearColumn(
        _("year of commissioning"),
        null=True,
        blank=True,
        help_text=_("It may come before the works end, where a part is put to use earlier."),
    )

    year_column = "as_of"

    class Meta:
        ordering = ["project", "-as_of", "pk"]
        constraints = [
            Check(
                at="currency",
                condition=Q(amount__isnull=True) | ~Q(currency=""),
                name="an_announced_investment_has_a_currency",
                says=_("Say in which currency it is."),
            ),
            *(
                InOrder(
                    *("works_from", later),
                    same_day=True,
                    unknown=("works_from", later),
                    name=f"{later}_is_not_before_works_from",
                    says=_("This comes before the works begin."),
                )
                for later in ("works_until", "commissioning")
            ),
            OncePer(
                *("project", "as_of", "amount", "currency", "stage", "works_from", "works_until", "commissioning"),
                nulls_distinct=False,
                at="as_of",
                name="the_same_is_announced_once_a_day",
                says=_("The same is already here as of this day. Open and amend it."),
            ),
        ]

    def __str__(self) -> str:
        day = str(long_date(self.as_of))
        return day if self.amount is None else f"{money(self.amount, self.currency)}, {day}"
