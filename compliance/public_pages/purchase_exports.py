"""Purchases as two standards ask for them, to copy: by category of supplier (LPRM), and as rows of GRI 204-1 and 202-2.

What nobody knows, and what no record asks for, has its row and an empty value: a row that is missing would look like nothing to say.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from operator import attrgetter

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.design.writing import share_of, yes_or_no
from compliance.evaluation.criteria.purchases import PurchasesFact
from compliance.evaluation.facts import SUPPLIERS
from compliance.public_pages.document import Document
from compliance.public_pages.sections import Section, Table, register, table_of
from compliance.public_pages.small_numbers import hidden_in, hidden_sentence, words_of_firms

HUNDREDTH = Decimal("0.01")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One row of a standard: what it asks for, the answer, and the return that gives it."""

    asks: str
    about: str
    value: object = None
    unit: str = ""
    percent: Decimal | str | None = None
    is_looked_at: bool = True
    """whether the rules of the year look at it; what they do not look at is in no document"""
    row: PurchasesFact | None = None


def lines_of_lprm(document: Document) -> Iterator[Line]:
    """Of each return its spending by category of supplier, how many suppliers there are, and when they are paid."""
    looks, hidden = SUPPLIERS in document.framework.looks_at, hidden_in(document, "purchases")
    for row in document.facts[PurchasesFact]:
        few_local = "local_suppliers" in hidden.get(row.record, ())
        spend = partial(spending, row)
        count = partial(Line, asks=_("number of suppliers"), unit=_("suppliers"), row=row, is_looked_at=looks)
        yield spend(_("all suppliers"), row.eligible_amount)
        yield spend(_("suppliers in the districts of direct influence"), row.local_amount, tells_on_few=few_local)
        owned = _("firms of indigenous people or communities, at least 51 of every 100 shares")
        yield spend(owned, row.indigenous_amount if row.owners_are_shown else None, is_looked_at=looks)
        yield spend(_("suppliers elsewhere in the country"), None)
        yield spend(_("suppliers abroad"), None)
        yield count(about=_("all suppliers"), value=row.suppliers)
        local = words_of_firms(row, "local_suppliers", hidden[row.record]) if few_local else row.local_suppliers
        yield count(about=_("suppliers in the districts of direct influence"), value=local)
        yield Line(
            asks=_("payment of suppliers"),
            about=_("suppliers in the districts of direct influence"),
            value=row.days_until_paid,
            unit=_("days, on average"),
            is_looked_at=looks,
            row=row,
        )


def spending(
    row: PurchasesFact,
    about: str,
    amount: Decimal | None,
    *,
    is_looked_at: bool = True,
    tells_on_few: bool = False,
) -> Line:
    """What a return says was bought from a category of suppliers, and how much of all that is, unless that tells on few."""
    asks = _("spending by category of supplier, without taxes, energy and purchases within the group")
    share = two_decimals(share_of(amount, row.eligible_amount))
    percent = hidden_sentence() if tells_on_few else share
    return Line(
        asks=asks, about=about, value=amount, unit=row.currency, percent=percent, is_looked_at=is_looked_at, row=row
    )


def two_decimals(percent: Decimal | None) -> Decimal | None:
    """A percentage as it is given to copy."""
    return None if percent is None else percent.quantize(HUNDREDTH)


def lines_of_gri(document: Document) -> Iterator[Line]:
    """Of each return the share of local suppliers (204-1); of senior management (202-2) no record says where it is from."""
    returns = document.facts[PurchasesFact]
    if not returns:
        return
    hidden = hidden_in(document, "purchases")
    for row in returns:
        share = two_decimals(share_of(row.local_amount, row.eligible_amount))
        tells_on_few = "local_suppliers" in hidden.get(row.record, ())
        percent = hidden_sentence() if tells_on_few else share
        about = _("share of spending on local suppliers, in %(currency)s") % {"currency": row.currency}
        yield Line(asks="GRI 204-1-a", about=about, value=percent, unit=_("percent"), row=row)
    yield Line(asks="GRI 204-1-b", about=_("who counts as local: suppliers in which districts"))
    yield Line(asks="GRI 204-1-c", about=_("significant location of operation"), value=document.name)
    yield Line(
        asks="GRI 202-2-a", about=_("share of senior management hired from the local community"), unit=_("percent")
    )
    yield Line(asks="GRI 202-2-b", about=_("who is senior management"))
    yield Line(asks="GRI 202-2-c", about=_("who counts as local: people of which districts"))
    yield Line(asks="GRI 202-2-d", about=_("significant location of operation"), value=document.name)


def standing(line: Line) -> str:
    """Whether the answer is known."""
    if not line.is_looked_at:
        return _("not looked at by the rules of this year")
    return _("unknown") if line.value is None else _("known")


def of_return(name: str, line: Line) -> object:
    """A column of the return behind a row; None where none is."""
    return None if line.row is None else getattr(line.row, name)


def exported(lines: Callable[[Document], Iterator[Line]], with_percent: bool, document: Document) -> Table:
    """The rows of a standard, each with whether it is known, the return that says it, by whose word and on how many documents."""
    percent: dict[str, Callable[[Line], object]] = {_("of every 100 spent"): attrgetter("percent")}
    columns: dict[str, Callable[[Line], object]] = {
        _("what is asked for"): attrgetter("asks"),
        _("about"): attrgetter("about"),
        _("value"): lambda line: line.value if line.is_looked_at else None,
        _("unit"): lambda line: line.unit or None,
        **(percent if with_percent else {}),
        _("known or unknown"): standing,
        _("record"): partial(of_return, "record"),
        _("buyer"): partial(of_return, "buyer"),
        _("from"): partial(of_return, "period_start"),
        _("until"): partial(of_return, "period_end"),
        _("who says so"): partial(of_return, "voice"),
        _("documents"): partial(of_return, "evidence"),
        _("bare word"): lambda line: None if line.row is None else yes_or_no(line.row.bare_word),
    }
    return table_of(document, columns, lines(document))


for name, title, of_standard, has_percent in (
    ("purchases-lprm", gettext_lazy("Purchases by category of supplier (LPRM)"), lines_of_lprm, True),
    ("purchases-gri", gettext_lazy("Local suppliers and management (GRI 204-1 and 202-2)"), lines_of_gri, False),
):
    register(
        Section(
            name=name,
            page="work",
            place=1,
            title=title,
            show=lambda document: None,
            table=partial(exported, of_standard, has_percent),
            template="table",
        )
    )
