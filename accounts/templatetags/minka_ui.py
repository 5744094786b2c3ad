"""The look as template tags: knots, cords, grades, small charts in SVG; how amounts and dates are written.

Marks are defined once per page by ``{% knots %}`` (base.html does it) and reused with ``<use>``. A chart is
either ``aria-hidden`` beside the same numbers in text, or carries a label. Nothing here reads a model.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal, InvalidOperation
from itertools import groupby
from typing import Any

from babel.core import Locale, UnknownLocaleError
from babel.numbers import get_currency_symbol
from django import template
from django.conf import settings
from django.forms import BaseForm, BoundField, CheckboxInput, RadioSelect
from django.utils.dateparse import parse_date, parse_datetime
from django.utils.formats import date_format, get_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.timezone import is_aware, localtime
from django.utils.translation import get_language, gettext, ngettext, pgettext

register = template.Library()

HARD_SPACE = "\u00a0"
SYMBOLS = {"PEN": "S/", "USD": "US$"}
COUNTRY_OF_LANGUAGE = {"es": "es_PE", "zh-hans": "zh_Hans_CN"}
KNOTS = {
    "promised": "d", "due": "d", "unpaid": "d", "not_due": "d", "not_started": "d", "draft": "d",
    "waiting": "d",
    "claimed": "p", "paid": "p", "company": "p",
    "confirmed": "v", "arrived": "v", "community": "v",
    "kept_late": "l",
    "disputed": "x", "late": "x", "after": "x", "error": "x",
    "unknown": "q",
    "record": "i", "monitor": "i", "authority": "i", "before": "i", "accepted": "i", "done": "i",
}  # fmt: skip
CORDS = {"v": "l-ok", "l": "l-ok", "p": "l-wait", "x": "l-x", "d": "l-due", "q": "l-q", "i": "l-due"}
BANDS = (("E", 0, 30), ("D", 30, 45), ("C", 45, 60), ("B", 60, 75), ("A", 75, 100))


# How things are written


def as_decimal(value: object) -> Decimal | None:
    """A number of the document ("12.5", Decimal, int) as Decimal; unknown stays unknown."""
    if value is None or value == "":
        return None
    try:
        return Decimal(str(value))
    except InvalidOperation:
        return None


def as_date(value: object) -> date | None:
    """A date, a moment, or their ISO text as a date in local time."""
    if isinstance(value, datetime):
        return localtime(value).date() if is_aware(value) else value.date()
    if isinstance(value, date):
        return value
    if not isinstance(value, str) or not value:
        return None
    moment = parse_datetime(value) if "T" in value else None
    return as_date(moment) if moment else parse_date(value)


@register.filter
def number(value: object, places: int | None = None) -> str:
    """Thousands in groups: 4200000 → 4,200,000; decimals only where there are any, or exactly ``places``."""
    amount = as_decimal(value)
    if amount is None:
        return gettext("Not known")
    if places is not None:
        amount = amount.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
    elif amount == amount.to_integral_value():
        amount = amount.quantize(Decimal(1))
    return f"{amount:,f}"


def capitalised(text: str) -> str:
    """A line begins with a capital, however its first word was entered."""
    return text[:1].upper() + text[1:]


def currency_symbol(currency: str) -> str:
    """The sign people write before an amount: S/, US$, or what Babel knows for the language."""
    if currency in SYMBOLS:
        return SYMBOLS[currency]
    language = get_language() or settings.LANGUAGE_CODE
    try:
        locale = Locale.parse(COUNTRY_OF_LANGUAGE.get(language, language.replace("-", "_")))
    except (UnknownLocaleError, ValueError):
        locale = Locale("en")
    return get_currency_symbol(currency, locale)


@register.filter
def money(value: object, currency: str = "") -> str:
    """``S/ 4,200,000`` with a hard space; cents only where there are any; unknown in words."""
    amount = as_decimal(value)
    if amount is None:
        return gettext("Not known")
    whole = amount == amount.to_integral_value()
    figure = number(amount, 0 if whole else 2)
    return f"{currency_symbol(currency)}{HARD_SPACE}{figure}" if currency else figure


@register.filter
def symbol(currency: str) -> str:
    """The currency sign alone, for a column heading."""
    return currency_symbol(currency)


@register.filter
def long_date(value: object) -> str:
    """``20 January 2026``; the month is always a word."""
    day = as_date(value)
    if day is None:
        return gettext("no date")
    language = get_language() or ""
    pattern = "j F Y" if language.startswith("en") else get_format("DATE_FORMAT", language)
    return date_format(day, pattern)


@register.simple_tag
def when(value: object) -> SafeString:
    """The same date inside ``<time>``, so that machines read it too."""
    day = as_date(value)
    if day is None:
        return format_html("<span>{}</span>", gettext("no date"))
    words = long_date(day).replace(" ", HARD_SPACE)
    return format_html('<time datetime="{}">{}</time>', day.isoformat(), words)


@register.filter
def of_every_100(part: object, whole: object) -> str | None:
    """How many of every hundred, rounded half up; "<1" and ">99" where rounding would say none or all."""
    share = share_of(part, whole)
    if share is None:
        return None
    rounded = share.quantize(Decimal(1), rounding=ROUND_HALF_UP)
    if share > 0 and rounded == 0:
        return "<1"
    if share < 100 and rounded == 100:
        return ">99"
    return str(rounded)


def share_of(part: object, whole: object) -> Decimal | None:
    """Percent, or nothing where one side is unknown or the whole is zero."""
    top, bottom = as_decimal(part), as_decimal(whole)
    if top is None or not bottom:
        return None
    return 100 * top / bottom


@register.filter
def pick_language(value: object) -> str:
    """From ``{"en": …, "es": …}`` the current language's text, else the site's first language, else any."""
    if not isinstance(value, Mapping):
        return "" if value is None else str(value)
    language = get_language() or settings.LANGUAGE_CODE
    for code in (language, language.split("-")[0], "en", settings.LANGUAGE_CODE, *value):
        if value.get(code):
            return str(value[code])
    return ""


@register.filter
def file_kind(media_type: str) -> str:
    """What a file is, in a word that people know."""
    if media_type.startswith("image/"):
        return gettext("picture")
    return {
        "application/pdf": "PDF",
        "text/csv": gettext("table"),
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": gettext("table"),
    }.get(media_type, gettext("file"))


@register.filter
def file_size(value: object) -> str:
    """``90 kB``, ``1.2 MB``: what a download costs."""
    size = as_decimal(value)
    if size is None:
        return ""
    if size < 1_000_000:
        return f"{max(1, int((size / 1000).to_integral_value(ROUND_HALF_UP)))}{HARD_SPACE}kB"
    return f"{(size / 1_000_000).quantize(Decimal('0.1'))}{HARD_SPACE}MB"


@register.filter
def fingerprint(value: str | None) -> str:
    """A SHA-256 in groups of four, to be read aloud and compared."""
    text = value or ""
    return " ".join(text[i : i + 4] for i in range(0, len(text), 4))


@register.filter
def days(count: object) -> str:
    """``36 days``."""
    whole = int(abs(as_decimal(count) or Decimal(0)))
    return ngettext("%(count)d day", "%(count)d days", whole) % {"count": whole}


@register.filter
def score(value: object) -> str:
    """A score of 100 with one decimal, cut and not rounded: 74.96 must not look like the next grade."""
    points = as_decimal(value)
    if points is None:
        return gettext("Not known")
    return f"{points.quantize(Decimal('0.1'), rounding=ROUND_DOWN):f}"


@register.filter
def percent(value: object) -> str:
    """``75 %`` of a percentage, cut, not rounded up; for staff and evidence only."""
    share = as_decimal(value)
    if share is None:
        return gettext("Not known")
    return f"{share.quantize(Decimal(1), rounding=ROUND_DOWN)}{HARD_SPACE}%"


# Marks


GRADE_SHAPES = (
    ("A", '<circle cx="16" cy="16" r="15.5" class="gA"/>', 22.4),
    ("B", '<path d="M8.2 1.5h15.6l8 14.5-8 14.5H8.2L.2 16z" class="gB"/>', 22.4),
    ("C", '<path d="M2 2h28v28H2z" class="gC"/>', 22.4),
    ("D", '<path d="M2 1h28v18L16 31.5 2 19z" class="gD"/>', 20.4),
    ("E", '<path d="M-1 2h34L16 32z" class="gE"/>', 18.4),
)
SPRITE = (
    '<svg class="vh" aria-hidden="true" focusable="false"><defs>'
    '<g id="k-mk"><path d="M1 5h30" stroke="currentColor" stroke-width="3"/>'
    '<path d="M7 5v24M16 5v24M25 5v24" stroke="currentColor" stroke-width="1.5"/>'
    '<circle cx="7" cy="25" r="4" class="kd"/><circle cx="16" cy="18" r="4.5" class="kcf"/>'
    '<circle cx="25" cy="25" r="5" class="kv"/><circle cx="25" cy="13" r="3.5" class="kv"/></g>'
    '<circle id="k-d" r="6" class="kd"/>'
    '<g id="k-p"><circle r="7" class="kc"/><path d="M0-7a7 7 0 0 0 0 14z" class="kcf"/></g>'
    '<g id="k-v"><circle r="8" class="kv"/><path d="M-3.6.4-1 3l4.6-5.4" class="kvt"/></g>'
    '<g id="k-l"><circle r="8" class="kx"/><circle r="4.5" class="kv"/></g>'
    '<g id="k-x"><circle r="7" class="kx"/><path d="M-3-3l6 6M3-3l-6 6" class="kx"/></g>'
    '<g id="k-q"><circle r="7.5" class="kq"/><text y="4.5" class="mid tb">?</text></g>'
    '<path id="k-i" d="M-6-6h12v12h-12z" class="ki"/>'
    '<pattern id="k-h" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    '<path d="M0 0v6" class="hat"/></pattern>{}'
    '<g id="g-Q"><circle cx="16" cy="16" r="15" class="kq"/><text x="16" y="22.4" class="gt gq">?</text></g>'
    '<g id="g-N"><circle cx="16" cy="16" r="15" class="gn"/><path d="M10 16h12" class="gn"/></g>'
    "</defs></svg>"
)


@register.simple_tag
def knots() -> SafeString:
    """The definitions of all marks, once per page, before their first use."""
    shapes = format_html_join(
        "",
        '<g id="g-{}">{}<text x="16" y="{}" class="gt">{}</text></g>',
        ((letter, format_html(f"{shape}{{}}", ""), y, letter) for letter, shape, y in GRADE_SHAPES),
    )
    return format_html(SPRITE, shapes)


def knot_code(state: str) -> str:
    """The mark of a state of payment, promise, study or voice; an unlisted one is unknown."""
    return state if state in CORDS else KNOTS.get(state, "q")


@register.simple_tag
def knot(state: str, label: str = "") -> SafeString:
    """One mark: ring, half, full, full in a ring, cross, square, question. Without a label it repeats the words beside it."""
    if label:
        return format_html(
            '<svg class="k" role="img" aria-label="{}"><use href="#k-{}"/></svg>', label, knot_code(state)
        )
    return format_html('<svg class="k" aria-hidden="true"><use href="#k-{}"/></svg>', knot_code(state))


@register.simple_tag
def side_knot(side: str, said: object, other: object = None) -> SafeString:
    """The mark of what a payer (``company``) or a recipient says, beside the same sum in words.

    Nothing paid is a ring. Nothing arrived, or less than the payer says it paid, is a cross and never a tick.
    """
    amount, paid = as_decimal(said), as_decimal(other)
    if amount is None:
        return knot("unknown")
    if side == "company":
        return knot("claimed" if amount else "unpaid")
    return knot("disputed" if not amount or (paid is not None and amount < paid) else "confirmed")


@register.simple_tag
def grade(letter: str | None, size: str = "") -> SafeString:
    """A to E in their shapes, "?" dashed, and a dash where the policy does not apply."""
    symbol_id = "N" if letter is None else "Q" if letter not in "ABCDE" else letter
    return format_html(
        '<svg class="{}" viewBox="0 0 32 32" role="img" aria-label="{}"><use href="#g-{}"/></svg>',
        "g gl" if size == "large" else "g", grade_label(letter), symbol_id,
    )  # fmt: skip


@register.filter
def grade_label(letter: str | None) -> str:
    """What a screen reader says for the mark."""
    if letter is None:
        return gettext("Does not apply")
    if letter not in "ABCDE":
        return gettext("Not graded")
    return gettext("Grade %(letter)s") % {"letter": letter}


@register.filter
def grade_words(letter: str | None) -> str:
    """The grade as a short answer."""
    return {
        "A": gettext("Keeps nearly all promises"),
        "B": gettext("Keeps most promises"),
        "C": gettext("Keeps some promises"),
        "D": gettext("Keeps few promises"),
        "E": gettext("Keeps almost no promises"),
        "?": gettext("We don’t know enough"),
    }.get(letter or "", gettext("Does not apply"))


@register.simple_tag
def squares(known: int, total: int) -> SafeString:
    """Evidence: filled for each fact that has a record, open for each that has none."""
    missing = "".join(f"M{i * 11 + 0.7:g} 2.7h6.6v6.6h-6.6z" for i in range(known, total))
    return format_html(
        '<svg class="sqs" width="{}" height="12" aria-hidden="true">{}{}</svg>',
        total * 11,
        format_html('<path d="M0 6h{}" class="sq"/>', known * 11 - 3) if known else "",
        format_html('<path d="{}" class="sqo"/>', missing) if missing else "",
    )


# Cords


def at(value: Decimal, scale: Decimal) -> str:
    """A place on the cord as a percentage with a point, whatever the language."""
    share = min(max(100 * value / scale, Decimal(0)), Decimal(100)) if scale else Decimal(0)
    return f"{share.quantize(Decimal('0.01')).normalize():f}%"


def line(start: Decimal, end: Decimal, scale: Decimal, code: str) -> SafeString:
    """One stretch of cord: thin promised, medium claimed, thick confirmed, dotted unknown."""
    return format_html('<line x1="{}" x2="{}" class="{}"/>', at(start, scale), at(end, scale), CORDS[code])


def mark(place: Decimal, scale: Decimal, code: str) -> SafeString:
    return format_html('<use href="#k-{}" x="{}"/>', code, at(place, scale))


def drawn(parts: Iterable[SafeString], marks: Iterable[SafeString], label: str) -> SafeString:
    """A cord hanging from its bar; hidden from screen readers unless it has words of its own."""
    voice = format_html('role="img" aria-label="{}"', label) if label else format_html("aria-hidden={}", "true")
    return format_html(
        '<svg class="cord" {}>{}<path class="l0" d="M0-9v18"/>{}</svg>',
        voice,
        format_html_join("", "{}", ((part,) for part in parts)),
        format_html_join("", "{}", ((one,) for one in marks)),
    )


def payments_of(parts: Iterable[Any]) -> Iterator[tuple[Decimal, str]]:
    """(amount, mark) of each payment; accepts pairs or the document's payments."""
    for part in parts:
        if isinstance(part, Mapping):
            amount, state = part.get("due") or part.get("paid"), part["state"]
        else:
            amount, state = part
        known = as_decimal(amount)
        if known is not None:
            yield known, knot_code(state)


