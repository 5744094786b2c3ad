"""Monitoring over the years: every published year once, gaps as gaps, the limit of each year, and light pages whatever there is."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from html import unescape
from typing import Any

import pytest
from django.db import connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from accounts.design.plots import years_plot
from compliance.evaluation.criteria.monitoring import MonitoringFact
from compliance.middleware import PAGES as KEPT
from compliance.models import Publication, RecordCorrection
from compliance.public_pages.monitoring_years import (
    YearOfTests,
    chart_of,
    months_of,
    parameters_of,
    span_of,
    stations_of,
    table_lines,
    table_to_copy,
)
from tests.cast import YEAR, gather_cast, open_mine, produced, published, take_down
from tests.compliance.evaluation.builders import facts
from tests.compliance.evaluation.test_monitoring import effluent, river
from tests.compliance.sample_document import sample_document
from tests.compliance.test_public_pages import Outline, publish
from tests.kinds.test_monitoring_results import enter_lead

WATER = "/projects/puka-willka/monitoring/"
MONTHS = tuple(Decimal(month) / 100 for month in range(1, 13))
MOST_QUERIES, HEAVIEST = 20, 50_000


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Words are compared in the source language."""
    with translation.override("en"):
        yield


def year(number: int, row: MonitoringFact) -> YearOfTests:
    """The tests of a year as one publication says them."""
    return YearOfTests(number, f"{number}", row)


def copper(*, beyond: int = 0, **columns: Any) -> MonitoringFact:
    """A year of copper with one test a month, each worse than the one before."""
    usual: dict[str, Any] = {"station_name": "R-20", "category": "3-D1", "months": MONTHS, "worst": MONTHS[-1]}
    return replace(river(12, beyond), **usual | columns)


def publish_year(number: int, *rows: MonitoringFact, **broken: Any) -> Publication:
    """A published year of the sample mine with tests of water; of its document some parts may be broken."""
    begins, ends = date(number, 1, 1), date(number, 12, 31)
    document = sample_document(
        facts=facts(year=number, period_start=begins, period_end=ends, monitoring=rows).to_json(),
        period={"year": number, "start": begins.isoformat(), "end": ends.isoformat()},
    )
    return publish(document | broken)


def words(client: Client, address: str) -> str:
    """What a page says."""
    response = client.get(address)
    assert response.status_code == 200, address
    main = response.content.decode().partition("<main")[2].partition("</main>")[0]
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]*>", " ", f"<main{main}")))


def test_a_year_without_a_test_is_a_gap_and_not_zero() -> None:
    tests = [year(2021, copper()), year(2024, copper())]
    chart = chart_of(tests, 2025)
    assert (list(chart.years), chart.without) == ([2021, 2022, 2023, 2024, 2025], {2022, 2023, 2025})
    lines = table_lines(tests, 2025, [2021, 2023, 2024, 2025])
    assert [(line.year, line.nothing) for line in lines] == [
        (2025, "Nothing of this is on record."),
        (2024, ""),
        (2023, "Nothing of this is on record."),
        (2022, "Nothing of this year that can be read is public."),
        (2021, ""),
    ]
    assert all(line.cells == () for line in lines if line.nothing)


def test_a_line_says_lowest_worst_mean_and_on_how_many_days_it_was_beyond() -> None:
    [line] = table_lines([year(2024, copper(beyond=2, undecided_of_months=(3, *(0,) * 11)))], 2024, [2024])
    assert line.cells == ["0.2", "12, and 3 not decided", "2", "0.01", "0.12", "0.1"]
    [of_effluent] = table_lines(
        [year(2024, effluent(1, worst=None, mean=None, mean_at_most=Decimal("0.1")))], 2024, [2024]
    )
    assert of_effluent.cells == ["0.5; mean 0.4", "1", "0", "–", "–", "–"]


def test_tests_that_do_not_count_say_so_and_have_a_line_of_their_own() -> None:
    tests = [year(2024, copper()), year(2024, copper(accredited=False, beyond=9)), year(2024, copper(evidence=0))]
    lines = table_lines(tests, 2024, [2024])
    assert [bool(line.about) for line in lines] == [False, True, True]
    assert len(chart_of(tests, 2024).lanes) == 2
    [station] = stations_of(tests)
    assert (station.exceeding, station.not_counted) == (0, 9)


