"""Counts of fewer than five people are hidden, and nobody works them out; a thousand invented rows are attacked."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from itertools import product
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from compliance.evaluation.criteria import MEASURES
from compliance.evaluation.criteria.measurement import Measurement, Part, measurement
from compliance.evaluation.criteria.participation import ParticipationFact
from compliance.evaluation.criteria.purchases import PurchasesFact
from compliance.evaluation.criteria.training import TrainingFact
from compliance.evaluation.facts import TABLES, EmploymentFact, ExpectedFact
from compliance.evaluation.framework_files import FOLDER, read_folder
from compliance.evaluation.gathering import COLUMNS, model_of
from compliance.evaluation.judgement import WITHHELD, Judgement
from compliance.evaluation.scoring import judge
from compliance.evaluation.shown_results import completions, judge_shown, merged_measurement
from compliance.evaluation.small_numbers import (
    HIDDEN_COUNTS,
    LEAST_SPREAD,
    CountedColumn,
    Found,
    Seen,
    Showing,
    attack,
    bounds_of,
    choose,
    commitment_to,
    counted_columns,
    counts_of,
    cover,
    is_small,
    showing,
)
from compliance.evaluation.words import PERCENT
from projects.models.columns import CountColumn, NumberColumn
from tests.compliance.evaluation.builders import day, employment, facts, framework, judged

COLUMNS_OF_RETURNS = counted_columns(EmploymentFact)
NAMES = tuple(column.name for column in COLUMNS_OF_RETURNS)
INVENTED = 1000


def counts(**given: str | int) -> dict[str, Decimal]:
    """Counts of a return, by the beginnings of their columns."""
    names = {name.partition("_")[0]: name for name in NAMES}
    return {names[name]: Decimal(count) for name, count in given.items()}


def chosen(earlier: Sequence[Seen] = (), **given: str | int) -> Showing:
    return choose(COLUMNS_OF_RETURNS, counts(**given), earlier)


def begun(names: Iterable[str]) -> set[str]:
    return {name.partition("_")[0] for name in names}


# What is hidden


def test_every_column_of_facts_that_is_read_from_a_count_of_people_is_declared_as_one() -> None:
    declared, counted = set(), set()
    for table in TABLES:
        model = model_of(table)
        fields: Any = {field.name: field for field in model._meta.get_fields()}
        for name, (columns, _kind, _text) in COLUMNS[table].items():
            column = fields.get(columns[0])
            if isinstance(column, CountColumn) or type(column) is NumberColumn:
                counted.add((table, name))
        declared |= {(table, column.name) for column in counted_columns(table)}
    assert declared == counted
    tables = {EmploymentFact, ExpectedFact, ParticipationFact, PurchasesFact, TrainingFact}
    assert {table for table, _name in declared} == tables


def test_heads_are_whole_and_full_time_workers_are_counted_in_hundredths() -> None:
    assert {column.name: column.least for column in COLUMNS_OF_RETURNS} == {
        name: Decimal("0.01") if name.endswith("_fte") else Decimal(1) for name in NAMES
    }


def test_of_a_row_of_many_people_everything_is_shown() -> None:
    whole = chosen(
        total=200,
        district=80,
        province=100,
        region=120,
        national=190,
        women=40,
        indigenous=30,
        staff=150,
        foreign=20,
        exonerated=10,
        skilled=120,
        technical=50,
        heads=10,
        quits=20,
        accidents=5,
    )
    assert begun(whole.shown) == begun(NAMES)
    assert not whole.few
    assert not whole.withheld


@pytest.mark.parametrize(("count", "hidden"), [("0", False), ("0.01", True), ("1", True), ("4.99", True), ("5", False)])
def test_more_than_nobody_and_fewer_than_five_are_hidden(count: str, hidden: bool) -> None:
    some = chosen(total=200, women=count)
    assert ("women" in begun(some.few)) is hidden
    assert ("women" in begun(some.shown)) is not hidden
    assert "total" in begun(some.shown)


def test_what_nobody_counted_is_neither_shown_nor_hidden() -> None:
    assert begun(chosen(total=200, women=3).counted) == {"total", "women"}


def test_whom_a_difference_of_two_counts_would_tell_on_is_hidden_by_hiding_the_narrower() -> None:
    three_men = chosen(total=40, women=37)
    assert begun(three_men.shown) == {"total"}
    assert begun(three_men.withheld) == {"women"}
    no_men = chosen(total=40, women=40)
    assert begun(no_men.shown) == {"total", "women"}


def test_as_many_neighbouring_counts_are_hidden_as_it_takes() -> None:
    """Of 103 three are no nationals; with 101 of the district in sight they would be two at most."""
    assert begun(chosen(total=103, national=100, region=80).withheld) == {"national"}
    assert begun(chosen(total=103, national=100, region=98).withheld) == {"national"}
    assert begun(chosen(total=103, national=102, region=102, district=101).withheld) == {
        "national",
        "region",
        "district",
    }


def test_a_later_version_does_not_show_what_an_earlier_one_hid_for_a_reason_that_still_stands() -> None:
    """Nor is it any use to hide today what was shown yesterday."""
    exact = counts(total=103, national=100)
    first = choose(COLUMNS_OF_RETURNS, exact)
    again = choose(COLUMNS_OF_RETURNS, exact, [(exact, first)])
    assert again == first
    hidden_total = showing(exact, counts(national=1))
    assert attack(COLUMNS_OF_RETURNS, [(exact, hidden_total)]) == []
    assert attack(COLUMNS_OF_RETURNS, [(exact, first), (exact, hidden_total)]) == [("total_fte", "national_fte")]
    careful = choose(COLUMNS_OF_RETURNS, exact, [(exact, hidden_total)])
    assert begun(careful.shown) == {"national"}


def test_a_count_that_was_amended_is_another_count() -> None:
    before, after = counts(total=103, women=20), counts(total=104, women=3)
    seen = [(before, choose(COLUMNS_OF_RETURNS, before))]
    assert begun(choose(COLUMNS_OF_RETURNS, after, seen).shown) == {"total"}


def test_the_attack_names_a_count_that_is_shown_and_one_that_is_worked_out() -> None:
    exact = counts(total=40, women=37, district=3)
    assert attack(COLUMNS_OF_RETURNS, [(exact, showing(exact, exact))]) == [
        ("district_fte",),
        ("total_fte", "women_fte"),
    ]


def test_one_commitment_is_to_one_row_and_says_nothing_of_it_without_its_salt() -> None:
    row = employment(total_fte=40, women_fte=3)
    assert commitment_to("00" * 32, row) == commitment_to("00" * 32, row)
    assert commitment_to("00" * 32, row) != commitment_to("11" * 32, row)
    assert commitment_to("00" * 32, row) != commitment_to("00" * 32, dataclasses.replace(row, women_fte=Decimal(4)))


# A thousand invented records, in one document and in several


def invented(random: Random) -> dict[str, Decimal]:
    """Counts of a small return as a company could send it: some unknown, many small or nearly all."""
    wide = random.choice([random.randint(0, 12), random.randint(5, 60), random.randint(50, 900)])

    def part(of: int) -> int:
        return random.choice(
            [0, of, min(of, random.randint(1, 6)), max(0, of - random.randint(0, 5)), random.randint(0, of)]
        )

    total = wide
    national = part(total)
    region = part(national)
    province = part(region)
    district, women = part(province), part(total)
    staff = random.choice([total, random.randint(0, 40)])
    foreign = part(staff)
    skilled, quits = part(total), random.randint(0, 12)
    technical = part(skilled)
    local = (district, province, region, national, women, part(total))
    counts = (total, quits, part(quits), staff, *local, skilled, technical, part(technical), foreign, part(foreign))
    said = dict(zip(NAMES, counts, strict=True))
    cents = random.random() < 0.3
    return {
        name: Decimal(count) + (Decimal("0.5") if cents and name == "total_fte" else 0)
        for name, count in said.items()
        if random.random() < 0.9
    }


def amended(random: Random, counts: Mapping[str, Decimal]) -> dict[str, Decimal]:
    """The same return in a later version: as it was, or with some counts of another return, as far as that can be."""
    other = invented(random)
    changed = {name for name in other if random.random() < 0.3}
    later = {name: other[name] if name in changed else count for name, count in counts.items()}
    possible = all(
        later[column.name] <= later[wide]
        for column in COLUMNS_OF_RETURNS
        for wide in column.within
        if column.name in later and wide in later
    )
    return later if possible else dict(counts)


def published(random: Random, *, guard: bool) -> list[Seen]:
    """One to four versions of a record, each sealed in sight of those before it."""
    seen: list[Seen] = []
    exact = invented(random)
    for _version in range(random.randint(1, 4)):
        seen.append((exact, choose(COLUMNS_OF_RETURNS, exact, seen, guard=guard)))
        exact = amended(random, exact)
    return seen


def test_the_attack_finds_no_hidden_number_of_a_thousand_invented_records_and_does_with_the_guard_off() -> None:
    guarded = [attack(COLUMNS_OF_RETURNS, published(Random(seed), guard=True)) for seed in range(INVENTED)]
    bare = [attack(COLUMNS_OF_RETURNS, published(Random(seed), guard=False)) for seed in range(INVENTED)]
    assert sum(map(bool, guarded)) == 0
    assert sum(map(bool, bare)) > INVENTED / 2


def test_hiding_the_small_counts_alone_is_not_enough() -> None:
    """The control of what hides the others: without it the attack finds some by subtraction."""
    found = 0
    for seed in range(INVENTED):
        exact = invented(Random(seed))
        large = [name for name, count in exact.items() if not is_small(count)]
        found += bool(attack(COLUMNS_OF_RETURNS, [(exact, showing(exact, large))]))
    assert found > INVENTED / 10


TINY = (
    CountedColumn("all", (), Decimal(1)),
    CountedColumn("near", ("far", "all"), Decimal(1)),
    CountedColumn("far", ("all",), Decimal(1)),
    CountedColumn("women", ("all",), Decimal(1)),
)
RANGE = range(16)


def rows_that_look_alike(document: Showing) -> Iterable[dict[str, int]]:
    """Every row of whole people that a reader could take a document's to be: a search through all of them."""
    names = [column.name for column in TINY]
    choices = [
        [int(document.shown[name])]
        if name in document.shown
        else [count for count in RANGE if count and (not document.few or (count < 5) is (name in document.few))]
        for name in names
    ]
    for values in product(*choices):
        row = dict(zip(names, values, strict=True))
        if all(row[column.name] <= row[wide] for column in TINY for wide in column.within):
            yield row


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 12), st.data())
def test_a_search_through_every_possible_row_finds_no_more_than_the_attack(most: int, data: st.DataObject) -> None:
    far = data.draw(st.integers(0, most))
    exact = {
        "all": Decimal(most),
        "far": Decimal(far),
        "near": Decimal(data.draw(st.integers(0, far))),
        "women": Decimal(data.draw(st.integers(0, most))),
    }
    some = data.draw(st.sets(st.sampled_from(sorted(exact))))
    zeros = [name for name, count in exact.items() if not count]
    unguarded = showing(exact, [*some, *zeros], says_few=data.draw(st.booleans()))
    for document in (choose(TINY, exact), choose(TINY, exact, guard=False), unguarded):
        rows = list(rows_that_look_alike(document))
        found = {found for found in quantities() if is_small(value(found, exact)) and closely(found, rows)}
        assert found == set(attack(TINY, [(exact, document)]))


