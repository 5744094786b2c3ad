"""What a framework's grades rest on, over many cards."""

from dataclasses import replace
from decimal import Decimal

import pytest

from compliance.evaluation.audit import MINIMUM_CARDS, Audit, audit, rank_correlation, ranks
from compliance.evaluation.framework import Framework
from compliance.evaluation.judgement import Judgement, Override
from compliance.evaluation.scoring import judge, without
from tests.compliance.evaluation.builders import exempt, facts, judged
from tests.compliance.evaluation.test_scoring import a_framework, an_indicator, roll_up


def rules() -> Framework:
    """Two indicators in one policy, one in another."""
    indicators = [an_indicator("A1", "A"), an_indicator("A2", "A"), an_indicator("B1", "B", missing="M0")]
    return replace(a_framework(indicators, {"A": 1, "B": 1}), minimum_indicators=0)


def card(a1: int | None, a2: int | None, b1: int | None) -> Judgement:
    scores = {"A1": a1, "A2": a2, "B1": b1}
    known = [
        Override(indicator=code, score=Decimal(score), reason="x")
        for code, score in scores.items()
        if score is not None
    ]
    return judge(rules(), facts(), known)


def correlations(found: Audit) -> dict[tuple[str, str], Decimal]:
    return {(pair.first, pair.second): pair.correlation for pair in found.pairs}


def numbers(*given: int) -> list[Decimal]:
    return [Decimal(number) for number in given]


def test_a_card_without_an_indicator_is_rolled_up_as_if_it_were_not_asked_for() -> None:
    whole = card(100, 50, 25)
    assert whole.score == 50
    assert without(whole, {"A2"}).score == Decimal("62.5")
    assert without(whole, {"A1", "A2"}).score == 25
    assert without(whole, set()) == whole
    assert without(whole, {"A1", "A2", "B1"}).score is None


def test_a_gate_that_is_left_out_caps_nothing() -> None:
    failed = roll_up(certified=False)
    assert failed.score == 44
    assert without(failed, {"E01"}).score == Decimal("66.0625")


def test_each_indicator_and_policy_tells_how_many_grades_and_points_it_moves() -> None:
    found = audit(rules(), [card(100, 50, 25), card(100, 100, 100)])
    a2 = next(one for one in found.indicators if one.code == "A2")
    assert (a2.cards, a2.grades_changed) == (2, 1)
    assert a2.mean_change == Decimal("6.3")  # 12.5 and 0
    policy = next(one for one in found.policies if one.code == "A")
    assert (policy.cards, policy.grades_changed, policy.mean_change) == (2, 1, Decimal("-12.5"))


def test_what_does_not_apply_is_not_counted_as_left_out() -> None:
    known = facts(exemptions=[exempt("B1")])
    judgement = judge(rules(), known, [Override(indicator="A1", score=Decimal(50), reason="x")])
    found = audit(rules(), [judgement])
    assert {one.code: one.cards for one in found.indicators} == {"A1": 1, "A2": 1, "B1": 0}
    assert {one.code: one.mean_change for one in found.policies} == {"A": None, "B": None}


def test_cards_whose_grade_flips_are_counted_with_what_decides_and_those_without_a_grade_are_not() -> None:
    found = audit(rules(), [card(70, 66, 68), card(90, 90, 59), card(None, None, None)])
    assert (found.cards, found.graded, found.flips) == (3, 2, 1)
    assert sum(found.decides.values()) == 1


def test_nothing_is_said_of_pairs_on_too_few_cards() -> None:
    few = [card(place, place * 2, 50 - place) for place in range(MINIMUM_CARDS - 1)]
    assert (audit(rules(), few).pairs, audit(rules(), few).too_few) == ([], 3)
    enough = audit(rules(), [*few, card(30, 60, 20)])
    assert correlations(enough) == {("A1", "A2"): 1, ("A1", "B1"): -1, ("A2", "B1"): -1}
    assert [(pair.first, pair.second, pair.cards) for pair in enough.same] == [("A1", "A2", MINIMUM_CARDS)]


def test_a_card_on_which_one_of_a_pair_is_unknown_does_not_count_for_the_pair() -> None:
    found = audit(rules(), [card(place, place, None if place else 50) for place in range(MINIMUM_CARDS)])
    assert correlations(found) == {("A1", "A2"): 1}
    first_unknown = audit(rules(), [card(None if place else 50, place, place) for place in range(MINIMUM_CARDS)])
    assert correlations(first_unknown) == {("A2", "B1"): 1}


def test_an_indicator_that_is_the_same_everywhere_says_nothing_of_others() -> None:
    found = audit(rules(), [card(50, place, place) for place in range(MINIMUM_CARDS)])
    assert correlations(found) == {("A2", "B1"): 1}


@pytest.mark.parametrize(
    ("first", "second", "correlation"),
    [
        ((1, 2, 3, 4, 5), (2, 1, 4, 3, 5), "0.80"),
        ((106, 100, 86, 101, 99, 103, 97, 113, 112, 110), (7, 27, 2, 50, 28, 29, 20, 12, 6, 17), "-0.18"),
        ((1, 1, 2), (1, 2, 3), "0.87"),
        ((1, 1, 1), (1, 2, 3), None),
    ],
    ids=["by hand: 1 - 6 × 4 / 120", "Spearman's own example of IQ and television", "a tie", "no spread"],
)
def test_rank_correlations_come_out_as_in_textbooks(
    first: tuple[int, ...], second: tuple[int, ...], correlation: str | None
) -> None:
    expected = None if correlation is None else Decimal(correlation)
    assert rank_correlation(numbers(*first), numbers(*second)) == expected


def test_equal_scores_share_their_rank() -> None:
    assert ranks(numbers(30, 10, 30, 20)) == [7, 2, 7, 4]


def test_the_order_of_cards_changes_nothing() -> None:
    cards = [card(place, place % 7, 90 - place % 5) for place in range(MINIMUM_CARDS + 5)]
    assert audit(rules(), cards).pairs == audit(rules(), reversed(cards)).pairs


def test_a_card_of_nothing_known_is_audited() -> None:
    judgement = judged(facts())
    found = audit(judgement.framework, [judgement])
    assert (found.cards, found.graded, found.flips) == (1, 0, 0)