@register.simple_tag
def cord(parts: Iterable[Any], scale: object, label: str = "") -> SafeString:
    """One knot per payment in order of time; ``scale`` is the amount that fills the width."""
    payments, full = list(payments_of(parts)), as_decimal(scale) or Decimal(0)
    lines, marks, place = [], [], Decimal(0)
    for code, run in groupby(payments, key=lambda payment: payment[1]):
        start = place
        for amount, _code in run:
            place += amount
            marks.append(mark(place, full, code))
        lines.append(line(start, place, full, code))
    return drawn(lines, marks, label)


@register.simple_tag
def bar(state: str, value: object, scale: object, label: str = "") -> SafeString:
    """One sum on one cord: promised, claimed or confirmed; an unknown sum draws nothing but the bar."""
    amount, full, code = as_decimal(value), as_decimal(scale) or Decimal(0), knot_code(state)
    if amount is None:
        return drawn([], [], label)
    return drawn([line(Decimal(0), amount, full, code)], [mark(amount, full, code)], label)


@register.simple_tag
def nested(promised: object, paid: object, confirmed: object, scale: object, label: str = "") -> SafeString:
    """Three sums on one cord: thick confirmed, medium paid, thin promised. Unknown ones are left out."""
    full = as_decimal(scale) or Decimal(0)
    lines: list[SafeString] = []
    marks: list[SafeString] = []
    start = Decimal(0)
    for value, code in ((confirmed, "v"), (paid, "p"), (promised, "d")):
        amount = as_decimal(value)
        if amount is None or amount < start or (amount == start and code == "d"):
            continue
        lines.append(line(start, amount, full, code))
        marks.insert(0, mark(amount, full, code))
        start = amount
    return drawn(lines, marks, label)


