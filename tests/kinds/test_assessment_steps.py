"""The course of a study: observations, answers, and how it ended, in the order of their days, on its timeline."""

from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from accounts.models import Organisation
from compliance.evaluation.criteria.study_steps import StudyStepFact
from compliance.public_pages.assessments import step_events, study_of
from projects.kinds import KINDS_OF_RECORD
from projects.models import AssessmentStep, ImpactAssessment, Project
from tests.cast import Cast, enter, gather_cast, open_mine, produced, published
from tests.compliance.evaluation.builders import assessment, day, facts

KIND, FOUND_BY, BY_COMPANIES = "assessment-steps", "senace", True


def typed(mine: Project, company: Organisation, year: int) -> dict[str, Any]:
    """What the authority observed of the first study, each time in a document of its own."""
    document = f"Auto SENACE {AssessmentStep.objects.count()}"
    study = mine.assessments.earliest("pk")
    return {"assessment": study.pk, "step": "observed", "taken_on": f"{year}-02-03", "document": document}


@pytest.fixture
def cast(db: None) -> Cast:
    """Everybody."""
    return gather_cast()


@pytest.fixture
def study(cast: Cast) -> ImpactAssessment:
    """A study that was handed in, approved, and of which no step is on record."""
    mine = open_mine(cast.monitor, cast.company)
    days = {"submitted_on": date(2020, 3, 1), "approved_on": date(2020, 9, 1)}
    study = ImpactAssessment(project=mine.project, instrument="EIA-d", component="dam", **days)
    enter(cast.monitor, study)
    return study


def errors(cast: Cast, study: ImpactAssessment, step: str, on: str) -> list[str]:
    """Why a step is refused at its day."""
    given = {"assessment": study.pk, "step": step, "taken_on": on}
    form = KINDS_OF_RECORD[KIND].form(given, actor=cast.monitor, project=study.project)
    found = form.errors.as_data()
    assert not found or list(found) == ["taken_on"]
    return [one.code for one in found.get("taken_on", ())]


def test_nothing_happens_with_a_study_before_it_was_handed_in(cast: Cast, study: ImpactAssessment) -> None:
    assert errors(cast, study, "observed", "2020-02-29") == ["before_it_was_handed_in"]
    assert errors(cast, study, "observed", "2020-03-01") == []
    ImpactAssessment.objects.filter(pk=study.pk).update(submitted_on=None)
    assert errors(cast, study, "observed", "2020-02-29") == []


@pytest.mark.parametrize("step", ["lapsed", "annulled"])
def test_an_approval_ends_after_it_was_given(cast: Cast, study: ImpactAssessment, step: str) -> None:
    assert errors(cast, study, step, "2020-08-31") == ["before_it_was_approved"]
    assert errors(cast, study, step, "2020-09-01") == []
    assert errors(cast, study, "withdrawn", "2020-08-31") == []


def test_no_answer_is_earlier_than_the_first_observation(cast: Cast, study: ImpactAssessment) -> None:
    assert errors(cast, study, "answered", "2020-04-01") == [], "what was observed may not be on record"
    enter(cast.monitor, AssessmentStep(assessment=study, step="observed", taken_on=date(2020, 5, 1)))
    assert errors(cast, study, "answered", "2020-04-30") == ["before_it_was_observed"]
    assert errors(cast, study, "answered", "2020-05-01") == []
    enter(cast.monitor, AssessmentStep(assessment=study, step="answered", taken_on=date(2020, 5, 20)))
    assert errors(cast, study, "observed", "2020-06-10") == [], "it was observed a second time"
    first = study.steps.get(step="observed")
    first.taken_on = date(2020, 5, 21)
    with pytest.raises(ValidationError) as refused:
        first.full_clean()
    assert list(refused.value.error_dict) == ["taken_on"]


def test_a_study_is_not_handed_in_after_what_happened_with_it(cast: Cast, study: ImpactAssessment) -> None:
    enter(cast.monitor, AssessmentStep(assessment=study, step="observed", taken_on=date(2020, 5, 1)))
    study.submitted_on = date(2020, 5, 2)
    with pytest.raises(ValidationError) as refused:
        study.full_clean()
    assert list(refused.value.error_dict) == ["submitted_on"]
    study.submitted_on = date(2020, 5, 1)
    study.full_clean()


def test_a_certificate_ends_after_the_day_of_its_approval_as_far_as_both_are_known() -> None:
    rules: Any = ImpactAssessment._meta.constraints
    [rule] = [one for one in rules if one.name == "a_certificate_ends_after_its_approval"]
    ends = day("2025-03-01")
    assert rule.broken_by({"approved_on": ends, "valid_until": ends})
    assert not rule.broken_by({"approved_on": day("2025-02-28"), "valid_until": ends})
    assert not rule.broken_by({"approved_on": None, "valid_until": ends})
    study = assessment(approved_on=day("2024-01-01"), valid_until=ends)
    assert study_of(study, None, day("2025-12-31"), "R-1").approval == "R-1. Valid until 1 March 2025."


def test_a_step_stands_on_the_timeline_with_its_study_its_document_and_who_says_so() -> None:
    study = assessment(record="assessment/1", component="pit")
    usual: dict[str, Any] = {"taken_on": day("2025-03-01")}
    observed: dict[str, Any] = {"step": "observed", "document": "Auto 12", "voice": "authority"}
    rows = [
        StudyStepFact(record="assessment-step/1", assessment="assessment/1", **usual | observed),
        StudyStepFact(record="assessment-step/2", assessment="assessment/2", step="lapsed", **usual),
    ]
    described = [study_of(study, None, day("2025-12-31"), "")]
    document: Any = SimpleNamespace(
        facts=facts(**{"assessments": [study], "assessment-steps": rows}), rows=lambda part, name: tuple(described)
    )
    assert [(one.text, one.voice) for one in step_events(document)] == [
        ("Pit: the authority made observations. Auto 12", "authority"),
        ("A study: the approval lapsed.", "unknown"),
    ]


@pytest.mark.django_db(databases=["default", "public"])
@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "the authority made observations. Auto SENACE"), ("es", "la autoridad hizo observaciones. Auto SENACE")],
)
def test_what_was_observed_of_a_study_stands_in_public(client: Client, cast: Cast, language: str, words: str) -> None:
    mine = open_mine(cast.monitor, cast.company)
    card = produced(mine.project)
    published(cast, card)
    page = client.get(f"/{language}/projects/{mine.project.slug}/environment/").content.decode()
    assert words in page
    table = client.get(f"/en/projects/{mine.project.slug}/{card.year}/assessment-steps.csv").content.decode()
    assert f"observed,{card.year}-02-03,Auto SENACE" in table
