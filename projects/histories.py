"""The history of a record as people read it: days, sums, choices and names instead of what the columns hold."""

from __future__ import annotations

import json
from collections.abc import Iterable
from itertools import chain
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _

from accounts.audience import is_of_minkas_side, read_organisations, who_did_it
from accounts.models import AuditEntry, User
from projects.geometry import corners
from projects.models import Source
from projects.models.columns import OutlineColumn

UNTOLD = object()
"""What a field said that the viewer is not told."""


class Change(NamedTuple):
    """Label of a field, what it said before, what it says since; None where nothing was said."""

    label: str
    old: Any
    new: Any

    @property
    def told(self) -> bool:
        """Whether the viewer is told more than that it was changed."""
        return self.new is not UNTOLD


class Told(NamedTuple):
    """One entry of a history, with what the viewer is told of its changes and its reason."""

    entry: AuditEntry
    changes: list[Change]
    reason: str


def history_of(record: models.Model, viewer: User) -> list[Told]:
    """Each entry with its changes, newest first; one query more for each kind of record that the changes name.

    What a source said before is told to its audience of today. A company's people are not told it, unless their company
    holds it: what was taken out of a public source is gone for them. Nobody is told the words of a confidential one.
    """
    entries = list(AuditEntry.objects.about(record))
    read_organisations(viewer, entries, "actor")
    fields = fields_of(record)
    names = names_of_keys(fields, entries, viewer)
    source = getattr(record, "source", None)
    hidden = hidden_columns(record, source, viewer) if source else set()
    reasons = source is None or not source.is_confidential or source.is_readable_by(viewer)
    return [
        Told(
            entry,
            [
                change_of(name, pair, fields, names, told=bool(pair) and name not in hidden)
                for name, pair in entry.changes.items()
                if name != "source_id"
            ],
            entry.reason if reasons else "",
        )
        for entry in entries
    ]


def hidden_columns(record: models.Model, source: Source, viewer: User) -> set[str]:
    """Columns of whose changes the viewer is told only that there were some."""
    open_to_viewer = is_of_minkas_side(viewer) and source.is_readable_by(viewer)
    if not source.is_confidential and (open_to_viewer or source.is_confided_to(viewer)):
        return set()
    own = {field.attname for field in record._meta.concrete_fields}
    return (Source.columns_of_words() | {"evidence"}) - own


def change_of(
    name: str, pair: list[Any], fields: dict[str, Any], names: dict[Any, dict[str, str]], *, told: bool
) -> Change:
    """One change in words."""
    label = str(fields[name].verbose_name) if name in fields else name
    if not told:
        return Change(label, UNTOLD, UNTOLD)
    old, new = (said(fields.get(name), value, names) for value in pair)
    return Change(label, old, new)


def fields_of(record: models.Model) -> dict[str, Any]:
    """Every field that an entry about the record may name, by column; the record's own win over its source's."""
    return {
        field.attname: field
        for options in (Source._meta, record._meta)
        for field in (*options.many_to_many, *options.concrete_fields)
    }


def names_of_keys(fields: dict[str, Any], entries: Iterable[AuditEntry], viewer: User) -> dict[Any, dict[str, str]]:
    """For each related model the names of the rows whose keys stand in the entries; of people as the viewer is told."""
    keys: dict[Any, set[Any]] = {}
    on: dict[str, AuditEntry] = {}
    for entry in entries:
        for name, pair in entry.changes.items():
            if isinstance(fields.get(name), models.ForeignKey):
                keys.setdefault(fields[name].related_model, set()).update(key for key in pair if key is not None)
                on |= {str(key): entry for key in pair}
    return {
        model: {
            str(key): who_did_it(viewer, row, on[str(key)].at) if isinstance(row, User) else str(row)
            for key, row in model._base_manager.in_bulk(found).items()
        }
        for model, found in keys.items()
    }


def said(field: Any, value: Any, names: dict[Any, dict[str, str]]) -> Any:
    """What a column's value in an entry means: a day, a number, a choice in words, a name."""
    if field is None or value is None or value == "" or field.many_to_many:
        return value or None
    if isinstance(field, models.ForeignKey):
        return names[field.related_model].get(str(value), value)
    if isinstance(field, OutlineColumn):
        return outline_words(value)
    if field.choices:
        return dict(field.flatchoices).get(value, value)
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    try:
        return field.to_python(value)
    except (ValidationError, ValueError):
        return value


def outline_words(geojson: str) -> str:
    """How much an outline holds, and between which degrees it lies; nobody reads it position by position."""
    polygons = json.loads(geojson)["coordinates"]
    (west, south), (east, north) = corners(polygons)
    said = {"positions": sum(map(len, chain(*polygons))), "west": west, "south": south, "east": east, "north": north}
    return _("%(positions)s positions, latitude %(south)s to %(north)s, longitude %(west)s to %(east)s") % said