# Charts


def dot_runs(start: int, end: int) -> str:
    """The path of dots number ``start`` to ``end`` in rows of 25."""
    path = ""
    for row in range(4):
        first, last = max(start, row * 25), min(end, row * 25 + 25)
        if last > first:
            path += f"M{7 + (first - row * 25) * 14} {7 + row * 14}h{(last - first - 1) * 14 + 0.1:g}"
    return path


@register.simple_tag
def dots(value: object, target: object = None, label: str = "") -> SafeString:
    """People out of 100: full is there, a ring was promised and is missing, small is everyone else."""
    there = whole_number(value)
    promised = max(there, whole_number(target))
    runs = ((0, there, ("dc",)), (there, promised, ("dr", "dh")), (promised, 100, ("do",)))
    paths = [(dot_runs(start, end), paint) for start, end, paints in runs for paint in paints if end > start]
    return format_html(
        '<svg class="dots" viewBox="0 0 350 56" role="img" aria-label="{}">{}</svg>',
        label or gettext("%(count)s of 100") % {"count": there},
        format_html_join("", '<path d="{}" class="dt {}"/>', paths),
    )


def whole_number(value: object) -> int:
    """0 to 100, rounded half up; unknown draws as none (the words beside it say unknown)."""
    share = as_decimal(value) or Decimal(0)
    return int(min(max(share, Decimal(0)), Decimal(100)).quantize(Decimal(1), rounding=ROUND_HALF_UP))


