"""What the page of something says about merging: where it went, and what was merged into it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.urls import reverse

from accounts.models import Merge, User
from projects.services.merging import kind_of, may_merge, merge_of, merges_into, offered


@dataclass(frozen=True)
class Merged:
    """One row that was merged into another, and the way back for whoever may go it."""

    row: Any
    address: str
    """of the other one of the two, as seen from the page"""
    other: Any
    made: Merge
    undo_url: str


@dataclass(frozen=True)
class Merging:
    """What the page of a row says about merging: where it went, what was merged into it, what it may be merged with."""

    into: Merged | None
    """the merge by which it is hidden"""
    former: list[Merged]
    """what was merged into it"""
    told_apart: list[tuple[Any, str, str]]
    """what somebody said is another one of nearly the same name: row, its page, and where the two are merged"""
    url: str
    """where it is merged with another; "" for whoever may not"""


def merging_of(actor: User, row: Any) -> Merging:
    """What to say on the page of an organisation, a community or a mine."""
    kind, may = kind_of(row), may_merge(actor)

    def shown(merged: Any, other: Any, made: Merge) -> Merged:
        undo_url = reverse("merging:undo", kwargs={"pk": made.pk}) if may else ""
        return Merged(merged, kind.address(other), other, made, undo_url)

    made = merge_of(row)
    former = [shown(one, one, its) for one, its in merges_into(row)]
    if made:
        return Merging(shown(row, row.kept, made), former, [], "")
    if not may or row not in offered(kind):
        return Merging(None, former, [], "")
    url = reverse("merging:merge", kwargs={"code": kind.code, "pk": row.pk})
    apart = offered(kind).filter(Q(pk__in=row.told_apart) | Q(told_apart__contains=[row.pk]))
    return Merging(None, former, [(one, kind.address(one), f"{url}?other={one.pk}") for one in apart], url)
