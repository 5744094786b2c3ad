"""Pages for everybody over all mines: by what they dig, by the country of their owners, and by who approved their studies."""

from collections.abc import Callable
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from accounts.access import public_view
from compliance.public_pages.authorities import authority_lines
from compliance.public_pages.lists import Gist
from compliance.public_pages.minerals import Latest, accords_with, country_lines, holdings_of, mineral_lines, together
from compliance.public_pages.owned import coverage_words
from compliance.views.public import (
    PAGE_SIZE,
    answer,
    latest_mines,
    lines_of,
    page_etag,
    published,
    state_of_chain,
    unchanged,
)


def list_page(request: HttpRequest, template: str, said: Callable[[Latest], dict[str, Any]]) -> HttpResponseBase:
    """What is said of all mines published: their minerals, or the countries of their owners."""
    etag = page_etag([], state_of_chain())
    if response := unchanged(request, etag):
        return response
    latest = latest_mines()
    context = {
        **said(latest),
        "is_demo_document": any(publication.is_demo for publication, _gist in latest),
    }
    return answer(request, template, context, etag)


def mines_page(
    request: HttpRequest,
    template: str,
    chosen: Callable[[Gist], bool],
    more: Callable[[Latest], dict[str, Any] | None],
    *loaded: object,
) -> HttpResponseBase:
    """Some of the mines published: their sums, owners and grades; 404 where there is nothing `more` to say.

    `loaded` is what the page depends on beside what is published.
    """
    etag = page_etag([], state_of_chain(), request.path, request.GET.get("page", "")[:6], *loaded)
    if response := unchanged(request, etag):
        return response
    latest = latest_mines()
    found = together(latest, chosen)
    about = more(latest)
    if about is None:
        raise Http404
    page = Paginator([one.pk for one in found.publications], PAGE_SIZE).get_page(request.GET.get("page"))
    shown = published().filter(pk__in=page.object_list).order_by("project_name")
    context = {
        "together": found,
        "page": page,
        "lines": lines_of(shown),
        "is_demo_document": any(publication.is_demo for publication, _gist in latest),
        **about,
    }
    return answer(request, template, context, etag)


@public_view
@require_safe
def minerals(request: HttpRequest) -> HttpResponseBase:
    """What the mines published dig, and what the world uses it for."""

    def said(latest: Latest) -> dict[str, Any]:
        return {"lines": mineral_lines(gist.mine for _publication, gist in latest)}

    return list_page(request, "minerals.html", said)


@public_view
@require_safe
def mineral(request: HttpRequest, code: str) -> HttpResponseBase:
    """The mines of one mineral: who owns them, and how they treat their neighbours."""

    def known(latest: Latest) -> dict[str, Any] | None:
        lines = mineral_lines(gist.mine for _publication, gist in latest)
        coverage = coverage_words(gist.owned for _publication, gist in latest if digs(gist))
        return next(
            ({"mineral": line.mineral, "coverage": coverage} for line in lines if line.mineral.code == code), None
        )

    def digs(gist: Gist) -> bool:
        return code in {one.code for one in gist.mine.minerals}

    return mines_page(request, "mineral.html", digs, known)


@public_view
@require_safe
def owner_countries(request: HttpRequest) -> HttpResponseBase:
    """The countries whose people, companies or states own parts of the mines published."""

    def said(latest: Latest) -> dict[str, Any]:
        coverage = coverage_words(gist.owned for _publication, gist in latest)
        return {"lines": country_lines(latest), "coverage": coverage}

    return list_page(request, "owner_countries.html", said)


@public_view
@require_safe
def owner_country(request: HttpRequest, code: str) -> HttpResponseBase:
    """The mines of which one country's owners hold parts, and its accords about mines; the grades are of the mines alone."""
    country = code.upper()

    def known(latest: Latest) -> dict[str, Any] | None:
        own = [one for one in holdings_of(latest) if one.part.country == country]
        accords = accords_with(latest, country)
        if not own and not accords:
            return None
        return {
            "country": country,
            "itself": [one for one in own if not one.part.through],
            "through_others": [one for one in own if one.part.through],
            "minerals": mineral_lines(gist.mine for _publication, gist in latest if is_owned(gist)),
            "accords": accords,
            "coverage": coverage_words(gist.owned for _publication, gist in latest),
        }

    def is_owned(gist: Gist) -> bool:
        return country in {part.country for part in gist.owned.parts}

    return mines_page(request, "owner_country.html", is_owned, known)


@public_view
@require_safe
def authorities(request: HttpRequest) -> HttpResponseBase:
    """The authorities that approved studies of the mines published, and how vague the words are in which they asked."""

    def said(latest: Latest) -> dict[str, Any]:
        return {"lines": authority_lines(gist.asked for _publication, gist in latest)}

    return list_page(request, "authorities.html", said)
