"""How forms look: Django's own renderer with Minka's templates (label, hint, error above the field)."""

from django.forms.renderers import TemplatesSetting


class MinkaFormRenderer(TemplatesSetting):
    """Forms as stacked fields; errors of the whole form stand in the error summary, not above the fields.

    The list of errors at a field is ``django/forms/errors/list/default.html`` in our templates.
    """

    form_template_name = "forms/form.html"
    field_template_name = "forms/field.html"
