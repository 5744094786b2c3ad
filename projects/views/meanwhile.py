"""What colleagues saved while somebody was typing: shown to them, and kept wherever they had not changed the same."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.services.audit import state_of
from projects.forms import RecordForm, SourceForm, with_values
from projects.histories import UNTOLD, Told, history_of
from projects.models import Source
from projects.services.records import names_of


def saved_since(record: Any, revision: int, viewer: User) -> list[Told]:
    """The entries of a record's history since the revision that a person saw, newest first."""
    raising = {"amended", "withdrawn", "restored"}
    saved = [told for told in history_of(record, viewer) if told.entry.verb in raising]
    return saved[: record.source.revision - revision]


def merge(form: RecordForm, source: SourceForm) -> None:
    """Show both forms again with what was saved meanwhile; what both sides changed is for the person to decide."""
    record = form._meta.model._default_manager.get(pk=form.instance.pk)
    source.meanwhile = saved_since(record, source.cleaned_data["revision"] or 0, source.actor)
    changed: dict[str, Any] = {}
    now = state_of(record.source)
    for told in source.meanwhile:  # newest first, so that the oldest words and the newest remain
        for name, pair in told.entry.changes.items():
            old, new = pair or (UNTOLD, now.get(name))
            changed[name] = (old, changed[name][1] if name in changed else new)
    related = {name: names_of(rows) for name, rows in form.related.items()}
    take_over(form, type(form)(instance=record, actor=form.actor, project=form.project), changed, related)
    take_over(source, SourceForm(instance=record.source, actor=source.actor), changed, {})
    source.take_current_revision()


def take_over(form: Any, theirs: Any, changed: Mapping[str, tuple[Any, Any]], related: Mapping[str, str]) -> None:
    """Fill in what colleagues changed and the person did not; what both changed stays as typed, with a word."""
    typed = {**state_of(form.instance), **related}
    for name, field in form.fields.items():
        column = next((one for one in (f"{name}_id", name) if one in changed and one in typed), None)
        if column is None:
            continue
        old, new = changed[column]
        if typed[column] == old:
            shown = field.widget.format_value(theirs[name].value())
            form.data = with_values(form.data, **{form.add_prefix(name): ""})
            form.data.setlist(form.add_prefix(name), shown if isinstance(shown, list) else [shown or ""])
        elif typed[column] != new:
            words = _("A colleague changed this, too. Save again to keep yours, or write theirs, which stands above.")
            if name in Source.WORDS and theirs.instance.is_confidential:
                words = _("A colleague changed this, too. Save again to keep yours, or write theirs: “%(theirs)s”.")
            about = {"theirs": getattr(theirs.instance, name)}
            form.add_error(name, ValidationError(words, "changed_by_both", about))
