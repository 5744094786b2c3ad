"""How sure a grade is: a thousand ways of weighing, always the same ones."""

import hashlib
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compliance.evaluation import canonical
from compliance.evaluation.certainty import (
    DRAWS,
    METHOD,
    POINT,
    ROBUST_FROM,
    Assumption,
    Certainty,
    _draw,
    _inputs_of,
    _stream,
    certainty_of,
)
from compliance.evaluation.judgement import Judgement, Override
from compliance.evaluation.scoring import judge
from tests.compliance.evaluation.builders import exempt, facts, framework, judged
from tests.compliance.evaluation.test_scoring import a_framework, a_mean_of, an_indicator, roll_up


def sure(judgement: Judgement) -> Any:
    """How sure it is; untyped, so that tests may compare decimals with plain numbers."""
    found = certainty_of(judgement)
    assert found is not None
    return found


def policies_of(scores: Mapping[str, str | None], missing: str = "M0", minimum_coverage: int = 60) -> Judgement:
    """Judge policies of equal weight with one indicator each; None is unknown."""
    rules = a_framework([an_indicator(f"{code}1", code, missing=missing) for code in scores], dict.fromkeys(scores, 1))
    rules = replace(rules, minimum_coverage=Decimal(minimum_coverage))
    known = [
        Override(indicator=f"{code}1", score=Decimal(score), reason="fixture")
        for code, score in scores.items()
        if score is not None
    ]
    return judge(rules, facts(), known)


@pytest.mark.parametrize("score", ["0", "33.3333333333", "60", "66.66", "74.9", "100"])
def test_where_all_is_known_and_equal_no_way_of_weighing_changes_anything(score: str) -> None:
    found = sure(policies_of({"A": score, "B": score, "C": score}))
    assert found.low == found.high
    assert (found.holds, found.robust, found.decides) == (DRAWS, True, None)


def test_a_single_figure_is_the_whole_in_every_draw() -> None:
    found = sure(a_mean_of("68.4"))
    assert (found.low, found.high) == (Decimal("68.4"), Decimal("68.4"))


def test_a_mine_just_below_a_border_is_not_robust() -> None:
    below = policies_of({"A": "90", "B": "80", "C": "54.7"})
    assert below.score == Decimal("74.9")
    assert below.grade == "B"
    found = sure(below)
    assert found.holds < ROBUST_FROM
    assert not found.robust
    assert found.low < Decimal("74.9") < 75 < found.high
    assert found.decides.changes_grade


def test_a_mine_in_the_middle_of_a_band_is_robust() -> None:
    found = sure(policies_of({"A": "70", "B": "68", "C": "66"}))
    assert (found.holds, found.robust) == (DRAWS, True)
    assert Decimal(66) <= found.low < found.high <= 70


def test_the_threshold_of_robust_is_nine_of_ten() -> None:
    """The nearer the border, the fewer draws hold the grade; the word changes at the threshold and nowhere else."""
    tried = [sure(policies_of({"A": "90", "B": str(80 + tenths / 10), "C": "54"})) for tenths in range(-60, 60, 5)]
    assert {one.robust for one in tried} == {True, False}
    assert all(one.robust == (one.holds >= 900) for one in tried)


def test_where_nothing_is_known_the_interval_is_wide_and_nothing_is_robust() -> None:
    for judgement in (judged(facts()), a_mean_of(None, None, None), policies_of({"A": None, "B": None})):
        assert judgement.grade == "?"
        found = sure(judgement)
        assert found.high - found.low > 25
        assert (found.holds, found.robust) == (0, False)


def test_a_failing_grade_that_rests_on_what_nobody_knows_is_not_robust() -> None:
    unknown = policies_of({"A": None, "B": None}, minimum_coverage=0)
    assert unknown.grade == "E"
    found = sure(unknown)
    assert not found.robust
    assert found.decides == Assumption(kind="answer", code="A1", changes_grade=True)


