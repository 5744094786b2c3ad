"""The measures: what a figure is, from which records, in which unit, and what missing data does to it.

A measure is a pure function of the facts and of an indicator's parameters. It never scores: `scoring` does.
Three rules hold in all of them:

- Unknown is not zero. What is not shown does not count, and the range (low to high) says what it could
  still be.
- Nothing is divided by zero, and nothing is a float.
- Amounts of two currencies are never added: each has its own figure, and the weakest one counts.

A figure that cannot be (a negative headcount, a negative amount) is unknown.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal, localcontext

from compliance.evaluation.canonical import EXACT, settle
from compliance.evaluation.employment import gives_a_share, weigh
from compliance.evaluation.facts import (
    CERTIFYING,
    AssessmentFact,
    CommitmentFact,
    EmploymentFact,
    Facts,
    ObligationFact,
    PaymentFact,
    Row,
)
from compliance.evaluation.framework import HUNDRED, Indicator

ZERO = Decimal(0)
SMALL_BASE = 10
PRIORITY_PURPOSES = frozenset({"health", "education", "infrastructure"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A part of a figure that is shown beside it: one currency, one employer, one definition of *local*."""

    name: str
    value: Decimal | None = None
    low: Decimal | None = None
    high: Decimal | None = None
    numerator: Decimal | None = None
    denominator: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Measurement:
    """One measured figure, what it was made of, and what is not known about it."""

    unit: str
    value: Decimal | None = None
    """None: unknown"""
    passes: bool | None = None
    """for binary rules: kept, broken, or unknown"""
    numerator: Decimal | None = None
    denominator: Decimal | None = None
    low: Decimal | None = None
    high: Decimal | None = None
    """where the value could still lie; one None: no limit on that side; both None: nothing is known"""
    missing: tuple[str, ...] = ()
    """codes of what is not known"""
    flags: tuple[str, ...] = ()
    """codes of what a reader should know"""
    records: tuple[str, ...] = ()
    applicable: bool = True
    reason: str = ""
    """code of why it does not apply"""
    breakdown: tuple[Part, ...] = ()
    decided_by: str = ""
    """the part that decides the value: a currency, an employer, a record"""


Measure = Callable[[Facts, Indicator], Measurement]

MEASURES: dict[str, Measure] = {}
"""All measures by the name that a framework uses."""


def _measure(function: Measure) -> Measure:
    def in_exact_arithmetic(facts: Facts, indicator: Indicator) -> Measurement:
        with localcontext(EXACT):
            return function(facts, indicator)

    in_exact_arithmetic.__name__ = function.__name__
    in_exact_arithmetic.__doc__ = function.__doc__
    MEASURES[function.__name__] = in_exact_arithmetic
    return in_exact_arithmetic


# Ecosystem impact assessment


@_measure
def certified_before_start(facts: Facts, indicator: Indicator) -> Measurement:
    """Whether every certification was approved before its works began, and had not lapsed when they did.

    Rule: approval <= start of works <= approval + 3 years (+ 2 where the authority extended it), for each
    FTA, DIA, EIA-sd and EIA-d whose works began by the end of the period. One that breaks the rule breaks
    it for the project.
    Unit: days between approval and start, the smallest of all (negative: works came first).
    Source: Ley 27446 art. 3; D.S. 019-2009-MINAM art. 57.
    Missing: an approval that is not recorded, or no recorded start at all, is unknown. A study without a
    recorded start beside others that have one is taken as not begun. Not applicable while every recorded
    start lies after the period.
    """
    studies = [study for study in facts.assessments if study.instrument in CERTIFYING]
    begun = [study for study in studies if study.works_started_on and study.works_started_on <= facts.period_end]
    if not begun:
        if studies and all(study.works_started_on for study in studies):
            return Measurement(unit="days", applicable=False, reason="works-not-started", records=_records(studies))
        missing = "no-start-recorded" if studies else "no-assessment"
        return Measurement(unit="days", missing=(missing,), records=_records(studies))
    verdicts = [(study, _certified_in_time(study, facts, indicator)) for study in begun]
    margins = {
        study.record: Decimal((study.works_started_on - study.approved_on).days)
        for study in begun
        if study.approved_on and study.works_started_on
    }
    broken = {study.record for study, kept in verdicts if kept is False}
    unknown = any(kept is None for _, kept in verdicts)
    decisive = {record: days for record, days in margins.items() if not broken or record in broken}
    passes = False if broken else None if unknown else True
    decided_by = min(decisive, key=lambda record: (decisive[record], record)) if decisive else ""
    return Measurement(
        unit="days",
        value=None if passes is None else decisive[decided_by],
        passes=passes,
        missing=("no-approval",) if unknown else (),
        flags=("start-not-recorded",) if any(study.works_started_on is None for study in studies) else (),
        records=_records(begun),
        breakdown=tuple(Part(name=study.record, value=margins.get(study.record)) for study in begun),
        decided_by="" if passes is None else decided_by,
    )


