"""Single payments on public pages and in downloads: their order, their state in words, the table of all."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.design.writing import as_decimal, days, money
from compliance.public_pages import Document, Row


def in_order(payments: Iterable[Mapping[str, Any]]) -> list[Row]:
    """Payments as they fell due, each with its number."""
    ordered = sorted(payments, key=lambda row: (row["due_on"] or row["paid_on"] or "9999", row["record"]))
    return [{**payment, "number": place} for place, payment in enumerate(ordered, start=1)]


@dataclass(frozen=True)
class Instalment:
    """A sum that was due, with the payments that settle it; ``due`` is None where nothing was promised."""

    due: Decimal | None
    payments: tuple[Mapping[str, Any], ...]

    @property
    def arrived(self) -> Decimal | None:
        """What the community says it received; None where it has not answered."""
        return known(payment["received"] for payment in self.payments)

    @property
    def settled(self) -> Decimal:
        """What somebody says was paid or received."""
        return sum((larger(payment) for payment in self.payments), Decimal(0))

    @property
    def partly(self) -> bool:
        """Whether some of the money arrived or was paid, and not all of it."""
        return self.due is not None and (0 < (self.arrived or 0) < self.due or 0 < self.settled < self.due)


def instalments(payments: Iterable[Mapping[str, Any]]) -> list[Instalment]:
    """Payments by the sum that they settle; documents sealed before that was named tell it by its payer and day."""
    groups: dict[object, list[Mapping[str, Any]]] = {}
    for payment in payments:
        by_day = (payment["payer"], payment["due_on"]) if payment["due_on"] else payment["record"]
        groups.setdefault(payment.get("obligation") or by_day, []).append(payment)
    return [Instalment(known(one["due"] for one in group), tuple(group)) for group in groups.values()]


def known(amounts: Iterable[object]) -> Decimal | None:
    """The sum of what is known; None where nothing is."""
    said = [amount for value in amounts if (amount := as_decimal(value)) is not None]
    return sum(said, Decimal(0)) if said else None


def larger(payment: Mapping[str, Any]) -> Decimal:
    """What of a payment is on record at all: the larger of what was paid and what arrived."""
    return max(as_decimal(payment["paid"]) or Decimal(0), as_decimal(payment["received"]) or Decimal(0))


def stretches(payments: Iterable[Mapping[str, Any]]) -> list[tuple[Decimal, str]]:
    """How a cord shows payments: of each what arrived, then what is claimed or disputed; then what nobody paid."""
    drawn: list[tuple[Decimal, str]] = []
    for instalment in instalments(payments):
        for payment in instalment.payments:
            received = as_decimal(payment["received"]) or Decimal(0)
            open_state = payment["state"] if payment["state"] in ("claimed", "disputed") else "arrived"
            drawn += [(received, "arrived"), (larger(payment) - received, open_state)]
        states = {payment["state"] for payment in instalment.payments}
        rest = (instalment.due or Decimal(0)) - instalment.settled
        drawn.append((rest, states.pop() if states <= {"unknown"} or states <= {"not_due"} else "unpaid"))
    return [(amount, state) for amount, state in drawn if amount > 0]


def state_words(payment: Mapping[str, Any]) -> str:
    """One payment's state in words; who says so is part of them."""
    return {
        "arrived": _("arrived"),
        "claimed": _("no answer yet"),
        "disputed": _("disputed"),
        "unpaid": _("not paid"),
        "not_due": _("not yet due"),
    }.get(payment["state"], _("not known"))


def payment_lines(payments: Sequence[Mapping[str, Any]], currency: str) -> list[Row]:
    """What is open, payments of one state together; one line where all arrived whole."""
    partly = [one for one in instalments(payments) if one.partly]
    if payments and not partly and all(payment["state"] == "arrived" for payment in payments):
        text = ngettext("The payment arrived", "All %(count)d payments arrived", len(payments))
        text = _("Both payments arrived") if len(payments) == 2 else text
        return [{"state": "arrived", "text": text % {"count": len(payments)}}]
    lines = [{"state": state_of(one), "text": partly_line(one, currency)} for one in partly]
    told = {payment["record"] for one in partly for payment in one.payments}
    for state in ("disputed", "unpaid", "claimed", "unknown", "not_due"):
        group = [payment for payment in payments if payment["state"] == state and payment["record"] not in told]
        if group:
            lines.append({"state": state, "text": open_line(state, group)})
    return lines


def state_of(instalment: Instalment) -> str:
    """The state of what did not arrive of an instalment that was paid in part."""
    states = {payment["state"] for payment in instalment.payments}
    return next((state for state in ("disputed", "claimed") if state in states), "unpaid")


def partly_line(instalment: Instalment, currency: str) -> str:
    """``Payment 2: S/ 220,800 of S/ 230,000 arrived``, and where the rest is."""
    state = state_of(instalment)
    if instalment.arrived:
        words = _("%(which)s: %(part)s of %(whole)s arrived; %(rest)s")
        rest = {"disputed": _("the rest is disputed"), "claimed": _("no answer yet about the rest")}
    else:
        words = _("%(which)s: %(part)s of %(whole)s paid, says the mine; %(rest)s")
        rest = {"disputed": disputed_words(instalment.payments), "claimed": _("no answer from the community yet")}
    return words % {
        "which": which_payments(instalment.payments),
        "part": money(instalment.arrived or instalment.settled, currency),
        "whole": money(instalment.due, currency),
        "rest": rest.get(state, _("the rest was not paid")),
    }


