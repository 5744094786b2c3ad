"""Water, air, noise and dust: what was found at each station, by who measured it, beside the limits."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Context, Decimal
from operator import attrgetter

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.design.plots import Plot, Trace
from accounts.design.writing import days, number
from compliance.evaluation.criteria.disclosures import COMPANY
from compliance.evaluation.criteria.monitoring import RECEIVING, MonitoringFact, RequiredSamplesFact
from compliance.public_pages.document import Document
from compliance.public_pages.monitoring_differences import difference_words
from compliance.public_pages.sections import (
    RecordRow,
    Section,
    Table,
    Values,
    register,
    rows_shown,
    table_of,
)
from compliance.words import measured_by
from projects.models.parameters import NOISE_ZONES, Medium, Parameter, unit_of_limits

IN_FULL = 3
"""So many stations are shown with their tables; the others with a sentence, so that the page stays light."""
LINES_IN_FULL = 10
"""So many lines has a table of a station at most: those with most beyond the limits."""
SHORT = Context(prec=3)


@dataclass(frozen=True)
class StationShown:
    """One station: what it is, what its tests came to, and, where it is shown in full, a line and a table."""

    name: str
    about: str
    said: list[str]
    plot: Plot | None = None
    table: Values | None = None
    number: int | None = None
    """its own in addresses, where tests of it are on record"""
    more: str = ""
    """how many lines its table leaves to the table to copy"""


def show_monitoring(document: Document) -> Values | None:
    """Each station, those with most beyond the limits first."""
    tested, required = defaultdict[str, list[MonitoringFact]](list), defaultdict[str, list[RequiredSamplesFact]](list)
    for row in document.facts[MonitoringFact]:
        tested[row.station].append(row)
    for one in document.facts[RequiredSamplesFact]:
        required[one.station].append(one)
    stations = sorted(
        tested | required,
        key=lambda station: (-sum(row.exceeding for row in tested[station] if row.counts), len(station), station),
    )
    shown = [
        station_shown(tested[station], required[station], in_full=place < IN_FULL)
        for place, station in enumerate(stations)
    ]
    return {"stations": shown} if shown else None


def station_shown(
    rows: Sequence[MonitoringFact], required: Sequence[RequiredSamplesFact], *, in_full: bool
) -> StationShown:
    """One station, from what its tests found and what is required there."""
    said = [*required_words(rows, required), *found_words(rows), *difference_words(rows)]
    if not rows:
        return StationShown(required[0].station_name, "", said)
    name, about = rows[0].station_name, station_words(rows[0])
    station = number_of(rows[0])
    if not in_full:
        return StationShown(name, about, said, number=station)
    return StationShown(name, about, said, plot_of(rows), table_of_station(rows), station, more_words(rows))


def number_of(row: MonitoringFact) -> int:
    """The number of its station in addresses: 12 of "monitoring-station/12"."""
    return int(row.station.partition("/")[2])


def station_words(row: MonitoringFact) -> str:
    """What is measured there, and by which category or zone."""
    words = [str(Medium(row.medium).label)]
    if row.medium == RECEIVING:
        category = _("category %(category)s") % {"category": row.category}
        words.append(category if row.category else _("we don’t know the category of the water"))
    if row.medium == Medium.NOISE:
        words.append(str(NOISE_ZONES.get(row.category, _("we don’t know the zone"))))
    return ", ".join([*words, *([_("in the mixing zone")] if row.in_mixing_zone else [])])


def required_words(rows: Sequence[MonitoringFact], required: Sequence[RequiredSamplesFact]) -> list[str]:
    """How often the mine must measure in the year, and for how many of these times it shows a result."""
    if not required:
        return []
    tested = Counter[str]()
    for row in rows:
        tested[row.parameter] += row.tests + row.undecided if row.voice == COMPANY else 0
    taken = sum(min(one.samples, tested[one.parameter]) for one in required)
    samples = sum(one.samples for one in required)
    words = _(
        "The mine must measure %(samples)s times in the year; results that it found are on record for %(taken)s of them."
    )
    return [words % {"samples": number(samples), "taken": number(taken)}]


def found_words(rows: Sequence[MonitoringFact]) -> list[str]:
    """How many results were beyond a limit, and of what; those that do not count in a sentence of their own."""
    if not rows:
        return [_("Nothing that was measured is on record.")]
    judged = [row for row in rows if row.most is not None]
    if not judged and rows[0].in_mixing_zone:
        return [_("No limit holds in the mixing zone.")]
    if not judged:
        return [_("We know no limit for what was measured here.")]
    of_those = (
        (_("Beyond a limit: %(exceeding)s of %(tests)s"), [row for row in judged if row.counts]),
        (
            _(
                "Beyond a limit, without an accredited laboratory or without paper, not counted: %(exceeding)s of %(tests)s"
            ),
            [row for row in judged if not row.counts],
        ),
    )
    return [*(beyond_words(words, those) for words, those in of_those if those), *means_words(judged)]


def means_words(rows: Sequence[MonitoringFact]) -> list[str]:
    """Each mean that is beyond the limit for it, or may be, by who measured it; those that do not count are told as such."""
    of_those = (
        (_("Mean beyond the limit for the mean of the year: %(what)s."), [row for row in rows if mean_is_beyond(row)]),
        (
            _("Mean that may be beyond the limit for the mean of the year: %(what)s."),
            [row for row in rows if mean_may_be_beyond(row)],
        ),
    )
    return [words % {"what": "; ".join(measured_words(row) for row in those)} for words, those in of_those if those]


def measured_words(row: MonitoringFact) -> str:
    """What was measured, by whom, on how many days, and that it is not counted where it is not."""
    words = ", ".join([parameter_words(row), measured_by(row.voice), *([days(row.tests)] if row.tests else [])])
    return words if row.counts else _("%(what)s, not counted") % {"what": words}


def mean_is_beyond(row: MonitoringFact) -> bool:
    """Whether the mean is beyond the limit for it even if there was nothing on the days that are not decided.

    On days that are, half of what can be detected counts where nothing was, as in the grade.
    """
    if row.mean_most is None or row.mean is None:
        return False
    return row.mean * row.tests > row.mean_most * (row.tests + row.undecided)


def mean_may_be_beyond(row: MonitoringFact) -> bool:
    """Whether it depends on how much there was of what could not be detected: each such day may have had twice its half."""
    if row.mean_most is None or mean_is_beyond(row):
        return False
    halves = row.worst or Decimal(0) if row.most is None else min(row.worst or Decimal(0), row.most / 2)
    most = (row.mean or Decimal(0)) * row.tests + halves * row.undetected
    return row.mean_at_most > row.mean_most or most > row.mean_most * row.tests


def beyond_words(words: str, rows: Sequence[MonitoringFact]) -> str:
    """A sentence with how many of some results were beyond a limit, and of what."""
    tests, exceeding = sum(row.tests for row in rows), sum(row.exceeding for row in rows)
    what = ", ".join(sorted({parameter_words(row) for row in rows if row.exceeding}))
    said = words % {"exceeding": number(exceeding), "tests": number(tests)}
    return f"{said} ({what})." if what else f"{said}."


def parameter_words(row: MonitoringFact) -> str:
    """What was looked for."""
    return str(Parameter(row.parameter).label)


def unit_of(row: MonitoringFact) -> str:
    """The unit in which its amounts are told."""
    return str(unit_of_limits(row.parameter).label)


def amount_words(amount: Decimal | None) -> str:
    """An amount with three digits that count."""
    return "–" if amount is None else number(SHORT.plus(amount))


def found_amount(row: MonitoringFact, amount: Decimal | None) -> str:
    """An amount that was found, or that nothing was detected on any day that tells something."""
    return _("not detected") if amount is not None and nothing_detected(row) else amount_words(amount)


def nothing_detected(row: MonitoringFact) -> bool:
    """Whether nothing was detected on any of its days; what its amounts are then is half of what can be."""
    return row.tests > 0 and row.undetected >= row.tests


def halves_words(row: MonitoringFact) -> str:
    """That some of what the amounts are made of is half of what can be detected; empty where it is not so."""
    if not row.undetected or nothing_detected(row):
        return ""
    words = _(
        "On %(undetected)s of %(tests)s days nothing was detected: it counts as half of what can be, in the worst and the mean too."
    )
    return words % {"undetected": number(row.undetected), "tests": number(row.tests)}


def mean_words(row: MonitoringFact) -> str:
    """That the mean is beyond the limit for it, or may be; empty where it is not."""
    if mean_is_beyond(row):
        words = ngettext(
            "The mean of the %(tests)s day measured is beyond the limit for the mean of the year.",
            "The mean of the %(tests)s days measured is beyond the limit for the mean of the year.",
            row.tests,
        )
        return words % {"tests": number(row.tests)}
    if mean_may_be_beyond(row):
        return _("The mean may be beyond the limit for it: too little could be detected to tell.")
    return ""


def remarks(row: MonitoringFact, first: str) -> str:
    """What stands below a line: a first remark, and what must be known of its mean and its worst."""
    return " ".join(words for words in (first, mean_words(row), halves_words(row)) if words)


def limit_words(row: MonitoringFact) -> str:
    """What is allowed in one result, how often it may be more, and in the mean of the year; a dash where none is known."""
    if row.most is None:
        return "–"
    words = [number(row.most) if row.least is None else f"{number(row.least)}–{number(row.most)}"]
    if row.times_allowed:
        days = ngettext("more on %(days)s day", "more on %(days)s days", row.times_allowed)
        words.append(days % {"days": number(row.times_allowed)})
    if row.mean_most is not None:
        words.append(_("mean %(mean)s") % {"mean": number(row.mean_most)})
    return "; ".join(words)


def plot_of(rows: Sequence[MonitoringFact]) -> Plot:
    """The months of the parameter that was most often beyond its limit, or came nearest to it."""
    first = max(rows, key=lambda row: (row.exceeding, nearness(row), row.parameter))
    shown = [row for row in rows if (row.parameter, row.most) == (first.parameter, first.most)]
    label = _("%(parameter)s in %(unit)s, the worst of each month") % {
        "parameter": parameter_words(first),
        "unit": unit_of(first),
    }
    return Plot(label, [Trace(row.voice, row.months) for row in shown], first.least, first.most)


def nearness(row: MonitoringFact) -> Decimal:
    """How much of what is allowed the worst result found."""
    return row.worst / row.most if row.worst is not None and row.most else Decimal(0)


def more_words(rows: Sequence[MonitoringFact]) -> str:
    """How many lines are not in the table of a station; empty where all are."""
    more = len(rows) - LINES_IN_FULL
    words = ngettext(
        "%(lines)s more line, with no more days beyond a limit than these, is in the table to copy.",
        "%(lines)s more lines, with no more days beyond a limit than these, are in the table to copy.",
        more,
    )
    return words % {"lines": number(more)} if more > 0 else ""


def table_of_station(rows: Sequence[MonitoringFact]) -> Values | None:
    """One row a parameter and side that measured it, those with most days beyond a limit first."""
    ordered = sorted(
        rows,
        key=lambda row: (
            -row.exceeding,
            not mean_is_beyond(row),
            not mean_may_be_beyond(row),
            row.parameter,
            row.voice,
            row.record,
        ),
    )
    head = [_("Measured"), _("Limit"), _("Days measured"), _("Days beyond it"), _("Worst"), _("Mean of the year")]
    return rows_shown(
        head,
        [
            RecordRow(
                f"{parameter_words(row)}, {unit_of(row)}",
                remarks(row, "" if row.accredited else _("We don’t know that the laboratory is accredited.")),
                row.voice,
                [
                    limit_words(row),
                    number(row.tests),
                    "–" if row.most is None else number(row.exceeding),
                    found_amount(row, row.worst),
                    found_amount(row, row.mean),
                ],
            )
            for row in ordered[:LINES_IN_FULL]
        ],
    )


def monitoring_table(document: Document) -> Table:
    """One row a station, parameter and side that measured it."""
    columns: dict[str, Callable[[MonitoringFact], object]] = {
        _("record"): attrgetter("record"),
        _("station"): attrgetter("station_name"),
        _("what is measured there"): attrgetter("medium"),
        _("category or zone"): attrgetter("category"),
        _("in the mixing zone"): attrgetter("in_mixing_zone"),
        _("measured"): attrgetter("parameter"),
        _("least allowed"): attrgetter("least"),
        _("most allowed"): attrgetter("most"),
        _("most allowed in the mean"): attrgetter("mean_most"),
        _("days that may be beyond"): attrgetter("times_allowed"),
        _("days measured"): attrgetter("tests"),
        _("days beyond the limit"): lambda row: None if row.most is None else row.exceeding,
        _("days not detected"): attrgetter("undetected"),
        _("days not decided"): attrgetter("undecided"),
        _("worst"): lambda row: detected(row, row.worst),
        _("mean"): lambda row: detected(row, row.mean),
        _("mean at most"): lambda row: row.mean_at_most if row.undecided else detected(row, row.mean_at_most),
        _("what the amounts say"): amounts_remark,
        _("accredited"): lambda row: row.accredited or None,
        _("who measured it"): attrgetter("voice"),
    }
    return table_of(document, columns, document.facts[MonitoringFact])


def detected(row: MonitoringFact, amount: Decimal | None) -> Decimal | None:
    """An amount to copy; None where nothing was detected on any day, and it is half of what can be."""
    return None if nothing_detected(row) else amount


def amounts_remark(row: MonitoringFact) -> str | None:
    """In a table to copy why there is no amount, or what it is made of; None where there is nothing to say."""
    if nothing_detected(row):
        return _("not detected")
    return _("with values that could not be detected counted as half") if row.undetected else None


register(
    Section(
        name="monitoring",
        page="environment",
        place=4,
        title=gettext_lazy("Water, air, noise and dust"),
        lead=gettext_lazy(
            "What was found in the year, by who measured it. A day counts once for each side. What could not be detected counts as "
            "half of what can be; where that may still be beyond the limit, the day counts as undecided. Whether limits were "
            "kept is graded of water only."
        ),
        show=show_monitoring,
        table=monitoring_table,
        tells=("required-samples",),
    )
)
