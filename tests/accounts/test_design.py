"""Marks and charts: a tick means that it was fulfilled and nothing else, and marks never cover each other."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from django.utils.translation import override

from accounts.design import charts, marks, writing
from accounts.design.loader import without_indentation

TICK, CROSS, HALF = "#k-v", "#k-x", "#k-p"


@pytest.mark.parametrize("speaker", ["company", "community", "authority", "monitor", "unknown"])
def test_who_says_something_is_told_by_colour_and_words_and_never_by_a_knot(speaker: str) -> None:
    drawn = marks.voice(speaker, "Who")
    assert "Who" in drawn
    assert "<svg" not in drawn


@pytest.mark.parametrize("state", ["reported", "verified", "disputed", "unverified"])
@pytest.mark.parametrize("speaker", ["company", "community", "authority", "monitor", "unknown"])
def test_how_sure_a_record_is_never_carries_the_tick_of_what_was_fulfilled(state: str, speaker: str) -> None:
    drawn = marks.state_knot(state, speaker)
    assert TICK not in drawn
    assert (CROSS in drawn) == (state == "disputed")
    assert (HALF in drawn) == (state == "reported" and speaker == "company")


def test_what_is_fulfilled_has_the_tick_and_what_is_not_the_cross() -> None:
    assert TICK in marks.knot("fulfilled")
    assert CROSS in marks.knot("not_fulfilled")


@pytest.mark.parametrize(("now", "before", "apart"), [("50", "50", False), ("0", "3.9", False), ("100", "96", True)])
def test_the_ring_of_last_time_stands_above_the_score_where_the_two_would_cover_each_other(
    now: str, before: str, apart: bool
) -> None:
    drawn = charts.bands(Decimal(now), Decimal(before))
    ring = re.search(r'href="#k-d" x="[^"]*" y="(-?\d+)"', drawn)
    assert ring
    assert (int(ring[1]) > 0) == apart


def test_a_country_is_named_in_the_readers_language() -> None:
    with override("es"):
        assert writing.country_name("PE") == "Perú"
    with override("en"):
        assert writing.country_name("PE") == "Peru"
        assert writing.country_name("ZZZ") == "ZZZ"


@pytest.mark.parametrize(
    ("written", "sent"),
    [
        (
            "<ul>\n  {% for x in y %}\n    <li>\n      {{ x }}\n    </li>\n  {% endfor %}\n</ul>\n",
            "<ul>{% for x in y %}<li>{{ x }}</li>{% endfor %}</ul>",
        ),
        (
            "<p>\n  One\n  <b>two</b>,\n  {% if x %}\n    three\n  {% endif %}\n  four.\n</p>",
            "<p>One <b>two</b>, {% if x %}three {% endif %}four.</p>",
        ),
        (
            '<a\n  href="{% url "a" %}"\n  class="b">c</a>\n<b>d</b>',
            '<a href="{% url "a" %}" class="b">c</a> <b>d</b>',
        ),
        (
            '{% translate "Yes" as yes %}\n<th scope="row">\n  {{ yes }}',
            '{% translate "Yes" as yes %}<th scope="row">{{ yes }}',
        ),
        (
            '<p title="{{ a }} > {% if b %}"x"{% endif %}">\n  c',
            '<p title="{{ a }} > {% if b %}"x"{% endif %}">c',
        ),
    ],
)
def test_a_template_is_sent_without_the_spaces_that_stand_for_its_layout_alone(written: str, sent: str) -> None:
    assert without_indentation(written) == sent
