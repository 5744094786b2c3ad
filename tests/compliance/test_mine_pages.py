"""The pages of a mine: a short front, a page a subject behind it, and what happens where something is not known."""

from __future__ import annotations

import csv
import io
import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.template.loader import get_template
from django.test import Client, override_settings
from django.utils import translation

from compliance.evaluation.criteria.committee_findings import CommitteeFindingFact
from compliance.public_pages import front, sections
from compliance.public_pages.document import Document
from compliance.public_pages.sections import PAGES, SECTIONS, Section, Subject, time_between
from tests.compliance.evaluation.builders import facts
from tests.compliance.sample_document import read, sample_document, second_schema
from tests.compliance.test_public_pages import Outline, publish

pytestmark = pytest.mark.django_db
FRONT = "/en/projects/puka-willka/"
PATHS = ("", *(f"{page.name}/" for page in PAGES))
OLD_ANCHORS = {"money", "purpose", "jobs", "impact", "promises", "score", "changes", "about", "data", "wrong"}
NOTHING: dict[str, Any] = {
    "money": {"totals": [], "communities": [], "purposes": []},
    "employment": [],
    "assessments": [],
    "commitments": [],
    "communities": [],
    "changes": [],
}


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Words are compared in the source language."""
    with translation.override("en"):
        yield


def page(client: Client, path: str = "", language: str = "en", query: str = "") -> str:
    """A page of the sample mine, which must be there."""
    answer = client.get(f"/{language}/projects/puka-willka/{path}{query}")
    assert answer.status_code == 200, (path, answer.status_code)
    return answer.content.decode()


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("known", [True, False], ids=["known", "unknown"])
@pytest.mark.parametrize("of_today", [True, False], ids=["second schema", "first schema"])
def test_every_page_opens_in_each_language_with_figures_and_without(
    client: Client, path: str, language: str, known: bool, of_today: bool
) -> None:
    document = sample_document(**({} if known else NOTHING))
    publish(second_schema(document) if of_today else document)
    text = page(client, path, language)
    assert not re.search(r"[A-Z]\w+\(\w+=", text)
    outline = Outline(text)
    assert outline.levels[0] == 1
    assert outline.levels.count(1) == 1
    assert all(after <= before + 1 for before, after in itertools.pairwise(outline.levels))
    assert len(outline.ids) == len(set(outline.ids))
    assert set(outline.links) <= set(outline.ids)
    assert outline.inline == []
    assert outline.language == language


@pytest.mark.parametrize("part", ["project", *NOTHING][:-1])
def test_a_part_that_a_document_does_not_have_is_not_known_and_breaks_no_page(client: Client, part: str) -> None:
    document = sample_document()
    del document[part]
    publish(document)
    shown = [page(client, path) for path in PATHS]
    own = next(text for text, one in zip(shown[1:], PAGES, strict=True) if one.name == SECTIONS[part].page)
    assert "We don’t know" in own
    client.get("/en/projects/")
    for address in ("/en/", "/en/projects/", "/en/communities/", "/en/?q=puka"):
        assert client.get(address).status_code == 200, (part, address)
    for section in SECTIONS.values():
        if section.table:
            assert client.get(f"{FRONT}2025/{section.name}.csv").status_code == 200, (part, section.name)


def test_the_front_leads_to_every_page_and_old_anchors_lead_on(client: Client) -> None:
    publish(sample_document())
    text = page(client)
    assert set(Outline(text).ids) >= OLD_ANCHORS
    for one in PAGES:
        found = re.search(rf'id="{one.anchor}">\s*<a href="([^"]+)"', text)
        assert found
        assert found[1] == f"{FRONT}{one.name}/"
    assert f'id="purpose" href="{FRONT}money/#purposes"' in text
    assert f'href="{FRONT}scorecard/#changes"' in text
    assert f'href="{FRONT}data/#wrong"' in text
    for address in set(re.findall(rf'href="({FRONT}[a-z]+/)#([a-z]+)"', text)):
        assert address[1] in Outline(client.get(address[0]).content.decode()).ids


def test_old_anchors_of_the_environment_lead_on_to_the_page_where_a_section_stands_now(client: Client) -> None:
    found = CommitteeFindingFact(record="committee-finding/1", found_on=date(2025, 3, 12))
    known = facts(
        year=2025, period_start=date(2025, 1, 1), period_end=date(2025, 12, 31), **{"committee-findings": [found]}
    )
    publish(sample_document(facts=known.to_json()))
    text = client.get(f"{FRONT}environment/").content.decode()
    anchors = re.findall(r'<a class="tap" id="([^"]*)" href="([^"]*)"', text.partition("<main")[2])
    assert anchors == [("committee-findings", f"{FRONT}oversight/#committee-findings")], (
        "what has nothing to show is not there"
    )
    assert 'id="committee-findings"' in client.get(f"{FRONT}oversight/").content.decode()


def test_pages_keep_the_year_and_the_version_that_were_asked_for(client: Client) -> None:
    first = publish(sample_document())
    publish(sample_document(correction_reason="A page was counted twice.", supersedes=first.sha256))
    publish(sample_document(period={"year": 2026, "start": "2026-01-01", "end": "2026-12-31"}))
    for query in ("?year=2025", f"?version={first.sha256}"):
        for path in PATHS:
            text = page(client, path, query=query)
            links = set(re.findall(rf'href="({FRONT}(?:[a-z]+/)?)(\?[^"#]+)?["#]', text))
            assert {asked for _path, asked in links if asked} >= {query}, (path, query)
    old = page(client, "money/", query=f"?version={first.sha256}")
    assert "This is an old version" in old
    assert f"2025.csv?version={first.sha256}" in old
    assert client.get(f"{FRONT}work/?year=1999").status_code == 404
    redirected = client.get("/en/projects/Puka-Willka/work/?year=2025")
    assert redirected["Location"] == f"{FRONT}work/?year=2025"


def test_the_front_is_light_and_every_page_asks_whether_it_or_the_day_changed(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    publication = publish(second_schema(sample_document()))
    assert len(client.get(FRONT).content) < 24_000
    for path in PATHS:
        answer = client.get(f"{FRONT}{path}")
        assert answer["ETag"].startswith(f'"{publication.sha256}')
        known = {"If-None-Match": answer["ETag"]}
        assert client.get(f"{FRONT}{path}", headers=known).status_code == 304
        with monkeypatch.context() as later:
            for module in ("compliance.views.public", "compliance.middleware"):
                later.setattr(f"{module}.localdate", lambda: date(2099, 1, 1))
            assert client.get(f"{FRONT}{path}", headers=known).status_code == 200


# What is overdue


def test_days_late_are_counted_to_the_day_of_reading_and_sums_stay_as_published(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(sample_document(as_of="2026-01-20"))
    for today, late in ((date(2026, 1, 20), "36 days"), (date(2026, 1, 21), "37 days")):
        for module in ("compliance.views.public", "compliance.middleware"):
            monkeypatch.setattr(f"{module}.localdate", lambda today=today: today)
        text = page(client).partition('id="overdue"')[2].partition("</section>")[0]
        assert "As the record stood on 20 January 2026." in text
        assert f"Days are counted up to {today.day} January 2026." in text
        assert "S/\u00a0495,000" in text
        assert f"Due on 15 December 2025, {late} late." in text


def test_an_old_version_counts_no_day_after_its_own(client: Client) -> None:
    first = publish(sample_document(as_of="2026-01-20"))
    publish(sample_document(as_of="2026-01-25", correction_reason="x", supersedes=first.sha256))
    old = page(client, query=f"?version={first.sha256}")
    assert "Days are counted up to 20 January 2026." in old
    assert "Due on 15 December 2025, 36 days late." in old


def test_a_promise_is_overdue_where_somebody_says_that_it_was_not_kept() -> None:
    document = read(sample_document())
    late = [one for _section, one in overdue(document, date(2026, 1, 20))]
    assert [(one.what, one.how_much) for one in late] == [
        ("Money for 3 communities", "S/\u00a0495,000"),
        ("Water canal, 18 km", "112 days"),
    ]
    assert late[1].said == "Not done, according to Chakana Alta or an authority. It was due on 30 September 2025."


def overdue(document: Document, on: date) -> list[tuple[str, Any]]:
    """What the front counts as overdue, with the link to where it stands."""
    addresses = {one.name: f"/{one.name}/" for one in PAGES}
    shown: Any = front.front_page(document, on, addresses)["overdue"]
    return [(link, one) for one, link in shown]


@pytest.mark.parametrize(("told", "missing"), [("180000", False), ("150000", True), (None, True)])
def test_nobody_asks_where_money_is_of_which_all_that_is_not_confirmed_is_said_to_have_arrived(
    client: Client, told: str | None, missing: bool
) -> None:
    document = sample_document()
    sums = {"currency": "PEN", "promised": "180000", "paid": "180000", "confirmed": None, "told": told}
    document["money"]["totals"] = [sums]
    publish(document)
    text = page(client)
    assert ("Where is the rest of the money?" in text) == missing
    assert ("More on money" in text) != missing


def test_nothing_overdue_on_record_is_not_called_nothing_overdue(client: Client) -> None:
    publish(sample_document(**NOTHING))
    assert "What nobody records, we don’t know." in page(client)


@pytest.mark.parametrize(
    ("since", "until", "words"),
    [
        ("2025-12-15", "2026-11-28", "348 days"),
        ("2025-12-15", "2026-12-14", "364 days"),
        ("2025-12-15", "2026-12-15", "1 year"),
        ("2025-09-30", "2026-11-28", "1 year and 1 month"),
        ("2023-01-31", "2026-03-30", "3 years and 1 month"),
    ],
)
def test_lateness_is_said_in_days_up_to_a_year_and_then_in_years_and_months(since: str, until: str, words: str) -> None:
    assert time_between(date.fromisoformat(since), date.fromisoformat(until)) == words


# Tables to copy


@pytest.mark.parametrize(
    ("section", "rows", "cell"),
    [
        ("money", 22, "Wayrapampa"),
        ("purposes", 4, "Education"),
        ("employment", 3, "1848"),
        ("assessments", 2, "First pit"),
        ("communities", 6, "Tambo Anta"),
        ("commitments", 6, "Water canal, 18 km"),
        ("project", 2, "Qori Metals Holding"),
        ("scorecard", 12, "Days late"),
    ],
)
def test_the_figures_of_a_section_can_be_copied(client: Client, section: str, rows: int, cell: str) -> None:
    publication = publish(sample_document())
    answer = client.get(f"{FRONT}2025/{section}.csv")
    table = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert len(table) == rows + 1
    assert cell in table[1] or any(cell in row for row in table)
    assert {len(row) for row in table} == {len(table[0])}
    assert answer["ETag"].startswith(f'"{publication.sha256}')
    assert f'href="{FRONT}2025' in page(client, f"{SECTIONS[section].page}/")


def test_a_section_without_a_table_has_none_to_copy(client: Client) -> None:
    publish(sample_document())
    for name in ("changes", "nothing"):
        assert client.get(f"{FRONT}2025/{name}.csv").status_code == 404


def test_a_table_without_rows_is_named_and_not_offered(client: Client) -> None:
    publish(sample_document())
    for where, name in (("environment/", "exploration"), ("data/", "sanctions")):
        shown = page(client, where)
        assert f'href="{FRONT}2025/assessments.csv' in shown
        assert f"2025/{name}.csv" not in shown
        assert re.search(rf"Nothing is published on:[^<]*{SECTIONS[name].title}", shown)
    assert client.get(f"{FRONT}2025/sanctions.csv").status_code == 200


def test_a_page_of_which_nothing_is_published_says_so(client: Client) -> None:
    publish(sample_document())
    said = "Nothing is published about this for this year. That is not to say that there is nothing."
    assert said in page(client, "closure/")
    assert said not in page(client, "environment/")


def test_what_is_unknown_is_an_empty_cell(client: Client) -> None:
    publish(sample_document())
    answer = client.get(f"{FRONT}2025/employment.csv")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [row["workers"] for row in rows] == ["1700", "", "1848"]


# Documents that cannot be read


def test_a_document_of_a_schema_to_come_is_said_to_be_there_and_shows_nothing(client: Client) -> None:
    readable = publish(sample_document())
    strange = sample_document(schema="minka-publication/9")
    strange["project"] |= {"slug": "later-mine", "name": "Later mine"}
    publish(strange)
    for path in PATHS:
        answer = client.get(f"/en/projects/later-mine/{path}")
        assert answer.status_code == 404
        assert "cannot read" in answer.content.decode()
    assert client.get("/en/projects/later-mine/2025.csv").status_code == 404
    assert client.get("/en/projects/later-mine/2025.json").status_code == 200
    for address in ("/en/", "/en/projects/", "/en/communities/", "/en/?q=mine", "/en/how-we-grade/", "/en/verify/"):
        assert client.get(address).status_code == 200, address
    assert readable.project_name in client.get("/en/projects/").content.decode()


# Sections


@dataclass(frozen=True, kw_only=True)
class WellPart:
    """What a section of tests seals."""

    wells: int = 0


@pytest.fixture
def wells() -> Iterator[Section]:
    """A section that is registered for one test."""
    section = sections.register(
        Section(
            name="wells",
            page="environment",
            title="Wells",
            part=WellPart,
            describe=lambda subject: WellPart(wells=3) if subject.facts.year == 2025 else None,
            show=lambda document: {"wells": document.one(WellPart, "wells").wells},
        )
    )
    yield section
    del SECTIONS["wells"]


def test_a_section_registered_twice_is_refused(wells: Section) -> None:
    with pytest.raises(ValueError, match="a section wells already"):
        sections.register(wells)


def test_a_section_on_no_page_is_refused() -> None:
    with pytest.raises(ValueError, match="there is no page nowhere"):
        sections.register(Section(name="lost", page="nowhere", title="Lost", show=lambda _document: {}))
    assert "lost" not in SECTIONS


def test_every_section_has_its_template_of_few_lines() -> None:
    for section in SECTIONS.values():
        template: Any = get_template(f"compliance/public/sections/{section.template or section.name}.html")
        lines = Path(template.origin.name).read_text(encoding="utf-8").splitlines()
        assert len(lines) <= 40, section.name
        assert max(map(len, lines)) <= 160, section.name


def test_a_section_that_has_nothing_to_say_is_not_sealed(wells: Section) -> None:
    def subject(year: int) -> Subject:
        facts: Any = type("Facts", (), {"year": year})()
        nothing: Any = None
        return Subject(nothing, facts, nothing, date(2026, 1, 1), ())

    others = [name for name in SECTIONS if name != "wells"]
    kept = {name: SECTIONS.pop(name) for name in others}
    try:
        assert sections.describe(subject(2024)) == {}
        assert sections.describe(subject(2025)) == {"wells": WellPart(wells=3)}
    finally:
        SECTIONS.update(kept)


def test_pages_of_documents_without_the_new_part_read_it_as_unknown(wells: Section) -> None:
    assert wells.show(read(sample_document())) == {"wells": 0}
    assert wells.show(read(sample_document(wells={"wells": 4}))) == {"wells": 4}


@override_settings(MINKA_DEMO=False)
def test_a_real_mine_is_not_called_invented(client: Client) -> None:
    publish(sample_document(demo=False))
    for path in PATHS:
        assert "all names and numbers are invented" not in page(client, path)