def _certified_in_time(study: AssessmentFact, facts: Facts, indicator: Indicator) -> bool | None:
    if study.approved_on is None or study.works_started_on is None:
        return None
    years = indicator.parameter("start_years", facts.period_end)
    if study.start_extended:
        years += indicator.parameter("extension_years", facts.period_end)
    return study.approved_on <= study.works_started_on <= years_later(study.approved_on, int(years))


def years_later(day: date, years: int) -> date:
    """Add calendar years; 29 February becomes 28 February in a year without it."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


@_measure
def participation_held(facts: Facts, indicator: Indicator) -> Measurement:
    """Share of the approved participation mechanisms that were held before certification.

    Rule: held ÷ planned over the DIA, EIA-sd and EIA-d submitted by the end of the period; what counts for
    each is at most what was planned, so that one study's extra workshops do not hide another's missing
    ones.
    Unit: percent. Source: D.S. 028-2008-EM; thresholds are policy.
    Missing: mechanisms not known to be held do not count, and raise the best case; a study whose plan or
    submission is unknown stays out of the value, and opens the range. Not applicable where all
    certification is by FTA.
    """
    studies = [study for study in facts.assessments if study.instrument in CERTIFYING]
    full = [study for study in studies if study.instrument != "FTA"]
    if not full:
        if studies:
            return Measurement(
                unit="percent", applicable=False, reason="only-technical-form", records=_records(studies)
            )
        return Measurement(unit="percent", missing=("no-assessment",))
    share, missing = _Share(), set[str]()
    used = []
    for study in full:
        submitted = _submitted_by(facts.period_end, study)
        if submitted is False:
            continue
        used.append(study)
        planned, held = _count(study.participation_planned), _count(study.participation_held)
        if submitted is None or planned is None:
            share.open()
            missing.add("no-submission-date" if submitted is None else "no-participation-plan")
        else:
            share.add(planned, None if held is None else min(held, planned))
            if held is None:
                missing.add("participation-not-recorded")
    if not used:
        missing.add("no-assessment")
    elif not share.whole and not missing:
        missing.add("nothing-planned")
    return share.measurement(missing, used)


def _submitted_by(day: date, study: AssessmentFact) -> bool | None:
    if study.submitted_on is not None:
        return study.submitted_on <= day
    return True if study.approved_on is not None and study.approved_on <= day else None


@_measure
def conditions_overdue(facts: Facts, indicator: Indicator) -> Measurement:
    """Share of the conditions due by the end of the period that were still open then.

    Rule: conditions of the approved assessments due by the end of the period and not met by then ÷ all due
    by then.
    Unit: percent (lower is better). Source: the approved assessments; thresholds are policy.
    Missing: no condition due on record is unknown, not zero; where truly none is due, a reviewer exempts the
    indicator and the reason is published. A condition not recorded as met is open.
    """
    due = [condition for condition in facts.conditions if condition.due_on <= facts.period_end]
    share = _Share()
    for condition in due:
        open_still = condition.fulfilled_on is None or condition.fulfilled_on > facts.period_end
        share.add(Decimal(1), Decimal(int(open_still)))
    return share.measurement(set() if due else {"no-conditions-due"}, due)


# Local content


LOCAL_DEFINITIONS = ("district", "province", "region", "national")


@_measure
def local_hire_share(facts: Facts, indicator: Indicator) -> Measurement:
    """Share of full-time-equivalent workers, with contractors, who live in the direct-influence districts.

    Rule: district FTE ÷ total FTE over the returns that lie wholly in the period, each weighted by its days
    (`employment.weigh`); the same people under each definition of *local* (district, province, region, national)
    stand beside it.
    Unit: percent of FTE. Source: D.S. 040-2014-EM art. 57.5 (preference, no quota); thresholds are policy.
    Missing: people not known to be local do not count, and raise the best case, at most to the next wider
    definition; a return without contractors or without a total stays out of the value, and opens the range.
    """
    usable, others, missing = _returns(facts)
    shares = {level: _Share() for level in LOCAL_DEFINITIONS}
    for report, total, weight in usable:
        known = _people_by_level(report, weight)
        for position, level in enumerate(LOCAL_DEFINITIONS):
            inner = [people for people in known[:position] if people is not None]
            outer = [people for people in known[position + 1 :] if people is not None]
            shares[level].add(total, known[position], least=max(inner, default=ZERO), most=min(outer, default=total))
        if known[0] is None:
            missing.add("no-district-figure")
    for share in shares.values():
        if others:
            share.open()
    records = [report for report, _, _ in usable] + others
    return shares["district"].measurement(
        missing, records, breakdown=tuple(shares[level].part(level) for level in LOCAL_DEFINITIONS)
    )


def _people_by_level(report: EmploymentFact, weight: Decimal) -> tuple[Decimal | None, ...]:
    levels = (report.district_fte, report.province_fte, report.region_fte, report.national_fte)
    return tuple(_weighted(people, weight) for people in levels)


def _weighted(people: Decimal | None, weight: Decimal) -> Decimal | None:
    known = _amount(people)
    return None if known is None else settle(known * weight)


@_measure
def women_share(facts: Facts, indicator: Indicator) -> Measurement:
    """Share of women among full-time-equivalent workers, contractors included.

    Rule: women FTE ÷ total FTE over the returns that lie wholly in the period, each weighted by its days.
    Unit: percent of FTE. Source: policy.
    Missing: as for local hire; where the number of women is unknown none are counted, and the best case is
    all.
    """
    usable, others, missing = _returns(facts)
    share = _Share()
    for report, total, weight in usable:
        women = _weighted(report.women_fte, weight)
        share.add(total, women)
        if women is None:
            missing.add("no-women-figure")
    if others:
        share.open()
    return share.measurement(missing, [report for report, _, _ in usable] + others)


def _returns(facts: Facts) -> tuple[list[tuple[EmploymentFact, Decimal, Decimal]], list[EmploymentFact], set[str]]:
    """Split the period's returns into those that give a share, with weighted totals and weights, and those that do not."""
    reports = _in_period(facts)
    others = [report for report in reports if not gives_a_share(report)]
    missing = {"no-total" if report.contractors_included else "contractors-not-included" for report in others}
    usable = [
        (report, settle((report.total_fte or ZERO) * weight), weight)
        for report, weight in weigh(report for report in reports if gives_a_share(report))
    ]
    if not reports:
        missing.add("no-employment-return")
    return usable, others, missing


