"""Pages for everybody, read from sealed publications by the `public` database role: no session, no cookie.

A page's ETag begins with the fingerprint of the document it shows; the rest changes with what else the page
depends on (its language, the other years, the release), so that a 304 is never a lie.
"""

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.text import slugify
from django.utils.timezone import localdate
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.access import public_view
from accounts.design.bands import WITHHELD
from accounts.design.marks import grade_words
from accounts.design.writing import language_name
from accounts.spreadsheets import as_attachment, csv_bytes, csv_file
from compliance.evaluation import canonical
from compliance.models import Publication, PublishedPlace, Takedown
from compliance.models.publications import PublicationQuerySet, TakedownQuerySet, likeness
from compliance.public_pages.bods import bods_file
from compliance.public_pages.bundle import bundle
from compliance.public_pages.changes import correction_notice
from compliance.public_pages.communities import moved_to
from compliance.public_pages.community import community_page, map_of
from compliance.public_pages.document import Document, UnreadableDocument, read_all, read_document
from compliance.public_pages.front import front_page, subject_page
from compliance.public_pages.lists import Gist, MineLine, PlacedCommunity, gist_of, mine_line, national_sums
from compliance.public_pages.maps import boundaries_loaded, region_outlines
from compliance.public_pages.minerals import Latest, MineralLine, is_meant, mineral_lines
from compliance.public_pages.project import mine_of, recorders
from compliance.public_pages.regions import country_maps
from compliance.public_pages.rules import framework_page
from compliance.public_pages.sections import DOSSIER, PAGES, SECTIONS, Page, all_in_order, sections_of
from compliance.public_pages.trees import page_of, shipped

PAGE_SIZE = 50
LONGEST_SEARCH = 80
COMMUNITIES_A_PAGE = 100
SEARCH_ANSWERS = 30
ALIKE = 0.4
NEWS = 6


def published() -> PublicationQuerySet:
    """Everything published that was not taken down, read as the public role."""
    return Publication.objects.using("public").readable()


def taken_down() -> TakedownQuerySet:
    """What was taken down, read as the public role."""
    return Takedown.objects.using("public")


def answer(
    request: HttpRequest, template: str, context: dict[str, Any], etag: str = "", status: int = 200
) -> HttpResponse:
    """The page, to be asked for again each time but sent again only when it changed."""
    invented = settings.MINKA_DEMO or context.pop("is_demo_document", False)
    response = render(request, f"compliance/public/{template}", {"invented": invented, **context}, status=status)
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


def state_of_chain() -> str:
    """The number of the newest publication that stands and how many were taken down: what every list depends on."""
    head = published().order_by("-sequence").values_list("sequence", flat=True).first()
    return f"{head or 0} {taken_down().count()}"


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
    etag = page_etag([], state_of_chain(), text, boundaries_loaded())
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
        "found": lines_of(found),
        "places": communities_of(places)[:SEARCH_ANSWERS],
        "minerals": minerals_called(text),
        "similar": similar,
    }


def minerals_called(text: str) -> list[MineralLine]:
    """The minerals of the mines published that are called so, or used for that, in whatever language."""
    asked = slugify(text)
    lines = mineral_lines(gist.mine for _publication, gist in latest_mines()) if asked else []
    return [line for line in lines if is_meant(line.mineral, asked)]


def current_places() -> QuerySet[PublishedPlace]:
    """The places that current publications mention."""
    return PublishedPlace.objects.filter(publication__in=Publication.objects.current())


def lines_of(shown: Iterable[Publication]) -> list[MineLine]:
    """One line a mine."""
    return [mine_line(document) for document in read_all(shown)]


def communities_of(places: QuerySet[PublishedPlace]) -> list[PlacedCommunity]:
    """The communities among some places, and those in the districts, provinces and regions among them, by name."""
    named = set(places.using("public").values_list("kind", "slug"))
    newest = published().filter(pk__in=places.values("publication")).order_by("-year", "-sequence").defer("document")
    communities: dict[str, PlacedCommunity] = {}
    for gist in gists_of(list(newest)):
        for one in gist.places:
            if not named.isdisjoint({("community", one.slug), *(("district", area) for area in one.areas)}):
                communities.setdefault(one.slug, one)
    return sorted(communities.values(), key=lambda one: one.name)


