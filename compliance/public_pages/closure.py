"""Closing: the guarantee for it, what was posted, and how much of the land is closed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.design.writing import long_date, money, number, of_every_100
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

LAND = "reclamation"
"""The section about closed land, by which frameworks name it."""


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
    """Each report with the hectares scheduled, reported as closed, and verified; where it says it, also the value of works."""
    reports = sorted(document.facts[ReclamationFact], key=lambda one: (one.as_of, one.record))
    rows = [row for report in reports for row in rows_of_report(report)]
    share = _("Verified of every 100 scheduled")
    shown = rows_shown([_("Up to"), _("Scheduled"), _("Done, as reported"), _("Of these, verified"), share], rows)
    if shown is None or not any(one.says_works for one in reports):
        return shown
    is_judged = any(one.section == LAND for one in document.framework.indicators)
    used = _("The grade uses the hectares; the value of works is shown beside them and is not graded.")
    unused = _("No rule judges it.")
    lead = _("What the closure plan had scheduled up to a day, in hectares and by the value of works, and who looked.")
    return {**shown, "lead": f"{lead} {used if is_judged else unused}"}


def rows_of_report(report: ReclamationFact) -> Iterator[RecordRow]:
    """A line of its hectares, unless it speaks of works alone, and one of the value of its works, where it says it."""
    hectares = (report.scheduled_hectares, report.done_hectares, report.verified_hectares)
    if not report.is_of_works_alone:
        texts = [number(one) if one is None else _("%(number)s ha") % {"number": number(one)} for one in hectares]
        yield row_of_report(report, _("Hectares"), hectares, texts)
    if report.says_works:
        values = (report.scheduled_value, report.done_value, report.verified_value)
        yield row_of_report(report, _("Value of works"), values, [money(one, report.currency) for one in values])


def row_of_report(
    report: ReclamationFact, what: str, figures: Sequence[Decimal | None], texts: Sequence[str]
) -> RecordRow:
    """One line of a report, with what somebody other than a company verified of every 100 scheduled."""
    scheduled, _done, verified = figures
    by, share = _("No verification is on record"), "–" if scheduled == 0 else None
    if verified is not None and report.verified_by:
        by = _("Verified by %(who)s") % {"who": report.verified_by}
        if scheduled and report.verified_by_others:
            share = of_every_100(min(verified, scheduled), scheduled)
    return RecordRow(long_date(report.as_of), f"{what}. {by}", report.voice, [*texts, share or _("We don’t know")])


def land_table(document: Document) -> Table:
    """One row a report."""
    hectares = {"scheduled_hectares": _("hectares scheduled"), "done_hectares": _("hectares closed")}
    verified = {"verified_hectares": _("hectares verified"), "verified_by": _("verified by")}
    works = {"scheduled_value": _("value of works scheduled"), "done_value": _("value of works done")}
    works |= {"verified_value": _("value of works verified"), "currency": _("currency")}
    return table_of_facts(
        document, ReclamationFact, {"as_of": _("up to"), **hectares, **verified, **works, "voice": _("who says so")}
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
        tells=("closure-requirements", "closure-guarantees"),
    )
)
register(
    Section(
        name=LAND,
        page="closure",
        place=2,
        title=gettext_lazy("Land closed so far"),
        lead=gettext_lazy("What the closure plan had scheduled up to a day, what was closed, and who looked."),
        show=show_land,
        table=land_table,
        template="table",
        tells=("reclamation",),
    )
)
