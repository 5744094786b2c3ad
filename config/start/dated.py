"""Rows of several tables in one list, in the order of a day or a moment, read a page at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import CharField, F, QuerySet, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast

from accounts.models import User


@dataclass(frozen=True, kw_only=True)
class Dated:
    """One kind of row of such a list: which of them a person is shown, and the day or the moment of each."""

    code: str
    rows: Callable[[User], QuerySet[Any]]
    at: str | Combinable

    def keys(self, user: User) -> QuerySet[Any, Any]:
        """The kind, the key and the moment of each row, as the database puts several kinds together."""
        at = F(self.at) if isinstance(self.at, str) else self.at
        named = self.rows(user).order_by().annotate(listed_at=at)
        found = named.annotate(listed_as=Value(self.code, CharField()), listed_key=Cast("pk", CharField()))
        keys: QuerySet[Any, Any] = found.values_list("listed_as", "listed_key", "listed_at")
        return keys

    def line(self, row: Any, at: Any) -> Any:
        """What the list shows of a row."""
        raise NotImplementedError


class DatedRows:
    """The rows of some kinds that a person is shown, the earliest first: one query for their keys, and one a kind."""

    def __init__(self, user: User, kinds: Iterable[Dated]) -> None:
        self.user = user
        self.kinds = {kind.code: kind for kind in kinds}

    @cached_property
    def keys(self) -> QuerySet[Any, Any]:
        """The keys of all of them, in order."""
        first, *others = (kind.keys(self.user) for kind in self.kinds.values())
        return first.union(*others, all=True).order_by("listed_at", "listed_as", "listed_key")

    def count(self) -> int:
        """How many there are."""
        return self.keys.count() if self.kinds else 0

    def __getitem__(self, wanted: slice) -> list[Any]:
        """The lines of some of them."""
        listed = list(self.keys[wanted]) if self.kinds else []
        rows: dict[tuple[str, str], Any] = {}
        for code in {code for code, _key, _at in listed}:
            keys = [key for of, key, _at in listed if of == code]
            rows |= {(code, str(row.pk)): row for row in self.kinds[code].rows(self.user).filter(pk__in=keys)}
        return [self.kinds[code].line(rows[code, key], at) for code, key, at in listed if (code, key) in rows]
