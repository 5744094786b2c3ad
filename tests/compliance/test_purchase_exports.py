"""Purchases as LPRM and GRI ask for them: what is not known has its row, and no value."""

from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest

from compliance.evaluation.criteria.purchases import PurchasesFact
from compliance.evaluation.facts import SUPPLIERS
from compliance.evaluation.small_numbers import cover
from compliance.public_pages.sections import SECTIONS
from tests.compliance.evaluation.builders import day, facts

WHOLE: dict[str, Any] = {
    "eligible_amount": Decimal(400),
    "local_amount": Decimal(64),
    "indigenous_amount": Decimal(9),
    "ownership_is_registered": True,
    "suppliers": 41,
    "local_suppliers": 7,
    "days_until_paid": Decimal(47),
}


def exported(name: str, *returns: dict[str, Any], looks_at: tuple[str, ...] = (SUPPLIERS,)) -> list[list[Any]]:
    """The table of a standard for some returns of a mine in two districts, without mine and year."""
    usual: dict[str, Any] = {"buyer": "Minera Sami", "currency": "PEN", "voice": "company", "evidence": 1}
    period = {"period_start": day("2025-01-01"), "period_end": day("2025-12-31")}
    rows = [
        PurchasesFact(record=f"procurement-return/{number}", **usual | period | said)
        for number, said in enumerate(returns, 1)
    ]
    left, covered = cover(facts(purchases=rows), {})
    document: Any = SimpleNamespace(
        facts=left,
        covered=covered,
        framework=SimpleNamespace(looks_at=looks_at),
        slug="puka-willka",
        name="Puka Willka",
        year=2025,
        one=lambda _part, _name: SimpleNamespace(areas=[SimpleNamespace(name="Tambo"), SimpleNamespace(name="Wayra")]),
    )
    table = SECTIONS[name].table
    assert table
    return [row[2:] for row in table(document)]


def test_each_category_of_supplier_has_its_row_with_whether_it_is_known() -> None:
    head, *rows = exported("purchases-lprm", WHOLE)
    assert head[5] == "known_or_unknown"
    assert [(row[1].partition(",")[0], *row[2:6]) for row in rows] == [
        ("all suppliers", Decimal(400), "PEN", 100, "known"),
        ("suppliers in the districts of direct influence", Decimal(64), "PEN", 16, "known"),
        ("firms of indigenous people or communities", Decimal(9), "PEN", Decimal("2.25"), "known"),
        ("suppliers elsewhere in the country", None, "PEN", None, "unknown"),
        ("suppliers abroad", None, "PEN", None, "unknown"),
        ("all suppliers", 41, "suppliers", None, "known"),
        ("suppliers in the districts of direct influence", 7, "suppliers", None, "known"),
        ("suppliers in the districts of direct influence", Decimal(47), "days, on average", None, "known"),
    ]
    period = (day("2025-01-01"), day("2025-12-31"))
    assert all(row[6:] == ["procurement-return/1", "Minera Sami", *period, "company", 1, "No"] for row in rows)


@pytest.mark.parametrize("few", [1, 4])
def test_what_fewer_than_five_firms_get_has_no_share_in_either_standard(few: int) -> None:
    hidden = "Not shown: it would tell on fewer than five people."
    _head, *rows = exported("purchases-lprm", WHOLE | {"local_suppliers": few})
    assert rows[1][2:5] == [Decimal(64), "PEN", hidden]
    assert rows[6][2] == "fewer than 5"
    _head, *rows = exported("purchases-gri", WHOLE | {"local_suppliers": few})
    assert rows[0][2] == hidden


@pytest.mark.parametrize("said", [{"ownership_is_registered": False}, {"evidence": 0}, {"indigenous_amount": None}])
def test_a_sum_of_which_nobody_shows_who_owns_the_firms_is_exported_as_unknown(said: dict[str, Any]) -> None:
    _head, *rows = exported("purchases-lprm", WHOLE | said)
    assert rows[2][2:6] == [None, "PEN", None, "unknown"]


def test_what_the_rules_of_the_year_do_not_look_at_is_not_called_unknown() -> None:
    _head, *rows = exported("purchases-lprm", {"eligible_amount": Decimal(400)}, looks_at=())
    unlooked = "not looked at by the rules of this year"
    assert [row[5] for row in rows] == ["known", "unknown", unlooked, "unknown", "unknown", *[unlooked] * 3]


def test_local_spending_has_a_row_for_each_currency_and_of_management_nothing_is_known() -> None:
    dollars = {"eligible_amount": Decimal(10), "local_amount": None, "currency": "USD"}
    _head, *rows = exported("purchases-gri", WHOLE, dollars)
    assert [(row[0], row[2], row[4]) for row in rows] == [
        ("GRI 204-1-a", 16, "known"),
        ("GRI 204-1-a", None, "unknown"),
        ("GRI 204-1-b", None, "unknown"),
        ("GRI 204-1-c", "Puka Willka", "known"),
        ("GRI 202-2-a", None, "unknown"),
        ("GRI 202-2-b", None, "unknown"),
        ("GRI 202-2-c", None, "unknown"),
        ("GRI 202-2-d", "Puka Willka", "known"),
    ]


@pytest.mark.parametrize("name", ["purchases-lprm", "purchases-gri"])
def test_without_a_return_of_purchases_there_is_nothing_to_copy(name: str) -> None:
    assert len(exported(name)) == 1
