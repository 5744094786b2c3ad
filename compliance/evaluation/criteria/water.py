"""Water: whether it was measured as often as it must be, and how often it was beyond its limits."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal

from compliance.evaluation.canonical import ZERO
from compliance.evaluation.criteria.disclosures import COMPANY, NOT_DUE_YET
from compliance.evaluation.criteria.measurement import SMALL_BASE, Measurement, measurement
from compliance.evaluation.criteria.registry import measure
from compliance.evaluation.criteria.shares import Share
from compliance.evaluation.facts import Facts, Row, column, fact_table, of_year, reference
from compliance.evaluation.framework import Indicator
from compliance.evaluation.words import code, gettext_noop

NO_PROGRAMME = code("no-monitoring-programme", gettext_noop("nobody says how often water must be measured"))
PROGRAMME_BARE_WORD = code(
    "monitoring-programme-bare-word",
    gettext_noop("how often water must be measured is the company's bare word, without paper"),
)
TOO_FEW_SAMPLES = code(
    "too-few-samples", gettext_noop("too few of the samples that are required were taken to tell how good the water is")
)
NO_TESTS = code("no-tests-of-water", gettext_noop("no test of this water for which there is a limit is on record"))
NOT_VALID = code(
    "tests-not-valid",
    gettext_noop("tests of a laboratory that is not known to be accredited, or without paper, do not count"),
)
UNDECIDED = code(
    "detection-limit-too-high",
    gettext_noop("in some tests less than could be detected is still more than the limit allows"),
)
UNDETECTED = code("below-detection", gettext_noop("what could not be detected counts as half the detection limit"))
ONLY_OTHERS = code(
    "only-others-found-it", gettext_noop("only tests that the company did not take found water beyond the limits")
)
MEAN_OVER = code(
    "mean-beyond-limit", gettext_noop("the mean of twelve months is beyond the limit for it, which gives no points")
)
LEAST_COMPLETENESS = code(
    "least_completeness",
    gettext_noop("of 100 required samples those that must have been taken, or water is not graded"),
)
EFFLUENT, RECEIVING = "effluent", "receiving"
UNKNOWN = "unknown"
MONTHS = 12


@fact_table("required-samples", record="required-samples", years=of_year("year"))
class RequiredSamplesFact(Row):
    """How often one parameter must be measured at one station in the year."""

    station: str = reference("station", "monitoring-station")
    station_name: str = column("station__name", default="")
    parameter: str
    samples: int
    in_instrument: bool = True
    """whether the approved study asks for it"""


@fact_table("water", record="water-sample", years=of_year("taken_on__year"))
class WaterFact(Row):
    """What the tests of one parameter found at one station in the year, all by one side and alike in whether they count.

    It is called by the worst of them. Amounts are milligrams in a litre, or units of pH; what could not be detected counts
    as half the detection limit. Tests of one day count once.
    """

    station: str = reference("station", "monitoring-station")
    station_name: str = column("station__name", default="")
    water: str = column("station__water")
    """effluent or receiving"""
    category: str = column("station__category", default="")
    in_mixing_zone: bool = column("station__in_mixing_zone", default=False)
    parameter: str
    accredited: bool = False
    """whether the laboratory is known to be accredited"""
    least: Decimal | None = None
    most: Decimal | None = None
    mean_most: Decimal | None = None
    """the limits by which the tests were counted; None: there is none, or none is known"""
    results: int
    """all tests, of one day too; the mean is theirs"""
    tests: int
    """days on which it was measured and could be seen whether it is within the limits"""
    exceeding: int = 0
    """of these, days on which it was not"""
    undecided: int = 0
    """days on which less than could be detected may still be beyond the limit"""
    undetected: int = 0
    """days on which nothing was detected"""
    worst: Decimal
    mean: Decimal
    months: tuple[Decimal | None, ...] = ()
    """the worst of each month, January first; None: not measured"""

    @property
    def counts(self) -> bool:
        """Whether the tests are valid: of an accredited laboratory, and more than the company's bare word."""
        return self.accredited and not self.bare_word

    @property
    def subject(self) -> tuple[str, str]:
        """What was measured where."""
        return self.station, self.parameter


