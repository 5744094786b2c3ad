"""The rules that grade, in sentences; values with their units."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.design.writing import as_decimal, number, of_every_100
from compliance.public_pages import Row
from compliance.words import POLICY_QUESTIONS, source_words


def value_words(value: object, unit: str, state: str) -> str:
    """A value with its unit as people say it."""
    if state == "not_applicable":
        return _("Does not apply")
    amount = as_decimal(value)
    if amount is None:
        return _("We don’t know")
    if unit in ("binary", "boolean", "yes_no", "yes/no"):
        return _("Yes") if amount else _("No")
    short = number(amount, None if amount == amount.to_integral_value() else 1)
    if unit in ("percent", "%"):
        return _("%(number)s of every 100") % {"number": short}
    if unit == "days":
        whole = int(abs(amount))
        return ngettext("%(number)s day", "%(number)s days", whole) % {"number": short}
    return f"{short} {unit}".strip()


def outcome_words(kind: str, outcome: Mapping[str, Any]) -> str:
    """Kept or not, where the rule is one of yes or no; else the value with its unit."""
    passes = outcome.get("passes")
    if kind == "binary" and outcome["state"] == "scored" and passes is not None:
        return _("Kept") if passes else _("Not kept")
    return value_words(outcome["value"], outcome["unit"], outcome["state"])


def rule_words(rule: Mapping[str, Any], unit: str) -> list[str]:
    """The rule in short sentences: what scores 0 and 100, what missing records do, whether it is a gate."""
    sentences = []
    floor, ceiling = rule.get("floor"), rule.get("ceiling")
    if floor is not None and ceiling is not None:
        words = {"low": value_words(floor, unit, ""), "high": value_words(ceiling, unit, "")}
        sentences.append(_("%(low)s scores 0; %(high)s scores 100.") % words)
    elif rule.get("kind") == "binary":
        sentences.append(_("Kept scores 100; not kept scores 0."))
    missing = {
        "M0": _("Without a record it counts as 0."),
        "MX": _("Without a record it is left out, and coverage falls."),
        "MB": _("Without a record there is no grade."),
    }.get(str(rule.get("missing", "")))
    if missing:
        sentences.append(missing)
    if rule.get("gate") is not None:
        sentences.append(
            _("Where it fails, the overall score cannot be above %(cap)s.") % {"cap": number(rule["gate"])}
        )
    return sentences


def framework_page(framework: Mapping[str, Any]) -> Row:
    """The rules of one publication: policies, their indicators, bands, and the evidence a grade needs."""
    bands = framework.get("bands", [])
    weights = sum((as_decimal(one["weight"]) or Decimal(0) for one in framework["policies"]), Decimal(0))
    return {
        "framework": framework,
        "minimum": framework.get("minimum_coverage"),
        "bands": [{**band, "until": bands[place - 1]["starts_at"] if place else None}
                  for place, band in enumerate(bands)],
        "policies": [
            {
                **policy,
                "question": POLICY_QUESTIONS.get(policy["code"], ""),
                "share": of_every_100(policy["weight"], weights),
                "indicators": [
                    {
                        **one,
                        "rule_words": rule_words(one, one["unit"]),
                        "source_words": list(dict.fromkeys(source_words(source) for source in one["sources"])),
                    }
                    for one in framework["indicators"]
                    if one["policy"] == policy["code"]
                ],
            }
            for policy in framework["policies"]
        ],
    }  # fmt: skip
