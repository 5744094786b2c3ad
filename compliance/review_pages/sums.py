"""How the points add up: from the score of each fact over its policy to the whole, and what a cap takes off."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from compliance.evaluation.canonical import ZERO
from compliance.evaluation.framework import Framework
from compliance.evaluation.scoring import NOT_APPLICABLE


@dataclass(frozen=True)
class PolicySum:
    """What one policy adds to the whole."""

    name: dict[str, str]
    result: dict[str, Any]
    points: Decimal | None
    """its share of the whole; None where it has no score"""
    indicators: list[dict[str, Any]]


@dataclass(frozen=True)
class Sums:
    """The whole, policy by policy."""

    policies: list[PolicySum]
    uncapped: Decimal | None
    """what the policies add up to before any cap"""
    capped: bool


def add_up(framework: Framework, result: Mapping[str, Any]) -> Sums:
    """Weigh the sealed scores of the policies; those without a score leave their weight to the others."""
    names = {policy.code: dict(policy.names) for policy in framework.policies}
    scored = [row for row in result["policies"] if row["score"] is not None and Decimal(row["weight"]) > 0]
    weights = sum((Decimal(row["weight"]) for row in scored), ZERO)
    policies = [
        PolicySum(
            names[row["code"]],
            row,
            Decimal(row["weight"]) * Decimal(row["score"]) / weights if row in scored else None,
            [one for one in result["indicators"] if one["policy"] == row["code"] and one["state"] != NOT_APPLICABLE],
        )
        for row in result["policies"]
        if row["applicable"]
    ]
    points = [policy.points for policy in policies if policy.points is not None]
    uncapped = sum(points, ZERO) if points else None
    capped = bool(result["capped_by"]) and uncapped is not None and Decimal(result["score"] or 0) < uncapped
    return Sums(policies, uncapped, capped)
