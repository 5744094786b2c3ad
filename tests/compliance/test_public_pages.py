"""What the public reads: documents become honest words, and pages that everybody can open and check."""

import csv
import hashlib
import io
import re
from collections.abc import Iterator
from datetime import date
from html.parser import HTMLParser
from typing import Any

import pytest
from django import forms
from django.db import connection
from django.template import Context, Template
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from accounts.design import charts, cords, writing
from accounts.models import User
from compliance.middleware import PAGES
from compliance.models import PolicyFramework, Publication, PublishedPlace, Scorecard
from compliance.public_pages.changes import change_rows
from compliance.public_pages.communities import community_page
from compliance.public_pages.jobs import jobs_answer
from compliance.public_pages.money import community_rows, confirmed_sentence, money_totals, only_currency, purpose_rows
from compliance.public_pages.promises import promise_state
from compliance.public_pages.rules import rule_words
from compliance.public_pages.scorecards import gate_sentences, grade_range, score_range, score_sentence
from compliance.public_pages.studies import study_answer, study_events
from compliance.services.publications import places_of
from projects.models import Project, Source
from tests.compliance.sample_document import community, payment, sample_document, sealed


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Words are compared in the source language."""
    with translation.override("en"):
        yield


# How things are written


@pytest.mark.parametrize(
    ("part", "whole", "words"),
    [("1", "200", "1"), ("1", "201", "<1"), ("0", "200", "0"), ("29.5", "100", "30"), ("199.5", "200", ">99"),
     ("200", "200", "100"), (None, "200", None), ("5", "0", None), ("5", None, None)],
)  # fmt: skip
def test_shares_round_half_up_and_never_to_none_or_all(part: str | None, whole: str | None, words: str | None) -> None:
    assert writing.of_every_100(part, whole) == words


def test_money_keeps_its_sign_and_number_together_and_unknown_is_no_zero() -> None:
    assert writing.money("4200000", "PEN") == "S/\u00a04,200,000"
    assert writing.money("12.5", "USD") == "US$\u00a012.50"
    assert writing.money("7", "CNY").endswith("\u00a07")
    assert writing.money(None, "PEN") == "Not known"
    assert writing.money("0", "PEN") == "S/\u00a00"


def test_dates_are_written_out_in_the_readers_language() -> None:
    assert writing.long_date("2026-01-20T23:05:00Z") == "20 January 2026"
    with translation.override("es"):
        assert writing.long_date("2026-01-20") == "20 de enero de 2026"


def test_a_score_is_rounded_and_never_shown_as_the_next_grades() -> None:
    shown = {score: writing.score(score) for score in ("74.96", "74.94", "66.75", "66.74", "99.96", "75", "100")}
    assert shown == {
        "74.96": "74.9", "74.94": "74.9", "66.75": "66.8", "66.74": "66.7", "99.96": "99.9", "75": "75.0", "100": "100.0",
    }  # fmt: skip


def test_a_figure_below_zero_has_a_minus_sign_and_whole_days_no_decimals() -> None:
    assert [writing.figure(value) for value in ("-339", "16.25", "100.00", None)] == [
        "−339", "16.3", "100", "Not known",
    ]  # fmt: skip


def test_an_unknown_score_is_drawn_as_unknown_and_letters_are_not_read_out() -> None:
    assert "We don’t know" in charts.bands(None)
    drawn = charts.bands("62.5", "40")
    assert 'aria-label="score now 62.5, last time 40.0"' in drawn
    assert drawn.count('aria-hidden="true"') == 9


def test_marks_escape_what_they_are_given() -> None:
    drawn = str(cords.cord([payment(1, "10", "arrived")], "10", '"><script>'))
    assert "<script>" not in drawn
    assert 'class="l-ok"' in drawn


def test_a_year_nobody_knows_is_hatched() -> None:
    drawn = str(charts.multiple(["10", None, "20"], [2023, 2024, 2025], "20"))
    assert "url(#k-h)" in drawn
    assert "2024 not known" in drawn


# Money


def test_nobody_answered_is_unknown_and_not_zero() -> None:
    total = {"currency": "PEN", "promised": "100", "paid": "100", "confirmed": None}
    assert "No community has answered" in confirmed_sentence(total)


def test_a_sum_for_which_no_recipient_answered_is_unknown_even_where_the_document_says_zero() -> None:
    document = sample_document()
    document["money"]["totals"][0]["confirmed"] = "0"
    for row in document["money"]["communities"]:
        row["confirmed"] = None
        for one in row["payments"]:
            one["received"] = None
    assert money_totals(document)[0]["confirmed"] is None
    assert {row["confirmed"] for row in purpose_rows(document)} == {None}


def test_open_payments_are_named_with_whose_word_it_is() -> None:
    rows = community_rows(sample_document())
    lines = {row["slug"]: [line["text"] for line in row["lines"]] for row in rows}
    assert lines["wayrapampa"] == ["All 4 payments arrived"]
    assert lines["chakana-alta"] == [
        "Payment 3: did not arrive, says the community",
        "Payment 4: not paid, 36 days late",
    ]
    assert lines["rumi-cruz"] == ["Payment 1: we don’t know if it was paid", "Payment 2: not yet due"]


def test_the_currency_stands_in_the_heading_only_where_there_is_one() -> None:
    document = sample_document()
    assert only_currency(document) == "PEN"
    document["money"]["communities"].append(community("x", "X", "5", "a") | {"currency": "USD"})
    assert only_currency(document) == ""
    assert {row["sign"] for row in community_rows(document)} == {"PEN", "USD"}


def test_a_communitys_sum_counts_each_mine_and_keeps_silence_apart() -> None:
    first, second = sample_document(), sample_document()
    second["project"] = second["project"] | {"slug": "urqu", "name": "Urqu"}
    for row in second["money"]["communities"]:
        row["confirmed"] = None
    page = community_page("chakana-alta", [first, second])
    assert page["sums"][0]["promised"] == 1_720_000
    assert page["sums"][0]["confirmed"] == 430_000
    assert [mine["project"]["slug"] for mine in page["mines"]] == ["puka-willka", "urqu"]


def test_a_silent_community_has_no_confirmed_sum() -> None:
    page = community_page("qantu-pampa", [sample_document()])
    assert page["sums"][0]["confirmed"] is None
    assert len(page["waiting"]) == 3


# Promises and scores


def test_a_promise_kept_late_is_told_from_one_never_kept() -> None:
    late: dict[str, Any] = {"due_on": "2025-12-31", "days_late": 107, "state": "late"}
    kept = promise_state(late | {"fulfilled_on": "2026-04-17"})
    open_still = promise_state(late | {"fulfilled_on": None})
    assert kept["words"] == "Done on 17 April 2026, 107 days late"
    assert open_still["words"] == "Not done, 107 days late"
    assert kept["mark"] != open_still["mark"]
    claimed = promise_state(late | {"state": "claimed", "fulfilled_on": "2026-04-17"})
    assert claimed["words"] == "Done on 17 April 2026, 107 days late, says the company"


def test_a_score_with_one_end_is_no_range() -> None:
    scorecard = sample_document()["scorecard"] | {"score": "44", "worst": "44.02", "best": "44.04", "grade": "D"}
    assert score_sentence(scorecard) == "Overall 44.0 of 100 points. What is missing cannot change it."
    assert "between 44.0 and 62.0" in score_sentence(scorecard | {"best": "62"})
    for policy in scorecard["policies"]:
        policy["known"] = policy["applicable"]
    assert "not settled yet" in score_sentence(scorecard | {"best": "62"})
    assert score_range({"worst": "8.71", "best": "8.74"}) is None
    assert score_range({"worst": "0", "best": "100"}) == ("0", "100")


def test_a_failed_gate_is_called_by_its_name() -> None:
    scorecard = sample_document()["scorecard"]
    first = scorecard["indicators"][0]
    sentences = gate_sentences(scorecard | {"capped_by": [first["code"]], "blocked_by": []})
    assert first["name"]["en"] in sentences[0]


def test_a_grade_that_went_away_because_the_rule_does_not_apply_is_not_called_unknown() -> None:
    change = {"kind": "indicator", "label": "Jobs", "before": "C", "after": None, "currency": None}
    money = {"kind": "money", "label": "Confirmed money", "before": "5", "after": None, "currency": "PEN"}
    assert change_rows([change])[0]["after"] == "does not apply"
    assert change_rows([money])[0]["after"] == "not known"


def test_a_mine_that_closes_is_not_said_to_dig() -> None:
    events = study_events(sample_document()["assessments"], closing=True)
    assert not any("digging" in event["text"] for event in events)


# Answers


def test_studies_before_and_after_the_digging_are_both_named() -> None:
    answer = study_answer(sample_document()["assessments"])
    assert answer["say"] == "First pit yes, Expansion no"
    assert answer["lines"] == ["First pit: 169 days before.", "Expansion: 48 days too late."]
    assert study_answer([])["say"] == "We don’t know"


def test_a_year_without_a_return_leaves_the_jobs_unknown() -> None:
    document = sample_document(period={"year": 2024, "start": "2024-01-01", "end": "2024-12-31"})
    assert jobs_answer(document)["share"] is None


@pytest.mark.parametrize(
    ("grade", "worst", "best", "words"),
    [("C", "D", "B", "Could be B or D."), ("C", "C", "B", "Could be B."),
     ("C", "C", "C", "What is missing cannot"),
     ("?", "E", "A", "Could be anything from A to E.")],
)  # fmt: skip
def test_every_grade_with_gaps_states_its_range(grade: str, worst: str, best: str, words: str) -> None:
    scorecard = sample_document()["scorecard"] | {"grade": grade, "grade_worst": worst, "grade_best": best}
    assert grade_range(scorecard).startswith(words)


def test_a_grade_with_all_evidence_has_no_range() -> None:
    scorecard = sample_document()["scorecard"]
    for policy in scorecard["policies"]:
        policy["known"] = policy["applicable"]
    assert grade_range(scorecard) == ""


def test_a_rule_says_what_a_missing_record_does() -> None:
    rule = sample_document()["scorecard"]["indicators"][0]["rule"]
    assert rule_words(rule, "percent") == [
        "20 of every 100 scores 0; 60 of every 100 scores 100.",
        "Without a record it counts as 0.",
    ]


# Pages


class Outline(HTMLParser):
    """Headings, ids, labels' targets and inline code of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.levels: list[int] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.inline: list[str] = []
        self.mains = 0
        self.language = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        if re.fullmatch("h[1-6]", tag):
            self.levels.append(int(tag[1]))
        if named.get("id"):
            self.ids.append(str(named["id"]))
        if tag == "a" and str(named.get("href", "")).startswith("#"):
            self.links.append(str(named["href"])[1:])
        self.inline += [name for name in named if name == "style" or name.startswith("on")]
        self.inline += [tag] if tag in ("script", "style") else []
        self.mains += tag == "main"
        self.language = str(named["lang"]) if tag == "html" else self.language


