"""What other versions of the rules would make of a scorecard, shown before a reviewer chooses them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from compliance.evaluation.facts import Facts
from compliance.evaluation.judgement import Judgement, Outcome, Override
from compliance.evaluation.scoring import judge
from compliance.evaluation.sealed import judgement_of, rules_of
from compliance.models import PolicyFramework, Scorecard
from compliance.review_pages.comparison import Comparison, compare
from compliance.services.reviews import rules_to_choose


@dataclass(frozen=True)
class OtherRules:
    """One other version, and what it would change."""

    framework: PolicyFramework
    result: Judgement
    added: list[Outcome]
    """indicators that the scorecard's own version does not have"""
    removed: list[Outcome]
    """indicators that only the scorecard's own version has"""
    changed: list[Comparison]
    """indicators that would come out otherwise"""


def other_rules(
    scorecard: Scorecard, facts: Facts, overrides: Sequence[Override], result: Judgement
) -> list[OtherRules]:
    """Judge the same facts by every other version that may judge the country; one query."""
    return [would_change(framework, scorecard, facts, overrides, result) for framework in rules_to_choose(scorecard)]


def would_change(
    framework: PolicyFramework, scorecard: Scorecard, facts: Facts, overrides: Sequence[Override], result: Judgement
) -> OtherRules:
    """What one version would change of a result; a reviewer's score holds where rule and outcome stay the same."""
    rules = rules_of(framework)
    computed, own = judge(rules, facts).by_code, judgement_of(scorecard).by_code
    kept = [one for one in overrides if own[one.indicator].says_the_same_as(computed.get(one.indicator))]
    other = judge(rules, facts, kept)
    now = result.by_code
    compared = [comparison for outcome in other.outcomes if (comparison := compare(now, outcome))]
    return OtherRules(
        framework=framework,
        result=other,
        added=[outcome for outcome in other.outcomes if outcome.code not in now],
        removed=[outcome for code, outcome in now.items() if code not in computed],
        changed=[comparison for comparison in compared if comparison.differs],
    )
