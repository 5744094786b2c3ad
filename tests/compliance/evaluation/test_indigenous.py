"""L02: whether as many of every hundred workers are indigenous as of the people around the mine."""

from __future__ import annotations

from decimal import Decimal
from functools import cache
from typing import Any

import pytest

from compliance.evaluation.criteria import MEASURES
from compliance.evaluation.criteria.indigenous import CensusShareFact, indigenous_parity
from compliance.evaluation.facts import EmploymentFact
from compliance.evaluation.framework import Framework
from compliance.evaluation.framework_files import FOLDER, read_folder
from compliance.evaluation.judgement import WITHHELD
from compliance.evaluation.scoring import judge
from compliance.evaluation.shown_results import judge_shown
from compliance.evaluation.small_numbers import HIDDEN_COUNTS, cover
from tests.compliance.evaluation.builders import day, displayed, employment, facts, indicator

SURE = {"voice": "authority"}


def share(percent: Any = 20, year: int = 2017, **said: Any) -> CensusShareFact:
    names: dict[str, Any] = {"record": f"census-share/{percent}{year}"}
    return CensusShareFact(**(names | SURE | said), census_year=year, indigenous_percent=Decimal(percent))


def figure(*shares: CensusShareFact, **workers: Any) -> Any:
    """The parity with its range, what is not known, and what a reader should know."""
    returns = [employment(**{"total_fte": 100, "indigenous_fte": 10} | workers)]
    return told(facts(employment=returns, **{"census-shares": shares}))


def told(known: Any) -> Any:
    found = indigenous_parity(known, indicator("L03"))
    return (found.value, found.low, found.high), found.missing, found.flags


def test_96_of_780_workers_are_six_tenths_of_the_census_share() -> None:
    known = facts(employment=[employment(total_fte=780, indigenous_fte=96)], **{"census-shares": [share()]})
    found = indigenous_parity(known, indicator("L03"))
    assert found.value is not None
    assert displayed(found.value, 3) == Decimal("0.615")
    assert found.numerator is not None
    assert (displayed(found.numerator, 2), found.denominator) == (Decimal("12.31"), Decimal(20))
    assert (found.low, found.high) == (found.value, found.value)
    assert found.records == (known[CensusShareFact][0].record, known[EmploymentFact][0].record)


@pytest.mark.parametrize(
    ("shares", "workers", "found", "missing", "flags"),
    [
        ([share(20)], {}, (0.5, 0.5, 0.5), (), ()),
        ([share(20)], {"indigenous_fte": 0}, (0, 0, 0), (), ()),
        ([share(20)], {"indigenous_fte": 100}, (5, 5, 5), (), ()),
        ([share("0.01")], {}, (1000, 1000, 1000), (), ()),
        ([], {}, (None,) * 3, ("no-census-share",), ()),
        ([share(20)], {"indigenous_fte": None}, (None,) * 3, ("no-indigenous-figure",), ()),
        ([share(20)], {"indigenous_fte": -3}, (None,) * 3, ("no-indigenous-figure",), ()),
        ([share(20)], {"total_fte": None}, (None,) * 3, ("no-total",), ()),
        ([share(20)], {"total_fte": 0, "indigenous_fte": 0}, (None,) * 3, (), ()),
        ([share(20)], {"total_fte": 9, "indigenous_fte": 9}, (5, 5, 5), (), ("small-base",)),
        ([share(20), share(8)], {}, (0.5, 0.5, 1.25), (), ("census-shares-differ",)),
        ([share(20), share(0)], {}, (0.5, 0.5, None), (), ("census-shares-differ",)),
        ([share(40, 2007), share(20, 2017)], {}, (0.5, 0.5, 0.5), (), ()),
        ([share(5, 2017), share(20, 2007)], {}, (2, 2, 2), (), ()),
        ([share(20, voice="company")], {}, (None,) * 3, ("census-bare-word",), ()),
        ([share(20, voice="unknown")], {}, (None,) * 3, ("census-bare-word",), ()),
        ([share(20, voice="company", evidence=1)], {}, (0.5, 0.5, 0.5), (), ()),
        ([share(20, voice="company", opens=True)], {}, (0.5, 0.5, 0.5), (), ()),
        ([share(1, voice="company"), share(20)], {}, (0.5, 0.5, 0.5), (), ()),
        ([share(1, 2024, voice="company"), share(20)], {}, (0.5, 0.5, 0.5), (), ()),
        ([share(20, 2024, voice="company"), share(20)], {}, (0.5, 0.5, 0.5), (), ()),
        ([share(40, 2017, voice="company"), share(20)], {}, (0.5, 0.5, 0.5), (), ()),
        ([share(40, 2024, voice="company"), share(20)], {}, (0.5, 0.25, 0.5), (), ("newer-census-bare-word",)),
        ([share(40, 2024, voice="company"), share(0)], {}, (None,) * 3, ("census-bare-word",), ()),
        ([share(0, voice="company", evidence=1)], {}, (None,) * 3, ("nobody-without-authority",), ()),
        ([share(0, voice="community", evidence=1)], {}, (None,) * 3, ("nobody-without-authority",), ()),
    ],
)
def test_the_newest_census_of_which_more_than_a_bare_word_speaks_is_what_workers_are_compared_with(
    shares: Any, workers: Any, found: Any, missing: Any, flags: Any
) -> None:
    assert figure(*shares, **workers) == (
        tuple(None if one is None else Decimal(str(one)) for one in found),
        missing,
        flags,
    )


