"""Payments: what was due, what was paid, when, for what, and whether both sides agree.

A payment below zero is money paid back: it lowers what was paid and what was spent, and two sides may agree on it.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from compliance.evaluation.canonical import ZERO, settle
from compliance.evaluation.counted import (
    BARE_WORD_COUNTS,
    RECIPIENT_DECIDES,
    Counted,
    bare_words_count,
    counted_by,
    recipient_counts,
    recipient_decides,
    recipients_own,
)
from compliance.evaluation.criteria.currencies import highest, lowest_share
from compliance.evaluation.criteria.due_days import OF_DUE_DAYS, moved_days
from compliance.evaluation.criteria.measurement import Measurement, Part
from compliance.evaluation.criteria.registry import measure
from compliance.evaluation.criteria.shares import Share
from compliance.evaluation.facts import PUBLIC_BODIES, Facts, ObligationFact, PaymentFact, Row
from compliance.evaluation.framework import HUNDRED, Indicator
from compliance.evaluation.settlement import known_sum
from compliance.evaluation.words import DAYS, code, gettext_noop

CASE_FLOOR = code("case_floor", gettext_noop("from which sum on a gap is a case to be cleared up"))
CASE_PERCENT = code("case_percent", gettext_noop("above which share a gap is a case to be cleared up"))
NO_AMOUNT = code("no-amount", gettext_noop("an amount is missing"))
NO_PAYMENT_DATE = code("no-payment-date", gettext_noop("the day of a payment is missing"))
NO_PAYMENT_RECORDED = code("no-payment-recorded", gettext_noop("no payment is on record"))
NO_PURPOSE = code("no-purpose", gettext_noop("the purpose of a payment is missing"))
NOTHING_DUE = code("nothing-due", gettext_noop("nothing was due"))
NOTHING_PAID = code("nothing-paid", gettext_noop("nothing was paid"))
ONE_SIDE_SILENT = code("one-side-silent", gettext_noop("one side has given no account of its own"))
ONE_SIDED = code("one-sided", gettext_noop("only one side has given an account of its own"))
OTHER_CURRENCY = code("other-currency", gettext_noop("it was paid in another currency"))
PART_UNPAID = code("part-unpaid", gettext_noop("a part of what was owed is not shown to be paid"))
RECONCILIATION_CASE = code("reconciliation-case", gettext_noop("the two sides differ by more than the limit"))
SIDES_DIFFER = code("sides-differ", gettext_noop("the two sides differ"))
WORD_ONLY = code("word-only", gettext_noop("for a payment there is only a bare word, without paper"))

CARRIED_OVER = code("carried-over", gettext_noop("something due in an earlier year is still open, and counts"))
DECIDES_FROM = code("decides_from", gettext_noop("how much money it takes in a currency to decide beside others"))
DAYS_UP_TO_DEBT = code(
    "days_up_to_debt", gettext_noop("whether days count for no more money than was owed, each debt for itself")
)
MORE_THAN_OWED = code(
    "more-than-owed",
    gettext_noop(
        "more came for a sum than was owed, or some was paid back; what came last counts, at best what came first"
    ),
)
OF_MONEY = (BARE_WORD_COUNTS, RECIPIENT_DECIDES, DECIDES_FROM)
NOT_ANSWERED = code(
    "not-answered", gettext_noop("a paper of the payer shows a payment; the recipient has not answered")
)

PRIORITY_PURPOSES = frozenset({"health", "education", "infrastructure"})
PUBLIC_MONEY = "public"


def pot_of(row: ObligationFact | PaymentFact) -> str:
    """Money that is never added to other money: its currency, and public bodies' apart from communities'."""
    return f"{row.currency} {PUBLIC_MONEY}" if row.recipient_is in PUBLIC_BODIES else row.currency


def too_small(pots: Mapping[str, Any], facts: Facts, indicator: Indicator) -> set[str]:
    """Pots of less money than the rule lets decide, where there is one of more: a dollar beside millions decides nothing."""
    least = {pot: indicator.find(DECIDES_FROM, facts.period_end, pot.partition(" ")[0]) or ZERO for pot in pots}
    small = {pot for pot, share in pots.items() if share.whole < least[pot]}
    return small if small < pots.keys() else set()


@measure(
    divides=(gettext_noop("paid, at most what was due"), gettext_noop("due this year")),
    in_money=True,
    codes=(
        *(NOTHING_DUE, NO_PAYMENT_RECORDED, NO_AMOUNT, OTHER_CURRENCY, ONE_SIDED, SIDES_DIFFER, WORD_ONLY),
        *(NOT_ANSWERED, CARRIED_OVER, *OF_DUE_DAYS),
    ),
    optional_parameters=OF_MONEY,
)
def paid_against_due(facts: Facts, indicator: Indicator) -> Measurement:
    """Share of the money due in the period that was paid.

    Rule: paid ÷ due over the obligations due in the period, in their own currency, whenever it was paid (lateness
    has its own indicator). What is paid follows from whose word counts (`counted`); where bare words count, it is
    what the company states, else what the recipient states. What counts for each obligation is at most what was
    due: paying one community twice does not hide that another got nothing.
    Unit: percent, of the currency with the lowest share. Source: the agreement; thresholds are policy.
    Missing: an obligation without a stated payment is not shown to be paid, and counts in full in the best
    case; where nothing at all is stated the figure is unknown.
    """
    due = _due_with_payments(facts)
    bare_words = bare_words_count(facts, indicator)
    shares, confirmed = defaultdict[str, Share](Share), defaultdict[str, Share](Share)
    missing, flags = set[str](), set[str]()
    for obligation, entries in due:
        owed, pot = obligation.amount, pot_of(obligation)
        _add_paid(shares[pot], obligation, entries, missing, facts, indicator)
        received = [
            recipients_own(entry)
            for entry in entries
            if entry.currency == obligation.currency and (bare_words or recipient_counts(entry))
        ]
        confirmed[pot].add(owed, _capped(received, owed))
        if any(_stated(entry) is not None and not _two_sided(entry) for entry in entries):
            flags.add(ONE_SIDED)
        if any(_two_sided(entry) and entry.company_amount != entry.recipient_amount for entry in entries):
            flags.add(SIDES_DIFFER)
    if not due:
        missing.add(NOTHING_DUE)
    if any(obligation.carried for obligation, _entries in due):
        flags.add(CARRIED_OVER)
    flags |= moved_days(obligation for obligation, _entries in due)
    beside = tuple(confirmed[pot].part(f"{pot} confirmed") for pot in sorted(confirmed))
    return lowest_share(shares, missing, flags, _rows_of(due), beside, too_small(shares, facts, indicator))


def _due_with_payments(facts: Facts) -> list[tuple[ObligationFact, list[PaymentFact]]]:
    payments = defaultdict[str | None, list[PaymentFact]](list)
    for entry in facts[PaymentFact]:
        payments[entry.obligation].append(entry)
    return [
        (due, payments[due.record])
        for due in facts[ObligationFact]
        if facts.counts(due) and due.amount > 0 and due.payer_is not in PUBLIC_BODIES
    ]


def _rows_of(due: list[tuple[ObligationFact, list[PaymentFact]]]) -> list[Row]:
    return [row for obligation, entries in due for row in (obligation, *entries)]


def _add_paid(
    share: Share,
    obligation: ObligationFact,
    entries: list[PaymentFact],
    missing: set[str],
    facts: Facts,
    indicator: Indicator,
) -> None:
    """Add what was due, with what is shown to be paid of it and what could be, at most what was due."""
    owed, bare_words, counts = obligation.amount, bare_words_count(facts, indicator), counted_by(facts, indicator)
    usable = [counts(entry) for entry in entries if entry.currency == obligation.currency]
    known = [one for one in usable if one]
    if not entries:
        missing.add(NO_PAYMENT_RECORDED)
    if len(usable) < len(entries):
        missing.add(OTHER_CURRENCY)
    if len(known) < len(usable):
        missing.add(NO_AMOUNT)
    if not all(one.sure for one in known):
        missing.add(WORD_ONLY)
    if any(one.doubtful for one in known):
        missing.add(NOT_ANSWERED)
    if not known:
        share.add(owed, None)
        return
    shown = _capped((one.shown for one in known), owed) or ZERO
    most = _capped((one.most for one in known), owed) or ZERO
    if len(known) < len(entries):
        most = owed
    sure = _capped((one.shown - one.doubtful for one in known), owed) or ZERO
    share.doubt(max(shown - sure, ZERO))
    if shown == most and len(known) == len(entries):
        share.add(owed, shown)
    else:
        share.add(
            owed, None, least=shown, most=most, known=shown > 0 or (not bare_words and any(k.sure for k in known))
        )


def _capped(amounts: Iterable[Decimal | None], owed: Decimal) -> Decimal | None:
    stated = known_sum(amounts)
    return None if stated is None else min(stated, owed)


@measure(
    unit=DAYS,
    divides=(gettext_noop("each sum times its days late"), gettext_noop("paid in all")),
    in_money=True,
    codes=(NOTHING_DUE, NO_PAYMENT_RECORDED, NO_AMOUNT, NO_PAYMENT_DATE, NOTHING_PAID, PART_UNPAID),
    note=gettext_noop("Only what was paid counts here; what was not paid counts in R01."),
)
def days_late(facts: Facts, indicator: Indicator) -> Measurement:
    """Average days late of the payments of obligations due in the period, weighted by amount.

    Rule: Σ(amount × days late) ÷ Σ amount; a payment before its due date is 0 days late. The day is the
    company's, else the recipient's.
    Unit: days (lower is better), of the currency that is latest. Source: the agreement; thresholds are
    policy.
    Missing: a payment without a date or amount, an obligation without a stated payment, or the rest of one that
    was paid in part stays out of the value and opens the range: it may have come on time, or never.
    """
    due = _due_with_payments(facts)
    delays = defaultdict[str, _Delay](_Delay)
    missing = set[str]()
    for obligation, entries in due:
        own = [_stated(entry) for entry in entries if entry.currency == obligation.currency]
        if not own:
            missing.add(NO_PAYMENT_RECORDED)
            delays[obligation.currency].add_unknown(None)
        for entry in entries:
            delay = delays[entry.currency]
            amount, day = _stated(entry), entry.paid_on or entry.received_on
            if amount is None or (day is None and amount > 0):
                missing.add(NO_AMOUNT if amount is None else NO_PAYMENT_DATE)
                delay.add_unknown(amount)
            elif day is not None and amount > 0:
                delay.add(amount, max((day - obligation.falls_due).days, 0))
        stated = known_sum(own)
        if stated is not None and stated < obligation.amount:
            missing.add(PART_UNPAID if stated else NOTHING_PAID)
            delays[obligation.currency].add_unknown(obligation.amount - stated)
    if not due:
        missing.add(NOTHING_DUE)
    parts = [delay.part(currency) for currency, delay in delays.items() if delay.amount or delay.unknown]
    return highest(parts, missing, set(), _rows_of(due))


@measure(
    unit=DAYS,
    divides=(gettext_noop("each sum times its days late"), gettext_noop("due and paid, or due and not paid")),
    in_money=True,
    codes=(
        *(NOTHING_DUE, NO_PAYMENT_RECORDED, NO_AMOUNT, NO_PAYMENT_DATE, NOTHING_PAID, PART_UNPAID),
        *(OTHER_CURRENCY, WORD_ONLY, SIDES_DIFFER, NOT_ANSWERED, MORE_THAN_OWED, *OF_DUE_DAYS),
    ),
    note=gettext_noop("Money that is due and not paid counts with its days so far."),
    optional_parameters=(*OF_MONEY, DAYS_UP_TO_DEBT),
)
def days_late_so_far(facts: Facts, indicator: Indicator) -> Measurement:
    """Average days late of the money due in the period, weighted by amount, with what is not paid to this day.

    Rule: Σ(amount × days late) ÷ Σ amount over what is shown to be paid and what is known not to be; a payment before
    its due date is 0 days late; a due date that was moved later counts only where more than a bare word agreed; and
    money that is not paid counts with its days up to the day of the evaluation
    (`as_of`, else the last day of the period). Where the two sides state different days the later one counts, where
    they state different amounts the difference counts as not paid, also where the recipient denies all of it and so
    names no day; the range reaches to the better of the two. Where days count up to the debt, no more money counts for
    a sum than was owed, less what was paid back: of what arrived the latest, and at best the earliest; a payment in
    another currency is none of it, and one of which the recipient has said nothing yet came in time at best.
    Unit: days (lower is better), of the currency that is latest. Source: domain.md D, R02; thresholds are policy.
    Missing: a payment without a date or amount, one for which there is only a bare word, or an obligation without a
    stated payment stays out of the value and opens the range: it may have come on time, or never.
    """
    due = _due_with_payments(facts)
    counts = counted_by(facts, indicator)
    up_to_debt = indicator.asks(DAYS_UP_TO_DEBT, facts.period_end)
    delays = defaultdict[str, _Delay](_Delay)
    missing, flags = set[str](), set[str]()
    for obligation, entries in due:
        delay, days_so_far = (
            delays[pot_of(obligation)],
            _days_between(obligation.falls_due, facts.as_of or facts.period_end),
        )
        if not entries:
            missing.add(NO_PAYMENT_RECORDED)
            delay.add_unknown(None)
        known: list[Counted] = []
        sums = defaultdict[str, list[_Sum]](list)
        for entry in entries:
            of_payment, own = counts(entry), pot(entry, obligation)
            if up_to_debt and entry.currency != obligation.currency:
                continue
            if of_payment is None:
                missing.add(NO_AMOUNT)
                delays[own].add_unknown(None)
                continue
            of_this = list(_sums_of(of_payment, obligation.falls_due, days_so_far))
            if up_to_debt and of_payment.doubtful:
                of_this = [replace(one, at_best=0) for one in of_this]
            sums[own] += of_this
            flags.update({SIDES_DIFFER} if of_payment.denied or _differs(of_payment) else ())
            missing.update(_what_lacks(of_payment))
            if of_payment.days and of_payment.doubtful:
                delays[own].open()
            if entry.currency == obligation.currency:
                known.append(of_payment)
        stated = known_sum(one.most for one in known) or ZERO
        for own, came in sums.items():
            if up_to_debt and delays[own].add_up_to(min(stated, obligation.amount), came):
                flags.add(MORE_THAN_OWED)
            elif not up_to_debt:
                delays[own].add_all(came)
        if len(known) < len(entries):
            missing.update({OTHER_CURRENCY} if any(entry.currency != obligation.currency for entry in entries) else ())
            delay.add_unknown(None)
        elif known and stated < obligation.amount:
            flags.add(PART_UNPAID if stated else NOTHING_PAID)
            delay.add(obligation.amount - stated, days_so_far)
    if not due:
        missing.add(NOTHING_DUE)
    flags |= moved_days(obligation for obligation, _entries in due)
    small = too_small(delays, facts, indicator)
    parts = [one.part(name) for name, one in delays.items() if (one.amount or one.unknown) and name not in small]
    return highest(parts, missing, flags, _rows_of(due))


def pot(entry: PaymentFact, obligation: ObligationFact) -> str:
    """Where a payment of an obligation is counted: with its own currency, among what the obligation's recipient is due."""
    return pot_of(replace(obligation, currency=entry.currency))


