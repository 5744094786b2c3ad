"""Updates: whether each study that is carried out was brought up to date every few years, as the law asks."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from itertools import pairwise

from compliance.evaluation.canonical import ZERO
from compliance.evaluation.criteria.assessments import DATES_ARE_BARE_WORD, START_NOT_RECORDED, years_later
from compliance.evaluation.criteria.completeness import STUDIES_ARE_LISTED
from compliance.evaluation.criteria.currencies import highest
from compliance.evaluation.criteria.measurement import Measurement, Part, measurement
from compliance.evaluation.criteria.registry import measure
from compliance.evaluation.facts import AssessmentFact, Facts
from compliance.evaluation.framework import Indicator
from compliance.evaluation.words import DAYS, code, gettext_noop

UPDATED = frozenset({"DIA", "EIA-sd", "EIA-d"})
"""Studies that are updated; a technical form is not."""
UPDATE = "update"
NOT_MADE = frozenset({"refused", "never-made"})
"""What became of an update that is none."""
UPDATE_YEARS = code(
    "update_years", gettext_noop("how many years after the start of the works a study is updated, and again each time")
)
NO_STUDY = code("no-study-to-update", gettext_noop("no study that has to be updated is on record"))
NO_UPDATE = code("no-update", gettext_noop("nobody says that a study was updated"))
UPDATE_BARE_WORD = code(
    "update-bare-word", gettext_noop("that a study was updated is the company's bare word, without paper")
)
NO_UPDATE_DAY = code("no-update-day", gettext_noop("the day when an update was handed in is missing"))
UPDATE_NOT_DUE = code("update-not-due", gettext_noop("no update of a study is due yet"))


@measure(
    unit=DAYS,
    codes=(
        *(NO_STUDY, START_NOT_RECORDED, DATES_ARE_BARE_WORD, NO_UPDATE, UPDATE_BARE_WORD, NO_UPDATE_DAY),
        *(UPDATE_NOT_DUE,),
    ),
    parameters=(UPDATE_YEARS,),
    optional_parameters=(STUDIES_ARE_LISTED,),
)
def study_update_delay(facts: Facts, indicator: Indicator) -> Measurement:
    """Days by which the update of a study came after its day, of the study with the most.

    Rule: an update is due five years after the start of the works, and every five years from then, on each of these days
    since the law asks for it. An update answers the oldest day that no other one answers, unless it came nearer to the day
    five years before. Days run from each day that was still open in the period, and from the latest one, until its update;
    the most count. Each DIA, EIA-sd and EIA-d that changes no other and was not refused has its own clock, and so has one
    of which only a bare word says that it does or was.
    Unit: days (lower is better). Source: D.S. 019-2009-MINAM art. 30; domain.md D, E08.
    Missing: a start that nobody says, or that is the company's bare word, is unknown. Without an update on record the days
    so far count, and at best none, because it may have been handed in; a bare word, or an update without its day, likewise.
    Not applicable while no study is due: its works began, or were seen not to have begun, not yet five years before.
    """
    studies = [
        one
        for one in facts[AssessmentFact]
        if one.instrument in UPDATED and (one.bare_word or not (one.amends or one.decision))
    ]
    missing, parts, used = set[str](), list[Part](), list[AssessmentFact]()
    for study in studies:
        updates = [one for one in facts[AssessmentFact] if one.instrument == UPDATE and one.amends == study.record]
        lack, part = _delay(study, [one for one in updates if one.decision not in NOT_MADE], facts, indicator)
        missing |= {lack} - {""}
        parts += [part] if part else []
        used += [study, *updates]
    if not studies:
        return measurement((), {NO_STUDY})
    if not parts:
        return measurement(used, applicable=False, reason=UPDATE_NOT_DUE)
    return highest(parts, missing, set(), used)


def _delay(
    study: AssessmentFact, updates: Sequence[AssessmentFact], facts: Facts, indicator: Indicator
) -> tuple[str, Part | None]:
    """What is not known of the updates that were due, as a code, and the most days late; None where none was due."""
    unknown, start = Part(name=study.record), study.works_started_on
    years = int(indicator.parameter(UPDATE_YEARS, facts.period_end))
    until = min(facts.as_of or facts.period_end, facts.period_end)
    if study.bare_word:
        return DATES_ARE_BARE_WORD, unknown
    if start is None:
        seen = study.not_begun_on
        return ("", None) if seen and years_later(seen, years) >= until else (START_NOT_RECORDED, unknown)
    days = [years_later(start, passed) for passed in range(0, max(until.year - start.year, 0) + 1, years)]
    due = [
        (before, day) for before, day in pairwise(days) if day < until and indicator.find(UPDATE_YEARS, day) is not None
    ]
    if not due:
        return "", None
    there = [one for one in updates if one.submitted_on is None or one.submitted_on <= until]
    answers = _answers(due, [one.submitted_on for one in there if one.submitted_on and not one.bare_word])
    counting = [
        (day, answer) for day, answer in answers if answer is None or answer >= facts.period_start or day == due[-1][1]
    ]
    late = max(max(Decimal(((answer or until) - day).days), ZERO) for day, answer in counting)
    doubtful = {UPDATE_BARE_WORD for one in there if one.bare_word}
    doubtful |= {NO_UPDATE_DAY for one in there if one.submitted_on is None}
    is_open = any(answer is None for _day, answer in counting)
    lack = min(doubtful, default=NO_UPDATE if is_open else "") if late else ""
    return lack, Part(name=study.record, value=late, low=ZERO if lack else late, high=late)


def _answers(due: Iterable[tuple[date, date]], handed_in: Iterable[date]) -> list[tuple[date, date | None]]:
    """Each day that was due, given with the one before it, and the day of the first update that is left for it."""
    left = iter(sorted(handed_in))
    return [(day, next((one for one in left if day - one < one - before), None)) for before, day in due]
