"""The account pages that Minka uses of django-allauth, and the link of an invitation; addresses are changed by administrators, not here."""

from allauth.account import urls as account
from django.urls import include, path

from accounts.views import invitations

USED = {
    "account_login",
    "account_logout",
    "account_reauthenticate",
    "account_change_password",
    "account_reset_password",
    "account_reset_password_done",
    "account_reset_password_from_key",
    "account_reset_password_from_key_done",
    "account_inactive",
    "account_signup",
}
"""`account_signup` answers that sign-up is closed; allauth's own pages name it."""

urlpatterns = [
    *(pattern for pattern in account.urlpatterns if getattr(pattern, "name", None) in USED),
    path("invitation/<str:token>/", invitations.accept, name="account_invitation"),
    path("2fa/", include("allauth.mfa.urls")),
]
