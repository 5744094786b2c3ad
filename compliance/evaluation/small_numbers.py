"""Small numbers tell on people: which counts of a row are shown, and what a reader could still work out of them.

A count of fewer than five people is hidden, and so is every count that would give one away by subtraction. Two counts
of which one holds the other's people have a difference that counts people too: men are all workers without the women.
Zero is no small number, and unknown stays unknown.

No published number is made of counts of several rows but out of what is shown of them (`shown_results`), so that the
attack on a row needs to know nothing else than that row, in all documents that show it. Of such counts each of which
is at most another, the narrowest bounds are found by handing bounds on from one to the other until nothing moves.
"""

import dataclasses
import typing
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, partial
from typing import Any

from compliance.evaluation import canonical
from compliance.evaluation.canonical import ZERO
from compliance.evaluation.facts import TABLES, EmploymentFact, ExpectedFact, Facts, Row
from compliance.evaluation.overlapping_sums import sums_left_out
from compliance.evaluation.words import code, gettext_noop

HIDDEN_COUNTS = code(
    "hidden-counts", gettext_noop("counts of fewer than five people, and what would give them away, are not shown")
)
ENOUGH = Decimal(5)
"""so many people do not tell on one of them"""
LEAST_SPREAD = Decimal(3)
"""as far as 1 is from 4: whoever knows a count more closely has found it"""
MOST = Decimal(10**9)
"""no record counts more people"""

Bounds = tuple[Decimal, Decimal]
"""The least and the most that a count can be."""


@dataclass(frozen=True, slots=True)
class CountedColumn:
    """A column that counts people, and every column that counts the same people among others."""

    name: str
    within: tuple[str, ...]
    least: Decimal
    """the smallest count that is not zero"""
    judged: bool = True
    """whether a rule may look at it"""
    adds_up: bool = False
    """whether it is a sum over a period: then one that is withheld may be few"""


def counted_columns(table: type[Row]) -> tuple[CountedColumn, ...]:
    """The columns of a table of facts that count people, the widest first, then as they are declared."""
    return _counted_columns(typing.cast(Any, table))


@cache
def _counted_columns(table: Any) -> tuple[CountedColumn, ...]:
    fields = {field.name: field for field in dataclasses.fields(table) if field.metadata.get("people")}
    hints = typing.get_type_hints(table)
    found = []
    for name in fields:
        wider, around = [], fields[name].metadata["within"]
        while around:
            wider.append(around)
            around = fields[around].metadata["within"]
        whole = int in typing.get_args(hints[name])
        least = Decimal(1) if whole else Decimal("0.01")
        said = fields[name].metadata
        found.append(CountedColumn(name, tuple(wider), least, said["judged"], said["adds_up"]))
    return tuple(sorted(found, key=lambda column: bool(column.within)))


@dataclass(frozen=True, slots=True, kw_only=True)
class CoveredRow:
    """A row of facts of which counts are hidden: which they are, and a commitment to what it says exactly."""

    table: str
    record: str
    few: tuple[str, ...] = ()
    """columns that count fewer than five people"""
    withheld: tuple[str, ...] = ()
    """columns that would give away others; where none is said to be few, fewer than five as well"""
    commitment: str = ""
    """SHA-256 of the salt and the canonical text of the exact row"""


@dataclass(frozen=True, slots=True)
class Showing:
    """The counts of a row as one document shows them: hidden ones are known to be there, and whether they are few."""

    shown: Mapping[str, Decimal]
    few: frozenset[str] = frozenset()
    withheld: frozenset[str] = frozenset()

    @property
    def counted(self) -> frozenset[str]:
        """The columns in which somebody counted."""
        return self.few | self.withheld | self.shown.keys()


Found = tuple[str, ...]
"""A column of which the count is found, or two of which the difference is."""
Seen = tuple[Mapping[str, Decimal], Showing]
"""What a row says exactly, and what a document shows of it."""


def is_small(count: Decimal) -> bool:
    """Whether a count tells on people."""
    return ZERO < count < ENOUGH


