"""The rules beside the law and the reference: each departure that the first version had, and what is made of it now."""

from __future__ import annotations

import re
import shutil
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.utils.translation import gettext, override

from compliance.evaluation import canonical
from compliance.evaluation.criteria import MEASURES
from compliance.evaluation.facts import (
    AssessmentFact,
    CommitmentFact,
    ConditionFact,
    DisclosureFact,
    EmploymentFact,
    Facts,
    PaymentFact,
)
from compliance.evaluation.framework import Framework, FrameworkError
from compliance.evaluation.framework_files import FOLDER, read_folder
from compliance.evaluation.scoring import judge
from compliance.law_words import law_words
from tests.compliance.evaluation.builders import MILLION, day, facts
from tests.compliance.evaluation.test_games import (
    HEALTH,
    PAPER,
    ROYALTY_PAID,
    RULES,
    change,
    drop,
    is_broken,
    is_dam,
    judged,
    listed,
    of_money,
    owed,
    paid,
    rows,
    the_truth,
    together,
    worker_return,
)

VERSIONS: dict[int, Framework] = {
    file.framework.version: file.framework
    for file in read_folder(FOLDER, MEASURES)
    if file.framework.code == "peru-recommended-policies"
}

ENGLISH = re.compile(r"\b(the|of|and|is|to|as|where|annex|each|years?|floor|what|whose|for)\b")

# What the law is said to ask


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("E01", "The law requires it. The law: D.S. 040-2014-EM, arts. 24 to 26, since 13 November 2014"),
        ("E01", "Ley 27446, art. 3, since 24 April 2001"),
        ("E03", "The law requires it. The law: D.S. 028-2008-EM, arts. 13 and 14, since 26 June 2008"),
        ("E04", "The law requires it. The law: Ley 27446, arts. 14 and 15, since 24 April 2001"),
        ("L01", "The law: D.S. 040-2014-EM, art. 57.5, preference for local people, without a quota"),
        ("L04", "The law requires it. The law: D.Leg. 689, art. 4"),
        ("P03", "The law requires it. The law: D.S. 040-2014-EM, art. 57.3, agreements are kept within their terms"),
        ("R01", "Whoever owes it is bound to it, by law or by agreement. The law: D.S. 040-2014-EM, art. 57.3"),
        ("R02", "Whoever owes it is bound to it, by law or by agreement. The law: D.S. 040-2014-EM, art. 57.3"),
    ],
)
def test_the_statute_behind_a_rule_is_named_with_its_article(code: str, words: str) -> None:
    with override("en"):
        assert words in law_words(RULES.indicator(code))


def cited(rules: Framework) -> set[str]:
    """What the rules of a framework say of the norms and articles behind them."""
    of_rules = [
        (*one.rule(on).basis, *one.all_sources, *one.parameters)
        for one in rules.indicators
        for on in rules.days_of_change
    ]
    return {text for sources in of_rules for source in sources for text in (source.norm, source.article) if text}


@pytest.mark.parametrize("version", VERSIONS)
def test_what_is_said_in_english_of_a_source_is_said_in_spanish_to_who_reads_spanish(version: int) -> None:
    with override("es"):
        untold = {text for text in cited(VERSIONS[version]) if ENGLISH.search(text) and gettext(text) == text}
    assert untold == set()


def test_the_share_of_social_funds_is_told_as_it_was_before_and_after_2016() -> None:
    with override("en"):
        words = law_words(RULES.indicator("R04"))
    assert "60 of every 100 for the first priority, from 26 June 2008 to 28 July 2016" in words
    assert "half for the first and second priorities, since 29 July 2016" in words
    asked = RULES.indicator("R04").rule(day("2025-12-31")).basis
    assert [one.valid_from for one in asked] == [day("2016-07-29")]


def test_every_number_of_version_4_has_a_source_on_the_days_that_it_judges() -> None:
    assert lacking(VERSIONS[4], "2025-12-31") == {}
    assert lacking(VERSIONS[1], "2022-12-31") == {"T01": {"floor"}}, "the first rules judged years before EITI 2023"


