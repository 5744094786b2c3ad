"""I01: how much of the works that were planned by the end of the year was done, by what each is to cost."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from compliance.evaluation.criteria.shared_works import SharedWorkFact, WorkProgressFact, works_on_schedule
from compliance.evaluation.facts import ExpectedFact, Facts
from compliance.evaluation.scoring import judge
from tests.compliance.evaluation.builders import day, facts, indicator
from tests.compliance.evaluation.test_games import VERSIONS

BARE: dict[str, Any] = {"voice": "company"}
PAPER: dict[str, Any] = {"voice": "company", "evidence": 1}
COMMUNITY: dict[str, Any] = {"voice": "community"}


def work(number: int = 1, value: int | None = 100, **given: Any) -> SharedWorkFact:
    """A road that was to be done in June 2025."""
    usual: dict[str, Any] = {"record": f"shared-work/{number}", "facility": "road", "currency": "PEN"}
    usual |= {"planned_from": day("2024-01-01"), "planned_until": day("2025-06-30")}
    return SharedWorkFact(**usual | {"planned_value": None if value is None else Decimal(value)} | given)


def done(percent: int | None, of: int = 1, on: str = "2025-12-31", planned: int | None = None, **given: Any) -> Any:
    """What somebody, usually an authority, says of how far a work is."""
    usual: dict[str, Any] = {"record": f"work-progress/{of}-{on}-{given.get('voice', '')}", "work": f"shared-work/{of}"}
    figures = {"actual_percent": percent, "planned_percent": planned}
    decimals = {name: None if figure is None else Decimal(figure) for name, figure in figures.items()}
    return WorkProgressFact(**usual | {"as_of": day(on), "voice": "authority"} | decimals | given)


def known(*rows: Any) -> Facts:
    """Facts of these works and reports."""
    works = [row for row in rows if isinstance(row, SharedWorkFact)]
    reports = [row for row in rows if isinstance(row, WorkProgressFact)]
    return facts(**{"shared-works": works, "work-progress": reports})


def figure(*rows: Any) -> Any:
    """The share with its range, what is not known and what a reader should know."""
    measured: Any = works_on_schedule(known(*rows), indicator("L03"))
    return (measured.value, measured.low, measured.high), measured.missing, measured.flags


NEXT_YEAR: dict[str, Any] = {"planned_until": day("2026-06-30")}


@pytest.mark.parametrize(
    ("rows", "found", "missing"),
    [
        ((work(), done(80)), (80, 80, 80), ()),
        ((work(planned_until=day("2025-12-31")), done(80)), (80, 80, 80), ()),
        ((work(**NEXT_YEAR), done(28, planned=40)), (70, 70, 70), ()),
        ((work(**NEXT_YEAR), done(50, planned=40)), (100, 100, 100), ()),
        ((work(**NEXT_YEAR), done(28)), (28, 28, 100), ("no-schedule-of-work",)),
        ((work(**NEXT_YEAR), done(28), done(None, planned=30, **BARE)), (28, 28, 100), ("no-schedule-of-work",)),
        ((work(**NEXT_YEAR), done(28, planned=40, on="2024-12-31")), (28, 28, 100), ("no-schedule-of-work", "old-progress-of-work")),
        ((work(planned_until=None), done(28, planned=40)), (28, 28, 100), ("no-schedule-of-work",)),
        ((work(**NEXT_YEAR, planned_from=None), done(28, planned=40)), (70, 0, 100), ("no-first-day-of-work",)),
        ((work(planned_from=None), done(80)), (80, 80, 80), ()),
        ((work(), done(80, on="2024-12-31")), (80, 80, 100), ("old-progress-of-work",)),
        ((work(), done(100, on="2024-12-31")), (100, 100, 100), ()),
        ((work(),), (None, None, None), ("no-progress-of-work",)),
        ((work(value=None), done(80)), (None, None, None), ("no-value-of-work",)),
        ((work(value=-1), done(80)), (None, None, None), ("no-value-of-work",)),
        ((), (None, None, None), ("no-work",)),
    ],
)  # fmt: skip
def test_what_was_done_is_compared_with_what_was_planned_by_the_end_of_the_year(
    rows: Any, found: Any, missing: Any
) -> None:
    assert figure(*rows)[:2] == (found, missing)


@pytest.mark.parametrize(
    ("on", "planned", "found"),
    [
        ("2025-12-31", 40, (70, 70, 70)),
        ("2025-09-30", 40, ("46.5", 28, 100)),
        ("2025-01-01", 0, ("41.8", 28, 100)),
    ],
)
def test_a_plan_of_an_earlier_day_of_the_year_goes_on_in_a_straight_line_to_its_end(
    on: str, planned: int, found: Any
) -> None:
    """Of 273 days from 30 September to the last planned day 92 are of this year: 40 and 60 × 92 ÷ 273 were planned."""
    (value, low, high), _missing, flags = figure(
        work(planned_from=day("2025-01-01"), **NEXT_YEAR), done(28, on=on, planned=planned)
    )
    assert (round(value), round(low), high) == (round(Decimal(found[0])), found[1], found[2])
    assert flags == (() if on == "2025-12-31" else ("plan-is-reckoned",))


@pytest.mark.parametrize(
    ("rows", "value"),
    [
        ((done(80),), 80),
        ((done(80, **PAPER), done(28, **COMMUNITY)), 28),
        ((done(80, **PAPER), done(28, **COMMUNITY, on="2025-03-12")), 28),
        ((done(80, **PAPER), done(28, **COMMUNITY, on="2024-03-12")), 80),
        ((done(80, **COMMUNITY), done(28, **COMMUNITY, on="2025-03-12")), 80),
        ((done(80, **COMMUNITY), done(100, on="2026-02-01")), 80),
    ],
)
def test_of_what_each_side_says_last_in_the_year_the_least_counts(rows: Any, value: int) -> None:
    assert figure(work(), *rows)[0][0] == value


def test_what_a_side_said_last_in_an_earlier_year_leaves_the_worst_case_open() -> None:
    found = figure(work(), done(100, **PAPER, on="2025-02-01"), done(40, **COMMUNITY, on="2024-12-31"))
    assert found == ((100, 40, 100), (), ("sides-differ-on-work",))


def test_where_sides_differ_the_best_case_is_what_the_other_one_says_and_a_reader_is_told() -> None:
    found, missing, flags = figure(work(), done(80, **PAPER), done(28, **COMMUNITY))
    assert (found, missing, flags) == ((28, 28, 80), (), ("sides-differ-on-work",))


def test_a_bare_word_of_the_company_shows_nothing() -> None:
    assert figure(work(), done(80, voice="company"))[:2] == ((None, None, None), ("no-progress-of-work",))
    assert figure(work(), done(80, voice="company"), done(50))[0] == (50, 50, 50)
    assert figure(work(), done(80, voice="company", opens=True))[0] == (80, 80, 80)


def test_each_work_counts_by_its_value_and_for_no_more_than_was_planned_of_it() -> None:
    rows = (work(1, 300), done(100, planned=50), work(2, 100, **NEXT_YEAR), done(90, of=2, planned=40))
    assert figure(*rows, work(3, 60), done(0, of=3))[0] == (85, 85, 85)


def test_a_work_without_a_value_opens_the_range_of_the_others() -> None:
    assert figure(work(), done(80), work(2, None), done(10, of=2))[:2] == ((80, 0, 100), ("no-value-of-work",))


def test_the_currency_with_the_lowest_share_counts() -> None:
    measured: Any = works_on_schedule(
        known(work(), done(80), work(2, currency="USD"), done(60, of=2)), indicator("L03")
    )
    assert (measured.value, measured.decided_by, measured.numerator, measured.denominator) == (60, "USD", 60, 100)


@pytest.mark.parametrize(
    "given",
    [
        {"open_to": "mine"},
        {"payer_is": "agency"},
        {"payer_is": "regulator"},
        {"planned_from": day("2026-01-01"), **NEXT_YEAR},
    ],
)
def test_works_of_the_mine_alone_of_the_state_and_of_later_years_do_not_count(given: dict[str, Any]) -> None:
    if given.get("planned_from"):
        assert figure(work(**given), done(10))[1] == ("no-work",)
    else:
        told = {"voice": "authority"} | given
        assert works_on_schedule(known(work(**told), done(10)), indicator("L03")).reason == "works-of-others"
        assert figure(work(**BARE, **given), done(10))[0] == (10, 10, 10)
    assert figure(work(**{"voice": "authority"} | given), done(10), work(2), done(90, of=2))[0] == (90, 90, 90)


@pytest.mark.parametrize(
    "given", [{"open_to": "everybody"}, {"open_to": ""}, {"payer_is": "company"}, {"planned_from": day("2025-12-31")}]
)
def test_every_other_work_counts(given: dict[str, Any]) -> None:
    assert figure(work(**given), done(10))[0][0] == 10


def test_a_work_in_place_of_taxes_counts_and_a_reader_is_told() -> None:
    assert figure(work(in_place_of_taxes=True), done(80)) == ((80, 80, 80), (), ("in-place-of-taxes",))


@pytest.mark.parametrize(("number", "score"), [(1, None), (2, "FEWER"), (0, "MORE")])
def test_the_list_names_all_works_whoever_pays_for_them(number: int, score: str | None) -> None:
    listed: dict[str, Any] = {
        "record": "expected-count/1",
        "of": "shared-works",
        "number": number,
        "voice": "authority",
    }
    days: dict[str, Any] = {"period_start": day("2025-01-01"), "period_end": day("2025-12-31")}
    rows = (work(payer_is="agency", voice="authority"), done(10))
    whole = replace(known(*rows), tables={**known(*rows).tables, ExpectedFact: (ExpectedFact(**listed, **days),)})
    outcome = judge(VERSIONS[8], whole).outcome("I01")
    assert outcome.measured.applicable is (score is not None)
    assert {one.split("-")[0].upper() for one in outcome.measured.missing} == ({score} if score else set())


def test_a_figure_names_the_works_and_all_their_reports() -> None:
    measured: Any = works_on_schedule(
        known(work(), done(80), work(2, open_to="mine", voice="authority"), done(10, of=2)), indicator("L03")
    )
    assert measured.records == ("shared-work/1", "work-progress/1-2025-12-31-")
