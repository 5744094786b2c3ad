"""Every blank filled with every extreme that a record allows, and every move tried on mines of chance.

The rules are those of the newest version. Chance begins at the same number each time, so that a failure comes again.
"""

from __future__ import annotations

import itertools
import random
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from compliance.evaluation.facts import (
    LISTED,
    TABLES,
    AssessmentFact,
    CommitmentFact,
    ConditionFact,
    DisclosureFact,
    EmploymentFact,
    ExpectedFact,
    Facts,
    ObligationFact,
    PaymentFact,
    Row,
)
from compliance.evaluation.framework import HUNDRED, Framework
from compliance.evaluation.judgement import Judgement, Outcome, PolicyResult
from compliance.evaluation.scoring import judge
from tests.compliance.evaluation.builders import day, facts
from tests.compliance.evaluation.test_games import PAPER, RULES, Move, add, change, drop, listed, together

Values = dict[str, Any]
Ranged = Outcome | PolicyResult | Judgement
AS_OF = day("2026-11-30")
DAYS = [day(text) for text in ("2024-12-31", "2025-01-01", "2025-06-30", "2025-07-01", "2025-12-31", "2026-03-01")]
FEW, MOST_FILLINGS = 40, 40


# Blanks


def study(chance: random.Random, number: int) -> Values:
    return {
        "instrument": chance.choice(["FTA", "DIA", "EIA-sd", "EIA-d"]),
        "component": f"part {number}",
        "submitted_on": DAYS[0],
        "approved_on": chance.choice(DAYS[1:]),
        "works_started_on": chance.choice(DAYS[1:]),
        "participation_planned": 4,
        "participation_held": chance.randint(0, 4),
    }


def due(chance: random.Random, days: list[date], agreed_by: str) -> Values:
    """A day, as it was first agreed or moved later, with somebody's agreement or without."""
    first, last = sorted(chance.choices(days, k=2))
    values: Values = {"due_on": last, "first_due_on": chance.choice([None, first])}
    agreement = {"later_day_agreed_by": agreed_by, "later_day_known_by": chance.choice(["public", "told"])}
    return values | (agreement if values["first_due_on"] and chance.choice([True, False]) else {})


def condition(chance: random.Random, _number: int) -> Values:
    return due(chance, DAYS[:5], "authority") | {"fulfilled_on": chance.choice(DAYS)}


