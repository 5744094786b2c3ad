"""The forms of django-allauth that Minka shows, in Minka's words: one word for each thing, and no label said twice."""

from __future__ import annotations

from typing import Any

from allauth.account import forms as account
from allauth.account.adapter import get_adapter
from allauth.core import context
from allauth.mfa.base import forms as factor
from allauth.mfa.totp import forms as app
from django.core.exceptions import ValidationError
from django.forms import BaseForm
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.adapter import count_code, note_wrong_code
from accounts.services.letters import promise_link_to_new_password

LABELS = {
    "login": _("E-mail address"),
    "email": _("E-mail address"),
    "password": _("Password"),
    "oldpassword": _("Present password"),
    "password1": _("New password"),
    "password2": _("New password once more"),
    "code": _("Code"),
}


class InOurWords(BaseForm):
    """Puts our labels on the fields, and takes away placeholders and the link that stands below the button."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.label = LABELS.get(name, field.label)
            field.widget.attrs.pop("placeholder", None)
            if name in {"password", "oldpassword"}:
                field.help_text = ""


class CountsCodes(BaseForm):
    """Counts each code before it is looked at, and lets so many wrong ones pass and no more."""

    user: Any

    def clean_code(self) -> str:
        """The code, where it is right, which `NewKeyAfterProof` is told. Raises ValidationError where it is not."""
        counted = count_code(context.request, self.user)
        try:
            code: str = super().clean_code()  # type: ignore[misc]
        except ValidationError:
            note_wrong_code(self.user, counted)
            raise
        counted.forget()
        context.request.proved_anew = True
        return code


class CountsPasswords(BaseForm):
    """Counts the present password before it is looked at, as at sign-in."""

    user: Any

    def clean_oldpassword(self) -> str:
        """The present password; raises ValidationError where it is wrong, or too many wrong ones were written."""
        password: str = self.cleaned_data["oldpassword"]
        if not get_adapter().reauthenticate(self.user, password):
            raise ValidationError(_("This is not your present password."), "wrong_password")
        return password


class LinkByLetter(BaseForm):
    """Promises the letter with the link, and does and says the same whether anybody has the address or not."""

    def clean_email(self) -> str:
        """The address as it was typed; whose it is, is nobody's business here."""
        return str(self.cleaned_data["email"])

    def save(self, _request: HttpRequest) -> str:
        """Promise the letter."""
        email: str = self.cleaned_data["email"]
        promise_link_to_new_password(email)
        return email


def in_our_words(form: Any, *more: type[BaseForm]) -> Any:
    """The same form of django-allauth with our words, and with what `more` adds."""
    return type(form.__name__, (InOurWords, *more, form), {"__doc__": form.__doc__})


SignInForm = in_our_words(account.LoginForm)
NewPasswordForm = in_our_words(account.ChangePasswordForm, CountsPasswords)
LinkForm = in_our_words(account.ResetPasswordForm, LinkByLetter)
PasswordByLinkForm = in_our_words(account.ResetPasswordKeyForm)
PasswordAgainForm = in_our_words(account.ReauthenticateForm)
CodeForm = in_our_words(factor.AuthenticateForm, CountsCodes)
CodeAgainForm = in_our_words(factor.ReauthenticateForm, CountsCodes)
FirstCodeForm = in_our_words(app.ActivateTOTPForm)