def quantities() -> list[Found]:
    """Every count, and every difference of two of which one holds the other's people."""
    singles: list[Found] = [(column.name,) for column in TINY]
    return singles + [(wide, column.name) for column in TINY for wide in column.within]


def value(found: Found, row: Mapping[str, Any]) -> Any:
    return row[found[0]] - (row[found[1]] if len(found) == 2 else 0)


def closely(found: Found, rows: Sequence[Mapping[str, Any]]) -> bool:
    """Whether a count is known more closely than 1 is from 4."""
    values = [value(found, row) for row in rows]
    return bool(max(values) - min(values) < LEAST_SPREAD)


# What results tell


RETURNS = st.integers(0, 10**6).map(lambda seed: invented(Random(seed)))


def of_two(first: Mapping[str, Any], second: Mapping[str, Any]) -> Any:
    """The facts of a mine with two employers."""
    own = {name: count if name.endswith("_fte") else int(count) for name, count in first.items()}
    others = {name: count if name.endswith("_fte") else int(count) for name, count in second.items()}
    return facts(
        employment=[
            employment(record="employment-return/1", **own),
            employment(record="employment-return/2", employer="Contratista", **others),
        ]
    )


def shown_judgement(known: Any) -> tuple[Judgement, Any]:
    shown, covered = cover(known, {})
    return judge_shown(framework(), shown, covered), (shown, covered)


