"""What the public reads: documents become honest words, and pages that everybody can open and check."""

import csv
import dataclasses
import gzip
import hashlib
import io
import re
from collections.abc import Iterator, Sequence
from datetime import date
from decimal import Decimal
from html.parser import HTMLParser
from typing import Any

import pytest
from django import forms
from django.db import connection
from django.template import Context, Template
from django.template.loader import render_to_string
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from accounts.design import charts, cords, writing
from accounts.models import User
from compliance.evaluation.judgement import Judgement
from compliance.middleware import PAGES
from compliance.models import Publication, PublishedPlace, Scorecard
from compliance.public_pages import sections
from compliance.public_pages.assessments import Study, studies_of, study_answer, study_events
from compliance.public_pages.changes import ChangeRow, change_rows
from compliance.public_pages.checks import record_words
from compliance.public_pages.commitments import PublishedPromise, promises_of
from compliance.public_pages.communities import places_of
from compliance.public_pages.community import community_page
from compliance.public_pages.document import SCHEMAS
from compliance.public_pages.employment import show as jobs
from compliance.public_pages.employment import this_year
from compliance.public_pages.lists import national_sums
from compliance.public_pages.money import (
    Sums,
    money_totals,
    only_currency,
    owed_words,
    recipient_rows,
    shared_totals,
)
from compliance.public_pages.payments import for_the_community, in_order
from compliance.public_pages.project import mine_of, owner_table
from compliance.public_pages.purposes import purpose_rows
from compliance.public_pages.rules import rule_words
from compliance.public_pages.scorecard import (
    gate_sentences,
    grade_range,
    missing_sentence,
    score_range,
    score_sentence,
    working,
)
from compliance.services.frameworks import load_framework
from projects.models import Project, Source
from tests.compliance.evaluation.builders import framework
from tests.compliance.sample_document import (
    community,
    judgement,
    outcome,
    payment,
    read,
    sample_document,
    sealed,
)


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Words are compared in the source language."""
    with translation.override("en"):
        yield


# How things are written


@pytest.mark.parametrize(
    ("part", "whole", "words"),
    [
        ("1", "200", "1"),
        ("1", "201", "less than 1"),
        ("0", "200", "0"),
        ("29.5", "100", "30"),
        ("199.5", "200", "more than 99"),
        ("200", "200", "100"),
        (None, "200", None),
        ("5", "0", None),
        ("5", None, None),
    ],
)
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
    shown = {
        score: writing.score(score, framework().bands)
        for score in ("74.96", "74.94", "66.75", "66.74", "99.96", "75", "100")
    }
    assert shown == {
        "74.96": "74.9",
        "74.94": "74.9",
        "66.75": "66.8",
        "66.74": "66.7",
        "99.96": "99.9",
        "75": "75.0",
        "100": "100.0",
    }


def test_a_figure_below_zero_has_a_minus_sign_and_whole_days_no_decimals() -> None:
    assert [writing.figure(value) for value in ("-339", "16.25", "100.00", None)] == [
        "−339",
        "16.3",
        "100",
        "Not known",
    ]


def test_an_unknown_score_is_drawn_as_unknown_and_letters_are_not_read_out() -> None:
    assert "We don’t know" in charts.bands(None, framework().bands)
    drawn = charts.bands("62.5", framework().bands, "40")
    assert 'aria-label="score now 62.5, last time 40.0"' in drawn
    assert drawn.count('aria-hidden="true"') == 9


def test_marks_escape_what_they_are_given() -> None:
    drawn = str(cords.cord([("10", "arrived")], "10", '"><script>'))
    assert "<script>" not in drawn
    assert 'class="cord-confirmed"' in drawn


def test_a_year_nobody_knows_is_hatched() -> None:
    drawn = str(charts.multiple(["10", None, "20"], [2023, 2024, 2025], "20"))
    assert "url(#k-h)" in drawn
    assert "2024 not known" in drawn


# Money


def test_nobody_answered_is_unknown_and_not_zero() -> None:
    total = Sums(currency="PEN", promised=Decimal(100), paid=Decimal(100))
    assert "No community has answered" in total.sentence


def test_a_sum_for_which_no_recipient_answered_is_unknown_even_where_the_document_says_zero() -> None:
    document = sample_document()
    document["money"]["totals"][0]["confirmed"] = "0"
    for row in document["money"]["communities"]:
        row["confirmed"] = None
        for one in row["payments"]:
            one["received"] = None
    assert money_totals(read(document))[0].confirmed is None
    assert {row.confirmed for row in purpose_rows(read(document))} == {None}


def test_open_payments_are_named_with_whose_word_it_is() -> None:
    rows = recipient_rows(read(sample_document()))
    lines = {row.recipient.slug: [line.text for line in row.lines] for row in rows}
    assert lines["wayrapampa"] == ["All 4 payments arrived"]
    assert lines["chakana-alta"] == [
        "Payment 3: did not arrive, says the community",
        "Payment 4: not paid, 36 days late",
    ]
    assert lines["rumi-cruz"] == ["Payment 1: we don’t know if it was paid", "Payment 2: not yet due"]


def only_row(row: dict[str, Any]) -> Any:
    """The one row of a ledger as it is drawn, and its payments as their community reads them.

    Untyped, so that tests may compare decimals with plain numbers.
    """
    document = sample_document()
    document["money"]["communities"] = [row]
    (drawn,) = recipient_rows(read(document))
    return drawn, for_the_community(in_order(drawn.recipient.payments), "PEN")


def partly_paid(**changes: Any) -> dict[str, Any]:
    return payment(2, "230000", "arrived", paid="220800", received="220800") | changes


def test_an_instalment_that_came_in_part_does_not_read_as_arrived() -> None:
    row = community("riti", "Rit'i", "230000", "aa")
    row["payments"][1] = partly_paid()
    drawn, told = only_row(row)
    assert [line.text for line in drawn.lines] == [
        "Payment 2: S/\u00a0220,800 of S/\u00a0230,000 arrived; the rest was not paid"
    ]
    assert drawn.stretches == [(230_000, "arrived"), (220_800, "arrived"), (9_200, "unpaid")]
    assert [one.title for one in told] == ["Arrived", "S/\u00a0220,800 of S/\u00a0230,000 arrived"]


def test_the_part_of_a_disputed_payment_that_arrived_is_drawn_as_arrived() -> None:
    row = community("ichhu", "Ichhu Rumi", "260000", "d")
    row["payments"][0]["received"] = "104000"
    drawn, _told = only_row(row)
    assert drawn.stretches == [(104_000, "arrived"), (156_000, "disputed")]
    assert [(line.state, line.text) for line in drawn.lines] == [
        ("disputed", "Payment 1: S/\u00a0104,000 of S/\u00a0260,000 arrived; the rest is disputed")
    ]


def test_the_part_of_a_disputed_payment_that_is_only_told_is_not_said_to_have_arrived() -> None:
    row = community("ichhu", "Ichhu Rumi", "260000", "d")
    told = {"voice": "community", "known_by": "told", "said_on": "2025-10-10", "holder": "Red Tambo", "files": 0}
    row["payments"][0] |= {"received": "104000", "received_known": told | {"confidential": False}}
    drawn, _told = only_row(row)
    assert drawn.stretches == [(104_000, "told"), (156_000, "disputed")]
    assert [line.text for line in drawn.lines] == ["Payment 1: not all arrived, says the community"]


@pytest.mark.parametrize("sealed_with", [{"obligation": "obligation/1"}, {}])
def test_two_payments_of_one_sum_settle_it_together(sealed_with: dict[str, str]) -> None:
    first = partly_paid(record="a", paid="100000", received="100000", **sealed_with)
    second = partly_paid(record="b", due=None, paid="130000", received="130000", **sealed_with)
    _drawn, told = only_row(community("riti", "Rit'i", "230000", "") | {"payments": [first, second]})
    assert [(one.title, one.amount, one.part_of) for one in told] == [
        ("Arrived", 100_000, 230_000),
        ("Arrived", 130_000, 230_000),
    ]


@pytest.mark.parametrize(
    ("state", "language", "title"),
    [
        ("a", "en", "Arrived"),
        ("c", "en", "Waiting for our answer"),
        ("d", "en", "Did not arrive. In dispute"),
        ("u", "en", "Not paid, 36 days late"),
        ("q", "en", "We don’t know if it was paid"),
        ("n", "en", "Not yet due"),
        ("a", "es", "Llegó"),
        ("c", "es", "Espera nuestra respuesta"),
    ],
)
def test_a_community_reads_of_each_payment_what_is_known_and_no_more(state: str, language: str, title: str) -> None:
    with translation.override(language):
        _drawn, (told,) = only_row(community("riti", "Rit'i", "230000", state))
        assert told.title == title


def test_several_payments_that_are_late_are_as_late_as_the_latest_in_whatever_order() -> None:
    for lateness in ((5, 36), (36, 5), (36, None)):
        row = community("riti", "Rit'i", "230000", "uu")
        for one, late in zip(row["payments"], lateness, strict=True):
            one["days_late"] = late
        drawn, _told = only_row(row)
        assert [line.text for line in drawn.lines] == ["Payments 1, 2: not paid, 36 days late"]


@pytest.mark.parametrize(
    ("language", "says", "of_others"),
    [
        ("en", "paid, says the mine", "paid, says the community"),
        ("es", "dice la mina", "dice la comunidad"),
    ],
)
def test_what_is_claimed_to_be_paid_is_said_by_the_mine_and_by_nobody_else(
    language: str, says: str, of_others: str
) -> None:
    with translation.override(language):
        key = render_to_string("compliance/public/key_of_knots.html")
    (claimed,) = (item for item in key.split("<li>") if says in item)
    assert "#k-p" in claimed
    assert of_others not in key


@pytest.mark.django_db
def test_the_list_of_mines_says_whose_word_the_money_paid_is(client: Client, published: Publication) -> None:
    page = client.get("/en/projects/").content.decode()
    assert " paid, says the mine" in page
    assert "says the community" not in page


def test_money_of_which_nobody_knows_is_not_said_to_be_neither_paid_nor_disputed() -> None:
    none = dict.fromkeys(("unanswered", "unpaid", "disputed"), Decimal(0))
    silent = Sums(currency="PEN", promised=Decimal(270_000), unknown=Decimal(270_000), **none)
    assert [words for _mark, words, _amount in silent.places] == ["Nobody knows"]


def test_all_mines_together_name_the_money_of_which_nobody_knows() -> None:
    total: Any
    (total,) = national_sums([money_totals(read(sample_document()))] * 2)
    assert (total.sums.unanswered, total.sums.unknown, total.mines) == (1_090_000, 120_000, 2)


def test_an_unknown_sum_is_dotted_and_never_drawn_as_nothing() -> None:
    for drawn in (cords.bar("claimed", None, "100"), cords.nested("100", None, None, "100")):
        assert 'x2="100%" class="cord-unknown"' in drawn
        assert "#k-q" in drawn
    assert "cord-unknown" not in cords.nested("100", "0", None, "100")
    assert "cord-unknown" in cords.nested("100", "40", "40", "100", unknown="60")


def test_those_owed_are_counted_as_the_ledger_lists_them() -> None:
    document = sample_document()
    document["money"]["communities"] = document["money"]["communities"][:2]
    assert owed_words(read(document)) == "What it owed 2 communities in 2025, and what arrived."
    document["money"]["communities"][1]["slug"] = None
    assert owed_words(read(document)) == "What it owed one community and others in 2025, and what arrived."
    page = community_page("rumi-cruz", [read(document)])
    assert (page.owing, len(page.mines)) == (0, 1)


def test_the_sum_of_one_row_is_not_repeated_below_it() -> None:
    document = sample_document()
    document["money"]["communities"].append(community("x", "X", "5", "a") | {"currency": "USD"})
    document["money"]["totals"].append({"currency": "USD", "promised": "20"})
    assert [total.currency for total in shared_totals(read(document))] == ["PEN"]


def test_the_currency_stands_in_the_heading_only_where_there_is_one() -> None:
    document = sample_document()
    assert only_currency(read(document)) == "PEN"
    document["money"]["communities"].append(community("x", "X", "5", "a") | {"currency": "USD"})
    assert only_currency(read(document)) == ""
    assert {row.sign for row in recipient_rows(read(document))} == {"PEN", "USD"}


def test_a_communitys_sum_counts_each_mine_and_keeps_silence_apart() -> None:
    first, second = sample_document(), sample_document()
    second["project"] = second["project"] | {"slug": "urqu", "name": "Urqu"}
    for row in second["money"]["communities"]:
        row["confirmed"] = None
    page = community_page("chakana-alta", [read(first), read(second)])
    assert page.sums[0].promised == 1_720_000
    assert page.sums[0].confirmed == 430_000
    assert [mine.document.slug for mine in page.mines] == ["puka-willka", "urqu"]


def test_a_silent_community_has_no_confirmed_sum() -> None:
    page = community_page("qantu-pampa", [read(sample_document())])
    assert page.sums[0].confirmed is None
    assert len(page.waiting) == 3


# Promises and scores


def promise(**changes: Any) -> PublishedPromise:
    """The first promise of the sample with some values replaced."""
    document = sample_document()
    document["commitments"] = [document["commitments"][0] | changes]
    return promises_of(read(document))[0]


def test_a_promise_kept_late_is_told_from_one_never_kept() -> None:
    late: dict[str, Any] = {
        **{"due_on": "2025-12-31", "days_late": 107, "state": "late", "said_by": ["community"], "community": None}
    }
    kept = promise(**late | {"fulfilled_on": "2026-04-17"})
    open_still = promise(**late | {"fulfilled_on": None})
    assert kept.words == "Done on 17 April 2026, 107 days late, confirmed by the communities"
    assert open_still.words == "Not done, 107 days late, according to the communities"
    assert kept.mark != open_still.mark
    claimed = promise(**late | {"state": "claimed", "fulfilled_on": "2026-04-17"})
    assert claimed.words == "Done on 17 April 2026, 107 days late, says the company"


def test_what_an_authority_confirms_does_not_carry_the_tick_of_the_community() -> None:
    attested = promise(community=None, said_by=["authority"])
    assert (attested.mark, attested.tone) == ("record", "")
    assert attested.words == "Done, confirmed by an authority"
    assert promise(said_by=["community"]).words == "Done, confirmed by Tikapata"
    assert promise(said_by=["community"]).mark == "confirmed"
    denied = promise(state="disputed", said_by=["authority"])
    assert denied.words == "Disputed: not done, according to an authority"


def test_a_document_that_does_not_name_who_confirms_does_not_say_that_the_community_did() -> None:
    old = promise()
    assert old.words == "Done, confirmed by Tikapata or an authority"
    assert old.mark == "record"


def test_a_promise_is_told_to_the_parties_of_its_agreement_alone() -> None:
    document = sample_document()
    third = document["commitments"][2]

    def told(slug: str) -> dict[str, bool]:
        page = community_page(slug, [read(document)])
        return {one.promise.description: one.unsure for one in page.promises}

    assert third["description"] in told("tikapata")
    assert all(told("wayrapampa").values())
    third["parties"] = [{"slug": "tikapata", "name": "Tikapata"}]
    assert third["description"] not in told("wayrapampa")
    assert not told("tikapata")[third["description"]]


def all_known(**changes: Any) -> Judgement:
    """The sample's scorecard with evidence for every fact."""
    policies = [row | {"known": row["applicable"]} for row in sample_document()["scorecard"]["policies"]]
    return judgement(policies=policies, **changes)


