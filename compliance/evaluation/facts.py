"""What was known about one project in one period, frozen.

`gather` fills these rows from the database; a publication seals them, so that anyone can judge again and
reach the same result. `None` always means *unknown*; zero was measured. Rows that were not yet due on the
day of the evaluation are left out by whoever gathers, so that judging needs no clock; which columns say so is told by
`days`, and nothing else in a row changes because a day passes.

A table of facts is one class with `@fact_table`; `gathering.ROWS` names the records that it is read from. A table
without rows is not spelled when facts are sealed, so a new table changes no fingerprint. A new column is `added(…)`
for the same reason; one that records had filled before is `looked_at(…)`, and is spelled only in facts that are judged
by a framework which looks at it.
"""

from __future__ import annotations

import dataclasses
import typing
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, ClassVar, TypeVar, dataclass_transform

from compliance.evaluation import canonical
from compliance.evaluation.canonical import added
from projects.testimony import PAPER, TOLD, stands_on

CERTIFYING = frozenset({"FTA", "DIA", "EIA-sd", "EIA-d"})
"""Instruments whose approval certifies a project; ITS, social and human-rights studies do not."""

CERTIFYING_BY_LAW = CERTIFYING | {"PAMA"}
"""These, and the adjustment programme (PAMA) of mines that were at work before studies were asked for."""

BEFORE_WORKS = CERTIFYING_BY_LAW | {"ITS"}
"""These, and the ITS of a minor change: all that must be approved before works begin."""

FIRST_TABLES = (
    "assessments",
    "conditions",
    "employment",
    "obligations",
    "payments",
    "commitments",
    "disclosures",
    "exemptions",
)
"""Tables that facts have spelled from the first day on, with rows or without; all others only with rows."""

TESTIMONY = "testimony"
"""By whom, how and with how many files a statement is known."""
AS_OF = "as-of"
"""The day of the evaluation, to which days late are counted where something is still open."""
EXPECTED = "expected"
"""How many records of a kind a document says that there must be."""
ARREARS = "arrears"
"""What was due in an earlier year and is still open."""
PARTIES = "parties"
"""What kind of party owes and receives."""
DECISIONS = "decisions"
"""What was asked of studies, payrolls and reports later: what the authority decided, pay, who published which figures."""
STRATUM = "stratum"
"""How large the mine is by law."""
STUDIES = "studies"
"""How many studies there are of the parts in a list."""
EXONERATIONS = "exonerations"
"""Whom of an employer's foreigners an exoneration excuses, and until when."""
AMENDMENTS = "amendments"
"""Which study an update or a change is of."""
FIRST_DAYS = "first-days"
"""On which day something was first due, and who agreed to a later one."""

REPLACEMENTS = "replacements"
"""Which condition a change of a study put in the place of another one, and from which day on."""
PAYERS = "payers"
"""What kind of organisation pays for a work."""
WORKFORCE = "workforce"
"""What workers do, how many left, and how many were hurt."""
SELF_IDENTIFICATION = "self-identification"
"""How many workers say of themselves that they are indigenous."""
SUPPLIERS = "suppliers"
"""Who owns the firms that a mine buys from, how many they are, and after how many days they are paid."""

FIRST, LATER = "first", "later"
"""The day that was first agreed, and the one to which it was moved."""
AUTHORITY = "authority"

PUBLIC_BODIES = frozenset({"agency", "regulator"})
"""Kinds of organisations whose debts are the State's, and whose money is the public's."""
LISTED = frozenset({"assessments", "conditions", "employment", "obligations", "commitments", "shared-works"})
"""Tables of which a document can say how many rows there must be."""

Years = Sequence[int | None]


@dataclass(frozen=True)
class YearRule:
    """Which years a row belongs to, told by the years in some of its columns, as Django spells them."""

    columns: tuple[str, ...]
    belongs: Callable[[Years, int], bool]
    opens: bool = True
    """whether a row alone lets its years be reported on"""
    reaches_on: bool = False
    """whether it belongs to later years as well"""


