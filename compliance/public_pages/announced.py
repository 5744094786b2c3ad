"""What is announced to be invested in the mine, by whom, as of which day."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.design.writing import long_date, money
from compliance.evaluation.criteria.announced import AnnouncedInvestmentFact
from compliance.public_pages.closure_plans import year_words
from compliance.public_pages.document import Document
from compliance.public_pages.sections import RecordRow, Section, Table, Values, register, rows_shown, table_of_facts
from projects.models import AnnouncedInvestment


def show(document: Document) -> Values | None:
    """Each announcement with its stage, amount and years, the newest first."""
    unknown = _("We don’t know")
    newest_first = sorted(document.facts[AnnouncedInvestmentFact], key=lambda one: (one.as_of, one.key), reverse=True)
    rows = [
        RecordRow(
            long_date(row.as_of),
            str(AnnouncedInvestment.Stage(row.stage).label) if row.stage else _("Nobody says at which stage it is"),
            row.voice,
            [
                unknown if row.amount is None else money(row.amount, row.currency),
                *(year_words(year) for year in (row.works_from, row.works_until, row.commissioning)),
            ],
        )
        for row in newest_first
    ]
    years = [_("Works begin"), _("Works end"), _("Commissioning")]
    return rows_shown([_("As of"), _("Investment announced"), *years], rows)


def table(document: Document) -> Table:
    """One row an announcement."""
    words = {"record": _("record"), "as_of": _("as of"), "stage": _("stage"), "amount": _("investment announced")}
    words |= {"currency": _("currency"), "works_from": _("works begin"), "works_until": _("works end")}
    words |= {"commissioning": _("commissioning"), "voice": _("who says so")}
    return table_of_facts(document, AnnouncedInvestmentFact, words)


register(
    Section(
        name="announced-investments",
        page="owners",
        place=5,
        title=gettext_lazy("What is announced to be invested"),
        lead=gettext_lazy(
            "As somebody said it on a day. That it was announced does not say that it was spent. No rule judges it."
        ),
        show=show,
        table=table,
        template="table",
    )
)