def lacking(rules: Framework, on: str) -> dict[str, set[str]]:
    """The numbers of each rule that no source in force on a day tells of."""
    found = {}
    for one in rules.indicators:
        rule = one.rule(day(on))
        numbers = {"rule"} if rule.kind == "binary" else {"floor", "ceiling"}
        numbers |= {"gate"} if rule.gate is not None else set()
        found[one.code] = numbers - {part for source in rule.sources for part in source.covers}
    return {code: parts for code, parts in found.items() if parts}


@pytest.mark.parametrize(
    ("code", "english", "spanish"),
    [
        ("L01", "districts of direct influence", "distritos de influencia directa"),
        ("L04", "30 of every 100 soles of pay", "30 de cada 100 soles de la planilla"),
        ("R04", "Money of public bodies is left out", "El dinero de entidades públicas queda fuera"),
        ("E01", "a declaration (DIA) or a technical form is for exploration", "una declaración (DIA) o una ficha"),
        ("E04", "All count alike, grave or not", "Todas cuentan igual, graves o no"),
    ],
)
def test_the_help_says_what_is_counted(code: str, english: str, spanish: str) -> None:
    told = RULES.indicator(code).help
    assert english in " ".join(told["en"].split())
    assert spanish in " ".join(told["es"].split())


def test_days_late_say_that_unpaid_money_counts() -> None:
    note = MEASURES[RULES.indicator("R02").measure].note
    assert note == "Money that is due and not paid counts with its days so far."
    half = paid(company_amount=565, recipient_amount=565, received_on=day("2025-06-30"), **PAPER)
    outcome = of_money("R02", owed(1130), half, as_of="2025-09-28")
    assert (outcome.measured.value, outcome.score, outcome.measured.flags) == (45, 50, ("part-unpaid",))
    whole = replace(half, company_amount=Decimal(1130), recipient_amount=Decimal(1130))
    assert of_money("R02", owed(1130), whole, as_of="2025-09-28").score == 100


# Certified before the works


def part(**columns: Any) -> AssessmentFact:
    """The study of the only part of a mine, as the authority tells it."""
    usual: dict[str, Any] = {"record": "assessment/1", "voice": "authority", "instrument": "EIA-d", "component": "pit"}
    dated = {name: day(one) if name.endswith("_on") else one for name, one in columns.items()}
    return AssessmentFact(**(usual | dated))


def of_studies(*studies: AssessmentFact, code: str = "E01", phase: str = "operation") -> Any:
    """The outcome of a rule about studies; untyped, to compare decimals with plain numbers."""
    known = facts(assessments=studies, phases=[phase], expected=[listed("assessments", len(studies))])
    return judged(known).outcome(code)


LAW: dict[str, tuple[AssessmentFact, int | None, str]] = {
    "a declaration for exploration, at a mine at work": (
        part(instrument="DIA", approved_on="2012-03-01", works_started_on="2012-05-01"),
        None,
        "study-not-enough",
    ),
    "a technical form, at a mine at work": (
        part(instrument="FTA", approved_on="2012-03-01", works_started_on="2012-05-01"),
        None,
        "study-not-enough",
    ),
    "works, and the study was refused": (part(decision="refused", works_started_on="2024-01-15"), 0, "study-refused"),
    "works, and no study was made": (part(decision="never-made", works_started_on="2024-01-15"), 0, "study-refused"),
    "works, and nobody says what became of the study": (part(works_started_on="2024-01-15"), None, "no-approval"),
    "works, and the study was handed in a year later": (
        part(submitted_on="2025-03-01", works_started_on="2024-01-15"),
        0,
        "handed-in-after-works",
    ),
    "works four years after an approval that did not lapse by the law of its day": (
        part(approved_on="1999-03-01", works_started_on="2003-01-15"),
        100,
        "",
    ),
    "works of an older law": (part(approved_on="1996-05-10", works_started_on="1995-02-01"), 100, "older-law"),
    "an adjustment programme of older works": (
        part(instrument="PAMA", approved_on="1997-05-10", works_started_on="1985-02-01"),
        100,
        "older-law",
    ),
    "an adjustment programme of new works": (
        part(instrument="PAMA", approved_on="2009-05-10", works_started_on="2010-02-01"),
        None,
        "study-not-enough",
    ),
    "works before a minor change was accepted": (
        part(instrument="ITS", approved_on="2024-03-01", works_started_on="2023-01-15"),
        0,
        "certified-late",
    ),
    "works on the day of approval": (part(approved_on="2024-02-01", works_started_on="2024-02-01"), 100, ""),
    "works on the last day of an approval of 29 February": (
        part(approved_on="2020-02-29", works_started_on="2023-02-28"),
        100,
        "",
    ),
    "works a day after it": (part(approved_on="2020-02-29", works_started_on="2023-03-01"), 0, "certified-late"),
}


