"""Addresses of the import pages."""

from django.urls import path

from projects.views import intake

app_name = "imports"
urlpatterns = [
    path("", intake.import_list, name="list"),
    path("new/", intake.import_upload, name="upload"),
    path("template/<slug:target>.csv", intake.import_template, name="template"),
    path("<int:pk>/", intake.import_page, name="page"),
    path("<int:pk>/columns/", intake.import_columns, name="columns"),
    path("<int:pk>/rows/", intake.import_rows, name="rows"),
    path("<int:pk>/errors.csv", intake.import_errors, name="errors"),
    path("<int:pk>/confirm/", intake.import_confirm, name="confirm"),
    path("<int:pk>/undo/", intake.import_undo, name="undo"),
    path("<int:pk>/drop/", intake.import_drop, name="drop"),
    path("<int:pk>/retry/", intake.import_retry, name="retry"),
    path("<int:pk>/progress/", intake.import_progress, name="progress"),
]
