"""Methods in use: what each replaces and changed, in figures with a unit, and by which accord it came."""

from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client

from accounts.models import Organisation
from compliance.evaluation.criteria.methods import MethodFact
from compliance.public_pages.methods import MethodWords, said_of, show_methods
from projects.kinds import KINDS_OF_RECORD
from projects.models import AccordMine, MethodInUse, Project
from projects.services.records import enter_record
from projects.services.withdrawal import withdraw_record
from tests.cast import YEAR, gather_cast, open_mine, produced, published, source
from tests.compliance.evaluation.builders import day, facts

KIND, FOUND_BY, BY_COMPANIES = "methods", "dry", True


def typed(mine: Project, company: Organisation, year: int) -> dict[str, Any]:
    """Dry tailings since a year, with what they changed in water."""
    words = {"field": "waste", "method": "Dry tailings", "replaces": "Wet tailings", "since": f"{year}-02-01"}
    return words | {"changed": "water", "before": "0.61", "after": "0.48", "unit": "m³ for one tonne of ore"}


@pytest.mark.parametrize(
    ("said", "refused"),
    [
        ({}, []),
        ({"changed": ""}, ["figures_of_a_method_say_what_changed"]),
        ({"unit": ""}, ["figures_of_a_method_have_a_unit"]),
        ({"unit": "", "before": None}, ["figures_of_a_method_have_a_unit"]),
        ({"unit": "", "changed": "", "before": None, "after": None}, []),
        ({"until": day("2024-02-01")}, ["a_method_ends_after_it_began"]),
        ({"until": day("2024-02-02")}, []),
    ],
)
def test_figures_of_a_method_say_what_changed_and_in_which_unit(said: dict[str, Any], refused: list[str]) -> None:
    usual: dict[str, Any] = {"since": day("2024-02-01"), "until": None, "changed": "water", "unit": "m³"}
    figures = {"before": Decimal("0.61"), "after": Decimal("0.48")}
    rules: Any = [rule for rule in MethodInUse._meta.constraints if hasattr(rule, "broken_by")]
    assert [rule.name for rule in rules if rule.broken_by(usual | figures | said)] == refused


@pytest.mark.parametrize(
    ("said", "words", "texts"),
    [
        ({}, {}, ["We don’t know", "since 1 February 2024", "We don’t know", "No accord is on record"]),
        (
            {"changed": "energy", "until": day("2025-06-30"), "accord": "accord/1"},
            {"replaces": "Diesel", "accord_title": "Accord of 2019"},
            ["Diesel", "from 1 February 2024 until 30 June 2025", "Energy; nobody says how much", "Accord of 2019"],
        ),
        (
            {"changed": "water", "before": Decimal("0.61"), "after": Decimal("0.48")},
            {"unit": "m³ for one tonne"},
            [
                "We don’t know",
                "since 1 February 2024",
                "Water: 0.61 before, 0.48 with it (m³ for one tonne)",
                "No accord is on record",
            ],
        ),
        (
            {"changed": "water", "after": Decimal("0.48"), "accord": "accord/1"},
            {},
            [
                "We don’t know",
                "since 1 February 2024",
                "Water: unknown before, 0.48 with it (its unit is not public)",
                "Its name is not public",
            ],
        ),
    ],
)
def test_the_page_says_what_a_method_replaces_and_changed_and_what_is_not_known(
    said: dict[str, Any], words: dict[str, str], texts: list[str]
) -> None:
    usual: dict[str, Any] = {"field": "waste", "since": day("2024-02-01"), "voice": "company"}
    row = MethodFact(record="method-in-use/1", **usual | said)
    known = (MethodWords(record="method-in-use/1", method="Dry tailings", **words),)
    document: Any = SimpleNamespace(facts=facts(methods=[row]), rows=lambda _part, _name: known)
    shown: Any = show_methods(document)
    [(line, columns)] = shown["rows"]
    assert (line.name, line.about, line.voice) == ("Dry tailings", "Waste and tailings", "company")
    assert [text for _heading, text in columns] == texts


@pytest.mark.parametrize(
    ("audience", "told", "title"),
    [("public", False, "Accord"), ("organisations", False, ""), ("organisations", True, "Accord")],
)
def test_an_accord_is_named_where_everybody_may_read_its_source_or_the_document_tells_of_it(
    audience: str, told: bool, title: str
) -> None:
    accord = SimpleNamespace(title="Accord", source=SimpleNamespace(audience=audience))
    method: Any = SimpleNamespace(accord=accord, method="Dry tailings", replaces="", unit="")
    assert said_of("method-in-use/1", method, has_told_accord=told).accord_title == title
    method.accord = None
    assert said_of("method-in-use/1", method, has_told_accord=told).accord_title == ""


@pytest.mark.django_db
def test_a_form_offers_the_accords_of_a_mine_and_those_of_others_under_which_it_was_put() -> None:
    cast = gather_cast()
    own, other, third = (open_mine(cast.monitor, cast.company, name) for name in ("Puka", "Yana", "Qori"))
    accord = other.records["accords"]

    def offered() -> set[Any]:
        return {*KINDS_OF_RECORD[KIND].form(actor=cast.monitor, project=own.project).fields["accord"].queryset}

    assert accord not in offered()
    put = AccordMine(project=own.project, accord=accord)
    enter_record(actor=cast.monitor, record=put, source=source())
    assert {own.records["accords"], accord} <= offered()
    assert third.records["accords"] not in offered()
    withdraw_record(actor=cast.monitor, record=put, reason="Another mine")
    assert accord not in offered()


@pytest.mark.django_db(databases=["default", "public"])
def test_a_method_stands_in_public_with_the_accord_by_which_it_came(client: Client) -> None:
    cast = gather_cast()
    own = open_mine(cast.monitor, cast.company)
    accord = own.records["accords"]
    sorted_by_sensors = MethodInUse(
        project=own.project, field="extraction", method="Sorting by sensors", since=day(f"{YEAR}-03-01"), accord=accord
    )
    enter_record(actor=cast.monitor, record=sorted_by_sensors, source=source())
    hidden = MethodInUse(project=own.project, field="water", method="Reverse osmosis", since=day(f"{YEAR}-05-01"))
    enter_record(actor=cast.monitor, record=hidden, source=source(audience="organisations"))
    published(cast, produced(own.project))
    for language, heading in (("en", "Methods in use"), ("es", "Métodos en uso")):
        page = client.get(f"/{language}/projects/{own.project.slug}/work/").content.decode()
        assert heading in page
        assert "Sorting by sensors" in page
        assert accord.title in page
        assert "Reverse osmosis" not in page, "its source is for organisations"
    assert "Dry tailings" in client.get(f"/en/projects/{own.project.slug}/{YEAR}/methods.csv").content.decode()
