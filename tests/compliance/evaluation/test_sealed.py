"""What is sealed has known bytes, and what was sealed earlier is read as it was meant."""

from dataclasses import fields, replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from compliance.evaluation import canonical
from compliance.evaluation.facts import (
    FIRST_TABLES,
    TABLES,
    CommitmentFact,
    DisclosureFact,
    Facts,
    FactTable,
    PaymentFact,
    Row,
    fact_table,
    of_year,
)
from compliance.evaluation.judgement import Judgement, Override
from compliance.evaluation.scoring import judge, without
from tests.compliance.evaluation.builders import FRAMEWORK_FILE, day, facts, framework, judged
from tests.compliance.evaluation.test_games import VERSIONS, the_truth
from tests.compliance.evaluation.test_scoring import good_year

KNOWN_FACTS = Facts(
    project="puka-willka",
    country="PE",
    year=2025,
    period_start=day("2025-01-01"),
    period_end=day("2025-12-31"),
    phases=("operation",),
    tables={
        DisclosureFact: (
            DisclosureFact(
                record="disclosure/7",
                voice="company",
                evidence=1,
                period_end=day("2025-12-31"),
                published_on=day("2026-11-06"),
            ),
        ),
        PaymentFact: (
            PaymentFact(
                record="disbursement/9", currency="PEN", company_amount=Decimal("1200.50"), recipient_amount=None
            ),
        ),
    },
)
KNOWN_TEXT = (
    '{"assessments":[],"commitments":[],"conditions":[],"country":"PE","disclosures":[{"evidence":1,'
    '"period_end":"2025-12-31","published_on":"2026-11-06","record":"disclosure/7","voice":"company"}],"employment":[],'
    '"exemptions":[],"obligations":[],"payments":[{"company_amount":"1200.5","currency":"PEN","evidence":0,'
    '"obligation":null,"paid_on":null,"purpose":null,"received_on":null,"recipient_amount":null,'
    '"record":"disbursement/9","voice":"unknown"}],"period_end":"2025-12-31","period_start":"2025-01-01",'
    '"phases":["operation"],"project":"puka-willka","year":2025}'
)

FIRST_COLUMNS = {
    "assessments": (
        "instrument component submitted_on approved_on works_started_on start_extended participation_planned "
        "participation_held"
    ),
    "conditions": "assessment due_on fulfilled_on",
    "employment": (
        "employer employer_key period_start period_end contractors_included total_fte district_fte province_fte "
        "region_fte national_fte women_fte staff_headcount foreign_headcount foreign_exonerated"
    ),
    "obligations": "payer recipient basis amount currency due_on",
    "payments": "obligation currency purpose company_amount paid_on recipient_amount received_on",
    "commitments": ("community due_on voluntary company_says_fulfilled_on community_says authority_says confirmed_on"),
    "disclosures": "period_end published_on",
    "exemptions": "indicator reason",
}
"""What rows spelled from the first day on, beside their record, voice and evidence."""


def test_known_facts_have_known_bytes_and_a_known_fingerprint() -> None:
    assert canonical.dumps(KNOWN_FACTS.to_json()) == KNOWN_TEXT
    assert canonical.fingerprint(KNOWN_TEXT) == "1a6923e27c85dc24abbdabbf3f7fa58f235844633e20505c9831da0e416a70b3"
    assert Facts.from_json(KNOWN_FACTS.to_json()) == KNOWN_FACTS


def test_a_known_judgement_has_a_known_fingerprint() -> None:
    assert (
        canonical.digest(judged(KNOWN_FACTS).to_json())
        == "60261dd8722470d21bab7a644cddfba582b5f74be9aadb66ee0dc67e52ed3218"
    )


def test_a_judgement_repeats_no_rule_and_names_its_framework_by_fingerprint() -> None:
    sealed = judged(KNOWN_FACTS).to_json()
    assert sealed["framework"] == {
        "code": "peru-recommended-policies",
        "version": 1,
        "sha256": "3cda55d8c5bf76e9e6be63060bb609776ba32468280f7c407c2c45988433e3f5",
    }
    assert not [outcome for outcome in sealed["indicators"] if "rule" in outcome]
    assert "Minka recommended policy" not in canonical.dumps(sealed)


def test_a_judgement_is_read_back_as_it_was_sealed_overrides_included() -> None:
    given = Override(indicator="R01", score=Decimal("12.5"), reason="The slip of 31 March says so.")
    for found in (judged(KNOWN_FACTS), judged(good_year(), [given])):
        again = Judgement.from_json(found.to_json(), framework())
        assert again.to_json() == found.to_json()
        assert all(one.says_the_same_as(other) for one, other in zip(found.outcomes, again.outcomes, strict=True))