def publish(document: dict[str, Any], **changes: Any) -> Publication:
    """Seal a document as a row, with the least that the row needs around it."""
    sequence = Publication.objects.count() + 1
    head = Publication.objects.order_by("-sequence").first()
    document = document | {"sequence": sequence, "previous": head.sha256 if head else None}
    text, sha256 = sealed(document)
    people = [
        User.objects.get_or_create(email=f"{name}@example.org", defaults={"full_name": name})[0]
        for name in ("first", "second")
    ]
    framework, _new = PolicyFramework.objects.get_or_create(
        code="sample", version=1, valid_from=date(2025, 1, 1), names={"en": "Sample", "es": "Ejemplo"},
        rules={},
        sha256="f" * 64,
    )  # fmt: skip
    slug = document["project"]["slug"]
    project = Project.objects.filter(slug=slug).first() or Project.objects.create(
        slug=slug,
        name=document["project"]["name"],
        country="PE",
        source=Source.objects.create(voice="monitor"),
    )
    scorecard = Scorecard.objects.create(
        project=project, year=document["period"]["year"], framework=framework, facts_text="{}",
        facts_sha256=sha256, judgement_text="{}", worst=0, best=100, coverage=0,
        grade=document["scorecard"]["grade"],
    )  # fmt: skip
    publication = Publication.objects.create(
        sequence=sequence, sha256=sha256, previous_sha256=head.sha256 if head else None,
        project_slug=document["project"]["slug"], project_name=document["project"]["name"],
        operator_name="Minera Puka Willka", country="PE", year=document["period"]["year"],
        grade=document["scorecard"]["grade"], is_demo=True, document=text, scorecard=scorecard,
        approved_by=people[0], published_by=people[1], published_at=timezone.now(), **changes,
    )  # fmt: skip
    PublishedPlace.objects.bulk_create(
        PublishedPlace(publication=publication, kind=kind, slug=place, name=name)
        for (kind, place), name in places_of(document).items()
    )
    return publication