def _in_period(facts: Facts) -> list[EmploymentFact]:
    return [
        report
        for report in facts.employment
        if report.period_start >= facts.period_start and report.period_end <= facts.period_end
    ]


@_measure
def foreign_headcount(facts: Facts, indicator: Indicator) -> Measurement:
    """Whether every employer keeps foreign staff within the legal share of its headcount.

    Rule: for each employer's latest return in the period, foreigners that count ÷ staff <= 20 percent;
    foreigners excluded by article 3 are not counted, and an exonerated employer (article 6) passes and is
    flagged. One employer above the limit breaks it for the project.
    Unit: percent of headcount, the highest of all employers. Source: D.Leg. 689 arts. 3, 4, 6.
    Missing: an employer whose latest figures are not complete is unknown; earlier returns do not stand in
    for it.
    """
    limit = indicator.parameter("maximum_percent", facts.period_end)
    reports = _latest_by_employer(_in_period(facts))
    parts, verdicts, missing, flags = [], list[bool | None](), set[str](), set[str]()
    for report in reports:
        staff, foreign = _count(report.staff_headcount), _count(report.foreign_headcount)
        share = _percent(foreign, staff)
        parts.append(Part(name=report.employer, value=share, numerator=foreign, denominator=staff))
        if report.foreign_exonerated:
            flags.add("exonerated")
            verdicts.append(True)
        else:
            verdicts.append(None if share is None else share <= limit)
            if share is None:
                missing.add("no-headcount")
    if not reports:
        missing.add("no-employment-return")
    passes = _all_kept(verdicts)
    if passes is False:
        parts_that_count = [part for part, kept in zip(parts, verdicts, strict=True) if kept is False]
    else:
        bound = [part for part, report in zip(parts, reports, strict=True) if not report.foreign_exonerated]
        parts_that_count = [part for part in bound or parts if part.value is not None]
    if passes is None or not parts_that_count:
        return Measurement(
            unit="percent",
            passes=passes,
            missing=_codes(missing),
            flags=_codes(flags),
            records=_records(reports),
            breakdown=tuple(parts),
        )
    highest = max(parts_that_count, key=lambda part: (part.value or ZERO, part.name))
    if highest.denominator is not None and highest.denominator < SMALL_BASE:
        flags.add("small-base")
    return Measurement(
        unit="percent",
        value=highest.value,
        passes=passes,
        numerator=highest.numerator,
        denominator=highest.denominator,
        missing=_codes(missing),
        flags=_codes(flags),
        records=_records(reports),
        breakdown=tuple(parts),
        decided_by=highest.name,
    )


