"""What is due again and again: its days, and which of them something answers; pure, and without Django."""

from calendar import monthrange
from collections.abc import Iterable, Iterator
from datetime import date
from itertools import count

NEAR_DAYS = 14
"""What is due no further from a day than so many days for each month of the interval answers that day."""


def days_at_intervals(first: date, every_months: int, until: date) -> Iterator[date]:
    """The first day, and each that many months later, up to another one."""
    for number in count():
        day = months_later(first, number * every_months)
        if day > until:
            return
        yield day


def months_later(day: date, months: int) -> date:
    """The same day some months later; the last of that month where it is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def is_answered(day: date, every_months: int, due: Iterable[date]) -> bool:
    """Whether anything is due near a day."""
    return any(abs((one - day).days) <= NEAR_DAYS * every_months for one in due)
