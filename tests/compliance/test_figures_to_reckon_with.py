"""What public pages show so that a reader can reckon every score again with a pocket calculator."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from django.utils import translation

from compliance.evaluation.facts import DisclosureFact, ExpectedFact
from compliance.evaluation.framework import RANGE
from compliance.evaluation.scoring import judge
from compliance.evaluation.small_numbers import HIDDEN_COUNTS, CoveredRow
from compliance.public_pages import conditions, disclosures, expected, staff
from compliance.public_pages.commitments import promises_of
from compliance.public_pages.conditions import ConditionWords
from compliance.public_pages.money import recipient_rows
from compliance.public_pages.rules import adding_up
from compliance.public_pages.scorecard import all_views, hides_points, points_words, sum_words, view_rows, working
from compliance.public_pages.staff import PayCurrency
from tests.compliance.evaluation.builders import (
    assessment,
    condition,
    day,
    employment,
    facts,
    framework,
    obligation,
    payment,
)
from tests.compliance.evaluation.test_views import version_4
from tests.compliance.sample_document import judgement, outcome, read, sample_document
from tests.compliance.test_public_pages import publish


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Words are compared in the source language."""
    with translation.override("en"):
        yield


def shown(section: Any, covered: tuple[Any, ...] = (), parts: tuple[Any, ...] = (), **tables: Any) -> Any:
    """The rows of a section for a mine with these facts, each with its name; None where it shows nothing."""
    known = {"facts": facts(**tables), "as_of": day("2026-01-01"), "covered": covered}
    document = SimpleNamespace(**known, rows=lambda _part, _name: parts)
    values = section.show(document)
    return values and [[row.name, *row.texts] for row, _texts in values["rows"]]


def test_conditions_are_shown_with_their_days_and_one_that_nobody_calls_met_says_so() -> None:
    study = assessment(component="dam")
    met = dataclasses.replace(condition("2025-06-30", "2025-06-21"), assessment=study.record)
    assert shown(conditions, assessments=[study], conditions=[condition("2025-09-30"), met]) == [
        ["Condition of dam", "30 June 2025", "21 June 2025"],
        ["Condition of a study", "30 September 2025", "Nobody says that it was met"],
    ]
    assert shown(conditions) is None


def test_of_conditions_that_were_due_and_of_which_nobody_says_that_they_were_met_the_front_says_how_many() -> None:
    rows = [condition("2025-06-30"), condition("2025-07-30", "2025-07-20"), condition("2026-02-01")]
    rows.append(dataclasses.replace(condition("2025-05-30"), replaced_on=day("2025-05-01")))
    document: Any = SimpleNamespace(facts=facts(conditions=rows), rows=lambda _part, _name: ())
    words = "Of 1 condition that was due nobody says that it was met."
    assert conditions.unanswered(document, day("2026-01-01")) == words
    assert conditions.unanswered(document, day("2025-06-30")) == ""
    replaced = ConditionWords(record=rows[0].record, replaced_on=day("2025-10-06"))
    document.rows = lambda _part, _name: (replaced,)
    assert conditions.unanswered(document, day("2026-01-01")) == ""
    assert conditions.unanswered(document, day("2025-10-01")) == words


def listed(of: str, number: int, **given: Any) -> ExpectedFact:
    """A list of the year."""
    year: Any = {"period_start": day("2025-01-01"), "period_end": day("2025-12-31")}
    return ExpectedFact(record=f"expected-count/{of}", of=of, number=number, **year | given)


def test_a_list_stands_beside_what_is_on_record() -> None:
    lists = [
        listed("employment", 2, people=Decimal(800)),
        listed("obligations", 20, amount=Decimal(4200000), currency="PEN"),
        listed("commitments", 9),
    ]
    assert shown(expected, expected=lists, employment=[employment()]) == [
        ["Promises that fall due, voluntary ones left out", "9", "0"],
        ["Employers with workers at the mine", "2 (800 workers in all)", "1"],
        ["Sums that fall due", "20 (S/\u00a04,200,000 in all)", "0"],
    ]
    assert shown(expected) is None


def test_a_list_of_parts_says_how_many_studies_they_have_beside_those_on_record() -> None:
    pit = assessment(component="pit")
    rows = [pit, assessment(component="pit", instrument="ITS"), assessment(component="dam")]
    with_number = [listed("assessments", 2, studies=4)]
    assert shown(expected, expected=with_number, assessments=rows) == [
        ["Parts of the mine that need a study", "2 (4 studies in all)", "2 (3 studies in all)"]
    ]
    assert shown(expected, expected=[listed("assessments", 2)], assessments=rows) == [
        ["Parts of the mine that need a study", "2", "2"]
    ]


