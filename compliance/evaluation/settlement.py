"""What became of one sum that was owed: every sol of it is in exactly one place, and money beyond it stands apart."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from compliance.evaluation.canonical import ZERO
from compliance.evaluation.counted import recipient_counts, recipients_own
from compliance.evaluation.facts import PaymentFact


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlement:
    """One obligation: `confirmed`, `told`, `unanswered`, `disputed`, `unpaid` and `unknown` add up to `due`.

    `confirmed` is what the recipient states on paper, `told` what is said to have arrived without one. `paid` and
    `confirmed` are None where that side has said nothing of the kind; what exceeds the sum owed is in `beyond_…`.
    """

    due: Decimal
    paid: Decimal | None
    confirmed: Decimal | None
    told: Decimal
    unanswered: Decimal
    disputed: Decimal
    unpaid: Decimal
    unknown: Decimal
    beyond_paid: Decimal
    beyond_confirmed: Decimal


def settle_obligation(due: Decimal, payments: Iterable[PaymentFact]) -> Settlement:
    """Split a sum by what both sides say of its payments.

    Confirmed money counts first, then what is told without paper, then what the company says and nobody answered, then
    where the two differ. What is left is unpaid where somebody has said something about it, else unknown: silence is not
    a refusal.
    """
    rows = list(payments)
    stated = known_sum(row.company_amount for row in rows)
    received = [(row, recipients_own(row)) for row in rows]
    answered = known_sum(amount for row, amount in received if recipient_counts(row))
    confirmed = min(due, answered or ZERO)
    rest = due - confirmed
    told = min(rest, known_sum(amount for row, amount in received if not recipient_counts(row)) or ZERO)
    rest -= told
    claims = sum((row.company_amount or ZERO for row, amount in received if amount is None), ZERO)
    unanswered = max(ZERO, min(rest, claims))
    rest -= unanswered
    gaps = sum(
        (
            max(ZERO, row.company_amount - amount)
            for row, amount in received
            if row.company_amount is not None and amount is not None
        ),
        ZERO,
    )
    disputed = min(rest, gaps)
    rest -= disputed
    silent = stated is None and all(amount is None for _row, amount in received)
    return Settlement(
        due=due,
        paid=None if stated is None else min(due, stated),
        confirmed=None if answered is None else confirmed,
        told=told,
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
