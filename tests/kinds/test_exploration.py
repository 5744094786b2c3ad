"""Exploration works and changes of studies, from the form to the public page."""

from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client

from accounts.models import Organisation
from compliance.public_pages.exploration import show_small_changes, small_changes
from projects.kinds import KINDS_OF_RECORD
from projects.models import ExplorationWorks, ImpactAssessment, Project
from tests.cast import YEAR, Cast, Mine, enter, gather_cast, open_mine, produced, published
from tests.compliance.evaluation.builders import assessment, day, facts

KIND, FOUND_BY, BY_COMPANIES = "exploration-works", "ministerio", True


def typed(mine: Project, company: Organisation, year: int) -> dict[str, Any]:
    """What the ministry counted in a year."""
    counted_by = Organisation.objects.get(name="Ministerio")
    sizes = {"platforms": "38", "hectares": "6.5", "tunnel_metres": "12.5", "pilot_plant": "true"}
    first = mine.assessments.earliest("pk")
    return sizes | {"assessment": first.pk, "as_of": f"{year}-04-02", "counted_by": counted_by.pk}


@pytest.fixture
def cast(db: None) -> Cast:
    """Everybody."""
    return gather_cast()


@pytest.fixture
def mine(cast: Cast) -> Mine:
    """A mine with a study, and a small change of it."""
    mine = open_mine(cast.monitor, cast.company)
    change = {"instrument": "ITS", "component": "pump", "approved_on": date(YEAR, 3, 11)}
    enter(cast.monitor, ImpactAssessment(project=mine.project, amends=mine.records["assessments"], **change))
    return mine


@pytest.mark.parametrize(
    ("sizes", "refused"),
    [
        ({}, ["exploration_works_say_something"]),
        ({"platforms": 0}, []),
        ({"resettlement": False}, []),
        ({"hectares": -1}, ["hectares_disturbed_is_not_negative"]),
        ({"tunnel_metres": -1}, ["tunnel_metres_is_not_negative"]),
        ({"platforms": 8, "only_added": True}, []),
        ({"platforms": 8, "only_added": True, "counted_by": 1}, ["only_plans_add_to_plans"]),
    ],
)
def test_a_count_says_a_size_none_below_zero_and_leaves_works_out_only_in_a_plan(
    sizes: dict[str, Any], refused: list[str]
) -> None:
    names = ("platforms", "hectares", "tunnel_metres", "pilot_plant", "resettlement", "counted_by")
    nothing = dict.fromkeys(names) | {"only_added": False}
    rules: Any = ExplorationWorks._meta.constraints
    assert [rule.name for rule in rules if rule.broken_by(nothing | sizes)] == refused


def test_an_update_names_its_study_and_what_is_named_is_a_first_study(cast: Cast, mine: Mine) -> None:
    first = mine.records["assessments"]
    change = first.amendments.get()
    form = KINDS_OF_RECORD["assessments"].form

    def errors(instrument: str, amends: Any, own: Any = None) -> dict[str, list[str]]:
        given = {"instrument": instrument, "component": "dam", "amends": amends and amends.pk}
        found = form(given, actor=cast.monitor, project=mine.project, instance=own).errors.as_data()
        return {name: [one.code for one in rows] for name, rows in found.items()}

    assert errors("update", None) == {"amends": ["an_update_names_its_study"]}
    assert errors("update", first) == {}
    assert errors("ITS", None) == {}
    assert errors("ITS", change) == {"amends": ["not_a_first_study"]}
    assert errors("EIA-d", first, first) == {"amends": ["not_a_first_study"]}
    assert errors("EIA-d", None, first) == {}


@pytest.mark.django_db(databases=["default", "public"])
@pytest.mark.parametrize(
    ("language", "headings"),
    [
        ("en", ("How large the exploration is", "counted by: regulator")),
        ("es", ("Qué tamaño tiene la exploración", "contado por: autoridad")),
    ],
)
def test_the_size_of_an_exploration_stands_in_public_with_what_kind_of_organisation_counted_it(
    client: Client, cast: Cast, mine: Mine, language: str, headings: tuple[str, str]
) -> None:
    published(cast, produced(mine.project))
    page = client.get(f"/{language}/projects/{mine.project.slug}/environment/").content.decode()
    assert [heading for heading in headings if heading not in page] == []
    table = client.get(f"/en/projects/{mine.project.slug}/{YEAR}/exploration.csv").content.decode()
    told = table.splitlines()[1].split(",")[4:-1]
    assert told == [f"{YEAR}-04-02", "regulator", "No", "38", "6.5", "12.5", "Yes", ""]


def test_small_changes_are_counted_by_study_and_year() -> None:
    pit, dam = assessment(component="pit"), assessment(component="dam")
    days = ["2023-05-01", "2024-05-01", "2024-09-01", None]
    changes = [assessment(instrument="ITS", amends=pit.record, approved_on=one and day(one)) for one in days]
    others = [
        assessment(instrument="ITS", approved_on=day("2024-05-01")),
        assessment(instrument="ITS", amends=dam.record, decision="refused"),
        assessment(instrument="update", amends=pit.record, approved_on=day("2024-05-01")),
    ]
    document: Any = SimpleNamespace(facts=facts(assessments=[pit, dam, *changes, *others]))
    assert small_changes(document) == [(pit, None, 1), (pit, 2023, 1), (pit, 2024, 2)]
    document.facts = facts(assessments=[pit, *others])
    assert show_small_changes(document) is None
