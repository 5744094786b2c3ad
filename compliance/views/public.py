"""Pages for everybody, read from sealed publications by the `public` database role: no session, no cookie.

A page's ETag begins with the fingerprint of the document it shows; the rest changes with what else the page
depends on (its language, the other years, the release), so that a 304 is never a lie.
"""

import hashlib
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.core.paginator import Page, Paginator
from django.db.models import Exists, OuterRef, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.text import slugify
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.access import public_view
from accounts.spreadsheets import csv_bytes, csv_file
from compliance.models import Publication, PublishedPlace
from compliance.models.publications import PublicationQuerySet, likeness
from compliance.public_pages.communities import community_page
from compliance.public_pages.money import national_sums
from compliance.public_pages.payments import payment_table
from compliance.public_pages.projects import project_page, project_summary
from compliance.public_pages.rules import framework_page

PAGE_SIZE = 50
LONGEST_SEARCH = 80
COMMUNITIES_A_PAGE = 100
SEARCH_ANSWERS = 30
ALIKE = 0.4
NEWS = 6
GRADES = ("A", "B", "C", "D", "E", "?")


def published() -> PublicationQuerySet:
    """Everything published, read as the public role."""
    return Publication.objects.using("public")


def answer(request: HttpRequest, template: str, context: dict[str, Any], etag: str = "") -> HttpResponse:
    """The page, to be asked for again each time but sent again only when it changed."""
    invented = settings.MINKA_DEMO or context.pop("is_demo_document", False)
    response = render(request, f"compliance/public/{template}", {"invented": invented, **context})
    return with_headers(response, etag)


def with_headers(response: HttpResponse, etag: str) -> HttpResponse:
    """Anyone may keep a copy, but asks whether it is still true."""
    response["Cache-Control"] = "public, no-cache"
    if etag:
        response["ETag"] = etag
    return response


def page_etag(shown: Iterable[Publication], *more: object) -> str:
    """The fingerprint of the document shown (of all, where there are several) and of what surrounds it."""
    hashes = [publication.sha256 for publication in shown]
    lead = hashes[0] if len(hashes) == 1 else hashlib.sha256("".join(hashes).encode()).hexdigest()
    around = "|".join(str(part) for part in (get_language(), getattr(settings, "MINKA_RELEASE", ""), *more))
    return f'"{lead}.{hashlib.sha256(around.encode()).hexdigest()[:12]}"'


def unchanged(request: HttpRequest, etag: str) -> HttpResponseBase | None:
    """The 304 for whoever has this very page already."""
    return get_conditional_response(request, etag=etag)


def head_sequence() -> int:
    """The number of the newest publication: what every list depends on."""
    head = published().order_by("-sequence").values_list("sequence", flat=True).first()
    return head or 0


def is_fingerprint(text: str) -> bool:
    """Whether a text is a SHA-256 in hexadecimal."""
    return len(text) == 64 and all(letter in "0123456789abcdef" for letter in text)


def asked_year(request: HttpRequest) -> int | None:
    """The year asked for; anything that is no year is ignored."""
    text = request.GET.get("year", "")
    return int(text) if len(text) == 4 and text.isascii() and text.isdigit() else None


@public_view
@require_safe
def home(request: HttpRequest) -> HttpResponseBase:
    """Find a mine, a community or a district; the sums of all mines."""
    text = request.GET.get("q", "").replace("\x00", "").strip()[:LONGEST_SEARCH]
    etag = page_etag([], head_sequence(), text)
    if response := unchanged(request, etag):
        return response
    context = search_results(text) if text else overview()
    return answer(request, "home.html", {"text": text, **context}, etag)


def search_results(text: str) -> dict[str, Any]:
    """Mines and communities that the text may mean; where nothing is written so, what is written nearly so."""
    places = current_places().filter(name__unaccent__icontains=text)
    found = published().latest_per_project().search(text).order_by("project_name")[:SEARCH_ANSWERS]
    similar = not found and not places.using("public").exists()
    if similar:
        places = current_places().alias(likeness=likeness(text, "name")).filter(likeness__gte=ALIKE)
        found = published().latest_per_project().similar(text, ALIKE).order_by("project_name")[:SEARCH_ANSWERS]
    return {
        "found": [project_summary(one.content) for one in found],
        "places": communities_of(places)[:SEARCH_ANSWERS],
        "similar": similar,
    }


def current_places() -> QuerySet[PublishedPlace]:
    """The places that current publications mention."""
    return PublishedPlace.objects.filter(publication__in=Publication.objects.current())


def communities_of(places: QuerySet[PublishedPlace]) -> list[dict[str, Any]]:
    """The communities among some places, and those in the districts, provinces and regions among them, by name."""
    named = set(places.using("public").values_list("kind", "slug"))
    newest = published().filter(pk__in=places.values("publication")).order_by("-year", "-sequence").defer("document")
    communities: dict[str, dict[str, Any]] = {}
    for gist in gists_of(list(newest)):
        for one in gist["places"]:
            if not named.isdisjoint({("community", one["slug"]), *(("district", area) for area in one["areas"])}):
                communities.setdefault(one["slug"], one)
    return sorted(communities.values(), key=lambda one: one["name"])