def _latest_by_employer(reports: Iterable[EmploymentFact]) -> list[EmploymentFact]:
    """Choose each employer's return that ends last (the shortest such); two for the same days both count."""
    latest: dict[str, list[EmploymentFact]] = {}
    for report in reports:
        rivals = latest.setdefault(report.employer, [])
        days = (report.period_end, report.period_start)
        if not rivals or days > (rivals[0].period_end, rivals[0].period_start):
            latest[report.employer] = [report]
        elif days == (rivals[0].period_end, rivals[0].period_start):
            rivals.append(report)
    return [report for employer in sorted(latest) for report in latest[employer]]


# Revenue redistribution


@_measure
def paid_against_due(facts: Facts, indicator: Indicator) -> Measurement:
    """Share of the money due in the period that was paid.

    Rule: paid ÷ due over the obligations due in the period, in their own currency; paid is what the company
    states, else what the recipient states, whenever it was paid (lateness has its own indicator). What
    counts for each obligation is at most what was due: paying one community twice does not hide that
    another got nothing.
    Unit: percent, of the currency with the lowest share. Source: the agreement; thresholds are policy.
    Missing: an obligation without a stated payment is not shown to be paid, and counts in full in the best
    case; where nothing at all is stated the figure is unknown.
    """
    due = _due(facts)
    payments = _payments_by_obligation(facts)
    shares: dict[str, _Share] = {}
    confirmed: dict[str, _Share] = {}
    missing, flags = set[str](), set[str]()
    used: list[Row] = []
    for obligation in due:
        entries = payments.get(obligation.record, [])
        used += [obligation, *entries]
        owed, currency = obligation.amount, obligation.currency
        paid, complete = _paid(obligation, entries, missing)
        share = shares.setdefault(currency, _Share())
        if paid is None or complete:
            share.add(owed, paid)
        else:
            share.add(paid, paid)
            share.add(owed - paid, None)
        received = [entry.recipient_amount for entry in entries if entry.currency == currency]
        confirmed.setdefault(currency, _Share()).add(owed, _capped(received, owed))
        if any(_stated(entry) is not None and not _two_sided(entry) for entry in entries):
            flags.add("one-sided")
        if any(_two_sided(entry) and entry.company_amount != entry.recipient_amount for entry in entries):
            flags.add("sides-differ")
    if not due:
        missing.add("nothing-due")
    beside = tuple(confirmed[currency].part(f"{currency} confirmed") for currency in sorted(confirmed))
    return _lowest_share(shares, missing, flags, used, beside)


def _due(facts: Facts) -> list[ObligationFact]:
    return [owed for owed in facts.obligations if facts.covers(owed.due_on) and owed.amount > 0]


