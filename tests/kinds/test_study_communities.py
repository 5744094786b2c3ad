"""Communities in the area of a study: each study names one once, and the page says which study names whom."""

from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest

from accounts.models import Organisation
from communities.models import Community, LeftOutClaim, StudyCommunity
from compliance.evaluation.criteria.study_areas import LeftOutClaimFact, StudyCommunityFact
from compliance.evaluation.gathering import Scope, gather
from compliance.public_pages.assessments import study_events, study_of
from compliance.public_pages.study_areas import areas_table, show_areas
from projects.kinds import KINDS_OF_RECORD
from projects.models import Project
from tests.cast import YEAR, gather_cast, neighbour, open_mine
from tests.compliance.evaluation.builders import assessment, day, facts

KIND, FOUND_BY, BY_COMPANIES = "study-communities", "ayllu", False


def typed(mine: Project, company: Organisation, year: int) -> dict[str, Any]:
    """A community that the first study of the mine names."""
    return {**study_and_community(mine, StudyCommunity), "degree": "direct"}


def study_and_community(mine: Project, kind: type[StudyCommunity | LeftOutClaim]) -> dict[str, Any]:
    """The first study of a mine, and a community of which no record of the kind says anything; a neighbour where there is one."""
    said = kind.objects.filter(assessment__project=mine).values("community")
    entered_by: Any = mine.source.entered_by
    near = Community.objects.of_project(mine).exclude(pk__in=said).first()
    one = near or neighbour(entered_by, f"Ayllu {Community.objects.count()}")
    return {"assessment": mine.assessments.earliest("pk").pk, "community": one.pk}


def test_each_study_stands_with_whom_it_names_and_who_says_that_it_left_them_out() -> None:
    pit, dam, road = assessment(component="pit"), assessment(component="dam"), assessment(component="road")
    named = [
        StudyCommunityFact(
            record=f"study-community/{at}", assessment=study.record, community=name, slug=name, degree=how
        )
        for at, (study, name, how) in enumerate([(pit, "B", "direct"), (pit, "A", "direct"), (pit, "C", "indirect")])
    ]
    claim = LeftOutClaimFact(
        record="left-out-claim/1", assessment=dam.record, community="D", slug="d", said_on=day("2025-03-01")
    )
    known = facts(**{"assessments": [pit, dam, road], "study-communities": named, "left-out-claims": [claim]})
    document: Any = SimpleNamespace(slug="mine", year=2025, facts=known)
    shown: Any = show_areas(document)
    assert {row.name: [text for _heading, text in texts] for row, texts in shown["rows"]} == {
        "Pit": ["A, B", "C", "None on record"],
        "Dam": ["None on record", "None on record", "D"],
    }
    _head, *copied = areas_table(document)
    assert [row[4:6] for row in copied] == [
        ["B", "direct"],
        ["A", "direct"],
        ["C", "indirect"],
        ["D", "claims-left-out"],
    ]


def test_the_certified_area_is_told_at_the_approval_and_silence_says_nothing() -> None:
    approved = {"component": "pit", "submitted_on": day("2020-01-01"), "approved_on": day("2021-01-01")}

    def told(**said: Any) -> str:
        return study_of(assessment(**approved, **said), None, day("2025-12-31"), "R-1").approval

    assert told() == "R-1."
    assert told(certified_hectares=0) == "R-1. Certified area: 0 hectares."
    assert told(certified_hectares=1240, participation_planned=0) == (
        "R-1. Certified area: 1,240 hectares. No meeting with people was planned."
    )
    events = study_events([study_of(assessment(**approved, certified_hectares=5), None, day("2025-12-31"), "")], False)
    assert "Pit: study approved. Certified area: 5 hectares." in [one.text for one in events]


@pytest.mark.django_db
def test_a_study_names_a_community_once_from_the_year_in_which_it_was_handed_in() -> None:
    cast = gather_cast()
    mine = open_mine(cast.monitor, cast.company)
    study = mine.records["assessments"]
    again = {"assessment": study.pk, "community": mine.community.pk, "degree": "indirect"}
    form = KINDS_OF_RECORD[KIND].form(again, actor=cast.monitor, project=mine.project)
    assert list(form.errors) == ["community"]
    years = range(study.submitted_on.year - 1, study.submitted_on.year + 2)
    gathered = gather(Scope(frozenset((mine.project.pk, year) for year in years), date(YEAR, 1, 1)))
    named = [[row.community for row in gathered[mine.project.pk, year][StudyCommunityFact]] for year in years]
    assert named == [[], [mine.community.name], [mine.community.name]]
