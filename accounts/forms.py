"""Forms about people, and the search of the audit trail."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from accounts.fields import DayInput, NamedRowField, WordsField
from accounts.models import ApiToken, Membership, Organisation, User
from accounts.models.notices import When
from accounts.roles import Role
from accounts.services.notices import chosen_by, kinds_for


class InviteForm(forms.ModelForm[User]):
    """A new person."""

    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)

    class Meta:
        model = User
        fields: ClassVar[list[str]] = ["full_name", "email", "language"]

    def clean_email(self) -> str:
        """One account an address, whatever its capitals."""
        email = str(self.cleaned_data["email"]).lower()
        if User.objects.filter(email__iexact=email).exists():
            raise forms.ValidationError(_("Somebody with this address is already here. Open their page."), "taken")
        return email


class InvitationForm(forms.ModelForm[User]):
    """Where an invitation is sent again."""

    class Meta:
        model = User
        fields: ClassVar[list[str]] = ["email"]

    def clean_email(self) -> str:
        """One account an address, whatever its capitals."""
        email = str(self.cleaned_data["email"]).lower()
        if User.objects.filter(email__iexact=email).exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError(_("Somebody with this address is already here. Open their page."), "taken")
        return email


class RoleForm(forms.ModelForm[Membership]):
    """A role in an organisation."""

    organisation = NamedRowField(
        label=_("Organisation"), queryset=Organisation.objects.offered(), empty_label=_("Choose")
    )
    role = forms.ChoiceField(label=_("Role"), choices=[("", _("Choose")), *Role.choices])

    class Meta:
        model = Membership
        fields: ClassVar[list[str]] = ["organisation", "role"]


class AccountReasonForm(forms.Form):
    """Why an account is shut or opened again, or its second factor reset."""

    reason = forms.CharField(
        label=_("Reason"), max_length=500, widget=forms.Textarea({"rows": 2}), help_text=_("It stays in the history.")
    )


class RefusalForm(forms.Form):
    """Why what was asked for is not done."""

    reason = forms.CharField(
        label=_("Reason"), max_length=500, widget=forms.Textarea({"rows": 2}), help_text=_("It stays in the history.")
    )


class ApiTokenForm(forms.ModelForm[ApiToken]):
    """A token for a program."""

    class Meta:
        model = ApiToken
        fields: ClassVar[list[str]] = ["name", "scope", "last_day"]
        widgets: ClassVar[dict[str, type[forms.Widget]]] = {"last_day": DayInput}


class NoticeChoicesForm(forms.Form):
    """When somebody is written to about each kind of notice."""

    def __init__(self, *args: Any, person: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen = chosen_by(person)
        for code, kind in kinds_for(person).items():
            self.fields[code] = forms.ChoiceField(
                label=kind.title,
                choices=When.choices,
                widget=forms.RadioSelect,
                initial=chosen[code],
                disabled=kind.by_letter,
                error_messages={"required": _("Choose when.")},
            )


class TrailFilter(forms.Form):
    """What to look for in the audit trail, and in which days."""

    q = WordsField()
    first = forms.DateField(label=_("From"), required=False, widget=DayInput)
    last = forms.DateField(label=_("To"), required=False, widget=DayInput)


class OwnLanguageForm(forms.ModelForm[User]):
    """The language of one's own pages and messages."""

    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)

    class Meta:
        model = User
        fields: ClassVar[list[str]] = ["full_name", "language"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["full_name"].required = True
