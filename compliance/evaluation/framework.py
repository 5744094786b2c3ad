"""A policy framework: what is measured, from which level a project fails or passes, and who says so.

A framework is versioned data. Every number that decides a score names its source: a norm and an article,
with the days between which it is in force, or `policy: true` where it is our own default and no law. A
published score seals the framework that it used.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property, lru_cache
from typing import Any

import yaml

from compliance.evaluation import canonical
from compliance.evaluation.facts import LISTED, columns_to_look_at

LANGUAGES = frozenset({"en", "es"})
RULE_KINDS = frozenset({"linear", "binary"})
MISSING_RULES = frozenset({"M0", "MX", "MB"})
PHASES = frozenset({"exploration", "development", "operation", "closure"})
OBLIGATION_LEVELS = frozenset({"legal", "required", "expected", "voluntary"})
FIGURE, RANGE = "figure", "range"
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
class DatedNumber(Provision):
    """One value of a floor, ceiling, weight or gate that has days in force, with its source."""

    of: str
    """which number it is"""
    value: Decimal

    @property
    def source(self) -> Source:
        """Where it comes from."""
        return Source(
            norm=self.norm,
            article=self.article,
            valid_from=self.valid_from,
            valid_to=self.valid_to,
            policy=self.policy,
            covers=(self.of,),
        )


def days_of_change(numbers: Iterable[DatedNumber], since: date) -> tuple[date, ...]:
    """A day, and the later ones from which on another number is in force."""
    known = list(numbers)
    ends = (number.valid_to + timedelta(days=1) for number in known if number.valid_to is not None)
    return (since, *sorted(day for day in {*(number.valid_from for number in known), *ends} if day > since))


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
    dated: tuple[DatedNumber, ...] = canonical.added(())
    """its weights where they have days in force; the one of the day stands in place of `weight`"""
    question: Texts | None = canonical.added(None)
    """what it asks, in plain words"""
    short_names: Texts | None = canonical.added(None)
    """one short word for the heads of narrow columns"""

    def on(self, day: date) -> "Policy":
        """The policy with the weight of a day; 0 where none is in force."""
        return replace(self, **_numbers_on(self.dated, day))


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
    lists: tuple[str, ...] = canonical.added(())
    """tables of facts of which a list must say how many rows there are, or else its range opens"""
    basis: tuple[Provision, ...] = canonical.added(())
    """the statutes that ask for the thing itself, whoever set its number"""
    dated: tuple[DatedNumber, ...] = canonical.added(())
    """floors, ceilings, weights and gates that have days in force; those of the day stand in place of the others"""
    gaming: Texts | None = canonical.added(None)
    """how the figure can be made to look better than it is, and what is done about it"""

    @property
    def all_sources(self) -> tuple[Source, ...]:
        """Where its numbers come from, the dated ones with their days."""
        return self.sources + tuple(number.source for number in self.dated)

    def on(self, day: date) -> "Indicator":
        """The indicator with the numbers of a day: no floor, ceiling or gate, and no weight, where none is in force."""
        return _indicator_on(self, day) if self.dated else self

    def find(self, name: str, on: date, unit: str | None = None) -> Decimal | None:
        """Look up a value on a day, of one unit (a currency) if asked; None where there is none."""
        for parameter in self.parameters:
            if parameter.name == name and parameter.in_force(on) and unit in (None, parameter.unit):
                return parameter.value
        return None

    def asks(self, name: str, on: date) -> bool:
        """Whether a parameter that only says yes or no says yes on a day; not where there is none."""
        return bool(self.find(name, on))

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
    lists: tuple[str, ...] = canonical.added(())
    basis: tuple[Provision, ...] = field(default=(), compare=False)
    """the statutes in force that ask for the thing itself; they decide no score"""

    @property
    def in_force(self) -> bool:
        """Whether it has the numbers that a score needs."""
        return self.kind != "linear" or (self.floor is not None and self.ceiling is not None)

    @property
    def decides(self) -> tuple[object, ...]:
        """What decides a score, without where it comes from."""
        values = sorted((one.name, one.unit, one.value) for one in self.parameters)
        return (
            *(self.measure, self.kind, self.unit, self.missing, self.floor, self.ceiling, self.gate, self.weight),
            *(self.duty_bearer, self.obligation_level, self.lists, *values),
        )


@lru_cache(maxsize=4096)
def _rule(indicator: Indicator, on: date) -> Rule:
    then = indicator.on(on)
    return Rule(
        measure=then.measure,
        kind=then.kind,
        unit=then.unit,
        missing=then.missing,
        floor=then.floor,
        ceiling=then.ceiling,
        gate=then.gate,
        weight=then.weight,
        duty_bearer=then.duty_bearer,
        obligation_level=then.obligation_level,
        sources=tuple(source for source in then.all_sources if source.in_force(on)),
        parameters=tuple(parameter for parameter in then.parameters if parameter.in_force(on)),
        lists=then.lists,
        basis=tuple(provision for provision in then.basis if provision.in_force(on)),
    )


@lru_cache(maxsize=4096)
def _indicator_on(indicator: Indicator, day: date) -> Indicator:
    return replace(indicator, **_numbers_on(indicator.dated, day))


def _numbers_on(dated: tuple[DatedNumber, ...], day: date) -> dict[str, Any]:
    """The numbers of a day by name; of those that have none then, a weight is 0 and the others are not there."""
    none = {number.of: Decimal(0) if number.of == "weight" else None for number in dated}
    return none | {number.of: number.value for number in dated if number.in_force(day)}


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
    coverage_by: str = canonical.added(FIGURE)
    """figure: an indicator with a figure is known; range: as far as its range is closed"""
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
    def days_of_change(self) -> tuple[date, ...]:
        """The first day that it judges, and those from which on another number is in force."""
        numbers = [number for policy in self.policies for number in policy.dated]
        numbers += [number for indicator in self.indicators for number in indicator.dated]
        return days_of_change(numbers, self.valid_from)

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
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        if error.problem and "recursive node" in error.problem:
            raise FrameworkError(f"{name}:{line}: a node stands below itself, in a circle") from error
        raise FrameworkError(f"{name}:{line}: not readable as YAML: {error.problem}") from error
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise FrameworkError(f"{name}:{line}: not readable as YAML: {error.reason}") from error
    except RecursionError as error:
        raise FrameworkError(f"{name}:1: nested too deeply") from error
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
        framework = canonical.read(Framework, _with_dated_numbers(data), "framework")
    except ValueError as error:
        raise FrameworkError(str(error).removeprefix("framework.")) from error
    if problems := list(_problems(framework, measures, sections)):
        raise FrameworkError("; ".join(problems))
    return framework


DATED = {"policies": ("weight",), "indicators": ("floor", "ceiling", "weight", "gate")}
"""Which numbers may be written as a list of values with days in force."""


def _with_dated_numbers(data: object) -> object:
    """The values of a file, with numbers that are written as lists of dated values where a framework keeps them."""
    if not isinstance(data, Mapping):
        return data
    lists = {name: data[name] for name in DATED if isinstance(data.get(name), list)}
    return {**data, **{name: [_one_dated(one, DATED[name]) for one in found] for name, found in lists.items()}}


def _one_dated(member: object, names: Iterable[str]) -> object:
    if not isinstance(member, Mapping):
        return member
    lists = {name: member[name] for name in names if isinstance(member.get(name), list)}
    if not lists:
        return member
    read = [
        canonical.read(DatedNumber, {**one, "of": name} if isinstance(one, Mapping) else one, place)
        for name, found in lists.items()
        for place, one in ((f"{member.get('code')}.{name}[{index}]", one) for index, one in enumerate(found))
    ]
    undated = {name: "0" if name == "weight" else None for name in lists}
    return {**member, **undated, "dated": [*member.get("dated", ()), *read]}


class _Plain(yaml.BaseLoader):
    """Text, lists and mappings only: no floats, no implicit dates, and no key twice."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen = set[str]()
        for key in (key for key, _ in node.value if isinstance(key, yaml.ScalarNode)):
            if key.value in seen:
                raise yaml.constructor.ConstructorError(None, None, f"{key.value} is written twice", key.start_mark)
            seen.add(key.value)
        return super().construct_mapping(node, deep)