def test_a_score_with_one_end_is_no_range() -> None:
    near = {"score": "44", "worst": "44.02", "best": "44.04", "grade": "D"}
    assert (
        score_sentence(judgement(**near))
        == "Overall 44.0 of 100 points. With every missing record it would be the same."
    )
    assert "between 44.0 and 62.0" in score_sentence(judgement(**near | {"best": "62"}))
    assert "not settled yet" in score_sentence(all_known(**near | {"best": "62"}))
    assert score_range(outcome("R01", worst="8.71", best="8.74"), framework().bands) is None
    assert score_range(outcome("R01", worst="0", best="100"), framework().bands) == ("0", "100")


def test_a_failed_gate_is_called_by_its_name() -> None:
    sentences = gate_sentences(judgement(capped_by=["E01"], blocked_by=[]))
    assert framework().indicator("E01").names["en"] in sentences[0]


def test_a_gate_of_which_nothing_is_known_is_not_called_failed() -> None:
    rows = [{**row, "state": "unknown"} for row in sample_document()["scorecard"]["indicators"] if row["code"] == "E01"]
    silent = judgement(capped_by=["E01"], blocked_by=[], indicators=rows)
    assert ["nothing shows that this is kept" in words for words in gate_sentences(silent)] == [True]


def test_a_grade_that_went_away_because_the_rule_does_not_apply_is_not_called_unknown() -> None:
    label = {"en": "Jobs", "es": "Empleo"}
    changes = [
        {"kind": "indicator", "label": label, "before": "C", "after": None, "currency": None},
        {"kind": "money", "label": label, "before": "5", "after": None, "currency": "PEN"},
    ]
    assert [row.after for row in change_rows(read(sample_document(changes=changes)))] == ["does not apply", "not known"]


