"""Monitoring over the years: what was found at each station in every year that is published, and in the months of one.

Everything is read from sealed documents, which hold of each year the worst of every month, how many days were measured
and how many of them were beyond the limit. What was not published is not here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from django.utils.dates import MONTHS
from django.utils.translation import gettext as _

from accounts.design.plots import Lane, Plot, Span, Trace, YearLimit, YearsPlot
from accounts.design.writing import capitalised, number
from compliance.evaluation.criteria.monitoring import MonitoringFact
from compliance.models import Publication
from compliance.public_pages.document import Document, UnreadableDocument, read_document
from compliance.public_pages.monitoring import (
    amounts_remark,
    detected,
    found_amount,
    limit_words,
    nothing_detected,
    number_of,
    parameter_words,
    remarks,
    station_words,
    unit_of,
)
from compliance.public_pages.monitoring_differences import difference_words
from compliance.public_pages.sections import Table


@dataclass(frozen=True)
class YearOfTests:
    """What one side's tests of a parameter at a station found in one year, as one publication says it."""

    year: int
    publication: str
    """the fingerprint of the document"""
    row: MonitoringFact

    @property
    def station(self) -> int:
        """The number of the station in addresses."""
        return number_of(self.row)

    @property
    def limits(self) -> tuple[object, object, object]:
        """By what it was counted."""
        return self.row.least, self.row.most, self.row.mean_most

    @property
    def lane(self) -> tuple[str, bool]:
        """Who took the samples, and whether they count."""
        return self.row.voice, self.row.counts


@dataclass(frozen=True)
class StationLine:
    """One station in the list of all that were ever published."""

    number: int
    name: str
    about: str
    years: tuple[int, int]
    """the first and the last with a test"""
    tests: int
    exceeding: int
    not_counted: int
    """days beyond a limit that do not count"""


def tests_of(documents: Iterable[tuple[str, Document]]) -> list[YearOfTests]:
    """The tests of all documents, each by its fingerprint, the first year first."""
    found = [
        YearOfTests(document.year, sha256, row)
        for sha256, document in documents
        for row in document.facts[MonitoringFact]
    ]
    return sorted(found, key=lambda one: (one.year, one.row.voice, not one.row.counts, one.row.record))


def with_facts(publication: Publication) -> Document | None:
    """A publication's document, of which the facts can be read; None where that is not possible here."""
    try:
        document = read_document(publication)
        _facts = document.facts
    except UnreadableDocument:
        return None
    return document


def stations_of(tests: Sequence[YearOfTests]) -> list[StationLine]:
    """Every station with a test, under its newest name; those with most days beyond a limit first."""
    by_station = defaultdict[int, list[YearOfTests]](list)
    for one in tests:
        by_station[one.station].append(one)
    lines = [
        StationLine(
            station,
            found[-1].row.station_name,
            station_words(found[-1].row),
            (found[0].year, found[-1].year),
            sum(one.row.tests + one.row.undecided for one in found),
            days_beyond(found),
            days_beyond(found, counts=False),
        )
        for station, found in by_station.items()
    ]
    return sorted(lines, key=lambda line: (-line.exceeding, len(line.name), line.name))


def days_beyond(tests: Iterable[YearOfTests], *, counts: bool = True) -> int:
    """On how many days tests that count, or those that do not, found something beyond its limit; each side has its own."""
    return sum(one.row.exceeding for one in tests if one.row.counts is counts)


def parameters_of(tests: Sequence[YearOfTests]) -> list[str]:
    """What was ever tested for at a station: first what was most often beyond its limit, then what was most often tested."""
    by_parameter = defaultdict[str, list[YearOfTests]](list)
    for one in tests:
        by_parameter[one.row.parameter].append(one)
    rank = {code: (-days_beyond(found), -sum(one.row.tests for one in found)) for code, found in by_parameter.items()}
    return sorted(by_parameter, key=lambda code: (rank[code], code))


def chart_of(tests: Sequence[YearOfTests], last: int) -> YearsPlot:
    """The years of one parameter at one station, up to the last that is published."""
    lanes = defaultdict[tuple[str, bool], list[Span]](list)
    for one in tests:
        lanes[one.lane].append(span_of(one))
    years = range(tests[0].year, last + 1)
    row = tests[-1].row
    return YearsPlot(
        _("%(parameter)s in %(unit)s, year by year") % {"parameter": parameter_words(row), "unit": unit_of(row)},
        years,
        [Lane(voice, spans) for (voice, _counts), spans in sorted(lanes.items(), key=lambda lane: lane[0][0])],
        [YearLimit(one.year, one.row.least, one.row.most) for one in tests if one.row.most is not None],
        set(years) - {one.year for one in tests},
    )


def span_of(one: YearOfTests) -> Span:
    """What is drawn of a year: the worst tests of its lowest and highest month, the worst of all, and the mean."""
    months = [amount for amount in one.row.months if amount is not None]
    low, high = min(months, default=None), max(months, default=None)
    return Span(one.year, low, high, one.row.worst, one.row.mean, one.row.exceeding > 0)


@dataclass(frozen=True)
class TableLine:
    """A line of the table: one side's year; or why there is nothing to say of a year."""

    year: int
    voice: str = ""
    about: str = ""
    cells: Sequence[str] = ()
    nothing: str = ""

    @property
    def labelled(self) -> Iterator[tuple[str, str]]:
        """Each cell with its heading."""
        return zip(heading_words(), self.cells, strict=True)