@pytest.mark.parametrize("others", [[], [share(0, voice="company", evidence=1)], [share(9, 2007)]])
def test_where_an_authority_says_that_the_census_says_0_there_is_nothing_to_be_compared_with(others: Any) -> None:
    known = facts(employment=[employment(total_fte=100, indigenous_fte=10)], **{"census-shares": [share(0), *others]})
    found = indigenous_parity(known, indicator("L03"))
    assert (found.applicable, found.reason, found.value) == (False, "nobody-in-census", None)
    assert set(found.records) == {one.record for one in known[CensusShareFact] if one.census_year == 2017}


def test_a_newer_census_by_a_bare_word_is_among_the_records_of_the_figure() -> None:
    newer = share(40, 2024, voice="company")
    known = facts(employment=[employment(total_fte=100, indigenous_fte=10)], **{"census-shares": [newer, share(20)]})
    assert newer.record in indigenous_parity(known, indicator("L03")).records


def test_a_bare_word_that_nobody_is_indigenous_takes_nothing_out() -> None:
    assert figure(share(0, voice="company"))[1] == ("census-bare-word",)
    known = facts(employment=[employment(total_fte=100)], **{"census-shares": [share(0, voice="company")]})
    assert indigenous_parity(known, indicator("L03")).applicable


def test_returns_that_do_not_say_it_count_nobody_and_leave_the_best_case_open() -> None:
    silent = employment(employer="Contratista", total_fte=100, indigenous_fte=None)
    known = facts(employment=[employment(total_fte=100, indigenous_fte=10), silent], **{"census-shares": [share()]})
    assert told(known) == ((Decimal("0.25"), Decimal("0.25"), Decimal("2.75")), ("no-indigenous-figure",), ())


def test_two_returns_are_added_before_dividing_and_of_returns_that_overlap_the_longest_counts() -> None:
    own, other = employment(total_fte=60, indigenous_fte=6), employment(employer="B", total_fte=40, indigenous_fte=14)
    assert told(facts(employment=[own, other], **{"census-shares": [share()]}))[0] == (1, 1, 1)
    again = employment(total_fte=50, indigenous_fte=50, period_end=day("2025-03-31"))
    (value, low, high), missing, flags = told(facts(employment=[own, again], **{"census-shares": [share()]}))
    assert (value, low, high) == (Decimal("0.5"), 0, 5)
    assert (missing, flags) == ((), ("returns-overlap",))


def test_quarters_count_by_their_days_and_days_that_nobody_reports_on_open_the_range() -> None:
    first = employment(total_fte=100, indigenous_fte=10, period_end=day("2025-06-30"))
    assert told(facts(employment=[first], **{"census-shares": [share()]})) == (
        (Decimal("0.5"), 0, 5),
        (),
        ("period-not-covered",),
    )


@cache
def newest_rules() -> Framework:
    """The first version of the policies that judges by it."""
    found = [file.framework for file in read_folder(FOLDER, MEASURES)]
    return next(one for one in found if (one.code, one.version) == ("peru-recommended-policies", 8))


def shown(indigenous: int, total: int = 100) -> Any:
    """What a document shows of these workers, and what it comes to."""
    returns = [employment(record="employment-return/1", total_fte=total, indigenous_fte=indigenous)]
    census = share(record="census-share/1")
    known = facts(employment=returns, **{"census-shares": [census]}).seen_by(newest_rules().looks_at)
    left, covered = cover(known, {})
    return left, covered, judge_shown(newest_rules(), left, covered)


@pytest.mark.parametrize("few", [1, 2, 3, 4])
def test_neither_facts_nor_results_tell_how_few_workers_are_indigenous_or_are_not(few: int) -> None:
    for those, others in ((shown(few), shown(1)), (shown(100 - few), shown(99))):
        assert those == others
        parity = those[2].outcome("L02")
        assert (parity.score, parity.measured.value, parity.grade) == (None, None, WITHHELD)
        assert HIDDEN_COUNTS in parity.measured.flags
        assert parity.measured.numerator is None


def test_a_count_that_is_shown_is_judged_and_older_rules_do_not_see_it() -> None:
    exact = shown(50)[2].outcome("L02")
    assert exact.measured.value == Decimal("2.5")
    known = facts(employment=[employment(total_fte=100, indigenous_fte=3)], **{"census-shares": [share()]})
    older = known.seen_by(frozenset(newest_rules().looks_at) - {"self-identification"})
    assert [row.indigenous_fte for row in older[EmploymentFact]] == [None]
    assert judge(newest_rules(), older).outcome("L02").measured.value is None
