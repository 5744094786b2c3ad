"""A policy framework: what is measured, from which level a project fails or passes, and who says so.

A framework is versioned data. Every number that decides a score names its source: a norm and an article,
with the days between which it is in force, or `policy: true` where it is our own default and no law. A
published score seals the framework that it used.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property, lru_cache
from typing import Any

import yaml

from compliance.evaluation import canonical
from compliance.evaluation.facts import columns_to_look_at

LANGUAGES = frozenset({"en", "es"})
RULE_KINDS = frozenset({"linear", "binary"})
MISSING_RULES = frozenset({"M0", "MX", "MB"})
PHASES = frozenset({"exploration", "development", "operation", "closure"})
OBLIGATION_LEVELS = frozenset({"legal", "required", "expected", "voluntary"})
HUNDRED = Decimal(100)

Texts = Mapping[str, str]
"""The same text by language code."""


class FrameworkError(ValueError):
    """A framework that cannot be used; the message names the place and what is wrong there."""


class NoRuleInForce(LookupError):
    """No value of a parameter was in force on the day asked for: the rule did not exist then."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Provision:
    """An article of a norm, and the days between which it is in force."""

    norm: str
    article: str
    valid_from: date
    valid_to: date | None = None
    policy: bool = False
    """true: a recommended default of this framework, not law"""

    def in_force(self, on: date) -> bool:
        """Whether it is in force on a day, first and last day included."""
        return self.valid_from <= on and (self.valid_to is None or on <= self.valid_to)


@dataclass(frozen=True, slots=True, kw_only=True)
class Source(Provision):
    """Where numbers come from."""

    covers: tuple[str, ...]
    """what it is the source of: rule, floor, ceiling, gate, weight, bands, minimum_coverage"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter(Provision):
    """One value of a legal or policy parameter, with its source."""

    name: str
    value: Decimal
    unit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """A grade and the lowest unrounded score that earns it; it ends just below the next one."""

    grade: str
    starts_at: Decimal
    names: Texts


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """One recommended policy, and its weight in the overall score."""

    code: str
    names: Texts
    weight: Decimal
    question: Texts | None = canonical.added(None)
    """what it asks, in plain words"""
    short_names: Texts | None = canonical.added(None)
    """one short word for the heads of narrow columns"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unmeasured:
    """An indicator that the recommended policies ask for and that this framework does not measure."""

    code: str
    policy: str
    names: Texts


@dataclass(frozen=True, slots=True, kw_only=True)
class Indicator:
    """One figure of a policy: how it is measured, what it is worth, and what missing data does to it."""

    code: str
    policy: str
    names: Texts
    help: Texts
    measure: str
    """name of the measure in `criteria.MEASURES`"""
    kind: str
    """linear: from the floor (0) to the ceiling (100); binary: 100 or 0"""
    unit: str
    missing: str
    """M0: unknown scores 0; MX: unknown is left out; MB: unknown withholds the grade"""
    floor: Decimal | None = None
    ceiling: Decimal | None = None
    gate: Decimal | None = None
    """the overall score cannot exceed this when the indicator is known to fail"""
    phases: tuple[str, ...] = ()
    """empty: all phases"""
    weight: Decimal = Decimal(1)
    obligation_level: str = "required"
    duty_bearer: str = "company"
    sources: tuple[Source, ...] = ()
    parameters: tuple[Parameter, ...] = ()
    section: str = canonical.added("")
    """the section of the public page that shows its records; empty: none"""

    def find(self, name: str, on: date, unit: str | None = None) -> Decimal | None:
        """Look up a value on a day, of one unit (a currency) if asked; None where there is none."""
        for parameter in self.parameters:
            if parameter.name == name and parameter.in_force(on) and unit in (None, parameter.unit):
                return parameter.value
        return None

    def parameter(self, name: str, on: date) -> Decimal:
        """Look up a value that the measure cannot do without."""
        value = self.find(name, on)
        if value is None:
            raise NoRuleInForce(f"{self.code}: no {name} in force on {on}")
        return value

    def applies_in(self, phases: Collection[str]) -> bool:
        """Whether the indicator applies to a project in these phases; unknown phases do not excuse it."""
        return not phases or not self.phases or not set(self.phases).isdisjoint(phases)

    def rule(self, on: date) -> "Rule":
        """The rule as it stood on a day: all that decides a score, with the sources and parameters in force."""
        return _rule(self, on)

    def __hash__(self) -> int:
        return hash((self.code, self.measure, self.policy))


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """An indicator's rule on one day, without its names: two are equal where they decide alike, from the same sources."""

    measure: str
    kind: str
    unit: str
    missing: str
    floor: Decimal | None
    ceiling: Decimal | None
    gate: Decimal | None
    weight: Decimal
    duty_bearer: str
    obligation_level: str
    sources: tuple[Source, ...]
    parameters: tuple[Parameter, ...]

    @property
    def decides(self) -> tuple[object, ...]:
        """What decides a score, without where it comes from."""
        values = sorted((one.name, one.unit, one.value) for one in self.parameters)
        return (
            *(self.measure, self.kind, self.unit, self.missing, self.floor, self.ceiling, self.gate, self.weight),
            *(self.duty_bearer, self.obligation_level, *values),
        )


