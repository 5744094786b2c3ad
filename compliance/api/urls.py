"""Addresses of the API, version 1."""

from django.urls import path

from accounts.access import public_view
from compliance.api import records, views

app_name = "api"
urlpatterns = [
    path("publications/", public_view(views.Publications.as_view()), name="publications"),
    path("takedowns/", public_view(views.Takedowns.as_view()), name="takedowns"),
    path("publications/<slug:sha256>/", views.publication_document, name="publication"),
    path("frameworks/<slug:sha256>/", views.framework_text, name="framework"),
    path("projects/", views.Projects.as_view(), name="projects"),
    path("scorecards/", views.Scorecards.as_view(), name="scorecards"),
    path("answers/", views.Answers.as_view(), name="answers"),
    path("disbursements/", views.Disbursements.as_view(), name="disbursements"),
    *records.urlpatterns,
]
