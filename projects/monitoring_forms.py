"""Forms of monitoring that ask about what is likely a slip."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from projects.forms import RecordForm
from projects.models.monitoring import MOST_SAMPLES


class RequiredSamplesForm(RecordForm):
    """How many samples are required; more than one a day is taken when the person says so."""

    confirm_many = forms.BooleanField(label=_("The number is right"), required=False, widget=forms.HiddenInput)
    """Shown as a box to tick where there is something to ask."""

    def clean(self) -> dict[str, Any]:
        """Ask about a number that is likely a year, or that of another box."""
        cleaned = super().clean()
        samples = cleaned.get("samples")
        if samples and samples > MOST_SAMPLES and "samples" in self.changed_data:
            self.fields["confirm_many"].widget = forms.CheckboxInput()
            if not cleaned.get("confirm_many"):
                message = _(
                    "%(samples)d samples in a year are more than one a day. Correct the number, or tick the box."
                )
                self.add_error("confirm_many", ValidationError(message, "many_samples", {"samples": samples}))
        return cleaned
