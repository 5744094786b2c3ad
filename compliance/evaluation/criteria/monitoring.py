"""Monitoring: whether water, air, noise and dust were measured as they must be, and how often water was beyond its limits."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from compliance.evaluation.canonical import ZERO
from compliance.evaluation.criteria.disclosures import COMPANY, NOT_DUE_YET
from compliance.evaluation.criteria.measurement import SMALL_BASE, Measurement, measurement
from compliance.evaluation.criteria.registry import measure
from compliance.evaluation.criteria.shares import Share
from compliance.evaluation.facts import Facts, Row, column, fact_table, of_year, reference
from compliance.evaluation.framework import HUNDRED, Indicator
from compliance.evaluation.words import code, gettext_noop

NO_PROGRAMME = code("no-monitoring-programme", gettext_noop("nobody says what must be measured and how often"))
PROGRAMME_BARE_WORD = code(
    "monitoring-programme-bare-word",
    gettext_noop("what must be measured and how often is the company's bare word, without paper"),
)
TOO_FEW_SAMPLES = code(
    "too-few-samples", gettext_noop("too few of the samples that are required were taken to tell how good the water is")
)
SAMPLES_MISSING = code(
    "required-samples-missing",
    gettext_noop("of some samples that are required no valid test is on record: each could be beyond the limit"),
)
NO_LIMIT = code(
    "no-limit-known",
    gettext_noop("for some of what was tested no limit is known, as where water has no known category"),
)
NOT_ASKED = code(
    "not-asked-for",
    gettext_noop("tests in the mixing zone, and of what the approved study is not known to ask for, are not counted"),
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
    medium: str = column("station__medium")
    """effluent, receiving, air, noise or dust"""
    in_mixing_zone: bool = column("station__in_mixing_zone", default=False)
    parameter: str
    samples: int
    in_instrument: bool = True
    """whether the approved study asks for it"""

    @property
    def subject(self) -> tuple[str, str]:
        """What must be measured where."""
        return self.station, self.parameter


@fact_table("monitoring", record="monitoring-result", years=of_year("taken_on__year"))
class MonitoringFact(Row):
    """What the results of one parameter came to at one station in the year, all by one side and alike in whether they count.

    It is called by the worst of them. Amounts are in the unit of limits: of water milligrams in a litre (pH in its own), of
    air µg/m³, of noise dB(A), of settled dust mg/cm². Tests of one day count once for each side, as the worst says of those
    that can tell whether it is within its limit; what could not be detected counts as half the detection limit.
    """

    station: str = reference("station", "monitoring-station")
    station_name: str = column("station__name", default="")
    medium: str = column("station__medium")
    """effluent, receiving, air, noise or dust"""
    category: str = column("station__category", default="")
    """of receiving water its category, of noise its zone"""
    in_mixing_zone: bool = column("station__in_mixing_zone", default=False)
    parameter: str
    accredited: bool = False
    """whether the laboratory is known to be accredited"""
    least: Decimal | None = None
    most: Decimal | None = None
    mean_most: Decimal | None = None
    """the limits by which the tests were counted; None: there is none, or none is known"""
    times_allowed: int | None = None
    """on how many days of the year it may be beyond `most`; None: never. No rule counts by it yet."""
    tests_of_months: tuple[int, ...]
    """days of each month, January first, with a test that tells whether it is within its limits"""
    undecided_of_months: tuple[int, ...] = ()
    """days of each month on which less than could be detected may still be beyond the limit, and no test tells more"""
    exceeding: int = 0
    """of the days with a test that tells it, those on which it was beyond its limits"""
    undetected: int = 0
    """of the same days, those on which nothing was detected"""
    worst: Decimal | None = None
    mean: Decimal | None = None
    """over the same days, the worst of each, of noise the mean of its energy; None: there is no such day"""
    mean_at_most: Decimal
    """with the undecided days, where these are all that could not be seen"""
    months: tuple[Decimal | None, ...] = ()
    """the worst of each month, January first; None: no test tells it"""

    @property
    def tests(self) -> int:
        """Days with a test that tells whether it is within its limits."""
        return sum(self.tests_of_months)

    @property
    def undecided(self) -> int:
        """Days on which it was tested and nobody can tell."""
        return sum(self.undecided_of_months)

    @property
    def counts(self) -> bool:
        """Whether the tests are valid: of an accredited laboratory, and more than the company's bare word."""
        return self.accredited and not self.bare_word

    @property
    def subject(self) -> tuple[str, str]:
        """What was measured where."""
        return self.station, self.parameter


