"""Purchases from the form to the page: what suppliers nearby get of what the mine spends."""

from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client

from accounts.models import Organisation
from compliance.evaluation.criteria.purchases import PurchasesFact
from compliance.evaluation.facts import SUPPLIERS
from compliance.evaluation.small_numbers import cover
from compliance.public_pages.purchases import show
from compliance.public_pages.suppliers import RegistryWords, show_suppliers, suppliers_table
from projects.models import ProcurementReturn, Project
from tests.cast import YEAR, gather_cast, open_mine, produced, published
from tests.compliance.evaluation.builders import day, facts

KIND, FOUND_BY, BY_COMPANIES = "purchases", "minera", True


def typed(mine: Project, company: Organisation, year: int) -> dict[str, Any]:
    """A return of a year."""
    period = {"period_start": f"{year}-01-01", "period_end": f"{year}-12-31"}
    sums = {"eligible_amount": "400", "local_amount": "64", "indigenous_amount": "9", "currency": "PEN"}
    firms = {
        "ownership_registry": "Registry of companies",
        "suppliers": "41",
        "local_suppliers": "7",
        "days_until_paid": "47",
    }
    return period | sums | firms | {"buyer": company.pk}


@pytest.mark.parametrize(
    ("said", "refused"),
    [
        ({}, []),
        ({"indigenous_amount": 401}, ["indigenous_purchases_are_at_most_all_purchases"]),
        ({"indigenous_amount": None}, ["a_registry_of_owners_stands_behind_a_sum"]),
        ({"indigenous_amount": None, "ownership_registry": ""}, []),
        ({"suppliers": 6}, ["local_suppliers_are_at_most_all_suppliers"]),
        ({"local_suppliers": 0}, ["what_was_bought_in_the_districts_has_a_supplier"]),
        ({"local_suppliers": 0, "local_amount": 0}, []),
        ({"local_suppliers": 0, "local_amount": None}, []),
    ],
)
def test_what_a_return_says_of_suppliers_fits_what_it_says_of_purchases(said: Any, refused: list[str]) -> None:
    usual = {"eligible_amount": 400, "local_amount": 64, "indigenous_amount": 9, "ownership_registry": "Registry"}
    rules: Any = [rule for rule in ProcurementReturn._meta.constraints if hasattr(rule, "broken_by")]
    assert [
        rule.name for rule in rules if rule.broken_by(usual | {"suppliers": 41, "local_suppliers": 7} | said)
    ] == refused


def shown(looks_at: tuple[str, ...] = (SUPPLIERS,), words: tuple[RegistryWords, ...] = (), **said: Any) -> Any:
    """The texts of the section about suppliers for one return with a document."""
    usual: dict[str, Any] = {"eligible_amount": Decimal(400), "voice": "company", "evidence": 1, "currency": "PEN"}
    period = {"period_start": day("2025-01-01"), "period_end": day("2025-12-31")}
    row = PurchasesFact(record="procurement-return/1", buyer="Minera Sami", **usual | period | said)
    left, covered = cover(facts(purchases=[row]), {})
    document: Any = SimpleNamespace(
        facts=left, covered=covered, rows=lambda _part, _name: words, framework=SimpleNamespace(looks_at=looks_at)
    )
    found: Any = show_suppliers(document)
    return found and [text for _row, texts in found["rows"] for _heading, text in texts]


REGISTRY = RegistryWords(record="procurement-return/1", registry="Registry of companies")


@pytest.mark.parametrize(
    ("said", "words", "texts"),
    [
        ({}, (), ["We don’t know", "We don’t know"]),
        ({"indigenous_amount": Decimal(0)}, (), ["S/ 0", "0.00"]),
        (
            {"indigenous_amount": Decimal(9)},
            (),
            ["We don’t know. The return says S/ 9, and not who owns the firms.", "We don’t know"],
        ),
        (
            {"indigenous_amount": Decimal(9), "ownership_is_registered": True, "evidence": 0},
            (REGISTRY,),
            ["We don’t know. The return says S/ 9, without a document.", "We don’t know"],
        ),
        (
            {"indigenous_amount": Decimal(9), "ownership_is_registered": True},
            (REGISTRY,),
            ["S/ 9, by this registry: Registry of companies", "2.25"],
        ),
        (
            {"indigenous_amount": Decimal(9), "ownership_is_registered": True},
            (),
            ["S/ 9, by this registry: not public", "2.25"],
        ),
    ],
)
def test_a_sum_of_which_nobody_shows_who_owns_the_firms_is_said_not_to_be_known(
    said: Any, words: Any, texts: Any
) -> None:
    found = [text.replace("\xa0", " ") for text in shown(words=words, **said)]
    assert found == [*texts, "We don’t know", "We don’t know"]


@pytest.mark.parametrize(
    ("said", "texts"),
    [
        ({"suppliers": 41, "local_suppliers": 7}, "7 of 41 in the districts"),
        ({"suppliers": 41}, "41; we don’t know how many in the districts"),
        ({"local_suppliers": 7}, "7 in the districts; we don’t know how many in all"),
        ({"local_suppliers": 1}, "fewer than 5 in the districts; we don’t know how many in all"),
        ({"suppliers": 41, "local_suppliers": 4}, "fewer than 5 of 41 in the districts"),
        ({"suppliers": 41, "local_suppliers": 0}, "0 of 41 in the districts"),
    ],
)
def test_how_many_firms_there_are_is_said_as_far_as_it_is_known(said: Any, texts: str) -> None:
    assert shown(**said)[2] == texts


@pytest.mark.parametrize(
    ("firms", "share", "cell"),
    [
        (5, "16", 5),
        (0, "16", 0),
        *((few, "Not shown: it would tell on fewer than five people.", "fewer than 5") for few in (1, 4)),
    ],
)
def test_what_fewer_than_five_firms_get_has_no_share_beside_it(firms: int, share: str, cell: object) -> None:
    period: dict[str, Any] = {"period_start": day("2025-01-01"), "period_end": day("2025-12-31"), "currency": "PEN"}
    sums = {"eligible_amount": Decimal(400), "local_amount": Decimal(64), "local_suppliers": firms}
    row = PurchasesFact(record="procurement-return/1", buyer="Minera Sami", **period | sums)
    left, covered = cover(facts(purchases=[row]), {})
    rules = SimpleNamespace(looks_at=(SUPPLIERS,))
    document: Any = SimpleNamespace(
        facts=left, covered=covered, framework=rules, slug="sami", year=2025, rows=lambda _part, _name: ()
    )
    shown: Any = show(document)
    [(_row, texts)] = shown["rows"]
    assert [*texts][-1][1] == share
    heads, line = suppliers_table(document)
    assert line[[*heads].index("suppliers_in_the_districts")] == cell


def test_rules_that_do_not_look_at_suppliers_say_nothing_of_them_and_days_are_said_in_words() -> None:
    assert shown(looks_at=()) is None
    assert shown(days_until_paid=Decimal(47))[3] == "47 days"


@pytest.mark.django_db
def test_what_a_monitor_enters_stands_on_the_public_page_once_it_is_published(client: Client) -> None:
    cast = gather_cast()
    mine = open_mine(cast.monitor, cast.company)
    published(cast, produced(mine.project))
    for language, heading in (("en", "What the mine buys nearby"), ("es", "Lo que la mina compra cerca")):
        assert heading in client.get(f"/{language}/projects/{mine.project.slug}/work/").content.decode()
    assert f"{YEAR}-12-31" in client.get(f"/en/projects/{mine.project.slug}/{YEAR}/purchases.csv").content.decode()