def counts_of(row: Row) -> dict[str, Decimal]:
    """What a row says exactly in the columns that count people, where anybody counted."""
    counts = {column.name: getattr(row, column.name) for column in counted_columns(type(row))}
    return {name: Decimal(count) for name, count in counts.items() if count is not None and count >= 0}


def showing(
    exact: Mapping[str, Decimal], shown: Iterable[str], *, says_few: bool = True, barred: Collection[str] = ()
) -> Showing:
    """A row of which only some columns are shown, and of the others whether they are few or nothing; of barred ones nothing."""
    hidden = exact.keys() - set(shown)
    few = frozenset(name for name in hidden - set(barred) if says_few and is_small(exact[name]))
    return Showing({name: exact[name] for name in exact.keys() - hidden}, few, frozenset(hidden - few))


def choose(
    columns: Sequence[CountedColumn],
    exact: Mapping[str, Decimal],
    earlier: Sequence[Seen] = (),
    *,
    guard: bool = True,
    barred: Collection[str] = (),
) -> Showing:
    """As much of a row as can be shown so that the attack finds nothing; which counts are few where that can be said.

    `earlier` is the same record in documents that were published before; `barred` are columns that other rows forbid to
    show. Without the guard everything is shown.
    """
    if not guard:
        return showing(exact, exact)
    chosen = as_much_as_possible(columns, exact, earlier, says_few=True, barred=barred)
    if attack(columns, [*earlier, (exact, chosen)]):
        return as_much_as_possible(columns, exact, earlier, says_few=False, barred=barred)
    return chosen


def as_much_as_possible(
    columns: Sequence[CountedColumn],
    exact: Mapping[str, Decimal],
    earlier: Sequence[Seen],
    *,
    says_few: bool,
    barred: Collection[str] = (),
) -> Showing:
    """Zeros, and of the counts that are not small each one with which the attack still finds nothing, the widest first."""
    seen = partial(showing, exact, says_few=says_few, barred=barred)
    chosen = seen([name for name, count in exact.items() if not count])
    for column in columns:
        if exact.get(column.name, ZERO) >= ENOUGH and column.name not in barred:
            more = seen([*chosen.shown, column.name])
            if not attack(columns, [*earlier, (exact, more)]):
                chosen = more
    return chosen


def attack(columns: Sequence[CountedColumn], seen: Sequence[Seen]) -> list[Found]:
    """The small counts of a record that a reader of all these documents finds.

    The reader is taken to guess which counts stayed the same from one document to the next.
    """
    known = bounds_in(columns, seen)
    found: set[Found] = set()
    for (exact, _showing), bounds in zip(seen, known, strict=True):
        for column in columns:
            if column.name not in exact:
                continue
            least, most = bounds[column.name]
            if is_small(exact[column.name]) and most - least < LEAST_SPREAD:
                found.add((column.name,))
            for wide in column.within:
                if wide in exact and is_small(exact[wide] - exact[column.name]):
                    fewest, greatest = max(bounds[wide][0] - most, ZERO), bounds[wide][1] - least
                    if greatest - fewest < LEAST_SPREAD:
                        found.add((wide, column.name))
    return sorted(found)


def bounds_in(columns: Sequence[CountedColumn], seen: Sequence[Seen]) -> list[dict[str, Bounds]]:
    """Of each document what its counts can be at least and at most, by all of them together."""
    known = [first_bounds(columns, document) for _exact, document in seen]
    while True:
        before = [dict(bounds) for bounds in known]
        for (exact, _document), bounds in zip(seen, known, strict=True):
            for (other, _its_document), its_bounds in zip(seen, known, strict=True):
                for name in bounds.keys() & its_bounds.keys():
                    if exact[name] == other[name]:
                        bounds[name] = narrower(bounds[name], its_bounds[name])
            hand_on(columns, bounds)
        if known == before:
            return known


def bounds_of(columns: Sequence[CountedColumn], document: Showing) -> dict[str, Bounds]:
    """What each count of a row can be at least and at most, by one document alone."""
    bounds = first_bounds(columns, document)
    hand_on(columns, bounds)
    return bounds


