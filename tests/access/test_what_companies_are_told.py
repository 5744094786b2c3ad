"""A company's people see organisations and days on every page and in every download, and no person of Minka's side."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from compliance.models import Review
from compliance.services.reviews import decide_indicator, reopen_scorecard
from projects.kinds import KINDS_OF_RECORD
from projects.models import Evidence, Source
from projects.services.records import amend_record
from tests.access.expectations import API, SIGNED_IN
from tests.access.test_every_address import ALL, content_of
from tests.access.walk import World, ask, url_of

MINUTE = re.compile(rb"\b\d\d?:\d\d\b")
COMPUTED = "/api/v1/scorecards/"
"""Says when Minka computed, which is no person's minute."""
WORDS = "Testimony of Rosa Quispe, 984 111 222"
FILE = "rosa-quispe.pdf"


def spied_pages(world: World, client: Client) -> Iterator[tuple[str, Any]]:
    """Every page, table and answer that there is, about the mine of the world and its records."""
    for address in ALL:
        rule = SIGNED_IN.get(address.name) or API.get(address.name)
        if rule is None or rule.get is None:
            continue
        for given in world.objects(rule.sees).values():
            yield url_of(address, given), ask(client, "GET", url_of(address, given))
    more = [
        "disbursements/?format=csv",
        "disbursements/?state=all",
        f"projects/{world.own.project.slug}/disbursements/?format=csv",
    ]
    for code, kind in KINDS_OF_RECORD.items():
        within = f"projects/{world.own.project.slug}/{code}/" if kind.project_path else f"{code}/"
        more += [
            within,
            f"{within}?format=csv",
            f"{within}{world.own.records[code].pk}/",
            f"{within}{world.own.records[code].pk}/amend/",
        ]
    more += [f"organisations/{world.cast.company.pk}/"]
    for path in more:
        yield path, ask(client, "GET", f"/en/work/{path}")


@pytest.fixture
def told(world: World) -> World:
    """The world, with names that stand nowhere else, a question, steps of review, and a source that was amended."""
    for person in User.objects.exclude(pk=world.cast.operator.pk):
        person.full_name, person.email = f"Nina{person.pk} Condori", f"nina{person.pk}@minka.example"
        person.save()
    record = world.own.records["disclosures"]
    record.title = "Yearly report, second print"
    amend_record(actor=world.cast.monitor, record=record, source=record.source, revision=1, reason="A slip")
    reopen_scorecard(actor=world.cast.reviewer, scorecard=world.card, reason="To be looked at again")
    decide_indicator(
        actor=world.cast.second_reviewer,
        scorecard=world.card,
        indicator="E01",
        action=Review.Action.QUERY,
        reason="Where are the papers?",
    )
    return world


@pytest.mark.promise("no-person-to-a-company")
def test_no_page_and_no_download_names_a_person_or_a_minute_to_a_company(
    told: World, clients: dict[str, Client]
) -> None:
    leaks, seen = [], 0
    for path, answer in spied_pages(told, clients["operator"]):
        content = content_of(answer)
        seen += answer.status_code == 200
        if b"Condori" in content or b"@minka.example" in content:
            leaks.append(f"{path}: a person")
        if MINUTE.search(content) and path != COMPUTED:
            leaks.append(f"{path}: a minute, {MINUTE.search(content)}")
    assert leaks == []
    assert seen > 60


def test_the_same_pages_name_persons_and_minutes_to_minkas_side(told: World, clients: dict[str, Client]) -> None:
    pages = {path: content_of(answer) for path, answer in spied_pages(told, clients["auditor"])}
    named = [path for path, content in pages.items() if b"Condori" in content]
    timed = [path for path, content in pages.items() if MINUTE.search(content)]
    for part in ("scorecards/", "disclosures/", "disbursements/", "format=csv"):
        assert any(part in path for path in named), part
    assert any("disclosures" in path for path in timed)


def test_a_company_reads_the_organisation_and_the_day(told: World, clients: dict[str, Client]) -> None:
    record = told.own.records["disclosures"]
    page = (
        clients["operator"].get(f"/en/work/projects/{told.own.project.slug}/disclosures/{record.pk}/").content.decode()
    )
    assert page.count("Ojo Abierto") >= 3
    card = clients["operator"].get(f"/en/work/scorecards/{told.card.pk}/").content.decode()
    assert "<b>Ministerio</b>" in card
    assert "Where are the papers?" in card
    table = content_of(clients["operator"].get("/en/work/disbursements/?format=csv")).decode()
    assert "Ojo Abierto" in table


@pytest.mark.parametrize("audience", [Source.Audience.ORGANISATIONS, Source.Audience.CONFIDENTIAL])
@pytest.mark.promise("no-person-to-a-company")
def test_what_is_not_public_never_reaches_a_company(told: World, clients: dict[str, Client], audience: str) -> None:
    hide_everything(told, audience)
    leaks = [
        path
        for path, answer in spied_pages(told, clients["operator"])
        if any(word in content_of(answer) for word in (b"Rosa Quispe", b"984 111 222", FILE.encode()))
    ]
    assert leaks == []


def hide_everything(world: World, audience: str) -> None:
    """Let every source of the monitor say what may not be told, in its words and in the names of its files."""
    Source.objects.filter(entered_for=world.cast.ngo).update(audience=audience, reference=WORDS)
    Evidence.objects.update(name=FILE)