def _days_between(due_on: date, day: date) -> int:
    return max((day - due_on).days, 0)


@dataclass(frozen=True, slots=True)
class _Sum:
    """A part of a payment with its days late, and how many they are at best."""

    amount: Decimal
    days: int | None
    """None: nobody shows whether, or when, it came"""
    at_best: int = 0
    arrived: bool = True
    """whether it is shown to have come; else it counts as unpaid so far"""


def _sums_of(one: Counted, due_on: date, days_so_far: int) -> Iterator[_Sum]:
    """What a payment consists of: what arrived, what is disputed or denied, and what is a bare word.

    What the recipient denies is unpaid with its days so far; at best it came on the day that the payer names, and in
    time where it names none.
    """
    arrived, disputed = max(one.shown, ZERO), one.most - max(one.shown, ZERO)
    first, last = (_days_between(due_on, day) for day in (one.days[0], one.days[-1])) if one.days else (0, 0)
    if one.denied:
        at_best = _days_between(due_on, one.denied_from) if one.denied_from else 0
        yield _Sum(one.denied, max(days_so_far, at_best), at_best, arrived=False)
        if arrived:
            yield _Sum(arrived, last if one.days else None, first)
    elif one.days:
        yield _Sum(arrived, last, first)
        if disputed > 0 and one.sure:
            yield _Sum(disputed, max(days_so_far, last), first, arrived=False)
        elif disputed > 0:
            yield _Sum(disputed, None)
    elif one.most > 0:
        yield _Sum(one.most, None)


