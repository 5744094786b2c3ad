"""What a file of rules must not say, though it can be read: what is misspelt, undated, or can decide nothing.

Only files are asked so (`framework_files.read_folder`, `trees.reading`): what was sealed before is read as it was
sealed. Each problem begins with its place, from which the line of the file is found.
"""

from collections.abc import Collection, Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal

from compliance.evaluation.canonical import ZERO
from compliance.evaluation.criteria.registry import Measure
from compliance.evaluation.framework import HUNDRED, Framework, Indicator, Policy, Provision
from compliance.evaluation.judgement import WITHHELD
from compliance.evaluation.trees.rules import Node
from compliance.evaluation.words import PERCENT

DUTY_BEARERS = frozenset({"company", "fund", "municipality", "state"})
"""Who can owe what an indicator asks."""


def problems_of(framework: Framework, measures: Mapping[str, Measure]) -> Iterator[str]:
    """Every mistake that would change a grade in silence, with its place and reason."""
    for band in framework.bands:
        if not ZERO <= band.starts_at <= HUNDRED:
            yield f"{band.grade}.starts_at: a band starts between 0 and 100 points, not at {band.starts_at}"
        if len(band.grade) != 1 or band.grade == WITHHELD:
            yield f"{band.grade}: a grade is one letter, and {WITHHELD} stands for what is not graded; names say the rest"
    for day in framework.days_of_change:
        yield from _weightless(framework, day)
    for indicator in framework.indicators:
        if indicator.duty_bearer not in DUTY_BEARERS:
            known = ", ".join(sorted(DUTY_BEARERS))
            yield f"{indicator.code}.duty_bearer: {indicator.duty_bearer} is none of {known}"
        if indicator.measure in measures:
            measure = measures[indicator.measure]
            yield from _beyond_the_scale(indicator, measure)
            for place, reason in problems_of_parameters(indicator, measure, framework.valid_from):
                yield f"{indicator.code}.{place}: {reason}"
        yield from _undated(indicator, framework.valid_from)
    for policy in framework.policies:
        yield from _undated(policy, framework.valid_from)


def _weightless(framework: Framework, day: date) -> Iterator[str]:
    if not any(policy.on(day).weight for policy in framework.policies):
        yield f"policies: no policy carries weight on {day}, so there would be no grade"
    for policy in framework.policies:
        if not any(one.on(day).weight for one in framework.indicators if one.policy == policy.code):
            yield f"{policy.code}: none of its indicators carries weight on {day}, so it would have no grade"


def _undated(one: Policy | Indicator, judges_from: date) -> Iterator[str]:
    """Numbers that are dated and leave a day out; a gate may begin or end, and its days are shown."""
    for name in sorted({number.of for number in one.dated} - {"gate"}):
        day = first_day_without([number for number in one.dated if number.of == name], judges_from)
        if day is not None:
            yield f"{one.code}.{name}: none is in force on {day}, which these rules judge"


def _beyond_the_scale(indicator: Indicator, measure: Measure) -> Iterator[str]:
    if indicator.unit != measure.unit:
        yield f"{indicator.code}.unit: {indicator.measure} gives {measure.unit}, not {indicator.unit}"
    always = [("floor", indicator.floor), ("ceiling", indicator.ceiling)]
    for name, value in [*always, *((one.of, one.value) for one in indicator.dated if one.of in ("floor", "ceiling"))]:
        if value is not None and beyond(measure, value):
            yield f"{indicator.code}.{name}: {value} is beyond what {indicator.measure} can give"


def beyond(measure: Measure, value: Decimal) -> bool:
    """Whether a measure can never give a value."""
    return measure.unit == PERCENT and (value < ZERO or (value > HUNDRED and not measure.may_pass_100))


def problems_of_parameters(
    one: Indicator | Node, measure: Measure, since: date, until: date | None = None
) -> Iterator[tuple[str, str]]:
    """Parameters that a measure does not know, and those that it needs and that are not there on every day; with their places."""
    known = sorted({*measure.parameters, *measure.optional_parameters})
    for index, parameter in enumerate(one.parameters):
        if parameter.name not in known:
            names = ", ".join(known) or "no parameter"
            yield f"parameters[{index}]", f"{one.measure} asks for {names}; it knows no {parameter.name}"
    for name in measure.parameters:
        day = first_day_without([parameter for parameter in one.parameters if parameter.name == name], since)
        if day is not None and (until is None or day <= until):
            reason = f"{one.measure} needs {name}, and none is in force on {day}, which these rules judge"
            yield "parameters", reason


def first_day_without(provisions: Collection[Provision], start: date) -> date | None:
    """The first day, from a day on, on which none of the provisions is in force; None where always one is."""
    day = start
    while in_force := [one for one in provisions if one.in_force(day)]:
        ends = [one.valid_to for one in in_force if one.valid_to is not None]
        if len(ends) < len(in_force):
            return None
        day = max(ends) + timedelta(days=1)
    return day