def overview() -> dict[str, Any]:
    """All mines together, and what was published last."""
    latest = list(published().latest_per_project().order_by("project_name").defer("document"))
    earlier = Publication.objects.filter(
        project_slug=OuterRef("project_slug"), year=OuterRef("year"), sequence__lt=OuterRef("sequence")
    )
    newest = published().defer("document").annotate(is_correction=Exists(earlier)).order_by("-sequence")[:NEWS]
    first = published().filter(pk__in=[one.pk for one in latest[:8]]).order_by("project_name")
    return {
        "sums": national_sums(gists_of(latest)),
        "mines": len(latest),
        "summaries": [project_summary(one.content) for one in first],
        "newest": list(newest),
        "is_demo_document": any(one.is_demo for one in latest),
    }


GISTS: dict[str, dict[str, Any]] = {}
"""Sums and places of documents by their fingerprint, which never change: all whole documents take seconds to read."""


def gists_of(shown: list[Publication]) -> list[dict[str, Any]]:
    """What lists of everything need of each document; only those not seen before are read."""
    unseen = [one.pk for one in shown if one.sha256 not in GISTS]
    if unseen:
        for one in published().filter(pk__in=unseen).iterator(chunk_size=50):
            money = one.content["money"]
            confirmed = [{"currency": row["currency"], "confirmed": row["confirmed"]} for row in money["communities"]]
            GISTS[one.sha256] = {
                "money": {"totals": money["totals"], "communities": confirmed},
                "places": placed_communities(one.content),
            }
    return [GISTS[one.sha256] for one in shown]


def placed_communities(document: dict[str, Any]) -> list[dict[str, Any]]:
    """The communities of a document with the addresses of their district, and of the areas around it where known."""
    around = {area["path"][-1]: area["path"] for area in document["project"]["areas"] if area["path"]}
    return [
        {key: row[key] for key in ("slug", "name", "district")}
        | {"areas": {slugify(name) for name in (row["district"], *around.get(row["district"], ()))}}
        for row in document["communities"]
    ]


@public_view
@require_safe
def communities(request: HttpRequest) -> HttpResponseBase:
    """Every community that a current publication mentions, district by district."""
    etag = page_etag([], head_sequence(), request.GET.get("page", "")[:6])
    if response := unchanged(request, etag):
        return response
    rows = sorted(communities_of(current_places()), key=lambda one: (slugify(one["district"]), one["name"]))
    context = {
        "page": Paginator(rows, COMMUNITIES_A_PAGE).get_page(request.GET.get("page")),
        "is_demo_document": published().filter(is_demo=True).exists(),
    }
    return answer(request, "communities.html", context, etag)


@public_view
@require_safe
def projects(request: HttpRequest) -> HttpResponseBase:
    """Every mine's latest publication, searched and filtered, fifty to a page."""
    text = request.GET.get("q", "").replace("\x00", "").strip()[:LONGEST_SEARCH]
    country = request.GET.get("country", "")[:2]
    grade = request.GET.get("grade", "")[:1]
    etag = page_etag([], head_sequence(), text, country, grade, request.GET.get("page", "")[:6])
    if response := unchanged(request, etag):
        return response
    latest = published().latest_per_project().order_by("project_name")
    countries = sorted(set(latest.values_list("country", flat=True)))
    rows = latest.search(text) if text else latest
    rows = rows.filter(country=country) if country in countries else rows
    rows = rows.filter(grade=grade) if grade in GRADES else rows
    page: Page[Publication] = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "summaries": [project_summary(one.content) for one in page],
        "text": text, "country": country, "grade": grade, "countries": countries, "grades": GRADES,
        "filtered": bool(text or country or grade),
        "is_demo_document": any(one.is_demo for one in page),
    }  # fmt: skip
    return answer(request, "projects.html", context, etag)


@public_view
@require_safe
def project(request: HttpRequest, slug: str) -> HttpResponseBase:
    """One mine and year: the newest, another with ``?year=``, an older version with ``?version=``."""
    versions = list(published().for_project(slug).defer("document"))
    if not versions and published().for_project(slug.lower()).exists():
        return redirect(f"{reverse('public:project', args=[slug.lower()])}?{request.GET.urlencode()}".rstrip("?"))
    years = sorted({one.year for one in versions}, reverse=True)
    year, version = asked_year(request), request.GET.get("version", "")
    if versions and year and year not in years and not is_fingerprint(version):
        return year_missing(request, versions[0], year, years)
    shown = chosen_version(versions, year, version)
    newest = next(one for one in versions if one.year == shown.year)
    etag = page_etag([shown], max(one.sequence for one in versions))
    if response := unchanged(request, etag):
        return response
    context = {
        "document": shown.content,
        "publication": shown,
        "newer": newest if newest != shown else None,
        "versions": [one for one in versions if one.year == shown.year],
        "years": years,
        "latest_year": years[0],
        "json_size": len(shown.document.encode()),
        "csv_size": len(csv_bytes(payment_table(shown.content))),
        "language_name": dict(settings.LANGUAGES)[get_language() or settings.LANGUAGE_CODE],
        "is_demo_document": shown.is_demo,
        **project_page(shown.content),
    }
    return answer(request, "project.html", context, etag)


