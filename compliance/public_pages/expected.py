"""Lists of what there must be: how many records a document names, beside how many are on record."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.design.writing import long_date, money, number
from compliance.evaluation.criteria.completeness import COUNTED, studies
from compliance.evaluation.facts import ExpectedFact
from compliance.public_pages.document import Document
from compliance.public_pages.sections import RecordRow, Section, Table, Values, register, rows_shown, table_of_facts
from projects.models import ExpectedCount


def show(document: Document) -> Values | None:
    """Each list with the number that it names and the number on record for the same days."""
    rows = []
    for row in document.facts[ExpectedFact]:
        period = f"{long_date(row.period_start)} – {long_date(row.period_end)}"
        count = COUNTED[row.of](document.facts, row)
        there = number(count) if row.studies is None else with_studies(count, studies(document.facts))
        rows.append(RecordRow(str(ExpectedCount.Of(row.of).label), period, row.voice, [named_words(row), there]))
    return rows_shown([_("What"), _("The list names"), _("On record")], rows)


def named_words(row: ExpectedFact) -> str:
    """``20 (S/ 4,200,000 in all)``: what a list names, with the workers or the money where it says how many or how much."""
    count = number(row.number)
    if row.studies is not None:
        return with_studies(row.number, row.studies)
    if row.people is not None:
        words = ngettext(
            "%(count)s (%(people)s worker in all)", "%(count)s (%(people)s workers in all)", int(row.people)
        )
        return words % {"count": count, "people": number(row.people)}
    if row.amount is not None:
        return _("%(count)s (%(amount)s in all)") % {"count": count, "amount": money(row.amount, row.currency)}
    return count


def with_studies(parts: int, count: int) -> str:
    """``2 (3 studies in all)``: a number of parts of the mine with that of their studies."""
    words = ngettext("%(parts)s (%(studies)s study in all)", "%(parts)s (%(studies)s studies in all)", count)
    return words % {"parts": number(parts), "studies": number(count)}


def expected_table(document: Document) -> Table:
    """One row a list."""
    days = {"of": _("what"), "period_start": _("from"), "period_end": _("until")}
    sums = {"number": _("how many"), "people": _("workers"), "amount": _("amount"), "currency": _("currency")}
    return table_of_facts(document, ExpectedFact, days | sums | {"voice": _("who says so"), "studies": _("studies")})


register(
    Section(
        name="expected",
        page="scorecard",
        place=1,
        title=gettext_lazy("What there must be"),
        lead=gettext_lazy(
            "How many records a document names. Where one is missing, the score could be worse or better."
        ),
        show=show,
        table=expected_table,
        template="table",
    )
)
