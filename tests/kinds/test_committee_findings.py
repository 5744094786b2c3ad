"""Findings of monitoring committees: an answer of the mine closes none, and words stand in public where everybody may read them."""

import json
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import AuditEntry, Organisation
from compliance.evaluation.criteria.committee_findings import CommitteeFindingFact
from compliance.evaluation.gathering import Scope, gather
from compliance.public_pages.committee_findings import FindingWords, findings_table, show_findings
from projects.models import CommitteeFinding, MonitoringStation, Project, Source
from projects.services.records import enter_record
from tests.cast import YEAR, gather_cast, open_mine, produced, published, source
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
    usual: dict[str, Any] = {"found_on": day("2025-03-12"), "voice": "community"}
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


@pytest.mark.parametrize(
    ("closed_by", "voice", "words"),
    [
        ("committee", "committee", "Closed on 2 April 2025, says the committee itself"),
        ("committee", "community", "Closed by the committee on 2 April 2025, says the community"),
        ("authority", "authority", "Closed on 2 April 2025, says an authority"),
        ("authority", "committee", "Closed by an authority on 2 April 2025, says a monitoring committee"),
    ],
)
def test_whoever_closed_it_says_so_best(closed_by: str, voice: str, words: str) -> None:
    assert states(row(closed_by=closed_by, voice=voice, closed_on=day("2025-04-02"))) == [words]


@pytest.mark.parametrize("more", [{}, {"evidence": 1}, {"opens": True}])
@pytest.mark.parametrize(
    ("voice", "closed_by", "words"),
    [
        ("company", "committee", "Closed by the committee on 2 April 2025, says the mine"),
        ("company", "authority", "Closed by an authority on 2 April 2025, says the mine"),
        ("unknown", "committee", "Closed by the committee on 2 April 2025; nobody says whose word this is"),
        ("unknown", "authority", "Closed by an authority on 2 April 2025; nobody says whose word this is"),
    ],
)
def test_that_the_mine_says_that_it_was_closed_leaves_it_open_in_later_years_whatever_paper_it_shows(
    voice: str, closed_by: str, words: str, more: dict[str, Any]
) -> None:
    said = row(closed_by=closed_by, voice=voice, closed_on=day("2025-04-02"), **more)
    for year in (2025, 2026):
        assert states(said, year=year) == [f"Open for 1 year and 2 months. {words}"]
    _document, values = shown(said)
    assert values["lead"].startswith("1 of 1 finding of monitoring committees is open.")


def test_what_is_open_stands_first_and_what_was_closed_before_the_year_not_at_all() -> None:
    closed = row(1, closed_by="committee", closed_on=day("2025-04-02"))
    old, new = row(2, found_on=day("2023-01-02")), row(3, found_on=day("2025-11-12"))
    assert [one.partition(" ")[0] for one in states(closed, new, old)] == ["Open", "Open", "Closed"]
    assert states(closed, year=2026) == []
    assert len(states(old, year=2026)) == 1


def test_place_and_words_stand_only_where_everybody_may_read_the_source() -> None:
    words = FindingWords(
        record="committee-finding/1", committee="Comité de Chakana", found="Lodo", place="Puente", station_name="R-20"
    )
    said = row(answered_by="authority", answered_on=day("2025-03-14"))
    _document, values = shown(said, words=(words,))
    [(public, _cells)] = values["rows"]
    assert (public.name, public.about) == ("Comité de Chakana", "R-20, Puente: “Lodo”")
    document, values = shown(said)
    [(secret, _cells)] = values["rows"]
    assert (secret.name, secret.about) == ("A monitoring committee", "Its words are not public.")
    assert secret.texts[1] == "An authority, 14 March 2025"
    head, line = findings_table(document)
    table = dict(zip(head, line, strict=True))
    assert (table["what_it_found"], table["station"], table["place"]) == (None, None, None)


