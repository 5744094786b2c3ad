"""Form fields for what people name by words: districts, currencies, several files."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from projects.countries import validate_country
from projects.currencies import validate_currency
from projects.geometry import outline_of
from projects.intake.messages import sentence
from projects.intake.parsing import (
    FIRST_YEAR,
    GROUPED_BY_ONE_MARK,
    LAST_YEAR,
    Options,
    parse_date,
    parse_degrees,
    written_number,
)
from projects.intake.problems import Refusal

MOST_SHOWN = 5
SIGNS = re.compile(r"^S/\.?\s*|\s*%$")
ONE_MARK_AND_THREE_DIGITS = re.compile(r"([1-9]\d{0,2})[.,](\d{3})", re.ASCII)
EIGHT_DIGITS = re.compile(r"(\d\d)(\d\d)((?:19|20|21)\d\d)", re.ASCII)
"""31122025, for keyboards of digits alone."""
CENTS = 2
LONGEST_OUTLINE = 200_000
"""letters of GeoJSON"""


class DayInput(forms.DateInput):
    """A text box for a day, the same in every language; the browser's own field sends nothing for what is no day."""

    def __init__(self) -> None:
        super().__init__({"inputmode": "numeric", "size": "12"}, format="%d/%m/%Y")


class DayField(forms.DateField):
    """A day as people write it: day, month and year, or ISO; read as the import reads it, and never dropped."""

    widget = DayInput

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        hint = _("Day/month/year, such as 31/12/2025.")
        self.help_text = format_lazy("{} {}", self.help_text, hint) if self.help_text else hint

    @classmethod
    def in_place_of(cls, field: forms.DateField) -> DayField:
        """With the words of a field that Django made from a model."""
        return cls(required=field.required, label=field.label, initial=field.initial, help_text=field.help_text)

    def to_python(self, value: Any) -> date | None:
        """The day; raises ValidationError with the import's words where there is no such day."""
        if not isinstance(value, str) or not value.strip():
            return super().to_python(value)
        text = value.strip()
        if digits := EIGHT_DIGITS.fullmatch(text):
            text = "/".join(digits.groups())
        try:
            if (day := None if text.isdigit() else parse_date(text, Options())) is None:
                raise Refusal("not_a_date", value=text)
            return day
        except Refusal as refusal:
            raise ValidationError(sentence(refusal.as_dict()), refusal.code) from None


class AmountField(forms.DecimalField):
    """A sum, a share or a number with decimals, typed with a point or a comma; what could be two numbers is asked about.

    A text box, because the browser's own number box reads 1250,50 as 125050 and turns with the mouse wheel.
    """

    widget = forms.TextInput
    always_asks = False
    """Whether one mark and three digits are asked about even in a column of many decimals."""
    default_error_messages = {
        "invalid": _("Write a number, such as 1250.50."),
        "ambiguous": _("“%(typed)s” can be read in two ways. Write %(whole)s or %(part)s."),
    }

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """Digits on a phone's keyboard; no earlier sums suggested."""
        return super().widget_attrs(widget) | {"inputmode": "decimal", "autocomplete": "off"}

    def to_python(self, value: Any) -> Decimal | None:  # type: ignore[override]  # the stubs say int
        """The number that was typed; raises ValidationError where it is none, or could be two."""
        if not isinstance(value, str):
            return super().to_python(value)
        if not (text := SIGNS.sub("", value.strip())):
            return None
        either = ONE_MARK_AND_THREE_DIGITS.fullmatch(text)
        in_cents = self.decimal_places is None or self.decimal_places <= CENTS
        if either and (in_cents or self.always_asks):
            decimals = either[2][:CENTS] if in_cents else f"{either[2]}0"
            whole, part = either[1] + either[2], f"{either[1]}.{decimals}"
            params = {"typed": value.strip(), "whole": whole, "part": part}
            raise ValidationError(self.error_messages["ambiguous"], "ambiguous", params)
        try:
            return written_number(text.replace(",", ".") if either else text, "." if either else "")
        except Refusal:
            raise ValidationError(self.error_messages["invalid"], "invalid") from None


class DegreesField(AmountField):
    """A latitude or longitude in degrees, kept to a metre, however many decimals a device gives."""

    default_error_messages = {"invalid": _("Write degrees as a number, such as -14.08.")}

    def to_python(self, value: Any) -> Decimal | None:  # type: ignore[override]  # the stubs say int
        """The number that was typed, as an import reads it."""
        if not isinstance(value, str):
            return super().to_python(value)
        try:
            return parse_degrees(value, Options())
        except Refusal:
            raise ValidationError(self.error_messages["invalid"], "invalid") from None


class OutlineInput(forms.Textarea):
    """GeoJSON as text, or a file of it, which is shown as text where something is wrong with it."""

    needs_multipart_form = True

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        """The text, and a choice of a file below it."""
        text = super().render(name, value, attrs, renderer)
        file = '{}<label class="small">{} <input type="file" name="{}-file" accept=".geojson,.json"></label>'
        return format_html(file, text, _("Or a file:"), name)

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        """What the file says, else what was typed."""
        upload = files.get(f"{name}-file")
        if upload is None:
            return super().value_from_datadict(data, files, name)
        upload.seek(0)
        return upload.read(LONGEST_OUTLINE + 1).decode("utf-8-sig", "replace")


