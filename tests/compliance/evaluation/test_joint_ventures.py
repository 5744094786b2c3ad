"""J01 and J02: do the partners account for all of a mine and its figures, and what do the nation and communities own."""

from decimal import Decimal
from itertools import count
from typing import Any

import pytest

from compliance.evaluation.criteria import MEASURES
from compliance.evaluation.criteria.joint_ventures import (
    AgreedShareFact,
    FigureBasisFact,
    national_equity,
    parts_told,
)
from compliance.evaluation.criteria.ownership import HoldingFact, StakeFact
from compliance.evaluation.criteria.production import ProductionFact
from compliance.evaluation.framework_files import FOLDER, read_folder
from tests.compliance.evaluation.builders import day, employment, facts
from tests.compliance.evaluation.test_ownership import LISTED, PERSON, STATE, share

PERU = [one.framework for one in read_folder(FOLDER, MEASURES) if one.framework.code == "peru-recommended-policies"]
NEWEST = max(PERU, key=lambda one: one.version)
PARTNERS = (share("a", 62.5), share("b", 22.5), share("c", 15))
BARE: dict[str, Any] = {"voice": "company"}
ABROAD: dict[str, Any] = {"owner_country": "CN"}
COMMUNITY: dict[str, Any] = {"owner_kind": "community_body"}
EMPLOYMENT = (employment(),)
numbers = count(1)


def basis(
    declared: str = "whole", of: str = "employment", until: str = "2025-12-31", **columns: Any
) -> FigureBasisFact:
    """What figures from the beginning of the year on are about, as a monitor read."""
    days = {"period_start": day("2025-01-01"), "period_end": day(until)}
    told: dict[str, Any] = {"voice": "monitor", **days, **columns}
    return FigureBasisFact(record=f"figure-basis/{next(numbers)}", of=of, declared=declared, **told)


def parts(*rows: Any, figures: Any = EMPLOYMENT, **more: Any) -> Any:
    """What J01 makes of shares, and of what is said of the figures."""
    tables = {"stakes": StakeFact, "holdings": HoldingFact, "figure-bases": FigureBasisFact}
    told = {name: [row for row in rows if isinstance(row, table)] for name, table in tables.items()}
    known = facts(employment=figures, **told, **more)
    return parts_told(known, NEWEST.indicator("J01"))


def test_the_worked_example_adds_up_and_says_what_its_figures_are_about() -> None:
    found = parts(*PARTNERS, basis())
    assert (found.value, found.passes, found.missing, found.flags) == (100, True, (), ())


@pytest.mark.parametrize(("rest", "adds_up"), [("14.98", False), ("14.99", True), ("15", True)])
def test_shares_add_up_within_a_hundredth_and_below_that_partners_are_unknown(rest: str, adds_up: bool) -> None:
    found = parts(*PARTNERS[:2], share("c", float(rest)), basis())
    assert found.passes is (True if adds_up else None)
    assert found.missing == (() if adds_up else ("partners-unknown",))


def test_nothing_on_record_is_unknown() -> None:
    found = parts(basis())
    assert (found.passes, found.value, found.missing) == (None, None, ("no-owners",))


def test_one_owner_of_all_has_no_partners_when_a_paper_shows_it_and_is_unknown_when_only_the_company_says_it() -> None:
    assert not parts(share("a", 60, **STATE), share("a", 40, **STATE)).applicable
    bare = parts(share("a", 100, **STATE, **BARE), basis())
    assert (bare.applicable, bare.passes, bare.missing) == (True, None, ("owners-told-only",))


