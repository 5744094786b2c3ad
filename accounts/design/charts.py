"""Small charts in SVG. Each is either ``aria-hidden`` beside the same numbers in text, or carries a label."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Protocol

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from accounts.design.bands import FULL_MARKS, Band, Bands, letter_of, look_of
from accounts.design.cords import at
from accounts.design.writing import as_decimal, days, number, score

NEAR_AN_END = Decimal(18)
FEW_COLUMNS = 2
"""so few stand further apart, or the years below them would run together"""
TOO_CLOSE = Decimal(4)
BOLD = SafeString(' class="strong"')


def dot_runs(start: int, end: int) -> str:
    """The path of dots number ``start`` to ``end`` in rows of 25."""
    path = ""
    for row in range(4):
        first, last = max(start, row * 25), min(end, row * 25 + 25)
        if last > first:
            path += f"M{7 + (first - row * 25) * 14} {7 + row * 14}h{(last - first - 1) * 14 + 0.1:g}"
    return path


def dots(value: object, target: object = None, label: str = "") -> SafeString:
    """People out of 100: full is there, a ring was promised and is missing, small is everyone else."""
    there = whole_number(value)
    promised = max(there, whole_number(target))
    runs = ((0, there, ("dot-is",)), (there, promised, ("dot-ring", "dot-hole")), (promised, 100, ("dot-other",)))
    paths = [(dot_runs(start, end), paint) for start, end, paints in runs for paint in paints if end > start]
    return format_html(
        '<svg class="dots" viewBox="0 0 350 56" role="img" aria-label="{}">{}</svg>',
        label or gettext("%(count)s of 100") % {"count": there},
        format_html_join("", '<path d="{}" class="dot {}"/>', paths),
    )


def whole_number(value: object) -> int:
    """0 to 100, rounded half up; unknown draws as none (the words beside it say unknown)."""
    share = as_decimal(value) or Decimal(0)
    return int(min(max(share, Decimal(0)), Decimal(100)).quantize(Decimal(1), rounding=ROUND_HALF_UP))


def multiple(values: Sequence[object], years: Sequence[int], top: object, target: object = None) -> SafeString:
    """Small columns, one per year, at one shared scale (``top``); a year nobody knows is hatched."""
    columns = list(zip(years, (as_decimal(value) for value in values), strict=True))[-5:]
    scale = as_decimal(top) or Decimal(1)
    step = 30 if len(columns) > FEW_COLUMNS else 48
    places = [(13 + step * position, year) for position, (year, _value) in enumerate(columns)]
    older, latest, hatched, figures, spoken = "", "", "", [], []
    for position, (year, value) in enumerate(columns):
        x, last = position * step, position == len(columns) - 1
        height = 28 if value is None else int((92 * value / scale).to_integral_value(ROUND_HALF_UP))
        column = f"M{x} {108 - height}h27v{height}h-27z"
        if value is None:
            hatched += column
        elif last:
            latest = column
        else:
            older += column
        words = "?" if value is None else str(value.quantize(Decimal(1), rounding=ROUND_HALF_UP))
        figures.append((x + 13, 103 - height, BOLD if last else "", words))
        spoken.append(f"{year} {gettext('not known') if value is None else words}")
    width = max((len(columns) - 1) * step + 28, 28)
    promise = as_decimal(target)
    return format_html(
        '<svg class="multiple" role="img" aria-label="{}">{}{}{}<path class="axis" d="M0 108h{}"/>{}{}{}</svg>',
        ", ".join(spoken) + ("; " + promise_words(promise) if promise is not None else ""),
        format_html('<path class="fill-company earlier" d="{}"/>', older) if older else "",
        format_html('<path class="fill-company" d="{}"/>', latest) if latest else "",
        format_html('<path fill="url(#k-h)" d="{}"/>', hatched) if hatched else "",
        width,
        format_html_join("", '<text x="{}" y="{}"{}>{}</text>', figures),
        format_html_join(
            "", '<text x="{}" y="124" class="soft">{}</text>', {places[0]: 0, places[-1]: 0} if places else ()
        ),
        target_line(promise, scale, width) if promise is not None else "",
    )


def promise_words(promise: Decimal) -> str:
    return gettext("promise: %(number)s") % {"number": number(promise)}


def target_line(promise: Decimal, scale: Decimal, width: int) -> SafeString:
    """A promise is a dashed line with its number."""
    y = 108 - int((92 * promise / scale).to_integral_value(ROUND_HALF_UP))
    return format_html(
        '<path class="target" d="M0 {}h{}"/><text x="34" y="{}">{}</text>', y, width, y - 5, promise_words(promise)
    )


class Timed(Protocol):
    """A study of a part of a mine, by how many days its approval came before the works."""

    @property
    def part(self) -> str: ...
    @property
    def state(self) -> str: ...
    @property
    def days_before_start(self) -> int | None: ...
    @property
    def approved_on(self) -> date | None: ...
    @property
    def last_day_to_start(self) -> date | None: ...


def clock(assessments: Sequence[Timed], closing: bool = False) -> SafeString:
    """Studies against the start of the digging, or of other works: the measure is the days before or after it."""
    known = [(one, Decimal(one.days_before_start)) for one in assessments if one.days_before_start is not None]
    if not known:
        return format_html("{}", "")
    leads = [lead for _one, lead in known]
    before, after = max([*leads, Decimal(0)]), -min([*leads, Decimal(0)])
    origin = min(max(98 * before / ((before + after) or 1), Decimal(24)), Decimal(76))
    a_day = min(origin / (before or 1), (98 - origin) / (after or 1))
    return format_html(
        '<figure class="clock" aria-hidden="true"><svg height="16">'
        '<text x="{}" y="12" class="mid">{}</text></svg>{}</figure>',
        percent_of(origin),
        gettext("Works start") if closing else gettext("Digging starts"),
        format_html_join(
            "", '<p class="small"><b>{}</b></p>{}', (clock_row(one, lead, origin, a_day) for one, lead in known)
        ),
    )


def percent_of(place: Decimal) -> str:
    """A place on the clock, of which 1 % at each end is left for the marks."""
    return at(place + 1, Decimal(100))


def clock_row(one: Timed, lead: Decimal, origin: Decimal, a_day: Decimal) -> tuple[str, SafeString]:
    """A solid line from the approval up to the start; hatching where there was no approval, or none any longer.

    ``origin`` is where works start and ``a_day`` how long a day is, the same before and after, in hundredths.
    """
    words = f"{one.part}: {days_words(lead)}"
    approval, start = percent_of(origin - lead * a_day), percent_of(origin)
    if one.last_day_to_start and one.approved_on and one.state == "lapsed":
        words = "; ".join([words, gettext("it had lapsed")])
        held = (one.last_day_to_start - one.approved_on).days
        end = origin - (lead - held) * a_day
        drawing = format_html(
            '<line x1="{approval}" x2="{end}" class="held"/><use href="#k-i" x="{approval}"/>'
            '<rect x="{end}" width="{width}" y="-6" height="12" fill="url(#k-h)"/><use href="#k-x" x="{start}"/>',
            approval=approval,
            end=percent_of(end),
            width=at(origin - end, Decimal(100)),
            start=start,
        )
    elif lead >= 0:
        drawing = format_html('<line x1="{0}" x2="{1}" class="held"/><use href="#k-i" x="{0}"/>', approval, start)
    else:
        drawing = format_html(
            '<rect x="{}" width="{}" y="-6" height="12" fill="url(#k-h)"/><use href="#k-x" x="{}"/>',
            start,
            at(-lead * a_day, Decimal(100)),
            approval,
        )
    return words, format_html(
        '<svg class="cord">{0}<line x1="{1}" x2="{1}" y1="-10" y2="10" class="axis"/></svg>', drawing, start
    )


def days_words(lead: Decimal) -> str:
    """Plain words for the lead of a study over the digging."""
    words = gettext("approved %(days)s before") if lead >= 0 else gettext("approved %(days)s after")
    return words % {"days": days(lead)}


def mark_at(before: Decimal, points: Decimal) -> SafeString:
    """The ring of last time above the bands; above the score's own mark where the two would cover each other."""
    height = -5 if abs(points - before) < TOO_CLOSE else 9
    return format_html('<use href="#k-d" x="{}" y="{}"/>', at(before, Decimal(100)), height)


