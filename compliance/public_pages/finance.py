"""Who lends to the mine, and who has bought what it will dig."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.design.writing import country_name, long_date, money, number
from compliance.evaluation.criteria.contracts import FinancingFact
from compliance.public_pages.document import Document
from compliance.public_pages.sections import RecordRow, Section, Table, Values, register, rows_shown, table_of_facts
from projects.models import Financing


def show(document: Document) -> Values | None:
    """Each loan or sale in advance that was in force in the year."""
    rows = [
        RecordRow(
            row.party,
            ", ".join([str(Financing.Instrument(row.instrument).label), country_name(row.party_country)]),
            row.voice,
            [size_words(row), long_date(row.signed_on), long_date(row.ends_on) if row.ends_on else _("Nobody says so")],
        )
        for row in document.facts[FinancingFact]
    ]
    return rows_shown([_("Who lends or buys"), _("How much"), _("Signed on"), _("Ends on")], rows)


def size_words(row: FinancingFact) -> str:
    """The amount and the share, as far as somebody says them."""
    said = [money(row.amount, row.currency)] if row.amount is not None else []
    if row.share_percent is not None:
        words = _("%(share)s %% of what is earned") if row.instrument == "royalty" else _("%(share)s %% of what is dug")
        said.append(words % {"share": number(row.share_percent.normalize())})
    return ", ".join(said) or _("We don’t know")


def table(document: Document) -> Table:
    """One row a loan or sale in advance."""
    words = {"record": _("record"), "party": _("who lends or buys"), "party_country": _("country")}
    words |= {"instrument": _("what it is"), "amount": _("amount"), "currency": _("currency")}
    words |= {"share_percent": _("share in percent"), "signed_on": _("signed on")}
    return table_of_facts(document, FinancingFact, words | {"ends_on": _("ends on"), "voice": _("who says so")})


register(
    Section(
        name="finance",
        page="owners",
        place=5,
        title=gettext_lazy("Loans and sales in advance"),
        lead=gettext_lazy(
            "Who has lent to the mine or bought in advance what it digs, as far as it has not ended or nobody says when it ends. "
            "No rule judges it."
        ),
        show=show,
        table=table,
        template="table",
        tells=("financings",),
    )
)
