"""The rules that grade, in sentences; values with their units."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.design.writing import number, of_every_100
from compliance.evaluation.framework import Band, Framework, Indicator, Policy, Rule
from compliance.words import POLICY_QUESTIONS, source_words


def value_words(value: Decimal | None, unit: str, state: str = "") -> str:
    """A value with its unit as people say it."""
    if state == "not_applicable":
        return _("Does not apply")
    if value is None:
        return _("We don’t know")
    short = number(value, None if value == value.to_integral_value() else 1)
    if unit == "percent":
        return _("%(number)s of every 100") % {"number": short}
    if unit == "days":
        whole = int(abs(value))
        return ngettext("%(number)s day", "%(number)s days", whole) % {"number": short}
    return f"{short} {unit}".strip()


def rule_words(rule: Rule | Indicator) -> list[str]:
    """The rule in short sentences: what scores 0 and 100, what missing records do, whether it is a gate."""
    sentences = []
    if rule.floor is not None and rule.ceiling is not None:
        words = {"low": value_words(rule.floor, rule.unit), "high": value_words(rule.ceiling, rule.unit)}
        sentences.append(_("%(low)s scores 0; %(high)s scores 100.") % words)
    elif rule.kind == "binary":
        sentences.append(_("Kept scores 100; not kept scores 0."))
    missing = {
        "M0": _("Without a record it counts as 0."),
        "MX": _("Without a record it is left out, and coverage falls."),
        "MB": _("Without a record there is no grade."),
    }
    sentences.append(missing[rule.missing])
    if rule.gate is not None:
        sentences.append(_("Where it fails, the overall score cannot be above %(cap)s.") % {"cap": number(rule.gate)})
    return sentences


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
    sources: str


@dataclass(frozen=True)
class PolicyRules:
    """A policy with its indicators, and how many of every hundred points it gives."""

    policy: Policy
    question: str
    share: str | None
    indicators: list[RuleRow]


def framework_page(framework: Framework) -> dict[str, object]:
    """The rules of one publication: policies, their indicators, bands, and the evidence a grade needs."""
    weights = sum((one.weight for one in framework.policies), Decimal(0))
    starts = [None, *(band.starts_at for band in framework.bands)]
    return {
        "framework": framework,
        "bands": [BandRow(band, until) for band, until in zip(framework.bands, starts, strict=False)],
        "policies": [
            PolicyRules(
                policy,
                str(POLICY_QUESTIONS.get(policy.code, "")),
                of_every_100(policy.weight, weights),
                [rule_row(one) for one in framework.indicators if one.policy == policy.code],
            )
            for policy in framework.policies
        ],
    }


def rule_row(indicator: Indicator) -> RuleRow:
    """One indicator: its rule in sentences, and each source once."""
    sources = dict.fromkeys(source_words(source) for source in indicator.sources)
    return RuleRow(indicator, " ".join(rule_words(indicator)), " ".join(sources))
