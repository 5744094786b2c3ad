"""Odd cases of closing: what is unknown, what a guarantee is worth on a day, holidays, and the gate."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from compliance.evaluation.business_days import business_days, is_holiday
from compliance.evaluation.criteria.closure import ClosureGuaranteeFact, ClosureRequirementFact, ReclamationFact
from compliance.evaluation.facts import Facts
from compliance.evaluation.scoring import judge
from tests.compliance.evaluation.builders import day, displayed, facts
from tests.compliance.evaluation.test_games import VERSIONS

RULES = VERSIONS[6]
DELAY = next(one for one in RULES.indicators if one.code == "C02")
END, NEXT_YEAR = day("2025-12-31"), day("2026-01-31")


def closing(*guarantees: dict[str, Any], required: dict[str, Any] | None = None, **period: Any) -> Facts:
    """A mine of which 20 million dollars are required, with what the authority says was posted."""
    of_year: dict[str, Any] = {"record": "closure-requirement/1", "voice": "authority", "currency": "USD"}
    usual: dict[str, Any] = {"voice": "authority", "requirement": "closure-requirement/1", "instrument": "bank"}
    usual |= {"currency": "USD", "posted_on": day("2025-01-15"), "stands_until": NEXT_YEAR}
    posted = [
        ClosureGuaranteeFact(**(usual | {"record": f"closure-guarantee/{number}"} | one))
        for number, one in enumerate(guarantees)
    ]
    needed = ClosureRequirementFact(**(of_year | {"amount": Decimal(20)} | (required or {})))
    return facts(**period, **{"closure-requirements": [needed], "closure-guarantees": posted})


def outcome(code: str, known: Facts) -> Any:
    return judge(RULES, known).outcome(code)


def ends(code: str, known: Facts) -> tuple[Any, Any, Any]:
    """The figure, and between what it lies."""
    measured = outcome(code, known).measured
    return tuple(None if one is None else displayed(one, 1) for one in (measured.value, measured.low, measured.high))  # type: ignore[return-value]


def of(amount: int | None, **columns: Any) -> dict[str, Any]:
    return {"amount": None if amount is None else Decimal(amount)} | columns


@pytest.mark.parametrize(
    ("guarantees", "found", "missing"),
    [
        ([of(25)], (100, 100, 100), ()),
        ([of(0, posted_on=None, stands_until=None)], (0, 0, 0), ()),
        ([of(12), of(8, stands_until=None)], (60, 60, 100), ("no-last-day",)),
        ([of(12), of(8, posted_on=None)], (60, 60, 100), ("no-day-posted",)),
        ([of(12), of(None)], (60, 60, 100), ("no-guarantee-amount",)),
        ([of(12), of(1, currency="PEN")], (60, 60, 100), ("guarantee-in-other-currency",)),
        ([of(12), of(4, voice="company")], (60, 60, 80), ("guarantee-bare-word",)),
        ([of(12), of(4, voice="company", evidence=1)], (80, 80, 80), ()),
        ([of(8, instrument="trust", stands_until=None)], (40, 40, 40), ()),
        ([of(20, stands_until=END)], (100, 100, 100), ()),
        ([of(20, stands_until=day("2025-12-30"))], (0, 0, 0), ()),
        ([of(20, posted_on=day("2026-01-02"))], (0, 0, 0), ()),
        ([of(20, released_on=END)], (0, 0, 0), ()),
        ([of(20, released_on=day("2026-01-01"))], (100, 100, 100), ()),
        ([of(12), of(8, stands_until=None, released_on=day("2026-01-01"))], (60, 60, 100), ("no-last-day",)),
        ([of(12), of(8, instrument="trust", stands_until=None, released_on=day("2025-07-01"))], (60, 60, 60), ()),
        ([of(20, stands_until=day("2025-12-30"), released_on=day("2026-01-10"))], (0, 0, 0), ()),
        ([of(20, currency="PEN")], (None, None, None), ("guarantee-in-other-currency",)),
        ([], (None, None, None), ("no-guarantee",)),
    ],
)
def test_the_last_day_of_the_year_is_covered_by_what_papers_show_and_at_best_by_the_rest(
    guarantees: list[dict[str, Any]], found: Any, missing: tuple[str, ...]
) -> None:
    known = closing(*guarantees)
    assert (ends("C01", known), outcome("C01", known).measured.missing) == (found, missing)


@pytest.mark.parametrize(
    ("required", "missing"),
    [
        ({"amount": None}, "no-guarantee-required"),
        ({"voice": "company"}, "requirement-bare-word"),
        ({"amount": Decimal(-1)}, "no-guarantee-required"),
        ({"amount": Decimal(0), "voice": "company", "evidence": 1}, "nothing-by-company"),
    ],
)
@pytest.mark.parametrize("code", ["C01", "C02"])
def test_what_only_the_company_says_is_required_leaves_everything_open(
    code: str, required: dict[str, Any], missing: str
) -> None:
    found = outcome(code, closing(of(20), required=required))
    assert (found.state, found.worst, found.best, found.measured.missing) == ("unknown", 0, 100, (missing,))


def test_from_the_day_of_its_release_on_a_guarantee_stands_no_more_and_each_business_day_counts() -> None:
    released = closing(of(20, posted_on=day("2025-01-02"), released_on=day("2025-12-22")))
    lapsed = closing(of(20, posted_on=day("2025-01-02"), stands_until=day("2025-12-21")))
    assert ends("C02", released) == ends("C02", lapsed)
    assert ends("C02", released)[0] > 0
    for code in ("C01", "C02"):
        assert "guarantee-ended-early" in outcome(code, released).measured.flags
    assert ends("C02", closing(of(20, posted_on=day("2025-01-02"), released_on=day("2026-01-02"))))[0] == 0


def test_where_nothing_is_required_by_the_authoritys_word_nothing_is_judged() -> None:
    known = closing(required={"amount": Decimal(0)})
    assert {outcome(code, known).reason for code in ("C01", "C02")} == {"nothing-required"}


@pytest.mark.parametrize("code", ["C01", "C02", "C03"])
def test_a_mine_is_excused_by_silence_only_where_it_is_known_not_to_operate_or_close(code: str) -> None:
    for phases in (("exploration",), ("exploration", "development")):
        assert outcome(code, facts(phases=phases)).reason == "no-closure-plan"
    silence = "no-report-on-land" if code == "C03" else "no-guarantee-required"
    for at_work in (outcome(code, facts(phases=phases)) for phases in (("operation",), ("exploration", "closure"), ())):
        assert (at_work.state, at_work.measured.missing) == ("unknown", (silence,))


@pytest.mark.parametrize(
    ("guarantee", "found", "flags"),
    [
        (of(18, stands_until=day("2025-09-30")), (90, 0, 100), ("year-not-over",)),
        (of(18, stands_until=day("2025-06-29")), (0, 0, 100), ("guarantee-ended-early", "year-not-over")),
        (of(18, stands_until=NEXT_YEAR), (90, 90, 100), ("year-not-over",)),
    ],
)
def test_while_the_year_runs_what_stands_on_the_day_is_shown_and_may_be_renewed(
    guarantee: dict[str, Any], found: Any, flags: tuple[str, ...]
) -> None:
    known = closing(guarantee, as_of=day("2025-06-30"))
    assert (ends("C01", known), outcome("C01", known).measured.flags) == (found, flags)


@pytest.mark.parametrize(("amount", "capped"), [("15.99", ("C01",)), ("16", ()), ("16.01", ())])
def test_the_gate_caps_below_80_of_100_and_not_at_it(amount: str, capped: tuple[str, ...]) -> None:
    assert judge(RULES, closing({"amount": Decimal(amount)})).capped_by == capped


@pytest.mark.parametrize(("posted_on", "fails"), [("2025-02-28", False), ("2025-03-03", True)])
def test_where_less_is_better_a_rule_fails_above_its_floor_and_not_at_it(posted_on: str, fails: bool) -> None:
    assert outcome("C02", closing(of(20, posted_on=day(posted_on)))).fails == fails


@pytest.mark.parametrize(
    ("guarantees", "fails", "at_ends"),
    [
        ([of(12), of(5, posted_on=None)], True, (True, False)),
        ([of(12), of(5, voice="company")], True, (True, False)),
        ([of(12), of(1, currency="PEN")], True, (True, False)),
        ([of(12), of(3, voice="company")], True, (True, True)),
        ([of(16), of(1, voice="company")], False, (False, False)),
        ([of(20, voice="company")], True, (True, False)),
        ([], True, (True, False)),
        ([of(0)], True, (True, True)),
    ],
)
def test_the_gate_caps_by_what_is_shown_and_what_may_still_lift_it_lifts_only_the_best(
    guarantees: list[dict[str, Any]], fails: bool, at_ends: tuple[bool, bool]
) -> None:
    found = outcome("C01", closing(*guarantees))
    assert (found.fails, found.fails_at_ends) == (fails, at_ends)
    assert judge(RULES, closing(*guarantees)).capped_by == (("C01",) if fails else ())


@pytest.mark.parametrize(
    ("guarantees", "found"),
    [
        ([of(20, posted_on=day("2025-01-17"))], (0, 0, 0)),
        ([of(20, posted_on=day("2025-01-20"))], (1, 1, 1)),
        ([of(20, posted_on=day("2025-01-25"))], (5, 5, 5)),
        ([of(20, posted_on=day("2025-01-27"))], (6, 6, 6)),
        ([of(20, stands_until=day("2025-06-27")), of(20, posted_on=day("2025-06-27"))], (0, 0, 0)),
        ([of(20, stands_until=day("2025-06-27")), of(20, posted_on=day("2025-06-30"))], (1, 1, 1)),
        ([of(10, posted_on=day("2025-01-20")), of(10, posted_on=None)], (119, "0.5", 119)),
        ([of(20, voice="company")], (None, None, None)),
        ([], (None, None, None)),
    ],
)
def test_each_business_day_without_the_guarantee_counts_by_the_part_that_was_missing(
    guarantees: list[dict[str, Any]], found: Any
) -> None:
    expected = tuple(None if one is None else Decimal(one) for one in found)
    assert ends("C02", closing(*guarantees)) == expected


def test_a_guarantee_of_one_week_is_late_for_the_rest_of_the_year() -> None:
    days = len(business_days(DELAY, 2025))
    assert ends("C02", closing(of(20, stands_until=day("2025-01-17"))))[0] == days - 12
    assert outcome("C01", closing(of(20, stands_until=day("2025-01-17")))).measured.flags == ("guarantee-ended-early",)
    assert outcome("C01", closing(of(20, stands_until=END))).measured.flags == ()


def test_days_are_counted_to_the_day_of_the_evaluation_and_before_the_last_day_nothing_is_late() -> None:
    posted = of(0, posted_on=None, stands_until=None)
    assert outcome("C02", closing(posted, as_of=day("2025-01-17"))).reason == "not-due-yet"
    assert ends("C02", closing(posted, as_of=day("2025-01-21")))[0] == 2


@pytest.mark.parametrize(
    ("on", "holiday"),
    [
        ("2025-04-17", True),
        ("2025-04-18", True),
        ("2025-04-16", False),
        ("2026-04-02", True),
        ("2025-07-23", True),
        ("2022-07-23", False),
        ("2021-12-09", False),
        ("2022-12-09", True),
        ("2025-01-02", False),
    ],
)
def test_holidays_are_those_of_the_law_of_the_day(on: str, holiday: bool) -> None:
    assert is_holiday(DELAY, day(on)) == holiday


@pytest.mark.parametrize(("year", "twelfth"), [(2024, "2024-01-17"), (2025, "2025-01-17"), (2026, "2026-01-19")])
def test_the_twelfth_business_day_leaves_out_weekends_and_new_years_day(year: int, twelfth: str) -> None:
    assert business_days(DELAY, year)[11] == day(twelfth)


def land(*reports: dict[str, Any]) -> Facts:
    """Reports on paper up to the end of the year."""
    usual: dict[str, Any] = {"as_of": END, "evidence": 1, "voice": "company", "verified_by_is": "regulator"}
    rows = [
        ReclamationFact(
            record=f"reclamation-report/{number}",
            **usual
            | {
                name: Decimal(value) if isinstance(value, int) and name.endswith("s") else value
                for name, value in one.items()
            },
        )
        for number, one in enumerate(reports)
    ]
    return facts(reclamation=rows)


def hectares(scheduled: int | None, done: int | None, verified: int | None, **columns: Any) -> dict[str, Any]:
    return {"scheduled_hectares": scheduled, "done_hectares": done, "verified_hectares": verified} | columns


@pytest.mark.parametrize(
    ("reports", "found", "missing"),
    [
        ([hectares(50, 60, 55)], (100, 100, 100), ()),
        ([hectares(50, 41, 0)], (0, 0, 0), ()),
        ([hectares(50, 20, None)], (None, 0, 40), ("nobody-verified",)),
        ([hectares(50, None, None)], (None, 0, 100), ("nobody-verified",)),
        ([hectares(50, 20, 20, verified_by_is="company")], (None, 0, 40), ("nobody-verified",)),
        ([hectares(None, 20, 20)], (None, None, None), ("no-schedule",)),
        ([hectares(50, 41, 41, evidence=0)], (None, None, None), ("report-on-land-bare-word",)),
        ([hectares(50, 41, 41, as_of=day("2025-06-30"))], (82, 0, 100), ("not-to-year-end",)),
        ([hectares(0, 0, 0, as_of=day("2025-06-30"), voice="authority")], (None, None, None), ("not-to-year-end",)),
        ([hectares(0, 0, 0)], (None, None, None), ("nothing-by-company",)),
        ([hectares(50, 45, 41), {"scheduled_value": Decimal(9), "currency": "USD"}], (82, 82, 82), ()),
        ([{"scheduled_value": Decimal(9), "currency": "USD"}], (None, None, None), ("no-report-on-land",)),
        (
            [hectares(50, 41, 41, as_of=day("2025-06-30")), hectares(50, 50, None)],
            (82, 0, 100),
            ("nobody-verified", "not-to-year-end"),
        ),
        ([hectares(50, 10, 10), hectares(50, 20, None)], (20, 0, 40), ("nobody-verified",)),
        ([hectares(50, 20, None), hectares(50, 10, 10)], (20, 20, 20), ()),
        ([hectares(50, 10, None), hectares(50, 20, None)], (None, 0, 40), ("nobody-verified",)),
        ([hectares(50, 10, 10), hectares(None, 20, None)], (20, 0, 100), ("no-schedule",)),
        ([hectares(50, 10, 10), hectares(0, 0, None)], (20, 0, 100), ("nothing-by-company",)),
        ([hectares(0, 0, 0, voice="authority"), hectares(50, 10, None)], (None, None, None), ("nobody-verified",)),
        ([hectares(30, 30, 30, as_of=day("2025-06-30")), hectares(50, 41, 41)], (82, 82, 82), ()),
        ([hectares(50, 41, 41), hectares(20, 20, 20, as_of=day("2026-01-01"), evidence=0)], (82, 82, 82), ()),
        ([], (None, None, None), ("no-report-on-land",)),
    ],
)
def test_land_counts_as_somebody_else_verified_it_in_the_latest_report_on_paper(
    reports: list[dict[str, Any]], found: Any, missing: tuple[str, ...]
) -> None:
    known = land(*reports)
    assert (ends("C03", known), outcome("C03", known).measured.missing) == (found, missing)


def test_a_share_of_few_hectares_says_so() -> None:
    assert outcome("C03", land(hectares(9, 9, 9))).measured.flags == ("small-base",)
    assert outcome("C03", land(hectares(10, 9, 9))).measured.flags == ()


def test_a_report_of_the_day_before_the_year_ends_is_not_to_its_end() -> None:
    assert outcome("C03", land(hectares(50, 41, 41, as_of=date(2025, 12, 30)))).measured.missing == ("not-to-year-end",)