def test_foreigners_whom_an_exoneration_excuses_are_shown_with_their_pay_and_its_last_day() -> None:
    known = employment(
        staff_headcount=100,
        foreign_headcount=30,
        foreign_exonerated=True,
        exonerated_headcount=20,
        exonerated_pay=Decimal(500),
        exonerated_until=day("2026-06-30"),
    )
    [row] = shown(staff, employment=[known])
    assert row[-3:] == ["20", "500, in a currency that is not known", "30 June 2026"]
    [unsaid] = shown(staff, employment=[employment(staff_headcount=100, foreign_exonerated=True)])
    assert unsaid[-3:] == ["Not known", "Not known", "not known"]
    [without] = shown(staff, employment=[employment(staff_headcount=100)])
    assert len(without) == len(unsaid) - 3


def test_a_report_says_when_and_by_whom_it_was_published_and_whether_the_figures_were_found() -> None:
    found = DisclosureFact(
        record="disclosure/1", period_end=day("2025-12-31"), published_on=day("2026-05-14"), has_figures=True
    )
    empty = dataclasses.replace(found, record="disclosure/2", has_figures=False)
    unread = dataclasses.replace(found, record="disclosure/3", published_on=None, has_figures=None)
    assert shown(disclosures, disclosures=[found, empty, unread]) == [
        ["Report of 2025", "14 May 2026", "Yes"],
        ["Report of 2025", "14 May 2026", "No"],
        ["Report of 2025", "Not known", "We don’t know"],
    ]
    assert shown(disclosures) is None
    assert [disclosures.publisher_words(kind) for kind in ("company", "state", None)] == [
        "Published by the company.",
        "Published by somebody else.",
        "Nobody says who published it.",
    ]


def test_staff_and_pay_are_shown_and_what_would_tell_on_few_is_not() -> None:
    known = employment(staff_headcount=1120, foreign_headcount=68, staff_pay=Decimal(74680000))
    of_old = "74,680,000, in a currency that is not known"
    assert shown(staff, employment=[known]) == [["Minera Puka Willka", "1,120", "68", of_old, "Not known"]]
    soles = (PayCurrency(record=known.record, currency="PEN"),)
    assert shown(staff, parts=soles, employment=[known]) == [
        ["Minera Puka Willka", "1,120", "68", "S/\u00a074,680,000", "Not known"]
    ]
    few = employment(staff_headcount=12)
    covered = CoveredRow(table="employment", record=few.record, few=("foreign_headcount",), withheld=())
    assert shown(staff, (covered,), employment=[few]) == [
        ["Minera Puka Willka", "12", "not shown", "Not known", "not shown"]
    ]
    assert shown(staff, employment=[employment(total_fte="30")]) is None


def test_a_sum_of_which_nobody_speaks_is_listed_and_one_of_an_earlier_year_says_so(client: Client, db: None) -> None:
    document = sample_document()
    silent = document["money"]["communities"][-1]["payments"]
    assert [one["state"] for one in silent] == ["unknown", "not_due"]
    silent[0]["due_on"] = "2024-12-15"
    rows = recipient_rows(read(document))
    assert [number for number, _payment, _sides in rows[-1].numbered] == [1]
    assert rows[0].numbered == []
    publish(document)
    page = " ".join(client.get("/en/projects/puka-willka/money/").content.decode().split())
    assert "Nobody has said whether it was paid." in page
    assert "due on 15 December 2024: S/ 60,000</b>" in page
    assert page.count("Of an earlier year, and still open.") == 1


def test_a_promise_names_the_day_on_which_it_was_done() -> None:
    found = {one.record: one.day_words for one in promises_of(read(sample_document()))}
    assert found["c1"] == "The day that is named: 20 June 2025."
    assert found["c3"] == "The day that is named: 20 December 2025."
    assert {found[record] for record in ("c2", "c4", "c5", "c6")} == {""}


# Points


def test_the_policies_add_up_to_the_whole_in_words() -> None:
    usual = judgement()
    assert sum_words(usual).startswith("How the policies add up: (20 × 68.0 + 20 × 42.0 + 25 × 52.0) ÷ 65")
    assert sum_words(usual).endswith(" = 52.4.")
    assert " 0.0" not in sum_words(usual)
    held = judgement(score="44", capped_by=["E01"])
    assert sum_words(held).endswith(", held down to 44.0.")
    assert sum_words(judgement(score=None)) == ""


