"""Concessions: each is of one mine, and stands on its public page."""

from importlib import import_module
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from accounts.models import Organisation
from projects.kinds import KINDS_OF_RECORD
from projects.models import Project
from projects.models.registers import plain_code
from tests.cast import YEAR, gather_cast, mine, open_mine, produced, published, typed_record
from tests.projects.intake_help import codes, map_columns, upload

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


@pytest.mark.django_db
@pytest.mark.parametrize("written", ["010000124", "01 00001 24", "01.00001.24", "01–00001/24"])
def test_a_code_of_peru_is_one_with_whatever_marks_and_stays_as_it_was_typed(written: str) -> None:
    cast = gather_cast()
    own = mine(cast.monitor, "Qori Mayu")
    kept = typed_record(cast.monitor, own, KIND, {"code": "01-00001-24"})
    assert (kept.code, kept.plain_code) == ("01-00001-24", "010000124")
    form = KINDS_OF_RECORD[KIND].form({"code": written}, actor=cast.monitor, project=own)
    assert form.errors.keys() == {"code"}
    lines = [written, "p-01000-20", "P0100020", "010000125"]
    text = "\n".join(["project,code of the concession", *(f"Qori Mayu,{line}" for line in lines)]).encode()
    batch = map_columns(cast.monitor, upload(cast.monitor, "c.csv", text, KIND))
    assert [codes(row) for row in batch.rows.order_by("number")] == [
        {"code": "broken_rule"},
        {},
        {"code": "recorded_in_row"},
        {},
    ]


@pytest.mark.parametrize(
    ("country", "code", "plain"),
    [("PE", "08-00012 x 01", "0800012X01"), ("BO", "1-23 a", "1-23A"), ("BO", "12-3 A", "12-3A"), ("PE", "---", "---")],
)
def test_marks_are_left_out_where_the_register_tells_codes_by_letters_and_digits_alone(
    country: str, code: str, plain: str
) -> None:
    assert plain_code(country, code) == plain


@pytest.mark.django_db
def test_codes_on_record_that_are_one_without_their_marks_both_stay() -> None:
    """The migration runs on a table of this test alone."""
    module = import_module("projects.migrations.0044_plain_codes_of_concessions")
    rows = [(1, "PE", "01-00001-24"), (2, "PE", "010000124"), (3, "PE", "---"), (4, "BO", "1-23 a")]
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMPORARY TABLE projects_concession (id int, country text, code text, plain_code text, withdrawn_at date)"
        )
        cursor.executemany("INSERT INTO projects_concession (id, country, code) VALUES (%s, %s, %s)", rows)
        for statement in (module.PLAIN, module.TWICE, "SELECT plain_code FROM projects_concession ORDER BY id"):
            cursor.execute(statement)
        found = [plain for (plain,) in cursor.fetchall()]
    assert found == ["010000124", "010000124 2", "---", "1-23A"]
    assert found == [plain_code(country, code) + " 2" * (key == 2) for key, country, code in rows]


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
