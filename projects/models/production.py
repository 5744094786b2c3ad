"""What a mine produced, by mineral."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.design.writing import long_date
from accounts.models import Organisation
from projects.models.columns import QuantityColumn, RowColumn
from projects.models.projects import Mineral, Project
from projects.models.records import PeriodRecord
from projects.models.rules import NotNegative, OncePer


class ProductionReturn(PeriodRecord):
    """How much of one mineral one company produced at one project in one period; empty is unknown, 0 was said."""

    class Unit(models.TextChoices):
        TONNES = "t", _("tonnes")
        KILOGRAMS = "kg", _("kilograms")
        GRAMS = "g", _("grams")
        OUNCES = "oz", _("troy ounces")

    project = models.ForeignKey(Project, models.PROTECT, related_name="production_returns", verbose_name=_("project"))
    producer = RowColumn(Organisation, reports=True, usually_the_operator=True, verbose_name=_("producer"))
    mineral = models.ForeignKey(Mineral, models.PROTECT, related_name="+", verbose_name=_("mineral"))
    quantity = QuantityColumn(
        _("produced"),
        max_digits=18,
        decimal_places=4,
        null=True,
        blank=True,
        help_text=_("What the concentrate or product holds of this mineral, as the return says."),
    )
    unit = models.CharField(_("unit"), max_length=2, choices=Unit)

    class Meta(PeriodRecord.Meta):
        ordering = ["project", "-period_end", "producer", "mineral"]
        constraints = [
            *PeriodRecord.Meta.constraints,
            OncePer(
                *("project", "producer", "mineral", "period_start", "period_end"),
                at="mineral",
                name="a_mineral_is_reported_once_a_period",
                says=_("What this company produced of this mineral in this period is already here. Open and amend it."),
            ),
            NotNegative("quantity", says=_("What was produced is 0 or more.")),
        ]

    def __str__(self) -> str:
        return f"{self.mineral}, {long_date(self.period_start)} – {long_date(self.period_end)}"
