"""Every address of Minka."""

from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path
from django.views.generic import RedirectView

from accounts.access import public_view
from config import views
from config.search import search
from config.start import views as start

urlpatterns = [
    path("", public_view(RedirectView.as_view(pattern_name="public:home"))),
    path("livez", views.livez, name="livez"),
    path("readyz", views.readyz, name="readyz"),
    path("metrics", views.metrics, name="metrics"),
    path(
        "api/v1/schema/",
        public_view(views.Schema.as_view()),
        name="schema",
    ),
    path("api/v1/", include("compliance.api.urls")),
]

urlpatterns += i18n_patterns(
    path("work/", start.desk, name="desk"),
    path("work/start/<slug:code>/", start.section_page, name="start-section"),
    path("work/search/", search, name="search"),
    path("work/status/", views.status, name="status"),
    path("work/projects/", include("projects.urls")),
    path("work/", include("communities.urls")),
    path("work/", include("compliance.urls")),
    path("work/", include("accounts.urls")),
    path("work/imports/", include("projects.urls_intake")),
    path("work/merge/", include("projects.urls_merging")),
    path("work/lists/", include("projects.urls_lists")),
    path("work/", include("projects.urls_records")),
    path("account/", include("config.account_urls")),
    path("", include("compliance.public_urls")),
)

handler429 = "config.views.too_many_requests"
handler500 = "config.views.server_error"
