"""Where the records that the audit trail names can be opened; each app says it for its own."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import models
from django.urls import reverse

from accounts.models import ApiToken, AuditEntry, Membership, Proposal, RoleRequest, User


@dataclass(frozen=True)
class RecordAddresses:
    """The pages of one model's records: which rows a person may open, and how their columns make the address."""

    rows: Callable[[User], models.QuerySet[Any]]
    name: str
    columns: Mapping[str, str]
    """Each part of the address with the column that fills it."""
    fixed: Mapping[str, str] = field(default_factory=dict)

    def of(self, actor: User, keys: Collection[str]) -> dict[str, str]:
        """The addresses of those records that the person may open, by key; one query."""
        found = self.rows(actor).filter(pk__in=keys).values_list("pk", *self.columns.values())
        return {
            str(pk): reverse(self.name, kwargs={**self.fixed, **dict(zip(self.columns, parts, strict=True))})
            for pk, *parts in found
        }


def seen(actor: User) -> models.QuerySet[User]:
    """The people whose pages somebody may open."""
    return User.objects.all() if actor.may("people.view") else User.objects.none()


def proposals_seen(actor: User) -> models.QuerySet[Proposal]:
    """The proposals that somebody reads besides those that they decide: all for whoever sees the audit trail."""
    return Proposal.objects.all() if actor.may("audit.view") else Proposal.objects.filter(asked_by=actor)


ADDRESSES: dict[type[models.Model], RecordAddresses] = {
    User: RecordAddresses(seen, "people:person", {"pk": "id"}),
    Membership: RecordAddresses(
        lambda actor: Membership.objects.filter(user__in=seen(actor)), "people:person", {"pk": "user_id"}
    ),
    RoleRequest: RecordAddresses(
        lambda actor: RoleRequest.objects.filter(user__in=seen(actor)), "people:person", {"pk": "user_id"}
    ),
    ApiToken: RecordAddresses(
        lambda actor: ApiToken.objects.visible_to(actor).filter(user__in=seen(actor)),
        "people:person",
        {"pk": "user_id"},
    ),
    Proposal: RecordAddresses(proposals_seen, "people:proposal", {"pk": "id"}),
}


def register_addresses(model: type[models.Model], addresses: RecordAddresses) -> None:
    """Let the trail lead to the records of a model."""
    ADDRESSES[model] = addresses


def addresses_of(actor: User, entries: Iterable[AuditEntry]) -> dict[int, str]:
    """The page of each entry's record, where there is one and the person may open it; one query for each model."""
    keys: dict[type[models.Model], dict[int, str]] = {}
    for entry in entries:
        model = entry.content_type.model_class()
        if model in ADDRESSES:
            keys.setdefault(model, {})[entry.pk] = entry.object_id
    pages: dict[int, str] = {}
    for model, wanted in keys.items():
        found = ADDRESSES[model].of(actor, set(wanted.values()))
        pages |= {entry: found[key] for entry, key in wanted.items() if key in found}
    return pages
