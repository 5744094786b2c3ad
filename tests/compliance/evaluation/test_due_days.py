"""A due day that is moved later pays nothing, unless more than the bare word of who owes it agreed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from compliance.evaluation import canonical
from compliance.evaluation.arrears import only_open_arrears
from compliance.evaluation.facts import (
    FIRST,
    LATER,
    AssessmentFact,
    CommitmentFact,
    ConditionFact,
    DueRow,
    Facts,
    ObligationFact,
    PaymentFact,
)
from compliance.evaluation.framework import Framework
from compliance.evaluation.judgement import Judgement
from compliance.evaluation.scoring import judge
from tests.compliance.evaluation.builders import day, facts
from tests.compliance.evaluation.test_games import (
    PAPER,
    VERSIONS,
    Move,
    change,
    drop,
    is_broken,
    is_dam,
    listed,
    owed,
    paid,
    rows,
    the_truth,
    together,
)

FIRST_DAYS_COUNT = VERSIONS[5]
NEXT_YEAR = day("2026-01-01")
AGREED: dict[str, Any] = {"later_day_agreed_by": "authority", "later_day_known_by": "letter"}


def judged(known: Facts, rules: Framework = FIRST_DAYS_COUNT) -> Judgement:
    """What the rules make of what they see."""
    return judge(rules, only_open_arrears(known.seen_by(rules.looks_at)))


def to_day(row: Any, to: date, **agreement: str) -> Any:
    """A row of 2025 whose day was moved, as it stands among the facts of that year."""
    moved = replace(row, due_on=to, first_due_on=row.due_on, **agreement)
    out = to.year > 2025 and not (agreement and moved.later_day_counts)
    return replace(moved, placed_by=FIRST if out else "")


def move(table: type[DueRow], to: date, *, of: Any = lambda _row: True) -> Move:
    """Move the due days of some rows."""
    return lambda known: known.with_rows(table, (to_day(row, to) if of(row) else row for row in known[table]))


def is_open(row: Any) -> bool:
    """Whether a condition was not met."""
    return bool(row.fulfilled_on is None)


LATE: Move = together(
    change(
        CommitmentFact,
        is_broken,
        community_says="fulfilled",
        community_known_by="assembly",
        confirmed_on=day("2025-11-30"),
        evidence=1,
    ),
    change(ConditionFact, is_open, fulfilled_on=day("2025-12-30")),
)
"""The mine that does late what it does not do at all in the other games."""

GAMES: dict[str, tuple[str, Move, Move]] = {
    "all debts are moved to the day on which they were paid": ("R02", LATE, move(ObligationFact, day("2025-09-18"))),
    "all debts are moved to the last day of the year": ("R02", LATE, move(ObligationFact, day("2025-12-31"))),
    "two debts are moved to the next year": (
        "R01",
        LATE,
        move(ObligationFact, NEXT_YEAR, of=lambda row: row.record in ("obligation/2", "obligation/3")),
    ),
    "the same, for their delay": (
        "R02",
        LATE,
        move(ObligationFact, NEXT_YEAR, of=lambda row: row.record in ("obligation/2", "obligation/3")),
    ),
    "promises are moved to the day on which they were kept": (
        "P03",
        LATE,
        move(CommitmentFact, day("2025-11-30"), of=lambda row: row.record.startswith("broken/")),
    ),
    "broken promises are moved to the next year": (
        "P03",
        lambda known: known,
        move(CommitmentFact, NEXT_YEAR, of=is_broken),
    ),
    "conditions are moved to the day on which they were met": (
        "E04",
        together(change(ConditionFact, is_open, due_on=day("2025-06-30")), LATE),
        move(ConditionFact, day("2025-12-30"), of=lambda row: row.record.startswith("open/")),
    ),
    "open conditions are moved to the next year": (
        "E04",
        lambda known: known,
        move(ConditionFact, NEXT_YEAR, of=is_open),
    ),
}


@pytest.mark.parametrize("game", GAMES)
def test_a_day_that_is_moved_later_on_a_bare_word_changes_no_figure_and_is_said(game: str) -> None:
    code, as_it_is, edit = GAMES[game]
    truth, edited = judged(as_it_is(the_truth())), judged(edit(as_it_is(the_truth())))
    before, after = truth.outcome(code), edited.outcome(code)
    assert edited.worst == truth.worst
    assert edited.score == truth.score
    assert (after.worst, after.score, after.best) == (before.worst, before.score, before.best)
    assert {*after.measured.flags} - {*before.measured.flags} == {"due-day-moved"}


@pytest.mark.parametrize("game", GAMES)
def test_the_versions_before_see_the_later_day_alone(game: str) -> None:
    _code, as_it_is, edit = GAMES[game]
    known = edit(as_it_is(the_truth()))
    plain = facts_of_the_later_day(known)
    for version in (1, 2, 3, 4):
        rules = VERSIONS[version]
        seen = known.seen_by(rules.looks_at)
        assert canonical.digest(seen.to_json()) == canonical.digest(plain.seen_by(rules.looks_at).to_json())


def facts_of_the_later_day(known: Facts) -> Facts:
    """The facts as they were gathered before anybody kept first days."""
    hidden: dict[str, Any] = {
        "first_due_on": None,
        "later_day_agreed_by": "",
        "later_day_known_by": "",
        "placed_by": "",
    }
    for table in (ObligationFact, CommitmentFact, ConditionFact):
        left = (row for row in known[table] if row.placed_by != FIRST)
        known = known.with_rows(table, (replace(row, **hidden) for row in left))
    return known


def test_by_version_4_the_same_moves_still_pay() -> None:
    """So that the test above compares with something."""
    rules = VERSIONS[4]
    code, as_it_is, edit = GAMES["promises are moved to the day on which they were kept"]
    truth, edited = judged(as_it_is(the_truth()), rules), judged(edit(as_it_is(the_truth())), rules)
    assert edited.outcome(code).score > truth.outcome(code).score  # type: ignore[operator]
    assert "due-day-moved" not in edited.outcome(code).measured.flags


@pytest.mark.parametrize(
    ("agreed_by", "known_by", "files", "counts"),
    [
        ("", "", 1, False),
        ("community", "assembly", 1, True),
        ("community", "assembly", 0, False),
        ("community", "public", 0, True),
        ("community", "told", 1, False),
        ("authority", "letter", 0, True),
        ("authority", "told", 1, False),
    ],
)
def test_a_later_day_counts_by_the_authoritys_word_or_the_communitys_on_paper(
    agreed_by: str, known_by: str, files: int, counts: bool
) -> None:
    [promise] = rows(
        CommitmentFact,
        1,
        due_on=day("2025-09-30"),
        first_due_on=day("2025-06-30"),
        later_day_agreed_by=agreed_by,
        later_day_known_by=known_by,
        authority_says="fulfilled",
        confirmed_on=day("2025-09-30"),
        evidence=files,
    )
    outcome: Any = judged(facts(commitments=[promise], expected=[listed("commitments", 1)])).outcome("P03")
    assert outcome.measured.value == (100 if counts else 0)
    assert ("later-day-agreed" in outcome.measured.flags) is counts
    assert ("due-day-moved" in outcome.measured.flags) is not counts
    assert promise.falls_due == (day("2025-09-30") if counts else day("2025-06-30"))


@pytest.mark.parametrize("table", [ObligationFact, CommitmentFact, ConditionFact])
def test_a_day_that_was_moved_earlier_simply_counts(table: type[Any]) -> None:
    due = {ObligationFact: owed(100)[0]}.get(table) or table(
        record="due/1", voice="authority", due_on=day("2025-06-30")
    )
    earlier = replace(due, first_due_on=day("2025-09-30"))
    assert (earlier.falls_due, earlier.moved_later) == (day("2025-06-30"), False)
    same = replace(due, first_due_on=due.due_on)
    assert same.first_due_on is None
    assert "first_due_on" not in canonical.plain(same)


def test_a_debt_that_was_moved_within_the_year_is_late_from_its_first_day_on() -> None:
    [debt] = owed(100)
    in_time = paid(recipient_amount=100, received_on=day("2025-09-28"), **PAPER)
    known = facts(as_of=day("2025-12-31"), obligations=[debt], payments=[in_time], expected=[listed("obligations", 1)])
    moved = known.with_rows(ObligationFact, [to_day(debt, day("2025-09-28"))])
    agreed = known.with_rows(ObligationFact, [to_day(debt, day("2025-09-28"), **AGREED)])
    for one, late, flag in ((known, 90, ()), (moved, 90, ("due-day-moved",)), (agreed, 0, ("later-day-agreed",))):
        measured: Any = judged(one).outcome("R02").measured
        assert (measured.value, measured.flags) == (late, flag)


@pytest.mark.parametrize("code", ["R01", "R02", "R04", "R05"])
def test_a_debt_that_was_moved_out_of_the_year_is_here_by_its_first_day_or_not_at_all(code: str) -> None:
    debts, entry = owed(100, 100), paid(recipient_amount=50, company_amount=100, purpose="health", **PAPER)
    known = facts(as_of=day("2026-12-31"), obligations=debts, payments=[entry], expected=[listed("obligations", 2)])
    here = known.with_rows(ObligationFact, [to_day(debts[0], NEXT_YEAR), debts[1]])
    here = here.with_rows(PaymentFact, [replace(entry, placed_by=FIRST)])
    before, after = judged(known).outcome(code), judged(here).outcome(code)
    assert (after.measured.value, after.worst, after.best) == (before.measured.value, before.worst, before.best)
    assert "due-day-moved" in after.measured.flags
    assert "due-day-moved" not in before.measured.flags
    assert here.seen_by(VERSIONS[4].looks_at)[ObligationFact] == (debts[1],)
    assert not here.seen_by(VERSIONS[4].looks_at)[PaymentFact]


def test_in_the_year_to_which_it_was_moved_a_debt_stands_as_carried_until_it_is_paid() -> None:
    [debt] = owed(100, due_on="2024-06-30")
    moved = replace(debt, due_on=day("2025-01-01"), first_due_on=debt.due_on)
    both = [replace(moved, placed_by=LATER), replace(moved, carried=True, placed_by=FIRST)]
    open_one = facts(obligations=both, expected=[listed("obligations", 0)])
    [seen] = open_one.seen_by(FIRST_DAYS_COUNT.looks_at)[ObligationFact]
    assert (seen.carried, seen.falls_due) == (True, day("2024-06-30"))
    [by_the_later_day] = open_one.seen_by(VERSIONS[4].looks_at)[ObligationFact]
    assert by_the_later_day == replace(debt, due_on=day("2025-01-01"))
    arrived = paid(recipient_amount=100, received_on=day("2025-01-01"), **PAPER)
    settled = open_one.with_rows(
        PaymentFact, [replace(arrived, placed_by=LATER), replace(arrived, carried=True, placed_by=FIRST)]
    )
    left = only_open_arrears(settled)
    assert [row.placed_by for row in (*left[ObligationFact], *left[PaymentFact])] == [LATER, LATER]
    assert judged(left).outcome("R01").measured.missing == ("nothing-due",)
    assert judged(left, VERSIONS[4]).outcome("R01").measured.value == 100
    some = replace(arrived, recipient_amount=Decimal(60))
    partly = open_one.with_rows(
        PaymentFact, [replace(some, placed_by=LATER), replace(some, carried=True, placed_by=FIRST)]
    )
    assert len(only_open_arrears(partly)[ObligationFact]) == 2, "one payment that stands here twice is paid once"
    assert judged(partly).outcome("R01").measured.value == 60


def test_a_promise_that_is_moved_out_of_the_year_still_counts_among_those_that_the_list_names() -> None:
    [promise] = rows(CommitmentFact, 1, due_on=day("2025-06-30"), community_says="not_fulfilled")
    lists = [listed("commitments", 1)]
    here: Any = judged(facts(commitments=[to_day(promise, NEXT_YEAR)], expected=lists)).outcome("P03")
    assert (here.measured.value, here.best, here.measured.missing) == (0, 0, ())
    gone: Any = judged(facts(commitments=[], expected=lists)).outcome("P03")
    assert "fewer-than-listed" in gone.measured.missing


def test_a_condition_counts_from_its_first_day_on_in_every_later_year() -> None:
    [condition] = rows(ConditionFact, 1, due_on=day("2024-06-30"))
    lists = [listed("conditions", 1, since="2024-01-01")]
    study = [row for row in the_truth()[AssessmentFact] if not is_dam(row)]
    known = facts(conditions=[to_day(condition, NEXT_YEAR)], expected=lists)
    assert drop(AssessmentFact, is_dam)(the_truth())[AssessmentFact] == tuple(study)
    assert judged(known).outcome("E04").measured.value == 100
    assert judged(known, VERSIONS[4]).outcome("E04").measured.value is None


def test_what_is_sealed_of_a_moved_day_is_read_back() -> None:
    [debt] = owed(100)
    known = facts(obligations=[to_day(debt, NEXT_YEAR, later_day_agreed_by="community", later_day_known_by="told")])
    [spelled] = known.to_json()["obligations"]
    assert spelled["first_due_on"] == "2025-06-30"
    assert spelled["placed_by"] == "first"
    assert Facts.from_json(known.to_json()) == known
