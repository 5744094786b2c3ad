"""The records that figures rest on: what each is called, where it is, who says so, and whether the sides agree."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Model

from communities.models import Obligation, Statement
from compliance.evaluation.facts import CommitmentFact, Facts, ObligationFact, PaymentFact, Row
from compliance.public_pages.commitments import state_of_commitment
from compliance.public_pages.payments import state_of_payment
from projects.kinds import keys_by_kind


@dataclass(frozen=True)
class Saying:
    """What one side says of a payment."""

    side: Statement.Side
    amount: Decimal | None
    on: date | None


@dataclass(frozen=True)
class RecordLink:
    """A record that a figure rests on: what it is called, where it is, who says so, how many files it has."""

    label: str
    url: str
    voice: str = "unknown"
    files: int = 0
    amount: Decimal | None = None
    currency: str = ""
    on: date | None = None
    sayings: tuple[Saying, ...] = ()
    """of a payment, what the company and the recipient say"""
    state: str = ""
    """of a payment or a promise, what is known when both sides are heard"""


def record_links(facts: Facts, slug: str, others: Iterable[str] = ()) -> dict[str, RecordLink]:
    """Every record that the sealed facts name, and others by name; one query a kind."""
    rows = {row.record: row for row in facts.rows}
    found: dict[str, RecordLink] = {}
    for kind, keys in keys_by_kind({*rows, *others}).items():
        for record in kind.model._default_manager.filter(pk__in=keys).select_related(*kind.joined):
            name = f"{kind.fact_name}/{record.pk}"
            found[name] = RecordLink(label_of(record), kind.address(record.pk, slug), **said_of(rows.get(name)))
    return found


def label_of(record: Model) -> str:
    """What a record is called; who owes whom, where amount and day stand beside it."""
    return f"{record.payer} → {record.payee}" if isinstance(record, Obligation) else str(record)


def said_of(row: Row | None) -> dict[str, Any]:
    """What the sealed row says: who, with how many files, of which sum and day, and whether the sides agree."""
    if row is None:
        return {}
    common = {"voice": row.voice, "files": row.evidence}
    if isinstance(row, ObligationFact):
        return common | {"amount": row.amount, "currency": row.currency, "on": row.due_on}
    if isinstance(row, PaymentFact):
        sayings = (
            Saying(Statement.Side.COMPANY, row.company_amount, row.paid_on),
            Saying(Statement.Side.RECIPIENT, row.recipient_amount, row.received_on),
        )
        return common | {"currency": row.currency, "sayings": sayings, "state": state_of_payment(None, row)}
    if isinstance(row, CommitmentFact):
        return common | {"on": row.due_on, "state": state_of_commitment(row)}
    return common