def _paid(obligation: ObligationFact, entries: list[PaymentFact], missing: set[str]) -> tuple[Decimal | None, bool]:
    """What is stated as paid, at most what was due, and whether that is the whole story."""
    if not entries:
        missing.add("no-payment-recorded")
        return None, False
    usable = [_stated(entry) for entry in entries if entry.currency == obligation.currency]
    if len(usable) < len(entries):
        missing.add("other-currency")
    if None in usable:
        missing.add("no-amount")
    stated = [amount for amount in usable if amount is not None]
    if not stated:
        return None, False
    return min(sum(stated, ZERO), obligation.amount), len(stated) == len(entries)


def _capped(amounts: list[Decimal | None], owed: Decimal) -> Decimal | None:
    stated = [amount for amount in amounts if amount is not None and amount >= 0]
    return min(sum(stated, ZERO), owed) if stated else None


@_measure
def days_late(facts: Facts, indicator: Indicator) -> Measurement:
    """Average days late of the payments of obligations due in the period, weighted by amount.

    Rule: Σ(amount × days late) ÷ Σ amount; a payment before its due date is 0 days late. The day is the
    company's, else the recipient's.
    Unit: days (lower is better), of the currency that is latest. Source: the agreement; thresholds are
    policy.
    Missing: a payment without a date or amount, or an obligation without a stated payment, stays out of the
    value and opens the range: it may have come on time, or never.
    """
    payments = _payments_by_obligation(facts)
    delays: dict[str, _Delay] = {}
    missing = set[str]()
    used: list[Row] = []
    due = _due(facts)
    for obligation in due:
        entries = payments.get(obligation.record, [])
        used += [obligation, *entries]
        if not entries:
            missing.add("no-payment-recorded")
            delays.setdefault(obligation.currency, _Delay()).add_unknown(None)
        for entry in entries:
            delay = delays.setdefault(entry.currency, _Delay())
            amount, day = _stated(entry), entry.paid_on or entry.received_on
            if amount is None or (day is None and amount > 0):
                missing.add("no-amount" if amount is None else "no-payment-date")
                delay.add_unknown(amount)
            elif day is not None:
                delay.add(amount, max((day - obligation.due_on).days, 0))
    if not due:
        missing.add("nothing-due")
    parts = [delay.part(currency) for currency, delay in delays.items() if delay.amount or delay.unknown]
    if due and not parts:
        missing.add("nothing-paid")
    return _highest("days", parts, missing, set(), used)


class _Delay:
    """Amount-weighted days late in one currency."""

    def __init__(self) -> None:
        self.amount_days = self.amount = self.undated = ZERO
        self.unknown = self.unsized = False

    def add(self, amount: Decimal, days: int) -> None:
        self.amount_days += amount * days
        self.amount += amount

    def add_unknown(self, amount: Decimal | None) -> None:
        self.unknown = True
        self.undated += amount or ZERO
        self.unsized = self.unsized or amount is None

    def part(self, currency: str) -> Part:
        value = settle(self.amount_days / self.amount) if self.amount else None
        low = high = value
        if self.unknown:
            everything = self.amount + self.undated
            low = ZERO if self.unsized or not everything else settle(self.amount_days / everything)
            high = None
        return Part(
            name=currency,
            value=value,
            low=low,
            high=high,
            numerator=self.amount_days if self.amount else None,
            denominator=self.amount if self.amount else None,
        )


@_measure
def priority_spending(facts: Facts, indicator: Indicator) -> Measurement:
    """Share of the money disbursed that went to health, education and infrastructure.

    Rule: (health + education + infrastructure) ÷ all payments of the period; amounts as the company states
    them, else as the recipient does. A payment belongs to the period in which its obligation falls due; one
    without an obligation, to the period under which it was reported.
    Unit: percent, of the currency with the lowest share. Source: D.S. 082-2008-EF art. 8 (at least half,
    for social funds); the ceiling is policy.
    Missing: money of unknown purpose does not count, and counts in full in the best case; a payment of
    unknown amount stays out of the value, and opens the range.
    """
    shares: dict[str, _Share] = {}
    missing = set[str]()
    used = _payments_of_period(facts)
    for entry in used:
        share = shares.setdefault(entry.currency, _Share())
        amount, purpose = _stated(entry), entry.purpose
        if amount is None:
            missing.add("no-amount")
            share.open(up=purpose is None or purpose in PRIORITY_PURPOSES, down=purpose not in PRIORITY_PURPOSES)
        elif purpose is None:
            missing.add("no-purpose")
            share.add(amount, None)
        else:
            share.add(amount, amount if purpose in PRIORITY_PURPOSES else ZERO)
    if not used:
        missing.add("no-payment-recorded")
    elif not any(share.whole for share in shares.values()) and not missing:
        missing.add("nothing-paid")
    return _lowest_share(shares, missing, set(), used)


