"""Exploration: whether the study that is there is the one that the size of the works needs."""

from collections import defaultdict
from collections.abc import Sequence
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
DIA_PLATFORMS = code("dia_platforms", gettext_noop("up to how many drilling platforms a declaration (DIA) is enough"))
DIA_HECTARES = code("dia_hectares", gettext_noop("up to how many hectares disturbed a declaration (DIA) is enough"))
DIA_TUNNEL = code("dia_tunnel", gettext_noop("up to how many metres of tunnel a declaration (DIA) is enough"))
EIA_SD_PLATFORMS = code(
    "eia_sd_platforms", gettext_noop("up to how many drilling platforms a semi-detailed study (EIA-sd) is enough")
)
LIMITS = (FORM_PLATFORMS, DIA_PLATFORMS, DIA_HECTARES, DIA_TUNNEL, EIA_SD_PLATFORMS)

LIGHTER_STUDY = code("lighter-study", gettext_noop("the study is lighter than the size of the exploration needs"))
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
    counted_by: str | None = column("counted_by__name", default=None)
    """None: these are the figures of the plan"""
    platforms: int | None = None
    hectares: Decimal | None = None
    tunnel_metres: Decimal | None = None
    pilot_plant: bool | None = None
    resettlement: bool | None = None


SIZES = ("platforms", "hectares", "tunnel_metres", "pilot_plant", "resettlement")


@dataclass(frozen=True, slots=True)
class _Size:
    """How large the exploration under one study is, by all who say so on paper and by what the company admits."""

    counts: Sequence[ExplorationFact]
    limits: dict[str, Decimal]

    def rank(self, *, at_most: bool) -> int:
        """The lightest study that is enough, by what is known at the least; or by all that may be."""
        said = [one for one in self.counts if not one.bare_word or one.voice == COMPANY]
        shown = [one for one in self.counts if not one.bare_word]
        size = {name: _largest(said, name) for name in SIZES}
        if at_most:
            size |= {name: BEYOND for name in SIZES if _largest(shown, name) is None}
        platforms, hectares, metres, plant, resettled = (value or ZERO for value in size.values())
        if resettled or platforms > self.limits[EIA_SD_PLATFORMS]:
            return DETAILED
        large = hectares > self.limits[DIA_HECTARES] or metres > self.limits[DIA_TUNNEL]
        if plant or large or platforms > self.limits[DIA_PLATFORMS]:
            return SEMI_DETAILED
        return DECLARATION if platforms > self.limits[FORM_PLATFORMS] else FORM

    def amiss(self, study: AssessmentFact) -> str:
        """Why the study is not shown to be enough, as a code; empty where it is."""
        if _rank(study) < self.rank(at_most=False):
            return LIGHTER_STUDY
        if _rank(study) >= self.rank(at_most=True):
            return DATES_ARE_BARE_WORD if study.bare_word else ""
        if not self.counts:
            return NO_SIZE
        return SIZE_BARE_WORD if any(one.bare_word for one in self.counts) else SIZE_INCOMPLETE


def _rank(study: AssessmentFact) -> int:
    return RANKS.index(study.instrument)


def _largest(counts: Sequence[ExplorationFact], name: str) -> Decimal | None:
    values = [getattr(one, name) for one in counts]
    known = [known_amount(Decimal(value)) for value in values if value is not None]
    return max((value for value in known if value is not None), default=None)


@measure(
    unit=LEVELS,
    codes=(
        *(NO_ASSESSMENT, NO_APPROVAL, UNDER_EVALUATION, DATES_ARE_BARE_WORD, LIGHTER_STUDY, NO_SIZE, SIZE_INCOMPLETE),
        *(SIZE_BARE_WORD, NO_EXPLORATION, OLDER_LIMITS, *OF_LISTS),
    ),
    parameters=LIMITS,
    note=gettext_noop("How many levels the study lies above the one that is needed; below zero, under it."),
)
def study_for_its_size(facts: Facts, indicator: Indicator) -> Measurement:
    """Whether each study under which a mine explores is at least the one that the size of the works needs.

    Rule: rank held >= rank needed, with FTA < DIA < EIA-sd < EIA-d. Up to 20 platforms a form is enough, up to 40 a DIA;
    more than 40, more than 10 hectares, more than 100 metres of tunnel or a pilot plant needs an EIA-sd, more than 700
    platforms or people who have to move an EIA-d. The largest that anybody says on paper, or the company admits, counts.
    One study that is too light breaks it for the mine. The distances from water, ice and protected land, which may ask
    for more than a form, are not looked at.
    Unit: levels between the study held and the one needed, the lowest of all.
    Source: D.S. 042-2017-EM annex; D.S. 019-2009-MINAM art. 38; domain.md A3 and D, E02 (exactly 40 is a DIA).
    Missing: a size that nobody says, or that is the company's bare word, may be any; a study that is enough for all
    sizes is enough. While the mine explores, a list must name all its studies. What is unknown counts as 0 and does not
    withhold the grade (which domain.md asks for): else silence would be better than a study that is too light.
    Not applicable where the mine is known not to explore and no exploration works are on record, where all its studies
    are older than the limits, and while all are under evaluation.
    """
    counts = defaultdict[str, list[ExplorationFact]](list)
    for one in facts[ExplorationFact]:
        counts[one.assessment].append(one)
    explores = not facts.phases or "exploration" in facts.phases
    certifying = [study for study in facts[AssessmentFact] if study.instrument in CERTIFYING]
    studies = [study for study in certifying if explores or study.record in counts]
    if not studies and not explores:
        return measurement((), applicable=False, reason=NO_EXPLORATION)
    used: list[Row] = [row for study in studies for row in (study, *counts[study.record])]
    held = [study for study in studies if study.approved_on and study.approved_on <= facts.period_end]
    open_ones = [study for study in studies if not study.approved_on and study.decision != "under-evaluation"]
    sizes = {study: size for study in held if (size := _size(study, counts[study.record], indicator))}
    if studies and not sizes and not open_ones:
        return measurement(used, applicable=False, reason=OLDER_LIMITS if held else UNDER_EVALUATION)
    missing = {NO_APPROVAL} if open_ones else set[str]() if studies else {NO_ASSESSMENT}
    if explores:
        missing |= {*completeness(facts, "assessments", with_studies=True).codes}
    found = {study: size.amiss(study) for study, size in sizes.items()}
    broken = [study for study, amiss in found.items() if amiss == LIGHTER_STUDY]
    missing |= {*found.values()} - {"", LIGHTER_STUDY}
    passes = False if broken else None if missing else True
    margins = {study.record: Decimal(_rank(study) - size.rank(at_most=False)) for study, size in sizes.items()}
    decided_by = min(margins, key=lambda record: (margins[record], record)) if passes is not None else ""
    return measurement(
        used,
        missing,
        {LIGHTER_STUDY} if broken else (),
        value=margins[decided_by] if decided_by else None,
        passes=passes,
        breakdown=tuple(Part(name=record, value=margin) for record, margin in sorted(margins.items())),
        decided_by=decided_by,
    )


def _size(study: AssessmentFact, counts: Sequence[ExplorationFact], indicator: Indicator) -> _Size | None:
    """What is known of the size under a study, with the limits of the day of its approval; None where there were none."""
    limits = {name: indicator.find(name, study.approved_on) for name in LIMITS if study.approved_on}
    known = {name: value for name, value in limits.items() if value is not None}
    return _Size(counts, known) if len(known) == len(LIMITS) else None
