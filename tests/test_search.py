"""The search across everything: what is found, in which order, and what nobody is told of."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Organisation, User
from config.search import FEWEST_LETTERS, LONGEST, places
from projects.kinds import KINDS_OF_RECORD
from tests.cast import Cast, Mine, enter, gather_cast, mine, neighbour, open_mine, produced
from tests.projects.intake_help import upload

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    """Everybody."""
    return gather_cast()


@pytest.fixture
def own(cast: Cast) -> Mine:
    """The monitor's mine."""
    return open_mine(cast.monitor, cast.company)


@pytest.fixture
def other(cast: Cast) -> Mine:
    """A mine that only the stranger and overseers see."""
    return open_mine(cast.stranger, cast.other_company, "Yana Mayu", country="CL")


def answer(user: User, text: str, **query: str) -> Any:
    """The page of what was found."""
    client = Client()
    client.force_login(User.objects.get(pk=user.pk))
    return client.get("/en/work/search/", {"q": text, **query})


def found(user: User, text: str) -> dict[str, list[str]]:
    """What was found, by the code of its kind, as it is called."""
    groups = answer(user, text).context.get("groups", [])
    return {group.place.code: [str(row) for _url, row, _about in rows] for group, rows in groups}


def test_accents_and_capitals_do_not_matter(cast: Cast) -> None:
    mine(cast.monitor, "Ñawi Qucha")
    assert found(cast.monitor, "nawi QÚCHA")["mines"] == ["Ñawi Qucha"]


def test_the_exact_name_stands_first_and_its_kind_before_the_others(cast: Cast) -> None:
    for name in ("Alta Mayu", "Mayu", "Mayu Alta"):
        mine(cast.monitor, name)
    neighbour(cast.monitor, "Ayllu Mayu")
    assert found(cast.monitor, "mayu")["mines"] == ["Mayu", "Mayu Alta", "Alta Mayu"]
    groups = list(found(cast.monitor, "Ayllu Mayu"))
    assert groups[0] == "communities"


@pytest.mark.parametrize("code", [code for code, kind in KINDS_OF_RECORD.items() if kind.project_path])
def test_a_record_of_every_kind_is_found_and_opens(cast: Cast, own: Mine, other: Mine, code: str) -> None:
    kind, record = KINDS_OF_RECORD[code], own.records[code]
    texts = [getattr(record, name) for name in kind.search if "__" not in name]
    named = [str(getattr(record, name)) for name in kind.named if getattr(record, name, None)]
    text = next(text for text in (*texts, *named) if len(str(text)) >= FEWEST_LETTERS)
    client = Client()
    client.force_login(cast.monitor)
    page = client.get("/en/work/search/", {"q": text, "kind": code})
    urls = [url for url, _row, _about in page.context["rows"]]
    assert kind.address(record.pk, own.project.slug) in urls
    assert all(client.get(url).status_code == 200 for url in urls)


def test_payments_scorecards_organisations_and_imports_are_found_and_open(cast: Cast, own: Mine) -> None:
    produced(own.project)
    upload(cast.monitor, "puka-rows.csv", b"payer,payee\nMinera Sami,Ayllu\n")
    client = Client()
    client.force_login(cast.monitor)
    by_text = {
        "Ayllu Puka": "payments",
        "Puka Sami 2025": "scorecards",
        "Minera Sami": "organisations",
        "puka-r": "imports",
    }
    for text, code in by_text.items():
        groups = client.get("/en/work/search/", {"q": text}).context["groups"]
        (rows,) = [rows for group, rows in groups if group.place.code == code]
        opened = {url: client.get(url, follow=True).status_code for url, _row, _about in rows}
        assert opened
        assert {*opened.values()} == {200}, opened
        opened = {url: client.get(url, follow=True).status_code for url, _row, _about in rows}
        assert opened
        assert {*opened.values()} == {200}, opened


def test_people_are_found_by_administrators_alone(cast: Cast) -> None:
    assert found(cast.administrator, "reviewer@example.org")["people"]
    for name in ("monitor", "reviewer", "auditor", "operator"):
        assert "people" not in found(cast[name], "reviewer@example.org")
        assert "page" not in (answer(cast[name], "reviewer@example.org", kind="people").context or {})


