"""Loans and sales in advance: what nobody says of them stands as unknown."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from accounts.models import Organisation
from projects.models import Financing, Project
from tests.cast import YEAR, enter, gather_cast, open_mine, produced, published

KIND, FOUND_BY, BY_COMPANIES = "financings", "banco", True


def typed(mine: Project, company: Organisation, year: int) -> dict[str, Any]:
    """A loan of a bank, of which nobody says when it ends."""
    bank = Organisation.objects.get_or_create(name="Banco Andino", kind="company", country="CN")[0]
    loan = {"party": bank.pk, "instrument": "loan", "amount": "250000000", "currency": "USD"}
    return loan | {"signed_on": f"{year}-03-04"}


@pytest.mark.parametrize(
    ("said", "refused"),
    [
        ({}, []),
        ({"currency": ""}, ["a_financing_says_its_currency"]),
        ({"share_percent": Decimal(5)}, ["a_debt_is_paid_in_money"]),
        ({"share_percent": Decimal(5), "instrument": "stream"}, []),
    ],
)
def test_a_debt_has_no_share_of_what_is_dug_and_an_amount_has_a_currency(said: Any, refused: list[str]) -> None:
    usual = {"signed_on": date(YEAR, 1, 1), "ends_on": None, "amount": Decimal(1), "currency": "USD"}
    rules: Any = Financing._meta.constraints
    columns = usual | {"instrument": "loan", "share_percent": None} | said
    assert [rule.name for rule in rules if rule.broken_by(columns)] == refused


@pytest.mark.django_db(databases=["default", "public"])
def test_who_lends_and_who_bought_in_advance_stands_in_public(client: Client) -> None:
    cast = gather_cast()
    mine = open_mine(cast.monitor, cast.company)
    buyer = Organisation.objects.create(name="Comercial Sol", kind="company", country="CH")
    stream = Financing(project=mine.project, party=buyer, instrument="stream", signed_on=date(YEAR - 1, 5, 1))
    stream.share_percent = Decimal("12.5000")
    enter(cast.monitor, stream)
    published(cast, produced(mine.project))
    page = client.get(f"/en/projects/{mine.project.slug}/owners/").content.decode().replace("\xa0", " ")
    assert "US$ 250,000,000" in page
    assert "12.5 % of what is dug" in page
    table = client.get(f"/es/projects/{mine.project.slug}/{YEAR}/finance.csv").content.decode()
    assert "Comercial Sol" in table
