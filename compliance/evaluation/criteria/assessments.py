"""Impact assessments: certified in time, with the people heard, conditions met."""

from datetime import date
from decimal import Decimal

from compliance.evaluation.criteria.measurement import SMALL_BASE, Measurement, Part, known_count, measurement
from compliance.evaluation.criteria.registry import measure
from compliance.evaluation.criteria.shares import Share
from compliance.evaluation.facts import CERTIFYING, AssessmentFact, ConditionFact, Facts
from compliance.evaluation.framework import Indicator
from compliance.evaluation.words import DAYS, code, gettext_noop

NO_APPROVAL = code("no-approval", gettext_noop("no approval is on record"))
NO_ASSESSMENT = code("no-assessment", gettext_noop("no impact study is on record"))
NO_CONDITIONS_DUE = code("no-conditions-due", gettext_noop("no condition of the study was due"))
NO_PLAN = code("no-participation-plan", gettext_noop("no plan for meetings with people is on record"))
NO_START_RECORDED = code("no-start-recorded", gettext_noop("the start of the works is not on record"))
NO_SUBMISSION_DATE = code("no-submission-date", gettext_noop("the day when the study was handed in is missing"))
NOTHING_PLANNED = code("nothing-planned", gettext_noop("nothing was planned"))
ONLY_FORM = code("only-technical-form", gettext_noop("only a technical form was needed"))
HELD_NOT_RECORDED = code("participation-not-recorded", gettext_noop("nobody recorded which meetings were held"))
START_NOT_RECORDED = code("start-not-recorded", gettext_noop("the start of the works is not on record"))
FORM_NOT_ENOUGH = code(
    "technical-form-not-enough",
    gettext_noop("a technical form alone is on record, and it is enough for exploration only"),
)
WORKS_NOT_STARTED = code("works-not-started", gettext_noop("the works have not started"))

START_YEARS = code("start_years", gettext_noop("within which time after the approval works must begin"))
EXTENSION_YEARS = code("extension_years", gettext_noop("how much longer, where the authority extended it"))

_NO_CERTIFICATE = (NO_ASSESSMENT, FORM_NOT_ENOUGH)


@measure(
    unit=DAYS,
    codes=(*_NO_CERTIFICATE, NO_APPROVAL, NO_START_RECORDED, START_NOT_RECORDED, WORKS_NOT_STARTED),
    parameters=(START_YEARS, EXTENSION_YEARS),
)
def certified_before_start(facts: Facts, indicator: Indicator) -> Measurement:
    """Whether every certification was approved before its works began, and had not lapsed when they did.

    Rule: approval <= start of works <= approval + 3 years (+ 2 where the authority extended it), for each
    FTA, DIA, EIA-sd and EIA-d whose works began by the end of the period. One that breaks the rule breaks
    it for the project. An FTA certifies exploration only: where another phase, or no phase, is on record, one of
    the others must have been certified too.
    Unit: days between approval and start, the smallest of all (negative: works came first).
    Source: Ley 27446 art. 3; D.S. 019-2009-MINAM art. 57.
    Missing: an approval that is not recorded, or no recorded start at all, is unknown, and so is a mine beyond
    exploration of which only an FTA is known. A study without a recorded start beside others that have one is taken
    as not begun. Not applicable while every recorded start of a study that is enough lies after the period.
    """
    studies = [study for study in facts[AssessmentFact] if study.instrument in CERTIFYING]
    enough = _enough_here(facts)
    begun = [study for study in studies if study.works_started_on and study.works_started_on <= facts.period_end]
    if not begun:
        return _nothing_begun(studies, enough)
    margins = {
        study.record: Decimal((study.works_started_on - study.approved_on).days)
        for study in begun
        if study.approved_on and study.works_started_on
    }
    verdicts = [(study, _certified_in_time(study, facts, indicator)) for study in begun]
    broken = {study.record for study, kept in verdicts if kept is False}
    missing = set[str]()
    if any(kept is None for _, kept in verdicts):
        missing.add(NO_APPROVAL)
    if not enough:
        missing.add(FORM_NOT_ENOUGH)
    elif not set(enough).intersection(begun):
        missing.add(NO_START_RECORDED)
    decisive = {record: days for record, days in margins.items() if not broken or record in broken}
    passes = False if broken else None if missing else True
    decided_by = min(decisive, key=lambda record: (decisive[record], record)) if decisive else ""
    flags = {START_NOT_RECORDED for study in studies if study.works_started_on is None}
    return measurement(
        begun,
        missing,
        flags,
        value=None if passes is None else decisive[decided_by],
        passes=passes,
        breakdown=tuple(Part(name=study.record, value=margins.get(study.record)) for study in begun),
        decided_by="" if passes is None else decided_by,
    )


