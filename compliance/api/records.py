"""Every kind of record in the API: read by all who may see it, written by the rules of its form."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable, Iterator, Mapping
from http import HTTPStatus
from typing import Any, ClassVar

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError
from django.db.models import Count, QuerySet
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import generics, serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.access import signed_in
from accounts.api import Narrowing, RolePermission, answer_once
from accounts.models import User
from accounts.models.merges import Mergeable
from compliance.api.serializers import form_data, new_serializer_of, serializer_of
from projects.forms import SourceForm
from projects.intake.parsing import FIRST_YEAR, LAST_YEAR
from projects.kinds import KINDS_OF_RECORD, RecordKind
from projects.models import Project, Source
from projects.services.records import broken_rule, enter_record

SLUG = {"type": "string", "pattern": "^[-a-zA-Z0-9_]+$", "maxLength": 80}
YEAR = {"type": "integer", "minimum": FIRST_YEAR, "maximum": LAST_YEAR}


def project_called(slug: str, user: User) -> Project | None:
    """The visible project of an address, also where it was merged into that one; None where there is none."""
    visible = Project.objects.visible_to(user)
    kept = Project.with_withdrawn.filter(slug=slug, merged_into__isnull=False).values("merged_into")
    return visible.filter(slug=slug).first() or visible.filter(pk__in=kept).first()


class OfProject(Narrowing):
    """Rows of one project that the person may see."""

    def narrowed(self, rows: QuerySet[Any], request: Request, text: str) -> QuerySet[Any]:
        """Rows of the project; one that is not there and one that may not be seen answer alike."""
        project = project_called(self.field.run_validation(text), signed_in(request._request))
        if project is None:
            raise ValidationError([_("There is no such project.")])
        return rows.filter(**{self.lookup: project})


def by_project(lookup: str = "project") -> Narrowing:
    """By the end of the project's address."""
    return OfProject(lookup, serializers.SlugField(max_length=80), SLUG)


def by_year(lookup: str = "year") -> Narrowing:
    """By year."""
    return Narrowing(lookup, serializers.IntegerField(min_value=FIRST_YEAR, max_value=LAST_YEAR), YEAR)


class OfState(Narrowing):
    """By how sure a record is: verified is what somebody else checked."""

    def narrowed(self, rows: QuerySet[Any], request: Request, text: str) -> QuerySet[Any]:
        return rows.filter(Source.standing_as(self.field.run_validation(text)))


def by_state() -> Narrowing:
    """By how sure a record is."""
    states = {"type": "string", "enum": list(Source.State.values)}
    return OfState("source", serializers.ChoiceField(choices=Source.State.choices), states)


class ByWithdrawal(Narrowing):
    """Rows that were withdrawn, or those that stand."""

    def narrowed(self, rows: QuerySet[Any], request: Request, text: str) -> QuerySet[Any]:
        """Only those that were withdrawn, or only those that stand."""
        return rows.filter(withdrawn_at__isnull=not self.field.run_validation(text))


WITHDRAWN = "withdrawn"


def by_withdrawal() -> Narrowing:
    """By whether they were withdrawn; where nothing is asked, a view answers with what stands."""
    return ByWithdrawal("withdrawn_at", serializers.BooleanField(), {"type": "boolean"})