@register.simple_tag
def multiple(values: Sequence[object], years: Sequence[int], top: object, target: object = None) -> SafeString:
    """Small columns, one per year, at one shared scale (``top``); a year nobody knows is hatched."""
    columns = list(zip(years, (as_decimal(value) for value in values), strict=True))[-5:]
    scale = as_decimal(top) or Decimal(1)
    older, latest, hatched, figures, spoken = "", "", "", [], []
    for position, (year, value) in enumerate(columns):
        x, last = position * 30, position == len(columns) - 1
        height = 28 if value is None else int((92 * value / scale).to_integral_value(ROUND_HALF_UP))
        column = f"M{x} {108 - height}h27v{height}h-27z"
        if value is None:
            hatched += column
        elif last:
            latest = column
        else:
            older += column
        words = "?" if value is None else str(value.quantize(Decimal(1), rounding=ROUND_HALF_UP))
        figures.append((x + 13, 103 - height, "tb" if last else "tv", words))
        spoken.append(f"{year} {gettext('not known') if value is None else words}")
    width = max(len(columns) * 30 - 2, 28)
    promise = as_decimal(target)
    return format_html(
        '<svg class="mc" width="150" height="126" role="img" aria-label="{}">{}{}{}'
        '<path class="ax" d="M0 108h{}"/>{}{}{}</svg>',
        ", ".join(spoken) + ("; " + promise_words(promise) if promise is not None else ""),
        format_html('<path class="f-c lo" d="{}"/>', older) if older else "",
        format_html('<path class="f-c" d="{}"/>', latest) if latest else "",
        format_html('<path fill="url(#k-h)" d="{}"/>', hatched) if hatched else "",
        width,
        format_html_join("", '<text x="{}" y="{}" class="{}">{}</text>', figures),
        format_html_join(
            "", '<text x="{}" y="124" class="tm">{}</text>',
            {(13, columns[0][0]): 1, (13 + 30 * (len(columns) - 1), columns[-1][0]): 1} if columns else (),
        ),
        target_line(promise, scale, width) if promise is not None else "",
    )  # fmt: skip