def test_what_moved_is_named_by_the_framework_where_the_document_does_not_repeat_it() -> None:
    changes = [
        {"kind": "grade", "code": "", "before": "D", "after": "C", "currency": None},
        {"kind": "policy", "code": "REV", "before": "C", "after": "B", "currency": None},
        {"kind": "indicator", "code": "R02", "before": "?", "after": "A", "currency": None},
        {"kind": "money", "code": "", "before": "5", "after": "7", "currency": "PEN"},
    ]
    assert change_rows(read(sample_document(changes=changes))) == [
        ChangeRow("grade", "Overall grade", "D", "C"),
        ChangeRow("policy", "Revenue redistribution", "C", "B"),
        ChangeRow("indicator", "Days late", "not graded", "A"),
        ChangeRow("money", "Confirmed money", "S/\u00a05", "S/\u00a07"),
    ]


def test_a_mine_that_closes_is_not_said_to_dig() -> None:
    events = study_events(studies(), closing=True)
    assert not any("digging" in event.text for event in events)


# Answers


def studies(*rows: dict[str, Any]) -> Sequence[Study]:
    """Studies as pages read them; those of the sample where none are given."""
    return studies_of(read(sample_document(assessments=rows) if rows else sample_document()))


def test_studies_before_and_after_the_digging_are_both_named() -> None:
    answer = study_answer(studies())
    assert answer.say == "First pit: yes. Expansion: no."
    assert answer.lines == ("First pit: 169 days before.", "Expansion: 48 days too late.")
    assert study_answer([]).say == "We don’t know"