def test_each_year_has_the_limit_by_which_it_was_counted() -> None:
    tests = [year(2016, copper(most=None)), year(2017, copper(most=Decimal("0.5"))), year(2018, copper())]
    assert [(one.year, one.most) for one in chart_of(tests, 2018).limits] == [
        (2017, Decimal("0.5")),
        (2018, Decimal("0.2")),
    ]
    assert [line.cells[0] for line in table_lines(tests, 2018, [2016, 2017, 2018])] == ["0.2", "0.5", "–"]
    assert table_lines(tests, 2018, [])[-1].cells[2] == "–"


def test_a_year_in_which_the_limit_changed_has_two_rows_two_limits_and_no_mean() -> None:
    half = Decimal("0.5")
    tests = [year(2016, copper(most=half)), year(2017, copper(most=half)), year(2017, copper()), year(2018, copper())]
    chart = chart_of(tests, 2018)
    assert len(chart.lanes) == 1
    assert {one.most for one in chart.limits if one.year == 2017} == {half, Decimal("0.2")}
    svg = years_plot(chart)
    assert "<polyline" not in svg
    assert (svg.count('<path class="trace"'), svg.count('class="target"')) == (4, 2)
    assert [line.cells[0] for line in table_lines(tests, 2018, [])] == ["0.2", "0.5", "0.2", "0.5"]


def test_what_was_most_often_beyond_its_limit_comes_first() -> None:
    rows = (copper(), copper(parameter="lead", beyond=1), copper(parameter="zinc", beyond=5, evidence=0))
    assert parameters_of([year(2024, row) for row in rows]) == ["lead", "copper", "zinc"]
    elsewhere = copper(station="monitoring-station/2", station_name="A-1", beyond=2)
    stations = stations_of([*(year(2023, row) for row in rows), year(2025, elsewhere)])
    assert [(one.number, one.name, one.exceeding) for one in stations] == [(2, "A-1", 2), (1, "R-20", 1)]


def test_a_station_has_its_newest_name() -> None:
    [station] = stations_of([year(2020, copper(station_name="old")), year(2024, copper())])
    assert (station.name, station.years, station.about) == (
        "R-20",
        (2020, 2024),
        "River, lake or spring (receiving water), category 3-D1",
    )


def test_of_a_year_in_which_nobody_can_tell_there_is_no_amount() -> None:
    unseen = river(0, undecided=12, worst=None, mean=None, mean_at_most=Decimal(1))
    span = span_of(year(2024, unseen))
    assert (span.low, span.high, span.worst, span.mean) == (None, None, None, None)
    shown = months_of([year(2024, unseen)], 2024)
    assert shown is not None
    assert {cells[0] for _month, cells in shown.lines} == {"not decided"}


def test_of_a_year_in_which_nothing_was_detected_no_half_is_told() -> None:
    tests = [year(2024, copper(undetected=12)), year(2024, copper(undetected=2))]
    unseen, in_part = table_lines(tests, 2024, [2024])
    assert (unseen.cells[3:], unseen.about) == (["not detected"] * 3, "")
    assert in_part.about.startswith("On 2 of 12 days nothing was detected")
    shown = months_of(tests, 2024)
    assert shown is not None
    assert shown.lines[11][1] == ["not detected", "0.12"]
    head, *rows = table_to_copy(tests)
    asked = [head.index(word) for word in ("worst", "mean", "December", "what_the_amounts_say")]
    assert [rows[0][place] for place in asked] == [None, None, None, "not detected"]
    assert rows[1][asked[2]] == MONTHS[-1]


def test_the_months_of_a_year_stand_by_side_with_a_chart_for_each_limit() -> None:
    quarter = (None, None, Decimal("0.3"), *(None,) * 9)
    tests = [
        year(2017, copper(most=None)),
        year(2017, copper()),
        year(2017, copper(voice="community", months=quarter)),
        year(2018, copper()),
    ]
    shown = months_of(tests, 2017)
    assert shown is not None
    assert sorted(len(plot.traces) for plot in shown.plots) == [1, 2]
    assert shown.lines[2] == ("March", ["0.03", "0.03", "0.3"])
    assert shown.lines[3] == ("April", ["0.04", "0.04", "–"])
    assert months_of(tests, 2016) is None


