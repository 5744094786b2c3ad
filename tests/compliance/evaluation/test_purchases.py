"""L06 and L07: what suppliers of the districts, and firms of indigenous people or communities, get of what the mine buys."""

from decimal import Decimal
from typing import Any

import pytest

from compliance.evaluation.criteria.indigenous import CensusShareFact
from compliance.evaluation.criteria.purchases import PurchasesFact, indigenous_procurement, local_procurement
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
            local_suppliers=None,
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


def from_firms(*returns: tuple[int | None, int | None, str], **said: Any) -> Any:
    """The measurement of returns: bought in all, from firms of indigenous people, and in which currency; on paper, with a registry."""
    known: dict[str, Any] = {"ownership_is_registered": True, "voice": "company", "evidence": 1} | said
    rows = [
        PurchasesFact(
            record=f"procurement-return/{number}",
            buyer="Minera Puka Willka",
            period_start=day("2025-01-01"),
            period_end=day("2025-12-31"),
            currency=currency,
            eligible_amount=None if whole is None else Decimal(whole),
            indigenous_amount=None if firms is None else Decimal(firms),
            **known,
        )
        for number, (whole, firms, currency) in enumerate(returns)
    ]
    return indigenous_procurement(facts(purchases=rows), indicator("L03"))


@pytest.mark.parametrize(
    ("returns", "found", "missing"),
    [
        ([(400, 9, "PEN")], (Decimal("2.25"), Decimal("2.25"), Decimal("2.25")), ()),
        ([(400, 0, "PEN")], (0, 0, 0), ()),
        ([(400, None, "PEN")], (None, None, None), ("no-indigenous-purchases",)),
        ([(400, -1, "PEN")], (None, None, None), ("no-indigenous-purchases",)),
        ([(400, 8, "PEN"), (400, None, "PEN")], (1, 1, 51), ("no-indigenous-purchases",)),
        ([(400, 8, "PEN"), (None, 9, "PEN")], (2, 0, 100), ("no-purchases-in-all",)),
        ([(0, 0, "PEN")], (None, None, None), ()),
        ([], (None, None, None), ("no-procurement-return",)),
    ],
)
def test_purchases_from_firms_of_indigenous_people_count_of_what_was_bought_in_all(
    returns: Any, found: Any, missing: Any
) -> None:
    measured = from_firms(*returns)
    assert ((measured.value, measured.low, measured.high), measured.missing) == (found, missing)


@pytest.mark.parametrize(
    ("said", "missing"),
    [
        ({"ownership_is_registered": False}, "owners-not-shown"),
        ({"evidence": 0}, "owners-bare-word"),
        ({"evidence": 0, "ownership_is_registered": False}, "owners-not-shown"),
    ],
)
def test_a_sum_of_which_nobody_shows_who_owns_the_firms_does_not_count(said: Any, missing: str) -> None:
    measured = from_firms((400, 9, "PEN"), **said)
    assert ((measured.value, measured.low, measured.high), measured.missing) == ((None, None, None), (missing,))


def test_beside_a_sum_that_counts_one_without_a_registry_only_raises_the_best_case_as_far_as_it_goes() -> None:
    shown = from_firms((400, 8, "PEN")).breakdown[0]
    assert shown.numerator == 8
    rows = [
        PurchasesFact(
            record=f"procurement-return/{number}",
            buyer="Minera Puka Willka",
            period_start=day("2025-01-01"),
            period_end=day("2025-12-31"),
            currency="PEN",
            eligible_amount=Decimal(400),
            indigenous_amount=Decimal(8),
            local_suppliers=None,
            ownership_is_registered=is_registered,
            evidence=1,
        )
        for number, is_registered in enumerate((True, False))
    ]
    measured: Any = indigenous_procurement(facts(purchases=rows), indicator("L03"))
    assert (measured.value, measured.low, measured.high) == (1, 1, 2)


@pytest.mark.parametrize(("said", "counts"), [({"voice": "authority", "evidence": 0}, True), ({"opens": True}, True)])
def test_the_word_of_an_authority_or_an_address_that_anybody_can_open_is_no_bare_word(said: Any, counts: bool) -> None:
    measured = from_firms((400, 8, "PEN"), **{"evidence": 0} | said)
    assert (measured.value == 2) is counts


@pytest.mark.parametrize(
    ("percent", "said", "applies"),
    [
        (0, {"voice": "authority"}, False),
        (1, {"voice": "authority"}, True),
        (0, {"voice": "company", "evidence": 1}, True),
        (0, {"voice": "company"}, True),
    ],
)
def test_where_an_authority_says_that_nobody_is_indigenous_there_are_no_firms_to_buy_from(
    percent: int, said: Any, applies: bool
) -> None:
    share = CensusShareFact(
        record="census-share/1", census_year=2017, indigenous_percent=Decimal(percent), **{"evidence": 0} | said
    )
    found = indigenous_procurement(facts(**{"census-shares": [share]}), indicator("L03"))
    assert (found.applicable, found.reason) == (applies, "" if applies else "nobody-in-census")
    assert applies or found.records == (share.record,)


def test_of_two_currencies_the_lowest_share_counts() -> None:
    measured = from_firms((400, 20, "PEN"), (100, 1, "USD"))
    assert (measured.value, measured.decided_by) == (1, "USD")
