"""Guarantees for closing, from the form to the facts: one in another currency is asked about, and never compared."""

from datetime import date
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client

from accounts.models import Organisation
from compliance.evaluation.criteria.closure import ClosureGuaranteeFact, ClosureRequirementFact
from compliance.evaluation.gathering import Scope, gather
from compliance.public_pages.closure import show_guarantees
from projects.kinds import KINDS_OF_RECORD
from projects.models import ClosureGuarantee, Project
from tests.cast import YEAR, gather_cast, open_mine, produced, published
from tests.compliance.evaluation.builders import facts

KIND, FOUND_BY, BY_COMPANIES = "closure-guarantees", "bank", True


def typed(mine: Project, company: Organisation, year: int) -> dict[str, Any]:
    """A bank guarantee of what is required, posted in January."""
    required = mine.closure_requirements.latest("year")
    sums = {
        "requirement": required.pk,
        "instrument": "bank",
        "amount": "18400000",
        "currency": "USD",
        "holder": company.pk,
    }
    return sums | {"posted_on": f"{year}-01-15", "stands_until": f"{year + 1}-01-31"}


@pytest.mark.django_db
def test_a_guarantee_in_another_currency_than_is_required_is_asked_about() -> None:
    cast = gather_cast()
    mine = open_mine(cast.monitor, cast.company)
    other = typed(mine.project, cast.company, YEAR) | {"currency": "PEN"}
    form = KINDS_OF_RECORD[KIND].form(other, actor=cast.monitor, project=mine.project)
    assert {name: [one.code for one in found] for name, found in form.errors.as_data().items()} == {
        "in_another_currency": ["other_currency"]
    }
    assert (
        KINDS_OF_RECORD[KIND]
        .form(other | {"in_another_currency": "on"}, actor=cast.monitor, project=mine.project)
        .is_valid()
    )


def test_of_a_guarantee_that_is_required_nobody_says_whether_it_was_posted_unless_somebody_does() -> None:
    required = [
        ClosureRequirementFact(record=f"closure-requirement/{at}", amount=amount, currency="USD")
        for at, amount in enumerate([Decimal(9), Decimal(9), Decimal(0)])
    ]
    posted = ClosureGuaranteeFact(
        record="closure-guarantee/1",
        requirement="closure-requirement/0",
        instrument="cash",
        currency="USD",
        released_on=None,
    )
    known = facts(**{"closure-requirements": required, "closure-guarantees": [posted]})
    document: Any = SimpleNamespace(facts=known)
    shown: Any = show_guarantees(document)
    assert [row.texts[1] for row, _cells in shown["rows"]][:3] == ["–", "Nobody says whether it was posted", "–"]


@pytest.mark.django_db
def test_a_guarantee_is_a_fact_of_the_year_for_which_it_is_required_and_of_no_other() -> None:
    cast = gather_cast()
    mine = open_mine(cast.monitor, cast.company)
    pairs = frozenset({(mine.project.pk, YEAR), (mine.project.pk, YEAR + 1)})
    found = gather(Scope(pairs, date(YEAR + 2, 1, 1)))
    assert [len(facts[ClosureGuaranteeFact]) for _pair, facts in sorted(found.items())] == [1, 0]


@pytest.mark.parametrize(
    ("said", "broken"),
    [
        ({}, []),
        ({"released_on": date(YEAR, 1, 15), "released_by": 1}, []),
        ({"released_on": date(YEAR, 1, 14)}, ["a_guarantee_is_released_after_it_is_posted"]),
        ({"released_by": 1}, ["whoever_releases_a_guarantee_does_it_on_a_day"]),
    ],
)
def test_a_guarantee_is_released_on_a_day_after_it_was_posted(said: dict[str, Any], broken: list[str]) -> None:
    usual = {"posted_on": date(YEAR, 1, 15), "stands_until": None, "released_on": None, "released_by": None}
    rules: Any = ClosureGuarantee._meta.constraints
    told = usual | said
    assert [rule.name for rule in rules if hasattr(rule, "broken_by") and rule.broken_by(told)] == broken


@pytest.mark.django_db(databases=["default", "public"])
def test_a_release_stands_with_its_day_and_who_released_it_apart_from_the_last_day(client: Client) -> None:
    cast = gather_cast()
    mine = open_mine(cast.monitor, cast.company)
    one = mine.records[KIND]
    one.released_on, one.released_by = date(YEAR, 9, 1), cast.regulator
    one.save()
    published(cast, produced(mine.project))
    page = client.get(f"/en/projects/{mine.project.slug}/closure/").content.decode().replace("\xa0", " ")
    assert f"Released on 1 September {YEAR} by Ministerio." in page
    assert f"31 January {YEAR + 1}" in page
    table = client.get(f"/en/projects/{mine.project.slug}/{YEAR}/guarantees.csv").content.decode()
    assert f"{YEAR}-09-01,Ministerio" in table
