"""Every record says in the dossier on which public document and on which files it stands, and no file or name gets out."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from accounts.design.writing import fingerprint
from compliance.evaluation.criteria.committee_findings import CommitteeFindingFact
from compliance.evaluation.criteria.complaints import ComplaintFact
from compliance.evaluation.facts import TABLES, PaymentFact
from compliance.public_pages.document import read_document
from compliance.public_pages.scorecard import address_of_record
from compliance.public_pages.sources import is_told
from compliance.services.publications import find_flaws
from projects.models import Evidence, Source
from tests.cast import YEAR, Cast, Mine, produced, published

FINGERPRINT, NAME = "ab" * 32, "planilla-de-juana-quispe.pdf"


@pytest.fixture
def record(cast: Cast, mine: Mine) -> Any:
    """A return of workers with a file behind it."""
    record: Any = mine.records["employment"]
    said = {"name": NAME, "media_type": "application/pdf", "size": 2048, "sha256": FINGERPRINT}
    record.source.evidence.add(Evidence.objects.create(uploaded_by=cast.monitor, **said))
    Source.objects.exclude(pk=record.source_id).update(audience="confidential")
    return record


@pytest.mark.django_db(databases=["default", "public"])
@pytest.mark.parametrize(
    ("audience", "reference", "address"),
    [
        ("public", "https://example.org/planilla", "https://example.org/planilla"),
        ("public", "Carta de Juana Quispe", ""),
    ],
)
def test_a_record_stands_in_the_dossier_with_the_fingerprint_of_its_file_and_never_its_name(
    client: Client, cast: Cast, mine: Mine, record: Any, audience: str, reference: str, address: str
) -> None:
    Source.objects.filter(pk=record.source_id).update(audience=audience, reference=reference)
    publication = published(cast, produced(mine.project))
    [told] = read_document(publication).sealed["sources"]
    assert told["files"] == [{"media_type": "application/pdf", "size": 2048, "sha256": FINGERPRINT}]
    assert (told["record"], told.get("address", "")) == (f"employment-return/{record.pk}", address)
    start = f"/en/projects/{mine.project.slug}"
    dossier = client.get(f"{start}/dossier/").content.decode()
    assert f"application/pdf, 2 kB, SHA-256 {fingerprint(FINGERPRINT)}" in " ".join(dossier.split())
    assert ("https://example.org/planilla" in dossier) == bool(address)
    spanish = client.get(f"/es/projects/{mine.project.slug}/dossier/").content.decode()
    assert "Fuentes y archivos" in spanish
    data = client.get(f"{start}/data/").content.decode()
    assert FINGERPRINT not in data
    table = client.get(f"{start}/{YEAR}/sources.csv").content.decode()
    assert f"employment-return/{record.pk}" in table
    for page in (dossier, data, table, publication.document):
        assert NAME not in page
        assert "Juana Quispe" not in page
    assert list(find_flaws()) == []


@pytest.mark.django_db(databases=["default", "public"])
@pytest.mark.parametrize("audience", ["organisations", "confidential"])
def test_nothing_is_said_of_a_source_that_is_not_public(
    client: Client, cast: Cast, mine: Mine, record: Any, audience: str
) -> None:
    Source.objects.filter(pk=record.source_id).update(audience=audience, reference="https://example.org/a")
    publication = published(cast, produced(mine.project))
    assert read_document(publication).sealed["sources"] == []
    assert FINGERPRINT not in client.get(f"/en/projects/{mine.project.slug}/dossier/").content.decode()


def test_payments_say_their_files_themselves_and_private_kinds_say_none() -> None:
    assert {table for table in TABLES if not is_told(table)} == {PaymentFact, CommitteeFindingFact, ComplaintFact}


def test_every_table_of_facts_but_exemptions_is_shown_in_a_section() -> None:
    nowhere = {known.name for known in TABLES.values() if not address_of_record(f"{known.record}/1", 2025)}
    assert nowhere == {"exemptions"}


@pytest.mark.django_db(databases=["default", "public"])
def test_the_records_of_a_grade_lead_to_the_section_that_shows_them(client: Client, cast: Cast, mine: Mine) -> None:
    published(cast, produced(mine.project))

    def page(name: str) -> str:
        return client.get(f"/en/projects/{mine.project.slug}/{name}/").content.decode()

    found = set(re.findall(r'href="\.\./(\w+)/\?year=(\d+)#([\w-]+)"', page("scorecard")))
    assert {("work", str(YEAR), "employment"), ("environment", str(YEAR), "assessments")} <= found
    for name, _year, section in found:
        assert f'id="{section}"' in page(name), (name, section)