def first_bounds(columns: Sequence[CountedColumn], document: Showing) -> dict[str, Bounds]:
    """What a document says of each count by itself: where it tells which are few, the others it withholds are not."""
    bounds = {}
    for column in columns:
        if column.name in document.shown:
            bounds[column.name] = (document.shown[column.name], document.shown[column.name])
        elif column.name in document.few:
            bounds[column.name] = (column.least, ENOUGH - column.least)
        elif column.name in document.withheld:
            is_enough = document.few and not column.adds_up
            bounds[column.name] = (ENOUGH if is_enough else column.least, MOST)
    return bounds


def hand_on(columns: Sequence[CountedColumn], bounds: dict[str, Bounds]) -> None:
    """Narrow the bounds: what holds the people of another column is no smaller, and the other no larger."""
    for column in columns:
        for wide in column.within:
            if column.name in bounds and wide in bounds:
                (least, most), (least_wide, most_wide) = bounds[column.name], bounds[wide]
                bounds[column.name] = least, max(min(most, most_wide), least)
                bounds[wide] = min(max(least_wide, least), most_wide), most_wide


def narrower(one: Bounds, other: Bounds) -> Bounds:
    """The bounds that two documents leave together."""
    return max(one[0], other[0]), min(one[1], other[1])


def showing_of(row: Row, covered: CoveredRow | None) -> Showing:
    """A row of a document, with what the document says of its hidden counts."""
    few, withheld = (frozenset(covered.few), frozenset(covered.withheld)) if covered else (frozenset(), frozenset())
    return Showing(counts_of(row), few, withheld)


def cover(facts: Facts, earlier: Mapping[str, Sequence[Seen]], *, guard: bool = True) -> tuple[Facts, list[CoveredRow]]:
    """The facts without the counts that are hidden, and the rows of which some are; commitments are still to be made.

    `earlier`: by record, what documents published before show of it.
    """
    covered = []
    before = {record: {name for _exact, one in seen for name in one.shown} for record, seen in earlier.items()}
    sums = tuple(column.name for column in counted_columns(EmploymentFact) if column.adds_up)
    barred = sums_left_out(facts[EmploymentFact], sums, before)
    for table, rows in facts.tables.items():
        columns = counted_columns(table)
        if not columns:
            continue
        left = []
        for row in rows:
            known = earlier.get(row.record, ())
            chosen = choose(columns, counts_of(row), known, guard=guard, barred=barred.get(row.record, ()))
            few = tuple(column.name for column in columns if column.name in chosen.few)
            withheld = tuple(column.name for column in columns if column.name in chosen.withheld)
            one = CoveredRow(table=TABLES[table].name, record=row.record, few=few, withheld=withheld)
            empty: dict[str, Any] = dict.fromkeys(columns_left_out(one))
            left.append(dataclasses.replace(row, **empty))
            if empty:
                covered.append(one)
        facts = facts.with_rows(table, left)
    totals_hidden = any("total_fte" in (*one.few, *one.withheld) for one in covered)
    return without_sums(facts, covered) if totals_hidden else (facts, covered)


def columns_left_out(covered: CoveredRow) -> tuple[str, ...]:
    """The columns that a document does not show: hidden counts, and what tells of those people, such as their pay."""
    [table] = (table for table, known in TABLES.items() if known.name == covered.table)
    hidden = (*covered.few, *covered.withheld)
    fields = dataclasses.fields(typing.cast(Any, table))
    return (*hidden, *(field.name for field in fields if {*hidden} & {*field.metadata.get("tells_of", ())}))


def without_sums(facts: Facts, covered: list[CoveredRow]) -> tuple[Facts, list[CoveredRow]]:
    """The same without what lists say of the workers of all employers: from it a hidden number could be subtracted."""
    lists, known = facts[ExpectedFact], {one.record for one in covered}
    summed = [one for one in lists if one.people is not None and one.record not in known]
    left = [dataclasses.replace(one, people=None) if one in summed else one for one in lists]
    name = TABLES[ExpectedFact].name
    more = [CoveredRow(table=name, record=one.record, withheld=("people",)) for one in summed]
    return facts.with_rows(ExpectedFact, left), [*covered, *more]


def commitment_to(salt: str, row: object) -> str:
    """The fingerprint by which a row is known that is not shown whole."""
    return canonical.fingerprint(salt + canonical.dumps(row))
