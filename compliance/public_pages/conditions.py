"""Conditions of impact studies: by when each was to be met, and when it was."""

from collections.abc import Callable

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.design.writing import long_date
from compliance.evaluation.facts import AssessmentFact, ConditionFact
from compliance.public_pages.document import Document
from compliance.public_pages.due_days import moved_day
from compliance.public_pages.sections import RecordRow, Section, Table, Values, register, rows_shown, table_of


def show(document: Document) -> Values | None:
    """Each condition that was due by the end of the year, by its day."""
    studies = {study.record: study.component for study in document.facts[AssessmentFact]}
    rows = []
    for row in sorted(document.facts[ConditionFact], key=lambda one: (one.falls_due, one.record)):
        moved = moved_day(row)
        due = ". ".join([long_date(row.falls_due), *([moved.words] if moved else [])])
        met = long_date(row.fulfilled_on) if row.fulfilled_on else _("Nobody says that it was met")
        name = capfirst(studies.get(row.assessment) or _("A study"))
        rows.append(RecordRow(name, "", row.voice, [due, met]))
    return rows_shown([_("Condition of"), _("Due on"), _("Met on")], rows)


def conditions_table(document: Document) -> Table:
    """One row a condition."""
    columns: dict[str, Callable[[ConditionFact], object]] = {
        _("record"): lambda one: one.record,
        _("study"): lambda one: one.assessment,
        _("due on"): lambda one: one.falls_due,
        _("met on"): lambda one: one.fulfilled_on,
        _("who says so"): lambda one: one.voice,
        _("first agreed for"): lambda one: one.first_due_on,
        _("moved to"): lambda one: one.due_on if one.moved_later else None,
    }
    return table_of(document, columns, document.facts[ConditionFact])


register(
    Section(
        name="conditions",
        page="environment",
        place=1,
        title=gettext_lazy("Conditions of the studies"),
        lead=gettext_lazy("What the authority asked for when it approved a study, with a day to meet it by."),
        show=show,
        table=conditions_table,
        template="table",
    )
)
