"""What a census says of indigenous people around a mine: entered by monitors, shown beside the workers."""

from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client

from accounts.models import Organisation
from compliance.evaluation.criteria.indigenous import RATIO, CensusShareFact
from compliance.evaluation.small_numbers import cover
from compliance.public_pages.employment import employment_shown
from compliance.public_pages.indigenous import CensusWords, shown_of
from compliance.public_pages.rules import value_words
from projects.models import CensusShare, EmploymentReturn, Project
from tests.cast import YEAR, gather_cast, open_mine, produced, published
from tests.compliance.evaluation.builders import employment, facts

KIND, FOUND_BY, BY_COMPANIES = "census-shares", "province", False


def typed(mine: Project, company: Organisation, year: int) -> dict[str, Any]:
    """A census of a year, for the province."""
    shares = {"area": "Province of Cotabambas", "census": "National census", "indigenous_percent": "20.5"}
    return shares | {"census_year": str(year)}


@pytest.mark.parametrize(("percent", "refused"), [(-1, True), (0, False), (100, False), ("100.01", True)])
def test_a_census_share_is_0_to_100_percent(percent: Any, refused: bool) -> None:
    rule: Any = CensusShare._meta.constraints[1]
    assert rule.broken_by({"indigenous_percent": Decimal(percent)}) == refused


@pytest.mark.parametrize(("indigenous", "refused"), [(0, []), (12, []), (13, ["more"]), (-1, ["less"]), (None, [])])
def test_no_more_workers_are_indigenous_than_there_are(indigenous: Any, refused: list[str]) -> None:
    names = {"indigenous_workers_are_at_most_all_workers": "more", "indigenous_fte_is_not_negative": "less"}
    rules: Any = [rule for rule in EmploymentReturn._meta.constraints if rule.name in names]
    given = {"total_fte": Decimal(12), "indigenous_fte": None if indigenous is None else Decimal(indigenous)}
    assert [names[rule.name] for rule in rules if rule.broken_by(given)] == refused


def census(**said: Any) -> CensusShareFact:
    usual: dict[str, Any] = {"record": "census-share/1", "census_year": 2017, "indigenous_percent": Decimal(20)}
    return CensusShareFact(**(usual | {"voice": "authority"} | said))


def told(document: Any, *rows: CensusShareFact, words: bool = True) -> list[tuple[str, str, list[str]]]:
    """What the page of a document shows of the workers, and of some shares of which everybody may read the source, or nobody."""
    named = [CensusWords(record=row.record, area="the province", census="National census") for row in rows if words]
    document.facts = document.facts.with_rows(CensusShareFact, rows)
    document.rows = lambda _part, _name: named
    shown: Any = shown_of(document.now, document)
    return [
        (row.name, row.about, [text for _heading, text in texts]) for row, texts in (shown["rows"] if shown else ())
    ]


def worked(indigenous: int | None, total: int = 780, **said: Any) -> Any:
    """A document of one return."""
    known = facts(employment=[employment(total_fte=total, indigenous_fte=indigenous, **said)])
    shown, covered = cover(known, {})
    return SimpleNamespace(facts=shown, covered=covered, now=employment_shown(shown, covered))


def test_workers_stand_beside_the_people_around_the_mine() -> None:
    assert told(worked(96), census(), census(record="census-share/2", census_year=2007)) == [
        ("Workers of the mine", "96 in 2025, counted as full-time jobs", ["12"]),
        ("People of working age: the province", "National census, 2017", ["20"]),
        ("People of working age: the province", "National census, 2007", ["20"]),
    ]


def test_what_nobody_asked_is_not_nobody() -> None:
    assert told(worked(None), census())[0] == (
        "Workers of the mine",
        "Nobody says how many in 2025.",
        ["We don’t know"],
    )
    assert told(worked(0))[0][1:] == ("0 in 2025, counted as full-time jobs", ["0"])
    assert not told(worked(None))


@pytest.mark.parametrize("indigenous", [3, 96])
def test_where_some_returns_say_it_the_page_does_not_say_that_nobody_does(indigenous: int) -> None:
    """A return that says nothing of contractors gives no share of all workers."""
    said = ("Workers of the mine", "We don’t know how many of all workers in 2025.", ["We don’t know"])
    assert told(worked(indigenous, contractors_included=None), census())[0] == said
    assert told(worked(indigenous, contractors_included=None)) == [said]


def test_area_and_census_stand_in_public_only_where_their_source_does() -> None:
    assert told(worked(96), census(), words=False)[1] == (
        "People of working age: the area is not public",
        "Its name is not public, 2017",
        ["20"],
    )


def test_a_bare_word_on_the_census_is_said_to_be_one() -> None:
    words = "National census, 2017. It is a bare word: nothing is compared with it."
    assert told(worked(96), census(voice="company"))[1][1] == words
    assert told(worked(96), census(voice="company", evidence=1))[1][1] == "National census, 2017"


@pytest.mark.parametrize("indigenous", [1, 2, 3, 4])
def test_fewer_than_five_indigenous_workers_are_not_shown_and_not_to_be_worked_out(indigenous: int) -> None:
    """Nor are as many others, where nearly all are indigenous."""
    assert told(worked(indigenous), census()) == told(worked(1), census())
    assert told(worked(indigenous))[0][1] == "fewer than 5 in 2025, counted as full-time jobs"
    assert told(worked(100 - indigenous, 100)) == told(worked(99, 100))


@pytest.mark.parametrize(("value", "words"), [("0.6153846", "0.62"), ("0.25", "0.25"), ("1", "1")])
def test_a_tenth_is_much_of_a_ratio_so_that_hundredths_are_shown(value: str, words: str) -> None:
    assert value_words(Decimal(value), RATIO) == f"{words} times the share of the census"


@pytest.mark.django_db(databases=["default", "public"])
def test_workers_and_census_stand_in_public_with_what_they_rest_on(client: Client) -> None:
    cast = gather_cast()
    mine = open_mine(cast.monitor, cast.company).project
    CensusShare.objects.update(census_year=2017)
    publication = published(cast, produced(mine))
    [sealed] = publication.content["facts"]["census-shares"]
    assert sealed["indigenous_percent"] == "20.5"
    assert not {"area", "census"} & sealed.keys()
    [words] = publication.content["census-shares"]
    assert words == {"record": sealed["record"], "area": "Province of Cotabambas", "census": "National census"}
    words = {"en": "Counted from what people said about themselves", "es": "Se cuenta lo que la gente dijo de sí misma"}
    for language, sentence in words.items():
        page = client.get(f"/{language}/projects/{mine.slug}/work/").content.decode()
        assert sentence in page
        assert "Province of Cotabambas" in page
    table = client.get(f"/en/projects/{mine.slug}/{YEAR}/census-shares.csv").content.decode()
    assert "Province of Cotabambas,National census,2017,20.5" in table