def worker_return(chance: random.Random, number: int) -> Values:
    nested = sorted(chance.choices(range(0, 101, 10), k=4))
    foreign, foreign_pay = chance.choice([0, 20, 21, 40]), chance.choice([0, 30, 31, 60])
    return {
        "employer": f"employer {number}",
        "period_start": day("2025-01-01"),
        "period_end": day("2025-12-31"),
        "contractors_included": False,
        "total_fte": Decimal(100),
        "women_fte": Decimal(chance.randint(0, 100)),
        **dict(zip(("district_fte", "province_fte", "region_fte", "national_fte"), map(Decimal, nested), strict=True)),
        "staff_headcount": 100,
        "foreign_headcount": foreign,
        "staff_pay": Decimal(100),
        "foreign_pay": Decimal(foreign_pay),
        "foreign_exonerated": chance.choice([False, True]),
        "exonerated_headcount": chance.choice([0, foreign // 2, foreign]),
        "exonerated_pay": Decimal(chance.choice([0, foreign_pay // 2, foreign_pay])),
        "exonerated_until": chance.choice(DAYS),
    }


def debt(chance: random.Random, _number: int) -> Values:
    usual = {"payer": "the mine", "recipient": "a community", "basis": "agreement", "currency": "PEN"}
    return usual | {"amount": Decimal(chance.choice([50_000, 100_000]))} | due(chance, DAYS[1:5], "community")


def payment(chance: random.Random, number: int) -> Values:
    stated = Decimal(chance.choice([0, 50_000, 100_000]))
    return {
        "obligation": f"obligation/{number}",
        "currency": "PEN",
        "purpose": chance.choice(["health", "other"]),
        "company_amount": stated,
        "paid_on": chance.choice(DAYS),
        "company_known_by": "bank",
        "company_files": chance.randint(0, 1),
        "recipient_amount": chance.choice([stated, stated / 2, Decimal(0)]),
        "received_on": chance.choice(DAYS),
        **PAPER,
    }


def promise(chance: random.Random, _number: int) -> Values:
    return due(chance, DAYS[1:5], "community") | {
        "community_says": chance.choice(["fulfilled", "not_fulfilled"]),
        "community_known_by": "assembly",
        "authority_says": chance.choice([None, "fulfilled", "not_fulfilled"]),
        "confirmed_on": chance.choice(DAYS),
        "voluntary": chance.choice([False, False, True]),
        "evidence": 1,
    }


def report(chance: random.Random, _number: int) -> Values:
    return {
        "period_end": day("2025-12-31"),
        "published_on": chance.choice([day("2025-12-31"), DAYS[5], day("2026-09-01")]),
        "published_by": chance.choice(["company", "ngo"]),
        "has_figures": chance.choice([True, False]),
    }


ROWS: dict[type[Row], Callable[[random.Random, int], Values]] = {
    AssessmentFact: study,
    ConditionFact: condition,
    EmploymentFact: worker_return,
    ObligationFact: debt,
    PaymentFact: payment,
    CommitmentFact: promise,
    DisclosureFact: report,
}
COUNTS = [0, 1, 20, 21, 100, 1_000_000]
PEOPLE = [Decimal(number) for number in (0, 1, 50, 100, 1_000_000)]
MONEY = [Decimal(number) for number in (0, 1, 50_000, 100_000)]
ANSWERS = ["fulfilled", "not_fulfilled", None]
EXTREMES: dict[type[Row], dict[str, list[Any]]] = {
    AssessmentFact: {
        "submitted_on": DAYS,
        "approved_on": DAYS,
        "works_started_on": [*DAYS, None],
        "participation_planned": [0, 1, 4, 100],
        "participation_held": [0, 1, 4, 100],
    },
    ConditionFact: {"fulfilled_on": [*DAYS, None]},
    EmploymentFact: {
        "total_fte": PEOPLE,
        "district_fte": PEOPLE,
        "province_fte": PEOPLE,
        "region_fte": PEOPLE,
        "national_fte": PEOPLE,
        "women_fte": PEOPLE,
        "staff_headcount": COUNTS,
        "foreign_headcount": COUNTS,
        "staff_pay": PEOPLE,
        "foreign_pay": PEOPLE,
        "exonerated_headcount": COUNTS,
        "exonerated_pay": PEOPLE,
        "exonerated_until": DAYS,
    },
    PaymentFact: {
        "company_amount": MONEY,
        "paid_on": DAYS,
        "recipient_amount": MONEY,
        "received_on": DAYS,
        "purpose": ["health", "other"],
    },
    CommitmentFact: {"community_says": ANSWERS, "authority_says": ANSWERS, "confirmed_on": DAYS},
    DisclosureFact: {
        "published_on": [day("2025-12-31"), DAYS[5], day("2026-11-29")],
        "published_by": ["company", "ngo"],
        "has_figures": [True, False],
    },
}
"""What a person may leave blank in each table, and the most extreme that may be written there."""

TOGETHER: dict[type[Row], list[tuple[str, ...]]] = {
    PaymentFact: [
        *(("recipient_amount", "received_on", "purpose"), ("company_amount", "recipient_amount")),
        *(("recipient_amount",), ("paid_on", "received_on"), ("purpose",)),
    ],
    CommitmentFact: [("community_says", "confirmed_on"), ("confirmed_on",), ("authority_says",)],
}
"""Where one side's word stands for the other's, what is blank together; elsewhere each column by itself."""


def in_order(*numbers: Any) -> bool:
    """Whether those that are known rise."""
    known = [number for number in numbers if number is not None]
    return known == sorted(known)


ALLOWED: dict[type[Row], Callable[[Values], bool]] = {
    AssessmentFact: lambda row: (
        in_order(row["submitted_on"], row["approved_on"])
        and in_order(row["participation_held"], row["participation_planned"])
    ),
    EmploymentFact: lambda row: (
        in_order(*(row[f"{of}_fte"] for of in ("district", "province", "region", "national", "total")))
        and in_order(row["women_fte"], row["total_fte"])
        and in_order(row["exonerated_headcount"], row["foreign_headcount"], row["staff_headcount"])
        and in_order(row["exonerated_pay"], row["foreign_pay"], row["staff_pay"])
    ),
    # what a recipient states beyond the payer's own word is no answer to it
    PaymentFact: lambda row: in_order(row["recipient_amount"], row["company_amount"]),
    CommitmentFact: lambda row: (
        row["confirmed_on"] is None or "fulfilled" in (row["community_says"], row["authority_says"])
    ),
}
"""What PostgreSQL, or plain sense, refuses of two columns together."""


def rules_of(table: type[Row]) -> Framework:
    """The rules without those that look at other tables only."""
    name = {PaymentFact: "obligations", ObligationFact: "obligations"}.get(table, TABLES[table].name)
    asked = [one for one in RULES.indicators if name in one.lists or (table is DisclosureFact and one.code == "T01")]
    return replace(RULES, indicators=tuple(asked))


def binding(rows: Mapping[type[Row], list[Row]], of: str) -> int:
    """How many rows of a table there are, without promises that bind nobody."""
    own = [row for table, found in rows.items() if TABLES[table].name == of for row in found]
    return sum(not (isinstance(row, CommitmentFact) and row.voluntary) for row in own)


def mine(rows: Mapping[type[Row], list[Row]]) -> Facts:
    """A mine of which the authority names as many records as are there, since its beginning."""
    lists = [listed(of, binding(rows, of), since=str(date.min)) for of in sorted(LISTED)]
    known = facts(as_of=AS_OF, expected=lists)
    return replace(known, tables={**known.tables, **{table: tuple(own) for table, own in rows.items()}})


def row_of(table: type[Row], number: int, values: Values) -> Any:
    """A row that the authority tells."""
    usual: Values = {"record": f"{TABLES[table].record}/{number}", "voice": "authority"}
    return table(**(usual | values))


def fillings(table: type[Row], row: Values, blank: Iterable[str]) -> list[Values]:
    """A row with every extreme in its blanks that a record allows."""
    names = list(blank)
    return [
        filled
        for values in itertools.product(*(EXTREMES[table][column] for column in names))
        if ALLOWED.get(table, bool)(filled := row | dict(zip(names, values, strict=True)))
    ]


def cases(table: type[Row], most: int = MOST_FILLINGS) -> Iterator[tuple[Facts, list[Facts]]]:
    """A mine with blanks in one row of a table, and the same with each of its fillings, or so many of them."""
    chance = random.Random(TABLES[table].name)
    blanks = TOGETHER.get(table) or [(column,) for column in EXTREMES[table]]
    for _case in range(FEW):
        number = chance.randint(1, 2)
        written = [ROWS[table](chance, one) for one in range(number)]
        debts = [row_of(ObligationFact, one, debt(chance, one)) for one in range(number)]
        blank = [column for names in chance.sample(blanks, chance.randint(1, min(2, len(blanks)))) for column in names]
        ways = fillings(table, written[0], blank)

        def with_first(first: Values, written: list[Values] = written, debts: list[Row] = debts) -> Facts:
            own = [row_of(table, one, values) for one, values in enumerate([first, *written[1:]])]
            return mine({ObligationFact: debts, table: own} if table is PaymentFact else {table: own})

        left = with_first(written[0] | dict.fromkeys(blank))
        yield left, [with_first(one) for one in chance.sample(ways, min(most, len(ways)))]


def outside(before: Ranged, after: Ranged) -> bool:
    """Whether an outcome, a policy or the whole lies outside the range that it had while something was blank."""
    if before.worst is None or before.best is None:
        return after.worst is not None
    if after.worst is None or after.best is None:
        return (before.worst, before.best) != (Decimal(0), HUNDRED)
    inside = after.score is None or before.worst <= after.score <= before.best
    return not (inside and before.worst <= after.worst and after.best <= before.best)


@pytest.mark.parametrize("table", EXTREMES, ids=lambda table: TABLES[table].name)
def test_no_filling_of_a_blank_leads_outside_the_range(table: type[Row]) -> None:
    rules = rules_of(table)
    tried = 0
    for left, filled in cases(table):
        before = judge(rules, left)
        for known in filled:
            after = judge(rules, known)
            tried += 1
            for one, other in zip(before.outcomes, after.outcomes, strict=True):
                assert not outside(one, other), (one.code, left.to_json(), known.to_json())
    assert tried > FEW


def test_no_size_of_the_mine_leads_outside_the_range_of_one_that_nobody_says() -> None:
    chance = random.Random("stratum")
    rules = rules_of(AssessmentFact)
    for _case in range(FEW):
        studies = [row_of(AssessmentFact, one, study(chance, one)) for one in range(chance.randint(1, 2))]
        left = mine({AssessmentFact: studies})
        before = judge(rules, left)
        for stratum, by_word in itertools.product(["large-or-medium", "small", "artisanal"], [False, True]):
            known = replace(left, stratum=stratum, stratum_is_bare_word=by_word)
            for one, other in zip(before.outcomes, judge(rules, known).outcomes, strict=True):
                assert not outside(one, other), (one.code, known.to_json())


def test_every_table_whose_rows_may_be_blank_is_tried() -> None:
    assert {*EXTREMES, ObligationFact} == {*ROWS}
    for table, columns in EXTREMES.items():
        assert columns.keys() <= row_of(table, 1, ROWS[table](random.Random(0), 1)).__dataclass_fields__.keys()


TIGHT = {"E01": 100, "E04": 100, "R01": 100}
"""Of how many cases in a hundred both ends are reached; of the others at least of as many as the field found."""
LEAST_TIGHT = 62


@pytest.mark.parametrize("table", EXTREMES, ids=lambda table: TABLES[table].name)
def test_no_range_is_much_wider_than_its_fillings(table: type[Row]) -> None:
    rules = rules_of(table)
    reached, opened = Counter[str](), Counter[str]()
    for left, filled in cases(table, most=400):
        before, after = judge(rules, left), [judge(rules, known) for known in filled]
        for one in before.outcomes:
            found = [other.outcome(one.code) for other in after]
            worst = [other.worst for other in found if other.worst is not None]
            best = [other.best for other in found if other.best is not None]
            if one.worst is None or one.best is None or not worst:
                continue
            opened[one.code] += 1
            reached[one.code] += min(worst) - one.worst <= 1 and one.best - max(best) <= 1
    assert opened.keys() == {one.code for one in rules.indicators}
    for code, number in opened.items():
        assert 100 * reached[code] >= TIGHT.get(code, LEAST_TIGHT) * number, (code, reached[code], number)


def test_no_filling_leads_the_whole_or_a_policy_outside_its_range() -> None:
    chance = random.Random("the whole")
    tried = 0
    for _mine in range(FEW):
        known = mine_of_chance(chance)
        blanks = {
            table: chance.choice(TOGETHER.get(table) or [(one,) for one in EXTREMES[table]]) for table in EXTREMES
        }
        ways = {table: ways_of_first(known, table, names) for table, names in blanks.items()}
        if not all(ways.values()):
            continue
        left = with_first_rows(known, {table: dict.fromkeys(names) for table, names in blanks.items()})
        before = judge(RULES, left)
        for _filling in range(FEW // 4):
            filled = with_first_rows(known, {table: chance.choice(rows) for table, rows in ways.items()})
            after = judge(RULES, filled)
            tried += 1
            assert not outside(before, after), (left.to_json(), filled.to_json())
            for one, other in zip(before.policies, after.policies, strict=True):
                assert not outside(one, other), (one.policy.code, left.to_json(), filled.to_json())
    assert tried > 5 * FEW


def ways_of_first(known: Facts, table: type[Row], names: Iterable[str]) -> list[Values]:
    """The fillings of the first row of a table in which nothing arrives before it was paid."""
    columns = ROWS[table](random.Random(0), 0)
    first = {name: getattr(known[table][0], name) for name in columns}
    return [row for row in fillings(table, first, names) if in_order(row.get("paid_on"), row.get("received_on"))]


def with_first_rows(known: Facts, values: Mapping[type[Row], Values]) -> Facts:
    """The facts with other values in the first row of each table."""
    for table, columns in values.items():
        one, *others = known[table]
        known = known.with_rows(table, [replace(one, **columns), *others])
    return known


def test_a_second_confirmer_who_is_silent_leaves_nothing_open_behind_the_communitys_paper() -> None:
    """The community decides; where only the authority speaks, the community may still say otherwise."""
    kept = dict(promise(random.Random(1), 0), due_on=DAYS[2], confirmed_on=DAYS[1], voluntary=False)
    rules = rules_of(CommitmentFact)

    def of(community: str | None, authority: str | None) -> Any:
        said = kept | {"community_says": community, "authority_says": authority}
        return judge(rules, mine({CommitmentFact: [row_of(CommitmentFact, 0, said)]})).outcome("P03")

    for authority in ANSWERS:
        assert (of("fulfilled", authority).worst, of("fulfilled", authority).best) == (100, 100)
        assert (of("not_fulfilled", authority).worst, of("not_fulfilled", authority).best) == (0, 0)
    assert (of(None, "fulfilled").worst, of(None, "fulfilled").score) == (0, 100)
    assert (of(None, "not_fulfilled").score, of(None, "not_fulfilled").best) == (0, 100)


def test_a_start_of_works_that_is_blank_beside_another_study_opens_the_cap() -> None:
    rows = [study(random.Random(1), one) | {"instrument": "EIA-d", "approved_on": DAYS[1]} for one in (0, 1)]
    begun = [row_of(AssessmentFact, one, row | {"works_started_on": DAYS[1]}) for one, row in enumerate(rows)]
    blank = [begun[0], replace(begun[1], works_started_on=None)]
    early = [begun[0], replace(begun[1], works_started_on=DAYS[0])]
    for studies, ends, capped_by in ((blank, (0, 100), ()), (early, (0, 0), ("E01",)), (begun, (100, 100), ())):
        judgement: Any = judge(RULES, mine({AssessmentFact: studies}))
        outcome = judgement.outcome("E01")
        assert (outcome.worst, outcome.best, judgement.capped_by) == (*ends, capped_by)


# Moves


def mine_of_chance(chance: random.Random) -> Facts:
    """A mine of which all is known: no blank, all on paper, complete lists."""
    rows = {
        table: [row_of(table, one, make(chance, one)) for one in range(chance.randint(1, 3))]
        for table, make in ROWS.items()
        if table is not PaymentFact
    }
    rows[PaymentFact] = [row_of(PaymentFact, one, payment(chance, one)) for one in range(len(rows[ObligationFact]))]
    return mine(rows)


def first(row: Row) -> bool:
    """Whether it is the first of its table."""
    return row.key == 0


def move_day(table: type[Row], to: date) -> Move:
    """Move the due day of the first of its table to a later one, on a bare word."""

    def moved(row: Any) -> Any:
        first_day = row.first_due_on or row.due_on
        nobody = {"later_day_agreed_by": "", "later_day_known_by": ""}
        return replace(row, due_on=max(to, row.due_on), first_due_on=first_day, **nobody)

    return lambda known: known.with_rows(table, (moved(row) if first(row) else row for row in known[table]))


MOVES: dict[str, Move] = {
    "a part of the mine is left out": drop(AssessmentFact, first),
    "the list of parts says nothing of their studies": change(
        ExpectedFact, lambda row: row.of == "assessments", studies=None
    ),
    "a start of works is left out": change(AssessmentFact, first, works_started_on=None),
    "the works are said to begin after the year": change(
        AssessmentFact, first, voice="company", works_started_on=AS_OF
    ),
    "the works are said not to have begun": change(
        AssessmentFact, first, voice="company", works_started_on=None, not_begun_on=AS_OF
    ),
    "a debt is left out, or moved to the next year": drop(ObligationFact, first),
    "a condition is left out, or moved to the next year": drop(ConditionFact, first),
    "a condition is written down as met": change(ConditionFact, first, voice="company", fulfilled_on=DAYS[0]),
    "an employer is left out": drop(EmploymentFact, first),
    "an employer reports one day": change(EmploymentFact, first, period_start=DAYS[2], period_end=DAYS[2]),
    "an exoneration is ticked": change(EmploymentFact, first, foreign_exonerated=True, voice="company"),
    "an exoneration names nobody and no end": change(
        EmploymentFact,
        first,
        foreign_exonerated=True,
        evidence=1,
        **dict.fromkeys(("exonerated_headcount", "exonerated_pay", "exonerated_until")),
    ),
    "a payment is said to be made, the community silent": change(
        PaymentFact,
        first,
        company_amount=Decimal(100_000),
        paid_on=DAYS[0],
        purpose="health",
        company_files=0,
        **dict.fromkeys(("recipient_amount", "received_on", "recipient_voice", "recipient_known_by")),
        recipient_files=0,
    ),
    "a promise is left out, or moved to the next year": drop(CommitmentFact, first),
    "a promise is called voluntary": change(CommitmentFact, first, voluntary=True, voice="company", evidence=0),
    "a promise is split": lambda known: add(
        CommitmentFact, *(replace(one, record=f"commitment/{one.key + 10}") for one in known[CommitmentFact][:1])
    )(known),
    **{
        f"the day of a {what} is moved to {where}": move_day(table, to)
        for what, table in (("debt", ObligationFact), ("promise", CommitmentFact), ("condition", ConditionFact))
        for where, to in (("the last day of the year", DAYS[4]), ("the next year", DAYS[5]))
    },
    "an empty report": together(
        drop(DisclosureFact, lambda _row: True),
        add(
            DisclosureFact,
            DisclosureFact(record="disclosure/9", period_end=DAYS[4], published_on=DAYS[4], published_by="company"),
        ),
    ),
}


@pytest.mark.parametrize("move", MOVES)
def test_no_move_makes_the_worst_case_of_a_mine_of_chance_better_than_its_truth(move: str) -> None:
    chance = random.Random(move)
    for _case in range(FEW):
        known = mine_of_chance(chance)
        truth, edited = judge(RULES, known), judge(RULES, MOVES[move](known))
        assert truth.score is not None
        assert edited.worst is not None
        assert edited.worst <= truth.score, known.to_json()
        for one, other in zip(truth.outcomes, edited.outcomes, strict=True):
            if one.score is not None and other.worst is not None:
                assert other.worst <= one.score, (one.code, known.to_json())
