"""Odd cases of studies: what size an exploration has by several voices, and which update answers which day."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from compliance.evaluation.criteria.exploration import ExplorationFact
from compliance.evaluation.facts import AssessmentFact, ExpectedFact, Facts
from compliance.evaluation.scoring import judge
from tests.compliance.evaluation.builders import assessment, day, displayed, facts
from tests.compliance.evaluation.test_games import VERSIONS

RULES = VERSIONS[7]
SMALL = {
    "platforms": 38,
    "hectares": Decimal(6),
    "tunnel_metres": Decimal(0),
    "pilot_plant": False,
    "resettlement": False,
}


def study(**given: Any) -> AssessmentFact:
    """A study of drilling, as the authority says."""
    usual: dict[str, Any] = {
        "record": "assessment/1",
        "instrument": "DIA",
        "component": "drilling",
        "voice": "authority",
    }
    return assessment(**(usual | {"approved_on": day("2024-05-02")} | given))


def count(number: int = 1, **given: Any) -> ExplorationFact:
    usual: dict[str, Any] = {
        "record": f"exploration-works/{number}",
        "assessment": "assessment/1",
        "voice": "authority",
    }
    return ExplorationFact(**(usual | {"as_of": day("2025-06-30")} | SMALL | given))


def known(studies: Sequence[AssessmentFact], counts: Sequence[ExplorationFact] = (), **period: Any) -> Facts:
    """Facts with a list that names every study that is there."""
    listed = len([one for one in studies if one.instrument != "update"])
    parts = len({one.component for one in studies if one.instrument not in ("update", "ITS")})
    year: dict[str, Any] = {"period_start": day("2025-01-01"), "period_end": day("2025-12-31")}
    days = {name: period.get(name, one) for name, one in year.items()}
    names: dict[str, Any] = {"record": "expected-count/1", "of": "assessments", "voice": "authority"}
    expected = ExpectedFact(number=parts, studies=listed, **days, **names)
    tables = {"assessments": studies, "exploration-works": counts, "expected": [expected]}
    return facts(**({"phases": ("exploration",)} | period | tables))


def outcome(code: str, found: Facts) -> Any:
    return judge(RULES, found).outcome(code)


def verdict(found: Facts) -> tuple[bool | None, set[str]]:
    """Whether the instrument is the right one, and what is missing to say so."""
    measured = outcome("E02", found).measured
    return measured.passes, {*measured.missing}


@pytest.mark.parametrize(
    ("instrument", "size", "passes"),
    [
        ("FTA", {"platforms": 20, "hectares": Decimal(10)}, True),
        ("FTA", {"platforms": 21}, False),
        ("FTA", {"platforms": 0, "hectares": Decimal(0)}, True),
        ("FTA", {"platforms": 12, "tunnel_metres": Decimal("0.01")}, False),
        ("FTA", {"platforms": 12, "tunnel_metres": Decimal(90)}, False),
        ("DIA", {"platforms": 40}, True),
        ("DIA", {"platforms": 41}, False),
        ("DIA", {"platforms": 55}, False),
        ("DIA", {"hectares": Decimal("10.01")}, False),
        ("DIA", {"tunnel_metres": Decimal(100)}, True),
        ("DIA", {"tunnel_metres": Decimal("100.01")}, False),
        ("DIA", {"pilot_plant": True}, False),
        ("DIA", {"resettlement": True}, False),
        ("EIA-sd", {"platforms": 700, "pilot_plant": True, "tunnel_metres": Decimal(900)}, True),
        ("EIA-sd", {"platforms": 701}, False),
        ("EIA-sd", {"resettlement": True}, False),
        ("EIA-d", {"platforms": 5000, "resettlement": True}, True),
    ],
)
def test_the_limits_of_each_study(instrument: str, size: dict[str, Any], passes: bool) -> None:
    found = known([study(instrument=instrument)], [count(**size)])
    assert verdict(found) == (passes, set())
    assert outcome("E02", found).score == (100 if passes else 0)


@pytest.mark.parametrize("blank", sorted(SMALL))
def test_one_size_that_nobody_says_leaves_it_open_and_a_breach_stays_one(blank: str) -> None:
    said_less: dict[str, Any] = {blank: None}
    assert verdict(known([study()], [count(**said_less)])) == (None, {"size-of-exploration-incomplete"})
    too_large: dict[str, Any] = {"platforms": 55, "hectares": Decimal(11)} | {blank: None}
    assert verdict(known([study()], [count(**too_large)]))[0] is False


def test_the_largest_number_on_paper_counts_and_a_bare_word_only_against_the_company() -> None:
    own = count(2, voice="company")
    assert verdict(known([study()], [own])) == (None, {"size-of-exploration-bare-word"})
    assert verdict(known([study()], [count(2, voice="company", platforms=55)]))[0] is False
    assert verdict(known([study()], [count(), count(2, voice="unknown", platforms=55)])) == (True, set())
    assert verdict(known([study()], [own, count(platforms=55, hectares=None)]))[0] is False
    assert verdict(known([study()], [count(2, voice="company", evidence=1)])) == (True, set())


def test_nothing_is_shown_without_size_approval_or_list_and_a_full_study_is_enough_for_any_size() -> None:
    assert verdict(known([study()])) == (None, {"no-size-of-exploration"})
    assert verdict(known([study(approved_on=None)], [count()])) == (None, {"no-approval"})
    assert verdict(known([study(voice="company")], [count()])) == (None, {"dates-are-bare-word"})
    assert verdict(known([])) == (None, {"no-assessment"})
    assert verdict(known([study(instrument="EIA-d")])) == (True, set())
    unlisted = facts(phases=("exploration",), **{"assessments": [study()], "exploration-works": [count()]})
    assert verdict(unlisted) == (None, {"no-list"})
    assert outcome("E02", known([study()])).score == 0
    assert outcome("E02", known([study()])).best == 100


@pytest.mark.parametrize(
    ("studies", "counts", "phases", "reason"),
    [
        ([study()], [], ("operation",), "no-exploration"),
        ([study(approved_on=day("2017-12-22"))], [count()], ("exploration",), "older-limits"),
        ([study(approved_on=day("2026-01-01"))], [count()], ("exploration",), "under-evaluation"),
        ([study(approved_on=None, decision="under-evaluation")], [count()], ("exploration",), "under-evaluation"),
    ],
)
def test_when_no_instrument_is_asked_for(
    studies: list[AssessmentFact], counts: list[ExplorationFact], phases: tuple[str, ...], reason: str
) -> None:
    found = outcome("E02", known(studies, counts, phases=phases))
    assert (found.state, found.reason) == ("not_applicable", reason)


@pytest.mark.parametrize(
    ("own", "missing"),
    [
        ({"approved_on": day("2017-12-22")}, "dates-are-bare-word"),
        ({"approved_on": None, "decision": "under-evaluation"}, "dates-are-bare-word"),
        ({"approved_on": day("2026-01-01")}, "dates-are-bare-word"),
    ],
)
def test_a_bare_word_takes_no_mine_out_of_the_rule_and_neither_does_a_list_that_lacks(
    own: dict[str, Any], missing: str
) -> None:
    assert verdict(known([study(voice="company", **own)])) == (None, {missing})
    unlisted = facts(phases=("exploration",), assessments=[study(**own)])
    assert verdict(unlisted) == (None, {"no-list"})
    assert outcome("E02", known([study(**own)])).state == "not_applicable"


def counted(number: int = 1, **given: Any) -> ExplorationFact:
    """What a regulator counted on the ground."""
    return count(number, **({"counted_by_is": "regulator"} | given))


@pytest.mark.parametrize(
    "own",
    [{"decision": "under-evaluation"}, {"decision": "refused"}, {"approved_on": day("2026-01-01")}],
)
def test_works_counted_under_a_study_that_is_not_approved_are_held_against_nothing(own: dict[str, Any]) -> None:
    pending = study(**({"approved_on": None} | own))
    found = known([pending], [counted(platforms=5)])
    assert verdict(found) == (False, set())
    assert outcome("E02", found).measured.flags == ("exploration-without-study",)
    assert verdict(known([pending], [counted(platforms=5, voice="unknown")])) == (
        None,
        {"size-of-exploration-bare-word"},
    )
    assert verdict(known([replace(pending, voice="company")], [counted()])) == (None, {"dates-are-bare-word"})
    nobody_says = study(approved_on=None)
    assert verdict(known([nobody_says], [counted()])) == (None, {"no-approval"})


def test_nothing_counted_is_no_work() -> None:
    pending = study(approved_on=None, decision="under-evaluation")
    none = dict.fromkeys(("platforms", "hectares", "tunnel_metres"), 0)
    assert outcome("E02", known([pending], [counted(**none)])).reason == "under-evaluation"


def test_what_is_pending_excuses_no_works_under_an_older_study_and_its_plan_is_not_yet_carried_out() -> None:
    older = study(approved_on=day("2017-12-22"))
    pending = change(approved_on=None, decision="under-evaluation")
    assert outcome("E02", known([older, pending], [count(assessment="assessment/2", platforms=55)])).reason == (
        "older-limits"
    )
    assert verdict(known([older, pending], [counted(assessment="assessment/2", platforms=55)]))[0] is False
    held = [study(), replace(pending, voice="company")]
    assert verdict(known(held, [count(), count(2, assessment="assessment/2", platforms=55)])) == (True, set())
    assert verdict(known(held, [count(), counted(2, assessment="assessment/2")])) == (None, {"dates-are-bare-word"})


def change(**given: Any) -> AssessmentFact:
    """A later study that changes the first one."""
    own: dict[str, Any] = {"record": "assessment/2", "amends": "assessment/1", "approved_on": day("2025-02-10")}
    return study(**(own | given))


def test_the_heaviest_study_of_an_exploration_is_held_against_all_of_its_works() -> None:
    semi_detailed = change(instrument="EIA-sd")
    assert verdict(known([study(), semi_detailed], [count(platforms=55)])) == (True, set())
    assert verdict(known([study(), replace(semi_detailed, amends=None)], [count(platforms=55)]))[0] is False
    bare = replace(semi_detailed, voice="company")
    assert verdict(known([study(), bare], [count(platforms=55)])) == (None, {"dates-are-bare-word"})
    light = change(instrument="DIA", voice="company")
    full = study(instrument="EIA-d")
    assert verdict(known([full, light], [count(assessment="assessment/2", platforms=55)])) == (
        None,
        {"dates-are-bare-word"},
    )
    small = change(instrument="ITS")
    assert verdict(known([study(), small], [count(), count(2, assessment="assessment/2", platforms=41)]))[0] is False


UNKNOWN_APPROVAL = (None, {"no-approval"})


def test_a_heavier_change_of_which_nobody_says_whether_it_was_approved_may_be_held() -> None:
    large = count(platforms=55)
    open_change = change(instrument="EIA-sd", approved_on=None)
    assert verdict(known([study(), open_change], [large])) == UNKNOWN_APPROVAL
    assert verdict(known([study(), replace(open_change, decision="refused")], [large]))[0] is False
    assert verdict(known([study(), replace(open_change, instrument="DIA")], [large]))[0] is False
    assert verdict(known([study(), open_change], [count(platforms=701)]))[0] is False


def test_the_plan_of_a_change_counts_at_most_while_nobody_says_whether_it_was_approved() -> None:
    open_change = change(instrument="ITS", approved_on=None)
    more = count(2, assessment="assessment/2", platforms=55)
    assert verdict(known([study(), open_change], [count(), more])) == UNKNOWN_APPROVAL
    assert verdict(known([study(), open_change], [count(), replace(more, platforms=1)])) == (True, set())
    assert verdict(known([study(), replace(open_change, decision="refused")], [count(), more])) == (True, set())
    assert verdict(known([study(instrument="EIA-d"), open_change], [count(), more])) == (True, set())


def test_a_change_without_a_day_of_approval_may_bring_an_older_study_under_the_limits() -> None:
    older = study(approved_on=day("2016-05-02"))
    assert verdict(known([older, change(approved_on=None)], [count(platforms=55)])) == UNKNOWN_APPROVAL
    refused = change(approved_on=None, decision="refused")
    assert not outcome("E02", known([older, refused], [count(platforms=55)])).applicable
    works = counted(2, assessment="assessment/2", platforms=60)
    silent = change(record="assessment/3", instrument="FTA", approved_on=None)
    assert verdict(known([older, refused], [works]))[0] is False
    assert verdict(known([older, refused, silent], [works]))[0] is False  # works that nothing can cover any more


def test_the_limits_are_those_of_the_last_approval() -> None:
    older = study(approved_on=day("2016-05-02"))
    assert verdict(known([older, change()], [count(platforms=55)]))[0] is False


@pytest.mark.parametrize(("platforms", "passes"), [(2, True), (3, False)])
def test_what_plans_of_changes_add_stands_on_top_of_the_first_plan(platforms: int, passes: bool) -> None:
    studies = [study(), change()]
    more = count(2, assessment="assessment/2", platforms=platforms, hectares=Decimal(1), only_added=True)
    assert verdict(known(studies, [count(), more])) == (passes, set())
    assert verdict(known(studies, [count(), replace(more, only_added=False)])) == (True, set())
    assert verdict(known(studies, [count(as_of=day("2024-05-02")), counted(3, platforms=39), more]))[0] is passes


def test_the_size_is_open_where_a_change_or_the_first_plan_does_not_say_its_own() -> None:
    studies, before = [study(), change()], day("2024-05-02")
    assert verdict(known(studies, [count(as_of=before)])) == (None, {"size-of-exploration-incomplete"})
    added = count(2, assessment="assessment/2", only_added=True, platforms=1)
    silent = change(record="assessment/3", approved_on=day("2025-03-01"))
    assert verdict(known([*studies, silent], [count(as_of=before), replace(added, hectares=Decimal(1))])) == (
        None,
        {"size-of-exploration-incomplete"},
    )
    assert verdict(known(studies, [added])) == (None, {"size-of-exploration-incomplete"})
    assert verdict(known(studies, [count(as_of=before), replace(added, hectares=None)])) == (
        None,
        {"size-of-exploration-incomplete"},
    )


def test_a_size_that_the_plan_of_a_change_leaves_out_is_not_told_by_the_first_plan() -> None:
    studies, incomplete = [study(), change()], (None, {"size-of-exploration-incomplete"})
    later = count(2, assessment="assessment/2", hectares=None)
    assert verdict(known(studies, [count(), later])) == incomplete
    assert verdict(known(studies, [count(hectares=None), replace(later, hectares=Decimal(1))])) == incomplete
    assert verdict(known(studies, [count(), later, counted(3, assessment="assessment/2")])) == (True, set())
    assert verdict(known([study()], [count(), counted(2, hectares=None)])) == (True, set())


def test_of_a_mine_that_operates_only_studies_with_exploration_works_are_exploration() -> None:
    both = ("exploration", "operation")
    plant = study(record="assessment/2", component="plant")
    assert verdict(known([study(), plant], [count()], phases=both)) == (True, set())
    assert verdict(known([plant], phases=both)) == (None, {"no-size-of-exploration"})
    assert verdict(known([study(), plant], [count()])) == (None, {"no-size-of-exploration"})
    assert verdict(known([], phases=both)) == (None, {"no-assessment"})


def test_one_study_that_is_too_light_breaks_it_for_the_mine_whatever_its_phase() -> None:
    other = study(record="assessment/2", component="camp", approved_on=None)
    assert verdict(known([study(), other], [count(platforms=55)]))[0] is False
    assert verdict(known([study()], [count(platforms=55)], phases=("operation",)))[0] is False


def carried_out(**given: Any) -> AssessmentFact:
    """A study whose works began on 1 August 2020, so that an update was due in 2025."""
    return study(**({"instrument": "EIA-d", "works_started_on": day("2020-08-01")} | given))


def update(handed_in: str | None, **given: Any) -> AssessmentFact:
    own: dict[str, Any] = {"instrument": "update", "amends": "assessment/1", "approved_on": None, "component": ""}
    return study(**(own | {"record": "assessment/9", "submitted_on": handed_in and day(handed_in)} | given))


def delay(*studies: AssessmentFact, **period: Any) -> tuple[Any, Any, Any, set[str]]:
    """Days late, between what they lie, and what is missing."""
    measured = outcome("E08", known([*studies], **({"phases": ("operation",)} | period))).measured
    return measured.value, measured.low, measured.high, {*measured.missing}


@pytest.mark.parametrize(
    ("handed_in", "late"),
    [("2025-08-01", 0), ("2025-08-02", 1), ("2025-10-30", 90), ("2024-01-10", 0), ("2025-12-31", 152)],
)
def test_an_update_is_late_by_the_days_after_the_day_on_which_it_was_due(handed_in: str, late: int) -> None:
    assert delay(carried_out(), update(handed_in)) == (late, late, late, set())


def test_ninety_days_late_are_the_points_of_the_worked_example() -> None:
    found = outcome("E08", known([carried_out(), update("2025-10-30")], phases=("operation",)))
    assert displayed(found.score, 1) == Decimal("75.3")


@pytest.mark.parametrize("handed_in", ["2020-10-30", "2023-01-30", "2026-01-01"])
def test_an_update_counts_neither_where_it_is_nearer_to_the_start_nor_before_it_came(handed_in: str) -> None:
    assert delay(carried_out(), update(handed_in)) == (152, 0, 152, {"no-update"})


def test_an_update_that_is_not_shown_may_have_come_in_time() -> None:
    assert delay(carried_out()) == (152, 0, 152, {"no-update"})
    assert delay(carried_out(), update("2025-08-01", voice="company")) == (152, 0, 152, {"update-bare-word"})
    assert delay(carried_out(), update(None)) == (152, 0, 152, {"no-update-day"})
    assert delay(carried_out(), update("2025-08-01", decision="refused")) == (152, 0, 152, {"no-update"})
    second = update(None, record="assessment/10")
    assert delay(carried_out(), update("2025-08-31"), second) == (30, 0, 30, {"no-update-day"})
    assert delay(carried_out(), update("2025-08-01"), second) == (0, 0, 0, set())


def test_an_update_that_was_skipped_goes_on_counting_after_the_next_one_is_due() -> None:
    mine = carried_out(works_started_on=day("2015-12-20"))
    year = {"period_start": day("2024-01-01"), "period_end": day("2024-12-31")}
    assert delay(mine, **year)[:3] == (1472, 0, 1472)
    assert delay(mine)[:3] == (1837, 0, 1837)
    assert delay(mine, update("2020-12-20"))[:3] == (11, 0, 11)


def test_an_update_answers_the_oldest_open_day_and_counts_in_the_year_in_which_it_came() -> None:
    mine, came = carried_out(works_started_on=day("2015-12-20")), update("2025-12-25")
    assert delay(mine, came) == (1831, 0, 1831, {"no-update"})
    both = (came, update("2025-12-30", record="assessment/10"))
    assert delay(mine, *both) == (1831, 1831, 1831, set())
    later = {"period_start": day("2026-01-01"), "period_end": day("2026-12-31")}
    assert delay(mine, came, **later)[:3] == (376, 0, 376)
    assert delay(mine, *both, **later)[:3] == (10, 10, 10)


def test_no_update_was_due_before_the_law_asked_for_it() -> None:
    updates = [update(f"{year}-09-26", record=f"assessment/{year}") for year in (2014, 2019, 2024)]
    assert delay(carried_out(works_started_on=day("2004-09-25")), *updates) == (1, 1, 1, set())
    assert delay(carried_out(works_started_on=day("2004-09-26")), *updates)[:3] == (461, 0, 461)


def test_a_bare_word_that_a_study_changes_another_or_was_refused_leaves_it_its_own_day() -> None:
    for word in ({"amends": "assessment/2"}, {"decision": "under-evaluation", "approved_on": None}):
        assert delay(carried_out(voice="company", **word)) == (None, None, None, {"dates-are-bare-word"})
        assert delay(carried_out(voice="company", evidence=1, **word)) == (None, None, None, {"no-study-to-update"})


def test_while_the_year_runs_days_count_up_to_the_day_of_the_evaluation() -> None:
    assert delay(carried_out(), as_of=day("2025-08-11"))[0] == 10
    older = carried_out(works_started_on=day("2015-08-01"))
    assert delay(older, update("2020-08-01"), as_of=day("2025-07-31"))[0] == 0


def test_the_study_with_the_most_days_counts_and_what_changes_another_has_no_day_of_its_own() -> None:
    dam = carried_out(record="assessment/2", component="dam", works_started_on=day("2020-08-11"))
    assert delay(carried_out(), update("2025-08-02"), dam)[:3] == (142, 1, 142)
    change = replace(dam, amends="assessment/1")
    assert delay(carried_out(), update("2025-08-02"), change) == (1, 1, 1, set())


@pytest.mark.parametrize(
    ("own", "missing"),
    [
        ({"works_started_on": None}, "start-not-recorded"),
        ({"works_started_on": None, "not_begun_on": day("2020-12-30")}, "start-not-recorded"),
        ({"voice": "company"}, "dates-are-bare-word"),
    ],
)
def test_a_start_that_nobody_shows_is_unknown(own: dict[str, Any], missing: str) -> None:
    assert delay(carried_out(**own), update("2025-08-01")) == (None, None, None, {missing})


@pytest.mark.parametrize(
    "own",
    [
        {"works_started_on": day("2021-01-01")},
        {"works_started_on": day("2020-12-31")},
        {"works_started_on": None, "not_begun_on": day("2020-12-31")},
    ],
)
def test_before_the_fifth_year_no_update_is_due(own: dict[str, date | None]) -> None:
    found = outcome("E08", known([carried_out(**own)], phases=("operation",)))
    assert (found.state, found.reason) == ("not_applicable", "update-not-due")


def test_a_technical_form_or_a_refused_study_is_no_study_to_update() -> None:
    for other in (carried_out(instrument="FTA"), carried_out(decision="refused", approved_on=None)):
        assert delay(other) == (None, None, None, {"no-study-to-update"})


def test_a_start_on_a_leap_day_falls_on_the_last_of_february() -> None:
    leap = carried_out(works_started_on=day("2020-02-29"))
    assert delay(leap, update("2025-03-01")) == (1, 1, 1, set())


def test_older_versions_see_neither_which_study_a_change_is_of_nor_a_rule_for_it() -> None:
    found = known([carried_out(), update("2025-08-01")]).seen_by(VERSIONS[6].looks_at)
    assert {one.amends for one in found[AssessmentFact]} == {None}
    assert {"E02", "E08"}.isdisjoint(one.code for one in VERSIONS[6].indicators)
