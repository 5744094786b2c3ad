"""What newer versions of the rules would make of a scorecard, shown before they come into force."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from compliance.evaluation.facts import Facts
from compliance.evaluation.judgement import Judgement, Outcome, Override
from compliance.evaluation.scoring import judge
from compliance.evaluation.sealed import rules_of
from compliance.models import PolicyFramework, Scorecard
from compliance.review_pages.comparison import Comparison, compare
from compliance.services.reviews import rules_to_choose


@dataclass(frozen=True)
class NewerRules:
    """One newer version, and what it would change."""

    framework: PolicyFramework
    result: Judgement
    added: list[Outcome]
    """indicators that the scorecard's own version does not have"""
    changed: list[Comparison]
    """indicators that would come out otherwise"""


def newer_rules(
    scorecard: Scorecard, facts: Facts, overrides: Sequence[Override], result: Judgement
) -> list[NewerRules]:
    """Judge the same facts, with the same reviewers' scores, by every newer version; one query."""
    return [would_change(framework, facts, overrides, result) for framework in rules_to_choose(scorecard)]


def would_change(
    framework: PolicyFramework, facts: Facts, overrides: Sequence[Override], result: Judgement
) -> NewerRules:
    """What one version would change of a result."""
    rules = rules_of(framework)
    known = {indicator.code for indicator in rules.indicators}
    newer = judge(rules, facts, [override for override in overrides if override.indicator in known])
    now = result.by_code
    compared = [comparison for outcome in newer.outcomes if (comparison := compare(now, outcome))]
    return NewerRules(
        framework=framework,
        result=newer,
        added=[outcome for outcome in newer.outcomes if outcome.code not in now],
        changed=[comparison for comparison in compared if comparison.differs],
    )
