"""Reports that a mine has to hand in. No rule judges them; they are sealed to be read."""

from datetime import date
from typing import ClassVar

from compliance.evaluation.facts import Row, fact_table, of_year, reference


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
