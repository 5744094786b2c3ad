"""Scorecards on public pages: what a grade could be, what is missing, and how each figure came about."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.design.writing import as_decimal, currency_symbol, money, number, pick_language, score
from compliance.public_pages import Row
from compliance.public_pages.rules import outcome_words, rule_words, value_words
from compliance.words import POLICY_QUESTIONS, currencies_of, currency_of, measure_of, source_words, words_of

GRADES = "EDCBA"
SHORT_OF_FACTS = "?"


def grade_range(scorecard: Mapping[str, Any]) -> str:
    """What the grade could be if everything unknown were worst or best; empty where nothing is missing."""
    worst, best = scorecard["grade_worst"], scorecard["grade_best"]
    if worst == best:
        return _("What is missing cannot change it.") if missing_count(scorecard) else ""
    letters = [grade for grade in reversed(GRADES) if worst in GRADES and best in GRADES
               and GRADES.index(worst) <= GRADES.index(grade) <= GRADES.index(best)]  # fmt: skip
    others = [letter for letter in letters if letter != scorecard["grade"]]
    if len(others) == 1:
        return _("Could be %(letter)s.") % {"letter": others[0]}
    if len(others) == 2:
        return _("Could be %(best)s or %(worst)s.") % {"best": others[0], "worst": others[1]}
    return _("Could be anything from %(best)s to %(worst)s.") % {"best": best, "worst": worst}


def score_sentence(scorecard: Mapping[str, Any]) -> str:
    """The overall score, and between which scores it could lie where that is more than one."""
    if scorecard["score"] is None:
        return _("There is no overall score.")
    points = {key: score(scorecard[key]) for key in ("score", "worst", "best")}
    if scorecard["grade"] == SHORT_OF_FACTS:
        return _("If what is missing counts as 0: %(worst)s of 100 points. If all of it is good: %(best)s.") % points
    if points["worst"] != points["best"] and not missing_count(scorecard):
        words = _("Overall %(score)s of 100 points. What is not settled yet could move it: from %(worst)s to %(best)s.")
    elif points["worst"] != points["best"]:
        words = _(
            "Overall %(score)s of 100 points. With every missing record it would lie between %(worst)s and %(best)s."
        )
    elif missing_count(scorecard):
        words = _("Overall %(score)s of 100 points. What is missing cannot change it.")
    else:
        words = _("Overall %(score)s of 100 points.")
    return words % points


def gate_sentences(scorecard: Mapping[str, Any]) -> list[str]:
    """What holds the grade down, by name: failed gates, and records without which there is no grade."""
    names = {one["code"]: f"“{pick_language(one['name'])}” ({one['code']})" for one in scorecard["indicators"]}
    sentences = []
    for key, words in (
        ("capped_by", _("The overall score is held down, because this failed: %(names)s.")),
        ("blocked_by", _("There is no grade without %(names)s.")),
    ):
        if scorecard[key]:
            sentences.append(words % {"names": ", ".join(names.get(code, code) for code in scorecard[key])})
    return sentences


def fact_counts(scorecard: Mapping[str, Any]) -> tuple[int, int]:
    """How many facts have evidence, of how many that apply."""
    policies = scorecard["policies"]
    return sum(one["known"] for one in policies), sum(one["applicable"] for one in policies)


def missing_count(scorecard: Mapping[str, Any]) -> int:
    known, applicable = fact_counts(scorecard)
    return applicable - known


def missing_sentence(scorecard: Mapping[str, Any]) -> str:
    """How much evidence is missing, in words."""
    known, applicable = fact_counts(scorecard)
    if known == applicable:
        return unsettled_sentence(scorecard)
    text = ngettext(
        "No evidence for %(missing)d of %(all)d fact.", "No evidence for %(missing)d of %(all)d facts.",
        applicable,
    )  # fmt: skip
    return text % {"missing": applicable - known, "all": applicable}


def unsettled_sentence(scorecard: Mapping[str, Any]) -> str:
    """Of which facts a part is missing, where these could still change the grade."""
    if scorecard["grade_worst"] == scorecard["grade_best"]:
        return _("Every fact has evidence.")
    unsettled = [
        ": ".join([pick_language(one["name"]), *([", ".join(words_of(one["missing"]))] if one["missing"] else [])])
        for one in scorecard["indicators"]
        if score_range(one)
    ]
    return _("Not settled yet: %(facts)s.") % {"facts": "; ".join(unsettled)}


def policy_rows(scorecard: Mapping[str, Any], previous_year: int | None) -> list[Row]:
    """Policies with what happened since, and under each its indicators with their working."""
    return [
        {
            **policy,
            "question": POLICY_QUESTIONS.get(policy["code"], ""),
            "since": since(policy["grade"], policy["previous_grade"], previous_year),
            "indicators": [working(one) for one in scorecard["indicators"] if one["policy"] == policy["code"]],
        }
        for policy in scorecard["policies"]
    ]


def since(now: str | None, before: str | None, year: int | None) -> str:
    """``Down from C in 2024``."""
    if year is None or before is None or now is None:
        return ""
    if before == SHORT_OF_FACTS:
        return _("Not graded in %(year)s") % {"year": year}
    if before == now:
        return _("Same as %(year)s") % {"year": year}
    if now == SHORT_OF_FACTS:
        return _("Was %(before)s in %(year)s") % {"before": before, "year": year}
    words = _("Up from %(before)s in %(year)s") if now < before else _("Down from %(before)s in %(year)s")
    return words % {"before": before, "year": year}


def working(indicator: Mapping[str, Any]) -> Row:
    """One indicator: its value in words, its formula, the range of its score, its rule and its sources."""
    return {
        **indicator,
        "value_words": outcome_words(indicator["rule"].get("kind"), indicator),
        "formula": formula(indicator),
        "range": score_range(indicator),
        "score_words": score_words(indicator),
        "record_words": [record_words(record) for record in indicator["records"]],
        "note": note(indicator),
        "rule_words": rule_words(indicator["rule"], indicator["unit"]),
        "source_words": " ".join(source_words(source) for source in indicator["rule"].get("sources", [])[:1]),
        "missing_words": words_of(indicator["missing"]),
        "flag_words": words_of(indicator["flags"]),
        "why_not": indicator.get("explanation") or "; ".join(words_of([indicator.get("reason") or ""])),
        "applies": indicator["state"] != "not_applicable" and indicator["grade"] is not None,
    }


def score_words(indicator: Mapping[str, Any]) -> str:
    """The score; of what is unknown and counts as 0 that it does, and why."""
    if indicator["state"] == "unknown" and as_decimal(indicator["score"]) == 0:
        return _("Counts as 0 while the record is missing")
    return _("We don’t know") if indicator["score"] is None else score(indicator["score"])


def formula(indicator: Mapping[str, Any]) -> str:
    """Numerator ÷ denominator and what it comes to, where the measure is a ratio; sums with their currency."""
    if indicator["numerator"] is None or indicator["denominator"] is None:
        return ""
    measure, currency = measure_of(indicator), currency_of(indicator)
    above, below = (
        money(indicator[side], currency) if currency else number(indicator[side])
        for side in ("numerator", "denominator")
    )
    if currency and measure and measure.divides and not measure.sum_above:
        above = f"{number(indicator['numerator'])} ({_(measure.divides[0])})"
    words = f"{above} ÷ {below} = {value_words(indicator['value'], indicator['unit'], indicator['state'])}"
    limit = next((one for one in indicator["rule"].get("parameters", []) if one["name"] == "maximum_percent"), None)
    if limit:
        words += "; " + _("the limit is %(limit)s") % {"limit": number(limit["value"])}
    return words


def note(indicator: Mapping[str, Any]) -> str:
    """What a reader could mistake about a figure."""
    measure, currency = measure_of(indicator), currency_of(indicator)
    sentences = []
    if currency and len(currencies_of(indicator)) > 1:
        words = _("Currencies are not added. The weakest counts: %(currency)s.")
        sentences.append(words % {"currency": currency_symbol(currency)})
    if measure and measure.note:
        sentences.append(_(measure.note))
    return " ".join(sentences)


def record_words(record: str) -> str:
    """``payment 10`` of the record disbursement/10."""
    table, _slash, key = record.partition("/")
    name = {
        "assessment": _("impact study"),
        "condition": _("condition of a study"),
        "employment-return": _("employment return"),
        "obligation": _("sum that was due"),
        "disbursement": _("payment"),
        "commitment": _("promise"),
        "disclosure": _("published report"),
    }.get(table)
    return f"{name} {key}" if name else record


def score_range(indicator: Mapping[str, Any]) -> tuple[str, str] | None:
    """Worst and best score, where they differ."""
    worst, best = as_decimal(indicator["worst"]), as_decimal(indicator["best"])
    if worst is None or best is None:
        return None
    low, high = score(worst).removesuffix(".0"), score(best).removesuffix(".0")
    return None if low == high else (low, high)
