"""Marks in SVG: knots for states, shapes for grades, squares for evidence.

They are defined once per page by ``{% knots %}`` (base.html does it) and reused with ``<use>``.
"""

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from accounts.design.bands import WITHHELD, Bands, look_of
from accounts.design.writing import as_decimal, pick_language

KNOTS_OF_STATES = {
    "d": "promised due unpaid not_due not_started draft waiting",
    "p": "claimed paid company",
    "v": "confirmed arrived community fulfilled",
    "t": "told",
    "l": "kept_late",
    "x": "disputed late after error not_fulfilled",
    "q": "unknown",
    "i": "record monitor authority before accepted done verified",
    "c": "committee",
}
KNOTS = {state: code for code, states in KNOTS_OF_STATES.items() for state in states.split()}
CORDS = {
    "v": "confirmed",
    "t": "told",
    "l": "confirmed",
    "p": "company",
    "x": "disputed",
    "d": "due",
    "q": "unknown",
    "i": "due",
    "c": "due",
}

GRADE_SHAPES = {
    "A": '<circle cx="16" cy="16" r="15.5" class="grade-A"/>',
    "B": '<path d="M8.2 1.5h15.6l8 14.5-8 14.5H8.2L.2 16z" class="grade-B"/>',
    "C": '<path d="M2 2h28v28H2z" class="grade-C"/>',
    "D": '<path d="M2 1h28v18L16 31.5 2 19z" class="grade-D"/>',
    "E": '<path d="M-1 2h34L16 32z" class="grade-E"/>',
}
LINE_OF_LETTER = {"A": "22.4", "B": "22.4", "C": "22.4", "D": "20.4", "E": "18.4"}
"""On which height a letter stands in each shape."""
SPRITE = (
    '<svg class="hidden" aria-hidden="true"><defs>'
    '<g id="k-mk"><path d="M1 5h30" stroke="currentColor" stroke-width="3"/>'
    '<path d="M7 5v24M16 5v24M25 5v24" stroke="currentColor" stroke-width="1.5"/>'
    '<circle cx="7" cy="25" r="4" class="knot-open"/><circle cx="16" cy="18" r="4.5" class="fill-company"/>'
    '<g class="fill-community"><circle cx="25" cy="25" r="5"/><circle cx="25" cy="13" r="3.5"/></g></g>'
    '<path id="k-s" d="M0-9v18" class="start"/><circle id="k-d" r="6" class="knot-open"/>'
    '<g id="k-p"><circle r="7" class="knot-company"/><path d="M0-7a7 7 0 0 0 0 14z" class="fill-company"/></g>'
    '<g id="k-v"><circle r="8" class="fill-community"/><path d="M-3.6.4-1 3l4.6-5.4" class="knot-tick"/></g>'
    '<g id="k-t"><circle r="7" class="knot-told"/><circle r="2" class="fill-community"/></g>'
    '<g id="k-l"><circle r="8" class="knot-disputed"/><circle r="4.5" class="fill-community"/></g>'
    '<g id="k-x"><circle r="7" class="knot-disputed"/><path d="M-3-3l6 6M3-3l-6 6" class="knot-disputed"/></g>'
    '<g id="k-q"><circle r="7.5" class="knot-unknown"/><text y="4.5" class="mid strong">?</text></g>'
    '<path id="k-i" d="M-6-6h12v12h-12z" class="fill-ink"/>'
    '<path id="k-c" d="M0-7.5L7.5 0 0 7.5-7.5 0z" class="knot-committee"/>'
    '<pattern id="k-h" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    '<path d="M0 0v6" class="hatch"/></pattern>{}'
    '<symbol id="g-Q" viewBox="0 0 32 32"><circle cx="16" cy="16" r="15" class="knot-unknown"/>'
    '<text x="16" y="22.4" class="grade-unknown">?</text></symbol>'
    '<symbol id="g-N" viewBox="0 0 32 32" class="grade-none"><circle cx="16" cy="16" r="15"/><path d="M10 16h12"/></symbol>'
    "</defs></svg>"
)


def knots() -> SafeString:
    """The definitions of all marks, once per page, before their first use."""
    shapes = format_html_join(
        "",
        '<symbol id="g-{}" viewBox="0 0 32 32">{}</symbol>',
        ((look, format_html(f"{shape}{{}}", "")) for look, shape in GRADE_SHAPES.items()),
    )
    return format_html(SPRITE, shapes)


