"""Marks and charts: a tick means that it was fulfilled and nothing else, and marks never cover each other."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from django.utils.translation import override

from accounts.design import bands, charts, cords, marks, writing
from accounts.design.loader import without_indentation
from compliance.evaluation.framework import Band

SPEAKERS = ["company", "community", "committee", "authority", "monitor", "unknown"]
TICK, CROSS, HALF = "#k-v", "#k-x", "#k-p"


def bands_of(**cuts: str) -> list[Band]:
    """The bands of a framework, from the best, each with its letter as its name."""
    return [
        Band(grade=letter, starts_at=Decimal(cut), names={"en": f"Called {letter}"}) for letter, cut in cuts.items()
    ]


BANDS = bands_of(G="66.7", F="33.34", P="0")


@pytest.mark.parametrize("speaker", SPEAKERS)
def test_who_says_something_is_told_by_colour_and_words_and_never_by_a_knot(speaker: str) -> None:
    drawn = marks.voice(speaker, "Who")
    assert "Who" in drawn
    assert "<svg" not in drawn


def test_who_measured_is_a_mark_of_its_own_for_the_mine_the_community_and_a_committee() -> None:
    drawn = {speaker: marks.knot_code(speaker) for speaker in SPEAKERS}
    assert len({drawn[one] for one in ("company", "community", "committee", "authority")}) == 4
    assert all(f'id="k-{code}"' in marks.knots() for code in drawn.values())
    assert cords.line(Decimal(0), Decimal(1), Decimal(1), drawn["committee"])


@pytest.mark.parametrize("state", ["reported", "verified", "disputed", "unverified"])
@pytest.mark.parametrize("speaker", SPEAKERS)
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
    drawn = charts.bands(Decimal(now), BANDS, Decimal(before))
    ring = re.search(r'href="#k-d" x="[^"]*" y="(-?\d+)"', drawn)
    assert ring
    assert (int(ring[1]) > 0) == apart


@pytest.mark.parametrize(
    ("points", "shown", "letter"),
    [
        ("66.69", "66.6", "F"),
        ("66.7", "66.7", "G"),
        ("33.34", "33.4", "F"),
        ("33.33", "33.3", "P"),
        ("74.96", "75.0", "G"),
        ("99.96", "99.9", "G"),
        ("0", "0.0", "P"),
    ],
)
def test_a_score_stands_on_the_side_of_the_cuts_on_which_it_is(points: str, shown: str, letter: str) -> None:
    assert writing.score(points, BANDS) == shown
    assert bands.letter_of(Decimal(points), BANDS) == letter
    assert bands.letter_of(Decimal(shown), BANDS) == letter


def test_a_score_of_which_no_framework_is_known_is_cut() -> None:
    assert (writing.score("74.96"), writing.score("33.39"), writing.score(None)) == ("74.9", "33.3", "Not known")


def test_grades_look_from_round_to_pointed_however_many_there_are() -> None:
    looks = [
        [bands.look_of(one.grade, some) for one in some] for some in (BANDS, bands_of(**dict.fromkeys("VWXYZ", "0")))
    ]
    assert looks == [["A", "C", "E"], list("ABCDE")]
    assert [bands.look_of(one.grade, bands_of(X="0")) for one in bands_of(X="0")] == ["A"]
    with pytest.raises(ValueError, match="not in list"):
        bands.look_of("A", BANDS)


def test_a_mark_holds_the_letter_of_its_framework_in_its_look() -> None:
    drawn = marks.grade("F", BANDS)
    assert 'href="#g-C"' in drawn
    assert ">F</text>" in drawn
    assert 'aria-label="Grade F"' in drawn
    assert [marks.grade_words(letter, BANDS) for letter in ("F", "A", "?", None)] == [
        "Called F",
        "",
        "We don’t know enough",
        "Does not apply",
    ]
    for letter, mark in (("?", "#g-Q"), (None, "#g-N"), ("", "#g-N")):
        assert f'href="{mark}"' in marks.grade(letter, BANDS)
        assert "<text" not in marks.grade(letter, BANDS)


def test_the_bands_are_drawn_with_their_letters_and_cuts() -> None:
    drawn = charts.bands(Decimal("50"), BANDS)
    assert re.findall(r">([A-Z])</text>", drawn) == ["P", "F", "G"]
    assert re.findall(r'aria-hidden="true">([0-9.]+)</text>', drawn) == ["33.34", "66.7"]
    assert drawn.count("grade-C") == 1
    assert "grade-A" not in drawn


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


def test_the_cord_of_an_owner_is_thicker_the_larger_the_share_and_dotted_where_nobody_knows_whose_it_is() -> None:
    thick = [re.search(r'stroke-width="([\d.]+)"', cords.strand(Decimal(share))) for share in ("0.0001", "12", "100")]
    assert [found and found[1] for found in thick] == ["1.5", "2.7", "11.5"]
    assert 'class="cord-unknown"' in cords.strand(Decimal(55), known=False)
    assert 'aria-hidden="true"' in cords.strand(Decimal(55))


def test_a_name_that_ends_with_a_stop_ends_a_sentence_with_one() -> None:
    assert [f"Saved: {writing.without_stop(name)}." for name in ("Minera S.A.", "A road")] == [
        "Saved: Minera S.A.",
        "Saved: A road.",
    ]


def test_september_is_written_as_in_peru() -> None:
    with override("es"):
        assert writing.long_date("2026-09-28") == "28 de setiembre de 2026"
        assert writing.long_date("2026-10-28") == "28 de octubre de 2026"
    with override("en"):
        assert writing.long_date("2026-09-28") == "28 September 2026"
