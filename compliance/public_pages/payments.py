"""Single payments in documents, on public pages and in downloads: what each side says, and the state in words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.audience import MINKA
from accounts.design.writing import days, long_date, money
from communities.statement_words import Testimony
from compliance.evaluation.canonical import ZERO, added
from compliance.evaluation.counted import recipient_counts, recipients_own
from compliance.evaluation.facts import ObligationFact, PaymentFact
from compliance.evaluation.settlement import known_sum
from compliance.public_pages.due_days import MovedDay
from projects.models.sources import told_without_words
from projects.testimony import COMPANY, PAPER, RECIPIENT


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptFile:
    """A file behind a statement: never the file, only what it is and its fingerprint; its name where that is public."""

    name: str
    """empty where the source is not public"""
    media_type: str
    size: int
    sha256: str
    audience: str = added("public")
    """of its source: public, organisations or confidential"""
    held_by: str | None = added(None)
    """the organisation that holds a source which is not public"""

    @property
    def title(self) -> str:
        """What people read of it: its name, or that it is not public and who holds it."""
        if self.audience == "public":
            return self.name
        return told_without_words(self.audience) % {"organisation": self.held_by or MINKA}


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment:
    """What was due, and what each side says about one payment of it."""

    record: str
    obligation: str | None = None
    """the record of the sum that it settles; absent in older documents"""
    payer: str
    due_on: date | None
    due: Decimal | None
    """at the first payment of a sum only"""
    paid_on: date | None
    paid: Decimal | None
    received_on: date | None
    received: Decimal | None
    purpose: str | None
    state: str
    """arrived, told, claimed, disputed, unpaid or unknown"""
    days_late: int | None
    evidence: tuple[ReceiptFile, ...] = ()
    paid_known: Testimony | None = added(None)
    """how it is known what the payer says; absent where it says nothing, and in older documents"""
    received_known: Testimony | None = added(None)
    moved: MovedDay | None = added(None)
    """both days, where the due day was moved later; `due_on` is the one that counts"""

    def sentence_of(self, side: str) -> str:
        """Who says it on one side and on what; empty where it says nothing, and in older documents."""
        if side == COMPANY:
            return self.paid_known.sentence(side) if self.paid_known else ""
        return self.received_known.sentence(side, denied=not self.received) if self.received_known else ""

    def sides(self, currency: str) -> list[tuple[str, str]]:
        """Each side that speaks: which it is, and its sum, its day, and who says it on what."""
        said = []
        if self.paid is not None and self.paid_known:
            words = _("Paid on %(day)s: %(amount)s.") if self.paid_on else _("Paid: %(amount)s.")
            said.append((COMPANY, words, self.paid, self.paid_on))
        if self.received is not None and self.received_known:
            words = _("Arrived on %(day)s: %(amount)s.") if self.received_on else _("Arrived: %(amount)s.")
            if self.confirmed is None:
                words = _("Said to have arrived: %(amount)s.")
            said.append((RECIPIENT, words, self.received, self.received_on))
        return [
            (side, f"{words % {'amount': money(amount, currency), 'day': long_date(day)}} {self.sentence_of(side)}")
            for side, words, amount, day in said
        ]

    @property
    def confirmed(self) -> Decimal | None:
        """What its recipient confirms; None where it has not answered on paper."""
        known = self.received_known
        return self.received if known is None or known.stands_on(RECIPIENT) == PAPER else None

    @property
    def larger(self) -> Decimal:
        """What of it is on record at all: the larger of what was paid and what arrived."""
        return max(self.paid or ZERO, self.received or ZERO)

    @property
    def state_words(self) -> str:
        """Its state; who says so is part of the words."""
        return {
            "arrived": _("arrived"),
            "told": _("told, no paper"),
            "claimed": _("no answer yet"),
            "disputed": _("disputed"),
            "unpaid": _("not paid"),
            "not_due": _("not yet due"),
        }.get(self.state, _("not known"))

    @property
    def title(self) -> str:
        """Its state as its community reads it."""
        if self.state == "unpaid" and self.days_late:
            return _("Not paid, %(days)s late") % {"days": days(self.days_late)}
        if self.state == "disputed" and self.received == 0:
            return _("Did not arrive. In dispute")
        return {
            "arrived": _("Arrived"),
            "told": _("Somebody writes that it arrived. No paper"),
            "claimed": _("Waiting for our answer"),
            "disputed": _("Not all arrived. In dispute"),
            "unpaid": _("Not paid"),
            "not_due": _("Not yet due"),
        }.get(self.state, _("We don’t know if it was paid"))


def state_of_payment(obligation: ObligationFact | None, payment: PaymentFact | None) -> str:
    """What is known of one payment: arrived, told, claimed, disputed, unpaid or unknown."""
    if payment is None:
        return "unknown"
    paid, received = payment.company_amount, recipients_own(payment)
    if paid and received is None:
        return "claimed"
    if paid and received is not None and received < paid:
        return "disputed"
    if not received:
        return "unpaid"
    return "arrived" if recipient_counts(payment) else "told"


def days_late(state: str, obligation: ObligationFact | None, payment: PaymentFact | None, on: date) -> int | None:
    """Days after the due day: until it was paid, or until `on` where it was not; None where nobody knows."""
    if obligation is None or state == "unknown":
        return None
    if state == "unpaid":
        return max(0, (on - obligation.falls_due).days)
    day = payment and (payment.paid_on or payment.received_on)
    return max(0, (day - obligation.falls_due).days) if day else None


def in_order(payments: Iterable[Payment]) -> list[Payment]:
    """Payments as they fell due."""
    return sorted(payments, key=lambda payment: (payment.due_on or payment.paid_on or date.max, payment.record))


@dataclass(frozen=True)
class Instalment:
    """A sum that was due, with the payments that settle it; ``due`` is None where nothing was promised."""

    due: Decimal | None
    payments: tuple[Payment, ...]
    numbers: tuple[int, ...]
    """the places of the payments among all of their row"""

    @property
    def arrived(self) -> Decimal | None:
        """What the community confirms that it received; None where it has not answered on paper."""
        return known_sum(payment.confirmed for payment in self.payments if payment.state != "told")

    @property
    def settled(self) -> Decimal:
        """What somebody says was paid or received."""
        return sum((payment.larger for payment in self.payments), ZERO)

    @property
    def partly(self) -> bool:
        """Whether some of the money arrived or was paid, and not all of it."""
        return self.due is not None and (0 < (self.arrived or 0) < self.due or 0 < self.settled < self.due)

    @property
    def rest(self) -> tuple[Decimal, str]:
        """What nobody says was paid, and its state."""
        states = {payment.state for payment in self.payments}
        state = states.pop() if states <= {"unknown"} or states <= {"not_due"} else "unpaid"
        return max((self.due or ZERO) - self.settled, ZERO), state

    @property
    def state(self) -> str:
        """The state of what did not arrive of a sum that was paid in part."""
        states = {payment.state for payment in self.payments}
        return next((state for state in ("disputed", "told", "claimed") if state in states), "unpaid")


def instalments(payments: Sequence[Payment]) -> list[Instalment]:
    """Payments by the sum that they settle; documents sealed before that was named tell it by its payer and day."""
    groups: dict[object, list[tuple[int, Payment]]] = {}
    for number, payment in enumerate(payments, start=1):
        by_day = (payment.payer, payment.due_on) if payment.due_on else payment.record
        groups.setdefault(payment.obligation or by_day, []).append((number, payment))
    return [
        Instalment(
            due=known_sum(payment.due for _number, payment in group),
            payments=tuple(payment for _number, payment in group),
            numbers=tuple(number for number, _payment in group),
        )
        for group in groups.values()
    ]


def stretches(payments: Sequence[Payment]) -> list[tuple[Decimal, str]]:
    """How a cord shows payments: of each what arrived, on paper or not, then what is claimed or disputed; then what nobody paid."""
    drawn: list[tuple[Decimal, str]] = []
    for instalment in instalments(payments):
        for payment in instalment.payments:
            received = payment.received or ZERO
            open_state = payment.state if payment.state in ("claimed", "disputed") else "arrived"
            on_paper = payment.state != "told" and payment.confirmed is not None
            drawn += [
                (received, "arrived" if on_paper else "told"),
                (payment.larger - received, open_state),
            ]
        drawn.append(instalment.rest)
    return [(amount, state) for amount, state in drawn if amount > 0]


@dataclass(frozen=True)
class Line:
    """Something to say about some payments of a row, with their state."""

    state: str
    text: str


def payment_lines(payments: Sequence[Payment], currency: str) -> list[Line]:
    """What is open, payments of one state together; one line where all arrived whole."""
    sums = instalments(payments)
    partly = [one for one in sums if one.partly]
    if payments and not partly and all(payment.state == "arrived" for payment in payments):
        text = ngettext("The payment arrived", "All %(count)d payments arrived", len(payments))
        text = _("Both payments arrived") if len(payments) == 2 else text
        return [Line("arrived", text % {"count": len(payments)})]
    lines = [Line(one.state, partly_line(one, currency)) for one in partly]
    told = {number for one in partly for number in one.numbers}
    for state in ("disputed", "unpaid", "told", "claimed", "unknown", "not_due"):
        numbered = enumerate(payments, start=1)
        group = {number: one for number, one in numbered if one.state == state and number not in told}
        if group:
            lines.append(Line(state, f"{which_payments(list(group))}: {open_words(state, list(group.values()))}"))
    return lines


def partly_line(instalment: Instalment, currency: str) -> str:
    """``Payment 2: S/ 220,800 of S/ 230,000 arrived``, and where the rest is."""
    if instalment.arrived:
        words = _("%(which)s: %(part)s of %(whole)s arrived; %(rest)s")
        rest = {
            "disputed": _("the rest is disputed"),
            "told": _("the rest is told, without paper"),
            "claimed": _("no answer yet about the rest"),
        }
    else:
        words = _("%(which)s: %(part)s of %(whole)s paid, says the mine; %(rest)s")
        rest = {
            "disputed": disputed_words(instalment.payments),
            "told": _("that it arrived is told, without paper"),
            "claimed": _("no answer from the community yet"),
        }
    return words % {
        "which": which_payments(instalment.numbers),
        "part": money(instalment.arrived or instalment.settled, currency),
        "whole": money(instalment.due, currency),
        "rest": rest.get(instalment.state, _("the rest was not paid")),
    }


def which_payments(numbers: Sequence[int]) -> str:
    """``Payments 2, 3``: by the numbers that they have in the row."""
    return ngettext("Payment %(list)s", "Payments %(list)s", len(numbers)) % {"list": ", ".join(map(str, numbers))}


def open_words(state: str, group: Sequence[Payment]) -> str:
    """``not paid, 36 days late``: of several, how late the latest is."""
    late = max(payment.days_late or 0 for payment in group)
    return {
        "disputed": disputed_words(group),
        "unpaid": _("not paid, %(days)s late") % {"days": days(late)} if late else _("not paid"),
        "told": _("said to have arrived, no paper"),
        "claimed": _("no answer from the community yet"),
        "unknown": _("we don’t know if it was paid"),
        "not_due": _("not yet due"),
    }[state]


def disputed_words(group: Iterable[Payment]) -> str:
    """Nothing arrived, or not all of it: the community's word."""
    if all(payment.received == 0 for payment in group):
        return _("did not arrive, says the community")
    return _("not all arrived, says the community")