def overview() -> dict[str, Any]:
    """All mines together, and what was published last."""
    latest = latest_mines()
    earlier = Publication.objects.filter(
        project_slug=OuterRef("project_slug"), year=OuterRef("year"), sequence__lt=OuterRef("sequence")
    )
    newest = published().defer("document").annotate(is_correction=Exists(earlier)).order_by("-sequence")[:NEWS]
    first = published().filter(pk__in=[one.pk for one, _gist in latest[:8]]).order_by("project_name")
    return {
        "sums": national_sums(gist.totals for _publication, gist in latest),
        "mines": len(latest),
        "lines": lines_of(first),
        "maps": country_maps(latest, region_outlines(gist.mine.country for _publication, gist in latest)),
        "newest": list(newest),
        "gone": list(taken_down().unreplaced()[:NEWS]),
        "is_demo_document": any(one.is_demo for one, _gist in latest),
    }


GISTS: dict[str, Gist] = {}
"""Sums and places of documents by their fingerprint, which never change: all whole documents take seconds to read."""


def gists_of(shown: list[Publication]) -> list[Gist]:
    """What lists of everything need of each document; only those not seen before are read."""
    unseen = [one.pk for one in shown if one.sha256 not in GISTS]
    if unseen:
        for one in published().filter(pk__in=unseen).iterator(chunk_size=50):
            GISTS[one.sha256] = gist_of(one)
    return [GISTS[one.sha256] for one in shown]


def latest_mines() -> Latest:
    """Every mine's latest publication, by name."""
    latest = list(published().latest_per_project().order_by("project_name").defer("document"))
    return list(zip(latest, gists_of(latest), strict=True))


@public_view
@require_safe
def communities(request: HttpRequest) -> HttpResponseBase:
    """Every community that a current publication mentions, district by district."""
    etag = page_etag([], state_of_chain(), request.GET.get("page", "")[:6])
    if response := unchanged(request, etag):
        return response
    rows = sorted(communities_of(current_places()), key=lambda one: (slugify(one.district), one.name))
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
    etag = page_etag([], state_of_chain(), text, country, grade, request.GET.get("page", "")[:6])
    if response := unchanged(request, etag):
        return response
    latest = published().latest_per_project().order_by("project_name")
    countries = sorted(set(latest.values_list("country", flat=True)))
    rows = latest.search(text) if text else latest
    rows = rows.filter(country=country) if country in countries else rows
    grades = grade_choices(latest)
    rows = rows.filter(grade=grade) if grade in dict(grades) else rows
    page = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "lines": lines_of(page),
        "gone": list(taken_down().unreplaced()),
        "text": text,
        "country": country,
        "grade": grade,
        "countries": countries,
        "grades": grades,
        "filtered": bool(text or country or grade),
        "is_demo_document": any(one.is_demo for one in page),
    }
    return answer(request, "projects.html", context, etag)


def grade_choices(shown: PublicationQuerySet) -> list[tuple[str, str]]:
    """The grades to filter by, each with its name: those of the newest publication's framework, and others that occur."""
    newest = published().order_by("-sequence").first()
    bands = next((document.framework.bands for document in read_all([newest] if newest else [])), ())
    letters = [band.grade for band in bands]
    others = set(shown.order_by().values_list("grade", flat=True).distinct()) - {*letters, WITHHELD, ""}
    return [(letter, grade_words(letter, bands)) for letter in (*letters, *sorted(others), WITHHELD)]


