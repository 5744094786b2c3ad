"""What can be measured around a mine, in which unit, and the classes of places by which limits differ."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Medium(models.TextChoices):
    """What a station measures."""

    EFFLUENT = "effluent", _("What leaves the mine (effluent)")
    RECEIVING = "receiving", _("River, lake or spring (receiving water)")
    AIR = "air", _("Air")
    NOISE = "noise", _("Noise")
    DUST = "dust", _("Dust that settles")


WATER_CATEGORIES = (
    *("1-A1", "1-A2", "1-A3", "1-B1", "1-B2", "2-C1", "2-C2", "2-C3", "2-C4"),
    *("3-D1", "3-D2", "4-E1", "4-E2", "4-E3"),
)
"""The uses by which the water authority classifies a body of water (D.S. 004-2017-MINAM art. 3)."""
NOISE_ZONES = {
    "special": _("zone of special protection (schools, hospitals)"),
    "residential": _("residential zone"),
    "commercial": _("commercial zone"),
    "industrial": _("industrial zone"),
}
"""The zones of D.S. 085-2003-PCM (annex 1)."""
CATEGORIES = [*((code, code) for code in WATER_CATEGORIES), *NOISE_ZONES.items()]


class Parameter(models.TextChoices):
    """What is looked for; in water all of a metal, and in air the mean of the time for which there is a standard."""

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
    PM10 = "pm10", _("Fine dust (PM10), 24 hours")
    PM25 = "pm25", _("Finest dust (PM2.5), 24 hours")
    LEAD_IN_PM10 = "lead-pm10", _("Lead in fine dust, a month")
    SULPHUR_DIOXIDE = "so2", _("Sulphur dioxide, 24 hours")
    NITROGEN_DIOXIDE = "no2", _("Nitrogen dioxide, one hour")
    CARBON_MONOXIDE = "co-1h", _("Carbon monoxide, one hour")
    CARBON_MONOXIDE_8 = "co-8h", _("Carbon monoxide, 8 hours")
    OZONE = "ozone", _("Ozone, 8 hours")
    HYDROGEN_SULPHIDE = "h2s", _("Hydrogen sulphide, 24 hours")
    MERCURY_GAS = "mercury-gas", _("Mercury as gas, 24 hours")
    NOISE_BY_DAY = "noise-day", _("Noise by day (07:01 to 22:00)")
    NOISE_AT_NIGHT = "noise-night", _("Noise at night (22:01 to 07:00)")
    SETTLED_DUST = "settled-dust", _("Dust that settled in 30 days")


WORDS_OF_PARAMETERS = dict(Parameter.choices)
"""One is said at a time; `get_parameter_display` translates all of them first."""


class Unit(models.TextChoices):
    """How results are written; limits and facts of water are in milligrams in a litre, and all else as it is written."""

    MILLIGRAMS = "mg/L", "mg/L"
    MICROGRAMS = "ug/L", "µg/L"
    PH = "pH", "pH"
    OF_AIR = "ug/m3", "µg/m³"
    OF_NOISE = "dBA", "dB(A)"
    OF_DUST = "mg/cm2", "mg/cm²"


OF_NOISE = (Parameter.NOISE_BY_DAY, Parameter.NOISE_AT_NIGHT)
OF_DUST = (Parameter.SETTLED_DUST,)
OF_AIR = (
    *(Parameter.PM10, Parameter.PM25, Parameter.LEAD_IN_PM10, Parameter.SULPHUR_DIOXIDE, Parameter.NITROGEN_DIOXIDE),
    *(Parameter.CARBON_MONOXIDE, Parameter.CARBON_MONOXIDE_8, Parameter.OZONE, Parameter.HYDROGEN_SULPHIDE),
    Parameter.MERCURY_GAS,
)
OF_WATER = tuple(one for one in Parameter if one not in {*OF_NOISE, *OF_DUST, *OF_AIR})
PARAMETERS_OF: dict[str, tuple[Parameter, ...]] = {
    Medium.EFFLUENT: OF_WATER,
    Medium.RECEIVING: OF_WATER,
    Medium.AIR: OF_AIR,
    Medium.NOISE: OF_NOISE,
    Medium.DUST: OF_DUST,
}
"""What is measured at a station of each medium."""
UNITS_OF = (
    ((Parameter.PH,), (Unit.PH,)),
    (tuple(one for one in OF_WATER if one != Parameter.PH), (Unit.MILLIGRAMS, Unit.MICROGRAMS)),
    (OF_AIR, (Unit.OF_AIR,)),
    (OF_NOISE, (Unit.OF_NOISE,)),
    (OF_DUST, (Unit.OF_DUST,)),
)
"""Parameters with the units in which their results may be written, first the one of limits and facts."""


def unit_of_limits(parameter: str) -> Unit:
    """The unit in which limits and facts of a parameter are."""
    return next(units[0] for parameters, units in UNITS_OF if parameter in parameters)
