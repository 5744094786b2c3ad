"""Lists of what there must be: how many records a document names, beside how many are on record."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.design.writing import long_date, money, number
from compliance.evaluation.criteria.completeness import COUNTED
from compliance.evaluation.facts import ExpectedFact
from compliance.public_pages.document import Document
from compliance.public_pages.sections import RecordRow, Section, Table, Values, register, rows_shown, table_of_facts
from projects.models import ExpectedCount


def show(document: Document) -> Values | None:
    """Each list with the number that it names and the number on record for the same days."""
    rows = []
    for row in document.facts[ExpectedFact]:
        period = f"{long_date(row.period_start)} – {long_date(row.period_end)}"
        there = number(COUNTED[row.of](document.facts, row))
        rows.append(RecordRow(str(ExpectedCount.Of(row.of).label), period, row.voice, [named_words(row), there]))
    return rows_shown([_("What"), _("The list names"), _("On record")], rows)


def named_words(row: ExpectedFact) -> str:
    """``20 (S/ 4,200,000 in all)``: what a list names, with the workers or the money where it says how many or how much."""
    count = number(row.number)
    if row.people is not None:
        words = ngettext(
            "%(count)s (%(people)s worker in all)", "%(count)s (%(people)s workers in all)", int(row.people)
        )
        return words % {"count": count, "people": number(row.people)}
    if row.amount is not None:
        return _("%(count)s (%(amount)s in all)") % {"count": count, "amount": money(row.amount, row.currency)}
    return count


def expected_table(document: Document) -> Table:
    """One row a list."""
    days = {"of": _("what"), "period_start": _("from"), "period_end": _("until")}
    sums = {"number": _("how many"), "people": _("workers"), "amount": _("amount"), "currency": _("currency")}
    return table_of_facts(document, ExpectedFact, days | sums | {"voice": _("who says so")})


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
