"""Other names of a mine: no second mine is entered by them, and its public page shows them."""

from typing import Any

import pytest
from django.test import Client

from accounts.models import Organisation
from projects.models import MineName, Project
from tests.cast import enter, gather_cast, mine, open_mine, produced, published
from tests.projects.intake_help import codes, map_columns, upload

KIND, FOUND_BY, BY_COMPANIES = "mine-names", "sunqu", False


def typed(mine: Project, company: Organisation, year: int) -> dict[str, Any]:
    """What it was called until some year."""
    return {"name": f"Yana Sunqu {year}", "language": "qu", "ends_on": f"{year}-01-01"}


@pytest.mark.django_db
def test_an_import_and_a_search_know_a_mine_by_its_former_name(client: Client) -> None:
    cast = gather_cast()
    own = mine(cast.monitor, "Puka Willka")
    enter(cast.monitor, MineName(project=own, name="Proyecto Titiri"))
    batch = map_columns(cast.monitor, upload(cast.monitor, "p.csv", b"proyecto\nPROYECTO TITIRI\n", "projects"))
    assert codes(batch.rows.get()) == {"name": "already_here"}
    text = b"project,phase,from\nProyecto Titiri,Exploration,01/01/2019\n"
    assert codes(map_columns(cast.monitor, upload(cast.monitor, "f.csv", text, "phases")).rows.get()) == {}
    client.force_login(cast.monitor)
    assert "Puka Willka" in client.get("/en/work/projects/", {"q": "titiri"}).content.decode()


@pytest.mark.django_db(databases=["default", "public"])
def test_a_former_name_stands_on_the_public_page(client: Client) -> None:
    cast = gather_cast()
    own = open_mine(cast.monitor, cast.company)
    published(cast, produced(own.project))
    page = client.get(f"/en/projects/{own.project.slug}/owners/").content.decode()
    assert f'<span lang="qu">{own.records[KIND].name}</span>' in page