def of_year(*columns: str, opens: bool = True) -> YearRule:
    """The year in the first of these columns that says one."""
    return YearRule(columns, lambda years, year: first_known(years) == year, opens)


def up_to_year(column: str) -> YearRule:
    """The year in this column, and every later one; none while it does not say one."""
    return YearRule((column,), lambda years, year: (first_known(years) or year + 1) <= year, reaches_on=True)


def within_year(first: str, last: str) -> YearRule:
    """The year that the row lies in wholly."""
    return YearRule((last, first), lambda years, year: set(years) == {year})


def from_year(*columns: str) -> YearRule:
    """The earliest year in these columns, and every later one; all years where none of them says one."""
    return YearRule(
        columns,
        lambda years, year: min((one for one in years if one), default=year) <= year,
        opens=False,
        reaches_on=True,
    )


def reaching_into_year(first: str, last: str) -> YearRule:
    """Each year of which the row shares days, where it does not lie wholly in one."""
    return YearRule(
        (first, last), lambda years, year: None not in years and len({*years}) > 1 and _within(years, year), False, True
    )


def _within(years: Years, year: int) -> bool:
    known = list(filter(None, years))
    return min(known) <= year <= max(known)


def while_in_force(signed: str, ends: str) -> YearRule:
    """Every year from the one in which it was signed to the one in which it ends; without an end all later ones."""
    return YearRule(
        (signed, ends),
        lambda years, year: (years[0] or year) <= year and (years[1] is None or years[1] >= year),
        opens=False,
        reaches_on=True,
    )


def after_year(column: str) -> YearRule:
    """Every year after the one in this column; none where it does not say one."""
    return YearRule((column,), lambda years, year: (first_known(years) or year) < year, False, True)


def first_known(years: Years) -> int | None:
    """The first year that is known; None where none is."""
    return next((year for year in years if year is not None), None)


def column(*names: str, default: Any = dataclasses.MISSING, added: bool = False) -> Any:
    """A text that is read from other columns than its name says: the first of these that says anything.

    A column that joins a table later is `added`, with a default that is not spelled when facts are sealed.
    """
    return dataclasses.field(default=default, metadata={"columns": names, "added": added})


def looked_at(by: str, *columns: str, default: Any, tells_of: str = "", kind: str = "") -> Any:
    """A column that only frameworks look at which name it in their `looks_at`; for all others it says its default.

    It is read from record columns of other names where they are given, as `column` is, and names a record of a `kind` as
    `reference` does. What it `tells_of` is a column that counts people: where that is not published, neither is this.
    """
    named = {"columns": columns} if columns else {}
    counts = (tells_of,) if tells_of else ()
    metadata = {"added": True, "looked_at": by, "tells_of": counts, "kind": kind, **named}
    return dataclasses.field(default=default, metadata=metadata)


def people(within: str = "", *, looked_at: str = "", judged: bool = True, adds_up: bool = False) -> Any:
    """A column that counts people; those whom it counts are counted again in the column `within`.

    Fewer than five are not published, and neither is what would let them be worked out (`small_numbers`). One that
    joins a table later is `looked_at` by the frameworks that name it. No rule looks at one that is not `judged`. One that
    `adds_up` is a sum over a period: of rows that share days one could be subtracted from the other.
    """
    later = {"added": True, "looked_at": looked_at} if looked_at else {}
    counts = {"people": True, "within": within, "judged": judged, "adds_up": adds_up}
    return dataclasses.field(default=None, metadata={**counts, **later})


def telling_of(*counts: str) -> Any:
    """A column that says something of the people whom others count: where one of those is not published, neither is this."""
    return dataclasses.field(default=None, metadata={"tells_of": counts})


def reference(name: str, kind: str, *, default: Any = dataclasses.MISSING, added: bool = False) -> Any:
    """The name of another record, such as ``obligation/12``, by the column that holds its key; `added` as above."""
    return dataclasses.field(default=default, metadata={"columns": (name,), "kind": kind, "added": added})


