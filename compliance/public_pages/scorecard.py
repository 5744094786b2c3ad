"""The scorecard: what a grade could be, what is missing, and how each figure came about."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.design.bands import Bands
from accounts.design.writing import currency_symbol, long_date, money, number, pick_language, score
from compliance.evaluation.facts import TABLES, Facts
from compliance.evaluation.framework import HUNDRED, Framework, Policy
from compliance.evaluation.judgement import UNKNOWN, WITHHELD, Judgement, Outcome, PolicyResult
from compliance.evaluation.views import View, by_duty_bearer, by_obligation_level, of_the_state
from compliance.evaluation.words import PERCENT
from compliance.law_words import DUTY_BEARERS, LEVELS, law_words, threshold_words
from compliance.public_pages.certainty import hold_sentence, interval_sentence
from compliance.public_pages.checks import ONLY_REPORTED, checked_words, checks_of, record_words
from compliance.public_pages.document import Document
from compliance.public_pages.evidence import FactCounts, counts_of, papers_of, share_on_paper
from compliance.public_pages.rules import outcome_words, rule_words, value_words
from compliance.public_pages.sections import Section, Table, Values, register, section_of_table, table_of
from compliance.public_pages.small_numbers import between_words, hidden_sentence, hides_grade, rests_on_hidden
from compliance.words import (
    code_words,
    currencies_of,
    currency_of,
    measure_of,
    policy_question,
    policy_word,
    words_of,
)


def grade_range(judgement: Judgement) -> str:
    """What the grade could be if everything unknown were worst or best; empty where nothing is missing."""
    worst, best = judgement.grade_worst, judgement.grade_best
    reason = hidden_sentence() if hides_grade(judgement) else ""
    return " ".join(filter(None, [reason, grades_between(judgement, worst, best)]))


def grades_between(judgement: Judgement, worst: str | None, best: str | None) -> str:
    """Which other grades lie between two; empty where nothing is missing."""
    if worst == best:
        stays = _("Even with all records the grade stays %(letter)s.") % {"letter": judgement.grade}
        return stays if judgement.grade and missing_count(judgement) and worst == judgement.grade else ""
    order = [band.grade for band in judgement.framework.bands]
    letters = order[order.index(best) : order.index(worst) + 1] if worst in order and best in order else []
    others = [letter for letter in letters if letter != judgement.grade]
    if len(others) == 1:
        return _("Could be %(letter)s.") % {"letter": others[0]}
    if len(others) == 2:
        return _("Could be %(best)s or %(worst)s.") % {"best": others[0], "worst": others[1]}
    return _("Could be anything from %(best)s to %(worst)s.") % {"best": best, "worst": worst}


def score_sentence(judgement: Judgement) -> str:
    """The overall score, and between which scores it could lie where that is more than one."""
    points = points_of(judgement, judgement.framework.bands)
    if judgement.score is None and any(map(rests_on_hidden, judgement.outcomes)):
        words = _(
            "Overall between %(worst)s and %(best)s of 100 points. "
            "The exact score is not shown: it would tell on fewer than five people."
        )
        return words % points
    if judgement.score is None:
        return _("There is no overall score.")
    if judgement.grade == WITHHELD:
        return _("If what is missing counts as 0: %(worst)s of 100 points. If all of it is good: %(best)s.") % points
    if points["worst"] != points["best"] and not missing_count(judgement):
        words = _(
            "Overall %(score)s of 100 points. Some of it is not settled yet: it lies between %(worst)s and %(best)s."
        )
    elif points["worst"] != points["best"]:
        words = _(
            "Overall %(score)s of 100 points. With every missing record it would lie between %(worst)s and %(best)s."
        )
    elif missing_count(judgement):
        words = _("Overall %(score)s of 100 points. With every missing record it would be the same.")
    else:
        words = _("Overall %(score)s of 100 points.")
    return words % points


def gate_sentences(judgement: Judgement) -> list[str]:
    """What holds the grade down, by name: failed gates, and records without which there is no grade."""
    found = []
    silent = [code for code in judgement.capped_by if judgement.outcome(code).state == UNKNOWN]
    failed = [code for code in judgement.capped_by if code not in silent]
    for codes, words in (
        (failed, _("The overall score is held down, because this failed: %(names)s.")),
        (silent, _("The overall score is held down, because nothing shows that this is kept: %(names)s.")),
        (judgement.blocked_by, _("There is no grade without %(names)s.")),
    ):
        names = [f"“{pick_language(judgement.framework.indicator(code).names)}” ({code})" for code in codes]
        found += [words % {"names": ", ".join(names)}] if names else []
    return found


def lifted_gate_sentences(judgement: Judgement) -> list[str]:
    """Which gates hold nothing down because their rule was not in force, by name and day."""
    words = _(
        "“%(name)s” (%(code)s) can hold the overall score down. It was not in force on %(day)s: nothing is held down here."
    )
    day = long_date(judgement.period_end)
    return [
        words % {"name": pick_language(one.indicator.names), "code": one.code, "day": day}
        for one in judgement.outcomes
        if one.lifts_its_gate
    ]


def missing_count(judgement: Judgement) -> int:
    """How many facts nobody knows."""
    return sum(one.applicable - one.known for one in judgement.policies)


def missing_sentence(judgement: Judgement) -> str:
    """Of how many rules the record is not enough to judge by them, in words."""
    applicable, missing = sum(one.applicable for one in judgement.policies), missing_count(judgement)
    if not missing:
        return unsettled_sentence(judgement)
    text = ngettext(
        "For %(missing)d of %(all)d rule the record is not enough.",
        "For %(missing)d of %(all)d rules the record is not enough.",
        applicable,
    )
    return text % {"missing": missing, "all": applicable}


def paper_sentence(counts: FactCounts) -> str:
    """How many facts are known, and how many of them stand on a file or a document that anybody can open."""
    if not counts.applicable:
        return _("No fact applies here")
    text = ngettext(
        "Known: %(known)d of %(all)d fact; with a file here or an open document: %(paper)d",
        "Known: %(known)d of %(all)d facts; with a file here or an open document: %(paper)d",
        counts.applicable,
    )
    return text % {"known": counts.known, "all": counts.applicable, "paper": counts.on_paper}


def not_looked_at(framework: Framework, policy: str | None = None) -> str:
    """What the recommended policies ask for and nobody measures yet, by name; empty where there is nothing."""
    rest = [one for one in framework.not_looked_at if policy in (None, one.policy)]
    return ", ".join(pick_language(one.names) for one in rest)


def unsettled_sentence(judgement: Judgement) -> str:
    """Of which facts a part is missing, where these could still change the grade."""
    if judgement.grade_worst == judgement.grade_best:
        return _("Somebody has stated every fact.")
    unsettled = [
        ": ".join([pick_language(one.indicator.names), *filter(None, [", ".join(words_of(one.measured.missing))])])
        for one in judgement.outcomes
        if score_range(one, judgement.framework.bands)
    ]
    return _("Not settled yet: %(facts)s.") % {"facts": "; ".join(unsettled)}


@dataclass(frozen=True)
class PolicyRow:
    """A policy: what it asks, what happened since the year before, and its indicators with their working."""

    result: PolicyResult
    policy: Policy
    question: str
    word: str
    since: str
    indicators: Sequence[Working]
    counts: FactCounts
    too_few: bool
    """whether it has no grade because too few of its indicators are known"""
    not_shown: str
    """why its grade is not shown, where it would give a hidden count away"""
    not_looked_at: str
    """what it asks for and nobody measures yet"""
    points: str
    """its score, between which scores it could lie, and its weight; empty where it has none, or it is not shown"""

    @property
    def paper(self) -> str:
        """How many of its facts are known, and how many stand on paper."""
        return paper_sentence(self.counts)


def policy_rows(document: Document) -> list[PolicyRow]:
    """Every policy, in the order of the framework."""
    judgement, last, papers = document.scorecard, document.last_year, papers_of(document.facts)
    checks, bands = checks_of(document), document.framework.bands
    return [
        PolicyRow(
            result,
            result.policy,
            policy_question(result.policy),
            policy_word(result.policy),
            since(result.grade, document.last_grades.get(result.code), last.year, bands) if last else "",
            [working(outcome, checks, bands, document.year) for outcome in judgement.outcomes_of(result.code)],
            counts_of(judgement.outcomes_of(result.code), papers),
            bool(result.applicable) and result.known < judgement.framework.minimum_indicators,
            hidden_sentence() if hides_grade(judgement, result.code) else "",
            not_looked_at(judgement.framework, result.code),
            "" if hides_points(judgement, result) else points_words(result, bands),
        )
        for result in judgement.policies
    ]


def hides_points(judgement: Judgement, result: PolicyResult) -> bool:
    """Whether the points of a policy are not shown, because they would give a hidden count away."""
    return result.score is None and any(map(rests_on_hidden, judgement.outcomes_of(result.code)))


def points_of(result: PolicyResult | Judgement, bands: Bands) -> dict[str, str]:
    """A score with its range, as they are written."""
    return {name: score(getattr(result, name), bands) for name in ("score", "worst", "best")}


def points_words(result: PolicyResult | Judgement, bands: Bands) -> str:
    """The points of a policy or of a view, with its range where there is one; empty where nothing of it has points."""
    if result.score is None:
        return ""
    words = points_of(result, bands)
    if words["worst"] == words["best"]:
        return _("%(score)s of 100 points.") % words
    return _("%(score)s of 100 points; between %(worst)s and %(best)s with every record.") % words


@dataclass(frozen=True)
class ViewRow:
    """A part of the rules: what they have in common, their grade and points together, and which they are."""

    name: str
    grade: str | None
    points: str
    codes: str


def view_rows(judgement: Judgement) -> list[tuple[str, list[ViewRow]]]:
    """The same results by what the law asks and by who owes it; a view with one part alone is left out."""
    views = (
        (_("The same results by what the law asks"), by_obligation_level(judgement), LEVELS),
        (_("The same results by who owes it"), by_duty_bearer(judgement), DUTY_BEARERS),
    )
    return [(title, [view_row(one, words) for one in found]) for title, found, words in views if len(found) > 1]


def all_views(judgement: Judgement, facts: Facts) -> list[tuple[str, list[ViewRow]]]:
    """The same results in other views, and beside them what the State owes or promised, where that is on record."""
    views = view_rows(judgement)
    if own := of_the_state(judgement.framework, facts):
        views.append(
            (_("What the State itself owes or promised; it never counts for the mine"), [view_row(own, DUTY_BEARERS)])
        )
    return views


def view_row(view: View, words: Mapping[str, str | Promise]) -> ViewRow:
    """One view in words; of what hides a count, why nothing is said."""
    seen = view.judgement
    hidden = any(map(hides_score, seen.outcomes))
    return ViewRow(
        name=str(words.get(view.name, view.name)),
        grade=WITHHELD if hidden else seen.grade,
        points=hidden_sentence() if hidden else points_words(seen, seen.framework.bands),
        codes=", ".join(one.code for one in seen.outcomes),
    )


def sum_words(judgement: Judgement) -> str:
    """How the points of the policies add up to those of the whole; empty where some are not shown, or none has any."""
    if judgement.score is None or any(hides_points(judgement, one) for one in judgement.policies):
        return ""
    counting = [(one.policy.weight, one.score) for one in judgement.policies if one.score is not None]
    weights = sum((weight for weight, _score in counting), Decimal(0))
    bands = judgement.framework.bands
    products = " + ".join(f"{number(weight)} × {score(points, bands)}" for weight, points in counting)
    mean = sum((weight * points for weight, points in counting), Decimal(0)) / weights
    words = {"sum": f"({products}) ÷ {number(weights)}", "mean": score(mean, bands)}
    words["score"] = score(judgement.score, bands)
    if judgement.capped_by and words["mean"] != words["score"]:
        return _("How the policies add up: %(sum)s = %(mean)s, held down to %(score)s.") % words
    return _("How the policies add up: %(sum)s = %(score)s.") % words


def since(now: str | None, before: str | None, year: int, bands: Bands) -> str:
    """``Down from C in 2024``; of a letter that the framework does not have, only that it was."""
    if before is None or now is None:
        return ""
    if before == WITHHELD:
        return _("Not graded in %(year)s") % {"year": year}
    if before == now:
        return _("Same as %(year)s") % {"year": year}
    letters = [band.grade for band in bands]
    if now not in letters or before not in letters:
        return _("Was %(before)s in %(year)s") % {"before": before, "year": year}
    is_better = letters.index(now) < letters.index(before)
    words = _("Up from %(before)s in %(year)s") if is_better else _("Down from %(before)s in %(year)s")
    return words % {"before": before, "year": year}


MOST_RECORDS = 6
"""of one indicator named on its page; all stand in the document"""
TABLE_OF_RECORD = {known.record: known.name for known in TABLES.values()}


def address_of_record(record: str, year: int | None) -> str:
    """Where a mine's pages show a record, seen from one of them; empty where no section does."""
    section = section_of_table(TABLE_OF_RECORD.get(record.partition("/")[0], ""))
    return f"../{section.page}/{f'?year={year}' if year else ''}#{section.name}" if section else ""


