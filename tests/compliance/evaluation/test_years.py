"""Which years a row of facts is counted in, by the years that it says, and which of them it lets be reported on."""

from collections.abc import Callable

import pytest

from compliance.evaluation.facts import (
    ARREARS,
    ObligationFact,
    YearRule,
    after_year,
    from_year,
    of_year,
    reaching_into_year,
    up_to_year,
    within_year,
)
from tests.compliance.evaluation.builders import facts, obligation

YEARS = (2024, 2025, 2026, 2027)
Said = tuple[int | None, ...]


def years_of(rule: YearRule, said: Said) -> list[int]:
    """The years, of four, that a row is counted in by what the columns of its rule say."""
    assert len(said) == len(rule.columns)
    return [year for year in YEARS if rule.belongs(said, year)]


@pytest.mark.parametrize(
    ("make", "said", "years"),
    [
        (lambda: of_year("year"), (2025,), [2025]),
        (lambda: of_year("year"), (None,), []),
        (lambda: of_year("of_the_debt", "own"), (2024, 2025), [2024]),
        (lambda: of_year("of_the_debt", "own"), (None, 2025), [2025]),
        (lambda: within_year("first", "last"), (2025, 2025), [2025]),
        (lambda: within_year("first", "last"), (2026, 2025), []),
        (lambda: within_year("first", "last"), (None, 2025), []),
    ],
)
def test_a_payment_is_of_the_year_of_its_debt_and_a_return_of_the_one_that_it_lies_in(
    make: Callable[[], YearRule], said: Said, years: list[int]
) -> None:
    rule = make()
    assert years_of(rule, said) == years
    assert (rule.opens, rule.reaches_on) == (True, False)


def test_an_exemption_lets_no_year_be_reported_on() -> None:
    assert not of_year("year", opens=False).opens


@pytest.mark.parametrize(
    ("make", "said", "years", "opens"),
    [
        (lambda: up_to_year("year"), (2025,), [2025, 2026, 2027], True),
        (lambda: up_to_year("year"), (None,), [], True),
        (lambda: from_year("submitted", "approved"), (2026, 2025), [2025, 2026, 2027], False),
        (lambda: from_year("submitted", "approved"), (None, 2026), [2026, 2027], False),
        (lambda: from_year("submitted", "approved"), (None, None), [2024, 2025, 2026, 2027], False),
        (lambda: after_year("year"), (2025,), [2026, 2027], False),
        (lambda: after_year("year"), (None,), [], False),
        (lambda: reaching_into_year("first", "last"), (2024, 2026), [2024, 2025, 2026], False),
        (lambda: reaching_into_year("first", "last"), (2025, 2025), [], False),
        (lambda: reaching_into_year("first", "last"), (None, 2025), [], False),
    ],
)
def test_conditions_studies_open_debts_and_fiscal_years_reach_into_others_and_conditions_alone_open_one(
    make: Callable[[], YearRule], said: Said, years: list[int], opens: bool
) -> None:
    rule = make()
    assert years_of(rule, said) == years
    assert (rule.opens, rule.reaches_on) == (opens, True)


def test_a_framework_that_asks_for_no_arrears_sees_only_what_is_of_the_year() -> None:
    own, left = obligation(1), obligation(2, carried=True)
    known = facts(obligations=[own, left])
    assert known.seen_by(())[ObligationFact] == (own,)
    assert len(known.seen_by((ARREARS,))[ObligationFact]) == 2
