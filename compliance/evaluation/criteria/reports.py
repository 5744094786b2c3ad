"""Reports that a mine has to hand in. No rule judges them; they are sealed to be read."""

from calendar import monthrange
from collections.abc import Iterator
from datetime import date
from itertools import count
from typing import ClassVar

from compliance.evaluation.facts import ConditionFact, Facts, Row, fact_table, of_year, reference

NEAR_DAYS = 14
"""A report is the one of a day where its own is no further from it than so many days for each month of the interval."""


@fact_table("required-reports", record="required-report", years=of_year("due_by__year"))
class ReportFact(Row):
    """One report with the day by which it had to come, and the day on which it came; None: nobody says it."""

    title: str
    condition: str | None = reference("condition", "condition", default=None)
    due_by: date
    handed_in_on: date | None = None
    is_public: bool | None = None

    days: ClassVar[tuple[str, ...]] = ("due_by",)

    @property
    def days_late(self) -> int | None:
        """By how many days it came after its day; None where nobody says that it came."""
        return None if self.handed_in_on is None else max((self.handed_in_on - self.due_by).days, 0)


def days_of_reports(condition: ConditionFact, until: date) -> Iterator[date]:
    """The days on which a condition asks for a report, up to a day: the first of its due days, and so many months later each."""
    last = min(until, condition.until or until)
    for number in count() if condition.every_months else ():
        day = months_later(condition.falls_due, number * (condition.every_months or 0))
        if day > last or not condition.stands_on(day):
            return
        yield day


def months_later(day: date, months: int) -> date:
    """The same day some months later; the last of that month where it is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def reports_nobody_entered(facts: Facts, until: date) -> Iterator[tuple[ConditionFact, date]]:
    """Each condition with each day of the year, up to another one, for which it asked for a report that is not on record."""
    for condition in facts[ConditionFact]:
        near = NEAR_DAYS * (condition.every_months or 0)
        entered = [report.due_by for report in facts[ReportFact] if report.condition == condition.record]
        for day in days_of_reports(condition, min(until, facts.period_end)):
            if day >= facts.period_start and not any(abs((one - day).days) <= near for one in entered):
                yield condition, day