@_measure
def reconciliation_gap(facts: Facts, indicator: Indicator) -> Measurement:
    """How far the company's and the recipients' figures for the same payments lie apart.

    Rule: Σ|company − recipient| ÷ Σ recipient over the payments of the period for which both sides state an
    amount; where recipients state nothing and the company something, the gap is 100 percent. A
    reconciliation case is flagged only when the gap exceeds both a percentage and a floor in that currency.
    Unit: percent (lower is better), of the currency with the widest gap. Source: EITI 4.9; US EITI
    reconciliation.
    Missing: a payment stated by one side only is no evidence of agreement: it stays out of the value, is
    flagged one-sided, and opens the range. With no two-sided payment the figure is unknown.
    """
    used = _payments_of_period(facts)
    gaps: dict[str, _Gap] = {}
    flags, missing = set[str](), set[str]()
    for entry in used:
        gap = gaps.setdefault(entry.currency, _Gap())
        gap.add(_amount(entry.company_amount), _amount(entry.recipient_amount))
    if not used:
        missing.add("no-payment-recorded")
    if any(gap.one_sided for gap in gaps.values()):
        missing.add("one-side-silent")
        flags.add("one-sided")
    parts = {currency: gap.part(currency) for currency, gap in gaps.items()}
    for currency, gap in gaps.items():
        if _opens_a_case(gap, parts[currency].value, currency, facts, indicator):
            flags.add("reconciliation-case")
    return _highest("percent", parts.values(), missing, flags, used)


class _Gap:
    """What two sides say about the same payments in one currency."""

    def __init__(self) -> None:
        self.apart = self.received = self.alone = ZERO
        self.two_sided = self.one_sided = self.unsized = False

    def add(self, company: Decimal | None, recipient: Decimal | None) -> None:
        if company is None or recipient is None:
            self.one_sided = True
            self.unsized = self.unsized or (company is None and recipient is None)
            self.alone += company or recipient or ZERO
        else:
            self.two_sided = True
            self.apart += abs(company - recipient)
            self.received += recipient

    def part(self, currency: str) -> Part:
        if not self.two_sided:
            return Part(name=currency)
        low = value = self._percent_of(self.received)
        if self.one_sided:  # at best the silent side agrees to the cent; at worst there is no limit
            low = ZERO if self.unsized else min(self._percent_of(self.received + self.alone), HUNDRED)
        return Part(
            name=currency,
            value=value,
            low=low,
            high=None if self.one_sided else value,
            numerator=self.apart,
            denominator=self.received,
        )

    def _percent_of(self, received: Decimal) -> Decimal:
        if not received:
            return HUNDRED if self.apart else ZERO
        return settle(HUNDRED * self.apart / received)


def _opens_a_case(gap: _Gap, percent: Decimal | None, currency: str, facts: Facts, indicator: Indicator) -> bool:
    limit = indicator.find("case_percent", facts.period_end)
    floor = indicator.find("case_floor", facts.period_end, currency)
    if percent is None or limit is None or floor is None:
        return False
    return percent > limit and gap.apart > floor


def _payments_by_obligation(facts: Facts) -> dict[str, list[PaymentFact]]:
    payments: dict[str, list[PaymentFact]] = {}
    for entry in facts.payments:
        if entry.obligation is not None:
            payments.setdefault(entry.obligation, []).append(entry)
    return payments


def _payments_of_period(facts: Facts) -> list[PaymentFact]:
    due = {owed.record for owed in facts.obligations if facts.covers(owed.due_on)}
    return [entry for entry in facts.payments if entry.obligation is None or entry.obligation in due]


def _stated(entry: PaymentFact) -> Decimal | None:
    company = _amount(entry.company_amount)
    return company if company is not None else _amount(entry.recipient_amount)


def _two_sided(entry: PaymentFact) -> bool:
    return entry.company_amount is not None and entry.recipient_amount is not None


# Participation