@settings(max_examples=40, deadline=None)
@given(RETURNS, RETURNS)
def test_results_lie_where_the_document_says_and_follow_from_what_it_shows(
    first: dict[str, Any], second: dict[str, Any]
) -> None:
    known = of_two(first, second)
    public, (shown, covered) = shown_judgement(known)
    exact = judged(known)
    results: list[tuple[Any, Any]] = [
        (public, exact),
        *zip(public.policies, exact.policies, strict=True),
        *zip(public.outcomes, exact.outcomes, strict=True),
    ]
    for ours, theirs in results:
        if theirs.worst is not None and theirs.best is not None:
            assert ours.worst <= theirs.worst <= theirs.best <= ours.best
        assert ours.score in (None, theirs.score)
        assert ours.grade in (WITHHELD, theirs.grade)
    assert judge_shown(framework(), shown, covered).to_json() == public.to_json()


@settings(max_examples=40, deadline=None)
@given(RETURNS, RETURNS, st.randoms(use_true_random=False))
def test_two_mines_that_show_the_same_come_to_the_same(
    first: dict[str, Any], second: dict[str, Any], random: Random
) -> None:
    """Whatever is behind what is hidden, no result says which it is."""
    known = of_two(first, second)
    public, (shown, covered) = shown_judgement(known)
    rows = []
    for row in known[EmploymentFact]:
        few = [name for one in covered if one.record == row.record for name in one.few]
        others: dict[str, Any] = {name: type(getattr(row, name))(random.randint(1, 4)) for name in few}
        rows.append(dataclasses.replace(row, **others))
    other = known.with_rows(EmploymentFact, rows)
    its_shown, its_covered = cover(other, {})
    if (its_shown, its_covered) == (shown, covered):
        assert shown_judgement(other)[0].to_json() == public.to_json()


