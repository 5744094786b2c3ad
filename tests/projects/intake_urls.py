"""Addresses for the tests of the import pages alone: the pages themselves, and names that the frame links to."""

from django.conf.urls.i18n import i18n_patterns
from django.http import HttpRequest, HttpResponse
from django.urls import include, path

from accounts.access import public_view


@public_view
def elsewhere(_request: HttpRequest) -> HttpResponse:
    """A page of others."""
    return HttpResponse("elsewhere")


def named(*names: str) -> list[object]:
    """Stand-ins for other pages."""
    return [path(f"elsewhere/{name}/", elsewhere, name=name) for name in names]


public = (named("home", "projects", "how_we_grade", "verify"), "public")
urlpatterns = i18n_patterns(
    path("work/imports/", include("projects.urls_intake")),
    path("", include(public)),
    path("", include(named("account_login", "account_logout", "desk"))),  # type: ignore[arg-type]
)