@dataclass(frozen=True)
class Working:
    """One indicator in words: its value, its formula, the range of its score, its rule, the law and its threshold."""

    outcome: Outcome
    value: str
    formula: str
    score: str
    range: tuple[str, str] | None
    rule: str
    law: str
    threshold: str
    records: list[tuple[str, str]]
    """the first of its records in words, each with the address of the section that shows it; empty where none does"""
    more_records: bool
    checked: str
    """how many of its records somebody else has checked"""
    missing: str
    take_care: str
    why_not: str
    applies: bool


def working(
    outcome: Outcome, checks: Mapping[str, str] = ONLY_REPORTED, bands: Bands = (), year: int | None = None
) -> Working:
    """How an indicator came about; `checks` says of which records somebody else has looked at them.

    Its records lead to the pages of a year.

    Without the bands of the framework, scores are cut.
    """
    measured, rule = outcome.measured, outcome.rule
    applies = outcome.applicable and outcome.grade is not None
    return Working(
        outcome=outcome,
        value=hidden_value(outcome)
        or outcome_words(rule.kind, measured.unit, outcome.state, measured.value, measured.passes),
        formula=formula(outcome),
        score=score_words(outcome, bands),
        range=None if hides_score(outcome) else score_range(outcome, bands),
        rule=" ".join(rule_words(rule)),
        law=law_words(rule),
        threshold=threshold_words(rule),
        records=[(record_words(one), address_of_record(one, year)) for one in measured.records[:MOST_RECORDS]],
        more_records=len(measured.records) > MOST_RECORDS,
        checked=checked_words(measured.records, checks),
        missing="; ".join(words_of(measured.missing)),
        take_care=". ".join(filter(None, ["; ".join(words_of(measured.flags)), note(outcome, bands)])),
        why_not="" if applies else outcome.explanation or "; ".join(words_of([outcome.reason])),
        applies=applies,
    )


