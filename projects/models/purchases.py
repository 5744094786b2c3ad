"""What the mine bought, how much of it from suppliers nearby and from firms of indigenous people, and when it paid them."""

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.design.writing import long_date
from accounts.models import Organisation
from projects.models.columns import (
    AmountColumn,
    CountColumn,
    CurrencyColumn,
    QuantityColumn,
    RowColumn,
    SmallCountColumn,
)
from projects.models.projects import Project
from projects.models.records import PeriodRecord, StandingManager
from projects.models.rules import Check, Nested, OncePer


class ProcurementQuerySet(models.QuerySet["ProcurementReturn"]):
    """Named reads of what was bought."""

    def with_registry(self) -> "ProcurementQuerySet":
        """With whether a registry is named by which it is known who owns the firms; its name is no fact."""
        return self.annotate(ownership_is_registered=Q(ownership_registry__gt=""))


class ProcurementReturn(PeriodRecord):
    """What one company bought for one project in one period and currency: numerator and denominator."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="procurement_returns", verbose_name=_("project"))
    buyer = RowColumn(Organisation, reports=True, verbose_name=_("buyer"))
    eligible_amount = AmountColumn(
        _("bought in all, without taxes, energy and within the group"), currency="currency", null=True, blank=True
    )
    local_amount = AmountColumn(_("of this, in the districts next to it"), currency="currency", null=True, blank=True)
    indigenous_amount = AmountColumn(
        _("of all, from firms of indigenous people or communities"),
        currency="currency",
        null=True,
        blank=True,
        help_text=_("Firms of which at least 51 of every 100 shares belong to indigenous people or to communities."),
    )
    ownership_registry = models.CharField(
        _("registry by which the owners of these firms are known"),
        max_length=200,
        blank=True,
        help_text=_(
            "Such as a registry of companies or of suppliers; name no person. Without it the sum is shown and does not count."
        ),
    )
    currency = CurrencyColumn(_("currency"))
    suppliers = SmallCountColumn(_("suppliers in all"), null=True, blank=True)
    local_suppliers = CountColumn(_("suppliers in the districts"), null=True, blank=True)
    days_until_paid = QuantityColumn(
        _("days until suppliers in the districts are paid"),
        max_digits=5,
        decimal_places=1,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
        help_text=_("On average, from the day of the invoice."),
    )

    objects = StandingManager.from_queryset(ProcurementQuerySet)()
    with_withdrawn = ProcurementQuerySet.as_manager()

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
            Nested(
                *("indigenous_amount", "eligible_amount"),
                name="indigenous_purchases_are_at_most_all_purchases",
                says=_("More bought from these firms than in all."),
            ),
            Nested(
                *("local_suppliers", "suppliers"),
                name="local_suppliers_are_at_most_all_suppliers",
                says=_("More suppliers in the districts than in all."),
            ),
            Check(
                at="ownership_registry",
                condition=Q(ownership_registry="") | Q(indigenous_amount__isnull=False),
                name="a_registry_of_owners_stands_behind_a_sum",
                says=_("Say how much was bought from these firms, or leave the registry empty."),
            ),
            Check(
                at="local_suppliers",
                condition=Q(local_suppliers__isnull=True)
                | Q(local_suppliers__gt=0)
                | Q(local_amount__isnull=True)
                | Q(local_amount=0),
                name="what_was_bought_in_the_districts_has_a_supplier",
                says=_("Something was bought in the districts, so there is at least one supplier."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.buyer}, {long_date(self.period_start)} – {long_date(self.period_end)}"
