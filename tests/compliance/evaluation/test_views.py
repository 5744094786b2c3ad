"""The same outcomes rolled up again by how far the law binds and by who owes what is asked."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

from compliance.evaluation.criteria import MEASURES
from compliance.evaluation.facts import ObligationFact
from compliance.evaluation.framework import Framework
from compliance.evaluation.framework_files import FOLDER, read_folder
from compliance.evaluation.judgement import Judgement, Override
from compliance.evaluation.scoring import judge
from compliance.evaluation.views import View, by_duty_bearer, by_obligation_level, of_the_state
from tests.compliance.evaluation.builders import day, exempt, facts, kept, obligation, payment
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


# What the State owes


def version_4() -> Framework:
    return max(
        (one.framework for one in read_folder(FOLDER, MEASURES) if one.framework.code == "peru-recommended-policies"),
        key=lambda framework: framework.version,
    )


def owes(number: int, **columns: Any) -> ObligationFact:
    return obligation(1_000_000, record=f"obligation/{number}", **columns)


ON_PAPER: dict[str, Any] = {"recipient_voice": "community", "recipient_known_by": "receipt", "recipient_files": 1}


def test_what_the_state_owes_has_a_view_of_its_own_and_counts_nowhere_else() -> None:
    own, of_state = owes(1), owes(2, payer_is="agency")
    paid = payment(own, recipient_amount=1_000_000, received_on=day("2025-06-30"), **ON_PAPER)
    short = payment(of_state, recipient_amount=950_000, received_on=day("2025-06-30"), payer_is="agency", **ON_PAPER)
    known = facts(obligations=[own, of_state], payments=[paid, short], as_of=day("2025-12-31"))
    view = of_the_state(version_4(), known)
    assert view is not None
    assert (view.name, [one.code for one in view.judgement.outcomes]) == ("state", ["R01", "R02"])
    assert view.judgement.outcome("R01").score == 50
    assert judge(version_4(), known).outcome("R01").measured.value == 100


def test_an_authority_alone_does_not_confirm_what_the_state_promised() -> None:
    promise = kept(community_says=None, authority_says="fulfilled", promised_by="state", voice="authority")
    view = of_the_state(version_4(), facts(commitments=[promise]))
    assert view is not None
    assert view.judgement.outcome("P03").state == "unknown"
    answered = kept(community_known_by="assembly", evidence=1, promised_by="state", voice="authority")
    confirmed = of_the_state(version_4(), facts(commitments=[answered]))
    assert confirmed is not None
    assert confirmed.judgement.outcome("P03").score == 100


def test_where_the_state_owes_and_promised_nothing_there_is_no_view_of_it() -> None:
    assert of_the_state(version_4(), facts(obligations=[owes(1)], commitments=[kept()])) is None
