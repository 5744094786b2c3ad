"""Required samples from files: a number that is likely a slip is asked about, too."""

from __future__ import annotations

from typing import Any

from projects.intake.records import RecordTarget
from projects.intake.targets import Row
from projects.models.monitoring import MOST_SAMPLES


class RequiredSamplesTarget(RecordTarget):
    """One row, how many samples of one parameter are required at one station in one year."""

    def check_record(self, row: Row, form: Any) -> None:
        """Beside the rules of the record: it is no more than one sample a day unless the person says so."""
        super().check_record(row, form)
        samples = row.values["samples"]
        if samples > MOST_SAMPLES:
            row.doubt("samples", "many_samples", value=samples)
