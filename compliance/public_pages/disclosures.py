"""Reports with the mine's figures of the year: when each was published, and whether somebody else found them in it."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.design.writing import long_date, yes_or_no
from compliance.evaluation.criteria.disclosures import COMPANY
from compliance.evaluation.facts import DisclosureFact
from compliance.public_pages.document import Document
from compliance.public_pages.sections import RecordRow, Section, Table, Values, register, rows_shown, table_of_facts


def show(document: Document) -> Values | None:
    """Each report about the year."""
    rows = [
        RecordRow(
            _("Report of %(year)s") % {"year": row.period_end.year},
            publisher_words(row.published_by),
            row.voice,
            [long_date(row.published_on) if row.published_on else _("Not known"), yes_or_no(row.has_figures)],
        )
        for row in document.facts[DisclosureFact]
    ]
    return rows_shown([_("Report"), _("Published on"), _("Somebody else found the figures in it")], rows)


def publisher_words(kind: str | None) -> str:
    """Who published a report, by the kind of organisation."""
    if kind is None:
        return _("Nobody says who published it.")
    return _("Published by the company.") if kind == COMPANY else _("Published by somebody else.")


def disclosures_table(document: Document) -> Table:
    """One row a report."""
    words = {"record": _("record"), "period_end": _("until"), "published_on": _("published on")}
    return table_of_facts(
        document, DisclosureFact, words | {"has_figures": _("figures found"), "voice": _("who says so")}
    )


register(
    Section(
        name="disclosures",
        page="scorecard",
        place=1,
        title=gettext_lazy("Published reports"),
        lead=gettext_lazy("Reports with the figures of the year."),
        show=show,
        table=disclosures_table,
        template="table",
    )
)
