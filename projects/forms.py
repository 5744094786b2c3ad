"""Forms of the record: the fact itself, and beside it who says so and on what evidence."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any, ClassVar, cast

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.core.validators import (
    BaseValidator,
    MaxLengthValidator,
    MaxValueValidator,
    MinLengthValidator,
    MinValueValidator,
)
from django.db.models import Q
from django.db.models.fields import BLANK_CHOICE_DASH
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from accounts.design.writing import long_date
from accounts.fields import NamedRowField
from accounts.models import Organisation, User
from accounts.roles import Role
from projects.fields import (
    AmountField,
    AreasField,
    CountField,
    CountryField,
    CurrencyField,
    DayField,
    ManyFilesField,
    YearField,
    currency_typed,
)
from projects.models import (
    Area,
    AssessmentCondition,
    Disclosure,
    EmploymentReturn,
    Evidence,
    ImpactAssessment,
    Mineral,
    OwnershipStake,
    PhasePeriod,
    Project,
    ProjectAssignment,
    Source,
)
from projects.models.sources import check_days_have_come
from projects.services.evidence import keep_evidence

NO_CHOICE = BLANK_CHOICE_DASH[0][1]
LONGEST_KEY = 19
LONGEST_TOKEN = 40
LIMITS: dict[type, Any] = {
    MaxLengthValidator: _("At most %(limit_value)d characters are kept, and this has %(show_value)d. Shorten it."),
    MinLengthValidator: _("Write %(limit_value)d characters."),
    MinValueValidator: _("Write %(limit_value)s or more."),
    MaxValueValidator: _("Write %(limit_value)s or less."),
}
"""What to do where a value is beyond a limit."""


def use_own_widgets(form: forms.BaseForm) -> None:
    """Days as people write them; lists that begin with a word; errors that say what to do; text that is never cut.

    A browser cuts what is longer than `maxlength` while it is pasted, and says nothing; our answer says it.
    """
    for name, field in form.fields.items():
        if isinstance(field, forms.DateField) and not isinstance(field, DayField):
            form.fields[name] = field = DayField.in_place_of(field)
        elif isinstance(field, forms.ModelChoiceField):
            field.empty_label = field.empty_label and _("Choose")
        elif isinstance(field, forms.ChoiceField):
            options = cast("Iterable[tuple[Any, Any]]", field.choices)
            field.choices = [(value, _("Choose") if label == NO_CHOICE else label) for value, label in options]
        if isinstance(field, forms.CharField):
            field.widget.attrs.pop("maxlength", None)
        field.error_messages["required"] = needed_words(field)
        for validator in field.validators:
            if isinstance(validator, BaseValidator) and type(validator) in LIMITS:
                validator.message = LIMITS[type(validator)]


def needed_words(field: forms.Field) -> Any:
    """What to do at a field that must not stay empty."""
    if isinstance(field, forms.MultipleChoiceField | forms.ModelMultipleChoiceField):
        return _("Choose at least one.")
    if isinstance(field, forms.ChoiceField) and not isinstance(field, NamedRowField):
        return _("Choose one.")
    return _("Fill this in.")


def check_days_of_form(form: forms.ModelForm[Any] | forms.Form, *names: str) -> None:
    """Days of what has happened that the form asks for and its model does not hold."""
    try:
        check_days_have_come(**{name: form.cleaned_data.get(name) for name in names})
    except ValidationError as error:
        form.add_error(None, error)


def check_currency_typed(form: forms.BaseForm, amounts: Iterable[str], currency: str | None) -> None:
    """A sum typed with the sign of another currency is not taken for one of this."""
    for name in amounts:
        typed = currency_typed(str(form.data.get(form.add_prefix(name), "")))
        if typed and currency and typed != currency and name not in form.errors:
            message = _("You typed %(typed)s, and the currency is %(currency)s. Correct the one that is wrong.")
            form.add_error(name, ValidationError(message, "other_currency", {"typed": typed, "currency": currency}))


class RecordForm(forms.ModelForm[Any]):
    """The fact; knows the project that it belongs to, so that constraints answer at the right field."""

    wrong_at: ClassVar[dict[str, str]] = {}
    """At which field a broken constraint is said; one that is not listed is said above the form."""
    carried: ClassVar[tuple[str, ...]] = ()
    """What the next record has most likely in common with this one, when somebody enters several in a row."""

    def __init__(self, *args: Any, actor: User, project: Project | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.actor = actor
        self.project = project
        if project is not None and "project" in {field.name for field in self._meta.model._meta.fields}:
            self.instance.project = project
        use_own_widgets(self)
        self.limit_choices()

    def limit_choices(self) -> None:
        """Subclasses narrow related rows to what belongs to the project and may be seen."""

    def clean(self) -> dict[str, Any]:
        """What was typed, where nothing is wrong with it; the model says what can be."""
        return super().clean() or self.cleaned_data

    def _get_validation_exclusions(self) -> set[str]:
        return super()._get_validation_exclusions() - {"project"}  # type: ignore[misc,no-any-return]

    def _update_errors(self, errors: ValidationError) -> None:
        """Say each broken constraint at the field where it is mended; the model says it by its words only."""
        names = {c.get_violation_error_message(): c.name for c in self.instance._meta.constraints}
        placed: dict[str, list[ValidationError]] = {}
        for name, found in errors.error_dict.items():
            for error in found:
                at = self.field_of(names.get(error.message, "")) if name == NON_FIELD_ERRORS else name
                placed.setdefault(at if at in self.fields else NON_FIELD_ERRORS, []).append(error)
        super()._update_errors(ValidationError(placed))  # type: ignore[misc]

    def field_of(self, constraint: str) -> str | None:
        """The field at which a broken constraint is said, or None for the whole form."""
        name = self.wrong_at.get(constraint)
        return name if name in self.fields else None

    @property
    def related(self) -> dict[str, Any]:
        """Many-to-many choices, for the service."""
        many = {field.name for field in self._meta.model._meta.many_to_many}
        return {name: rows for name, rows in self.cleaned_data.items() if name in many}


class SourceForm(forms.ModelForm[Source]):
    """Who says so, when, in which document, with which files."""

    carried: ClassVar[tuple[str, ...]] = ("voice", "organisation", "stated_on", "reference")
    uploads = ManyFilesField(
        label=_("Files"),
        required=False,
        help_text=_("PDF, JPG, PNG, CSV or XLSX, up to 10 MB each. Kept even if the form has errors."),
    )
    kept = forms.CharField(required=False, widget=forms.HiddenInput)
    once = forms.CharField(required=False, widget=forms.HiddenInput)
    revision = forms.IntegerField(required=False, widget=forms.HiddenInput)
    meanwhile: Sequence[Any] = ()
    """What colleagues saved since the person opened the form, as entries of the history with their changes."""

    class Meta:
        model = Source
        fields = Source.FORM_FIELDS
        field_classes: ClassVar[dict[str, Any]] = {"organisation": NamedRowField}

    prefix = "source"

    def __init__(self, *args: Any, actor: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.actor = actor
        use_own_widgets(self)
        self.initial["once"] = secrets.token_urlsafe(16)
        self.sent = sent_digest(self)
        if self.instance.pk:
            self.initial["revision"] = self.instance.revision
        if not actor.may("record.enter_for_others"):
            self.fields["voice"] = forms.ChoiceField(
                label=_("Who says so"), choices=[(Source.Voice.COMPANY.value, Source.Voice.COMPANY.label)]
            )
            del self.fields["organisation"], self.fields["state"]

    @property
    def key_once(self) -> str:
        """The key under which one opened form is saved once; "" where it has none."""
        token = str(self.data.get(self.add_prefix("once"), "")).replace("\x00", "")[:LONGEST_TOKEN]
        return token and f"form:{token}"

    @property
    def unused(self) -> set[str]:
        """Keys of files that the person ticked as not to be used."""
        return set(with_values(self.data).getlist(self.add_prefix("unused")))

    @property
    def attached(self) -> list[Evidence]:
        """The files behind a record that is amended."""
        return list(self.instance.evidence.all()) if self.instance.pk else []

    @property
    def detached(self) -> list[Evidence]:
        """Those of them that no longer are."""
        return [file for file in self.attached if str(file.pk) in self.unused]

    def clean(self) -> dict[str, Any]:
        """Keep good files at once; a bad one is an error at this field."""
        cleaned = super().clean() or self.cleaned_data
        keys = [key for key in (cleaned.get("kept") or "").split(",") if key.isdecimal() and len(key) < LONGEST_KEY]
        found = Evidence.objects.filter(pk__in=keys, uploaded_by=self.actor, sources=None)
        self.evidence = [file for file in found if str(file.pk) not in self.unused]
        for upload in cleaned.get("uploads", []):
            try:
                self.evidence.append(keep_evidence(actor=self.actor, upload=upload))
            except ValidationError as error:
                self.add_error("uploads", error)
        self.show("kept", ",".join(str(file.pk) for file in self.evidence))
        return cleaned

    def show(self, name: str, value: str) -> None:
        """Let a hidden field say something else than what was sent when the form is shown again."""
        self.data = with_values(self.data, **{self.add_prefix(name): value})

    def take_current_revision(self) -> None:
        """Let the next attempt count as one that has seen what the record says now."""
        self.show("revision", str(Source.objects.values_list("revision", flat=True).get(pk=self.instance.pk)))


def with_values(data: Any, **values: str) -> QueryDict:
    """A copy of what was sent, with some values instead of others."""
    shown = QueryDict(mutable=True)
    shown.update(data)
    for name, value in values.items():
        shown[name] = value
    return shown


def sent_digest(form: SourceForm) -> str:
    """What one sending of a form is known by: everything that a person can type or choose in it."""
    own = {"csrfmiddlewaretoken", "again", *(form.add_prefix(name) for name in ("kept", "once"))}
    sent = sorted((name, values) for name, values in with_values(form.data).lists() if name not in own)
    return hashlib.sha256(json.dumps(sent).encode("utf-8", "surrogatepass")).hexdigest()


class ReasonForm(forms.Form):
    """Why a record is changed; the reason stays in its history. Records may have a reason of their own."""

    prefix = "amend"

    reason = forms.CharField(
        label=_("Why do you change it?"), max_length=500, help_text=_("Stays in the record's history."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        use_own_widgets(self)


class ProjectForm(RecordForm):
    """A mining project."""

    wrong_at: ClassVar[dict[str, str]] = {
        "a_project_name_is_used_once_in_a_country": "name",
        "an_investment_says_its_currency": "investment_currency",
    }

    areas = AreasField(
        areas=Area.objects.select_related("parent__parent"), required=False, label=_("Districts or region"),
        help_text=_("One a line: name or INEI code, such as 030501 or “Tambobamba, Cotabambas”. The region where no more is known."),
    )  # fmt: skip
    investment_currency = CurrencyField(required=False, label=_("Currency of the investment"), initial="USD")

    class Meta:
        model = Project
        fields: ClassVar[list[str]] = [
            "name", "country", "operator", "minerals", "areas", "investment_amount", "investment_currency",
            "stage_as_reported", "start_year",
        ]  # fmt: skip
        field_classes: ClassVar[dict[str, Any]] = {
            "country": CountryField, "operator": NamedRowField, "investment_amount": AmountField,
            "start_year": YearField,
        }  # fmt: skip
        widgets: ClassVar[dict[str, Any]] = {"minerals": forms.CheckboxSelectMultiple}

    def clean(self) -> dict[str, Any]:
        """The investment is in its currency."""
        cleaned = super().clean()
        check_currency_typed(self, ["investment_amount"], cleaned.get("investment_currency"))
        return cleaned


class PhaseForm(RecordForm):
    """A phase of the project."""

    wrong_at: ClassVar[dict[str, str]] = {
        "a_phase_ends_after_it_starts": "ends_on",
        "phases_of_a_project_do_not_overlap": "starts_on",
    }

    class Meta:
        model = PhasePeriod
        fields: ClassVar[list[str]] = ["phase", "starts_on", "ends_on"]

    def clean(self) -> dict[str, Any]:
        """Say it at the field, and before PostgreSQL is asked about a range that runs backwards."""
        cleaned = super().clean()
        start, end = cleaned.get("starts_on"), cleaned.get("ends_on")
        if start and end and end <= start:
            self.add_error("ends_on", ValidationError(_("The end must be after the start."), "ends_before_it_starts"))
        return cleaned


class StakeForm(RecordForm):
    """An owner's share."""

    wrong_at: ClassVar[dict[str, str]] = {
        "a_stake_is_above_0_and_at_most_100_percent": "share_percent",
        "stakes_never_exceed_100_percent": "share_percent",
        "a_stake_ends_after_it_starts": "ends_on",
    }

    class Meta:
        model = OwnershipStake
        fields: ClassVar[list[str]] = ["owner", "share_percent", "starts_on", "ends_on"]
        field_classes: ClassVar[dict[str, Any]] = {"owner": NamedRowField, "share_percent": AmountField}

    def clean(self) -> dict[str, Any]:
        """Say before the database does when shares would exceed 100 % on some day."""
        cleaned = super().clean()
        share, start, end = (cleaned.get(name) for name in ("share_percent", "starts_on", "ends_on"))
        if self.project and share and start and not self.errors:
            others = [s for s in self.project.stakes.exclude(pk=self.instance.pk) if not end or s.starts_on < end]
            for day in {start, *(s.starts_on for s in others if s.starts_on > start)}:
                held = sum(
                    (s.share_percent for s in others if s.starts_on <= day and (not s.ends_on or s.ends_on > day)),
                    Decimal(0),
                )
                if held + share > 100:
                    self.add_error(
                        "share_percent",
                        ValidationError(
                            _("On %(day)s others already hold %(held)s %%. At most %(left)s %% is left."),
                            "stakes_exceed_100_percent",
                            {
                                "day": long_date(day),
                                "held": f"{held.normalize():f}",
                                "left": f"{(100 - held).normalize():f}",
                            },
                        ),
                    )
                    break
        return cleaned


