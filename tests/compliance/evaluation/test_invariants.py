"""What must hold for any facts at all."""

import random
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal, localcontext
from functools import partial
from typing import Any, ClassVar, get_args, get_origin, get_type_hints

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from compliance.evaluation import canonical
from compliance.evaluation.criteria.exploration import SIZES
from compliance.evaluation.facts import LISTED, Facts, Row
from compliance.evaluation.facts import TABLES as KNOWN_TABLES
from compliance.evaluation.framework_files import FOLDER, read_folder
from compliance.evaluation.judgement import Judgement
from compliance.evaluation.scoring import judge
from tests.compliance.evaluation.builders import day, exempt, facts

whatever_the_machine = settings(deadline=None, database=None, suppress_health_check=[HealthCheck.too_slow])

PERU = [file.framework for file in read_folder(FOLDER) if file.framework.code == "peru-recommended-policies"]
RULES = max(PERU, key=lambda framework: framework.version)
CODES = [indicator.code for indicator in RULES.indicators]
FIRST = day("2024-07-01")

days = st.integers(0, 900).map(lambda offset: FIRST + timedelta(days=offset))
days_of_the_year = st.integers(180, 560).map(lambda offset: FIRST + timedelta(days=offset))
days_about_midyear = st.integers(330, 420).map(lambda offset: FIRST + timedelta(days=offset))
money = st.integers(0, 1000).map(Decimal)
currencies = st.sampled_from(["PEN", "PEN", "USD"])
phases_of_a_year = st.sampled_from([("operation",), ("exploration",), ("development", "exploration"), ()])
strata = st.sampled_from(["large-or-medium", "small", "artisanal", ""])
voices = st.sampled_from(["authority", "authority", "company"])
answers = st.sampled_from([None, "fulfilled", "not_fulfilled"])


@st.composite
def complete_assessments(draw: st.DrawFn, number: int) -> dict[str, Any]:
    approved = draw(days)
    decision = draw(st.sampled_from(["", "", "refused", "under-evaluation"]))
    instrument = draw(st.sampled_from(["FTA", "DIA", "EIA-d", "social", "update"]))
    started = draw(st.none() | days | days.map(lambda late: late.replace(year=late.year - 6, day=1)))
    return {
        "record": f"assessment/{number}",
        "instrument": instrument,
        "amends": "assessment/0" if instrument == "update" or (number and draw(st.booleans())) else None,
        "submitted_on": approved - timedelta(days=draw(st.integers(0, 300))),
        "approved_on": None if decision else approved,
        "works_started_on": started,
        "component": draw(st.sampled_from(["pit", "dam"])),
        "voice": draw(voices),
        "decision": decision,
        "not_begun_on": draw(st.none() | (st.just(started - timedelta(days=1)) if started else days)),
        "start_extended": draw(st.booleans()),
        "participation_planned": draw(st.integers(0, 8)),
        "participation_held": draw(st.integers(0, 10)),
    }


@st.composite
def complete_returns(draw: st.DrawFn, number: int) -> dict[str, Any]:
    people = sorted(Decimal(draw(st.integers(0, 300))) for _ in range(5))
    names = ("district_fte", "province_fte", "region_fte", "national_fte", "total_fte")
    return {
        "record": f"employment-return/{number}",
        "employer": draw(st.sampled_from(["Minera", "Contratista"])),
        "employer_key": draw(st.sampled_from(["", "organisation/1"])),
        "period_start": draw(st.sampled_from([day("2025-01-01"), day("2025-07-01"), day("2025-10-01")])),
        "period_end": draw(st.sampled_from([day("2025-12-31"), day("2025-12-31"), day("2026-03-31")])),
        "contractors_included": True,
        "women_fte": draw(st.integers(0, int(people[-1])).map(Decimal)),
        "staff_headcount": draw(st.integers(0, 50)),
        "foreign_headcount": (foreign := draw(st.integers(0, 20))),
        "foreign_exonerated": draw(st.booleans()),
        "exonerated_headcount": draw(st.integers(0, foreign)),
        "staff_pay": Decimal(draw(st.integers(0, 50))),
        "foreign_pay": Decimal(foreign_pay := draw(st.integers(0, 20))),
        "exonerated_pay": Decimal(draw(st.integers(0, foreign_pay))),
        "exonerated_until": draw(days_of_the_year),
        "voice": draw(voices),
        **dict(zip(names, people, strict=True)),
    }


