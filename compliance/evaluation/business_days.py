"""Business days by the holidays that a rule names: Monday to Friday, without days that were holidays then.

A holiday is a parameter of the rule with its law and its days in force. Its unit says which day it is: `07-28` is 28 July,
`easter-2` two days before Easter.
"""

from datetime import date, timedelta
from functools import lru_cache

from dateutil.easter import easter

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
