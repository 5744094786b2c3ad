"""L01, L03, L04: who gets the jobs."""

from dataclasses import replace
from decimal import Decimal

import pytest

from compliance.evaluation.employment import share_a_day
from compliance.evaluation.facts import EmploymentFact, Facts
from tests.compliance.evaluation.builders import (
    bounds,
    day,
    displayed,
    employment,
    facts,
    measured,
    outcome,
    score,
)


def test_312_of_780_workers_live_in_the_district() -> None:
    known = facts(employment=[employment(total_fte=780, district_fte=312)])
    assert measured("L01", known).value == 40
    assert score("L01", known) == 50


def test_the_same_people_stand_under_every_definition_of_local() -> None:
    known = facts(
        employment=[employment(total_fte=1000, district_fte=290, province_fte=440, region_fte=660, national_fte=970)]
    )
    shares = {part.name: part.value for part in measured("L01", known).breakdown}
    assert shares == {"district": 29, "province": 44, "region": 66, "national": 97}


def test_several_employers_are_added_before_dividing() -> None:
    known = facts(
        employment=[
            employment(total_fte=700, district_fte=300),
            employment(employer="Contratista", total_fte=80, district_fte=12),
        ]
    )
    assert measured("L01", known).value == 40


def test_four_quarters_of_one_employer_are_one_year() -> None:
    """Each counts by its days: 100, 100, 300 and 300 workers are about 200 in the year, not 800."""
    quarters = [
        ("2025-01-01", "2025-03-31"),
        ("2025-04-01", "2025-06-30"),
        ("2025-07-01", "2025-09-30"),
        ("2025-10-01", "2025-12-31"),
    ]
    people = [(100, 50), (100, 50), (300, 30), (300, 30)]
    returns = [
        employment(period_start=day(start), period_end=day(end), total_fte=total, district_fte=local)
        for (start, end), (total, local) in zip(quarters, people, strict=True)
    ]
    found = measured("L01", facts(employment=returns))
    assert found.denominator is not None
    assert found.denominator.quantize(Decimal("0.01")) == Decimal("200.82")
    assert found.value is not None
    assert found.value.quantize(Decimal("0.01")) == Decimal("19.88")


def test_a_quarter_inside_a_year_of_the_same_employer_counts_nobody_twice() -> None:
    year = employment(total_fte=780, district_fte=312)
    quarter = employment(period_end=day("2025-03-31"), total_fte=100, district_fte=100)
    contractor = replace(quarter, employer="Contratista", record="employment-return/99")
    assert measured("L01", facts(employment=[year, quarter])).value == 40
    beside = measured("L01", facts(employment=[year, contractor]))
    assert beside.denominator is not None
    assert beside.denominator.quantize(Decimal("0.01")) == Decimal("804.66")


def test_days_that_nobody_reports_on_are_not_days_without_workers() -> None:
    """The first and the last quarter, 100 workers in each: 100 workers, and what is not said stays open."""
    first = employment(period_end=day("2025-03-31"), total_fte=100, district_fte=40)
    last = employment(period_start=day("2025-10-01"), total_fte=100, district_fte=40)
    found = measured("L01", facts(employment=[first, last]))
    assert displayed(found.denominator, 10) == 100
    assert displayed(found.value, 10) == 40
    assert (found.low, found.high) == (0, 100)
    assert found.flags == ("period-not-covered",)


def test_an_employer_is_there_on_the_days_between_its_reports_also_beside_another() -> None:
    first = employment(period_end=day("2025-03-31"), total_fte=100, district_fte=40)
    last = employment(period_start=day("2025-10-01"), total_fte=100, district_fte=40)
    contractor = employment(employer="Contratista", total_fte=10, district_fte=10)
    found = measured("L01", facts(employment=[first, last, contractor]))
    assert displayed(found.denominator, 10) == 110
    assert found.flags == ("period-not-covered",)
    assert bounds("L01", facts(employment=[first, last, contractor])) == (0, 100)


def test_a_contractor_that_came_for_a_quarter_leaves_nothing_open() -> None:
    contractor = employment(employer="Contratista", period_end=day("2025-03-31"), total_fte=10, district_fte=10)
    found = measured("L01", facts(employment=[employment(total_fte=100, district_fte=40), contractor]))
    assert (found.flags, found.low == found.high) == ((), True)


def test_the_second_of_two_returns_for_the_same_days_is_named_and_leaves_the_range_open() -> None:
    year = employment(total_fte=780, district_fte=312)
    again = employment(total_fte=780, district_fte=700)
    known = facts(employment=[year, again])
    found = measured("L01", known)
    assert (found.value, found.flags) == (40, ("returns-overlap",))
    assert found.records == tuple(sorted([year.record, again.record]))
    assert bounds("L01", known) == bounds("L03", known) == (0, 100)