def hides_score(outcome: Outcome) -> bool:
    """Whether a score is not shown because it would give a hidden count away."""
    return outcome.score is None and rests_on_hidden(outcome)


def hidden_value(outcome: Outcome) -> str:
    """Between what a value lies that is not shown; empty where it is, or where it is said whether the rule is kept."""
    measured = outcome.measured
    if not rests_on_hidden(outcome) or measured.value is not None or measured.passes is not None:
        return ""
    if measured.low is None or measured.high is None:
        return hidden_sentence()
    words = between_words(measured.low, measured.high)
    if measured.unit == PERCENT:
        return _("%(number)s of every 100") % {"number": words}
    return f"{words} {code_words(measured.unit)}".strip()


def score_words(outcome: Outcome, bands: Bands) -> str:
    """The score; of what is unknown and counts as 0 that it does, and why; between what a hidden one lies."""
    if hides_score(outcome):
        ends = {"worst": score(outcome.worst, bands), "best": score(outcome.best, bands)}
        return _("between %(worst)s and %(best)s") % ends
    if outcome.state == UNKNOWN and outcome.score == 0:
        return _("Counts as 0 while it is not known")
    return _("We don’t know") if outcome.score is None else score(outcome.score, bands)


def formula(outcome: Outcome) -> str:
    """Numerator ÷ denominator and what it comes to, where the measure is a ratio; sums with their currency."""
    measured = outcome.measured
    if measured.numerator is None or measured.denominator is None:
        return ""
    measure, currency = measure_of(outcome), currency_of(outcome)
    sides = (measured.numerator, measured.denominator)
    above, below = (money(side, currency) for side in sides)
    if currency and measure and measure.divides and not measure.sum_above:
        above = f"{number(measured.numerator)} ({_(measure.divides[0])})"
    words = f"{above} ÷ {below} = {value_words(measured.value, measured.unit, outcome.state)}"
    limit = next((one for one in outcome.rule.parameters if one.name == "maximum_percent"), None)
    if limit:
        words += "; " + _("the limit is %(limit)s") % {"limit": number(limit.value)}
    return words


