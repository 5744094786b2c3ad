"""Every public figure says whether somebody else has checked its records."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from accounts.roles import Role
from compliance.evaluation.facts import TABLES
from compliance.public_pages.checks import checked_words, record_words
from compliance.public_pages.document import read_document
from compliance.services.publications import find_flaws
from projects.services.verification import verify_record
from tests.cast import YEAR, Cast, Mine, given_role, produced, published

RECORDS = ("assessment/1", "assessment/2", "assessment/3")


@pytest.mark.parametrize(
    ("states", "words"),
    [
        ({}, "Reported only: nobody of another organisation has verified them."),
        ({"assessment/1": "verified"}, "1 of 3 verified by a reviewer of another organisation."),
        (
            {"assessment/1": "disputed", "assessment/3": "unverified"},
            "1 of 3 in dispute; 1 of 3 could not be verified.",
        ),
        ({"condition/1": "verified"}, "Reported only: nobody of another organisation has verified them."),
    ],
)
def test_a_figure_says_how_many_of_its_own_records_are_verified_or_in_dispute(
    states: dict[str, str], words: str
) -> None:
    assert checked_words(RECORDS, states) == words


def test_a_figure_without_records_says_nothing_of_checks() -> None:
    assert checked_words([], {"assessment/1": "verified"}) == ""


@pytest.mark.parametrize("table", [known.record for known in TABLES.values()])
def test_every_kind_of_record_has_words(table: str) -> None:
    assert record_words(f"{table}/7").endswith(" 7")


@pytest.mark.django_db
def test_what_a_reviewer_of_another_organisation_verified_is_public_on_the_figure_and_nothing_else_is(
    client: Client, cast: Cast, mine: Mine
) -> None:
    record: Any = mine.records["employment"]
    given_role(cast, cast.nobody, cast.regulator, Role.REVIEWER)
    verify_record(
        actor=cast.nobody, record=record, revision=record.source.revision, note="Compared with the payroll of December."
    )
    publication = published(cast, produced(mine.project))
    checked = read_document(publication).sealed["checks"]
    assert checked == [{"record": f"employment-return/{record.pk}", "state": "verified"}]
    page = client.get(f"/en/projects/{mine.project.slug}/scorecard/").content.decode()
    assert page.count("1 of 2 verified by a reviewer of another organisation.") == 3
    assert "Reported only: nobody of another organisation has verified them." in page
    spanish = client.get(f"/es/projects/{mine.project.slug}/scorecard/").content.decode()
    assert "1 de 2 verificado por un revisor de otra organización." in spanish
    table = client.get(f"/en/projects/{mine.project.slug}/{YEAR}/checks.csv").content.decode()
    assert f"employment return {record.pk},verified" in table
    assert list(find_flaws()) == []


@pytest.mark.django_db
def test_a_document_of_records_that_are_only_reported_is_sealed_without_checks(cast: Cast, mine: Mine) -> None:
    assert "checks" not in published(cast, produced(mine.project)).content
