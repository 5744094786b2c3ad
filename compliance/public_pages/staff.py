"""Staff: each employer's own employees and their pay, and the foreigners that count among them."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.design.writing import long_date, money, number
from compliance.evaluation.facts import EmploymentFact
from compliance.evaluation.small_numbers import columns_left_out
from compliance.public_pages.document import Document
from compliance.public_pages.sections import RecordRow, Section, Subject, Values, register, rows_shown
from projects.models import EmploymentReturn

PAY = ("staff_pay", "foreign_pay", "exonerated_pay")
COLUMNS = ("staff_headcount", "foreign_headcount", "staff_pay", "foreign_pay")
"""What is shown of an employer."""
EXCUSED = ("exonerated_headcount", "exonerated_pay", "exonerated_until")
"""What is shown beside it where an employer has an exoneration."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PayCurrency:
    """In which currency a return says what people were paid; the facts hold the sums alone."""

    record: str
    currency: str


def describe_staff(subject: Subject) -> list[PayCurrency] | None:
    """The currency of each return that names one, whether its sums are shown or not."""
    records = {row.key: row.record for row in subject.facts[EmploymentFact]}
    named = EmploymentReturn.with_withdrawn.filter(pk__in=records).exclude(pay_currency="").order_by("pk")
    return [
        PayCurrency(record=records[key], currency=currency) for key, currency in named.values_list("pk", "pay_currency")
    ] or None


def currencies_of_pay(document: Document) -> Mapping[str, str]:
    """The currency of what people were paid, by return; older documents name none."""
    return {one.record: one.currency for one in document.rows(PayCurrency, "staff")}


def show(document: Document) -> Values | None:
    """Each return that says anything of an employer's own staff."""
    hidden = {one.record: columns_left_out(one) for one in document.covered}
    currencies = currencies_of_pay(document)
    returns = document.facts[EmploymentFact]
    excused = any(row.foreign_exonerated or any(getattr(row, name) is not None for name in EXCUSED) for row in returns)
    columns = (*COLUMNS, *EXCUSED) if excused else COLUMNS
    rows = [
        RecordRow(
            row.employer,
            f"{long_date(row.period_start)} – {long_date(row.period_end)}",
            row.voice,
            [
                _("not shown")
                if column in hidden.get(row.record, ())
                else cell_words(row, column, currencies.get(row.record, ""))
                for column in columns
            ],
        )
        for row in returns
        if row.record in hidden or any(getattr(row, column) is not None for column in columns)
    ]
    head = [_("Employer"), _("Employees"), _("Foreigners who count"), _("Paid to all"), _("Paid to those foreigners")]
    more = [_("Excused by an exoneration"), _("Paid to the excused"), _("Excused until")] if excused else []
    return rows_shown([*head, *more], rows)


def cell_words(row: EmploymentFact, column: str, currency: str) -> str:
    """A number of people, a day, or a sum in its currency; that it is not known where nobody says it."""
    figure = getattr(row, column)
    if column == "exonerated_until":
        return long_date(figure) if figure else _("not known")
    if column not in PAY or figure is None:
        return number(figure)
    if not currency:
        return _("%(amount)s, in a currency that is not known") % {"amount": number(figure)}
    return money(figure, currency)


register(
    Section(
        name="staff",
        page="work",
        place=1,
        title=gettext_lazy("Staff, and foreigners among them"),
        lead=gettext_lazy("People on each employer’s own payroll, and what they were paid in the year."),
        part=PayCurrency,
        is_list=True,
        describe=describe_staff,
        show=show,
        template="table",
    )
)