@pytest.mark.django_db
def test_the_list_says_for_how_long_a_finding_is_open() -> None:
    cast = gather_cast()
    mine = open_mine(cast.monitor, cast.company).project
    finding = CommitteeFinding.objects.get(project=mine)
    finding.found_on = timezone.localdate()
    assert finding.state == "Open for 0 days"
    for name, value in CLOSE.items():
        setattr(finding, name, value)
    for voice in ("company", "unknown"):
        finding.source.voice = voice
        assert finding.state == "Open for 0 days"
    finding.source.voice = "community"
    assert finding.state == "The committee, 2 April 2025"


@pytest.mark.django_db
@pytest.mark.parametrize("who", ["operator", "auditor", "administrator", "stranger", "reviewer", "colleague"])
@pytest.mark.parametrize("audience", Source.Audience.values)
def test_inside_a_finding_is_there_for_whoever_may_read_its_source(client: Client, audience: str, who: str) -> None:
    """Page, list, CSV, search and API."""
    cast = gather_cast()
    mine = open_mine(cast.monitor, cast.company).project
    finding = CommitteeFinding(project=mine, **FOUND | {"committee": "Canary 7781"})
    enter_record(actor=cast.monitor, record=finding, source=source(audience=audience, voice="community"))
    sees = who in {"reviewer", "colleague"} or (
        who != "stranger" and (audience == "public" or (audience == "organisations" and who != "operator"))
    )
    client.force_login(cast[who])
    base = f"/en/work/projects/{mine.slug}/{KIND}/"
    assert client.get(f"{base}{finding.pk}/").status_code == (200 if sees else 404)
    for address in (f"{base}?q=canary", f"{base}?format=csv", "/en/work/search/?q=canary+7781"):
        answer: Any = client.get(address)
        text = (b"".join(answer.streaming_content) if answer.streaming else answer.content).decode()
        assert ("Canary 7781" in text) is sees, address
    api = {row["id"] for row in client.get(f"/api/v1/records/{KIND}/").json()["results"]}
    assert (finding.pk in api) is sees
    assert client.get(f"/api/v1/records/{KIND}/{finding.pk}/").status_code == (200 if sees else 404)


@pytest.mark.django_db
def test_the_trail_which_others_read_calls_a_finding_by_its_number() -> None:
    cast = gather_cast()
    finding = CommitteeFinding.objects.get(project=open_mine(cast.monitor, cast.company).project)
    labels = AuditEntry.objects.filter(object_id=finding.pk, content_type__model="committeefinding").values_list(
        "label", flat=True
    )
    assert set(labels) == {f"Finding {finding.pk}"}


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
        ("public", "en", ["Comité de Chakana", "Poza 9, Puente: “Una tubería vertía lodo al río”"], []),
        ("public", "es", ["Lo que hallaron los comités de monitoreo", "“La tubería se cambió” (Carta 12)"], []),
        ("organisations", "en", ["Its words are not public."], ["Chakana", "lodo", "Carta 12", "Poza 9"]),
    ],
)
def test_the_environment_page_shows_findings_as_far_as_everybody_may_read_them(
    client: Client, audience: str, language: str, words: list[str], not_there: list[str]
) -> None:
    cast = gather_cast()
    mine = open_mine(cast.monitor, cast.company)
    finding = CommitteeFinding.objects.get(project=mine.project)
    Source.objects.filter(pk=finding.source_id).update(audience=audience)
    station = MonitoringStation(project=mine.project, name="Poza 9", medium="effluent")
    enter_record(actor=cast.monitor, record=station, source=source())
    CommitteeFinding.objects.filter(pk=finding.pk).update(station=station)
    publication = published(cast, produced(mine.project))
    assert ("Chakana" in publication.document) == (audience == "public")
    page = client.get(f"/{language}/projects/{mine.project.slug}/oversight/").content.decode()
    section = page.partition('id="committee-findings"')[2].partition("</section>")[0].replace("\xa0", " ")
    assert [one for one in words if one not in section] == []
    assert [one for one in not_there if one in section] == []
    table = client.get(f"/{language}/projects/{mine.project.slug}/{YEAR}/committee-findings.csv").content.decode()
    assert [one in table for one in ("Carta 12", "Poza 9")] == [audience == "public"] * 2
    [fact] = json.loads(publication.document)["facts"][KIND]
    assert not fact.keys() & {"station", "station_name", "place", "committee"}
