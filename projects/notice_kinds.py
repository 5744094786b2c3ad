"""What people are told of this app: their imports, what others do to what they entered, and what falls due or runs out."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.models.notices import When
from accounts.record_addresses import RecordAddresses
from accounts.roles import Role
from accounts.services.notices import DAILY_LOOKS, NOTICE_KINDS, Happening, NoticeKind, notify_all
from projects.kinds import KINDS_OF_RECORD, RecordKind
from projects.models import Project, Source
from projects.models.due import DueRecord
from projects.services.notices import CHANGED, CHECKED, IMPORT_ENDS, OF_A_MINE, people_of_mines

DUE_SOON = "due_soon"
LATE = "late"
RUNS_OUT = "runs_out"
NEAR = timedelta(days=14)
"""how long before its day something is told; and how long after it what is late, however long no look was taken"""


def look_at_days(today: date) -> None:
    """Tell the people of each mine what is due soon or late, and what runs out; once for each of them.

    The number of queries depends on the number of kinds of record alone.
    """
    found: list[tuple[int, Happening]] = []
    soon, lately = (today, today + NEAR), (today - NEAR, today - timedelta(days=1))
    for kind in KINDS_OF_RECORD.values():
        if issubclass(kind.model, DueRecord):
            not_done = kind.model.standing().filter(kind.model.not_done())
            found += days_within(kind, not_done, "due_on", DUE_SOON, soon)
            found += days_within(kind, not_done, "due_on", LATE, lately)
        if column := kind.runs_out:
            found += days_within(kind, kind.read(withdrawn=False), column, RUNS_OUT, soon)
    people = people_of_mines({project for project, _told in found})
    notify_all([(told, people[project]) for project, told in found])


def days_within(
    kind: RecordKind, rows: Any, column: str, notice: str, days: tuple[date, date]
) -> Iterator[tuple[int, Happening]]:
    """What is to be told of records that have a day within these, each with its mine."""
    path = kind.project_path
    columns = ("pk", column, path, f"{path}__name", "source__audience", f"{path}__source__audience")
    for key, day, project, name, *audiences in rows.filter(**{f"{column}__range": days}).values_list(*columns):
        told = Happening(
            notice,
            f"{kind.code}/{key}/{day}",
            (kind.model, key),
            mine="" if Source.Audience.CONFIDENTIAL in audiences else name,
            day=day,
        )
        yield project, told


def register_notices() -> None:
    """Add the kinds of this app, and its daily look; called once, when the app is ready."""
    DAILY_LOOKS.append(look_at_days)
    NOTICE_KINDS[IMPORT_ENDS] = NoticeKind(
        _("An import of yours is done"),
        {
            "imported": _("Your import is done."),
            "refused": _("The file of your import was refused."),
            "undone": _("Your import was undone."),
            "undone_in_part": _("Your import was undone in part."),
            "undo_refused": _("Your import could not be undone."),
        },
        frozenset({Role.MONITOR}),
        When.AT_ONCE,
    )
    NOTICE_KINDS[CHANGED] = NoticeKind(
        _("Somebody amends, withdraws or merges what you entered"),
        {
            "amended": _("Somebody amended a record that you entered."),
            "withdrawn": _("Somebody withdrew a record that you entered."),
            "restored": _("Somebody took back the withdrawal of a record that you entered."),
            "merged": _("Something that you entered was merged with its like."),
            "merge_undone": _("The merge of something that you entered was undone."),
            "corrected": _("Somebody corrected what you entered."),
        },
        frozenset({*OF_A_MINE, Role.REVIEWER, Role.ADMINISTRATOR}),
        pages={Project: RecordAddresses(Project.with_withdrawn.visible_to, "projects:page", {"slug": "slug"})},
    )
    NOTICE_KINDS[CHECKED] = NoticeKind(
        _("A reviewer verifies or approves what you entered"),
        {
            "verified": _("A reviewer verified a record that you entered."),
            "verification_taken_back": _("A record that you entered is verified no longer."),
            "approved": _("An exemption that you asked for was approved."),
        },
        OF_A_MINE,
    )
    NOTICE_KINDS[DUE_SOON] = NoticeKind(
        _("Something of your mines falls due within 14 days"), {"": _("Due on %(day)s.")}, OF_A_MINE
    )
    NOTICE_KINDS[LATE] = NoticeKind(
        _("Something of your mines is late"), {"": _("Late: it was due on %(day)s.")}, OF_A_MINE
    )
    NOTICE_KINDS[RUNS_OUT] = NoticeKind(
        _("A document of your mines runs out within 14 days"),
        {"": _("A document on record runs out on %(day)s.")},
        OF_A_MINE,
    )
