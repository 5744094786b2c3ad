"""Forms about people."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from accounts.fields import NamedRowField
from accounts.models import Membership, User


class InviteForm(forms.ModelForm[User]):
    """A new person."""

    language = forms.ChoiceField(label=_("language"), choices=settings.LANGUAGES)

    class Meta:
        model = User
        fields: ClassVar[list[str]] = ["full_name", "email", "language"]

    def clean_email(self) -> str:
        """One account an address, whatever its capitals."""
        email = str(self.cleaned_data["email"]).lower()
        if User.objects.filter(email__iexact=email).exists():
            raise forms.ValidationError(_("Somebody with this address is already here. Open their page."), "taken")
        return email


class RoleForm(forms.ModelForm[Membership]):
    """A role in an organisation."""

    class Meta:
        model = Membership
        fields: ClassVar[list[str]] = ["organisation", "role"]
        field_classes: ClassVar[dict[str, Any]] = {"organisation": NamedRowField}


class OwnLanguageForm(forms.ModelForm[User]):
    """The language of one's own pages and messages."""

    language = forms.ChoiceField(label=_("language"), choices=settings.LANGUAGES)

    class Meta:
        model = User
        fields: ClassVar[list[str]] = ["full_name", "language"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["full_name"].required = True