@dataclass(frozen=True)
class PublishedMine:
    """What every page of a mine and year needs: the publication shown, and its neighbours in time."""

    versions: list[Publication]
    """of all years, newest first, without those taken down"""
    shown: Publication
    gone: list[Takedown]
    """the years of which the newest publication was taken down"""

    @property
    def of_year(self) -> list[Publication]:
        """The versions of the year, newest first."""
        return [one for one in self.versions if one.year == self.shown.year]

    @property
    def is_newest(self) -> bool:
        """Whether nothing has replaced it, nor was what replaced it taken down."""
        return self.of_year[0] == self.shown and self.shown.year in self.years

    @property
    def years(self) -> list[int]:
        """The years that can be read, the last first."""
        gone = {one.year for one in self.gone}
        return sorted({one.year for one in self.versions} - gone, reverse=True)

    @property
    def newest_of_years(self) -> list[Publication]:
        """The newest version of each year that can be read, the last year first."""
        return [next(one for one in self.versions if one.year == year) for year in self.years]

    @property
    def correction(self) -> tuple[date, list[str]] | None:
        """Since when the record behind it has been corrected, and which indicators that concerns; None where it was not."""
        of_newest: Any = self.of_year[0]
        return (of_newest.corrected_on, of_newest.corrected) if self.is_newest and of_newest.corrected_on else None

    @property
    def query(self) -> str:
        """What addresses of its other pages end with."""
        if not self.is_newest:
            return f"?version={self.shown.sha256}"
        return "" if self.shown.year == max(self.years) else f"?year={self.shown.year}"

    @property
    def file_query(self) -> str:
        """What addresses of its files end with; they name the year themselves."""
        return "" if self.is_newest else self.query


def mine_pages(view: Callable[..., HttpResponseBase]) -> Any:
    """Find the mine and year that an address means: the newest, another with ``?year=``, an older ``?version=``."""

    @public_view
    @require_safe
    def found(request: HttpRequest, slug: str, **more: Any) -> HttpResponseBase:
        versions = versions_of(slug)
        if not versions and versions_of(slug.lower()):
            address = request.path.replace(f"/{slug}/", f"/{slug.lower()}/")
            return redirect(f"{address}?{request.GET.urlencode()}".rstrip("?"))
        year, version = asked_year(request), request.GET.get("version", "")
        newest = newest_of_years(versions)
        if versions and year and not is_fingerprint(version) and year not in newest:
            return year_missing(request, versions[0], year, years_to_read(newest.values()))
        shown = chosen_version(versions, year, version)
        if isinstance(shown, Takedown):
            return gone(request, shown)
        standing = [one for one in versions if isinstance(one, Publication)]
        return view(request, PublishedMine(standing, shown, taken_down_among(newest.values())), **more)

    return found


@mine_pages
def mine(request: HttpRequest, mine: PublishedMine, page: Page | None = None) -> HttpResponseBase:
    """The front of a mine, or one of the pages behind it; they depend on the day too."""
    gone, newest = [one.pk for one in mine.gone], max(one.sequence for one in mine.versions)
    etag = page_etag([mine.shown], newest, page, localdate(), mine.correction, gone, boundaries_loaded())
    if response := unchanged(request, etag):
        return response
    try:
        context = mine_context(mine, read_document(mine.shown), page)
    except UnreadableDocument:
        return unreadable(request, mine.shown)
    return answer(request, "subject.html" if page else "front.html", context, etag)


def mine_context(mine: PublishedMine, document: Document, page: Page | None) -> dict[str, Any]:
    """What a page of a mine shows. Days late are counted to today, where the publication is what stands today."""
    addresses = addresses_of(mine)
    if page:
        values = subject_page(document, page, addresses) | {"here": files_of(mine, document, page)}
    else:
        values = front_page(document, localdate() if mine.is_newest else document.as_of, addresses)
    return mine_frame(mine, document, page) | values


def addresses_of(mine: PublishedMine) -> dict[str, str]:
    """Where the pages behind the front of a mine are, of the year and version shown."""
    return {one.name: reverse(f"public:{one.name}", args=[mine.shown.project_slug]) + mine.query for one in PAGES}