class EnteringView(generics.ListCreateAPIView[Any]):
    """A list to which people add by the rules of a form; a POST needs an `Idempotency-Key`."""

    permission_classes = (RolePermission,)
    permissions: ClassVar[Mapping[str, str]] = {"GET": "record.view", "POST": "record.enter"}
    form: ClassVar[Any]
    taking: ClassVar[type[serializers.Serializer[Any]]]

    def may_enter(self, user: User) -> bool:
        """Whether this person may add to the list."""
        return True

    @abstractmethod
    def enter(self, form: Any, sources: Mapping[str, Any]) -> Any:
        """Write what the forms hold, by its service; returns the record."""

    def sources(self, form: Any, given: dict[str, Any]) -> dict[str, Any]:
        """The forms of who says so, by the name under which the body gives them; "" is the body itself."""
        of_source = given.get("source", given)
        usual = {"state": Source.State.REPORTED.value} | of_source
        name = "source" if "source" in given else ""
        return {name: SourceForm(words_of(usual, SourceForm.prefix, Source.FORM_FIELDS), actor=form.actor)}

    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Enter one; the same body under the same key again gets the same answer."""
        actor = signed_in(request._request)
        if not self.may_enter(actor):
            raise PermissionDenied
        project = self.project_of(request, actor)
        context = {"form": self.form(actor=actor, project=project), "source": SourceForm(actor=actor)}
        serializer = self.taking(data=request.data, context=context)
        serializer.is_valid(raise_exception=True)
        return answer_once(request, lambda: self.entered(actor, project, context["form"], serializer.validated_data))

    def project_of(self, request: Request, actor: User) -> Project | None:
        """The visible project that the body names; the serializer says what else is wrong with it."""
        field = self.taking().fields.get("project")
        given = request.data.get("project") if isinstance(request.data, dict) else None
        if field is None or given is None:
            return None
        try:
            slug = field.run_validation(given)
        except ValidationError as error:
            raise ValidationError({"project": error.detail}) from None
        project = project_called(slug, actor)
        if project is None:
            raise ValidationError({"project": [_("There is no such project.")]})
        return project

    def entered(self, actor: User, project: Project | None, asked: Any, given: dict[str, Any]) -> dict[str, Any]:
        """Check by the two forms, write, and answer as the list shows it."""
        form = self.form(form_data(asked, given), actor=actor, project=project)
        sources = self.sources(form, given)
        errors = dict(form.errors.get_json_data())
        for name, source in sources.items():
            if not source.is_valid():
                wrong = source.errors.get_json_data()
                errors |= {name: wrong} if name else wrong
        if errors:
            raise ValidationError(errors)
        try:
            record = self.enter(form, sources)
        except IntegrityError as error:
            raise broken_rule(error, type(form.instance)) from error
        return dict(self.get_serializer(self.get_queryset().get(pk=record.pk)).data)


def words_of(given: Mapping[str, Any], prefix: str, names: Iterable[str]) -> dict[str, str]:
    """What a body gives for a form, as a page would send it; null is nothing."""
    return {f"{prefix}-{name}": str(given[name]) for name in names if given.get(name) is not None}


class Shown:
    """The rows of one kind, with all that is shown of them read at once."""

    kind: ClassVar[RecordKind]

    def get_queryset(self) -> QuerySet[Any]:
        """Rows of the person: those that stand, or all where it is asked which were withdrawn."""
        request: Request = self.request  # type: ignore[attr-defined]
        rows = self.kind.visible_rows(signed_in(request._request), withdrawn=WITHDRAWN in request.query_params)
        model: Any = self.kind.model._meta
        named = [column.name for column in model.concrete_fields if column.many_to_one]
        joined = {"source__entered_for", *named, *([self.kind.project_path] if self.kind.project_path else [])}
        linked = [column.name for column in model.many_to_many]
        files = Count("source__evidence")
        found: QuerySet[Any] = rows.select_related(*joined).prefetch_related(*linked).annotate(evidence=files)
        return found.order_by("pk")


class RecordList(Shown, EnteringView):
    """Records of one kind."""

    def may_enter(self, user: User) -> bool:
        """Monitors; a company's own people where they report."""
        return self.kind.may_enter(user)

    def enter(self, form: Any, sources: Mapping[str, Any]) -> Any:
        """As the page does it."""
        record = form.save(commit=False)
        [source] = [told.save(commit=False) for told in sources.values()]
        enter_record(actor=form.actor, record=record, source=source, related=form.related)
        return record


class OneRecord(Shown, generics.RetrieveAPIView[Any]):
    """One record of a kind."""

    permission_classes = (RolePermission,)
    permissions: ClassVar[Mapping[str, str]] = {"GET": "record.view"}
    narrowings: ClassVar[Mapping[str, Narrowing]] = {WITHDRAWN: by_withdrawal()}
    pagination_class = None

    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """The record; the way to the one into which it was merged, where the person may see that."""
        kept = self.kept_instead_of(kwargs["pk"])
        if kept is not None and WITHDRAWN not in request.query_params:
            there = reverse(f"api:record-{self.kind.code}", args=[kept.pk])
            return Response(status=HTTPStatus.MOVED_PERMANENTLY, headers={"Location": there})
        return super().get(request, *args, **kwargs)

    def kept_instead_of(self, key: int) -> Any:
        """The visible row into which one was merged; None where it was not."""
        model: Any = self.kind.model
        if not issubclass(model, Mergeable):
            return None
        merged = model._base_manager.filter(pk=key, merged_into__isnull=False)
        return self.get_queryset().filter(pk__in=merged.values("merged_into")).first()


KEY = OpenApiParameter(
    "Idempotency-Key", OpenApiTypes.STR, OpenApiParameter.HEADER, required=True, description="A text of your own."
)
NUMBER = OpenApiParameter("id", {"type": "integer", "minimum": 0}, OpenApiParameter.PATH)


def addresses_of(kind: RecordKind) -> Iterator[URLPattern]:
    """The list of a kind, and each of its records."""
    shown, taken = serializer_of(kind), new_serializer_of(kind)
    narrowings = {"state": by_state(), WITHDRAWN: by_withdrawal()}
    if kind.project_path:
        narrowings["project"] = by_project(kind.project_path)
    if kind.year_column:
        narrowings["year"] = by_year(kind.year_lookup)
    words: dict[str, Any] = {"kind": kind, "serializer_class": shown, "queryset": kind.model._default_manager.none()}
    more = words | {"form": kind.form, "taking": taken, "narrowings": narrowings, "__doc__": kind.model.__doc__}
    listed: Any = type(f"{kind.model.__name__}List", (RecordList,), more)
    extend_schema(methods=["POST"], request=taken, responses={201: shown}, parameters=[KEY])(listed)
    one: Any = type(f"One{kind.model.__name__}", (OneRecord,), words | {"__doc__": kind.model.__doc__})
    extend_schema(methods=["GET"], parameters=[NUMBER])(one)
    yield path(f"records/{kind.code}/", listed.as_view(), name=f"records-{kind.code}")
    yield path(f"records/{kind.code}/<int:pk>/", one.as_view(), name=f"record-{kind.code}")


urlpatterns: list[URLPattern] = [address for kind in KINDS_OF_RECORD.values() for address in addresses_of(kind)]