class AssessmentForm(RecordForm):
    """An impact assessment."""

    wrong_at: ClassVar[dict[str, str]] = {
        "a_study_is_approved_after_it_was_handed_in": "approved_on",
        "no_more_events_were_held_than_planned": "participation_held",
    }

    class Meta:
        model = ImpactAssessment
        fields: ClassVar[list[str]] = [
            "instrument", "component", "submitted_on", "approved_on", "works_started_on", "start_extended", "resolution",
            "participation_planned", "participation_held",
        ]  # fmt: skip
        field_classes: ClassVar[dict[str, Any]] = {
            "participation_planned": CountField, "participation_held": CountField,
        }  # fmt: skip


class ConditionForm(RecordForm):
    """A condition of an approved study."""

    carried: ClassVar[tuple[str, ...]] = ("assessment",)

    class Meta:
        model = AssessmentCondition
        fields: ClassVar[list[str]] = ["assessment", "description", "due_on", "fulfilled_on"]
        widgets: ClassVar[dict[str, Any]] = {"description": forms.Textarea(attrs={"rows": 3})}

    def limit_choices(self) -> None:
        """Studies of this project."""
        self.fields["assessment"].queryset = ImpactAssessment.objects.filter(project=self.project)  # type: ignore[attr-defined]


class EmploymentForm(RecordForm):
    """An employer's return."""

    carried: ClassVar[tuple[str, ...]] = ("period_start", "period_end", "contractors_included")
    wrong_at: ClassVar[dict[str, str]] = {
        "an_employer_reports_a_period_once": "employer",
        "a_return_ends_after_it_starts": "period_end",
        "local_workers_are_at_most_all_workers": "district_fte",
        "workers_of_the_province_are_at_most_those_of_the_region": "province_fte",
        "workers_of_the_region_are_at_most_the_nationals": "national_fte",
        "women_are_at_most_all_workers": "women_fte",
        "foreigners_are_at_most_all_employees": "foreign_headcount",
    } | {
        f"{name}_is_not_negative": name
        for name in ("total_fte", "district_fte", "province_fte", "region_fte", "national_fte", "women_fte")
    }  # fmt: skip

    class Meta:
        model = EmploymentReturn
        fields: ClassVar[list[str]] = [
            "employer", "period_start", "period_end", "contractors_included", "total_fte", "district_fte", "province_fte",
            "region_fte", "national_fte", "women_fte", "staff_headcount", "foreign_headcount", "foreign_exonerated",
        ]  # fmt: skip
        field_classes: ClassVar[dict[str, Any]] = {
            "employer": NamedRowField, "total_fte": AmountField, "district_fte": AmountField, "province_fte": AmountField,
            "region_fte": AmountField, "national_fte": AmountField, "women_fte": AmountField,
            "staff_headcount": CountField, "foreign_headcount": CountField,
        }  # fmt: skip

    def limit_choices(self) -> None:
        """Companies; a company's own people report for theirs and for those whose returns others have entered."""
        employers = Organisation.objects.filter(kind=Organisation.Kind.COMPANY)
        if not self.actor.may("record.enter_for_others"):
            own = self.actor.organisation_ids_as(Role.OPERATOR)
            others = EmploymentReturn.objects.filter(project=self.project).exclude(source__entered_for__in=own)
            employers = employers.filter(Q(pk__in=own) | Q(pk__in=others.values("employer")))
        kept = Organisation.objects.filter(pk=self.instance.employer_id)
        self.fields["employer"].queryset = employers | kept  # type: ignore[attr-defined]


