"""The records that figures rest on: what each is called, where it is, who says so, and whether the sides agree."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Model
from django.urls import reverse

from communities.models import Obligation, Statement
from compliance.evaluation.facts import CommitmentFact, Facts, ObligationFact, PaymentFact, Row
from compliance.public_pages.commitments import state_of_commitment
from compliance.public_pages.payments import state_of_payment
from compliance.services.reviews import REVIEWED_MODELS, keys_by_kind

ADDRESS_OF_KIND = {
    "assessment": "assessments",
    "condition": "conditions",
    "employment-return": "employment",
    "obligation": "obligations",
    "commitment": "commitments",
    "disclosure": "disclosures",
    "exemption": "exemptions",
    "phase": "phases",
}
RELATED = ("community", "payee", "payer", "employer", "recipient")


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
    found = records_named({*rows, *others})
    return {
        record: RecordLink(label_of(row), address_of(record, slug), **said_of(rows.get(record)))
        for record, row in found.items()
    }


def records_named(names: Iterable[str]) -> dict[str, Model]:
    """The live rows behind names such as ``obligation/12``."""
    found: dict[str, Model] = {}
    for kind, of_kind in keys_by_kind(names).items():
        rows = REVIEWED_MODELS[kind]._default_manager.filter(pk__in=of_kind)
        columns = {field.name for field in REVIEWED_MODELS[kind]._meta.concrete_fields}
        related = [name for name in RELATED if name in columns]
        found |= {f"{kind}/{row.pk}": row for row in (rows.select_related(*related) if related else rows)}
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


def address_of(record: str, slug: str) -> str:
    """The page of a record."""
    kind, _slash, key = record.partition("/")
    if kind == "disbursement":
        return reverse("ledger:page", kwargs={"pk": key})
    return reverse("records:page", kwargs={"slug": slug, "kind": ADDRESS_OF_KIND[kind], "pk": key})
