"""Form fields: a name, one row of a list that may be long, a day, and words to look for."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from typing import Any

from django import forms
from django.contrib.postgres.search import TrigramWordSimilarity
from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet
from django.forms.renderers import BaseRenderer
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from accounts.models.merges import Mergeable, called_otherwise
from accounts.names import clean_name

LONGEST_LIST = 50
MOST_SUGGESTED = 500
MOST_SHOWN = 5
ALIKE = 0.4
ENOUGH_LETTERS = 3


class DayInput(forms.DateInput):
    """The browser's own date field, filled in ISO form."""

    input_type = "date"

    def __init__(self, **options: Any) -> None:
        super().__init__(format="%Y-%m-%d", **options)


class ListOrName(forms.Select):
    """A list of up to fifty rows to choose from; where there are more, a box for the name, with suggestions.

    What could be meant by a name that was not understood stands in a list beside the box; a choice there wins.
    """

    could_be: Sequence[tuple[Any, str]] = ()

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        """The last that says anything, of box and list."""
        sent = data.getlist(name) if hasattr(data, "getlist") else []
        return next((value for value in reversed(sent) if value), data.get(name))

    def render(
        self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: BaseRenderer | None = None
    ) -> SafeString:
        """Which of the two is decided by what there is to choose from now."""
        rows: QuerySet[Any] = self.choices.queryset  # type: ignore[attr-defined]
        names = list(rows.values_list("name", flat=True)[: MOST_SUGGESTED + 1])
        if len(names) <= LONGEST_LIST:
            return super().render(name, value, attrs, renderer)
        return NameBox(names[:MOST_SUGGESTED], self.could_be).render(name, name_of(rows, value), attrs, renderer)


class NameBox(forms.TextInput):
    """A box for a name; the browser suggests."""

    template_name = "forms/name_box.html"

    def __init__(self, names: list[str], could_be: Sequence[tuple[Any, str]]) -> None:
        self.names, self.could_be = names, could_be
        super().__init__({"autocomplete": "off"})

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """With the names, and where they stand."""
        context = super().get_context(name, value, (attrs or {}) | {"list": f"names_of_{name}"})
        context["widget"] |= {"names": self.names, "could_be": self.could_be}
        return context


def name_of(rows: QuerySet[Any], value: Any) -> Any:
    """The name behind a key; words that were typed stay as they are."""
    if not str(value or "").isdecimal():
        return value
    return rows.filter(pk=value).values_list("name", flat=True).first() or value


class NameField(forms.CharField):
    """What somebody or something is called."""

    def to_python(self, value: Any) -> str:
        """The name as it is kept; raises ValidationError that says which letter deceives."""
        return clean_name(super().to_python(value) or "")


class WordsField(forms.CharField):
    """Words to look for; whatever is typed or pasted is taken, the first hundred characters of it."""

    def __init__(self, **options: Any) -> None:
        super().__init__(label=_("Search"), required=False, **options)

    def to_python(self, value: Any) -> str:
        """Without the sign that PostgreSQL cannot hold."""
        return str(super().to_python(str(value or "").replace("\x00", "")))[:100]


class NamedRowField(forms.ModelChoiceField[Any]):
    """One row of a model that has a `name`: chosen from a short list, typed where the list is long.

    Capitals and accents do not matter, and the beginning is enough where it is that of one row only. A former name means
    the row into which it was merged, and other names mean the row that is called so. The key of the row is taken too: it
    settles which of several of one name is meant.
    """

    widget = ListOrName
    default_error_messages = {
        "unknown_name": _(
            "“%(text)s” is not in the list. Type the name as it stands there, or add it to the list first."
        ),
        "similar_names": _("“%(text)s” is not in the list. Did you mean: %(choices)s?"),
        "several_of_the_name": _("Several have the name “%(text)s”. Type the number: %(choices)s."),
    }

    def to_python(self, value: Any) -> Model | None:
        """The row; raises ValidationError with what could be meant."""
        text = value.strip() if isinstance(value, str) else value
        if not isinstance(text, str) or not text or text.isdecimal():
            return super().to_python(text)
        if "\x00" in text:
            raise ValidationError(self.error_messages["invalid_choice"], "invalid_choice", {"value": ""})
        rows: QuerySet[Any] = self.queryset  # type: ignore[assignment]
        called = list(rows.filter(name__unaccent__iexact=text)[: MOST_SHOWN + 1])
        if not called and issubclass(rows.model, Mergeable):
            otherwise = chain.from_iterable(
                those.filter(called__unaccent__iexact=text)[: MOST_SHOWN + 1] for those in called_otherwise(rows)
            )
            called = list({row.kept.pk: row.kept for row in otherwise}.values())
        enough = not called and len(text) >= ENOUGH_LETTERS
        begins = list(rows.filter(name__unaccent__istartswith=text)[: MOST_SHOWN + 1]) if enough else []
        if len(called or begins) == 1:
            return (called or begins)[0]  # type: ignore[no-any-return]
        alike = rows.annotate(likeness=TrigramWordSimilarity(text, "name")).filter(likeness__gt=ALIKE)
        could_be = (called or begins or list(alike.order_by("-likeness", "name")[:MOST_SHOWN]))[:MOST_SHOWN]
        self.widget.could_be = [(row.pk, described(row)) for row in could_be]
        if called:
            code, choices = "several_of_the_name", [f"{row.pk} ({described(row)})" for row in could_be]
        else:
            code, choices = "similar_names" if could_be else "unknown_name", [row.name for row in could_be]
        raise ValidationError(self.error_messages[code], code, {"text": text, "choices": "; ".join(choices)})


def described(row: Any) -> str:
    """What tells rows of one name apart: a community's district, the kind of an organisation, the country of a mine."""
    kind = row.get_kind_display() if hasattr(row, "get_kind_display") else row.country
    apart = row.district if hasattr(row, "district") else kind
    return f"{row}, {apart}"
