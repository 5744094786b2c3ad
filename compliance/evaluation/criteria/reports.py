"""Reports that a mine has to hand in. No rule judges them; they are sealed to be read."""

from collections.abc import Iterator
from datetime import date
from itertools import takewhile
from typing import ClassVar

from compliance.evaluation.facts import ConditionFact, Facts, Row, fact_table, of_year, reference
from projects.intervals import days_at_intervals, is_answered


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
    """The days on which a condition asks for a report, up to a day: from its due day on, until a change replaced it."""
    if condition.every_months:
        last = min(until, condition.until or until)
        days = days_at_intervals(condition.falls_due, condition.every_months, last)
        yield from takewhile(condition.stands_on, days)


def reports_nobody_entered(facts: Facts, until: date) -> Iterator[tuple[ConditionFact, date]]:
    """Each condition with each day of the year, up to another one, for which it asked for a report that is not on record."""
    for condition in facts[ConditionFact]:
        entered = [report.due_by for report in facts[ReportFact] if report.condition == condition.record]
        for day in days_of_reports(condition, min(until, facts.period_end)):
            if day >= facts.period_start and not is_answered(day, condition.every_months or 0, entered):
                yield condition, day
