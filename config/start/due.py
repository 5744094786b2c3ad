"""What falls due in thirty days or is late, and what ends by then, at the mines that a person may see."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from typing import Any, NamedTuple

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from config.start.dated import Dated, DatedRows
from projects.kinds import KINDS_OF_RECORD, RecordKind, Text
from projects.models import Project
from projects.models.due import DueRecord

AHEAD = timedelta(days=30)


@dataclass(frozen=True, kw_only=True)
class DueKind(Dated):
    """Records of one kind by the day on which they are due, or end."""

    kind: RecordKind

    def line(self, row: Any, at: date) -> DueLine:
        """One record with its day."""
        mine = self.kind.mine_of(row)
        return DueLine(self.kind.address(row.pk, mine.slug if mine else ""), self.kind.singular, row, mine, at)


class DueLine(NamedTuple):
    """One record that is due, or ends: where it is, what it is, and the day."""

    url: str
    kind: Text
    record: Any
    mine: Project | None
    day: date

    @property
    def is_late(self) -> bool:
        """Whether the day is over."""
        return self.day < timezone.localdate()

    @property
    def when(self) -> str:
        """How far away the day is: 61 days late, today, tomorrow, in 12 days."""
        days = (self.day - timezone.localdate()).days
        if days < 0:
            return ngettext("%(days)s day late", "%(days)s days late", -days) % {"days": -days}
        if days < 2:
            return _("tomorrow") if days else _("today")
        return ngettext("in %(days)s day", "in %(days)s days", days) % {"days": days}


def listed(kind: RecordKind, condition: Q, user: User) -> Any:
    """The visible records of a kind of which something is true, with what their lines say."""
    return kind.rows_with_mines(user).filter(condition)


def due_kinds(first: date | None, last: date) -> list[DueKind]:
    """What is due from one day to another and not done; where there is a first day, also what ends by then."""
    kinds = []
    for kind in KINDS_OF_RECORD.values():
        if issubclass(kind.model, DueRecord):
            day, condition = "due_on", kind.model.not_done()
        elif first and kind.runs_out:
            day, condition = kind.runs_out, Q()
        else:
            continue
        condition &= Q(**{f"{day}__lte": last}) & (Q(**{f"{day}__gte": first}) if first else Q())
        kinds.append(DueKind(code=kind.code, kind=kind, rows=partial(listed, kind, condition), at=day))
    return kinds


def due_soon(user: User) -> DatedRows:
    """What is due today or in thirty days, the earliest first."""
    today = timezone.localdate()
    return DatedRows(user, due_kinds(today, today + AHEAD))


def late(user: User) -> DatedRows:
    """What was due before today and nobody says that it was done, the longest wait first."""
    return DatedRows(user, due_kinds(None, timezone.localdate() - timedelta(days=1)))
