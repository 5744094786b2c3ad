"""Impact studies: whether they came before the digging, and when each step was."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.design.writing import capitalised, days, long_date, number, without_stop
from compliance.evaluation import canonical
from compliance.evaluation.criteria import MEASURES
from compliance.evaluation.criteria.assessments import (
    HANDED_IN_LATE,
    REFUSED,
    broken_by,
    certified_as_the_law_asks,
    certified_before_start,
    last_day_to_start,
    last_day_to_start_by_law,
    older_than_the_law,
)
from compliance.evaluation.criteria.completeness import FEWER_THAN_LISTED, LIST_IS_BARE_WORD, NO_LIST
from compliance.evaluation.criteria.participation import ParticipationFact
from compliance.evaluation.criteria.study_steps import StudyStepFact
from compliance.evaluation.facts import CERTIFYING, AssessmentFact, Facts
from compliance.evaluation.framework import Framework, Indicator, NoRuleInForce
from compliance.public_pages.document import Document
from compliance.public_pages.project import mine_of
from compliance.public_pages.sections import Section, Subject, Table, Values, register, table_of, table_of_facts
from projects.kinds import lower_first
from projects.models import AssessmentStep, ImpactAssessment


@dataclass(frozen=True, slots=True, kw_only=True)
class Study:
    """One study with the days between its approval and the start of works, and whether it still held by then."""

    record: str
    instrument: str
    component: str
    submitted_on: date | None
    approved_on: date | None
    works_started_on: date | None
    days_before_start: int | None
    last_day_to_start: date | None = None
    """None where no rule says it; absent in older documents"""
    state: str
    """before, after, lapsed (in time, but works began after the last day), refused (or never made), handed_in_late,
    older_law (works began before the law asked for an approval), unknown or not_started"""
    voice: str = "unknown"
    resolution: str = ""
    participation_planned: int | None = None
    participation_held: int | None = None
    certified_hectares: Decimal | None = canonical.added(None)
    valid_until: date | None = canonical.added(None)
    meetings_listed: bool = canonical.added(False)
    """whether meetings of its plan are on record one by one"""
    approved_by: str = canonical.added("")
    """the authority; empty where nobody says it"""

    @property
    def part(self) -> str:
        """The part of the mine that it is about, else the kind of study."""
        return capitalised(self.component or instrument_words(self.instrument))

    @property
    def line(self) -> str:
        """``First pit: 169 days before.``"""
        words = {
            "refused": _("works began, and the study was refused or never made"),
            "handed_in_late": _("the study was handed in after the works had begun"),
            "before": _("%(days)s before"),
            "after": _("%(days)s too late"),
            "lapsed": _("approved %(days)s before; it was good until %(until)s"),
        }.get(self.state)
        if words is None:
            return self.part
        said = words % {"days": days(self.days_before_start or 0), "until": long_date(self.last_day_to_start)}
        return f"{self.part}: {said}."

    @property
    def approval(self) -> str:
        """The resolution, the authority, how large the area is, and how many of the planned meetings with people were held before it."""
        said = [f"{self.resolution}."] if self.resolution else []
        if self.approved_by:
            said.append(_("Approved by %(authority)s.") % {"authority": without_stop(self.approved_by)})
        if self.certified_hectares is not None:
            said.append(_("Certified area: %(hectares)s hectares.") % {"hectares": number(self.certified_hectares)})
        if self.valid_until:
            said.append(_("Valid until %(day)s.") % {"day": long_date(self.valid_until)})
        return " ".join([*said, *self.meetings])

    @property
    def meetings(self) -> list[str]:
        """How many of the planned meetings with people were held, in a sentence; none where no plan is known."""
        if self.participation_planned is None:
            return []
        if self.participation_planned == 0:
            words = _("No meeting with people was planned.")
        elif self.meetings_listed:
            words = _("Meetings with people: %(planned)s planned; those on record stand one by one below.")
        elif self.participation_held is None:
            words = _("Meetings with people: %(planned)s planned; we don’t know how many were held.")
        else:
            words = _("Meetings with people: %(held)s of %(planned)s planned were held.")
        return [words % {"held": self.participation_held, "planned": self.participation_planned}]


def studies_of(document: Document) -> tuple[Study, ...]:
    """The studies of a document."""
    return document.rows(Study, "assessments")


def describe_assessments(subject: Subject) -> list[Study]:
    """Each study, by the rule that judges it."""
    facts = subject.facts
    rule = rule_of_studies(subject.framework)
    keys = [row.key for row in facts[AssessmentFact]]
    known = ImpactAssessment.with_withdrawn.filter(pk__in=keys).values_list("pk", "resolution", "approved_by__name")
    acts = {key: (resolution, authority or "") for key, resolution, authority in known}
    listed = studies_with_meetings(facts)
    studies = []
    for row in facts[AssessmentFact]:
        resolution, authority = acts.get(row.key, ("", ""))
        meetings = row.record in listed
        studies.append(
            study_of(row, rule, facts.period_end, resolution, approved_by=authority, meetings_listed=meetings)
        )
    return studies


def studies_with_meetings(facts: Facts) -> set[str]:
    """The studies of which meetings of the plan are on record one by one."""
    return {row.assessment for row in facts[ParticipationFact] if not row.beyond_plan}


def rule_of_studies(framework: Framework) -> Indicator | None:
    """The rule that says when a study is in time; None where a framework has none."""
    return certified_as_the_law_asks.rule_in(framework) or certified_before_start.rule_in(framework)


def asks_as_the_law_does(rule: Indicator) -> bool:
    """Whether a rule knows refusals, late papers and older law."""
    return MEASURES[rule.measure] is certified_as_the_law_asks


def study_of(
    row: AssessmentFact,
    rule: Indicator | None,
    end: date,
    resolution: str,
    *,
    approved_by: str = "",
    meetings_listed: bool = False,
) -> Study:
    """One study as it stood on the last day of the period."""
    started = row.works_started_on if row.works_started_on and row.works_started_on <= end else None
    last_day = last_day_of(row, rule, end)
    state = state_of_assessment(row, started, last_day)
    if started and rule and asks_as_the_law_does(rule):
        state = state_by_law(row, rule, state)
    margin = (started - row.approved_on).days if started and row.approved_on else None
    return Study(
        record=row.record,
        instrument=row.instrument,
        component=row.component,
        submitted_on=row.submitted_on,
        approved_on=row.approved_on,
        works_started_on=started,
        days_before_start=margin if state in ("before", "after", "lapsed") else None,
        last_day_to_start=last_day,
        state=state,
        voice=row.voice,
        resolution=resolution,
        participation_planned=row.participation_planned,
        participation_held=row.participation_held,
        certified_hectares=row.certified_hectares,
        valid_until=row.valid_until,
        meetings_listed=meetings_listed,
        approved_by=approved_by,
    )


def last_day_of(study: AssessmentFact, rule: Indicator | None, on: date) -> date | None:
    """When the approval of a certifying study lapses where no works began; None where no rule says it."""
    if rule is None or study.instrument not in CERTIFYING:
        return None
    if asks_as_the_law_does(rule):
        return last_day_to_start_by_law(study, rule)
    try:
        return last_day_to_start(study, rule, on)
    except NoRuleInForce:
        return None


def state_of_assessment(study: AssessmentFact, started: date | None, last_day: date | None) -> str:
    """Whether the approval came before the works, after them, or had lapsed when they began."""
    if started is None:
        return "not_started" if study.works_started_on else "unknown"
    if study.approved_on is None:
        return "unknown"
    if started < study.approved_on:
        return "after"
    return "lapsed" if last_day and started > last_day else "before"


def state_by_law(study: AssessmentFact, rule: Indicator, state: str) -> str:
    """The state of a study whose works have begun, by the rule that knows refusals, late papers and older law."""
    if older_than_the_law(study, rule):
        return "older_law"
    broken = broken_by(study, rule)
    if broken == REFUSED:
        return "refused"
    return "handed_in_late" if broken == HANDED_IN_LATE and study.approved_on is None else state


def instrument_words(code: str) -> str:
    """A kind of study in words, with the short name that papers carry."""
    words = {
        "FTA": _("technical form (FTA)"),
        "DIA": _("short study (DIA)"),
        "EIA-sd": _("semi-detailed study (EIA-sd)"),
        "EIA-d": _("detailed study (EIA-d)"),
        "PAMA": _("adaptation programme of an older mine (PAMA)"),
        "ITS": _("report of a small change (ITS)"),
        "update": _("update of a study"),
        "social": _("study of what changes for people"),
        "human-rights": _("study of human rights"),
    }
    return str(words.get(code, code))


@dataclass(frozen=True)
class StudyAnswer:
    """Yes, no, or both; and by how many days."""

    say: str
    lines: tuple[str, ...] = ()
    voices: tuple[str, ...] = ("unknown",)
    """everybody who says so"""

    @property
    def voice(self) -> str:
        """Who says all of it; "unknown" where it is not one alone."""
        return self.voices[0] if len(self.voices) == 1 else "unknown"


def parts_may_be_missing(document: Document) -> bool:
    """Whether no list shows that the studies on record are of all parts of the mine; older rules asked for none."""
    judged = (one for one in document.scorecard.outcomes if "assessments" in one.indicator.lists)
    return any(NOT_WHOLE & {*one.measured.missing} for one in judged)


def study_answer(studies: Sequence[Study], *, more_parts: bool = False) -> StudyAnswer:
    """Whether the studies that certify a project came before the digging; `more_parts`: there may be others."""
    certifying = [one for one in studies if one.instrument in CERTIFYING]
    known = [one for one in certifying if one.state == "before" or one.state in NOT_APPROVED_IN_TIME]
    if not known:
        waiting = bool(certifying) and all(one.state == "not_started" for one in certifying)
        return StudyAnswer(_("Digging has not started") if waiting else _("We don’t know"))
    good = sum(one.state == "before" for one in known)
    if good == len(known):
        say = _("Yes, of what is on record") if more_parts else _("Yes")
    elif good == 0:
        lapsed = all(one.state == "lapsed" for one in known)
        say = _("No: the approval had already lapsed") if lapsed else _("No")
    elif len(known) == 2:
        parts = [one.part for one in sorted(known, key=lambda one: one.state != "before")]
        say = _("%(good)s: yes. %(bad)s: no.") % {"good": parts[0], "bad": parts[1]}
    else:
        words = ngettext("%(good)d of %(all)d was", "%(good)d of %(all)d were", good)
        say = words % {"good": good, "all": len(known)}
    return StudyAnswer(say, tuple(one.line for one in known), tuple(sorted({one.voice for one in known})))


NOT_WHOLE = frozenset({NO_LIST, LIST_IS_BARE_WORD, FEWER_THAN_LISTED})
NOT_APPROVED_IN_TIME = frozenset({"after", "lapsed", "refused", "handed_in_late"})


@dataclass(frozen=True)
class Event:
    """One step on the timeline."""

    on: date | None
    mark: str
    text: str
    voice: str = ""
    """who says so, of a step that is on record"""

    @property
    def strong(self) -> bool:
        """Whether it should not have been."""
        return self.mark == "late"


def study_events(studies: Sequence[Study], closing: bool) -> list[Event]:
    """A timeline of what is on record; steps without a date stand last, as unknown. A mine that closes digs no more."""
    begun = _("%(part)s: works start.") if closing else _("%(part)s: digging starts.")
    wrong = {
        "after": _("%(part)s: works start, without approval.")
        if closing
        else _("%(part)s: digging starts, without approval."),
        "lapsed": _("%(part)s: works start; the approval was good only until %(until)s.")
        if closing
        else _("%(part)s: digging starts; the approval was good only until %(until)s."),
        "refused": _("%(part)s: works start; the study was refused or never made."),
        "handed_in_late": _("%(part)s: works start; the study was handed in only afterwards."),
    }
    older = _("%(part)s: works start, before the law asked for an approval.")
    events = []
    for one in studies:
        start_mark = "late" if one.state in wrong else one.voice
        steps = (
            (one.submitted_on, one.voice, _("%(part)s: study handed in: %(instrument)s.")),
            (one.approved_on, one.voice, _("%(part)s: study approved.") + " %(resolution)s"),
            (one.works_started_on, start_mark, wrong.get(one.state, older if one.state == "older_law" else begun)),
        )
        said = {
            "part": one.part,
            "instrument": instrument_words(one.instrument),
            "resolution": one.approval,
            "until": long_date(one.last_day_to_start),
        }
        events += [Event(on, mark, (words % said).strip(), one.voice) for on, mark, words in steps if on]
        if not one.approved_on and one.state != "refused":
            events.append(Event(None, "unknown", _("%(part)s: we have no approval on record: %(instrument)s.") % said))
    return sorted(events, key=lambda event: event.on or date.max)


def step_events(document: Document) -> list[Event]:
    """What happened with each study beside its submission and approval, with the document that says it."""
    parts = {one.record: one.part for one in studies_of(document)}
    events = []
    for row in document.facts[StudyStepFact]:
        said = {
            "part": parts.get(row.assessment, _("A study")),
            "what": lower_first(str(AssessmentStep.Step(row.step).label)),
        }
        text = _("%(part)s: %(what)s.") % said
        events.append(Event(row.taken_on, row.voice, f"{text} {row.document}".strip(), row.voice))
    return events


def steps_table(document: Document) -> Table:
    """One row a step."""
    words = {"record": _("record"), "assessment": _("study"), "step": _("what happened"), "taken_on": _("on")}
    return table_of_facts(document, StudyStepFact, words | {"document": _("document"), "voice": _("who says so")})


def show(document: Document) -> Values:
    """The clock of each part, and the timeline; of a mine that closes, other works than digging."""
    studies, closing = studies_of(document), mine_of(document).closes
    events = sorted([*study_events(studies, closing), *step_events(document)], key=lambda one: one.on or date.max)
    values: dict[str, object] = {"studies": studies, "closing": closing, "events": events}
    if closing:
        values["title"] = _("Impact study and works")
        values["lead"] = _("The study must be approved before the works start.")
    return values


def answer(document: Document) -> Values:
    """Whether the study was approved in time."""
    study = study_answer(studies_of(document), more_parts=parts_may_be_missing(document))
    return {"study": study, "closing": mine_of(document).closes}


def study_table(document: Document) -> Table:
    """One row a study."""
    columns: dict[str, Callable[[Study], object]] = {
        _("part"): lambda one: one.component,
        _("study"): lambda one: instrument_words(one.instrument),
        _("handed in"): lambda one: one.submitted_on,
        _("approved"): lambda one: one.approved_on,
        _("resolution"): lambda one: one.resolution,
        _("approved by"): lambda one: one.approved_by,
        _("certified hectares"): lambda one: one.certified_hectares,
        _("valid until"): lambda one: one.valid_until,
        _("works started"): lambda one: one.works_started_on,
        _("days before the start"): lambda one: one.days_before_start,
        _("meetings planned"): lambda one: one.participation_planned,
        _("meetings held"): lambda one: one.participation_held,
        _("who says so"): lambda one: one.voice,
    }
    return table_of(document, columns, studies_of(document))


register(
    Section(
        name="assessments",
        page="environment",
        title=gettext_lazy("Impact study and digging"),
        lead=gettext_lazy("The study must be approved before the digging starts."),
        part=Study,
        is_list=True,
        describe=describe_assessments,
        show=show,
        answer=answer,
        table=study_table,
    )
)
register(
    Section(
        name="assessment-steps",
        page="environment",
        place=1,
        title=gettext_lazy("Steps of the studies"),
        show=lambda document: None,
        table=steps_table,
        template="table",
    )
)
