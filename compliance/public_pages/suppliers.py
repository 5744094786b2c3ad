"""From whom the mine buys: firms of indigenous people or communities, how many firms, and after how many days they are paid."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import partial

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.design.writing import days, long_date, money, number, share_of
from compliance.evaluation.criteria.purchases import PurchasesFact
from compliance.evaluation.facts import SUPPLIERS
from compliance.public_pages.document import Document
from compliance.public_pages.sections import (
    RecordRow,
    Section,
    Subject,
    Table,
    Values,
    public_records,
    register,
    rows_shown,
    table_of,
)
from compliance.public_pages.small_numbers import hidden_in, words_of_firms
from projects.models import ProcurementReturn

COLUMNS = ("indigenous_amount", "ownership_is_registered", "suppliers", "local_suppliers", "days_until_paid")


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistryWords:
    """By which registry it is known who owns the firms, where everybody may read the source."""

    record: str
    registry: str


def describe_registries(subject: Subject) -> list[RegistryWords] | None:
    """The registry that each return names, where its source is public; of others only whether one is named is published."""
    rows = [row for row in subject.facts[PurchasesFact] if row.ownership_is_registered]
    records = public_records(ProcurementReturn, rows)
    return [
        RegistryWords(record=row.record, registry=records[row.key].ownership_registry)
        for row in rows
        if row.key in records
    ] or None


def registries_of(document: Document) -> dict[str, str]:
    """The registry of each return by its record; nothing where not everybody may read it."""
    return {one.record: one.registry for one in document.rows(RegistryWords, "suppliers")}


def show_suppliers(document: Document) -> Values | None:
    """Each return that is asked about it; rules of before do not look at it, so that nothing is said of those years."""
    if SUPPLIERS not in document.framework.looks_at:
        return None
    registries, hidden, unknown = registries_of(document), hidden_in(document, "purchases"), _("We don’t know")
    rows = []
    for row in document.facts[PurchasesFact]:
        counts = row.indigenous_amount is not None and row.owners_are_shown
        share = share_of(row.indigenous_amount, row.eligible_amount) if counts else None
        period = f"{long_date(row.period_start)} – {long_date(row.period_end)}"
        texts = [
            indigenous_words(row, registries.get(row.record, "")),
            unknown if share is None else number(share, 2),
            suppliers_words(row, hidden.get(row.record, ())),
            unknown if row.days_until_paid is None else days(row.days_until_paid),
        ]
        rows.append(RecordRow(row.buyer, period, row.voice, texts))
    head = [_("Buyer"), _("From firms of indigenous people or communities"), _("Of every 100"), _("Firms")]
    return rows_shown([*head, _("Until a local firm is paid")], rows)


def indigenous_words(row: PurchasesFact, registry: str) -> str:
    """The sum with the registry behind it; a sum that nothing stands behind is said not to be known."""
    if row.indigenous_amount is None:
        return _("We don’t know")
    amount = money(row.indigenous_amount, row.currency)
    if not row.indigenous_amount:
        return amount
    if not row.ownership_is_registered:
        return _("We don’t know. The return says %(amount)s, and not who owns the firms.") % {"amount": amount}
    if row.bare_word:
        return _("We don’t know. The return says %(amount)s, without a document.") % {"amount": amount}
    return _("%(amount)s, by this registry: %(registry)s") % {"amount": amount, "registry": registry or _("not public")}


def suppliers_words(row: PurchasesFact, hidden: Collection[str] = ()) -> str:
    """How many firms there were, and how many of them in the districts."""
    local = words_of_firms(row, "local_suppliers", hidden)
    if row.suppliers is None and local is None:
        return _("We don’t know")
    if row.suppliers is None:
        return _("%(local)s in the districts; we don’t know how many in all") % {"local": local}
    if local is None:
        return _("%(all)s; we don’t know how many in the districts") % {"all": number(row.suppliers)}
    return _("%(local)s of %(all)s in the districts") % {"local": local, "all": number(row.suppliers)}


def suppliers_table(document: Document) -> Table:
    """One row a return; what nobody knows, and what older rules do not look at, is empty."""
    registries, looks = registries_of(document), SUPPLIERS in document.framework.looks_at
    hidden = hidden_in(document, "purchases")

    def cell(name: str, row: PurchasesFact) -> object:
        if name in hidden.get(row.record, ()):
            return words_of_firms(row, name, hidden[row.record])
        return getattr(row, name) if looks else None

    headings = (
        _("from firms of indigenous people or communities"),
        _("a registry says who owns them"),
        _("suppliers"),
        _("suppliers in the districts"),
        _("days until local suppliers are paid"),
    )
    columns: dict[str, Callable[[PurchasesFact], object]] = {
        _("record"): lambda row: row.record,
        _("buyer"): lambda row: row.buyer,
        _("from"): lambda row: row.period_start,
        _("until"): lambda row: row.period_end,
        _("currency"): lambda row: row.currency,
        **{heading: partial(cell, name) for heading, name in zip(headings, COLUMNS, strict=True)},
        _("registry of the owners"): lambda row: registries.get(row.record),
        _("who says so"): lambda row: row.voice,
    }
    return table_of(document, columns, document.facts[PurchasesFact])


register(
    Section(
        name="suppliers",
        page="work",
        place=1,
        title=gettext_lazy("From whom the mine buys"),
        lead=gettext_lazy(
            "Firms of which at least 51 of every 100 shares belong to indigenous people or communities, how many firms there "
            "are, and how long local ones wait for their money."
        ),
        part=RegistryWords,
        is_list=True,
        describe=describe_registries,
        show=show_suppliers,
        table=suppliers_table,
        template="table",
    )
)
