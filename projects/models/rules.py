"""Rules that a record keeps: PostgreSQL holds them, and forms, imports and the API ask the very same objects.

In migrations they are Django's own constraints. Each knows `at` which column a person mends what is broken, and those
that look at one row alone say in plain Python whether values break them.
"""

from __future__ import annotations

import copy
import operator
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeBoundary, RangeOperators
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Func, Q

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise as Text

AnyRule = TypeVar("AnyRule", bound="Rule")


class Rule(models.BaseConstraint):
    """What all rules have in common: the column at which a broken one is said."""

    at: str

    def deconstruct(self) -> Any:
        """As Django's own class, so that no migration follows from words about a rule."""
        _path, arguments, options = super().deconstruct()
        own = next(base for base in type(self).__mro__ if base.__module__.startswith("django."))
        return f"{own.__module__}.{own.__name__}".replace(".models.constraints", ".models"), arguments, options

    def clone(self: AnyRule) -> AnyRule:
        """The same rule once more."""
        return copy.copy(self)

    def validate(self, *arguments: Any, **options: Any) -> None:
        """Raise ValidationError at the column where it is mended."""
        try:
            super().validate(*arguments, **options)
        except ValidationError as error:
            raise ValidationError({self.at: error}) from None


class Check(Rule, models.CheckConstraint):
    """A condition on one row."""

    condition: Q

    def __init__(self, *, at: str, name: str, condition: Q, says: Text) -> None:
        super().__init__(name=name, condition=condition, violation_error_message=says)
        self.at = at

    @property
    def columns(self) -> set[str]:
        """Every column that the condition names, but for the mark of withdrawal, which nobody fills in."""
        return set(self.condition.referenced_base_fields) - {"withdrawn_at"}

    def broken_by(self, values: Mapping[str, Any]) -> bool:
        """Whether these values, by column, break it; what is unknown breaks nothing, as in PostgreSQL."""
        return self.judgement(values) is False

    @cached_property
    def judgement(self) -> Judgement:
        """Whether values keep the condition."""
        return judgement_of(self.condition)

    def validate(self, model: Any, instance: Any, exclude: Any = None, using: str = "default") -> None:
        """Raise ValidationError where the row breaks it; columns that are excluded are not judged."""
        if not self.columns & set(exclude or ()):
            values = {name: getattr(instance, model._meta.get_field(name).attname) for name in self.columns}
            if self.broken_by(values):
                raise ValidationError({self.at: ValidationError(self.get_violation_error_message(), self.name)})


class NotNegative(Check):
    """A number is zero or more."""

    def __init__(self, column: str, *, says: Text, name: str = "") -> None:
        condition = Q(**{f"{column}__isnull": True}) | Q(**{f"{column}__gte": 0})
        super().__init__(at=column, name=name or f"{column}_is_not_negative", condition=condition, says=says)


class Nested(Check):
    """A known part is at most every known whole of it."""

    def __init__(self, part: str, *wholes: str, name: str, says: Text, at: str = "") -> None:
        super().__init__(at=at or part, name=name, condition=at_most(part, *wholes), says=says)


class InOrder(Check):
    """One day is later than another, or on it where it may be the `same_day`.

    Those of the two that may stay unknown are listed, in the order of the condition in the database.
    """

    def __init__(
        self, first: str, later: str, *, name: str, says: Text, same_day: bool = False, unknown: Sequence[str] = ()
    ) -> None:
        condition = Q()
        for column in unknown:
            condition |= Q(**{f"{column}__isnull": True})
        condition |= Q(**{f"{later}__{'gte' if same_day else 'gt'}": F(first)})
        super().__init__(at=later, name=name, condition=condition, says=says)


class ExactlyOne(Check):
    """One of two columns is filled in, and not both."""

    def __init__(self, one: str, other: str, *, name: str, says: Text) -> None:
        either = [Q(**{f"{one}__isnull": empty, f"{other}__isnull": not empty}) for empty in (True, False)]
        super().__init__(at=one, name=name, condition=either[0] | either[1], says=says)
        self.choices = (one, other)

    def left_empty(self, row: models.Model) -> list[str]:
        """The one of the two that a row leaves empty because the other is filled in."""
        columns: list[Any] = [row._meta.get_field(name) for name in self.choices]
        empty = [column.name for column in columns if getattr(row, column.attname) is None]
        return empty if len(empty) == 1 else []


