"""Staff: each employer's own employees and their pay, and the foreigners that count among them."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.design.writing import long_date, number
from compliance.evaluation.facts import EmploymentFact
from compliance.evaluation.small_numbers import columns_left_out
from compliance.public_pages.document import Document
from compliance.public_pages.sections import RecordRow, Section, Values, register, rows_shown

COLUMNS = ("staff_headcount", "foreign_headcount", "staff_pay", "foreign_pay")
"""What is shown of an employer."""


def show(document: Document) -> Values | None:
    """Each return that says anything of an employer's own staff."""
    hidden = {one.record: columns_left_out(one) for one in document.covered}
    rows = [
        RecordRow(
            row.employer,
            f"{long_date(row.period_start)} – {long_date(row.period_end)}",
            row.voice,
            [cell_words(row, column, column in hidden.get(row.record, ())) for column in COLUMNS],
        )
        for row in document.facts[EmploymentFact]
        if row.record in hidden or any(getattr(row, column) is not None for column in COLUMNS)
    ]
    head = [_("Employer"), _("Employees"), _("Foreigners who count"), _("Paid to all"), _("Paid to those foreigners")]
    return rows_shown(head, rows)


def cell_words(row: EmploymentFact, column: str, hidden: bool) -> str:
    """A number; that it is not shown, or not known, where it is not there."""
    figure = getattr(row, column)
    return _("not shown") if figure is None and hidden else number(figure)


register(
    Section(
        name="staff",
        page="work",
        place=1,
        title=gettext_lazy("Staff, and foreigners among them"),
        lead=gettext_lazy("People on each employer’s own payroll, and what they were paid in the year."),
        show=show,
        template="table",
    )
)
