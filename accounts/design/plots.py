"""A line over the months of a year, with the limits that hold."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.dates import MONTHS_3
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from accounts.design.marks import knot_code
from accounts.design.writing import capitalised, number

LEFT, STEP, TOP, BOTTOM = 12, 28, 24, 124
ROOM = Decimal("1.15")
"""above the highest mark"""


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
        found = [one for trace in self.traces for one in trace.months if one is not None]
        return max([*found, self.most or Decimal(0)], default=Decimal(0)) * ROOM or Decimal(1)

    def beyond(self, amount: Decimal) -> bool:
        """Whether an amount is beyond what is allowed."""
        return (self.most is not None and amount > self.most) or (self.least is not None and amount < self.least)

    def height(self, amount: Decimal) -> str:
        """Where an amount stands."""
        return f"{BOTTOM - (BOTTOM - TOP) * amount / self.scale:.1f}"


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