@measure(
    divides=(gettext_noop("valid samples"), gettext_noop("samples required")),
    codes=(NO_PROGRAMME, PROGRAMME_BARE_WORD, NOT_VALID, UNDECIDED, NOT_DUE_YET, SMALL_BASE),
    note=gettext_noop("The samples of the company; tests that others took are their own and fill no gap of it."),
)
def monitoring_completeness(facts: Facts, indicator: Indicator) -> Measurement:
    """Share of the samples required of the company that were taken and are valid.

    Rule: valid ÷ required, parameter by parameter and station by station, so that many of one fill no gap of another. A day
    counts once, and a month no more than its part of the year, so that a December of sampling is no year. While the year
    runs, as many are required as fall on the months that are over.
    Unit: percent. Source: the monitoring programme of the approved study; thresholds are policy.
    Missing: without a programme, or with one that is the company's bare word, unknown. Tests that are not valid raise the
    best case.
    """
    programme = facts[RequiredSamplesFact]
    known = [one for one in programme if not one.bare_word]
    if not known:
        return measurement(programme, {PROGRAMME_BARE_WORD if programme else NO_PROGRAMME})
    tested = defaultdict[tuple[str, str], list[WaterFact]](list)
    for row in facts[WaterFact]:
        if row.voice in (COMPANY, UNKNOWN):
            tested[row.station, row.parameter].append(row)
    share, used, missing = Share(), list[Row](programme), set[str]()
    for one in known:
        rows = tested[one.station, one.parameter]
        needed = one.samples * _months_over(facts) // MONTHS
        shown = _taken(one, needed, [row for row in rows if row.counts and row.voice == COMPANY])
        share.add(Decimal(needed), None, least=shown, most=_taken(one, needed, rows, at_best=True), known=True)
        used += rows
        missing |= _doubts(rows)
    if len(known) < len(programme):
        share.open()
        missing.add(PROGRAMME_BARE_WORD)
    if not share.whole:
        return measurement(used, applicable=False, reason=NOT_DUE_YET)
    return share.measurement(missing, used)


def _months_over(facts: Facts) -> int:
    """How many months of the year are over on the day of the evaluation; all of them where that is not known."""
    day = facts.as_of or facts.period_end
    return MONTHS if day >= facts.period_end else (day.month - 1 if day.year == facts.year else 0)