def _problems(
    framework: Framework, measures: Collection[str] | None, sections: Collection[str] | None
) -> Iterable[str]:
    yield from _twice("policy", ((policy.code, policy.code) for policy in framework.policies))
    yield from _twice("indicator", ((indicator.code, indicator.code) for indicator in framework.indicators))
    yield from _twice("band", ((band.grade, band.grade) for band in framework.bands))
    yield from _twice("band start", ((band.grade, str(band.starts_at)) for band in framework.bands))
    yield from _untranslated("names", framework.names)
    if framework.version < 1:
        yield "version counts from 1"
    if not 0 <= framework.minimum_coverage <= HUNDRED:
        yield "minimum_coverage is a percentage"
    if not framework.bands or framework.bands[-1].starts_at != 0:
        yield "bands: the lowest band must start at 0"
    for band in framework.bands:
        yield from _untranslated(f"{band.grade} band", band.names)
    for policy in framework.policies:
        yield from _untranslated(policy.code, policy.names)
        for texts in (policy.question, policy.short_names):
            if texts is not None:
                yield from _untranslated(policy.code, texts)
        if any(weight < 0 for weight in _values(policy, "weight")):
            yield f"{policy.code}: the weight is negative"
        yield from _dated_problems(policy, DATED["policies"])
    needed = {"bands", "minimum_coverage", "weight"} | (
        {"minimum_indicators"} if framework.minimum_indicators else set()
    )
    yield from _uncovered("framework", framework.sources, needed)
    policies = {policy.code for policy in framework.policies}
    yield from _not_one_of("framework", "coverage_by", framework.coverage_by, (FIGURE, RANGE))
    for name in framework.looks_at:
        yield from _not_one_of("looks_at", "column", name, columns_to_look_at())
    yield from _twice("catalogue", ((one.code, one.code) for one in framework.catalogue))
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
    if indicator.gaming is not None:
        yield from _untranslated(f"{code} gaming", indicator.gaming)
    if indicator.policy not in policies:
        yield f"{code}: there is no policy {indicator.policy}"
    if measures is not None and indicator.measure not in measures:
        yield f"{code}: there is no measure {indicator.measure}"
    yield from _not_one_of(code, "kind", indicator.kind, RULE_KINDS)
    yield from _not_one_of(code, "missing", indicator.missing, MISSING_RULES)
    yield from _not_one_of(code, "obligation_level", indicator.obligation_level, OBLIGATION_LEVELS)
    for phase in indicator.phases:
        yield from _not_one_of(code, "phase", phase, PHASES)
    floors, ceilings, gates = (_values(indicator, name) for name in ("floor", "ceiling", "gate"))
    if any(weight < 0 for weight in _values(indicator, "weight")):
        yield f"{code}: the weight is negative"
    if any(not 0 <= gate <= HUNDRED for gate in gates):
        yield f"{code}: the gate is a score between 0 and 100"
    if indicator.kind == "linear" and not ceilings:
        yield f"{code}: a linear indicator needs a ceiling"
    elif indicator.kind == "linear" and (not floors or _meet(indicator)):
        yield f"{code}: a linear indicator needs a floor and another ceiling"
    if indicator.kind == "binary" and (floors or ceilings):
        yield f"{code}: a binary indicator has neither floor nor ceiling"
    needed = {"floor", "ceiling"} if indicator.kind == "linear" else {"rule"}
    yield from _uncovered(code, indicator.all_sources, needed | ({"gate"} if gates else set()))
    yield from _overlapping(code, indicator.parameters)
    for table in indicator.lists:
        yield from _not_one_of(code, "lists", table, LISTED)
    yield from _dated_problems(indicator, DATED["indicators"])
    for provision in indicator.basis:
        if provision.policy:
            yield f"{code}: the basis is law, and {provision.norm}, {provision.article} says policy: true"
        if provision.valid_to is not None and provision.valid_to < provision.valid_from:
            yield f"{code}: {provision.norm}, {provision.article} ends before it starts"


