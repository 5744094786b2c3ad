"""A framework with letters and cuts of its own: three in place of five. Every screen shows them, and no others."""

from __future__ import annotations

import csv
import re
from io import StringIO
from pathlib import Path

import pytest
from django.test import Client

from compliance.evaluation.framework import FrameworkError
from compliance.models import Publication, Scorecard
from compliance.public_pages.scorecard import since
from compliance.services.frameworks import load_frameworks
from tests.cast import YEAR, Cast, Mine, open_mine, produced, published
from tests.compliance.evaluation.builders import FRAMEWORK_FILE, framework
from tests.compliance.review_help import override

pytestmark = pytest.mark.django_db

BANDS = """bands:
  - {grade: G, starts_at: 66.7, names: {en: Gets there, es: Llega}}
  - {grade: F, starts_at: 33.3, names: {en: Falls short, es: Se queda corto}}
  - {grade: P, starts_at: 0, names: {en: Poorly done, es: Mal hecho}}
"""


def own_file(folder: Path, bands: str = BANDS) -> None:
    """The rules of the tests with other bands, for the mines of Peru."""
    text = re.sub(r"(?m)^bands:\n(?:  .*\n)+", bands, FRAMEWORK_FILE.read_text(encoding="utf-8"))
    text = re.sub(r"(?m)^code: .*$", "code: three-letters\ncountries: [PE]", text)
    text = re.sub(r"(?m)^valid_from: .*$", f"valid_from: {YEAR}-12-31", text)
    (folder / "three-letters.yaml").write_text(text, encoding="utf-8")


@pytest.fixture
def mine(cast: Cast, tmp_path: Path) -> Mine:
    own_file(tmp_path)
    load_frameworks(tmp_path)
    return open_mine(cast.monitor, cast.company)


@pytest.fixture
def card(cast: Cast, mine: Mine) -> Scorecard:
    return produced(mine.project)


@pytest.fixture
def publication(cast: Cast, card: Scorecard) -> Publication:
    return published(cast, card)


@pytest.fixture
def five(cast: Cast) -> Publication:
    """Another mine, published by the five letters before the three came."""
    return published(cast, produced(open_mine(cast.monitor, cast.company, "Yana Sami").project))


def letters_of(client: Client, address: str) -> set[str]:
    """The letters that stand in the marks of a page."""
    response = client.get(address)
    assert response.status_code == 200, address
    page = response.content.decode()
    marked = re.findall(r'<use href="#g-[A-E]"/><text[^>]*>([^<]*)</text>', page)
    drawn = re.findall(r'class="mid (?:soft|on-grade)" aria-hidden="true">([^<0-9]+)</text>', page)
    return {*marked, *drawn}


def test_staff_screens_show_the_letters_of_the_file(reviewer: Client, mine: Mine, card: Scorecard) -> None:
    assert card.grade in {"G", "F", "P"}
    for address in (
        f"/en/work/scorecards/{card.pk}/",
        f"/en/work/scorecards/{card.pk}/R01/",
        "/en/work/scorecards/",
        f"/en/work/projects/{mine.project.slug}/scorecards/",
    ):
        assert letters_of(reviewer, address), address
        assert letters_of(reviewer, address) <= {"G", "F", "P"}, address
    page = reviewer.get(f"/en/work/scorecards/{card.pk}/").content.decode()
    assert ">66.7</text>" in page
    assert ">33.3</text>" in page
    assert ">75</text>" not in page
    assert re.search("Gets there|Falls short|Poorly done", page)


def test_public_screens_and_files_show_the_letters_of_the_file(
    client: Client, mine: Mine, publication: Publication
) -> None:
    slug = mine.project.slug
    community = publication.places.filter(kind="community").first()
    assert community is not None
    for address in (
        "/en/",
        "/en/?q=Puka",
        "/en/projects/",
        f"/en/projects/{slug}/",
        f"/en/projects/{slug}/scorecard/",
        f"/en/communities/{community.slug}/",
        "/en/how-we-grade/",
    ):
        assert letters_of(client, address), address
        assert letters_of(client, address) <= {"G", "F", "P"}, address
    table = client.get(f"/en/projects/{slug}/{YEAR}/scorecard.csv").content.decode()
    grades = {row["grade"] for row in csv.DictReader(StringIO(table.lstrip("\ufeff")))}
    assert grades & {"G", "F", "P"}
    assert not grades & set("ABCDE")
    rules = client.get("/es/how-we-grade/").content.decode()
    for words in ("Llega", "Se queda corto", "Mal hecho", "66.7"):
        assert words in rules
    assert "Satisfactorio" not in rules


def test_the_list_of_mines_is_filtered_by_the_letters_of_the_file(
    client: Client, five: Publication, publication: Publication
) -> None:
    response = client.get("/en/projects/")
    assert [letter for letter, _words in response.context["grades"]] == ["G", "F", "P", five.grade, "?"]
    assert "F – Falls short" in response.content.decode()
    assert f">{five.grade}</option>" in response.content.decode()
    for letter in ("G", "F", "P"):
        found = client.get(f"/en/projects/?grade={letter}").content.decode()
        assert (publication.project_name in found) == (letter == publication.grade)
    assert five.project_name in client.get(f"/en/projects/?grade={five.grade}").content.decode()
    assert five.project_name not in client.get("/en/projects/?grade=G").content.decode()


def test_a_score_is_never_written_over_a_cut_of_the_file(reviewer: Client, cast: Cast, card: Scorecard) -> None:
    override(cast, card, "L01", "66.69")
    override(cast, card, "L03", "74.96")
    page = reviewer.get(f"/en/work/scorecards/{card.pk}/").content.decode()
    assert "Overridden to 66.6" in page
    assert "Overridden to 66.7" not in page
    assert "Overridden to 75.0" in page


def test_what_was_sealed_by_five_letters_keeps_them(
    client: Client, five: Publication, publication: Publication
) -> None:
    assert five.grade in set("ABCDE")
    assert letters_of(client, f"/en/projects/{five.project_slug}/scorecard/") <= set("ABCDE")
    assert letters_of(client, f"/en/projects/{publication.project_slug}/scorecard/") <= {"G", "F", "P"}


def test_better_and_worse_follow_the_order_of_the_file() -> None:
    three = [one for one in framework().bands if one.grade in "ACE"]
    renamed = [
        type(one)(grade=letter, starts_at=one.starts_at, names=one.names)
        for one, letter in zip(three, "GFP", strict=True)
    ]
    assert since("G", "P", 2024, renamed) == "Up from P in 2024"
    assert since("P", "G", 2024, renamed) == "Down from G in 2024"
    assert since("G", "B", 2024, renamed) == "Was B in 2024"


@pytest.mark.parametrize("letter", ["Good", "'?'"])
def test_a_grade_that_is_no_letter_is_refused_with_its_line(tmp_path: Path, letter: str) -> None:
    own_file(tmp_path, BANDS.replace("grade: G", f"grade: {letter}"))
    with pytest.raises(FrameworkError, match=r"three-letters\.yaml:\d+: .*a grade is one letter"):
        load_frameworks(tmp_path)
