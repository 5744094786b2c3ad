"""How many records of each kind there are of each mine for a year, and where to enter what nobody has told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

from django.db.models import Count, F, QuerySet
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from communities.models import Disbursement
from compliance.evaluation.facts import TABLES, FactTable, PaymentFact, YearRule, from_year
from compliance.evaluation.gathering import belongs
from projects.kinds import KINDS_OF_RECORD, RecordKind, Text
from projects.models import Project
from projects.models.records import PeriodRecord


class Cell(NamedTuple):
    """How many records there are, and the door to them, or to the form where there is none."""

    heading: Text
    number: int
    url: str


@dataclass(frozen=True)
class Column:
    """One kind of record that a person enters: its rows, to which mine and year each belongs, and its pages."""

    heading: Text
    rows: QuerySet[Any]
    mine: Any
    rules: Sequence[YearRule]
    url: Callable[[str, str], str]
    """the address of a page, `list` or where one enters, of a mine by its slug"""
    enter: str = "add"
    """The page where one enters: a form, or the choice of a period where lines are typed in a table."""
    listed_by: str = ""
    """by which year its list can be narrowed, as Django spells it"""

    def counted(self, mines: list[Project], year: int) -> Counter[int]:
        """How many rows of each mine belong to the year; one query."""
        found: Counter[int] = Counter()
        columns = {name for rule in self.rules for name in rule.columns}
        rows = self.rows.annotate(of_mine=self.mine).filter(of_mine__in=[mine.pk for mine in mines])
        for values in rows.order_by().values("of_mine", *columns).annotate(listed=Count("pk")):
            if any(belongs(rule, values, year) for rule in self.rules):
                found[values["of_mine"]] += values["listed"]
        return found

    def address(self, page: str, mine: Project, year: int) -> str:
        """A page of a mine; the list narrowed to the year where it then holds just the rows that were counted."""
        counted_by = [(rule.columns, rule.reaches_on) for rule in self.rules]
        narrowed = page == "list" and counted_by == [((self.listed_by,), False)]
        return self.url(page, mine.slug) + (f"?year={year}" if narrowed or page == "periods" else "")


def table_of(fact_name: str) -> FactTable | None:
    """The table of facts that is read from records which facts call by this name; None where there is none."""
    return next((table for table in TABLES.values() if table.record == fact_name), None)


def column_of(kind: RecordKind) -> Column:
    """The column of one kind of record; what no fact is read from stands from its year on.

    Figures about days of two years are told for both.
    """
    table = table_of(kind.fact_name)
    rules = [table.years if table else from_year(*([kind.year_lookup] if kind.year_column else []))]
    if table and table.carried and issubclass(kind.model, PeriodRecord):
        rules.append(table.carried)
    listed_by = kind.year_lookup if kind.year_column else ""
    enter = "periods" if kind.grid else "add"
    return Column(kind.plural, kind.read(False).all(), F(kind.project_path or ""), rules, kind.url, enter, listed_by)


def columns_for(user: User) -> list[Column]:
    """What this person enters about mines, in the order of the registry, and payments."""
    kinds = [kind for kind in KINDS_OF_RECORD.values() if kind.project_path and not kind.optional]
    columns = [column_of(kind) for kind in kinds if kind.may_enter(user)]
    if user.may("record.enter"):
        mine = Coalesce(F("project__merged_into"), F("project"))
        rules = [TABLES[PaymentFact].years]
        columns.append(Column(_("Payments"), Disbursement.objects.standing(), mine, rules, payments_url))
    return columns


def payments_url(page: str, slug: str) -> str:
    """A page of the payments of a mine."""
    return reverse(f"ledger:{page}", kwargs={"slug": slug})


class Missing:
    """The table of mines and kinds of record for a year, a page at a time; as many queries for one mine as for many."""

    def __init__(self, user: User, asked: str = "") -> None:
        self.user = user
        self.running = timezone.localdate().year
        self.years = [self.running - 1, self.running]
        self.year = self.running if asked == str(self.running) else self.running - 1

    @cached_property
    def columns(self) -> list[Column]:
        """What this person enters."""
        return columns_for(self.user)

    def count(self) -> int:
        """How many mines there are."""
        return Project.objects.visible_to(self.user).count()

    def __getitem__(self, wanted: slice) -> list[tuple[Project, list[Cell]]]:
        """Some mines by their names, each with its cells."""
        mines = list(Project.objects.visible_to(self.user).order_by("name", "pk")[wanted])
        counted = [(column, column.counted(mines, self.year)) for column in self.columns]
        return [(mine, [self.cell(column, found[mine.pk], mine) for column, found in counted]) for mine in mines]

    def cell(self, column: Column, number: int, mine: Project) -> Cell:
        """The number with its door."""
        return Cell(column.heading, number, column.address("list" if number else column.enter, mine, self.year))