@pytest.mark.parametrize("case", LAW)
def test_works_are_certified_as_the_law_of_their_day_asks(case: str) -> None:
    study, score, code = LAW[case]
    outcome = of_studies(study)
    assert outcome.score == score
    assert (outcome.worst, outcome.best) == ((0, 100) if score is None else (score, score))
    said = {*outcome.measured.missing, *outcome.measured.flags} - {"fewer-than-listed"}
    assert code in said if code else not said


@pytest.mark.parametrize("case", [case for case, (_study, score, _code) in LAW.items() if score == 0])
def test_works_that_broke_the_law_hold_the_whole_down(case: str) -> None:
    dam = [study for study in all_well()[AssessmentFact] if is_dam(study)]
    known = all_well().with_rows(AssessmentFact, [LAW[case][0], *dam])
    assert judged(all_well()).capped_by == ()
    judgement: Any = judged(known)
    assert (judgement.capped_by, judgement.score, judgement.best) == (("E01",), 44, 44)


@pytest.mark.parametrize("case", [case for case, (_study, score, _code) in LAW.items() if score is None])
def test_works_of_which_nobody_knows_hold_down_the_worst_case_only(case: str) -> None:
    judgement = judged(all_well().with_rows(AssessmentFact, [LAW[case][0]]))
    assert judgement.capped_by == ()
    assert judgement.worst is not None
    assert judgement.worst <= 44
    assert judgement.grade == "?"


def test_a_declaration_is_enough_while_a_mine_explores() -> None:
    declaration = LAW["a declaration for exploration, at a mine at work"][0]
    assert of_studies(declaration, phase="exploration").score == 100


# Meetings


def test_a_study_under_evaluation_is_not_held_against_the_mine() -> None:
    study = part(submitted_on="2025-12-01", participation_planned=6, participation_held=0)
    waiting = of_studies(replace(study, decision="under-evaluation"), code="E03")
    assert (waiting.state, waiting.reason) == ("not_applicable", "under-evaluation")
    unsaid = of_studies(study, code="E03")
    assert (unsaid.state, unsaid.worst, unsaid.best) == ("unknown", 0, 100)
    approved = of_studies(replace(study, approved_on=day("2025-12-20")), code="E03")
    assert (approved.state, approved.score) == ("scored", 0)


def test_an_old_study_with_all_its_meetings_hides_no_new_one_without() -> None:
    old = part(approved_on="2010-05-10", participation_planned=20, participation_held=20)
    new = part(record="assessment/2", approved_on="2024-05-10", participation_planned=5, participation_held=0)
    assert of_studies(old, replace(new, component="dam"), code="E03").score == 0
    assert of_studies(old, code="E03").score == 100


def test_a_plan_of_one_meeting_by_the_companys_bare_word_shows_nothing() -> None:
    plan = part(approved_on="2023-05-10", participation_planned=1, participation_held=1)
    own = of_studies(replace(plan, voice="company"), code="E03")
    assert (own.worst, own.best, own.measured.missing) == (0, 100, ("dates-are-bare-word",))
    assert of_studies(plan, code="E03").worst == 100