def _differs(one: Counted) -> bool:
    """Whether the two sides state different amounts of which one is shown."""
    return bool(one.days) and one.sure and one.most > max(one.shown, ZERO)


def _what_lacks(one: Counted) -> Iterator[str]:
    """Codes of what is not known about the days of a payment."""
    if not one.days and (max(one.shown, ZERO) if one.denied else one.most) > 0:
        yield NO_PAYMENT_DATE
    else:
        if one.doubtful:
            yield NOT_ANSWERED
        if not one.sure and one.most > max(one.shown, ZERO):
            yield WORD_ONLY


class _Delay:
    """Amount-weighted days late in one currency."""

    def __init__(self) -> None:
        self.amount_days = self.best_amount_days = self.amount = self.undated = ZERO
        self.unknown = self.unsized = False

    def add(self, amount: Decimal, days: int) -> None:
        """Add an amount with its days late."""
        self.add_all([_Sum(amount, days, days)])

    def add_all(self, came: Iterable[_Sum]) -> None:
        """Add all of these sums."""
        for one in came:
            self._add_latest(one.amount, one)
            self.best_amount_days += one.amount * one.at_best

    def add_up_to(self, owed: Decimal, came: list[_Sum]) -> bool:
        """Add no more of these sums than was owed, and say whether there was more.

        Of what arrived the latest counts, then what is disputed, then what has no day; at best the earliest of all.
        """
        left, left_at_best = owed, owed
        for one in sorted(came, key=lambda one: (one.days is None, not one.arrived, -(one.days or 0))):
            self._add_latest(min(one.amount, left), one)
            left -= min(one.amount, left)
        for one in sorted(came, key=lambda one: one.at_best):
            self.best_amount_days += min(one.amount, left_at_best) * one.at_best
            left_at_best -= min(one.amount, left_at_best)
        return sum((one.amount for one in came), ZERO) > owed

    def _add_latest(self, amount: Decimal, of: _Sum) -> None:
        if of.days is None:
            self.add_unknown(amount)
        else:
            self.amount_days += amount * of.days
            self.amount += amount

    @property
    def whole(self) -> Decimal:
        return self.amount + self.undated

    def open(self) -> None:
        """Note that what is known may turn out later still."""
        self.unknown = True

    def add_unknown(self, amount: Decimal | None) -> None:
        self.unknown = True
        self.undated += amount or ZERO
        self.unsized = self.unsized or amount is None

    def part(self, currency: str) -> Part:
        value = settle(self.amount_days / self.amount) if self.amount else None
        everything = self.whole
        low = ZERO if self.unsized or not everything else settle(self.best_amount_days / everything)
        high = None if self.unknown else value
        return Part(
            name=currency,
            value=value,
            low=low,
            high=high,
            numerator=self.amount_days if self.amount else None,
            denominator=self.amount if self.amount else None,
        )