@_measure
def commitments_on_time(facts: Facts, indicator: Indicator) -> Measurement:
    """Share of the mandatory commitments due in the period that were fulfilled on time.

    Rule: fulfilled by the due date, as the community or the authority confirms ÷ due in the period. Where
    one of them says that it was not fulfilled, it was not. Voluntary commitments and the company's own word
    stand beside.
    Unit: percent. Source: D.S. 040-2014-EM arts. 57.3, 63; thresholds are policy.
    Missing: the company's word alone, a confirmation without a day, or silence is unknown: it does not
    count, and raises the best case. Where neither community nor authority has answered on any, the figure
    is unknown.
    """
    due = [promise for promise in facts.commitments if facts.covers(promise.due_on)]
    mandatory, voluntary, claimed = _Share(), _Share(), _Share()
    missing, flags = set[str](), set[str]()
    for promise in due:
        kept = _fulfilled_on_time(promise)
        verdict = None if kept is None else Decimal(int(kept))
        if promise.voluntary:
            voluntary.add(Decimal(1), verdict)
            continue
        mandatory.add(Decimal(1), verdict)
        said_on = promise.company_says_fulfilled_on
        claimed.add(Decimal(1), None if said_on is None else Decimal(int(said_on <= promise.due_on)))
        if {promise.community_says, promise.authority_says} >= {"fulfilled", "not_fulfilled"}:
            flags.add("disputed")
        if kept is False and said_on is not None and said_on <= promise.due_on:
            flags.add("disputed")
        if kept is None:
            missing.add(_why_unknown(promise))
    if not mandatory.whole:
        missing.add("no-commitment-due")
    breakdown = tuple(
        share.part(name)
        for name, share in (("company", claimed), ("mandatory", mandatory), ("voluntary", voluntary))
        if share.whole
    )
    return mandatory.measurement(missing, due, flags=flags, breakdown=breakdown)


def _fulfilled_on_time(promise: CommitmentFact) -> bool | None:
    said = (promise.community_says, promise.authority_says)
    if "not_fulfilled" in said:
        return False
    if "fulfilled" not in said or promise.confirmed_on is None:
        return None
    return promise.confirmed_on <= promise.due_on


def _why_unknown(promise: CommitmentFact) -> str:
    if "fulfilled" in (promise.community_says, promise.authority_says):
        return "no-day-of-fulfilment"
    return "no-answer" if promise.company_says_fulfilled_on is None else "company-word-only"


# Transparency


@_measure
def disclosure_delay(facts: Facts, indicator: Indicator) -> Measurement:
    """Days from the end of the period to the first publication of its figures.

    Rule: the earliest publication of a disclosure whose period ends on the same day.
    Unit: days (lower is better). Source: EITI Standard 2023, requirement 4.8.
    Missing: no publication on record is unknown; a disclosure whose day is not known could have come first. A
    publication dated before its period ended cannot be one of that period, and is unknown.
    """
    reports = [report for report in facts.disclosures if report.period_end == facts.period_end]
    days = [
        Decimal((report.published_on - facts.period_end).days)
        for report in reports
        if report.published_on is not None and report.published_on >= facts.period_end
    ]
    if not days:
        return Measurement(unit="days", missing=("not-published",), records=_records(reports))
    undated = len(days) < len(reports)
    return Measurement(
        unit="days",
        value=min(days),
        low=ZERO if undated else min(days),
        high=min(days),
        missing=("no-publication-date",) if undated else (),
        records=_records(reports),
    )


# What the measures share


