"""The money of a publication document: what was owed, paid and confirmed, and where the rest is.

Every sum comes from sealed facts; live rows say who the recipients are and which files stand behind a payment.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from communities.models import Disbursement, Obligation
from compliance.evaluation.canonical import ZERO
from compliance.evaluation.facts import Facts, ObligationFact, PaymentFact
from compliance.evaluation.settlement import Settlement, known_sum, settle_obligation

Json = dict[str, Any]
PLACES = ("unanswered", "disputed", "unpaid", "unknown")
"""Where money that is not confirmed is."""


def describe_money(facts: Facts, on: date) -> Json:
    """What was owed, paid and confirmed: in all, by recipient and by purpose; currencies never added."""
    of_obligation: defaultdict[str | None, list[PaymentFact]] = defaultdict(list)
    for payment in facts[PaymentFact]:
        of_obligation[payment.obligation].append(payment)
    evidence = evidence_of(facts[PaymentFact])
    recipients = Recipients(facts, on)
    for obligation in facts[ObligationFact]:
        settled = of_obligation.get(obligation.record, [])
        recipients.settle(obligation, settled)
        for payment in settled:
            recipients.add(obligation, payment, evidence)
        if not settled:
            recipients.add(obligation, None, evidence)
    for payment in of_obligation.get(None, []):
        recipients.add(None, payment, evidence)
    rows = recipients.rows()
    return {"totals": totals_of(rows), "communities": rows, "purposes": purposes_of(facts[PaymentFact])}


class Recipients:
    """Collects payments by recipient and currency."""

    def __init__(self, facts: Facts, on: date) -> None:
        """Look up once who the recipients of all these flows are."""
        self.on = on
        owed = Obligation.objects.select_related("community", "recipient", "payer").in_bulk(
            [row.key for row in facts[ObligationFact]]
        )
        flows = Disbursement.objects.select_related("community", "payee", "payer").in_bulk(
            [row.key for row in facts[PaymentFact]]
        )
        self.names: dict[str, tuple[str | None, str, str]] = {}
        for obligation in owed.values():
            payee = obligation.payee
            self.names[f"obligation/{obligation.pk}"] = (
                getattr(payee, "slug", None), str(payee), obligation.payer.name
            )  # fmt: skip
        for flow in flows.values():
            to = flow.community or flow.payee
            self.names[f"disbursement/{flow.pk}"] = (getattr(to, "slug", None), str(to), flow.payer.name)
        self.found: defaultdict[tuple[str | None, str, str], list[Json]] = defaultdict(list)
        self.settlements: defaultdict[tuple[str | None, str, str], list[Settlement]] = defaultdict(list)
        self.counted: set[str] = set()

    def settle(self, obligation: ObligationFact, payments: list[PaymentFact]) -> None:
        """Where the sum that was owed is now, in its own currency."""
        slug, name, _payer = self.names[obligation.record]
        same = [payment for payment in payments if payment.currency == obligation.currency]
        self.settlements[slug, name, obligation.currency].append(settle_obligation(obligation.amount, same))

    def add(
        self, obligation: ObligationFact | None, payment: PaymentFact | None, evidence: dict[str, list[Json]]
    ) -> None:
        """One line: what was due, and what each side says about one payment of it."""
        anchor = payment or obligation
        if anchor is None:
            return
        slug, name, payer = self.names[(obligation or anchor).record]
        first = obligation is not None and obligation.record not in self.counted
        if obligation:
            self.counted.add(obligation.record)
        state = state_of_payment(obligation, payment)
        self.found[slug, name, anchor.currency].append(
            {
                "record": payment.record if payment else anchor.record,
                "obligation": obligation.record if obligation else None,
                "payer": payer,
                "due_on": obligation.due_on if obligation else None,
                "due": obligation.amount if obligation and first else None,
                "paid_on": payment.paid_on if payment else None,
                "paid": payment.company_amount if payment else None,
                "received_on": payment.received_on if payment else None,
                "received": payment.recipient_amount if payment else None,
                "purpose": payment.purpose if payment else None,
                "state": state,
                "days_late": days_late(state, obligation, payment, self.on),
                "evidence": evidence.get(payment.record, []) if payment else [],
            }
        )

    def rows(self) -> list[Json]:
        """One row a recipient and currency, with where each sum is; None wherever nobody has said anything."""
        rows = []
        for key, payments in sorted(self.found.items(), key=lambda item: (item[0][1], item[0][2])):
            slug, name, currency = key
            payments.sort(key=lambda p: (p["due_on"] or p["paid_on"] or date.min, p["record"]))
            loose = [p for p in payments if p["due_on"] is None]
            rows.append(
                {"slug": slug, "name": name, "currency": currency}
                | sums_of(self.settlements[key], loose)
                | {"payments": payments}
            )
        return rows


def sums_of(settlements: list[Settlement], loose: list[Json]) -> Json:
    """The sums of one recipient: what was owed and where it is, and apart from it money beyond any obligation."""
    paid = known_sum(p["paid"] for p in loose)
    received = known_sum(p["received"] for p in loose)
    if not settlements:
        return {"promised": None, "paid": paid, "confirmed": received} | dict.fromkeys(
            (*PLACES, "beyond_paid", "beyond_confirmed"), ZERO
        )
    return {
        "promised": sum((one.due for one in settlements), ZERO),
        "paid": known_sum(one.paid for one in settlements),
        "confirmed": known_sum(one.confirmed for one in settlements),
        **{place: sum((getattr(one, place) for one in settlements), ZERO) for place in PLACES},
        "beyond_paid": sum((one.beyond_paid for one in settlements), paid or ZERO),
        "beyond_confirmed": sum((one.beyond_confirmed for one in settlements), received or ZERO),
    }


def state_of_payment(obligation: ObligationFact | None, payment: PaymentFact | None) -> str:
    """What is known of one payment: arrived, claimed, disputed, unpaid or unknown."""
    if payment is None:
        return "unknown"
    paid, received = payment.company_amount, payment.recipient_amount
    if paid:
        if received is None:
            return "claimed"
        return "arrived" if received >= paid else "disputed"
    if received:
        return "arrived"
    return "unpaid"


def days_late(state: str, obligation: ObligationFact | None, payment: PaymentFact | None, on: date) -> int | None:
    """Days after the due day: until it was paid, or until `on` where it was not; None where nobody knows."""
    if obligation is None or state == "unknown":
        return None
    if state == "unpaid":
        return max(0, (on - obligation.due_on).days)
    day = payment and (payment.paid_on or payment.received_on)
    return max(0, (day - obligation.due_on).days) if day else None


def totals_of(rows: list[Json]) -> list[Json]:
    """By currency: promised, paid, confirmed, where the rest is, and money beyond any obligation."""
    totals = []
    for currency in sorted({row["currency"] for row in rows}):
        same = [row for row in rows if row["currency"] == currency]
        owed = [row for row in same if row["promised"] is not None]
        loose = [row for row in same if row["promised"] is None] if owed else []
        counted = owed or same
        totals.append(
            {
                "currency": currency,
                **{name: known_sum(row[name] for row in counted) for name in ("promised", "paid", "confirmed")},
                **{place: sum((row[place] for row in counted), ZERO) for place in PLACES},
                "beyond_paid": sum(
                    (row["beyond_paid"] for row in counted), known_sum(r["paid"] for r in loose) or ZERO
                ),
                "beyond_confirmed": sum(
                    (row["beyond_confirmed"] for row in counted), known_sum(r["confirmed"] for r in loose) or ZERO
                ),
            }
        )
    return totals


def added(total: Decimal | None, more: Decimal | None) -> Decimal | None:
    """A sum of what is known; unknown where nothing is."""
    return total if more is None else (total or ZERO) + more


def purposes_of(payments: Iterable[PaymentFact]) -> list[Json]:
    """By purpose and currency: what the company says it paid, and what recipients confirm."""
    sums: dict[tuple[str, str], Json] = {}
    for payment in payments:
        purpose = payment.purpose or "unknown"
        row = sums.setdefault(
            (purpose, payment.currency),
            {
                "purpose": purpose,
                "currency": payment.currency,
                "promised": None,
                "paid": None,
                "confirmed": None,
            },
        )
        row["paid"] = added(row["paid"], payment.company_amount)
        row["confirmed"] = added(row["confirmed"], payment.recipient_amount)
    return [sums[key] for key in sorted(sums)]


def evidence_of(payments: Iterable[PaymentFact]) -> dict[str, list[Json]]:
    """The files behind the statements about each disbursement: name, kind, size and fingerprint, never the file."""
    flows = Disbursement.objects.filter(pk__in=[payment.key for payment in payments]).prefetch_related(
        "source__evidence", "statements__source__evidence"
    )
    found: dict[str, list[Json]] = {}
    for flow in flows:
        files = {
            file.pk: file
            for source in (flow.source, *(statement.source for statement in flow.statements.all()))
            for file in source.evidence.all()
        }
        found[f"disbursement/{flow.pk}"] = [
            {"name": f.name, "media_type": f.media_type, "size": f.size, "sha256": f.sha256} for f in files.values()
        ]
    return found
