"""Who lends to a mine, and who has bought what it will dig."""

from __future__ import annotations

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from projects.models.columns import AmountColumn, CurrencyColumn, DayColumn, PercentColumn, RowColumn
from projects.models.projects import Project
from projects.models.records import Record
from projects.models.rules import Check, InOrder


class Financing(Record):
    """A loan, a stream, a royalty of a private party or an off-take: money now for money or minerals later."""

    class Instrument(models.TextChoices):
        LOAN = "loan", _("Loan")
        BOND = "bond", _("Bond")
        STREAM = "stream", _("Stream (minerals paid in advance)")
        ROYALTY = "royalty", _("Royalty of a private party")
        OFFTAKE = "off-take", _("Off-take (minerals sold in advance)")

    project = models.ForeignKey(Project, models.PROTECT, related_name="financings", verbose_name=_("project"))
    party = RowColumn(Organisation, verbose_name=_("who lends or buys"))
    instrument = models.CharField(_("what it is"), max_length=8, choices=Instrument)
    amount = AmountColumn(_("amount"), currency="currency", null=True, blank=True)
    currency = CurrencyColumn(_("currency"), blank=True)
    share_percent = PercentColumn(
        _("share, %"),
        max_digits=7,
        decimal_places=4,
        null=True,
        blank=True,
        validators=[MinValueValidator(0), MaxValueValidator(100)],
        help_text=_("Of a stream or an off-take: of what is dug. Of a royalty: of what the mine earns by it."),
    )
    signed_on = DayColumn(_("signed on"), happened=True)
    ends_on = DayColumn(_("ends on"), null=True, blank=True, help_text=_("Leave empty while nobody knows it."))

    year_column = "signed_on"

    class Meta:
        ordering = ["project", "-signed_on", "pk"]
        constraints = [
            InOrder(
                "signed_on",
                "ends_on",
                unknown=["ends_on"],
                name="a_financing_ends_after_it_was_signed",
                says=_("It ends before it was signed."),
            ),
            Check(
                at="currency",
                condition=Q(amount__isnull=True) | ~Q(currency=""),
                name="a_financing_says_its_currency",
                says=_("Say in which currency it is."),
            ),
            Check(
                at="share_percent",
                condition=Q(share_percent__isnull=True) | ~Q(instrument="loan") & ~Q(instrument="bond"),
                name="a_debt_is_paid_in_money",
                says=_("A loan or a bond is paid in money. Choose what it is, or leave the share empty."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_instrument_display()}: {self.party}"
