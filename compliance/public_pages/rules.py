"""The rules that grade, in sentences; values with their units."""

from collections.abc import Mapping
from decimal import Decimal
from functools import cache
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.design.writing import as_decimal, number, of_every_100, score
from compliance.evaluation.examples import Example
from compliance.evaluation.framework_files import FOLDER, read_folder
from compliance.evaluation.judgement import SCORED, UNKNOWN
from compliance.evaluation.words import DAYS, PERCENT
from compliance.public_pages import Row
from compliance.words import POLICY_QUESTIONS, code_words, source_words


def value_words(value: object, unit: str, state: str) -> str:
    """A value with its unit as people say it."""
    if state == "not_applicable":
        return _("Does not apply")
    amount = as_decimal(value)
    if amount is None:
        return _("We don’t know")
    short = number(amount, None if amount == amount.to_integral_value() else 1)
    if unit == PERCENT:
        return _("%(number)s of every 100") % {"number": short}
    if unit == DAYS:
        whole = int(abs(amount))
        return ngettext("%(number)s day", "%(number)s days", whole) % {"number": short}
    return f"{short} {code_words(unit)}".strip()


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
    if missing := missing_words(rule):
        sentences.append(missing)
    if rule.get("gate") is not None:
        sentences.append(
            _("Where it fails, the overall score cannot be above %(cap)s.") % {"cap": number(rule["gate"])}
        )
    return sentences


def missing_words(rule: Mapping[str, Any]) -> str:
    """What the rule does while nothing is known."""
    return {
        "M0": _("Without a record it counts as 0."),
        "MX": _("Without a record it is left out, and coverage falls."),
        "MB": _("Without a record there is no grade."),
    }.get(str(rule.get("missing")), "")


@cache
def examples_of_files() -> dict[tuple[str, int], dict[str, tuple[Example, ...]]]:
    """The worked examples of every framework that comes with Minka, by its code and version; read once a process."""
    return {(file.framework.code, file.framework.version): file.examples for file in read_folder(FOLDER)}


def example_row(rule: Mapping[str, Any], example: Example) -> Row:
    """A worked example: its sentence, the figure that it gives, and the points, or what happens where it is unknown."""
    given = example.gives
    outcome = {"value": given.value, "passes": given.passes, "unit": rule["unit"], "state": given.state}
    points = _("%(score)s points") % {"score": score(given.score)} if given.state == SCORED else ""
    return {
        "says": example.says,
        "value": outcome_words(rule["kind"], outcome),
        "points": missing_words(rule) if given.state == UNKNOWN else points,
    }


def framework_page(framework: Mapping[str, Any]) -> Row:
    """The rules of one publication: policies, their indicators, bands, and the evidence a grade needs."""
    bands = framework.get("bands", [])
    examples = examples_of_files().get((framework["code"], int(framework["version"])), {})
    weights = sum((as_decimal(one["weight"]) or Decimal(0) for one in framework["policies"]), Decimal(0))
    return {
        "framework": framework,
        "minimum": framework.get("minimum_coverage"),
        "bands": [
            {**band, "until": bands[place - 1]["starts_at"] if place else None} for place, band in enumerate(bands)
        ],
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
                        "examples": [example_row(one, example) for example in examples.get(one["code"], ())],
                    }
                    for one in framework["indicators"]
                    if one["policy"] == policy["code"]
                ],
            }
            for policy in framework["policies"]
        ],
    }
