"""The working of one figure in words: what was divided by what, and how the value became points."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.design.writing import currency_symbol, figure, money, number, score
from compliance.evaluation.judgement import SCORED, UNKNOWN, Outcome
from compliance.words import MISSING

TERMS = {
    "paid_against_due": (gettext_lazy("paid, at most what was due"), gettext_lazy("due this year")),
    "days_late": (gettext_lazy("each sum × its days late"), gettext_lazy("paid in all")),
    "priority_spending": (gettext_lazy("for health, education and infrastructure"), gettext_lazy("paid in all")),
    "reconciliation_gap": (gettext_lazy("how far the two sides lie apart"), gettext_lazy("what the recipients say")),
    "local_hire_share": (gettext_lazy("workers who live in the districts"), gettext_lazy("all workers")),
    "women_share": (gettext_lazy("women"), gettext_lazy("all workers")),
    "foreign_headcount": (gettext_lazy("foreigners who count"), gettext_lazy("all employees")),
    "participation_held": (gettext_lazy("meetings held"), gettext_lazy("meetings planned")),
    "conditions_overdue": (gettext_lazy("conditions not met in time"), gettext_lazy("conditions due")),
    "commitments_on_time": (gettext_lazy("promises kept on time"), gettext_lazy("promises due")),
}
"""What stands above and below the line, by measure; the other measures divide nothing."""

IN_MONEY = frozenset({"paid_against_due", "days_late", "priority_spending", "reconciliation_gap"})


@dataclass(frozen=True)
class Division:
    """Numerator and denominator as people read them."""

    numerator: str
    denominator: str
    above: str
    below: str
    hundredfold: bool
    """whether the quotient is of every 100"""


def division_of(outcome: Outcome) -> Division | None:
    """What was divided by what; nothing where the measure is no ratio or is not known."""
    measure = outcome.rule.measure
    if measure not in TERMS or outcome.measured.numerator is None or outcome.measured.denominator is None:
        return None
    currency = outcome.measured.decided_by if measure in IN_MONEY else ""
    above, below = TERMS[measure]
    top = number(outcome.measured.numerator) if measure == "days_late" else money(outcome.measured.numerator, currency)
    return Division(
        top, money(outcome.measured.denominator, currency), str(above), str(below), outcome.indicator.unit == "percent"
    )


def is_ratio(outcome: Outcome) -> bool:
    """Whether the parts of the figure are quotients."""
    return outcome.rule.measure in TERMS


def currency_words(outcome: Outcome) -> str:
    """Which of several currencies decides; they are never added."""
    if outcome.rule.measure not in IN_MONEY or not outcome.measured.decided_by:
        return ""
    count = sum(1 for part in outcome.measured.breakdown if " " not in part.name)
    if count < 2:
        return ""
    words = _("The weakest of %(count)s currencies: %(currency)s.")
    return words % {"count": count, "currency": currency_symbol(outcome.measured.decided_by)}


def points_words(outcome: Outcome) -> str:
    """How the value became points, with its numbers; or what the rule does while nothing is known."""
    if outcome.state == UNKNOWN:
        return str(MISSING[outcome.rule.missing])
    if outcome.state != SCORED or outcome.computed_score is None:
        return ""
    points = {"points": score(outcome.computed_score)}
    if outcome.rule.kind == "binary":
        return (
            _("Kept: %(points)s points.") if outcome.measured.passes else _("Not kept: %(points)s points.")
        ) % points
    value, floor, ceiling = outcome.measured.value, outcome.rule.floor, outcome.rule.ceiling
    if value is None or floor is None or ceiling is None:
        return ""
    terms = {"value": figure(value), "floor": figure(floor), "ceiling": figure(ceiling)} | points
    plain = (value - floor) / (ceiling - floor)
    if plain < 0:
        return _("100 × (%(value)s − %(floor)s) ÷ (%(ceiling)s − %(floor)s) is below 0: 0 points.") % terms
    if plain > 1:
        return _("100 × (%(value)s − %(floor)s) ÷ (%(ceiling)s − %(floor)s) is above 100: 100 points.") % terms
    return _("100 × (%(value)s − %(floor)s) ÷ (%(ceiling)s − %(floor)s) = %(points)s points.") % terms
