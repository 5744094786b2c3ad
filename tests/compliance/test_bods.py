"""The published chain of owners as BODS statements, which the import's own reader reads back."""

import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from libcovebods.config import LibCoveBODSConfig
from libcovebods.data_reader import DataReader
from libcovebods.jsonschemavalidate import JSONSchemaValidator
from libcovebods.run_tasks import TASK_CLASSES, process_additional_checks
from libcovebods.schema import SchemaBODS
from libcovebods.tasks.checks.legacy_checks import LegacyChecks
from libcovebods.tasks.checks.record_based_checks import CheckStatementEntityIdentifiersHaveKnownScheme

from accounts.models import Organisation
from projects.intake.reading import read_file
from projects.models import Holding, OrganisationIdentifier, OrganisationName
from tests.cast import YEAR, Cast, Mine, enter, gather_cast, open_mine, produced, published

pytestmark = pytest.mark.django_db(databases=["default", "public"])
RUC = "20512333797"


@pytest.fixture
def cast() -> Cast:
    """Everybody."""
    return gather_cast()


@pytest.fixture
def own(cast: Cast) -> Mine:
    """A mine of whose company an island holds 62.5 % and a family 12 %; a State's company holds the island."""
    own = open_mine(cast.monitor, cast.company)
    Holding.objects.all().update(withdrawn_at=timezone.now())
    island = Organisation.objects.create(name="Isla Clara Holdings", kind="company", country="KY")
    family = Organisation.objects.create(name="Familia Tambo", kind="person", country="PE")
    state = Organisation.objects.create(name="Huaxin", kind="company", country="CN", state_owned=True, listed_on="HKEX")
    for company, owner, percent in (
        (cast.company, island, "62.5"),
        (cast.company, family, "12"),
        (island, state, "100"),
    ):
        row = Holding(company=company, owner=owner, share_percent=Decimal(percent), starts_on=date(2020, 1, 1))
        enter(cast.monitor, row)
    return own


def statements(client: Client, own: Mine, language: str = "en") -> list[dict[str, Any]]:
    """What is downloaded."""
    answer = client.get(f"/{language}/projects/{own.project.slug}/{YEAR}/owners.json")
    assert answer["Content-Type"] == "application/json"
    found: list[dict[str, Any]] = json.loads(answer.content)
    return found


@pytest.mark.parametrize("language", ["en", "es"])
def test_what_goes_out_is_read_in_again_with_every_company_and_share(
    cast: Cast, own: Mine, client: Client, tmp_path: Path, language: str
) -> None:
    published(cast, produced(own.project))
    path = tmp_path / "owners.json"
    path.write_text(json.dumps(statements(client, own, language)))
    sheet = read_file(path, path.name)
    rows = [dict(zip(sheet.headings, row.cells, strict=True)) for row in sheet.rows]
    shares = {(row["company of the share"], row["owner of the share"]): row["share, %"] for row in rows}
    assert shares["Isla Clara Holdings", "Huaxin"] == {"number": "100"}
    assert shares[cast.company.name, "Isla Clara Holdings"] == {"number": "62.5"}
    assert {"Huaxin", "Isla Clara Holdings", cast.company.name} <= {row["name of the organisation"] for row in rows}
    assert "CN" in {row["country of the organisation"] for row in rows}


@pytest.mark.parametrize("language", ["en", "es"])
def test_what_goes_out_holds_by_the_published_schema_and_the_checks_of_its_makers(
    cast: Cast, own: Mine, client: Client, tmp_path: Path, language: str
) -> None:
    """With a family, a State and its company, a number in a register, and a part of which nobody knows the owner."""
    ministry = Organisation.objects.create(name="Ministerio de Minería", kind="agency", country="CN")
    state = Organisation.objects.get(name="Huaxin")
    enter(cast.monitor, Holding(company=state, owner=ministry, share_percent=Decimal(51), starts_on=date(2020, 1, 1)))
    enter(cast.monitor, OrganisationIdentifier(organisation=cast.company, scheme="PE-RUC", number=RUC))
    published(cast, produced(own.project))
    good = statements(client, own, language)
    kinds = {one["recordDetails"]["entityType"]["type"] for one in good if one["recordType"] == "entity"}
    assert kinds == {"arrangement", "registeredEntity", "stateBody"}
    assert mistakes(good, tmp_path / "good.json") == []
    broken = [one | {"statementDate": "yesterday"} for one in good]
    assert len(mistakes(broken, tmp_path / "broken.json")) == len(good)
    assert "statement_declaration_subject_not_exist" in mistakes(
        [one | {"declarationSubject": "nobody"} for one in good], tmp_path / "nobody.json"
    )


