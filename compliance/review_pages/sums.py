"""How the points add up: from the score of each fact over its policy to the whole, and what a cap takes off."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from compliance.evaluation.canonical import ZERO
from compliance.evaluation.judgement import Judgement, Outcome, PolicyResult


@dataclass(frozen=True)
class PolicySum:
    """What one policy adds to the whole."""

    result: PolicyResult
    points: Decimal | None
    """its share of the whole; None where it has no score"""
    indicators: list[Outcome]


@dataclass(frozen=True)
class Sums:
    """The whole, policy by policy."""

    policies: list[PolicySum]
    uncapped: Decimal | None
    """what the policies add up to before any cap"""
    capped: bool


def add_up(judgement: Judgement) -> Sums:
    """Weigh the scores of the policies; those without a score leave their weight to the others."""
    scored = [one for one in judgement.policies if one.score is not None and one.policy.weight > 0]
    weights = sum((one.policy.weight for one in scored), ZERO)
    policies = [
        PolicySum(
            result=one,
            points=one.policy.weight * (one.score or ZERO) / weights if one in scored else None,
            indicators=[outcome for outcome in judgement.outcomes_of(one.code) if outcome.applicable],
        )
        for one in judgement.policies
        if one.applicable
    ]
    points = [policy.points for policy in policies if policy.points is not None]
    uncapped = sum(points, ZERO) if points else None
    capped = bool(judgement.capped_by) and uncapped is not None and (judgement.score or ZERO) < uncapped
    return Sums(policies, uncapped, capped)