def test_where_nothing_applies_there_is_nothing_to_be_sure_of() -> None:
    known = facts(exemptions=[exempt(indicator.code) for indicator in framework().indicators])
    assert judged(known).grade is None
    assert certainty_of(judged(known)) is None


def test_weights_are_up_to_a_quarter_more_or_less() -> None:
    found = sure(a_mean_of("0", "100"))
    assert Decimal("37.5") <= found.low < 44
    assert 56 < found.high <= Decimal("62.5")


def test_the_geometric_mean_is_what_decides_where_a_good_policy_stands_beside_a_bad_one() -> None:
    """√(5 × 105) - 5 = 17.9, where the mean is 50."""
    found = sure(policies_of({"A": "0", "B": "100"}))
    assert found.decides == Assumption(kind="aggregation", code="geometric", changes_grade=True)
    assert 9 < found.low < 18


def test_equal_weights_are_tried_where_the_framework_weighs_unequally() -> None:
    rules = a_framework([an_indicator("A1", "A"), an_indicator("B1", "B")], {"A": 9, "B": 1})
    known = [Override(indicator=code, score=Decimal(score), reason="x") for code, score in (("A1", 90), ("B1", 40))]
    found = sure(judge(rules, facts(), known))
    assert found.low == 65
    assert found.decides == Assumption(kind="aggregation", code="unweighted", changes_grade=True)


def test_a_failed_gate_caps_every_draw_and_an_open_one_about_half() -> None:
    failed = sure(roll_up(certified=False))
    assert (failed.low, failed.high, failed.robust) == (44, 44, True)
    opened = sure(roll_up(certified=None))
    assert (opened.low, opened.robust) == (44, False)
    assert opened.high > 66
    assert 430 < opened.holds < 570
    assert opened.decides == Assumption(kind="answer", code="E01", changes_grade=True)
    assert sure(roll_up(certified=True)).low > 60


def test_an_open_gate_beside_nothing_known_is_no_error() -> None:
    gate = an_indicator("G", "A", kind="binary", floor=None, ceiling=None, gate=Decimal(44), weight=Decimal(0))
    found = sure(judge(a_framework([gate, an_indicator("B", "A")], {"A": 1}), facts()))
    assert found.decides == Assumption(kind="answer", code="B", changes_grade=True)
    assert found.high > 44


@pytest.mark.parametrize(("first", "holds"), [("0", (1000, 1000)), ("100", (430, 570)), (None, (180, 320))])
def test_each_of_two_gates_caps_by_its_own_draw(first: str | None, holds: tuple[int, int]) -> None:
    """One failed and one open; one kept and one open; both open, so that a quarter of the draws pass both."""
    binary: dict[str, Any] = {"kind": "binary", "floor": None, "ceiling": None, "weight": Decimal(0)}
    gates = [an_indicator(code, "A", gate=Decimal(44), **binary) for code in ("G", "H")]
    given = {"B": "90"} | ({"G": first} if first else {})
    overrides = [Override(indicator=code, score=Decimal(score), reason="x") for code, score in given.items()]
    found = judge(a_framework([*gates, an_indicator("B", "A")], {"A": 1}), facts(), overrides)
    passing = sum(points > 44 * POINT for points in _draw(found.framework, _inputs_of(found)))
    least, most = (1000 - one for one in reversed(holds)) if first == "0" else holds
    assert least <= passing <= most


@pytest.mark.parametrize("missing", ["M0", "MX"])
def test_an_open_gate_of_degrees_caps_about_half_of_the_draws(missing: str) -> None:
    gate = an_indicator("G", "A", missing=missing, gate=Decimal(44), weight=Decimal(0))
    given = [Override(indicator="B", score=Decimal(90), reason="x")]
    found = judge(a_framework([gate, an_indicator("B", "A")], {"A": 1}), facts(), given)
    assert 430 < _draw(found.framework, _inputs_of(found)).count(90 * POINT) < 570