def test_a_result_that_rests_on_hidden_counts_is_a_range_with_the_reason_and_another_is_as_it_was() -> None:
    known = facts(
        employment=[employment(total_fte=30, district_fte=12, women_fte=4, staff_headcount=30, foreign_headcount=0)]
    )
    public, _shown = shown_judgement(known)
    exact = judged(known)
    women = public.outcome("L03")
    assert HIDDEN_COUNTS in women.measured.flags
    assert (women.score, women.measured.value, women.measured.numerator) == (None, None, None)
    assert women.measured.low is not None
    assert women.measured.low < Decimal(5)
    assert women.measured.high is not None
    assert women.measured.high > Decimal(13)
    assert public.outcome("L01") == exact.outcome("L01")
    assert public.outcome("L04") == exact.outcome("L04")
    assert HIDDEN_COUNTS not in public.outcome("L01").measured.flags
    assert public.score is None
    assert public.worst is not None
    assert exact.score is not None
    assert public.worst <= exact.score


def test_a_grade_that_would_give_a_count_away_is_withheld_between_what_it_could_be() -> None:
    """Of five employees one foreigner keeps the limit of 20 of 100, and two break it."""
    known = facts(employment=[employment(total_fte=40, staff_headcount=5, foreign_headcount=1)])
    limit = shown_judgement(known)[0].outcome("L04")
    assert judged(known).outcome("L04").measured.passes is True
    assert (limit.measured.passes, limit.grade) == (None, WITHHELD)
    assert (limit.worst, limit.best) == (Decimal(0), Decimal(100))


def test_without_hidden_counts_facts_and_results_are_as_they_were() -> None:
    known = facts(employment=[employment(total_fte=200, district_fte=80, women_fte=40)])
    public, (shown, covered) = shown_judgement(known)
    assert (shown, covered) == (known, [])
    assert public == judged(known)
    assert list(completions(known, [])) == [known]


