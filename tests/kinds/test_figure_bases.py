"""What figures of a joint venture are about: read in public beside the shares of the partners."""

from datetime import date
from typing import Any

import pytest
from django.test import Client

from accounts.models import Organisation
from compliance.evaluation.criteria.joint_ventures import FigureBasisFact
from compliance.evaluation.criteria.production import ProductionFact
from compliance.evaluation.facts import TABLES
from compliance.evaluation.gathering import Scope, gather
from projects.kinds import KINDS_OF_RECORD
from projects.models import FigureBasis, ProductionReturn, Project
from projects.services.records import concerned_pairs
from tests.cast import YEAR, enter, gather_cast, mine, open_mine, produced, published
from tests.projects.intake_help import map_columns, upload

KIND, FOUND_BY, BY_COMPANIES = "figure-bases", "employment", True


def typed(mine: Project, company: Organisation, year: int) -> dict[str, Any]:
    """The employment returns of a year are about the whole mine."""
    return {"period_start": f"{year}-01-01", "period_end": f"{year}-12-31", "of": "employment", "declared": "whole"}


def test_what_figures_are_about_is_said_of_tables_that_there_are() -> None:
    assert {*FigureBasis.Of.values} <= {table.name for table in TABLES.values()}


@pytest.mark.django_db
def test_a_basis_is_said_once_of_all_returns_and_once_of_each_company_in_forms_and_imports() -> None:
    cast = gather_cast()
    own = open_mine(cast.monitor, cast.company)
    given = typed(own.project, cast.company, YEAR)
    for reporter, refused in (("", ["of"]), (cast.other_company.pk, [])):
        form = KINDS_OF_RECORD[KIND].form(given | {"reporter": reporter}, actor=cast.monitor, project=own.project)
        assert list(form.errors) == refused
    heading = "project,of which figures,whose returns,period from,period to,what they are about"
    row = f"01/01/{YEAR},31/12/{YEAR},The whole mine (100 %)"
    lines = [f"Puka Sami,Employment returns,{whose},{row}" for whose in ("", "Minera Ajena", "Minera Ajena")]
    text = "\n".join([heading, *lines]).encode()
    rows = map_columns(cast.monitor, upload(cast.monitor, "b.csv", text, KIND)).rows.order_by("number")
    assert [one.state for one in rows] == ["refused", "ready", "refused"]


@pytest.mark.django_db
def test_a_return_of_a_fiscal_year_and_what_it_is_about_are_facts_of_both_years() -> None:
    cast = gather_cast()
    own = mine(cast.monitor, "Qori Mayu", operator=cast.company)
    days = {"project": own, "period_start": date(YEAR - 1, 7, 1), "period_end": date(YEAR, 6, 30)}
    copper = ProductionReturn(producer=cast.company, mineral_id="copper", quantity=1, unit="t", **days)
    basis = FigureBasis(of="production", declared="whole", reporter=cast.company, **days)
    for record in (copper, basis):
        enter(cast.monitor, record)
    assert concerned_pairs(copper, basis) == {(own.pk, YEAR - 1)}
    gathered = gather(Scope(frozenset((own.pk, year) for year in (YEAR - 1, YEAR, YEAR + 1)), date(YEAR + 2, 1, 1)))
    for year, there in ((YEAR - 1, True), (YEAR, True), (YEAR + 1, False)):
        facts = gathered[own.pk, year].seen_by(["arrears"])
        assert [one.carried for one in (*facts[ProductionFact], *facts[FigureBasisFact])] == [True, True] * there
    assert gathered[own.pk, YEAR][FigureBasisFact][0].reporter == cast.company.name


@pytest.mark.django_db(databases=["default", "public"])
def test_what_figures_are_about_stands_on_the_public_page(client: Client) -> None:
    cast = gather_cast()
    own = open_mine(cast.monitor, cast.company)
    published(cast, produced(own.project))
    for language, words in (("en", "The whole mine (100 %)"), ("es", "Toda la mina (100 %)")):
        page = client.get(f"/{language}/projects/{own.project.slug}/owners/").content.decode()
        assert words in page.replace("\xa0", " ")
