"""A map as it is drawn: outlines of areas, and numbered marks; a list beside it says in words what it shows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString


@dataclass(frozen=True)
class Shape:
    """The outline of an area, with a text at a place in it; a `tone` makes it stand out, a `link` leads to its line in the list."""

    path: str
    tone: str = ""
    link: str = ""
    text: str = ""
    x: int = 0
    y: int = 0


@dataclass(frozen=True)
class Spot:
    """Where something is, with its number in the list."""

    x: int
    y: int
    text: str = ""


@dataclass(frozen=True)
class Map:
    """All of it; a map without a label shows nothing that its list does not say, and is not read aloud."""

    width: int
    height: int
    shapes: Sequence[Shape]
    spots: Sequence[Spot] = ()
    label: str = ""


def map_drawn(drawn: Map) -> SafeString:
    """The map as SVG: outlines in their order, above them the texts of those that lead nowhere, and the marks."""
    read = format_html('role="img" aria-label="{}"', drawn.label) if drawn.label else SafeString('aria-hidden="true"')
    return format_html(
        '<svg class="map" viewBox="0 0 {} {}" {}>{}{}{}</svg>',
        drawn.width,
        drawn.height,
        read,
        format_html_join("", "{}", ((shape_drawn(one),) for one in drawn.shapes)),
        format_html_join("", "{}", ((text_drawn(one),) for one in drawn.shapes if not one.link)),
        format_html_join(
            "",
            '<g class="spot" transform="translate({} {})"><circle r="5"/><text x="9" y="5">{}</text></g>',
            ((one.x, one.y, one.text) for one in drawn.spots),
        ),
    )


def shape_drawn(shape: Shape) -> SafeString:
    """One area, as a link with its text where it leads somewhere."""
    if shape.link:
        link = '<a class="land {}" href="{}" tabindex="-1"><path d="{}"/>{}</a>'
        return format_html(link, shape.tone, shape.link, shape.path, text_drawn(shape))
    return format_html('<g class="land {}"><path d="{}"/></g>', shape.tone, shape.path)


def text_drawn(shape: Shape) -> SafeString:
    """The text of an area, where it has one."""
    if not shape.text:
        return SafeString("")
    return format_html('<text x="{}" y="{}">{}</text>', shape.x, shape.y, shape.text)
