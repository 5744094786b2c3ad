"""Columns that know what they mean: forms, lists, imports and the API ask them; migrations see Django's own classes."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from django import forms
from django.core import checks
from django.core.exceptions import FieldDoesNotExist
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from accounts.fields import NamedRowField
from accounts.models.columns import Column
from projects.currencies import validate_currency
from projects.fields import (
    LONGEST_OUTLINE,
    AmountField,
    AreaField,
    CountField,
    CountryField,
    CurrencyField,
    DayField,
    DegreesField,
    OutlineField,
    OutlineInput,
    YearField,
)
from projects.intake.parsing import DECIMALS_OF_A_METRE

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise as StrOrPromise

_ST = TypeVar("_ST", contravariant=True)
_GT = TypeVar("_GT", covariant=True)


class DayColumn(Column[_ST, _GT], models.DateField[_ST, _GT], Generic[_ST, _GT]):
    """A day; one of what has `happened` cannot lie after today."""

    form_field = DayField

    def __init__(self, *arguments: Any, happened: bool = False, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.happened = happened


class FirstDayColumn(DayColumn[_ST, _GT], Generic[_ST, _GT]):
    """The day that the column `of` said at first: what was typed with the row, else what that column said then.

    It is said once: no form asks for it again, and PostgreSQL refuses to change it (`projects/first_days.py`).
    """

    def __init__(self, *arguments: Any, of: str = "", **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.of = of

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        """The day as it is kept."""
        if getattr(model_instance, self.attname) is None:
            setattr(model_instance, self.attname, getattr(model_instance, self.of))
        return super().pre_save(model_instance, add)


class NumberColumn(Column[_ST, _GT], models.DecimalField[_ST, _GT], Generic[_ST, _GT]):
    """A number with decimals that is no money: a share, or full-time equivalents."""

    form_field = AmountField


class AmountColumn(NumberColumn[_ST, _GT], Generic[_ST, _GT]):
    """A sum of money, with the name of the column beside it that holds its currency."""

    def __init__(self, *arguments: Any, currency: str = "", **options: Any) -> None:
        usual: dict[str, Any] = {"max_digits": 18, "decimal_places": 2, "validators": [MinValueValidator(0)]}
        super().__init__(*arguments, **usual | options)
        self.currency = currency

    def check(self, **options: Any) -> list[checks.CheckMessage]:
        """Also an error where no column holds the currency."""
        try:
            found: Any = self.model._meta.get_field(self.currency)
        except FieldDoesNotExist:
            found = None
        if isinstance(found, CurrencyColumn):
            return super().check(**options)
        return [*super().check(**options), checks.Error("Name the column that holds its currency.", obj=self)]


class PercentColumn(NumberColumn[_ST, _GT], Generic[_ST, _GT]):
    """A part of something, out of 100."""


class HectaresColumn(NumberColumn[_ST, _GT], Generic[_ST, _GT]):
    """An area of land in hectares; empty means that nobody knows."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        usual: dict[str, Any] = {"max_digits": 10, "decimal_places": 2, "null": True, "blank": True}
        super().__init__(*arguments, **usual | options)


class MetresColumn(NumberColumn[_ST, _GT], Generic[_ST, _GT]):
    """A length in metres; empty means that nobody knows."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        usual: dict[str, Any] = {"max_digits": 10, "decimal_places": 2, "null": True, "blank": True}
        super().__init__(*arguments, **usual | options)


class DegreesColumn(NumberColumn[_ST, _GT], Generic[_ST, _GT]):
    """A latitude or longitude in degrees, below zero in the south and in the west."""

    form_field = DegreesField

    def __init__(self, *arguments: Any, most: int = 180, **options: Any) -> None:
        usual: dict[str, Any] = {"max_digits": 8, "decimal_places": DECIMALS_OF_A_METRE}
        within = [MinValueValidator(-most), MaxValueValidator(most)]
        super().__init__(*arguments, **usual | {"validators": within} | options)


class OutlineColumn(Column[_ST, _GT], models.TextField[_ST, _GT], Generic[_ST, _GT]):
    """The outline of an area: a MultiPolygon of GeoJSON."""

    form_field = OutlineField

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **{"max_length": LONGEST_OUTLINE} | options)

    def formfield(self, **options: Any) -> Any:
        """A box for the text, and a file."""
        return super().formfield(**{"widget": OutlineInput(attrs={"rows": 3})} | options)


class HoursColumn(NumberColumn[_ST, _GT], Generic[_ST, _GT]):
    """Hours of all people together; empty means that nobody knows."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        usual: dict[str, Any] = {"max_digits": 12, "decimal_places": 1, "null": True, "blank": True}
        super().__init__(*arguments, **usual | options)