@pytest.mark.parametrize(
    ("approved", "planned", "held", "score"),
    [
        ("2017-12-22", None, None, None),
        ("2017-12-23", None, 0, 0),
        ("2024-05-10", 0, 0, 0),
        ("2024-05-10", 1, 0, 0),
        ("2024-05-10", None, 1, 100),
        ("2024-05-10", 2, 1, 0),
        ("2024-05-10", 2, 2, 100),
    ],
)
def test_a_technical_form_for_exploration_needs_its_meeting_since_the_law_asks_for_one(
    approved: str, planned: int | None, held: int | None, score: int | None
) -> None:
    form = part(instrument="FTA", approved_on=approved, participation_planned=planned, participation_held=held)
    known = facts(assessments=[form], phases=["exploration"], expected=[listed("assessments", 1)])
    outcome: Any = judge(VERSIONS[5], known).outcome("E03")
    assert (outcome.score, outcome.worst, outcome.best) == (score, score, score)
    assert outcome.reason == ("only-technical-form" if score is None else "")
    assert judge(VERSIONS[4], known).outcome("E03").state == "not_applicable", "version 4 stays as it landed"
    beyond = judge(VERSIONS[5], replace(known, phases=("operation",))).outcome("E03")
    assert beyond.measured.missing == ("technical-form-not-enough",)


def test_a_technical_form_of_which_nobody_says_what_was_held_opens_the_range() -> None:
    form = part(instrument="FTA", approved_on="2024-05-10")
    unsaid: Any = judge(
        VERSIONS[5], facts(assessments=[form], phases=["exploration"], expected=[listed("assessments", 1)])
    ).outcome("E03")
    assert (unsaid.worst, unsaid.best, unsaid.measured.missing) == (0, 100, ("participation-not-recorded",))


# Foreign staff


@pytest.mark.parametrize(
    ("foreign", "pay", "score"),
    [(120, 180, 100), (121, 0, 0), (0, 181, 0), (120, None, 0), (121, None, 0)],
)
def test_heads_and_pay_are_both_within_their_limits(foreign: int, pay: int | None, score: int) -> None:
    own = replace(worker_return("the mine", 600, 100, 100, foreign), foreign_pay=None if pay is None else Decimal(pay))
    outcome: Any = judged(facts(employment=[own], expected=[listed("employment", 1)])).outcome("L04")
    assert outcome.score == score
    known = pay is not None or foreign > 120
    assert (outcome.state, outcome.best) == (("scored", score) if known else ("unknown", 100))


def test_the_limit_on_foreigners_begins_with_its_law() -> None:
    limit = RULES.indicator("L04")
    for name, most in (("maximum_percent", 20), ("maximum_pay_percent", 30)):
        assert limit.find(name, day("1991-12-04")) is None
        assert limit.find(name, day("1991-12-05")) == most


# Money


def test_a_royalty_without_purpose_takes_nothing_from_what_communities_got() -> None:
    health = paid(1, None, recipient_amount=1_000_000, purpose=HEALTH, **PAPER)
    royalty = replace(ROYALTY_PAID, obligation=None)
    assert of_money("R04", [], health, royalty).score == 100
    to_community = replace(royalty, recipient_is=None, recipient_voice="community", recipient_known_by="receipt")
    assert of_money("R04", [], health, replace(to_community, recipient_files=1)).worst == 0


@pytest.mark.parametrize("code", ["R01", "R02", "R04"])
def test_of_two_words_the_payers_earns_nothing(code: str) -> None:
    """The community got 40 of 100, and says so on paper; or the company alone says that it paid."""
    less = paid(
        company_amount=100,
        paid_on=day("2025-06-30"),
        recipient_amount=40,
        received_on=day("2025-06-30"),
        purpose=HEALTH,
        **PAPER,
    )
    outcome = of_money(code, owed(100), less, as_of="2026-06-30")
    assert outcome.measured.flags == ("sides-differ",)
    got_less = {"R01": 0, "R02": 0, "R04": 100}
    assert outcome.score == got_less[code], "all of what came was for health"
    said = replace(less, recipient_amount=None, received_on=None, recipient_voice=None)
    bare = of_money(code, owed(100), replace(said, recipient_known_by=None, recipient_files=0), as_of="2026-06-30")
    assert (bare.state, bare.worst, bare.best) == ("unknown", 0, 100)
    assert "word-only" in bare.measured.missing