def year_missing(request: HttpRequest, newest: Publication, year: int, years: list[int]) -> HttpResponse:
    """Of a published mine a year that is not: the years that are."""
    context = {"newest": newest, "year": year, "years": years, "invented": settings.MINKA_DEMO or newest.is_demo}
    return render(request, "compliance/public/year_missing.html", context, status=404)


def chosen_version(versions: list[Publication], year: int | None, sha256: str) -> Publication:
    """The publication asked for, or 404; ``versions`` are newest first."""
    if is_fingerprint(sha256):
        versions = [one for one in versions if one.sha256 == sha256]
    elif year is not None:
        versions = [one for one in versions if one.year == year]
    if not versions:
        raise Http404
    return versions[0]


def document_or_404(slug: str, year: int, sha256: str) -> Publication:
    """The newest publication of a project and year, or the one with this fingerprint."""
    return chosen_version(list(published().for_project(slug).filter(year=year).defer("document")), year, sha256)


@public_view
@require_safe
def project_json(request: HttpRequest, slug: str, year: int) -> HttpResponseBase:
    """The sealed document, byte for byte: its SHA-256 is its ETag."""
    shown = document_or_404(slug, year, request.GET.get("version", ""))
    etag = f'"{shown.sha256}"'
    if response := unchanged(request, etag):
        return response
    response = HttpResponse(shown.document.encode(), content_type="application/json")
    response["Content-Disposition"] = f'attachment; filename="minka-{slug}-{year}.json"'
    return with_headers(response, etag)


@public_view
@require_safe
def project_csv(request: HttpRequest, slug: str, year: int) -> HttpResponseBase:
    """The payments as a table that a spreadsheet opens safely."""
    shown = document_or_404(slug, year, request.GET.get("version", ""))
    etag = page_etag([shown], "csv")
    if response := unchanged(request, etag):
        return response
    return with_headers(csv_file(payment_table(shown.content), f"minka-{slug}-{year}.csv"), etag)


@public_view
@require_safe
def community(request: HttpRequest, slug: str) -> HttpResponseBase:
    """What every mine owes one community, and what it says arrived."""
    shown = list(published().for_community(slug))
    if not shown:
        raise Http404
    etag = page_etag(shown)
    if response := unchanged(request, etag):
        return response
    context = {
        **community_page(slug, [one.content for one in shown]),
        "slug": slug,
        "publications": shown,
        "updated": max(one.published_at for one in shown),
        "is_demo_document": any(one.is_demo for one in shown),
    }
    return answer(request, "community.html", context, etag)


@public_view
@require_safe
def verify(request: HttpRequest) -> HttpResponseBase:
    """How to check a page or a download; looks a fingerprint up; shows the head of the chain."""
    typed = request.GET.get("sha256", "").replace("\x00", "")[:200]
    etag = page_etag([], head_sequence(), typed)
    if response := unchanged(request, etag):
        return response
    sha256 = "".join(typed.split()).lower()
    head = published().order_by("-sequence").defer("document").first()
    found = published().filter(sha256=sha256).defer("document").first() if is_fingerprint(sha256) else None
    context = {
        "typed": typed,
        "malformed": bool(typed) and not is_fingerprint(sha256),
        "found": found,
        "newer": found is not None and published().filter(
            project_slug=found.project_slug, year=found.year, sequence__gt=found.sequence
        ).exists(),
        "head": head,
        "is_demo_document": bool(head and head.is_demo),
    }  # fmt: skip
    return answer(request, "verify.html", context, etag)


@public_view
@require_safe
def chain_csv(request: HttpRequest) -> HttpResponseBase:
    """Every publication in order, with the fingerprint of the one before."""
    etag = page_etag([], head_sequence(), "chain")
    if response := unchanged(request, etag):
        return response
    rows = published().order_by("sequence").values_list(
        "sequence", "project_slug", "year", "published_at", "sha256", "previous_sha256"
    )  # fmt: skip
    words = (_("sequence"), _("project"), _("year"), _("published at"), "sha256", _("previous"))
    header = [word.replace(" ", "_") for word in words]
    lines = [[row[0], row[1], row[2], row[3].isoformat(), row[4], row[5] or ""] for row in rows.iterator()]
    return with_headers(csv_file([header, *lines], "minka-chain.csv"), etag)


@public_view
@require_safe
def how_we_grade(request: HttpRequest) -> HttpResponseBase:
    """The rules in force at the newest publication."""
    newest = published().order_by("-sequence").first()
    etag = page_etag([newest] if newest else [])
    if response := unchanged(request, etag):
        return response
    context = framework_page(newest.content["framework"]) if newest else {}
    return answer(request, "how_we_grade.html", {**context, "is_demo_document": bool(newest and newest.is_demo)}, etag)