def mistakes(found: list[dict[str, Any]], path: Path) -> list[str]:
    """What libcovebods says is wrong with statements: against the schema of their version, then by its further checks.

    But for the two that look up registers at org-id.guide, over the network.
    """
    path.write_text(json.dumps(found))
    reader = DataReader(str(path))
    schema = SchemaBODS(reader)
    assert schema.schema_version == "0.4"
    by_schema = [one.json()["message"] for one in JSONSchemaValidator(schema).validate(reader)]
    online = {LegacyChecks, CheckStatementEntityIdentifiersHaveKnownScheme}
    checks = [one for one in TASK_CLASSES if one not in online]
    checked = process_additional_checks(reader, LibCoveBODSConfig(), schema, checks)
    return by_schema + [one["type"] for one in checked["additional_checks"]]


def test_a_family_is_named_in_its_share_alone_and_nothing_stands_for_what_nobody_knows(
    cast: Cast, own: Mine, client: Client
) -> None:
    published(cast, produced(own.project))
    found = statements(client, own)
    assert {one["recordType"] for one in found} == {"entity", "relationship"}
    assert "Familia Tambo" not in {one["recordDetails"].get("name") for one in found}
    shares = [one["recordDetails"] for one in found if one["recordType"] == "relationship"]
    unnamed = [one["interestedParty"] for one in shares if not isinstance(one["interestedParty"], str)]
    assert unnamed == [{"reason": "informationUnknownToPublisher", "description": "Familia Tambo, a person or family"}]
    assert len(shares) == 4


def test_every_share_names_records_of_the_file_and_a_statement_has_its_id_by_publication(
    cast: Cast, own: Mine, client: Client
) -> None:
    first = published(cast, produced(own.project))
    found = statements(client, own)
    records = [one["recordId"] for one in found]
    assert len({one["statementId"] for one in found}) == len(records) == len(set(records))
    shares = [one["recordDetails"] for one in found if one["recordType"] == "relationship"]
    parties = [one[code] for one in shares for code in ("subject", "interestedParty") if isinstance(one[code], str)]
    assert {*parties, *(one["declarationSubject"] for one in found)} <= set(records)
    assert found == statements(client, own)
    assert {one["publicationDetails"]["publicationDate"] for one in found} == {first.published_at.date().isoformat()}


def test_numbers_and_other_names_go_out_and_who_says_it(cast: Cast, own: Mine, client: Client) -> None:
    enter(cast.monitor, OrganisationIdentifier(organisation=cast.company, scheme="PE-RUC", number=RUC))
    enter(cast.monitor, OrganisationName(organisation=cast.company, name="MMG", starts_on=date(2020, 1, 1)))
    published(cast, produced(own.project))
    found = {one["recordDetails"].get("name"): one for one in statements(client, own)}
    company = found[cast.company.name]["recordDetails"]
    assert {"scheme": "PE-RUC", "id": RUC} in company["identifiers"]
    assert "MMG" in company["alternateNames"]
    assert found["Huaxin"]["recordDetails"]["publicListing"] == {"hasPublicListing": True}
    assert "identifiers" not in found["Huaxin"]["recordDetails"]


def test_the_pages_of_the_owners_and_of_the_data_lead_to_it(cast: Cast, own: Mine, client: Client) -> None:
    published(cast, produced(own.project))
    for page in ("owners", "data", "dossier"):
        shown = client.get(f"/en/projects/{own.project.slug}/{page}/").content.decode()
        assert f'href="/en/projects/{own.project.slug}/{YEAR}/owners.json"' in shown


def test_a_mine_without_a_chain_has_none(cast: Cast, own: Mine, client: Client) -> None:
    Holding.objects.all().update(withdrawn_at=timezone.now())
    published(cast, produced(own.project))
    assert client.get(f"/en/projects/{own.project.slug}/{YEAR}/owners.json").status_code == 404
    assert "owners.json" not in client.get(f"/en/projects/{own.project.slug}/owners/").content.decode()