def promise_words(promise: Decimal) -> str:
    return gettext("promise: %(number)s") % {"number": number(promise)}


def target_line(promise: Decimal, scale: Decimal, width: int) -> SafeString:
    """A promise is a dashed line with its number."""
    y = 108 - int((92 * promise / scale).to_integral_value(ROUND_HALF_UP))
    return format_html(
        '<path class="tgt" d="M0 {}h{}"/><text x="34" y="{}">{}</text>',
        y, width, y - 5, promise_words(promise),
    )  # fmt: skip


@register.simple_tag
def clock(assessments: Sequence[Mapping[str, Any]], closing: bool = False) -> SafeString:
    """Studies against the start of the digging, or of other works: the measure is the days before or after it."""
    known = [one for one in assessments if one.get("days_before_start") is not None]
    if not known:
        return format_html("{}", "")
    reach = max([abs(Decimal(one["days_before_start"])) for one in known] + [Decimal(1)])
    return format_html(
        '<figure class="clk" aria-hidden="true"><svg height="16">'
        '<text x="75%" y="12" class="mid">{}</text></svg>{}</figure>',
        gettext("Works start") if closing else gettext("Digging starts"),
        format_html_join("", '<p class="sm"><b>{}</b></p>{}', (clock_row(one, reach) for one in known)),
    )


