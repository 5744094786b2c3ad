"""What the mine bought, and how much of it from suppliers nearby."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.design.writing import long_date
from accounts.models import Organisation
from projects.models.columns import AmountColumn, CurrencyColumn, RowColumn
from projects.models.projects import Project
from projects.models.records import PeriodRecord
from projects.models.rules import Nested, OncePer


class ProcurementReturn(PeriodRecord):
    """What one company bought for one project in one period and currency: numerator and denominator."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="procurement_returns", verbose_name=_("project"))
    buyer = RowColumn(Organisation, reports=True, verbose_name=_("buyer"))
    eligible_amount = AmountColumn(
        _("bought in all, without taxes, energy and within the group"), currency="currency", null=True, blank=True
    )
    local_amount = AmountColumn(_("of this, in the districts next to it"), currency="currency", null=True, blank=True)
    currency = CurrencyColumn(_("currency"))

    class Meta(PeriodRecord.Meta):
        ordering = ["project", "-period_end", "buyer"]
        constraints = [
            *PeriodRecord.Meta.constraints,
            OncePer(
                *("project", "buyer", "period_start", "period_end", "currency"),
                at="buyer",
                name="a_buyer_reports_a_period_once_in_a_currency",
                says=_("This buyer's return for this period and currency is already here. Open and amend it."),
            ),
            Nested(
                *("local_amount", "eligible_amount"),
                name="local_purchases_are_at_most_all_purchases",
                says=_("More bought in the districts than in all."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.buyer}, {long_date(self.period_start)} – {long_date(self.period_end)}"
