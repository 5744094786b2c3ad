"""Due days that were moved later, as public pages say them: the day that was first agreed, and the one that counts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from accounts.design.writing import long_date
from compliance.evaluation.facts import DueRow


@dataclass(frozen=True, slots=True, kw_only=True)
class MovedDay:
    """A due day that was moved later."""

    first: date
    later: date
    counts: bool
    """whether the later day counts, because more than a bare word agreed to it"""

    @property
    def words(self) -> str:
        """Both days, and which of them counts."""
        said = {"first": long_date(self.first), "later": long_date(self.later)}
        if self.counts:
            return _("First agreed for %(first)s, moved to %(later)s. The community or an authority agreed.") % said
        words = _(
            "First agreed for %(first)s, moved to %(later)s. "
            "Nothing on record shows that this was agreed, so the first day counts."
        )
        return words % said


def moved_day(row: DueRow) -> MovedDay | None:
    """The days of something whose due day was moved later; None where it was not."""
    if row.first_due_on is None or not row.moved_later:
        return None
    return MovedDay(first=row.first_due_on, later=row.due_on, counts=row.later_day_counts)
