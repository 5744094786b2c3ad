"""Addresses of the API: publications are open, the record follows the same rows and roles as the pages."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe
from drf_spectacular.utils import extend_schema
from rest_framework import generics
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.access import public_view, signed_in
from accounts.api import RolePermission, answer_once, refuse_unknown_fields
from communities.forms import DisbursementForm
from communities.models import Disbursement
from communities.services.ledger import record_disbursement
from compliance.api.serializers import (
    DisbursementSerializer,
    NewDisbursementSerializer,
    ProjectSerializer,
    PublicationSerializer,
    ScorecardSerializer,
)
from compliance.models import PolicyFramework, Publication, ScorecardHead
from projects.models import Project, Source

OF_THE_FORM = ("paid", "paid_on", "received", "received_on")
"""Fields that the form leaves out for people who may not speak for that side."""


class Publications(generics.ListAPIView[Publication]):
    """Every publication, newest first."""

    authentication_classes = ()
    permission_classes = ()
    serializer_class = PublicationSerializer
    queryset = Publication.objects.using("public").order_by("-sequence").defer("document")


@public_view
@require_safe
def publication_document(request: HttpRequest, sha256: str) -> HttpResponseBase:
    """The sealed document, byte for byte; it never changes, so whoever has it need not have it again."""
    return sealed_text(request, sha256, get_object_or_404(Publication.objects.using("public"), sha256=sha256).document)


@public_view
@require_safe
def framework_text(request: HttpRequest, sha256: str) -> HttpResponseBase:
    """The sealed rules that publications name by fingerprint, byte for byte; they never change either."""
    return sealed_text(request, sha256, get_object_or_404(PolicyFramework.objects.using("public"), sha256=sha256).text)


def sealed_text(request: HttpRequest, sha256: str, text: str) -> HttpResponseBase:
    """A text that has this fingerprint for ever."""
    response = HttpResponse(text.encode(), content_type="application/json")
    response["ETag"] = etag = f'"{sha256}"'
    response["Cache-Control"] = "public, max-age=31536000, immutable"
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

    def get_queryset(self) -> QuerySet[ScorecardHead]:
        """Rows of the person."""
        heads = ScorecardHead.objects.visible_to(signed_in(self.request._request))
        heads = heads.select_related("scorecard", "project").order_by("project", "-year")
        return heads.defer("scorecard__facts_text", "scorecard__judgement_text")


class Disbursements(generics.ListCreateAPIView[Disbursement]):
    """The ledger; a POST needs an `Idempotency-Key` and follows the rules of the form."""

    permission_classes = (RolePermission,)
    permissions = {"GET": "record.view", "POST": "record.enter"}
    serializer_class = DisbursementSerializer
    queryset = Disbursement.objects.none()

    def get_queryset(self) -> QuerySet[Disbursement]:
        """Rows of the person."""
        rows = Disbursement.objects.visible_to(signed_in(self.request._request)).with_sides()
        return rows.select_related("project", "payer", "payee", "community").order_by("pk")

    @extend_schema(request=NewDisbursementSerializer, responses={201: DisbursementSerializer})
    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Enter one payment."""
        serializer = NewDisbursementSerializer(data=request.data, context={"request": request})
        serializer.is_valid(raise_exception=True)
        return answer_once(request, lambda: self.enter(request, serializer.validated_data))

    def enter(self, request: Request, given: dict[str, Any]) -> dict[str, Any]:
        """Check by the form's rules and write by the form's service."""
        actor = signed_in(request._request)
        flat = {name: getattr(value, "pk", value) for name, value in given.items()}
        form = DisbursementForm(flat, actor=actor, project=given["project"])
        refuse_unknown_fields(set(given) & set(OF_THE_FORM), form.fields)
        if not form.is_valid():
            raise ValidationError(form.errors.get_json_data())
        row = record_disbursement(
            actor=actor,
            disbursement=form.save(commit=False),
            said=form.said(),
            source=Source(voice=given["voice"], reference=given.get("reference", "")),
        )
        return dict(DisbursementSerializer(self.get_queryset().get(pk=row.pk)).data)
