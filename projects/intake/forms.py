"""Forms of the import: which file, what the columns mean, why it is undone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, cast

from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, User
from projects.fields import DayField
from projects.forms import check_days_of_form, use_own_widgets
from projects.intake.messages import sentence
from projects.intake.parsing import Options
from projects.intake.problems import Refusal
from projects.intake.targets import TARGETS, ImportField, ImportTarget, targets_of
from projects.models import ImportBatch, Project, Source

UNITS = [("1", _("as written")), ("1000", _("in thousands")), ("1000000", _("in millions"))]
DECIMAL_MARKS = [("", _("as 1,234.56 or 1.234,56; refuse what is unclear")), (".", "1,234.56"), (",", "1.234,56")]


class UploadForm(forms.Form):
    """Which file, and what its rows are."""

    target = forms.ChoiceField(label=_("What the rows are"), widget=forms.RadioSelect)
    organisation = forms.ModelChoiceField(Organisation.objects.none(), label=_("For which organisation"))
    file = forms.FileField(
        label=_("File"),
        required=False,
        allow_empty_file=True,
        help_text=_("CSV or JSON up to 40 MB, XLSX up to 20 MB; names of the columns in the first row."),
        widget=forms.FileInput(attrs={"accept": ".csv,.txt,.tsv,.xlsx,.json"}),
    )

    project = forms.ModelChoiceField(
        Project.objects.none(), required=False, to_field_name="slug", widget=forms.HiddenInput
    )
    pasted = forms.CharField(
        label=_("Or paste rows from a spreadsheet"),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 5, "spellcheck": "false"}),
        help_text=_("Copy the cells with the names of the columns in the first row, and paste them here."),
    )

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own = Organisation.objects.filter(pk__in=user.organisation_ids_as("monitor"))
        target = cast(forms.ChoiceField, self.fields["target"])
        organisation = cast("forms.ModelChoiceField[Organisation]", self.fields["organisation"])
        target.choices = [(one.code, one.label) for one in targets_of(user)]
        self.fields["project"].queryset = Project.objects.visible_to(user)  # type: ignore[attr-defined]
        organisation.queryset = own
        if len(own) == 1:
            organisation.initial = own[0]
            organisation.widget = forms.HiddenInput()

    def clean(self) -> dict[str, Any]:
        """Pasted rows become a file; one of both is needed."""
        cleaned = super().clean() or self.cleaned_data
        pasted = cleaned.get("pasted") or ""
        if cleaned.get("file") is None and pasted.strip():
            cleaned["file"] = SimpleUploadedFile(str(_("pasted rows")) + ".tsv", pasted.encode())
        elif cleaned.get("file") is None and "file" not in self.errors:
            self.add_error("file", forms.ValidationError(_("Choose a file, or paste rows below."), "required"))
        return cleaned


class ColumnsForm(forms.Form):
    """For each field a column, a second one for rows where the first is empty, or one value for all rows."""

    voice = forms.ChoiceField(
        label=_("Who says what the file says"), choices=[("", _("Choose who says it")), *Source.Voice.choices]
    )
    reference = forms.CharField(
        label=_("Document or address"),
        max_length=300,
        required=False,
        help_text=_("Title, number or web address of the file."),
    )
    stated_on = DayField(label=_("Date of the file"), required=False)
    decimal_mark = forms.ChoiceField(label=_("How decimals are written"), choices=DECIMAL_MARKS, required=False)
    day_numbers = forms.BooleanField(
        label=_("Days are Excel's numbers, such as 45658 for 1 January 2025"), required=False
    )

    def __init__(
        self, batch: ImportBatch, mapping: Mapping[str, Any], defaults: Mapping[str, Any], data: QueryDict | None
    ) -> None:
        self.batch, self.target = batch, TARGETS[batch.target]
        super().__init__(data, initial=initial_of(self.target, mapping, defaults))
        columns = [("", "–"), *((one["name"], one["name"]) for one in batch.columns)]
        use_own_widgets(self)
        for field in self.target.fields:
            self.add(field, columns)

    def add(self, field: ImportField, columns: list[tuple[str, Any]]) -> None:
        """The controls of one field."""
        code = field.code
        self.fields[f"{code}.column"] = forms.ChoiceField(
            label=_("Column for: %(field)s") % {"field": field.label}, choices=columns, required=False
        )
        self.fields[f"{code}.second"] = forms.ChoiceField(
            label=_("If empty, column for: %(field)s") % {"field": field.label}, choices=columns, required=False
        )
        self.fields[f"{code}.fixed"] = forms.CharField(
            label=_("One value for all rows: %(field)s") % {"field": field.label}, max_length=200, required=False
        )
        if field.has_unit:
            self.fields[f"{code}.unit"] = forms.ChoiceField(
                label=_("Amounts are: %(field)s") % {"field": field.label}, choices=UNITS, required=False
            )

    def rows(self) -> Iterator[dict[str, Any]]:
        """One line of the page for each field: what it is, and its controls."""
        required = {code for group in self.target.needs for code in group}
        alone = {group[0] for group in self.target.needs if len(group) == 1}
        for field in self.target.fields:
            controls = [self[f"{field.code}.{name}"] for name in ("column", "second", "fixed")]
            unit = self[f"{field.code}.unit"] if field.has_unit else None
            yield {
                "field": field,
                "controls": controls,
                "unit": unit,
                "need": "all" if field.code in alone else "one" if field.code in required else "",
                "errors": [error for control in controls for error in control.errors],
            }

    def clean(self) -> dict[str, Any]:
        """A fixed value is read like a cell, so that a wrong one is said here and not on every row."""
        found = super().clean() or self.cleaned_data
        check_days_of_form(self, "stated_on")
        for field in self.target.fields:
            text = found.get(f"{field.code}.fixed", "").strip()
            try:
                field.parser(text, Options(decimal_mark=found.get("decimal_mark", "")))
            except Refusal as refusal:
                self.add_error(f"{field.code}.fixed", sentence(refusal.as_dict(), self.target))
        return found

    def mapping(self) -> dict[str, Any]:
        """The chosen columns, as they are kept."""
        found = self.cleaned_data
        return {
            field.code: {"column": found[f"{field.code}.column"], "second": found[f"{field.code}.second"]}
            for field in self.target.fields
            if found[f"{field.code}.column"] or found[f"{field.code}.second"]
        }

    def defaults(self) -> dict[str, Any]:
        """What holds for all rows, as it is kept."""
        found = self.cleaned_data
        fixed = {field.code: found[f"{field.code}.fixed"].strip() for field in self.target.fields}
        units = {field.code: found[f"{field.code}.unit"] for field in self.target.fields if field.has_unit}
        stated_on = found["stated_on"]
        return {
            "fixed": {code: value for code, value in fixed.items() if value},
            "units": {code: value for code, value in units.items() if value},
            "decimal_mark": found["decimal_mark"],
            "day_numbers": found["day_numbers"],
            "source": {
                "voice": found["voice"],
                "reference": found["reference"],
                "stated_on": stated_on.isoformat() if stated_on else None,
            },
        }


def initial_of(target: ImportTarget, mapping: Mapping[str, Any], defaults: Mapping[str, Any]) -> dict[str, Any]:
    """A kept or proposed mapping as the form shows it."""
    initial = {name: defaults[name] for name in ("decimal_mark", "day_numbers") if name in defaults}
    initial |= defaults.get("source", {})
    for field in target.fields:
        columns = mapping.get(field.code, {})
        initial[f"{field.code}.column"] = columns.get("column", "")
        initial[f"{field.code}.second"] = columns.get("second", "")
        initial[f"{field.code}.fixed"] = defaults.get("fixed", {}).get(field.code, "")
        initial[f"{field.code}.unit"] = defaults.get("units", {}).get(field.code, "1")
    return initial


class UndoForm(forms.Form):
    """Why everything is taken back."""

    reason = forms.CharField(label=_("Why"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))
