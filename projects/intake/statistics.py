"""Files of public statistics of employment: what their columns are called where a statistic is published."""

from dataclasses import replace
from typing import Any

from projects.intake.records import RecordTarget
from projects.intake.targets import ImportField

CALLED = {"month": "ano mes", "area": "provincia zona, provincia", "activity": "rubro", "people": "cantidad"}
"""Headings of the statistic of mining employment of Argentina."""


class StatisticTarget(RecordTarget):
    """One row, one line of a public statistic."""

    def field_for(self, name: str, column: Any) -> ImportField:
        """Known by the headings of published files, too."""
        field = super().field_for(name, column)
        return replace(field, aliases=", ".join(filter(None, (field.aliases, CALLED.get(name, "")))))