UNJUDGED = [column.name for column in COLUMNS_OF_RETURNS if not column.judged]


def test_no_version_of_any_rules_looks_at_a_count_that_is_not_judged() -> None:
    usual = {"total_fte": 200, "district_fte": 80, "women_fte": 20, "staff_headcount": 150, "foreign_headcount": 9}
    for rules in (file.framework for file in read_folder(FOLDER, MEASURES)):
        found = {
            json.dumps(judge(rules, facts(employment=[row])).to_json(), default=str)
            for row in (
                employment(record="employment-return/1", **usual),
                *(
                    employment(record="employment-return/1", **usual | {name: count})
                    for name in UNJUDGED
                    for count in (0, 7)
                ),
            )
        }
        assert len(found) == 1, f"{rules.code} {rules.version}"


def test_a_hidden_count_that_no_rule_looks_at_is_not_judged_at_its_ends_and_stays_hidden() -> None:
    said: dict[str, Any] = {"total_fte": 200, "women_fte": 3, "heads_fte": 2, "quits": 1, "accidents": 4}
    left, covered = cover(facts(employment=[employment(**said)]), {})
    assert set(covered[0].few) == {"women_fte", "heads_fte", "quits", "accidents"}
    ends = [one[EmploymentFact][0] for one in completions(left, covered)]
    assert {row.women_fte for row in ends} == {Decimal("0.01"), Decimal("4.99")}
    assert {(row.heads_fte, row.quits, row.accidents) for row in ends} == {(None, None, None)}


def test_bounds_hold_what_the_row_says() -> None:
    for seed in range(INVENTED):
        exact = invented(Random(seed))
        bounds = bounds_of(COLUMNS_OF_RETURNS, choose(COLUMNS_OF_RETURNS, exact))
        assert all(bounds[name][0] <= count <= bounds[name][1] for name, count in exact.items())
    assert counts_of(employment(total_fte=-1)) == {}


def test_a_figure_without_an_upper_limit_is_shown_from_the_least_of_its_ranges() -> None:
    ends = [measurement([], value=Decimal(value), low=Decimal(low)) for value, low in ((45, 30), (90, 60))]
    found: Any = merged_measurement(ends, "days")
    assert (found.value, found.low, found.high) == (None, 30, None)


def test_only_what_is_said_at_every_end_is_said_of_what_is_shown() -> None:
    ends = [measurement([], missing=missing) for missing in (("no-total", "no-women-figure"), ("no-women-figure",))]
    for order in (ends, ends[::-1]):
        assert merged_measurement(order, PERCENT).missing == ("no-women-figure",)


def test_a_part_is_shown_between_its_ends_and_not_at_all_where_another_may_stand_in_its_place() -> None:
    def figure(name: str, value: int) -> Measurement:
        return measurement([], value=Decimal(value), breakdown=(Part(name=name, value=Decimal(value)),))

    part: Any = merged_measurement([figure("PEN", 10), figure("PEN", 20)], PERCENT).breakdown[0]
    assert (part.name, part.value, part.low, part.high) == ("PEN", None, 10, 20)
    assert merged_measurement([figure("PEN", 10), figure("USD", 20)], PERCENT).breakdown == ()


def test_a_list_that_says_how_many_workers_all_employers_have_is_hidden_with_the_total_of_one() -> None:
    listed = ExpectedFact(
        record="expected-count/1",
        of="employers",
        period_start=day("2025-01-01"),
        period_end=day("2025-12-31"),
        number=2,
        people=Decimal(103),
    )
    known = facts(employment=[employment(total_fte=3), employment(total_fte=100)], expected=[listed])
    left, covered = cover(known, {})
    assert [one.people for one in left[ExpectedFact]] == [None]
    assert ("expected", ("people",)) in [(one.table, one.withheld) for one in covered]
    kept, _covered = cover(facts(employment=[employment(total_fte=100)], expected=[listed]), {})
    assert [one.people for one in kept[ExpectedFact]] == [Decimal(103)]