def test_a_gate_that_does_not_apply_caps_no_draw() -> None:
    rules = a_framework(
        [an_indicator("G", "A", kind="binary", floor=None, ceiling=None, gate=Decimal(44)), an_indicator("B", "A")],
        {"A": 1},
    )
    known = facts(exemptions=[exempt("G")])
    assert sure(judge(rules, known, [Override(indicator="B", score=Decimal(90), reason="x")])).low == 90


def test_the_unknown_that_decides_is_named_and_giving_it_does_change_the_grade() -> None:
    scores: dict[str, str | None] = {"A": "85", "B": "70", "C": None, "D": "74"}
    found = sure(policies_of(scores))
    assert found.decides == Assumption(kind="answer", code="C1", changes_grade=True)
    assert policies_of(scores | {"C": "100"}).grade != policies_of(scores).grade


def test_the_same_judgement_gives_the_same_text_in_any_order_of_rows() -> None:
    """Also where two inputs decide alike, and where the indicators of one policy do not stand together."""
    for judgement in (judged(facts()), policies_of({"A": None, "B": None}), roll_up(certified=None)):
        text = canonical.dumps(certainty_of(judgement))
        assert canonical.dumps(certainty_of(judgement)) == text
        rows, policies = judgement.outcomes, judgement.policies
        for order in (rows[::-1], rows[::2] + rows[1::2], rows[::-3] + rows[-2::-3] + rows[-3::-3]):
            assert len(order) == len(rows)
            assert canonical.dumps(certainty_of(replace(judgement, outcomes=order, policies=policies[::-1]))) == text


def test_the_same_judgement_gives_the_same_text_in_another_process() -> None:
    script = (
        "from compliance.evaluation import canonical\n"
        "from compliance.evaluation.certainty import certainty_of\n"
        "from tests.compliance.evaluation.test_scoring import roll_up\n"
        "print(canonical.dumps(certainty_of(roll_up(certified=None))))\n"
    )
    printed = {
        subprocess.run(
            [sys.executable, "-c", script], capture_output=True, text=True, check=True, env={"PYTHONHASHSEED": seed}
        ).stdout.strip()
        for seed in ("1", "2")
    }
    assert printed == {canonical.dumps(certainty_of(roll_up(certified=None)))}


def test_the_seed_is_the_method_the_framework_its_version_and_the_input() -> None:
    """Whoever draws again, in whatever language, draws these numbers."""
    first = hashlib.sha256(b"minka-certainty/1/peru-recommended-policies/1/answer/E01/0").digest()
    numbers = _stream("peru-recommended-policies", 1, "answer/E01")
    assert len(numbers) == DRAWS
    assert numbers[:2] == (int.from_bytes(first[:4], "big"), int.from_bytes(first[4:8], "big"))
    assert numbers != _stream("peru-recommended-policies", 2, "answer/E01")
    assert numbers != _stream("peru-recommended-policies", 1, "answer/E03")


def test_what_the_method_gives_stays_as_it_was_published_for_ever() -> None:
    """Another result needs another name of the method: publications hold these figures and are verified by them."""
    assert METHOD == "minka-certainty/1"
    assert canonical.plain(certainty_of(roll_up(certified=None))) == {
        "method": METHOD,
        "draws": 1000,
        "low": "44",
        "high": "66.5",
        "holds": 462,
        "robust": False,
        "decides": {"kind": "answer", "code": "E01", "changes_grade": True},
    }
    assert canonical.digest([certainty_of(judged(facts())), certainty_of(roll_up())]) == (
        "db22e4a243d3efb90b55c3680a3fc178b33b1c59754263abf936a902230b9f05"
    )