class _Share:
    """A share of a whole, part by part: what is shown of it, and what it could be at most."""

    def __init__(self) -> None:
        self.whole = self.shown = self.most = ZERO
        self.anything_known = self.could_rise = self.could_fall = False

    def add(self, whole: Decimal, part: Decimal | None, *, least: Decimal = ZERO, most: Decimal | None = None) -> None:
        """Add a part that is known, or else lies between its least, which is what is shown, and its most."""
        if part is not None:
            least = most = part
        self.whole += whole
        self.shown += least
        self.most += max(whole if most is None else most, least)
        self.anything_known = self.anything_known or (part is not None and whole > 0)

    def open(self, *, up: bool = True, down: bool = True) -> None:
        """Note a part of unknown size, which could pull the share up, down, or both ways."""
        self.could_rise = self.could_rise or up
        self.could_fall = self.could_fall or down

    @property
    def is_open(self) -> bool:
        return self.could_rise or self.could_fall

    def part(self, name: str) -> Part:
        """Spell the share; everything but the name is None while nothing is known."""
        if not self.anything_known:
            return Part(name=name)
        value, most = settle(HUNDRED * self.shown / self.whole), settle(HUNDRED * self.most / self.whole)
        return Part(
            name=name,
            value=value,
            low=ZERO if self.could_fall else value,
            high=max(HUNDRED, most) if self.could_rise else most,
            numerator=self.shown,
            denominator=self.whole,
        )

    def measurement(
        self,
        missing: set[str],
        used: Iterable[Row],
        *,
        flags: Iterable[str] = (),
        breakdown: tuple[Part, ...] = (),
    ) -> Measurement:
        """Spell the share of a number of people or things as a figure of its own."""
        part = self.part("")
        small = part.denominator is not None and part.denominator < SMALL_BASE
        return Measurement(
            unit="percent",
            value=part.value,
            low=part.low,
            high=part.high,
            numerator=part.numerator,
            denominator=part.denominator,
            missing=_codes(missing),
            flags=_codes({*flags, "small-base"} if small else flags),
            records=_records(used),
            breakdown=breakdown,
        )


def _lowest_share(
    shares: dict[str, _Share],
    missing: set[str],
    flags: set[str],
    used: Iterable[Row],
    beside: tuple[Part, ...] = (),
) -> Measurement:
    """Let the currency with the lowest share count; one of which nothing is shown has a share of nothing."""
    parts = {currency: share.part(currency) for currency, share in sorted(shares.items())}
    unknown = Measurement(
        unit="percent",
        missing=_codes(missing),
        flags=_codes(flags),
        records=_records(used),
        breakdown=(*parts.values(), *beside),
    )
    if not any(share.anything_known for share in shares.values()):
        return unknown
    weighed = {currency: parts[currency] for currency, share in shares.items() if share.whole > 0}
    ranges = [parts[currency] for currency, share in shares.items() if share.whole > 0 or share.is_open]
    decisive = min(weighed.values(), key=lambda part: (part.value or ZERO, part.name))
    return replace(
        unknown,
        value=decisive.value or ZERO,
        low=min(part.low or ZERO for part in ranges),
        high=min(HUNDRED if part.high is None else part.high for part in ranges),
        numerator=decisive.numerator or ZERO,
        denominator=shares[decisive.name].whole,
        decided_by=decisive.name,
    )


def _highest(unit: str, parts: Iterable[Part], missing: set[str], flags: set[str], used: Iterable[Row]) -> Measurement:
    """Let the currency with the highest figure count, where high is bad; a range without limit stays so."""
    breakdown = tuple(sorted(parts, key=lambda part: part.name))
    unknown = Measurement(
        unit=unit,
        missing=_codes(missing),
        flags=_codes(flags),
        records=_records(used),
        breakdown=breakdown,
    )
    known = [(part.value, part.name, part) for part in breakdown if part.value is not None]
    if not known:
        return unknown
    value, currency, decisive = max(known, key=lambda item: item[:2])
    highs = [part.high for part in breakdown if part.high is not None]
    return replace(
        unknown,
        value=value,
        low=max(part.low or ZERO for part in breakdown),
        high=max(highs) if len(highs) == len(breakdown) else None,
        numerator=decisive.numerator,
        denominator=decisive.denominator,
        decided_by=currency,
    )


def _all_kept(verdicts: Iterable[bool | None]) -> bool | None:
    """Say broken if any is, unknown if any is or there is none, kept otherwise."""
    seen = set(verdicts)
    if False in seen:
        return False
    return None if None in seen or not seen else True


def _percent(part: Decimal | None, whole: Decimal | None) -> Decimal | None:
    return None if part is None or not whole else settle(HUNDRED * part / whole)


def _amount(number: Decimal | None) -> Decimal | None:
    return None if number is None or number < 0 else number


def _count(number: int | None) -> Decimal | None:
    return None if number is None or number < 0 else Decimal(number)


def _codes(codes: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(set(codes)))


def _records(rows: Iterable[Row]) -> tuple[str, ...]:
    return tuple(sorted({row.record for row in rows}))