def bands(value: object, of: Bands, previous: object = None, letter: str | None = None) -> SafeString:
    """Where a score lies in the bands of its framework; a ring for last time; hatched if unknown."""
    points, before = as_decimal(value), as_decimal(previous)
    if points is None:
        return format_html(
            '<svg class="bands" role="img" aria-label="{}">'
            '<rect width="100%" y="18" height="16" fill="url(#k-h)"/></svg>',
            gettext("We don’t know"),
        )
    here = letter or letter_of(points, of)
    spoken = gettext("score now %(score)s") % {"score": score(points, of)}
    if before is not None:
        spoken += ", " + gettext("last time %(score)s") % {"score": score(before, of)}
    ends = [FULL_MARKS, *(one.starts_at for one in of)]
    return format_html(
        '<svg class="bands" role="img" aria-label="{}">{}{}'
        '<svg x="{}" y="0"><path d="M-7 2h14l-7 13z" class="fill-ink"/></svg></svg>',
        spoken,
        format_html_join(
            "",
            "{}",
            (
                (band(one, end, look_of(one.grade, of) if one.grade == here else ""),)
                for one, end in reversed(list(zip(of, ends, strict=False)))
            ),
        ),
        mark_at(before, points) if before is not None else "",
        at(points, Decimal(100)),
    )


