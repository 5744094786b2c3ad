"""Search across all that a person may see: mines, records of every kind, payments, imports, scorecards and people."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.db.models import Case, CharField, Q, QuerySet, Value, When
from django.db.models.functions import Cast, Concat
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from accounts.access import requires, signed_in
from accounts.models import Organisation, User
from accounts.paging import LongListPaginator
from communities.forms import SEARCHED
from communities.models import Disbursement
from compliance.models import ScorecardHead
from projects.kinds import KINDS_OF_RECORD, RecordKind, Text
from projects.models import ImportBatch, Project

LONGEST = 200
FEWEST_LETTERS = 2
FIRST_ROWS = 5
ROWS_A_PAGE = 50


@dataclass(frozen=True, kw_only=True)
class Searched:
    """One kind of thing that is searched: which of them a person may see, by which columns, and where each opens."""

    code: str
    title: Text
    permission: str = "record.view"
    visible: Callable[[User], QuerySet[Any]]
    columns: tuple[str, ...]
    url: Callable[[Any], str]
    about: Callable[[Any], object] = lambda _row: ""
    """what stands beside its name"""
    found: Callable[[QuerySet[Any], str, User], QuerySet[Any]] | None = None
    """how a person finds rows, where it is not by the columns alone"""

    def matching(self, user: User, text: str) -> QuerySet[Any]:
        """What the person may see that has the text; first what is called exactly so, then what begins with it."""
        visible = self.visible(user)
        rows = self.found(visible, text, user) if self.found else visible.filter(says(self.columns, "icontains", text))
        exact, begins = (When(says(self.columns, how, text), then=Value(n)) for n, how in enumerate(HOW))
        ordering: Iterable[Any] = rows.query.order_by or rows.model._meta.ordering
        by_likeness = rows.annotate(likeness_of_words=Case(exact, begins, default=Value(len(HOW))))
        found: QuerySet[Any] = by_likeness.order_by("likeness_of_words", *ordering, "pk")
        return found


HOW = ("iexact", "istartswith")
"""What comes first, in this order."""


def says(columns: Iterable[str], how: str, text: str) -> Q:
    """Whether one of the columns has the text, whatever its accents and capitals."""
    return Q.create([(f"{column}__unaccent__{how}", text) for column in columns], connector=Q.OR)


def records_of(kind: RecordKind) -> Searched:
    """How one kind of record is searched: by all that its records say, and the names of what they name."""

    def url(row: Any) -> str:
        mine = kind.mine_of(row)
        return kind.address(row.pk, mine.slug if mine else "")

    return Searched(
        code=kind.code,
        title=kind.plural,
        visible=kind.rows_with_mines,
        columns=kind.search,
        url=url,
        about=lambda row: kind.mine_of(row) or "",
        found=lambda rows, text, _user: kind.found(rows, text),
    )


def of_mines(rows: QuerySet[Any], text: str, user: User) -> QuerySet[Any]:
    """Mines whose name, operator or area resembles the text."""
    return rows.filter(pk__in=Project.objects.search(text, user).values("pk"))


def of_organisations(rows: QuerySet[Any], text: str, user: User) -> QuerySet[Any]:
    """Organisations that are called so, also otherwise as far as the person may see that."""
    return rows.filter(pk__in=Organisation.objects.search(text, user).values("pk"))


def scorecards(user: User) -> QuerySet[Any]:
    """The scorecards that stand, each with the name that people call it by."""
    named = Concat("project__name", Value(" "), Cast("year", CharField()), output_field=CharField())
    return ScorecardHead.objects.visible_to(user).annotate(called=named).select_related("project", "scorecard")


def places() -> list[Searched]:
    """Everything that is searched, in the order in which it is shown."""
    return [
        Searched(
            code="mines",
            title=_("Projects"),
            visible=lambda user: Project.objects.visible_to(user).select_related("operator"),
            columns=("name",),
            url=lambda mine: reverse("projects:page", kwargs={"slug": mine.slug}),
            about=lambda mine: mine.operator or "",
            found=of_mines,
        ),
        Searched(
            code="organisations",
            title=_("Organisations"),
            visible=lambda _user: Organisation.objects.offered(),
            columns=("name",),
            url=lambda row: reverse("lists:row", kwargs={"code": "organisations", "pk": row.pk}),
            about=Organisation.get_kind_display,
            found=of_organisations,
        ),
        *(records_of(kind) for kind in KINDS_OF_RECORD.values()),
        Searched(
            code="payments",
            title=_("Payments"),
            visible=lambda user: (
                Disbursement.objects.visible_to(user)
                .standing()
                .select_related("payer", "payee", "community", "project", "obligation")
            ),
            columns=tuple(SEARCHED),
            url=lambda row: reverse("ledger:page", kwargs={"pk": row.pk}),
            about=lambda row: row.project or row.project_as_reported,
        ),
        Searched(
            code="imports",
            title=_("Imports"),
            permission="import.view",
            visible=ImportBatch.objects.visible_to,
            columns=("name",),
            url=lambda row: reverse("imports:page", args=[row.pk]),
            about=ImportBatch.get_state_display,
        ),
        Searched(
            code="scorecards",
            title=_("Scorecards"),
            permission="scorecard.view",
            visible=scorecards,
            columns=("called", "project__name"),
            url=lambda head: reverse("reviews:scorecard", kwargs={"pk": head.scorecard_id}),
        ),
        Searched(
            code="people",
            title=_("People"),
            permission="people.manage",
            visible=lambda _user: User.objects.order_by("full_name"),
            columns=("full_name", "email"),
            url=lambda somebody: reverse("people:person", kwargs={"pk": somebody.pk}),
            about=lambda somebody: somebody.email,
        ),
    ]


@dataclass(frozen=True)
class Found:
    """What was found of one kind: how many, and the first of them."""

    place: Searched
    number: int
    rows: list[Any]

    @property
    def has_exact(self) -> bool:
        """Whether something is called exactly so."""
        return bool(self.rows[0].likeness_of_words == 0)


def found_in(place: Searched, user: User, text: str) -> Found | None:
    """What one kind has; None where it has nothing. One query, and one that counts where there is more than is shown."""
    matching = place.matching(user, text)
    rows = list(matching[: FIRST_ROWS + 1])
    number = len(rows) if len(rows) <= FIRST_ROWS else matching.count()
    return Found(place, number, rows[:FIRST_ROWS]) if rows else None


def asked_for(request: HttpRequest) -> str:
    """The words to look for, as PostgreSQL can read them."""
    text = request.GET.get("q", "").replace("\x00", "").encode("utf-8", "ignore").decode()
    return text.strip()[:LONGEST]


@require_GET
@requires("record.view")
def search(request: HttpRequest) -> HttpResponse:
    """What was found, by kind with counts; of one kind alone all of it, a page at a time."""
    user, text, code = signed_in(request), asked_for(request), request.GET.get("kind", "")
    searched = [place for place in places() if user.may(place.permission)]
    shown: dict[str, Any] = {"q": text, "fewest": FEWEST_LETTERS}
    if len(text) < FEWEST_LETTERS:
        shown["too_short"] = bool(text)
    elif (place := next((one for one in searched if one.code == code), None)) is not None:
        page = LongListPaginator(place.matching(user, text), ROWS_A_PAGE).get_page(request.GET.get("page"))
        shown |= {"place": place, "page": page, "rows": lines(place, page)}
    else:
        found = [one for one in map(partial(found_in, user=user, text=text), searched) if one]
        found.sort(key=lambda one: not one.has_exact)
        shown["groups"] = [(one, lines(one.place, one.rows)) for one in found]
    return render(request, "search.html", shown)


def lines(place: Searched, rows: Iterable[Any]) -> list[tuple[str, Any, object]]:
    """The address of each row, what it is called, and what stands beside it."""
    return [(place.url(row), row, place.about(row)) for row in rows]