def lapsed_study() -> dict[str, Any]:
    study: dict[str, Any] = sample_document()["assessments"][0]
    return study | {
        "component": "tajo único",
        "approved_on": "2014-04-10",
        "works_started_on": "2018-06-04",
        "submitted_on": "2013-06-03",
        "days_before_start": 1516,
        "last_day_to_start": "2017-04-10",
        "state": "lapsed",
        "voice": "authority",
    }


def test_an_approval_that_had_lapsed_is_no_approval_before_the_digging() -> None:
    answer = study_answer(studies(lapsed_study()))
    assert answer.say == "No: the approval had already lapsed"
    assert answer.lines == ("Tajo único: approved 1,516 days before; it was good until 10 April 2017.",)
    start = study_events(studies(lapsed_study()), closing=False)[-1]
    assert (start.on, start.mark, start.strong) == (date(2018, 6, 4), "late", True)
    assert "approval was good only until 10 April 2017" in start.text
    drawn = str(charts.clock(studies(lapsed_study())))
    assert "it had lapsed" in drawn
    assert "#k-x" in drawn


@pytest.mark.parametrize(
    ("state", "say", "told", "mark"),
    [
        ("refused", "No", "the study was refused or never made", "late"),
        ("handed_in_late", "No", "the study was handed in", "late"),
        ("older_law", "We don’t know", "before the law asked for an approval", "authority"),
    ],
)
def test_works_without_a_study_are_told_as_they_are_and_older_works_are_no_breach(
    state: str, say: str, told: str, mark: str
) -> None:
    one = lapsed_study() | {"approved_on": None, "days_before_start": None, "last_day_to_start": None, "state": state}
    answer = study_answer(studies(one))
    assert answer.say == say
    assert all(told in line for line in answer.lines)
    [start] = [event for event in study_events(studies(one), closing=False) if event.on == date(2018, 6, 4)]
    assert told in start.text
    assert start.mark == mark
    assert str(charts.clock(studies(one))) == ""