def note(outcome: Outcome, bands: Bands) -> str:
    """What a reader could mistake about a figure."""
    measure, currency = measure_of(outcome), currency_of(outcome)
    sentences = []
    if currency and len(currencies_of(outcome)) > 1:
        words = _("Currencies are not added. The weakest counts: %(currency)s.")
        sentences.append(words % {"currency": currency_symbol(currency)})
    if measure and measure.note:
        sentences.append(_(measure.note))
    if outcome.applicable and outcome.measured.score_at_most < HUNDRED:
        words = _("The score is at most %(points)s: of every 100 payments or soles, both sides speak of so many.")
        sentences.append(words % {"points": score(outcome.measured.score_at_most, bands)})
    return " ".join(sentences)


def score_range(outcome: Outcome, bands: Bands) -> tuple[str, str] | None:
    """Worst and best score, where they are written differently."""
    if outcome.worst is None or outcome.best is None:
        return None
    low, high = (score(end, bands).removesuffix(".0") for end in (outcome.worst, outcome.best))
    return None if low == high else (low, high)


def show(document: Document) -> Values:
    """Every policy with its indicators."""
    judgement = document.scorecard
    return {
        "judgement": judgement,
        "bands": judgement.framework.bands,
        "hidden": hides_grade(judgement),
        "policies": policy_rows(document),
        "score": score_sentence(judgement),
        "sum": sum_words(judgement),
        "views": all_views(judgement, document.facts),
        "interval": interval_sentence(judgement, document.certainty),
        "gates": gate_sentences(judgement),
        "missing": missing_sentence(judgement),
        "on_paper": share_on_paper(judgement, papers_of(document.facts)),
    }