@st.composite
def complete_payments(draw: st.DrawFn, number: int) -> dict[str, Any]:
    return {
        "record": f"disbursement/{number}",
        "obligation": draw(st.sampled_from([None, "obligation/0", "obligation/0", "obligation/1"])),
        "currency": draw(currencies),
        "purpose": draw(st.sampled_from(["health", "education", "infrastructure", "other"])),
        "company_amount": (company := draw(money)),
        "recipient_amount": draw(st.sampled_from([company, company, company // 2, Decimal(0)])),
        "paid_on": draw(days_about_midyear),
        "received_on": draw(days_about_midyear),
        "company_known_by": draw(st.sampled_from([None, "bank"])),
        "company_files": draw(st.integers(0, 1)),
        "recipient_voice": "community",
        "recipient_known_by": draw(st.sampled_from(["assembly", "told"])),
        "recipient_files": draw(st.integers(0, 1)),
        "recipient_is": draw(st.sampled_from([None, None, "agency"])),
    }


@st.composite
def obligations(draw: st.DrawFn, number: int) -> dict[str, Any]:
    return {
        "record": f"obligation/{number}",
        "payer": "Minera",
        "recipient": "Wayrapampa",
        "basis": "agreement",
        "amount": draw(money),
        "currency": draw(currencies),
        "due_on": draw(days_about_midyear | days_of_the_year),
        "payer_is": draw(st.sampled_from(["company", "company", "agency"])),
        "recipient_is": draw(st.sampled_from([None, None, "agency"])),
        "carried": draw(st.sampled_from([False, False, True])),
    }


@st.composite
def complete_commitments(draw: st.DrawFn, number: int) -> dict[str, Any]:
    return {
        "record": f"commitment/{number}",
        "due_on": draw(days_of_the_year),
        "voluntary": draw(st.booleans()),
        "company_says_fulfilled_on": draw(st.none() | days),
        "community_says": draw(answers),
        "authority_says": draw(answers),
        "confirmed_on": draw(days),
        "community_known_by": "assembly",
        "evidence": draw(st.integers(0, 1)),
        "promised_by": draw(st.sampled_from(["", "", "state"])),
        "carried": draw(st.sampled_from([False, False, True])),
        "voice": draw(voices),
    }


def conditions(number: int) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(
        {"record": st.just(f"condition/{number}"), "due_on": days, "fulfilled_on": st.none() | days, "voice": voices}
    )


def disclosures(number: int) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(
        {
            "record": st.just(f"disclosure/{number}"),
            "period_end": st.just(day("2025-12-31")),
            "published_on": days.map(lambda first: first + timedelta(days=600)),
            "published_by": st.sampled_from(["company", "company", "ngo"]),
            "has_figures": st.booleans(),
        }
    )


def lists(number: int) -> st.SearchStrategy[dict[str, Any]]:
    """How many rows there must be, for the whole year."""
    return st.fixed_dictionaries(
        {
            "record": st.just(f"expected-count/{number}"),
            "of": st.sampled_from(sorted(LISTED)),
            "period_start": st.just(day("2025-01-01")),
            "period_end": st.just(day("2025-12-31")),
            "number": st.integers(0, 4),
            "people": st.none() | st.integers(0, 400).map(Decimal),
            "studies": st.none() | st.integers(0, 4),
            "voice": st.just("authority"),
        }
    )


def requirements(number: int) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(
        {
            "record": st.just(f"closure-requirement/{number}"),
            "amount": money,
            "currency": currencies,
            "voice": voices,
        }
    )


def guarantees(number: int) -> st.SearchStrategy[dict[str, Any]]:
    """For either of two requirements, of a kind that has a last day."""
    return st.fixed_dictionaries(
        {
            "record": st.just(f"closure-guarantee/{number}"),
            "requirement": st.sampled_from(["closure-requirement/0", "closure-requirement/1"]),
            "instrument": st.sampled_from(["bank", "surety"]),
            "amount": money,
            "currency": currencies,
            "posted_on": days_of_the_year,
            "stands_until": days_of_the_year,
            "voice": voices,
        }
    )


@st.composite
def reports_on_land(draw: st.DrawFn, number: int) -> dict[str, Any]:
    verified, done = sorted(Decimal(draw(st.integers(0, 100))) for _ in range(2))
    return {
        "record": f"reclamation-report/{number}",
        "as_of": draw(st.sampled_from([day("2025-06-30"), day("2025-12-31"), day("2025-12-31")])),
        "scheduled_hectares": draw(st.integers(0, 100).map(Decimal)),
        "done_hectares": done,
        "verified_hectares": verified,
        "verified_by_is": draw(st.sampled_from(["regulator", "ngo", "company"])),
        "voice": draw(voices),
    }


def exploration_works(number: int) -> st.SearchStrategy[dict[str, Any]]:
    """Under either of two studies, about the limits."""
    return st.fixed_dictionaries(
        {
            "record": st.just(f"exploration-works/{number}"),
            "assessment": st.sampled_from(["assessment/0", "assessment/1"]),
            "as_of": st.just(day("2025-06-30")),
            "counted_by_is": st.sampled_from([None, None, "regulator"]),
            "only_added": st.booleans(),
            "platforms": st.sampled_from([0, 20, 21, 40, 41]),
            "hectares": st.sampled_from([Decimal(0), Decimal(10), Decimal(11)]),
            "tunnel_metres": st.sampled_from([Decimal(0), Decimal(100), Decimal(101)]),
            "pilot_plant": st.booleans(),
            "resettlement": st.sampled_from([False, False, True]),
            "voice": voices,
        }
    )


@st.composite
def meetings(draw: st.DrawFn, number: int) -> dict[str, Any]:
    """With people about either of two studies: held on some day, or not held."""
    not_held = draw(st.booleans())
    return {
        "record": f"participation-event/{number}",
        "assessment": draw(st.sampled_from(["assessment/0", "assessment/1"])),
        "mechanism": draw(st.sampled_from(["workshop", "hearing"])),
        "beyond_plan": draw(st.sampled_from([False, False, True])),
        "held_on": None if not_held else draw(days),
        "not_held": not_held,
        "voice": draw(voices),
        "evidence": draw(st.integers(0, 1)),
    }


@st.composite
def shares(draw: st.DrawFn, number: int, record: str) -> dict[str, Any]:
    """A share of the mine, or of a company, which may add up with others to more than all of it."""
    owners = st.sampled_from([f"organisation/{key}" for key in range(1, 5)])
    return {
        "record": f"{record}/{number}",
        "owner": "Minera",
        "owner_key": draw(owners),
        "owner_kind": draw(st.sampled_from(["company", "company", "person"])),
        "owner_country": "PE",
        "state_owned": draw(st.sampled_from([False, False, True])),
        "listed_on": draw(st.sampled_from(["", "", "Lima"])),
        "share_percent": Decimal(draw(st.integers(1, 60))),
        "starts_on": FIRST,
        "voice": draw(voices),
        **({"company": "Grupo", "company_key": draw(owners)} if record == "holding" else {}),
    }


def figure_bases(number: int) -> st.SearchStrategy[dict[str, Any]]:
    """What figures of the whole year are about."""
    return st.fixed_dictionaries(
        {
            "record": st.just(f"figure-basis/{number}"),
            "of": st.sampled_from(["employment", "purchases", "production"]),
            "reporter": st.sampled_from([None, None, "Minera"]),
            "period_start": st.just(day("2025-01-01")),
            "period_end": st.just(day("2025-12-31")),
            "declared": st.sampled_from(["whole", "share", "not-said"]),
            "voice": voices,
        }
    )


def agreed_shares(number: int) -> st.SearchStrategy[dict[str, Any]]:
    """A share that was agreed, or none."""
    return st.fixed_dictionaries(
        {
            "record": st.just(f"agreed-share/{number}"),
            "agreed_percent": st.sampled_from([None, Decimal(0), Decimal(10)]),
            "agreed_on": st.just(FIRST),
            "voice": voices,
            "evidence": st.integers(0, 1),
        }
    )


def programmes(number: int) -> st.SearchStrategy[dict[str, Any]]:
    """Samples of two parameters at one station."""
    return st.fixed_dictionaries(
        {
            "record": st.just(f"required-samples/{number}"),
            "station": st.just("monitoring-station/1"),
            "medium": st.sampled_from(["receiving", "effluent"]),
            "in_mixing_zone": st.sampled_from([False, False, True]),
            "parameter": st.sampled_from(["copper", "lead"]),
            "samples": st.integers(1, 24),
            "in_instrument": st.booleans(),
            "voice": voices,
        }
    )


@st.composite
def found_by_monitoring(draw: st.DrawFn, number: int) -> dict[str, Any]:
    """What one side found of one parameter in a river or an effluent."""
    days = draw(st.lists(st.integers(0, 2), min_size=12, max_size=12))
    amount = st.integers(0, 10).map(lambda tenths: Decimal(tenths) / 10)
    return {
        "record": f"monitoring-result/{number}",
        "station": "monitoring-station/1",
        "medium": draw(st.sampled_from(["receiving", "effluent"])),
        "in_mixing_zone": draw(st.sampled_from([False, False, True])),
        "parameter": draw(st.sampled_from(["copper", "lead"])),
        "accredited": draw(st.sampled_from([True, True, False])),
        "most": Decimal("0.5"),
        "mean_most": Decimal("0.4"),
        "tests_of_months": days,
        "undecided_of_months": draw(st.lists(st.integers(0, 1), min_size=12, max_size=12)),
        "exceeding": draw(st.integers(0, sum(days))),
        "worst": draw(amount),
        "mean": draw(amount),
        "mean_at_most": draw(amount),
        "months": draw(st.lists(st.none() | amount, min_size=12, max_size=12)),
        "voice": draw(voices),
        "evidence": draw(st.integers(0, 1)),
    }


@st.composite
def foreign_posts(draw: st.DrawFn, number: int) -> dict[str, Any]:
    has_plan = draw(st.booleans())
    return {
        "record": f"foreign-post/{number}",
        "employer": draw(st.sampled_from(["Minera", "Contratista"])),
        "held_since": day("2023-02-01"),
        "has_plan": has_plan,
        "follows_by": draw(days) if has_plan else None,
        "passed_on": draw(st.none() | st.just(day("2025-06-30"))),
        "voice": draw(voices),
        "evidence": draw(st.sampled_from([0, 1])),
    }


@st.composite
def works(draw: st.DrawFn, number: int) -> dict[str, Any]:
    """Most are planned to begin and to end by the end of the year."""
    first, last = sorted([draw(days_of_the_year), draw(days_of_the_year)])
    return {
        "record": f"shared-work/{number}",
        "facility": "road",
        "payer_is": draw(st.sampled_from(["company", "company", "agency", ""])),
        "planned_value": draw(money),
        "currency": draw(currencies),
        "planned_from": first,
        "planned_until": last,
        "open_to": draw(st.sampled_from(["everybody", "community", "mine"])),
        "voice": draw(voices),
    }


@st.composite
def reports_on_works(draw: st.DrawFn, number: int) -> dict[str, Any]:
    """Of either of two works."""
    return {
        "record": f"work-progress/{number}",
        "work": draw(st.sampled_from(["shared-work/0", "shared-work/1"])),
        "as_of": draw(days_of_the_year),
        "planned_percent": Decimal(draw(st.integers(0, 100))),
        "actual_percent": Decimal(draw(st.integers(0, 100))),
        "voice": draw(voices),
        "evidence": draw(st.integers(0, 1)),
    }


TABLES: dict[str, Any] = {
    "assessments": complete_assessments,
    "employment": complete_returns,
    "obligations": obligations,
    "payments": complete_payments,
    "commitments": complete_commitments,
    "conditions": conditions,
    "disclosures": disclosures,
    "expected": lists,
    "stakes": partial(shares, record="stake"),
    "holdings": partial(shares, record="holding"),
    "closure-requirements": requirements,
    "closure-guarantees": guarantees,
    "reclamation": reports_on_land,
    "figure-bases": figure_bases,
    "agreed-shares": agreed_shares,
    "exploration-works": exploration_works,
    "participation-events": meetings,
    "required-samples": programmes,
    "monitoring": found_by_monitoring,
    "foreign-posts": foreign_posts,
    "shared-works": works,
    "work-progress": reports_on_works,
}

# A table that has no rows of its own above has rows made of its columns.


@st.composite
def rows_of_columns(draw: st.DrawFn, table: type[Row], number: int) -> dict[str, Any]:
    """Every column filled in; a part that is listed after its whole is at most that."""
    made: dict[str, Any] = {"record": f"{KNOWN_TABLES[table].record}/{number}"}
    most = 1000
    for name, hint in get_type_hints(table).items():
        if name in {"record", "voice", "evidence", "opens", "carried", "placed_by"} or get_origin(hint) is ClassVar:
            continue
        if date in {hint, *get_args(hint)}:
            made[name] = day("2025-01-01") if name.endswith("start") else day("2025-12-31")
        elif bool in {hint, *get_args(hint)}:
            made[name] = draw(st.booleans())
        elif int in {hint, *get_args(hint)}:
            made[name] = draw(st.integers(2025, 2060))
        elif Decimal in {hint, *get_args(hint)}:
            most = draw(st.integers(0, most))
            made[name] = Decimal(most)
        else:
            made[name] = draw(currencies) if name == "currency" else "Minera"
    return made


for kind, known_table in KNOWN_TABLES.items():
    if known_table.name not in {*TABLES, "exemptions"}:
        TABLES[known_table.name] = partial(rows_of_columns, kind)

# What one person leaves blank at a time. A side's word is no blank while the other side's word stands for it.
BLANKS: dict[str, tuple[tuple[str, ...], ...]] = {
    "assessments": (
        ("approved_on", "submitted_on"),
        ("submitted_on",),
        ("participation_planned",),
        ("participation_held",),
        ("works_started_on",),
        ("not_begun_on",),
    ),
    "conditions": (("fulfilled_on",),),
    "foreign-posts": (("has_plan", "follows_by"), ("follows_by",)),
    "obligations": (),
    "employment": (
        ("contractors_included",),
        ("total_fte",),
        ("district_fte",),
        ("province_fte",),
        ("women_fte",),
        ("staff_headcount",),
        ("foreign_headcount",),
        ("staff_pay",),
        ("foreign_pay",),
        ("exonerated_headcount",),
        ("exonerated_pay",),
        ("exonerated_until",),
    ),
    "payments": (
        ("company_amount", "recipient_amount"),
        ("recipient_amount",),
        ("paid_on", "received_on"),
        ("purpose",),
    ),
    "commitments": (("community_says", "authority_says"), ("confirmed_on",)),
    "disclosures": (("published_on",), ("published_by",), ("has_figures",)),
    "expected": (),  # PostgreSQL asks for each of its sizes
    "exploration-works": tuple((name,) for name in SIZES),  # the figures of a plan are counted by nobody
    "monitoring": (),  # counted by PostgreSQL, by the limits that there are
    "agreed-shares": (),  # one of which nobody knows how much it is was agreed all the same
    "figure-bases": (),  # without a name it speaks of all returns
}


for kind, known_table in KNOWN_TABLES.items():
    may_be_unknown = [name for name, hint in get_type_hints(kind).items() if type(None) in get_args(hint)]
    BLANKS.setdefault(known_table.name, tuple((name,) for name in may_be_unknown))


@st.composite
def complete(draw: st.DrawFn) -> dict[str, list[dict[str, Any]]]:
    return {table: [draw(rows(number)) for number in range(draw(st.integers(0, 4)))] for table, rows in TABLES.items()}


def whole(rows: dict[str, list[dict[str, Any]]], **rest: Any) -> Facts:
    sealed = canonical.plain(rows) | {"exemptions": canonical.plain(rest.get("exemptions", []))}
    return Facts.from_json(facts(**rest).to_json() | sealed)


SAID_BY_ANY = {"exploration-works": ("assessment", "only_added"), "work-progress": ("work",)}
"""Columns by which rows speak of the same works: what one of them says is known, though another leaves it out."""


@st.composite
def with_some_blank(draw: st.DrawFn, table: str, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows of a table, some of their columns blank."""
    drawn: dict[object, bool] = {}

    def is_blank(row: dict[str, Any], names: tuple[str, ...]) -> bool:
        works = (names, *(row[name] for name in SAID_BY_ANY.get(table, ("record",))))
        if works not in drawn:
            drawn[works] = draw(st.booleans())
        return drawn[works]

    return [
        row | {name: None for names in BLANKS.get(table, ()) if is_blank(row, names) for name in names} for row in rows
    ]


@st.composite
def blanked(draw: st.DrawFn) -> tuple[Facts, Facts]:
    """Facts with blanks, and the same facts filled in."""
    rows = draw(complete())
    with_blanks = {table: draw(with_some_blank(table, table_rows)) for table, table_rows in rows.items()}
    phases, stratum = draw(phases_of_a_year), draw(strata)
    unsaid = "" if draw(st.booleans()) else stratum
    return whole(with_blanks, phases=phases, stratum=unsaid), whole(rows, phases=phases, stratum=stratum)


def figures(judgement: Judgement) -> list[tuple[Decimal | None, Decimal | None, Decimal | None]]:
    parts: list[Any] = [judgement, *judgement.policies, *judgement.outcomes]
    return [(part.worst, part.score, part.best) for part in parts]


@whatever_the_machine
@given(blanked())
def test_the_score_lies_between_worst_and_best(pair: tuple[Facts, Facts]) -> None:
    for known in pair:
        for worst, score, best in figures(judge(RULES, known)):
            if worst is None or best is None:
                assert score is None
                continue
            assert 0 <= worst <= best <= 100
            assert score is None or worst <= score <= best


@whatever_the_machine
@given(blanked())
def test_filling_in_a_blank_never_leads_outside_the_earlier_range(pair: tuple[Facts, Facts]) -> None:
    before, after = (figures(judge(RULES, known)) for known in pair)
    for (worst, _, best), (new_worst, score, new_best) in zip(before, after, strict=True):
        if worst is None or best is None:
            assert new_worst is None
            continue
        if new_worst is None or new_best is None:  # known now not to apply: nothing could be said of it before
            assert (worst, best) == (Decimal(0), Decimal(100))
            continue
        assert worst <= new_worst
        assert new_best <= best
        assert score is None or worst <= score <= best


@whatever_the_machine
@given(blanked(), st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(pair: tuple[Facts, Facts], chance: random.Random) -> None:
    known = pair[0]
    sealed = known.to_json()
    for rows in sealed.values():
        if isinstance(rows, list):
            chance.shuffle(rows)
    again = Facts.from_json(sealed)
    assert again == known
    assert canonical.digest(again.to_json()) == canonical.digest(known.to_json())
    assert canonical.digest(judge(RULES, again).to_json()) == canonical.digest(judge(RULES, known).to_json())


@whatever_the_machine
@given(blanked(), st.integers(1, 12))
def test_the_arithmetic_of_the_caller_changes_nothing(pair: tuple[Facts, Facts], precision: int) -> None:
    expected = canonical.digest(judge(RULES, pair[0]).to_json())
    with localcontext() as context:
        context.prec = precision
        assert canonical.digest(judge(RULES, pair[0]).to_json()) == expected


@whatever_the_machine
@given(complete(), st.sets(st.sampled_from(CODES)))
def test_what_does_not_apply_leaves_as_if_it_had_never_been_there(
    rows: dict[str, list[dict[str, Any]]], excused: set[str]
) -> None:
    exempted = judge(RULES, whole(rows, exemptions=[exempt(code) for code in sorted(excused)]))
    rest = tuple(indicator for indicator in RULES.indicators if indicator.code not in excused)
    without = judge(replace(RULES, indicators=rest), whole(rows))
    assert figures_of_policies(exempted) == figures_of_policies(without)


def figures_of_policies(judgement: Judgement) -> list[Any]:
    parts: list[Any] = [judgement, *judgement.policies]
    return [(part.worst, part.score, part.best, part.coverage, part.grade) for part in parts]


@whatever_the_machine
@given(blanked())
def test_a_sealed_judgement_holds_no_float(pair: tuple[Facts, Facts]) -> None:
    assert canonical.plain(judge(RULES, pair[0]).to_json()) == judge(RULES, pair[0]).to_json()