@pytest.mark.parametrize("version", [1, 5])
def test_a_judgement_that_is_read_back_is_known_as_far_as_it_was(version: int) -> None:
    """The coverage of a rule is not sealed: half a range is half known where the file says so, and what a reviewer says is."""
    known = the_truth().with_rows(CommitmentFact, the_truth()[CommitmentFact][:9])
    given = Override(indicator="R02", score=Decimal("12.5"), reason="The slip of 31 March says so.")
    found = judge(VERSIONS[version], known.seen_by(VERSIONS[version].looks_at), [given])
    again = Judgement.from_json(found.to_json(), VERSIONS[version])
    assert without(again, ()).coverage == without(found, ()).coverage == found.coverage
    assert [one.coverage for one in without(again, ()).policies] == [one.coverage for one in found.policies]


def test_a_judgement_sealed_with_its_rules_is_read_by_the_framework_that_it_names() -> None:
    found = judged(good_year())
    older: dict[str, Any] = found.to_json()
    older["framework"] = {"code": "peru-recommended-policies", "version": 1}
    for outcome in older["indicators"]:
        outcome["rule"] = {"measure": "as it was written then"}
    assert Judgement.from_json(older, framework()).to_json() == found.to_json()


def test_a_judgement_is_not_read_by_another_framework() -> None:
    sealed = judged(good_year()).to_json()
    with pytest.raises(ValueError, match="not by"):
        Judgement.from_json(sealed, replace(framework(), version=2))
    fewer = replace(framework(), indicators=framework().indicators[:-1])
    with pytest.raises(ValueError, match="has no T01"):
        Judgement.from_json(sealed | {"framework": fewer.reference}, fewer)


@pytest.mark.parametrize("table", FIRST_TABLES)
def test_facts_that_were_sealed_before_a_table_existed_are_read_and_judged_without_it(table: str) -> None:
    sealed = good_year().to_json()
    without = Facts.from_json({name: rows for name, rows in sealed.items() if name != table})
    emptied = Facts.from_json(sealed | {table: []})
    assert without == emptied
    assert judge(framework(), without).to_json() == judge(framework(), emptied).to_json()


def test_a_table_that_nobody_knows_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match="facts: unknown tailings"):
        Facts.from_json(facts().to_json() | {"tailings": []})


@pytest.fixture
def tailings(monkeypatch: pytest.MonkeyPatch) -> type[Row]:
    """A table of facts that is only known in one test."""
    monkeypatch.setattr("compliance.evaluation.facts.TABLES", dict(TABLES))

    @fact_table("tailings", record="tailings-dam", years=of_year("built_on__year"))
    class TailingsFact(Row):
        """A dam."""

        built_on: date
        height: Decimal | None = canonical.added(None)

    return TailingsFact


def test_a_new_table_without_rows_changes_no_fingerprint(tailings: type[Row]) -> None:
    assert canonical.dumps(replace(KNOWN_FACTS, tables={**KNOWN_FACTS.tables, tailings: ()}).to_json()) == KNOWN_TEXT


def test_a_new_table_with_rows_is_sealed_and_read_back(tailings: type[Row]) -> None:
    dam = tailings(record="tailings-dam/1", built_on=day("2025-03-01"))  # type: ignore[call-arg]
    known = KNOWN_FACTS.with_rows(tailings, [dam])
    assert known.to_json()["tailings"] == [
        {"record": "tailings-dam/1", "voice": "unknown", "evidence": 0, "built_on": "2025-03-01"}
    ]
    assert Facts.from_json(known.to_json()) == known


def test_a_new_column_is_spelled_only_where_it_says_something(tailings: type[Row]) -> None:
    silent = tailings(record="tailings-dam/1", built_on=day("2025-03-01"))  # type: ignore[call-arg]
    assert "height" not in canonical.plain(silent)
    assert canonical.plain(replace(silent, height=Decimal(40)))["height"] == "40"  # type: ignore[call-arg]


def test_a_column_that_joins_a_table_of_the_first_day_is_not_spelled_where_it_says_its_default() -> None:
    """Else every fingerprint of facts that were sealed before would change."""
    for kind, table in TABLES.items():
        if table.name in FIRST_TABLES:
            first_day = {"record", "voice", "evidence", *FIRST_COLUMNS[table.name].split()}
            spelled = {one.name for one in fields(kind) if not one.metadata.get("added")}
            assert spelled == first_day, table.name


def test_two_tables_of_one_name_or_of_the_same_records_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("compliance.evaluation.facts.TABLES", dict(TABLES))
    for name, record in (("payments", "transfer"), ("transfers", "disbursement")):
        with pytest.raises(ValueError, match="already"):

            @fact_table(name, record=record, years=of_year("year"))
            class Again(Row):
                """Another."""


def test_every_table_says_its_name_its_records_and_its_years_once() -> None:
    known: list[FactTable] = list(TABLES.values())
    assert {table.name for table in known} >= set(FIRST_TABLES)
    assert len({table.record for table in known}) == len({table.name for table in known}) == len(known)
    assert all(table.years.columns for table in known)


def test_the_file_of_version_1_keeps_its_fingerprint() -> None:
    assert framework().fingerprint == "3cda55d8c5bf76e9e6be63060bb609776ba32468280f7c407c2c45988433e3f5"
    assert FRAMEWORK_FILE.name == "peru-recommended-policies.yaml"
