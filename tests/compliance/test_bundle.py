"""All tables in one file, as programs for Data Packages read them, and everything of a mine on one page."""

import io
import json
import re
from decimal import Decimal
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import frictionless
import pytest
from django.test import Client

from compliance.models import Publication
from compliance.public_pages.bundle import type_of
from tests.cast import YEAR, gather_cast, open_mine, produced, published

pytestmark = pytest.mark.django_db(databases=["default", "public"])


@pytest.fixture
def shown() -> Publication:
    """A publication of the mine of the tests."""
    cast = gather_cast()
    return published(cast, produced(open_mine(cast.monitor, cast.company).project))


def unpacked(client: Client, shown: Publication, language: str, folder: Path) -> Path:
    """The bundle in one language, unpacked."""
    answer = client.get(f"/{language}/projects/{shown.project_slug}/{YEAR}.zip")
    assert answer["Content-Type"] == "application/zip"
    with ZipFile(io.BytesIO(answer.content)) as archive:
        assert {one.compress_type for one in archive.infolist()} == {ZIP_DEFLATED}
        archive.extractall(folder)
    return folder


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_bundle_is_a_valid_data_package_and_every_row_fits_its_dictionary(
    client: Client, shown: Publication, language: str, tmp_path: Path
) -> None:
    folder = unpacked(client, shown, language, tmp_path)
    report = frictionless.Package(str(folder / "datapackage.json")).validate()
    assert report.valid, report.flatten(["rowNumber", "fieldName", "type", "note"])
    assert sum(task.stats["rows"] for task in report.tasks) > 20


def test_the_dictionary_tells_amounts_days_and_answers_from_words(
    client: Client, shown: Publication, tmp_path: Path
) -> None:
    folder = unpacked(client, shown, "en", tmp_path)
    resources = {one["name"]: one for one in json.loads((folder / "datapackage.json").read_text())["resources"]}
    types = {field["name"]: field["type"] for field in resources["sanctions"]["schema"]["fields"]}
    assert types | {"year": "integer", "decided_on": "date", "amount": "number", "authority": "string"} == types
    visits = {field["name"]: field for field in resources["inspections"]["schema"]["fields"]}
    assert visits["community_present"]["trueValues"] == ["Yes"]


@pytest.mark.parametrize(
    ("language", "titles", "project", "company"),
    [
        ("en", {"Decided on", "Who says so"}, "The mine, by the end of its address.", "company: The company; "),
        ("es", {"Decidida el", "Quién lo dice"}, "La mina, por el final de su dirección.", "company: La empresa; "),
    ],
)
def test_the_dictionary_calls_every_column_as_people_read_it_in_the_language_of_the_bundle(
    client: Client, shown: Publication, tmp_path: Path, language: str, titles: set[str], project: str, company: str
) -> None:
    folder = unpacked(client, shown, language, tmp_path)
    resources = {one["name"]: one for one in json.loads((folder / "datapackage.json").read_text())["resources"]}
    fields = [field for one in resources.values() for field in one["schema"]["fields"]]
    assert [one for one in fields if not one["title"] or "_" in one["title"] or one["title"][0].islower()] == []
    sanctions = {one["title"]: one for one in resources["sanctions"]["schema"]["fields"]}
    assert titles <= sanctions.keys()
    mine, _year, *_others = resources["sanctions"]["schema"]["fields"]
    assert mine["description"] == project
    assert sanctions[max(titles)]["description"].startswith(company)


@pytest.mark.parametrize(
    ("cells", "expected"),
    [([None, Decimal(1)], "number"), ([1, Decimal("0.5")], "number"), ([1, "one"], "string"), ([None], "string")],
)
def test_a_column_of_two_types_or_of_nothing_is_text_and_one_of_numbers_is_of_numbers(
    cells: list[object], expected: str
) -> None:
    assert type_of(cells) == expected


def test_the_bundle_holds_the_sealed_document_byte_for_byte(client: Client, shown: Publication, tmp_path: Path) -> None:
    folder = unpacked(client, shown, "es", tmp_path)
    assert (folder / "document.json").read_bytes() == shown.document.encode()
    assert (folder / "rules.json").is_file()


def test_the_dossier_shows_every_section_that_the_pages_show(client: Client, shown: Publication) -> None:
    address = f"/en/projects/{shown.project_slug}/"
    pages = ("money", "work", "environment", "oversight", "closure", "promises", "owners", "scorecard", "data")
    named = re.compile(r'<section class="section" id="([a-z-]+)"')
    sections = [one for page in pages for one in named.findall(client.get(f"{address}{page}/").content.decode())]
    printed = client.get(f"{address}dossier/").content.decode()
    assert named.findall(printed) == [one for one in sections if one != "copy"]
    assert re.search(rf'<p class="quiet"><a class="tap" href="[^"]+">{shown.project_name}</a>', printed)
    assert client.get(f"/es{address[3:]}dossier/?year={YEAR}").status_code == 200