def mine_frame(mine: PublishedMine, document: Document, page: Page | None) -> dict[str, Any]:
    """What stands around every page of a mine."""
    shown, addresses = mine.shown, addresses_of(mine)
    return {
        "mine": mine,
        "document": document,
        "publication": shown,
        "pages": [(one, addresses[one.name]) for one in PAGES],
        "front": reverse("public:project", args=[shown.project_slug]) + mine.query,
        "grades": addresses["scorecard"],
        "data": addresses["data"],
        "page": page,
        "correction": correction_notice(mine.correction, document),
        "areas": [name for area in mine_of(document).areas[:1] for name in area.path],
        "is_demo_document": shown.is_demo,
    }


def files_of(mine: PublishedMine, document: Document, page: Page) -> dict[str, Any]:
    """The files to copy from a page, with their sizes: the tables of its sections, or every file there is.

    A table without rows is named, and not given.
    """
    shown = mine.shown
    files: dict[str, Any] = {"mine": mine, "publication": shown, "recorders": recorders([document])}
    files |= {"tables": [], "empty": []}
    whole = page.name in {"data", DOSSIER.name}
    for section in all_in_order() if whole else sections_of(page.name):
        if section.table:
            kept, name = [shown.project_slug, shown.year], section.name
            money = reverse("public:project_csv", args=kept)
            link = money if name == "money" else reverse("public:section_csv", args=[*kept, name])
            table = section.table(document)
            if len(table) > 1:
                files["tables"].append((section.title, link + mine.file_query, len(csv_bytes(table))))
            else:
                files["empty"].append(section.title)
    if (whole or page.name == "owners") and (statements := bods_file(shown, document)):
        link = reverse("public:owners_bods", args=[shown.project_slug, shown.year]) + mine.file_query
        files["bods"] = link, len(statements)
    if whole:
        json = reverse("public:project_json", args=[shown.project_slug, shown.year]) + mine.file_query
        files["bundle"] = reverse("public:bundle", args=[shown.project_slug, shown.year]) + mine.file_query
        files["dossier"] = reverse("public:dossier", args=[shown.project_slug]) + mine.query
        rules = canonical.dumps(document.framework)
        files["json"] = json, len(shown.document.encode())
        files["rules"] = reverse("api:framework", args=[document.framework_sha256]), len(rules.encode())
        files["language"] = language_name(get_language() or settings.LANGUAGE_CODE)
    return files


def unreadable(request: HttpRequest, shown: Publication) -> HttpResponse:
    """Of a publication that this release cannot read: that it is there, and its file."""
    context = {"publication": shown, "invented": settings.MINKA_DEMO or shown.is_demo}
    return render(request, "compliance/public/unreadable.html", context, status=404)


def year_missing(request: HttpRequest, newest: Publication | Takedown, year: int, years: list[int]) -> HttpResponse:
    """Of a published mine a year that is not: the years that are."""
    context = {"newest": newest, "year": year, "years": years, "invented": settings.MINKA_DEMO or newest.is_demo}
    return render(request, "compliance/public/year_missing.html", context, status=404)


def gone(request: HttpRequest, shown: Takedown) -> HttpResponse:
    """Of a publication that was taken down: that it was, when, why and by which organisations."""
    newest = newest_of_years(versions_of(shown.project_slug))
    context = {"gone": shown, "years": years_to_read(newest.values()), "is_demo_document": shown.is_demo}
    return answer(request, "taken_down.html", context, status=410)


def versions_of(slug: str) -> list[Publication | Takedown]:
    """Everything ever published of a project, newest year and version first; of what was taken down, that it was."""
    stand = published().for_project(slug).defer("document")
    found = [*stand, *taken_down().filter(project_slug=slug)]
    return sorted(found, key=lambda one: (one.year, one.pk), reverse=True)


def newest_of_years(versions: list[Publication | Takedown]) -> dict[int, Publication | Takedown]:
    """The newest version of each year, the last year first."""
    return {one.year: one for one in sorted(versions, key=lambda one: one.pk)}


def years_to_read(versions: Iterable[Publication | Takedown]) -> list[int]:
    """The years of those that were not taken down, the last first."""
    return sorted((one.year for one in versions if isinstance(one, Publication)), reverse=True)


