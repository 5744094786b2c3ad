"""What is measured in water, air, noise and dust: where, how often it must be, what was found, and the limits for it."""

from __future__ import annotations

from decimal import Decimal
from functools import reduce
from operator import or_
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.design.writing import long_date, number
from accounts.models import Organisation
from accounts.models.columns import NameColumn
from projects.environmental_limits import AIR, LMP, Limit, limit_of
from projects.models.columns import DayColumn, DegreesColumn, NumberColumn, RowColumn, SmallCountColumn, YearColumn
from projects.models.parameters import (
    CATEGORIES,
    NOISE_ZONES,
    OF_NOISE,
    PARAMETERS_OF,
    UNITS_OF,
    WATER_CATEGORIES,
    WORDS_OF_PARAMETERS,
    Medium,
    Parameter,
    Unit,
    unit_of_limits,
)
from projects.models.places import Boundary, check_in_country
from projects.models.projects import SOUTH_OF_ALL_MINES, Project
from projects.models.records import Record
from projects.models.rules import BothOrNone, Check, NotNegative, OncePer

UNIT_SLIP = 1000
"""between milligrams and micrograms"""
MOST_SAMPLES = 366
"""required of one parameter in a year without a question: one a day"""
FAR_BEYOND = 100
"""Water with a tenth of what is allowed is so many times beyond the limit where µg/L are taken for mg/L."""


def amount_found(label: Any) -> NumberColumn[Decimal | None, Decimal | None]:
    """A column for how much there is."""
    return NumberColumn(label, max_digits=14, decimal_places=6, null=True, blank=True)


def check_parameter(station: MonitoringStation, parameter: str) -> None:
    """Refuse what is not measured at such a station, as pH where it measures noise."""
    if parameter not in PARAMETERS_OF[station.medium]:
        says = _("This is not measured at that station, which stands for: %(medium)s. Choose another of the two.")
        error = ValidationError(says, "of_another_medium", {"medium": station.get_medium_display()})
        raise ValidationError({"parameter": error})


