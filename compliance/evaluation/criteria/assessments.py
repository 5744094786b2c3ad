"""Impact assessments: certified in time, with the people heard, conditions met."""

from datetime import date
from decimal import Decimal

from compliance.evaluation.canonical import ZERO
from compliance.evaluation.criteria.completeness import STUDIES_ARE_LISTED, all_studies_are_there
from compliance.evaluation.criteria.due_days import OF_DUE_DAYS, moved_days
from compliance.evaluation.criteria.measurement import SMALL_BASE, Measurement, Part, known_count, measurement
from compliance.evaluation.criteria.registry import measure
from compliance.evaluation.criteria.shares import Share
from compliance.evaluation.facts import BEFORE_WORKS, CERTIFYING, AssessmentFact, ConditionFact, Facts
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

STUDY_NOT_ENOUGH = code(
    "study-not-enough",
    gettext_noop(
        "the study on record is for exploration; a mine at work has an EIA (small-scale mining has other rules)"
    ),
)
REFUSED = code("study-refused", gettext_noop("works began, and the study was refused or never made"))
HANDED_IN_LATE = code("handed-in-after-works", gettext_noop("the study was handed in after the works had begun"))
CERTIFIED_LATE = code("certified-late", gettext_noop("the approval came after the works began, or had lapsed by then"))
OLDER_LAW = code("older-law", gettext_noop("the works began before this law; an older one governed them"))
DATES_ARE_BARE_WORD = code("dates-are-bare-word", gettext_noop("the dates are the company's bare word, without paper"))
UNDER_EVALUATION = code("under-evaluation", gettext_noop("the study is still under evaluation"))
FULFILMENT_BARE_WORD = code(
    "fulfilment-bare-word", gettext_noop("that a condition was met is the company's bare word, without paper")
)
NOT_RECORDED_AS_MET = code("not-recorded-as-met", gettext_noop("nobody says whether a condition was met"))
MET_LATE = code("met-late", gettext_noop("a condition was met in this year, after its day"))
REPLACED_OVERDUE = code(
    "replaced-overdue", gettext_noop("a condition that was overdue was replaced in this year by a change of its study")
)
STRATUM_BARE_WORD = code(
    "stratum-bare-word", gettext_noop("that the mine is small-scale is the company's bare word, without paper")
)
ONLY_FOR_EXPLORATION = code(
    "only-for-exploration",
    gettext_noop("a large or medium mine beyond exploration has no environmental impact study, by a complete list"),
)
EIA_AT_WORK = code(
    "eia_at_work", gettext_noop("whether a large or medium mine beyond exploration needs an environmental impact study")
)
DIA_OF_SMALL_MINES = code(
    "dia_of_small_mines", gettext_noop("whether a declaration (DIA) is enough for small-scale mining")
)
START_YEARS = code("start_years", gettext_noop("within which time after the approval works must begin"))
APPROVAL_FIRST = code("approval_first", gettext_noop("whether works need an approval before they begin"))
EXTENSION_YEARS = code("extension_years", gettext_noop("how much longer, where the authority extended it"))

GENERAL_REGIME = "large-or-medium"
SMALL_SCALE = frozenset({"small", "artisanal"})
NO_CERTIFICATE = (NO_ASSESSMENT, FORM_NOT_ENOUGH)


