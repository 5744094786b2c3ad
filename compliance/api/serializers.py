"""What the API shows and takes: of records what their models and forms say, of the rest every field by name."""

from __future__ import annotations

from collections.abc import Container, Mapping
from typing import Any, ClassVar

from django import forms
from django.db.models import Model
from rest_framework import serializers
from rest_framework.exceptions import ValidationError

from accounts.access import signed_in
from accounts.api import refuse_unknown_fields
from communities.forms import DisbursementForm
from communities.models import Disbursement
from compliance.models import Answer, Publication, ScorecardHead, Takedown
from projects.forms import SourceForm
from projects.kinds import RecordKind
from projects.models import Area, Mineral, Project, Source
from projects.models.columns import columns_of

Field = serializers.Field[Any, Any, Any, Any]
LARGEST_KEY = 2**63 - 1
LONGEST = 10_000


class PublicationSerializer(serializers.ModelSerializer[Publication]):
    """One publication in the list; its document has an address of its own."""

    class Meta:
        model = Publication
        fields = [
            "sequence",
            "sha256",
            "previous_sha256",
            "project_slug",
            "project_name",
            "operator_name",
            "country",
            "year",
            "grade",
            "is_demo",
            "published_at",
        ]


class TakedownSerializer(serializers.ModelSerializer[Takedown]):
    """What anybody may still know of a publication that was taken down; `taken_down_by` names organisations."""

    sequence = serializers.IntegerField(source="publication_id")

    class Meta:
        model = Takedown
        fields = [
            "sequence",
            "sha256",
            "previous_sha256",
            "project_slug",
            "project_name",
            "year",
            "is_demo",
            "published_at",
            "taken_down_at",
            "reason",
            "taken_down_by",
        ]


class ProjectSerializer(serializers.ModelSerializer[Project]):
    """One project of the record."""

    operator = serializers.StringRelatedField[Any](allow_null=True)

    class Meta:
        model = Project
        fields = ["slug", "name", "country", "operator", "stage_as_reported", "start_year", "stratum", "is_demo"]


class ScorecardSerializer(serializers.ModelSerializer[ScorecardHead]):
    """The scorecard of a project and year that stands now."""

    project = serializers.SlugRelatedField[Any](slug_field="slug", read_only=True)
    score = serializers.DecimalField(source="scorecard.score", max_digits=7, decimal_places=4, allow_null=True)
    worst = serializers.DecimalField(source="scorecard.worst", max_digits=7, decimal_places=4, allow_null=True)
    best = serializers.DecimalField(source="scorecard.best", max_digits=7, decimal_places=4, allow_null=True)
    coverage = serializers.DecimalField(source="scorecard.coverage", max_digits=7, decimal_places=4, allow_null=True)
    grade = serializers.CharField(source="scorecard.grade")
    facts_sha256 = serializers.CharField(source="scorecard.facts_sha256")

    class Meta:
        model = ScorecardHead
        fields = ["project", "year", "score", "worst", "best", "coverage", "grade", "facts_sha256", "produced_at"]


class DisbursementSerializer(serializers.ModelSerializer[Disbursement]):
    """One payment with what each side says now; amounts as text, unknown as null."""

    project = serializers.SlugRelatedField[Any](slug_field="slug", read_only=True, allow_null=True)
    payer = serializers.StringRelatedField[Any]()
    payee = serializers.SerializerMethodField()
    company_amount = serializers.DecimalField(max_digits=18, decimal_places=2, allow_null=True)
    paid_on = serializers.DateField(allow_null=True)
    recipient_amount = serializers.DecimalField(max_digits=18, decimal_places=2, allow_null=True)
    received_on = serializers.DateField(allow_null=True)

    class Meta:
        model = Disbursement
        fields = [
            "id",
            "project",
            "obligation",
            "payer",
            "payee",
            "stream",
            "purpose",
            "year",
            "currency",
            "bank_reference",
            "company_amount",
            "paid_on",
            "recipient_amount",
            "received_on",
        ]

    def get_payee(self, row: Disbursement) -> str:
        """The community or other payee."""
        return str(row.community or row.payee)


class UnknownIsNull(serializers.ModelSerializer[Any]):
    """Rows of which an empty text says no more than null."""

    def to_representation(self, instance: Any) -> dict[str, Any]:
        """The values by field, with null for what nobody knows."""
        return {name: None if value == "" else value for name, value in super().to_representation(instance).items()}