@dataclass(frozen=True)
class PaymentAsRead:
    """A payment as its community reads it: title, sum, and the sum of which it is a part."""

    payment: Payment
    number: int
    currency: str
    title: str
    amount: Decimal | None
    part_of: Decimal | None

    @property
    def sides(self) -> list[tuple[str, str]]:
        """What each side says and how that is known."""
        return self.payment.sides(self.currency)


def for_the_community(payments: Sequence[Payment], currency: str) -> list[PaymentAsRead]:
    """The payments of one row as their community reads them."""
    rows = []
    for instalment in instalments(payments):
        alone = len(instalment.payments) == 1
        for number, payment in zip(instalment.numbers, instalment.payments, strict=True):
            partly = alone and instalment.partly
            title = partly_title(instalment, currency) if partly else payment.title
            amount = instalment.due if alone and instalment.due else payment.larger or payment.due
            rows.append(PaymentAsRead(payment, number, currency, title, amount, None if alone else instalment.due))
    return rows


def partly_title(instalment: Instalment, currency: str) -> str:
    """``S/ 220,800 of S/ 230,000 arrived``."""
    sums = {
        "part": money(instalment.arrived or instalment.settled, currency),
        "whole": money(instalment.due, currency),
    }
    if not instalment.arrived:
        return _("The mine says it paid %(part)s of %(whole)s") % sums
    if instalment.state == "disputed":
        return _("%(part)s of %(whole)s arrived. The rest is in dispute") % sums
    return _("%(part)s of %(whole)s arrived") % sums
