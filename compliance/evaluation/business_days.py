"""Business days by the holidays that a rule names: Monday to Friday, without days that were holidays then.

A holiday is a parameter of the rule with its law and its days in force. Its unit says which day it is: `07-28` is 28 July,
`easter-2` two days before Easter.
"""

from datetime import date, timedelta
from functools import lru_cache

from compliance.evaluation.framework import Indicator
from compliance.evaluation.words import code, gettext_noop

HOLIDAY = code("holiday", gettext_noop("holiday"))
SATURDAY = 5


@lru_cache(maxsize=1024)
def business_days(rule: Indicator, year: int) -> tuple[date, ...]:
    """The business days of a year, in order, by the holidays of a rule."""
    days = (date(year, 1, 1) + timedelta(days=number) for number in range(366))
    return tuple(day for day in days if day.year == year and day.weekday() < SATURDAY and not is_holiday(rule, day))


def is_holiday(rule: Indicator, day: date) -> bool:
    """Whether a rule names a day as a holiday that was one then."""
    from_easter = (day - easter(day.year)).days
    return any(rule.find(HOLIDAY, day, unit) for unit in (f"{day:%m-%d}", f"easter{from_easter:+d}"))


def easter(year: int) -> date:
    """Easter Sunday by the Gregorian calendar (Oudin’s algorithm)."""
    golden, century = year % 19, year // 100
    leap = century - century // 4 - (8 * century + 13) // 25
    moon = (19 * golden + leap + 15) % 30
    moon -= moon // 28 * (1 - moon // 28 * (29 // (moon + 1)) * ((21 - golden) // 11))
    weekday = (year + year // 4 + moon + 2 - century + century // 4) % 7
    month = 3 + (moon - weekday + 40) // 44
    return date(year, month, moon - weekday + 28 - 31 * (month // 4))
