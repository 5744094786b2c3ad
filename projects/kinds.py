"""The kinds of record that people enter through one set of pages: list, add, open, amend, history, CSV.

What a kind says here is what its model cannot tell; columns, headings, choices and rules follow from the model.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.db import models
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.functional import Promise, keep_lazy_text
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from accounts.audience import is_of_minkas_side
from accounts.models import User
from accounts.record_addresses import RecordAddresses, register_addresses
from projects.intake import targets as intake
from projects.intake.records import RecordTarget
from projects.models import Project
from projects.models.columns import AreaColumn, RowColumn, columns_of
from projects.models.intake import PRIVATE_TARGETS
from projects.models.rules import OncePer

Text = str | Promise
LASTS = _("It lasts, as far as is on record")
UNTIL_OPEN: Mapping[str, Text] = {"ends_on": LASTS}
"""What lasts as long as nobody entered its end."""
OF_A_PERIOD = ("project", "period_start", "period_end")
"""Columns in which the figures of one mine and period are alike."""


@keep_lazy_text
def lower_first(text: Any) -> str:
    """As a word is written in the middle of a sentence."""
    return str(text[:1].lower() + text[1:])


@dataclass(frozen=True, kw_only=True, eq=False)
class NamedRecords:
    """How facts and public pages speak of one model's records: `obligation/12` is “sum that was due 12”."""

    model: type[models.Model]
    fact_name: str = ""
    record_words: Text = ""
    """One record in the middle of a sentence, without its number."""
    page: str = ""
    """The name of the address of a record that has a page of its own."""

    @property
    def joined(self) -> tuple[str, ...]:
        """The rows that are read with a record, because its name may say theirs."""
        keys = (column for column in self.model._meta.concrete_fields if isinstance(column, models.ForeignKey))
        return tuple(column.name for column in keys if column.name not in {"source", "withdrawn_for"})

    def words_for(self, key: object) -> str:
        """What people call the record of a key."""
        return f"{self.record_words} {key}"

    def address(self, key: object, slug: str) -> str:
        """The page of a record; `slug` is its project's."""
        return reverse(self.page, kwargs={"pk": key})


class Subject(models.TextChoices):
    """What kinds of record are about, in the order in which the page of a mine shows them."""

    MINE = "mine", _("The mine and where it is")
    OWNERS = "owners", _("Owners")
    STATES = "states", _("Accords, loans and shares agreed")
    STUDIES = "studies", _("Impact studies")
    MONITORING = "monitoring", _("Water, air, noise and dust")
    AUTHORITIES = "authorities", _("What authorities found")
    CLOSING = "closing", _("Closing")
    WORK = "work", _("Work, purchases and production")
    COMMUNITIES = "communities", _("Communities, promises and money")
    LISTS = "lists", _("Lists and published reports")


@dataclass(frozen=True, kw_only=True)
class Grid:
    """How records of a kind are typed as the lines of one table for a period.

    Which columns tell the lines apart, the kind's `OncePer` says beside its project and its days.
    """

    figures: tuple[str, ...]
    """The columns of the table."""
    rest: tuple[str, str, Text] | None = None
    """A whole, its largest part, and what is left between them."""