def test_what_the_recipient_says_decides_the_share_for_priorities_too() -> None:
    """The company says 100 for health; the community got 40 for health, and 60 for other things."""
    health = paid(1, None, company_amount=100, recipient_amount=40, purpose=HEALTH, **PAPER)
    other = paid(2, None, recipient_amount=60, purpose="other", **PAPER)
    outcome = of_money("R04", [], health, other)
    assert (outcome.measured.value, outcome.worst, outcome.score) == (40, 0, 0)
    assert outcome.measured.flags == ("sides-differ",)


# Conditions, promises, workers


def test_a_condition_without_a_day_and_a_silent_promise_are_both_open() -> None:
    condition = rows(ConditionFact, 1, due_on=day("2021-06-30"))
    promise = rows(CommitmentFact, 1, due_on=day("2025-06-30"))
    lists = [listed("conditions", 1, since="2021-01-01"), listed("commitments", 1)]
    judgement = judged(facts(conditions=condition, commitments=promise, expected=lists))
    for code in ("E04", "P03"):
        outcome: Any = judgement.outcome(code)
        assert (outcome.worst, outcome.best, outcome.coverage) == (0, 100, 0)


def test_four_quarters_are_a_year_and_three_are_not() -> None:
    ends = ["2025-03-31", "2025-06-30", "2025-09-30", "2025-12-31"]
    starts = ["2025-01-01", "2025-04-01", "2025-07-01", "2025-10-01"]
    quarters = [
        replace(
            worker_return("the mine", 100, 40, 15, 0),
            record=f"employment-return/{first}",
            period_start=day(first),
            period_end=day(last),
        )
        for first, last in zip(starts, ends, strict=True)
    ]
    known = facts(employment=quarters, expected=[listed("employment", 1, people=Decimal(100))])
    outcome: Any = judged(known).outcome("L01")
    assert (outcome.worst, outcome.score, outcome.best) == (50, 50, 50)
    three: Any = judged(known.with_rows(EmploymentFact, quarters[:3])).outcome("L01")
    assert (three.worst, three.measured.flags) == (0, ("period-not-covered",))


def test_every_employers_own_return_adds_up() -> None:
    own, contractor = worker_return("the mine", 180, 90, 30, 0), worker_return("the contractor", 600, 66, 24, 0)
    lists = [listed("employment", 2, people=Decimal(780))]
    both: Any = judged(facts(employment=[own, contractor], expected=lists)).outcome("L01")
    assert (both.measured.value, both.measured.flags, both.worst) == (20, (), 0)
    assert (both.measured.numerator, both.measured.denominator) == (156, 780)
    assert both.coverage == 100
    included = [replace(one, contractors_included=True) for one in (own, contractor)]
    twice: Any = judged(facts(employment=included, expected=lists)).outcome("L01")
    assert twice.coverage == 0


def test_a_total_that_nobody_states_limits_nothing() -> None:
    """Of 130 nationals 65 live in the district: half at best, and the range says no more than that it is open."""
    unsaid = replace(worker_return("the mine", 200, 65, 10, 0), total_fte=None, national_fte=Decimal(130))
    outcome: Any = judged(facts(employment=[unsaid], expected=[listed("employment", 1)])).outcome("L01")
    assert (outcome.state, outcome.worst, outcome.best) == ("unknown", 0, 100)


# A whole mine


def all_well() -> Facts:
    """A mine that keeps every rule, in January after the year that is judged."""
    in_time = day("2025-06-30")
    kept: dict[str, Any] = {"community_says": "fulfilled", "confirmed_on": day("2025-06-01"), "evidence": 1}
    staff: dict[str, Any] = dict.fromkeys(("total_fte", "district_fte", "women_fte", "staff_pay"), Decimal(400))
    mended = together(
        change(AssessmentFact, is_dam, approved_on=day("2021-05-10"), participation_held=6),
        change(ConditionFact, lambda _row: True, fulfilled_on=day("2020-06-01")),
        change(EmploymentFact, lambda _row: True, **staff, foreign_headcount=0, foreign_pay=Decimal(0)),
        change(
            PaymentFact,
            lambda _row: True,
            company_amount=MILLION,
            recipient_amount=MILLION,
            paid_on=in_time,
            received_on=in_time,
            purpose=HEALTH,
        ),
        change(CommitmentFact, is_broken, community_known_by="assembly", **kept),
        drop(DisclosureFact, lambda _row: True),
    )
    return replace(mended(the_truth()), as_of=day("2026-01-15"))


