"""Shares of companies from files: rows that close a circle of owners among themselves are asked about, too."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from django.core.exceptions import ValidationError

from projects.intake.records import RecordTarget
from projects.intake.targets import Row, Scope
from projects.models import Holding
from projects.models.holdings import Held

OWNERS = "owners of companies"


def owners_of_companies(scope: Scope) -> defaultdict[int, list[Held]]:
    """Who holds parts of each company: what is on record, read once a pass, and what callers add of the rows above."""
    if OWNERS not in scope.memory:
        scope.memory[OWNERS] = Holding.objects.owners()
    found: defaultdict[int, list[Held]] = scope.memory[OWNERS]
    return found


class HoldingTarget(RecordTarget):
    """One row, one share of a company."""

    def check(self, rows: Sequence[Row], scope: Scope) -> None:
        """Beside the rules of each row: with those above it, and with what is on record, it closes no circle unasked."""
        super().check(rows, scope)
        owners = owners_of_companies(scope)
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