@lru_cache(maxsize=4096)
def _rule(indicator: Indicator, on: date) -> Rule:
    return Rule(
        measure=indicator.measure,
        kind=indicator.kind,
        unit=indicator.unit,
        missing=indicator.missing,
        floor=indicator.floor,
        ceiling=indicator.ceiling,
        gate=indicator.gate,
        weight=indicator.weight,
        duty_bearer=indicator.duty_bearer,
        obligation_level=indicator.obligation_level,
        sources=tuple(source for source in indicator.sources if source.in_force(on)),
        parameters=tuple(parameter for parameter in indicator.parameters if parameter.in_force(on)),
    )


@dataclass(frozen=True, kw_only=True)
class Framework:
    """A version of a policy framework; a new version is a new one, never a change of the old."""

    code: str
    version: int
    names: Texts
    valid_from: date
    minimum_coverage: Decimal = Decimal(60)
    """percent of the applicable weight that must be known before a grade is shown"""
    bands: tuple[Band, ...]
    policies: tuple[Policy, ...]
    indicators: tuple[Indicator, ...]
    sources: tuple[Source, ...] = ()
    countries: tuple[str, ...] = canonical.added(())
    """ISO 3166 codes of the countries whose mines it judges; empty: of those that have no framework of their own"""
    looks_at: tuple[str, ...] = canonical.added(())
    """columns of facts that its measures look at, of those that not all look at (`facts.looked_at`)"""
    minimum_indicators: int = canonical.added(0)
    """a policy of which fewer indicators are measured gets no grade"""
    catalogue: tuple["Unmeasured", ...] = canonical.added(())
    """what the recommended policies ask besides, and nobody measures yet"""

    def __post_init__(self) -> None:
        ordered = tuple(sorted(self.bands, key=lambda band: band.starts_at, reverse=True))
        object.__setattr__(self, "bands", ordered)

    def __hash__(self) -> int:
        return hash((self.code, self.version))

    def grade(self, score: Decimal) -> str:
        """Name the band of an unrounded score; bands are half-open, so 74.6 is below 75."""
        for band in self.bands:
            if score >= band.starts_at:
                return band.grade
        return self.bands[-1].grade

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 of the sealed rules, by which scorecards and publications name them."""
        return canonical.digest(self)

    @property
    def reference(self) -> dict[str, Any]:
        """How a scorecard names its framework."""
        return {"code": self.code, "version": self.version, "sha256": self.fingerprint}

    def to_json(self) -> dict[str, Any]:
        """Spell the framework as it is sealed."""
        sealed: dict[str, Any] = canonical.plain(self)
        return sealed

    @property
    def not_looked_at(self) -> tuple[Unmeasured, ...]:
        """What of the catalogue no indicator measures."""
        return tuple(one for one in self.catalogue if one.code not in self._by_code)

    def indicator(self, code: str) -> Indicator:
        """The indicator of a code. Raises KeyError where there is none."""
        return self._by_code[code]

    @cached_property
    def _by_code(self) -> dict[str, Indicator]:
        return {indicator.code: indicator for indicator in self.indicators}

    @classmethod
    def from_json(cls, data: object) -> "Framework":
        """Read a sealed framework back; the result is equal to what was sealed."""
        return parse(data)


def load(text: str, measures: Collection[str] | None = None) -> Framework:
    """Read a framework from the YAML of one file that says all of it."""
    return parse(without_examples(read_yaml(text)), measures)


def read_yaml(text: str, name: str = "") -> dict[str, Any]:
    """The named values of a YAML text, every number kept as it is written; `name` stands before what is wrong."""
    try:
        data = yaml.load(text, Loader=_Plain)  # noqa: S506  (BaseLoader builds text, lists and mappings only)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        raise FrameworkError(f"{name}:{mark.line + 1 if mark else 1}: not readable as YAML: {error}") from error
    if not isinstance(data, dict):
        raise FrameworkError(f"{name}:1: expected named values")
    return data


def without_examples(data: dict[str, Any]) -> dict[str, Any]:
    """What of a file is rules: its worked examples are no part of them (`examples.read_examples`)."""
    for indicator in indicators_of(data):
        indicator.pop("examples", None)
    return data


def indicators_of(data: Any) -> list[dict[str, Any]]:
    """The indicators of a framework as it was read, as far as they are written as such."""
    found = data.get("indicators") if isinstance(data, dict) else None
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def parse(data: object, measures: Collection[str] | None = None, sections: Collection[str] | None = None) -> Framework:
    """Build and check a framework; with `measures` and `sections`, each indicator must name some of them."""
    try:
        framework = canonical.read(Framework, data, "framework")
    except ValueError as error:
        raise FrameworkError(str(error).removeprefix("framework.")) from error
    if problems := list(_problems(framework, measures, sections)):
        raise FrameworkError("; ".join(problems))
    return framework


class _Plain(yaml.BaseLoader):
    """Text, lists and mappings only: no floats, no implicit dates, and no key twice."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        keys = Counter(key.value for key, _ in node.value)
        if twice := [key for key, times in keys.items() if times > 1]:
            raise yaml.constructor.ConstructorError(None, None, f"{twice[0]} is written twice", node.start_mark)
        return super().construct_mapping(node, deep)


