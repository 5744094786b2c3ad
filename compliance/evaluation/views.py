"""Views: the same outcomes rolled up again, by how far the law binds and by who owes what is asked.

What the State owes or promised counts neither for nor against a mine, and has a view of its own.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

from compliance.evaluation.criteria.completeness import STATE
from compliance.evaluation.facts import PUBLIC_BODIES, CommitmentFact, Facts, ObligationFact, PaymentFact, Row
from compliance.evaluation.framework import Framework, Rule
from compliance.evaluation.judgement import Judgement
from compliance.evaluation.scoring import judge, without

OWED: dict[str, type[Row]] = {
    "paid_against_due": ObligationFact,
    "days_late_so_far": ObligationFact,
    "commitments_on_time": CommitmentFact,
}
"""Measures of what somebody owes or promised, whoever it is, and in which table that stands."""


@dataclass(frozen=True, slots=True)
class View:
    """What a part of the indicators comes to, as if the others were not asked for."""

    name: str
    """what they have in common: an obligation level or a duty bearer"""
    judgement: Judgement


def by_obligation_level(judgement: Judgement) -> list[View]:
    """A view of each obligation level, in the order of the indicators; gates of other levels cap nothing in it."""
    return _views(judgement, lambda rule: rule.obligation_level)


def by_duty_bearer(judgement: Judgement) -> list[View]:
    """A view of each duty bearer, in the order of the indicators."""
    return _views(judgement, lambda rule: rule.duty_bearer)


def of_the_state(framework: Framework, facts: Facts) -> View | None:
    """What the State paid late or not and which promises it kept, by the rules for a mine; None where nothing is on record.

    No list names what the State owes, so only what is on record counts; what an authority says of a promise of the State
    is the promiser's own word, and the community decides.
    """
    debts = {one.record: replace(one, payer_is=None) for one in facts[ObligationFact] if one.payer_is in PUBLIC_BODIES}
    promises = [
        replace(one, promised_by="", authority_says=None) for one in facts[CommitmentFact] if one.promised_by == STATE
    ]
    if not debts and not promises:
        return None
    payments = [replace(one, payer_is=None) for one in facts[PaymentFact] if one.obligation in debts]
    of_state = (
        facts.with_rows(ObligationFact, debts.values())
        .with_rows(PaymentFact, payments)
        .with_rows(CommitmentFact, promises)
    )
    rules = tuple(
        replace(one, lists=()) for one in framework.indicators if one.measure in OWED and of_state[OWED[one.measure]]
    )
    return View(STATE, judge(replace(framework, indicators=rules), of_state))


def _views(judgement: Judgement, part_of: Callable[[Rule], str]) -> list[View]:
    parts = {outcome.code: part_of(outcome.rule) for outcome in judgement.outcomes}
    return [
        View(name, without(judgement, {code for code, part in parts.items() if part != name}))
        for name in dict.fromkeys(parts.values())
    ]