def is_bare_word(voice: str, files: int, *, opens: bool) -> bool:
    """Whether it is the company's word, or nobody knows whose, without a file, or a source that anybody can open."""
    return voice in ("company", "unknown") and not files and not opens


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One record: where it is kept, who says so, and how many files stand behind it."""

    record: str
    voice: str = "unknown"
    """company, community, committee, authority, monitor or unknown"""
    evidence: int = 0
    opens: bool = looked_at(TESTIMONY, default=False)
    """whether its source names an address at which anybody can open it"""
    carried: bool = looked_at(ARREARS, default=False)
    """whether it is of another year and reaches into this one: due earlier and still open, or about days of both"""
    placed_by: str = looked_at(FIRST_DAYS, default="")
    """first or later: by which of its due days alone it is in this year, as it is; empty: by both"""

    days: ClassVar[tuple[str, ...]] = ()
    """The columns of days after which it is a fact, the one by which it stands first; none: it is one at once.

    Each opens its year, and when one has passed the night judges that year again.
    """

    @property
    def bare_word(self) -> bool:
        """Whether it is the company's word, or nobody knows whose, and no paper stands behind it."""
        return is_bare_word(self.voice, self.evidence, opens=self.opens)

    @property
    def key(self) -> int:
        """The key of the record in its table: 12 of "obligation/12"."""
        return int(self.record.partition("/")[2])


@dataclass(frozen=True, slots=True, kw_only=True)
class DueRow(Row):
    """Something that falls due on a day, which may have been moved since it was first agreed."""

    due_on: date
    first_due_on: date | None = looked_at(FIRST_DAYS, default=None)
    """the day that was first agreed, where it is another one"""
    later_day_agreed_by: str = looked_at(FIRST_DAYS, default="")
    """community or authority; empty: nobody is on record"""
    later_day_known_by: str = looked_at(FIRST_DAYS, default="")
    """how that is known, as with payments"""

    days: ClassVar[tuple[str, ...]] = ("due_on", "first_due_on")

    def __post_init__(self) -> None:
        if self.first_due_on == self.due_on:
            object.__setattr__(self, "first_due_on", None)

    @property
    def moved_later(self) -> bool:
        """Whether its day was moved to a later one."""
        return self.first_due_on is not None and self.first_due_on < self.due_on

    @property
    def later_day_counts(self) -> bool:
        """Whether more than a bare word agrees to a later day: the authority's word, or the community's on paper."""
        if self.later_day_agreed_by == AUTHORITY:
            return self.later_day_known_by != TOLD
        own = bool(self.later_day_agreed_by)
        return stands_on(said_by_its_side=own, known_by=self.later_day_known_by, files=self.evidence) == PAPER

    @property
    def falls_due(self) -> date:
        """The day that counts: the first one, unless it was moved earlier, or somebody who is owed it agreed to a later."""
        if self.first_due_on is None or not self.moved_later or self.later_day_counts:
            return self.due_on
        return self.first_due_on


R = TypeVar("R", bound=Row)
S = TypeVar("S")


@dataclass(frozen=True)
class FactTable:
    """What is known of one class of rows: its name in sealed facts, how its records are called, and their years."""

    name: str
    record: str
    years: YearRule
    carried: YearRule | None = None
    """in which later years a row counts as long as it is open"""
    looked_at: str = ""
    """empty: by all frameworks; else by those that name it in their `looks_at`"""


TABLES: dict[type[Row], FactTable] = {}
"""Every table of facts by its class; each registers itself."""


