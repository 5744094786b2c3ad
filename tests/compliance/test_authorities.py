"""What authorities asked of mines, over all mines published: only in words that are public, and with what nobody says."""

from __future__ import annotations

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from accounts.models import Organisation
from compliance.public_pages.authorities import Asked, AuthorityLine, authority_lines
from projects.models import AssessmentCondition, ImpactAssessment, Source
from tests.cast import YEAR, Cast, enter, open_mine, produced, published
from tests.compliance.test_minerals import words


def test_authorities_stand_by_their_name_and_last_the_studies_of_which_nobody_names_one() -> None:
    mines = [[Asked("", 1, 1), Asked("Senda", 2, 0)], [Asked("Senda", 3, 2), Asked("Alto", 1, 0)], []]
    assert authority_lines(mines) == [
        AuthorityLine("Alto", 1, 1, 0),
        AuthorityLine("Senda", 2, 5, 2),
        AuthorityLine("", 1, 1, 1),
    ]


@pytest.mark.django_db(databases=["default", "public"])
def test_the_page_counts_conditions_in_public_words_by_the_authority_that_approved_the_study(
    client: Client, cast: Cast
) -> None:
    mine = open_mine(cast.monitor, cast.company)
    study, condition = mine.records["assessments"], mine.records["conditions"]
    authority = Organisation.objects.create(name="Senda", kind=Organisation.Kind.AGENCY, country="PE")
    ImpactAssessment.objects.update(approved_by=authority)
    vague = AssessmentCondition(
        assessment=study, description="Water the road as far as possible", due_on=condition.due_on
    )
    enter(cast.monitor, vague)
    kept_back = AssessmentCondition(assessment=study, description="Keep quiet", due_on=condition.due_on)
    Source.objects.filter(pk=enter(cast.monitor, kept_back).source_id).update(audience="confidential")
    published(cast, produced(mine.project))
    assert "Authority Mines Conditions Of these, in words that oblige nobody Senda 1 2 1" in words(
        client, "/en/authorities/"
    )
    assert "Senda 1 2 1" in words(client, "/es/authorities/")
    assert "Approved by Senda." in words(client, f"/en/projects/{mine.project.slug}/environment/")


@pytest.mark.django_db(databases=["default", "public"])
def test_where_nobody_says_who_approved_the_study_the_page_says_so(client: Client, cast: Cast) -> None:
    assert "No publication tells the words of a condition yet." in words(client, "/en/authorities/")
    mine = open_mine(cast.monitor, cast.company)
    published(cast, produced(mine.project))
    assert "We don’t know which authority 1 1 0" in words(client, "/en/authorities/")
    assert "Approved by" not in words(client, f"/en/projects/{mine.project.slug}/environment/")


@pytest.mark.django_db
def test_only_what_was_approved_on_a_day_names_who_approved_it(cast: Cast) -> None:
    mine = open_mine(cast.monitor, cast.company)
    study = mine.records["assessments"]
    study.approved_by = Organisation.objects.create(name="Senda", kind=Organisation.Kind.AGENCY, country="PE")
    study.full_clean()
    study.approved_on = None
    with pytest.raises(ValidationError, match="Say on which day it was approved"):
        study.full_clean()
    study.approved_by, study.submitted_on = None, date(YEAR, 1, 1)
    study.full_clean()
