"""Inspections: what an authority found stands in public with who was present, and what nobody says is not said."""

import re
from datetime import date
from typing import Any

import pytest
from django.test import Client

from accounts.models import Organisation
from projects.kinds import KINDS_OF_RECORD
from projects.models import Inspection, InspectionFinding, Project, RequiredReport, Sanction, Source
from projects.services.records import enter_record
from tests.cast import YEAR, enter, gather_cast, open_mine, produced, published

KIND, FOUND_BY, BY_COMPANIES = "inspections", "ministerio", False


def typed(mine: Project, company: Organisation, year: int) -> dict[str, Any]:
    """A visit of a year that found something, corrected since."""
    authority = Organisation.objects.get(name="Ministerio")
    seen = {"authority": authority.pk, "inspected_on": f"{year}-04-02", "subject": "environment"}
    found = {"finding": "corrected", "found": "Water ran over the channel", "corrected_on": f"{year}-05-02"}
    return seen | found | {"community_present": "true"}


@pytest.mark.parametrize(
    ("columns", "refused"),
    [
        ({}, []),
        ({"corrected_on": date(2025, 4, 1)}, ["a_finding_is_corrected_after_the_inspection"]),
        ({"finding": "open"}, ["only_what_was_corrected_has_a_day_of_it"]),
        ({"finding": "open", "corrected_on": None}, []),
    ],
)
def test_a_correction_comes_after_the_visit_and_belongs_to_a_finding_that_was_corrected(
    columns: dict[str, Any], refused: list[str]
) -> None:
    said = {"inspected_on": date(2025, 4, 2), "finding": "corrected", "corrected_on": date(2025, 4, 2)} | columns
    rules: Any = Inspection._meta.constraints
    assert [rule.name for rule in rules if rule.broken_by(said)] == refused


@pytest.mark.django_db(databases=["default", "public"])
def test_what_was_found_stands_in_public_with_who_was_present_and_what_is_unknown(client: Client) -> None:
    cast = gather_cast()
    mine = open_mine(cast.monitor, cast.company)
    authority = Organisation.objects.get(name="Ministerio")
    enter(
        cast.monitor,
        Inspection(project=mine.project, authority=authority, inspected_on=date(YEAR, 9, 3), subject="safety"),
    )
    published(cast, produced(mine.project))
    page = client.get(f"/en/projects/{mine.project.slug}/oversight/").content.decode()
    assert f"Environment, 2 April {YEAR}: Water ran over the channel" in page.replace("\xa0", " ")
    assert f"Something found, and corrected, 2 May {YEAR}" in page.replace("\xa0", " ")
    assert page.count("We don’t know") >= 3  # who was present at the second visit, and what it found
    table = client.get(f"/es/projects/{mine.project.slug}/{YEAR}/inspections.csv").content.decode()
    assert "Ministerio" in table
    assert f"{YEAR}-09-03" in table


@pytest.mark.django_db(databases=["default", "public"])
def test_a_condition_is_followed_on_one_line_to_report_inspection_and_decision(client: Client) -> None:
    cast = gather_cast()
    mine = open_mine(cast.monitor, cast.company)
    condition, authority = mine.records["conditions"], Organisation.objects.get(name="Ministerio")
    at_this_mine = {"project": mine.project}
    before, visit = (
        Inspection(**at_this_mine, condition=condition, authority=authority, inspected_on=day, subject="environment")
        for day in (date(YEAR - 1, 11, 3), date(YEAR, 9, 3))
    )
    warning = {"decided_on": date(YEAR, 2, 4), "decision": "warning", "state": "final", "authority": authority}
    stop = {"decided_on": date(YEAR, 11, 2), "decision": "stop", "state": "appealed", "authority": authority}
    stop["appealed_on"] = date(YEAR, 11, 9)
    dust = {"found": "Dust on the road", "condition": condition, "correct_by": date(YEAR, 10, 1)}
    report = {"title": "Noise", "due_by": date(YEAR, 7, 31), "handed_in_on": date(YEAR, 8, 2)}
    for record, voice in (
        (before, "authority"),
        (visit, "authority"),
        (InspectionFinding(inspection=visit, **dust), "monitor"),
        (InspectionFinding(inspection=visit, found="An open gate"), "authority"),
        (Sanction(**at_this_mine, **warning, inspection=before), "authority"),
        (Sanction(**at_this_mine, **stop, inspection=visit), "authority"),
        (RequiredReport(**at_this_mine, **report, condition=condition), "company"),
    ):
        enter_record(actor=cast.monitor, record=record, source=Source(voice=voice))
    published(cast, produced(mine.project))
    page = client.get(f"/en/projects/{mine.project.slug}/oversight/").content.decode()
    conditions = page.replace("\xa0", " ").partition('id="conditions"')[2].partition("</section>")[0]
    [line] = re.findall(r'<ol class="below">.*?</ol>', conditions, re.DOTALL)
    assert "the year’s reports, inspections and decisions about it" in page
    assert [" ".join(re.sub(r"<[^>]*>", "", step).split()) for step in line.split("</li>")[:-1]] == [
        f"Warning, 4 February {YEAR}, Final A public authority says so.",
        f"Report due on 31 July {YEAR}: 2 August {YEAR}, 2 days late The mine says so.",
        f"Inspected on 3 September {YEAR}: We don’t know A public authority says so.",
        f"Found by the inspection of 3 September {YEAR}: “Dust on the road”; to be corrected by 1 October {YEAR}."
        " Nobody says that it was corrected A monitor says so.",
        f"Works stopped, 2 November {YEAR}, Under appeal; appealed on 9 November {YEAR}."
        " Nobody says that it was carried out A public authority says so.",
    ]


@pytest.mark.django_db
def test_an_inspection_is_offered_the_conditions_of_its_own_mine_and_no_others() -> None:
    cast = gather_cast()
    own, other = open_mine(cast.monitor, cast.company), open_mine(cast.stranger, cast.other_company, "Yana Mayu")
    offered = KINDS_OF_RECORD[KIND].form(actor=cast.monitor, project=own.project).fields["condition"].queryset
    assert own.records["conditions"] in offered
    assert other.records["conditions"] not in offered


@pytest.mark.django_db(databases=["default", "public"])
def test_a_mine_without_inspections_has_no_such_heading(client: Client) -> None:
    cast = gather_cast()
    mine = open_mine(cast.monitor, cast.company)
    Sanction.objects.all().delete()
    InspectionFinding.objects.all().delete()
    Inspection.objects.all().delete()
    published(cast, produced(mine.project))
    page = client.get(f"/en/projects/{mine.project.slug}/oversight/").content.decode()
    assert "Visits of authorities" not in page
    assert "What authorities decided" not in page
