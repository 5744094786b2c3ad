"""Telling people of the record: whom it concerns, and which mine may be named in a mail."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.models import AuditEntry, Membership, Notice, User
from accounts.roles import Role
from accounts.services.notices import Happening, notify_all, others_than
from projects.models import OwnershipStake, Project, ProjectAssignment

IMPORT_ENDS = "import_ends"
CHANGED = "changed"
CHECKED = "checked"
OF_A_MINE = frozenset({Role.MONITOR, Role.OPERATOR})


def tell_of_record(
    kind: str,
    people: Iterable[int | None],
    *,
    record: Any,
    by: User | None,
    step: str,
    cause: str,
    project: Project | None = None,
    year: int | None = None,
) -> None:
    """Tell some people of something about a record, or a year; nobody of their own act."""
    told = about_record(kind, record=record, step=step, cause=cause, project=project, year=year)
    notify_all([(told, others_than(by, people))])


def about_record(
    kind: str, *, record: Any, step: str, cause: str, project: Project | None = None, year: int | None = None
) -> Happening:
    """Something to tell of a record, or a year; its mine is named where neither has a confidential source."""
    mine: Project | None = project or (record if isinstance(record, Project) else getattr(record, "project", None))
    sources = [source for one in (record, mine) if (source := getattr(one, "source", None))]
    name = "" if mine is None or any(source.is_confidential for source in sources) else mine.name
    name = f"{name}, {year}" if name and year else name
    return Happening(kind, cause, (type(record), record.pk), step, name)


def forget_mine(record: Any) -> None:
    """Name the mine no longer in what was told of a record, or of a mine, whose source is confidential now."""
    about = Q(content_type=ContentType.objects.get_for_model(record), object_id=record.pk)
    if isinstance(record, Project):
        about |= Q(mine=record.name) | Q(mine__startswith=f"{record.name}, ")
    Notice.objects.filter(about).exclude(mine="").update(mine="")


def tell_of_change(actor: User, step: str, record: Any, kind: str = CHANGED) -> None:
    """Tell whoever entered a record that somebody else did something to it."""
    cause = f"{record._meta.label_lower}/{record.pk}/{record.source.revision}/{step}"
    tell_of_record(kind, [record.source.entered_by_id], record=record, by=actor, step=step, cause=cause)


def entered_by(row: models.Model) -> int | None:
    """The key of whoever entered a record, or listed what has no source; None where nobody did."""
    if source := getattr(row, "source", None):
        return source.entered_by_id  # type: ignore[no-any-return]
    first = AuditEntry.objects.about(row).order_by("pk").first()
    return first.actor_id if first else None


def people_of_mines(projects: Collection[int]) -> dict[int, set[int]]:
    """The people of each of some mines: monitors of whoever follows it, and its companies' own; four queries."""
    stakes = OwnershipStake.objects.in_force(timezone.localdate()).filter(project__in=projects)
    follows = ProjectAssignment.objects.filter(project__in=projects).values_list("project", "organisation")
    operated = Project.objects.filter(pk__in=projects).values_list("pk", "operator")
    concerned = {
        Role.MONITOR: list(follows),
        Role.OPERATOR: [*operated, *stakes.values_list("project", "owner")],
    }
    organisations = {organisation for pairs in concerned.values() for _project, organisation in pairs}
    held = Membership.objects.active().filter(role__in=concerned, organisation__in=organisations)
    people: dict[tuple[str, int], set[int]] = {}
    for role, organisation, person in held.values_list("role", "organisation", "user"):
        people.setdefault((role, organisation), set()).add(person)
    found: dict[int, set[int]] = {project: set() for project in projects}
    for role, pairs in concerned.items():
        for project, organisation in pairs:
            found[project] |= people.get((role, organisation), set())
    return found
