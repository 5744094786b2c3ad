"""What mines of chance come to as a whole stays as it is kept: grades, how sure they are, views, and what is shown of small numbers.

A line that changes is a judgement that changes. `write()` writes the kept lines anew; `all_of` says all of a mine.
"""

import random
from collections.abc import Iterator
from dataclasses import astuple, replace
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from compliance.evaluation import canonical
from compliance.evaluation.audit import audit
from compliance.evaluation.certainty import certainty_of
from compliance.evaluation.facts import (
    CommitmentFact,
    EmploymentFact,
    ExemptionFact,
    ExpectedFact,
    Facts,
    ObligationFact,
    PaymentFact,
)
from compliance.evaluation.framework import Framework
from compliance.evaluation.judgement import Judgement, Override
from compliance.evaluation.owners import MINE, DirectShare, chain_of
from compliance.evaluation.scoring import judge
from compliance.evaluation.shown_results import judge_shown
from compliance.evaluation.small_numbers import attack, choose, counted_columns, cover
from compliance.evaluation.views import by_duty_bearer, by_obligation_level, of_the_state
from tests.compliance.evaluation.test_brute_force import mine_of_chance
from tests.compliance.evaluation.test_examples import FILES
from tests.compliance.evaluation.test_games import RULES
from tests.compliance.evaluation.test_kept_results import with_values

KEPT = Path(__file__).with_name("kept_mines.txt")
CARDS = 36
FRAMEWORKS = ("chile-recommended-policies-1", *(f"peru-recommended-policies-{version}" for version in range(1, 9)))
LISTS = ("assessments", "commitments", "conditions", "employment", "obligations")


@cache
def mine_of(number: int) -> tuple[Framework, Facts, tuple[Override, ...]]:
    """A mine of chance, judged by one of the frameworks, some of its indicators by a reviewer or not at all."""
    chance = random.Random(f"mine {number}")
    rules = FILES[FRAMEWORKS[number % len(FRAMEWORKS)]].framework if number % 2 else RULES
    known = mine_of_chance(chance)
    known = known.with_rows(ExpectedFact, [one for one in known[ExpectedFact] if one.of in LISTS])
    codes = [one.code for one in rules.indicators]
    exempt = ExemptionFact(record="exemption/1", indicator=chance.choice(codes), reason="Nothing is due.")
    known = known.with_rows(ExemptionFact, [exempt] if chance.random() < 0.3 else [])
    for table in list(known.tables):
        known = known.with_rows(table, known[table] if chance.random() < 0.94 else [])
    debts = [replace(one, payer_is=chance.choice([None, None, "agency"])) for one in known[ObligationFact]]
    promises = [replace(one, promised_by=chance.choice(["", "", "state"])) for one in known[CommitmentFact]]
    payer = {one.record: one.payer_is for one in debts}
    paid = [replace(one, payer_is=payer.get(one.obligation or "")) for one in known[PaymentFact]]
    known = known.with_rows(ObligationFact, debts).with_rows(CommitmentFact, promises).with_rows(PaymentFact, paid)
    known = replace(known, phases=chance.choice([(), ("operation",), ("exploration",), ("closure", "operation")]))
    over = Override(indicator=codes[-1], score=Decimal(chance.randint(0, 100)), reason="Seen there.")
    return rules, known.seen_by(rules.looks_at), (over,) if chance.random() < 0.3 else ()


def sealed(found: Judgement) -> dict[str, Any]:
    """What is sealed of a judgement, which reads back as it was, without the fingerprint of its rules."""
    spelled = found.to_json()
    assert Judgement.from_json(spelled, found.framework).to_json() == spelled
    gates = [(one.code, one.fails, one.fails_at_ends, one.blocks, one.lifts_its_gate) for one in found.outcomes]
    return {**spelled, "framework": found.framework.code, "gates": gates}


def with_few(known: Facts, chance: random.Random) -> Facts:
    """The same mine with few workers."""

    def few(row: EmploymentFact) -> EmploymentFact:
        district, province, region, national, total = sorted(chance.choices(range(14), k=5))
        foreign, staff = sorted(chance.choices(range(14), k=2))
        named = ("district_fte", "province_fte", "region_fte", "national_fte", "total_fte")
        fte = dict(zip(named, map(Decimal, (district, province, region, national, total)), strict=True))
        women = Decimal(chance.randint(0, total))
        staffed = {"women_fte": women, "staff_headcount": staff, "foreign_headcount": foreign}
        found: EmploymentFact = with_values(row, fte | staffed)
        return found

    return known.with_rows(EmploymentFact, map(few, known[EmploymentFact]))


