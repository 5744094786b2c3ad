"""Money: what was owed, what each side says was paid, and where the rest is; currencies are never added.

Every sum comes from sealed facts; live rows say who the recipients are and which files stand behind a payment.
"""

from __future__ import annotations

import dataclasses
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.design.writing import currency_symbol, long_date, money, of_every_100
from communities.models import Disbursement, Obligation, Statement
from communities.statement_words import Testimony
from compliance.evaluation.canonical import ZERO, added
from compliance.evaluation.counted import recipient_counts
from compliance.evaluation.facts import Facts, ObligationFact, PaymentFact
from compliance.evaluation.settlement import Settlement, known_sum, settle_obligation
from compliance.public_pages.communities import neighbours_of
from compliance.public_pages.document import Document
from compliance.public_pages.due_days import moved_day
from compliance.public_pages.payments import (
    Line,
    Payment,
    ReceiptFile,
    days_late,
    in_order,
    instalments,
    payment_lines,
    state_of_payment,
    stretches,
)
from compliance.public_pages.sections import (
    Overdue,
    Section,
    Subject,
    Table,
    Values,
    register,
    table_of,
    time_between,
)
from projects.models import Evidence, Source
from projects.testimony import COMPANY, RECIPIENT

PLACES = ("told", "unanswered", "disputed", "unpaid", "unknown")
"""Where money that is not confirmed is."""
SIDES = ("promised", "paid", "confirmed")


@dataclass(frozen=True, kw_only=True)
class Sums:
    """Sums of one currency. What is unknown, and what older documents do not say, is None."""

    currency: str
    promised: Decimal | None = None
    paid: Decimal | None = None
    confirmed: Decimal | None = None
    """None where no recipient has answered on paper: unknown, not zero"""
    told: Decimal | None = added(None)
    """said to have arrived, without paper"""
    unanswered: Decimal | None = None
    disputed: Decimal | None = None
    unpaid: Decimal | None = None
    unknown: Decimal | None = None
    beyond_paid: Decimal | None = None
    beyond_confirmed: Decimal | None = None

    @property
    def scale(self) -> Decimal:
        """The sum that fills the width where all three are drawn."""
        return max(self.promised or ZERO, self.paid or ZERO, self.confirmed or ZERO)

    @property
    def all_is_told(self) -> bool:
        """Whether all that was promised is said to have arrived, without paper."""
        return bool(self.promised) and self.told == self.promised

    @property
    def beyond(self) -> str:
        """What was paid without or beyond what was promised, and what of it arrived; empty where nobody says any."""
        if self.beyond_paid:
            return _(
                "Besides, %(paid)s was paid without or beyond what was promised, says the mine; communities confirm"
                " %(confirmed)s of it."
            ) % {
                "paid": money(self.beyond_paid, self.currency),
                "confirmed": money(self.beyond_confirmed, self.currency),
            }
        if self.beyond_confirmed:
            words = _("Besides, communities confirm %(confirmed)s beyond what was promised; the mine does not say so.")
            return words % {"confirmed": money(self.beyond_confirmed, self.currency)}
        return ""

    @property
    def share(self) -> str | None:
        """Of every hundred promised, how much is confirmed."""
        return of_every_100(self.confirmed, self.promised)

    @property
    def open(self) -> Decimal | None:
        """What was promised and is not confirmed."""
        return None if self.promised is None else max(self.promised - (self.confirmed or 0), ZERO)

    @property
    def places(self) -> list[tuple[str, str, Decimal]]:
        """Where the money is that nobody confirms, with its mark: what nobody knows first, and no place without any."""
        places = (
            ("unknown", _("Nobody knows"), self.unknown),
            ("unpaid", _("Not paid"), self.unpaid),
            ("told", _("Said to have arrived, no paper"), self.told),
            ("claimed", _("Paid, no answer yet"), self.unanswered),
            ("disputed", _("Disputed"), self.disputed),
        )
        return [(mark, words, amount) for mark, words, amount in places if amount]

    @property
    def rest(self) -> str:
        """The same in one sentence."""
        return "; ".join(f"{words}: {money(amount, self.currency)}" for _mark, words, amount in self.places)

    @property
    def sentence(self) -> str:
        """Of every S/ 100 promised, how much is confirmed; or that nobody can say yet."""
        if self.confirmed is None:
            if self.all_is_told:
                return _("All of it is said to have arrived; no recipient has confirmed it on paper.")
            if self.told:
                return _("Some of it is said to have arrived; no recipient has confirmed it on paper.")
            return _("No community has answered yet, so we don’t know what arrived.")
        if self.promised is None:
            return _("Nobody has recorded what was promised.")
        if self.share is None:
            return _("Nothing was due in this period.")
        words = {"hundred": money(100, self.currency), "share": self.share}
        return _("Of every %(hundred)s promised, communities confirm %(share)s.") % words


