"""Methods in use at a mine: how it digs, and how it treats water and waste; what they replace, and what they changed."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models.columns import NameColumn
from projects.models.accords import Accord
from projects.models.columns import DayColumn, QuantityColumn
from projects.models.projects import Project
from projects.models.records import Record
from projects.models.rules import Check, InOrder, OncePer

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise as StrOrPromise


def amount(label: StrOrPromise) -> QuantityColumn[Decimal | None, Decimal | None]:
    """How much of something there was; empty means that nobody knows."""
    least = [MinValueValidator(0)]
    return QuantityColumn(label, max_digits=16, decimal_places=4, null=True, blank=True, validators=least)


class MethodInUse(Record):
    """One method that is in use, or was until a day; one thing that it changed may be told with its figures."""

    class Field(models.TextChoices):
        EXTRACTION = "extraction", _("Extraction")
        WATER = "water", _("Water treatment")
        WASTE = "waste", _("Waste and tailings")
        OTHER = "other", _("Something else")

    class Changed(models.TextChoices):
        WATER = "water", _("Water")
        ENERGY = "energy", _("Energy")
        TAILINGS = "tailings", _("Tailings")

    project = models.ForeignKey(Project, models.PROTECT, related_name="methods", verbose_name=_("project"))
    field = models.CharField(_("what it is for"), max_length=10, choices=Field)
    method = NameColumn(
        _("method"),
        max_length=160,
        help_text=_("Such as dry tailings. It stands on public pages where everybody may read the source."),
    )
    replaces = models.CharField(
        _("what it replaces"), max_length=160, blank=True, help_text=_("Leave empty where nobody knows it.")
    )
    since = DayColumn(_("in use since"), happened=True)
    until = DayColumn(_("in use until"), happened=True, null=True, blank=True)
    changed = models.CharField(
        _("what it changed"),
        max_length=8,
        choices=Changed,
        blank=True,
        help_text=_("Leave empty where nobody says it."),
    )
    before = amount(_("how much before"))
    after = amount(_("how much with it"))
    unit = models.CharField(
        _("unit"), max_length=60, blank=True, help_text=_("Such as cubic metres of water for one tonne of ore.")
    )
    accord = models.ForeignKey(
        Accord,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="methods",
        verbose_name=_("accord by which it came"),
        help_text=_("Leave empty where it came by none, or nobody says it."),
    )

    year_column = "since"

    class Meta:
        ordering = ["project", "field", "-since", "pk"]
        constraints = [
            OncePer(
                *("project", "method", "since"),
                at="method",
                name="a_method_is_reported_once",
                says=_("This method is already here. Open and amend it."),
            ),
            InOrder(
                *("since", "until"),
                unknown=("until",),
                name="a_method_ends_after_it_began",
                says=_("That is not later than the day since which it is in use."),
            ),
            Check(
                at="changed",
                condition=~Q(changed="") | Q(before__isnull=True, after__isnull=True),
                name="figures_of_a_method_say_what_changed",
                says=_("Say what it changed, or leave the figures empty."),
            ),
            Check(
                at="unit",
                condition=~Q(unit="") | Q(before__isnull=True, after__isnull=True),
                name="figures_of_a_method_have_a_unit",
                says=_("Say in which unit it is."),
            ),
        ]

    def __str__(self) -> str:
        return self.method
