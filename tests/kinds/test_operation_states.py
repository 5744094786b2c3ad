"""States of operation: an authority's act and a bare word are different sentences."""

from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest

from accounts.models import Organisation
from compliance.evaluation.criteria.closure_plans import OperationStateFact
from compliance.evaluation.gathering import Scope, gather
from compliance.public_pages.closure_plans import show_states
from projects.kinds import KINDS_OF_RECORD
from projects.models import OperationState, Project
from tests.cast import YEAR, gather_cast, open_mine
from tests.compliance.evaluation.builders import day, facts

KIND, FOUND_BY, BY_COMPANIES = "operation-states", "ministerio", True


def typed(mine: Project, company: Organisation, year: int) -> dict[str, Any]:
    """A suspension that the ministry ordered in a year."""
    ministry = Organisation.objects.get(name="Ministerio")
    days = {"starts_on": f"{year}-02-01", "ends_on": f"{year}-05-01"}
    return {"state": "suspended", "reason": "ordered", "authority": ministry.pk, "act": f"R-{year}", **days}


def told(**said: Any) -> tuple[str, str, list[str]]:
    """The state, what stands below it, and its days and reason."""
    usual: dict[str, Any] = {"record": "operation-state/1", "state": "abandoned", "starts_on": day("2024-06-30")}
    document: Any = SimpleNamespace(
        as_of=day("2025-12-31"), facts=facts(**{"operation-states": [OperationStateFact(**usual | said)]})
    )
    shown: Any = show_states(document)
    [(row, texts)] = shown["rows"]
    return row.name, row.about, [text for _heading, text in texts]


def test_without_an_act_a_mine_is_only_said_to_be_abandoned() -> None:
    silent = ["30 June 2024", "No end is on record", "Nobody says it"]
    assert told(voice="monitor") == ("Said to be abandoned", "No act of an authority is on record", silent)


def test_a_state_that_has_ended_is_told_in_the_past_and_one_that_has_not_in_the_present() -> None:
    names = [told(state="suspended", voice="monitor", ends_on=day(end))[0] for end in ("2025-09-15", "2026-09-15")]
    assert names == ["Said to have been suspended", "Said to be suspended"]


def test_by_an_act_it_is_abandoned_and_the_act_is_named() -> None:
    said = {"authority": "Ministerio", "act": "R-12", "reason": "prices", "ends_on": day("2025-03-01")}
    words = ["30 June 2024", "1 March 2025", "Prices or costs"]
    assert told(voice="authority", **said) == ("Abandoned", "By an act of Ministerio: R-12", words)


@pytest.mark.parametrize(("evidence", "state"), [(0, "Said to be abandoned"), (1, "Abandoned")])
def test_an_act_of_which_the_company_alone_speaks_counts_on_paper(evidence: int, state: str) -> None:
    assert told(voice="company", authority="Ministerio", act="R-12", evidence=evidence)[0] == state


def test_an_act_has_an_authority_and_a_state_ends_after_it_began() -> None:
    usual = {"starts_on": date(YEAR, 2, 1), "ends_on": None, "authority": None, "act": ""}
    asked: Any = [rule for rule in OperationState._meta.constraints if hasattr(rule, "broken_by")]

    def broken(**said: Any) -> list[str]:
        return [rule.name for rule in asked if rule.broken_by(usual | said)]

    assert broken() == []
    assert broken(act="R-12", authority=1) == []
    assert broken(act="R-12") == broken(authority=1) == ["an_act_has_an_authority_and_a_number"]
    assert broken(ends_on=date(YEAR, 2, 1)) == ["a_state_of_operation_ends_after_it_starts"]


@pytest.mark.django_db
def test_a_state_is_a_fact_of_the_years_in_which_it_lasts_and_no_other_begins_meanwhile() -> None:
    cast = gather_cast()
    mine = open_mine(cast.monitor, cast.company).project
    other = {"state": "operating", "starts_on": f"{YEAR}-04-30"}
    form = KINDS_OF_RECORD[KIND].form(other, actor=cast.monitor, project=mine)
    assert list(form.errors) == ["starts_on"]
    OperationState.objects.filter(project=mine).update(starts_on=date(YEAR - 1, 2, 1))
    years = range(YEAR - 2, YEAR + 2)
    gathered = gather(Scope(frozenset((mine.pk, year) for year in years), date(YEAR + 3, 1, 1)))
    assert [year for year in years if gathered[mine.pk, year][OperationStateFact]] == [YEAR - 1, YEAR]