def test_the_second_return_for_the_same_days_counts_for_the_limit_on_foreigners() -> None:
    """Nothing says which of the two is right, so both must keep the law."""
    fine = employment(staff_headcount=100, foreign_headcount=5)
    over = employment(staff_headcount=100, foreign_headcount=50)
    assert score("L04", facts(employment=[fine, over])) == score("L04", facts(employment=[over, fine])) == 0


def test_two_organisations_of_one_name_are_two_employers() -> None:
    company = employment(employer="Chaska", employer_key="organisation/1", total_fte=300, district_fte=100)
    community = employment(employer="Chaska", employer_key="organisation/2", total_fte=100, district_fte=100)
    found = measured("L01", facts(employment=[company, community]))
    assert (found.value, found.denominator, found.flags) == (50, 400, ())
    both = [replace(company, staff_headcount=100, foreign_headcount=50), replace(community, staff_headcount=9)]
    assert len(measured("L04", facts(employment=both)).breakdown) == 2


def test_employers_sealed_without_their_keys_are_told_apart_by_name() -> None:
    known = facts(employment=[employment(total_fte=300, district_fte=100)])
    sealed = known.to_json()
    del sealed["employment"][0]["employer_key"]
    assert Facts.from_json(sealed) == known


def test_a_return_for_half_a_year_alone_says_its_own_numbers() -> None:
    half = employment(period_end=day("2025-06-30"), total_fte=780, district_fte=312)
    assert measured("L01", facts(employment=[half])).denominator == 780


def test_zero_locals_is_measured_and_no_figure_is_unknown() -> None:
    none = outcome("L01", facts(employment=[employment(total_fte=780, district_fte=0)]))
    unknown = outcome("L01", facts(employment=[employment(total_fte=780)]))
    assert (none.state, none.score, none.best) == ("scored", 0, 0)
    assert (unknown.state, unknown.score, unknown.best) == ("unknown", 0, 100)


def test_people_of_a_narrower_definition_are_the_least_of_a_wider_one() -> None:
    """Whoever lives in the district lives in the province, whose number nobody says."""
    known = facts(employment=[employment(total_fte=100, district_fte=30, region_fte=60)])
    parts = {part.name: part for part in measured("L01", known).breakdown}
    assert parts["province"].value is None
    beside = employment(employer="Contratista", total_fte=100, district_fte=10, province_fte=10)
    both = {part.name: part for part in measured("L01", facts(employment=[*known[EmploymentFact], beside])).breakdown}
    assert (both["province"].value, both["province"].low, both["province"].high) == (20, 20, 35)


def test_what_is_shown_is_never_more_than_what_it_could_be_at_most() -> None:
    """More people of the district than of the region cannot be; the province's number stays at what is shown."""
    known = employment(total_fte=100, district_fte=50, region_fte=40)
    beside = employment(employer="Contratista", total_fte=100, province_fte=10)
    province = {part.name: part for part in measured("L01", facts(employment=[known, beside])).breakdown}["province"]
    assert (province.value, province.low, province.high) == (30, 30, 30)


def test_people_not_known_to_be_local_raise_only_the_best_case() -> None:
    known = facts(
        employment=[
            employment(total_fte=500, district_fte=200),
            employment(employer="Contratista", total_fte=300, province_fte=120),
        ]
    )
    found = measured("L01", known)
    assert (found.value, found.low, found.high) == (25, 25, 40)


def test_a_return_without_contractors_gives_no_share() -> None:
    alone = facts(employment=[employment(contractors_included=False, total_fte=300, district_fte=200)])
    assert outcome("L01", alone).state == "unknown"
    assert measured("L01", alone).missing == ("contractors-not-included",)
    beside = facts(
        employment=[
            employment(total_fte=780, district_fte=312),
            employment(contractors_included=None, total_fte=300, district_fte=200),
        ]
    )
    assert score("L01", beside) == 50
    assert bounds("L01", beside) == (0, 100)


def test_a_return_that_reaches_beyond_the_period_is_not_used() -> None:
    known = facts(employment=[employment(period_end=day("2026-01-01"), total_fte=780, district_fte=312)])
    assert measured("L01", known).missing == ("no-employment-return",)


def test_a_negative_headcount_is_no_figure() -> None:
    assert outcome("L01", facts(employment=[employment(total_fte=-5, district_fte=-1)])).state == "unknown"


def test_a_return_of_nobody_never_divides() -> None:
    assert outcome("L01", facts(employment=[employment(total_fte=0, district_fte=0)])).state == "unknown"


