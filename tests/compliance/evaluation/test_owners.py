"""The chain of owners: shares are multiplied to the last owners, and what is not known is said."""

from decimal import Decimal, localcontext

import pytest
from hypothesis import given
from hypothesis import strategies as st

from compliance.evaluation.owners import MINE, Chain, DirectShare, chain_of

KEYS = "abcdef"


def chain(last: str, *told: str) -> Chain:
    """``a<b 50``: b holds half of a; ``<a 100``: a holds the whole mine. Letters of `last` are last owners."""
    shares = []
    for text in told:
        names, percent = text.split()
        of, owner = names.split("<")
        shares.append(DirectShare(of=of, owner=owner, percent=Decimal(percent)))
    return chain_of(shares, set(last))


def test_shares_are_multiplied_through_any_number_of_companies() -> None:
    found = chain("d", "<a 62.5", "a<b 80", "b<c 50", "c<d 100")
    assert found.total == {"a": Decimal("62.5"), "b": 50, "c": 25, "d": 25}
    assert found.last == {"d": 25}
    assert found.unknown == {MINE: Decimal("37.5"), "a": Decimal("12.5"), "b": 25}
    assert [found.traced, found.untraced] == [25, 75]


def test_what_one_owner_holds_directly_and_by_two_ways_is_added_up() -> None:
    found = chain("c", "<a 40", "<b 40", "<c 20", "a<c 50", "b<c 25")
    assert found.direct == {"a": 40, "b": 40, "c": 20}
    assert found.total["c"] == 50
    assert found.last == {"c": 50}


def test_the_smallest_shares_of_a_long_chain_stay_exact() -> None:
    long = [f"{of}<{owner} 0.0001" for of, owner in zip(["", *KEYS[:2]], KEYS[:3], strict=True)]
    assert chain("c", *long).last == {"c": Decimal("1e-16")}


def test_of_a_mine_without_owners_nobody_knows_anything() -> None:
    assert chain("").unknown == {MINE: 100}
    assert chain("").traced == 0


def test_a_company_without_owners_on_record_is_a_gap_and_a_last_owner_is_none() -> None:
    assert chain("a", "<a 62", "<b 38").unknown == {"b": 38}
    assert chain("ab", "<a 62", "<b 38").untraced == 0


def test_the_rest_of_a_last_owner_is_its_own_and_what_others_hold_of_it_is_theirs() -> None:
    assert chain("ab", "<a 100", "a<b 45").last == {"a": 55, "b": 45}


@pytest.mark.parametrize(("percent", "exceeded"), [("40", {}), ("40.0001", {"a": Decimal("100.0001")})])
def test_more_than_all_of_a_company_is_said_and_not_followed(percent: str, exceeded: dict[str, Decimal]) -> None:
    found = chain("bc", "<a 100", "a<b 60", f"a<c {percent}")
    assert found.exceeded == exceeded
    assert found.unknown == ({"a": 100} if exceeded else {})


def test_of_a_last_owner_of_which_more_than_all_is_held_nobody_knows_what_is_its_own() -> None:
    found = chain("abc", "<a 100", "a<b 60", "a<c 50")
    assert found.unknown == {"a": 100}
    assert not found.last


def test_more_than_all_of_the_mine_is_said_and_not_followed() -> None:
    found = chain("ab", "<a 60", "<b 60")
    assert found.exceeded == {MINE: 120}
    assert found.unknown == {MINE: 100}
    assert found.traced == 0


def test_companies_that_own_each_other_whole_end_in_a_circle_and_have_no_more_than_all() -> None:
    found = chain("", "<a 100", "a<b 100", "b<a 100")
    assert found.circles == (("a", "b"),)
    assert [found.circling, found.traced] == [100, 0]
    assert found.total == {"a": 100, "b": 100}


def test_what_leaves_a_circle_is_traced_and_is_in_it_once() -> None:
    found = chain("c", "<a 80", "<b 20", "a<b 10", "a<c 90", "b<a 100")
    assert found.circles == (("a", "b"),)
    assert [found.last, found.untraced] == [{"c": 100}, 0]
    assert found.total == {"a": 100, "b": 28, "c": 100}


def test_a_circle_ends_alike_whatever_else_is_on_record() -> None:
    told = ["<a 100", "a<b 50", "a<c 50", "b<a 100"]
    assert chain("c", *told, "e<f 100") == chain("c", *told)


def test_what_is_cut_off_along_a_long_chain_is_no_gap() -> None:
    parted = [f"{of}<{owner}" for of, owner in zip(["", *KEYS[:3]], KEYS[:4], strict=True)]
    found = chain("df", *(f"{one} 66.6667" for one in parted), *(f"{one.split('<')[0]}<f 33.3333" for one in parted))
    assert [found.unknown, found.untraced, found.traced] == [{}, 0, 100]


def test_what_is_beside_the_chain_of_the_mine_is_not_in_it() -> None:
    found = chain("", "<a 100", "b<c 100", "c<b 100", "d<e 60", "d<f 60")
    assert found.total == {"a": 100}
    assert not found.circles
    assert not found.exceeded


shares = st.builds(
    DirectShare,
    of=st.sampled_from([MINE, *KEYS]),
    owner=st.sampled_from(KEYS),
    percent=st.decimals("0.0001", 100, places=4),
)


@given(st.lists(shares, max_size=12), st.sets(st.sampled_from(KEYS)), st.integers(1, 30))
def test_last_owners_gaps_and_circles_add_up_to_all_of_it_in_any_order_and_arithmetic(
    told: list[DirectShare], last: set[str], precision: int
) -> None:
    found = chain_of(told, last)
    assert sum(found.last.values()) + sum(found.unknown.values()) + found.circling == 100
    assert found.traced == sum(found.last.values())
    assert all(part >= 0 for part in (*found.last.values(), *found.unknown.values(), found.circling))
    assert not (found.circling and not found.circles)
    with localcontext() as context:
        context.prec = precision
        assert chain_of(reversed(told), last) == found
