"""Due days that were moved later: the first one counts, unless more than a bare word agreed to the later."""

from collections.abc import Iterable

from compliance.evaluation.facts import DueRow
from compliance.evaluation.words import code, gettext_noop

DUE_DAY_MOVED = code(
    "due-day-moved",
    gettext_noop("a due day was moved later on a bare word, so the day that was first agreed counts"),
)
LATER_DAY_AGREED = code(
    "later-day-agreed",
    gettext_noop("a due day was moved later, and the community or an authority agreed, so the later day counts"),
)
OF_DUE_DAYS = (DUE_DAY_MOVED, LATER_DAY_AGREED)
"""All that can be said of due days."""


def moved_days(rows: Iterable[DueRow]) -> set[str]:
    """What is to be known of rows of which the day was moved later."""
    return {LATER_DAY_AGREED if row.later_day_counts else DUE_DAY_MOVED for row in rows if row.moved_later}
