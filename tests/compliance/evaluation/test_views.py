"""The same outcomes rolled up again by how far the law binds and by who owes what is asked."""

from dataclasses import replace
from decimal import Decimal

from compliance.evaluation.framework import Framework
from compliance.evaluation.judgement import Judgement, Override
from compliance.evaluation.scoring import judge
from compliance.evaluation.views import View, by_duty_bearer, by_obligation_level
from tests.compliance.evaluation.builders import exempt, facts
from tests.compliance.evaluation.test_scoring import a_framework, an_indicator


def rules() -> Framework:
    """Two indicators that the law requires, one of which the State owes, and one of good practice."""
    indicators = [
        an_indicator("A1", "A", obligation_level="legal"),
        an_indicator("A2", "A", obligation_level="expected"),
        an_indicator("B1", "B", obligation_level="legal", duty_bearer="state"),
    ]
    return replace(a_framework(indicators, {"A": 1, "B": 3}), minimum_indicators=0)


def card(a1: int | None, a2: int | None, b1: int | None, *exempted: str) -> Judgement:
    scores = {"A1": a1, "A2": a2, "B1": b1}
    given = [Override(indicator=code, score=Decimal(n), reason="given") for code, n in scores.items() if n is not None]
    return judge(rules(), facts(exemptions=[exempt(code) for code in exempted]), given)


def scores(views: list[View]) -> dict[str, Decimal | None]:
    return {one.name: one.judgement.score for one in views}


def test_each_part_is_rolled_up_with_the_weights_of_the_whole() -> None:
    whole = card(100, 50, 20)
    assert whole.score == Decimal("33.75")
    assert scores(by_obligation_level(whole)) == {"legal": 40, "expected": 50}
    assert scores(by_duty_bearer(whole)) == {"company": 75, "state": 20}


def test_nothing_kept_is_zero_and_nothing_known_is_no_score() -> None:
    assert scores(by_duty_bearer(card(0, 0, None))) == {"company": 0, "state": None}
    unknown = by_duty_bearer(card(0, 0, None))[1].judgement
    assert unknown.grade == "?"
    assert (unknown.worst, unknown.best) == (Decimal(0), Decimal(100))


def test_a_part_of_which_nothing_applies_has_no_grade_and_no_range() -> None:
    state = by_duty_bearer(card(100, 50, None, "B1"))[1].judgement
    assert (state.score, state.grade, state.worst, state.best) == (None, None, None, None)


def test_a_whole_of_one_part_is_seen_as_it_is() -> None:
    whole = judge(replace(rules(), indicators=rules().indicators[:1]), facts())
    [view] = by_obligation_level(whole)
    assert view.judgement == whole


def test_a_gate_caps_the_part_that_it_belongs_to_and_no_other() -> None:
    first, *others = rules().indicators
    gated = replace(rules(), indicators=(replace(first, gate=Decimal(44)), *others))
    failed = judge(gated, facts(), [Override(indicator="A1", score=Decimal(0), reason="given")])
    capped = {one.name: one.judgement.capped_by for one in by_obligation_level(failed)}
    assert capped == {"legal": ("A1",), "expected": ()}
