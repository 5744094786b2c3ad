"""Lines over the months of a year and over years, with the limits that hold."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby

from django.utils.dates import MONTHS_3
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from accounts.design.marks import knot_code
from accounts.design.writing import capitalised, number

LEFT, STEP, TOP, BOTTOM = 12, 28, 24, 124
WIDTH = 340
ROOM = Decimal("1.15")
"""above the highest mark"""
WIDEST, LABEL, MARK = 100, 34, 17
"""what a year takes at most, what its name needs, and what a mark does"""


@dataclass(frozen=True)
class Trace:
    """What one side measured, month by month; None: it did not."""

    voice: str
    months: Sequence[Decimal | None]


@dataclass(frozen=True)
class Plot:
    """What is drawn: each side's months, and the least and the most that are allowed."""

    label: str
    traces: Sequence[Trace]
    least: Decimal | None = None
    most: Decimal | None = None

    @property
    def scale(self) -> Decimal:
        """The highest amount that has a place."""
        return scale_of([*(one for trace in self.traces for one in trace.months), self.most])

    def beyond(self, amount: Decimal) -> bool:
        """Whether an amount is beyond what is allowed."""
        return (self.most is not None and amount > self.most) or (self.least is not None and amount < self.least)

    def height(self, amount: Decimal) -> str:
        """Where an amount stands."""
        return height(amount, self.scale)


def scale_of(amounts: Iterable[Decimal | None]) -> Decimal:
    """The highest amount that has a place beside some."""
    return max((one for one in amounts if one is not None), default=Decimal(0)) * ROOM or Decimal(1)


def height(amount: Decimal, scale: Decimal) -> str:
    """Where an amount stands beside the highest that has a place."""
    return tenth(BOTTOM - (BOTTOM - TOP) * amount / scale)


def tenth(place: float | Decimal) -> str:
    """A place in a drawing."""
    return f"{place:.1f}"


def plot(drawn: Plot) -> SafeString:
    """A line a side, a mark a month: the side's own, or a cross where it is beyond a limit; limits are dashed."""
    limits = [(drawn.height(one), number(one)) for one in (drawn.least, drawn.most) if one is not None]
    return format_html(
        '<svg class="plot" viewBox="0 0 340 148" role="img" aria-label="{}">{}{}<path class="axis" d="M0 {}h340"/>{}{}</svg>',
        drawn.label,
        format_html_join(
            "", '<path class="target" d="M0 {0}h340"/><text x="340" y="{0}" dy="-4" class="end soft">{1}</text>', limits
        ),
        format_html_join("", '<polyline class="trace" points="{}"/>', ((one,) for one in lines(drawn))),
        BOTTOM,
        format_html_join("", '<use href="#k-{}" x="{}" y="{}"/>', marks(drawn)),
        format_html_join(
            "",
            '<text x="{}" y="144" class="mid soft">{}</text>',
            ((place(month), capitalised(str(MONTHS_3[month + 1]))) for month in (0, 3, 6, 9)),
        ),
    )


def place(month: int) -> int:
    """Where a month stands, January as 0."""
    return LEFT + STEP * month


def lines(drawn: Plot) -> list[str]:
    """The points of each unbroken line: a month that was not measured breaks it."""
    found: list[list[str]] = []
    for trace in drawn.traces:
        found.append([])
        for month, amount in enumerate(trace.months):
            if amount is None:
                found.append([])
            else:
                found[-1].append(f"{place(month)},{drawn.height(amount)}")
    return [" ".join(points) for points in found if len(points) > 1]


def marks(drawn: Plot) -> list[tuple[str, int, str]]:
    """The mark of each month that was measured, with its place."""
    return [
        (knot_code("disputed" if drawn.beyond(amount) else trace.voice), place(month), drawn.height(amount))
        for trace in drawn.traces
        for month, amount in enumerate(trace.months)
        if amount is not None
    ]


@dataclass(frozen=True)
class Span:
    """What one side measured in a year: its lowest and highest month, the worst test, and the mean; None: nobody can tell."""

    year: int
    low: Decimal | None
    high: Decimal | None
    worst: Decimal | None
    mean: Decimal | None
    beyond: bool
    """whether any of it is beyond a limit"""


@dataclass(frozen=True)
class Lane:
    """The years of one side, beside those of the others; a year has several parts where its tests are not all alike."""

    voice: str
    spans: Sequence[Span]


@dataclass(frozen=True)
class YearLimit:
    """The least and the most that were allowed in a year."""

    year: int
    least: Decimal | None
    most: Decimal


