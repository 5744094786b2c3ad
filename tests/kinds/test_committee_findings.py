"""Findings of monitoring committees: an answer of the mine closes none, and words stand in public where everybody may read them."""

from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Organisation
from compliance.evaluation.criteria.committee_findings import CommitteeFindingFact
from compliance.evaluation.gathering import Scope, gather
from compliance.public_pages.committee_findings import FindingWords, findings_table, show_findings
from projects.models import CommitteeFinding, Project, Source
from tests.cast import YEAR, gather_cast, open_mine, produced, published
from tests.compliance.evaluation.builders import day, facts

KIND, FOUND_BY, BY_COMPANIES = "committee-findings", "lodo", False
ANSWER: dict[str, Any] = {
    "answered_by": "company",
    "answered_on": date(2025, 3, 14),
    "answer": "La tubería se cambió",
    "answer_document": "Carta 12",
}
CLOSE: dict[str, Any] = {
    "closed_by": "committee",
    "closed_on": date(2025, 4, 2),
    "closed_how": "No vio más lodo",
    "closed_document": "Acta 4",
}
FOUND: dict[str, Any] = {"found_on": date(2025, 3, 12), "found": "Una tubería vertía lodo al río", "place": "Puente"}


def typed(mine: Project, company: Organisation, year: int) -> dict[str, Any]:
    """What a committee found at a place in a year, with the answer of the mine."""
    found = FOUND | {"committee": "Comité de Chakana", "found_on": f"{year}-03-12"}
    return {**found, **ANSWER, "answered_on": f"{year}-03-14"}


def row(number: int = 1, **said: Any) -> CommitteeFindingFact:
    """A finding of March 2025 by the community's word."""
    usual: dict[str, Any] = {"found_on": day("2025-03-12"), "station_name": "R-20", "voice": "community"}
    return CommitteeFindingFact(record=f"committee-finding/{number}", **usual | said)


def shown(*rows: CommitteeFindingFact, words: tuple[FindingWords, ...] = (), year: int = 2025) -> Any:
    """What the section shows of a document approved on 12 May 2026."""
    document: Any = SimpleNamespace(
        facts=facts(**{"committee-findings": rows}),
        rows=lambda _part, _name: words,
        as_of=day("2026-05-12"),
        year=year,
        slug="puka-willka",
    )
    return document, show_findings(document)


def states(*rows: CommitteeFindingFact, **more: Any) -> list[str]:
    """Whether each of some findings is open."""
    _document, values = shown(*rows, **more)
    return [one.texts[-1] for one, _cells in values["rows"]] if values else []


@pytest.mark.parametrize(
    ("said", "refused"),
    [
        ({}, []),
        (ANSWER, []),
        (ANSWER | CLOSE, []),
        (CLOSE, []),
        ({"place": ""}, ["a_finding_says_where"]),
        ({"place": "", "station": 1}, []),
        ({"answered_by": "company"}, ["an_answer_to_a_finding_is_whole"]),
        (ANSWER | {"answer_document": ""}, ["an_answer_to_a_finding_is_whole"]),
        ({"closed_on": date(2025, 4, 2)}, ["the_close_of_a_finding_is_whole"]),
        (CLOSE | {"closed_how": ""}, ["the_close_of_a_finding_is_whole"]),
        (ANSWER | CLOSE | {"closed_how": ""}, ["the_close_of_a_finding_is_whole"]),
        (ANSWER | {"answered_on": date(2025, 3, 11)}, ["a_finding_is_answered_after_it_was_found"]),
        (CLOSE | {"closed_on": date(2025, 3, 11)}, ["a_finding_is_closed_after_it_was_found"]),
    ],
)
def test_a_finding_says_where_and_answer_and_close_are_whole_and_later(
    said: dict[str, Any], refused: list[str]
) -> None:
    empty: dict[str, Any] = {"answered_by": "", "answered_on": None, "answer": "", "answer_document": ""}
    empty |= {"closed_by": "", "closed_on": None, "closed_how": "", "closed_document": "", "station": None}
    rules: Any = CommitteeFinding._meta.constraints
    assert [rule.name for rule in rules if rule.broken_by(empty | FOUND | said)] == refused


def test_nobody_can_say_that_the_mine_closed_it() -> None:
    assert {code for code, _name in CommitteeFinding.Closer.choices} == {"committee", "authority"}