@pytest.mark.parametrize("who", ["monitor", "operator", "reviewer"])
@pytest.mark.promise("search")
def test_nothing_of_another_organisations_mine_is_found_or_counted(
    cast: Cast, own: Mine, other: Mine, who: str
) -> None:
    for text in ("Yana", "Yana Mayu 2025", "Minera Ajena", "an", "Field notes"):
        page = answer(cast[who], text).content.decode()
        assert "<b>Yana Mayu</b>" not in page
        for group, rows in answer(cast[who], text).context["groups"]:
            if group.place.code not in {"organisations", "communities"}:
                assert all(other.project.slug not in url for url, _row, _about in rows)
                listed = answer(cast[who], text, kind=group.place.code).context["page"]
                assert listed.paginator.count == group.number
    assert "mines" not in found(cast[who], "Yana Mayu")
    assert found(cast.stranger, "Yana Mayu")["mines"] == ["Yana Mayu"]


def test_more_than_five_of_a_kind_are_counted_and_have_a_page(cast: Cast) -> None:
    for number in range(7):
        Organisation.objects.create(name=f"Municipalidad {number}", kind="agency")
    page = answer(cast.monitor, "municipalidad").content.decode()
    assert "Organisations: 7" in page
    assert "All 7 in Organisations" in page
    everything = answer(cast.monitor, "municipalidad", kind="organisations")
    assert len(everything.context["rows"]) == 7
    assert 'value="municipalidad"' in everything.content.decode()


def test_what_was_withdrawn_is_not_found(cast: Cast, own: Mine) -> None:
    assert "disclosures" in found(cast.monitor, "Yearly report")
    report = own.records["disclosures"]
    type(report).with_withdrawn.filter(pk=report.pk).update(withdrawn_at=report.source.entered_at)
    assert "disclosures" not in found(cast.monitor, "Yearly report")


@pytest.mark.parametrize("text", ["a\x00b", "x" * 200, "y" * 5000, "\ud83d", "%_'\\", "’“", "   ", "🪨"])
def test_whatever_is_typed_is_answered(cast: Cast, own: Mine, text: str) -> None:
    client = Client()
    client.force_login(cast.monitor)
    typed = text.encode("utf-8", "surrogatepass")
    page = client.get("/en/work/search/", QUERY_STRING=f"q={''.join(f'%{byte:02x}' for byte in typed)}")
    assert page.status_code == 200
    assert len(page.context["q"]) <= LONGEST


def test_where_nothing_is_found_the_page_says_what_to_try(cast: Cast) -> None:
    assert "Try fewer letters" in answer(cast.monitor, "no such thing").content.decode()
    assert "Try fewer letters" not in answer(cast.monitor, "").content.decode()


def test_one_letter_would_find_nearly_everything_and_finds_nothing(cast: Cast, own: Mine) -> None:
    page = answer(cast.monitor, "a")
    assert "Write at least 2 letters." in page.content.decode()
    assert "groups" not in page.context
    assert "Write at least" not in answer(cast.monitor, "").content.decode()


def test_the_header_offers_the_search_to_whoever_may_search(cast: Cast) -> None:
    client = Client()
    client.force_login(cast.monitor)
    assert 'action="/en/work/search/"' in client.get("/en/work/own/").content.decode()
    client.force_login(cast.nobody)
    assert 'action="/en/work/search/"' not in client.get("/en/work/own/").content.decode()
    assert 'action="/en/work/search/"' not in Client().get("/en/").content.decode()


def test_many_rows_take_as_many_queries_as_few(cast: Cast, own: Mine) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            answer(cast.monitor, "sami")
        return len(queries)

    asked()
    few = asked()
    for number in range(4):
        open_mine(cast.monitor, cast.company, f"Puka Sami {number}")
    counts = len([place for place in places() if cast.monitor.may(place.permission)])
    assert asked() - few <= counts


def test_every_kind_that_is_searched_has_a_code_of_its_own() -> None:
    codes = [place.code for place in places()]
    assert len(set(codes)) == len(codes)


def test_a_record_is_entered_under_the_name_that_is_found(cast: Cast, own: Mine) -> None:
    record = enter(
        cast.monitor,
        type(own.records["disclosures"])(
            project=own.project,
            title="Informe único",
            period_end=own.records["disclosures"].period_end,
            published_on=own.records["disclosures"].published_on,
        ),
    )
    assert found(cast.monitor, "informe unico")["disclosures"] == [str(record)]