def clock_row(one: Mapping[str, Any], reach: Decimal) -> tuple[str, SafeString]:
    """A solid line up to the start where the study came first; hatching after it where the digging did."""
    lead = Decimal(one["days_before_start"])
    part = str(one.get("component") or one.get("instrument"))
    words = f"{capitalised(part)}: {days_words(lead)}"
    if lead >= 0:
        place = at(75 - 74 * lead / reach, Decimal(100))
        drawing = format_html('<line x1="{}" x2="75%" class="gi"/><use href="#k-i" x="{}"/>', place, place)
    else:
        drawing = format_html(
            '<rect x="75%" width="{}" y="-6" height="12" fill="url(#k-h)"/><use href="#k-x" x="{}"/>',
            at(23 * -lead / reach, Decimal(100)),
            at(75 + 23 * -lead / reach, Decimal(100)),
        )
    return words, format_html(
        '<svg class="cord">{}<line x1="75%" x2="75%" y1="-10" y2="10" class="ax"/></svg>', drawing
    )


def days_words(lead: Decimal) -> str:
    """Plain words for the lead of a study over the digging."""
    count = int(abs(lead))
    if lead >= 0:
        words = ngettext("approved %(count)d day before", "approved %(count)d days before", count)
    else:
        words = ngettext("approved %(count)d day after", "approved %(count)d days after", count)
    return words % {"count": count}


def mark_at(before: Decimal) -> SafeString:
    """The ring of last time above the bands."""
    return format_html('<use href="#k-d" x="{}" y="9"/>', at(before, Decimal(100)))


@register.simple_tag
def bands(score: object, previous: object = None, letter: str | None = None) -> SafeString:
    """Where a score lies in the bands E to A (30, 45, 60, 75); a ring for last time; hatched if unknown."""
    points, before = as_decimal(score), as_decimal(previous)
    if points is None:
        return format_html(
            '<svg class="bds" role="img" aria-label="{}">'
            '<rect width="100%" y="18" height="16" fill="url(#k-h)"/></svg>', gettext("We don’t know"),
        )  # fmt: skip
    here = letter or next(name for name, low, high in reversed(BANDS) if points >= low)
    boxes = [
        (f"{low}%", f"{high - low}%", f"bn g{name}" if name == here else "bn bo",
         f"{(low + high) / 2:g}%", "mid on" if name == here else "mid tm", name)
        for name, low, high in BANDS
    ]  # fmt: skip
    spoken = gettext("now %(score)s") % {"score": number(points, 1)}
    if before is not None:
        spoken += ", " + gettext("last time %(score)s") % {"score": number(before, 1)}
    return format_html(
        '<svg class="bds" role="img" aria-label="{}">{}{}{}'
        '<svg x="{}" y="0"><path d="M-7 2h14l-7 13z" class="ki"/></svg></svg>',
        spoken,
        format_html_join(
            "",
            '<rect x="{}" width="{}" y="18" height="16" class="{}"/>'
            '<text x="{}" y="30.5" class="{}">{}</text>',
            boxes,
        ),
        format_html_join(
            "",
            '<text x="{}%" y="48" class="mid tm">{}</text>',
            ((low, low) for _name, low, _high in BANDS if low),
        ),
        mark_at(before) if before is not None else "",
        at(points, Decimal(100)),
    )  # fmt: skip


# Pages and forms


@register.simple_tag(takes_context=True)
def language_links(context: template.Context) -> list[dict[str, Any]]:
    """One link per language to this same page and query; as ``{% language_links as links %}``."""
    request = context.get("request")
    path = request.get_full_path() if request else "/"
    here = get_language()
    prefix = f"/{here}/"
    return [
        {
            "code": code,
            "name": name,
            "current": code == here,
            "url": f"/{code}/{path.removeprefix(prefix)}" if path.startswith(prefix) else f"/{code}/",
        }
        for code, name in settings.LANGUAGES
    ]