def test_dates_of_a_study_carry_the_mark_of_whoever_says_them() -> None:
    company = sample_document()["assessments"][0] | {"voice": "company"}
    assert {event.mark for event in study_events(studies(company), closing=False)} == {"company"}
    assert study_answer(studies(company)).voice == "company"
    assert study_answer(studies()).voice == "unknown"


def test_days_before_and_after_the_digging_are_as_long() -> None:
    drawn = str(charts.clock(studies()))
    (approval,) = re.findall(r'<line x1="([\d.]+)%" x2="[\d.]+%" class="held"/>', drawn)
    ((origin, width),) = re.findall(r'<rect x="([\d.]+)%" width="([\d.]+)%"', drawn)
    assert (float(origin) - float(approval)) / 169 == pytest.approx(float(width) / 48, rel=0.01)


def test_a_year_nobody_reported_stands_hatched_at_the_end_and_the_others_keep_their_voice() -> None:
    document = sample_document()
    document["employment"] = document["employment"][:1]
    shown: Any = jobs(read(document))
    assert shown["years"] == [2023, 2024, 2025]
    assert shown["series"][0].values[1:] == [None, None]
    assert (shown["voice"], shown["hatched"]) == ("company", True)


def test_a_return_that_does_not_count_everybody_is_not_told_as_none() -> None:
    document = sample_document()
    year = dict.fromkeys(("total", "district", "province", "region", "national", "foreign", "women"))

    def said(returns: int) -> str:
        document["employment"] = [{"year": 2025, "voice": "company", "returns": returns} | year]
        return render_to_string("compliance/public/sections/employment.html", {"shown": jobs(read(document))})

    assert "No return about workers is on record." in said(0)
    assert "No return about workers is on record." not in said(1)
    assert "does not say how many workers there were in all" in said(1)


def test_nobody_says_whether_an_owner_who_is_not_known_is_a_state() -> None:
    document = sample_document()
    document["project"]["stakes"] = [document["project"]["stakes"][0] | {"share_percent": "60"}]
    heading, *rows = owner_table(read(document))
    assert [row[heading.index("owned_by_a_state")] for row in rows] == [True, None]


def test_an_owner_stands_with_whoever_says_so_where_the_document_tells_it() -> None:
    document = sample_document()
    told = document["project"]["stakes"][0] | {"share_percent": "60", "owner_voice": "company"}
    document["project"]["stakes"] = [told, {name: told[name] for name in told if name != "owner_voice"}]
    read_back = read(document)
    page = render_to_string("compliance/public/owners.html", {"owners": mine_of(read_back).owners})
    assert page.count("The mine says so.") == 1
    heading, *rows = owner_table(read_back)
    assert [row[heading.index("who_says_so")] for row in rows] == ["company", None]


