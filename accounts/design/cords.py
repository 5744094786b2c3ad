"""Cords in SVG: sums and payments as a line with knots; thick is confirmed, medium claimed, thin promised."""

from collections.abc import Iterable
from decimal import Decimal
from itertools import groupby

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from accounts.design.marks import CORDS, knot_code
from accounts.design.writing import as_decimal


def at(value: Decimal, scale: Decimal) -> str:
    """A place on the cord as a percentage with a point, whatever the language."""
    share = min(max(100 * value / scale, Decimal(0)), Decimal(100)) if scale else Decimal(0)
    return f"{share.quantize(Decimal('0.01')).normalize():f}%"


def line(start: Decimal, end: Decimal, scale: Decimal, code: str) -> SafeString:
    """One stretch of cord: thin promised, medium claimed, thick confirmed, dotted unknown."""
    begin = format_html(' x1="{}"', at(start, scale)) if start else ""
    return format_html('<line{} x2="{}" class="cord-{}"/>', begin, at(end, scale), CORDS[code])


def mark(place: Decimal, scale: Decimal, code: str) -> SafeString:
    return format_html('<use href="#k-{}" x="{}"/>', code, at(place, scale))


def drawn(parts: Iterable[SafeString], marks: Iterable[SafeString], label: str) -> SafeString:
    """A cord hanging from its bar; hidden from screen readers unless it has words of its own."""
    voice = format_html('role="img" aria-label="{}"', label) if label else format_html("aria-hidden={}", "true")
    return format_html(
        '<svg class="cord" {}>{}<use href="#k-s"/>{}</svg>',
        voice,
        format_html_join("", "{}", ((part,) for part in parts)),
        format_html_join("", "{}", ((one,) for one in marks)),
    )


def cord(parts: Iterable[tuple[object, str]], scale: object, label: str = "") -> SafeString:
    """Stretches of one cord in order of time, each an amount with its state, and a knot at the end of each.

    ``scale`` is the amount that fills the width. Rings lie below other knots, so that a small rest hides nothing.
    """
    stretches = [(amount, knot_code(state)) for value, state in parts if (amount := as_decimal(value)) is not None]
    full, place = as_decimal(scale) or Decimal(0), Decimal(0)
    lines: list[SafeString] = []
    marks: list[tuple[bool, SafeString]] = []
    for code, run in groupby(stretches, key=lambda stretch: stretch[1]):
        start = place
        for amount, _code in run:
            place += amount
            marks.append((code != "d", mark(place, full, code)))
        lines.append(line(start, place, full, code))
    return drawn(lines, (one for _above, one in sorted(marks, key=lambda pair: pair[0])), label)


def bar(state: str, value: object, scale: object, label: str = "") -> SafeString:
    """One sum on one cord: promised, claimed or confirmed; an unknown sum is dotted along the whole cord."""
    amount, full = as_decimal(value), as_decimal(scale) or Decimal(0)
    return cord([(full or 1, "unknown")] if amount is None else [(amount, state)], full or 1, label)


def nested(
    promised: object, paid: object, confirmed: object, scale: object, label: str = "", unknown: object = None
) -> SafeString:
    """Three sums on one cord: thick confirmed, medium paid, thin promised; dotted of what nobody knows anything."""
    owed, silent = as_decimal(promised), as_decimal(unknown) or Decimal(0)
    said = [amount for amount in (as_decimal(confirmed), as_decimal(paid)) if amount is not None]
    if not said:
        whole = owed or as_decimal(scale) or Decimal(1)
        return cord([(whole, "unknown")], scale or whole, label)
    arrived = as_decimal(confirmed) or Decimal(0)
    rest = max((owed or Decimal(0)) - max(said), Decimal(0))
    parts = [
        (arrived, "confirmed"),
        (max(said) - arrived, "claimed"),
        (rest - min(rest, silent), "promised"),
        (min(rest, silent), "unknown"),
    ]
    shown = [part for part in parts if part[0] > 0] or [(Decimal(0), "claimed" if confirmed is None else "confirmed")]
    return cord(shown, scale, label)


def strand(share: object, known: bool = True) -> SafeString:
    """A short cord of the tree of owners: the thicker, the larger the share out of 100; dotted where nobody knows whose."""
    thick = (Decimal("1.5") + (as_decimal(share) or Decimal(0)) / 10).quantize(Decimal("0.1"))
    code, width = ("axis", format_html(' stroke-width="{}"', f"{thick:f}")) if known else ("cord-unknown", "")
    return format_html(
        '<svg class="strand" aria-hidden="true"><line x2="100%" y1="8" y2="8" class="{}"{}/></svg>', code, width
    )