def heading_words() -> list[str]:
    """The headings of what a line says."""
    return [_("Limit"), _("Days measured"), _("Days beyond it"), _("Lowest month"), _("Worst"), _("Mean")]


def table_lines(tests: Sequence[YearOfTests], last: int, readable: Iterable[int]) -> list[TableLine]:
    """The last year first, none left out: a year without a test says so, and is not zero."""
    by_year = {year: list(found) for year, found in groupby(tests, key=lambda one: one.year)}
    return [
        line
        for year in range(last, tests[0].year - 1, -1)
        for line in ([line_of(one) for one in by_year.get(year, ())] or [empty_line(year, year in set(readable))])
    ]


def empty_line(year: int, is_readable: bool) -> TableLine:
    """Why there is nothing of a year."""
    nothing = (
        _("Nothing of this is on record.") if is_readable else _("Nothing of this year that can be read is public.")
    )
    return TableLine(year, nothing=nothing)


def line_of(one: YearOfTests) -> TableLine:
    """A side's year in words."""
    row = one.row
    months = [amount for amount in row.months if amount is not None]
    tested = number(row.tests)
    if row.undecided:
        tested = _("%(tests)s, and %(undecided)s not decided") % {"tests": tested, "undecided": number(row.undecided)}
    about = remarks(row, "" if row.counts else _("Not counted: no accredited laboratory, or no paper."))
    cells = [limit_words(row), tested, "–" if row.most is None else number(row.exceeding)]
    cells += [found_amount(row, amount) for amount in (min(months, default=None), row.worst, row.mean)]
    return TableLine(one.year, row.voice, about, cells)


def differences_of(tests: Iterable[YearOfTests]) -> list[tuple[int, str]]:
    """Each year in which two sides found widely different amounts, the last first, with the words that say so."""
    years = [(year, [one.row for one in found]) for year, found in groupby(tests, key=lambda one: one.year)]
    return [(year, words) for year, rows in reversed(years) for words in difference_words(rows)]


@dataclass(frozen=True)
class MonthsShown:
    """The months of one year: a chart for each limit that held, and a table with a column a side."""

    plots: Sequence[Plot]
    columns: Sequence[TableLine]
    lines: Sequence[tuple[str, Sequence[str]]]


def months_of(tests: Sequence[YearOfTests], year: int) -> MonthsShown | None:
    """The worst test of each month of a year; None where nothing was tested in it."""
    found = [one for one in tests if one.year == year]
    if not found:
        return None
    plots = []
    for _limits, group in groupby(sorted(found, key=lambda one: str(one.limits)), key=lambda one: one.limits):
        rows = [one.row for one in group]
        words = {"parameter": parameter_words(rows[0]), "unit": unit_of(rows[0])}
        label = _("%(parameter)s in %(unit)s, the worst of each month") % words
        plots.append(Plot(label, [Trace(row.voice, row.months) for row in rows], rows[0].least, rows[0].most))
    lines = [
        (capitalised(str(MONTHS[month + 1])), [month_words(one.row, month) for one in found]) for month in range(12)
    ]
    return MonthsShown(plots, [line_of(one) for one in found], lines)


def month_words(row: MonitoringFact, month: int) -> str:
    """The worst test of a month, or that nobody can tell; a dash where nothing was tested."""
    amount = row.months[month] if row.months else None
    if amount is None and row.undecided_of_months and row.undecided_of_months[month]:
        return _("not decided")
    return found_amount(row, amount)


def table_to_copy(tests: Sequence[YearOfTests]) -> Table:
    """One row a year and side, with its months, and the publication that says so."""
    columns: dict[str, Callable[[YearOfTests], object]] = {
        _("year"): lambda one: one.year,
        _("station"): lambda one: one.row.station_name,
        _("measured"): lambda one: one.row.parameter,
        _("unit"): lambda one: unit_of(one.row),
        _("who measured it"): lambda one: one.row.voice,
        _("counted"): lambda one: one.row.counts,
        _("least allowed"): lambda one: one.row.least,
        _("most allowed"): lambda one: one.row.most,
        _("most allowed in the mean"): lambda one: one.row.mean_most,
        _("days measured"): lambda one: one.row.tests,
        _("days not decided"): lambda one: one.row.undecided,
        _("days not detected"): lambda one: one.row.undetected,
        _("days beyond the limit"): lambda one: None if one.row.most is None else one.row.exceeding,
        _("worst"): lambda one: detected(one.row, one.row.worst),
        _("mean"): lambda one: detected(one.row, one.row.mean),
        _("what the amounts say"): lambda one: amounts_remark(one.row),
    }
    head = [*columns, *(str(MONTHS[month]) for month in range(1, 13)), _("publication")]
    rows = [[*(cell(one) for cell in columns.values()), *twelve(one), one.publication] for one in tests]
    return [[word.replace(" ", "_") for word in head], *rows]


def twelve(one: YearOfTests) -> Iterator[object]:
    """The worst test of each month; None where none tells it, or nothing was detected in the year."""
    yield from [None] * 12 if nothing_detected(one.row) else one.row.months or [None] * 12