def band(one: Band, end: Decimal, look: str) -> SafeString:
    """The box of one grade with its letter, and the score at which it begins; it has a look where the score is in it."""
    low, middle = one.starts_at, (one.starts_at + end) / 2
    box, letter = (f"band grade-{look}", "mid on-grade") if look else ("band band-other", "mid soft")
    begins = format_html('<text x="{0}%" y="48" class="mid soft" aria-hidden="true">{0}</text>', plain(low))
    drawing = '<rect x="{}%" width="{}%" y="18" height="16" class="{}"/><text x="{}%" y="30.5" class="{}"'
    return format_html(
        drawing + ' aria-hidden="true">{}</text>{}',
        *(plain(low), plain(end - low), box, plain(middle), letter, one.grade, begins if low else ""),
    )


def plain(number: Decimal) -> str:
    """A number with the decimals that it has."""
    return f"{number.normalize():f}"


def peers(own: object, others: Iterable[Decimal], middle: Decimal, bands: Bands) -> SafeString:
    """A score of 100 (square) among those of others (rings), a dashed line in their middle; words repeat it."""
    whole = Decimal(100)
    ends = [("0", "soft", "0")] if middle > NEAR_AN_END else []
    ends += [("100%", "end soft", "100")] if middle < whole - NEAR_AN_END else []
    return format_html(
        '<svg class="peers" aria-hidden="true"><line x2="100%" y1="20" y2="20" class="axis"/>{rings}'
        '<line x1="{middle}" x2="{middle}" y1="8" y2="32" class="target"/><use href="#k-i" x="{here}" y="20"/>'
        '<text x="{here}" y="6" class="mid strong">{score}</text>{ends}'
        '<text x="{middle}" y="46" class="mid soft">{words}</text></svg>',
        rings=format_html_join("", '<use href="#k-d" x="{}" y="20"/>', ((at(one, whole),) for one in others)),
        middle=at(middle, whole),
        here=at(as_decimal(own) or Decimal(0), whole),
        score=score(own, bands),
        ends=format_html_join("", '<text x="{}" y="46" class="{}">{}</text>', ends),
        words=gettext("middle %(score)s") % {"score": score(middle, bands)},
    )
