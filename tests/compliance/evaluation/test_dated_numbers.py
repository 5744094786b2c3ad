"""Floors, ceilings, weights and gates may have days in force; the last day of a period decides which are asked."""

from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from compliance.evaluation import canonical
from compliance.evaluation.framework import Framework, FrameworkError, load
from compliance.evaluation.judgement import NOT_APPLICABLE, Judgement
from compliance.evaluation.scoring import judge
from compliance.law_words import threshold_words
from compliance.public_pages.rules import dated_rule_words
from tests.compliance.evaluation.builders import day, disclosure, facts, framework
from tests.compliance.evaluation.test_framework_files import HEAD, frameworks

OURS = "norm: Ours, article: all, policy: true"
BEFORE = f"{{value: 730, {OURS}, valid_from: 2020-01-01, valid_to: 2024-12-31}}"
AFTER = f"{{value: 365, {OURS}, valid_from: 2025-01-01}}"
FLOORS = f"floor:\n      - {BEFORE}\n      - {AFTER}"
GATE = f"gate:\n      - {{value: 44, {OURS}, valid_from: 2025-01-01}}"
WEIGHTS = (
    f"weight:\n      - {{value: 3, {OURS}, valid_from: 2020-01-01, valid_to: 2024-12-31}}\n"
    f"      - {{value: 1, {OURS}, valid_from: 2025-01-01}}"
)
SECOND_RULE = HEAD[HEAD.index("  - code: T01") :].replace("T01", "T02")


def outcome(found: Judgement, code: str = "T01") -> Any:
    """The outcome; untyped, so that tests may compare decimals with plain numbers."""
    return found.outcome(code)


@pytest.fixture
def tiny(tmp_path: Path) -> Framework:
    """Rules whose floor became stricter in 2025, and whose gate began then."""
    text = HEAD.replace("floor: 730", FLOORS).replace("missing: M0", f"missing: M0\n    {GATE}\n    {WEIGHTS}")
    return frameworks(tmp_path, a=text + SECOND_RULE)[0]


def in_year(rules: Framework, number: int, published_on: str) -> Judgement:
    """The judgement of a year whose figures were published on a day."""
    end = f"{number}-12-31"
    known = facts(
        year=number,
        period_start=day(f"{number}-01-01"),
        period_end=day(end),
        disclosures=[disclosure(published_on, period_end=end)],
    )
    return judge(rules, known)


def test_the_last_day_of_the_period_decides_which_floor_scores(tiny: Framework) -> None:
    before, after = in_year(tiny, 2024, "2025-10-27"), in_year(tiny, 2025, "2026-10-27")
    assert (outcome(before).measured.value, outcome(after).measured.value) == (300, 300)
    assert (outcome(before).rule.floor, outcome(after).rule.floor) == (730, 365)
    assert outcome(before).score == outcome(before, "T02").score
    assert round(outcome(after).score, 1) == Decimal("35.1")


def test_a_gate_caps_from_its_first_day_on_and_not_before(tiny: Framework) -> None:
    before, after = in_year(tiny, 2024, "2030-01-01"), in_year(tiny, 2025, "2030-01-01")
    assert (before.capped_by, after.capped_by) == ((), ("T01",))
    assert (outcome(before).rule.gate, outcome(after).rule.gate) == (None, 44)


def test_a_gate_is_lifted_before_its_first_day_and_where_its_rule_is_not_in_force(tiny: Framework) -> None:
    lifted = {number: outcome(in_year(tiny, number, "2030-01-01")).lifts_its_gate for number in (2019, 2024, 2025)}
    assert lifted == {2019: True, 2024: True, 2025: False}
    always = replace(tiny.indicator("T02"), gate=Decimal(44))
    gated = replace(tiny, indicators=(tiny.indicator("T01"), always))
    assert not outcome(in_year(gated, 2025, "2030-01-01"), "T02").lifts_its_gate
    assert not outcome(in_year(tiny, 2025, "2030-01-01"), "T02").lifts_its_gate
    before_any_floor = replace(outcome(in_year(gated, 2025, "2030-01-01"), "T02"), reason="rule-not-in-force")
    assert before_any_floor.lifts_its_gate


def test_a_weight_counts_as_it_was_on_that_day(tiny: Framework) -> None:
    before, after = in_year(tiny, 2024, "2025-10-27"), in_year(tiny, 2025, "2026-10-27")
    assert (outcome(before).indicator.weight, outcome(after).indicator.weight) == (3, 1)
    first, second = (after.outcome(code).score or Decimal(0) for code in ("T01", "T02"))
    assert after.policy("TRA").score == canonical.settle((first + second) / 2)


def test_the_weights_of_policies_have_days_too(tmp_path: Path) -> None:
    weights = f"[{{value: 1, {OURS}, valid_from: 2020-01-01, valid_to: 2024-12-31}}, {{value: 5, {OURS}, valid_from: 2025-01-01}}]"
    (rules,) = frameworks(tmp_path, a=HEAD.replace("weight: 1", f"weight: {weights}"))
    assert [in_year(rules, number, "2030-01-01").policy("TRA").policy.weight for number in (2024, 2025)] == [1, 5]


