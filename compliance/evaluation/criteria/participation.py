"""Participation: which meetings with people a study planned, and which of them were held before it was approved."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from compliance.evaluation.canonical import ZERO
from compliance.evaluation.criteria.assessments import (
    DATES_ARE_BARE_WORD,
    FORM_NOT_ENOUGH,
    HELD_NOT_RECORDED,
    NO_APPROVAL,
    NO_ASSESSMENT,
    NO_CERTIFICATE,
    NO_PLAN,
    NOTHING_PLANNED,
    ONLY_FORM,
    UNDER_EVALUATION,
)
from compliance.evaluation.criteria.completeness import STUDIES_ARE_LISTED
from compliance.evaluation.criteria.currencies import lowest_share
from compliance.evaluation.criteria.disclosures import COMPANY
from compliance.evaluation.criteria.measurement import FEWEST, SMALL_BASE, Measurement, known_count, measurement
from compliance.evaluation.criteria.registry import measure
from compliance.evaluation.criteria.shares import Share
from compliance.evaluation.facts import (
    CERTIFYING,
    AssessmentFact,
    Facts,
    Row,
    column,
    fact_table,
    from_year,
    people,
    reference,
)
from compliance.evaluation.framework import Indicator
from compliance.evaluation.words import code, gettext_noop

FORM = "FTA"
FORM_WORKSHOPS = code(
    "form_workshops", gettext_noop("how many meetings a technical form for exploration needs before it is handed in")
)
MEETINGS_ARE_COUNTED = code(
    "meetings_are_counted", gettext_noop("whether the meetings that are on record one by one are counted")
)
MEETING = code("meeting", gettext_noop("meeting"))
MEETING_BARE_WORD = code(
    "meeting-bare-word", gettext_noop("that a meeting was held is the company's bare word, without paper")
)
OTHER_THAN_NUMBER = code(
    "meetings-differ-from-number", gettext_noop("the study says another number of meetings held than those on record")
)
MORE_THAN_PLANNED = code(
    "more-meetings-than-planned", gettext_noop("more meetings are said to be of the plan than its number")
)


@fact_table(
    "participation-events",
    record="participation-event",
    years=from_year(
        "assessment__submitted_on__year", "assessment__approved_on__year", "assessment__works_started_on__year"
    ),
)
class ParticipationFact(Row):
    """One way in which people were to be heard about a study, and whether it was held; None and "": nobody says it."""

    assessment: str = reference("assessment", "assessment")
    mechanism: str
    """workshop, hearing, office, visit, survey, facilitators, materials, dialogue or other"""
    beyond_plan: bool = False
    planned_for: date | None = None
    held_on: date | None = None
    not_held: bool = False
    """somebody says that it was not held"""
    community: str | None = column("community__name", default=None)
    place: str = ""
    languages: str = ""
    interpreter_present: bool | None = None
    women_present: int | None = people()
    men_present: int | None = people()

    def was_held_in_time(self, study: AssessmentFact) -> bool | None:
        """Whether it was held before the study was approved, a technical form before it was handed in; None: not shown.

        A bare word shows nothing but what the company says against itself.
        """
        found = self._is_told_in_time(study)
        believed = not self.bare_word or (found is False and self.voice == COMPANY)
        return found if believed else None

    def _is_told_in_time(self, study: AssessmentFact) -> bool | None:
        if self.not_held:
            return False
        if self.held_on is None or study.approved_on is None:
            return None
        if self.held_on >= study.approved_on:
            return False
        if study.instrument != FORM:
            return True
        return None if study.submitted_on is None else self.held_on < study.submitted_on


@dataclass(frozen=True, slots=True)
class _Meetings:
    """How many meetings of one study were planned, and how many of them are shown to have been held in time."""

    planned: Decimal | None
    """None: nobody says it"""
    held: Decimal | None
    """None: nobody says it; else at least so many"""
    at_most: Decimal
    codes: frozenset[str] = frozenset()
    may_be_others: bool = False
    """whether the plan may have others than those that are counted"""
    flags: frozenset[str] = frozenset()

    def add_to(self, share: Share, missing: set[str]) -> None:
        """Add them to the share of a study, with what is not known of them."""
        if self.planned is None:
            share.open()
            missing.add(NO_PLAN)
        elif not self.planned:
            missing.add(NOTHING_PLANNED)
        else:
            share.add(self.planned, None, least=self.held or ZERO, most=self.at_most, known=self.held is not None)
            missing |= self.codes
        if self.may_be_others:
            share.open()


def _by_numbers(study: AssessmentFact, asked: Decimal | None) -> _Meetings:
    """By the two numbers that stand at the study; of a technical form the law asks at least so many."""
    planned, held = known_count(study.participation_planned), known_count(study.participation_held)
    if asked is not None:
        planned = max(planned or ZERO, asked)
    if planned is None or held is None:
        return _Meetings(planned, None, planned or ZERO, frozenset({HELD_NOT_RECORDED}))
    return _Meetings(planned, min(held, planned), min(held, planned))


def _one_by_one(study: AssessmentFact, rows: Sequence[ParticipationFact], asked: Decimal | None) -> _Meetings:
    """By the meetings of its plan that are on record; those beyond its number add nothing, and one not held may be of it."""
    number = known_count(study.participation_planned)
    least = number if asked is None else max(number or ZERO, asked)
    if least is None:
        return _Meetings(None, None, ZERO)
    found = {row: row.was_held_in_time(study) for row in rows}
    is_more = number is not None and least < len(rows)
    planned = least if is_more else max(least, Decimal(len(rows)))
    held, missed = (Decimal(sum(verdict is one for verdict in found.values())) for one in (True, False))
    open_ones = [row for row, verdict in found.items() if verdict is None]
    codes = {MEETING_BARE_WORD if row.bare_word and row.held_on else HELD_NOT_RECORDED for row in open_ones}
    codes |= {HELD_NOT_RECORDED} if planned > len(rows) else set()
    codes |= {NO_PLAN} if number is None else set()
    told = known_count(study.participation_held)
    flags = {OTHER_THAN_NUMBER} if told is not None and told != held else set()
    left = max(planned - missed, ZERO)
    return _Meetings(
        planned,
        held=min(held, left) if len(open_ones) < len(rows) else None,
        at_most=left,
        codes=frozenset(codes),
        may_be_others=number is None or is_more,
        flags=frozenset(flags | ({MORE_THAN_PLANNED} if is_more else set())),
    )


@measure(
    divides=(gettext_noop("meetings held"), gettext_noop("meetings planned")),
    codes=(
        *(*NO_CERTIFICATE, ONLY_FORM, NO_PLAN, NOTHING_PLANNED, HELD_NOT_RECORDED, UNDER_EVALUATION),
        *(DATES_ARE_BARE_WORD, MEETING_BARE_WORD, MORE_THAN_PLANNED, OTHER_THAN_NUMBER, NO_APPROVAL, SMALL_BASE),
    ),
    optional_parameters=(STUDIES_ARE_LISTED, FORM_WORKSHOPS, MEETINGS_ARE_COUNTED),
)
def participation_of_each_study(facts: Facts, indicator: Indicator) -> Measurement:
    """Share of the approved participation mechanisms that were held before certification, of the weakest study.

    Rule: held ÷ planned of each DIA, EIA-sd and EIA-d that was approved by the end of the period; the study with the
    lowest share counts, so that an old one hides no new one. What is still under evaluation, or was refused, is not due.
    While the mine only explores, an FTA counts as well where the law of its day asks meetings of it, at least so many.
    Where the rule says so, and meetings of a study's plan are on record one by one, those are counted that were held before
    the day of approval, of an FTA before it was handed in; planned is the plan's number, and those beyond it add nothing.
    Unit: percent. Source: D.S. 028-2008-EM arts. 13, 14; D.S. 042-2017-EM art. 44; thresholds are policy.
    Missing: a plan or meetings that nobody recorded, or that are the company's bare word, open the range, and so does a
    study of which nobody says whether it was approved. Meetings on record show nothing without the number of the plan; where
    they are more than its number, nobody knows which are of the plan, and they open it too.
    Not applicable while all studies are under evaluation, or all certification is by FTA of which no meetings are asked
    while the mine only explores.
    """
    studies = [study for study in facts[AssessmentFact] if study.instrument in CERTIFYING]
    full = [
        one for one in studies if one.instrument != FORM or (facts.explores_only and _asked_of(one, facts, indicator))
    ]
    if studies and not full and facts.explores_only:
        return measurement(studies, applicable=False, reason=ONLY_FORM)
    if not full:
        return measurement(studies, {FORM_NOT_ENOUGH if studies else NO_ASSESSMENT})
    approved = [study for study in full if study.approved_on is not None and study.approved_on <= facts.period_end]
    open_ones = [study for study in full if study.approved_on is None and not study.decision]
    if not approved and not open_ones:
        return measurement(full, applicable=False, reason=UNDER_EVALUATION)
    shares = {study.record: Share() for study in (*approved, *open_ones)}
    missing, flags = set[str](), set[str]()
    for study in open_ones:
        shares[study.record].open()
        missing.add(NO_APPROVAL)
    rows = _rows_by_study(facts, indicator)
    for study in approved:
        asked = _asked_of(study, facts, indicator) if study.instrument == FORM else None
        own = rows[study.record]
        found = _one_by_one(study, own, asked) if own else _by_numbers(study, asked)
        found.add_to(shares[study.record], missing)
        flags |= found.flags
        if study.bare_word:
            shares[study.record].open()
            missing.add(DATES_ARE_BARE_WORD)
    used: list[Row] = [*approved, *open_ones, *(row for study in approved for row in rows[study.record])]
    measured = lowest_share(shares, missing, flags, used)
    small = measured.denominator is not None and measured.denominator < FEWEST
    return replace(measured, flags=tuple(sorted({*flags, SMALL_BASE}))) if small else measured


def _rows_by_study(facts: Facts, indicator: Indicator) -> defaultdict[str, list[ParticipationFact]]:
    """The meetings of each study's plan, where the rule counts them."""
    found = defaultdict[str, list[ParticipationFact]](list)
    if indicator.asks(MEETINGS_ARE_COUNTED, facts.period_end):
        for row in facts[ParticipationFact]:
            if not row.beyond_plan:
                found[row.assessment].append(row)
    return found


def _asked_of(form: AssessmentFact, facts: Facts, indicator: Indicator) -> Decimal:
    """How many meetings the law of its day asks of a technical form."""
    return indicator.find(FORM_WORKSHOPS, form.approved_on or facts.period_end) or ZERO