@pytest.fixture
def published(db: None) -> Publication:
    return publish(sample_document())


ADDRESSES = ["/en/", "/en/?q=puka", "/en/projects/", "/en/projects/puka-willka/",
             "/en/communities/", "/en/communities/chakana-alta/",
             "/en/verify/", "/en/how-we-grade/", "/es/projects/puka-willka/"]  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize("address", ADDRESSES)
def test_pages_are_well_built_and_set_nothing(client: Client, published: Publication, address: str) -> None:
    response = client.get(address)
    page = Outline(response.content.decode())
    assert response.status_code == 200
    assert response.headers.get("Vary", "").find("Cookie") == -1
    assert not response.cookies
    assert response["Cache-Control"] == "public, no-cache"
    assert page.levels[0] == 1
    assert page.levels.count(1) == 1
    assert all(after <= before + 1 for before, after in zip(page.levels, page.levels[1:], strict=False))
    assert len(page.ids) == len(set(page.ids))
    assert set(page.links) <= set(page.ids)
    assert page.inline == []
    assert page.mains == 1
    assert page.language == address[1:3]


@pytest.mark.django_db
def test_every_page_of_the_demo_says_that_it_is_invented(client: Client, published: Publication) -> None:
    for address in ADDRESSES[:-1]:
        assert b"all names and numbers are invented" in client.get(address).content, address