def _problems(
    framework: Framework, measures: Collection[str] | None, sections: Collection[str] | None
) -> Iterable[str]:
    yield from _twice("policy", (policy.code for policy in framework.policies))
    yield from _twice("indicator", (indicator.code for indicator in framework.indicators))
    yield from _twice("band", (band.grade for band in framework.bands))
    yield from _twice("band start", (str(band.starts_at) for band in framework.bands))
    yield from _untranslated("framework", framework.names)
    if framework.version < 1:
        yield "version counts from 1"
    if not 0 <= framework.minimum_coverage <= HUNDRED:
        yield "minimum_coverage is a percentage"
    if not framework.bands or framework.bands[-1].starts_at != 0:
        yield "the lowest band must start at 0"
    for band in framework.bands:
        yield from _untranslated(f"band {band.grade}", band.names)
    for policy in framework.policies:
        yield from _untranslated(policy.code, policy.names)
        for texts in (policy.question, policy.short_names):
            if texts is not None:
                yield from _untranslated(policy.code, texts)
        if policy.weight < 0:
            yield f"{policy.code}: the weight is negative"
    needed = {"bands", "minimum_coverage", "weight"} | (
        {"minimum_indicators"} if framework.minimum_indicators else set()
    )
    yield from _uncovered("framework", framework.sources, needed)
    policies = {policy.code for policy in framework.policies}
    for name in framework.looks_at:
        yield from _not_one_of("looks_at", "column", name, columns_to_look_at())
    yield from _twice("catalogue", (one.code for one in framework.catalogue))
    for one in framework.catalogue:
        yield from _untranslated(one.code, one.names)
        if one.policy not in policies:
            yield f"{one.code}: there is no policy {one.policy}"
    for indicator in framework.indicators:
        yield from _indicator_problems(indicator, policies, measures)
        if sections is not None and indicator.section and indicator.section not in sections:
            yield f"{indicator.code}: there is no section {indicator.section}"


