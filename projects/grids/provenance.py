"""Who says what a table says: what its form shows at first, and what of that a person filled in or changed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from projects.forms import SourceForm
from projects.grids.sheet import Sheet
from projects.models import Source
from projects.services.records import may_amend


@dataclass(frozen=True)
class SaidBefore:
    """What the form proposes."""

    initial: Mapping[str, Any] = field(default_factory=dict)
    differs: bool = False
    """Whether the records of the period that this person may change have several sources."""


def said_before(sheet: Sheet) -> SaidBefore:
    """Who said all of what is on record of the period, where it is one source; else who said all of the one before."""
    of_company = not sheet.actor.may("record.enter_for_others")
    always = {"voice": Source.Voice.COMPANY} if of_company else {}
    for records, names in (
        ([line.record for line in sheet.lines if not line.locked], Source.FORM_FIELDS),
        ([] if of_company else [line.before for line in sheet.lines], ["voice", "organisation"]),
    ):
        sources = [record.source for record in records if record and may_amend(sheet.actor, record.source)]
        said = [{name: getattr(source, name) for name in names} for source in sources]
        if said:
            alike = all(one == said[0] for one in said)
            return SaidBefore(always | said[0] if alike else always, not alike and names is Source.FORM_FIELDS)
    return SaidBefore(always)


def plain(value: Any) -> str:
    """A value of the form as text."""
    value = getattr(value, "pk", value)
    return value.isoformat() if isinstance(value, date) else str(value or "")


def first_shown(form: SourceForm) -> str:
    """What the form showed when the table was opened, for the next time that it is sent."""
    return json.dumps(shown_in(form))


def shown_in(form: SourceForm) -> dict[str, str]:
    """By column. Somebody may have saved since: what was sent with the form counts, and else what it proposes now."""
    try:
        sent = json.loads(form.data.get("said", ""))
    except (ValueError, RecursionError):
        sent = None
    names = [name for name in Source.FORM_FIELDS if name in form.fields]
    found = sent if isinstance(sent, dict) else {name: form[name].initial for name in names}
    return {name: plain(found.get(name)) for name in names}


def said_anew(form: SourceForm) -> list[str]:
    """The columns that a person filled in or changed in a valid form."""
    shown, sent = shown_in(form), form.cleaned_data
    return [name for name, text in shown.items() if form.add_prefix(name) in form.data and plain(sent[name]) != text]
