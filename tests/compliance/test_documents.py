"""What a sealed document says of a promise and of workers, from facts alone."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from compliance.evaluation import canonical
from compliance.evaluation.criteria import MEASURES
from compliance.evaluation.facts import AssessmentFact, CommitmentFact
from compliance.evaluation.framework import Framework
from compliance.evaluation.framework_files import FOLDER, read_folder
from compliance.evaluation.scoring import judge
from compliance.public_pages.assessments import study_of
from compliance.public_pages.commitments import said_by, state_of_commitment
from compliance.public_pages.document import UnreadableDocument, read_text, shown_digest
from compliance.public_pages.employment import employment_of
from compliance.public_pages.project import mine_of
from compliance.public_pages.sections import SECTIONS
from tests.compliance.evaluation.builders import day, employment, facts, indicator, measured

DUE_ON = date(2025, 6, 30)
NEWEST = max(
    (file.framework for file in read_folder(FOLDER, MEASURES) if file.framework.code == "peru-recommended-policies"),
    key=lambda rules: rules.version,
)


@pytest.mark.parametrize(
    ("company", "community", "authority", "confirmed_on", "state", "voices"),
    [
        (None, None, None, None, "unknown", []),
        (DUE_ON, None, None, None, "claimed", ["company"]),
        (DUE_ON, "not_fulfilled", None, None, "disputed", ["community"]),
        (DUE_ON, None, "not_fulfilled", None, "disputed", ["authority"]),
        (None, "not_fulfilled", None, None, "late", ["community"]),
        (None, "fulfilled", "not_fulfilled", None, "disputed", ["authority"]),
        (None, "not_fulfilled", "fulfilled", DUE_ON, "disputed", ["community"]),
        (None, "fulfilled", None, DUE_ON, "confirmed", ["community"]),
        (DUE_ON, "fulfilled", "fulfilled", DUE_ON, "confirmed", ["community", "authority", "company"]),
        (None, None, "fulfilled", date(2025, 7, 1), "late", ["authority"]),
    ],
)
def test_a_promise_is_in_the_state_that_those_asked_agree_on_and_says_whose_word_that_is(
    company: date | None,
    community: str | None,
    authority: str | None,
    confirmed_on: date | None,
    state: str,
    voices: list[str],
) -> None:
    row = CommitmentFact(
        record="commitment/1",
        due_on=DUE_ON,
        company_says_fulfilled_on=company,
        community_says=community,
        authority_says=authority,
        confirmed_on=confirmed_on,
    )
    assert state_of_commitment(row) == state
    assert list(said_by(row)) == voices


@pytest.mark.parametrize(
    ("approved", "started", "extended", "state"),
    [
        ("2014-04-10", "2017-04-10", False, "before"),
        ("2014-04-10", "2017-04-11", False, "lapsed"),
        ("2014-04-10", "2018-06-04", True, "before"),
        ("2024-06-09", "2024-04-22", False, "after"),
        (None, "2024-04-22", False, "unknown"),
        ("2024-06-09", None, False, "unknown"),
        ("2024-06-09", "2026-02-01", False, "not_started"),
    ],
)
def test_a_study_is_described_by_the_rule_that_judges_it(
    approved: str | None, started: str | None, extended: bool, state: str
) -> None:
    row = AssessmentFact(
        record="assessment/1",
        voice="authority",
        instrument="EIA-d",
        start_extended=extended,
        approved_on=day(approved) if approved else None,
        works_started_on=day(started) if started else None,
    )
    described = study_of(row, indicator("E01"), day("2025-12-31"), "")
    assert (described.state, described.voice) == (state, "authority")
    kept = {"before": True, "after": False, "lapsed": False}.get(state)
    assert measured("E01", facts(assessments=[row])).passes is kept


@pytest.mark.parametrize(
    ("changes", "state"),
    [
        ({"approved_on": day("2014-04-10"), "works_started_on": day("2018-06-04")}, "lapsed"),
        ({"decision": "refused"}, "refused"),
        ({"submitted_on": day("2017-01-01")}, "handed_in_late"),
        ({"submitted_on": day("2017-01-01"), "approved_on": day("2018-01-01")}, "after"),
        ({"submitted_on": day("2015-01-01")}, "unknown"),
        ({"instrument": "PAMA", "works_started_on": day("1985-01-01"), "approved_on": day("1997-01-01")}, "older_law"),
    ],
)
def test_a_study_is_described_as_the_newest_rules_judge_it(changes: dict[str, Any], state: str) -> None:
    rule = next(one for one in NEWEST.indicators if one.code == "E01")
    row = AssessmentFact(record="assessment/1", instrument="EIA-d", works_started_on=day("2016-06-04"))
    assert study_of(replace(row, **changes), rule, day("2025-12-31"), "").state == state


def test_a_year_of_which_nobody_reported_workers_is_there_and_unknown() -> None:
    described = employment_of(facts())
    assert (described.year, described.total, described.returns, described.voice) == (
        2025,
        None,
        0,
        "unknown",
    )


def test_workers_of_two_halves_of_a_year_are_averaged() -> None:
    halves = [
        employment(period_end=day("2025-06-30"), total_fte=100, district_fte=40),
        employment(period_start=day("2025-07-01"), total_fte=200, district_fte=40),
    ]
    described = employment_of(facts(employment=halves))
    assert (described.total, described.district) == (Decimal("150.41"), Decimal("40.00"))


def test_workers_are_not_published_as_a_share_while_contractors_are_left_out() -> None:
    described = employment_of(
        facts(employment=[employment(contractors_included=False, total_fte=100, district_fte=40)])
    )
    assert (described.total, described.district, described.returns) == (None, None, 1)


def test_returns_of_two_voices_speak_with_none() -> None:
    two = [employment(total_fte=10, voice="company"), employment(employer="Contratista", total_fte=5, voice="monitor")]
    assert employment_of(facts(employment=two)).voice == "unknown"


# The sealed document

FIRST = Path(__file__).with_name("publication-1.json").read_text(encoding="utf-8")
"""A document of the first schema, as the demo sealed it before there was another."""
SECOND = Path(__file__).with_name("publication-2.json").read_text(encoding="utf-8")
"""The same of the second schema; it names the framework of `framework-1.json`."""
RULES = Path(__file__).with_name("framework-1.json").read_text(encoding="utf-8")


def stored(sha256: str) -> Framework:
    """The rules beside the documents, by their fingerprint alone."""
    assert sha256 == canonical.fingerprint(RULES)
    return Framework.from_json(json.loads(RULES))


@pytest.mark.parametrize(
    ("text", "fingerprint", "shown"),
    [
        (
            FIRST,
            "b6d4b0791e85f64495a750f0124aa4ed5c26dce522877e1053a2b17bffcdb0fd",
            "b5f3e67f1f914351033e5805b9078a79426efe75dc23974dd14719319e39f498",
        ),
        (
            SECOND,
            "575407fa8311b18eb818a3b4594a94da07639a7ea18c129c2d4f274b8608cbd0",
            "ac0394a0cef410296184ca2a1e48aed8792ab6ce0440d931650223084bb46a58",
        ),
    ],
    ids=["first schema", "second schema"],
)
def test_a_sealed_document_keeps_its_bytes_and_fingerprints_for_ever(text: str, fingerprint: str, shown: str) -> None:
    document = read_text(text, stored)
    assert canonical.fingerprint(text) == fingerprint
    assert canonical.dumps(document.sealed) == text
    assert document.shown_sha256 == shown
    assert document.framework_sha256 == "3cda55d8c5bf76e9e6be63060bb609776ba32468280f7c407c2c45988433e3f5"
    assert document.framework == stored(document.framework_sha256)
    assert document.facts.to_json() == document.sealed["facts"]
    for section in SECTIONS.values():
        if section.part:
            read = document.rows if section.is_list else document.one
            there = section.name in document.sealed
            assert there or section.name in (
                "accords",
                "census-shares",
                "checks",
                "committee-findings",
                "conditions",
                "foreign-posts",
                "inspections",
                "left-out-claims",
                "methods",
                "names",
                "owners",
                "place",
                "shared-works",
                "sources",
                "staff",
                "supplier-calls",
                "suppliers",
                "training",
            ), "what no document of that time has is younger"
            assert canonical.plain(read(section.part, section.name)) == (
                document.sealed[section.name] if there else [] if section.is_list else {}
            )


@pytest.mark.parametrize("text", [FIRST, SECOND], ids=["first schema", "second schema"])
def test_a_sealed_document_is_judged_again_to_the_same_scorecard(text: str) -> None:
    document = read_text(text, stored)
    given = [outcome.override for outcome in document.scorecard.outcomes if outcome.override]
    assert judge(document.framework, document.facts, given).to_json() == document.scorecard.to_json()


def test_a_document_of_today_repeats_neither_rules_nor_words_of_its_framework() -> None:
    sealed = json.loads(SECOND)
    assert sealed["framework"] == stored(sealed["framework"]["sha256"]).reference
    for rule in stored(sealed["framework"]["sha256"]).indicators:
        assert rule.help["en"] not in SECOND
        assert rule.names["es"] not in SECOND
    assert all(not {"rule", "name", "help"} & row.keys() for row in sealed["scorecard"]["indicators"])
    assert len(SECOND) < len(FIRST) / 2


def test_a_schema_that_is_not_known_is_refused_by_its_name() -> None:
    strange = FIRST.replace("minka-publication/1", "minka-publication/9")
    with pytest.raises(UnreadableDocument, match="the schema minka-publication/9 is not known here"):
        read_text(strange, stored)
    for text in ("", "[]", "{}", '{"schema": 1}', "null"):
        with pytest.raises(UnreadableDocument):
            read_text(text, stored)


def test_a_part_that_is_not_what_its_schema_says_is_refused_where_it_is_read() -> None:
    document = read_text(FIRST.replace('"minerals":[', '"minerals":["copper",'), stored)
    with pytest.raises(UnreadableDocument, match="minerals"):
        mine_of(document)


def test_what_an_approver_saw_covers_every_part_of_a_section_and_nothing_else() -> None:
    sealed = json.loads(FIRST)
    before = shown_digest(sealed)
    for name in ("facts", "framework", "scorecard", "changes"):
        assert shown_digest(sealed | {name: {}}) == before
    for name in ("schema", "sequence", "previous", "published_at", "supersedes", "correction_reason"):
        assert shown_digest(sealed | {name: "x"}) == before
    for name in ("project", "money", "assessments", "commitments", "communities"):
        assert shown_digest(sealed | {name: {}}) != before
    assert shown_digest(sealed | {"wells": {"wells": 3}}) != before
    earlier = [row for row in sealed["employment"] if row["year"] != sealed["period"]["year"]]
    assert shown_digest(sealed | {"employment": earlier}) != before
    own = [row for row in sealed["employment"] if row["year"] == sealed["period"]["year"]]
    assert shown_digest(sealed | {"employment": [{"year": 1990}, *own]}) == before
