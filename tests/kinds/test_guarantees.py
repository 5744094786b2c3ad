"""Guarantees for closing, from the form to the facts: one in another currency is asked about, and never compared."""

from datetime import date
from typing import Any

import pytest

from accounts.models import Organisation
from compliance.evaluation.criteria.closure import ClosureGuaranteeFact
from compliance.evaluation.gathering import Scope, gather
from projects.kinds import KINDS_OF_RECORD
from projects.models import Project
from tests.cast import YEAR, gather_cast, open_mine

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


@pytest.mark.django_db
def test_a_guarantee_is_a_fact_of_the_year_for_which_it_is_required_and_of_no_other() -> None:
    cast = gather_cast()
    mine = open_mine(cast.monitor, cast.company)
    pairs = frozenset({(mine.project.pk, YEAR), (mine.project.pk, YEAR + 1)})
    found = gather(Scope(pairs, date(YEAR + 2, 1, 1)))
    assert [len(facts[ClosureGuaranteeFact]) for _pair, facts in sorted(found.items())] == [1, 0]
