"""Progress of shared works from files: what goes back is asked about, also where an earlier row of the file says more."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.core.exceptions import ValidationError

from communities.models import WorkProgress
from projects.intake.records import RecordTarget
from projects.intake.targets import Row, Scope

REPORTS = "progress reports by work"


def reports_of(works: Iterable[int], scope: Scope) -> dict[int, list[WorkProgress]]:
    """What is on record of each work, read once a pass, with what callers add of the rows above."""
    known: dict[int, list[WorkProgress]] = scope.memory.setdefault(REPORTS, {})
    if unread := set(works) - known.keys():
        known |= {work: [] for work in unread}
        for report in WorkProgress.objects.filter(work__in=unread):
            known[report.work_id].append(report)
    return known


class WorkProgressTarget(RecordTarget):
    """One row, one report of a work."""

    def check(self, rows: Sequence[Row], scope: Scope) -> None:
        """Beside the rules of each row: progress that went back from what is on record or stands above is asked about."""
        super().check(rows, scope)
        checked = [(row, row.values["record"]) for row in rows if not row.problems]
        known = reports_of({record.work_id for _row, record in checked}, scope)
        for row, record in checked:
            try:
                if record.says_progress and not record.as_in_report:
                    record.check_progress(known[record.work_id])
                known[record.work_id].append(record)
            except ValidationError as error:
                self.say(row, error)

    def check_record(self, row: Row, form: Any) -> None:
        """Build the record, and look at its rules; other reports are asked for all rows at once."""
        self.check_rules(row, form)
        try:
            row.values["record"].check_days()
        except ValidationError as error:
            self.say(row, error)