@dataclass_transform(
    frozen_default=True,
    kw_only_default=True,
    field_specifiers=(column, reference, people, telling_of, added, looked_at),
)
def fact_table(
    name: str, *, record: str, years: YearRule, carried: YearRule | None = None, looked_at: str = ""
) -> Callable[[type[R]], type[R]]:
    """Make a class a table of facts; its annotations are its columns, read from record columns of the same names."""

    def register(declared: type[R]) -> type[R]:
        if any(name == table.name or record == table.record for table in TABLES.values()):
            raise ValueError(
                f"{declared.__name__}: there is a table of facts named {name} or of {record} records already"
            )
        table = dataclass(frozen=True, slots=True, kw_only=True)(declared)
        TABLES[table] = FactTable(name, record, years, carried, looked_at)
        return table

    return register


@fact_table(
    "assessments",
    record="assessment",
    years=from_year("submitted_on__year", "approved_on__year", "works_started_on__year"),
)
class AssessmentFact(Row):
    """An impact assessment of one component, from submission through approval to the start of works."""

    instrument: str
    """FTA, DIA, EIA-sd, EIA-d, ITS, PAMA, update, social or human-rights"""
    component: str = ""
    submitted_on: date | None = None
    approved_on: date | None = None
    works_started_on: date | None = None
    """None: no start is recorded"""
    start_extended: bool = False
    """the authority gave the one extension of the time to start"""
    participation_planned: int | None = None
    participation_held: int | None = None
    """mechanisms of the approved plan that were held before certification"""
    decision: str = looked_at(DECISIONS, default="")
    """under-evaluation, refused or never-made; empty: approved, or nobody says"""
    not_begun_on: date | None = looked_at(DECISIONS, default=None)
    """a day on which somebody saw that the works had not begun"""
    amends: str | None = looked_at(AMENDMENTS, default=None, kind="assessment")
    """the first study that it changes or updates; None: it is one itself, or nobody says"""
    certified_hectares: Decimal | None = added(default=None)
    """how large the certified area is; None: nobody says it"""
    valid_until: date | None = added(default=None)
    """the last day of the certificate; None: nobody says it"""


@fact_table("conditions", record="condition", years=up_to_year("due_on__year"))
class ConditionFact(DueRow):
    """A condition of an approved assessment with a date to meet it by; None: not recorded as met."""

    assessment: str = reference("assessment", "assessment", default="")
    fulfilled_on: date | None = None
    replaced_by: str | None = looked_at(REPLACEMENTS, default=None, kind="condition")
    """the condition of a change of the study that stands in its place, as more than a bare word says"""
    replaced_on: date | None = looked_at(REPLACEMENTS, default=None)
    """the day on which that change was approved"""
    every_months: int | None = added(default=None)
    """after how many months it asks for a report again; None: for none"""
    until: date | None = added(default=None)
    """the last day of these reports; None: no last day is named"""

    def stands_on(self, day: date) -> bool:
        """Whether no change of its study had replaced it by the end of a day."""
        return self.replaced_on is None or self.replaced_on > day