class SourceSerializer(UnknownIsNull):
    """Who says so; verified is what a reviewer of another organisation checked.

    Who is not of its audience reads only that there is a source, and who holds it.
    """

    state = serializers.ChoiceField(source="standing", choices=Source.State.choices)

    class Meta:
        model = Source
        fields = Source.FORM_FIELDS
        extra_kwargs: ClassVar[dict[str, Any]] = {"reference": {"allow_null": True}}

    def to_representation(self, instance: Source) -> dict[str, Any]:
        """The values by field, with the words for those who may read them."""
        shown = super().to_representation(instance)
        if instance.is_readable_by(signed_in(self.context["request"]._request)):
            return shown
        return shown | dict.fromkeys(Source.WORDS, None) | {"reference": instance.without_words}


class AnswerSerializer(UnknownIsNull):
    """An answer that stands, about one mine, company, district or country."""

    project = serializers.SlugRelatedField[Any](slug_field="slug", read_only=True, allow_null=True)
    area = serializers.SlugRelatedField[Any](slug_field="code", read_only=True, allow_null=True)

    class Meta:
        model = Answer
        fields: ClassVar[list[str]] = [
            *("id", "framework", "version", "question", "project", "organisation", "area", "country"),
            *("answer", "given_on", "reason", "source"),
        ]
        extra_kwargs: ClassVar[dict[str, Any]] = dict.fromkeys(("country", "reason"), {"allow_null": True})

    def get_fields(self) -> dict[str, Field]:
        """Its own, and who says so."""
        return super().get_fields() | {"source": SourceSerializer()}


def key_of(model: type[Model]) -> str | None:
    """By what the API names rows of a model: the end of their address, the code of an area or a mineral; None: the number."""
    return "slug" if hasattr(model, "slug") else "code" if model in (Area, Mineral) else None


def serializer_of(kind: RecordKind) -> type[UnknownIsNull]:
    """What is shown of one record: its columns, with the rows that they name by their keys, its source, and its files."""
    shown: dict[str, Any] = {"source": SourceSerializer(), "evidence": serializers.IntegerField()}
    if kind.project_path:
        path = kind.project_path.replace("__", ".")
        where: dict[str, Any] = {"source": path} if path != "project" else {}
        shown["project"] = serializers.SlugRelatedField(slug_field="slug", read_only=True, **where)
    columns = list(columns_of(kind.model))
    for column in columns:
        key = key_of(column.related_model) if column.is_relation else None
        if key:
            options = {"many": True} if column.many_to_many else {"allow_null": column.null}
            shown[column.name] = serializers.SlugRelatedField(slug_field=key, read_only=True, **options)
    project = ["project"] if kind.project_path else []
    maybe = {column.name: {"allow_null": True} for column in columns if may_be_empty(column)}
    names = ["id", *project, *(column.name for column in columns), "source", "evidence"]
    meta = type("Meta", (), {"model": kind.model, "fields": names, "read_only_fields": names, "extra_kwargs": maybe})
    about = {"Meta": meta, "__doc__": kind.model.__doc__}
    return type(f"{kind.model.__name__}Serializer", (UnknownIsNull,), shown | about)


def may_be_empty(column: Any) -> bool:
    """Whether a column of text or of a choice may hold no words."""
    return bool(column.blank and not column.is_relation and column.empty_strings_allowed)


class NewRecordSerializer(serializers.Serializer[Any]):
    """A record to enter, typed by the fields of its form; the form itself judges what is right.

    The context holds the form, of the project that was named, and the form of the source.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "form" in self.context:
            source: Any = self.fields.get("source", self)
            for fields, form in ((self.fields, self.context["form"]), (source.fields, self.context["source"])):
                for name in form.base_fields.keys() & fields.keys() - form.fields.keys():
                    del fields[name]

    def validate(self, attributes: dict[str, Any]) -> dict[str, Any]:
        """No unknown field; also not among those about the source, which are looked at with the whole."""
        if hasattr(self, "initial_data"):
            refuse_unknown_fields(self.initial_data, self.fields)
        if "source" in self.fields:
            source: Any = self.fields["source"]
            try:
                refuse_unknown_fields(self.initial_data["source"], source.fields)
            except ValidationError as error:
                raise ValidationError({"source": error.detail}) from None
        return attributes


def taking(name: str, form: Any, only: Container[str] | None = None, **more: Field) -> type[NewRecordSerializer]:
    """The serializer that takes what a form asks, and some fields more."""
    asked = {code: typed(field) for code, field in form.base_fields.items() if only is None or code in only}
    return type(f"New{name}Serializer", (NewRecordSerializer,), asked | more | {"__doc__": "What a form asks."})


def new_serializer_of(kind: RecordKind) -> type[NewRecordSerializer]:
    """What is taken for a new record of a kind: its project, what its form asks, and who says so."""
    project: dict[str, Any] = {"project": named_project()} if kind.project_path else {}
    return taking(kind.model.__name__, kind.form, **project, source=NewSourceSerializer())


def typed(field: Any) -> Field:
    """What JSON says in the place of a form's field; a choice that only the form of a mine can list is a text."""
    options: dict[str, Any] = {"required": field.required, "allow_null": not field.required}
    if issubclass(kind := type(field), forms.DateField):
        return serializers.DateField(**options)
    if field.help_text:
        options["help_text"] = field.help_text
    if issubclass(kind, forms.ModelMultipleChoiceField):
        return serializers.ListField(child=key_field(field), **options)
    if issubclass(kind, forms.ModelChoiceField):
        return key_field(field, **options)
    if issubclass(kind, forms.ChoiceField) and (choices := [one for one in field.choices if one[0]]):
        return serializers.ChoiceField(choices=choices, **options)
    if issubclass(kind, forms.DecimalField):
        return serializers.DecimalField(field.max_digits, field.decimal_places, **options)
    if issubclass(kind, forms.BooleanField):
        return serializers.BooleanField(**options)
    if issubclass(kind, forms.IntegerField):
        return serializers.IntegerField(min_value=field.min_value, max_value=field.max_value, **options)
    longest = getattr(field, "max_length", None) or LONGEST
    return serializers.CharField(max_length=longest, allow_blank=not field.required, **options)


