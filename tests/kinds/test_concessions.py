"""Concessions: each is of one mine, and stands on its public page."""

from typing import Any

import pytest
from django.test import Client

from accounts.models import Organisation
from projects.kinds import KINDS_OF_RECORD
from projects.models import Project
from tests.cast import YEAR, gather_cast, mine, open_mine, produced, published
from tests.projects.intake_help import map_columns, upload

KIND, FOUND_BY, BY_COMPANIES = "concessions", "minera", False


def typed(mine: Project, company: Organisation, year: int) -> dict[str, Any]:
    """A concession that the company holds, another one for each mine and year."""
    given = {"code": f"01-{mine.pk:05d}-{year}", "title": "Sami Uno", "holder": company.pk}
    return given | {"hectares": "1000", "titled_on": f"{year}-03-01"}


@pytest.mark.django_db
def test_a_code_that_another_mine_of_the_country_has_is_refused_and_the_mine_is_not_named() -> None:
    cast = gather_cast()
    own, other = open_mine(cast.monitor, cast.company), mine(cast.monitor, "Qori Mayu")
    abroad = mine(cast.monitor, "Ch'aska", country="BO")
    code = own.records[KIND].code
    says = "A mine of this country has a concession of this code already. Correct the code or the mine."
    form = KINDS_OF_RECORD[KIND].form({"code": code}, actor=cast.monitor, project=other)
    assert form.errors == {"code": [says]}
    assert KINDS_OF_RECORD[KIND].form({"code": code}, actor=cast.monitor, project=abroad).is_valid()
    text = f"project,code of the concession\nQori Mayu,{code}\n".encode()
    row = map_columns(cast.monitor, upload(cast.monitor, "c.csv", text, KIND)).rows.get()
    assert says in str(row.errors)


@pytest.mark.django_db(databases=["default", "public"])
def test_a_concession_stands_on_the_public_page(client: Client) -> None:
    cast = gather_cast()
    own = open_mine(cast.monitor, cast.company)
    published(cast, produced(own.project))
    code = own.records[KIND].code
    assert code in client.get(f"/en/projects/{own.project.slug}/owners/").content.decode()
    assert f"{code},Sami Uno,Minera Sami,1000" in (
        client.get(f"/en/projects/{own.project.slug}/{YEAR}/concessions.csv").content.decode()
    )