@pytest.mark.django_db
def test_the_project_page_is_light(client: Client, published: Publication) -> None:
    assert len(client.get("/en/projects/puka-willka/").content) < 36_000


@pytest.mark.django_db
def test_whoever_has_the_page_gets_a_304_until_it_changes(client: Client, published: Publication) -> None:
    address = "/en/projects/puka-willka/"
    etag = client.get(address)["ETag"]
    assert etag.startswith(f'"{published.sha256}')
    assert client.get(address, headers={"If-None-Match": etag}).status_code == 304
    publish(sample_document(period={"year": 2024, "start": "2024-01-01", "end": "2024-12-31"}))
    assert client.get(address, headers={"If-None-Match": etag}).status_code == 200
    assert client.get("/es/projects/puka-willka/", headers={"If-None-Match": etag}).status_code == 200


@pytest.mark.django_db
def test_a_page_is_drawn_once_and_given_again_with_the_same_headers_for_one_query(
    client: Client, published: Publication
) -> None:
    for address in ("/en/", "/en/projects/", "/en/projects/puka-willka/", "/en/projects/puka-willka/2025.csv"):
        first = client.get(address)
        with CaptureQueriesContext(connection) as queries:
            again = client.get(address)
        assert len(queries) == 1, address
        assert again.content == first.content
        assert again.headers == first.headers
        assert "Content-Security-Policy" in again.headers


@pytest.mark.django_db
def test_a_kept_page_is_drawn_anew_as_soon_as_anything_is_published(client: Client, published: Publication) -> None:
    before = {address: client.get(address)["ETag"] for address in ("/en/", "/en/projects/", "/en/verify/")}
    publish(sample_document(correction_reason="A page was counted twice.", supersedes=published.sha256))
    assert all(client.get(address)["ETag"] != etag for address, etag in before.items())


@pytest.mark.django_db
def test_each_address_keeps_its_own_page(client: Client, published: Publication) -> None:
    pages = {
        address: client.get(address).content
        for address in ("/en/", "/es/", "/en/?q=puka", "/en/projects/puka-willka/", "/es/projects/puka-willka/")
    }
    assert len(set(pages.values())) == len(pages)
    assert all(client.get(address).content == content for address, content in pages.items())


@pytest.mark.django_db
def test_nothing_of_a_signed_in_person_and_no_error_is_kept(client: Client, published: Publication) -> None:
    person = User.objects.create_user("reader@example.org", full_name="Reader")
    client.force_login(person)
    for address in ("/en/work/account/", "/en/projects/no-such-mine/", "/en/account/login/", "/healthz"):
        client.get(address)
    assert not PAGES
    client.head("/en/")
    assert not PAGES


