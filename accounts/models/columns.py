"""Columns that know what they mean: forms, lists, imports and the API ask them; migrations see Django's own classes."""

from __future__ import annotations

from typing import Any, Generic, TypeVar

from django import forms
from django.db import models

from accounts.fields import NameField
from accounts.names import clean_name

_ST = TypeVar("_ST", contravariant=True)
_GT = TypeVar("_GT", covariant=True)


class Column(models.Field[_ST, _GT], Generic[_ST, _GT]):
    """What all columns here have in common: they are Django's own in migrations, and have a form field of their own."""

    form_field: type[forms.Field] | None = None

    def deconstruct(self) -> Any:
        """As Django's own class, so that a migration neither follows from what a column means nor imports it."""
        name, _path, arguments, options = super().deconstruct()
        own = next(base for base in type(self).__mro__ if base.__module__.startswith("django.db.models"))
        return name, f"django.db.models.{own.__name__}", arguments, options

    def formfield(self, **options: Any) -> Any:
        """The field of a form in which a person types it."""
        return super().formfield(**({"form_class": self.form_field} if self.form_field else {}) | options)


class NameColumn(Column[_ST, _GT], models.CharField[_ST, _GT], Generic[_ST, _GT]):
    """What somebody or something is called; a name that deceives the eye is refused, wherever it comes from."""

    form_field = NameField

    def clean(self, value: Any, model_instance: Any) -> Any:
        """The name as it is kept; raises ValidationError that says which letter deceives."""
        return super().clean(clean_name(value or ""), model_instance)
