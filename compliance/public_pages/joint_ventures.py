"""Mines of several partners: what their figures are about, and what share was agreed for the nation or communities."""

from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.design.writing import HARD_SPACE, long_date
from compliance.evaluation.criteria.joint_ventures import AgreedShareFact, FigureBasisFact
from compliance.public_pages.document import Document
from compliance.public_pages.owners import short
from compliance.public_pages.sections import RecordRow, Section, Table, Values, register, rows_shown, table_of_facts
from projects.models import FigureBasis


def show_bases(document: Document) -> Values | None:
    """Of each kind of figures whether they are about the whole mine."""
    rows = [
        RecordRow(
            str(FigureBasis.Of(row.of).label),
            f"{long_date(row.period_start)} – {long_date(row.period_end)}",
            row.voice,
            [row.reporter or _("all"), str(FigureBasis.Basis(row.declared).label)],
        )
        for row in document.facts[FigureBasisFact]
    ]
    return rows_shown([_("Figures"), _("Whose returns"), _("What they are about")], rows)


def bases_table(document: Document) -> Table:
    """One row a kind of figures and period."""
    words = {"record": _("record"), "of": _("figures"), "reporter": _("whose returns")}
    words |= {"period_start": _("from"), "period_end": _("until"), "declared": _("about"), "voice": _("who says so")}
    return table_of_facts(document, FigureBasisFact, words)


def agreed_words(percent: Decimal | None) -> str:
    """How much was agreed, or that none was, or that nobody knows how much."""
    if percent is None:
        return _("We don’t know how much")
    return f"{short(percent)}{HARD_SPACE}%" if percent else _("No share")


def show_agreed(document: Document) -> Values | None:
    """The share that was agreed, and since when."""
    rows = [
        RecordRow(
            agreed_words(row.agreed_percent),
            row.document,
            row.voice,
            [long_date(row.agreed_on)],
        )
        for row in document.facts[AgreedShareFact]
    ]
    return rows_shown([_("Share agreed"), _("Agreed on")], rows)


def agreed_table(document: Document) -> Table:
    """One row a share."""
    words = {"record": _("record"), "agreed_percent": _("share in percent"), "agreed_on": _("agreed on")}
    return table_of_facts(document, AgreedShareFact, words | {"document": _("document"), "voice": _("who says so")})


register(
    Section(
        name="figure-bases",
        page="owners",
        place=5,
        title=gettext_lazy("What the figures are about"),
        lead=gettext_lazy(
            "Of a mine with several partners, figures are about the whole mine or about one partner’s share."
        ),
        show=show_bases,
        table=bases_table,
        template="table",
    )
)
register(
    Section(
        name="agreed-shares",
        page="owners",
        place=6,
        title=gettext_lazy("Agreed for the nation or communities"),
        lead=gettext_lazy("What share of the mine the State, people of the country or communities are to own."),
        show=show_agreed,
        table=agreed_table,
        template="table",
    )
)