@pytest.mark.django_db
def test_an_old_version_stays_readable_and_says_so(client: Client, published: Publication) -> None:
    newer = publish(sample_document(correction_reason="A page was counted twice.", supersedes=published.sha256))
    old = client.get(f"/en/projects/puka-willka/?version={published.sha256}")
    assert b"This is an old version" in old.content
    current = client.get("/en/projects/puka-willka/")
    assert b"This is an old version" not in current.content
    assert newer.sha256[:4].encode() in current.content


@pytest.mark.django_db
@pytest.mark.parametrize(
    "address",
    ["/en/projects/nobody/", "/en/projects/puka-willka/?year=1999", "/en/communities/nowhere/",
     "/en/projects/puka-willka/1999.json", f"/en/projects/puka-willka/?version={'0' * 64}"],
)  # fmt: skip
def test_what_is_not_published_is_not_there(client: Client, published: Publication, address: str) -> None:
    response = client.get(address)
    assert response.status_code == 404
    assert b"Page not found" in response.content


@pytest.mark.django_db
def test_unknown_keys_and_odd_values_are_ignored(client: Client, published: Publication) -> None:
    for query in (
        "foo=1",
        "year=abc",
        "version=zz",
        "page=-4",
        "grade=%00",
        "q=%00",
        "country='",
        "year=٢٠٢٥",
    ):
        for address in ("/en/", "/en/projects/", "/en/projects/puka-willka/", "/en/verify/"):
            assert client.get(f"{address}?{query}").status_code == 200, (address, query)


@pytest.mark.django_db
def test_pages_are_only_read(client: Client, published: Publication) -> None:
    assert client.post("/en/projects/puka-willka/").status_code == 405
    assert client.head("/en/projects/puka-willka/").status_code == 200


@pytest.mark.django_db
def test_the_download_is_the_sealed_document_byte_for_byte(client: Client, published: Publication) -> None:
    response = client.get("/en/projects/puka-willka/2025.json")
    assert hashlib.sha256(response.content).hexdigest() == published.sha256
    assert response["ETag"] == f'"{published.sha256}"'


@pytest.mark.django_db
def test_the_table_opens_in_a_spreadsheet_and_runs_nothing(client: Client) -> None:
    document = sample_document()
    document["money"]["communities"][0]["name"] = "=HYPERLINK()"
    publish(document)
    raw = client.get("/en/projects/puka-willka/2025.csv").content
    assert raw.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(raw.decode("utf-8-sig"))))
    assert len(rows) == 22
    assert rows[0]["community"] == "'=HYPERLINK()"
    unknown = next(row for row in rows if row["state"] == "unknown")
    assert unknown["paid"] == ""


@pytest.mark.django_db
def test_a_fingerprint_is_found_or_refused_in_words(client: Client, published: Publication) -> None:
    spaced = writing.fingerprint(published.sha256).upper()
    assert b"This is a real publication" in client.get("/en/verify/", {"sha256": spaced}).content
    assert b"We never published this" in client.get("/en/verify/", {"sha256": "0" * 64}).content
    assert b"not a whole fingerprint" in client.get("/en/verify/", {"sha256": "<b>"}).content


@pytest.mark.django_db
def test_the_chain_can_be_downloaded(client: Client, published: Publication) -> None:
    second = publish(sample_document(correction_reason="x"))
    rows = list(csv.DictReader(io.StringIO(client.get("/en/verify/chain.csv").content.decode("utf-8-sig"))))
    assert [row["sha256"] for row in rows] == [published.sha256, second.sha256]
    assert rows[1]["previous"] == published.sha256


@pytest.mark.django_db
def test_people_find_a_mine_by_its_community(client: Client, published: Publication) -> None:
    content = client.get("/en/", {"q": "tikapata"}).content
    assert b"/en/projects/puka-willka/" in content
    assert b"/en/communities/tikapata/" in content
    assert b"Nothing found" in client.get("/en/", {"q": "nowhere at all"}).content


@pytest.mark.django_db
def test_people_find_a_community_by_its_district_and_with_a_misspelt_name(
    client: Client, published: Publication
) -> None:
    district = published.content["communities"][0]["district"]
    home = published.content["communities"][0]["slug"]
    assert f"/en/communities/{home}/" in client.get("/en/", {"q": district}).content.decode()
    for misspelt in ("chacana", "Chakána"):
        assert "/en/communities/chakana-alta/" in client.get("/en/", {"q": misspelt}).content.decode()
    assert "nearly so" in client.get("/en/", {"q": "wayra pampa"}).content.decode()


