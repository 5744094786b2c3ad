"""Marks and charts: a tick means that it was fulfilled and nothing else, and marks never cover each other."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from django.utils.translation import override

from accounts.design import charts, marks, writing

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
