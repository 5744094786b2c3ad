"""Gathering, judging and storing: queries, time, memory, and against a plain loop and against SQL alone."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from datetime import date
from functools import partial

from django.db import connections

from benchmarks import upper_bound
from benchmarks.child import SPINS, in_a_process, judge_all, seconds_in, spin
from benchmarks.measuring import Report, counted, in_turns, median_seconds, seconds
from benchmarks.record import YEARS
from compliance.evaluation.certainty import certainty_of
from compliance.evaluation.facts import Facts
from compliance.evaluation.framework import Framework
from compliance.evaluation.gathering import Pair, Scope, gather
from compliance.evaluation.scoring import judge
from compliance.evaluation.sealed import rules_of
from compliance.models import PolicyFramework
from compliance.services.production import CHUNK, produce_scorecards
from projects.models import Project

ON = date(2026, 1, 31)
LOOPED = 12
TOGETHER = 240
MANY = 4
JUDGED = 120
ROUNDS = 3


def pairs_of(projects: Sequence[int]) -> list[Pair]:
    """Every year of these projects."""
    return [(project, year) for project in projects for year in YEARS]


def keys() -> list[int]:
    """All projects, in the order in which they were invented."""
    return list(Project.objects.order_by("pk").values_list("pk", flat=True))


def measure(report: Report, database: str, done: int) -> None:
    """All figures of evaluation; the first `done` projects have their scorecards already."""
    projects = keys()
    tenth = projects[: len(projects) // 10]
    measure_gathering(report, projects, tenth)
    measure_judgement(report, projects)
    rate = measure_production(report, database, projects[done:])
    measure_loop(report, projects)
    measure_upper_bound(report, len(projects) * len(YEARS), rate)


def measure_gathering(report: Report, projects: list[int], tenth: list[int]) -> None:
    """The number of queries, and the time that one scorecard's facts take."""
    for some in (projects[:1], tenth, projects):
        with counted() as queries:
            gather(Scope(frozenset(pairs_of(some)), ON))
        report.add(f"gather: queries for {len(some)} projects", queries[0], at_most=12)
    per_card = [
        median_seconds(partial(gather, Scope(frozenset(pairs_of(some)), ON)), ROUNDS) / len(pairs_of(some))
        for some in (tenth, projects)
    ]
    report.add("gather: ms a scorecard at N/10", per_card[0] * 1000, "ms")
    report.add("gather: ms a scorecard at N", per_card[1] * 1000, "ms")
    report.add("gather: time a scorecard, N against N/10", per_card[1] / per_card[0], "×", at_most=1.2)


