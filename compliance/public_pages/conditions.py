"""Conditions of impact studies: by when each was to be met, when it was, and how many are vague."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.design.writing import long_date
from compliance.evaluation.criteria.inspections import InspectionFact, SanctionFact
from compliance.evaluation.criteria.reports import ReportFact
from compliance.evaluation.facts import AssessmentFact, ConditionFact
from compliance.public_pages.document import Document
from compliance.public_pages.due_days import moved_day
from compliance.public_pages.inspections import decision_words, outcome_words, state_words
from compliance.public_pages.reports import came_words
from compliance.public_pages.sections import (
    RecordRow,
    Section,
    Subject,
    Table,
    Values,
    register,
    rows_shown,
    table_of,
)
from projects.models import AssessmentCondition
from projects.vagueness import is_vague

LEAD = gettext_lazy(
    "What the authority asked for when it approved a study, with a day to meet it by,"
    " and the year’s reports, inspections and decisions about it."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Vague:
    """A condition whose words are vague (`projects.vagueness`); the words themselves are not published."""

    record: str


def describe_vague(subject: Subject) -> list[Vague] | None:
    """Those among the conditions that were due."""
    rows = subject.facts[ConditionFact]
    records = AssessmentCondition.with_withdrawn.in_bulk([row.key for row in rows])
    return [Vague(record=row.record) for row in rows if is_vague(records[row.key].description)] or None


def show(document: Document) -> Values | None:
    """Each condition that was due by the end of the year, by its day, and how many of them are vague."""
    studies = {study.record: study.component for study in document.facts[AssessmentFact]}
    followed = what_followed(document)
    rows = []
    for row in sorted(document.facts[ConditionFact], key=lambda one: (one.falls_due, one.record)):
        moved = moved_day(row)
        due = ". ".join([long_date(row.falls_due), *([moved.words] if moved else [])])
        met = long_date(row.fulfilled_on) if row.fulfilled_on else _("Nobody says that it was met")
        name = capfirst(studies.get(row.assessment) or _("A study"))
        rows.append(RecordRow(name, "", row.voice, [due, met], steps=followed.get(row.record, ())))
    shown = rows_shown([_("Condition of"), _("Due on"), _("Met on")], rows)
    vague = len(document.rows(Vague, "conditions"))
    return {**shown, "lead": f"{LEAD} {vague_words(vague, len(rows))}"} if shown and vague else shown


def what_followed(document: Document) -> Mapping[str, Sequence[tuple[str, str]]]:
    """What followed from each condition in the year, by its record, in the order of the days: each with who says so."""
    found = defaultdict[str, list[tuple[str, str]]](list)
    for condition, _day, words, voice in sorted(steps(document)):
        found[condition].append((words, voice))
    return found


def steps(document: Document) -> Iterator[tuple[str, date, str, str]]:
    """Reports, inspections and what was decided after them: condition, day, words and voice of each."""
    for report in document.facts[ReportFact]:
        words = _("Report due on %(day)s: %(came)s") % {"day": long_date(report.due_by), "came": came_words(report)}
        yield report.condition or "", report.due_by, words, report.voice
    for visit in document.facts[InspectionFact]:
        said = {"day": long_date(visit.inspected_on), "outcome": outcome_words(visit)}
        words = _("Inspected on %(day)s: %(outcome)s") % said
        yield visit.condition or "", visit.inspected_on, words, visit.voice
    for decided in document.facts[SanctionFact]:
        parts = [*decision_words(decided), long_date(decided.decided_on), state_words(decided)]
        yield decided.condition or "", decided.decided_on, ", ".join(parts), decided.voice


def vague_words(vague: int, count: int) -> str:
    """How many conditions, or promises, are vague."""
    words = _(
        "%(vague)s of %(count)s use words such as “as far as possible” and name no number, day or deed beside them."
    )
    return words % {"vague": vague, "count": count}


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
        lead=LEAD,
        part=Vague,
        is_list=True,
        describe=describe_vague,
        show=show,
        table=conditions_table,
        template="table",
    )
)
