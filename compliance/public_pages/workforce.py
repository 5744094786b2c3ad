"""What the workers do, how many left, and how many were hurt: each return by itself, as whoever stands beside it says."""

from collections.abc import Callable
from functools import partial

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.design.writing import long_date
from compliance.evaluation.facts import EmploymentFact
from compliance.public_pages.document import Document
from compliance.public_pages.sections import RecordRow, Section, Table, Values, register, rows_shown, table_of
from compliance.public_pages.small_numbers import cell_of_count, hidden_in, words_of_count

COLUMNS = ("skilled_fte", "technical_fte", "heads_fte", "quits", "accidents")


def told(document: Document) -> list[EmploymentFact]:
    """The returns that say anything of it, shown or not, in the order of their periods."""
    hidden = hidden_in(document, "employment")
    rows = [
        row
        for row in document.facts[EmploymentFact]
        if any(getattr(row, name) is not None or name in hidden.get(row.record, ()) for name in COLUMNS)
    ]
    return sorted(rows, key=lambda one: (one.period_start, one.key))


def show(document: Document) -> Values | None:
    """Each return with its workers by what they do, and with those who left and who were hurt."""
    hidden = hidden_in(document, "employment")
    rows = [
        RecordRow(
            row.employer,
            f"{long_date(row.period_start)} – {long_date(row.period_end)}",
            row.voice,
            [words_of_count(row, name, hidden.get(row.record, ())) for name in COLUMNS],
        )
        for row in told(document)
    ]
    done = [_("Skilled, technicians and heads"), _("Of these, technicians and heads"), _("Of these, heads")]
    return rows_shown([_("Employer"), *done, _("Left of their own will"), _("Hurt at work")], rows)


def workforce_table(document: Document) -> Table:
    """One row a return; what is not shown is said in words, and what nobody knows is empty."""
    hidden = hidden_in(document, "employment")

    def cell(name: str, row: EmploymentFact) -> object:
        return cell_of_count(row, name, hidden.get(row.record, ()))

    words = [_("skilled, technicians and heads"), _("technicians and heads"), _("heads"), _("left of their own will")]
    headings = dict(zip(COLUMNS, [*words, _("hurt at work")], strict=True))
    columns: dict[str, Callable[[EmploymentFact], object]] = {
        _("record"): lambda row: row.record,
        _("employer"): lambda row: row.employer,
        _("from"): lambda row: row.period_start,
        _("until"): lambda row: row.period_end,
        **{heading: partial(cell, name) for name, heading in headings.items()},
        _("who says so"): lambda row: row.voice,
    }
    return table_of(document, columns, told(document))


register(
    Section(
        name="workforce",
        page="work",
        place=1,
        title=gettext_lazy("What the workers do"),
        lead=gettext_lazy(
            "Counted as full-time jobs; whoever left or was hurt is counted as a person, over the whole period. No grade rests "
            "on it."
        ),
        show=show,
        table=workforce_table,
        template="table",
    )
)