def measure_judgement(report: Report, projects: list[int]) -> None:
    """Judgement alone in one process and in two, with what the machine gives to arithmetic in one and two."""
    facts = list(gather(Scope(frozenset(pairs_of(projects[: JUDGED // len(YEARS)])), ON)).values())
    rules = rules_of(PolicyFramework.objects.get(code="peru-recommended-policies", version=1))
    taken = {
        (name, processes): statistics.median(seconds_in(processes, ROUNDS, work, *given))
        for name, work, given in (("judgement", judge_all, (rules, facts)), ("arithmetic", spin, (SPINS,)))
        for processes in (1, 2)
    }
    report.add("judgement alone: scorecards a second, one process", len(facts) / taken["judgement", 1], "/s")
    gain, given_by_machine = (2 * taken[name, 1] / taken[name, 2] for name in ("judgement", "arithmetic"))
    report.add(
        "judgement alone: two processes against one",
        gain,
        "×",
        at_least=1.8,
        note=f"two processes of plain arithmetic got {given_by_machine:.2f} × from this machine in the same minute",
    )
    report.add("judgement alone: of what two processes of arithmetic gain", gain / given_by_machine, "×")
    measure_certainty(report, rules, facts)


def measure_certainty(report: Report, rules: Framework, facts: list[Facts]) -> None:
    """How sure each grade is, in turns with judging it."""
    judged = [judge(rules, one) for one in facts]

    def weigh() -> None:
        for one in judged:
            certainty_of(one)

    weigh()
    weighing, judging = in_turns(weigh, partial(judge_all, rules, facts), rounds=ROUNDS)
    report.add("how sure a grade is: scorecards a second", len(facts) / weighing, "/s")
    report.add("how sure a grade is: time of judging the same", weighing / judging, "×", at_most=3)


def produce(pairs: list[Pair]) -> float:
    """Scorecards a second, the median of three parts, or of fewer that fill a step; in a process of its own."""
    third = max(-(-len(pairs) // 3), min(CHUNK, len(pairs)))
    parts = [pairs[start : start + third] for start in range(0, len(pairs), third)]
    return statistics.median(len(part) / seconds(partial(produce_scorecards, part)) for part in parts)


def measure_production(report: Report, database: str, projects: list[int]) -> float:
    """Gather, judge and store in steps: a tenth first, but at least as many as fill one step; then all others."""
    few = projects[: max(len(projects) // 10, CHUNK // len(YEARS) * 3 // 2)]
    few = few[: len(projects) // 2]
    others = projects[len(few) :]
    connections.close_all()
    rate_few, memory_few = in_a_process(database, __name__, "produce", pairs_of(few))
    rate, memory = in_a_process(database, __name__, "produce", pairs_of(others))
    report.add(f"production: scorecards a second, {len(few)} projects", rate_few, "/s")
    report.add(f"production: scorecards a second, {len(others)} projects more", rate, "/s")
    shows_growth = len(others) >= MANY * len(few)
    note = "" if shows_growth else "both are as large: shows no growth; ask for --projects 5000"
    report.add(
        "production: time a scorecard, many against few",
        rate_few / rate,
        "×",
        at_most=1.2 if shows_growth else None,
        note=note,
    )
    report.add(f"production: peak memory, {len(few)} projects", memory_few, "MB")
    report.add(f"production: peak memory, {len(others)} projects", memory, "MB")
    report.add(
        "production: peak memory, many against few",
        memory / memory_few,
        "×",
        at_most=1.1 if shows_growth else None,
        note=note,
    )
    return float(rate)


def measure_loop(report: Report, projects: list[int]) -> None:
    """Steps of many against one project and year at a time; scorecards that exist already, so that both may repeat."""
    together = pairs_of(projects)[:TOGETHER]
    alone = together[:: len(together) // LOOPED]

    def one_by_one() -> None:
        for pair in alone:
            produce_scorecards([pair])

    loop, steps = in_turns(one_by_one, lambda: produce_scorecards(together), rounds=ROUNDS)
    with counted() as queries:
        produce_scorecards(alone[:1])
    report.add("production: queries of one scorecard alone", queries[0])
    ratio = (loop / len(alone)) / (steps / len(together))
    report.add("production: against a loop over evaluate()", ratio, "×", at_least=150)


def measure_upper_bound(report: Report, scorecards: int, rate: float) -> None:
    """The same rows by SQL alone, the fastest way there is."""
    with connections["owner"].cursor() as cursor:
        cursor.execute(upper_bound.TABLE)

        def figures() -> None:
            cursor.execute(upper_bound.EMPTY)
            cursor.execute(upper_bound.FIGURES, {"years": list(YEARS)})

        def sealed() -> None:
            cursor.execute(upper_bound.SEALED, {"years": list(YEARS)})

        taken = in_turns(figures, sealed, rounds=ROUNDS)
        cursor.execute("SELECT count(*), count(score) FROM bench_upper_bound")
        if cursor.fetchone() != (scorecards, scorecards):
            raise AssertionError("the upper bound does not reach every project and year")
    bare, with_facts = scorecards / taken[0], scorecards / sum(taken)
    report.add("SQL alone: rows of figures a second", bare, "/s")
    report.add("SQL alone, with the facts sealed: a second", with_facts, "/s")
    report.add("production: of SQL alone", rate / bare, "×", at_least=0.5)
    report.add("production: of SQL alone with the facts sealed", rate / with_facts, "×")