@fact_table(
    "employment",
    record="employment-return",
    years=within_year("period_start__year", "period_end__year"),
    carried=reaching_into_year("period_start__year", "period_end__year"),
)
class EmploymentFact(Row):
    """One employer's return for one period; people nest: district, province, region, national, total."""

    employer: str = column("employer__name")
    employer_key: str = reference("employer", "organisation", default="")
    """where the employer is kept, because two may have one name; empty in facts sealed before it was asked"""
    period_start: date
    period_end: date
    contractors_included: bool | None = None
    total_fte: Decimal | None = people()
    district_fte: Decimal | None = people(within="province_fte")
    province_fte: Decimal | None = people(within="region_fte")
    region_fte: Decimal | None = people(within="national_fte")
    national_fte: Decimal | None = people(within="total_fte")
    women_fte: Decimal | None = people(within="total_fte")
    indigenous_fte: Decimal | None = people(within="total_fte", looked_at=SELF_IDENTIFICATION)
    """people who say of themselves, voluntarily, that they are indigenous; None: nobody was asked, or nobody says it"""
    skilled_fte: Decimal | None = people(within="total_fte", looked_at=WORKFORCE, judged=False)
    technical_fte: Decimal | None = people(within="skilled_fte", looked_at=WORKFORCE, judged=False)
    heads_fte: Decimal | None = people(within="technical_fte", looked_at=WORKFORCE, judged=False)
    """everybody but helpers, of these technicians and heads, and of these heads"""
    quits: int | None = people(looked_at=WORKFORCE, judged=False, adds_up=True)
    accidents: int | None = people(looked_at=WORKFORCE, judged=False, adds_up=True)
    """persons who left of their own will, and who were hurt, in the whole period"""
    staff_headcount: int | None = people()
    foreign_headcount: int | None = people(within="staff_headcount")
    """foreigners that count, after the exclusions of article 3"""
    foreign_exonerated: bool = False
    staff_pay: Decimal | None = looked_at(DECISIONS, default=None, tells_of="staff_headcount")
    foreign_pay: Decimal | None = looked_at(DECISIONS, default=None, tells_of="foreign_headcount")
    """what all employees on the employer's own payroll were paid, and the foreigners that count among them"""
    exonerated_headcount: int | None = people(within="foreign_headcount", looked_at=EXONERATIONS)
    exonerated_pay: Decimal | None = looked_at(EXONERATIONS, default=None, tells_of="exonerated_headcount")
    """the foreigners whom an exoneration excuses, and what they were paid"""
    exonerated_until: date | None = looked_at(EXONERATIONS, default=None)
    """the last day of the exoneration"""

    @property
    def employed_by(self) -> tuple[str, str]:
        """Who the employer is: two of one name are told apart by their keys."""
        return self.employer, self.employer_key


@fact_table("obligations", record="obligation", years=of_year("due_on__year"), carried=after_year("due_on__year"))
class ObligationFact(DueRow):
    """Money that the payer owes the recipient by a date."""

    payer: str = column("payer__name")
    recipient: str = column("community__name", "recipient__name")
    basis: str
    """agreement, royalty, canon, fund or other"""
    amount: Decimal
    currency: str
    payer_is: str | None = looked_at(PARTIES, "payer__kind", default=None)
    """what kind of organisation owes it; None in facts that do not say, and then it is the company"""
    recipient_is: str | None = looked_at(PARTIES, "recipient__kind", default=None)
    """what kind of organisation is owed; None: a community"""


@fact_table(
    "payments",
    record="disbursement",
    years=of_year("obligation__due_on__year", "year"),
    carried=after_year("obligation__due_on__year"),
)
class PaymentFact(Row):
    """One payment, as the company states it and, apart, as the recipient states it.

    It belongs to the year in which its obligation was due; without one, to its own.
    """

    obligation: str | None = reference("obligation", "obligation", default=None)
    currency: str
    purpose: str | None = None
    """health, education, infrastructure, other; None: unknown"""
    company_amount: Decimal | None = None
    paid_on: date | None = None
    recipient_amount: Decimal | None = None
    received_on: date | None = None
    company_known_by: str | None = looked_at(TESTIMONY, default=None)
    """assembly, receipt, bank, letter, public or told; None: nobody was asked, as in all older statements"""
    company_files: int = looked_at(TESTIMONY, default=0)
    recipient_voice: str | None = looked_at(TESTIMONY, default=None)
    """whose words the source of the recipient's statement is; None: not known, and taken for its own"""
    recipient_known_by: str | None = looked_at(TESTIMONY, default=None)
    recipient_files: int = looked_at(TESTIMONY, default=0)
    payer_is: str | None = looked_at(PARTIES, "payer__kind", default=None)
    recipient_is: str | None = looked_at(PARTIES, "payee__kind", default=None)
    """as with obligations"""


