"""Who lives around a mine, as a census counted it: the base with which its workers are compared."""

from __future__ import annotations

from decimal import Decimal

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models.columns import NameColumn
from projects.models.columns import PercentColumn, YearColumn
from projects.models.projects import Project
from projects.models.records import Record
from projects.models.rules import Check, OncePer


class CensusShare(Record):
    """Which share of the people of working age around a mine said of themselves in a census that they are indigenous."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="census_shares", verbose_name=_("project"))
    area = NameColumn(
        _("of which area"),
        max_length=120,
        help_text=_(
            "The area around the mine, such as “province of Cotabambas” or “the three districts”. It stands on public pages "
            "where everybody may read the source."
        ),
    )
    census = NameColumn(_("which census"), max_length=120, help_text=_("Such as “National census, INEI”."))
    census_year = YearColumn(_("year of the census"))
    indigenous_percent = PercentColumn(
        _("indigenous people, % of working age"),
        max_digits=5,
        decimal_places=2,
        validators=[MinValueValidator(0), MaxValueValidator(100)],
        help_text=_(
            "Of every 100 people of working age in the area, how many said that they are indigenous. 0 if the census "
            "says that nobody did; add nothing if nobody knows."
        ),
    )

    year_column = "census_year"

    class Meta:
        ordering = ["project", "-census_year", "area"]
        constraints = [
            OncePer(
                *("project", "area", "census", "census_year"),
                at="area",
                name="a_census_says_the_share_of_an_area_once",
                says=_("What this census says of this area is already here. Open and amend it."),
            ),
            Check(
                at="indigenous_percent",
                condition=Q(indigenous_percent__gte=0, indigenous_percent__lte=100),
                name="a_census_share_is_at_most_100_percent",
                says=_("A share is 0 to 100 %%."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.area}, {self.census_year}: {Decimal(self.indigenous_percent).normalize():f} %"
