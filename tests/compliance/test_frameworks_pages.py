"""The public pages of every framework of any depth: its tree in words, and its golden figures reckoned on the spot."""

import re
from typing import Any

import pytest
from django.test import Client
from django.utils.translation import override

from compliance.public_pages import trees
from compliance.public_pages.trees import ExampleCard, NodeRow, page_of, shipped

pytestmark = pytest.mark.django_db

NAMES = list(shipped())


def text_of(client: Client, name: str = "", language: str = "en") -> str:
    """What a page says, without its tags."""
    address = f"/{language}/how-we-grade/frameworks/" + (f"{name}/" if name else "")
    response = client.get(address)
    assert response.status_code == 200
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def examples(name: str) -> list[ExampleCard]:
    found: list[ExampleCard] = page_of(shipped()[name])["examples"]  # type: ignore[assignment]
    return found


def row_of(name: str, code: str) -> NodeRow:
    def found(row: NodeRow) -> NodeRow | None:
        return row if row.node.code == code else next((one for one in map(found, row.below) if one), None)

    row = found(page_of(shipped()[name])["root"])  # type: ignore[arg-type]
    assert row is not None
    return row


def test_the_list_names_every_framework_and_how_we_grade_leads_to_it(client: Client) -> None:
    listed = text_of(client)
    for file in shipped().values():
        assert file.tree.names["en"] in listed
    assert b"/en/how-we-grade/frameworks/" in client.get("/en/how-we-grade/").content


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("language", ["en", "es"])
def test_every_framework_is_shown_whole_in_both_languages(client: Client, name: str, language: str) -> None:
    shown, tree = text_of(client, name, language), shipped()[name].tree
    for node in tree.by_code.values():
        assert node.names[language].replace("'", "&#x27;") in shown, node.code
    for source in tree.sources:
        assert source.norm in shown
    assert tree.left_open[language].split(".")[0].replace("'", "&#x27;") in shown
    assert "No text" not in shown


@pytest.mark.parametrize("name", NAMES)
def test_golden_figures_are_reckoned_when_the_page_is_drawn_and_are_those_published(name: str) -> None:
    assert all(card.holds for card in examples(name))


@pytest.mark.parametrize("name", NAMES)
def test_golden_figures_stand_on_the_page_with_their_names_and_where_they_were_published(
    client: Client, name: str
) -> None:
    with override("en"):
        cards = examples(name)
        figures = [(one.node.names["en"], one.number, one.name) for card in cards for one in card.figures]
    shown = text_of(client, name)
    for node, number, called in figures:
        words = f"{node}: {number}" + (f" , {called}" if called else "")
        assert words.replace("'", "&#x27;") in shown.replace(f"{number}, ", f"{number} , "), words
    assert shown.count("The same figures.") == sum(1 for card in cards if card.source)


@pytest.mark.parametrize(
    ("name", "number", "figure", "called"),
    [
        ("rgi-2013-1", 0, "88", "Satisfactory"),
        ("rgi-2013-1", 1, "83", "Satisfactory"),
        ("rgi-2013-1", 3, "70.96", "Partial"),
        ("rgi-2021-1", 0, "78", "Good"),
        ("eiti-validation-2021-1", 0, "75", "Moderate"),
        ("eiti-validation-2021-1", 1, "89", "High"),
        ("eiti-validation-2021-1", 2, "83", "Moderate"),
        ("consolidated-mining-standard-1", 3, "We don’t know", "No name yet: too little is known"),
        ("irma-1-1", 0, "81.25", "IRMA 75"),
        ("peru-district-social-risk-1", 0, "74.56", "High"),
    ],
)
def test_an_example_shows_its_figure_and_its_name(name: str, number: int, figure: str, called: str) -> None:
    with override("en"):
        shown = examples(name)[number].figures[0]
    assert (shown.number, shown.name) == (figure, called)


def test_a_figure_that_is_held_down_says_by_what_and_an_open_one_how_far_it_could_go() -> None:
    with override("en"):
        capped = examples("irma-1-1")[0].figures[1]
        unknown = examples("consolidated-mining-standard-1")[3].figures[0]
    assert capped.number == "49"
    assert capped.notes == ["Held down by: The lowest critical requirement of principle 1."]
    assert capped.between == ""
    assert unknown.between == "Could be 0 to 100."
    assert unknown.notes == []


def test_a_node_says_how_it_is_made_what_it_is_worth_and_what_silence_does() -> None:
    with override("en"):
        assert (
            row_of("irma-1-1", "IRMA")
            .sentences[1]
            .startswith(
                "It cannot be above 49 where one of these is below 75: The lowest critical requirement of principle 1, "
            )
        )
        assert row_of("irma-1-1", "IRMA").sentences[1].endswith("While nobody knows, there is no name.")
        assert row_of("rgi-2013-1", "reporting").share == "40 of every 100 points."
        assert row_of("rgi-2021-1", "value").share == ""
        assert row_of("irma-1-1", "c1.1").share == ""
        assert row_of("irma-1-1", "P1-critical").share == "Shown, not counted."
        spending = row_of("peru-district-social-risk-1", "spending")
        assert spending.share == "Weight −0.167. More of it lowers the sum."
        assert row_of("peru-district-social-risk-1", "canon").sentences == [
            "Column canon_pc of a table, the natural logarithm of it and one, divided by 11.82469423; from 0 to 1, and "
            "what lies beyond is cut."
        ]
        expected = row_of("eiti-validation-2025-1", "impact-expected")
        assert expected.share == "Counts only where it lifts the mean."
        assert "Mostly met 70, Partly met 50" in expected.sentences[0]
        assert (
            row_of("eiti-validation-2021-1", "r1.1")
            .sentences[0]
            .startswith("Exceeded 100, Fully met 90, Mostly met 60")
        )
        good = row_of("consolidated-mining-standard-1", "water-good")
        assert good.share == "Whoever holds this step and all before it has 66 points."


def test_published_figures_are_not_called_invented_not_even_in_the_demo(client: Client, settings: Any) -> None:
    settings.MINKA_DEMO = True
    assert "all names and numbers are invented" not in text_of(client, "irma-1-1")
    assert "all names and numbers are invented" not in text_of(client)


def test_a_name_that_is_not_there_is_not_found(client: Client) -> None:
    assert client.get("/en/how-we-grade/frameworks/gone-1/").status_code == 404
    assert client.get("/en/how-we-grade/frameworks/peru-recommended-policies-3/").status_code == 404


def test_the_files_are_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    before = list(shipped())
    monkeypatch.setattr(trees, "read_trees", None)
    assert list(shipped()) == before
