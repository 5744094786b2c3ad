"""What is measured in water: where, how often it must be, what was found, and the limits for it."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.design.writing import long_date, number
from accounts.models import Organisation
from accounts.models.columns import NameColumn
from projects.models.columns import DayColumn, DegreesColumn, NumberColumn, RowColumn, SmallCountColumn, YearColumn
from projects.models.projects import Project
from projects.models.records import Record
from projects.models.rules import BothOrNone, Check, NotNegative, OncePer
from projects.water_limits import Limit, limit_of

CATEGORIES = [
    (code, code)
    for code in (
        *("1-A1", "1-A2", "1-A3", "1-B1", "1-B2", "2-C1", "2-C2", "2-C3", "2-C4"),
        *("3-D1", "3-D2", "4-E1", "4-E2", "4-E3"),
    )
]
"""The uses by which the water authority classifies a body of water (D.S. 004-2017-MINAM art. 3)."""
LMP = "LMP"
"""The limits for effluents, beside the categories of receiving water."""
UNIT_SLIP = 1000
"""between milligrams and micrograms in a litre"""
FAR_BEYOND = 100
"""Water with a tenth of what is allowed is so many times beyond the limit where µg/L are taken for mg/L."""


class Parameter(models.TextChoices):
    """What is looked for; all of a metal unless it says otherwise."""

    PH = "ph", _("pH")
    SOLIDS = "solids", _("Suspended solids")
    OIL = "oil", _("Oils and greases")
    CYANIDE = "cyanide", _("Cyanide")
    ARSENIC = "arsenic", _("Arsenic")
    CADMIUM = "cadmium", _("Cadmium")
    CHROMIUM_6 = "chromium-6", _("Chromium VI")
    COPPER = "copper", _("Copper")
    IRON = "iron", _("Iron")
    IRON_DISSOLVED = "iron-dissolved", _("Dissolved iron")
    LEAD = "lead", _("Lead")
    MANGANESE = "manganese", _("Manganese")
    MERCURY = "mercury", _("Mercury")
    ZINC = "zinc", _("Zinc")


WORDS_OF_PARAMETERS = dict(Parameter.choices)
"""One is said at a time; `get_parameter_display` translates all of them first."""


class Unit(models.TextChoices):
    """How results are written; limits and facts are in milligrams in a litre, and of pH in its own."""

    MILLIGRAMS = "mg/L", "mg/L"
    MICROGRAMS = "ug/L", "µg/L"
    PH = "pH", "pH"


def concentration(label: Any) -> NumberColumn[Decimal | None, Decimal | None]:
    """A column for how much there is in the water."""
    return NumberColumn(label, max_digits=14, decimal_places=6, null=True, blank=True)


class MonitoringStation(Record):
    """A place at which water is measured."""

    class Water(models.TextChoices):
        EFFLUENT = "effluent", _("What leaves the mine (effluent)")
        RECEIVING = "receiving", _("River, lake or spring (receiving water)")

    project = models.ForeignKey(Project, models.PROTECT, related_name="monitoring_stations", verbose_name=_("project"))
    name = NameColumn(_("name or code"), max_length=60)
    water = models.CharField(_("what is measured there"), max_length=9, choices=Water)
    category = models.CharField(
        _("category of the water"),
        max_length=4,
        choices=CATEGORIES,
        blank=True,
        help_text=_(
            "Of receiving water, as the water authority classified it; it decides which standard holds. What we know no limit "
            "for in this category is kept and not judged."
        ),
    )
    in_mixing_zone = models.BooleanField(
        _("it lies in the mixing zone"),
        default=False,
        help_text=_("Where the authority allows an effluent to mix with the river; the standard does not hold there."),
    )
    place = models.CharField(_("where it is"), max_length=120, blank=True)
    latitude = DegreesColumn(_("latitude"), most=90, null=True, blank=True)
    longitude = DegreesColumn(_("longitude"), null=True, blank=True)

    class Meta:
        ordering = ["project", "name"]
        constraints = [
            OncePer(
                *("project", "name"),
                at="name",
                name="a_station_name_is_used_once_at_a_mine",
                says=_("This mine has a station of this name already. Open and amend it."),
            ),
            Check(
                at="category",
                condition=Q(category="") | Q(water="receiving"),
                name="only_receiving_water_has_a_category",
                says=_("An effluent has no category. Leave it empty, or choose receiving water."),
            ),
            Check(
                at="in_mixing_zone",
                condition=Q(in_mixing_zone=False) | Q(water="receiving"),
                name="only_receiving_water_lies_in_a_mixing_zone",
                says=_("An effluent lies in no mixing zone. Leave this empty, or choose receiving water."),
            ),
            BothOrNone(
                *("latitude", "longitude"),
                name="a_station_has_both_coordinates_or_none",
                says=_("Give latitude and longitude, or neither."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def concerned_years(self) -> list[int] | None:
        """Every year that is open: its samples count by what it is."""
        return None

    @property
    def standard(self) -> str:
        """Which limits hold; empty in the mixing zone, and where nobody says the category of the water."""
        if self.water == self.Water.EFFLUENT:
            return LMP
        return "" if self.in_mixing_zone else self.category


class RequiredSamples(Record):
    """How often one parameter must be measured at one station in one year, as the monitoring programme says."""

    station = RowColumn(MonitoringStation, related_name="required_samples", verbose_name=_("station"))
    parameter = models.CharField(_("parameter"), max_length=14, choices=Parameter)
    year = YearColumn(_("year"))
    samples = SmallCountColumn(
        _("samples required in the year"),
        validators=[MinValueValidator(1)],
        help_text=_("12 where it is one a month, 4 where it is one a quarter."),
    )
    in_instrument = models.BooleanField(
        _("the approved study asks for it"),
        default=True,
        help_text=_("By law the standard of receiving water is checked for what the approved study names."),
    )

    year_column = "year"

    class Meta:
        ordering = ["station", "-year", "parameter"]
        constraints = [
            OncePer(
                *("station", "parameter", "year"),
                at="parameter",
                name="samples_are_required_once_a_year",
                says=_("What is required of this in this year is already here. Open and amend it."),
            ),
            Check(
                at="samples",
                condition=Q(samples__gte=1),
                name="at_least_one_sample_is_required",
                says=_("At least one sample is required, or nothing is."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.station}, {self.get_parameter_display()}, {self.year}"

    @property
    def project(self) -> Project:
        """The mine at which it is measured."""
        return self.station.project


class WaterSample(Record):
    """What one test found of one parameter in the water of one station on one day."""

    station = RowColumn(MonitoringStation, related_name="samples", verbose_name=_("station"))
    taken_on = DayColumn(_("taken on"), happened=True)
    parameter = models.CharField(_("parameter"), max_length=14, choices=Parameter)
    value = concentration(_("value"))
    unit = models.CharField(_("unit"), max_length=4, choices=Unit, default=Unit.MILLIGRAMS)
    below_detection = models.BooleanField(
        _("less than could be detected"), default=False, help_text=_("Then there is no value, only a detection limit.")
    )
    detection_limit = concentration(_("detection limit"))
    laboratory = RowColumn(Organisation, null=True, blank=True, verbose_name=_("laboratory"))
    accredited = models.BooleanField(_("the laboratory is accredited for this test"), null=True, blank=True)
    method = models.CharField(_("method"), max_length=60, blank=True)
    number = models.CharField(_("number of the sample"), max_length=40, blank=True)
    as_in_report = models.BooleanField(
        _("it stands so in the laboratory’s report"),
        default=False,
        help_text=_("Tick it where the unit or the detection limit was asked about, and is right."),
    )

    year_column = "taken_on"

    class Meta:
        ordering = ["station", "-taken_on", "parameter", "pk"]
        constraints = [
            OncePer(
                *("station", "taken_on", "parameter", "number"),
                at="number",
                name="a_test_is_recorded_once",
                says=_("This test is already here. Open and amend it, or give the number of the other sample."),
            ),
            *(
                NotNegative(name, name=f"{name}_in_water_is_not_negative", says=_("There cannot be less than nothing."))
                for name in ("value", "detection_limit")
            ),
            Check(
                at="value",
                condition=Q(below_detection=False, value__isnull=False)
                | Q(below_detection=True, value__isnull=True, detection_limit__isnull=False),
                name="a_test_has_a_value_or_a_detection_limit",
                says=_("Give a value; or tick that it was less than could be detected, and give the detection limit."),
            ),
            Check(
                at="unit",
                condition=Q(parameter="ph", unit="pH") | (~Q(parameter="ph") & ~Q(unit="pH")),
                name="only_ph_is_in_units_of_ph",
                says=_("pH is in units of pH, and all else in mg/L or µg/L."),
            ),
            Check(
                at="value",
                condition=~Q(parameter="ph") | Q(value__isnull=True) | Q(value__lte=14),
                name="ph_is_at_most_14",
                says=_("pH lies between 0 and 14."),
            ),
            Check(
                at="below_detection",
                condition=~Q(parameter="ph") | Q(below_detection=False),
                name="ph_is_always_detected",
                says=_("pH can always be measured. Give its value."),
            ),
        ]

    def __str__(self) -> str:
        what = WORDS_OF_PARAMETERS.get(self.parameter, self.parameter)
        return f"{self.station}, {what}, {long_date(self.taken_on)}"

    def clean(self) -> None:
        """What is most likely a slip is asked about: a unit a thousand times off, a limit that could not have been seen."""
        super().clean()
        if self.as_in_report or not self.station_id or not self.taken_on:
            return
        limit = limit_of(self.station.standard, self.parameter, self.taken_on)
        if limit and (message := self.unlikely(limit)):
            error = ValidationError(message, "unlikely", {"limit": number(limit.most), "unit": Unit.MILLIGRAMS})
            raise ValidationError({"as_in_report": error})

    def unlikely(self, limit: Limit) -> Any:
        """What to ask about a value beside the limit for it; None where there is nothing to ask."""
        value, detection = self.in_unit_of_limits(self.value), self.in_unit_of_limits(self.detection_limit)
        if self.unit == Unit.MILLIGRAMS and value is not None and value >= limit.most * FAR_BEYOND:
            return _(
                "This is a hundred times the limit of %(limit)s %(unit)s, or more. Is it in µg/L? If not, tick this."
            )
        if self.unit == Unit.MICROGRAMS and value and value * UNIT_SLIP <= limit.most:
            return _("This is a thousandth of the limit of %(limit)s %(unit)s. Is it in mg/L? If not, tick this.")
        if self.below_detection and detection is not None and detection > limit.most:
            return _("The detection limit is above the limit of %(limit)s %(unit)s. If that is so, tick this.")
        return None

    def in_unit_of_limits(self, amount: Decimal | None) -> Decimal | None:
        """An amount in milligrams in a litre; pH as it is."""
        return amount / UNIT_SLIP if amount is not None and self.unit == Unit.MICROGRAMS else amount

    @property
    def project(self) -> Project:
        """The mine at which it was taken."""
        return self.station.project
