"""Whose word counts: what the recipient states or a paper proves; a bare word only raises the best case."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from compliance.evaluation.counted import counted
from compliance.evaluation.criteria import MEASURES
from compliance.evaluation.facts import CommitmentFact, ObligationFact, PaymentFact
from compliance.evaluation.framework import Framework, FrameworkError, parse
from compliance.evaluation.framework_files import FOLDER, read_folder
from compliance.evaluation.scoring import judge
from tests.compliance.evaluation.builders import day, facts

PERU = {
    file.framework.version: file.framework
    for file in read_folder(FOLDER, MEASURES)
    if file.framework.code == "peru-recommended-policies"
}
RULES = PERU[3]
DUE = day("2025-06-30")
PAPER: dict[str, Any] = {"recipient_voice": "community", "recipient_known_by": "assembly", "recipient_files": 1}
TOLD: dict[str, Any] = {"recipient_voice": "community", "recipient_known_by": "told"}
BANK: dict[str, Any] = {"company_known_by": "bank", "company_files": 1}


def paid(amount: int | None = 100, received: int | None = None, **columns: Any) -> PaymentFact:
    """One payment of the sum that was due, on its day."""
    said: dict[str, Any] = {"company_amount": amount, "recipient_amount": received}
    sums = {name: None if number is None else Decimal(number) for name, number in said.items()}
    usual: dict[str, Any] = {
        "record": "disbursement/1",
        "obligation": "obligation/1",
        "currency": "PEN",
        "paid_on": DUE,
    }
    return PaymentFact(**(usual | sums | columns))


def outcome(code: str, *payments: PaymentFact, rules: Framework = RULES, as_of: str | None = "2025-08-14") -> Any:
    """What a rule makes of payments of 100 soles that were due; untyped, to compare decimals with plain numbers."""
    owed = ObligationFact(
        record="obligation/1",
        payer="the mine",
        recipient="the community",
        basis="agreement",
        amount=Decimal(100),
        currency="PEN",
        due_on=DUE,
    )
    known = facts(obligations=[owed], as_of=day(as_of) if as_of else None).with_rows(PaymentFact, payments)
    return judge(rules, known).outcome(code)


def span(one: Any) -> tuple[object, ...]:
    """The figure, and the scores between which it could lie."""
    value = one.measured.value
    return (None if value is None else int(value), int(one.worst or 0), int(one.best or 0))


@pytest.mark.parametrize(
    ("payment", "shown", "most", "sure"),
    [
        (paid(100), 0, 100, False),
        (paid(100, **BANK), 100, 100, True),
        (paid(100, company_known_by="bank"), 0, 100, False),
        (paid(100, company_known_by="told", company_files=1), 0, 100, False),
        (paid(100, company_known_by="public"), 100, 100, True),
        (paid(100, 100, **PAPER), 100, 100, True),
        (paid(100, 40, **PAPER), 40, 100, True),
        (paid(40, 100, **PAPER), 40, 100, True),
        (paid(100, 100, **TOLD), 0, 100, False),
        (paid(100, 40, **TOLD, **BANK), 40, 100, True),
        (paid(100, 0, **TOLD), 0, 100, False),
        (paid(None, 100, **PAPER), 100, 100, True),
        (paid(100, 100, recipient_voice="company", recipient_files=1), 0, 100, False),
        (paid(100, 100, **PAPER | {"recipient_voice": "committee"}), 0, 100, False),
        (paid(0), 0, 0, True),
        (paid(100, 100), 100, 100, True),
    ],
)
def test_what_counts_of_a_payment_follows_from_whose_word_it_is(
    payment: PaymentFact, shown: int, most: int, sure: bool
) -> None:
    found: Any = counted(payment, bare_words=False)
    assert (found.shown, found.most, found.sure) == (shown, most, sure)


def test_a_payment_of_which_nobody_says_how_much_counts_for_nothing_known() -> None:
    assert counted(paid(None), bare_words=False) is None
    assert counted(paid(None, 100, recipient_voice="company"), bare_words=False) is None


def test_where_bare_words_count_the_payers_day_counts_and_else_the_recipients() -> None:
    later = day("2025-09-28")
    for payment, days in (
        (paid(100, received_on=later), (DUE,)),
        (paid(100, paid_on=None, received_on=later), (later,)),
        (paid(100, paid_on=None), ()),
    ):
        found = counted(payment, bare_words=True)
        assert found is not None
        assert found.days == days


@pytest.mark.parametrize("code", ["R01", "R02", "R04"])
def test_a_payers_bare_word_earns_nothing_and_only_raises_the_best_case(code: str) -> None:
    bare = outcome(code, paid(100, purpose="health"))
    assert bare.state == "unknown"
    assert (bare.worst, bare.best) == (0, 100)
    assert "word-only" in bare.measured.missing
    proven = outcome(code, paid(100, purpose="health", **BANK))
    assert (proven.state, proven.score, proven.worst) == ("scored", 100, 100)
    assert "word-only" not in proven.measured.missing


@pytest.mark.parametrize("code", ["R01", "R02", "R04"])
def test_the_first_rules_took_the_payers_word_and_still_do(code: str) -> None:
    first = outcome(code, paid(100, purpose="health"), rules=PERU[1])
    assert (first.state, first.score) == ("scored", 100)


def test_where_the_sides_differ_the_lower_sum_counts_and_the_range_spans_both() -> None:
    assert span(outcome("R01", paid(100, 96, **PAPER))) == (96, 60, 100)
    assert "sides-differ" in outcome("R01", paid(100, 96, **PAPER)).measured.flags
    assert "sides-differ" not in outcome("R01", paid(100, 100, **PAPER)).measured.flags


def test_what_the_community_denies_on_paper_is_known_and_bad() -> None:
    denied = outcome("R01", paid(100, 0, **PAPER))
    assert (denied.state, denied.score, denied.best) == ("scored", 0, 100)


@pytest.mark.parametrize(
    ("as_of", "value", "score"), [("2025-06-30", 0, 100), ("2025-08-14", 45, 50), ("2026-12-31", 549, 0)]
)
def test_money_due_and_not_paid_counts_with_its_days_so_far(as_of: str, value: int, score: int) -> None:
    found = outcome("R02", paid(0), as_of=as_of)
    assert (int(found.measured.value or 0), int(found.score or 0)) == (value, score)
    assert (found.worst, found.best) == (found.score, found.score)


def test_days_late_are_counted_to_the_end_of_the_year_where_facts_do_not_say_to_which_day() -> None:
    assert outcome("R02", paid(0)).measured.value == 45
    assert outcome("R02", paid(0), as_of=None).measured.value == 184


def test_of_two_days_the_later_counts_and_the_range_spans_both() -> None:
    late = paid(100, 100, received_on=day("2025-09-28"), **PAPER)
    assert span(outcome("R02", late)) == (90, 0, 100)
    assert span(outcome("R02", late, rules=PERU[1])) == (0, 100, 100), "the first rules took the company's day"


def test_of_late_money_the_sides_are_said_to_differ_only_where_a_day_is_known_and_more_than_a_bare_word_does() -> None:
    def says(payment: PaymentFact) -> tuple[Any, Any]:
        measured = outcome("R02", payment).measured
        return measured.missing, measured.flags

    assert says(paid(100, 40, **PAPER)) == ((), ("sides-differ",))
    assert says(paid(100, 40, paid_on=None, **PAPER)) == (("no-payment-date",), ())
    assert says(paid(100, 100, **PAPER)) == ((), ())
    assert says(paid(100)) == (("word-only",), ())


def test_a_promise_that_somebody_was_told_is_kept_is_not_known_to_be_kept() -> None:
    def kept(**columns: Any) -> Any:
        usual: dict[str, Any] = {"community_says": "fulfilled", "confirmed_on": DUE, "voice": "monitor"}
        promise = CommitmentFact(record="commitment/1", due_on=DUE, **(usual | columns))
        return judge(RULES, facts(commitments=[promise])).outcome("P03")

    assert kept(community_known_by="told", evidence=1).state == "unknown"
    assert kept(community_known_by="assembly").state == "unknown"
    assert kept(community_known_by="assembly", evidence=1).score == 100
    assert kept(voice="company", evidence=1).state == "unknown"
    assert kept(community_known_by="told", community_says="not_fulfilled").score == 0
    assert kept(authority_says="fulfilled", community_known_by="told").score == 100


def test_a_policy_on_fewer_indicators_than_the_minimum_has_no_letter_and_enough_have_one() -> None:
    promise = CommitmentFact(record="commitment/1", due_on=DUE, community_says="fulfilled", confirmed_on=DUE)
    assert judge(RULES, facts(commitments=[promise])).policy("PAR").grade == "?"
    assert judge(PERU[1], facts(commitments=[promise])).policy("PAR").grade == "A"
    full = outcome("R01", paid(100, 100, purpose="health", **PAPER))
    assert full.score == 100


def test_what_nobody_measures_is_named_and_what_is_measured_is_not() -> None:
    named = {one.code for one in RULES.not_looked_at}
    assert {"E02", "P01", "T02"} <= named
    assert named.isdisjoint(one.code for one in RULES.indicators)
    assert len(named) + len(RULES.indicators) == 40
    assert PERU[1].not_looked_at == ()


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        (
            {"looks_at": ["tea-leaves"]},
            "looks_at: column tea-leaves is none of amendments, arrears, as-of, decisions, exonerations, expected, first-days, "
            "owners, parties, payers, replacements, self-identification, stratum, studies, suppliers, testimony, workforce",
        ),
        ({"catalogue": [{"code": "X1", "policy": "NO", "names": {"en": "x", "es": "x"}}]}, "X1: there is no policy NO"),
        ({"catalogue": [{"code": "X1", "policy": "REV", "names": {"en": "x"}}]}, "X1: no text in es"),
        ({"sources": RULES.to_json()["sources"][1:]}, "framework: no source for minimum_coverage"),
    ],
)
def test_a_framework_that_looks_at_what_is_not_there_is_refused(change: dict[str, Any], refusal: str) -> None:
    with pytest.raises(FrameworkError, match=refusal):
        parse(RULES.to_json() | change)


def test_what_somebody_was_told_is_no_second_account_to_reconcile_by_version_4() -> None:
    """A monitor who types both sides without a paper makes no agreement (R05)."""
    on_paper, told = paid(100, 100, **PAPER), paid(100, 100, **TOLD)
    assert outcome("R05", told, rules=RULES).measured.value == 0  # as version 3 had it
    found = outcome("R05", told, rules=PERU[4])
    assert found.measured.value is None
    assert found.worst == 0
    assert {"word-only", "one-side-silent"} <= set(found.measured.missing)
    assert outcome("R05", on_paper, rules=PERU[4]).measured.value == 0
    assert "word-only" not in outcome("R05", on_paper, rules=PERU[4]).measured.missing


def test_a_recipient_that_said_nothing_is_silent_and_its_word_is_no_bare_one() -> None:
    silent = [paid(100, 90, recipient_voice="company"), paid(100, **TOLD)]
    for entry, missing in ((silent[0], set()), (silent[1], set()), (paid(100, 90, **TOLD), {"word-only"})):
        found = outcome("R05", entry, rules=PERU[4]).measured.missing
        assert {*found} - {"no-list"} == {"one-side-silent", *missing}
