"""What the money was for, as the mine reported it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from compliance.evaluation.canonical import ZERO
from compliance.public_pages.document import Document
from compliance.public_pages.money import headings, money_of, only_currency
from compliance.public_pages.sections import Section, Table, Values, register, table_of


@dataclass(frozen=True)
class PurposeRow:
    """The sums of one purpose, at one scale per currency."""

    name: str
    currency: str
    sign: str
    promised: Decimal | None
    paid: Decimal | None
    confirmed: Decimal | None
    scale: Decimal


def purpose_rows(document: Document) -> list[PurposeRow]:
    """Each purpose; what is confirmed is unknown where nobody answered about any payment for it."""
    names = {
        "education": _("Education"),
        "health": _("Health"),
        "infrastructure": _("Infrastructure"),
        "other": _("Other"),
    }
    money = money_of(document)
    answered = {
        (payment.purpose or "unknown", row.currency)
        for row in money.communities
        for payment in row.payments
        if payment.received is not None
    }
    scales: dict[str, Decimal] = {}
    for one in money.purposes:
        scales[one.currency] = max(scales.get(one.currency, ZERO), one.promised or ZERO, one.paid or ZERO)
    return [
        PurposeRow(
            name=names.get(one.purpose, _("Purpose not known")),
            currency=one.currency,
            sign="" if only_currency(document) else one.currency,
            promised=one.promised,
            paid=one.paid,
            confirmed=one.confirmed if (one.purpose, one.currency) in answered else None,
            scale=scales[one.currency],
        )
        for one in money.purposes
    ]


def show(document: Document) -> Values | None:
    """The purposes with their sums; nothing where no payment is on record."""
    rows = purpose_rows(document)
    if not rows:
        return None
    return {
        "rows": rows,
        "head": headings(document),
        "promised": any(row.promised is not None for row in rows),
        "year": document.year,
    }


def purpose_table(document: Document) -> Table:
    """One row a purpose and currency."""
    columns: dict[str, Callable[[PurposeRow], object]] = {
        _("purpose"): lambda one: one.name,
        _("currency"): lambda one: one.currency,
        _("paid"): lambda one: one.paid,
        _("confirmed"): lambda one: one.confirmed,
    }
    return table_of(document, columns, purpose_rows(document))


register(
    Section(
        name="purposes",
        page="money",
        title=gettext_lazy("What the money was for"),
        lead=gettext_lazy("As the mine reported it. The community’s own account may differ."),
        show=show,
        table=purpose_table,
    )
)