def answer(document: Document) -> Values:
    """The overall grade, what it could be, and what holds it down."""
    judgement = document.scorecard
    return {
        "grade": judgement.grade,
        "bands": judgement.framework.bands,
        "range": grade_range(judgement),
        "hold": hold_sentence(judgement, document.certainty),
        "missing": missing_sentence(judgement),
        "gates": gate_sentences(judgement),
        "lifted": lifted_gate_sentences(judgement),
    }


def outcome_table(document: Document) -> Table:
    """One row an indicator."""
    bands = document.framework.bands
    columns: dict[str, Callable[[Outcome], object]] = {
        _("rule"): lambda one: one.code,
        _("name"): lambda one: pick_language(one.indicator.names),
        _("state"): lambda one: one.state,
        _("value"): lambda one: cell_of(one, one.measured.value),
        _("unit"): lambda one: one.measured.unit,
        _("numerator"): lambda one: cell_of(one, one.measured.numerator),
        _("denominator"): lambda one: cell_of(one, one.measured.denominator),
        _("score"): lambda one: cell_of(one, one.known_score and score(one.known_score, bands)),
        _("worst"): lambda one: one.worst and score(one.worst, bands),
        _("best"): lambda one: one.best and score(one.best, bands),
        _("grade"): lambda one: one.grade,
    }
    return table_of(document, columns, document.scorecard.outcomes)


def cell_of(outcome: Outcome, figure: object) -> object:
    """A figure as a cell; in words where it is not shown, None where it is unknown."""
    return _("not shown") if figure is None and rests_on_hidden(outcome) else figure


register(
    Section(
        name="scorecard",
        page="scorecard",
        title=gettext_lazy("Scorecard"),
        lead=gettext_lazy("Measured against recommended policy, not only the law."),
        show=show,
        answer=answer,
        table=outcome_table,
    )
)
