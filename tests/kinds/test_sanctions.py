"""Sanctions: what an authority decided, whether it is final, and whether it was paid."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from accounts.models import Organisation
from compliance.evaluation.criteria.inspections import SanctionFact
from compliance.public_pages.inspections import paid_words
from projects.models import Project, Sanction
from tests.cast import gather_cast, open_mine, produced, published

KIND, FOUND_BY, BY_COMPANIES = "sanctions", "ministerio", False


def typed(mine: Project, company: Organisation, year: int) -> dict[str, Any]:
    """A fine of a year that was appealed."""
    authority = Organisation.objects.get(name="Ministerio")
    decided = {"authority": authority.pk, "decided_on": f"{year}-06-01", "decision": "fine", "resolution": "14"}
    return decided | {"amount": "50000", "currency": "PEN", "state": "appealed"}


@pytest.mark.parametrize(
    ("columns", "refused"),
    [
        ({}, []),
        ({"decision": "warning"}, ["only_a_fine_has_an_amount"]),
        ({"decision": "warning", "amount": None, "currency": ""}, []),
        ({"currency": ""}, ["a_fine_says_its_currency"]),
        ({"paid_on": date(2025, 5, 31)}, ["a_sanction_is_paid_after_it_is_decided"]),
    ],
)
def test_only_a_fine_has_an_amount_with_its_currency_and_is_paid_once_it_is_decided(
    columns: dict[str, Any], refused: list[str]
) -> None:
    said = {
        "decision": "fine",
        "amount": Decimal(5),
        "currency": "PEN",
        "decided_on": date(2025, 6, 1),
        "paid_on": None,
    }
    rules: Any = Sanction._meta.constraints
    assert [rule.name for rule in rules if rule.broken_by(said | columns)] == refused


@pytest.mark.parametrize(("decision", "words"), [("warning", "–"), ("measure", "Nobody says so")])
def test_a_warning_asks_nothing_that_could_be_paid_or_carried_out(decision: str, words: str) -> None:
    row = SanctionFact(record="sanction/1", authority="OEFA", decided_on=date(2025, 6, 1), decision=decision)
    assert paid_words(row) == words


@pytest.mark.django_db(databases=["default", "public"])
def test_a_fine_under_appeal_that_nobody_says_was_paid_is_told_as_that_in_both_languages(client: Client) -> None:
    cast = gather_cast()
    mine = open_mine(cast.monitor, cast.company)
    published(cast, produced(mine.project))
    for language, words in (("en", ("Under appeal", "Nobody says so")), ("es", ("En apelación", "Nadie lo dice"))):
        page = client.get(f"/{language}/projects/{mine.project.slug}/oversight/").content.decode()
        for one in ("50,000", *words):
            assert one in page, one
