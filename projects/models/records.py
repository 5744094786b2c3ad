"""What every record has in common: it has one source, and says to which year it belongs."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any, ClassVar, TypeVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from projects.models.columns import DayColumn
from projects.models.rules import ExactlyOne, InOrder
from projects.models.sources import Source, check_days_have_come

EVALUATE = "evaluate"
"""the kind of job that computes the scorecards of a project from a year on; its payload has both"""
AnyRow = TypeVar("AnyRow", bound=models.Model, covariant=True)


class Sourced(models.Model):
    """Something that somebody reports, with who says so; most belong to a project, by themselves or by what they name."""

    source = models.OneToOneField(Source, models.PROTECT, related_name="+")

    year_column: ClassVar[str | None] = None
    """The day, or the year, by which a record is filtered; None where it belongs to no year."""
    mines: ClassVar[str] = ""
    """How queries come to the mines that it reaches, where it belongs to no project and says something of several."""

    class Meta:
        abstract = True

    @classmethod
    def standing(cls) -> models.QuerySet[Any]:
        """The rows that count."""
        return cls._default_manager.all()

    def clean(self) -> None:
        """What has happened lies in the past; a record adds here what it needs other rows for."""
        check_days_have_come(**{name: getattr(self, name) for name in self.days_of_what_happened()})

    @classmethod
    @cache
    def days_of_what_happened(cls) -> tuple[str, ...]:
        """The columns whose day cannot lie after today."""
        return tuple(one.name for one in cls._meta.concrete_fields if isinstance(one, DayColumn) and one.happened)

    @classmethod
    def with_mines(cls, records: Iterable[Any]) -> Iterable[tuple[Any, int]]:
        """Each of some records with the key of every project of which it says something."""
        found = ((record, getattr(record, "project", None)) for record in records)
        return ((record, project.pk) for record, project in found if project is not None)

    def silent_columns(self) -> frozenset[str]:
        """Columns about which there is nothing to say or to ask in this record: of two the one that is not filled in."""
        either = [rule for rule in self._meta.constraints if isinstance(rule, ExactlyOne)]
        return frozenset(name for rule in either for name in rule.left_empty(self))

    def concerned_years(self) -> list[int] | None:
        """The first of the years whose scorecards it may change; None where that is every year that is open."""
        if self.year_column is None:
            return []
        said: Any = getattr(self, self.year_column)
        return [said if isinstance(said, int) else said.year]


class StandingManager(models.Manager[AnyRow]):
    """Reads the records that stand: what was withdrawn is not among them."""

    def get_queryset(self) -> models.QuerySet[AnyRow]:
        """Records that stand."""
        return super().get_queryset().filter(withdrawn_at__isnull=True)


class Record(Sourced):
    """What is reported and can be withdrawn: then it counts nowhere and stays readable with its history.

    Whoever asks for `objects`, or for the records of a project, gets what stands. Pages and lists of what was withdrawn
    ask `with_withdrawn`; who withdrew it, and why, stands in the audit trail.
    """

    stands_so: ClassVar[str] = ""
    """the column that a person ticks where what is asked about is right"""

    withdrawn_at = models.DateTimeField(_("withdrawn on"), null=True, editable=False)
    withdrawn_for = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="+", editable=False)

    objects: models.Manager[Any] = StandingManager()
    with_withdrawn: models.Manager[Any] = models.Manager()

    class Meta:
        abstract = True


class PeriodRecord(Record):
    """Figures about the days from one to another, both included; it belongs to the year of the last."""

    period_start = DayColumn(_("period from"), happened=True)
    period_end = DayColumn(_("period to"), happened=True)

    year_column = "period_end"

    class Meta:
        abstract = True
        constraints = [
            InOrder(
                "period_start",
                "period_end",
                same_day=True,
                name="%(class)s_ends_after_it_starts",
                says=_("The period ends before it starts."),
            )
        ]

    def concerned_years(self) -> list[int]:
        """The year of its first day: it may reach into each year of which it has days."""
        return [self.period_start.year]
