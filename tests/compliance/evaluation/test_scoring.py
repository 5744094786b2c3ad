"""Scores, gates, coverage, bands and the range that the unknown leaves open."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from compliance.evaluation import canonical
from compliance.evaluation.facts import Facts
from compliance.evaluation.framework import Framework, Indicator, Policy, Source
from compliance.evaluation.judgement import Judgement, Override
from compliance.evaluation.scoring import judge, linear_score
from tests.compliance.evaluation.builders import (
    assessment,
    condition,
    day,
    disclosure,
    displayed,
    employment,
    exempt,
    facts,
    framework,
    judged,
    kept,
    obligation,
    outcome,
    payment,
)

TEXTS = {"en": "x", "es": "x"}
SOURCE = Source(norm="test", article="-", covers=("floor", "ceiling", "rule", "gate"), valid_from=day("2020-01-01"))


def an_indicator(code: str, policy: str, **given: Any) -> Indicator:
    """An indicator that nobody has evidence for, unless a test says otherwise."""
    usual: dict[str, Any] = {
        "names": TEXTS,
        "help": TEXTS,
        "measure": "disclosure_delay",
        "kind": "linear",
        "unit": "days",
        "missing": "MX",
        "floor": Decimal(730),
        "ceiling": Decimal(180),
        "sources": (SOURCE,),
    }
    return Indicator(code=code, policy=policy, **(usual | given))


def a_framework(indicators: Sequence[Indicator], weights: Mapping[str, int]) -> Framework:
    policies = tuple(Policy(code=code, names=TEXTS, weight=Decimal(weight)) for code, weight in weights.items())
    return replace(framework(), policies=policies, indicators=tuple(indicators))


def a_mean_of(*scores: str | None, na: int = 0, known: Facts | None = None, missing: str = "MX") -> Any:
    """Judge one policy of equal indicators with these scores; None is unknown, and `na` more are exempt."""
    codes = [f"Q{number}" for number in range(len(scores) + na)]
    rules = a_framework([an_indicator(code, "ALL", missing=missing) for code in codes], {"ALL": 1})
    given = [
        Override(indicator=code, score=Decimal(score), reason="golden fixture")
        for code, score in zip(codes, scores, strict=False)
        if score is not None
    ]
    return judge(rules, known or facts(exemptions=[exempt(code) for code in codes[len(scores) :]]), given)


@pytest.mark.parametrize(("missing", "capped", "score"), [("M0", ("G",), 44), ("MX", (), 90)])
def test_a_gate_of_which_nothing_is_known_caps_the_score_where_it_counts_as_no_point(
    missing: str, capped: tuple[str, ...], score: int
) -> None:
    gate = an_indicator("G", "A", missing=missing, gate=Decimal(44), weight=Decimal(0))
    rules = a_framework([gate, an_indicator("B", "A")], {"A": 1})
    found: Any = judge(rules, facts(), [Override(indicator="B", score=Decimal(90), reason="I counted them.")])
    assert (found.capped_by, found.worst, found.score, found.best) == (capped, 44, score, 90)


def test_a_reviewers_score_counts_and_brings_back_nothing_that_does_not_apply() -> None:
    given = [Override(indicator="L01", score=Decimal(70), reason="I counted them.")]
    assert judged(facts(), given).outcome("L01").overridden
    assert not judged(facts()).outcome("L01").overridden
    excused = judged(facts(exemptions=[exempt("L01")]), given).outcome("L01")
    assert (excused.overridden, excused.explanation) == (False, "No royalty is due before production")
    in_closure = judged(facts(phases=("closure",))).outcome("L01")
    assert (in_closure.reason, in_closure.explanation) == ("phase", "")


@pytest.mark.parametrize(
    ("scores", "na", "shown"),
    [
        (["100"] * 7 + ["0"], 2, 88),
        (["67", "100", "100", "100", "100", "67", "67", "40", "33", "100", "100", "100", "100"], 7, 83),
        (["79", "85", "71"], 0, 78),
        (["81.5", "75", "69.5"], 0, 75),
        (["90", "80", "96.5"], 0, 89),
    ],
    ids=["RGI Peru institutional", "RGI Peru reporting", "RGI Ghana", "EITI Liberia", "EITI Trinidad"],
)
def test_published_means_come_out_as_published(scores: list[str], na: int, shown: int) -> None:
    result = a_mean_of(*scores, na=na)
    assert result.score is not None
    assert displayed(result.score) == shown


@pytest.mark.parametrize(
    ("score", "grade"),
    [
        ("100", "A"),
        ("75", "A"),
        ("74.99999999999999999", "B"),
        ("74.6", "B"),
        ("60", "B"),
        ("59.99999999999999999", "C"),
        ("45", "C"),
        ("44.99", "D"),
        ("44", "D"),
        ("30", "D"),
        ("29.999", "E"),
        ("0", "E"),
    ],
)
def test_bands_are_half_open_on_the_unrounded_score(score: str, grade: str) -> None:
    assert a_mean_of(score).grade == grade


def test_three_thirds_make_a_whole_band() -> None:
    third = canonical.settle(Decimal(180) / 3)
    assert a_mean_of(str(third), "60", "60").grade == "B"
    assert judge(a_framework([an_indicator("Q0", "A", weight=Decimal(3))], {"A": 7}), facts()).grade == "?"


def test_display_rounds_half_up() -> None:
    assert displayed(Decimal("74.95"), 1) == Decimal("75.0")
    assert displayed(Decimal("0.5")) == 1
    assert displayed(Decimal("2.5")) == 3
    assert str(displayed(Decimal("66.66666"), 2)) == "66.67"


def roll_up(*, certified: bool | None = True, par_applies: bool = False) -> Any:
    rules = a_framework(
        [
            an_indicator("R", "REV"),
            an_indicator("L", "LOC"),
            an_indicator("E", "ENV"),
            an_indicator("P", "PAR"),
            an_indicator("T", "TRA"),
            an_indicator("E01", "ENV", kind="binary", floor=None, ceiling=None, gate=Decimal(44), weight=Decimal(0)),
        ],
        {"REV": 20, "LOC": 20, "ENV": 25, "PAR": 20, "TRA": 15},
    )
    scores = {"R": "68", "L": "52", "E": "71", "T": "74"}
    if certified is not None:
        scores["E01"] = "100" if certified else "0"
    given = [Override(indicator=code, score=Decimal(score), reason="fixture") for code, score in scores.items()]
    return judge(rules, facts(exemptions=[] if par_applies else [exempt("P")]), given)


def test_the_roll_up_fixture() -> None:
    result = roll_up()
    assert result.score == Decimal("66.0625")
    assert (result.grade, result.unweighted, result.coverage) == ("B", Decimal("66.25"), 100)
    assert result.policy("PAR").grade is None
    assert result.policy("PAR").coverage is None


def test_a_project_whose_digging_began_before_approval_cannot_score_above_the_gate() -> None:
    result = roll_up(certified=False)
    assert (result.score, result.unweighted, result.best) == (44, 44, 44)
    assert (result.grade, result.grade_best) == ("D", "D")
    assert result.capped_by == ("E01",)


def test_an_unknown_gate_lowers_only_the_worst_case() -> None:
    result = roll_up(certified=None)
    assert (result.score, result.worst, result.best) == (Decimal("66.0625"), 44, Decimal("66.0625"))
    assert result.capped_by == ()
    assert result.grade_worst == "D"


def test_a_gate_that_does_not_apply_caps_nothing() -> None:
    known = facts(exemptions=[exempt("E01")])
    assert judged(known).capped_by == ()


def test_a_gate_never_lifts_a_score() -> None:
    rules = a_framework([an_indicator("G", "A", kind="binary", floor=None, ceiling=None, gate=Decimal(44))], {"A": 1})
    assert judge(rules, facts(), [Override(indicator="G", score=Decimal(0), reason="x")]).score == 0


def test_a_binary_gate_that_a_reviewer_sets_to_half_still_caps() -> None:
    rules = a_framework(
        [an_indicator("G", "A", kind="binary", floor=None, ceiling=None, gate=Decimal(44)), an_indicator("B", "A")],
        {"A": 1},
    )
    given = [
        Override(indicator="G", score=Decimal(50), reason="x"),
        Override(indicator="B", score=Decimal(90), reason="x"),
    ]
    half: Any = judge(rules, facts(), given)
    assert (half.score, half.capped_by) == (44, ("G",))
    assert judge(rules, facts(), [replace(given[0], score=Decimal(100)), given[1]]).score == 95


@pytest.mark.parametrize(("score", "capped"), [("0", ("G",)), ("0.01", ())])
def test_a_linear_gate_caps_at_its_floor_and_not_above(score: str, capped: tuple[str, ...]) -> None:
    rules = a_framework([an_indicator("G", "A", gate=Decimal(44)), an_indicator("B", "A")], {"A": 1})
    given = [
        Override(indicator="G", score=Decimal(score), reason="x"),
        Override(indicator="B", score=Decimal(100), reason="x"),
    ]
    assert judge(rules, facts(), given).capped_by == capped


def test_the_lowest_cap_of_two_failed_gates_counts() -> None:
    def gate(code: str, cap: int) -> Indicator:
        return an_indicator(code, "A", kind="binary", floor=None, ceiling=None, gate=Decimal(cap), weight=Decimal(0))

    for first, second in ((44, 30), (30, 44)):
        rules = a_framework([gate("G", first), gate("H", second), an_indicator("B", "A")], {"A": 1})
        scores = {"G": 0, "H": 0, "B": 90}
        given = [Override(indicator=code, score=Decimal(score), reason="x") for code, score in scores.items()]
        result: Any = judge(rules, facts(), given)
        assert (result.score, result.best, result.capped_by) == (30, 30, ("G", "H"))


def test_not_applicable_and_unknown_are_two_things() -> None:
    excused = a_mean_of("80", "60", na=1)
    unknown = a_mean_of("80", "60", None)
    assert excused.score == unknown.score == 70
    assert (excused.coverage, excused.worst, excused.best) == (100, 70, 70)
    assert unknown.coverage == canonical.settle(Decimal(200) / 3)
    assert unknown.worst == canonical.settle(Decimal(140) / 3)
    assert unknown.best == 80


def test_unknown_scores_nothing_where_the_rule_says_so() -> None:
    result = a_mean_of("80", "60", None, missing="M0")
    assert result.score == result.worst == canonical.settle(Decimal(140) / 3)
    assert result.best == 80
    assert result.coverage == canonical.settle(Decimal(200) / 3)


def test_unknown_withholds_the_grade_where_the_rule_says_so() -> None:
    result = a_mean_of("80", "60", None, missing="MB")
    assert (result.score, result.grade, result.policy("ALL").grade) == (70, "?", "?")
    assert result.blocked_by == result.policy("ALL").blocked_by == ("Q2",)
    assert (result.grade_worst, result.grade_best) == ("C", "A")


def test_one_blocked_policy_leaves_the_grades_of_the_others() -> None:
    rules = a_framework([an_indicator("A1", "A", missing="MB"), an_indicator("B1", "B")], {"A": 1, "B": 9})
    result: Any = judge(rules, facts(), [Override(indicator="B1", score=Decimal(80), reason="x")])
    assert (result.policy("A").grade, result.policy("B").grade, result.grade) == ("?", "A", "?")
    assert result.score == 80


@pytest.mark.parametrize(("known", "grade"), [(6, "A"), (5, "?")])
def test_no_grade_below_the_minimum_coverage(known: int, grade: str) -> None:
    result = a_mean_of(*(["80"] * known + [None] * (10 - known)))
    assert (result.coverage, result.grade) == (known * 10, grade)
    assert result.score == 80


def test_coverage_a_hair_below_the_minimum_is_below_it() -> None:
    rules = a_framework(
        [
            an_indicator("A", "ALL", weight=Decimal("59.999")),
            an_indicator("B", "ALL", weight=Decimal("40.001")),
        ],
        {"ALL": 1},
    )
    result: Any = judge(rules, facts(), [Override(indicator="A", score=Decimal(80), reason="x")])
    assert (result.coverage, result.grade) == (Decimal("59.999"), "?")


def test_an_empty_policy_disappears_and_a_project_to_which_nothing_applies_has_no_grade() -> None:
    everything = [exempt(indicator.code) for indicator in framework().indicators]
    result: Any = judged(facts(exemptions=everything))
    assert (result.score, result.worst, result.coverage, result.grade) == (None, None, None, None)
    one_left: Any = judged(facts(exemptions=everything[:-1], disclosures=[disclosure("2026-06-29")]))
    assert (one_left.score, one_left.coverage, one_left.grade) == (100, 100, "A")


def test_a_project_of_which_nothing_is_known_could_be_anything() -> None:
    result: Any = judged(facts())
    assert (result.worst, result.best, result.coverage, result.grade) == (0, 100, 0, "?")
    assert (result.grade_worst, result.grade_best) == ("E", "A")
    assert result.blocked_by == ("R01", "L04", "E01")


def test_an_exemption_publishes_its_reason_and_its_record() -> None:
    excuse = exempt("R01", "No agreement exists yet")
    found = outcome("R01", facts(exemptions=[excuse])).to_json()
    assert (found["state"], found["reason"]) == ("not_applicable", "exempt")
    assert (found["explanation"], found["records"]) == ("No agreement exists yet", [excuse.record])


def test_an_override_counts_and_the_computed_score_stays_beside_it() -> None:
    known = facts(employment=[employment(total_fte=780, district_fte=312)])
    override = Override(indicator="L01", score=Decimal(70), reason="61 residents are registered elsewhere")
    found: Any = judged(known, [override]).outcome("L01")
    assert (found.score, found.computed_score, found.worst, found.best) == (70, 50, 70, 70)
    assert found.to_json()["override"] == {
        "indicator": "L01",
        "score": "70",
        "reason": "61 residents are registered elsewhere",
    }


def test_an_override_of_an_unknown_makes_it_known() -> None:
    given = [Override(indicator="E01", score=Decimal(100), reason="Resolution seen at the ministry")]
    assert "E01" not in judged(facts(), given).blocked_by


def test_an_override_does_not_bring_back_what_does_not_apply() -> None:
    given = [Override(indicator="R01", score=Decimal(100), reason="x")]
    found: Any = judged(facts(exemptions=[exempt("R01")]), given).outcome("R01")
    assert (found.state, found.score) == ("not_applicable", None)
    assert found.override == given[0]


@pytest.mark.parametrize(("score", "reason"), [("101", "x"), ("-1", "x"), ("50", " ")])
def test_an_override_needs_a_score_and_a_reason(score: str, reason: str) -> None:
    with pytest.raises(ValueError, match="L01"):
        Override(indicator="L01", score=Decimal(score), reason=reason)


def test_an_override_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="X99"):
        judged(facts(), [Override(indicator="X99", score=Decimal(1), reason="x")])


def test_a_context_indicator_of_weight_zero_changes_nothing() -> None:
    rules = a_framework(
        [an_indicator("A", "ALL"), an_indicator("B", "ALL", weight=Decimal(0), missing="MB")], {"ALL": 1}
    )
    result: Any = judge(rules, facts(), [Override(indicator="A", score=Decimal(80), reason="x")])
    assert (result.score, result.worst, result.best, result.coverage, result.grade) == (80, 80, 80, 100, "A")


def test_linear_scores_clamp_in_both_directions() -> None:
    assert linear_score(Decimal(40), Decimal(20), Decimal(60)) == 50
    assert linear_score(Decimal(10), Decimal(20), Decimal(60)) == 0
    assert linear_score(Decimal(90), Decimal(20), Decimal(60)) == 100
    assert linear_score(Decimal("7.5"), Decimal(20), Decimal(0)) == Decimal("62.5")
    assert linear_score(Decimal(-3), Decimal(20), Decimal(0)) == 100


def good_year() -> Facts:
    due = obligation("10000000.00")
    return facts(
        assessments=[
            assessment(
                submitted_on=day("2022-05-10"),
                approved_on=day("2023-05-10"),
                works_started_on=day("2024-02-01"),
                participation_planned=6,
                participation_held=5,
            )
        ],
        conditions=[condition("2025-03-01", "2025-02-01")],
        employment=[
            employment(total_fte=780, district_fte=312, women_fte=117, staff_headcount=600, foreign_headcount=52)
        ],
        obligations=[due],
        payments=[
            payment(
                due,
                company_amount="9620000.00",
                recipient_amount="9480000.00",
                paid_on=day("2025-06-30"),
                purpose="health",
            )
        ],
        commitments=[kept() for _ in range(4)],
        disclosures=[disclosure("2026-11-06")],
    )


def test_a_whole_judgement_reads_as_a_scorecard() -> None:
    known = good_year()
    result: Any = judged(known).to_json()
    assert (result["grade"], result["coverage"]) == ("A", "100")
    assert [policy["code"] for policy in result["policies"]] == ["REV", "LOC", "ENV", "PAR", "TRA"]
    assert judged(known).outcome("L04").rule.parameters[0].norm == "D.Leg. 689"
    assert result["framework"]["sha256"] == framework().fingerprint
    assert Judgement.from_json(result, framework()).to_json() == result
    assert canonical.dumps(result) == canonical.dumps(judged(Facts.from_json(known.to_json())).to_json())


def test_zero_point_six_and_zero_point_six_hundred_are_one_fact() -> None:
    due = obligation("0.6")
    spelled = replace(due, amount=Decimal("0.600"))
    first, second = facts(obligations=[due]), facts(obligations=[spelled])
    assert canonical.digest(first.to_json()) == canonical.digest(second.to_json())
    assert canonical.digest(judged(first).to_json()) == canonical.digest(judged(second).to_json())


def a_gate(known: Facts, gate: str | None) -> Any:
    """Judge by certification alone, as a gate or not."""
    rule = replace(next(one for one in framework().indicators if one.code == "E01"), dated=())
    rule = replace(rule, gate=None if gate is None else Decimal(gate))
    policies = tuple(policy for policy in framework().policies if policy.code == rule.policy)
    return judge(replace(framework(), indicators=(rule,), policies=policies, minimum_indicators=1), known)


@pytest.mark.parametrize("gate", ["44", None])
def test_where_everything_is_known_and_kept_the_worst_is_the_score_and_the_best_with_a_gate_and_without(
    gate: str | None,
) -> None:
    kept_rule = [assessment(approved_on=day("2019-03-01"), works_started_on=day("2020-02-01"))]
    found = a_gate(facts(assessments=kept_rule), gate)
    assert (found.worst, found.score, found.best, found.unweighted) == (100, 100, 100, 100)
    assert (found.grade_worst, found.grade, found.grade_best) == ("A", "A", "A")
    assert (found.capped_by, found.blocked_by, found.coverage) == ((), (), 100)


def test_a_gate_of_which_nothing_is_known_caps_the_worst_alone_and_one_that_fails_caps_all() -> None:
    broken_rule = [assessment(approved_on=day("2021-03-01"), works_started_on=day("2020-02-01"))]
    failed = a_gate(facts(assessments=broken_rule), "44")
    assert (failed.worst, failed.score, failed.best, failed.capped_by) == (0, 0, 0, ("E01",))
    unknown = a_gate(facts(), "44")
    assert (unknown.worst, unknown.best, unknown.capped_by) == (0, 100, ())


def test_an_indicator_is_overridden_once_and_only_where_there_is_one() -> None:
    given = Override(indicator="E01", score=Decimal(50), reason="Folio 12")
    with pytest.raises(ValueError, match="overridden twice"):
        judged(facts(), [given, given])
    with pytest.raises(ValueError, match="has no X9 to override"):
        judged(facts(), [replace(given, indicator="X9")])
    for score in ("-0.1", "100.1"):
        with pytest.raises(ValueError, match="between 0 and 100"):
            replace(given, score=Decimal(score))
    with pytest.raises(ValueError, match="needs a reason"):
        replace(given, reason=" ")
    assert [replace(given, score=Decimal(score)).score for score in (0, 100)] == [0, 100]


def test_what_has_no_weight_and_is_no_gate_carries_none() -> None:
    found = outcome("R01", facts())
    assert found.carries_weight
    assert not replace(found, indicator=replace(found.indicator, weight=Decimal(0), gate=None)).carries_weight


def test_the_outcomes_of_a_policy_are_those_of_its_indicators_in_their_order() -> None:
    found = judged(facts())
    for policy in found.policies:
        codes = [one.code for one in framework().indicators if one.policy == policy.code]
        assert [outcome.code for outcome in found.outcomes_of(policy.code)] == codes != []
        assert [found.outcome(code) for code in codes] == [found.by_code[code] for code in codes]
        assert found.policy(policy.code) is policy