@fact_table("commitments", record="commitment", years=of_year("due_on__year"), carried=after_year("due_on__year"))
class CommitmentFact(DueRow):
    """A promise with a date, and what each side says became of it."""

    community: str | None = column("community__name", default=None)
    voluntary: bool = False
    company_says_fulfilled_on: date | None = None
    community_says: str | None = None
    """fulfilled, not_fulfilled; None: has not answered"""
    authority_says: str | None = None
    confirmed_on: date | None = None
    """the day on which the confirmed fulfilment took place"""
    community_known_by: str | None = looked_at(TESTIMONY, default=None)
    """how it is known what the community says, as with payments"""
    promised_by: str = looked_at(PARTIES, default="")
    """state: the State promised it; empty: the company"""


@fact_table("disclosures", record="disclosure", years=of_year("period_end__year"))
class DisclosureFact(Row):
    """A publication of figures for the period that ended on a date; None: not published, as far as known."""

    period_end: date
    published_on: date | None = None
    published_by: str | None = looked_at(DECISIONS, "publisher__kind", default=None)
    """what kind of organisation published it; None: not known"""
    has_figures: bool | None = looked_at(DECISIONS, default=None)
    """whether somebody other than the company found the mine's figures of that period in it"""


@fact_table("expected", record="expected-count", years=up_to_year("period_start__year"), looked_at=EXPECTED)
class ExpectedFact(Row):
    """How many records of one kind a document says that there must be for some days."""

    of: str
    """name of the table"""
    period_start: date
    period_end: date
    number: int
    people: Decimal | None = people()
    """the workers of all employers that it names"""
    amount: Decimal | None = None
    currency: str = ""
    """the sum of all obligations that it names"""
    studies: int | None = looked_at(STUDIES, default=None)
    """all studies of the parts that it names; a part may have several"""


@fact_table("exemptions", record="exemption", years=of_year("year", opens=False))
class ExemptionFact(Row):
    """An indicator that does not apply here, approved by a named reviewer; the reason is published."""

    indicator: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """Whose facts they are, and of which days; sealed beside the tables."""

    project: str
    country: str
    year: int
    period_start: date
    period_end: date
    phases: tuple[str, ...] = ()
    """exploration, development, operation, closure in force at any time in the period; empty: unknown"""
    as_of: date | None = looked_at(AS_OF, default=None)
    """the day of the evaluation"""
    stratum: str = looked_at(STRATUM, default="")
    """large-or-medium, small or artisanal; empty: unknown"""
    stratum_is_bare_word: bool = looked_at(STRATUM, default=False)
    """whether it is the company's word, or nobody knows whose, and no paper stands behind it"""

    def __post_init__(self) -> None:
        if self.period_end < self.period_start:
            raise ValueError(f"the period ends on {self.period_end}, before it starts on {self.period_start}")
        object.__setattr__(self, "phases", tuple(sorted(set(self.phases))))


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts(Period):
    """All that the judgement of one project in one period may look at; the order of rows means nothing."""

    tables: Mapping[type[Row], tuple[Row, ...]] = dataclasses.field(default_factory=dict)
    """Tables that have rows; ask for one by its class: `facts[PaymentFact]`."""

    def __post_init__(self) -> None:
        Period.__post_init__(self)
        ordered = {table: _in_order(rows) for table, rows in self.tables.items() if rows}
        object.__setattr__(self, "tables", ordered)

    def __getitem__(self, table: type[R]) -> tuple[R, ...]:
        """The rows of one table; none where nothing is on record."""
        return self.tables.get(table, ())  # type: ignore[return-value]

    @property
    def rows(self) -> list[Row]:
        """The rows of all tables."""
        return [row for rows in self.tables.values() for row in rows]

    @property
    def explores_only(self) -> bool:
        """Whether exploration is known to be the only phase, so that a technical form is certification enough."""
        return self.phases == ("exploration",)

    @property
    def explores_no_more(self) -> bool:
        """Whether a phase beyond exploration is on record."""
        return bool({*self.phases} - {"exploration"})

    def counts(self, row: ObligationFact | CommitmentFact) -> bool:
        """Whether something with a due day was due in the period, or earlier and is still open."""
        return row.carried or self.covers(row.falls_due)

    def covers(self, day: date) -> bool:
        """Whether a day lies in the period, first and last day included."""
        return self.period_start <= day <= self.period_end

    def seen_by(self, looks_at: Collection[str]) -> Facts:
        """What a framework sees that looks at some of the columns which are not looked at by all."""
        own = {table: rows for table, rows in self.tables.items() if TABLES[table].looked_at in {"", *looks_at}}
        if ARREARS not in looks_at:
            own = {table: tuple(row for row in rows if not row.carried) for table, rows in own.items()}
        other_day = LATER if FIRST_DAYS in looks_at else FIRST
        own = {table: tuple(row for row in rows if row.placed_by != other_day) for table, rows in own.items()}
        tables = {table: tuple(_seen(rows, table, looks_at)) for table, rows in own.items()}
        [seen] = _seen([dataclasses.replace(self, tables=tables)], Facts, looks_at)
        return seen

    def with_rows(self, table: type[R], rows: Iterable[R]) -> Facts:
        """The same facts with other rows in one table."""
        return dataclasses.replace(self, tables={**self.tables, table: tuple(rows)})

    def to_json(self) -> dict[str, Any]:
        """Spell the facts as they are sealed: a table without rows is not spelled."""
        period = Period(**{name: getattr(self, name) for name in PERIOD_FIELDS})
        spelled: dict[str, Any] = canonical.plain(period)
        spelled |= {name: [] for name in FIRST_TABLES}
        return spelled | {TABLES[table].name: canonical.plain(rows) for table, rows in self.tables.items()}

    @classmethod
    def from_json(cls, data: object) -> Facts:
        """Read sealed facts back; the result is equal to what was sealed. Raises ValueError and says where."""
        if not isinstance(data, Mapping):
            raise ValueError(f"facts: expected named values, found {data!r}")
        by_name = {table.name: row for row, table in TABLES.items()}
        period = canonical.read(Period, {name: data[name] for name in data if name not in by_name}, "facts")
        tables = {
            by_name[name]: _read_rows(by_name[name], data[name], f"facts.{name}") for name in data if name in by_name
        }
        return cls(**{name: getattr(period, name) for name in PERIOD_FIELDS}, tables=tables)


