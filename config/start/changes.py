"""What others changed at the mines that a person may see since the person signed in the time before."""

from __future__ import annotations

from functools import cached_property
from typing import Any, NamedTuple

from django.contrib.contenttypes.models import ContentType
from django.db.models import Case, CharField, Count, F, Max, Model, Q, QuerySet, Value, When
from django.db.models.functions import Cast

from accounts.audience import read_organisations
from accounts.models import AuditEntry, User
from accounts.record_addresses import ADDRESSES, addresses_of
from communities.models import Community, Disbursement, Statement
from compliance.evaluation.gathering import path_to_project
from compliance.models import Review
from projects.kinds import KINDS_OF_RECORD
from projects.models import Holding, ImportBatch, Project


class Changed(NamedTuple):
    """The last of what was done to one record, or of the rows that somebody imported: how often, where it opens, its mine."""

    entry: AuditEntry
    times: int
    url: str
    mine: str


OF_NO_MINE = {Project, Community, Holding, ImportBatch}
"""What has no mine beside its name."""


def models_followed() -> list[type[Model]]:
    """What is told of: records, mines, payments with what is said of them, steps of review and imports."""
    return [*(kind.model for kind in KINDS_OF_RECORD.values()), Project, Disbursement, Statement, Review, ImportBatch]


def visit_before(user: User) -> AuditEntry | None:
    """The entry of the sign-in before this one; None where there was none."""
    return AuditEntry.objects.about(user).filter(actor=user, verb="signed_in")[1:2].first()


class Changes:
    """What was changed since, the newest first: one line a record, and one for all rows of a kind that somebody imported."""

    def __init__(self, user: User) -> None:
        self.user = user

    @cached_property
    def since(self) -> AuditEntry | None:
        """The visit before."""
        return visit_before(self.user)

    @cached_property
    def lines(self) -> QuerySet[Any, Any]:
        """The key of the last entry of each line, and how many it stands for."""
        if self.since is None:
            return AuditEntry.objects.none().values_list("pk", "pk")
        types = ContentType.objects.get_for_models(*models_followed())
        visible = Q(pk__in=[])
        for model, content_type in types.items():
            rows = ADDRESSES[model].rows(self.user).order_by().annotate(listed_key=Cast("pk", CharField()))
            visible |= Q(content_type=content_type, object_id__in=rows.values("listed_key"))
        imported = Q(verb="imported")
        by_others = AuditEntry.objects.filter(visible, pk__gt=self.since.pk).exclude(actor=self.user)
        lines = by_others.order_by().annotate(
            record=Case(When(imported, then=Value("")), default=F("object_id")),
            importer=Case(When(imported, then=F("actor"))),
        )
        grouped = lines.values("content_type", "record", "importer").annotate(last=Max("pk"), times=Count("pk"))
        return grouped.order_by("-last").values_list("last", "times")

    def count(self) -> int:
        """How many lines there are."""
        return self.lines.count()

    def __getitem__(self, wanted: slice) -> list[Changed]:
        """Some of the lines; one query more for each kind of record among them."""
        times = dict(self.lines[wanted])
        entries = list(AuditEntry.objects.filter(pk__in=times).select_related("actor", "content_type"))
        read_organisations(self.user, entries, "actor")
        pages = addresses_of(self.user, entries)
        mines = mines_of(entries)
        return [Changed(one, times[one.pk], pages.get(one.pk, ""), mines.get(one.pk, "")) for one in entries]


def mines_of(entries: list[AuditEntry]) -> dict[int, str]:
    """The name of the mine of each entry's record, where it has one."""
    keys: dict[type[Model], dict[int, str]] = {}
    for entry in entries:
        model = entry.content_type.model_class()
        if model and model not in OF_NO_MINE:
            keys.setdefault(model, {})[entry.pk] = entry.object_id
    found: dict[int, str] = {}
    for model, wanted in keys.items():
        path = f"{path_to_project(model)}__name"
        names = dict(model._base_manager.filter(pk__in=set(wanted.values())).values_list("pk", path))
        found |= {entry: names.get(int(key)) or "" for entry, key in wanted.items()}
    return found
