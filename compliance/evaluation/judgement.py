"""What judging came to: one outcome an indicator, one result a policy, and the whole; as computed and as sealed.

Sealed judgements are read here and nowhere else, with the rules that they were made by: a scorecard names its
framework by fingerprint and does not repeat its text. Judgements sealed before that repeat each rule under `rule`,
which says what the framework says and is passed over.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from compliance.evaluation import canonical
from compliance.evaluation.criteria.measurement import Measurement, Part
from compliance.evaluation.framework import HUNDRED, Framework, Indicator, Policy, Rule
from compliance.evaluation.words import RULE_NOT_IN_FORCE

SCORED = "scored"
UNKNOWN = "unknown"
NOT_APPLICABLE = "not_applicable"

WITHHELD = "?"
"""The grade of what is applicable and too little known."""

Json = Mapping[str, Any]
MEASURED = (
    "value",
    "numerator",
    "denominator",
    "low",
    "high",
    "passes",
    "score_at_most",
    "missing",
    "flags",
    "records",
    "breakdown",
    "decided_by",
)
"""What an outcome seals of its measurement, under the same names."""
RESULT_NUMBERS = ("score", "unweighted", "worst", "best", "coverage")
RESULT_GRADES = ("grade", "grade_worst", "grade_best")
"""What a policy and the whole seal alike."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Override:
    """A reviewer's score in place of the computed one, with the reason that is published beside it."""

    indicator: str
    score: Decimal
    reason: str

    def __post_init__(self) -> None:
        if not 0 <= self.score <= HUNDRED:
            raise ValueError(f"{self.indicator}: an override is a score between 0 and 100, not {self.score}")
        if not self.reason.strip():
            raise ValueError(f"{self.indicator}: an override needs a reason")


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What one indicator came to, and everything that it was made of."""

    indicator: Indicator
    rule: Rule
    """the indicator's rule as it stood on the last day of the period"""
    state: str
    """scored, unknown or not_applicable"""
    reason: str = ""
    """why it is not applicable: phase, exempt, rule-not-in-force, or the measure's own code"""
    explanation: str = ""
    """the published reason of an exemption"""
    measured: Measurement
    computed_score: Decimal | None = None
    score: Decimal | None = None
    """what counts: the override, else the computed score; None is left out of the mean"""
    worst: Decimal | None = None
    best: Decimal | None = None
    grade: str | None = None
    override: Override | None = None
    coverage: Decimal | None = None
    """percent of it that is known, by the framework's `coverage_by`; None in what is read back: it is not sealed"""

    @property
    def code(self) -> str:
        """The indicator's code."""
        return self.indicator.code

    @property
    def applicable(self) -> bool:
        """Whether it counts in numerator and denominator."""
        return self.state != NOT_APPLICABLE

    @property
    def carries_weight(self) -> bool:
        """Whether the result may depend on it, by its weight or as a gate."""
        return self.applicable and (self.indicator.weight > 0 or self.indicator.gate is not None)

    @property
    def overridden(self) -> bool:
        """Whether a reviewer's score counts in place of the computed one; nothing brings back what does not apply."""
        return self.override is not None and self.applicable

    @property
    def lifts_its_gate(self) -> bool:
        """Whether it is a gate that holds nothing down, because its rule or its cap was not in force."""
        gated = self.indicator.gate is not None or any(number.of == "gate" for number in self.indicator.dated)
        return gated and (self.indicator.gate is None or self.reason == RULE_NOT_IN_FORCE)

    @property
    def known(self) -> bool:
        """Whether it counts in the coverage."""
        return self.state == SCORED

    @property
    def known_score(self) -> Decimal | None:
        """The score of what is known; None where it is unknown, whatever it counts as."""
        return self.score if self.known else None

    @property
    def blocks(self) -> bool:
        """Whether it withholds the grade of its policy and of the whole."""
        return self.state == UNKNOWN and self.indicator.missing == "MB" and self.indicator.weight > 0

    @property
    def fails(self) -> bool | None:
        """Whether the rule is broken as it is shown: a binary one not fully kept, a linear one short of its floor.

        So is one that counts as 0 because nothing is known of it, and a linear one where a reviewer's score is 0. None
        where it may be either.
        """
        if self.state == UNKNOWN and self.indicator.missing == "M0":
            return True
        if self.state != SCORED or self.score is None:
            return None
        if self.indicator.kind == "binary":
            return self.score < HUNDRED
        return self.score <= 0 if self.override is not None else self._short_of_floor(self.measured.value)

    @property
    def fails_at_ends(self) -> tuple[bool, bool]:
        """Whether the rule is broken at worst, and at best; what is unknown breaks it at worst alone."""
        fails = self.fails
        if self.indicator.kind == "binary" or self.override is not None:
            return fails is not False, bool(fails) and self.state == SCORED
        short = {self._short_of_floor(self.measured.low), self._short_of_floor(self.measured.high)}
        return bool(fails) or short != {False}, bool(fails) and short == {True}

    def _short_of_floor(self, number: Decimal | None) -> bool | None:
        """Whether a figure of a linear rule is short of its floor; None where there is no figure."""
        floor, ceiling = self.rule.floor, self.rule.ceiling
        if number is None or floor is None or ceiling is None:
            return None
        return number < floor if floor < ceiling else number > floor

    def says_the_same_as(self, other: "Outcome | None") -> bool:
        """Whether rule and result are the same to the letter, whichever version of the framework holds the rule."""
        return other is not None and self.rule == other.rule and self.to_json() == other.to_json()

    def to_json(self) -> dict[str, Any]:
        """Spell the outcome as a scorecard seals it; its rule stands in the framework."""
        measured = self.measured
        return {
            "code": self.code,
            "policy": self.indicator.policy,
            "state": self.state,
            "reason": self.reason,
            "explanation": canonical.plain(self.explanation),
            "unit": self.indicator.unit,
            "value": _text(measured.value),
            "numerator": _text(measured.numerator),
            "denominator": _text(measured.denominator),
            "low": _text(measured.low),
            "high": _text(measured.high),
            "passes": measured.passes,
            "score_at_most": _text(measured.score_at_most),
            "score": _text(self.score),
            "computed_score": _text(self.computed_score),
            "worst": _text(self.worst),
            "best": _text(self.best),
            "grade": self.grade,
            "missing": list(measured.missing),
            "flags": list(measured.flags),
            "records": canonical.plain(measured.records),
            "breakdown": [_part_json(part) for part in measured.breakdown],
            "decided_by": canonical.plain(measured.decided_by),
            "override": canonical.plain(self.override) if self.override else None,
        }

    @classmethod
    def from_json(cls, data: Json, indicator: Indicator, on: date) -> "Outcome":
        """Read a sealed outcome by the rule that it was made by; `on` is the last day of its period."""
        applicable = data["state"] != NOT_APPLICABLE
        measured = {name: data[name] for name in MEASURED} | {"unit": data["unit"], "applicable": applicable}
        return cls(
            indicator=indicator,
            rule=indicator.rule(on),
            state=data["state"],
            reason=data["reason"],
            explanation=data["explanation"],
            measured=canonical.read(Measurement, measured, data["code"]),
            computed_score=_number(data["computed_score"]),
            score=_number(data["score"]),
            worst=_number(data["worst"]),
            best=_number(data["best"]),
            grade=data["grade"],
            override=canonical.read(Override, data["override"]) if data["override"] else None,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyResult:
    """What one policy came to."""

    policy: Policy
    score: Decimal | None
    unweighted: Decimal | None
    worst: Decimal | None
    best: Decimal | None
    coverage: Decimal | None
    grade: str | None
    grade_worst: str | None
    grade_best: str | None
    known: int
    applicable: int
    blocked_by: tuple[str, ...]

    @property
    def code(self) -> str:
        """The policy's code."""
        return self.policy.code

    def to_json(self) -> dict[str, Any]:
        """Spell the result as a scorecard seals it."""
        return _result_json(self) | {
            "code": self.code,
            "weight": _text(self.policy.weight),
            "known": self.known,
            "applicable": self.applicable,
            "blocked_by": list(self.blocked_by),
        }

    @classmethod
    def from_json(cls, data: Json, policy: Policy) -> "PolicyResult":
        """Read a sealed result."""
        return cls(
            policy=policy,
            known=data["known"],
            applicable=data["applicable"],
            blocked_by=tuple(data["blocked_by"]),
            **_result_of(data),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """One project in one period against one version of a framework."""

    framework: Framework
    project: str
    year: int
    period_start: date
    period_end: date
    outcomes: tuple[Outcome, ...]
    policies: tuple[PolicyResult, ...]
    score: Decimal | None
    unweighted: Decimal | None
    worst: Decimal | None
    best: Decimal | None
    coverage: Decimal | None
    """percent of the applicable weight that is known; None where nothing applies"""
    grade: str | None
    """a band, "?" where too little is known, None where nothing applies"""
    grade_worst: str | None
    grade_best: str | None
    capped_by: tuple[str, ...]
    blocked_by: tuple[str, ...]

    @property
    def by_code(self) -> dict[str, Outcome]:
        """The outcomes by the codes of their indicators."""
        return {outcome.code: outcome for outcome in self.outcomes}

    def outcome(self, code: str) -> Outcome:
        """Find the outcome of one indicator."""
        return next(outcome for outcome in self.outcomes if outcome.code == code)

    def policy(self, code: str) -> PolicyResult:
        """Find the result of one policy."""
        return next(result for result in self.policies if result.code == code)

    def outcomes_of(self, policy: str) -> list[Outcome]:
        """The outcomes of one policy's indicators."""
        return [outcome for outcome in self.outcomes if outcome.indicator.policy == policy]

    def to_json(self) -> dict[str, Any]:
        """Spell the judgement as a scorecard seals it, unrounded, with its framework by fingerprint."""
        return _result_json(self) | {
            "framework": self.framework.reference,
            "project": self.project,
            "year": self.year,
            "period": {"start": self.period_start.isoformat(), "end": self.period_end.isoformat()},
            "capped_by": list(self.capped_by),
            "blocked_by": list(self.blocked_by),
            "policies": [result.to_json() for result in self.policies],
            "indicators": [outcome.to_json() for outcome in self.outcomes],
        }

    @classmethod
    def from_json(cls, data: Json, framework: Framework) -> "Judgement":
        """Read a sealed judgement by the framework that it names.

        Raises ValueError where it names another framework, or an indicator that the framework does not have.
        """
        named = data["framework"]
        if {**framework.reference, **named} != framework.reference:
            raise ValueError(f"sealed by {named}, not by {framework.reference}")
        end = date.fromisoformat(data["period"]["end"])
        indicators = {indicator.code: indicator.on(end) for indicator in framework.indicators}
        policies = {policy.code: policy.on(end) for policy in framework.policies}
        if strangers := {row["code"] for row in data["indicators"]} - indicators.keys():
            raise ValueError(f"{framework.code} has no {', '.join(sorted(strangers))}")
        return cls(
            framework=framework,
            project=data["project"],
            year=data["year"],
            period_start=date.fromisoformat(data["period"]["start"]),
            period_end=end,
            outcomes=tuple(Outcome.from_json(row, indicators[row["code"]], end) for row in data["indicators"]),
            policies=tuple(PolicyResult.from_json(row, policies[row["code"]]) for row in data["policies"]),
            capped_by=tuple(data["capped_by"]),
            blocked_by=tuple(data["blocked_by"]),
            **_result_of(data),
        )


def _result_json(result: Judgement | PolicyResult) -> dict[str, Any]:
    numbers = {name: _text(getattr(result, name)) for name in RESULT_NUMBERS}
    return numbers | {name: getattr(result, name) for name in RESULT_GRADES}


def _result_of(data: Json) -> dict[str, Any]:
    numbers = {name: _number(data[name]) for name in RESULT_NUMBERS}
    return numbers | {name: data[name] for name in RESULT_GRADES}


def _number(text: str | None) -> Decimal | None:
    try:
        return None if text is None else Decimal(text)
    except InvalidOperation as error:
        raise ValueError(f"{text!r} is no number") from error


def _text(number: Decimal | None) -> str | None:
    return None if number is None else canonical.spell(number)


def _part_json(part: Part) -> dict[str, Any]:
    return {
        "name": canonical.plain(part.name),
        "value": _text(part.value),
        "low": _text(part.low),
        "high": _text(part.high),
        "numerator": _text(part.numerator),
        "denominator": _text(part.denominator),
    }
