"""Sums on public pages: by currency, by community, by purpose, and of all mines together."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.design.writing import as_decimal, money, of_every_100
from compliance.public_pages import Document, Row
from compliance.public_pages.payments import in_order, payment_lines, state_words, stretches


def money_totals(document: Document) -> list[Row]:
    """The sums per currency; what is confirmed is unknown, not zero, where no recipient answered at all."""
    money = document["money"]
    answered = {row["currency"] for row in money["communities"] if row["confirmed"] is not None}
    return [
        {**total, "confirmed": total["confirmed"] if total["currency"] in answered else None}
        for total in money["totals"]
    ]


def money_answers(totals: Sequence[Mapping[str, Any]]) -> list[Row]:
    """For each currency the three sums with one scale, and the sentence that joins them; the first leads."""
    return [
        {
            **total,
            "scale": max(as_decimal(total[key]) or Decimal(0) for key in ("promised", "paid", "confirmed")),
            "sentence": confirmed_sentence(total),
            "open": open_amount(total),
            "places": places(total),
            "rest": "; ".join(
                f"{place['words']}: {money(place['amount'], total['currency'])}" for place in places(total)
            ),
        }
        for total in totals
    ]


def places(total: Mapping[str, Any]) -> list[Row]:
    """Where the money is that nobody confirms: what nobody knows first, and no place where there is none."""
    words = (
        ("unknown", "unknown", _("Nobody knows")),
        ("unpaid", "unpaid", _("Not paid")),
        ("unanswered", "claimed", _("Paid, no answer yet")),
        ("disputed", "disputed", _("Disputed")),
    )
    return [
        {"mark": mark, "words": name, "amount": total[place]}
        for place, mark, name in words
        if as_decimal(total.get(place))
    ]


def confirmed_sentence(total: Mapping[str, Any]) -> str:
    """Of every S/ 100 promised, how much is confirmed; or that nobody can say yet."""
    if total["confirmed"] is None:
        return _("No community has answered yet, so we don’t know what arrived.")
    if total["promised"] is None:
        return _("Nobody has recorded what was promised.")
    share = of_every_100(total["confirmed"], total["promised"])
    if share is None:
        return _("Nothing was due in this period.")
    hundred = money(100, total["currency"])
    return _("Of every %(hundred)s promised, communities confirm %(share)s.") % {
        "hundred": hundred,
        "share": share,
    }


def open_amount(total: Mapping[str, Any]) -> Decimal | None:
    """What was promised and is not confirmed."""
    promised, confirmed = as_decimal(total["promised"]), as_decimal(total["confirmed"])
    return None if promised is None else max(promised - (confirmed or 0), Decimal(0))


def owed_words(document: Document) -> str:
    """Whom the mine owed, counted as the ledger lists them."""
    rows = document["money"]["communities"]
    communities = {row["slug"] for row in rows if row["slug"]}
    others = {row["name"] for row in rows if not row["slug"]}
    words = {"year": document["period"]["year"], "places": len(communities)}
    if not communities:
        return _("What it owed in %(year)s, and what arrived.") % words
    if others:
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


def shared_totals(document: Document, totals: Iterable[Row]) -> list[Row]:
    """The sums of currencies in which more than one recipient was owed; others repeat the one row."""
    currencies = [row["currency"] for row in document["money"]["communities"]]
    return [total for total in totals if currencies.count(total["currency"]) > 1]


def community_rows(document: Document) -> list[Row]:
    """The ledger, community by community; within one currency all cords share a scale."""
    rows = document["money"]["communities"]
    widest: dict[str, Decimal] = {}
    for row in rows:
        drawn = sum((amount for amount, _state in stretches(in_order(row["payments"]))), Decimal(0))
        widest[row["currency"]] = max(widest.get(row["currency"], Decimal(0)), drawn)
    return [
        {
            **row,
            "known": row["slug"] in {one["slug"] for one in document["communities"]},
            "sign": cell_currency(document, row["currency"]),
            "scale": widest[row["currency"]],
            "payments": in_order(row["payments"]),
            "spoken": ", ".join(state_words(payment) for payment in in_order(row["payments"])),
            "lines": payment_lines(in_order(row["payments"]), row["currency"]),
            "stretches": stretches(in_order(row["payments"])),
        }
        for row in rows
    ]


def only_currency(document: Document) -> str:
    """The currency of the whole ledger, to stand in the heading once; nothing where there are several."""
    currencies = {row["currency"] for row in document["money"]["communities"]}
    return currencies.pop() if len(currencies) == 1 else ""


def cell_currency(document: Document, currency: str) -> str:
    """The currency to write in a cell: none where the heading has it."""
    return "" if only_currency(document) else currency


def purpose_rows(document: Document) -> list[Row]:
    """What the money was for, at one scale per currency."""
    names = {
        "education": _("Education"),
        "health": _("Health"),
        "infrastructure": _("Infrastructure"),
        "other": _("Other"),
    }
    rows = document["money"]["purposes"]
    answered = {
        (payment["purpose"] or "unknown", community["currency"])
        for community in document["money"]["communities"]
        for payment in community["payments"]
        if payment["received"] is not None
    }
    return [
        {
            **row,
            "confirmed": row["confirmed"] if (row["purpose"], row["currency"]) in answered else None,
            "name": names.get(row["purpose"], _("Purpose not known")),
            "scale": purpose_scale(rows, row["currency"]),
            "sign": cell_currency(document, row["currency"]),
        }
        for row in rows
    ]


def purpose_scale(rows: Iterable[Mapping[str, Any]], currency: str) -> Decimal:
    sums = (as_decimal(row[key]) for row in rows if row["currency"] == currency for key in ("promised", "paid"))
    return max((value for value in sums if value is not None), default=Decimal(0))


def national_sums(documents: Iterable[Document]) -> list[Row]:
    """All mines together, per currency; sums nobody answered for are counted apart, never as zero."""
    sums: dict[str, Row] = {}
    for document in documents:
        for total in money_totals(document):
            row = sums.setdefault(
                total["currency"],
                {"currency": total["currency"], "promised": None, "paid": None, "confirmed": None,
                 "unanswered": Decimal(0), "unknown": Decimal(0), "mines": 0},
            )  # fmt: skip
            row["mines"] += 1
            for key in ("promised", "paid", "confirmed", "unanswered", "unknown"):
                value = as_decimal(total.get(key))
                if value is not None:
                    row[key] = (row[key] or Decimal(0)) + value
    answers = money_answers(list(sums.values()))
    return sorted(answers, key=lambda row: row["mines"], reverse=True)