@measure(
    divides=(gettext_noop("for health, education and infrastructure"), gettext_noop("paid in all")),
    in_money=True,
    codes=(
        *(NO_PAYMENT_RECORDED, NO_AMOUNT, NO_PURPOSE, NOTHING_PAID, WORD_ONLY, SIDES_DIFFER, NOT_ANSWERED),
        *OF_DUE_DAYS,
    ),
    optional_parameters=OF_MONEY,
)
def priority_spending(facts: Facts, indicator: Indicator) -> Measurement:
    """Share of the money disbursed that went to health, education and infrastructure.

    Rule: (health + education + infrastructure) ÷ all payments of the period, as far as whose word counts (`counted`);
    where bare words count, amounts are as the company states them, else as the recipient does. A payment belongs to
    the period in which its obligation falls due; one without an obligation, to the period under which it was reported.
    Unit: percent, of the currency with the lowest share. Source: D.S. 082-2008-EF art. 8 (at least half,
    for social funds); the ceiling is policy.
    Missing: money of unknown purpose does not count, and counts in full in the best case; so does a payment that the
    recipient may still deny, and that moves the range by no more than its share, unless some of such money was paid
    back. A payment of unknown amount stays out of the value, and opens the range.
    """
    counts, by_recipient = counted_by(facts, indicator), recipient_decides(facts, indicator)
    shares = defaultdict[str, Share](Share)
    missing = set[str]()
    used = [one for one in _payments_of_period(facts) if one.recipient_is not in PUBLIC_BODIES]
    flags = moved_days(_settled_by(used, facts))
    spent = defaultdict[tuple[str, str | None], Decimal](Decimal)
    doubtful = dict[str, Decimal]()
    for entry in used:
        share, purpose = shares[entry.currency], entry.purpose
        if by_recipient and not (recipient_counts(entry) and recipients_own(entry) is not None):
            purpose = None
        of_payment = counts(entry)
        if of_payment is None:
            missing.add(NO_AMOUNT)
            share.open(up=purpose is None or purpose in PRIORITY_PURPOSES, down=purpose not in PRIORITY_PURPOSES)
            continue
        if purpose is None:
            missing.add(NO_PURPOSE)
        spent[entry.currency, purpose] += of_payment.shown
        if of_payment.doubtful:
            missing.add(NOT_ANSWERED)
            doubtful[entry.currency] = doubtful.get(entry.currency, ZERO) + of_payment.doubtful
        if of_payment.most > of_payment.shown:
            flags.update({SIDES_DIFFER} if of_payment.sure else ())
            missing.update(() if of_payment.sure else {WORD_ONLY})
            for inside in {True, False} if purpose is None else {purpose in PRIORITY_PURPOSES}:
                share.could_grow(of_payment.most - of_payment.shown, inside=inside)
    for (currency, purpose), total in spent.items():
        amount = max(total, ZERO)
        shares[currency].add(amount, None if purpose is None else amount if purpose in PRIORITY_PURPOSES else ZERO)
        if purpose is None and total < doubtful.get(currency, total):
            shares[currency].open()
    if not used:
        missing.add(NO_PAYMENT_RECORDED)
    elif not any(share.whole for share in shares.values()) and not missing:
        missing.add(NOTHING_PAID)
    return lowest_share(shares, missing, flags, used, small=too_small(shares, facts, indicator))