@dataclass(frozen=True, kw_only=True, eq=False)
class RecordKind(NamedRecords):
    """One kind of record; `project_path` leads from a record to its project.

    Facts call its records by the `code`, and sentences by the singular, unless it says otherwise.
    """

    code: str
    subject: Subject
    form: type[Any]
    singular: Text
    plural: Text
    add_label: Text
    help: Text
    columns: tuple[str, ...]
    """What the list shows; the first is what a record is known by in it."""
    headings: Mapping[str, Text] = field(default_factory=dict)
    """Headings of columns of lists and grids where the name of the column is too long for that, or it is no column."""
    project_path: str | None = "project"
    carried: tuple[str, ...] = ()
    """What the next record has most likely in common with this one, when somebody enters several in a row."""
    filled_by_links: tuple[str, ...] = ()
    """Columns beside these that a link to the form may fill in."""
    proposes: Callable[[Any], Sequence[tuple[str, str, Mapping[str, Any]]]] = lambda _record: ()
    """Records of other kinds that follow from one and that nobody entered: what each is, its kind, and what is known of it."""
    grid: Grid | None = None
    """Where the records of a period may be typed in one table: what it shows."""
    optional: bool = False
    """Whether a mine may well have none, so that nobody is asked for one."""
    summed: str = ""
    """The column of which the list says the sum, over all records that were asked for."""
    runs_out: str = ""
    """The column of the day after which it, or what it rests on, counts no longer; people are told before."""
    obliges: str = ""
    """The column that says what must be done; people are told where its words are vague."""
    responsible: str = ""
    """The column that says who must do that; empty where the kind itself tells."""
    reported_by_companies: bool = False
    """Whether a company's own people enter it; the rest is for monitors."""
    private: bool = False
    """Whether only those see its records whom its model's `visible_to` names, and a company's own people not even the list."""
    public_for_companies: bool = False
    """Whether a company's own people have the list of a private kind all the same: `visible_to` shows them what is public."""
    target: type[RecordTarget] = RecordTarget
    """How rows of a file become its records."""
    shown_as: Mapping[str, Callable[[Any], str]] = field(default_factory=dict)
    """Columns that are shown in other words than they hold, such as a code with its name."""
    empty_means: Mapping[str, Text] = field(default_factory=dict)
    """Columns that say something by being empty, as their help tells, and what that is; of others nobody knows it."""
    outcomes: Mapping[str, Callable[[Any], str]] = field(default_factory=dict)
    """Listed columns that say what became of something, each with the state whose knot stands beside the words."""

    def __post_init__(self) -> None:
        """Fill in what a kind has in common with most."""
        object.__setattr__(self, "fact_name", self.fact_name or self.code)
        object.__setattr__(self, "record_words", self.record_words or lower_first(self.singular))

    @property
    def year_column(self) -> str | None:
        """The day, or the year, by which records are filtered; None where they belong to no year."""
        column: str | None = self.model.year_column  # type: ignore[attr-defined]
        return column

    @property
    def year_lookup(self) -> str:
        """How the database asks for the year of a record that has one."""
        days = isinstance(self.column(self.year_column or ""), models.DateField)
        return f"{self.year_column}__year" if days else f"{self.year_column}"

    def column(self, name: str) -> Any:
        """The column of that name; None where it is told by the record in another way."""
        options = self.model._meta
        return next((one for one in (*options.fields, *options.many_to_many) if one.name == name), None)

    def heading(self, name: str) -> Text:
        """What stands above a listed column."""
        return self.headings.get(name) or capfirst(self.column(name).verbose_name)

    @property
    def sum_heading(self) -> Text:
        """What the list says a sum of."""
        return self.heading(self.summed)

    @cached_property
    def told_apart_by(self) -> tuple[str, ...]:
        """The columns that tell the lines of its grid apart."""
        rules = [rule for rule in self.model._meta.constraints if isinstance(rule, OncePer)] if self.grid else []
        return tuple(name for rule in rules for name in rule.fields if name not in OF_A_PERIOD)

    def currency_of(self, name: str) -> str | None:
        """The column that holds the currency of a sum; None for what is no sum."""
        return getattr(self.column(name), "currency", None)

    @cached_property
    def search(self) -> tuple[str, ...]:
        """Where words are looked for: all that is written, and the names of the rows that a record names."""
        written = [c.name for c in columns_of(self.model) if isinstance(c, models.CharField | models.TextField)]
        return (*written, *(f"{name}__name" for name in self.named))

    @cached_property
    def named(self) -> list[str]:
        """Columns that hold rows which are known by a name."""
        return [column.name for column in columns_of(self.model) if isinstance(column, RowColumn | AreaColumn)]

    @cached_property
    def joined(self) -> tuple[str, ...]:
        """The rows that are read with a record: its source, its way to the project, and all that its name says."""
        path = [self.project_path] if self.project_path and ("__" in self.project_path or self.shown_as) else []
        areas = [f"{name}__parent__parent" for name in self.named if isinstance(self.column(name), AreaColumn)]
        rows = [name for name in self.columns if isinstance(self.column(name), models.ForeignKey)]
        return (
            "source__organisation",
            "source__entered_by",
            "source__entered_for",
            "withdrawn_for",
            *path,
            *self.named,
            *areas,
            *rows,
        )

    def is_for(self, user: User) -> bool:
        """Whether the kind is there at all for this person."""
        return not self.private or self.public_for_companies or is_of_minkas_side(user)

    def may_enter(self, user: User) -> bool:
        """Whether this person enters records of this kind."""
        return user.may("record.enter_for_others") or (self.reported_by_companies and user.may("record.enter"))

    def rows(self, user: User, project: Project | None, *, withdrawn: bool = False) -> QuerySet[Any]:
        """The records of a visible project, or those that the person may see where there is no project.

        Those that stand; where `withdrawn` is asked for, all.
        """
        rows = self.read(withdrawn).select_related(*self.joined)
        if project is not None and self.project_path:
            return self.those_for(user, rows.filter(**{self.project_path: project}))
        visible: QuerySet[Any] = rows.visible_to(user)  # type: ignore[attr-defined]
        return visible

    def visible_rows(self, user: User, *, withdrawn: bool = False) -> QuerySet[Any]:
        """The records of this kind that a person may see, whichever project they belong to."""
        if self.project_path is None:
            return self.rows(user, None, withdrawn=withdrawn)
        projects = (Project.with_withdrawn if withdrawn else Project.objects).visible_to(user)
        return self.those_for(user, self.read(withdrawn).filter(**{f"{self.project_path}__in": projects}))

    def those_for(self, user: User, rows: QuerySet[Any]) -> QuerySet[Any]:
        """Of records of visible projects those that the person may see."""
        found: QuerySet[Any] = rows.visible_to(user) if self.private else rows  # type: ignore[attr-defined]
        return found

    def mine_of(self, record: Any) -> Project | None:
        """The project of a record; None where records belong to no project."""
        found = record
        for name in self.project_path.split("__") if self.project_path else ():
            found = getattr(found, name)
        return found if self.project_path else None

    def rows_with_mines(self, user: User) -> QuerySet[Any]:
        """`visible_rows`, read with all that the record's name and its project say."""
        return self.visible_rows(user).select_related(*self.joined, *([self.project_path] if self.project_path else []))

    def read(self, withdrawn: bool) -> models.Manager[Any]:
        """The records that stand, or all."""
        model: Any = self.model
        found: models.Manager[Any] = model.with_withdrawn if withdrawn else model.objects
        return found

    def years(self, rows: QuerySet[Any]) -> list[int]:
        """The years to which some records belong, the latest first; none where the kind has no year."""
        if self.year_column is None:
            return []
        found = rows.order_by().values_list(self.year_lookup, flat=True).distinct()
        return sorted((year for year in found if year is not None), reverse=True)

    def of_year(self, rows: QuerySet[Any], year: int) -> QuerySet[Any]:
        """The records among some that belong to a year."""
        return rows.filter(**{self.year_lookup: year})

    def found(self, rows: QuerySet[Any], text: str) -> QuerySet[Any]:
        """Rows in which one of the searched columns has the text."""
        condition = Q(pk__in=[])
        for column in self.search:
            condition |= Q(**{f"{column}__unaccent__icontains": text})
        return rows.filter(condition)

    def url(self, page: str, project: Project | str | None = None, **more: Any) -> str:
        """One of its pages: of a project, by itself or its slug, where records belong to projects."""
        if self.project_path is None:
            return reverse(f"records:{page}-anywhere", kwargs={"kind": self.code} | more)
        slug = project.slug if isinstance(project, Project) else project
        return reverse(f"records:{page}", kwargs={"kind": self.code, "slug": slug} | more)

    def address(self, key: object, slug: str) -> str:
        """The page of a record; `slug` is its project's."""
        return self.url("page", slug, pk=key)


