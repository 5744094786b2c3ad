"""Forms of the record: the fact itself, and beside it who says so and on what evidence."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Iterable, Sequence
from copy import copy
from itertools import chain
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
from django.db.models import Model, Q
from django.db.models.fields import BLANK_CHOICE_DASH
from django.http import QueryDict
from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.translation import gettext_lazy as _

from accounts.design.writing import long_date
from accounts.fields import MOST_SHOWN, NamedRowField, described
from accounts.keys import key_in
from accounts.models import Organisation, User
from accounts.models.merges import called_otherwise
from accounts.roles import MADE_BY_ADMINISTRATORS, Role
from projects.fields import AreasField, CountryField, DayField, ManyFilesField, currency_typed
from projects.intake.names import bare, nearly_same
from projects.models import Area, Evidence, Mineral, Project, ProjectAssignment, Source
from projects.models.columns import AmountColumn, FirstDayColumn, columns_of
from projects.models.due import LATER_DAY, DueRecord
from projects.models.rules import ExactlyOne
from projects.models.sources import check_days_have_come
from projects.services.evidence import keep_evidence
from projects.services.merging import MERGE_KINDS, kind_of, offered
from projects.services.records import ONLY_ADMINISTRATORS

NO_CHOICE = BLANK_CHOICE_DASH[0][1]
LONGEST_TOKEN = 40
ANSWERS = [("unknown", _("Not known")), ("true", _("Yes")), ("false", _("No"))]
"""What a question of yes or no offers where nobody may know, in the words of the pages."""
LIMITS: dict[type, Any] = {
    MaxLengthValidator: _("At most %(limit_value)d characters are kept, and this has %(show_value)d. Shorten it."),
    MinLengthValidator: _("Write at least %(limit_value)d characters; this has %(show_value)d."),
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
        elif isinstance(field, forms.NullBooleanField):
            field.widget.choices = ANSWERS
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
    """The fact: a field for each column that people fill in, with the choices, the rules and the words of the model."""

    not_for_companies: ClassVar[tuple[str, ...]] = ()
    """Columns that a company's own people leave to others."""

    def __init__(self, *args: Any, actor: User, project: Project | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.actor = actor
        self.project = project
        if project is not None and "project" in {field.name for field in self._meta.model._meta.fields}:
            self.instance.project = project
        if not actor.may("record.enter_for_others"):
            for name in self.not_for_companies:
                del self.fields[name]
        self.take_limits_of_columns()
        if not self.instance._state.adding:
            self.leave_out_what_is_said_once()
        use_own_widgets(self)
        self.limit_choices()

    def take_limits_of_columns(self) -> None:
        """Hold each value against the limits of its column where the form has none of that kind, so that our words say it."""
        for column in columns_of(self._meta.model):
            if field := self.fields.get(column.name):
                own = {type(one) for one in field.validators}
                limits = [one for one in column.validators if type(one) in LIMITS and type(one) not in own]
                field.validators = [*field.validators, *map(copy, limits)]

    def leave_out_what_is_said_once(self) -> None:
        """Do not ask again for a day that was first agreed; where it is another one, say it at the day of today."""
        for column in columns_of(self._meta.model):
            if isinstance(column, FirstDayColumn):
                del self.fields[column.name]
                first = getattr(self.instance, column.name)
                if first != getattr(self.instance, column.of):
                    self.fields[column.of].help_text = _("First agreed for %(day)s.") % {"day": long_date(first)}

    def limit_choices(self) -> None:
        """Offer the rows that belong to the project, or that the person may see."""
        for column in columns_of(self._meta.model):
            field = self.fields.get(column.name)
            if isinstance(field, forms.ModelChoiceField):
                field.queryset = self.offered(column, field.queryset)
            usual = field is not None and getattr(column, "usually_the_operator", False)
            if usual and self.project and self.project.operator_id:
                self.fields[column.name].initial = self.project.operator_id
        for rule in self._meta.model._meta.constraints:
            for name in rule.choices if isinstance(rule, ExactlyOne) else ():
                self.fields[name].when_needed = _("one of the two")  # type: ignore[attr-defined]

    def offered(self, column: Any, rows: Any) -> Any:
        """The rows among which a person chooses for one column."""
        if getattr(column, "anywhere", False):
            return rows.visible_to(self.actor)
        if getattr(column, "reports", False):
            return self.companies(column)
        if hasattr(rows, "of_project"):
            return rows.of_project(self.project)
        rows = rows.filter(project=self.project) if hasattr(rows.model, "project_id") else rows
        return rows.visible_to(self.actor) if hasattr(rows, "visible_to") else rows

    def companies(self, column: Any) -> Any:
        """Companies; a company's own people report for theirs and for those whose returns others have entered."""
        rows = Organisation.objects.offered().filter(kind=Organisation.Kind.COMPANY)
        if not self.actor.may("record.enter_for_others"):
            own = self.actor.organisation_ids_as(Role.OPERATOR)
            returns = self._meta.model._default_manager.filter(project=self.project)
            others = returns.exclude(source__entered_for__in=own).values(column.name)
            rows = rows.filter(Q(pk__in=own) | Q(pk__in=others))
        return rows | Organisation.objects.filter(pk=getattr(self.instance, column.attname))

    def clean(self) -> dict[str, Any]:
        """What was typed, each sum in its currency; the model says what else can be wrong."""
        cleaned = super().clean() or self.cleaned_data
        for column in columns_of(self._meta.model):
            if isinstance(column, AmountColumn):
                check_currency_typed(self, [column.name], cleaned.get(column.currency))
        if isinstance(self.instance, DueRecord) and not {*LATER_DAY} & self.fields.keys():
            self.instance.let_agreement_go(cleaned.get("due_on"))
        return cleaned

    def _get_validation_exclusions(self) -> set[str]:
        return super()._get_validation_exclusions() - {"project", "country", "plain_code"}  # type: ignore[misc,no-any-return]

    def _update_errors(self, errors: ValidationError) -> None:
        """Say above the form what would be said at a field that this person does not have."""
        placed: dict[str, list[ValidationError]] = {}
        for name, found in errors.error_dict.items():
            placed.setdefault(name if name in self.fields else NON_FIELD_ERRORS, []).extend(found)
        super()._update_errors(ValidationError(placed))  # type: ignore[misc]

    @property
    def related(self) -> dict[str, Any]:
        """Many-to-many choices, for the service."""
        many = {field.name for field in self._meta.model._meta.many_to_many}
        return {name: rows for name, rows in self.cleaned_data.items() if name in many}


def form_of(model: type[Model], form: type[RecordForm] = RecordForm, **attributes: Any) -> type[RecordForm]:
    """The form of one kind of record, from the columns of its model; `form` where it does more than they say."""
    many = {column.name: forms.CheckboxSelectMultiple for column in model._meta.many_to_many}
    meta = type("Meta", (), {"model": model, "fields": [column.name for column in columns_of(model)], "widgets": many})
    return type(f"{model.__name__}Form", (form,), {"Meta": meta, "__doc__": form.__doc__} | attributes)


class AsksAboutName(forms.ModelForm[Any]):
    """Asks once whether what is new, or called anew, is one that the person knows by nearly the same name."""

    confirm_other = forms.BooleanField(label=_("It is another one"), required=False, widget=forms.HiddenInput)
    """Shown as a box to tick where there is something to ask."""

    field_order = ("name", "confirm_other")

    def known_rows(self) -> Any:
        """The rows that it may be."""
        return self._meta.model._default_manager.visible_to(self.actor)  # type: ignore[attr-defined]

    def address_of(self, row: Any) -> str:
        """The page of one of them."""
        raise NotImplementedError

    def _post_clean(self) -> None:
        """Ask where the name itself is right, and no rule says already that there is such a row."""
        super()._post_clean()  # type: ignore[misc]
        if "name" in self.changed_data and not {"name", NON_FIELD_ERRORS} & self.errors.keys():
            self.ask_about_name(bare(self.cleaned_data["name"]))

    def ask_about_name(self, name: str) -> None:
        """Refuse a name that is nearly a known one until the person says that it is another; remember what they said."""
        own = self.instance
        known = self.known_rows().exclude(pk__in=[own.pk or 0, *own.told_apart])
        known = known.exclude(told_apart__contains=[own.pk]) if own.pk else known
        names = known.order_by().values_list("pk", "name")
        otherwise = (those.order_by().values_list("means", "called") for those in called_otherwise(known))
        same = {key for key, other in chain(names, *otherwise) if nearly_same(name, bare(other))}
        if not same:
            return
        rows = list(self._meta.model._default_manager.filter(pk__in=same)[:MOST_SHOWN])
        self.fields["confirm_other"].widget = forms.CheckboxInput()
        links = [(self.address_of(row), described(row)) for row in rows]
        if own.pk and self.actor.may("record.merge"):  # type: ignore[attr-defined]
            page = reverse("merging:merge", kwargs={"code": kind_of(own).code, "pk": own.pk})
            links += [(f"{page}?other={row.pk}", _("Merge with “%(row)s”") % {"row": row}) for row in rows]
        self["confirm_other"].help_text = format_html_join(" ", '<a class="tap" href="{}">{}</a>', links)
        if self.cleaned_data.get("confirm_other"):
            own.told_apart = [*own.told_apart, *sorted(same)]
            return
        message = _("“%(known)s” is known already: is it the same? Then choose that one. If not, tick the box.")
        self.add_error("confirm_other", ValidationError(message, "nearly_known", {"known": rows[0]}))


class SourceForm(forms.ModelForm[Source]):
    """Who says so, when, in which document, with which files."""

    carried: ClassVar[tuple[str, ...]] = ("voice", "organisation", "stated_on", "reference", "audience")
    uploads = ManyFilesField(
        label=_("Files"),
        required=False,
        help_text=_(
            "PDF, JPG, PNG, CSV, XLSX or DOCX, up to 10 MB each. Kept even if the form has errors. Author, place and"
            " tools are removed from what is kept; what the pages show stays."
        ),
    )
    originals = forms.BooleanField(
        label=_("Keep these files as they came, too"),
        required=False,
        help_text=_("With author, place and tools in them: only your organisation and reviewers get those."),
    )
    kept = forms.CharField(required=False, widget=forms.HiddenInput)
    once = forms.CharField(required=False, widget=forms.HiddenInput)
    revision = forms.IntegerField(required=False, widget=forms.HiddenInput)
    meanwhile: Sequence[Any] = ()
    """What colleagues saved since the person opened the form, as entries of the history with their changes."""

    class Meta:
        model = Source
        fields = Source.FORM_FIELDS

    prefix = "source"

    def __init__(self, *args: Any, actor: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.actor = actor
        use_own_widgets(self)
        self.fields["audience"].required = False
        self.initial["once"] = secrets.token_urlsafe(16)
        self.sent = sent_digest(self)
        if self.instance.pk:
            self.initial["revision"] = self.instance.revision
        if not actor.may("record.enter_for_others"):
            self.limit_to_company()
        elif "state" in self.fields:
            cast("forms.ChoiceField", self.fields["state"]).choices = Source.STATES_TO_ENTER
            if self.initial.get("state") == Source.State.VERIFIED:
                self.initial["state"] = Source.State.REPORTED

    def limit_to_company(self) -> None:
        """A company's own people speak for the company."""
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

    def clean_audience(self) -> str:
        """The one that was chosen; else it stays as it is."""
        return self.cleaned_data["audience"] or self.instance.audience

    def clean(self) -> dict[str, Any]:
        """Keep good files at once; a bad one is an error at this field."""
        cleaned = super().clean() or self.cleaned_data
        keys = [key for text in (cleaned.get("kept") or "").split(",") if (key := key_in(text)) is not None]
        found = Evidence.objects.filter(pk__in=keys, uploaded_by=self.actor, sources=None)
        self.evidence = [file for file in found if str(file.pk) not in self.unused]
        for upload in cleaned.get("uploads", []):
            try:
                originals = bool(cleaned.get("originals"))
                self.evidence.append(keep_evidence(actor=self.actor, upload=upload, with_original=originals))
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


class VerificationForm(forms.Form):
    """What a reviewer of another organisation checked, or why it is no longer verified."""

    prefix = "check"

    revision = forms.IntegerField(widget=forms.HiddenInput)
    note = forms.CharField(
        label=_("What did you check, and with what?"),
        max_length=500,
        help_text=_("Stays in the record's history."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, data: Any = None, *, source: Source) -> None:
        super().__init__(data, initial={"revision": source.revision})
        use_own_widgets(self)
        self.takes_back = source.verified_by_id is not None
        if self.takes_back:
            self.fields["note"].label = _("Why is it no longer verified?")


class ReasonForm(forms.Form):
    """Why a record is changed; the reason stays in its history. Records may have a reason of their own."""

    prefix = "amend"

    reason = forms.CharField(
        label=_("Why do you change it?"),
        max_length=500,
        help_text=_("Stays in the record's history."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        use_own_widgets(self)


class WithdrawalForm(ReasonForm):
    """Why a record that was entered by mistake is withdrawn."""

    prefix = "withdraw"

    reason = forms.CharField(
        label=_("Why is it withdrawn?"), max_length=500, help_text=_("It stays readable with this reason.")
    )


class ErasureForm(ReasonForm):
    """Why personal data is erased."""

    prefix = "erase"

    reason = forms.CharField(
        label=_("Why must it go?"),
        max_length=500,
        help_text=_("It stays, and whoever sees the record reads it. Repeat nothing that must go, and name nobody."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class RestoringForm(ReasonForm):
    """Why a withdrawal is taken back."""

    prefix = "restore"

    reason = forms.CharField(
        label=_("Why is the withdrawal taken back?"), max_length=500, help_text=_("Stays in the record's history.")
    )


class OtherOneField(NamedRowField):
    """The other one of two that are merged; what is on record as something else is told from what nobody knows."""

    def to_python(self, value: Any) -> Model | None:
        """The row; raises ValidationError that says what a name is the name of."""
        try:
            return super().to_python(value)
        except ValidationError:
            rows: Any = self.queryset
            for kind in MERGE_KINDS.values():
                named = offered(kind).filter(name__unaccent__iexact=str(value).replace("\x00", "").strip())
                if kind.model is not rows.model and (other := named.first()):
                    message = _("“%(other)s” is %(a)s. Only two of one kind can be merged.")
                    words = {"other": other, "a": kind.a(other)}
                    raise ValidationError(message, "other_kind", words) from None
            raise


class OtherOneForm(forms.Form):
    """Into which other one something is merged."""

    other = OtherOneField(
        label=_("Merge it into"),
        queryset=Organisation.objects.none(),
        empty_label=_("Choose"),
        help_text=_("That one stays, and everything that named this one names it."),
    )

    def __init__(self, *args: Any, row: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast("NamedRowField", self.fields["other"]).queryset = offered(kind_of(row)).exclude(pk=row.pk)
        use_own_widgets(self)

    @property
    def chosen(self) -> Any:
        """The other one, where one is chosen."""
        return self.cleaned_data["other"] if self.is_valid() else None


class MergeForm(ReasonForm):
    """Why two rows are the same."""

    prefix = "merge"

    reason = forms.CharField(
        label=_("Why are the two the same?"), max_length=500, help_text=_("Stays in the history of both.")
    )


class UnmergeForm(ReasonForm):
    """Why a merge is undone."""

    prefix = "undo"

    reason = forms.CharField(
        label=_("Why is the merge undone?"), max_length=500, help_text=_("Stays in the history of both.")
    )


class AreasForm(AsksAboutName, RecordForm):
    """A mining project, with its districts or region as they are typed."""

    areas = AreasField(
        areas=Area.objects.select_related("parent__parent"),
        required=False,
        label=_("Districts or region"),
        help_text=_(
            "One a line: name or INEI code, such as 030501 or “Tambobamba, Cotabambas”. The region where no more is known."
        ),
    )

    def address_of(self, row: Project) -> str:
        """The desk of the mine."""
        return reverse("projects:page", kwargs={"slug": row.slug})


ProjectForm = form_of(Project, AreasForm)


class FollowForm(forms.ModelForm[ProjectAssignment]):
    """An organisation that follows a project."""

    class Meta:
        model = ProjectAssignment
        fields: ClassVar[list[str]] = ["organisation"]

    def __init__(self, *args: Any, project: Project, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        use_own_widgets(self)
        self.instance.project = project
        bodies = Organisation.objects.offered().filter(
            kind__in=[Organisation.Kind.NGO, Organisation.Kind.COMMUNITY_BODY]
        )
        self.fields["organisation"].queryset = bodies.exclude(assignments__project=project)  # type: ignore[attr-defined]


class ListedForm(forms.ModelForm[Any]):
    """A row of a list that records name."""

    def __init__(self, *args: Any, actor: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.actor = actor
        use_own_widgets(self)


class OrganisationForm(AsksAboutName, ListedForm):
    """A company, agency or other body that records can name; regulators and agencies for administrators alone."""

    class Meta:
        model = Organisation
        fields: ClassVar[list[str]] = ["name", "kind", "country", "state_owned", "listed_on", "contact"]
        field_classes: ClassVar[dict[str, Any]] = {"country": CountryField}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.actor.may("people.manage"):
            kind = cast("forms.ChoiceField", self.fields["kind"])
            options = cast("Iterable[tuple[Any, Any]]", kind.choices)
            kind.choices = [(value, label) for value, label in options if value not in MADE_BY_ADMINISTRATORS]
            kind.error_messages["invalid_choice"] = ONLY_ADMINISTRATORS
            kind.help_text = _("An administrator lists regulators and public agencies.")

    def _get_validation_exclusions(self) -> set[str]:
        return super()._get_validation_exclusions() - {"taken_back"}  # type: ignore[misc,no-any-return]

    def known_rows(self) -> Any:
        """Everybody sees all that are offered."""
        return Organisation.objects.offered()

    def address_of(self, row: Organisation) -> str:
        """Its page in the list."""
        return reverse("lists:row", kwargs={"code": "organisations", "pk": row.pk})


class MineralForm(ListedForm):
    """A mineral in the languages of the public pages."""

    class Meta:
        model = Mineral
        fields: ClassVar[list[str]] = ["code", "name_en", "name_es", "uses_en", "uses_es"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            del self.fields["code"]
