"""What became of one sum that was owed: every sol of it is in exactly one place, and money beyond it stands apart."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from compliance.evaluation.canonical import ZERO
from compliance.evaluation.facts import PaymentFact


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlement:
    """One obligation: `confirmed`, `unanswered`, `disputed`, `unpaid` and `unknown` add up to `due`.

    `paid` and `confirmed` are None where that side has said nothing; what exceeds the sum owed is in `beyond_…`.
    """

    due: Decimal
    paid: Decimal | None
    confirmed: Decimal | None
    unanswered: Decimal
    disputed: Decimal
    unpaid: Decimal
    unknown: Decimal
    beyond_paid: Decimal
    beyond_confirmed: Decimal


def settle_obligation(due: Decimal, payments: Iterable[PaymentFact]) -> Settlement:
    """Split a sum by what both sides say of its payments.

    Confirmed money counts first, then what the company says and nobody answered, then where the two differ. What is
    left is unpaid where somebody has said something about it, else unknown: silence is not a refusal.
    """
    rows = list(payments)
    stated = known_sum(row.company_amount for row in rows)
    answered = known_sum(row.recipient_amount for row in rows)
    confirmed = min(due, answered or ZERO)
    rest = due - confirmed
    claims = sum((row.company_amount or ZERO for row in rows if row.recipient_amount is None), ZERO)
    unanswered = max(ZERO, min(rest, claims))
    rest -= unanswered
    gaps = sum(
        (
            max(ZERO, row.company_amount - row.recipient_amount)
            for row in rows
            if row.company_amount is not None and row.recipient_amount is not None
        ),
        ZERO,
    )
    disputed = min(rest, gaps)
    rest -= disputed
    silent = stated is None and answered is None
    return Settlement(
        due=due,
        paid=None if stated is None else min(due, stated),
        confirmed=None if answered is None else confirmed,
        unanswered=unanswered,
        disputed=disputed,
        unpaid=ZERO if silent else rest,
        unknown=rest if silent else ZERO,
        beyond_paid=max(ZERO, (stated or ZERO) - due),
        beyond_confirmed=max(ZERO, (answered or ZERO) - due),
    )


def known_sum(amounts: Iterable[Decimal | None]) -> Decimal | None:
    """The sum of what was said, never below nothing; None where nobody said anything."""
    said = [amount for amount in amounts if amount is not None]
    return max(ZERO, sum(said, ZERO)) if said else None