def test_nine_workers_are_a_small_base() -> None:
    assert measured("L01", facts(employment=[employment(total_fte=9, district_fte=4)])).flags == ("small-base",)
    assert measured("L01", facts(employment=[employment(total_fte=10, district_fte=4)])).flags == ()


def test_more_locals_than_workers_cannot_score_above_the_top() -> None:
    known = facts(employment=[employment(total_fte=100, district_fte=120)])
    assert score("L01", known) == 100


def test_local_hire_does_not_apply_in_closure() -> None:
    closing = facts(employment=[employment(total_fte=780, district_fte=312)], phases=("closure",))
    assert (outcome("L01", closing).state, outcome("L01", closing).reason) == ("not_applicable", "phase")
    unknown = facts(employment=[employment(total_fte=780, district_fte=312)], phases=())
    assert score("L01", unknown) == 50


def test_117_of_780_workers_are_women() -> None:
    known = facts(employment=[employment(total_fte=780, women_fte=117)])
    assert measured("L03", known).value == 15
    assert score("L03", known) == 40


def test_52_foreigners_of_600_staff_are_within_the_law() -> None:
    known = facts(employment=[employment(staff_headcount=600, foreign_headcount=52)])
    assert score("L04", known) == 100
    assert round(measured("L04", known).value or Decimal(0), 2) == Decimal("8.67")


@pytest.mark.parametrize(("foreign", "expected"), [(20, 100), (21, 0)])
def test_exactly_twenty_percent_is_within_the_law(foreign: int, expected: int) -> None:
    known = facts(employment=[employment(staff_headcount=100, foreign_headcount=foreign)])
    assert score("L04", known) == expected


def test_each_employer_answers_for_itself() -> None:
    known = facts(
        employment=[
            employment(staff_headcount=600, foreign_headcount=10),
            employment(employer="Contratista", staff_headcount=20, foreign_headcount=8),
        ]
    )
    assert score("L04", known) == 0
    assert (measured("L04", known).value, measured("L04", known).decided_by) == (40, "Contratista")


def test_an_exonerated_employer_passes_and_is_flagged() -> None:
    known = facts(employment=[employment(staff_headcount=20, foreign_headcount=8, foreign_exonerated=True)])
    assert score("L04", known) == 100
    assert "exonerated" in measured("L04", known).flags


def test_only_the_latest_return_counts_and_earlier_ones_do_not_stand_in() -> None:
    first = employment(period_end=day("2025-06-30"), staff_headcount=100, foreign_headcount=50)
    later = {"period_start": day("2025-07-01")}
    assert score("L04", facts(employment=[first, employment(staff_headcount=100, foreign_headcount=5, **later)])) == 100
    assert outcome("L04", facts(employment=[first, employment(staff_headcount=100, **later)])).state == "unknown"


def test_an_employer_that_says_nothing_leaves_the_project_unknown_unless_another_fails() -> None:
    silent = employment(employer="Contratista")
    fine = employment(staff_headcount=100, foreign_headcount=5)
    over = employment(staff_headcount=100, foreign_headcount=50)
    assert outcome("L04", facts(employment=[silent, fine])).state == "unknown"
    assert score("L04", facts(employment=[silent, over])) == 0


def test_a_limit_kept_by_nine_people_rests_on_a_small_base() -> None:
    assert measured("L04", facts(employment=[employment(staff_headcount=9, foreign_headcount=1)])).flags == (
        "small-base",
    )
    assert measured("L04", facts(employment=[employment(staff_headcount=10, foreign_headcount=1)])).flags == ()


def test_an_employer_without_staff_never_divides() -> None:
    assert outcome("L04", facts(employment=[employment(staff_headcount=0, foreign_headcount=0)])).state == "unknown"


def test_before_the_law_there_was_no_limit() -> None:
    known = facts(employment=[employment(staff_headcount=100, foreign_headcount=50)])
    early = replace(known, year=1985, period_start=day("1985-01-01"), period_end=day("1985-12-31"))
    assert outcome("L04", early).reason == "rule-not-in-force"


def test_returns_that_share_one_day_overlap_and_those_that_meet_do_not() -> None:
    spans = {
        ("2025-01-01", "2025-06-30"): ("2025-06-30", "2025-12-31"),
        ("2025-06-30", "2025-12-31"): ("2025-01-01", "2025-06-30"),
    }
    for one, other in spans.items():
        assert share_a_day((day(one[0]), day(one[1])), (day(other[0]), day(other[1])))
    assert not share_a_day((day("2025-01-01"), day("2025-06-30")), (day("2025-07-01"), day("2025-12-31")))
    assert not share_a_day((day("2025-07-01"), day("2025-12-31")), (day("2025-01-01"), day("2025-06-30")))
