"""The records that figures rest on: what each is called, where it is, who says so, and whether the sides agree."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Model, QuerySet

from communities.models import Disbursement, Obligation, Statement
from compliance.evaluation.counted import recipient_counts
from compliance.evaluation.facts import CommitmentFact, Facts, ObligationFact, PaymentFact, Row
from compliance.public_pages.commitments import state_of_commitment
from compliance.public_pages.payments import state_of_payment
from projects.kinds import keys_by_kind
from projects.models import Evidence, Source


@dataclass(frozen=True)
class Saying:
    """What one side says of a payment."""

    side: Statement.Side
    amount: Decimal | None
    on: date | None
    told: bool = False
    """whether it is a recipient's word without a paper of its own"""


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
    disputed: bool = False
    """whether the sides contradict each other, or its source is marked as disputed"""


def record_links(facts: Facts, slug: str, others: Iterable[str] = ()) -> dict[str, RecordLink]:
    """Every record that the sealed facts name, and others by name, also those withdrawn since; one query a kind."""
    rows = {row.record: row for row in facts.rows}
    found: dict[str, RecordLink] = {}
    for kind, keys in keys_by_kind({*rows, *others}).items():
        rows_of_kind: QuerySet[Any] = kind.model._base_manager.filter(pk__in=keys)
        for record in rows_of_kind.select_related("source", *kind.joined):
            name = f"{kind.fact_name}/{record.pk}"
            said = said_of(rows.get(name))
            disputed = said.get("state") == "disputed" or record.source.state == Source.State.DISPUTED
            found[name] = RecordLink(label_of(record), kind.address(record.pk, slug), disputed=disputed, **said)
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
        return common | {"amount": row.amount, "currency": row.currency, "on": row.falls_due}
    if isinstance(row, PaymentFact):
        sayings = (
            Saying(Statement.Side.COMPANY, row.company_amount, row.paid_on),
            Saying(Statement.Side.RECIPIENT, row.recipient_amount, row.received_on, not recipient_counts(row)),
        )
        return common | {"currency": row.currency, "sayings": sayings, "state": state_of_payment(None, row)}
    if isinstance(row, CommitmentFact):
        return common | {"on": row.falls_due, "state": state_of_commitment(row)}
    return common


@dataclass(frozen=True)
class RecordFiles:
    """The files behind one record."""

    record: RecordLink
    files: list[Evidence]


def files_behind(links: Mapping[str, RecordLink], names: Iterable[str]) -> list[RecordFiles]:
    """The files of those of these records that have any; a payment's stand behind what each side says."""
    sources: dict[int, str] = {}
    for kind, keys in keys_by_kind(names).items():
        rows = kind.model._base_manager.filter(pk__in=keys).values_list("source", "pk")
        sources |= {source: f"{kind.fact_name}/{key}" for source, key in rows}
        if kind.model is Disbursement:
            flows = [int(key) for key in keys]
            said = Statement.objects.filter(disbursement__in=flows).values_list("source", "disbursement")
            sources |= {source: f"{kind.fact_name}/{key}" for source, key in said}
    attached = (
        Source.evidence.through.objects.filter(source__in=sources).select_related("evidence").order_by("evidence")
    )
    found: dict[str, list[Evidence]] = {}
    for one in attached:
        found.setdefault(sources[one.source_id], []).append(one.evidence)
    return [RecordFiles(links[name], files) for name, files in found.items() if name in links]