class QuantityColumn(NumberColumn[_ST, _GT], Generic[_ST, _GT]):
    """How much of something, in the unit that is said beside it."""


class CurrencyColumn(Column[_ST, _GT], models.CharField[_ST, _GT], Generic[_ST, _GT]):
    """A currency of ISO 4217; the one that forms begin with stands in `suggested`, and is "" where most rows have none."""

    form_field = CurrencyField

    def __init__(self, *arguments: Any, suggested: str = "PEN", **options: Any) -> None:
        usual: dict[str, Any] = {"max_length": 3, "validators": [validate_currency]}
        super().__init__(*arguments, **usual | options)
        self.suggested = suggested

    def formfield(self, **options: Any) -> Any:
        """Three letters, whatever the case."""
        return super().formfield(**{"initial": self.suggested} | options)


class CountryColumn(Column[_ST, _GT], models.CharField[_ST, _GT], Generic[_ST, _GT]):
    """A country of ISO 3166."""

    form_field = CountryField


class SentenceColumn(Column[_ST, _GT], models.CharField[_ST, _GT], Generic[_ST, _GT]):
    """A sentence or two, too long for one line of a form."""

    def formfield(self, **options: Any) -> Any:
        """A box of several lines."""
        return super().formfield(**{"widget": forms.Textarea(attrs={"rows": 3})} | options)


class CountColumn(Column[_ST, _GT], models.PositiveIntegerField[_ST, _GT], Generic[_ST, _GT]):
    """People, or other things that are counted."""

    form_field = CountField


class SmallCountColumn(Column[_ST, _GT], models.PositiveSmallIntegerField[_ST, _GT], Generic[_ST, _GT]):
    """Things of which there are few."""

    form_field = CountField


class YearColumn(Column[_ST, _GT], models.PositiveSmallIntegerField[_ST, _GT], Generic[_ST, _GT]):
    """A year."""

    form_field = YearField


class RowColumn(Column[_ST, _GT], models.ForeignKey[_ST, _GT], Generic[_ST, _GT]):
    """A row that is known by its name: chosen from a short list, typed where the list is long.

    Forms offer the rows of their project where rows belong to projects, and `anywhere` all that the person may see;
    `reports` is the company whose return it is; a form begins with the operator of the mine where it is
    `usually_the_operator`.
    """

    form_field = NamedRowField

    def __init__(
        self,
        to: Any,
        on_delete: Any = models.PROTECT,
        *,
        anywhere: bool = False,
        reports: bool = False,
        usually_the_operator: bool = False,
        **options: Any,
    ) -> None:
        super().__init__(to, on_delete, **{"related_name": "+"} | options)
        self.anywhere, self.reports, self.usually_the_operator = anywhere, reports, usually_the_operator

    def formfield(self, **options: Any) -> Any:
        """The rows that are offered; of organisations all but those that were taken back with their import."""
        rows = self.related_model._default_manager
        return super().formfield(**{"queryset": rows.offered() if hasattr(rows, "offered") else rows.all()} | options)


class AreaColumn(Column[_ST, _GT], models.ForeignKey[_ST, _GT], Generic[_ST, _GT]):
    """A district, typed as its name or its code."""

    def formfield(self, **options: Any) -> Any:
        """A box for name or code."""
        rows = self.related_model._default_manager.complex_filter(self.get_limit_choices_to())
        usual: dict[str, Any] = {"form_class": AreaField, "areas": rows.select_related("parent__parent")}
        return models.Field.formfield(self, **usual | options)


def workers(label: StrOrPromise, help_text: StrOrPromise = "") -> NumberColumn[Decimal | None, Decimal | None]:
    """A number of full-time equivalents; empty means that nobody knows."""
    least = [MinValueValidator(0)]
    return NumberColumn(
        label, max_digits=10, decimal_places=2, null=True, blank=True, validators=least, help_text=help_text
    )


def columns_of(model: type[models.Model]) -> Iterator[Any]:
    """The columns of a record that people fill in, in the order in which they stand in the model.

    Those that it shares with other models come before its own, unless the model says that they `stand_last`.
    """
    options, last = model._meta, getattr(model, "stand_last", ())
    for column in sorted([*options.concrete_fields, *options.many_to_many], key=lambda one: (one.name in last, one)):
        if column.editable and not column.auto_created and column.name not in {"project", "source"}:
            yield column
