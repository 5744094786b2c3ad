"""Pages: how many queries they take as the record grows, how fast the public reads, how much it has to load."""

from __future__ import annotations

import gzip
import hashlib
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import partial
from io import BytesIO
from typing import Any

from django.contrib.staticfiles import finders
from django.core.handlers.wsgi import WSGIHandler
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.test import Client, override_settings
from django.test.client import RequestFactory
from django.urls import path, reverse
from django.utils import timezone, translation

from accounts.access import public_view
from accounts.models import User
from benchmarks.measuring import Report, counted, in_turns, median_seconds
from benchmarks.record import YEARS, Cast
from communities.models import Community, Disbursement
from compliance.evaluation import canonical
from compliance.models import Publication, PublishedPlace, Scorecard, ScorecardHead
from compliance.public_pages.document import document_from, stored_framework
from compliance.services.documents import compose
from compliance.services.publications import seal
from compliance.services.reviews import standing_of
from compliance.views.public import PublishedMine, mine_context
from config.urls import urlpatterns as usual_urlpatterns
from projects.models import Project

USUAL_MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
ROUNDS = 25
TIMES = 3
SLOW_ENOUGH = 0.005
LINKED = re.compile(r"""<(?:link|script|img)\b[^>]*?\b(?:href|src)=["']/static/([^"']+)["']""")


@public_view
def hello(request: HttpRequest) -> HttpResponse:
    """What cannot be faster."""
    return HttpResponse("Hello")


urlpatterns = [path("hello", hello), *usual_urlpatterns]


# Publications


def compose_document(scorecard: Scorecard) -> dict[str, Any]:
    """What is published of a scorecard."""
    return compose(scorecard, standing_of(scorecard), timezone.localdate()) | {
        "published_at": timezone.now().replace(microsecond=0),
        "supersedes": None,
        "correction_reason": None,
    }


def publish(cast: Cast, projects: Iterable[Project]) -> None:
    """One publication a project; the documents after the first repeat its figures under other names."""
    head = Publication.objects.order_by("-sequence").first()
    cards = dict(ScorecardHead.objects.filter(year=YEARS[-1]).values_list("project_id", "scorecard_id"))
    first = Publication.objects.order_by("sequence").first()
    template = Project.objects.get(slug=first.project_slug) if first else None
    new: list[Publication] = []
    for project in projects:
        if first is None or template is None:
            document = compose_document(Scorecard.objects.get(pk=cards[project.pk]))
            first = seal(
                document | {"sequence": 1, "previous": None},
                Scorecard.objects.get(pk=cards[project.pk]),
                approved_by=cast.reviewer,
                published_by=cast.second_reviewer,
            )
            head, template = first, project
            continue
        sequence = (head.sequence if head else 0) + 1
        document = canonical.plain(first.content) | {"sequence": sequence, "previous": head.sha256 if head else None}
        text = canonical.dumps_plain(document).replace(template.slug, project.slug).replace(template.name, project.name)
        text = text.replace(template.slug.replace("mine-", "ayllu-"), project.slug.replace("mine-", "ayllu-"))
        head = Publication(
            sequence=sequence,
            sha256=hashlib.sha256(text.encode()).hexdigest(),
            previous_sha256=document["previous"],
            project_slug=project.slug,
            project_name=project.name,
            operator_name="Company",
            country="PE",
            year=YEARS[-1],
            grade=first.grade,
            document=text,
            scorecard_id=cards[project.pk],
            approved_by=cast.reviewer,
            published_by=cast.second_reviewer,
            published_at=timezone.now(),
        )
        new.append(head)
        if len(new) >= 200:
            store(new)
            new = []
    store(new)


