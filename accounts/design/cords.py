"""Cords in SVG: sums and payments as a line with knots; thick is confirmed, medium claimed, thin promised."""

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from itertools import groupby
from typing import Any

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


def bar(state: str, value: object, scale: object, label: str = "") -> SafeString:
    """One sum on one cord: promised, claimed or confirmed; an unknown sum draws nothing but the bar."""
    amount, full, code = as_decimal(value), as_decimal(scale) or Decimal(0), knot_code(state)
    if amount is None:
        return drawn([], [], label)
    return drawn([line(Decimal(0), amount, full, code)], [mark(amount, full, code)], label)


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
