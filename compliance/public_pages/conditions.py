"""Conditions of impact studies: what each says and where it stands, by when it was to be met, and what replaced it."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from operator import itemgetter
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.design.writing import days, long_date
from compliance.evaluation.canonical import added
from compliance.evaluation.criteria.inspections import InspectionFact, SanctionFact
from compliance.evaluation.criteria.reports import ReportFact, reports_nobody_entered
from compliance.evaluation.facts import AssessmentFact, ConditionFact
from compliance.public_pages.document import Document
from compliance.public_pages.due_days import moved_day
from compliance.public_pages.inspections import (
    decision_words,
    finding_words,
    findings_by_visit,
    outcome_words,
    settled_words,
    state_words,
)
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
    words_in_public,
)
from projects.missing_words import missing_words
from projects.models import AssessmentCondition, ImpactAssessment, PhasePeriod
from projects.vagueness import missing_in

LEAD = gettext_lazy(
    "What the authority asked for when it approved a study, with a day to meet it by,"
    " and the year’s reports, inspections and decisions about it."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ConditionWords:
    """A condition in the words of the record; of what waits for a phase, which is no fact yet, all that is known."""

    record: str
    says: str = added("")
    """empty where the source of the record is confidential"""
    page: str = added("")
    paragraph: str = added("")
    responsible: str = added("")
    missing: tuple[str, ...] = added(())
    """what vague words do not say (`projects.vagueness`)"""
    replaced_on: date | None = added(None)
    replaced_by: str = added("")
    """what the condition says that a change of the study put in its place"""
    replaced_voice: str = added("")
    carried_into: str = added("")
    """the record of the newest approved change or update of its study, which is not known to name it"""
    assessment: str = added("")
    waits_for: str = added("")
    days_before: int | None = added(None)
    voice: str = added("")


Line = tuple[ConditionFact | None, ConditionWords]
"""A condition with its words; no fact where it waits for a phase."""


def describe_conditions(subject: Subject) -> list[ConditionWords]:
    """What the conditions say that were due, and those of the same studies that wait for a phase.

    The list is sealed where it is empty, too: what is said after an approval is not what was approved.
    """
    due = [row.key for row in subject.facts[ConditionFact]]
    studies = [study.key for study in subject.facts[AssessmentFact]]
    known: Any = AssessmentCondition.with_withdrawn.with_replacement().select_related("assessment", "source")
    records = known.in_bulk(due)
    waiting = known.filter(due_on=None, withdrawn_at=None, assessment__in=studies, replaced_by=None).order_by("pk")
    rows = [*(records[key] for key in due), *waiting]
    until = subject.facts.period_end
    replaced = set(AssessmentCondition.objects.filter(replaces__in=rows).values_list("replaces", flat=True))
    younger = AssessmentCondition.objects.select_related("source").in_bulk({one.replaced_by for one in rows} - {None})
    changes = changes_of({one.assessment for one in rows}, until)
    return [
        words_of_record(one, younger.get(one.replaced_by), {} if one.pk in replaced else changes, until) for one in rows
    ]


def changes_of(studies: Collection[ImpactAssessment], until: date) -> Mapping[int, ImpactAssessment]:
    """By the key of each first study the newest change of it that was approved by a day."""
    firsts = {study.amends_id or study.pk for study in studies}
    found = ImpactAssessment.objects.filter(amends__in=firsts, approved_on__lte=until).order_by("approved_on", "pk")
    return {study.amends_id: study for study in found if study.amends_id}


def words_of_record(
    one: Any,
    younger: AssessmentCondition | None,
    changes: Mapping[int, ImpactAssessment],
    until: date,
) -> ConditionWords:
    """What a record says, with what replaced it by a day, or the change of its study that left it as it is."""
    study = one.assessment
    replaced = younger if younger and one.replaced_on <= until else None
    change = changes.get(study.amends_id or study.pk)
    is_later = change and change.approved_on and study.approved_on and study.approved_on < change.approved_on
    waits = one.due_on is None
    has_day, has_party = not waits or bool(one.before_phase), bool(one.responsible)
    return ConditionWords(
        record=f"condition/{one.pk}",
        says=words_in_public(one, one.description),
        page=words_in_public(one, one.page),
        paragraph=words_in_public(one, one.paragraph),
        responsible=words_in_public(one, one.responsible),
        missing=missing_in(one.description, has_day=has_day, has_party=has_party),
        replaced_on=one.replaced_on if replaced else None,
        replaced_by=words_in_public(replaced, replaced.description) if replaced else "",
        replaced_voice=replaced.source.voice if replaced else "",
        carried_into=f"assessment/{change.pk}" if change and is_later and not replaced else "",
        assessment=f"assessment/{study.pk}",
        waits_for=one.before_phase if waits else "",
        days_before=one.days_before if waits else None,
        voice=one.source.voice if waits else "",
    )


def lines_of(document: Document) -> list[Line]:
    """The conditions that were due, by their day, and then those that wait for a phase."""
    words = {one.record: one for one in document.rows(ConditionWords, "conditions")}
    due = sorted(document.facts[ConditionFact], key=lambda one: (one.falls_due, one.record))
    lines: list[Line] = [(row, words.get(row.record) or unsaid(row)) for row in due]
    return [*lines, *((None, one) for one in words.values() if one.waits_for)]


def unsaid(row: ConditionFact) -> ConditionWords:
    """A condition of which the document has no words."""
    return ConditionWords(record=row.record, assessment=row.assessment)


def show(document: Document) -> Values | None:
    """Each condition that was due by the end of the year, and how many of them are vague; then what waits for a phase."""
    studies = {study.record: study for study in document.facts[AssessmentFact]}
    followed = what_followed(document)
    lines = lines_of(document)
    rows = []
    for row, said in lines:
        study = studies.get(row.assessment if row else said.assessment)
        name = study.component if study and study.component else _("a study")
        title = said.says or _("Condition of %(study)s") % {"study": name}
        about = "; ".join([capfirst(name), *about_words(said, studies), *interval_words(row)])
        steps = [*followed.get(said.record, ()), *replacement(said)]
        voice = row.voice if row else said.voice
        rows.append(RecordRow(title, about, voice, [due_words(row, said), met_words(row)], steps=steps))
    shown = rows_shown([_("Condition"), _("Due on"), _("Met on")], rows)
    vague = sum(bool(said.missing) for _row, said in lines)
    return {**shown, "lead": f"{LEAD} {vague_words(vague, len(rows))}"} if shown and vague else shown


def about_words(said: ConditionWords, studies: Mapping[str, AssessmentFact]) -> Iterator[str]:
    """Where it stands, who must do it, which later study does not name it, and what vague words do not say."""
    if said.page:
        yield _("page %(page)s") % {"page": said.page}
    if said.paragraph:
        yield _("clause %(clause)s") % {"clause": said.paragraph}
    if said.responsible:
        yield _("who must do it: %(who)s") % {"who": said.responsible}
    change = studies.get(said.carried_into)
    if change and change.approved_on:
        words = _("as far as is on record, the later study “%(change)s”, approved on %(day)s, does not name it")
        yield words % {"change": change.component, "day": long_date(change.approved_on)}
    if said.missing:
        yield missing_words(said.missing)


def interval_words(row: ConditionFact | None) -> Iterator[str]:
    """How often it asks for a report, and until when."""
    if row and row.every_months:
        words = ngettext("a report every month", "a report every %(months)s months", row.every_months)
        yield words % {"months": row.every_months}
        if row.until:
            yield _("the last report by %(day)s") % {"day": long_date(row.until)}


def due_words(row: ConditionFact | None, said: ConditionWords) -> str:
    """By when, and what it was moved to; or the phase for which it waits."""
    if row is None:
        words = _("%(days)s before this phase begins: %(phase)s")
        return words % {"days": days(said.days_before or 0), "phase": PhasePeriod.Phase(said.waits_for).label}
    moved = moved_day(row)
    return ". ".join([long_date(row.falls_due), *([moved.words] if moved else [])])


def met_words(row: ConditionFact | None) -> str:
    """When it was met, and how late, or that nobody says so."""
    if row is None:
        return _("We don’t know whether it is due: the day of that phase is not on record")
    if row.fulfilled_on is None:
        return _("Nobody says that it was met")
    day, late = long_date(row.fulfilled_on), days_late(row)
    return _("%(day)s, %(days)s late") % {"day": day, "days": days(late)} if late else day


def days_late(row: ConditionFact) -> int | None:
    """How many days after its day it was met, 0 where in time; None where nobody says that it was met, or it no longer stood."""
    if row.fulfilled_on is None or not row.stands_on(row.falls_due):
        return None
    return max(0, (row.fulfilled_on - row.falls_due).days)


def replacement(said: ConditionWords) -> list[tuple[str, str]]:
    """What replaced it from which day on, with who says so; empty where nothing did."""
    if said.replaced_on is None:
        return []
    words = _("Replaced on %(day)s by a later study: “%(condition)s”")
    if not said.replaced_by:
        words = _("Replaced on %(day)s by a later study")
    return [(words % {"day": long_date(said.replaced_on), "condition": said.replaced_by}, said.replaced_voice)]


def what_followed(document: Document) -> Mapping[str, Sequence[tuple[str, str]]]:
    """What followed from each condition in the year, by its record, in the order of the days: each with who says so.

    Of one day what an inspection found stands behind it. That nothing is on record nobody says.
    """
    found = defaultdict[str, list[tuple[str, str]]](list)
    for condition, _day, words, voice in sorted(steps(document), key=itemgetter(0, 1)):
        found[condition].append((words, voice))
    return found


def reports_missing(document: Document) -> Iterator[tuple[ConditionFact, date]]:
    """Each condition with each day for which it asked for a report by the day before the document, and none is on record."""
    return reports_nobody_entered(document.facts, document.as_of - timedelta(days=1))


def steps(document: Document) -> Iterator[tuple[str, date, str, str]]:
    """Reports, inspections, what they found and what was decided after them: condition, day, words and voice of each."""
    for report in document.facts[ReportFact]:
        words = _("Report due on %(day)s: %(came)s") % {"day": long_date(report.due_by), "came": came_words(report)}
        yield report.condition or "", report.due_by, words, report.voice
    for asking, day in reports_missing(document):
        words = _("No report for %(day)s is linked to this condition") % {"day": long_date(day)}
        yield asking.record, day, words, ""
    findings = findings_by_visit(document)
    for visit in document.facts[InspectionFact]:
        on = long_date(visit.inspected_on)
        words = _("Inspected on %(day)s: %(outcome)s") % {"day": on, "outcome": outcome_words(visit)}
        yield visit.condition or "", visit.inspected_on, words, visit.voice
        for found, said in findings[visit.record]:
            words = _("Found by the inspection of %(day)s: %(finding)s")
            words %= {"day": on, "finding": finding_words(visit, found, said)}
            yield found.condition or "", visit.inspected_on, words, found.voice
    for decided in document.facts[SanctionFact]:
        parts = [*decision_words(decided), long_date(decided.decided_on), state_words(decided)]
        words = ". ".join([", ".join(parts), *settled_words(decided)])
        yield decided.condition or "", decided.decided_on, words, decided.voice


def vague_words(vague: int, count: int) -> str:
    """How many conditions, or promises, are vague."""
    words = _(
        "%(vague)s of %(count)s use words such as “as far as possible” and name no number, day or deed beside them."
    )
    return words % {"vague": vague, "count": count}


def unanswered(document: Document, on: date) -> str:
    """Of how many conditions that were due before a day, and that nothing replaced since, nobody says that they were met."""
    number = sum(
        row.fulfilled_on is None and row.falls_due < on and row.stands_on(on) and (said.replaced_on or on) >= on
        for row, said in lines_of(document)
        if row
    )
    words = ngettext(
        "Of %(number)s condition that was due nobody says that it was met.",
        "Of %(number)s conditions that were due nobody says that they were met.",
        number,
    )
    return words % {"number": number} if number else ""


def conditions_table(document: Document) -> Table:
    """One row a condition, those that wait for a phase too."""
    without = defaultdict[str, list[str]](list)
    for asking, day in reports_missing(document):
        without[asking.record].append(day.isoformat())
    columns: dict[str, Callable[[Line], object]] = {
        _("record"): lambda line: line[1].record,
        _("study"): lambda line: line[1].assessment,
        _("what must be done"): lambda line: line[1].says or None,
        _("page"): lambda line: line[1].page or None,
        _("clause"): lambda line: line[1].paragraph or None,
        _("who must do it"): lambda line: line[1].responsible or None,
        _("due on"): lambda line: line[0] and line[0].falls_due,
        _("days before the phase"): lambda line: line[1].days_before,
        _("phase"): lambda line: line[1].waits_for or None,
        _("met on"): lambda line: line[0] and line[0].fulfilled_on,
        _("days late"): lambda line: days_late(line[0]) if line[0] else None,
        _("who says so"): lambda line: line[0].voice if line[0] else line[1].voice,
        _("first agreed for"): lambda line: line[0] and line[0].first_due_on,
        _("moved to"): lambda line: line[0].due_on if line[0] and line[0].moved_later else None,
        _("months between reports"): lambda line: line[0] and line[0].every_months,
        _("reports until"): lambda line: line[0] and line[0].until,
        _("days without a report on record"): lambda line: " ".join(without.get(line[1].record, ())) or None,
        _("replaced on"): lambda line: line[1].replaced_on,
        _("replaced by"): lambda line: line[1].replaced_by or None,
        _("not said"): lambda line: " ".join(line[1].missing) or None,
    }
    return table_of(document, columns, lines_of(document))


register(
    Section(
        name="conditions",
        page="oversight",
        title=gettext_lazy("Conditions of the studies"),
        lead=LEAD,
        part=ConditionWords,
        is_list=True,
        describe=describe_conditions,
        show=show,
        unanswered=unanswered,
        table=conditions_table,
        template="table",
    )
)
