"""T02: of every hundred shares, how many lead to an owner whom everybody can name."""

from decimal import Decimal
from itertools import count
from typing import Any

import pytest

from compliance.evaluation.criteria import MEASURES
from compliance.evaluation.criteria.ownership import HoldingFact, StakeFact, traced_equity
from compliance.evaluation.facts import TABLES
from compliance.evaluation.framework_files import FOLDER, read_folder
from compliance.public_pages.owners import Owners, shown
from tests.compliance.evaluation.builders import day, facts

PERU = [one.framework for one in read_folder(FOLDER, MEASURES) if one.framework.code == "peru-recommended-policies"]
RULE = max(PERU, key=lambda one: one.version).indicator("T02")
STATE: dict[str, Any] = {"state_owned": True}
LISTED: dict[str, Any] = {"listed_on": "Lima"}
PERSON: dict[str, Any] = {"owner_kind": "person"}
numbers = count(1)


def share(owner: str, percent: float, of: str = "", **columns: Any) -> Any:
    """A share of the mine, or of a company, as an authority says; the owner is a company where nothing else is said."""
    told: dict[str, Any] = {
        **{"owner": owner, "owner_key": owner, "owner_kind": "company", "owner_country": "PE"},
        **{"state_owned": False, "listed_on": "", "starts_on": day("2020-01-01"), "voice": "authority"},
        **{"share_percent": Decimal(str(percent))},
        **columns,
    }
    if of:
        return HoldingFact(record=f"holding/{next(numbers)}", company=of, company_key=of, **told)
    return StakeFact(record=f"stake/{next(numbers)}", **told)


def traced(*rows: Any) -> Any:
    """What the measure makes of shares."""
    stakes, holdings = ([row for row in rows if isinstance(row, table)] for table in (StakeFact, HoldingFact))
    return traced_equity(facts(stakes=stakes, holdings=holdings), RULE)


def test_the_worked_example_counts_82_and_leaves_open_the_rest() -> None:
    found = traced(share("a", 62, **STATE), share("b", 20, **LISTED), share("c", 18))
    assert [found.value, found.low, found.high] == [82, 82, 100]
    assert found.missing == ("last-owners-unknown",)


def test_nothing_on_record_is_unknown_and_not_zero() -> None:
    found = traced()
    assert (found.value, found.low, found.high, found.missing) == (None, None, None, ("no-owners",))


def test_what_is_known_of_companies_says_nothing_of_a_mine_without_owners() -> None:
    assert traced(share("b", 100, of="a", **STATE)).value is None


@pytest.mark.parametrize(("through", "counts"), [(20, 10), (19.99, 0)])
def test_people_count_from_a_tenth_of_the_mine_on_by_all_ways_together(through: float, counts: int) -> None:
    found = traced(share("a", 20), share("b", through, of="a", **PERSON), share("b", 6, **PERSON))
    assert found.value == counts
    assert ("small-owners" in found.flags) == (counts == 0)


def test_straw_owners_below_the_share_of_the_law_count_nothing() -> None:
    found = traced(*(share(f"p{number}", 9.99, **PERSON) for number in range(10)), share("s", 0.1, **STATE))
    assert [found.value, found.low, found.high] == [Decimal("0.1")] * 3
    assert found.flags == ("small-owners",)


@pytest.mark.parametrize("public", [STATE, LISTED, {"owner_kind": "agency"}])
def test_nobody_asks_who_is_behind_a_state_or_a_listed_company(public: dict[str, Any]) -> None:
    found = traced(share("a", 100, **public), share("b", 60, of="a"))
    assert [found.value, found.missing] == [100, ()]


@pytest.mark.parametrize("by_itself", ["stake", "holding"])
def test_the_company_s_word_without_a_paper_counts_nothing_and_raises_the_best_case(by_itself: str) -> None:
    words: dict[str, dict[str, Any]] = {"stake": {}, "holding": {}, by_itself: {"voice": "company"}}
    told = [share("a", 100, **words["stake"]), share("b", 100, of="a", **STATE, **words["holding"])]
    found = traced(*told)
    assert [found.value, found.low, found.high] == [0, 0, 100]
    assert found.missing == ("owners-told-only",)
    on_paper = [
        share("a", 100, voice="company", evidence=1),
        share("b", 100, of="a", **STATE, voice="company", evidence=1),
    ]
    assert traced(*on_paper).value == 100


def test_the_page_says_as_known_what_the_rule_counts_and_by_itself_what_the_company_alone_says() -> None:
    stakes = (share("s", 40, **STATE), share("a", 30), share("p", 20, **PERSON, voice="company"))
    behind = (share("l", 50, of="a", **LISTED), share("b", 90, of="s"))
    page: Any = shown(Owners(stakes, behind), "Mine")
    assert [page["known"], page["only_told"], page["unknown"]] == ["55", "20", "25"]
    assert [percent for _kind, _country, percent in page["ends"]] == ["40", "15", "20", "25"]
    assert traced(*stakes, *behind).value == 55


def test_companies_that_own_each_other_lead_nowhere() -> None:
    found = traced(share("a", 100), share("b", 100, of="a"), share("a", 100, of="b"))
    assert [found.value, found.high] == [0, 100]
    assert found.flags == ("circle-of-owners",)


def test_more_than_all_of_a_company_is_said_and_counts_nothing() -> None:
    found = traced(share("a", 100), share("b", 60, of="a", **STATE), share("c", 50, of="a", **LISTED))
    assert [found.value, found.flags] == [0, ("more-than-all",)]


def test_an_organisation_of_which_nobody_says_what_it_is_is_no_last_owner() -> None:
    assert traced(share("a", 100, owner_kind="other")).value == 0
    assert traced(share("a", 100, owner_kind="community_body")).value == 100


def test_what_the_company_alone_says_of_small_owners_leaves_nothing_open_above() -> None:
    found = traced(share("s", 95, **STATE), share("p", 5, **PERSON, voice="company"))
    assert [found.value, found.low, found.high] == [95, 95, 95]


def test_a_few_owners_hang_side_by_side_and_more_are_indented() -> None:
    few = tuple(share(f"o{number}", 20) for number in range(4))
    two_behind = (share("x", 60, of="o1"), share("y", 40, of="o1"))
    assert [step.ends for step in shown(Owners(few, two_behind), "Mine")["tree"]] == [1, 2, 1, 1, 1]  # type: ignore[attr-defined]
    assert shown(Owners(few, ()), "Mine")["hangs"] is True
    assert shown(Owners(few, two_behind), "Mine")["hangs"] is False


def test_a_share_is_of_every_year_on_whose_last_day_it_is_held() -> None:
    belongs = TABLES[HoldingFact].years.belongs
    assert [year for year in range(2018, 2024) if belongs([2020, 2022], year)] == [2020, 2021]
    assert [year for year in range(2018, 2024) if belongs([None, 2020], year)] == [2018, 2019]
    assert belongs([2020, None], 2023)