@dataclass(frozen=True, kw_only=True)
class Recipient(Sums):
    """What one recipient was owed in one currency, and each payment of it."""

    slug: str | None
    name: str
    payments: tuple[Payment, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Purpose:
    """What was paid for one purpose; nothing is promised for a purpose."""

    purpose: str
    currency: str
    promised: Decimal | None = None
    paid: Decimal | None = None
    confirmed: Decimal | None = None


@dataclass(frozen=True, kw_only=True)
class Money:
    """The money of one mine and year."""

    totals: tuple[Sums, ...] = ()
    communities: tuple[Recipient, ...] = ()
    purposes: tuple[Purpose, ...] = ()


def money_of(document: Document) -> Money:
    """The money of a document."""
    return document.one(Money, "money")


# From the facts


def describe_money(subject: Subject) -> Money:
    """What was owed, paid and confirmed: in all, by recipient and by purpose."""
    known = testimonies_of(subject.facts[PaymentFact])
    facts = subject.facts.with_rows(PaymentFact, [with_testimony(row, known) for row in subject.facts[PaymentFact]])
    rows = recipients_of(facts, subject.on, known)
    return Money(totals=totals_of(rows), communities=rows, purposes=purposes_of(facts[PaymentFact]))


Testimonies = Mapping[str, Mapping[str, Testimony]]
"""How each side's standing statement about a payment is known, by record and side."""


def testimonies_of(payments: Iterable[PaymentFact]) -> Testimonies:
    """How it is known what each side says of each payment, whatever rules judged it."""
    statements: Any = (
        Statement.objects.standing()
        .filter(disbursement__in=[payment.key for payment in payments])
        .select_related("source__entered_for")
        .annotate(files=Count("source__evidence"))
    )
    found: defaultdict[str, dict[str, Testimony]] = defaultdict(dict)
    for one in statements:
        found[f"disbursement/{one.disbursement_id}"][one.side] = Testimony.of(one.source, one.files)
    return found


def with_testimony(payment: PaymentFact, known: Testimonies) -> PaymentFact:
    """The payment with what its recipient's statement stands on, which not all facts say."""
    of_recipient = known.get(payment.record, {}).get(Statement.Side.RECIPIENT)
    if of_recipient is None:
        return payment
    return dataclasses.replace(
        payment,
        recipient_voice=of_recipient.voice,
        recipient_known_by=of_recipient.known_by or None,
        recipient_files=of_recipient.files,
    )


def recipients_of(facts: Facts, on: date, known: Testimonies) -> tuple[Recipient, ...]:
    """One row a recipient and currency, with where each sum is and every payment."""
    names, files = names_of(facts), files_of(facts[PaymentFact])
    of_obligation: defaultdict[str | None, list[PaymentFact]] = defaultdict(list)
    for payment in facts[PaymentFact]:
        of_obligation[payment.obligation].append(payment)
    found: defaultdict[tuple[str | None, str, str], list[Payment]] = defaultdict(list)
    settlements: defaultdict[tuple[str | None, str, str], list[Settlement]] = defaultdict(list)
    for obligation in facts[ObligationFact]:
        slug, name, payer = names[obligation.record]
        settled = of_obligation.get(obligation.record, [])
        same = [payment for payment in settled if payment.currency == obligation.currency]
        settlements[slug, name, obligation.currency].append(settle_obligation(obligation.amount, same))
        for place, paid in enumerate(settled or [None]):
            due = None if place else obligation.amount
            line = line_of(obligation, paid, due, payer, on, files, known)
            found[slug, name, (paid or obligation).currency].append(line)
    for payment in of_obligation.get(None, []):
        slug, name, payer = names[payment.record]
        found[slug, name, payment.currency].append(line_of(None, payment, None, payer, on, files, known))
    return tuple(sums_of(key, settlements[key], found[key]) for key in sorted(found, key=lambda key: (key[1], key[2])))


PARTIES = ("community", "payee", "payer")


def names_of(facts: Facts) -> dict[str, tuple[str | None, str, str]]:
    """Address and name of the recipient, and name of the payer, of every sum and payment.

    The ledger goes on naming what was merged into another; the other is shown.
    """
    owed = Obligation.with_withdrawn.select_related("community", "recipient", "payer").in_bulk(
        [row.key for row in facts[ObligationFact]]
    )
    flows = Disbursement.objects.select_related(*(f"{party}__merged_into" for party in PARTIES)).in_bulk(
        [row.key for row in facts[PaymentFact]]
    )
    to = {f"obligation/{one.pk}": (one.payee, one.payer.name) for one in owed.values()}
    to |= {f"disbursement/{one.pk}": (one.paid_to, one.paying.name) for one in flows.values()}
    return {record: (getattr(payee, "slug", None), str(payee), payer) for record, (payee, payer) in to.items()}


def line_of(
    obligation: ObligationFact | None,
    payment: PaymentFact | None,
    due: Decimal | None,
    payer: str,
    on: date,
    files: dict[str, tuple[ReceiptFile, ...]],
    known: Testimonies,
) -> Payment:
    """What was due, and what each side says about one payment of it."""
    record = payment.record if payment else obligation.record if obligation else ""
    state = state_of_payment(obligation, payment)
    return Payment(
        record=record,
        obligation=obligation.record if obligation else None,
        payer=payer,
        due_on=obligation.falls_due if obligation else None,
        due=due,
        paid_on=payment.paid_on if payment else None,
        paid=payment.company_amount if payment else None,
        received_on=payment.received_on if payment else None,
        received=payment.recipient_amount if payment else None,
        purpose=payment.purpose if payment else None,
        state=state,
        days_late=days_late(state, obligation, payment, on),
        evidence=files.get(record, ()),
        paid_known=known.get(record, {}).get(Statement.Side.COMPANY),
        received_known=known.get(record, {}).get(Statement.Side.RECIPIENT),
        moved=moved_day(obligation) if obligation else None,
    )


def sums_of(key: tuple[str | None, str, str], settlements: Sequence[Settlement], found: list[Payment]) -> Recipient:
    """One recipient: what was owed and where it is, and apart from it money beyond any obligation."""
    slug, name, currency = key
    payments = tuple(sorted(found, key=lambda one: (one.due_on or one.paid_on or date.min, one.record)))
    loose = [one for one in payments if one.due_on is None]
    paid = known_sum(one.paid for one in loose)
    received = known_sum(one.confirmed for one in loose)
    sums: dict[str, Any] = {"paid": paid, "confirmed": received}
    sums |= dict.fromkeys((*PLACES, "beyond_paid", "beyond_confirmed"), ZERO)
    if settlements:
        sums = {place: sum((getattr(one, place) for one in settlements), ZERO) for place in PLACES}
        sums["promised"] = sum((one.due for one in settlements), ZERO)
        sums["paid"] = known_sum(one.paid for one in settlements)
        sums["confirmed"] = known_sum(one.confirmed for one in settlements)
        sums["beyond_paid"] = sum((one.beyond_paid for one in settlements), paid or ZERO)
        sums["beyond_confirmed"] = sum((one.beyond_confirmed for one in settlements), received or ZERO)
    return Recipient(slug=slug, name=name, currency=currency, payments=payments, **sums)


def totals_of(rows: Sequence[Recipient]) -> tuple[Sums, ...]:
    """By currency: promised, paid, confirmed, where the rest is, and money beyond any obligation."""
    totals = []
    for currency in sorted({row.currency for row in rows}):
        same = [row for row in rows if row.currency == currency]
        owed = [row for row in same if row.promised is not None]
        loose = [row for row in same if row.promised is None] if owed else []
        counted = owed or same
        totals.append(
            Sums(
                currency=currency,
                beyond_paid=sum(
                    (row.beyond_paid or ZERO for row in counted), known_sum(row.paid for row in loose) or ZERO
                ),
                beyond_confirmed=sum(
                    (row.beyond_confirmed or ZERO for row in counted), known_sum(row.confirmed for row in loose) or ZERO
                ),
                **{side: known_sum(getattr(row, side) for row in counted) for side in SIDES},
                **{place: sum((getattr(row, place) for row in counted), ZERO) for place in PLACES},
            )
        )
    return tuple(totals)


def purposes_of(payments: Iterable[PaymentFact]) -> tuple[Purpose, ...]:
    """By purpose and currency: what the company says it paid, and what recipients confirm."""
    groups: defaultdict[tuple[str, str], list[PaymentFact]] = defaultdict(list)
    for payment in payments:
        groups[payment.purpose or "unknown", payment.currency].append(payment)
    return tuple(
        Purpose(
            purpose=purpose,
            currency=currency,
            paid=plain_sum(one.company_amount for one in groups[purpose, currency]),
            confirmed=plain_sum(one.recipient_amount for one in groups[purpose, currency] if recipient_counts(one)),
        )
        for purpose, currency in sorted(groups)
    )


def plain_sum(amounts: Iterable[Decimal | None]) -> Decimal | None:
    """A sum of what is known, money paid back included; None where nothing is."""
    said = [amount for amount in amounts if amount is not None]
    return sum(said, ZERO) if said else None


def files_of(payments: Iterable[PaymentFact]) -> dict[str, tuple[ReceiptFile, ...]]:
    """The files behind the statements about each disbursement: kind, size and fingerprint, never the file.

    Their names where the source is public, else who holds it.
    """
    flows = Disbursement.objects.filter(pk__in=[payment.key for payment in payments]).prefetch_related(
        *(f"{source}__{read}" for source in ("source", "statements__source") for read in ("evidence", "entered_for"))
    )
    found: dict[str, tuple[ReceiptFile, ...]] = {}
    for flow in flows:
        sources = (flow.source, *(statement.source for statement in flow.statements.all()))
        files = {file.pk: receipt_of(file, source) for source in sources for file in source.evidence.all()}
        found[f"disbursement/{flow.pk}"] = tuple(files.values())
    return found


def receipt_of(file: Evidence, source: Source) -> ReceiptFile:
    """What is published of one file, as the audience of its source allows."""
    said: dict[str, Any] = {"media_type": file.media_type, "size": file.size, "sha256": file.sha256}
    if source.audience == Source.Audience.PUBLIC:
        return ReceiptFile(name=file.name, **said)
    held_by = source.entered_for.name if source.entered_for else None
    return ReceiptFile(name="", audience=source.audience, held_by=held_by, **said)


# From the document


@dataclass(frozen=True)
class RecipientRow:
    """A recipient as the ledger draws it; within one currency all cords share a scale."""

    recipient: Recipient
    linked: bool
    """whether it has a page"""
    sign: str
    scale: Decimal
    stretches: list[tuple[Decimal, str]]
    lines: list[Line]
    spoken: str
    numbered: list[tuple[int, Payment, list[tuple[str, str]]]]
    """the payments with their numbers in the row, and what each side says and how that is known; none where nobody spoke"""


def money_totals(document: Document) -> list[Sums]:
    """The sums per currency; what is confirmed is unknown, not zero, where no recipient answered at all."""
    money = money_of(document)
    answered = {row.currency for row in money.communities if row.confirmed is not None}
    return [
        total if total.currency in answered else dataclasses.replace(total, confirmed=None) for total in money.totals
    ]


def added_sums(rows: Iterable[Sums]) -> list[Sums]:
    """The sums of several recipients or mines, by currency; unknown only where nobody said anything anywhere."""
    groups: defaultdict[str, list[Sums]] = defaultdict(list)
    for row in rows:
        groups[row.currency].append(row)
    return [
        Sums(
            currency=currency,
            **{
                name: known_sum(getattr(row, name) for row in same)
                for name in (*SIDES, "told", "unanswered", "unknown")
            },
        )
        for currency, same in groups.items()
    ]


def owed_words(document: Document) -> str:
    """Whom the mine owed, counted as the ledger lists them."""
    rows = money_of(document).communities
    communities = {row.slug for row in rows if row.slug}
    words = {"year": document.year, "places": len(communities)}
    if not communities:
        return _("What it owed in %(year)s, and what arrived.") % words
    if any(not row.slug for row in rows):
        text = ngettext(
            "What it owed one community and others in %(year)s, and what arrived.",
            "What it owed %(places)s communities and others in %(year)s, and what arrived.",
            len(communities),
        )
    else:
        text = ngettext(
            "What it owed one community in %(year)s, and what arrived.",
            "What it owed %(places)s communities in %(year)s, and what arrived.",
            len(communities),
        )
    return text % words


def only_currency(document: Document) -> str:
    """The currency of the whole ledger, to stand in the heading once; nothing where there are several."""
    currencies = {row.currency for row in money_of(document).communities}
    return currencies.pop() if len(currencies) == 1 else ""


def headings(document: Document) -> dict[str, str]:
    """The words over the three sums, with the currency where there is only one."""
    currency = only_currency(document)
    sign = f", {currency_symbol(currency)}" if currency else ""
    words = {"promised": _("Promised"), "paid": _("Paid"), "confirmed": _("Confirmed")}
    return {side: word + sign for side, word in words.items()}


def recipient_rows(document: Document) -> list[RecipientRow]:
    """The ledger, recipient by recipient."""
    with_page = {one.slug for one in neighbours_of(document)}
    rows = money_of(document).communities
    drawn = [stretches(in_order(row.payments)) for row in rows]
    lengths = [sum((amount for amount, _state in one), ZERO) for one in drawn]
    alone = bool(only_currency(document))
    return [
        RecipientRow(
            recipient=row,
            linked=row.slug in with_page,
            sign="" if alone else row.currency,
            scale=max(length for length, one in zip(lengths, rows, strict=True) if one.currency == row.currency),
            stretches=cord,
            lines=payment_lines(in_order(row.payments), row.currency),
            spoken=", ".join(payment.state_words for payment in in_order(row.payments)),
            numbered=[
                (number, one, one.sides(row.currency))
                for number, one in enumerate(in_order(row.payments), 1)
                if one.sides(row.currency) or one.state == "unknown"
            ],
        )
        for row, cord in zip(rows, drawn, strict=True)
    ]


def shared_totals(document: Document) -> list[Sums]:
    """The sums of currencies in which more than one recipient was owed; others repeat the one row."""
    currencies = [row.currency for row in money_of(document).communities]
    return [total for total in money_totals(document) if currencies.count(total.currency) > 1]


def show(document: Document) -> Values:
    """The ledger, and where the rest of the money is."""
    return {
        "totals": money_totals(document),
        "rows": recipient_rows(document),
        "shared": shared_totals(document),
        "head": headings(document),
        "several": not only_currency(document),
        "year": document.year,
        "since": document.period_start,
    }


def answer(document: Document) -> Values:
    """The three sums of each currency."""
    return {"totals": money_totals(document)}


def overdue(document: Document, on: date) -> Iterable[Overdue]:
    """What was due and is not on record as paid, by currency; the first day tells how late it is."""
    for total in money_totals(document):
        late = {
            row.name: [
                one.payments[0].due_on for one in instalments(row.payments) if one.rest[0] and one.rest[1] == "unpaid"
            ]
            for row in money_of(document).communities
            if row.currency == total.currency
        }
        days = [day for dues in late.values() for day in dues if day and day < on]
        if not total.unpaid or not days:
            continue
        names = [name for name, dues in late.items() if any(dues)]
        what = _("Money for %(name)s") if len(names) == 1 else _("Money for %(count)d recipients")
        if len(names) > 1 and all(row.slug for row in money_of(document).communities if row.name in names):
            what = _("Money for %(count)d communities")
        words = _("Not paid. Due on %(day)s, %(late)s late.")
        if len(set(days)) > 1:
            words = _("Not paid. The first part was due on %(day)s, %(late)s ago.")
        yield Overdue(
            what % {"name": names[0], "count": len(names)},
            money(total.unpaid, total.currency),
            words % {"day": long_date(min(days)), "late": time_between(min(days), on)},
        )


def payment_table(document: Document) -> Table:
    """Every payment as a row, with headings and states in the reader's language; what is unknown is None."""
    words = {
        **{
            "arrived": _("arrived"),
            "told": _("told, no paper"),
            "claimed": _("claimed"),
            "disputed": _("disputed"),
            "unpaid": _("unpaid"),
        },
        **{"unknown": _("unknown"), "not_due": _("not yet due"), "education": _("education"), "health": _("health")},
        **{"infrastructure": _("infrastructure"), "other": _("other")},
    }
    columns: dict[str, Callable[[tuple[Recipient, Payment]], object]] = {
        _("community"): lambda row: row[0].name,
        _("currency"): lambda row: row[0].currency,
        _("record"): lambda row: row[1].record,
        _("payer"): lambda row: row[1].payer,
        _("purpose"): lambda row: words.get(row[1].purpose or "", row[1].purpose),
        _("due on"): lambda row: row[1].due_on,
        _("due"): lambda row: row[1].due,
        _("paid on"): lambda row: row[1].paid_on,
        _("paid"): lambda row: row[1].paid,
        _("received on"): lambda row: row[1].received_on,
        _("received"): lambda row: row[1].received,
        _("state"): lambda row: words.get(row[1].state, row[1].state),
        _("days late"): lambda row: row[1].days_late,
        _("how the payer’s word is known"): lambda row: row[1].sentence_of(COMPANY),
        _("how the recipient’s word is known"): lambda row: row[1].sentence_of(RECIPIENT),
        _("evidence sha256"): lambda row: " ".join(file.sha256 for file in row[1].evidence),
        _("first agreed for"): lambda row: row[1].moved and row[1].moved.first,
        _("moved to"): lambda row: row[1].moved and row[1].moved.later,
    }
    rows = [(row, payment) for row in money_of(document).communities for payment in in_order(row.payments)]
    return table_of(document, columns, rows)


register(
    Section(
        name="money",
        page="money",
        title=gettext_lazy("Money, community by community"),
        lead=gettext_lazy(
            "Each knot is a payment or a part of one. A full knot means that the recipient confirms it on paper."
        ),
        part=Money,
        describe=describe_money,
        show=show,
        answer=answer,
        overdue=overdue,
        table=payment_table,
        tells=("obligations", "payments"),
    )
)
