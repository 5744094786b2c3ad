"""Pages of long lists."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet


class LongListPaginator(Paginator[Any]):
    """Looks for a page among the keys alone, and loads only its rows with what they are joined with.

    PostgreSQL would otherwise join the whole list before it cuts the page out. One query more a page.
    """

    def _get_page(self, object_list: QuerySet[Any], number: int, paginator: Paginator[Any]) -> Page[Any]:
        keys = list(object_list.values_list("pk", flat=True))
        rows = list(self.object_list.filter(pk__in=keys)) if keys else []  # type: ignore[attr-defined]
        return Page(rows, number, paginator)
