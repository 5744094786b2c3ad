"""The kinds of record that people enter through one set of pages: list, add, open, amend, history."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.db.models import Q, QuerySet
from django.utils.functional import Promise

from accounts.models import User
from projects.models import Project

Text = str | Promise


@dataclass(frozen=True)
class RecordKind:
    """What the pages need to know of one kind; `project_path` leads from the record to its project."""

    code: str
    model: type[models.Model]
    form: Callable[..., Any]
    singular: Text
    plural: Text
    help: Text
    columns: tuple[tuple[Text, str], ...]
    search: tuple[str, ...]
    project_path: str | None = "project"
    related: tuple[str, ...] = ()
    reported_by_companies: bool = False
    """Whether a company's own people enter it; the rest is for monitors."""

    def may_enter(self, user: User) -> bool:
        """Whether this person enters records of this kind."""
        return user.may("record.enter_for_others") or (self.reported_by_companies and user.may("record.enter"))

    def rows(self, user: User, project: Project | None) -> QuerySet[Any]:
        """The records of a visible project, or those that the person may see where there is no project."""
        rows = self.model._default_manager.select_related("source__organisation", "source__entered_by", *self.related)
        if project is not None and self.project_path:
            return rows.filter(**{self.project_path: project})
        visible: QuerySet[Any] = rows.visible_to(user)  # type: ignore[attr-defined]
        return visible

    def rows_of(self, projects: QuerySet[Project]) -> QuerySet[Any]:
        """The records of some projects."""
        return self.model._default_manager.filter(**{f"{self.project_path}__in": projects})

    def found(self, rows: QuerySet[Any], text: str) -> QuerySet[Any]:
        """Rows in which one of the searched columns has the text."""
        condition = Q(pk__in=[])
        for column in self.search:
            condition |= Q(**{f"{column}__unaccent__icontains": text})
        return rows.filter(condition)


KINDS: dict[str, RecordKind] = {}


def register(kind: RecordKind) -> None:
    """Offer one kind on the pages."""
    KINDS[kind.code] = kind
