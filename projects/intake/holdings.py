"""Shares of companies from files: rows that close a circle of owners among themselves are asked about, too."""

from __future__ import annotations

from collections.abc import Sequence

from django.core.exceptions import ValidationError

from projects.intake.records import RecordTarget
from projects.intake.targets import Row, Scope
from projects.models import Holding

OWNERS = "owners of companies"


class HoldingTarget(RecordTarget):
    """One row, one share of a company."""

    def check(self, rows: Sequence[Row], scope: Scope) -> None:
        """Beside the rules of each row: with those above it, and with what is on record, it closes no circle unasked."""
        super().check(rows, scope)
        if OWNERS not in scope.memory:
            scope.memory[OWNERS] = Holding.objects.owners()
        owners = scope.memory[OWNERS]
        for row in rows:
            if row.problems:
                continue
            holding = row.values["record"]
            try:
                if not holding.circle_in_document:
                    holding.check_circle(owners)
                owners[holding.company_id].append(holding.held)
            except ValidationError as error:
                self.say(row, error)
