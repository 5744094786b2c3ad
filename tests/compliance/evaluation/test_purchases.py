"""L06: what suppliers of the direct-influence districts get of what the mine buys."""

from decimal import Decimal
from typing import Any

import pytest

from compliance.evaluation.criteria.purchases import PurchasesFact, local_procurement
from tests.compliance.evaluation.builders import day, facts, indicator


def bought(*returns: tuple[int | None, int | None, str]) -> Any:
    """The measurement of returns: bought in all, in the districts, and in which currency."""
    rows = [
        PurchasesFact(
            record=f"procurement-return/{number}",
            buyer="Minera Puka Willka",
            period_start=day("2025-01-01"),
            period_end=day("2025-12-31"),
            currency=currency,
            eligible_amount=None if whole is None else Decimal(whole),
            local_amount=None if local is None else Decimal(local),
        )
        for number, (whole, local, currency) in enumerate(returns)
    ]
    return local_procurement(facts(purchases=rows), indicator("L03"))


@pytest.mark.parametrize(
    ("returns", "found", "missing"),
    [
        ([(400, 64, "PEN"), (100, 0, "USD")], (0, 0, 0), ()),
        ([(400, 64, "PEN"), (400, None, "PEN")], (8, 8, 58), ("no-local-purchases",)),
        ([(400, 64, "PEN"), (None, 9, "PEN")], (16, 0, 100), ("no-purchases-in-all",)),
        ([], (None, None, None), ("no-procurement-return",)),
    ],
)
def test_purchases_in_the_districts_count_of_what_was_bought_in_all(returns: Any, found: Any, missing: Any) -> None:
    measured = bought(*returns)
    assert ((measured.value, measured.low, measured.high), measured.missing) == (found, missing)


@pytest.mark.parametrize(
    ("dollars", "found", "decided_by"),
    [
        ((0, 0, "USD"), (16, 16, 16), "PEN"),
        ((None, 9, "USD"), (16, 0, 16), "PEN"),
        ((1, None, "USD"), (0, 0, 16), "USD"),
        ((1, 0, "USD"), (0, 0, 0), "USD"),
        ((100, 90, "USD"), (16, 16, 16), "PEN"),
    ],
)
def test_a_currency_in_which_nothing_was_bought_opens_nothing_and_one_of_unknown_purchases_may_be_the_weakest(
    dollars: Any, found: Any, decided_by: str
) -> None:
    measured = bought((400, 64, "PEN"), dollars)
    assert ((measured.value, measured.low, measured.high), measured.decided_by) == (found, decided_by)