PERIOD_FIELDS = tuple(field.name for field in dataclasses.fields(Period))


def not_looked_at(kind: type[Any], looks_at: Collection[str]) -> dict[str, Any]:
    """The columns of a class that a framework does not look at, with what they then say."""
    fields = dataclasses.fields(typing.cast(Any, kind))
    return {one.name: one.default for one in fields if one.metadata.get("looked_at", "") not in {"", *looks_at}}


def columns_to_look_at() -> set[str]:
    """What a framework may name in its `looks_at`."""
    kinds: tuple[Any, ...] = (Period, *TABLES)
    fields = [field for kind in kinds for field in dataclasses.fields(kind)]
    tables = {table.looked_at for table in TABLES.values() if table.looked_at}
    return tables | {field.metadata["looked_at"] for field in fields if "looked_at" in field.metadata}


def _seen(rows: Iterable[S], kind: type[Any], looks_at: Collection[str]) -> Iterable[S]:
    hidden = not_looked_at(kind, looks_at)
    return [dataclasses.replace(typing.cast(Any, row), **hidden) for row in rows] if hidden else rows


def _read_rows(table: type[R], data: object, where: str) -> tuple[R, ...]:
    if not isinstance(data, list | tuple):
        raise ValueError(f"{where}: expected a list, found {data!r}")
    return tuple(canonical.read(table, row, f"{where}[{index}]") for index, row in enumerate(data))


def _in_order(rows: Iterable[Row]) -> tuple[Row, ...]:
    ordered = sorted(rows, key=lambda row: row.record)
    if len({row.record for row in ordered}) < len(ordered):
        ordered.sort(key=lambda row: (row.record, canonical.dumps(row)))
    return tuple(ordered)
