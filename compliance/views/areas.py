"""Pages for everybody of districts, provinces and regions: their mines, and what these bring."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from accounts.access import public_view
from accounts.spreadsheets import csv_file
from compliance.public_pages.areas import (
    area_lines,
    areas,
    communities_in,
    inhabitants_of,
    lies_in,
    mines_beside,
    people_words,
    populations_loaded,
    table_of_mines,
    within,
)
from compliance.public_pages.benefits import together
from compliance.public_pages.lists import Gist
from compliance.public_pages.minerals import Latest
from compliance.views.minerals import list_page, mines_page
from compliance.views.public import latest_mines, page_etag, state_of_chain, unchanged, with_headers
from projects.models import Area


@public_view
@require_safe
def areas_with_mines(request: HttpRequest) -> HttpResponseBase:
    """Every region, province and district in which a mine lies that is published, and what all mines bring."""

    def said(latest: Latest) -> dict[str, Any]:
        benefits = together([gist.benefits for _publication, gist in latest])
        return {"lines": area_lines(latest), "benefits": benefits}

    return list_page(request, "areas.html", said)


@public_view
@require_safe
def area(request: HttpRequest, country: str, code: str) -> HttpResponseBase:
    """The mines of one area: what they bring, and how they treat their neighbours."""
    found = known_area(country, code)
    inside = list(within(found))
    codes = {one.code for one in inside}
    districts = [one.code for one in inside if one.level == Area.Level.DISTRICT]

    def lies_here(gist: Gist) -> bool:
        return lies_in(gist, found.country, codes)

    def more(latest: Latest) -> dict[str, Any] | None:
        here = [gist for _publication, gist in latest if lies_here(gist)]
        if not here:
            return None
        return {
            "area": found,
            "inhabitants": people_words(inhabitants_of(found, districts)),
            "beside": mines_beside(here, found.country),
            "communities": communities_in(here, found),
        }

    return mines_page(request, "area.html", lies_here, more, populations_loaded())


@public_view
@require_safe
def area_csv(request: HttpRequest, country: str, code: str) -> HttpResponseBase:
    """The mines of an area with their workers, as a table that a spreadsheet opens safely."""
    found = known_area(country, code)
    codes = {one.code for one in within(found)}
    here = [gist for _publication, gist in latest_mines() if lies_in(gist, found.country, codes)]
    if not here:
        raise Http404
    etag = page_etag([], state_of_chain(), request.path, populations_loaded())
    if response := unchanged(request, etag):
        return response
    table = table_of_mines(mines_beside(here, found.country))
    return with_headers(csv_file(table, f"minka-{found.country.lower()}-{found.code}.csv"), etag)


def known_area(country: str, code: str) -> Area:
    """The area with a code in a country. Raises Http404 where there is none."""
    found = areas().filter(country=country.upper(), code=code).first()
    if found is None:
        raise Http404
    return found