def taken_down_among(versions: Iterable[Publication | Takedown]) -> list[Takedown]:
    """Those that were taken down."""
    return [one for one in versions if isinstance(one, Takedown)]


def chosen_version(versions: list[Publication | Takedown], year: int | None, sha256: str) -> Publication | Takedown:
    """The version asked for, or 404: the one of the fingerprint, the newest of the year, the newest that can be read."""
    newest = newest_of_years(versions)
    if is_fingerprint(sha256):
        found = [one for one in versions if one.sha256 == sha256]
    elif year is not None:
        found = [newest[year]] if year in newest else []
    else:
        found = sorted(newest.values(), key=lambda one: (isinstance(one, Publication), one.year), reverse=True)
    if not found:
        raise Http404
    return found[0]


def document_pages(view: Callable[..., HttpResponseBase]) -> Any:
    """Find the publication that the address of a file means: the newest of the year, or one with ``?version=``."""

    @public_view
    @require_safe
    def found(request: HttpRequest, slug: str, year: int, **more: Any) -> HttpResponseBase:
        versions = [one for one in versions_of(slug) if one.year == year]
        shown = chosen_version(versions, year, request.GET.get("version", ""))
        return gone(request, shown) if isinstance(shown, Takedown) else view(request, shown, **more)

    return found


@document_pages
def project_json(request: HttpRequest, shown: Publication) -> HttpResponseBase:
    """The sealed document, byte for byte: its SHA-256 is its ETag."""
    etag = f'"{shown.sha256}"'
    if response := unchanged(request, etag):
        return response
    response = HttpResponse(shown.document.encode(), content_type="application/json")
    response["Content-Disposition"] = f'attachment; filename="minka-{shown.project_slug}-{shown.year}.json"'
    return with_headers(response, etag)


@document_pages
def project_bundle(request: HttpRequest, shown: Publication) -> HttpResponseBase:
    """All tables of a mine and year with a dictionary of their columns, and the sealed document beside them."""
    etag = page_etag([shown], "zip")
    if response := unchanged(request, etag):
        return response
    try:
        packed = HttpResponse(bundle(shown, read_document(shown)), content_type="application/zip")
    except UnreadableDocument:
        return unreadable(request, shown)
    return with_headers(as_attachment(packed, f"minka-{shown.project_slug}-{shown.year}.zip"), etag)


@document_pages
def owners_bods(request: HttpRequest, shown: Publication) -> HttpResponseBase:
    """The chain of owners of a mine and year as statements of the standard BODS; 404 where none is published."""
    etag = page_etag([shown], "bods")
    if response := unchanged(request, etag):
        return response
    try:
        statements = bods_file(shown, read_document(shown))
    except UnreadableDocument:
        return unreadable(request, shown)
    if not statements:
        raise Http404
    name = f"minka-{shown.project_slug}-{shown.year}-owners.json"
    return with_headers(as_attachment(HttpResponse(statements, content_type="application/json"), name), etag)


@document_pages
def section_csv(request: HttpRequest, shown: Publication, section: str) -> HttpResponseBase:
    """The figures of a section as a table that a spreadsheet opens safely."""
    table = SECTIONS[section].table if section in SECTIONS else None
    if table is None:
        raise Http404
    etag = page_etag([shown], "csv", section)
    if response := unchanged(request, etag):
        return response
    mine_and_year = f"minka-{shown.project_slug}-{shown.year}"
    name = f"{mine_and_year}.csv" if section == "money" else f"{mine_and_year}-{section}.csv"
    try:
        return with_headers(csv_file(table(read_document(shown)), name), etag)
    except UnreadableDocument:
        return unreadable(request, shown)