@register.simple_tag(takes_context=True)
def query(context: template.Context, **changes: object) -> str:
    """This page's query string with some keys changed or, where None, removed: ``?{% query page=2 %}``."""
    parameters = context["request"].GET.copy()
    for key, value in changes.items():
        parameters.pop(key, None)
        if value not in (None, ""):
            parameters[key] = str(value)
    return str(parameters.urlencode())


@register.filter
def page_numbers(page: Any) -> list[int | None]:
    """Numbers for the pagination; None where some are left out."""
    elided = page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
    return [number if isinstance(number, int) else None for number in elided]


@register.filter
def is_checkbox(field: BoundField) -> bool:
    """A single box has its label behind it."""
    return isinstance(field.field.widget, CheckboxInput)


@register.filter
def is_choice_list(field: BoundField) -> bool:
    """Radios and lists of boxes stand in a fieldset, one under the other."""
    return isinstance(field.field.widget, RadioSelect)


@register.filter
def error_anchor(field: BoundField) -> str:
    """The id of the first control of a field, for the link in the error summary."""
    if field.use_fieldset:
        return f"{field.auto_id}_0"
    return str(field.id_for_label or field.auto_id)


@register.filter
def error_rows(forms: object) -> list[dict[str, Any]]:
    """All errors of a form, of several, or of a formset with the row named, each with the anchor of its field."""
    if isinstance(forms, BaseForm):
        return list(form_errors(forms, ""))
    if isinstance(forms, list):
        return [row for form in forms for row in error_rows(form)]
    rows: list[dict[str, Any]] = []
    if forms is None or forms == "" or not getattr(forms, "is_bound", False):
        return rows
    rows += [{"message": message, "anchor": ""} for message in forms.non_form_errors()]  # type: ignore[attr-defined]
    for position, form in enumerate(forms.forms, start=1):  # type: ignore[attr-defined]
        rows += form_errors(form, pgettext("of a table", "Row %(number)d") % {"number": position})
    return rows


@register.filter
def and_form(forms: object, other: object) -> list[object]:
    """Several forms of one page, so that one summary names all their errors."""
    return [*(forms if isinstance(forms, list) else [forms]), other]


def form_errors(form: BaseForm, row: str) -> Iterator[dict[str, Any]]:
    """The same words as at the field; errors of the whole form come first, without an anchor."""
    for message in form.non_field_errors():
        yield {"message": message, "anchor": "", "row": row}
    for field in form:
        for message in field.errors:
            anchor = "" if field.is_hidden else error_anchor(field)
            yield {"message": message, "anchor": anchor, "row": row, "label": field.label}


# Evidence of one figure, and the whole among others

SQUARES_A_ROW = 8
MOST_SQUARES = 40
NEAR_AN_END = Decimal(18)


@register.simple_tag
def record_squares(filed: int, total: int) -> SafeString:
    """A square for each record, filled where it holds a file; beyond forty the words beside them say it alone."""
    starts = range(0, total if total <= MOST_SQUARES else 0, SQUARES_A_ROW)
    rows = ((min(total - start, SQUARES_A_ROW), filed - start) for start in starts)
    return format_html_join(" ", "{}", ((squares(min(max(left, 0), size), size),) for size, left in rows))


@register.simple_tag
def peers(own: object, others: Iterable[Decimal], middle: Decimal) -> SafeString:
    """A score of 100 (square) among those of others (rings), a dashed line in their middle; words repeat it."""
    score_here = as_decimal(own) or Decimal(0)
    whole = Decimal(100)
    ends = [("0", "tm", "0")] if middle > NEAR_AN_END else []
    ends += [("100%", "end tm", "100")] if middle < whole - NEAR_AN_END else []
    return format_html(
        '<svg class="st1" aria-hidden="true"><line x2="100%" y1="20" y2="20" class="ax"/>{}'
        '<line x1="{}" x2="{}" y1="8" y2="32" class="tgt"/><use href="#k-i" x="{}" y="20"/>'
        '<text x="{}" y="6" class="mid tb">{}</text>{}<text x="{}" y="46" class="mid tm">{}</text></svg>',
        format_html_join("", '<use href="#k-d" x="{}" y="20"/>', ((at(one, whole),) for one in others)),
        at(middle, whole), at(middle, whole), at(score_here, whole), at(score_here, whole), score(own),
        format_html_join("", '<text x="{}" y="46" class="{}">{}</text>', ends),
        at(middle, whole), gettext("middle %(score)s") % {"score": score(middle)},
    )  # fmt: skip