@dataclass(frozen=True)
class YearsPlot:
    """What is drawn over years: a lane a side, what was allowed in each year, and the years of which there is no test."""

    label: str
    years: range
    lanes: Sequence[Lane]
    limits: Sequence[YearLimit]
    without: Collection[int]

    @property
    def scale(self) -> Decimal:
        """The highest amount that has a place."""
        spans = [one for lane in self.lanes for one in lane.spans]
        return scale_of(
            [*(one.high for one in spans), *(one.worst for one in spans), *(one.most for one in self.limits)]
        )

    @property
    def column(self) -> float:
        """How wide a year is."""
        return min(WIDEST, (WIDTH - 2 * LEFT) / len(self.years))

    def place(self, year: int, part: float = 0) -> float:
        """Where a part of a year stands: 0 is where it begins, 1 where it ends."""
        return LEFT + self.column * (year - self.years.start + part)

    def middle(self, year: int, lane: int) -> str:
        """Where the mark of a lane stands in a year."""
        return tenth(self.place(year, (lane + 1) / (len(self.lanes) + 1)))

    def height(self, amount: Decimal) -> str:
        """Where an amount stands."""
        return height(amount, self.scale)


def years_plot(drawn: YearsPlot) -> SafeString:
    """A lane a side: a stroke from the lowest to the highest month, a mark at the worst test, a line through the means."""
    every = -(-LABEL // int(drawn.column))
    return format_html(
        '<svg class="plot" viewBox="0 0 {0} 148" role="img" aria-label="{1}">{2}{3}<path class="axis" d="M0 {4}h{0}"/>{5}{6}</svg>',
        WIDTH,
        drawn.label,
        format_html_join(
            "",
            '<rect x="{}" y="{}" width="{}" height="{}" fill="url(#k-h)"/>',
            ((tenth(drawn.place(year)), TOP, tenth(drawn.column), BOTTOM - TOP) for year in sorted(drawn.without)),
        ),
        limit_lines(drawn),
        BOTTOM,
        format_html_join("", "{}", ((lane_drawn(drawn, place),) for place in range(len(drawn.lanes)))),
        format_html_join(
            "",
            '<text x="{}" y="144" class="mid soft">{}</text>',
            ((tenth(drawn.place(year, 0.5)), year) for year in drawn.years[::every]),
        ),
    )


def limit_lines(drawn: YearsPlot) -> SafeString:
    """A dashed line over the years in which an amount was a limit, with the amount at its end; a year may have several."""
    lines = []
    for of in ("least", "most"):
        years_of = defaultdict[Decimal, set[int]](set)
        for one in drawn.limits:
            if (amount := getattr(one, of)) is not None:
                years_of[amount].add(one.year)
        for amount, held in years_of.items():
            lines += [(amount, list(years)) for holds, years in groupby(drawn.years, held.__contains__) if holds]
    return format_html_join(
        "",
        '<path class="target" d="M{0} {1}h{2}"/><text x="{3}" y="{1}" dy="-4" class="end soft">{4}</text>',
        (
            (
                tenth(drawn.place(years[0])),
                drawn.height(amount),
                tenth(drawn.column * len(years)),
                tenth(drawn.place(years[-1], 1)),
                number(amount),
            )
            for amount, years in lines
        ),
    )


def lane_drawn(drawn: YearsPlot, place: int) -> SafeString:
    """The years of one side; a year without a mean breaks its line, and of what nobody can tell there is a question mark."""
    lane = drawn.lanes[place]
    size = f"{min(1.0, max(0.4, drawn.column / len(drawn.lanes) / MARK)):.2f}"
    strokes, found = [], []
    for one in sorted(lane.spans, key=lambda one: (one.year, one.beyond)):
        x = drawn.middle(one.year, place)
        if one.low is not None and one.high is not None:
            strokes.append((x, drawn.height(one.high), drawn.height(one.low)))
        voice = "unknown" if one.worst is None else ("disputed" if one.beyond else lane.voice)
        found.append((knot_code(voice), x, drawn.height(one.worst or Decimal(0)), size))
    return format_html(
        "{}{}{}",
        format_html_join("", '<polyline class="trace" points="{}"/>', ((one,) for one in lines_of(drawn, place))),
        format_html_join("", '<path class="trace" d="M{} {}V{}"/>', strokes),
        format_html_join("", '<use href="#k-{}" transform="translate({} {}) scale({})"/>', found),
    )


def lines_of(drawn: YearsPlot, place: int) -> list[str]:
    """The points of each unbroken line through the means of one side; of a year in several parts there is no mean."""
    spans = drawn.lanes[place].spans
    parts = Counter(one.year for one in spans)
    means = {one.year: one.mean for one in spans if one.mean is not None and parts[one.year] == 1}
    points: list[list[str]] = [[]]
    for year in drawn.years:
        if year in means:
            points[-1].append(f"{drawn.middle(year, place)},{drawn.height(means[year])}")
        else:
            points.append([])
    return [" ".join(one) for one in points if len(one) > 1]
