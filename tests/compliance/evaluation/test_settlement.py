"""Where the money that was owed is: facts about the split that pages show."""

from decimal import Decimal

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from compliance.evaluation.facts import PaymentFact
from compliance.evaluation.settlement import Settlement, settle_obligation

amounts = st.none() | st.decimals(min_value=0, max_value=1000, places=2)


def split(due: int, *sides: tuple[int | None, int | None]) -> Settlement:
    """Settle with payments of (company, recipient)."""
    return settle_obligation(Decimal(due), [payment(*side) for side in sides])


def numbers(*expected: int | None) -> list[Decimal | None]:
    """What is expected, as amounts."""
    return [None if number is None else Decimal(number) for number in expected]


def payment(company: object, recipient: object) -> PaymentFact:
    """A payment with what both sides say."""
    said = [None if amount is None else Decimal(str(amount)) for amount in (company, recipient)]
    return PaymentFact(record="disbursement/1", currency="PEN", company_amount=said[0], recipient_amount=said[1])


def test_an_obligation_of_which_nobody_says_anything_is_unknown_and_not_zero() -> None:
    found = split(100)
    assert [found.paid, found.confirmed, found.unknown, found.unpaid] == numbers(None, None, 100, 0)


def test_a_measured_zero_is_unpaid() -> None:
    found = split(100, (0, None))
    assert [found.paid, found.unpaid, found.unknown] == numbers(0, 100, 0)


def test_a_part_that_was_paid_and_confirmed_leaves_the_rest_unpaid() -> None:
    found = split(100, (60, 60))
    assert [found.confirmed, found.unpaid, found.disputed] == numbers(60, 40, 0)


def test_what_the_community_says_did_not_arrive_is_disputed() -> None:
    found = split(100, (100, 0))
    assert [found.confirmed, found.disputed, found.unpaid] == numbers(0, 100, 0)


def test_a_claim_without_an_answer_is_unanswered() -> None:
    found = split(100, (100, None))
    assert [found.confirmed, found.unanswered] == numbers(None, 100)


def test_money_beyond_what_was_owed_stands_apart_and_hides_nothing() -> None:
    found = split(100, (250, 250))
    assert [found.paid, found.confirmed, found.beyond_paid, found.beyond_confirmed] == numbers(100, 100, 150, 150)


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(st.decimals(min_value=1, max_value=1000, places=2), st.lists(st.tuples(amounts, amounts), max_size=5))
def test_every_sol_that_was_owed_is_in_exactly_one_place(due: Decimal, sides: list[tuple[object, object]]) -> None:
    found = settle_obligation(due, [payment(*side) for side in sides])
    parts = (found.confirmed or 0, found.unanswered, found.disputed, found.unpaid, found.unknown)
    assert sum(parts) == due
    assert min(parts) >= 0
