"""Who may not review a mine: its company's people, and whoever entered any of its records."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.db.models import CharField, Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Cast
from django.utils.translation import gettext_lazy as _

from accounts.models import AuditEntry, User
from communities.models import Disbursement, Statement
from compliance.models import Review, Scorecard
from projects.kinds import KINDS_OF_RECORD
from projects.models import Project
from projects.services.verification import CHECKS

MOST_NAMED = 10
"""Own records of one kind that are named to whoever may not review."""


@dataclass(frozen=True)
class Conflict:
    """Why somebody may not review a scorecard, and by which of their records."""

    words: Any
    records: tuple[str, ...] = ()
    """some of them, by the names that facts give them"""


def refuse_own_entries(actor: User, scorecard: Scorecard) -> None:
    """Nobody reviews a mine of which they entered or amended a record, nor one of their own company."""
    if conflict := conflict_of(actor, scorecard):
        raise PermissionDenied(conflict.words)


def conflict_of(actor: User, scorecard: Scorecard) -> Conflict | None:
    """What keeps somebody from reviewing a scorecard; nothing where they had no hand in what is said of the mine."""
    if Project.objects.run_by(actor).filter(pk=scorecard.project_id).exists():
        return Conflict(_("You speak for a company of this mine. Somebody else must review it."))
    if records := own_entries(actor, scorecard.project_id):
        return Conflict(_("You entered records of this mine. Somebody else must review it."), records)
    return None


def own_entries(actor: User, project: int) -> tuple[str, ...]:
    """Records of a mine, of any kind and year, that somebody entered, amended or made a statement in; some of many."""
    entries = AuditEntry.objects.filter(actor=actor).exclude(verb__in=[*Review.Action.values, *CHECKS])
    touched = set(entries.order_by().values_list("content_type", flat=True).distinct())
    found: set[str] = set()
    for fact_name, key, rows in records_of_mine(project):
        content_type = ContentType.objects.get_for_model(rows.model)
        own = Q(source__entered_by=actor) if rows.model is Statement else Q()
        if content_type.pk in touched:
            about = entries.filter(content_type=content_type, object_id=Cast(OuterRef("pk"), CharField()))
            own |= Q(Exists(about))
        if own:
            keys = rows.filter(own).order_by(key).values_list(key, flat=True).distinct()
            found |= {f"{fact_name}/{one}" for one in keys[:MOST_NAMED]}
    return tuple(sorted(found))


def records_of_mine(project: int) -> Iterator[tuple[str, str, QuerySet[Any]]]:
    """All that was ever recorded of a mine: how facts call the record, the column of its key, and the rows."""
    mines = Project.with_withdrawn.filter(pk=project).with_merged()
    yield "project", "pk", mines
    for kind in KINDS_OF_RECORD.values():
        if path := kind.project_path or kind.model.mines:  # type: ignore[attr-defined]
            yield kind.fact_name, "pk", kind.read(withdrawn=True).filter(**{path: project})
    yield "disbursement", "pk", Disbursement.objects.filter(project__in=mines)
    yield "disbursement", "disbursement", Statement.objects.filter(disbursement__project__in=mines)
