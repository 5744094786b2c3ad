"""What pages and forms need: links to other languages and pages, and the errors of forms in one list."""

from collections.abc import Iterator
from typing import Any

from django import template
from django.conf import settings
from django.forms import BaseForm, BoundField, CheckboxInput, RadioSelect
from django.utils.translation import get_language


def language_links(context: template.Context) -> list[dict[str, Any]]:
    """One link per language to this same page and query; as ``{% language_links as links %}``."""
    request = context.get("request")
    path = request.get_full_path() if request else "/"
    here = get_language()
    prefix = f"/{here}/"
    return [
        {
            "code": code,
            "name": name,
            "current": code == here,
            "url": f"/{code}/{path.removeprefix(prefix)}" if path.startswith(prefix) else f"/{code}/",
        }
        for code, name in settings.LANGUAGES
    ]


def query(context: template.Context, **changes: object) -> str:
    """This page's query string with some keys changed or, where None, removed: ``?{% query page=2 %}``."""
    parameters = context["request"].GET.copy()
    for key, value in changes.items():
        parameters.pop(key, None)
        if value not in (None, ""):
            parameters[key] = str(value)
    return str(parameters.urlencode())


def page_numbers(page: Any) -> list[int | None]:
    """Numbers for the pagination; None where some are left out."""
    elided = page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
    return [number if isinstance(number, int) else None for number in elided]


def is_checkbox(field: BoundField) -> bool:
    """A single box has its label behind it."""
    return isinstance(field.field.widget, CheckboxInput)


def is_choice_list(field: BoundField) -> bool:
    """Radios and lists of boxes stand in a fieldset, one under the other."""
    return isinstance(field.field.widget, RadioSelect)


def error_anchor(field: BoundField) -> str:
    """The id of the first control of a field, for the link in the error summary."""
    if field.use_fieldset:
        return f"{field.auto_id}_0"
    return str(field.id_for_label or field.auto_id)


def error_rows(forms: object) -> list[dict[str, Any]]:
    """All errors of a form or of several, each with the anchor of its field; none where there is no form."""
    if isinstance(forms, list):
        return [row for form in forms for row in error_rows(form)]
    return list(form_errors(forms)) if isinstance(forms, BaseForm) else []


def and_form(forms: object, other: object) -> list[object]:
    """Several forms of one page, so that one summary names all their errors."""
    return [*(forms if isinstance(forms, list) else [forms]), other]


def form_errors(form: BaseForm) -> Iterator[dict[str, Any]]:
    """The same words as at the field; errors of the whole form come first, without an anchor."""
    for message in form.non_field_errors():
        yield {"message": message, "anchor": ""}
    for field in form:
        for message in field.errors:
            anchor = "" if field.is_hidden else error_anchor(field)
            yield {"message": message, "anchor": anchor, "label": field.label}