KINDS_OF_RECORD: dict[str, RecordKind] = {}
NAMED_RECORDS: dict[str, NamedRecords] = {}
"""By the name that facts have for them; these kinds, and what has pages of its own."""


def register(kind: RecordKind) -> None:
    """Offer one kind on the pages and for import, and let the audit trail lead to its records."""
    if kind.code in KINDS_OF_RECORD:
        raise ImproperlyConfigured(f"Two kinds of record have the code {kind.code}: {kind.model} registers it again.")
    register_name(kind)
    KINDS_OF_RECORD[kind.code] = kind
    columns = {"pk": "id"} if kind.project_path is None else {"pk": "id", "slug": f"{kind.project_path}__slug"}
    name = "records:page-anywhere" if kind.project_path is None else "records:page"
    register_addresses(
        kind.model, RecordAddresses(partial(kind.visible_rows, withdrawn=True), name, columns, {"kind": kind.code})
    )
    intake.register(kind.target(kind))
    if kind.private:
        PRIVATE_TARGETS.add(kind.code)


def kind_of_model(model: type[models.Model]) -> RecordKind | None:
    """The kind whose records are rows of a model; None where people do not enter these as records."""
    return next((kind for kind in KINDS_OF_RECORD.values() if kind.model is model), None)


def register_name(named: NamedRecords) -> None:
    """Let facts name the records of a model."""
    if named.fact_name in NAMED_RECORDS:
        raise ImproperlyConfigured(f"Two kinds of record have the name {named.fact_name}; the second is {named.model}.")
    NAMED_RECORDS[named.fact_name] = named


def kind_of_fact_name(name: str) -> NamedRecords | None:
    """The kind of record that sealed facts call by this name, such as `employment-return`; None where there is none."""
    return NAMED_RECORDS.get(name)


def keys_by_kind(names: Iterable[str]) -> dict[NamedRecords, list[str]]:
    """The keys behind names such as `obligation/12`, by their kinds; names of no known kind are left out."""
    keys: dict[NamedRecords, list[str]] = {}
    for name in names:
        fact_name, _slash, key = name.partition("/")
        if known := kind_of_fact_name(fact_name):
            keys.setdefault(known, []).append(key)
    return keys