def _nothing_begun(studies: list[AssessmentFact], enough: list[AssessmentFact]) -> Measurement:
    if enough and all(study.works_started_on for study in studies):
        return measurement(studies, applicable=False, reason=WORKS_NOT_STARTED)
    missing = NO_ASSESSMENT if not studies else NO_START_RECORDED if enough else FORM_NOT_ENOUGH
    return measurement(studies, {missing})


def _enough_here(facts: Facts) -> list[AssessmentFact]:
    """The studies that certify this project: an FTA does so while nothing but exploration is on record."""
    return [
        study
        for study in facts[AssessmentFact]
        if study.instrument in CERTIFYING and (study.instrument != "FTA" or facts.explores_only)
    ]


def _certified_in_time(study: AssessmentFact, facts: Facts, indicator: Indicator) -> bool | None:
    last_day = last_day_to_start(study, indicator, facts.period_end)
    if study.approved_on is None or study.works_started_on is None or last_day is None:
        return None
    return study.approved_on <= study.works_started_on <= last_day


def last_day_to_start(study: AssessmentFact, indicator: Indicator, on: date) -> date | None:
    """The last day on which works may begin under an approval, by the rule in force on a day; None without approval."""
    if study.approved_on is None:
        return None
    years = indicator.parameter(START_YEARS, on)
    if study.start_extended:
        years += indicator.parameter(EXTENSION_YEARS, on)
    return years_later(study.approved_on, int(years))


def years_later(day: date, years: int) -> date:
    """Add calendar years; 29 February becomes 28 February in a year without it."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


@measure(
    divides=(gettext_noop("meetings held"), gettext_noop("meetings planned")),
    codes=(*_NO_CERTIFICATE, ONLY_FORM, NO_SUBMISSION_DATE, NO_PLAN, NOTHING_PLANNED, HELD_NOT_RECORDED, SMALL_BASE),
)
def participation_held(facts: Facts, indicator: Indicator) -> Measurement:
    """Share of the approved participation mechanisms that were held before certification.

    Rule: held ÷ planned over the DIA, EIA-sd and EIA-d submitted by the end of the period; what counts for
    each is at most what was planned, so that one study's extra workshops do not hide another's missing
    ones.
    Unit: percent. Source: D.S. 028-2008-EM; thresholds are policy.
    Missing: mechanisms not known to be held do not count, and raise the best case; a study whose plan or
    submission is unknown stays out of the value, and opens the range. Not applicable where all
    certification is by FTA while the mine only explores; beyond exploration an FTA excuses nothing.
    """
    studies = [study for study in facts[AssessmentFact] if study.instrument in CERTIFYING]
    full = [study for study in studies if study.instrument != "FTA"]
    if studies and not full and facts.explores_only:
        return measurement(studies, applicable=False, reason=ONLY_FORM)
    if not full:
        return measurement(studies, {FORM_NOT_ENOUGH if studies else NO_ASSESSMENT})
    share, missing = Share(), set[str]()
    used = []
    for study in full:
        submitted = _submitted_by(facts.period_end, study)
        if submitted is False:
            continue
        used.append(study)
        planned, held = known_count(study.participation_planned), known_count(study.participation_held)
        if submitted is None or planned is None:
            share.open()
            missing.add(NO_SUBMISSION_DATE if submitted is None else NO_PLAN)
        else:
            share.add(planned, None if held is None else min(held, planned))
            if held is None:
                missing.add(HELD_NOT_RECORDED)
    if not used:
        missing.add(NO_ASSESSMENT)
    elif not share.whole and not missing:
        missing.add(NOTHING_PLANNED)
    return share.measurement(missing, used)


def _submitted_by(day: date, study: AssessmentFact) -> bool | None:
    if study.submitted_on is not None:
        return study.submitted_on <= day
    return True if study.approved_on is not None and study.approved_on <= day else None


@measure(
    divides=(gettext_noop("conditions not met in time"), gettext_noop("conditions due")),
    codes=(NO_CONDITIONS_DUE, SMALL_BASE),
)
def conditions_overdue(facts: Facts, indicator: Indicator) -> Measurement:
    """Share of the conditions due by the end of the period that were still open then.

    Rule: conditions of the approved assessments due by the end of the period and not met by then ÷ all due
    by then.
    Unit: percent (lower is better). Source: the approved assessments; thresholds are policy.
    Missing: no condition due on record is unknown, not zero; where truly none is due, a reviewer exempts the
    indicator and the reason is published. A condition not recorded as met is open.
    """
    due = [condition for condition in facts[ConditionFact] if condition.due_on <= facts.period_end]
    share = Share()
    for condition in due:
        open_still = condition.fulfilled_on is None or condition.fulfilled_on > facts.period_end
        share.add(Decimal(1), Decimal(int(open_still)))
    return share.measurement(set() if due else {NO_CONDITIONS_DUE}, due)