@pytest.mark.parametrize("companies", [("x",), ("x", "y")])
def test_behind_one_company_that_holds_all_its_owners_are_the_partners(companies: tuple[str, ...]) -> None:
    chain = [share("x", 100), *(share("y", 100, of="x") for _company in companies[1:])]
    holders = [share(one.owner, float(one.share_percent), of=companies[-1]) for one in PARTNERS]
    found = parts(*chain, *holders, basis())
    assert (found.applicable, found.value, found.passes) == (True, 100, True)
    assert {row.record for row in (*chain, *holders)} < {*found.records}
    assert parts(*chain, *holders[:2], basis()).missing == ("partners-unknown",)
    assert parts(*chain, basis()).missing == ("partners-unknown",)
    assert not parts(*chain, share("p", 100, of=companies[-1], **PERSON)).applicable
    assert parts(*chain, share("p", 100, of=companies[-1], **PERSON, **BARE), basis()).missing == ("owners-told-only",)


def test_companies_that_hold_all_of_each_other_have_no_partners_that_anybody_knows() -> None:
    found = parts(share("x", 100), share("y", 100, of="x"), share("x", 100, of="y"), basis())
    assert (found.applicable, found.passes, found.missing) == (True, None, ("partners-unknown",))


def test_to_name_one_partner_alone_is_unknown_and_no_better_than_to_name_all() -> None:
    found = parts(share("a", 62.5), basis())
    assert (found.passes, found.missing) == (None, ("partners-unknown",))


def test_a_share_by_bare_word_leaves_it_unknown_whether_shares_add_up() -> None:
    found = parts(*PARTNERS[:2], share("c", 15, **BARE), basis())
    assert (found.passes, found.missing) == (None, ("owners-told-only",))


@pytest.mark.parametrize(
    ("bases", "passes", "code"),
    [
        ([], None, "no-basis"),
        ([basis("share")], True, ""),
        ([basis(of="purchases")], None, "no-basis"),
        ([basis(until="2025-12-30")], None, "no-basis"),
        ([basis(**BARE)], None, "basis-bare-word"),
        ([basis(**BARE, evidence=1)], True, ""),
        ([basis("not-said")], False, "basis-not-said"),
        ([basis("not-said", **BARE)], None, "basis-bare-word"),
        ([basis(), basis("share")], None, "bases-differ"),
        ([basis(), basis("not-said")], False, "basis-not-said"),
        ([basis(), basis("not-said", **BARE)], True, ""),
        ([basis(reporter="Minera Puka Willka")], True, ""),
        ([basis(reporter="Another company")], None, "no-basis"),
        ([basis(), basis("share", reporter="Another company")], True, ""),
        ([basis(), basis("share", reporter="Minera Puka Willka")], None, "bases-differ"),
    ],
)
def test_each_return_says_what_it_is_about(bases: Any, passes: bool | None, code: str) -> None:
    found = parts(*PARTNERS, *bases)
    assert found.passes is passes
    assert found.missing + found.flags == ((code,) if code else ())


def test_every_kind_of_figures_is_asked_and_a_year_without_figures_is_unknown() -> None:
    produced = ProductionFact(
        record="production-return/1",
        producer="a",
        mineral="copper",
        unit="t",
        period_start=day("2025-01-01"),
        period_end=day("2025-06-30"),
    )
    assert parts(*PARTNERS, basis(), production=[produced]).passes is None
    assert parts(*PARTNERS, basis(), basis("share", of="production"), production=[produced]).passes
    assert parts(*PARTNERS, basis(), figures=()).missing == ("no-figures",)


def test_what_is_known_to_be_broken_is_broken_whatever_else_is_unknown() -> None:
    found = parts(*PARTNERS[:2], basis("not-said"))
    assert (found.passes, found.value, found.missing) == (False, 85, ("partners-unknown",))


def test_a_return_about_days_of_two_years_is_asked_in_each() -> None:
    days: dict[str, Any] = {"period_start": day("2024-07-01"), "period_end": day("2025-06-30"), "carried": True}
    fiscal = (employment(**days),)
    assert parts(*PARTNERS, figures=fiscal).missing == ("no-basis",)
    assert parts(*PARTNERS, basis(**days), figures=fiscal).passes


