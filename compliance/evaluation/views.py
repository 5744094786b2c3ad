"""Views: the same outcomes rolled up again, by how far the law binds and by who owes what is asked."""

from collections.abc import Callable
from dataclasses import dataclass

from compliance.evaluation.framework import Rule
from compliance.evaluation.judgement import Judgement
from compliance.evaluation.scoring import without


@dataclass(frozen=True, slots=True)
class View:
    """What a part of the indicators comes to, as if the others were not asked for."""

    name: str
    """what they have in common: an obligation level or a duty bearer"""
    judgement: Judgement


def by_obligation_level(judgement: Judgement) -> list[View]:
    """A view of each obligation level, in the order of the indicators; gates of other levels cap nothing in it."""
    return _views(judgement, lambda rule: rule.obligation_level)


def by_duty_bearer(judgement: Judgement) -> list[View]:
    """A view of each duty bearer, in the order of the indicators."""
    return _views(judgement, lambda rule: rule.duty_bearer)


def _views(judgement: Judgement, part_of: Callable[[Rule], str]) -> list[View]:
    parts = {outcome.code: part_of(outcome.rule) for outcome in judgement.outcomes}
    return [
        View(name, without(judgement, {code for code, part in parts.items() if part != name}))
        for name in dict.fromkeys(parts.values())
    ]
