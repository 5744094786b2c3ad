"""Purchases: how much of what the mine buys comes from its neighbours."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.design.writing import long_date, money, of_every_100
from compliance.evaluation.criteria.purchases import PurchasesFact
from compliance.public_pages.document import Document
from compliance.public_pages.sections import RecordRow, Section, Table, Values, register, rows_shown, table_of_facts
from compliance.public_pages.small_numbers import hidden_in, hidden_sentence


def show(document: Document) -> Values | None:
    """Each return with its sums, and how many of every hundred stay in the districts."""
    rows, hidden = [], hidden_in(document, "purchases")
    for row in document.facts[PurchasesFact]:
        share = of_every_100(row.local_amount, row.eligible_amount) or _("We don’t know")
        if "local_suppliers" in hidden.get(row.record, ()):
            share = hidden_sentence()
        sums = [money(amount, row.currency) for amount in (row.eligible_amount, row.local_amount)]
        period = f"{long_date(row.period_start)} – {long_date(row.period_end)}"
        rows.append(RecordRow(row.buyer, period, row.voice, [*sums, share]))
    return rows_shown([_("Buyer"), _("Bought in all"), _("In the districts"), _("Of every 100")], rows)


def purchases_table(document: Document) -> Table:
    """One row a return."""
    period = {"period_start": _("from"), "period_end": _("until"), "currency": _("currency")}
    sums = {"eligible_amount": _("bought in all"), "local_amount": _("in the districts")}
    return table_of_facts(document, PurchasesFact, {"buyer": _("buyer"), **period, **sums})


register(
    Section(
        name="purchases",
        page="work",
        place=1,
        title=gettext_lazy("What the mine buys nearby"),
        lead=gettext_lazy("From suppliers of the districts next to it, as each company reported."),
        show=show,
        table=purchases_table,
        template="table",
    )
)