@dataclass(frozen=True, slots=True)
class Sampling:
    """One parameter at one station: how many samples are required so far, and the tests of the company, or of nobody knows whom."""

    required: RequiredSamplesFact
    needed: int
    rows: tuple[MonitoringFact, ...]

    @property
    def shown(self) -> int:
        """Of the samples needed those that are valid, and tell whether it is within its limits."""
        return self._taken(undecided=False, all_rows=False)

    @property
    def at_best(self) -> int:
        """Of the samples needed those of which there is any test."""
        return self._taken(undecided=True, all_rows=True)

    @property
    def lacking(self) -> int:
        """Of the samples needed those of which there is no valid test, not even one that tells nothing."""
        return self.needed - self._taken(undecided=True, all_rows=False)

    def _taken(self, *, undecided: bool, all_rows: bool) -> int:
        """No more than all that are needed, and in no month more than its part of the year."""
        part = -(-self.required.samples // MONTHS)
        in_months = [0] * MONTHS
        for row in self.rows:
            if all_rows or (row.counts and row.voice == COMPANY):
                for days in (row.tests_of_months, row.undecided_of_months if undecided else ()):
                    for month, number in enumerate(days):
                        in_months[month] += number
        return min(self.needed, sum(min(number, part) for number in in_months))


def sampling_of(facts: Facts, programme: Iterable[RequiredSamplesFact]) -> list[Sampling]:
    """What was taken of each line of a programme; while the year runs, what falls on the months that are over is needed."""
    tested = defaultdict[tuple[str, str], list[MonitoringFact]](list)
    for row in facts[MonitoringFact]:
        if row.voice in (COMPANY, UNKNOWN):
            tested[row.subject].append(row)
    over = _months_over(facts)
    return [Sampling(one, one.samples * over // MONTHS, tuple(tested[one.subject])) for one in programme]


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
    Missing: without a programme, or with one that is the company's bare word, unknown. Tests that are not valid, or whose
    detection limit is above the limit, raise the best case.
    """
    programme = facts[RequiredSamplesFact]
    known = [one for one in programme if not one.bare_word]
    share, used = Share(), list[Row](programme)
    missing = _note_programme(share, programme)
    if not known:
        return measurement(programme, missing)
    for one in sampling_of(facts, known):
        share.add(Decimal(one.needed), None, least=Decimal(one.shown), most=Decimal(one.at_best), known=True)
        used += one.rows
        missing |= _doubts(one.rows)
    if not share.whole:
        return measurement(used, applicable=False, reason=NOT_DUE_YET)
    return share.measurement(missing, used)


def _note_programme(share: Share, programme: Sequence[RequiredSamplesFact]) -> set[str]:
    """Open a share where nobody says what must be measured how often, or the company alone in part; the codes of that."""
    found = {PROGRAMME_BARE_WORD} if any(one.bare_word for one in programme) else set[str]()
    found |= set() if programme else {NO_PROGRAMME}
    if found:
        share.open()
    return found


def _months_over(facts: Facts) -> int:
    """How many months of the year are over on the day of the evaluation; all of them where that is not known."""
    day = facts.as_of or facts.period_end
    return MONTHS if day >= facts.period_end else (day.month - 1 if day.year == facts.year else 0)


def _doubts(rows: Iterable[MonitoringFact]) -> set[str]:
    """Why some tests are not known to count."""
    found = set[str]()
    for row in rows:
        found |= set() if row.counts else {NOT_VALID}
        found |= {UNDECIDED} if row.undecided else set()
    return found


_OF_TESTS = (
    *(NO_TESTS, NOT_VALID, UNDECIDED, UNDETECTED, ONLY_OTHERS, SMALL_BASE),
    *(NO_PROGRAMME, PROGRAMME_BARE_WORD, SAMPLES_MISSING),
)


@measure(
    divides=(gettext_noop("tests beyond the standard"), gettext_noop("valid tests")),
    codes=(*_OF_TESTS, TOO_FEW_SAMPLES, NO_LIMIT, NOT_ASKED),
    parameters=(LEAST_COMPLETENESS,),
)
def standard_exceedance(facts: Facts, indicator: Indicator) -> Measurement:
    """Share of the valid tests of receiving water that were beyond the standard of its category (ECA).

    Rule: exceeding ÷ valid tests of all who took them, outside the mixing zone, of parameters that the approved study asks
    for at the station. A day counts once for each side, as its worst test says. Void where too few of just these samples were
    taken.
    Unit: percent (lower is better). Source: D.S. 004-2017-MINAM; thresholds are policy.
    Missing: tests that are not valid, whose detection limit is above the standard, or for which no standard is known widen
    the range, and so does each required sample that is not on record.
    """
    asked = [
        one
        for one in facts[RequiredSamplesFact]
        if one.in_instrument and one.medium == RECEIVING and not one.in_mixing_zone
    ]
    known = [one for one in asked if not one.bare_word]
    subjects = {one.subject for one in known}
    receiving = [row for row in facts[MonitoringFact] if row.medium == RECEIVING]
    rows = [row for row in receiving if row.subject in subjects]
    share, sampling = _share_of(rows), sampling_of(facts, known)
    missing = _note_programme(share, asked) | _note_lacking(share, sampling)
    needed, shown = sum(one.needed for one in sampling), sum(one.shown for one in sampling)
    if not needed or shown * HUNDRED < needed * indicator.parameter(LEAST_COMPLETENESS, facts.period_end):
        return measurement([*asked, *rows], {TOO_FEW_SAMPLES} if known else missing)
    flags = _flags(rows) | (set() if len(rows) == len(receiving) else {NOT_ASKED})
    return share.measurement(missing | _lacks(rows), [*asked, *rows], flags=flags)


@measure(divides=(gettext_noop("tests beyond the limit"), gettext_noop("valid tests")), codes=(*_OF_TESTS, MEAN_OVER))
def effluent_exceedance(facts: Facts, indicator: Indicator) -> Measurement:
    """Share of the valid tests of effluents that were beyond the limit for any moment (LMP).

    Rule: exceeding ÷ valid tests of all who took them; a day counts once for each side, as its worst test says. Where the mean
    of a parameter at a station, over the worst of each day, is beyond the limit for twelve months, no points; the twelve
    months are those of the year, so that it is known once the year is over (art. 3.6 says the last twelve months, a note of
    the annex the calendar year). A test that cannot tell whether the water is within the limit has no part in the mean.
    Unit: percent (lower is better). Source: D.S. 010-2010-MINAM; thresholds are policy.
    Missing: tests that are not valid, or whose detection limit is above the limit, widen the range; so does each required
    sample that is not on record, a programme that nobody shows, and a mean that could be beyond its limit with such tests, or
    is so before the year is over. What the decree has no limit for is not asked for here.
    """
    tested = [row for row in facts[MonitoringFact] if row.medium == EFFLUENT]
    rows = [row for row in tested if row.most is not None]
    without_limit = {row.subject for row in tested if row.most is None}
    programme = [
        one for one in facts[RequiredSamplesFact] if one.medium == EFFLUENT and one.subject not in without_limit
    ]
    share = _share_of(rows)
    missing = _note_programme(share, programme) | _note_lacking(share, sampling_of(facts, programme)) | _lacks(rows)
    valid = [row for row in rows if row.counts]
    over = _mean_over(valid)
    is_over = over and _months_over(facts) == MONTHS
    if not is_over and (over or _mean_over(valid, at_most=True) or _mean_over(rows, at_most=True)):
        share.open(down=False)
    found = share.measurement(missing, [*programme, *rows], flags=_flags(rows) | ({MEAN_OVER} if over else set()))
    return replace(found, score_at_most=ZERO) if is_over else found


def _share_of(rows: Iterable[MonitoringFact]) -> Share:
    """The share of tests beyond their limit, and what it could be with those that do not count, or have no known limit."""
    share = Share()
    for row in rows:
        tests, exceeding, unclear = Decimal(row.tests), Decimal(row.exceeding), Decimal(row.undecided)
        if row.most is None:
            unclear += tests
        elif row.counts:
            share.add(tests, exceeding)
        else:
            share.could_grow(exceeding, inside=True)
            share.could_grow(tests - exceeding, inside=False)
        share.could_grow(unclear, inside=True)
        share.could_grow(unclear, inside=False)
    return share


def _note_lacking(share: Share, sampling: Iterable[Sampling]) -> set[str]:
    """Let each required sample without a valid test be one that was beyond the limit; the code of that."""
    lacking = sum(one.lacking for one in sampling)
    share.could_grow(Decimal(lacking), inside=True)
    return {SAMPLES_MISSING} if lacking else set()


def _lacks(rows: list[MonitoringFact]) -> set[str]:
    if not rows:
        return {NO_TESTS}
    return _doubts(rows) | ({NO_LIMIT} if any(row.most is None for row in rows) else set())


def _flags(rows: list[MonitoringFact]) -> set[str]:
    counted = [row for row in rows if row.counts]
    found = {UNDETECTED} if any(row.undetected for row in counted) else set[str]()
    finders = {row.voice for row in counted if row.exceeding}
    took = {row.voice for row in counted if row.tests}
    return found | ({ONLY_OTHERS} if finders and COMPANY in took - finders else set())


def _mean_over(rows: Iterable[MonitoringFact], *, at_most: bool = False) -> bool:
    """Whether the mean of any parameter at any station, over all who took it, is beyond its limit for twelve months.

    `at_most`: with the undecided days, as if all were there that could not be seen.
    """
    sums = defaultdict[tuple[object, ...], Decimal](Decimal)
    counts = defaultdict[tuple[object, ...], int](int)
    for row in rows:
        if row.mean_most is not None:
            key = (*row.subject, row.mean_most)
            days = row.tests + row.undecided if at_most else row.tests
            sums[key] += days * ((row.mean_at_most if at_most else row.mean) or ZERO)
            counts[key] += days
    return any(counts[key] and total > key[-1] * counts[key] for key, total in sums.items())  # type: ignore[operator]