def agreed(percent: float | None = 15, **columns: Any) -> AgreedShareFact:
    """A share that was agreed, as an authority says."""
    told: dict[str, Any] = {"agreed_on": day("2020-01-01"), "voice": "authority", **columns}
    share = None if percent is None else Decimal(str(percent))
    return AgreedShareFact(record=f"agreed-share/{next(numbers)}", agreed_percent=share, **told)


def equity(*rows: Any) -> Any:
    """What J02 makes of shares of a mine in Peru."""
    tables = {"stakes": StakeFact, "holdings": HoldingFact, "agreed-shares": AgreedShareFact}
    known = facts(**{name: [row for row in rows if isinstance(row, table)] for name, table in tables.items()})
    return national_equity(known, NEWEST.indicator("J02"))


def test_the_worked_example_counts_the_6_of_a_community() -> None:
    found = equity(agreed(), share("a", 6, **COMMUNITY), share("b", 94, **STATE, **ABROAD))
    assert [found.value, found.low, found.high] == [6, 6, 6]
    assert found.missing == ()


@pytest.mark.parametrize(
    ("owner", "counts"),
    [
        (STATE, True),
        (PERSON, True),
        (COMMUNITY, True),
        (COMMUNITY | ABROAD, True),
        (STATE | LISTED, True),
        (LISTED, False),
        (STATE | ABROAD, False),
        (PERSON | ABROAD, False),
    ],
)
def test_the_nation_and_communities_count_and_nobody_else(owner: Any, counts: bool) -> None:
    found = equity(agreed(), share("a", 10, **owner), share("b", 90, **STATE, **ABROAD))
    assert found.value == found.high == (10 if counts else 0)


def test_a_company_of_the_country_counts_by_its_owners() -> None:
    rows = (share("a", 20), share("b", 80, **STATE, **ABROAD))
    unknown = equity(agreed(), *rows)
    assert [unknown.value, unknown.high, unknown.missing] == [0, 20, ("owners-not-traced",)]
    assert equity(agreed(), *rows, share("c", 100, of="a", **PERSON, **ABROAD)).high == 0
    assert equity(agreed(), *rows, share("c", 50, of="a", **PERSON), share("d", 50, of="a", **COMMUNITY)).value == 20


def test_an_owner_without_a_country_may_be_of_the_nation() -> None:
    found = equity(agreed(), share("a", 30, **PERSON, owner_country=""), share("b", 70, **STATE, **ABROAD))
    assert [found.value, found.high, found.missing] == [0, 30, ("owners-not-traced",)]


def test_what_only_the_company_says_of_its_owners_does_not_count() -> None:
    found = equity(agreed(), share("a", 30, **COMMUNITY, **BARE), share("b", 70, **STATE, **ABROAD))
    assert [found.value, found.low, found.high] == [0, 0, 30]
    assert found.missing == ("owners-told-only",)


@pytest.mark.parametrize(
    ("row", "applies", "missing"),
    [
        (agreed(0, evidence=1), False, ()),
        (agreed(0, voice="monitor", opens=True), False, ()),
        (agreed(0), True, ("none-agreed-bare-word",)),
        (agreed(0, voice="community"), True, ("none-agreed-bare-word",)),
        (agreed(0, voice="company", evidence=1), True, ("none-agreed-bare-word",)),
        (agreed(0, voice="committee", evidence=1), True, ("none-agreed-bare-word",)),
        (agreed(0, voice="unknown"), True, ("none-agreed-bare-word",)),
        (agreed(0.01), True, ("no-owners",)),
        (agreed(None, evidence=1), True, ("no-owners",)),
    ],
)
def test_it_does_not_apply_where_somebody_else_shows_that_none_was_agreed(
    row: Any, applies: bool, missing: tuple[str, ...]
) -> None:
    found = equity(row)
    assert (found.applicable, found.value, found.missing) == (applies, None, missing)


def test_whether_a_share_was_agreed_is_unknown_where_nobody_says_it() -> None:
    found = equity(share("a", 30, **COMMUNITY))
    assert (found.applicable, found.value, found.missing) == (True, None, ("no-agreed-share",))