def test_owners_say_how_much_is_held_by_nobody_knows_whom() -> None:
    stake = sample_document()["project"]["stakes"][0] | {"share_percent": "66.6667"}

    def owners(*stakes: dict[str, Any]) -> list[tuple[str, str]]:
        document = sample_document()
        document["project"]["stakes"] = stakes or document["project"]["stakes"]
        return [(one.owner, one.share) for one in mine_of(read(document)).owners]

    assert owners(stake) == [("Qori Metals Holding", "66.67\u00a0%"), ("", "33.33\u00a0%")]
    assert len(owners()) == 2
    assert len(owners(stake | {"share_percent": None})) == 1


def test_a_list_of_minerals_begins_with_a_capital_and_goes_on_without() -> None:
    document = sample_document()
    document["project"]["minerals"] = [
        {"code": name, "name": {"en": name}, "uses": {}} for name in ("Copper", "Rare earths")
    ]
    assert mine_of(read(document)).mineral_words == "Copper, rare earths"


def test_countries_are_named_and_not_coded() -> None:
    assert writing.country_name("CN") == "China"
    with translation.override("es"):
        assert writing.country_name("PE") == "Perú"
    assert writing.country_name("") == "Not known"


def test_a_year_without_a_return_leaves_the_jobs_unknown() -> None:
    document = sample_document(period={"year": 2024, "start": "2024-01-01", "end": "2024-12-31"})
    assert this_year(read(document)).share is None


@pytest.mark.parametrize(
    ("grade", "worst", "best", "words"),
    [
        ("C", "D", "B", "Could be B or D."),
        ("C", "C", "B", "Could be B."),
        ("C", "C", "C", "Even with all records the grade stays C."),
        ("?", "E", "A", "Could be anything from A to E."),
    ],
)
def test_every_grade_with_gaps_states_its_range(grade: str, worst: str, best: str, words: str) -> None:
    assert grade_range(judgement(grade=grade, grade_worst=worst, grade_best=best)).startswith(words)


def test_the_letters_of_a_range_are_those_of_the_framework_that_judged() -> None:
    usual = judgement(grade="B", grade_worst="C", grade_best="A")
    own = dict(zip("ABC", ("gold", "silver", "bronze"), strict=True))
    bands = tuple(dataclasses.replace(band, grade=own.get(band.grade, band.grade)) for band in usual.framework.bands)
    other = dataclasses.replace(
        usual,
        framework=dataclasses.replace(usual.framework, bands=bands),
        grade="silver",
        grade_worst="bronze",
        grade_best="gold",
    )
    assert grade_range(other) == "Could be gold or bronze."


def test_a_grade_that_all_evidence_fixes_has_no_range() -> None:
    certain = all_known(grade_worst="C", grade_best="C")
    assert grade_range(certain) == ""
    assert missing_sentence(certain) == "Somebody has stated every fact."


def test_a_grade_that_one_side_can_still_change_says_so_though_no_fact_is_wholly_missing() -> None:
    first, second, *_others = sample_document()["scorecard"]["indicators"]
    first |= {"worst": "0", "best": "55", "missing": ["company-word-only"]}
    unsettled = all_known(grade_worst="C", grade_best="B", indicators=[first, second])
    assert grade_range(unsettled) == "Could be B."
    assert missing_sentence(unsettled) == "Not settled yet: Paid against due: only the company says so."


def test_what_counts_as_0_is_not_called_known() -> None:
    counted = judgement(grade="?", score="8.33", worst="8.33", best="91.7")
    assert score_sentence(counted) == ("If what is missing counts as 0: 8.3 of 100 points. If all of it is good: 91.7.")
    assert working(outcome("R05", score="0")).score == "Counts as 0 while it is not known"
    assert working(outcome("R05")).score == "We don’t know"


def test_a_ratio_is_written_with_its_limit_or_its_currency() -> None:
    ratio = {"state": "scored", "value": "6.07", "numerator": "68", "denominator": "1120"}
    assert working(outcome("L04", **ratio)).formula == "68 ÷ 1,120 = 6.1 of every 100; the limit is 20"
    part = {"value": None, "low": None, "high": None, "numerator": None, "denominator": None}
    parts = [part | {"name": name} for name in ("PEN", "USD", "PEN confirmed")]
    currencies = working(outcome("R01", **ratio, decided_by="USD", breakdown=parts))
    assert currencies.formula.startswith("US$\u00a068 ÷ US$\u00a01,120 = ")
    assert currencies.take_care == "Currencies are not added. The weakest counts: US$."


def test_sums_times_days_are_not_written_as_money() -> None:
    late = outcome("R02", decided_by="USD", value="22.5", numerator="4320000", denominator="192000")
    assert working(late).formula == ("4,320,000 (each sum times its days late) ÷ US$\u00a0192,000 = 22.5 days")


