"""What the workers of a mine do, how many left and how many were hurt, as its pages say it."""

from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest

from compliance.evaluation.small_numbers import cover
from compliance.public_pages.workforce import show, workforce_table
from projects.models import EmploymentReturn
from tests.compliance.evaluation.builders import employment, facts

HIDDEN = "Not shown: it would tell on fewer than five people."
UNKNOWN = "We don’t know"


def document(**said: Any) -> Any:
    """A document of one return, as it is published."""
    left, covered = cover(facts(employment=[employment(total_fte=200, **said)]), {})
    return SimpleNamespace(facts=left, covered=covered, slug="puka-willka", year=2025)


def shown_of(**said: Any) -> list[str]:
    shown: Any = show(document(**said))
    return [text for _row, texts in (shown["rows"] if shown else ()) for _heading, text in texts]


def test_each_return_says_what_its_workers_do_and_how_many_left_or_were_hurt() -> None:
    said = {"skilled_fte": 120, "technical_fte": 50, "heads_fte": 10, "quits": 30, "accidents": 0}
    assert shown_of(**said) == ["120", "50", "10", "30", "0"]
    assert shown_of(skilled_fte=120, accidents=9) == ["120", UNKNOWN, UNKNOWN, UNKNOWN, "9"]
    assert not shown_of(women_fte=20), "nothing is said of it"


@pytest.mark.parametrize("few", [1, 2, 3, 4])
def test_fewer_than_five_heads_or_people_who_were_hurt_are_not_shown(few: int) -> None:
    said = {"skilled_fte": 120, "technical_fte": 50, "heads_fte": few, "quits": few, "accidents": few}
    assert shown_of(**said) == ["120", "50", HIDDEN, HIDDEN, HIDDEN]
    assert workforce_table(document(**said))[1][6:11] == [Decimal(120), Decimal(50), HIDDEN, HIDDEN, HIDDEN]


@pytest.mark.parametrize("few", [1, 2, 3, 4])
def test_what_would_be_worked_out_by_subtraction_is_not_shown_either(few: int) -> None:
    """Of so many technicians who are no heads, of so many skilled workers who are no technicians, and of so many helpers."""
    assert shown_of(skilled_fte=120, technical_fte=50, heads_fte=50 - few)[:3] == ["120", "50", HIDDEN]
    assert shown_of(skilled_fte=120, technical_fte=120 - few)[:2] == ["120", HIDDEN]
    assert shown_of(skilled_fte=200 - few)[0] == HIDDEN


@pytest.mark.parametrize(
    ("said", "refused"),
    [
        ({"total_fte": 20, "skilled_fte": 20, "technical_fte": 20, "heads_fte": 20}, set()),
        ({"total_fte": 20, "skilled_fte": 21}, {"skilled_workers_are_at_most_all_workers"}),
        ({"skilled_fte": 20, "technical_fte": 21}, {"technicians_are_at_most_all_skilled_workers"}),
        ({"technical_fte": 20, "heads_fte": 21}, {"heads_are_at_most_those_below_them"}),
        ({"total_fte": 20, "heads_fte": 21}, {"heads_are_at_most_those_below_them"}),
    ],
)
def test_no_narrower_group_is_larger_than_a_wider_one(said: Any, refused: set[str]) -> None:
    rules: Any = [rule for rule in EmploymentReturn._meta.constraints if hasattr(rule, "broken_by")]
    names = {rule.name for rule in rules if "heads" in rule.name or "skilled" in rule.name}
    assert {rule.name for rule in rules if rule.broken_by(said) and rule.name in names} == refused