@measure(
    unit=DAYS,
    codes=(*NO_CERTIFICATE, NO_APPROVAL, NO_START_RECORDED, START_NOT_RECORDED, WORKS_NOT_STARTED),
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
    codes=(*NO_CERTIFICATE, ONLY_FORM, NO_SUBMISSION_DATE, NO_PLAN, NOTHING_PLANNED, HELD_NOT_RECORDED, SMALL_BASE),
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
    due = [condition for condition in facts[ConditionFact] if condition.falls_due <= facts.period_end]
    share = Share()
    for condition in due:
        open_still = condition.fulfilled_on is None or condition.fulfilled_on > facts.period_end
        share.add(Decimal(1), Decimal(int(open_still)))
    return share.measurement(set() if due else {NO_CONDITIONS_DUE}, due)


@measure(
    unit=DAYS,
    codes=(
        *(NO_ASSESSMENT, NO_APPROVAL, NO_START_RECORDED, START_NOT_RECORDED, WORKS_NOT_STARTED, STUDY_NOT_ENOUGH),
        *(REFUSED, HANDED_IN_LATE, CERTIFIED_LATE, OLDER_LAW, DATES_ARE_BARE_WORD),
        *(ONLY_FOR_EXPLORATION, STRATUM_BARE_WORD),
    ),
    parameters=(APPROVAL_FIRST, START_YEARS, EXTENSION_YEARS),
    optional_parameters=(STUDIES_ARE_LISTED, EIA_AT_WORK, DIA_OF_SMALL_MINES),
)
def certified_as_the_law_asks(facts: Facts, indicator: Indicator) -> Measurement:
    """Whether every part of the mine was certified before its works began, by the law in force on those days.

    Rule: approval <= start of works, and start within the years that an approval lasted by the law of its day. Works
    that began although the study was refused or never made, or before it was handed in, break the rule. What is
    enough depends on the phase: while the mine only explores, FTA and DIA are; afterwards an EIA is, or the PAMA of
    works that are older than the law, or the DIA of small-scale mining. A large or medium mine beyond exploration that
    has none of these, by lists that are complete, breaks the rule. One part that breaks it breaks it for the mine.
    Unit: days between approval and start, the smallest of all (negative: works came first).
    Source: Ley 27446 art. 3; D.S. 019-2009-MINAM art. 57; D.S. 040-2014-EM arts. 24-26; Ley 27651.
    Missing: an approval or a start that is not recorded is unknown, and a part of which nobody saw that its works had
    not begun may have begun too early. Dates that are the company's bare word show nothing, not even that works had not
    begun. Where nobody says how large the mine is, or the company's bare word calls it small, a DIA at work is unknown.
    Not applicable while all works are known not to have begun.
    """
    studies = [study for study in facts[AssessmentFact] if study.instrument in BEFORE_WORKS]
    begun = [study for study in studies if study.works_started_on and study.works_started_on <= facts.period_end]
    enough = [study for study in studies if _enough_by_law(study, facts, indicator)]
    missing, flags = set[str](), set[str]()
    broken = dict[str, str]()
    for study in begun:
        why = broken_by(study, indicator)
        if why:
            broken[study.record] = why
        elif lack := _not_shown(study, indicator):
            missing.add(lack)
        elif older_than_the_law(study, indicator):
            flags.add(OLDER_LAW)
    flags |= {*broken.values()}
    if any(not study.works_started_on and not _known_not_begun(study, facts) for study in studies):
        missing.add(START_NOT_RECORDED)
    if any(study.bare_word for study in studies if study not in begun):
        missing.add(DATES_ARE_BARE_WORD)
    lacks_study = bool(studies) and not enough and _needs_eia(facts, indicator) and all_studies_are_there(facts)
    if lacks_study:
        flags.add(ONLY_FOR_EXPLORATION)
    elif not enough:
        missing.add(STUDY_NOT_ENOUGH if studies else NO_ASSESSMENT)
        is_told_small = facts.stratum in SMALL_SCALE and facts.stratum_is_bare_word
        missing |= {STRATUM_BARE_WORD} if studies and is_told_small else set()
    elif not begun and not missing:
        return measurement(studies, applicable=False, reason=WORKS_NOT_STARTED)
    elif not set(enough).intersection(begun):
        missing.add(NO_START_RECORDED)
    margins = {
        study.record: Decimal((study.works_started_on - study.approved_on).days)
        for study in begun
        if study.approved_on and study.works_started_on and (not broken or study.record in broken)
    }
    decided_by = min(margins, key=lambda record: (margins[record], record)) if margins else ""
    passes = False if broken or lacks_study else None if missing else True
    return measurement(
        studies,
        missing,
        flags,
        value=margins[decided_by] if decided_by else None,
        passes=passes,
        breakdown=tuple(Part(name=study.record, value=margins.get(study.record)) for study in begun),
        decided_by="" if passes is None else decided_by,
    )


def _enough_by_law(study: AssessmentFact, facts: Facts, indicator: Indicator) -> bool:
    """Whether a study is of a kind that suffices in the mine's phase."""
    if study.instrument == "PAMA":
        return older_than_the_law(study, indicator)
    if study.instrument == "DIA" and _is_small_scale(facts, indicator):
        return True
    return study.instrument in (CERTIFYING if facts.explores_only else {"EIA-sd", "EIA-d"})


def _is_small_scale(facts: Facts, indicator: Indicator) -> bool:
    """Whether the law of small-scale mining, for which a DIA is enough, is shown to govern the mine."""
    in_force = indicator.asks(DIA_OF_SMALL_MINES, facts.period_end)
    return in_force and facts.stratum in SMALL_SCALE and not facts.stratum_is_bare_word


def _needs_eia(facts: Facts, indicator: Indicator) -> bool:
    """Whether the general regime governs the mine, and asks for an EIA because it does more than explore."""
    in_force = indicator.asks(EIA_AT_WORK, facts.period_end)
    return in_force and facts.stratum == GENERAL_REGIME and facts.explores_no_more


def older_than_the_law(study: AssessmentFact, indicator: Indicator) -> bool:
    """Whether the works began before the law asked for an approval before them."""
    started = study.works_started_on
    return started is not None and indicator.find(APPROVAL_FIRST, started) is None


def broken_by(study: AssessmentFact, indicator: Indicator) -> str:
    """How begun works break the rule, as a code; empty where they are not known to."""
    started = study.works_started_on
    if started is None or older_than_the_law(study, indicator):
        return ""
    if study.decision in ("refused", "never-made"):
        return REFUSED
    if study.submitted_on and study.submitted_on > started:
        return HANDED_IN_LATE
    if study.approved_on is None:
        return ""
    last_day = last_day_to_start_by_law(study, indicator)
    return CERTIFIED_LATE if study.approved_on > started or (last_day and started > last_day) else ""


def _not_shown(study: AssessmentFact, indicator: Indicator) -> str:
    """What lacks of the proof that begun works kept the rule, as a code; empty where nothing does."""
    if study.bare_word:
        return DATES_ARE_BARE_WORD
    return NO_APPROVAL if study.approved_on is None and not older_than_the_law(study, indicator) else ""


def _known_not_begun(study: AssessmentFact, facts: Facts) -> bool:
    return study.not_begun_on is not None and study.not_begun_on >= facts.period_end


def last_day_to_start_by_law(study: AssessmentFact, indicator: Indicator) -> date | None:
    """The last day on which works may begin by the law of the day of approval; None where it set none."""
    if study.approved_on is None or indicator.find(START_YEARS, study.approved_on) is None:
        return None
    return last_day_to_start(study, indicator, study.approved_on)


@measure(
    divides=(gettext_noop("conditions not met in time"), gettext_noop("conditions due")),
    codes=(
        *(NO_CONDITIONS_DUE, FULFILMENT_BARE_WORD, NOT_RECORDED_AS_MET, MET_LATE, REPLACED_OVERDUE, SMALL_BASE),
        *OF_DUE_DAYS,
    ),
)
def conditions_late(facts: Facts, indicator: Indicator) -> Measurement:
    """Share of the conditions due by the end of the period that were open then, or met in it after their day.

    Rule: conditions of the approved assessments due by the end of the period that were still open then or were met in
    the period after their day ÷ all due by then. All count alike, grave or not. A day that was moved later counts only
    where more than a bare word agreed. A condition that an approved change of its study replaced counts no longer from
    the day of that approval on, where more than a bare word says so; what no change names stays.
    Unit: percent (lower is better). Source: the approved assessments; thresholds are policy.
    Missing: a condition that nobody recorded as met counts as open and may have been met; one that the company's bare
    word calls met counts as open too. No condition due on record is unknown.
    """
    fell_due = [condition for condition in facts[ConditionFact] if condition.falls_due <= facts.period_end]
    due = [condition for condition in fell_due if condition.stands_on(facts.period_end)]
    share, missing, flags = Share(), set[str](), moved_days(due)
    flags |= {REPLACED_OVERDUE} if any(_replaced_overdue(one, facts) for one in fell_due) else set()
    for condition in due:
        met = condition.fulfilled_on
        if met is None or condition.bare_word:
            late_anyway = met is not None and _late_in_period(condition.falls_due, met, facts)
            share.add(Decimal(1), Decimal(1))
            share.doubt(ZERO if late_anyway else Decimal(1))
            missing.add(NOT_RECORDED_AS_MET if met is None else FULFILMENT_BARE_WORD)
        else:
            late = _late_in_period(condition.falls_due, met, facts)
            flags |= {MET_LATE} if late and met <= facts.period_end else set()
            share.add(Decimal(1), Decimal(int(late)))
    return share.measurement(missing if due else {NO_CONDITIONS_DUE}, due, flags=flags)


def _replaced_overdue(condition: ConditionFact, facts: Facts) -> bool:
    """Whether a change of its study replaced it in the period, after its day, by which it had not been met."""
    day, met = condition.replaced_on, condition.fulfilled_on
    if day is None or not facts.period_start <= day <= facts.period_end:
        return False
    return condition.falls_due < day and (met is None or met > condition.falls_due)


def _late_in_period(due_on: date, met_on: date, facts: Facts) -> bool:
    """Whether something due was open at the end of the period, or met in it after its day."""
    return met_on > facts.period_end or (met_on > due_on and met_on >= facts.period_start)