class OutlineField(forms.CharField):
    """The outline of an area as GeoJSON in degrees, kept to a metre."""

    def to_python(self, value: Any) -> str:
        """The outline as it is kept; raises ValidationError that says what is wrong with it."""
        text = super().to_python(value) or ""
        return outline_of(text, settings.MOST_POSITIONS) if text and len(text) <= LONGEST_OUTLINE else text


def currency_typed(text: str) -> str | None:
    """The currency whose sign stands before a sum; the field takes that of the sol alone."""
    return "PEN" if text.strip().startswith("S/") else None


class CountField(forms.IntegerField):
    """A whole number: a year, or people; 1,250 and 1.250 are one thousand two hundred and fifty."""

    widget = forms.TextInput

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """Digits on a phone's keyboard; no earlier numbers suggested."""
        return super().widget_attrs(widget) | {"inputmode": "numeric", "autocomplete": "off"}

    def to_python(self, value: Any) -> int | None:
        """Without the marks between thousands."""
        if isinstance(value, str) and GROUPED_BY_ONE_MARK.fullmatch(value.strip()):
            value = re.sub(r"\D", "", value, flags=re.ASCII)
        return super().to_python(value)


class YearField(CountField):
    """A year of the times that records are about."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{"min_value": FIRST_YEAR, "max_value": LAST_YEAR} | options)


class CountryField(forms.CharField):
    """Two letters of ISO 3166, in whichever case."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options, validators=[validate_country])
        self.widget.attrs |= {"autocapitalize": "characters", "size": "4"}

    def to_python(self, value: Any) -> str:
        """Upper case, as the codes are."""
        return str(super().to_python(value)).upper()


class CurrencyField(forms.CharField):
    """Three letters; the usual ones are suggested, every ISO 4217 code is taken."""

    def __init__(self, **options: Any) -> None:
        usual: dict[str, Any] = {"initial": "PEN", "min_length": 3, "max_length": 3, "validators": [validate_currency]}
        hint = _("Three letters, such as PEN or USD.")
        super().__init__(**usual | options | {"help_text": options.get("help_text") or hint})
        self.widget.attrs |= {"list": "currencies", "autocapitalize": "characters", "size": "5"}

    def to_python(self, value: Any) -> str:
        """Upper case, as the codes are."""
        return str(super().to_python(value)).upper()


class AreaField(forms.CharField):
    """One area, typed as its code or its name; the name of its province settles which of several is meant."""

    default_error_messages = {
        "unknown_area": _("No area is called “%(text)s”. Type its name as in the official list, or its code."),
        "several_areas": _("Several areas are called “%(text)s”. Type the code: %(choices)s."),
        "many_areas": _(
            "Several areas are called “%(text)s”. Type the code: %(choices)s; and %(more)s more. "
            "Or write the province behind a comma: “%(text)s, province”."
        ),
    }

    def __init__(self, *, areas: QuerySet[Any], **options: Any) -> None:
        self.areas = areas
        hint = _("Name or INEI code, such as 030501 or “Tambobamba, Cotabambas”.")
        super().__init__(**options | {"help_text": options.get("help_text") or hint})

    def prepare_value(self, value: Any) -> Any:
        """Show an area as its code and name."""
        if isinstance(value, int):
            value = self.areas.filter(pk=value).first()
        return value if isinstance(value, str) or value is None else f"{value.code} {value.name}"

    def clean(self, value: Any) -> Any:
        """The area that the text names; raises ValidationError with the choices where there are several."""
        text = super().clean(value).strip()
        return self.resolve(text) if text else None

    def resolve(self, text: str) -> Any:
        """Find one area by code, by name, or by “name, province”."""
        number = text.split()[0]
        if number.isdigit():
            found = list(self.areas.filter(code=number))
        else:
            name, _comma, within = (part.strip() for part in text.partition(","))
            rows = self.areas.filter(name__unaccent__iexact=name).select_related("parent__parent")
            found = list(rows.filter(parent__name__unaccent__iexact=within) if within else rows)
        if not found:
            raise ValidationError(self.error_messages["unknown_area"], "unknown_area", {"text": text})
        if len(found) > 1:
            choices = "; ".join(f"{area.code} ({area})" for area in found[:MOST_SHOWN])
            more = len(found) - MOST_SHOWN
            words = self.error_messages["many_areas" if more > 0 else "several_areas"]
            raise ValidationError(words, "several_areas", {"text": text, "choices": choices, "more": more})
        return found[0]


class AreasField(AreaField):
    """Several areas, one a line."""

    widget = forms.Textarea(attrs={"rows": 3})

    def prepare_value(self, value: Any) -> Any:
        """One line an area."""
        if isinstance(value, list | QuerySet):
            return "\n".join(str(super(AreasField, self).prepare_value(area)) for area in value)
        return value

    def clean(self, value: Any) -> Any:
        """A list of areas; every line that names none is said."""
        lines = [line.strip() for line in forms.CharField.clean(self, value).splitlines() if line.strip()]
        found, errors = [], []
        for line in lines:
            try:
                found.append(self.resolve(line))
            except ValidationError as error:
                errors.append(error)
        if errors:
            raise ValidationError(errors)
        return found


class ManyFilesInput(forms.ClearableFileInput):
    """Several files at once."""

    allow_multiple_selected = True


class ManyFilesField(forms.FileField):
    """A list of uploaded files, possibly empty."""

    widget = ManyFilesInput

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        """Each file by itself is checked when it is kept."""
        return [file for file in (data if isinstance(data, list | tuple) else [data]) if file]
