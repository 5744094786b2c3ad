"""Reports that a mine has to hand in: by when, when each came, and whether anybody can read it."""

from collections.abc import Callable

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.design.writing import days, long_date, yes_or_no
from compliance.evaluation.criteria.reports import ReportFact
from compliance.evaluation.facts import AssessmentFact, ConditionFact
from compliance.public_pages.document import Document
from compliance.public_pages.sections import RecordRow, Section, Table, Values, register, rows_shown, table_of


def studies_of_conditions(document: Document) -> dict[str, str]:
    """By the record of each condition what its study is about; empty where that is not known."""
    studies = {study.record: study.component for study in document.facts[AssessmentFact]}
    return {one.record: studies.get(one.assessment, "") for one in document.facts[ConditionFact]}


def show(document: Document) -> Values | None:
    """Each report by its day, with the study whose condition asks for it."""
    study_of = studies_of_conditions(document)
    rows = [
        RecordRow(
            row.title,
            capfirst(study_of.get(row.condition or "", "")),
            row.voice,
            [long_date(row.due_by), came_words(row), yes_or_no(row.is_public)],
        )
        for row in sorted(document.facts[ReportFact], key=lambda one: (one.due_by, one.record))
    ]
    return rows_shown([_("Report"), _("Due on"), _("Handed in"), _("Anybody can read it")], rows)


def came_words(row: ReportFact) -> str:
    """On which day it came, and how late."""
    if row.handed_in_on is None:
        return _("Nobody says that it was handed in")
    day = long_date(row.handed_in_on)
    return _("%(day)s, %(days)s late") % {"day": day, "days": days(row.days_late)} if row.days_late else day


def reports_table(document: Document) -> Table:
    """One row a report."""
    columns: dict[str, Callable[[ReportFact], object]] = {
        _("record"): lambda one: one.record,
        _("report"): lambda one: one.title,
        _("condition"): lambda one: one.condition,
        _("due on"): lambda one: one.due_by,
        _("handed in"): lambda one: one.handed_in_on,
        _("days late"): lambda one: one.days_late,
        _("public"): lambda one: one.is_public,
        _("who says so"): lambda one: one.voice,
    }
    return table_of(document, columns, document.facts[ReportFact])


register(
    Section(
        name="required-reports",
        page="oversight",
        place=1,
        title=gettext_lazy("Reports that were due"),
        lead=gettext_lazy("What the mine had to hand in to an authority in the year, and whether anybody can read it."),
        show=show,
        table=reports_table,
        template="table",
    )
)