def test_a_mine_that_keeps_every_rule_loses_nothing_while_its_report_is_not_due() -> None:
    judgement = judged(all_well())
    assert {one.code: one.score for one in judgement.outcomes if one.applicable} == {
        **{one.code: Decimal(100) for one in RULES.indicators if one.code not in ("T01", "L06")},
        "L06": 0,
    }
    assert judgement.outcome("T01").reason == "not-due-yet"
    assert judgement.policy("TRA").score is None
    assert judgement.grade == "A"
    year_later = judged(replace(all_well(), as_of=day("2028-01-15")))
    assert year_later.policy("TRA").best == 0


@pytest.mark.parametrize("code", ["L01", "L03", "L04"])
def test_a_return_of_one_day_closes_no_coverage(code: str) -> None:
    day_only = day("2025-07-28")
    one_day = replace(worker_return("the mine", 10, 10, 5, 0), period_start=day_only, period_end=day_only)
    judgement = judged(facts(employment=[one_day], expected=[listed("employment", 1)]))
    assert judgement.outcome(code).coverage == 0
    whole = judged(facts(employment=[worker_return("the mine", 10, 10, 5, 0)], expected=[listed("employment", 1)]))
    assert whole.outcome(code).coverage == 100


# The file


@pytest.mark.parametrize(
    ("name", "written", "misspelt", "refusal"),
    [
        ("-4", "name: start_years", "name: start_year", r"E01.parameters\[1\]: .* it knows no start_year"),
        ("-4", "name: maximum_percent", "name: maximum_procent", r"L04.parameters: .* needs maximum_percent"),
        (
            "-4",
            "value: 20, unit: percent, norm: D.Leg. 689, article: art. 4, valid_from: 1991",
            "value: 20, unit: percent, norm: D.Leg. 689, article: art. 4, valid_from: 2991",
            r"L04.parameters: .* needs maximum_percent, and none is in force on 2025-12-31",
        ),
        ("", "floor: 90\n    ceiling: 100", "floor: 190\n    ceiling: 100", r"R01.floor: 190 is beyond what"),
        ("", "starts_at: 75", "starts_at: 150", r"A.starts_at: a band starts between 0 and 100 points, not at 150"),
    ],
)
def test_a_misspelt_value_lifts_no_law(name: str, written: str, misspelt: str, refusal: str, tmp_path: Path) -> None:
    folder = shutil.copytree(FOLDER, tmp_path / "frameworks")
    path = folder / f"peru-recommended-policies{name}.yaml"
    text = path.read_text(encoding="utf-8")
    assert written in text
    path.write_text(text.replace(written, misspelt), encoding="utf-8")
    with pytest.raises(FrameworkError, match=rf"{path.name}:\d+: .*{refusal}"):
        read_folder(folder, MEASURES)


def test_what_the_catalogue_asks_and_nobody_measures_is_named_with_its_gates() -> None:
    assert {"P01", "C01"} <= {one.code for one in RULES.not_looked_at}
    assert all(one.names["es"] for one in RULES.not_looked_at)


@pytest.mark.parametrize("received", ["2025-09-28", "2025-06-30"])
def test_no_score_is_sealed_as_less_than_nothing(received: str) -> None:
    """At the 90 days of its floor the arithmetic gives a zero below zero."""
    late = paid(company_amount=100, recipient_amount=100, received_on=day(received), **PAPER)
    outcome = of_money("R02", owed(100), late)
    assert canonical.plain(outcome.score) == ("0" if received == "2025-09-28" else "100")