@measure(
    divides=(gettext_noop("how far the two sides lie apart"), gettext_noop("what the recipients say")),
    in_money=True,
    codes=(NO_PAYMENT_RECORDED, ONE_SIDE_SILENT, ONE_SIDED, RECONCILIATION_CASE, WORD_ONLY, *OF_DUE_DAYS),
    optional_parameters=(BARE_WORD_COUNTS, RECIPIENT_DECIDES, CASE_PERCENT, CASE_FLOOR),
    may_pass_100=True,
)
def reconciliation_gap(facts: Facts, indicator: Indicator) -> Measurement:
    """How far the company's and the recipients' figures for the same payments lie apart.

    Rule: Σ|company − recipient| ÷ Σ recipient over the payments of the period for which both sides state an
    amount; where recipients state nothing and the company something, the gap is 100 percent. A
    reconciliation case is flagged only when the gap exceeds both a percentage and a floor in that currency.
    Where some payments are stated by one side only, the score is at most the share that both state, by number and
    by amount, of the currency in which that share is lowest.
    Unit: percent (lower is better), of the currency with the widest gap. Source: EITI 4.9; US EITI
    reconciliation.
    Missing: a payment stated by one side only is no evidence of agreement: it stays out of the value, is
    flagged one-sided, and opens the range. Where the recipient decides, so is one of which there is no paper of the
    recipient: what somebody was told is no account of its own. With no two-sided payment the figure is unknown.
    """
    used = _payments_of_period(facts)
    bare_words, on_paper = bare_words_count(facts, indicator), recipient_decides(facts, indicator)
    gaps = defaultdict[str, _Gap](_Gap)
    flags, missing = moved_days(_settled_by(used, facts)), set[str]()
    for entry in used:
        received = entry.recipient_amount if bare_words else recipients_own(entry)
        if on_paper and received is not None and not recipient_counts(entry):
            missing.add(WORD_ONLY)
            received = None
        gaps[pot_of(entry)].add(entry.company_amount, received)
    if not used:
        missing.add(NO_PAYMENT_RECORDED)
    if any(gap.one_sided for gap in gaps.values()):
        missing.add(ONE_SIDE_SILENT)
        flags.add(ONE_SIDED)
    parts = {currency: gap.part(currency) for currency, gap in gaps.items()}
    for currency, gap in gaps.items():
        if _opens_a_case(gap, parts[currency].value, currency, facts, indicator):
            flags.add(RECONCILIATION_CASE)
    found = highest(parts.values(), missing, flags, used)
    return replace(found, score_at_most=min((gap.share_of_both for gap in gaps.values()), default=HUNDRED))