def key_field(field: Any, **options: Any) -> Field:
    """A row by the key under which the API shows it."""
    if key_of(field.queryset.model):
        return serializers.CharField(max_length=80, **options)
    return serializers.IntegerField(min_value=1, max_value=LARGEST_KEY, **options)


def form_data(form: Any, given: Mapping[str, Any]) -> dict[str, Any]:
    """What was given as the form takes it: rows by number, and nothing where nothing is known.

    Raises ValidationError where a key names no row that the form offers.
    """
    found = {name: value for name, value in given.items() if value is not None and name in form.fields}
    for name, value in found.items():
        field = form.fields[name]
        key = key_of(field.queryset.model) if hasattr(field, "queryset") else None
        if key:
            found[name] = rows_of(field, key, value, name)
    return found


def rows_of(field: Any, key: str, value: Any, name: str) -> Any:
    """The numbers of rows that a form's field offers, by their keys."""
    asked = value if isinstance(value, list) else [value]
    numbers = dict(field.queryset.filter(**{f"{key}__in": asked}).values_list(key, "pk"))
    for one in asked:
        if one not in numbers:
            raise ValidationError({name: [str(field.error_messages["invalid_choice"]) % {"value": one}]})
    return [numbers[one] for one in asked] if isinstance(value, list) else numbers[value]


def named_project() -> Field:
    """The project that a record is of, by the end of its address."""
    return serializers.SlugField(max_length=80)


class NewSourceSerializer(taking("Source", SourceForm, only=Source.FORM_FIELDS)):  # type: ignore[misc]
    """Who says so."""

    state = serializers.ChoiceField(choices=Source.STATES_TO_ENTER, required=False)
    audience = serializers.ChoiceField(choices=Source.Audience.choices, required=False)


class SideSourceSerializer(serializers.Serializer[Any]):
    """How it is known what one side says, by whom and since when; a recipient's statement needs all three."""

    known_by = serializers.ChoiceField(choices=Source.Way.choices, required=False, allow_null=True)
    speaker = serializers.CharField(max_length=120, required=False, allow_blank=True, allow_null=True)
    stated_on = serializers.DateField(required=False, allow_null=True)
    reference = serializers.CharField(max_length=300, required=False, allow_blank=True, allow_null=True)
    audience = serializers.ChoiceField(choices=Source.Audience.choices, required=False)

    def to_internal_value(self, data: Any) -> Any:
        """No unknown field."""
        if isinstance(data, dict):
            refuse_unknown_fields(data, self.fields)
        return super().to_internal_value(data)


class NewDisbursementSerializer(taking("Disbursement", DisbursementForm)):  # type: ignore[misc]
    """A payment to enter."""

    project = named_project()
    payer = serializers.IntegerField(min_value=1, max_value=LARGEST_KEY, required=False, allow_null=True)
    voice = serializers.ChoiceField(choices=Source.Voice.choices, required=False)
    """who says what the payer paid; without it the company"""
    reference = serializers.CharField(max_length=300, required=False, allow_blank=True, allow_null=True)
    company_source = SideSourceSerializer(required=False, allow_null=True)
    recipient_source = SideSourceSerializer(required=False, allow_null=True)
