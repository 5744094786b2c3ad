"""Addresses of the API: publications are open, the record follows the same rows and roles as the pages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import get_object_or_404
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from drf_spectacular.utils import extend_schema
from rest_framework import generics, serializers
from rest_framework.exceptions import ValidationError

from accounts.access import public_view, signed_in
from accounts.api import Narrowing, RolePermission
from communities.forms import DisbursementForm, SideForm
from communities.models import Disbursement, Statement
from communities.services.ledger import record_disbursement
from compliance.api.records import KEY, SLUG, EnteringView, by_project, by_state, by_year, words_of
from compliance.api.serializers import (
    AnswerSerializer,
    DisbursementSerializer,
    NewDisbursementSerializer,
    ProjectSerializer,
    PublicationSerializer,
    ScorecardSerializer,
    TakedownSerializer,
)
from compliance.models import Answer, PolicyFramework, Publication, ScorecardHead, Takedown
from projects.models import Project
from projects.testimony import COMPANY


class Publications(generics.ListAPIView[Publication]):
    """Every publication that was not taken down, newest first."""

    authentication_classes = ()
    permission_classes = ()
    serializer_class = PublicationSerializer
    narrowings = {"project": Narrowing("project_slug", serializers.SlugField(max_length=80), SLUG), "year": by_year()}
    queryset = Publication.objects.using("public").readable().order_by("-sequence").defer("document")


class Takedowns(generics.ListAPIView[Takedown]):
    """Every publication that was taken down, newest first, with its place in the chain and why."""

    authentication_classes = ()
    permission_classes = ()
    serializer_class = TakedownSerializer
    narrowings = {"project": Narrowing("project_slug", serializers.SlugField(max_length=80), SLUG), "year": by_year()}
    queryset = Takedown.objects.using("public").order_by("-pk")


@public_view
@require_safe
def publication_document(request: HttpRequest, sha256: str) -> HttpResponseBase:
    """The sealed document, byte for byte; 410 with when, why and by whom where it was taken down."""
    if gone := Takedown.objects.using("public").filter(sha256=sha256).first():
        return JsonResponse(TakedownSerializer(gone).data, status=410)
    shown = get_object_or_404(Publication.objects.using("public").readable(), sha256=sha256)
    return sealed_text(request, sha256, shown.document, "public, no-cache")


@public_view
@require_safe
def framework_text(request: HttpRequest, sha256: str) -> HttpResponseBase:
    """The sealed rules that publications name by fingerprint, byte for byte; they never change either."""
    return sealed_text(request, sha256, get_object_or_404(PolicyFramework.objects.using("public"), sha256=sha256).text)


def sealed_text(
    request: HttpRequest, sha256: str, text: str, kept: str = "public, max-age=31536000, immutable"
) -> HttpResponseBase:
    """A text that has this fingerprint for ever, and how long others may keep it without asking again."""
    response = HttpResponse(text.encode(), content_type="application/json")
    response["ETag"] = etag = f'"{sha256}"'
    response["Cache-Control"] = kept
    return get_conditional_response(request, etag=etag, response=response) or response


class Projects(generics.ListAPIView[Project]):
    """Projects that the person may see."""

    permission_classes = (RolePermission,)
    permissions = {"GET": "record.view"}
    serializer_class = ProjectSerializer
    queryset = Project.objects.none()

    def get_queryset(self) -> QuerySet[Project]:
        """Rows of the person."""
        return Project.objects.visible_to(signed_in(self.request._request)).select_related("operator").order_by("pk")


class Scorecards(generics.ListAPIView[ScorecardHead]):
    """Scorecards that stand now, of visible projects."""

    permission_classes = (RolePermission,)
    permissions = {"GET": "scorecard.view"}
    serializer_class = ScorecardSerializer
    queryset = ScorecardHead.objects.none()
    narrowings = {"project": by_project(), "year": by_year()}

    def get_queryset(self) -> QuerySet[ScorecardHead]:
        """Rows of the person."""
        heads = ScorecardHead.objects.visible_to(signed_in(self.request._request))
        heads = heads.select_related("scorecard", "project").order_by("project", "-year")
        return heads.defer("scorecard__facts_text", "scorecard__judgement_text")


class Answers(generics.ListAPIView[Answer]):
    """What reviewers answered to frameworks of any depth, as it stands, about whom and what the person may see."""

    permission_classes = (RolePermission,)
    permissions = {"GET": "answer.view"}
    serializer_class = AnswerSerializer
    queryset = Answer.objects.none()
    narrowings = {
        "project": by_project(),
        "framework": Narrowing("framework", serializers.SlugField(max_length=60), SLUG | {"maxLength": 60}),
    }

    def get_queryset(self) -> QuerySet[Answer]:
        """Rows of the person."""
        rows = Answer.objects.visible_to(signed_in(self.request._request)).standing()
        return rows.select_related("project", "area", "source__entered_for").order_by("pk")


@extend_schema(
    methods=["POST"], request=NewDisbursementSerializer, responses={201: DisbursementSerializer}, parameters=[KEY]
)
class Disbursements(EnteringView):
    """The ledger; a POST needs an `Idempotency-Key` and follows the rules of the form."""

    serializer_class = DisbursementSerializer
    queryset = Disbursement.objects.none()
    narrowings = {"project": by_project(), "year": by_year(), "state": by_state()}
    form = DisbursementForm
    taking = NewDisbursementSerializer

    def get_queryset(self) -> QuerySet[Disbursement]:
        """Rows of the person."""
        rows = Disbursement.objects.visible_to(signed_in(self.request._request)).with_sides()
        return rows.select_related("project", "payer", "payee", "community").order_by("pk")

    def sources(self, form: Any, given: dict[str, Any]) -> dict[str, Any]:
        """How each side's word is known; the payer's paper may stand in the body itself as `reference`."""
        if given.get("voice", COMPANY) != COMPANY and not form.actor.may("record.enter_for_others"):
            raise ValidationError({"voice": [_("You speak for your company only.")]})
        self.given = given
        paper = {"reference": given.get("reference")}
        return {
            name: SideForm(
                words_of(paper_of_side | (given.get(name) or {}), SideForm.prefix, SideForm.Meta.fields),
                actor=form.actor,
                side=side,
                speaks=side in form.sides_typed(),
            )
            for side, name, paper_of_side in (
                (Statement.Side.COMPANY, "company_source", paper),
                (Statement.Side.RECIPIENT, "recipient_source", {}),
            )
        }

    def enter(self, form: Any, sources: Mapping[str, Any]) -> Disbursement:
        """Into the ledger."""
        said = form.said(dict(zip(Statement.Side.values, sources.values(), strict=True)))
        for words in said:
            if words.side == Statement.Side.COMPANY:
                words.source.voice = str(self.given.get("voice", COMPANY))
        return record_disbursement(actor=form.actor, disbursement=form.save(commit=False), said=said)
