"""The history of a record as people read it: days, sums, choices and names instead of what the columns hold."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _

from accounts.models import AuditEntry
from projects.models import Source

Change = tuple[str, Any, Any]
"""Label of the field, what it said before, what it says since; None where nothing was said."""


def history_of(record: models.Model) -> list[tuple[AuditEntry, list[Change]]]:
    """Each entry with its changes, newest first; one query more for each kind of record that the changes name."""
    entries = list(AuditEntry.objects.about(record))
    fields = fields_of(record)
    names = names_of_keys(fields, entries)
    return [
        (
            entry,
            [
                (
                    str(fields[name].verbose_name) if name in fields else name,
                    *(said(fields.get(name), value, names) for value in pair),
                )
                for name, pair in entry.changes.items()
                if name != "source_id"
            ],
        )
        for entry in entries
    ]


def fields_of(record: models.Model) -> dict[str, Any]:
    """Every field that an entry about the record may name, by column; the record's own win over its source's."""
    return {
        field.attname: field
        for options in (Source._meta, record._meta)
        for field in (*options.many_to_many, *options.concrete_fields)
    }


def names_of_keys(fields: dict[str, Any], entries: Iterable[AuditEntry]) -> dict[Any, dict[str, str]]:
    """For each related model the names of the rows whose keys stand in the entries."""
    keys: dict[Any, set[Any]] = {}
    for entry in entries:
        for name, pair in entry.changes.items():
            if isinstance(fields.get(name), models.ForeignKey):
                keys.setdefault(fields[name].related_model, set()).update(key for key in pair if key is not None)
    return {
        model: {str(key): str(row) for key, row in model._base_manager.in_bulk(found).items()}
        for model, found in keys.items()
    }


def said(field: Any, value: Any, names: dict[Any, dict[str, str]]) -> Any:
    """What a column's value in an entry means: a day, a number, a choice in words, a name."""
    if field is None or value is None or value == "" or field.many_to_many:
        return value or None
    if isinstance(field, models.ForeignKey):
        return names[field.related_model].get(str(value), value)
    if field.choices:
        return dict(field.flatchoices).get(value, value)
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    try:
        return field.to_python(value)
    except (ValidationError, ValueError):
        return value