def _twice(what: str, listed: Iterable[tuple[str, str]]) -> Iterable[str]:
    """What is listed more than once; each value comes with the code at whose line that is said."""
    places = defaultdict[str, list[str]](list)
    for code, value in listed:
        places[value].append(code)
    for value, codes in places.items():
        if len(codes) > 1:
            yield f"{codes[-1]}: {what} {value} is listed {len(codes)} times"


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


def _values(one: Indicator | Policy, name: str) -> list[Decimal]:
    """All values of a number: the dated ones, else the one that holds always."""
    dated = [number.value for number in one.dated if number.of == name]
    always = None if dated else getattr(one, name)
    return dated if always is None else [always]


def _dated_problems(one: Indicator | Policy, names: Collection[str]) -> Iterable[str]:
    for number in one.dated:
        yield from _not_one_of(one.code, "dated number", number.of, names)
    yield from _overlapping(one.code, one.dated)


def _meet(indicator: Indicator) -> bool:
    """Whether floor and ceiling are one number on any day."""
    days = {number.valid_from for number in indicator.dated} or {date.min}
    then = [indicator.on(day) for day in days]
    return any(one.floor == one.ceiling for one in then if one.floor is not None)


def _overlapping(code: str, values: Sequence[Parameter] | Sequence[DatedNumber]) -> Iterable[str]:
    names = [(one.name, one.unit) if isinstance(one, Parameter) else (one.of, "") for one in values]
    for index, (name, one) in enumerate(zip(names, values, strict=True)):
        if one.valid_to is not None and one.valid_to < one.valid_from:
            yield f"{code}: {name[0]} ends before it starts"
        for other_name, other in zip(names[index + 1 :], values[index + 1 :], strict=True):
            if name == other_name and (one.in_force(other.valid_from) or other.in_force(one.valid_from)):
                yield f"{code}: two values of {name[0]} are in force on the same day"
