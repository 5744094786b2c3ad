"""Exploration: whether the study that is there is the one that the size of the works needs."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from compliance.evaluation.canonical import ZERO
from compliance.evaluation.criteria.assessments import (
    DATES_ARE_BARE_WORD,
    NO_APPROVAL,
    NO_ASSESSMENT,
    UNDER_EVALUATION,
)
from compliance.evaluation.criteria.completeness import CODES as OF_LISTS
from compliance.evaluation.criteria.completeness import completeness
from compliance.evaluation.criteria.disclosures import COMPANY
from compliance.evaluation.criteria.measurement import Measurement, Part, known_amount, measurement
from compliance.evaluation.criteria.registry import measure
from compliance.evaluation.facts import (
    CERTIFYING,
    AssessmentFact,
    Facts,
    Row,
    column,
    fact_table,
    reference,
    up_to_year,
)
from compliance.evaluation.framework import Indicator
from compliance.evaluation.words import code, gettext_noop

RANKS = ("FTA", "DIA", "EIA-sd", "EIA-d")
"""The studies that certify a mine, from the lightest to the fullest."""
FORM, DECLARATION, SEMI_DETAILED, DETAILED = range(len(RANKS))
BEYOND = Decimal(1_000_000)
"""What a size that nobody says may be at most: more than any limit."""

LEVELS = code("levels", gettext_noop("levels of study"))
PLATFORMS = code("platforms", gettext_noop("platforms"))
HECTARES = code("hectares", gettext_noop("hectares"))
METRES = code("metres", gettext_noop("metres"))
FORM_PLATFORMS = code("form_platforms", gettext_noop("up to how many drilling platforms a technical form is enough"))
FORM_TUNNEL = code("form_tunnel", gettext_noop("up to how many metres of tunnel a technical form is enough"))
DIA_PLATFORMS = code("dia_platforms", gettext_noop("up to how many drilling platforms a declaration (DIA) is enough"))
DIA_HECTARES = code("dia_hectares", gettext_noop("up to how many hectares disturbed a declaration (DIA) is enough"))
DIA_TUNNEL = code("dia_tunnel", gettext_noop("up to how many metres of tunnel a declaration (DIA) is enough"))
EIA_SD_PLATFORMS = code(
    "eia_sd_platforms", gettext_noop("up to how many drilling platforms a semi-detailed study (EIA-sd) is enough")
)
LIMITS = (FORM_PLATFORMS, FORM_TUNNEL, DIA_PLATFORMS, DIA_HECTARES, DIA_TUNNEL, EIA_SD_PLATFORMS)

LIGHTER_STUDY = code("lighter-study", gettext_noop("the study is lighter than the size of the exploration needs"))
NOTHING_HELD = code(
    "exploration-without-study", gettext_noop("exploration works were counted under a study that was not approved")
)
NO_SIZE = code("no-size-of-exploration", gettext_noop("nobody says how large the exploration under a study is"))
SIZE_INCOMPLETE = code(
    "size-of-exploration-incomplete", gettext_noop("a part of what tells how large the exploration is, is missing")
)
SIZE_BARE_WORD = code(
    "size-of-exploration-bare-word",
    gettext_noop("how large the exploration is, is the company's bare word, without paper"),
)
NO_EXPLORATION = code(
    "no-exploration", gettext_noop("the mine does not explore, and no exploration works are on record")
)
OLDER_LIMITS = code(
    "older-limits", gettext_noop("its studies were approved before these limits; older ones governed them")
)


@fact_table("exploration-works", record="exploration-works", years=up_to_year("as_of__year"))
class ExplorationFact(Row):
    """How large the exploration under one study is on a day; None: nobody says it."""

    assessment: str = reference("assessment", "assessment")
    as_of: date
    counted_by_is: str | None = column("counted_by__kind", default=None)
    """what kind of organisation counted; None: these are the figures of the plan"""
    only_added: bool = False
    """whether the plan of a change leaves out the works of the studies before it"""
    platforms: int | None = None
    hectares: Decimal | None = None
    tunnel_metres: Decimal | None = None
    pilot_plant: bool | None = None
    resettlement: bool | None = None


SIZES = ("platforms", "hectares", "tunnel_metres", "pilot_plant", "resettlement")


EXCUSES = frozenset({OLDER_LIMITS, UNDER_EVALUATION})
"""Why no study has to be shown to be enough."""
BREACHES = frozenset({LIGHTER_STUDY, NOTHING_HELD})


@dataclass(frozen=True, slots=True, eq=False)
class _Exploration:
    """What is explored under a first study and all that changes it, and how large it is by all who say so."""

    record: str
    studies: Sequence[AssessmentFact]
    held: Sequence[AssessmentFact]
    """those that were approved by the end of the period"""
    undecided: Sequence[AssessmentFact]
    """those of which nobody says whether they were approved"""
    counts: Sequence[ExplorationFact]
    """what was counted, and the plans of what is held"""
    undecided_plans: Sequence[ExplorationFact]
    """what counts besides if the undecided were approved"""
    limits: Mapping[str, Decimal]
    """empty: there were none on the day of the last approval"""
    limits_are_open: bool
    """whether they would be others, or none, if an undecided study was approved"""

    @property
    def margin(self) -> Decimal:
        """How many levels the heaviest study that is held lies above the one that is needed at the least."""
        return Decimal(_heaviest(self.held) - self._needed_at_least())

    def _needed_at_least(self) -> int:
        """The lightest study that is enough by what is known."""
        return self._needed(self.held, self.counts, at_most=False)

    def _needed_at_most(self) -> int:
        """The lightest study that is enough by all that may be, the undecided approved or not."""
        with_undecided = (*self.held, *self.undecided), (*self.counts, *self.undecided_plans)
        return max(self._needed(*known, at_most=True) for known in ((self.held, self.counts), with_undecided))

    def _needed(self, held: Sequence[AssessmentFact], counts: Sequence[ExplorationFact], *, at_most: bool) -> int:
        size = {name: _size([one for one in counts if _is_said(one)], name) for name in SIZES}
        if at_most:
            shown = [one for one in counts if not one.bare_word]
            size |= {name: BEYOND for name in SIZES if not _is_complete(held, shown, name)}
        platforms, hectares, metres, plant, resettled = size.values()
        if resettled or platforms > self.limits[EIA_SD_PLATFORMS]:
            return DETAILED
        large = hectares > self.limits[DIA_HECTARES] or metres > self.limits[DIA_TUNNEL]
        if plant or large or platforms > self.limits[DIA_PLATFORMS]:
            return SEMI_DETAILED
        is_form = platforms <= self.limits[FORM_PLATFORMS] and metres <= self.limits[FORM_TUNNEL]
        return FORM if is_form else DECLARATION

    def amiss(self) -> str:
        """Why what is held is not shown to be enough, or need not be, as a code; empty where it is."""
        bare_word = DATES_ARE_BARE_WORD if self._rests_on_bare_word() else ""
        if self.limits_are_open:
            return NO_APPROVAL
        if not self.limits:
            return bare_word or OLDER_LIMITS
        if not self.held:
            return bare_word or self._without_approval()
        if self.margin < 0:
            lifted = _heaviest(self.undecided) >= self._needed_at_least()
            return NO_APPROVAL if lifted else LIGHTER_STUDY
        if _heaviest(self.held) >= self._needed_at_most():
            return bare_word
        if self.undecided_plans:
            return NO_APPROVAL
        if not self.counts:
            return NO_SIZE
        return SIZE_BARE_WORD if any(one.bare_word for one in self.counts) else SIZE_INCOMPLETE

    def _rests_on_bare_word(self) -> bool:
        """Whether a study that is or may be held, or has works under it, is known by a bare word; where none is, any."""
        held = (*self.held, *self.undecided) if self.held else self.studies
        counting = {*(study.record for study in held), *(one.assessment for one in self.counts)}
        return any(study.bare_word for study in self.studies if study.record in counting)

    def _without_approval(self) -> str:
        if self.undecided:
            return NO_APPROVAL
        if self.counts:
            return NOTHING_HELD if any(map(_is_said, self.counts)) else SIZE_BARE_WORD
        pending = all(study.approved_on or study.decision == "under-evaluation" for study in self.studies)
        return UNDER_EVALUATION if pending else NO_APPROVAL


def _heaviest(studies: Iterable[AssessmentFact]) -> int:
    """The rank of the heaviest of these studies; -1 where none has one."""
    return max((RANKS.index(study.instrument) for study in studies if study.instrument in RANKS), default=-1)


def _is_said(count: ExplorationFact) -> bool:
    """Whether it is on paper, or the company admits it."""
    return not count.bare_word or count.voice == COMPANY


def _size(counts: Sequence[ExplorationFact], name: str) -> Decimal:
    """The largest that anybody says; what changes add stands on top of the plan."""
    whole = _largest((one for one in counts if not one.only_added), name)
    plan = _largest((one for one in counts if not one.only_added and not one.counted_by_is), name)
    changes = {one.assessment for one in counts if one.only_added}
    added = (
        _largest((one for one in counts if one.only_added and one.assessment == change), name) for change in changes
    )
    return max(whole or ZERO, sum((part for part in added if part is not None), plan or ZERO))


def _is_complete(held: Iterable[AssessmentFact], counts: Sequence[ExplorationFact], name: str) -> bool:
    """Whether these say a size of all works: of each study that is held, and of each under which there are any."""
    telling = [one for one in counts if _largest([one], name) is not None]
    whole = any(not one.only_added for one in telling)
    silent = {(one.assessment, one.only_added) for one in counts} - {
        (one.assessment, one.only_added) for one in telling
    }
    return whole and not silent and all(_is_told(study, telling) for study in held)


def _is_told(study: AssessmentFact, counts: Iterable[ExplorationFact]) -> bool:
    """Whether these are of what is done under a study, or of all that is done since it was approved."""
    later = [one for one in counts if study.approved_on and one.as_of >= study.approved_on and not one.only_added]
    return bool(later) or any(one.assessment == study.record for one in counts)


def _largest(counts: Iterable[ExplorationFact], name: str) -> Decimal | None:
    values = [getattr(one, name) for one in counts]
    known = [known_amount(Decimal(value)) for value in values if value is not None]
    return max((value for value in known if value is not None), default=None)


@measure(
    unit=LEVELS,
    codes=(
        *(NO_ASSESSMENT, NO_APPROVAL, UNDER_EVALUATION, DATES_ARE_BARE_WORD, LIGHTER_STUDY, NOTHING_HELD, NO_SIZE),
        *(SIZE_INCOMPLETE, SIZE_BARE_WORD, NO_EXPLORATION, OLDER_LIMITS, *OF_LISTS),
    ),
    parameters=LIMITS,
    note=gettext_noop("How many levels the study lies above the one that is needed; below zero, under it."),
)
def study_for_its_size(facts: Facts, indicator: Indicator) -> Measurement:
    """Whether the study under which each exploration stands is at least the one that the size of the works needs.

    Rule: rank held >= rank needed, with FTA < DIA < EIA-sd < EIA-d. Up to 20 platforms a form is enough, up to 40, or with
    a tunnel, a DIA; more than 40, more than 10 hectares, more than 100 metres of tunnel or a pilot plant needs an EIA-sd,
    more than 700 platforms or people who have to move an EIA-d. A study and all that changes it are one exploration: the
    heaviest that was approved is held, and the largest size that anybody says on paper, or the company admits, counts, with
    what plans of changes add. Works counted where no study was approved are held against nothing. One that is too light
    breaks it for the mine. Of a mine that does more than explore, only studies with exploration works on record count.
    The distances from water, ice and protected land, which may ask for more than a form, are not looked at.
    Unit: levels between the study held and the one needed, the lowest of all.
    Source: D.S. 042-2017-EM annex; D.S. 019-2009-MINAM art. 38; domain.md A3 and D, E02 (exactly 40 is a DIA).
    Missing: a size that nobody says, or that is the company's bare word, may be any; a study that is enough for all
    sizes is enough. A study of which nobody says whether it was approved may be held or not. While the mine explores, a
    list must name all its studies. What is unknown counts as 0 and does not withhold the grade (which domain.md asks for):
    else silence would be better than a study that is too light.
    Not applicable where the mine is known not to explore and no exploration works are on record; and where more than bare
    words and a complete list show all its studies to be older than the limits, or under evaluation without works.
    """
    explores = not facts.phases or "exploration" in facts.phases
    explorations = _explorations(facts, indicator)
    if not explorations and not explores:
        return measurement((), applicable=False, reason=NO_EXPLORATION)
    used: list[Row] = [row for one in explorations for row in (*one.studies, *one.counts)]
    found = {one: one.amiss() for one in explorations}
    codes, excused = {*found.values()}, bool(found) and EXCUSES.issuperset(found.values())
    lacking = {*completeness(facts, "assessments", with_studies=True).codes} if explores or excused else set[str]()
    if excused and not lacking:
        return measurement(used, applicable=False, reason=OLDER_LIMITS if OLDER_LIMITS in codes else UNDER_EVALUATION)
    missing = (codes | lacking) - BREACHES - EXCUSES - {""}
    if not explorations:
        certifying = any(study.instrument in CERTIFYING for study in facts[AssessmentFact])
        missing.add(NO_SIZE if certifying else NO_ASSESSMENT)
    passes = False if codes & BREACHES else None if missing else True
    judged = [one for one, amiss in found.items() if one.limits and (one.held or amiss in BREACHES)]
    margins = {one.record: one.margin for one in judged}
    decided_by = min(margins, key=lambda record: (margins[record], record)) if passes is not None else ""
    return measurement(
        used,
        missing,
        codes & BREACHES,
        value=margins[decided_by] if decided_by else None,
        passes=passes,
        breakdown=tuple(Part(name=record, value=margin) for record, margin in sorted(margins.items())),
        decided_by=decided_by,
    )


def _explorations(facts: Facts, indicator: Indicator) -> list[_Exploration]:
    """The studies that certify, each with what changes it; of a mine that does more than explore, those with works."""
    counts, groups = defaultdict[str, list[ExplorationFact]](list), defaultdict[str, list[AssessmentFact]](list)
    for count in facts[ExplorationFact]:
        counts[count.assessment].append(count)
    for study in facts[AssessmentFact]:
        if study.instrument in CERTIFYING or study.record in counts:
            groups[study.amends or study.record].append(study)
    return [
        _exploration(record, studies, [one for study in studies for one in counts[study.record]], facts, indicator)
        for record, studies in sorted(groups.items())
        if any(study.instrument in CERTIFYING for study in studies)
        and (not facts.explores_no_more or any(study.record in counts for study in studies))
    ]


def _exploration(
    record: str,
    studies: Sequence[AssessmentFact],
    counts: Sequence[ExplorationFact],
    facts: Facts,
    indicator: Indicator,
) -> _Exploration:
    """With the limits of the last approval, or of the period where works were counted that no approval was for."""
    held = [study for study in studies if study.approved_on and study.approved_on <= facts.period_end]
    undecided = [study for study in studies if not study.approved_on and not study.decision]
    approved, open_ones = ({study.record for study in group} for group in (held, undecided))
    counted = [one for one in counts if one.counted_by_is and any(getattr(one, name) for name in SIZES)]
    without = {one.assessment for one in counted} - approved
    approvals = [study.approved_on for study in held if study.approved_on]
    last_approval = max(approvals, default=facts.period_end)
    at_last, at_end = _limits(indicator, last_approval), _limits(indicator, facts.period_end)
    kept = [one for one in counts if one.assessment in approved or one in counted]
    return _Exploration(
        record=record,
        studies=studies,
        held=held,
        undecided=undecided,
        counts=kept,
        undecided_plans=[one for one in counts if one.assessment in open_ones and one not in kept],
        limits=at_end if without else at_last,
        limits_are_open=bool(undecided) and without <= open_ones and at_last != at_end,
    )


def _limits(indicator: Indicator, day: date) -> dict[str, Decimal]:
    """The limits in force on a day; empty unless all of them are."""
    limits = {name: indicator.find(name, day) for name in LIMITS}
    known = {name: value for name, value in limits.items() if value is not None}
    return known if len(known) == len(LIMITS) else {}
