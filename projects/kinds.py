"""The kinds of record that people enter through one set of pages: list, add, open, amend, history."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import models
from django.db.models import Q, QuerySet
from django.utils.functional import Promise

from accounts.models import User
from accounts.record_addresses import RecordAddresses, register_addresses
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
    add_label: Text
    help: Text
    columns: tuple[tuple[Text, str], ...]
    """Heading and attribute; the first is what a record is known by in the list."""
    search: tuple[str, ...]
    project_path: str | None = "project"
    related: tuple[str, ...] = ()
    reported_by_companies: bool = False
    """Whether a company's own people enter it; the rest is for monitors."""
    outcomes: Mapping[str, Callable[[Any], str]] = field(default_factory=dict)
    """Listed columns that say what became of something, each with the state whose knot stands beside the words."""

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

    def visible_rows(self, user: User) -> QuerySet[Any]:
        """The records of this kind that a person may see, whichever project they belong to."""
        if self.project_path is None:
            return self.rows(user, None)
        return self.rows_of(Project.objects.visible_to(user))

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
    """Offer one kind on the pages, and let the audit trail lead to its records."""
    KINDS[kind.code] = kind
    columns = {"pk": "id"} if kind.project_path is None else {"pk": "id", "slug": f"{kind.project_path}__slug"}
    name = "records:page-anywhere" if kind.project_path is None else "records:page"
    register_addresses(kind.model, RecordAddresses(kind.visible_rows, name, columns, {"kind": kind.code}))