def test_an_answer_of_the_mine_closes_nothing_and_the_age_is_counted_to_the_approval() -> None:
    answered = row(answered_by="company", answered_on=day("2025-03-14"))
    assert states(answered) == ["Open for 1 year and 2 months"]
    _document, values = shown(answered, row(2, closed_by="authority", closed_on=day("2025-04-02")))
    assert values["lead"] == (
        "1 of 2 findings of monitoring committees are open. Only the committee or an authority closes one."
    )


def test_who_closed_it_says_so_and_a_bare_word_of_the_mine_leaves_it_open() -> None:
    closed: dict[str, Any] = {"closed_on": day("2025-04-02")}
    assert states(row(closed_by="committee", **closed)) == ["Closed on 2 April 2025, says the committee"]
    assert states(row(closed_by="authority", **closed)) == ["Closed on 2 April 2025, says an authority"]
    assert states(row(closed_by="committee", voice="company", evidence=1, **closed)) == [
        "Closed on 2 April 2025, says the committee"
    ]
    assert states(row(closed_by="committee", voice="company", **closed)) == [
        "Open for 1 year and 2 months. That it was closed on 2 April 2025 is a bare word."
    ]


def test_what_is_open_stands_first_and_what_was_closed_before_the_year_not_at_all() -> None:
    closed = row(1, closed_by="committee", closed_on=day("2025-04-02"))
    old, new = row(2, found_on=day("2023-01-02")), row(3, found_on=day("2025-11-12"))
    assert [one.partition(" ")[0] for one in states(closed, new, old)] == ["Open", "Open", "Closed"]
    assert states(closed, year=2026) == []
    assert len(states(old, year=2026)) == 1


def test_words_stand_only_where_everybody_may_read_the_source() -> None:
    words = FindingWords(record="committee-finding/1", committee="Comité de Chakana", found="Lodo", place="Puente")
    said = row(answered_by="authority", answered_on=day("2025-03-14"))
    _document, values = shown(said, words=(words,))
    [(public, _cells)] = values["rows"]
    assert (public.name, public.about) == ("Comité de Chakana", "R-20, Puente: “Lodo”")
    document, values = shown(said)
    [(secret, _cells)] = values["rows"]
    assert (secret.name, secret.about) == ("A monitoring committee", "R-20: Its words are not public.")
    assert secret.texts[1] == "An authority, 14 March 2025"
    head, line = findings_table(document)
    assert dict(zip(head, line, strict=True))["what_it_found"] is None


@pytest.mark.django_db
def test_the_list_says_for_how_long_a_finding_is_open() -> None:
    cast = gather_cast()
    mine = open_mine(cast.monitor, cast.company).project
    finding = CommitteeFinding.objects.get(project=mine)
    finding.found_on = timezone.localdate()
    assert finding.state == "Open for 0 days"
    for name, value in CLOSE.items():
        setattr(finding, name, value)
    assert finding.state == "The committee, 2 April 2025"


@pytest.mark.django_db
def test_a_finding_is_a_fact_of_its_year_and_of_all_later_ones() -> None:
    cast = gather_cast()
    mine = open_mine(cast.monitor, cast.company).project
    years = range(YEAR - 1, YEAR + 2)
    found = gather(Scope(frozenset((mine.pk, year) for year in years), date(YEAR + 2, 1, 1)))
    assert [len(found[mine.pk, year][CommitteeFindingFact]) for year in years] == [0, 1, 1]


@pytest.mark.django_db(databases=["default", "public"])
@pytest.mark.parametrize(
    ("audience", "language", "words", "not_there"),
    [
        ("public", "en", ["Comité de Chakana", "“Una tubería vertía lodo al río”"], []),
        ("public", "es", ["Lo que hallaron los comités de monitoreo", "“La tubería se cambió” (Carta 12)"], []),
        ("organisations", "en", ["Its words are not public."], ["Chakana", "lodo", "Carta 12"]),
    ],
)
def test_the_environment_page_shows_findings_as_far_as_everybody_may_read_them(
    client: Client, audience: str, language: str, words: list[str], not_there: list[str]
) -> None:
    cast = gather_cast()
    mine = open_mine(cast.monitor, cast.company)
    Source.objects.filter(pk=CommitteeFinding.objects.get(project=mine.project).source_id).update(audience=audience)
    published(cast, produced(mine.project))
    page = client.get(f"/{language}/projects/{mine.project.slug}/environment/").content.decode()
    section = page.partition('id="committee-findings"')[2].partition("</section>")[0].replace("\xa0", " ")
    assert [one for one in words if one not in section] == []
    assert [one for one in not_there if one in section] == []
    table = client.get(f"/{language}/projects/{mine.project.slug}/{YEAR}/committee-findings.csv").content.decode()
    assert ("Carta 12" in table) == (audience == "public")
