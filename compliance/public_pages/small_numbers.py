"""How pages say that a figure is not shown, because it would tell on fewer than five people."""

from __future__ import annotations

from collections.abc import Collection
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Any

from django.utils.translation import gettext as _

from accounts.design.writing import number
from compliance.evaluation.judgement import WITHHELD, Judgement, Outcome
from compliance.evaluation.small_numbers import ENOUGH, HIDDEN_COUNTS, columns_left_out
from compliance.public_pages.document import Document


def rests_on_hidden(outcome: Outcome) -> bool:
    """Whether some of an indicator's figures are not shown."""
    return HIDDEN_COUNTS in outcome.measured.flags


def hides_grade(judgement: Judgement, policy: str = "") -> bool:
    """Whether the grade of a policy, or of the whole, is not shown because it would give a hidden count away."""
    result = judgement.policy(policy) if policy else judgement
    outcomes = judgement.outcomes_of(policy) if policy else judgement.outcomes
    return result.grade == WITHHELD and result.score is None and any(map(rests_on_hidden, outcomes))


def hidden_sentence() -> str:
    """Why something is not shown."""
    return _("Not shown: it would tell on fewer than five people.")


def between_words(least: Decimal, most: Decimal) -> str:
    """Between which whole numbers a hidden one lies."""
    if most < ENOUGH:
        return _("fewer than 5")
    ends = least.to_integral_value(ROUND_FLOOR), most.to_integral_value(ROUND_CEILING)
    return _("%(least)s to %(most)s") % {"least": number(ends[0]), "most": number(ends[1])}


def hidden_in(document: Document, table: str) -> dict[str, tuple[str, ...]]:
    """By the record of a table of facts the columns that are not shown, because they would tell on fewer than five people."""
    return {one.record: columns_left_out(one) for one in document.covered if one.table == table}


def words_of_count(row: Any, name: str, hidden: Collection[str]) -> str:
    """A number of a row, that it is not shown, or that we do not know it."""
    if name in hidden:
        return hidden_sentence()
    count = getattr(row, name)
    return _("We don’t know") if count is None else number(count)


def words_of_firms(row: Any, name: str, hidden: Collection[str]) -> str | None:
    """How many firms there are, fewer than five where that is hidden; None where nobody knows."""
    if name in hidden:
        return _("fewer than 5")
    count = getattr(row, name)
    return None if count is None else number(count)


def cell_of_count(row: Any, name: str, hidden: Collection[str]) -> object:
    """A number of a row in a table to copy: in words where it is not shown, nothing where nobody knows it."""
    return hidden_sentence() if name in hidden else getattr(row, name)