def test_points_of_a_policy_say_their_range_and_none_are_said_of_what_has_none() -> None:
    found = {one.code: points_words(one, framework().bands) for one in judgement().policies}
    assert found["REV"] == "68.0 of 100 points; between 62.0 and 70.0 with every record."
    assert found["PAR"] == ""
    sure = dataclasses.replace(judgement().policy("REV"), worst=Decimal(68), best=Decimal(68))
    assert points_words(sure, framework().bands) == "68.0 of 100 points."


def test_where_a_hidden_count_takes_the_points_of_a_policy_no_sum_gives_them_away() -> None:
    rows = sample_document()["scorecard"]["indicators"]
    flagged = [row | {"flags": [HIDDEN_COUNTS]} if row["code"] == "P03" else row for row in rows]
    hidden = judgement(indicators=flagged)
    assert hides_points(hidden, hidden.policy("PAR"))
    assert sum_words(hidden) == ""
    assert not hides_points(judgement(), judgement().policy("PAR"))


def test_a_score_that_one_sided_payments_hold_down_says_how_far() -> None:
    words = "The score is at most 65.0: of every 100 payments or soles, both sides speak of so many."
    assert words in working(outcome("R01", score_at_most="65")).take_care
    assert "at most" not in working(outcome("R01")).take_care


def test_how_we_grade_says_how_points_add_up_and_what_known_means() -> None:
    alike = "In a policy all rules that apply count alike; its points are their mean."
    first = adding_up(framework())
    assert alike in first
    assert "A rule is known where it has a figure." in first
    assert not any("gets no grade" in sentence for sentence in first)
    by_range = adding_up(dataclasses.replace(framework(), coverage_by=RANGE, minimum_indicators=2))
    assert "A rule is known where it has a figure." not in by_range
    assert any("one that lies between 40 and 100 points is known to 40" in sentence for sentence in by_range)
    assert "A policy of which fewer than 2 rules are known gets no grade; its points count all the same." in by_range


def test_rules_of_different_weight_are_named_with_it() -> None:
    first, *others = framework().indicators
    heavy = dataclasses.replace(framework(), indicators=(dataclasses.replace(first, weight=Decimal(3)), *others))
    assert any(f"({first.code} 3, {others[0].code} 1, " in sentence for sentence in adding_up(heavy))


def test_the_same_results_are_shown_by_what_the_law_asks_and_by_who_owes_it() -> None:
    (asked, levels), (owed, bearers) = view_rows(judgement())
    assert (asked, owed) == ("The same results by what the law asks", "The same results by who owes it")
    assert [one.name for one in levels] == [
        "Whoever owes it is bound to it, by law or by agreement.",
        "Good practice expects it.",
        "The law requires it.",
    ]
    assert [(one.name, one.codes) for one in bearers if one.codes == "R04"] == [
        ("The fund that spends the money.", "R04")
    ]
    assert all("of 100 points" in one.points for one in levels)


def test_what_the_state_owes_stands_beside_the_views_and_only_where_it_is_on_record() -> None:
    own = obligation(100)
    of_state = obligation(100, payer_is="agency")
    unpaid = payment(of_state, recipient_amount=0, payer_is="agency")
    alone, both = facts(obligations=[own]), facts(obligations=[own, of_state], payments=[unpaid])
    without, beside = judge(version_4(), alone), judge(version_4(), both)
    assert all_views(without, alone) == view_rows(without)
    *_others, (title, [row]) = all_views(beside, both)
    assert title == "What the State itself owes or promised; it never counts for the mine"
    assert (row.name, row.codes) == ("The State.", "R01, R02")


def test_a_view_of_one_part_alone_and_one_that_tells_on_a_hidden_count_say_nothing() -> None:
    rows = sample_document()["scorecard"]["indicators"]
    alone = judgement(indicators=[row for row in rows if row["code"] in ("R01", "R02")])
    assert view_rows(alone) == []
    flagged = [row | {"flags": [HIDDEN_COUNTS]} if row["code"] == "P03" else row for row in rows]
    (_asked, levels), _owed = view_rows(judgement(indicators=flagged))
    found = {one.name: (one.grade, one.points) for one in levels}
    assert found["The law requires it."] == ("?", "Not shown: it would tell on fewer than five people.")
    assert found["Good practice expects it."][1] != found["The law requires it."][1]
