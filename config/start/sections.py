"""The sections of the start page: each says who sees it, what it lists, and how it is shown."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from config.start.changes import Changes, visit_before
from config.start.dated import DatedRows
from config.start.due import due_soon, late
from config.start.missing import Missing, columns_for
from config.start.tasks import tasks_of
from projects.kinds import Text


@dataclass(frozen=True, kw_only=True)
class Section:
    """One section: its heading and what it lists, which is counted and read a page at a time."""

    code: str
    title: Text
    nothing: Text
    """what it says where it lists nothing"""
    rows: Callable[[User, QueryDict], Any]
    is_for: Callable[[User], bool] = lambda _user: True
    is_counted: bool = True
    """whether its heading says how many there are"""

    @property
    def template(self) -> str:
        """The part of the page that shows its rows."""
        return f"start/{self.code}.html"


SECTIONS = (
    Section(
        code="waits",
        title=_("Waits for you"),
        nothing=_("Nothing waits for you."),
        rows=lambda user, _asked: DatedRows(user, tasks_of(user)),
        is_for=lambda user: bool(tasks_of(user)),
    ),
    Section(
        code="due",
        title=_("Due within 30 days"),
        nothing=_("Nothing is due within 30 days."),
        rows=lambda user, _asked: due_soon(user),
    ),
    Section(
        code="late",
        title=_("Late"),
        nothing=_("Nothing is late."),
        rows=lambda user, _asked: late(user),
    ),
    Section(
        code="missing",
        title=_("What is missing"),
        nothing=_("No mine is assigned to you yet. Ask an administrator to let your organisation follow one."),
        rows=lambda user, asked: Missing(user, asked.get("year", "")),
        is_for=lambda user: bool(columns_for(user)),
        is_counted=False,
    ),
    Section(
        code="changed",
        title=_("Changed since your last visit"),
        nothing=_("Nobody else has changed anything at your mines since then."),
        rows=lambda user, _asked: Changes(user),
        is_for=lambda user: visit_before(user) is not None,
    ),
)


def sections_of(user: User) -> list[Section]:
    """The sections that this person sees."""
    return [section for section in SECTIONS if section.is_for(user)]
