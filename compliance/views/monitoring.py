"""What is measured at a mine over all published years, for everybody: the stations, one parameter at one of them, and its table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.spreadsheets import csv_bytes, csv_file
from compliance.public_pages.document import Document, UnreadableDocument
from compliance.public_pages.monitoring import parameter_words, station_words
from compliance.public_pages.monitoring_years import (
    YearOfTests,
    chart_of,
    differences_of,
    heading_words,
    months_of,
    parameters_of,
    stations_of,
    table_lines,
    table_to_copy,
    tests_of,
    with_facts,
)
from compliance.public_pages.sections import PAGES
from compliance.views.public import (
    PublishedMine,
    answer,
    asked_year,
    mine_frame,
    mine_pages,
    page_etag,
    published,
    unchanged,
    unreadable,
    with_headers,
)
from projects.models.parameters import Parameter

STATIONS_A_PAGE = 50
ENVIRONMENT = next(page for page in PAGES if page.name == "environment")


@dataclass(frozen=True)
class PublishedMonitoring:
    """What every page over the years needs: the mine by its newest document, and the tests of all its years."""

    mine: PublishedMine
    document: Document
    years: list[int]
    """those that can be read, the last first"""
    tests: list[YearOfTests]

    def at(self, station: int) -> list[YearOfTests]:
        """The tests of one station. Raises Http404 where there is none."""
        found = [one for one in self.tests if one.station == station]
        if not found:
            raise Http404
        return found


def state_of(mine: PublishedMine) -> list[object]:
    """What a page over the years depends on, beside the newest version of each year."""
    corrected: list[Any] = [(one.pk, getattr(one, "corrected_on", None)) for one in mine.newest_of_years]
    return [corrected, [one.pk for one in mine.gone]]


def monitoring_of(mine: PublishedMine) -> PublishedMonitoring:
    """What was measured in all years of a mine that can be read.

    Raises Http404 where no test was ever published, and UnreadableDocument where no year can be read.
    """
    shown = list(published().filter(pk__in=[one.pk for one in mine.newest_of_years]).order_by("-year"))
    found = [(one, document) for one in shown if (document := with_facts(one))]
    if shown and not found:
        raise UnreadableDocument("none of its years can be read here")
    tests = tests_of((one.sha256, document) for one, document in found)
    if not tests:
        raise Http404
    newest, document = found[0]
    standing = next(one for one in mine.versions if one.pk == newest.pk)
    return PublishedMonitoring(replace(mine, shown=standing), document, [one.year for _one, one in found], tests)


def monitoring_pages(view: Callable[..., HttpResponseBase]) -> Any:
    """Pages of what is measured at a mine; where none of its years can be read, or not what stands around, they say so."""

    @mine_pages
    def found(request: HttpRequest, mine: PublishedMine, **more: Any) -> HttpResponseBase:
        try:
            return view(request, mine, **more)
        except UnreadableDocument:
            return unreadable(request, mine.shown)

    return found


def frame(monitoring: PublishedMonitoring) -> dict[str, Any]:
    """What stands around every page over the years; of all its years, those of which the record was corrected."""
    corrected = [str(one.year) for one in monitoring.mine.newest_of_years if getattr(one, "corrected_on", None)]
    words = _("The record behind %(years)s was corrected since and is under review.")
    notice = words % {"years": ", ".join(corrected)} if corrected else ""
    return mine_frame(monitoring.mine, monitoring.document, ENVIRONMENT) | {"correction": notice}


@monitoring_pages
def stations(request: HttpRequest, mine: PublishedMine) -> HttpResponseBase:
    """Every station of which a test was ever published."""
    etag = page_etag(mine.newest_of_years, "monitoring", state_of(mine), request.GET.get("page", "")[:6])
    if response := unchanged(request, etag):
        return response
    monitoring = monitoring_of(mine)
    page = Paginator(stations_of(monitoring.tests), STATIONS_A_PAGE).get_page(request.GET.get("page"))
    return answer(request, "monitoring_stations.html", {**frame(monitoring), "listed": page}, etag)


@monitoring_pages
def series(request: HttpRequest, mine: PublishedMine, station: int, parameter: str = "") -> HttpResponseBase:
    """One parameter at one station over the years, and the months of the year asked for; first what was worst."""
    year = asked_year(request)
    etag = page_etag(mine.newest_of_years, "monitoring", state_of(mine), station, parameter, year)
    if response := unchanged(request, etag):
        return response
    monitoring = monitoring_of(mine)
    found = monitoring.at(station)
    parameters = parameters_of(found)
    shown = parameter or parameters[0]
    if shown not in parameters:
        raise Http404
    return answer(request, "monitoring_series.html", series_context(monitoring, found, parameters, shown, year), etag)


def series_context(
    monitoring: PublishedMonitoring, found: list[YearOfTests], parameters: list[str], shown: str, year: int | None
) -> dict[str, Any]:
    """What the page of a parameter at a station shows."""
    tests = [one for one in found if one.row.parameter == shown]
    slug, station, last = monitoring.mine.shown.project_slug, found[-1], monitoring.years[0]
    kept = [slug, station.station]
    return {
        **frame(monitoring),
        "station": station.row.station_name,
        "about": station_words(station.row),
        "parameter": parameter_words(tests[-1].row),
        "series": reverse("public:monitoring_series", args=[*kept, shown]),
        "parameters": [
            (str(Parameter(code).label), reverse("public:monitoring_series", args=[*kept, code]), code == shown)
            for code in parameters
        ],
        "chart": chart_of(tests, last),
        "differences": differences_of(tests),
        "head": heading_words(),
        "lines": table_lines(tests, last, monitoring.years),
        "tested": sorted({one.year for one in tests}, reverse=True),
        "asked": year,
        "months": months_of(tests, year) if year else None,
        "file": (reverse("public:monitoring_csv", args=[*kept, shown]), len(csv_bytes(table_to_copy(tests)))),
    }


@monitoring_pages
def series_csv(request: HttpRequest, mine: PublishedMine, station: int, parameter: str) -> HttpResponseBase:
    """The years of one parameter at one station, with their months, as a table that a spreadsheet opens safely."""
    etag = page_etag(mine.newest_of_years, "monitoring csv", state_of(mine), station, parameter)
    if response := unchanged(request, etag):
        return response
    tests = [one for one in monitoring_of(mine).at(station) if one.row.parameter == parameter]
    if not tests:
        raise Http404
    name = f"minka-{mine.shown.project_slug}-monitoring-{station}-{parameter}.csv"
    return with_headers(csv_file(table_to_copy(tests), name), etag)