def _indicator_problems(
    indicator: Indicator, policies: Collection[str], measures: Collection[str] | None
) -> Iterable[str]:
    code = indicator.code
    yield from _untranslated(code, indicator.names)
    yield from _untranslated(f"{code} help", indicator.help)
    if indicator.policy not in policies:
        yield f"{code}: there is no policy {indicator.policy}"
    if measures is not None and indicator.measure not in measures:
        yield f"{code}: there is no measure {indicator.measure}"
    yield from _not_one_of(code, "kind", indicator.kind, RULE_KINDS)
    yield from _not_one_of(code, "missing", indicator.missing, MISSING_RULES)
    yield from _not_one_of(code, "obligation_level", indicator.obligation_level, OBLIGATION_LEVELS)
    for phase in indicator.phases:
        yield from _not_one_of(code, "phase", phase, PHASES)
    if indicator.weight < 0:
        yield f"{code}: the weight is negative"
    if indicator.gate is not None and not 0 <= indicator.gate <= HUNDRED:
        yield f"{code}: the gate is a score between 0 and 100"
    if indicator.kind == "linear" and (indicator.floor is None or indicator.floor == indicator.ceiling):
        yield f"{code}: a linear indicator needs a floor and another ceiling"
    if indicator.kind == "linear" and indicator.ceiling is None:
        yield f"{code}: a linear indicator needs a ceiling"
    if indicator.kind == "binary" and (indicator.floor, indicator.ceiling) != (None, None):
        yield f"{code}: a binary indicator has neither floor nor ceiling"
    needed = {"floor", "ceiling"} if indicator.kind == "linear" else {"rule"}
    yield from _uncovered(code, indicator.sources, needed | ({"gate"} if indicator.gate is not None else set()))
    yield from _overlapping(code, indicator.parameters)


def _twice(what: str, codes: Iterable[str]) -> Iterable[str]:
    for code, times in Counter(codes).items():
        if times > 1:
            yield f"{what} {code} is listed {times} times"


def _not_one_of(code: str, what: str, value: str, allowed: Collection[str]) -> Iterable[str]:
    if value not in allowed:
        yield f"{code}: {what} {value} is none of {', '.join(sorted(allowed))}"


def _untranslated(where: str, texts: Texts) -> Iterable[str]:
    for language in sorted(LANGUAGES):
        if not texts.get(language, "").strip():
            yield f"{where}: no text in {language}"


def _uncovered(where: str, sources: Iterable[Source], needed: Collection[str]) -> Iterable[str]:
    covered = {part for source in sources for part in source.covers}
    for part in sorted(set(needed) - covered):
        yield f"{where}: no source for {part}"


def _overlapping(code: str, parameters: tuple[Parameter, ...]) -> Iterable[str]:
    for index, one in enumerate(parameters):
        if one.valid_to is not None and one.valid_to < one.valid_from:
            yield f"{code}: {one.name} ends before it starts"
        for other in parameters[index + 1 :]:
            same = (one.name, one.unit) == (other.name, other.unit)
            if same and (one.in_force(other.valid_from) or other.in_force(one.valid_from)):
                yield f"{code}: two values of {one.name} are in force on the same day"