class DisclosureForm(RecordForm):
    """A published report."""

    wrong_at: ClassVar[dict[str, str]] = {"a_report_is_published_after_its_period": "published_on"}

    class Meta:
        model = Disclosure
        fields: ClassVar[list[str]] = ["title", "period_end", "published_on", "address"]


class FollowForm(forms.ModelForm[ProjectAssignment]):
    """An organisation that follows a project."""

    class Meta:
        model = ProjectAssignment
        fields: ClassVar[list[str]] = ["organisation"]
        field_classes: ClassVar[dict[str, Any]] = {"organisation": NamedRowField}

    def __init__(self, *args: Any, project: Project, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        use_own_widgets(self)
        self.instance.project = project
        self.fields["organisation"].queryset = Organisation.objects.filter(  # type: ignore[attr-defined]
            kind__in=[Organisation.Kind.NGO, Organisation.Kind.COMMUNITY_BODY]
        ).exclude(assignments__project=project)


class OrganisationForm(forms.ModelForm[Organisation]):
    """A company, agency or other body that records can name."""

    class Meta:
        model = Organisation
        fields: ClassVar[list[str]] = ["name", "kind", "country", "state_owned", "contact"]
        field_classes: ClassVar[dict[str, Any]] = {"country": CountryField}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        use_own_widgets(self)


class MineralForm(forms.ModelForm[Mineral]):
    """A mineral in the languages of the public pages."""

    class Meta:
        model = Mineral
        fields: ClassVar[list[str]] = ["code", "name_en", "name_es", "uses_en", "uses_es"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        use_own_widgets(self)
        if self.instance.pk:
            del self.fields["code"]


class ListReasonForm(forms.Form):
    """Why a row of a list is changed."""

    reason = forms.CharField(label=_("Why do you change it?"), max_length=500)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        use_own_widgets(self)
