"""The days of a table: as an address writes them, as people say them, and which ones are usual."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext

from accounts.design.writing import long_date

MONTHS_OF_A_YEAR = 12
USUAL_MONTHS = (12, 6, 3, 1)
ALIKE = timedelta(days=5)
"""By so much two quarters, or two years, differ at most."""


@dataclass(frozen=True, order=True)
class Period:
    """The days from one to another, both included."""

    first: date
    last: date

    @classmethod
    def of(cls, year: int, month: int, months: int) -> Period:
        """So many whole months."""
        end_year, end = year + (month + months - 2) // MONTHS_OF_A_YEAR, (month + months - 2) % MONTHS_OF_A_YEAR + 1
        return cls(date(year, month, 1), date(end_year, end, monthrange(end_year, end)[1]))

    @classmethod
    def read(cls, text: str) -> Period | None:
        """From an address; None where the text is no period."""
        days = re.fullmatch(r"(\d{4}-\d\d-\d\d)_(\d{4}-\d\d-\d\d)", text, re.ASCII)
        try:
            return cls(date.fromisoformat(days[1]), date.fromisoformat(days[2])) if days else None
        except ValueError:
            return None

    @property
    def address(self) -> str:
        """As an address writes it."""
        return f"{self.first.isoformat()}_{self.last.isoformat()}"

    @property
    def days(self) -> timedelta:
        """How long it is."""
        return self.last - self.first

    @property
    def is_of_whole_months(self) -> bool:
        """Whether it begins and ends with a month of one year."""
        ends = self.last.day == monthrange(self.last.year, self.last.month)[1]
        return self.first.day == 1 and ends and self.first.year == self.last.year

    def __str__(self) -> str:
        if not self.is_of_whole_months:
            return f"{long_date(self.first)} – {long_date(self.last)}"
        year = self.first.year
        first, last = (date_format(day, "F") for day in (self.first, self.last))
        if self.last.month - self.first.month == MONTHS_OF_A_YEAR - 1:
            return str(year)
        if self.first.month == self.last.month:
            return gettext("%(month)s %(year)s") % {"month": first, "year": year}
        return gettext("%(first)s to %(last)s %(year)s") % {"first": first, "last": last, "year": year}


def usual_periods(year: int, today: date) -> list[list[Period]]:
    """The year, its halves, quarters and months, as far as they are over."""
    found = []
    for months in USUAL_MONTHS:
        those = [Period.of(year, month, months) for month in range(1, MONTHS_OF_A_YEAR + 1, months)]
        found.append([period for period in those if period.last <= today])
    return [those for those in found if those]


def periods_of(rows: QuerySet[Any]) -> Iterator[Period]:
    """Of which periods some records are, the latest first."""
    days = rows.order_by("-period_end", "-period_start").values_list("period_start", "period_end").distinct()
    return (Period(first, last) for first, last in days)


def period_before(period: Period, others: list[Period]) -> Period | None:
    """The latest earlier one that is as long, so that figures can be compared; None where there is none."""
    earlier = (other for other in others if other.last < period.first and abs(other.days - period.days) <= ALIKE)
    return max(earlier, key=lambda other: other.last, default=None)