def test_days_late_do_not_speak_of_what_was_never_paid() -> None:
    assert "what was not paid counts in R01" in working(outcome("R02")).take_care


def test_records_are_named_as_people_name_them() -> None:
    assert [record_words(one) for one in ("disbursement/10", "employment-return/3", "other")] == [
        "payment 10",
        "employment return 3",
        "other",
    ]


def test_a_rule_says_what_a_missing_record_does() -> None:
    assert rule_words(framework().indicator("L01")) == [
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
    head = Publication.objects.order_by("-sequence").first()
    sequence, before = (head.sequence + 1, head.sha256) if head else (1, None)
    text, sha256 = sealed(document | {"sequence": sequence, "previous": before})
    first, second = (
        User.objects.get_or_create(email=f"{name}@example.org", defaults={"full_name": name})[0]
        for name in ("first", "second")
    )
    named = document.get("project", {"slug": "puka-willka", "name": "Puka Willka"})
    project = Project.objects.filter(slug=named["slug"]).first() or Project.objects.create(
        **{"slug": named["slug"], "name": named["name"], "country": "PE"},
        source=Source.objects.create(voice="monitor"),
    )
    year, grade = document["period"]["year"], document["scorecard"]["grade"]
    scorecard = Scorecard.objects.create(
        project=project,
        **{"year": year, "grade": grade, "worst": 0, "best": 100, "coverage": 0},
        **{"facts_text": "{}", "facts_sha256": sha256, "judgement_text": "{}"},
        framework=load_framework(framework()),
    )
    publication = Publication.objects.create(
        **{"sequence": sequence, "sha256": sha256, "previous_sha256": before, "document": text},
        **{"project_slug": named["slug"], "project_name": named["name"], "operator_name": "Minera Puka Willka"},
        **{"country": "PE", "year": year, "grade": grade, "is_demo": document["demo"], "scorecard": scorecard},
        **{"approved_by": first, "published_by": second, "published_at": timezone.now()},
        **changes,
    )
    places = places_of(read(document)) if document["schema"] in SCHEMAS else {}
    PublishedPlace.objects.bulk_create(
        PublishedPlace(publication=publication, kind=kind, slug=place, name=name)
        for (kind, place), name in places.items()
    )
    return publication


@pytest.fixture
def published(db: None) -> Publication:
    return publish(sample_document())


ADDRESSES = [
    "/en/",
    "/en/?q=puka",
    "/en/projects/",
    "/en/projects/puka-willka/",
    "/en/communities/",
    "/en/communities/chakana-alta/",
    "/en/minerals/",
    "/en/minerals/Cu/",
    "/en/owners/",
    "/en/owners/cn/",
    "/en/verify/",
    "/en/how-we-grade/",
    "/es/projects/puka-willka/",
]


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
    assert not re.search(r"[A-Z]\w+\(\w+=", response.content.decode())


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


def without_id(answer: Any) -> dict[str, str]:
    """The headers but for the id, which is of each request."""
    return {name: value for name, value in answer.headers.items() if name != "X-Request-ID"}


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
        assert without_id(again) == without_id(first)
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
def test_a_page_is_pressed_small_for_browsers_that_take_it_so(client: Client, published: Publication) -> None:
    plain = client.get("/en/projects/puka-willka/")
    for _drawn_then_kept in range(2):
        small = client.get("/en/projects/puka-willka/", headers={"Accept-Encoding": "gzip, br"})
        assert small["Content-Encoding"] == "gzip"
        assert gzip.decompress(small.content) == plain.content
        assert int(small["Content-Length"]) == len(small.content) < len(plain.content) / 2
        assert "Accept-Encoding" in small["Vary"]
        assert "Accept-Encoding" in plain["Vary"]
    for etag in (plain["ETag"], small["ETag"]):
        headers = {"Accept-Encoding": "gzip", "If-None-Match": etag}
        assert client.get("/en/projects/puka-willka/", headers=headers).status_code == 304
    document = client.get("/en/projects/puka-willka/2025.json", headers={"Accept-Encoding": "gzip"})
    assert hashlib.sha256(document.content).hexdigest() == published.sha256


@pytest.mark.django_db
def test_nobody_pushes_pages_out_by_asking_for_ever_new_addresses(client: Client, published: Publication) -> None:
    for query in ("q=puka", "x=1", "page=7", "year=2025&x=2", "version=abc"):
        client.get(f"/en/projects/puka-willka/?{query}")
        client.get(f"/en/?{query}")
    assert not PAGES
    client.get("/en/projects/puka-willka/?year=2025")
    assert len(PAGES) == 1


@pytest.mark.django_db
def test_nothing_of_a_signed_in_person_and_no_error_is_kept(client: Client, published: Publication) -> None:
    person = User.objects.create_user("reader@example.org", full_name="Reader")
    client.force_login(person)
    answers = {"/en/work/own/": 200, "/en/projects/no-such-mine/": 404, "/en/account/login/": 302, "/livez": 200}
    for address, status in answers.items():
        assert client.get(address).status_code == status
    assert not PAGES
    client.head("/en/")
    assert not PAGES
    asked_by_a_person = client.get("/en/")
    assert b"Reader" not in asked_by_a_person.content
    assert PAGES, "the page is the same for everybody, and is kept"
    assert Client().get("/en/").content == asked_by_a_person.content


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
    [
        "/en/projects/nobody/",
        "/en/communities/nowhere/",
        "/en/projects/puka-willka/1999.json",
        f"/en/projects/puka-willka/?version={'0' * 64}",
    ],
)
def test_what_is_not_published_is_not_there(client: Client, published: Publication, address: str) -> None:
    response = client.get(address)
    assert response.status_code == 404
    assert b"Page not found" in response.content


