"""Closing: the guarantee for it, what was posted, and how much of the land is closed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.design.writing import long_date, money, number
from compliance.evaluation.criteria.closure import ClosureGuaranteeFact, ClosureRequirementFact, ReclamationFact
from compliance.public_pages.document import Document
from compliance.public_pages.sections import (
    RecordRow,
    Section,
    Table,
    Values,
    register,
    rows_shown,
    table_of,
    table_of_facts,
)
from projects.models import ClosureGuarantee


def show_guarantees(document: Document) -> Values | None:
    """What is required for the year, and below it each guarantee with its days."""
    unknown = _("We don’t know")
    answered = {one.requirement for one in document.facts[ClosureGuaranteeFact]}
    rows = [
        RecordRow(
            _("Required for the year"),
            "",
            row.voice,
            [
                money(row.amount, row.currency),
                "–" if row.record in answered or row.amount == 0 else _("Nobody says whether it was posted"),
                "–",
            ],
        )
        for row in document.facts[ClosureRequirementFact]
    ]
    for one in document.facts[ClosureGuaranteeFact]:
        held = _("Held by %(holder)s") % {"holder": one.holder} if one.holder else _("We don’t know who holds it")
        posted = long_date(one.posted_on) if one.posted_on else unknown
        until = long_date(one.stands_until) if one.stands_until else _("until it is released") if one.lasts else unknown
        texts = [money(one.amount, one.currency), posted, until]
        kind = str(ClosureGuarantee.Instrument(one.instrument).label)
        steps = [(released_words(one), one.voice)] if one.released_on else []
        rows.append(RecordRow(kind, held, one.voice, texts, steps=steps))
    return rows_shown([_("Guarantee"), _("Amount"), _("Posted on"), _("Good until")], rows)


def released_words(one: ClosureGuaranteeFact) -> str:
    """When and by whom it was released."""
    day = long_date(one.released_on)
    if one.released_by:
        return _("Released on %(day)s by %(who)s.") % {"day": day, "who": one.released_by}
    return _("Released on %(day)s; we don’t know by whom.") % {"day": day}


def guarantees_table(document: Document) -> Table:
    """One row a requirement, and one a guarantee that was posted for it."""
    columns: dict[str, Callable[[Any], object]] = {
        _("record"): lambda one: one.record,
        _("required"): lambda one: one.amount if isinstance(one, ClosureRequirementFact) else None,
        _("posted"): lambda one: one.amount if isinstance(one, ClosureGuaranteeFact) else None,
        _("currency"): lambda one: one.currency,
        _("kind"): lambda one: getattr(one, "instrument", None),
        _("held by"): lambda one: getattr(one, "holder", None),
        _("posted on"): lambda one: getattr(one, "posted_on", None),
        _("good until"): lambda one: getattr(one, "stands_until", None),
        _("released on"): lambda one: getattr(one, "released_on", None),
        _("released by"): lambda one: getattr(one, "released_by", None),
        _("who says so"): lambda one: one.voice,
    }
    return table_of(document, columns, [*document.facts[ClosureRequirementFact], *document.facts[ClosureGuaranteeFact]])


def show_land(document: Document) -> Values | None:
    """Each report with the hectares scheduled, reported as closed, and verified."""
    rows = []
    for row in sorted(document.facts[ReclamationFact], key=lambda one: (one.as_of, one.record)):
        by = (
            _("Verified by %(who)s") % {"who": row.verified_by}
            if row.verified_by
            else _("No verification is on record")
        )
        counts = (row.scheduled_hectares, row.done_hectares, row.verified_hectares)
        rows.append(RecordRow(long_date(row.as_of), by, row.voice, [number(count) for count in counts]))
    return rows_shown([_("Up to"), _("Hectares scheduled"), _("Closed, as reported"), _("Of these, verified")], rows)


def land_table(document: Document) -> Table:
    """One row a report."""
    hectares = {"scheduled_hectares": _("hectares scheduled"), "done_hectares": _("hectares closed")}
    verified = {"verified_hectares": _("hectares verified"), "verified_by": _("verified by")}
    return table_of_facts(
        document, ReclamationFact, {"as_of": _("up to"), **hectares, **verified, "voice": _("who says so")}
    )


register(
    Section(
        name="guarantees",
        page="closure",
        place=1,
        title=gettext_lazy("Guarantee for closing"),
        lead=gettext_lazy("The guarantee that pays for closing the mine if the mine does not, and what was posted."),
        show=show_guarantees,
        table=guarantees_table,
        template="table",
    )
)
register(
    Section(
        name="reclamation",
        page="closure",
        place=2,
        title=gettext_lazy("Land closed so far"),
        lead=gettext_lazy("What the closure plan had scheduled up to a day, what was closed, and who looked."),
        show=show_land,
        table=land_table,
        template="table",
    )
)