def covered_of(rules: Framework, known: Facts) -> list[Any]:
    """What is shown of small numbers, what comes of it, and of a second document that shows them otherwise."""
    shown, covered = cover(known, {})
    columns = counted_columns(EmploymentFact)
    found: list[Any] = [shown.to_json(), covered, sealed(judge_shown(rules, shown, covered))]
    exact = [{one.name: Decimal(getattr(row, one.name) or 0) for one in columns} for row in known[EmploymentFact]]
    for one in exact:
        before = {name: count + (count > 6) for name, count in one.items()}
        seen = [(before, choose(columns, before))]
        chosen = choose(columns, one, seen)
        again = [*seen, (one, chosen)]
        found.append([chosen.shown, sorted(chosen.few), sorted(chosen.withheld), attack(columns, again)])
        found.append(attack(columns, [(one, choose(columns, one, guard=False))]))
    return found


def owners_of_chance(chance: random.Random) -> Any:
    """A chain of owners, with circles and with parts that nobody knows."""
    names = [MINE, *"ABCDE"]
    shares = {(chance.choice(names), chance.choice(names[1:])) for _share in range(chance.randint(2, 9))}
    percents = [Decimal(10), Decimal(50), Decimal(60), Decimal(100)]
    rows = [DirectShare(of=of, owner=owner, percent=chance.choice(percents)) for of, owner in sorted(shares)]
    return chain_of(rows, {"D", "E"})


def all_of(number: int) -> list[Any]:
    """All that a mine of chance comes to."""
    rules, known, overrides = mine_of(number)
    chance = random.Random(number)
    found = judge(rules, known, overrides)
    parts = [(view.name, sealed(view.judgement)) for view in (*by_obligation_level(found), *by_duty_bearer(found))]
    state = of_the_state(rules, known)
    return [
        sealed(found),
        certainty_of(found),
        parts,
        state and sealed(state.judgement),
        covered_of(rules, with_few(known, chance)),
        [owners_of_chance(chance) for _chain in range(5)],
    ]


def lines() -> Iterator[str]:
    """Each mine in short, with the fingerprint of all that it comes to."""
    for number in range(CARDS):
        yield line_of(number)


def line_of(number: int) -> str:
    """One of them."""
    rules, known, overrides = mine_of(number)
    found = judge(rules, known, overrides)
    sure = certainty_of(found)
    return (
        f"{number}: {rules.code} {rules.version}: {found.grade}, {short(found.score)} ({short(found.worst)} to "
        f"{short(found.best)}), {short(found.coverage)} known, {sure and sure.holds} draws hold, between "
        f"{sure and sure.low} and {sure and sure.high}, decided by {sure and sure.decides and sure.decides.code}; "
        f"{canonical.digest(all_of(number))[:16]}"
    )


def short(number: Decimal | None) -> str:
    """A number with two decimals."""
    return "?" if number is None else canonical.spell(round(number, 2))


def audit_line() -> str:
    """What the audit says of all cards that the newest rules give these mines."""
    cards = [judge(RULES, mine_of(number)[1]) for number in range(CARDS)]
    found = audit(RULES, cards)
    left_out = [(*astuple(one)[:3], one.changes, one.mean_change) for one in (*found.indicators, *found.policies)]
    pairs = [list(astuple(one)) for one in found.pairs]
    decides = [[*key, times] for key, times in found.decides.items()]
    told = [found.cards, found.graded, found.flips, decides, left_out, pairs, found.too_few, len(found.same)]
    return f"audit: {found.cards} cards, {found.graded} graded, {found.flips} not robust; {canonical.digest(told)[:16]}"


def write() -> None:
    """Keep what the mines come to today."""
    KEPT.write_text("\n".join([*lines(), audit_line()]) + "\n", encoding="utf-8")


@pytest.mark.parametrize("number", range(CARDS))
def test_what_a_mine_of_chance_comes_to_stays(number: int) -> None:
    assert line_of(number) == KEPT.read_text(encoding="utf-8").splitlines()[number]


def test_what_an_audit_says_of_these_mines_stays() -> None:
    assert audit_line() == KEPT.read_text(encoding="utf-8").splitlines()[-1]
