"""Single payments on public pages and in downloads: their order, their state in words, the table of all."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.design.writing import as_decimal, days
from compliance.public_pages import Document, Row


def in_order(payments: Iterable[Mapping[str, Any]]) -> list[Row]:
    """Payments as they fell due, each with its number."""
    ordered = sorted(payments, key=lambda row: (row["due_on"] or row["paid_on"] or "9999", row["record"]))
    return [{**payment, "number": place} for place, payment in enumerate(ordered, start=1)]


def state_words(payment: Mapping[str, Any]) -> str:
    """One payment's state in words; who says so is part of them."""
    return {
        "arrived": _("arrived"),
        "claimed": _("no answer yet"),
        "disputed": _("disputed"),
        "unpaid": _("not paid"),
        "not_due": _("not yet due"),
    }.get(payment["state"], _("not known"))


def payment_lines(payments: Sequence[Mapping[str, Any]]) -> list[Row]:
    """What is open, payments of one state together; one line where all arrived."""
    if payments and all(payment["state"] == "arrived" for payment in payments):
        text = ngettext("The payment arrived", "All %(count)d payments arrived", len(payments))
        text = _("Both payments arrived") if len(payments) == 2 else text
        return [{"state": "arrived", "text": text % {"count": len(payments)}}]
    lines = []
    for state in ("disputed", "unpaid", "claimed", "unknown", "not_due"):
        group = [payment for payment in payments if payment["state"] == state]
        if group:
            lines.append({"state": state, "text": open_line(state, group)})
    return lines


def open_line(state: str, group: Sequence[Mapping[str, Any]]) -> str:
    """``Payments 2 and 3: not paid, up to 36 days late``."""
    numbers = [str(payment["number"]) for payment in group]
    which = ngettext("Payment %(list)s", "Payments %(list)s", len(group)) % {"list": ", ".join(numbers)}
    late = max((payment["days_late"] or 0) for payment in group)
    words = {
        "disputed": disputed_words(group),
        "unpaid": _("not paid, %(days)s late") % {"days": days(late)} if late else _("not paid"),
        "claimed": _("no answer from the community yet"),
        "unknown": _("we don’t know if it was paid"),
        "not_due": _("not yet due"),
    }[state]
    return f"{which}: {words}"


def disputed_words(group: Sequence[Mapping[str, Any]]) -> str:
    """Nothing arrived, or not all of it: the community's word."""
    if all(as_decimal(payment["received"]) == 0 for payment in group):
        return _("did not arrive, says the community")
    return _("not all arrived, says the community")


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
    """Every payment as a row; what is unknown is None."""
    rows: list[list[Any]] = [["project", "year", "community", "currency", *PAYMENT_COLUMNS, "evidence_sha256"]]
    where = [document["project"]["slug"], document["period"]["year"]]
    for community in document["money"]["communities"]:
        for payment in in_order(community["payments"]):
            cells = [*where, community["name"], community["currency"]]
            cells += [payment[column] for column in PAYMENT_COLUMNS]
            cells.append(" ".join(one["sha256"] for one in payment["evidence"]))
            rows.append(cells)
    return rows