@public_view
@require_safe
def community(request: HttpRequest, slug: str) -> HttpResponseBase:
    """What every mine owes one community, and what it says arrived; the page of the other one where it was merged."""
    shown = list(published().for_community(slug))
    documents: list[Document] = list(read_all(shown))
    mentioning = PublishedPlace.objects.filter(kind="community", slug=slug)
    away = list(taken_down().unreplaced().filter(pk__in=mentioning.values("publication")))
    if not documents and away:
        return gone(request, away[0])
    if not documents:
        raise Http404
    if kept := moved_to(slug, documents):
        moved = redirect("public:community", slug=kept, permanent=True)
        moved["Cache-Control"] = "no-cache"
        return moved
    etag = page_etag(shown, [one.pk for one in away], boundaries_loaded())
    if response := unchanged(request, etag):
        return response
    page = community_page(slug, documents)
    context = {
        "community": page,
        "map": map_of(page),
        "publications": shown,
        "gone": away,
        "updated": max(one.published_at for one in shown),
        "is_demo_document": any(one.is_demo for one in shown),
    }
    return answer(request, "community.html", context, etag)


@public_view
@require_safe
def verify(request: HttpRequest) -> HttpResponseBase:
    """How to check a page or a download; looks a fingerprint up; shows the head of the chain."""
    typed = request.GET.get("sha256", "").replace("\x00", "")[:200]
    etag = page_etag([], state_of_chain(), typed)
    if response := unchanged(request, etag):
        return response
    sha256 = "".join(typed.split()).lower()
    ends = [published().order_by("-sequence").defer("document").first(), taken_down().first()]
    head = max((one for one in ends if one), key=lambda one: one.pk, default=None)
    found = published().filter(sha256=sha256).defer("document").first() if is_fingerprint(sha256) else None
    context = {
        "typed": typed,
        "malformed": bool(typed) and not is_fingerprint(sha256),
        "found": found,
        "gone": taken_down().filter(sha256=sha256).first(),
        "newer": found is not None
        and published().filter(project_slug=found.project_slug, year=found.year, sequence__gt=found.sequence).exists(),
        "head": head,
        "is_demo_document": bool(head and head.is_demo),
    }
    return answer(request, "verify.html", context, etag)


@public_view
@require_safe
def chain_csv(request: HttpRequest) -> HttpResponseBase:
    """Every publication in order, with the fingerprint of the one before, and when it was taken down."""
    etag = page_etag([], state_of_chain(), "chain")
    if response := unchanged(request, etag):
        return response
    columns = ("pk", "project_slug", "year", "published_at", "sha256", "previous_sha256")
    links = [(*row, "") for row in published().values_list(*columns)]
    links += [(*row, day.isoformat()) for *row, day in taken_down().values_list(*columns, "taken_down_at")]
    words = (_("sequence"), _("project"), _("year"), _("published at"), "sha256", _("previous"), _("taken down at"))
    header = [word.replace(" ", "_") for word in words]
    lines = [[*row[:3], row[3].isoformat(), row[4], row[5] or "", row[6]] for row in sorted(links)]
    return with_headers(csv_file([header, *lines], "minka-chain.csv"), etag)


@public_view
@require_safe
def how_we_grade(request: HttpRequest) -> HttpResponseBase:
    """The rules in force at the newest publication."""
    newest = published().order_by("-sequence").first()
    etag = page_etag([newest] if newest else [])
    if response := unchanged(request, etag):
        return response
    context = next((framework_page(document.framework) for document in read_all([newest] if newest else [])), {})
    return answer(request, "how_we_grade.html", {**context, "is_demo_document": bool(newest and newest.is_demo)}, etag)


@public_view
@require_safe
def frameworks(request: HttpRequest) -> HttpResponseBase:
    """Every framework that comes as a file with its golden figures."""
    etag = page_etag([], *shipped())
    if response := unchanged(request, etag):
        return response
    return answer(request, "frameworks.html", {"files": shipped(), "invented": False}, etag)


@public_view
@require_safe
def framework(request: HttpRequest, name: str) -> HttpResponseBase:
    """One framework: its tree in words, and its examples reckoned now."""
    file = shipped().get(name)
    if file is None:
        raise Http404
    etag = page_etag([], canonical.digest(file.tree))
    if response := unchanged(request, etag):
        return response
    return answer(request, "framework.html", {**page_of(file), "invented": False}, etag)