def which_payments(group: Sequence[Mapping[str, Any]]) -> str:
    """``Payments 2, 3``: by the numbers that they have in the row."""
    numbers = ", ".join(str(payment["number"]) for payment in group)
    return ngettext("Payment %(list)s", "Payments %(list)s", len(group)) % {"list": numbers}


def open_line(state: str, group: Sequence[Mapping[str, Any]]) -> str:
    """``Payments 2 and 3: not paid, up to 36 days late``."""
    late = max((payment["days_late"] or 0) for payment in group)
    words = {
        "disputed": disputed_words(group),
        "unpaid": _("not paid, %(days)s late") % {"days": days(late)} if late else _("not paid"),
        "claimed": _("no answer from the community yet"),
        "unknown": _("we don’t know if it was paid"),
        "not_due": _("not yet due"),
    }[state]
    return f"{which_payments(group)}: {words}"


def disputed_words(group: Sequence[Mapping[str, Any]]) -> str:
    """Nothing arrived, or not all of it: the community's word."""
    if all(as_decimal(payment["received"]) == 0 for payment in group):
        return _("did not arrive, says the community")
    return _("not all arrived, says the community")


def for_the_community(payments: Sequence[Mapping[str, Any]], currency: str) -> list[Row]:
    """Payments as their community reads them: title, sum, and the instalment of which a payment is a part."""
    rows: list[Row] = []
    for instalment in instalments(payments):
        alone = len(instalment.payments) == 1
        for payment in instalment.payments:
            rows.append(
                {
                    **payment,
                    "currency": currency,
                    "title": partly_title(instalment, currency)
                    if alone and instalment.partly
                    else payment_title(payment),
                    "amount": instalment.due if alone and instalment.due else larger(payment) or payment["due"],
                    "part_of": None if alone else instalment.due,
                }
            )
    return rows


def partly_title(instalment: Instalment, currency: str) -> str:
    """``S/ 220,800 of S/ 230,000 arrived``."""
    sums = {
        "part": money(instalment.arrived or instalment.settled, currency),
        "whole": money(instalment.due, currency),
    }
    if not instalment.arrived:
        return _("The mine says it paid %(part)s of %(whole)s") % sums
    if state_of(instalment) == "disputed":
        return _("%(part)s of %(whole)s arrived. The rest is in dispute") % sums
    return _("%(part)s of %(whole)s arrived") % sums


def payment_title(payment: Mapping[str, Any]) -> str:
    """The state of one payment as its community reads it."""
    if payment["state"] == "unpaid" and payment["days_late"]:
        return _("Not paid, %(days)s late") % {"days": days(payment["days_late"])}
    if payment["state"] == "disputed" and as_decimal(payment["received"]) == 0:
        return _("Did not arrive. In dispute")
    return {
        "arrived": _("Arrived"),
        "claimed": _("Waiting for our answer"),
        "disputed": _("Not all arrived. In dispute"),
        "unpaid": _("Not paid"),
        "not_due": _("Not yet due"),
    }.get(payment["state"], _("We don’t know if it was paid"))


PAYMENT_COLUMNS = (
    "record", "payer", "purpose", "due_on", "due", "paid_on", "paid",
    "received_on", "received", "state", "days_late",
)  # fmt: skip


def payment_table(document: Document) -> list[list[Any]]:
    """Every payment as a row, with headings and states in the reader's language; what is unknown is None."""
    headings = {
        "record": _("record"), "payer": _("payer"), "purpose": _("purpose"),
        "due_on": _("due on"), "due": _("due"), "paid_on": _("paid on"), "paid": _("paid"),
        "received_on": _("received on"), "received": _("received"), "state": _("state"), "days_late": _("days late"),
    }  # fmt: skip
    words = {
        "arrived": _("arrived"), "claimed": _("claimed"), "disputed": _("disputed"), "unpaid": _("unpaid"),
        "unknown": _("unknown"), "not_due": _("not yet due"), "education": _("education"), "health": _("health"),
        "infrastructure": _("infrastructure"), "other": _("other"),
    }  # fmt: skip
    first = (_("project"), _("year"), _("community"), _("currency"))
    names = [*first, *(headings[column] for column in PAYMENT_COLUMNS), _("evidence sha256")]
    rows: list[list[Any]] = [[name.replace(" ", "_") for name in names]]
    where = [document["project"]["slug"], document["period"]["year"]]
    for community in document["money"]["communities"]:
        for payment in in_order(community["payments"]):
            spoken = payment | {column: words.get(payment[column], payment[column]) for column in ("state", "purpose")}
            rows.append(
                [
                    *where, community["name"], community["currency"], *(spoken[column] for column in PAYMENT_COLUMNS),
                    " ".join(one["sha256"] for one in payment["evidence"]),
                ]
            )  # fmt: skip
    return rows