def store(new: list[Publication]) -> None:
    """Row by row in one go: documents this long make one statement with all of them slow."""
    columns = Publication._meta.concrete_fields
    names = ", ".join(str(column.column) for column in columns)
    marks = ", ".join("%s" for _column in columns)
    with connection.cursor() as cursor:
        cursor.executemany(
            f"INSERT INTO compliance_publication ({names}) VALUES ({marks})",  # noqa: S608 - names of our own columns
            [[getattr(row, column.attname) for column in columns] for row in new],
        )
    PublishedPlace.objects.bulk_create(
        PublishedPlace(
            publication=row,
            kind="community",
            slug=row.project_slug.replace("mine-", "ayllu-") + f"-{letter}",
            name=row.project_slug.replace("mine-", "Ayllu ") + f" {letter.upper()}",
        )
        for row in new
        for letter in "ab"
    )


# Queries


@dataclass
class Walk:
    """The pages that are counted, and what they took at each size."""

    cast: Cast
    queries: dict[str, list[int]] = field(default_factory=dict)
    seconds: dict[str, list[float]] = field(default_factory=dict)

    def pages(self) -> list[tuple[str, User | None, str]]:
        """Name, who opens it, and its address."""
        cast = self.cast
        project = Project.objects.order_by("pk")[0]
        community = Community.objects.order_by("pk")[0]
        flow = Disbursement.objects.filter(project=project).order_by("pk")[0]
        head = ScorecardHead.objects.filter(project=project, year=YEARS[-1]).get()
        of = {"slug": project.slug}

        def at(name: str, **parts: Any) -> str:
            return reverse(name, kwargs=parts)

        return [
            ("public home", None, at("public:home")),
            ("public search", None, at("public:home") + "?q=mine"),
            ("public list", None, at("public:projects")),
            ("public project", None, at("public:project", **of)),
            ("public community", None, at("public:community", slug=community.slug)),
            ("public verify", None, at("public:verify")),
            ("public rules", None, at("public:how_we_grade")),
            ("API: publications", None, at("api:publications")),
            ("API: projects", cast.monitor, at("api:projects")),
            ("API: scorecards", cast.monitor, at("api:scorecards")),
            ("API: disbursements", cast.monitor, at("api:disbursements")),
            ("project list", cast.monitor, at("projects:list")),
            ("project list, searched", cast.monitor, at("projects:list") + "?q=mine"),
            ("project page", cast.monitor, at("projects:page", **of)),
            ("project's scorecards", cast.monitor, at("reviews:of-project", **of)),
            ("records of a project", cast.monitor, at("records:list", kind="employment", **of)),
            ("form of a record", cast.monitor, at("records:add", kind="obligations", **of)),
            ("form of a payment", cast.monitor, at("ledger:add", **of)),
            ("communities", cast.monitor, at("records:list-anywhere", kind="communities")),
            ("ledger, all", cast.monitor, at("ledger:all")),
            ("ledger of a project", cast.monitor, at("ledger:list", **of)),
            ("one payment", cast.monitor, at("ledger:page", pk=flow.pk)),
            ("imports", cast.monitor, at("imports:list")),
            ("queue", cast.reviewer, at("reviews:queue")),
            ("queue, to review", cast.reviewer, at("reviews:queue") + "?step=open"),
            ("scorecard page", cast.reviewer, at("reviews:scorecard", pk=head.scorecard_id)),
            ("exemptions", cast.reviewer, at("reviews:exemptions")),
            ("runs", cast.reviewer, at("reviews:runs")),
            ("people", cast.administrator, at("people:list")),
            ("audit trail", cast.administrator, at("people:audit")),
        ]

    def go(self) -> None:
        """Open each page: once to warm it, once to count, then against the clock."""
        with translation.override("en"):
            for name, person, address in self.pages():
                client = Client()
                if person is not None:
                    client.force_login(person)
                if (status := client.get(address).status_code) != 200:
                    raise AssertionError(f"{name}: {address} answered {status}")
                with counted() as queries:
                    taken = median_seconds(partial(client.get, address), TIMES)
                self.queries.setdefault(name, []).append(queries[0] // TIMES)
                self.seconds.setdefault(name, []).append(taken)

    def report(self, report: Report, few: int, many: int) -> None:
        """What grew: queries never may, time should not."""
        for name, (before, after) in self.queries.items():
            report.add(f"{name}: queries with {few} projects", before)
            report.add(f"{name}: queries with {many} projects", after, at_most=min(20, before))
        for name, (early, late) in self.seconds.items():
            if late > max(2 * early, SLOW_ENOUGH):
                report.add(
                    f"{name}: time, {many} projects against {few}", late / early, "×", note=f"{late * 1000:.0f} ms"
                )


# Speed and weight


def ask(server: WSGIHandler, address: str, **headers: str) -> tuple[int, bytes]:
    """One request to the WSGI application, as a server makes it."""
    status: list[str] = []

    def start_response(line: str, _headers: Any, _info: Any = None) -> Callable[[bytes], object]:
        status.append(line)
        return BytesIO().write

    environ = RequestFactory().get(address, headers=headers).environ
    response = server(environ, start_response)
    body = b"".join(response)
    response.close()
    return int(status[0][:3]), body


def measure_public_page(report: Report) -> None:
    """A published project against a hello, a 304 and the same page made from the live record."""
    card = ScorecardHead.objects.filter(year=YEARS[-1]).order_by("project_id")[0].scorecard
    with translation.override("en"):
        address = reverse("public:project", kwargs={"slug": card.project.slug})
        with override_settings(ROOT_URLCONF=__name__):
            ours = WSGIHandler()
            with override_settings(MIDDLEWARE=USUAL_MIDDLEWARE):
                usual = WSGIHandler()
            etag = Client().get(address)["ETag"]
            if (ask(ours, address)[0], ask(ours, address, if_none_match=etag)[0]) != (200, 304):
                raise AssertionError("the page does not answer as it should")

            def from_the_record() -> None:
                place = {"sequence": 1, "previous": None}
                content = canonical.plain(compose_document(Scorecard.objects.get(pk=card.pk)) | place)
                document = document_from(content, lambda sha256: stored_framework(sha256, "default"))
                publication = Publication.objects.using("public").get(project_slug=card.project.slug)
                context = mine_context(PublishedMine([publication], publication, []), document, None)
                render_to_string("compliance/public/front.html", context)

            hello_usual, hello_ours, page, unchanged, live = in_turns(
                lambda: ask(usual, "/hello"),
                lambda: ask(ours, "/hello"),
                lambda: ask(ours, address),
                lambda: ask(ours, address, if_none_match=etag),
                from_the_record,
                rounds=ROUNDS,
            )
            body = ask(ours, address)[1]
    report.add("hello with Django's usual middleware", 1 / hello_usual, "/s")
    report.add("hello with Minka's middleware: of that", hello_usual / hello_ours, "×")
    report.add("public project page: of hello", hello_usual / page, "×", at_least=1.0)
    report.add("public project page: of the same from the record", live / page, "×", at_least=25)
    report.add("public project page: 304 against 200", page / unchanged, "×", at_least=1.0)
    files = [path for name in dict.fromkeys(LINKED.findall(body.decode())) if (path := finders.find(name))]
    loaded = [body]
    for file in files:
        with open(file, "rb") as opened:
            loaded.append(opened.read())
    report.add("public project page: HTML alone", len(body) / 1000, "kB")
    report.add("public project page: HTML alone, gzipped", len(gzip.compress(body)) / 1000, "kB")
    note = f"the page and {len(files)} linked files; a server that compresses sends the second figure"
    report.add("public project page: first view", sum(map(len, loaded)) / 1000, "kB", at_most=50, note=note)
    zipped = sum(len(gzip.compress(part)) for part in loaded) / 1000
    report.add("public project page: first view, gzipped", zipped, "kB", at_most=15)
    report.add("publication: weight of a document", len(published_text(card)) / 1000, "kB")
    report.add("publication: weight of the framework that it names", len(card.framework.text.encode()) / 1000, "kB")
    report.add("scorecard: weight of its facts", len(card.facts_text.encode()) / 1000, "kB")
    report.add("scorecard: weight of its judgement", len(card.judgement_text.encode()) / 1000, "kB")


def published_text(card: Scorecard) -> bytes:
    """The sealed document."""
    return Publication.objects.get(project_slug=card.project.slug, year=card.year).document.encode()