class BothOrNone(Check):
    """Two columns are filled in together, or neither is."""

    def __init__(self, one: str, other: str, *, name: str, says: Text) -> None:
        neither, both = (Q(**{f"{one}__isnull": empty, f"{other}__isnull": empty}) for empty in (True, False))
        super().__init__(at=other, name=name, condition=neither | both, says=says)


STANDS = Q(withdrawn_at__isnull=True)
"""Of records: it was not withdrawn."""


class AmongStanding(Rule):
    """A rule about several records, of which each stands: what was withdrawn leaves room for what takes its place."""

    condition: Q | None

    def validate(self, model: Any, instance: Any, exclude: Any = None, using: str = "default") -> None:
        """Raise ValidationError where another record breaks it; the model's own manager reads those that stand."""
        asked = self.clone()
        asked.condition = None
        super(AmongStanding, asked).validate(model, instance, exclude, using)


class OncePer(AmongStanding, models.UniqueConstraint):
    """No two records that stand have the same values in all of these columns, which stand in `fields`."""

    def __init__(self, *columns: str, at: str, name: str, says: Text, nulls_distinct: bool | None = None) -> None:
        super().__init__(
            fields=columns, condition=STANDS, name=name, violation_error_message=says, nulls_distinct=nulls_distinct
        )
        self.at = at


class DateRange(Func):
    """`daterange(from, until)`, half open; an open end is no end."""

    function = "daterange"
    output_field = DateRangeField()


class NoOverlap(AmongStanding, ExclusionConstraint):
    """Of each value of a column, no two records that stand last on the same day; the day of the end is free for the next."""

    def __init__(self, of: str, first: str, until: str, *, name: str, says: Text) -> None:
        days = DateRange(first, until, RangeBoundary())
        expressions: list[Any] = [(of, RangeOperators.EQUAL), (days, RangeOperators.OVERLAPS)]
        super().__init__(name=name, expressions=expressions, condition=STANDS, violation_error_message=says)
        self.at, self.until = first, until

    def validate(self, model: Any, instance: Any, exclude: Any = None, using: str = "default") -> None:
        """Raise ValidationError where it overlaps; a time that ends before it starts is no time, and said elsewhere."""
        start, end = getattr(instance, self.at), getattr(instance, self.until)
        if not (start and end and end <= start):
            super().validate(model, instance, exclude, using)


def at_most(part: str, *wholes: str) -> Q:
    """A known part is not larger than any known whole of it."""
    within = Q()
    for whole in wholes:
        within &= Q(**{f"{part}__isnull": True}) | Q(**{f"{whole}__isnull": True}) | Q(**{f"{part}__lte": F(whole)})
    return within


COMPARISONS: dict[str, Callable[[Any, Any], bool]] = {
    "exact": operator.eq,
    "gt": operator.gt,
    "gte": operator.ge,
    "lt": operator.lt,
    "lte": operator.le,
    "in": lambda left, right: left in right,
}


Judgement: TypeAlias = "Callable[[Mapping[str, Any]], bool | None]"
"""Whether a condition holds for values by column; None, as in SQL, where that is not known."""


def judgement_of(condition: Any) -> Judgement:
    """How a condition, or one part of it, is judged: read once, for many rows are asked."""
    if isinstance(condition, Q):
        return judgement_of_parts(condition)
    lookup, right = condition
    column, _mark, comparison = lookup.partition("__")
    if comparison == "isnull":
        return lambda values: (values.get(column) is None) == right
    compare = COMPARISONS[comparison or "exact"]
    other = right.name if isinstance(right, F) else None  # type: ignore[attr-defined]

    def judge(values: Mapping[str, Any]) -> bool | None:
        one, against = values.get(column), values.get(other) if other else right
        return None if one is None or against is None else bool(compare(one, against))

    return judge


def judgement_of_parts(condition: Q) -> Judgement:
    """One part that holds settles an OR, and one that does not an AND; else an unknown part leaves it unknown."""
    parts = [judgement_of(child) for child in condition.children]
    settles, negated = condition.connector == Q.OR, condition.negated

    def judge(values: Mapping[str, Any]) -> bool | None:
        known = True
        for part in parts:
            found = part(values)
            if found is settles:
                return settles != negated
            known = known and found is not None
        return settles == negated if known else None

    return judge
