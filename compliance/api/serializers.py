"""What the API shows and takes; every field is named."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from accounts.api import refuse_unknown_fields
from accounts.models import Organisation
from communities.models import Community, Disbursement, Obligation
from compliance.models import Publication, ScorecardHead
from projects.models import Project, Source


class PublicationSerializer(serializers.ModelSerializer[Publication]):
    """One publication in the list; its document has an address of its own."""

    class Meta:
        model = Publication
        fields = [
            "sequence", "sha256", "previous_sha256", "project_slug", "project_name", "operator_name", "country", "year",
            "grade", "is_demo", "published_at",
        ]  # fmt: skip


class ProjectSerializer(serializers.ModelSerializer[Project]):
    """One project of the record."""

    operator = serializers.StringRelatedField[Any](allow_null=True)

    class Meta:
        model = Project
        fields = ["slug", "name", "country", "operator", "stage_as_reported", "start_year", "is_demo"]


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
        fields = [
            "project",
            "year",
            "score",
            "worst",
            "best",
            "coverage",
            "grade",
            "facts_sha256",
            "produced_at",
        ]


class DisbursementSerializer(serializers.ModelSerializer[Disbursement]):
    """One payment with what each side says now; amounts as text, unknown as null."""

    project = serializers.SlugRelatedField[Any](slug_field="slug", read_only=True)
    payer = serializers.StringRelatedField[Any]()
    payee = serializers.SerializerMethodField()
    company_amount = serializers.DecimalField(max_digits=18, decimal_places=2, allow_null=True)
    paid_on = serializers.DateField(allow_null=True)
    recipient_amount = serializers.DecimalField(max_digits=18, decimal_places=2, allow_null=True)
    received_on = serializers.DateField(allow_null=True)

    class Meta:
        model = Disbursement
        fields = [
            "id", "project", "obligation", "payer", "payee", "stream", "purpose", "year", "currency", "bank_reference",
            "company_amount", "paid_on", "recipient_amount", "received_on",
        ]  # fmt: skip

    def get_payee(self, row: Disbursement) -> str:
        """The community or other payee."""
        return str(row.community or row.payee)


class VisibleSlug(serializers.SlugRelatedField[Any]):
    """A row named by its address; text that no database column can hold names none."""

    def to_internal_value(self, data: Any) -> Any:
        """Refuse NUL characters like any other unknown address."""
        if "\x00" in str(data):
            self.fail("does_not_exist", slug_name=self.slug_field, value="")
        return super().to_internal_value(data)


class NewDisbursementSerializer(serializers.Serializer[Any]):
    """A payment to enter; rows that the person may not see cannot be named."""

    project = VisibleSlug(slug_field="slug", queryset=Project.objects.none())
    obligation = serializers.PrimaryKeyRelatedField[Any](queryset=Obligation.objects.none(), required=False)
    payer = serializers.PrimaryKeyRelatedField[Any](queryset=Organisation.objects.all(), required=False)
    community = VisibleSlug(slug_field="slug", queryset=Community.objects.none(), required=False)
    payee = serializers.PrimaryKeyRelatedField[Any](queryset=Organisation.objects.all(), required=False)
    purpose = serializers.ChoiceField(choices=Disbursement.Purpose.choices, required=False)
    year = serializers.IntegerField(required=False)
    currency = serializers.CharField(required=False)
    bank_reference = serializers.CharField(required=False, max_length=60)
    paid = serializers.DecimalField(max_digits=18, decimal_places=2, required=False)
    paid_on = serializers.DateField(required=False)
    received = serializers.DecimalField(max_digits=18, decimal_places=2, required=False)
    received_on = serializers.DateField(required=False)
    confirm_large = serializers.BooleanField(
        required=False, help_text="The amount is right, although it is far more than was owed."
    )
    confirm_other = serializers.BooleanField(
        required=False, help_text="It is another payment than the one that stands already and looks the same."
    )
    voice = serializers.ChoiceField(choices=Source.Voice.choices)
    reference = serializers.CharField(required=False, max_length=300)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "request" in self.context:
            projects = Project.objects.visible_to(self.context["request"].user)
            self.fields["project"].queryset = projects  # type: ignore[attr-defined]
            self.fields["obligation"].queryset = Obligation.objects.filter(project__in=projects)  # type: ignore[attr-defined]
            visible = Community.objects.visible_to(self.context["request"].user)
            self.fields["community"].queryset = visible  # type: ignore[attr-defined]
            if not self.context["request"].user.may("record.enter_for_others"):
                del self.fields["received"], self.fields["received_on"]
                self.fields["voice"] = serializers.ChoiceField(choices=[(Source.Voice.COMPANY, _("Company"))])

    def validate(self, attributes: dict[str, Any]) -> dict[str, Any]:
        """No unknown field."""
        refuse_unknown_fields(self.initial_data, self.fields)
        return attributes