@pytest.mark.django_db
def test_a_reader_follows_a_parameter_over_all_published_years_and_into_the_months_of_one(client: Client) -> None:
    publish_year(2022, copper())
    publish_year(2024, copper(beyond=1), copper(voice="community", parameter="lead"))
    page = words(client, f"/en{WATER}")
    assert "Measured from 2022 to 2024: 36; beyond a limit: 1." in page
    assert "not counted" not in page
    page = words(client, f"/en{WATER}1/")
    assert "Copper, R-20" in page
    assert "2023 Nothing of this year that can be read is public." in page
    assert "January" not in page
    links = re.findall(r'href="([^"]*year=\d+)#months"', client.get(f"/en{WATER}1/").content.decode())
    assert set(links) == {f"/en{WATER}1/copper/?year={number}" for number in (2022, 2024)}
    months = words(client, f"/en{WATER}1/copper/?year=2024")
    assert "December 0.12" in months
    assert "In 2022 nothing of this is on record." in words(client, f"/en{WATER}1/lead/?year=2022")
    assert "la comunidad" in words(client, f"/es{WATER}1/lead/")
    assert client.get(f"/en{WATER}1/zinc/").status_code == 404
    assert client.get(f"/en{WATER}2/").status_code == 404
    assert client.get(f"/en{WATER}1/copper/?year=2023").status_code == 404


@pytest.mark.django_db
def test_where_a_committee_found_widely_more_than_the_mine_both_pages_say_so_and_name_the_committee(
    client: Client,
) -> None:
    publish_year(2023, copper(), copper(voice="committee"))
    publish_year(2024, copper(), copper(voice="committee", months=(*(None,) * 10, Decimal("0.41"), Decimal("0.39"))))
    said = (
        "Copper: in 1 of 2 months in which both measured, perhaps on other days, the worst of a monitoring committee was "
        "at least twice that of the mine."
    )
    series = words(client, f"/en{WATER}1/")
    assert (f"2024: {said}" in series, series.count("at least twice")) == (True, 1)
    environment = words(client, "/en/projects/puka-willka/environment/")
    assert said in environment
    assert "A monitoring committee says so." in environment
    assert "un comité de monitoreo" in words(client, f"/es{WATER}1/copper/")
    assert 'href="#k-c"' in client.get(f"/en{WATER}1/").content.decode()


@pytest.mark.django_db
def test_the_environment_page_leads_to_the_years_of_each_station(client: Client) -> None:
    publish_year(2024, copper())
    page = client.get("/en/projects/puka-willka/environment/").content.decode()
    assert f'href="/en{WATER}1/"' in page
    assert f'href="/en{WATER}"' in page


@pytest.mark.django_db
def test_the_newest_version_of_a_year_speaks_and_not_what_it_replaced(client: Client) -> None:
    publish_year(2024, copper(beyond=7))
    newest = publish_year(2024, copper(beyond=1))
    table = client.get(f"/en{WATER}1/copper.csv").content.decode().lstrip("\ufeff")
    [row] = csv.DictReader(io.StringIO(table))
    assert (row["year"], row["days_beyond_the_limit"], row["December"]) == ("2024", "1", "0.12")
    assert row["publication"] == newest.sha256
    assert client.get(f"/en{WATER}1/lead.csv").status_code == 404


@pytest.mark.django_db
def test_years_of_which_the_record_was_corrected_are_named(client: Client) -> None:
    for number in (2023, 2024):
        publish_year(number, copper())
    etag = client.get(f"/en{WATER}1/")["ETag"]
    RecordCorrection.objects.create(project_slug="puka-willka", year=2023, corrected_on=date(2026, 1, 2))
    answer = client.get(f"/en{WATER}1/")
    assert b"The record behind 2023 was corrected since and is under review." in answer.content
    assert answer["ETag"] != etag