class MonitoringStation(Record):
    """A place at which water, air, noise or dust is measured."""

    project = models.ForeignKey(Project, models.PROTECT, related_name="monitoring_stations", verbose_name=_("project"))
    name = NameColumn(_("name or code"), max_length=60)
    medium = models.CharField(_("what is measured there"), max_length=9, choices=Medium)
    category = models.CharField(
        _("category of the water, or zone of the noise"),
        max_length=11,
        choices=CATEGORIES,
        blank=True,
        help_text=_(
            "As the water authority classified receiving water, or the municipality the place where noise is measured; it "
            "decides which standard holds. What we know no limit for is kept and not judged."
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
                condition=Q(category="")
                | Q(medium="receiving", category__in=WATER_CATEGORIES)
                | Q(medium="noise", category__in=(*NOISE_ZONES,)),
                name="a_category_is_of_receiving_water_or_of_noise",
                says=_(
                    "Only receiving water has a category, and only noise a zone. Choose one of its own, or leave it empty."
                ),
            ),
            Check(
                at="in_mixing_zone",
                condition=Q(in_mixing_zone=False) | Q(medium="receiving"),
                name="only_receiving_water_lies_in_a_mixing_zone",
                says=_("Only receiving water lies in a mixing zone. Leave this empty, or choose receiving water."),
            ),
            Check(
                at="latitude",
                condition=Q(latitude__isnull=True) | Q(latitude__gt=SOUTH_OF_ALL_MINES),
                name="no_station_lies_in_the_antarctic",
                says=_("This is too far south. Are latitude and longitude exchanged?"),
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

    def clean(self) -> None:
        """It lies in the country of the mine, as far as boundaries are loaded, and what was measured here stays of one kind."""
        super().clean()
        if self.latitude is not None and self.longitude is not None:
            land = Boundary.objects.land_of(self.project.country)
            check_in_country((float(self.longitude), float(self.latitude)), land, "latitude")
        if self.pk and self.medium and self.results.exclude(parameter__in=PARAMETERS_OF[self.medium]).exists():
            says = _("Results of something else are on record here. Add a station of its own for this.")
            raise ValidationError({"medium": ValidationError(says, "has_other_results")})

    @property
    def standard(self) -> str:
        """Which limits hold; empty in the mixing zone, and where nobody says the category or zone."""
        of_medium = {Medium.EFFLUENT: LMP, Medium.AIR: AIR}.get(Medium(self.medium), self.category)
        return "" if self.in_mixing_zone else of_medium


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

    def clean(self) -> None:
        """Only what is measured at the station can be required there."""
        super().clean()
        if self.station_id and self.parameter:
            check_parameter(self.station, self.parameter)

    @property
    def project(self) -> Project:
        """The mine at which it is measured."""
        return self.station.project


class MonitoringResult(Record):
    """What one test or measurement found of one parameter at one station on one day."""

    stands_so = "as_in_report"

    station = RowColumn(MonitoringStation, related_name="results", verbose_name=_("station"))
    taken_on = DayColumn(
        _("taken on"), happened=True, help_text=_("Of what is measured over a time, the day on which it ended.")
    )
    parameter = models.CharField(_("parameter"), max_length=14, choices=Parameter)
    value = amount_found(_("value"))
    unit = models.CharField(_("unit"), max_length=6, choices=Unit, default=Unit.MILLIGRAMS)
    below_detection = models.BooleanField(
        _("less than could be detected"), default=False, help_text=_("Then there is no value, only a detection limit.")
    )
    detection_limit = amount_found(_("detection limit"))
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
                NotNegative(
                    name, name=f"{name}_of_a_result_is_not_negative", says=_("There cannot be less than nothing.")
                )
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
                condition=reduce(or_, (Q(parameter__in=found, unit__in=units) for found, units in UNITS_OF)),
                name="a_result_is_in_a_unit_of_its_parameter",
                says=_(
                    "pH is in units of pH, what is in the air in µg/m³, noise in dB(A), settled dust in mg/cm², and all else "
                    "in mg/L or µg/L."
                ),
            ),
            Check(
                at="value",
                condition=~Q(parameter="ph") | Q(value__isnull=True) | Q(value__lte=14),
                name="ph_is_at_most_14",
                says=_("pH lies between 0 and 14."),
            ),
            Check(
                at="value",
                condition=~Q(parameter__in=OF_NOISE) | Q(value__isnull=True) | Q(value__lte=140),
                name="noise_is_at_most_140",
                says=_("No place where people live is louder than 140 dB(A). Look at the report again."),
            ),
            Check(
                at="below_detection",
                condition=~Q(parameter__in=("ph", *OF_NOISE)) | Q(below_detection=False),
                name="ph_and_noise_are_always_detected",
                says=_("pH and noise can always be measured. Give the value."),
            ),
        ]

    def __str__(self) -> str:
        what = WORDS_OF_PARAMETERS.get(self.parameter, self.parameter)
        return f"{self.station}, {what}, {long_date(self.taken_on)}"

    def clean(self) -> None:
        """What is most likely a slip is asked about: a unit a thousand times off, a limit that could not have been seen."""
        super().clean()
        if not self.station_id or not self.taken_on or not self.parameter:
            return
        check_parameter(self.station, self.parameter)
        limit = limit_of(self.station.standard, self.parameter, self.taken_on)
        if limit and not self.as_in_report and (message := self.unlikely(limit)):
            unit = unit_of_limits(self.parameter).label
            error = ValidationError(message, "unlikely", {"limit": number(limit.most), "unit": unit})
            raise ValidationError({"as_in_report": error})

    def unlikely(self, limit: Limit) -> Any:
        """What to ask about a value beside the limit for it; None where there is nothing to ask."""
        value, detection = self.in_unit_of_limits(self.value), self.in_unit_of_limits(self.detection_limit)
        if self.unit == Unit.MILLIGRAMS and value is not None and value >= limit.most * FAR_BEYOND:
            return _(
                "This is a hundred times the limit of %(limit)s %(unit)s, or more. Is it in µg/L? If not, tick this."
            )
        if value and value * UNIT_SLIP <= limit.most:
            if self.unit == Unit.MICROGRAMS:
                return _("This is a thousandth of the limit of %(limit)s %(unit)s. Is it in mg/L? If not, tick this.")
            if self.unit == Unit.OF_AIR:
                return _("This is a thousandth of the limit of %(limit)s %(unit)s. Is it in mg/m³? If not, tick this.")
        if self.below_detection and detection is not None and detection > limit.most:
            return _("The detection limit is above the limit of %(limit)s %(unit)s. If that is so, tick this.")
        return None

    def in_unit_of_limits(self, amount: Decimal | None) -> Decimal | None:
        """An amount of water in milligrams in a litre; all else as it is."""
        return amount / UNIT_SLIP if amount is not None and self.unit == Unit.MICROGRAMS else amount

    @property
    def project(self) -> Project:
        """The mine at which it was found."""
        return self.station.project
