"""Water in public: only what counts is told of a mine, and nothing is beyond a limit that does not hold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest

from compliance.evaluation.criteria.monitoring import MonitoringFact
from compliance.public_pages.monitoring import (
    LINES_IN_FULL,
    StationShown,
    found_words,
    monitoring_table,
    required_words,
    show_monitoring,
    table_of_station,
)
from compliance.public_pages.monitoring_differences import difference_words
from tests.compliance.evaluation.builders import facts
from tests.compliance.evaluation.test_monitoring import required, river


def some(*amounts: str | None) -> tuple[Decimal | None, ...]:
    """The first months of a year; nothing was measured in the others."""
    found = [None if one is None else Decimal(one) for one in amounts]
    return (*found, *(None,) * (12 - len(found)))


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
        "Beyond a limit, without an accredited laboratory or without paper, not counted: 3 of 5 (Copper).",
    ]
    assert found_words(rows[1:2]) == ["Beyond a limit: 0 of 3."]


@pytest.mark.parametrize(
    ("mine", "committee", "told"),
    [
        ({"months": some("0.06")}, {"months": some("0.12")}, []),
        ({"months": some("0.06")}, {"months": some("0.24")}, ["1 of 1 month", "a monitoring committee", "the mine"]),
        ({"months": some("0.24")}, {"months": some("0.06")}, ["1 of 1 month", "the mine", "a monitoring committee"]),
        ({"months": some("0.1")}, {"months": some(None, "0.9")}, []),
        ({"months": some("0.12")}, {"months": some("0.24")}, []),
        ({"months": some("0.12"), "undetected": 1}, {"months": some("0.24")}, []),
        ({"months": some("0.12"), "undetected": 1}, {"months": some("0.39")}, []),
        ({"months": some("0.12"), "undetected": 1}, {"months": some("0.4")}, ["1 of 1 month", "committee", "the mine"]),
        ({"months": some("0.3")}, {"months": some("0.61")}, ["1 of 1 month", "committee", "the mine"]),
        ({"months": some("0.01")}, {"months": some("0.1"), "undetected": 1}, []),
        ({"months": some("0.01")}, {"months": some("0.1")}, []),
        ({"months": some("0.01"), "most": None}, {"months": some("0.9"), "most": None}, []),
        ({"months": some("0.01"), "undecided_of_months": (1, *(0,) * 11)}, {"months": some("0.9")}, []),
        ({"months": some("0.01"), "undecided_of_months": ()}, {"months": some("0.9")}, []),
        ({"months": some("0.01"), "mean_at_most": Decimal("0.6")}, {"months": some("0.9")}, []),
        (
            {"months": some("0.01", None), "undecided_of_months": (0, 1, *(0,) * 10), "mean_at_most": Decimal("0.2")},
            {"months": some("0.3", "0.3")},
            ["1 of 2 months", "committee", "the mine"],
        ),
        (
            {"months": some("0.01")},
            {"months": some("0.9"), "accredited": False},
            ["committee (tests that are not counted)"],
        ),
        ({"months": some("0.01"), "evidence": 0}, {"months": some("0.9")}, ["the mine (tests that are not counted)"]),
        ({"months": some("3"), "parameter": "ph"}, {"months": some("7"), "parameter": "ph"}, []),
        ({"months": some("0.1")}, {"months": some("0.9"), "voice": "unknown"}, []),
    ],
)
def test_two_sides_differ_widely_where_one_surely_found_twice_as_much_in_the_same_month(
    mine: dict[str, Any], committee: dict[str, Any], told: list[str]
) -> None:
    said = " ".join(difference_words([replace(river(1), **mine), replace(river(1, voice="committee"), **committee)]))
    at = [said.find(word) for word in told]
    assert bool(said) == bool(told)
    assert at == sorted(at)
    assert -1 not in at


def test_what_a_side_found_in_tests_that_do_not_count_is_compared_apart_and_never_with_its_own() -> None:
    counted, apart, other = some("0.01"), some("0.9"), some("0.02")
    rows = [river(1, months=12, evidence=0), river(1), river(1, voice="committee")]
    pairs = zip(rows, (apart, counted, other), strict=True)
    [said] = difference_words([replace(row, months=months) for row, months in pairs])
    assert (
        "the worst of the mine (tests that are not counted) was at least twice that of a monitoring committee" in said
    )


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


def test_where_nothing_was_detected_no_half_of_a_limit_is_told_as_found() -> None:
    half = Decimal("0.005")
    unseen, in_part = (river(12, undetected=days, worst=half, mean=half) for days in (12, 3))
    table: Any = table_of_station([unseen, in_part])
    told = [(row.texts[3:], row.about) for row, _cells in table["rows"]]
    assert told[0] == (["not detected", "not detected"], "")
    assert told[1][0] == ["0.005", "0.005"]
    assert told[1][1].startswith("On 3 of 12 days nothing was detected")
    document: Any = SimpleNamespace(slug="mine", year=2024, facts=facts(monitoring=[unseen, in_part, river(12)]))
    head, *rows = monitoring_table(document)
    copied = [dict(zip(head, row, strict=True)) for row in rows]
    assert [(row["worst"], row["mean"], row["mean_at_most"], row["what_the_amounts_say"]) for row in copied] == [
        (None, None, None, "not detected"),
        (half, half, half, "with values that could not be detected counted as half"),
        (*(Decimal("0.1"),) * 3, None),
    ]


def test_a_laboratory_that_is_not_known_to_be_accredited_is_not_copied_as_one_that_is_not() -> None:
    document: Any = SimpleNamespace(
        slug="mine", year=2024, facts=facts(monitoring=[river(12), river(12, accredited=False)])
    )
    head, *rows = monitoring_table(document)
    assert [row[head.index("accredited")] for row in rows] == [True, None]


def test_a_mean_beyond_its_limit_is_told_with_who_measured_it_and_only_where_it_surely_is() -> None:
    over, limit = Decimal("71.4"), Decimal(50)
    dust: dict[str, Any] = {"medium": "air", "parameter": "pm10", "most": Decimal(100), "mean_most": limit}
    surely = river(12, **dust, worst=Decimal(90), mean=over)
    counted = river(12, **dust, worst=Decimal(90), mean=Decimal(51), undetected=6)
    unsure = river(12, **dust, worst=Decimal(90), mean=Decimal(49), undetected=6)
    unseen = river(1, undecided=11, **dust, worst=Decimal(60), mean=Decimal(60))
    told = river(2, **dust, worst=Decimal(90), mean=over, accredited=False, voice="community")
    beyond, may_be = "Mean beyond the limit for the mean of the year", "Mean that may be beyond the limit for the mean"
    [_days, mean] = found_words([surely])
    assert mean.startswith(beyond)
    assert "measured by the mine, 12 days" in mean
    assert found_words([counted])[-1].startswith(beyond)
    assert found_words([unsure])[-1].startswith(may_be)
    assert found_words([unseen])[-1].startswith(may_be)
    assert found_words([told])[-1].endswith("measured by the community, 2 days, not counted.")
    assert len(found_words([river(12, **dust, mean=limit)])) == 1
    table: Any = table_of_station([surely])
    [(row, _cells)] = table["rows"]
    assert row.about == "The mean of the 12 days measured is beyond the limit for the mean of the year."