@pytest.mark.django_db(databases=["default", "public"])
def test_a_year_that_was_taken_down_is_in_no_series(client: Client) -> None:
    cast = gather_cast()
    mine = open_mine(cast.monitor, cast.company).project
    for number in (YEAR - 1, YEAR):
        enter_lead(cast.monitor, mine, date(number, 8, 9), "0.07", "community")
        published(cast, produced(mine, number))
    address = f"/en/projects/{mine.slug}/monitoring/{mine.monitoring_stations.earliest('pk').pk}/lead"
    years = [row[0] for row in csv.reader(io.StringIO(client.get(f"{address}.csv").content.decode()))]
    assert years[1:] == [str(YEAR - 1), str(YEAR)]
    take_down(cast, mine.scorecards.get(year=YEAR).publications.get())
    years = [row[0] for row in csv.reader(io.StringIO(client.get(f"{address}.csv").content.decode()))]
    assert years[1:] == [str(YEAR - 1)]
    assert b"the publication was taken down on" in client.get(f"{address}/").content
    assert client.get(f"{address}/?year={YEAR}").status_code == 410


@pytest.mark.django_db
@pytest.mark.parametrize("broken", [{"schema": "minka-publication/99"}, {"facts": "torn"}])
def test_a_year_that_cannot_be_read_here_hides_no_other_year(client: Client, broken: dict[str, Any]) -> None:
    publish_year(2023, copper())
    publish_year(2024, copper(), **broken)
    page = words(client, f"/en{WATER}1/")
    assert "2023 the mine" in page
    table = client.get(f"/en{WATER}1/copper.csv").content.decode().lstrip("\ufeff")
    assert [row["year"] for row in csv.DictReader(io.StringIO(table))] == ["2023"]
    assert client.get(f"/en{WATER}").status_code == 200


@pytest.mark.django_db
@pytest.mark.parametrize(
    "broken", [{"schema": "minka-publication/99"}, {"facts": "torn"}, {"scorecard": {"grade": "B"}}]
)
@pytest.mark.parametrize("address", ["", "1/", "1/copper/?year=2024"])
def test_where_no_year_can_be_read_or_what_stands_around_it_the_page_says_so(
    client: Client, broken: dict[str, Any], address: str
) -> None:
    publish_year(2024, copper(), **broken)
    RecordCorrection.objects.create(project_slug="puka-willka", year=2024, corrected_on=date(2026, 1, 2))
    answer = client.get(f"/en{WATER}{address}")
    assert answer.status_code == 404
    assert answer.templates[0].name == "compliance/public/unreadable.html"


@pytest.mark.django_db
def test_without_water_there_is_no_page_of_it(client: Client) -> None:
    publish_year(2024)
    for address in ("", "1/", "1/copper/", "1/copper.csv"):
        assert client.get(f"/en{WATER}{address}").status_code == 404, address


@pytest.mark.django_db
def test_pages_of_twenty_years_take_as_many_queries_as_those_of_one_and_stay_light(client: Client) -> None:
    codes = ("copper", "lead", "zinc", "arsenic", "cadmium", "iron", "manganese", "mercury", "cyanide", "solids")
    pages = ("environment/", *(f"monitoring/{one}" for one in ("", "1/", "1/copper/?year=2024", "1/copper.csv")))
    used: dict[str, list[int]] = {page: [] for page in pages}
    weights: dict[str, int] = {}
    for years in ([2024], [number for number in range(2005, 2025) if number != 2024]):
        for number in years:
            sides: list[dict[str, Any]] = [{}, {"voice": "community", "beyond": 2}]
            rows = [
                copper(station=f"monitoring-station/{station}", station_name=f"R-{station}", parameter=code, **side)
                for station in range(1, 11)
                for code in codes
                for side in sides
            ]
            publish_year(number, *rows)
        KEPT.clear()
        for page in pages:
            with CaptureQueriesContext(connections["public"]) as queries:
                weights[page] = len(client.get(f"/es/projects/puka-willka/{page}").content)
            used[page].append(len(queries))
    assert all(of_one == of_twenty <= MOST_QUERIES for of_one, of_twenty in used.values()), used
    assert max(weights.values()) <= HEAVIEST, weights


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["", "1/", "1/copper/?year=2024"])
def test_pages_are_well_built(client: Client, address: str) -> None:
    publish_year(2023, copper())
    publish_year(2024, copper(beyond=2), copper(voice="community", evidence=0))
    body = client.get(f"/en{WATER}{address}").content.decode()
    page = Outline(body)
    assert all(after <= before + 1 for before, after in zip(page.levels, page.levels[1:], strict=False))
    assert page.levels.count(1) == 1
    assert len(page.ids) == len(set(page.ids))
    assert set(page.links) <= set(page.ids)
    assert page.inline == []
    assert not re.search(r"[A-Z]\w+\(\w+=", body)