@pytest.mark.django_db
def test_a_year_that_is_not_published_names_the_years_that_are(client: Client, published: Publication) -> None:
    response = client.get("/en/projects/puka-willka/?year=1999")
    assert response.status_code == 404
    assert b"nothing is published for 1999" in response.content
    assert b"/en/projects/puka-willka/?year=2025" in response.content


@pytest.mark.django_db
def test_an_address_in_capitals_leads_to_the_mine(client: Client, published: Publication) -> None:
    response = client.get("/es/projects/Puka-Willka/?year=2025")
    assert (response.status_code, response["Location"]) == (302, "/es/projects/puka-willka/?year=2025")
    assert client.get("/es/projects/Nobody/").status_code == 404


@pytest.mark.django_db
def test_the_paper_of_a_community_carries_the_fingerprint_of_each_mine(client: Client, published: Publication) -> None:
    content = client.get("/en/communities/chakana-alta/", headers={"host": "elsewhere.example:81"}).content.decode()
    assert "To check it: https://minka.example/en/verify/" in content
    assert "https://minka.example/en/communities/chakana-alta/" in content
    assert "elsewhere.example" not in content
    assert f"Publication {published.sequence}, SHA-256 {writing.fingerprint(published.sha256)}" in content


@pytest.mark.django_db
def test_who_waits_for_money_reads_to_whom_the_answer_is_taken(client: Client) -> None:
    document = sample_document()
    document["project"] |= {"followed_by": ["Red Tambo"], "reached_at": {"Red Tambo": "Casa comunal"}}
    publish(document)
    for slug in ("tikapata", "yuraq-mayu", "rumi-cruz"):
        box = client.get(f"/en/communities/{slug}/").content.decode().partition('class="ask"')[2]
        assert "<b>Red Tambo</b> (Casa comunal)" in box.partition("</section>")[0], slug
    assert 'class="ask"' not in client.get("/en/communities/wayrapampa/").content.decode()


@pytest.mark.django_db
def test_a_receipt_says_who_keeps_it(client: Client) -> None:
    document = sample_document()
    document["project"]["followed_by"] = ["Red Tambo"]
    publish(document)
    content = client.get("/en/communities/wayrapampa/").content.decode()
    assert "There is a receipt (PDF); Red Tambo keeps it." in content
    assert "slip-1.pdf" not in content


@pytest.mark.django_db
def test_the_table_speaks_the_language_of_the_page(client: Client, published: Publication) -> None:
    english, spanish = (client.get(f"/{code}/projects/puka-willka/2025.csv").content.decode() for code in ("en", "es"))
    assert "paid_on" in english
    assert "paid_on" not in spanish
    assert "llegó" in spanish


@pytest.mark.django_db
def test_the_way_in_is_for_the_team_and_only_on_public_pages(client: Client, published: Publication) -> None:
    assert "Entrada para el equipo" in client.get("/es/").content.decode()
    assert "the people of Minka: sign in" not in client.get("/en/account/login/").content.decode()


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
    for area in ("Anta", "Qori Suyu"):
        assert "/en/communities/chakana-alta/" in client.get("/en/", {"q": area}).content.decode()
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
        money={"totals": [], "communities": [], "purposes": []},
        employment=[],
        assessments=[],
        commitments=[],
        changes=[],
    )
    document["project"] |= {"operator": None, "minerals": [], "phase": None, "areas": [], "stakes": []}
    document["scorecard"] |= {
        "score": None,
        "grade": "?",
        "grade_worst": "E",
        "grade_best": "A",
        "previous": None,
    }
    publish(document)
    addresses = [f"/en/projects/puka-willka/{page}" for page in ("", *(f"{page.name}/" for page in sections.PAGES))]
    content = "".join(client.get(address).content.decode() for address in addresses)
    assert content.count("We don’t know") >= 12
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
    assert '<span class="hidden">Error:</span>' in fields
