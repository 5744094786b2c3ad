"""What a company could leave out, write in or call otherwise: whatever it does, the worst case is no better than the truth.

Each case is a row of "How a grade can be wrong": the mine as it is, one edit of its records, and what gives the edit away.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from functools import reduce
from typing import Any

import pytest

from compliance.evaluation import canonical
from compliance.evaluation.arrears import only_open_arrears
from compliance.evaluation.criteria import MEASURES
from compliance.evaluation.facts import (
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
from compliance.evaluation.framework_files import FOLDER, read_folder
from compliance.evaluation.judgement import Judgement, Override
from compliance.evaluation.scoring import judge
from tests.compliance.evaluation.builders import day, employment, facts

VERSIONS = {
    file.framework.version: file.framework
    for file in read_folder(FOLDER, MEASURES)
    if file.framework.code == "peru-recommended-policies"
}
RULES = VERSIONS[5]
MILLION = Decimal(1_000_000)
HEALTH = "health"
Move = Callable[[Facts], Facts]


def rows(table: type[Any], number: int, **columns: Any) -> list[Any]:
    """Rows of a table that differ by their number only, told by the authority where nothing else is said."""
    name = table.__name__
    return [table(**({"record": f"{name}/{one}", "voice": "authority"} | columns)) for one in range(number)]


def listed(of: str, number: int, since: str = "2025-01-01", **sizes: Any) -> ExpectedFact:
    """A list of the authority; of parts of the mine with one study each where nothing else is said."""
    if of == "assessments":
        sizes = {"studies": number} | sizes
    return ExpectedFact(
        record=f"expected-count/{of}",
        voice="authority",
        of=of,
        period_start=day(since),
        period_end=day("2025-12-31"),
        number=number,
        **sizes,
    )


LISTS = (
    listed("assessments", 2),
    listed("conditions", 50, since="2010-05-10"),
    listed("employment", 2, people=Decimal(800)),
    listed("obligations", 4, amount=4 * MILLION, currency="PEN"),
    listed("commitments", 10),
)
PAPER: dict[str, Any] = {"recipient_voice": "community", "recipient_known_by": "receipt", "recipient_files": 1}


def worker_return(employer: str, total: int, local: int, women: int, foreign: int) -> EmploymentFact:
    return employment(
        record=f"employment-return/{employer}",
        voice="authority",
        employer=employer,
        contractors_included=False,
        total_fte=total,
        district_fte=local,
        women_fte=women,
        staff_headcount=total,
        foreign_headcount=foreign,
        staff_pay=Decimal(total),
        foreign_pay=Decimal(foreign),
    )


def the_truth() -> Facts:
    """The pit certified, the dam not; debts late and short; half of the promises broken; conditions open for years."""
    due = [replace(one, record=f"obligation/{n}") for n, one in enumerate(_debts())]
    arrived = [Decimal(1_000_000), Decimal(700_000), Decimal(600_000), Decimal(0)]
    payments = [
        PaymentFact(
            record=f"disbursement/{n}",
            obligation=f"obligation/{n}",
            currency="PEN",
            purpose=HEALTH if n == 0 else "other",
            company_amount=amount,
            paid_on=day("2025-09-18"),
            recipient_amount=amount,
            received_on=day("2025-09-18"),
            **PAPER,
        )
        for n, amount in enumerate(arrived)
    ]
    kept = rows(CommitmentFact, 5, due_on=day("2025-06-30"), community_says="fulfilled", confirmed_on=day("2025-06-01"))
    kept = [replace(one, community_known_by="assembly", evidence=1) for one in kept]
    broken = rows(CommitmentFact, 5, due_on=day("2025-06-30"), community_says="not_fulfilled")
    broken = [replace(one, record=f"broken/{n}") for n, one in enumerate(broken)]
    met = rows(ConditionFact, 40, due_on=day("2020-06-30"), fulfilled_on=day("2020-06-01"))
    late = [replace(one, record=f"open/{n}", fulfilled_on=None) for n, one in enumerate(met[:10])]
    return facts(
        as_of=day("2027-12-31"),
        assessments=[
            study("pit", "2010-05-10", "2011-02-01", 6),
            study("dam", "2023-05-10", "2021-12-10", 2),
        ],
        conditions=[*met, *late],
        employment=[worker_return("the mine", 200, 90, 30, 10), worker_return("the contractor", 600, 60, 24, 180)],
        obligations=due,
        payments=payments,
        commitments=[*kept, *broken],
        disclosures=[
            DisclosureFact(
                record="disclosure/1",
                period_end=day("2025-12-31"),
                published_on=day("2027-08-01"),
                published_by="company",
                has_figures=True,
            )
        ],
        expected=LISTS,
    )


def _debts() -> list[ObligationFact]:
    owed = {"payer": "the mine", "payer_is": "company", "basis": "agreement", "amount": MILLION, "currency": "PEN"}
    return rows(ObligationFact, 4, recipient="a community", due_on=day("2025-06-30"), **owed)


def study(component: str, approved: str, started: str, held: int) -> AssessmentFact:
    return AssessmentFact(
        record=f"assessment/{component}",
        voice="authority",
        instrument="EIA-d",
        component=component,
        approved_on=day(approved),
        works_started_on=day(started),
        participation_planned=6,
        participation_held=held,
    )


def judged(known: Facts) -> Judgement:
    return judge(RULES, only_open_arrears(known))


def change(table: type[Row], of: Callable[[Any], bool], **columns: Any) -> Move:
    """Write other values into some rows of a table."""
    return lambda known: known.with_rows(table, (replace(row, **columns) if of(row) else row for row in known[table]))


def drop(table: type[Row], of: Callable[[Any], bool]) -> Move:
    """Leave some rows of a table out."""
    return lambda known: known.with_rows(table, (row for row in known[table] if not of(row)))


def add(table: type[Row], *more: Row) -> Move:
    """Add rows to a table."""
    return lambda known: known.with_rows(table, (*known[table], *more))


def together(*moves: Move) -> Move:
    """One edit after the other."""
    return lambda known: reduce(lambda before, move: move(before), moves, known)


def in_turn(known: Facts) -> Facts:
    """Payments as the company alone states them: all, on the day, for health."""
    alone = dict.fromkeys(("recipient_amount", "received_on", "recipient_voice", "recipient_known_by"))
    said = {"company_amount": MILLION, "paid_on": day("2025-06-30"), "purpose": HEALTH, "recipient_files": 0}
    return change(PaymentFact, lambda _row: True, **alone, **said)(known)


def is_dam(row: AssessmentFact) -> bool:
    return row.component == "dam"


def is_broken(row: CommitmentFact) -> bool:
    return row.community_says == "not_fulfilled"


ONE_DAY = replace(
    worker_return("the mine", 10, 10, 5, 0),
    period_start=day("2025-07-28"),
    period_end=day("2025-07-28"),
    contractors_included=True,
    voice="company",
)
ROYALTY = ObligationFact(
    record="obligation/royalty",
    payer="the mine",
    payer_is="company",
    recipient="the treasury",
    recipient_is="agency",
    basis="royalty",
    amount=100 * MILLION,
    currency="PEN",
    due_on=day("2025-06-30"),
)
ROYALTY_PAID = PaymentFact(
    record="disbursement/royalty",
    obligation="obligation/royalty",
    currency="PEN",
    company_amount=100 * MILLION,
    recipient_amount=100 * MILLION,
    received_on=day("2025-06-30"),
    paid_on=day("2025-06-30"),
    recipient_is="agency",
    recipient_voice="authority",
    recipient_known_by="public",
)
TINY = [
    replace(one, record=f"tiny/{n}", community_known_by="assembly", evidence=1)
    for n, one in enumerate(
        rows(CommitmentFact, 90, due_on=day("2025-06-30"), community_says="fulfilled", confirmed_on=day("2025-06-01"))
    )
]
TRIVIAL = [
    replace(one, record=f"trivial/{n}")
    for n, one in enumerate(rows(ConditionFact, 950, due_on=day("2025-06-30"), fulfilled_on=day("2025-06-01")))
]
EMPTY_REPORT = DisclosureFact(
    record="disclosure/empty", period_end=day("2025-12-31"), published_on=day("2025-12-31"), published_by="company"
)
NEXT_YEAR = day("2026-01-01")


def next_year(table: type[Row], of: Callable[[Any], bool]) -> Move:
    """Move due days to the year after: the rows leave the facts of this one."""
    return drop(table, of)


no_dam = drop(AssessmentFact, is_dam)
conditions_written_in = change(
    ConditionFact, lambda row: row.fulfilled_on is None, fulfilled_on=day("2025-12-30"), voice="company"
)
one_day = together(drop(EmploymentFact, lambda _row: True), add(EmploymentFact, ONE_DAY))
voluntary = change(CommitmentFact, is_broken, voluntary=True, voice="company")
empty_report = together(drop(DisclosureFact, lambda _row: True), add(DisclosureFact, EMPTY_REPORT))

GAMES: dict[str, tuple[str, Move]] = {
    "the dam's row is left out": ("E01", no_dam),
    "only its start of works is left out": ("E01", change(AssessmentFact, is_dam, works_started_on=None)),
    "the dam is entered as a minor change": ("E01", change(AssessmentFact, is_dam, instrument="ITS")),
    "broken promises are called voluntary": ("P03", voluntary),
    "ninety tiny promises are added": ("P03", add(CommitmentFact, *TINY)),
    "broken promises are moved to the next year": ("P03", next_year(CommitmentFact, is_broken)),
    "one return of one day": ("L01", one_day),
    "one return of one day, for women": ("L03", one_day),
    "one return of one day, for foreigners": ("L04", one_day),
    "all payments as made, the community silent": ("R01", in_turn),
    "all payments as made on the day, the community silent": ("R02", in_turn),
    "all money called money for health": ("R04", in_turn),
    "the royalty stands beside the communities' money": (
        "R01",
        together(add(ObligationFact, ROYALTY), add(PaymentFact, ROYALTY_PAID)),
    ),
    "the royalty came in time": ("R02", together(add(ObligationFact, ROYALTY), add(PaymentFact, ROYALTY_PAID))),
    "the contractor reports nothing": (
        "L01",
        together(
            drop(EmploymentFact, lambda row: row.employer == "the contractor"),
            change(EmploymentFact, lambda _row: True, contractors_included=True),
        ),
    ),
    "three of four debts are not entered": ("R01", drop(ObligationFact, lambda row: row.record != "obligation/0")),
    "three of four debts are not entered, and their delay": (
        "R02",
        drop(ObligationFact, lambda row: row.record != "obligation/0"),
    ),
    "an empty report on the last day of the year": ("T01", empty_report),
    "conditions are written down as met, years late": ("E04", conditions_written_in),
    "the same, with a paper": (
        "E04",
        change(ConditionFact, lambda row: row.fulfilled_on is None, fulfilled_on=day("2025-12-30"), evidence=1),
    ),
    "950 trivial conditions are added": ("E04", add(ConditionFact, *TRIVIAL)),
    "an exoneration is ticked": (
        "L04",
        change(EmploymentFact, lambda _row: True, foreign_exonerated=True, voice="company"),
    ),
    "two debts are moved to the next year": (
        "R01",
        next_year(ObligationFact, lambda row: row.record in ("obligation/2", "obligation/3")),
    ),
    "the money is called infrastructure by the payer": (
        "R04",
        change(
            PaymentFact,
            lambda _row: True,
            purpose="infrastructure",
            recipient_amount=None,
            recipient_voice=None,
            recipient_known_by=None,
            recipient_files=0,
            company_known_by="bank",
            company_files=1,
        ),
    ),
}
OTHERS_REPORT = replace(EMPTY_REPORT, record="disclosure/ngo", published_by="ngo", has_figures=True)
GAMES |= {
    "the dam's meetings are left out with it": ("E03", no_dam),
    "one promise is split into ten": (
        "P03",
        add(CommitmentFact, *(replace(one, record=f"part-of-{one.record}") for one in TINY[:9])),
    ),
    "all payments as made, so that both accounts cannot differ": ("R05", in_turn),
    "the royalty had no other purpose": (
        "R04",
        together(add(ObligationFact, ROYALTY), add(PaymentFact, ROYALTY_PAID)),
    ),
    "the royalty is agreed to the cent": (
        "R05",
        together(add(ObligationFact, ROYALTY), add(PaymentFact, ROYALTY_PAID)),
    ),
    "the contractor's women are not reported": ("L03", drop(EmploymentFact, lambda row: row.employer != "the mine")),
    "the contractor's foreigners are not reported": (
        "L04",
        drop(EmploymentFact, lambda row: row.employer != "the mine"),
    ),
    "three of four debts are not entered, and what they were for": (
        "R04",
        drop(ObligationFact, lambda row: row.record != "obligation/0"),
    ),
    "somebody else's report beside the mine's own": ("T01", add(DisclosureFact, OTHERS_REPORT)),
    "somebody else's report in place of the mine's own": (
        "T01",
        together(drop(DisclosureFact, lambda _row: True), add(DisclosureFact, OTHERS_REPORT)),
    ),
    "an exoneration is ticked and no numbers are given": (
        "L04",
        change(
            EmploymentFact,
            lambda _row: True,
            **dict.fromkeys(("staff_headcount", "foreign_headcount", "staff_pay", "foreign_pay")),
            foreign_exonerated=True,
            voice="company",
        ),
    ),
    "payments are split": (
        "R01",
        lambda known: known.with_rows(
            PaymentFact,
            (
                replace(one, record=f"{one.record}-{part}", company_amount=half, recipient_amount=half)
                for one in known[PaymentFact]
                for part in (1, 2)
                for half in [(one.recipient_amount or Decimal(0)) / 2]
            ),
        ),
    ),
}
BOOKED_ELSEWHERE = PaymentFact(
    record="disbursement/more",
    obligation="obligation/0",
    currency="PEN",
    purpose="other",
    company_amount=9 * MILLION,
    paid_on=day("2025-06-30"),
    recipient_amount=9 * MILLION,
    received_on=day("2025-06-30"),
    **PAPER,
)
PAID_BACK = replace(
    BOOKED_ELSEWHERE,
    record="disbursement/back",
    company_amount=-9 * MILLION,
    recipient_amount=-9 * MILLION,
    received_on=day("2025-07-01"),
)
GAMES |= {
    "nine million that nobody owed are booked under a debt that was paid late": (
        "R02",
        add(PaymentFact, BOOKED_ELSEWHERE),
    ),
    "nine million came in time and were paid back the next day": ("R02", add(PaymentFact, BOOKED_ELSEWHERE, PAID_BACK)),
    "nine million dollars came in time for a debt in soles": (
        "R02",
        add(PaymentFact, replace(BOOKED_ELSEWHERE, currency="USD")),
    ),
}


def second_dam(known: Facts) -> Facts:
    """The truth with a dam whose first study was in time and whose second was not; the list names both."""
    first = study("dam", "2010-05-10", "2011-02-01", 6)
    second = replace(study("dam", "2023-05-10", "2021-12-10", 2), record="assessment/dam-2")
    lists = [listed("assessments", 2, studies=3), *(one for one in LISTS if one.of != "assessments")]
    pit = [row for row in known[AssessmentFact] if not is_dam(row)]
    return known.with_rows(AssessmentFact, [*pit, first, second]).with_rows(ExpectedFact, lists)


def is_second(row: AssessmentFact) -> bool:
    return row.record == "assessment/dam-2"


def only_exploration(known: Facts) -> Facts:
    """The truth as a large mine at work that has a DIA of its exploration and nothing else."""
    dia = replace(study("pit", "2012-03-01", "2012-05-01", 6), instrument="DIA")
    lists = [listed("assessments", 1), *(one for one in LISTS if one.of != "assessments")]
    whole = known.with_rows(AssessmentFact, [dia]).with_rows(ExpectedFact, lists)
    return replace(whole, stratum="large-or-medium")


def is_contractor(row: EmploymentFact) -> bool:
    return row.employer == "the contractor"


EXCUSED: dict[str, Any] = {
    "foreign_exonerated": True,
    "evidence": 1,
    "exonerated_headcount": 180,
    "exonerated_pay": Decimal(180),
    "exonerated_until": day("2025-12-31"),
}
ON_PAPER: dict[str, dict[str, Any]] = {
    "says nothing of whom it excuses": dict.fromkeys(("exonerated_headcount", "exonerated_pay", "exonerated_until")),
    "says no number": {"exonerated_headcount": None},
    "says no pay and a few people": {"exonerated_pay": None, "exonerated_headcount": 59},
    "says no end": {"exonerated_until": None},
    "ended last year": {"exonerated_until": day("2024-12-31")},
    "ended the day before the year does": {"exonerated_until": day("2025-12-30")},
    "excuses one too few": {"exonerated_headcount": 59},
}
GAMES |= {
    f"an exoneration on paper {what}": ("L04", change(EmploymentFact, is_contractor, **EXCUSED | said))
    for what, said in ON_PAPER.items()
}
GAMES |= {
    "an exoneration of all by the company's bare word": (
        "L04",
        change(EmploymentFact, is_contractor, **EXCUSED | {"voice": "company", "evidence": 0}),
    ),
}
SIX = together(no_dam, conditions_written_in, one_day, in_turn, voluntary, empty_report)


def test_the_mine_as_it_is_fails() -> None:
    judgement = judged(the_truth())
    assert judgement.grade == "E"
    assert judgement.score is not None
    assert judgement.score < 20
    assert judgement.capped_by == ("E01",)


@pytest.mark.parametrize("game", GAMES)
def test_no_edit_makes_the_worst_case_better_than_the_truth(game: str) -> None:
    code, move = GAMES[game]
    truth, edited = judged(the_truth()), judged(move(the_truth()))
    assert edited.worst is not None
    assert truth.score is not None
    assert edited.worst <= truth.score
    before, after = truth.outcome(code), edited.outcome(code)
    assert after.worst is not None
    assert before.score is not None
    assert after.worst <= before.score
    same_words = (before.measured.missing, before.measured.flags) == (after.measured.missing, after.measured.flags)
    assert not same_words or after.score == before.score
    assert after.score is None or after.score <= before.score


@pytest.mark.parametrize(
    "move",
    [
        lambda known: replace(known, stratum=""),
        lambda known: replace(known, stratum="small", stratum_is_bare_word=True),
        lambda known: replace(known, stratum="artisanal", stratum_is_bare_word=True),
        lambda known: replace(known, phases=()),
        drop(ExpectedFact, lambda row: row.of == "assessments"),
        change(ExpectedFact, lambda row: row.of == "assessments", studies=2),
        add(
            AssessmentFact, replace(study("pit", "2012-03-01", "2012-05-01", 6), record="assessment/2", voice="company")
        ),
    ],
)
def test_a_large_mine_without_an_impact_study_is_not_made_better_by_silence_about_its_size(move: Move) -> None:
    truth, edited = judged(only_exploration(the_truth())), judged(move(only_exploration(the_truth())))
    assert truth.capped_by == ("E01",)
    assert truth.outcome("E01").measured.flags == ("only-for-exploration",)
    assert truth.score is not None
    assert edited.worst is not None
    assert edited.worst <= truth.score
    outcome: Any = edited.outcome("E01")
    assert (outcome.state, outcome.worst) == ("unknown", 0)


@pytest.mark.parametrize(
    ("instrument", "stratum", "by_word", "phases", "passes"),
    [
        ("DIA", "large-or-medium", False, ("operation",), False),
        ("DIA", "large-or-medium", True, ("operation",), False),
        ("FTA", "large-or-medium", False, ("development",), False),
        ("DIA", "large-or-medium", False, ("exploration",), True),
        ("DIA", "large-or-medium", False, (), None),
        ("EIA-sd", "large-or-medium", False, ("operation",), True),
        ("DIA", "small", False, ("operation",), True),
        ("DIA", "artisanal", False, ("operation",), True),
        ("DIA", "small", True, ("operation",), None),
        ("EIA-sd", "small", True, ("operation",), True),
        ("FTA", "small", False, ("operation",), None),
        ("DIA", "", False, ("operation",), None),
    ],
)
def test_which_study_is_enough_depends_on_the_size_of_the_mine_and_its_phase(
    instrument: str, stratum: str, by_word: bool, phases: tuple[str, ...], passes: bool | None
) -> None:
    only = replace(study("pit", "2012-03-01", "2012-05-01", 6), instrument=instrument)
    known = facts(
        assessments=[only],
        expected=[listed("assessments", 1)],
        phases=phases,
        stratum=stratum,
        stratum_is_bare_word=by_word,
    )
    measured = judged(known).outcome("E01").measured
    assert measured.passes is passes
    assert ("stratum-bare-word" in measured.missing) is (by_word and passes is None)


def test_a_late_start_of_a_small_mine_breaks_the_rule_all_the_same() -> None:
    late = replace(study("pit", "2012-05-02", "2012-05-01", 6), instrument="DIA")
    known = facts(assessments=[late], expected=[listed("assessments", 1)], stratum="small")
    assert judged(known).outcome("E01").score == 0


@pytest.mark.parametrize("code", ["E01", "E03"])
@pytest.mark.parametrize(
    "move",
    [
        drop(AssessmentFact, is_second),
        change(AssessmentFact, is_second, instrument="social"),
        change(AssessmentFact, is_second, decision="never-made", approved_on=None, works_started_on=None),
    ],
)
def test_a_second_study_of_the_same_part_that_is_left_out_is_seen(code: str, move: Move) -> None:
    truth, edited = judged(second_dam(the_truth())), judged(move(second_dam(the_truth())))
    assert truth.capped_by == ("E01",)
    assert truth.outcome(code).measured.missing == ()
    assert truth.score is not None
    assert edited.worst is not None
    assert edited.worst <= truth.score
    outcome: Any = edited.outcome(code)
    assert (outcome.state, outcome.worst, outcome.best) == ("unknown", 0, 100)
    assert "fewer-than-listed" in outcome.measured.missing


@pytest.mark.parametrize(("studies", "code"), [(None, "studies-not-listed"), (1, "more-than-listed"), (2, "")])
def test_a_list_of_parts_says_how_many_studies_they_have(studies: int | None, code: str) -> None:
    known = the_truth().with_rows(AssessmentFact, [study("pit", "2010-05-10", "2011-02-01", 6)])
    pit_and_change = [
        *known[AssessmentFact],
        replace(known[AssessmentFact][0], record="assessment/2", instrument="ITS"),
    ]
    listing = known.with_rows(AssessmentFact, pit_and_change).with_rows(
        ExpectedFact, [listed("assessments", 1, studies=studies)]
    )
    for rule in ("E01", "E03"):
        measured = judged(listing).outcome(rule).measured
        assert measured.missing == ((code,) if code else ())


def test_a_list_of_studies_that_is_too_long_in_a_year_that_is_not_over_opens_nothing() -> None:
    known = facts(
        as_of=day("2025-06-30"),
        assessments=[study("pit", "2010-05-10", "2011-02-01", 6)],
        expected=[listed("assessments", 1, studies=2)],
    )
    assert judged(known).outcome("E01").score == 100


def test_version_4_judges_as_it_did_before_there_was_a_version_5() -> None:
    """What it left open stays open by it: its judgements are sealed."""
    truth = the_truth()
    booked = GAMES["nine million that nobody owed are booked under a debt that was paid late"][1](truth)
    excused = GAMES["an exoneration on paper excuses one too few"][1](truth)
    known = [truth, booked, excused, second_dam(truth), only_exploration(truth)]
    judgements = [judge(VERSIONS[4], one) for one in known]
    assert judgements[2].outcome("L04").score == 100
    assert judgements[4].outcome("E01").state == "unknown"
    assert (
        canonical.digest([one.to_json() for one in judgements])
        == "4c175abc08d1f81b5134c53a897f5a2829cc416b6f1da24ed15b780a14615341"
    )


def test_six_edits_together_do_not_lift_the_worst_case_and_earn_no_grade() -> None:
    truth, edited = judged(the_truth()), judged(SIX(the_truth()))
    assert truth.score is not None
    assert edited.worst is not None
    assert edited.worst <= min(truth.score, Decimal("9.6"))
    assert edited.grade == "?"
    assert edited.coverage is not None
    assert edited.coverage < 60
    said = {outcome.code: {*outcome.measured.missing, *outcome.measured.flags} for outcome in edited.outcomes}
    assert all("fewer-than-listed" in said[code] for code in ("E01", "L01", "L03", "L04"))
    assert "fulfilment-bare-word" in said["E04"]
    assert "word-only" in said["R01"]
    assert "voluntary-bare-word" in said["P03"]
    assert "nobody-found-figures" in said["T01"]


def test_without_lists_nothing_that_may_be_left_out_is_known() -> None:
    edited = judged(the_truth().with_rows(ExpectedFact, ()))
    assert edited.worst is not None
    assert edited.worst <= judged(the_truth()).score  # type: ignore[operator]
    assert {outcome.code for outcome in edited.outcomes if "no-list" in outcome.measured.missing} == {
        *("R01", "R02", "R04", "R05", "L01", "L03", "L04", "E01", "E03", "E04", "P03")
    }


def test_a_list_by_the_companys_bare_word_closes_nothing() -> None:
    bare = change(ExpectedFact, lambda _row: True, voice="company")(the_truth())
    outcome: Any = judged(bare).outcome("L01")
    assert (outcome.worst, outcome.best) == (0, 100)
    assert outcome.measured.missing == ("list-is-bare-word",)
    on_paper = change(ExpectedFact, lambda _row: True, voice="company", evidence=1)(the_truth())
    assert judged(on_paper).outcome("L01").worst == judged(the_truth()).outcome("L01").worst


def test_a_missing_employer_opens_the_range_by_the_workers_that_the_register_names() -> None:
    with_debts = drop(EmploymentFact, lambda row: row.employer == "the contractor")(the_truth())
    for known in (with_debts, with_debts.with_rows(ObligationFact, ())):
        measured: Any = judged(known).outcome("L01").measured
        assert (measured.value, measured.low, measured.high) == (Decimal("11.25"), Decimal("11.25"), Decimal("86.25"))
        assert (measured.numerator, measured.denominator) == (90, 800)
        assert measured.missing == ("fewer-than-listed",)


def test_missing_debts_open_the_share_by_their_sum_and_wholly_where_they_may_be_of_another_kind_of_money() -> None:
    debts, half = owed(100, 100), paid(recipient_amount=50, **PAPER)
    rest = paid(1, "obligation/1", recipient_amount=100, **PAPER)
    known = facts(obligations=debts, payments=[half, rest], expected=[listed("obligations", 3, amount=Decimal(400))])
    measured: Any = judged(known).outcome("R01").measured
    assert (measured.value, measured.low, measured.high) == (Decimal("37.5"), Decimal("37.5"), Decimal("87.5"))
    assert (measured.numerator, measured.denominator) == (150, 400)
    to_the_treasury = known.with_rows(ObligationFact, [debts[0], replace(debts[1], recipient_is="agency")])
    other: Any = judged(to_the_treasury).outcome("R01").measured
    assert (other.value, other.low, other.high) == (50, None, None)


def test_a_list_names_all_only_where_it_begins_and_ends_with_the_year() -> None:
    whole = listed("commitments", 1)
    for one, missing in (
        (whole, ()),
        (replace(whole, period_start=day("2025-01-02")), ("no-list",)),
        (replace(whole, period_end=day("2025-12-30")), ("no-list",)),
    ):
        assert judged(facts(commitments=TINY[:1], expected=[one])).outcome("P03").measured.missing == missing


def test_what_a_list_names_is_missing_from_the_day_after_its_last_one_on() -> None:
    for as_of, missing in (("2025-12-31", ()), ("2026-01-01", ("fewer-than-listed",))):
        known = facts(commitments=TINY[:1], expected=[listed("commitments", 2)], as_of=day(as_of))
        assert judged(known).outcome("P03").measured.missing == missing


def test_debts_in_a_currency_that_no_list_names_are_more_than_are_listed() -> None:
    soles, dollars = owed(100, 100)
    dollars = replace(dollars, currency="USD")
    of_soles = listed("obligations", 1, currency="PEN")
    of_dollars = replace(of_soles, record="expected-count/dollars", currency="USD")

    def is_more(debts: list[ObligationFact], *lists: ExpectedFact) -> bool:
        measured = judged(facts(obligations=debts, expected=lists)).outcome("R01").measured
        return "more-than-listed" in measured.missing

    assert is_more([soles, dollars], of_soles)
    assert not is_more([soles], of_soles)
    assert not is_more([soles, dollars], of_soles, of_dollars)
    assert not is_more([soles, dollars], listed("obligations", 2))
    assert not is_more([soles, replace(dollars, due_on=day("2026-01-01"))], of_soles)


def test_each_list_of_debts_is_compared_with_those_of_its_own_days() -> None:
    first = [*owed(100, due_on="2025-01-01"), replace(owed(100)[0], record="obligation/june")]
    second = [
        replace(one, record=f"second/{one.due_on}")
        for one in (*owed(100, due_on="2025-07-01"), *owed(100, due_on="2025-12-31"))
    ]
    to_june = replace(listed("obligations", 2, amount=Decimal(200)), period_end=day("2025-06-30"))
    from_july = replace(
        listed("obligations", 2, since="2025-07-01", amount=Decimal(200)), record="expected-count/second"
    )

    def lacks(debts: list[ObligationFact], *lists: ExpectedFact) -> bool:
        measured = judged(facts(obligations=debts, expected=lists)).outcome("R01").measured
        return "fewer-than-listed" in measured.missing

    assert not lacks([*first, *second], to_june, from_july)
    assert lacks([first[0], *second], replace(to_june, number=1), from_july)


def test_a_return_without_its_total_hides_none_of_the_workers_of_another_one() -> None:
    whole = worker_return("the mine", 100, 50, 10, 0)
    untold = replace(whole, record="employment-return/first", period_end=day("2025-06-30"), total_fte=None)
    told = replace(whole, period_start=day("2025-07-01"))
    known = facts(employment=[untold, told], expected=[listed("employment", 1, people=Decimal(100))])
    assert "fewer-than-listed" not in judged(known).outcome("L01").measured.missing


def test_a_gap_between_two_accounts_has_no_limit_where_debts_are_missing() -> None:
    entry = paid(company_amount=100, recipient_amount=90, **PAPER)
    known = facts(obligations=owed(100), payments=[entry], expected=[listed("obligations", 2, amount=Decimal(200))])
    measured: Any = judged(known).outcome("R05").measured
    assert (round(measured.value), measured.low, measured.high) == (11, None, None)


def test_where_all_promises_of_a_half_year_are_missing_nothing_is_shown_of_the_whole() -> None:
    first = replace(listed("commitments", 1), period_end=day("2025-06-30"))
    second = replace(listed("commitments", 1, since="2025-07-01"), record="expected-count/second")
    known = facts(commitments=TINY[:1], expected=[first, second])
    measured: Any = judged(known).outcome("P03").measured
    assert (measured.value, measured.low, measured.high) == (0, 0, 100)
    assert (measured.numerator, measured.denominator) == (None, None)


def test_conditions_that_the_list_names_and_nobody_entered_count_as_open() -> None:
    known = drop(ConditionFact, lambda row: row.record.startswith("open/"))(the_truth())
    measured: Any = judged(known).outcome("E04").measured
    assert (measured.value, measured.low, measured.high) == (20, 0, 20)
    assert (measured.numerator, measured.denominator) == (10, 50)
    entered: Any = judged(the_truth()).outcome("E04").measured
    assert entered.missing == ("not-recorded-as-met",)


@pytest.mark.parametrize("code", ["R01", "R02", "R04", "R05", "P03", "E04"])
def test_where_a_list_says_that_nothing_fell_due_the_rule_does_not_apply(code: str) -> None:
    nothing = [listed(of, 0) for of in ("obligations", "commitments", "conditions", "assessments", "employment")]
    outcome: Any = judged(facts(expected=nothing)).outcome(code)
    assert (outcome.state, outcome.reason, outcome.worst) == ("not_applicable", "nothing-listed", None)
    assert judged(facts()).outcome(code).state == "unknown"
    bare = [replace(one, voice="company") for one in nothing]
    assert judged(facts(expected=bare)).outcome(code).state == "unknown"


@pytest.mark.parametrize("code", ["E01", "E03", "L01", "L04"])
def test_a_list_of_no_parts_and_no_employers_excuses_nobody(code: str) -> None:
    nothing = [listed("assessments", 0), listed("employment", 0)]
    assert judged(facts(expected=nothing)).outcome(code).state == "unknown"


def test_promises_that_a_paper_shows_to_be_voluntary_are_none_that_fell_due() -> None:
    free = rows(CommitmentFact, 1, due_on=day("2025-06-30"), voluntary=True, community_says="not_fulfilled")
    assert judged(facts(commitments=free, expected=[listed("commitments", 0)])).outcome("P03").state == "not_applicable"
    by_word = [replace(one, voice="company") for one in free]
    bound: Any = judged(facts(commitments=by_word, expected=[listed("commitments", 0)])).outcome("P03")
    assert (bound.worst, bound.best) == (0, 100)


def test_what_the_authority_alone_denies_counts_and_the_community_may_still_say_otherwise() -> None:
    denied = rows(CommitmentFact, 1, due_on=day("2025-06-30"), authority_says="not_fulfilled")
    known = facts(commitments=denied, expected=[listed("commitments", 1)])
    outcome: Any = judged(known).outcome("P03")
    assert (outcome.measured.value, outcome.worst, outcome.best) == (0, 0, 100)
    answered = [replace(denied[0], community_says="not_fulfilled")]
    assert judged(known.with_rows(CommitmentFact, answered)).outcome("P03").best == 0
    beside = known.with_rows(CommitmentFact, [*denied, TINY[0]]).with_rows(ExpectedFact, [listed("commitments", 2)])
    assert judged(beside).outcome("P03").measured.value == 50, "it counts once"


YES: dict[str, Any] = {"community_says": "fulfilled", "community_known_by": "assembly", "evidence": 1}
TOLD_YES: dict[str, Any] = YES | {"community_known_by": "told"}
IN_JUNE: dict[str, Any] = {"confirmed_on": day("2025-06-01")}
PROMISES: dict[str, tuple[dict[str, Any], tuple[Any, Any, Any], tuple[str, ...]]] = {
    "the community's paper says yes": (YES | IN_JUNE, (100, 100, 100), ()),
    "its paper says yes, the authority no": (
        YES | IN_JUNE | {"authority_says": "not_fulfilled"},
        (100, 100, 100),
        ("disputed",),
    ),
    "its paper says yes, and not when": (YES, (None, None, None), ("no-day-of-fulfilment",)),
    "its paper says yes, a day late": (YES | {"confirmed_on": day("2025-07-01")}, (0, 0, 0), ()),
    "it is told to say yes": (TOLD_YES | IN_JUNE, (None, None, None), ("told-only",)),
    "it is told to say yes, the authority says no": (
        TOLD_YES | IN_JUNE | {"authority_says": "not_fulfilled"},
        (0, 0, 0),
        ("disputed",),
    ),
    "the authority says yes, the community nothing": (
        IN_JUNE | {"authority_says": "fulfilled"},
        (100, 0, 100),
        ("no-answer",),
    ),
    "the authority says yes, and not when": (
        {"authority_says": "fulfilled"},
        (None, None, None),
        ("no-day-of-fulfilment",),
    ),
    "the company alone says yes": (
        {"company_says_fulfilled_on": day("2025-06-01")},
        (None, None, None),
        ("company-word-only",),
    ),
    "nobody says yes, and a day is written down": (IN_JUNE, (None, None, None), ("no-answer",)),
}


@pytest.mark.parametrize("case", PROMISES)
def test_of_a_promise_on_a_list_the_communitys_paper_decides_and_the_authority_where_it_is_silent(case: str) -> None:
    said, expected, codes = PROMISES[case]
    promise = rows(CommitmentFact, 1, due_on=day("2025-06-30"), **said)
    measured: Any = judged(facts(commitments=promise, expected=[listed("commitments", 1)])).outcome("P03").measured
    assert (measured.value, measured.low, measured.high) == expected
    assert {*measured.missing, *measured.flags} - {"small-base"} == {*codes}


def test_what_the_authority_alone_confirms_may_be_denied_by_its_own_share() -> None:
    confirmed = rows(CommitmentFact, 1, due_on=day("2025-06-30"), authority_says="fulfilled", **IN_JUNE)
    known = facts(commitments=[*confirmed, TINY[0]], expected=[listed("commitments", 2)])
    measured: Any = judged(known).outcome("P03").measured
    assert (measured.value, measured.low, measured.high) == (100, 50, 100)


def test_a_broken_promise_that_is_called_voluntary_by_bare_word_counts_and_is_named() -> None:
    broken = replace(TINY[1], community_says="not_fulfilled", voluntary=True, evidence=0)
    by_word = facts(commitments=[TINY[0], replace(broken, voice="company")], expected=[listed("commitments", 2)])
    bound: Any = judged(by_word).outcome("P03").measured
    assert (bound.value, bound.low, bound.high) == (50, 50, 50)
    assert "voluntary-bare-word" in bound.flags
    free: Any = (
        judged(facts(commitments=[TINY[0], broken], expected=[listed("commitments", 1)])).outcome("P03").measured
    )
    assert (free.value, free.low, free.high, free.flags) == (100, 100, 100, ("small-base",))


@pytest.mark.parametrize(("voice", "state"), [("company", "unknown"), ("authority", "not_applicable")])
def test_that_works_begin_later_is_shown_by_more_than_the_companys_word(voice: str, state: str) -> None:
    later = replace(study("pit", "2023-05-10", "2026-02-01", 6), voice=voice)
    assert judged(facts(assessments=[later], expected=[listed("assessments", 1)])).outcome("E01").state == state
    unseen = replace(later, works_started_on=None, not_begun_on=day("2026-01-05"))
    assert judged(facts(assessments=[unseen], expected=[listed("assessments", 1)])).outcome("E01").state == state


def test_an_employer_of_one_day_closes_no_range_unless_the_list_says_how_many_workers_there_were() -> None:
    own = worker_return("the mine", 200, 90, 30, 10)
    one_day_only = replace(
        worker_return("the contractor", 600, 60, 24, 180), period_start=day("2025-07-28"), period_end=day("2025-07-28")
    )
    known = facts(employment=[own, one_day_only], expected=[listed("employment", 2)])
    outcome: Any = judged(known).outcome("L01")
    assert (outcome.state, outcome.worst, outcome.best) == ("unknown", 0, 100)
    assert "period-not-covered" in outcome.measured.flags
    named: Any = judged(known.with_rows(ExpectedFact, [listed("employment", 2, people=Decimal(800))])).outcome("L01")
    assert (named.worst, named.measured.missing) == (0, ("fewer-than-listed",))
    all_year = [own, replace(one_day_only, period_start=day("2025-01-01"), period_end=day("2025-12-31"))]
    assert judged(known.with_rows(EmploymentFact, all_year)).outcome("L01").measured.flags == ()


def test_a_report_without_a_day_may_have_come_first() -> None:
    undated = DisclosureFact(
        record="disclosure/1", period_end=day("2025-12-31"), published_by="company", has_figures=True
    )
    known = facts(as_of=day("2026-11-30"), disclosures=[undated])
    outcome = judged(known).outcome("T01")
    assert outcome.best == 100
    assert "no-publication-date" in outcome.measured.missing
    assert judged(known.with_rows(DisclosureFact, ())).outcome("T01").best < 100  # type: ignore[operator]


def test_an_open_debt_of_an_earlier_year_counts_although_nothing_fell_due() -> None:
    debt = replace(_debts()[0], record="obligation/old", due_on=day("2024-06-30"), carried=True)
    assert judged(facts(obligations=[debt], expected=[listed("obligations", 0)])).outcome("R01").state == "unknown"


def test_a_list_of_conditions_reaches_back_to_the_first_approval() -> None:
    this_year = [listed("conditions", 0), *(one for one in LISTS if one.of != "conditions")]
    outcome: Any = judged(the_truth().with_rows(ExpectedFact, this_year)).outcome("E04")
    assert "no-list" in outcome.measured.missing


@pytest.mark.parametrize(("decision", "missing"), [("", True), ("under-evaluation", False), ("refused", False)])
def test_where_nobody_says_when_a_study_was_approved_no_list_of_conditions_is_known_to_be_whole(
    decision: str, missing: bool
) -> None:
    unsaid = AssessmentFact(record="assessment/dump", instrument="EIA-d", component="dump", decision=decision)
    known = the_truth().with_rows(AssessmentFact, [*the_truth()[AssessmentFact], unsaid])
    assert ("no-list" in judged(known).outcome("E04").measured.missing) is missing


# Money


def owed(*amounts: int, due_on: str = "2025-06-30") -> list[ObligationFact]:
    """Sums that the mine owes a community, all of the list."""
    return [
        replace(_debts()[0], record=f"obligation/{n}", amount=Decimal(amount), due_on=day(due_on))
        for n, amount in enumerate(amounts)
    ]


def paid(number: int = 0, of: str | None = "obligation/0", **columns: Any) -> PaymentFact:
    """A payment of the first sum, with amounts in plain numbers."""
    usual: dict[str, Any] = {"record": f"disbursement/{number}", "obligation": of, "currency": "PEN"}
    given = {name: Decimal(one) if name.endswith("_amount") else one for name, one in columns.items()}
    return PaymentFact(**(usual | given))


def of_money(code: str, due: list[ObligationFact], *payments: PaymentFact, as_of: str = "2025-08-14") -> Any:
    """What a rule makes of sums and payments; untyped, to compare decimals with plain numbers."""
    known = facts(as_of=day(as_of), obligations=due, payments=payments, expected=[listed("obligations", len(due))])
    return judged(known).outcome(code)


BANK: dict[str, Any] = {"company_known_by": "bank", "company_files": 1}
IN_TIME: dict[str, Any] = {"company_amount": 100, "paid_on": day("2025-06-30")}


def test_what_the_recipient_denies_on_paper_is_unpaid_with_its_days_so_far() -> None:
    denied = of_money("R02", owed(100), paid(**IN_TIME, recipient_amount=0, **PAPER))
    assert (denied.measured.value, denied.worst, denied.score, denied.best) == (45, 50, 50, 100)
    assert denied.measured.flags == ("sides-differ",)
    late = of_money("R02", owed(100), paid(company_amount=100, paid_on=day("2025-07-30"), recipient_amount=0, **PAPER))
    assert (late.measured.value, round(late.best)) == (45, 67), "at best it came on the day that the payer names"
    no_day = of_money("R02", owed(100), paid(company_amount=100, recipient_amount=0, **PAPER))
    assert (no_day.measured.value, no_day.best) == (45, 100)


def test_a_payers_paper_may_be_denied_and_a_bare_word_shows_nothing_that_could_be() -> None:
    told = {"recipient_voice": "community", "recipient_known_by": "told"}

    def figures(**said: Any) -> tuple[Any, ...]:
        measured = of_money("R01", owed(100), paid(**said)).measured
        return (measured.value, measured.low, measured.high)

    assert figures(company_amount=100, recipient_amount=40, **PAPER) == (40, 40, 100)
    assert figures(company_amount=40, recipient_amount=100, **PAPER) == (100, 100, 100)
    assert figures(company_amount=100, **BANK) == (100, 0, 100)
    assert figures(company_amount=100, recipient_amount=40, **told, **BANK) == (40, 40, 100)
    assert figures(company_amount=100, recipient_amount=100, **told) == (None, None, None)
    assert figures(company_amount=100) == (None, None, None)
    assert figures() == (None, None, None)


def test_one_sol_that_the_recipient_denies_is_unpaid_and_money_that_both_call_paid_back_is_not_denied() -> None:
    sol = of_money("R02", owed(1), paid(company_amount=1, paid_on=day("2025-06-30"), recipient_amount=0, **PAPER))
    assert (sol.measured.value, sol.measured.flags) == (45, ("sides-differ",))
    came = paid(1, recipient_amount=100, received_on=day("2025-06-30"), **PAPER)
    back = paid(2, company_amount=-40, recipient_amount=-40, received_on=day("2025-07-01"), **PAPER)
    assert "sides-differ" not in of_money("R02", owed(100), came, back).measured.flags


def test_what_the_recipient_denies_in_part_is_unpaid_and_the_rest_counts_on_its_own_day() -> None:
    part = paid(**IN_TIME, recipient_amount=40, received_on=day("2025-06-30"), **PAPER)
    assert of_money("R02", owed(100), part).measured.value == 27
    undated = of_money("R02", owed(100), replace(part, received_on=None))
    assert (undated.measured.value, undated.worst, undated.best) == (45, 0, 100)
    assert undated.measured.missing == ("no-payment-date",)


def test_what_nobody_denies_does_not_count_as_unpaid() -> None:
    agreed = of_money("R02", owed(100), paid(**IN_TIME, recipient_amount=100, received_on=day("2025-06-30"), **PAPER))
    assert (agreed.measured.value, agreed.worst) == (0, 100)
    silent = of_money("R02", owed(100), paid(**IN_TIME, **BANK))
    assert (silent.measured.value, silent.measured.missing) == (0, ("not-answered",))


def for_purposes(*payments: PaymentFact) -> Any:
    """The share for priorities of payments that no sum was owed for."""
    return of_money("R04", [], *payments)


def test_a_payment_that_may_still_be_denied_opens_the_share_for_priorities_by_its_own_share() -> None:
    health = paid(1, None, recipient_amount=600, purpose="health", **PAPER)
    other = paid(2, None, recipient_amount=300, purpose="other", **PAPER)
    silent = paid(3, None, company_amount=100, purpose="health", **BANK)
    open_one = for_purposes(health, other, silent)
    assert (open_one.measured.value, open_one.measured.low, open_one.measured.high) == (60, 60, 70)
    assert (open_one.worst, open_one.best) == (25, 50)
    assert open_one.measured.missing == ("no-purpose", "not-answered")
    for answer in (0, 50, 100):
        for purpose in ("health", "other"):
            said = replace(silent, purpose=purpose, recipient_amount=Decimal(answer), **PAPER)
            answered = for_purposes(health, other, said)
            assert 25 <= answered.worst <= answered.score <= 50
            assert answered.measured.missing == ()


def test_where_silent_money_was_paid_back_the_share_for_priorities_is_open() -> None:
    health = paid(1, None, recipient_amount=600, purpose="health", **PAPER)
    silent = [paid(2, None, company_amount=100, **BANK), paid(3, None, company_amount=-50, **BANK)]
    assert (for_purposes(health, *silent).worst, for_purposes(health, *silent).best) == (0, 100)


def test_one_sol_paid_in_time_does_not_hide_the_unpaid_million() -> None:
    sol = paid(company_amount=1, recipient_amount=1, received_on=day("2025-06-30"), **PAPER)
    outcome = of_money("R02", owed(1_000_000), sol, as_of="2025-09-28")
    assert (round(outcome.measured.value), outcome.best) == (90, outcome.score)
    assert outcome.score < 1


def test_what_was_paid_in_time_and_taken_back_the_next_day_was_not_paid() -> None:
    came = paid(1, recipient_amount=100, received_on=day("2025-06-30"), **PAPER)
    went = paid(2, recipient_amount=-100, received_on=day("2025-07-01"), **PAPER)
    assert of_money("R01", owed(100), came, went).score == 0
    assert of_money("R02", owed(100), came, went, as_of="2026-06-30").score == 0
    assert of_money("R02", owed(100), came, as_of="2026-06-30").score == 100


def test_no_more_days_count_than_money_was_owed_and_the_latest_of_it_counts() -> None:
    late = paid(1, recipient_amount=100, received_on=day("2025-09-28"), **PAPER)
    early = paid(2, recipient_amount=900, received_on=day("2025-06-30"), **PAPER)
    both = of_money("R02", owed(100), late, early, as_of="2026-06-30")
    assert (both.measured.value, both.worst, both.score, both.best) == (90, 0, 0, 100)
    assert both.measured.flags == ("more-than-owed",)
    assert of_money("R02", owed(100), late, as_of="2026-06-30").measured.flags == ()
    half = replace(late, recipient_amount=Decimal(50))
    assert of_money("R02", owed(100), half, early, as_of="2026-06-30").measured.value == 45
    exact = of_money("R02", owed(1000), late, early, as_of="2026-06-30")
    assert (exact.measured.value, exact.measured.flags) == (9, ())


def test_at_best_the_money_that_came_first_counts_up_to_the_debt_and_then_what_came_next() -> None:
    late = paid(1, recipient_amount=60, received_on=day("2025-09-28"), **PAPER)
    early = paid(2, recipient_amount=60, received_on=day("2025-06-30"), **PAPER)
    measured = of_money("R02", owed(100), late, early, as_of="2026-06-30").measured
    assert (measured.value, measured.low, measured.high) == (54, 36, 54)


def test_what_is_booked_under_one_debt_shortens_the_days_of_no_other() -> None:
    late = paid(1, "obligation/1", recipient_amount=100, received_on=day("2025-09-28"), **PAPER)
    early = paid(0, recipient_amount=900, received_on=day("2025-06-30"), **PAPER)
    outcome = of_money("R02", owed(100, 100), late, early, as_of="2026-06-30")
    assert (outcome.measured.value, outcome.worst, outcome.best) == (45, 50, 50)


def test_what_the_company_claims_beyond_a_debt_neither_shortens_nor_lengthens_what_arrived() -> None:
    late = paid(1, recipient_amount=100, received_on=day("2025-07-30"), **PAPER)
    denied = paid(2, company_amount=900, paid_on=day("2025-06-30"), recipient_amount=0, **PAPER)
    outcome = of_money("R02", owed(100), late, denied, as_of="2026-06-30")
    assert (outcome.measured.value, outcome.measured.flags) == (30, ("more-than-owed", "sides-differ"))
    by_word = of_money("R02", owed(100), late, replace(denied, recipient_amount=None), as_of="2026-06-30")
    assert by_word.worst == 0


def test_money_in_another_currency_shortens_no_delay_of_that_currency() -> None:
    in_dollars = [replace(one, currency="USD") for one in owed(10_000)]
    soles = replace(owed(100_000)[0], record="obligation/1")
    late = paid(1, recipient_amount=10_000, received_on=day("2025-09-28"), **PAPER)
    dollars = paid(2, "obligation/1", recipient_amount=90_000, received_on=day("2025-06-30"), **PAPER)
    payments = [replace(one, currency="USD") for one in (late, dollars)]
    outcome = of_money("R02", [*in_dollars, soles], *payments, as_of="2026-06-30")
    assert (outcome.measured.value, outcome.worst) == (90, 0)
    assert "other-currency" in outcome.measured.missing


def test_the_day_that_the_community_names_on_paper_decides_over_the_companys() -> None:
    late = paid(**IN_TIME, recipient_amount=100, received_on=day("2025-09-28"), **PAPER)
    outcome = of_money("R02", owed(100), late, as_of="2025-12-31")
    assert (outcome.measured.value, outcome.worst, outcome.score) == (90, 0, 0)
    assert outcome.best == 100, "at best it came on the company's day"
    for paid_on in (None, day("2025-12-31")):
        later = of_money("R02", owed(100), replace(late, paid_on=paid_on), as_of="2025-12-31")
        assert (later.measured.value, later.measured.low, later.measured.high) == (90, 90, 90)


@pytest.mark.parametrize(("code", "worst"), [("R01", 0), ("R02", 0)])
def test_where_the_community_got_less_than_the_company_says_the_worst_case_is_what_it_got(
    code: str, worst: int
) -> None:
    less = paid(**IN_TIME, recipient_amount=40, received_on=day("2025-06-30"), **PAPER)
    outcome = of_money(code, owed(100), less, as_of="2026-06-30")
    assert (outcome.worst, outcome.score, outcome.best) == (worst, 0, 100)
    assert outcome.measured.flags == ("sides-differ",)


def test_public_money_on_which_nobody_differs_lifts_no_gap_of_a_community() -> None:
    differs = paid(company_amount=100, recipient_amount=86, **PAPER)
    royalty = replace(ROYALTY_PAID, obligation=None)
    assert of_money("R05", owed(100), differs).score == 0
    assert of_money("R05", owed(100), differs, royalty).score == 0
    assert of_money("R05", owed(100), royalty).score == 100


def test_a_disputed_debt_that_is_left_out_shows_no_agreement_on_the_others() -> None:
    agreed = paid(1, "obligation/1", company_amount=100, recipient_amount=100, **PAPER)
    differs = paid(0, company_amount=100, recipient_amount=50, **PAPER)
    whole = owed(100, 100)
    assert of_money("R05", whole, agreed, differs).score == 0
    known = facts(obligations=whole[1:], payments=[agreed], expected=[listed("obligations", 2)])
    outcome: Any = judged(known).outcome("R05")
    assert (outcome.state, outcome.score, outcome.worst) == ("unknown", None, 0)
    assert of_money("R05", whole[1:], agreed).score == 100


def test_two_returns_that_both_include_contractors_close_no_range() -> None:
    own = replace(worker_return("the mine", 780, 90, 30, 10), contractors_included=True)
    again = replace(worker_return("the contractor", 600, 20, 24, 18), contractors_included=True)
    outcome: Any = judged(facts(employment=[own, again], expected=[listed("employment", 2)])).outcome("L01")
    assert (outcome.worst, outcome.best) == (0, 100)
    assert "counted-twice" in outcome.measured.flags


def test_returns_of_which_nobody_says_whether_they_hold_contractors_workers_close_no_range_beside_others() -> None:
    own, other = worker_return("the mine", 780, 90, 30, 10), worker_return("the contractor", 600, 20, 24, 18)
    unsaid = replace(own, contractors_included=None)
    apart = replace(own, contractors_included=False), replace(other, contractors_included=False)
    for returns, open_range in (((unsaid, other), True), ((unsaid,), False), (apart, False)):
        listed_ones = [listed("employment", len(returns))]
        outcome: Any = judged(facts(employment=returns, expected=listed_ones)).outcome("L01")
        assert ("contractors-not-said" in outcome.measured.missing) is open_range
        assert ((outcome.worst, outcome.best) == (0, 100)) is open_range


@pytest.mark.parametrize("given", ["0", "50", "99.9"])
def test_a_reviewers_score_below_100_fails_the_gate(given: str) -> None:
    override = Override(indicator="E01", score=Decimal(given), reason="I looked at the resolution.")
    assert judge(RULES, the_truth(), [override]).capped_by == ("E01",)


def test_a_reviewers_full_score_lifts_the_gate() -> None:
    override = Override(indicator="E01", score=Decimal(100), reason="I looked at the resolution.")
    assert judge(RULES, the_truth(), [override]).capped_by == ()


# Other mines that were judged wrongly


def test_debts_and_promises_do_not_die_on_new_years_eve() -> None:
    late_school = rows(CommitmentFact, 1, due_on=day("2024-06-30"), community_says="not_fulfilled", carried=True)
    known = facts(commitments=late_school, expected=[listed("commitments", 0)])
    assert judged(known).outcome("P03").score == 0
    debt = replace(_debts()[0], record="obligation/old", due_on=day("2024-06-30"), carried=True)
    unpaid = facts(obligations=[debt], expected=[listed("obligations", 0)])
    assert judged(unpaid).outcome("R01").state == "unknown"
    nothing = PaymentFact(record="disbursement/old", obligation="obligation/old", currency="PEN", carried=True)
    denied = replace(nothing, recipient_amount=Decimal(0), **PAPER)
    assert judged(unpaid.with_rows(PaymentFact, [denied])).outcome("R01").score == 0
    settled = replace(nothing, recipient_amount=MILLION, received_on=day("2025-03-01"), **PAPER)
    assert judged(unpaid.with_rows(PaymentFact, [settled])).outcome("R01").measured.missing == ("nothing-due",)


def test_what_the_state_owes_or_promised_never_counts_for_the_mine() -> None:
    own = replace(_debts()[0], record="obligation/1")
    of_state = replace(own, record="obligation/2", payer="the ministry", payer_is="agency", amount=5 * MILLION)
    paid = PaymentFact(
        record="disbursement/1",
        obligation="obligation/1",
        currency="PEN",
        recipient_amount=MILLION,
        received_on=day("2025-06-30"),
        **PAPER,
    )
    known = facts(obligations=[own, of_state], payments=[paid], expected=[listed("obligations", 2)])
    assert judged(known).outcome("R01").score == 100
    broken = rows(CommitmentFact, 10, due_on=day("2025-06-30"), community_says="not_fulfilled", promised_by="state")
    promise = rows(
        CommitmentFact, 1, due_on=day("2025-06-30"), community_says="fulfilled", confirmed_on=day("2025-06-01")
    )
    mine = [replace(promise[0], record="commitment/own", community_known_by="assembly", evidence=1)]
    both = facts(commitments=[*broken, *mine], expected=[listed("commitments", 1)])
    assert judged(both).outcome("P03").score == 100


def test_a_dollar_beside_millions_decides_nothing() -> None:
    own = replace(_debts()[0], record="obligation/1")
    dollar = replace(own, record="obligation/2", amount=Decimal(1), currency="USD")
    paid = PaymentFact(
        record="disbursement/1",
        obligation="obligation/1",
        currency="PEN",
        recipient_amount=MILLION,
        received_on=day("2025-06-30"),
        **PAPER,
    )
    known = facts(obligations=[own, dollar], payments=[paid], expected=[listed("obligations", 2)])
    assert judged(known).outcome("R01").score == 100
    alone = facts(obligations=[dollar], payments=[], expected=[listed("obligations", 1)])
    assert judged(alone).outcome("R01").best == 100
    assert judged(alone).outcome("R01").worst == 0


@pytest.mark.parametrize(
    ("as_of", "state", "best"),
    [("2026-01-15", "not_applicable", None), ("2026-06-29", "not_applicable", None), ("2028-09-26", "unknown", 0)],
)
def test_a_report_is_not_due_before_its_time_and_not_perhaps_perfect_a_thousand_days_later(
    as_of: str, state: str, best: int | None
) -> None:
    outcome: Any = judged(facts(as_of=day(as_of))).outcome("T01")
    assert (outcome.state, outcome.best) == (state, best)


def test_a_return_of_a_fiscal_year_counts_with_the_days_that_it_shares() -> None:
    fiscal = replace(
        worker_return("the mine", 100, 50, 10, 0),
        period_start=day("2024-12-01"),
        period_end=day("2025-11-30"),
        carried=True,
    )
    known = facts(employment=[fiscal], expected=[listed("employment", 1, people=Decimal(100))])
    outcome: Any = judged(known).outcome("L01")
    assert outcome.measured.value == 50
    assert "period-not-covered" in outcome.measured.flags
    rest = replace(fiscal, record="employment-return/2", period_start=day("2025-12-01"), period_end=day("2026-11-30"))
    assert judged(known.with_rows(EmploymentFact, [fiscal, rest])).outcome("L01").measured.flags == ()


def test_a_chosen_few_hide_no_fuller_return() -> None:
    few = replace(worker_return("the mine", 100, 60, 10, 0), record="employment-return/few")
    full = replace(worker_return("the mine", 780, 78, 10, 0), period_end=day("2025-12-30"))
    known = facts(employment=[few, full], expected=[listed("employment", 1, people=Decimal(780))])
    outcome: Any = judged(known).outcome("L01")
    assert outcome.measured.value == 10
    assert outcome.worst == 0


def test_eleven_months_above_the_limit_are_not_mended_by_the_last_day() -> None:
    eleven = replace(worker_return("the mine", 100, 10, 10, 60), period_end=day("2025-12-30"))
    last = replace(
        worker_return("the mine", 100, 10, 10, 20), record="employment-return/last", period_start=day("2025-12-31")
    )
    known = facts(employment=[eleven, last], expected=[listed("employment", 1, people=Decimal(100))])
    assert judged(known).outcome("L04").score == 0


def foreign_staff(**columns: Any) -> Any:
    """What the rule makes of a contractor with 180 foreigners of 600 employees and of their pay, all year."""
    row = replace(worker_return("the contractor", 600, 60, 24, 180), **columns)
    return judged(facts(employment=[row], expected=[listed("employment", 1)])).outcome("L04")


def test_an_exoneration_takes_out_those_whom_it_names_until_its_last_day() -> None:
    enough = foreign_staff(**EXCUSED | {"exonerated_headcount": 60, "exonerated_pay": Decimal(0)})
    assert (enough.score, enough.measured.value, enough.measured.flags) == (100, 20, ("exonerated",))
    too_few = foreign_staff(**EXCUSED | {"exonerated_headcount": 59})
    assert (too_few.score, too_few.best) == (0, 0)
    ended = foreign_staff(**EXCUSED | {"exonerated_until": day("2025-12-30")})
    assert (ended.score, ended.measured.value) == (0, 30)
    assert ended.measured.flags == ("exonerated", "exoneration-ended")
    by_word = foreign_staff(**EXCUSED | {"voice": "company", "evidence": 0})
    assert (by_word.score, by_word.best, by_word.measured.flags) == (0, 0, ("exoneration-bare-word",))


@pytest.mark.parametrize("blank", ["exonerated_headcount", "exonerated_until"])
def test_an_exoneration_without_scope_or_end_opens_the_range_and_excuses_nobody_in_the_worst_case(blank: str) -> None:
    outcome = foreign_staff(**EXCUSED | {blank: None})
    assert (outcome.state, outcome.worst, outcome.best) == ("unknown", 0, 100)
    assert outcome.measured.missing == ("exoneration-without-scope",)


def test_an_exoneration_without_scope_opens_nothing_where_the_limits_are_kept_or_broken_anyway() -> None:
    bare = dict.fromkeys(("exonerated_headcount", "exonerated_pay", "exonerated_until"))
    kept = foreign_staff(**EXCUSED | bare | {"foreign_headcount": 120})
    assert (kept.score, kept.measured.missing) == (100, ())
    broken = foreign_staff(**EXCUSED | {"exonerated_until": None, "exonerated_headcount": 59})
    assert (broken.score, broken.best) == (0, 0)


def test_the_pay_of_the_excused_is_taken_out_of_the_pay_of_foreigners() -> None:
    paid_more = {"foreign_headcount": 100, "foreign_pay": Decimal(240), "exonerated_headcount": 50}
    assert foreign_staff(**EXCUSED | paid_more | {"exonerated_pay": Decimal(60)}).score == 100
    assert foreign_staff(**EXCUSED | paid_more | {"exonerated_pay": Decimal(59)}).score == 0
    unsaid = foreign_staff(**EXCUSED | paid_more | {"exonerated_pay": None})
    assert (unsaid.worst, unsaid.best, unsaid.measured.missing) == (0, 100, ("exoneration-without-scope",))


def test_works_of_an_older_law_and_their_adjustment_programme_are_not_judged_by_the_new_one() -> None:
    one_part = [listed("assessments", 1)]
    old = replace(study("pit", "1996-05-10", "1995-02-01", 0), instrument="EIA-d")
    assert judged(facts(assessments=[old], expected=one_part)).outcome("E01").measured.flags == ("older-law",)
    programme = replace(old, instrument="PAMA")
    assert judged(facts(assessments=[programme], expected=one_part)).outcome("E01").score == 100
    by_word = replace(programme, voice="company")
    assert judged(facts(assessments=[by_word], expected=one_part)).outcome("E01").state == "unknown"
    lasting = study("pit", "2003-05-10", "2008-02-01", 0)
    assert judged(facts(assessments=[lasting], expected=one_part)).outcome("E01").score == 100
    lapsed = study("pit", "2010-05-10", "2013-05-11", 0)
    assert judged(facts(assessments=[lapsed], expected=one_part)).outcome("E01").score == 0


def test_a_reviewers_score_on_no_facts_is_no_knowledge() -> None:
    given = [Override(indicator=one.code, score=Decimal(90), reason="I know it.") for one in RULES.indicators]
    judgement = judge(RULES, facts(), given)
    assert judgement.coverage == 0
    assert judgement.grade == "?"


def test_a_day_of_grace_is_none_after_the_due_day() -> None:
    late = rows(ConditionFact, 1, due_on=day("2025-06-30"), fulfilled_on=day("2025-06-30") + timedelta(days=1))
    known = facts(conditions=late, expected=[listed("conditions", 1)])
    assert judged(known).outcome("E04").score == 0
    in_time = [replace(late[0], fulfilled_on=date(2025, 6, 30))]
    assert judged(known.with_rows(ConditionFact, in_time)).outcome("E04").score == 100
