"""Water in public: only what counts is told of a mine, and nothing is beyond a limit that does not hold."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

from compliance.evaluation.criteria.monitoring import MonitoringFact
from compliance.public_pages.monitoring import (
    LINES_IN_FULL,
    StationShown,
    found_words,
    required_words,
    show_monitoring,
    table_of_station,
)
from tests.compliance.evaluation.builders import facts
from tests.compliance.evaluation.test_monitoring import required, river


def stations_shown(rows: Sequence[MonitoringFact]) -> list[StationShown]:
    """The stations of a document with these rows."""
    document: Any = SimpleNamespace(facts=facts(monitoring=rows))
    shown: Any = show_monitoring(document)
    return list(shown["stations"])


def test_only_what_counts_is_told_of_the_mine_and_the_rest_in_a_sentence_of_its_own() -> None:
    rows = [
        river(12, 1),
        river(3, voice="community"),
        river(4, 2, voice="monitor", accredited=False),
        river(1, 1, evidence=0),
    ]
    assert found_words(rows) == [
        "Beyond a limit: 1 of 15 (Copper).",
        "Beyond a limit without an accredited laboratory or paper, and not counted: 3 of 5 (Copper).",
    ]
    assert found_words(rows[1:2]) == ["Beyond a limit: 0 of 3."]


def test_in_the_mixing_zone_nothing_is_beyond_a_limit() -> None:
    row = river(12, most=None, in_mixing_zone=True, worst=Decimal(9))
    assert found_words([row]) == ["No limit holds in the mixing zone."]
    assert found_words([river(12, most=None)]) == ["We know no limit for what was measured here."]


def test_of_each_parameter_no_more_is_on_record_than_is_required() -> None:
    programme = [required(12), required(12, parameter="lead")]
    [words] = required_words([river(24), river(12, voice="community")], programme)
    assert words == "The mine must measure 24 times in the year; results that it found are on record for 12 of them."


def test_what_could_not_be_seen_is_not_the_worst() -> None:
    unseen = river(0, undecided=12, worst=None, mean=None, mean_at_most=Decimal(1))
    table: Any = table_of_station([unseen])
    [(row, _cells)] = table["rows"]
    assert row.texts == ["0.2", "0", "0", "–", "–"]


def test_stations_stand_first_where_tests_that_count_were_most_often_beyond_a_limit() -> None:
    by_word = river(12, 9, station="monitoring-station/1", station_name="word", evidence=0)
    shown_once = river(12, 1, station="monitoring-station/2", station_name="once")
    assert [station.name for station in stations_shown([by_word, shown_once])] == ["once", "word"]


def test_a_long_table_of_a_station_keeps_the_worst_and_says_how_many_lines_are_left() -> None:
    rows = [river(12, days) for days in range(LINES_IN_FULL + 2)]
    [station] = stations_shown(rows)
    table: Any = station.table
    assert [row.texts[2] for row, _cells in table["rows"]] == [str(days) for days in range(LINES_IN_FULL + 1, 1, -1)]
    assert station.more.startswith("2 more lines")
    assert stations_shown(rows[2:])[0].more == ""