def knot_code(state: str) -> str:
    """The mark of a state of payment, promise, study or voice; an unlisted one is unknown."""
    return state if state in CORDS else KNOTS.get(state, "q")


def knot(state: str, label: str = "") -> SafeString:
    """One mark: ring, half, full, dotted ring, full in a ring, cross, square, diamond, question.

    Without a label it repeats the words beside it.
    """
    if label:
        return format_html(
            '<svg class="knot" role="img" aria-label="{}"><use href="#k-{}"/></svg>', label, knot_code(state)
        )
    return format_html('<svg class="knot" aria-hidden="true"><use href="#k-{}"/></svg>', knot_code(state))


def voice(speaker: str, words: object) -> SafeString:
    """Who says something, in the speaker's colour; a knot would say what became of it, and belongs beside that."""
    colour = speaker if speaker in {"company", "community"} else ""
    return format_html('<span class="nowrap {}">{}</span>', colour, words)


def state_knot(state: str, speaker: str) -> SafeString:
    """The mark of how sure a record is. A company's word alone is a half, whoever else reports a ring, never a tick."""
    if state == "reported":
        return knot("claimed" if speaker == "company" else "waiting")
    return knot(state)


def side_knot(side: str, said: object, other: object = None, *, told: bool = False) -> SafeString:
    """The mark of what a payer (``company``) or a recipient says, beside the same sum in words.

    Nothing paid is a ring. Nothing arrived, or less than the payer says it paid, is a cross and never a tick; neither is
    what is only told, without paper.
    """
    amount, paid = as_decimal(said), as_decimal(other)
    if amount is None:
        return knot("unknown")
    if side == "company":
        return knot("claimed" if amount else "unpaid")
    if not amount or (paid is not None and amount < paid):
        return knot("disputed")
    return knot("told" if told else "confirmed")


def grade(letter: str | None, bands: Bands = (), size: str = "") -> SafeString:
    """The letter in its shape, from round to pointed; "?" dashed, and a dash where the policy does not apply."""
    drawing = format_html('<use href="#g-{}"/>', "Q" if letter else "N")
    if letter and letter != WITHHELD:
        look = look_of(letter, bands)
        drawing = format_html('<use href="#g-{}"/><text x="16" y="{}">{}</text>', look, LINE_OF_LETTER[look], letter)
    return format_html(
        '<svg class="{}" viewBox="0 0 32 32" role="img" aria-label="{}">{}</svg>',
        "grade grade-large" if size == "large" else "grade",
        grade_label(letter),
        drawing,
    )


def grade_label(letter: str | None) -> str:
    """What a screen reader says for the mark."""
    if not letter:
        return gettext("Does not apply")
    if letter == WITHHELD:
        return gettext("Not graded")
    return gettext("Grade %(letter)s") % {"letter": letter}


def grade_words(letter: str | None, bands: Bands = ()) -> str:
    """What its framework calls a grade; empty where the framework has no such grade."""
    if not letter:
        return gettext("Does not apply")
    if letter == WITHHELD:
        return gettext("We don’t know enough")
    return next((pick_language(band.names) for band in bands if band.grade == letter), "")


def squares(known: int, total: int) -> SafeString:
    """Evidence: filled for each fact that has a record, open for each that has none."""
    missing = "".join(f"M{i * 11 + 0.7:g} 2.7h6.6v6.6h-6.6z" for i in range(known, total))
    return format_html(
        '<svg class="squares" width="{}" aria-hidden="true">{}{}</svg>',
        total * 11,
        format_html('<path d="M0 6h{}" class="square"/>', known * 11 - 3) if known else "",
        format_html('<path d="{}" class="square-open"/>', missing) if missing else "",
    )


SQUARES_A_ROW = 8
MOST_SQUARES = 40


def record_squares(filed: int, total: int) -> SafeString:
    """A square for each record, filled where it holds a file; beyond forty the words beside them say it alone."""
    starts = range(0, total if total <= MOST_SQUARES else 0, SQUARES_A_ROW)
    rows = ((min(total - start, SQUARES_A_ROW), filed - start) for start in starts)
    return format_html_join(" ", "{}", ((squares(min(max(left, 0), size), size),) for size, left in rows))
