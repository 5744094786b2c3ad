"""Carried interest: what a partner of a joint venture holds while others pay for it."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from accounts.models import Organisation
from compliance.public_pages.project import carried_words
from projects.models import OwnershipStake
from tests.cast import YEAR, Cast, enter, gather_cast, open_mine, produced, published


@pytest.fixture
def cast(db: None) -> Cast:
    """Everybody."""
    return gather_cast()


def test_it_is_said_how_much_who_pays_and_until_when_and_what_of_it_nobody_says() -> None:
    words = carried_words(Decimal("2.50"), "Huaxin", date(2030, 12, 31)).replace("\xa0", " ")
    assert words == "carried interest, 2.5 of 100, paid for by Huaxin, until 31 December 2030"
    assert carried_words(Decimal(3), None, None) == "carried interest, 3 of 100, nobody says who pays for it"
    assert carried_words(None, "Huaxin", None) == "carried interest, nobody says how much, paid for by Huaxin"
    assert carried_words(None, None, None) == ""


@pytest.mark.parametrize(
    ("said", "broken"),
    [
        ({"carried_percent": Decimal(15)}, []),
        ({"carried_percent": Decimal("15.0001")}, ["what_others_carry_is_at_most_the_share"]),
        ({"carried_percent": Decimal(0)}, ["what_others_carry_is_at_most_the_share"]),
        ({"carried_until": date(2020, 1, 1)}, ["a_share_is_carried_after_it_is_held"]),
        ({"carried_until": date(2020, 1, 2)}, []),
    ],
)
def test_others_carry_at_most_the_share_and_not_before_it_is_held(said: dict[str, Any], broken: list[str]) -> None:
    usual = {"share_percent": Decimal(15), "starts_on": date(2020, 1, 1), "ends_on": None}
    usual |= {"carried_percent": None, "carried_until": None}
    rules: Any = OwnershipStake._meta.constraints
    assert [rule.name for rule in rules if rule.broken_by(usual | said)] == broken


def partner(cast: Cast, by: Organisation | None) -> OwnershipStake:
    """A partner of 15 of 100, of which others pay for 10."""
    fund = Organisation.objects.create(name="Fondo Comunal", kind="company", country="PE")
    own = open_mine(cast.monitor, cast.company)
    days = {"starts_on": date(2021, 1, 1), "carried_until": date(YEAR + 4, 12, 31)}
    stake = OwnershipStake(project=own.project, owner=fund, share_percent=Decimal(15), **days)
    stake.carried_percent, stake.carried_by = Decimal(10), by or fund
    return enter(cast.monitor, stake)  # type: ignore[no-any-return]


def test_nobody_carries_a_share_of_ones_own(cast: Cast) -> None:
    with pytest.raises(ValidationError) as refused:
        partner(cast, None)
    assert set(refused.value.message_dict) == {"carried_by"}


@pytest.mark.django_db(databases=["default", "public"])
def test_it_stands_with_the_partner_in_tables_tree_and_statements_and_with_no_other_owner(
    client: Client, cast: Cast
) -> None:
    slug = partner(cast, cast.company).project.slug
    published(cast, produced(OwnershipStake.objects.get(owner__name="Fondo Comunal").project))
    page = client.get(f"/en/projects/{slug}/owners/").content.decode().replace("\xa0", " ")
    said = f"Carried interest, 10 of 100, paid for by {cast.company.name}, until 31 December {YEAR + 4}"
    assert page.count(said) == 3, "the table of owners, the tree, and the table of all owners"
    assert "Parte cuyos costos pagan otros" in client.get(f"/es/projects/{slug}/owners/").content.decode()
    shares = [
        one["recordDetails"]["interests"][0]
        for one in client.get(f"/en/projects/{slug}/{YEAR}/owners.json").json()
        if one["recordType"] == "relationship"
    ]
    assert [one["share"]["exact"] for one in shares if "details" in one] == [15]
    table = client.get(f"/en/projects/{slug}/{YEAR}/project.csv").content.decode()
    assert "carried_in_percent" in table
