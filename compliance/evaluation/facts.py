"""What was known about one project in one period, frozen.

`gather` fills these rows from the database; a publication seals them, so that anyone can judge again and
reach the same result. `None` always means *unknown*; zero was measured. Rows that were not yet due on the
day of the evaluation are left out by whoever gathers, so that judging needs no clock.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from compliance.evaluation import canonical

CERTIFYING = frozenset({"FTA", "DIA", "EIA-sd", "EIA-d"})
"""Instruments whose approval certifies a project; ITS, social and human-rights studies do not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One record: where it is kept, who says so, and how many files stand behind it."""

    record: str
    voice: str = "unknown"
    """company, community, authority, monitor or unknown"""
    evidence: int = 0

    @property
    def key(self) -> int:
        """The key of the record in its table: 12 of "obligation/12"."""
        return int(self.record.partition("/")[2])


@dataclass(frozen=True, slots=True, kw_only=True)
class AssessmentFact(Row):
    """An impact assessment of one component, from submission through approval to the start of works."""

    instrument: str
    """FTA, DIA, EIA-sd, EIA-d, ITS, social or human-rights"""
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


@dataclass(frozen=True, slots=True, kw_only=True)
class ConditionFact(Row):
    """A condition of an approved assessment with a date to meet it by; None: not recorded as met."""

    assessment: str = ""
    due_on: date
    fulfilled_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EmploymentFact(Row):
    """One employer's return for one period; people nest: district, province, region, national, total."""

    employer: str
    employer_key: str = ""
    """where the employer is kept, because two may have one name; empty in facts sealed before it was asked"""
    period_start: date
    period_end: date
    contractors_included: bool | None = None
    total_fte: Decimal | None = None
    district_fte: Decimal | None = None
    province_fte: Decimal | None = None
    region_fte: Decimal | None = None
    national_fte: Decimal | None = None
    women_fte: Decimal | None = None
    staff_headcount: int | None = None
    foreign_headcount: int | None = None
    """foreigners that count, after the exclusions of article 3"""
    foreign_exonerated: bool = False

    @property
    def employed_by(self) -> tuple[str, str]:
        """Who the employer is: two of one name are told apart by their keys."""
        return self.employer, self.employer_key


@dataclass(frozen=True, slots=True, kw_only=True)
class ObligationFact(Row):
    """Money that the payer owes the recipient by a date."""

    payer: str
    recipient: str
    basis: str
    """agreement, royalty, canon, fund or other"""
    amount: Decimal
    currency: str
    due_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentFact(Row):
    """One payment, as the company states it and, apart, as the recipient states it."""

    obligation: str | None = None
    currency: str
    purpose: str | None = None
    """health, education, infrastructure, other; None: unknown"""
    company_amount: Decimal | None = None
    paid_on: date | None = None
    recipient_amount: Decimal | None = None
    received_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CommitmentFact(Row):
    """A promise with a date, and what each side says became of it."""

    community: str | None = None
    due_on: date
    voluntary: bool = False
    company_says_fulfilled_on: date | None = None
    community_says: str | None = None
    """fulfilled, not_fulfilled; None: has not answered"""
    authority_says: str | None = None
    confirmed_on: date | None = None
    """the day on which the confirmed fulfilment took place"""


@dataclass(frozen=True, slots=True, kw_only=True)
class DisclosureFact(Row):
    """A publication of figures for the period that ended on a date; None: not published, as far as known."""

    period_end: date
    published_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ExemptionFact(Row):
    """An indicator that does not apply here, approved by a named reviewer; the reason is published."""

    indicator: str
    reason: str


TABLES = (
    "assessments",
    "conditions",
    "employment",
    "obligations",
    "payments",
    "commitments",
    "disclosures",
    "exemptions",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """All that the judgement of one project in one period may look at; the order of rows means nothing."""

    project: str
    country: str
    year: int
    period_start: date
    period_end: date
    phases: tuple[str, ...] = ()
    """exploration, development, operation, closure in force at any time in the period; empty: unknown"""
    assessments: tuple[AssessmentFact, ...] = ()
    conditions: tuple[ConditionFact, ...] = ()
    employment: tuple[EmploymentFact, ...] = ()
    obligations: tuple[ObligationFact, ...] = ()
    payments: tuple[PaymentFact, ...] = ()
    commitments: tuple[CommitmentFact, ...] = ()
    disclosures: tuple[DisclosureFact, ...] = ()
    exemptions: tuple[ExemptionFact, ...] = ()

    def __post_init__(self) -> None:
        if self.period_end < self.period_start:
            raise ValueError(f"the period ends on {self.period_end}, before it starts on {self.period_start}")
        object.__setattr__(self, "phases", tuple(sorted(set(self.phases))))
        for table in TABLES:
            object.__setattr__(self, table, _in_order(getattr(self, table)))

    @property
    def explores_only(self) -> bool:
        """Whether exploration is known to be the only phase, so that a technical form is certification enough."""
        return self.phases == ("exploration",)

    def covers(self, day: date) -> bool:
        """Whether a day lies in the period, first and last day included."""
        return self.period_start <= day <= self.period_end

    def to_json(self) -> dict[str, Any]:
        """Spell the facts as a publication seals them."""
        sealed: dict[str, Any] = canonical.plain(self)
        return sealed

    @classmethod
    def from_json(cls, data: object) -> "Facts":
        """Read sealed facts back; the result is equal to what was sealed."""
        return canonical.read(cls, data, "facts")


def _in_order(rows: tuple[Row, ...]) -> tuple[Row, ...]:
    ordered = sorted(rows, key=lambda row: row.record)
    if len({row.record for row in ordered}) < len(ordered):
        ordered.sort(key=lambda row: (row.record, canonical.dumps(row)))
    return tuple(ordered)