@pytest.mark.django_db
def test_who_is_told_of_an_error_is_named_where_the_document_names_them(client: Client, published: Publication) -> None:
    addresses = ("/en/projects/puka-willka/", "/en/communities/chakana-alta/")
    assert all(b"Who records it" not in client.get(address).content for address in addresses)
    document = sample_document(correction_reason="Names were missing.", supersedes=published.sha256)
    document["project"]["followed_by"] = ["Observatorio del Agua", "Red Tambo"]
    document["project"]["reached_at"] = {"Red Tambo": "Casa comunal, martes de 9 a 12"}
    publish(document)
    reached = b"<b>Red Tambo</b>: Casa comunal, martes de 9 a 12"
    assert all(reached in client.get(address).content for address in addresses)
    assert all(b"<b>Observatorio del Agua</b>" in client.get(address).content for address in addresses)


@pytest.mark.django_db
def test_all_communities_are_listed_by_district(client: Client, published: Publication) -> None:
    content = client.get("/en/communities/").content.decode()
    for one in published.content["communities"]:
        assert f"/en/communities/{one['slug']}/" in content
        assert f"<h3>{one['district']}</h3>" in content


@pytest.mark.django_db
def test_what_is_new_names_corrections(client: Client, published: Publication) -> None:
    publish(sample_document(period={"year": 2024, "start": "2024-01-01", "end": "2024-12-31"}))
    publish(sample_document(correction_reason="A page was counted twice.", supersedes=published.sha256))
    news = client.get("/en/").content.decode().partition('id="new"')[2]
    assert news.count("published for the first time") == 2
    assert news.count("a correction") == 1
    assert news.index("a correction") < news.index("published for the first time")


@pytest.mark.django_db
def test_the_first_screen_names_every_currency(client: Client) -> None:
    document = sample_document()
    dollars = dict.fromkeys(("unanswered", "disputed", "unknown", "beyond_paid", "beyond_confirmed"), "0")
    document["money"]["totals"].append(
        dollars | {"currency": "USD", "promised": "180000", "paid": "0", "confirmed": None, "unpaid": "180000"}
    )
    publish(document)
    first = client.get("/en/projects/puka-willka/").content.decode().partition('aria-labelledby="h-work"')[0]
    assert "Not confirmed: US$\u00a0180,000." in first


@pytest.mark.django_db
def test_a_site_without_publications_says_so(client: Client) -> None:
    for address in ("/en/", "/en/projects/", "/en/communities/", "/en/verify/", "/en/how-we-grade/"):
        assert b"Nothing is published yet" in client.get(address).content


@pytest.mark.django_db
def test_a_document_with_nothing_known_is_shown_honestly(client: Client) -> None:
    document = sample_document(
        money={"totals": [], "communities": [], "purposes": []}, employment=[], assessments=[],
        commitments=[], changes=[],
    )  # fmt: skip
    document["project"] |= {"operator": None, "minerals": [], "phase": None, "areas": [], "stakes": []}
    document["scorecard"] |= {
        "score": None,
        "grade": "?",
        "grade_worst": "E",
        "grade_best": "A",
        "previous": None,
    }
    publish(document)
    content = client.get("/en/projects/puka-willka/").content.decode()
    assert content.count("We don’t know") >= 8
    assert "S/\u00a00" not in content


@pytest.mark.django_db
def test_the_language_switch_keeps_page_and_query(client: Client, published: Publication) -> None:
    content = client.get("/en/projects/?grade=C").content.decode()
    assert 'href="/es/projects/?grade=C"' in content


def test_an_error_says_the_same_at_the_top_and_at_the_field() -> None:
    class Sample(forms.Form):
        amount = forms.DecimalField(help_text="From the bank slip")
        side = forms.ChoiceField(choices=[("a", "A")], widget=forms.RadioSelect)

    form = Sample({"amount": "x", "side": ""})
    summary = Template('{% include "components/error_summary.html" %}').render(Context({"form": form}))
    fields = str(form)
    assert 'href="#id_amount"' in summary
    assert 'href="#id_side_0"' in summary
    assert "Enter a number." in summary
    assert "Enter a number." in fields
    assert 'id="id_amount_error"' in fields
    assert 'aria-describedby="id_amount_helptext id_amount_error"' in fields
    assert 'aria-invalid="true"' in fields
    assert '<span class="vh">Error:</span>' in fields