class _Gap:
    """What two sides say about the same payments in one currency."""

    def __init__(self) -> None:
        self.apart = self.received = self.alone = ZERO
        self.two_sided = self.one_sided = 0
        self.unsized = False

    def add(self, company: Decimal | None, recipient: Decimal | None) -> None:
        if company is None or recipient is None:
            self.one_sided += 1
            self.unsized = self.unsized or (company is None and recipient is None)
            self.alone += abs(company or recipient or ZERO)
        else:
            self.two_sided += 1
            self.apart += abs(company - recipient)
            self.received += abs(recipient)

    @property
    def share_of_both(self) -> Decimal:
        """Percent of the payments, by number or by amount, whichever is less, of which both sides speak."""
        if not self.one_sided:
            return HUNDRED
        by_number = Decimal(self.two_sided) / (self.two_sided + self.one_sided)
        by_amount = self.received / (self.received + self.alone) if self.alone else by_number
        return settle(HUNDRED * min(by_number, by_amount))

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
    limit = indicator.find(CASE_PERCENT, facts.period_end)
    floor = indicator.find(CASE_FLOOR, facts.period_end, currency.partition(" ")[0])
    if percent is None or limit is None or floor is None:
        return False
    return percent > limit and gap.apart > floor


def _payments_of_period(facts: Facts) -> list[PaymentFact]:
    due = {owed.record for owed in facts[ObligationFact] if facts.covers(owed.falls_due)}
    return [
        entry
        for entry in facts[PaymentFact]
        if (entry.obligation is None or entry.obligation in due) and entry.payer_is not in PUBLIC_BODIES
    ]


def _settled_by(payments: Iterable[PaymentFact], facts: Facts) -> list[ObligationFact]:
    """The sums that some payments settle."""
    named = {entry.obligation for entry in payments}
    return [owed for owed in facts[ObligationFact] if owed.record in named]


def _stated(entry: PaymentFact) -> Decimal | None:
    return entry.company_amount if entry.company_amount is not None else entry.recipient_amount


def _two_sided(entry: PaymentFact) -> bool:
    return entry.company_amount is not None and entry.recipient_amount is not None