def test_a_judgement_is_read_back_with_the_numbers_of_its_day(tiny: Framework) -> None:
    for number in (2024, 2025):
        found = in_year(tiny, number, f"{number + 1}-10-27")
        again = Judgement.from_json(found.to_json(), tiny)
        assert again.to_json() == found.to_json()
        assert all(one.says_the_same_as(other) for one, other in zip(found.outcomes, again.outcomes, strict=True))


def test_dated_numbers_survive_sealing_and_rules_without_them_keep_their_bytes(tiny: Framework) -> None:
    sealed = tiny.to_json()
    assert Framework.from_json(sealed) == tiny
    assert canonical.digest(Framework.from_json(sealed).to_json()) == canonical.digest(sealed)
    assert len(sealed["indicators"][0]["dated"]) == 5
    assert not [one for one in framework().to_json()["indicators"] if "dated" in one]


def test_before_the_first_floor_the_rule_was_not_in_force(tiny: Framework) -> None:
    found = in_year(tiny, 2019, "2020-01-10").outcome("T01")
    assert (found.state, found.reason) == (NOT_APPLICABLE, "rule-not-in-force")


def test_a_single_number_holds_on_every_day(tiny: Framework) -> None:
    plain = tiny.indicator("T02")
    assert plain.on(day("1990-01-01")) is plain
    assert plain.rule(day("1990-01-01")).floor == 730


def test_how_we_grade_tells_each_time_with_its_first_day(tiny: Framework) -> None:
    words = dated_rule_words(tiny.indicator("T01"), tiny.valid_from)
    assert words == (
        "From 1 January 2020: 730 days scores 0; 180 days scores 100. Without a record it counts as 0. "
        "From 1 January 2025: 365 days scores 0; 180 days scores 100. Without a record it counts as 0. "
        "Where it fails, the overall score cannot be above 44."
    )
    assert dated_rule_words(tiny.indicator("T02"), tiny.valid_from).startswith("730 days scores 0")


def test_a_dated_number_of_the_law_names_its_article_and_days(tiny: Framework) -> None:
    first = tiny.indicator("T01").dated[0]
    law = replace(first, norm="Ley 1", article="art. 2", policy=False)
    known = replace(tiny.indicator("T01"), dated=(law,))
    assert "What scores 0 is set by law: Ley 1, art. 2, from 1 January 2020 to 31 December 2024." in threshold_words(
        known
    )


@pytest.mark.parametrize(
    ("text", "refusal"),
    [
        (
            HEAD.replace("floor: 730", FLOORS.replace("2025-01-01", "2025-01-02")),
            r"a.yaml:22: T01.floor: none is in force on 2025-01-01, which these rules judge",
        ),
        (
            HEAD.replace("floor: 730", FLOORS.replace("2025-01-01", "2024-12-31")),
            r"a.yaml:14: T01: two values of floor",
        ),
        (HEAD.replace("floor: 730", FLOORS.replace("365", "180")), r"a.yaml:14: T01: .* a floor and another ceiling"),
        (
            HEAD.replace("floor: 730", FLOORS.replace(f"365, {OURS}", "365, norm: Ours")),
            r"a.yaml:23: T01.floor\[1\]: missing article",
        ),
        (
            HEAD.replace("floor: 730", FLOORS.replace("value: 365", "valeu: 365")),
            r"a.yaml:23: T01.floor\[1\]: unknown valeu",
        ),
        (
            HEAD.replace("missing: M0", f"missing: M0\n    {GATE.replace('44', '144')}"),
            r"T01: the gate is a score between",
        ),
        (
            HEAD.replace("missing: M0", f"missing: M0\n    {WEIGHTS.replace('value: 1', 'value: 0')}"),
            r"a.yaml:12: TRA: none of its indicators carries weight on 2025-01-01",
        ),
        (
            HEAD.replace("missing: M0", f"missing: M0\n    {WEIGHTS.replace('value: 3', 'value: -3')}"),
            r"weight is negative",
        ),
    ],
)
def test_a_dated_number_that_leaves_a_day_out_or_says_two_things_is_refused(
    tmp_path: Path, text: str, refusal: str
) -> None:
    with pytest.raises(FrameworkError, match=refusal):
        frameworks(tmp_path, a=text)


def test_a_number_that_leaves_a_day_out_is_not_helped_by_another_number_of_that_day(tmp_path: Path) -> None:
    floors = HEAD.replace("floor: 730", FLOORS.replace("2025-01-01", "2025-01-02"))
    with pytest.raises(FrameworkError, match=r"T01.floor: none is in force on 2025-01-01"):
        frameworks(tmp_path, a=floors.replace("missing: M0", f"missing: M0\n    {WEIGHTS}"))


@pytest.mark.parametrize("number", ["floor: 730", "ceiling: 180"])
def test_a_rule_of_which_one_end_is_not_in_force_yet_asks_nothing(number: str) -> None:
    name, _, value = number.partition(": ")
    rules = load(HEAD.replace(number, f"{name}:\n      - {{value: {value}, {OURS}, valid_from: 2025-01-01}}"))
    before, since = (outcome(in_year(rules, year, f"{year}-12-31")) for year in (2024, 2025))
    assert (before.state, before.reason, before.rule.in_force) == (NOT_APPLICABLE, "rule-not-in-force", False)
    assert (since.score, since.rule.in_force) == (100, True)
