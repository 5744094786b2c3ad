"""What was due in earlier years and is still open: it counts in every year until it is settled."""

from decimal import Decimal

from compliance.evaluation.canonical import ZERO
from compliance.evaluation.counted import counted
from compliance.evaluation.facts import CommitmentFact, Facts, ObligationFact, PaymentFact
from compliance.evaluation.settlement import known_sum


def only_open_arrears(facts: Facts) -> Facts:
    """The facts without what was due in earlier years and has been settled since.

    Settled is a debt of which as much is shown to be paid as was owed, whenever that was, and a promise that the
    community or the authority confirms. A bare word settles nothing. A row that is here by each of its two due days is
    settled by the same payments.
    """
    if not any(row.carried for row in facts.rows):
        return facts
    payments = facts[PaymentFact]
    once = {one.record: one for one in payments}.values()
    settled = {
        debt.record
        for debt in facts[ObligationFact]
        if debt.carried and _shown(debt, [one for one in once if one.obligation == debt.record]) >= debt.amount
    }
    left = {debt.record for debt in facts[ObligationFact] if debt.carried} - settled
    open_debts = (debt for debt in facts[ObligationFact] if not debt.carried or debt.record in left)
    return (
        facts.with_rows(ObligationFact, open_debts)
        .with_rows(PaymentFact, (one for one in payments if not one.carried or one.obligation in left))
        .with_rows(CommitmentFact, (one for one in facts[CommitmentFact] if not one.carried or not _kept(one)))
    )


def _shown(debt: ObligationFact, payments: list[PaymentFact]) -> Decimal:
    known = [counted(one, bare_words=False) for one in payments if one.currency == debt.currency]
    return known_sum(one.shown for one in known if one) or ZERO


def _kept(promise: CommitmentFact) -> bool:
    return "not_fulfilled" not in (promise.community_says, promise.authority_says) and promise.confirmed_on is not None
