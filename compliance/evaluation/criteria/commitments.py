"""Commitments: whether promises were kept."""

from decimal import Decimal

from compliance.evaluation.criteria.measurement import Measurement
from compliance.evaluation.criteria.shares import Share
from compliance.evaluation.facts import CommitmentFact, Facts
from compliance.evaluation.framework import Indicator


def commitments_on_time(facts: Facts, indicator: Indicator) -> Measurement:
    """Share of the mandatory commitments due in the period that were fulfilled on time.

    Rule: fulfilled by the due date, as the community or the authority confirms ÷ due in the period. Where
    one of them says that it was not fulfilled, it was not. Voluntary commitments and the company's own word
    stand beside.
    Unit: percent. Source: D.S. 040-2014-EM arts. 57.3, 63; thresholds are policy.
    Missing: the company's word alone, a confirmation without a day, or silence is unknown: it does not
    count, and raises the best case. Where neither community nor authority has answered on any, the figure
    is unknown.
    """
    due = [promise for promise in facts.commitments if facts.covers(promise.due_on)]
    mandatory, voluntary, claimed = Share(), Share(), Share()
    missing, flags = set[str](), set[str]()
    for promise in due:
        kept = _fulfilled_on_time(promise)
        verdict = None if kept is None else Decimal(int(kept))
        if promise.voluntary:
            voluntary.add(Decimal(1), verdict)
            continue
        mandatory.add(Decimal(1), verdict)
        said_on = promise.company_says_fulfilled_on
        claimed.add(Decimal(1), None if said_on is None else Decimal(int(said_on <= promise.due_on)))
        if {promise.community_says, promise.authority_says} >= {"fulfilled", "not_fulfilled"}:
            flags.add("disputed")
        if kept is False and said_on is not None and said_on <= promise.due_on:
            flags.add("disputed")
        if kept is None:
            missing.add(_why_unknown(promise))
    if not mandatory.whole:
        missing.add("no-commitment-due")
    breakdown = tuple(
        share.part(name)
        for name, share in (("company", claimed), ("mandatory", mandatory), ("voluntary", voluntary))
        if share.whole
    )
    return mandatory.measurement(missing, due, flags=flags, breakdown=breakdown)


def _fulfilled_on_time(promise: CommitmentFact) -> bool | None:
    said = (promise.community_says, promise.authority_says)
    if "not_fulfilled" in said:
        return False
    if "fulfilled" not in said or promise.confirmed_on is None:
        return None
    return promise.confirmed_on <= promise.due_on


def _why_unknown(promise: CommitmentFact) -> str:
    if "fulfilled" in (promise.community_says, promise.authority_says):
        return "no-day-of-fulfilment"
    return "no-answer" if promise.company_says_fulfilled_on is None else "company-word-only"
