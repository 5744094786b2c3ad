"""From measured figures to grades: scores, gates, coverage, and the range that the unknown leaves open.

Rules (domain.md, "The engine must therefore express"):

- A linear indicator scores from its floor (0) to its ceiling (100), a binary one 100 or 0.
- Unknown is not "not applicable". M0: unknown scores 0; MX: it is left out of the mean; MB: it is left out,
  and withholds the grade of its policy and of the whole. In all three it lowers the coverage.
- Not applicable (by phase, by rule, by a reviewer's exemption) leaves numerator and denominator at every
  level; the other weights carry the whole, and a policy without indicators disappears.
- Coverage is the known share of the applicable weight; below the framework's minimum there is no grade, "?". A
  policy of which fewer indicators are known than the framework's minimum has none either. By the framework's
  `coverage_by` an indicator is known where it has a figure, or as far as its range is closed: then a figure without
  any limit is unknown, and a reviewer's score on no facts is no knowledge.
- A gate that fails as it is shown, or counts as 0 because it is unknown, caps the overall score; one that could fail
  caps the worst case, and the best case is capped only where it fails even at best.
- Numbers and parameters are those in force on the last day of the period.
- worst <= score <= best, always; filling in what is unknown never leads outside them.

Pure: no clock, no settings, no database. The same facts and rules give the same judgement.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext
from typing import Any

from compliance.evaluation.canonical import EXACT, ZERO, settle
from compliance.evaluation.criteria import MEASURES
from compliance.evaluation.criteria.completeness import opened
from compliance.evaluation.criteria.measurement import Measurement
from compliance.evaluation.facts import ExemptionFact, Facts
from compliance.evaluation.framework import (
    HUNDRED,
    RANGE,
    Framework,
    FrameworkError,
    Indicator,
    NoRuleInForce,
    Policy,
    Rule,
)
from compliance.evaluation.judgement import (
    NOT_APPLICABLE,
    SCORED,
    UNKNOWN,
    WITHHELD,
    Judgement,
    Outcome,
    Override,
    PolicyResult,
)
from compliance.evaluation.words import EXEMPT, PHASE, RULE_NOT_IN_FORCE


def judge(framework: Framework, facts: Facts, overrides: Sequence[Override] = ()) -> Judgement:
    """Judge one project in one period: measure, score, and roll up."""
    given = _by_indicator(framework, overrides)
    with localcontext(EXACT):
        outcomes = tuple(
            _outcome(framework, indicator.on(facts.period_end), facts, given.get(indicator.code))
            for indicator in framework.indicators
        )
        return _roll_up(framework, facts, outcomes)


def without(judgement: Judgement, codes: Collection[str]) -> Judgement:
    """Roll the same outcomes up again, as if some indicators were not asked for."""
    with localcontext(EXACT):
        kept = tuple(outcome for outcome in judgement.outcomes if outcome.code not in codes)
        return _roll_up(judgement.framework, judgement, kept)


def linear_score(value: Decimal, floor: Decimal, ceiling: Decimal) -> Decimal:
    """Score a value from the floor (0) to the ceiling (100); less is better where the ceiling is lower."""
    with localcontext(EXACT):
        return min(max(settle(HUNDRED * (value - floor) / (ceiling - floor)), ZERO), HUNDRED)


def _by_indicator(framework: Framework, overrides: Sequence[Override]) -> dict[str, Override]:
    given = {override.indicator: override for override in overrides}
    if len(given) < len(overrides):
        raise ValueError("an indicator is overridden twice")
    if strangers := given.keys() - {indicator.code for indicator in framework.indicators}:
        raise ValueError(f"{framework.code} has no {', '.join(sorted(strangers))} to override")
    return given


# One indicator


def _outcome(framework: Framework, indicator: Indicator, facts: Facts, override: Override | None) -> Outcome:
    rule = indicator.rule(facts.period_end)
    excused = _not_applicable(indicator, facts, override, rule)
    if excused:
        return excused
    try:
        if not rule.in_force:
            raise NoRuleInForce(f"{indicator.code}: no floor and ceiling in force on {facts.period_end}")
        measured = opened(facts, indicator, _measure(indicator)(facts, indicator))
    except NoRuleInForce:
        measured = Measurement(unit=indicator.unit, applicable=False, reason=RULE_NOT_IN_FORCE)
    if not measured.applicable:
        return Outcome(
            indicator=indicator,
            state=NOT_APPLICABLE,
            reason=measured.reason,
            measured=measured,
            override=override,
            rule=rule,
        )
    computed, worst, best = _computed(indicator, measured)
    coverage = HUNDRED if computed is not None or override is not None else ZERO
    if framework.coverage_by == RANGE:
        coverage = HUNDRED - (best - worst)
        computed = computed if indicator.kind == "binary" or measured.bounded else None
    state = SCORED if computed is not None else UNKNOWN
    score = computed
    if override is not None:
        state, score = SCORED, override.score
        worst = best = override.score
    elif state == UNKNOWN and indicator.missing == "M0":
        score = ZERO
    return Outcome(
        indicator=indicator,
        state=state,
        measured=measured,
        computed_score=computed,
        score=score,
        worst=worst,
        best=best,
        grade=framework.grade(score) if state == SCORED and score is not None else WITHHELD,
        override=override,
        coverage=coverage,
        rule=rule,
    )


def _not_applicable(indicator: Indicator, facts: Facts, override: Override | None, rule: Rule) -> Outcome | None:
    exempted = next((row for row in facts[ExemptionFact] if row.indicator == indicator.code), None)
    if exempted is None and indicator.applies_in(facts.phases):
        return None
    return Outcome(
        indicator=indicator,
        state=NOT_APPLICABLE,
        reason=EXEMPT if exempted else PHASE,
        explanation=exempted.reason if exempted else "",
        measured=Measurement(unit=indicator.unit, records=(exempted.record,) if exempted else ()),
        override=override,
        rule=rule,
    )


def _measure(indicator: Indicator) -> Any:
    try:
        return MEASURES[indicator.measure]
    except KeyError:
        raise FrameworkError(f"{indicator.code}: there is no measure {indicator.measure}") from None


def _computed(indicator: Indicator, measured: Measurement) -> tuple[Decimal | None, Decimal, Decimal]:
    """The computed score, if known, with the worst and the best that it could turn out to be."""
    if indicator.kind == "binary":
        if measured.passes is None:
            return None, ZERO, HUNDRED
        score = HUNDRED if measured.passes else ZERO
        return score, score, score
    floor, ceiling = indicator.floor, indicator.ceiling
    if floor is None or ceiling is None:
        raise FrameworkError(f"{indicator.code}: a linear indicator needs a floor and a ceiling")
    points: dict[Decimal | None, Decimal] = {
        number: linear_score(number, floor, ceiling)
        for number in {measured.value, measured.low, measured.high}
        if number is not None
    }
    found = None if measured.value is None else min(points[measured.value], measured.score_at_most)
    at_low, at_high = points.get(measured.low), points.get(measured.high)
    bad, good = (at_low, at_high) if floor < ceiling else (at_high, at_low)
    scores = [] if found is None else [found]
    return (
        found,
        ZERO if bad is None else min([bad, *scores]),
        HUNDRED if good is None else max([good, *scores]),
    )


# Policies and the whole


@dataclass(frozen=True, slots=True)
class _Weighed:
    """Anything with a weight in a mean."""

    weight: Decimal
    score: Decimal | None
    unweighted: Decimal | None
    worst: Decimal
    best: Decimal
    coverage: Decimal


def _roll_up(framework: Framework, facts: Facts | Judgement, outcomes: tuple[Outcome, ...]) -> Judgement:
    policies = [policy.on(facts.period_end) for policy in framework.policies]
    results = tuple(_policy_result(framework, policy, outcomes) for policy in policies)
    counting = [
        _Weighed(result.policy.weight, result.score, result.unweighted, result.worst, result.best, result.coverage)
        for result in results
        if result.worst is not None
        and result.best is not None
        and result.coverage is not None
        and result.policy.weight > 0
    ]
    whole = _mean_of(counting)
    gates = [outcome for outcome in outcomes if outcome.indicator.gate is not None and outcome.applicable]
    failed = [gate for gate in gates if gate.fails]
    cap = _cap(failed)
    blocked_by = tuple(outcome.code for outcome in outcomes if outcome.blocks)
    score, unweighted = _at_most(whole.score, cap), _at_most(whole.unweighted, cap)
    worst = _at_most(whole.worst, _cap(gate for gate in gates if gate.fails_at_ends[0]))
    best = _at_most(whole.best, _cap(gate for gate in gates if gate.fails_at_ends[1]))
    return Judgement(
        framework=framework,
        project=facts.project,
        year=facts.year,
        period_start=facts.period_start,
        period_end=facts.period_end,
        outcomes=outcomes,
        policies=results,
        score=score,
        unweighted=unweighted,
        worst=worst,
        best=best,
        coverage=whole.coverage,
        grade=_grade(framework, score, whole.coverage, blocked_by),
        grade_worst=None if worst is None else framework.grade(worst),
        grade_best=None if best is None else framework.grade(best),
        capped_by=tuple(gate.code for gate in failed),
        blocked_by=blocked_by,
    )


def _policy_result(framework: Framework, policy: Policy, outcomes: Iterable[Outcome]) -> PolicyResult:
    applicable = [outcome for outcome in outcomes if outcome.indicator.policy == policy.code and outcome.applicable]
    counting = [
        _Weighed(
            outcome.indicator.weight,
            outcome.score,
            outcome.score,
            outcome.worst,
            outcome.best,
            _coverage(framework, outcome),
        )
        for outcome in applicable
        if outcome.worst is not None and outcome.best is not None and outcome.indicator.weight > 0
    ]
    mean = _mean_of(counting)
    blocked_by = tuple(outcome.code for outcome in applicable if outcome.blocks)
    known = sum(outcome.known for outcome in applicable)
    enough = not applicable or known >= framework.minimum_indicators
    return PolicyResult(
        policy=policy,
        score=mean.score,
        unweighted=mean.unweighted,
        worst=mean.worst,
        best=mean.best,
        coverage=mean.coverage,
        grade=_grade(framework, mean.score, mean.coverage, blocked_by) if enough else WITHHELD,
        grade_worst=None if mean.worst is None else framework.grade(mean.worst),
        grade_best=None if mean.best is None else framework.grade(mean.best),
        known=known,
        applicable=len(applicable),
        blocked_by=blocked_by,
    )


def _coverage(framework: Framework, outcome: Outcome) -> Decimal:
    """How much of an outcome is known; of one that is read back, as far as its range tells it."""
    if outcome.coverage is not None:
        return outcome.coverage
    if (
        framework.coverage_by == RANGE
        and outcome.override is None
        and outcome.worst is not None
        and outcome.best is not None
    ):
        return HUNDRED - (outcome.best - outcome.worst)
    return HUNDRED if outcome.known else ZERO


@dataclass(frozen=True, slots=True)
class _Mean:
    score: Decimal | None
    unweighted: Decimal | None
    worst: Decimal | None
    best: Decimal | None
    coverage: Decimal | None


def _mean_of(parts: Sequence[_Weighed]) -> _Mean:
    """Weigh the parts: the score over those that have one, the range and the coverage over all."""
    scored = [(part.weight, part.score) for part in parts if part.score is not None]
    return _Mean(
        score=_mean(scored),
        unweighted=_mean([(Decimal(1), part.unweighted) for part in parts if part.unweighted is not None]),
        worst=_mean([(part.weight, part.worst) for part in parts]),
        best=_mean([(part.weight, part.best) for part in parts]),
        coverage=_mean([(part.weight, part.coverage) for part in parts]),
    )


def _mean(weighed: Sequence[tuple[Decimal, Decimal]]) -> Decimal | None:
    if not weighed:
        return None
    total = sum((weight for weight, _ in weighed), ZERO)
    return settle(sum((weight * number for weight, number in weighed), ZERO) / total)


def _cap(failed: Iterable[Outcome]) -> Decimal:
    """The lowest cap of failed gates; the whole scale where there is none."""
    return min((gate.indicator.gate for gate in failed if gate.indicator.gate is not None), default=HUNDRED)


def _at_most(number: Decimal | None, cap: Decimal) -> Decimal | None:
    return None if number is None else min(number, cap)


def _grade(
    framework: Framework, score: Decimal | None, coverage: Decimal | None, blocked_by: tuple[str, ...]
) -> str | None:
    if coverage is None:
        return None
    if score is None or blocked_by or coverage < framework.minimum_coverage:
        return WITHHELD
    return framework.grade(score)
