"""R01, R02, R04, R05: what was owed, what was paid, when, for what, and what both sides say."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

from compliance.evaluation.criteria import MEASURES
from compliance.evaluation.facts import Facts
from tests.compliance.evaluation.builders import (
    MILLION,
    bounds,
    day,
    facts,
    indicator,
    measured,
    obligation,
    outcome,
    payment,
    score,
)


def paid(owed: str, company: str | None, recipient: str | None = None, **given: object) -> Facts:
    due = obligation(Decimal(owed) * MILLION)
    entry = payment(
        due,
        company_amount=Decimal(company) * MILLION if company else None,
        recipient_amount=Decimal(recipient) * MILLION if recipient else None,
        **given,
    )
    return facts(obligations=[due], payments=[entry])


def test_nine_point_sixty_two_of_ten_million_paid() -> None:
    known = paid("10", "9.62")
    assert measured("R01", known).value == Decimal("96.2")
    assert score("R01", known) == 62


def test_the_recipients_word_stands_where_the_company_says_nothing() -> None:
    known = paid("10", None, "9.62")
    assert score("R01", known) == 62
    assert measured("R01", known).flags == ("one-sided",)


def test_paying_one_community_twice_does_not_hide_that_another_got_nothing() -> None:
    one, other = obligation(100), obligation(100, recipient="Tikapata")
    known = facts(
        obligations=[one, other],
        payments=[payment(one, company_amount=200), payment(other, company_amount=0)],
    )
    assert measured("R01", known).value == 50


def test_an_obligation_of_which_nobody_speaks_is_not_shown_to_be_paid() -> None:
    one, silent = obligation(100), obligation(100)
    known = facts(obligations=[one, silent], payments=[payment(one, company_amount=96)])
    found = measured("R01", known)
    assert (found.value, found.low, found.high) == (48, 48, 98)
    assert bounds("R01", known) == (0, 80)
    assert found.missing == ("no-payment-recorded",)


def test_an_obligation_paid_in_part_with_one_unknown_amount() -> None:
    due = obligation(100)
    known = facts(obligations=[due], payments=[payment(due, company_amount=40), payment(due)])
    found = measured("R01", known)
    assert (found.value, found.low, found.high) == (40, 40, 100)


def test_nothing_known_withholds_the_grade_and_says_what_is_missing() -> None:
    found = outcome("R01", facts(obligations=[obligation(100)]))
    assert (found.state, found.score, found.grade) == ("unknown", None, "?")
    assert outcome("R01", facts()).measured.missing == ("nothing-due",)


def test_a_zero_that_somebody_states_is_measured() -> None:
    due = obligation(100)
    found = outcome("R01", facts(obligations=[due], payments=[payment(due, company_amount=0)]))
    assert (found.state, found.score, found.best) == ("scored", 0, 0)


def test_soles_and_dollars_are_never_added_and_the_weaker_one_counts() -> None:
    soles, dollars = obligation(1000), obligation(10, currency="USD")
    known = facts(
        obligations=[soles, dollars],
        payments=[payment(soles, company_amount=1000), payment(dollars, company_amount=Decimal("9.5"))],
    )
    found = measured("R01", known)
    assert (found.value, found.decided_by) == (95, "USD")
    assert {part.name for part in found.breakdown} == {"PEN", "USD", "PEN confirmed", "USD confirmed"}


def test_a_payment_in_another_currency_shows_nothing_without_a_rate() -> None:
    due = obligation(100)
    found = measured("R01", facts(obligations=[due], payments=[payment(due, currency="USD", company_amount=30)]))
    assert found.value is None
    assert "other-currency" in found.missing


def test_what_falls_due_in_another_year_is_judged_there() -> None:
    due = obligation(100, due_on=day("2026-01-01"))
    assert measured("R01", facts(obligations=[due], payments=[payment(due, company_amount=1)])).missing == (
        "nothing-due",
    )


def test_both_sides_stand_beside_each_other_in_the_breakdown() -> None:
    found = measured("R01", paid("10", "9.62", "9.48"))
    values = {part.name: part.value for part in found.breakdown}
    assert values == {"PEN": Decimal("96.2"), "PEN confirmed": Decimal("94.8")}
    assert found.flags == ("sides-differ",)


def test_part_of_the_money_came_45_days_late() -> None:
    on_time, late = obligation(6 * MILLION), obligation(Decimal("3.62") * MILLION)
    known = facts(
        obligations=[on_time, late],
        payments=[
            payment(on_time, company_amount=6 * MILLION, paid_on=day("2025-06-30")),
            payment(late, company_amount=Decimal("3.62") * MILLION, paid_on=day("2025-08-14")),
        ],
    )
    assert round(measured("R02", known).value or Decimal(0), 1) == Decimal("16.9")
    assert score("R02", known) == Decimal("81.2")


def test_an_early_payment_does_not_make_up_for_a_late_one() -> None:
    early, late = obligation(100), obligation(100)
    known = facts(
        obligations=[early, late],
        payments=[
            payment(early, company_amount=100, paid_on=day("2025-05-01")),
            payment(late, company_amount=100, received_on=day("2025-07-30")),
        ],
    )
    assert measured("R02", known).value == 15


def test_a_payment_without_a_date_may_have_come_on_time_or_never() -> None:
    late, undated = obligation(100), obligation(100)
    known = facts(
        obligations=[late, undated],
        payments=[
            payment(late, company_amount=100, paid_on=day("2025-07-30")),
            payment(undated, company_amount=100),
        ],
    )
    found = measured("R02", known)
    assert (found.value, found.low, found.high) == (30, 15, None)
    assert bounds("R02", known) == (0, Decimal("83.3"))
    assert found.missing == ("no-payment-date",)


def test_a_payment_of_which_nobody_says_how_much_leaves_the_lateness_open() -> None:
    late, unsaid = obligation(100), obligation(100)
    dated = payment(late, company_amount=100, paid_on=day("2025-07-30"))
    for paid_on in (None, day("2025-07-30")):
        found = measured("R02", facts(obligations=[late, unsaid], payments=[dated, payment(unsaid, paid_on=paid_on)]))
        assert (found.value, found.low, found.high, found.missing) == (30, 0, None, ("no-amount",))


def test_lateness_is_unknown_where_nothing_is_dated() -> None:
    due = obligation(100)
    assert outcome("R02", facts(obligations=[due])).state == "unknown"
    assert outcome("R02", facts(obligations=[due], payments=[payment(due, company_amount=5)])).state == "unknown"
    nothing = facts(obligations=[due], payments=[payment(due, company_amount=0, paid_on=day("2025-06-30"))])
    assert measured("R02", nothing).missing == ("nothing-paid",)


def test_eight_point_one_of_nine_point_sixty_two_million_for_priorities() -> None:
    due = obligation(10 * MILLION)
    known = facts(
        obligations=[due],
        payments=[
            payment(due, company_amount=3 * MILLION, purpose="health"),
            payment(due, company_amount=3 * MILLION, purpose="education"),
            payment(due, company_amount=Decimal("2.1") * MILLION, purpose="infrastructure"),
            payment(due, company_amount=Decimal("1.52") * MILLION, purpose="other"),
        ],
    )
    assert score("R04", known) == Decimal("85.5")


def test_money_of_unknown_purpose_does_not_count_and_raises_the_best_case() -> None:
    known = facts(payments=[payment(company_amount=70, purpose="health"), payment(company_amount=30)])
    found = measured("R04", known)
    assert (found.value, found.low, found.high) == (70, 70, 100)


def test_a_health_payment_of_unknown_amount_can_only_raise_the_share() -> None:
    known = facts(
        payments=[
            payment(company_amount=70, purpose="health"),
            payment(company_amount=30, purpose="other"),
            payment(purpose="health"),
        ]
    )
    found = measured("R04", known)
    assert (found.value, found.low, found.high) == (70, 70, 100)


def test_a_purpose_that_nobody_stated_is_unknown_and_not_other() -> None:
    assert outcome("R04", facts(payments=[payment(company_amount=70)])).state == "unknown"
    assert outcome("R04", facts(payments=[payment(company_amount=70, purpose="other")])).state == "scored"
    assert measured("R04", facts()).missing == ("no-payment-recorded",)
    assert measured("R04", facts(payments=[payment(company_amount=0, purpose="health")])).missing == ("nothing-paid",)


def test_the_company_says_9_62_and_the_communities_9_48_million() -> None:
    known = paid("10", "9.62", "9.48")
    assert round(measured("R05", known).value or Decimal(0), 2) == Decimal("1.48")
    assert score("R05", known) == Decimal("94.7")


def test_gaps_in_opposite_directions_do_not_cancel() -> None:
    known = facts(
        payments=[
            payment(company_amount=110, recipient_amount=100),
            payment(company_amount=90, recipient_amount=100),
        ]
    )
    assert measured("R05", known).value == 10


def test_one_side_alone_never_scores_100() -> None:
    alone = outcome("R05", paid("10", "9.62"))
    assert (alone.state, alone.score) == ("unknown", None)
    assert "one-sided" in alone.measured.flags
    beside = facts(payments=[payment(company_amount=100, recipient_amount=100), payment(company_amount=100)])
    assert bounds("R05", beside) == (0, 100)
    assert "one-sided" in measured("R05", beside).flags


def test_a_payment_of_which_neither_side_states_the_amount_could_drown_any_gap() -> None:
    agreed, disputed = (
        payment(company_amount=100, recipient_amount=100),
        payment(company_amount=50, recipient_amount=0),
    )
    alone = payment(company_amount=100)
    silent = payment()
    known = measured("R05", facts(payments=[agreed, disputed, alone]))
    assert (known.value, known.low, known.high) == (50, 25, None)
    assert measured("R05", facts(payments=[agreed, disputed, silent])).low == 0


def test_recipients_who_got_nothing_are_a_gap_of_everything() -> None:
    assert measured("R05", facts(payments=[payment(company_amount=5, recipient_amount=0)])).value == 100
    assert measured("R05", facts(payments=[payment(company_amount=0, recipient_amount=0)])).value == 0


def test_a_case_opens_only_above_both_the_percentage_and_the_floor() -> None:
    def flags(company: int, recipient: int, currency: str) -> Any:
        entry = payment(company_amount=company, recipient_amount=recipient, currency=currency)
        return measured("R05", facts(payments=[entry])).flags

    assert flags(20_000_000, 19_600_000, "PEN") == ("reconciliation-case",)
    assert flags(20_000_000, 19_630_000, "PEN") == ()
    assert flags(20_000_000, 19_880_000, "USD") == ()
    assert flags(20_000_000, 19_680_000, "USD") == ("reconciliation-case",)
    assert flags(1_000, 1, "USD") == ()
    assert flags(20_000_000, 1, "CNY") == ()


def test_a_payment_without_an_obligation_counts_in_the_period_it_was_reported_for() -> None:
    late = payment(company_amount=5, recipient_amount=5, paid_on=day("2026-03-01"))
    assert measured("R05", facts(payments=[late])).value == 0


def test_a_repayment_that_both_sides_state_alike_is_agreed() -> None:
    """Money paid back is a figure below zero, and not a silence."""
    found = outcome("R05", facts(payments=[payment(company_amount=-100, recipient_amount=-100)]))
    assert (found.state, found.score, found.measured.flags) == ("scored", 100, ())
    contradicted = facts(payments=[payment(company_amount=-5, recipient_amount=5)])
    assert measured("R05", contradicted).value == 200


def test_money_that_was_paid_back_was_not_paid() -> None:
    due = obligation(100)
    entries = [payment(due, company_amount=100, purpose="health", paid_on=day("2025-06-30"))]
    returned = payment(due, company_amount=-40, purpose="health", paid_on=day("2025-09-30"))
    known = facts(obligations=[due], payments=[*entries, returned])
    assert (measured("R01", known).value, measured("R01", known).high) == (60, 60)
    assert (measured("R02", known).value, measured("R02", known).missing) == (0, ("part-unpaid",))
    assert measured("R04", known).denominator == 60


def test_a_payment_that_was_paid_back_as_a_whole_was_spent_on_nothing() -> None:
    entries = [payment(company_amount=amount, purpose="health") for amount in (50, -80)]
    assert measured("R04", facts(payments=entries)).missing == ("nothing-paid",)


def test_a_payment_of_which_neither_amount_nor_purpose_is_known_may_move_the_share_both_ways() -> None:
    entries = [payment(company_amount=70, purpose="health"), payment(company_amount=30, purpose="other"), payment()]
    found = measured("R04", facts(payments=entries))
    assert (found.value, found.low, found.high) == (70, 0, 100)


def test_money_for_other_purposes_of_unknown_amount_can_only_lower_the_share() -> None:
    entries = [payment(company_amount=70, purpose="health"), payment(company_amount=30, purpose="other")]
    known = facts(payments=[*entries, payment(purpose="other")])
    assert (measured("R04", known).value, measured("R04", known).low, measured("R04", known).high) == (70, 0, 70)


def test_one_sol_paid_on_its_day_says_nothing_about_the_unpaid_rest() -> None:
    due = obligation(10 * MILLION)
    known = facts(obligations=[due], payments=[payment(due, company_amount=1, paid_on=day("2025-06-30"))])
    found = measured("R02", known)
    assert (found.value, found.low, found.high, found.missing) == (0, 0, None, ("part-unpaid",))
    assert score("R02", known) == 100
    assert bounds("R02", known) == (0, 100)


def test_what_is_stated_as_not_paid_leaves_the_lateness_of_the_rest_open() -> None:
    kept, unpaid = obligation(100), obligation(100)
    known = facts(
        obligations=[kept, unpaid],
        payments=[
            payment(kept, company_amount=100, paid_on=day("2025-07-30")),
            payment(unpaid, company_amount=0),
        ],
    )
    found = measured("R02", known)
    assert (found.value, found.low, found.high, found.missing) == (30, 15, None, ("nothing-paid",))


def test_a_word_of_both_about_one_sol_is_no_word_about_ten_million() -> None:
    agreed = payment(company_amount=1, recipient_amount=1)
    alone = payment(company_amount=10 * MILLION)
    known = facts(payments=[agreed, alone])
    assert measured("R05", known).value == 0
    assert score("R05", known) == 0
    assert bounds("R05", known) == (0, 100)


def test_nine_of_ten_equal_payments_stated_by_both_score_at_most_90() -> None:
    agreed = [payment(company_amount=100, recipient_amount=100) for _ in range(9)]
    assert score("R05", facts(payments=[*agreed, payment(company_amount=100)])) == 90
    assert score("R05", facts(payments=[*agreed, payment(company_amount=0)])) == 90
    assert score("R05", facts(payments=agreed)) == 100


def test_much_money_of_which_the_recipient_alone_speaks_leaves_little_that_both_state() -> None:
    agreed = payment(company_amount=100, recipient_amount=100)
    assert score("R05", facts(payments=[agreed, payment(recipient_amount=900)])) == 10


def test_a_currency_of_which_one_side_alone_speaks_is_the_weakest() -> None:
    soles = payment(company_amount=100, recipient_amount=100)
    dollars = payment(company_amount=100, currency="USD")
    known = facts(payments=[soles, dollars])
    assert score("R05", known) == 0
    assert bounds("R05", known) == (0, 100)


def test_a_case_opens_a_cent_above_the_limit_and_not_at_it() -> None:
    """At the percentage and far above the floor, at the floor and far above the percentage, and a cent above each."""

    def opens(company: str, recipient: str) -> bool:
        entry = payment(company_amount=company, recipient_amount=recipient, currency="USD")
        return "reconciliation-case" in measured("R05", facts(payments=[entry])).flags

    assert [opens(company, "20000000") for company in ("20200000", "20200000.01")] == [False, True]
    assert [opens(company, "1000000") for company in ("1100000", "1100000.01")] == [False, True]


def test_the_first_and_the_last_day_belong_to_the_year() -> None:
    for due_on, value in (("2024-12-31", None), ("2025-01-01", 100), ("2025-12-31", 100), ("2026-01-01", None)):
        due = obligation(100, due_on=day(due_on))
        known = facts(obligations=[due], payments=[payment(due, company_amount=100)])
        assert measured("R01", known).value == value, due_on


def test_a_payment_in_another_currency_is_not_the_whole_story() -> None:
    due = obligation(100)
    known = facts(
        obligations=[due], payments=[payment(due, company_amount=50), payment(due, currency="USD", company_amount=10)]
    )
    found = measured("R01", known)
    assert (found.value, found.low, found.high) == (50, 50, 100)
    assert "other-currency" in found.missing
    own = measured("R01", facts(obligations=[due], payments=[payment(due, company_amount=50)]))
    assert (own.value, own.low, own.high, own.missing) == (50, 50, 50, ())


def test_what_was_paid_names_every_obligation_and_payment_that_it_rests_on() -> None:
    one, other = obligation(100), obligation(200, recipient="Tikapata")
    entries = [payment(one, company_amount=100), payment(other, company_amount=150)]
    known = facts(obligations=[one, other], payments=entries)
    for code in ("R01", "R02"):
        assert set(measured(code, known).records) == {one.record, other.record, *(entry.record for entry in entries)}


def test_flags_of_the_two_sides_stand_where_they_differ_or_one_is_silent_and_nowhere_else() -> None:
    flags = {
        ("9", "9"): set(),
        ("9", "8"): {"sides-differ"},
        ("9", None): {"one-sided"},
        (None, "9"): {"one-sided"},
    }
    for (company, recipient), expected in flags.items():
        found = set(measured("R01", paid("10", company, recipient)).flags)
        assert found & {"sides-differ", "one-sided"} == expected


def test_without_a_limit_or_without_a_floor_no_case_opens() -> None:
    rule = indicator("R05")
    entry = payment(company_amount=20_000_000, recipient_amount=1, currency="PEN")
    for name in ("case_percent", "case_floor"):
        without = replace(rule, parameters=tuple(one for one in rule.parameters if one.name != name))
        assert MEASURES[rule.measure](facts(payments=[entry]), without).flags == ()


def test_a_payment_without_an_amount_is_not_said_to_be_in_another_currency() -> None:
    owed = obligation(100)
    found = measured("R02", facts(obligations=[owed], payments=[payment(owed)]))
    assert found.missing == ("no-amount",)
