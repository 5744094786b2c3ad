"""Impact assessments from files: two rows that are likely to be one study are asked about, too."""

from __future__ import annotations

from collections.abc import Sequence

from django.core.exceptions import ValidationError

from projects.intake.records import RecordTarget
from projects.intake.targets import Row, Scope
from projects.models import ImpactAssessment

STUDIES = "studies of this file"


class AssessmentTarget(RecordTarget):
    """One row, one study of one part of a mine."""

    def check(self, rows: Sequence[Row], scope: Scope) -> None:
        """Beside the rules of each row: it is not nearly the same as a row above it unasked."""
        super().check(rows, scope)
        above: dict[tuple[int, str], list[ImpactAssessment]] = scope.memory.setdefault(STUDIES, {})
        for row in rows:
            if row.problems:
                continue
            study = row.values["record"]
            others = above.setdefault((study.project_id, study.instrument), [])
            try:
                if study.is_first:
                    study.check_other(others)
                others.append(study)
            except ValidationError as error:
                self.say(row, error)