def test_all_thousand_results_stay_the_same_to_the_last_part_of_a_point() -> None:
    """Of mines of all kinds: nothing known, a gate kept, failed or open, near a border, far apart, of unequal weight."""
    rules = a_framework([an_indicator("A1", "A", weight=Decimal("2.5")), an_indicator("B1", "B")], {"A": 3, "B": 2})
    unequal = [Override(indicator=code, score=Decimal(score), reason="x") for code, score in (("A1", 90), ("B1", 59))]
    mines = [judged(facts()), judge(rules, facts(), unequal), judge(rules, facts(), unequal[:1])]
    mines += [roll_up(certified=certified) for certified in (True, False, None)]
    mines += [
        policies_of({"A": first, "B": second, "C": "59.95"})
        for first in ("3.21", "74.96", "90")
        for second in (None, "0", "59.9", "100")
    ]
    drawn = [sorted(_draw(one.framework, _inputs_of(one))) for one in mines]
    assert canonical.digest(drawn) == "409fbed80763aa00696a0191e55b6d03b511052c15ed4f0ef6a8da294c6024f0"
    assert (
        canonical.digest([certainty_of(one) for one in mines])
        == "2119da5458ff2e82d06944a67a9259cbabe7a982e37896ecf163cb23cb21ff95"
    )


@pytest.mark.parametrize(("score", "low", "high"), [("0", 44, 44), ("0.1", 50, 50), ("100", 100, 100)])
def test_a_gate_of_degrees_caps_only_where_it_has_no_point(score: str, low: int, high: int) -> None:
    gate = an_indicator("G", "A", gate=Decimal(44), weight=Decimal(0))
    rules = a_framework([gate, an_indicator("B", "B")], {"A": 1, "B": 1})
    whole = max(Decimal(50), Decimal(score))
    known = [Override(indicator=code, score=one, reason="x") for code, one in (("G", Decimal(score)), ("B", whole))]
    found = sure(judge(rules, facts(), known))
    assert (found.low, found.high) == (low, high)


def test_a_gate_that_is_kept_or_not_caps_where_a_reviewer_gives_it_less_than_all() -> None:
    gate = an_indicator("G", "A", kind="binary", floor=None, ceiling=None, gate=Decimal(44), weight=Decimal(0))
    rules = a_framework([gate, an_indicator("B", "A")], {"A": 1})
    for score, whole in (("99.9", 44), ("100", 80)):
        known = [Override(indicator=code, score=Decimal(one), reason="x") for code, one in (("G", score), ("B", "80"))]
        assert sure(judge(rules, facts(), known)).high == whole


@pytest.mark.parametrize(
    ("score", "shown"),
    [("74.96", "74.9"), ("74.95", "74.9"), ("74.949", "74.9"), ("75", "75"), ("68.45", "68.5"), ("59.99", "59.9")],
)
def test_an_end_is_rounded_and_never_shown_as_the_next_grades(score: str, shown: str) -> None:
    assert sure(a_mean_of(score)).low == Decimal(shown)


def test_a_policy_without_weight_changes_nothing() -> None:
    rules = a_framework([an_indicator("A1", "A"), an_indicator("B1", "B")], {"A": 1, "B": 0})
    known = [Override(indicator=code, score=Decimal(score), reason="x") for code, score in (("A1", 68), ("B1", 0))]
    found = sure(judge(rules, facts(), known))
    assert (found.low, found.high, found.decides) == (68, 68, None)


def test_it_is_read_back_as_it_was_sealed() -> None:
    found = sure(roll_up(certified=None))
    assert canonical.read(Certainty, canonical.plain(found)) == found


@settings(deadline=None, max_examples=40)
@given(st.lists(st.none() | st.decimals(0, 100, places=3), min_size=1, max_size=7))
def test_ends_are_in_order_and_draws_are_counted(scores: list[Decimal | None]) -> None:
    codes = "ABCDEFG"
    judgement = policies_of(
        {codes[place]: None if score is None else str(score) for place, score in enumerate(scores)}, minimum_coverage=0
    )
    found = sure(judgement)
    assert 0 <= found.low <= found.high <= 100
    assert 0 <= found.holds <= DRAWS
    known = [score for score in scores if score is not None]
    if len(known) == len(scores):
        assert min(known) - 1 < found.low
        assert found.high < max(known) + 1
