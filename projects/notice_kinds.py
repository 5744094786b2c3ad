"""What people are told of this app: their imports, what others do to what they entered, and what falls due or runs out."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import islice
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _

from accounts.models import Notice
from accounts.models.notices import When
from accounts.record_addresses import RecordAddresses
from accounts.roles import Role
from accounts.services.notices import (
    DAILY_LOOKS,
    NOTICE_KINDS,
    ROWS_AT_ONCE,
    Happening,
    NoticeKind,
    promise_mails,
    write_notices,
)
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

    For each kind of record the queries grow with each thousand things to tell alone, and no more is held at once.
    """
    at_once: set[int] = set()
    for found in found_on(today):
        while some := list(islice(found, ROWS_AT_ONCE)):
            people = people_of_mines({project for project, _told in some})
            at_once |= write_notices([(told, people[project]) for project, told in some])
    promise_mails(at_once, When.AT_ONCE)


def found_on(today: date) -> Iterator[Iterator[tuple[int, Happening]]]:
    """What is due soon or late, and what runs out, by kind of record; each with its mine."""
    soon, lately = (today, today + NEAR), (today - NEAR, today - timedelta(days=1))
    for kind in KINDS_OF_RECORD.values():
        if issubclass(kind.model, DueRecord):
            not_done = kind.model.standing().filter(kind.model.not_done())
            yield days_within(kind, not_done, "due_on", DUE_SOON, soon)
            yield days_within(kind, not_done, "due_on", LATE, lately)
        if column := kind.runs_out:
            yield days_within(kind, kind.read(withdrawn=False), column, RUNS_OUT, soon)


def days_within(
    kind: RecordKind, rows: Any, column: str, notice: str, days: tuple[date, date]
) -> Iterator[tuple[int, Happening]]:
    """What is to be told of records that have a day within these of which nobody was told, each with its mine."""
    model = ContentType.objects.get_for_model(kind.model)
    known = Notice.objects.filter(kind=notice, content_type=model, object_id=OuterRef("pk"), day=OuterRef(column))
    path = kind.project_path
    columns = ("pk", column, path, f"{path}__name", "source__audience", f"{path}__source__audience")
    new = rows.filter(~Exists(known), **{f"{column}__range": days}).values_list(*columns)
    for key, day, project, name, *audiences in new.iterator(chunk_size=ROWS_AT_ONCE):
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