def _taken(required: RequiredSamplesFact, needed: int, rows: Iterable[WaterFact], *, at_best: bool = False) -> Decimal:
    """How many of the samples needed were taken: no more than all, and in no month more than its part of the year."""
    rows = list(rows)
    taken = sum(row.tests + (row.undecided if at_best else 0) for row in rows)
    months = {month for row in rows for month, worst in enumerate(row.months) if worst is not None}
    in_a_month = -(-required.samples // MONTHS)
    return Decimal(min(needed, taken, len(months) * in_a_month))


def _doubts(rows: Iterable[WaterFact]) -> set[str]:
    """Why some tests are not known to count."""
    found = set[str]()
    for row in rows:
        found |= set() if row.counts else {NOT_VALID}
        found |= {UNDECIDED} if row.undecided else set()
    return found


_OF_TESTS = (NO_TESTS, NOT_VALID, UNDECIDED, UNDETECTED, ONLY_OTHERS, SMALL_BASE)


@measure(
    divides=(gettext_noop("tests beyond the standard"), gettext_noop("valid tests")),
    codes=(*_OF_TESTS, TOO_FEW_SAMPLES),
    parameters=(LEAST_COMPLETENESS,),
)
def standard_exceedance(facts: Facts, indicator: Indicator) -> Measurement:
    """Share of the valid tests of receiving water that were beyond the standard of its category (ECA).

    Rule: exceeding ÷ valid tests of all who took them, outside the mixing zone, of parameters that the approved study asks
    for at the station. A day counts once, as its worst test says. Void where too few of the required samples were taken.
    Unit: percent (lower is better). Source: D.S. 004-2017-MINAM; thresholds are policy.
    Missing: tests that are not valid, or whose detection limit is above the standard, widen the range.
    """
    asked = {
        (one.station, one.parameter) for one in facts[RequiredSamplesFact] if one.in_instrument and not one.bare_word
    }
    rows = [one for one in _judged(facts, RECEIVING) if one.subject in asked and not one.in_mixing_zone]
    taken = monitoring_completeness(facts, indicator).value
    if taken is None or taken < indicator.parameter(LEAST_COMPLETENESS, facts.period_end):
        return measurement(rows, {TOO_FEW_SAMPLES})
    return _share_of(rows).measurement(_lacks(rows), rows, flags=_flags(rows))


@measure(divides=(gettext_noop("tests beyond the limit"), gettext_noop("valid tests")), codes=(*_OF_TESTS, MEAN_OVER))
def effluent_exceedance(facts: Facts, indicator: Indicator) -> Measurement:
    """Share of the valid tests of effluents that were beyond the limit for any moment (LMP).

    Rule: exceeding ÷ valid tests of all who took them; a day counts once, as its worst test says. Where the mean of a
    parameter at a station is beyond the limit for twelve months, no points; the twelve months are those of the year, so that
    it is known once the year is over (art. 3.6 says the last twelve months, a note of the annex the calendar year).
    Unit: percent (lower is better). Source: D.S. 010-2010-MINAM; thresholds are policy.
    Missing: tests that are not valid, or whose detection limit is above the limit, widen the range, and so does a mean
    that is beyond its limit with them, or before the year is over.
    """
    rows = _judged(facts, EFFLUENT)
    share = _share_of(rows)
    over = _mean_over(row for row in rows if row.counts)
    is_over = over and _months_over(facts) == MONTHS
    if not is_over and (over or _mean_over(rows)):
        share.open(down=False)
    found = share.measurement(_lacks(rows), rows, flags=_flags(rows) | ({MEAN_OVER} if over else set()))
    return replace(found, score_at_most=ZERO) if is_over else found


def _judged(facts: Facts, water: str) -> list[WaterFact]:
    """The tests of one kind of water for which there is a limit."""
    return [row for row in facts[WaterFact] if row.water == water and row.most is not None]


def _share_of(rows: Iterable[WaterFact]) -> Share:
    """The share of tests beyond their limit, and what it could be with those that do not count."""
    share = Share()
    for row in rows:
        tests, exceeding, undecided = Decimal(row.tests), Decimal(row.exceeding), Decimal(row.undecided)
        if row.counts:
            share.add(tests, exceeding)
        else:
            share.could_grow(exceeding, inside=True)
            share.could_grow(tests - exceeding, inside=False)
        share.could_grow(undecided, inside=True)
        share.could_grow(undecided, inside=False)
    return share


def _lacks(rows: list[WaterFact]) -> set[str]:
    return _doubts(rows) if rows else {NO_TESTS}


def _flags(rows: list[WaterFact]) -> set[str]:
    counted = [row for row in rows if row.counts]
    found = {UNDETECTED} if any(row.undetected for row in counted) else set[str]()
    finders = {row.voice for row in counted if row.exceeding}
    took = {row.voice for row in counted if row.tests}
    return found | ({ONLY_OTHERS} if finders and COMPANY in took - finders else set())


def _mean_over(rows: Iterable[WaterFact]) -> bool:
    """Whether the mean of any parameter at any station, over all who took it, is beyond its limit for twelve months."""
    sums = defaultdict[tuple[object, ...], Decimal](Decimal)
    counts = defaultdict[tuple[object, ...], int](int)
    for row in rows:
        if row.mean_most is not None:
            key = (*row.subject, row.mean_most)
            sums[key] += row.mean * row.results
            counts[key] += row.results
    return any(counts[key] and total > key[-1] * counts[key] for key, total in sums.items())  # type: ignore[operator]
