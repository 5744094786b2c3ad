"""The rules that grade, in sentences; values with their units."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.design.bands import Bands
from accounts.design.writing import day_and_month, long_date, money, number, of_every_100, score
from compliance.evaluation.business_days import HOLIDAY
from compliance.evaluation.criteria.closure import BUSINESS_DAYS
from compliance.evaluation.examples import Example
from compliance.evaluation.framework import (
    RANGE,
    Band,
    Framework,
    Indicator,
    Parameter,
    Policy,
    Rule,
    Texts,
    days_of_change,
)
from compliance.evaluation.framework_files import FOLDER, read_folder
from compliance.evaluation.judgement import NOT_APPLICABLE, SCORED, UNKNOWN
from compliance.evaluation.words import CODES, DAYS, PERCENT
from compliance.law_words import duty_words, law_words, threshold_words, whose_words
from compliance.words import code_words, places_of, policy_question


def value_words(value: Decimal | None, unit: str, state: str = "") -> str:
    """A value with its unit as people say it."""
    if state == NOT_APPLICABLE:
        return _("Does not apply")
    if value is None:
        return _("We don’t know")
    short = number(value, None if value == value.to_integral_value() else places_of(unit))
    if unit == PERCENT:
        return _("%(number)s of every 100") % {"number": short}
    if unit == DAYS:
        whole = int(abs(value))
        return ngettext("%(number)s day", "%(number)s days", whole) % {"number": short}
    if unit == BUSINESS_DAYS:
        words = ngettext("%(number)s business day", "%(number)s business days", int(value))
        return words % {"number": short}
    return f"{short} {code_words(unit)}".strip()


def outcome_words(kind: str, unit: str, state: str, value: Decimal | None, passes: bool | None) -> str:
    """Kept or not, where the rule is one of yes or no; else the value with its unit."""
    if kind == "binary" and state == SCORED and passes is not None:
        return _("Kept") if passes else _("Not kept")
    return value_words(value, unit, state)


def rule_words(rule: Rule | Indicator) -> list[str]:
    """The rule in short sentences: what scores 0 and 100, what missing records do, whether it is a gate."""
    sentences = []
    if rule.floor is not None and rule.ceiling is not None:
        words = {"low": value_words(rule.floor, rule.unit), "high": value_words(rule.ceiling, rule.unit)}
        sentences.append(_("%(low)s scores 0; %(high)s scores 100.") % words)
    elif rule.kind == "binary":
        sentences.append(_("Kept scores 100; not kept scores 0."))
    sentences.append(missing_words(rule))
    if rule.gate is not None:
        sentences.append(_("Where it fails, the overall score cannot be above %(cap)s.") % {"cap": number(rule.gate)})
    return sentences


def dated_rule_words(indicator: Indicator, since: date) -> str:
    """The rule in sentences from a day on; where its numbers change later, each time with the day."""
    days = days_of_change(indicator.dated, since)
    found = [" ".join(rule_words(indicator.on(day))) for day in days]
    if len(days) == 1:
        return found[0]
    spans = zip(days, found, strict=True)
    return " ".join(_("From %(day)s: %(rule)s") % {"day": long_date(day), "rule": rule} for day, rule in spans)


def parameter_words(indicator: Indicator, since: date) -> list[str]:
    """Each value that the figure is reckoned with, from a day on: what it decides, how much it is, and who set it."""
    words = _("%(what)s: %(value)s (%(whose)s).")
    return [
        words % {"what": capfirst(code_words(one.name)), "value": amount_words(one), "whose": whose_words(one)}
        for one in indicator.parameters
        if one.valid_to is None or one.valid_to >= since
    ]


def amount_words(parameter: Parameter) -> str:
    """A value of the law or of policy with its unit, which may be a currency."""
    if parameter.name == HOLIDAY:
        return holiday_words(parameter.unit)
    if parameter.unit in CODES:
        return value_words(parameter.value, parameter.unit)
    return money(parameter.value, parameter.unit)


def holiday_words(unit: str) -> str:
    """``28 July`` of a holiday: the day that the unit of its parameter says."""
    movable = {"easter-3": _("Maundy Thursday"), "easter-2": _("Good Friday")}
    return movable.get(unit) or day_and_month(date.fromisoformat(f"2000-{unit}"))


def missing_words(rule: Rule | Indicator) -> str:
    """What the rule does while nothing is known."""
    return {
        "M0": _("Without a record it counts as 0."),
        "MX": _("Without a record it is left out, and coverage falls."),
        "MB": _("Without a record there is no grade."),
    }[rule.missing]


@cache
def examples_of_files() -> dict[tuple[str, int], Mapping[str, tuple[Example, ...]]]:
    """The worked examples of every framework that comes with Minka, by its code and version; read once a process."""
    return {(file.framework.code, file.framework.version): file.examples for file in read_folder(FOLDER)}


@dataclass(frozen=True)
class ExampleRow:
    """A worked example: its sentence, the figure that it gives, and the points, or what happens where it is unknown."""

    says: Texts
    value: str
    points: str


def example_row(rule: Indicator, example: Example, bands: Bands) -> ExampleRow:
    """A worked example in words."""
    given = example.gives
    points = _("%(score)s points") % {"score": score(given.score, bands)} if given.state == SCORED else ""
    return ExampleRow(
        example.says,
        outcome_words(rule.kind, rule.unit, given.state, given.value, given.passes),
        missing_words(rule) if given.state == UNKNOWN else points,
    )


@dataclass(frozen=True)
class BandRow:
    """A grade, and between which points it is given."""

    band: Band
    until: Decimal | None


@dataclass(frozen=True)
class RuleRow:
    """One indicator with its rule in words."""

    indicator: Indicator
    rule: str
    law: str
    threshold: str
    parameters: list[str]
    duty: str
    examples: list[ExampleRow]


@dataclass(frozen=True)
class PolicyRules:
    """A policy with its indicators, and how many of every hundred points it gives."""

    policy: Policy
    question: str
    share: str | None
    indicators: list[RuleRow]


def framework_page(framework: Framework) -> dict[str, object]:
    """The rules of one publication: policies, their indicators, bands, and the evidence a grade needs."""
    examples = examples_of_files().get((framework.code, framework.version), {})
    newest = framework.days_of_change[-1]
    policies = [one.on(newest) for one in framework.policies]
    weights = sum((one.weight for one in policies), Decimal(0))
    starts = [None, *(band.starts_at for band in framework.bands)]
    return {
        "framework": framework,
        "adding_up": adding_up(framework),
        "bands": [BandRow(band, until) for band, until in zip(framework.bands, starts, strict=False)],
        "policies": [
            PolicyRules(
                policy,
                policy_question(policy),
                of_every_100(policy.weight, weights),
                [
                    rule_row(one, examples.get(one.code, ()), framework.valid_from, framework.bands)
                    for one in framework.indicators
                    if one.policy == policy.code
                ],
            )
            for policy in policies
        ],
    }


def adding_up(framework: Framework) -> list[str]:
    """How the points of rules become those of policies and of the whole, in sentences."""
    weights = {one.code: one.on(framework.days_of_change[-1]).weight for one in framework.indicators}
    by_weight = ", ".join(f"{code} {number(weight)}" for code, weight in weights.items())
    sentences = [
        _("A rule gives 0 to 100 points, in a straight line between the figures that score 0 and 100."),
        _("In a policy all rules that apply count alike; its points are their mean.")
        if len({*weights.values()}) == 1
        else _("In a policy each rule that applies counts by its weight (%(weights)s).") % {"weights": by_weight},
        _("The whole is the mean of the policies, each by its points of every 100."),
        _("What does not apply is left out, and so is a policy of which nothing applies: the others carry the whole."),
        _("What nobody knows counts as its rule says; where it is left out, the other rules of its policy carry it."),
        _("The range is reckoned alike, once with every rule at its worst and once at its best."),
    ]
    if framework.coverage_by == RANGE:
        words = _(
            "A rule is known as far as its range is closed: one that lies between 40 and 100 points is known to 40 %."
        )
        sentences.append(words)
    else:
        sentences.append(_("A rule is known where it has a figure."))
    if framework.minimum_indicators:
        words = ngettext(
            "A policy of which fewer than %(count)d rule is known gets no grade; its points count all the same.",
            "A policy of which fewer than %(count)d rules are known gets no grade; its points count all the same.",
            framework.minimum_indicators,
        )
        sentences.append(words % {"count": framework.minimum_indicators})
    sentences.append(_("We reckon with every decimal and write one."))
    return sentences


def rule_row(indicator: Indicator, examples: Iterable[Example], since: date, bands: Bands = ()) -> RuleRow:
    """One indicator from a day on: its rule in sentences, the law, the threshold, who owes it, and worked examples."""
    return RuleRow(
        indicator,
        rule=dated_rule_words(indicator, since),
        law=law_words(indicator),
        threshold=threshold_words(indicator),
        parameters=parameter_words(indicator, since),
        duty=duty_words(indicator),
        examples=[example_row(indicator, example, bands) for example in examples],
    )
