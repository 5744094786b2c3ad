"""Addresses at which what is on record twice is merged."""

from django.urls import path

from projects.views import merging

app_name = "merging"
urlpatterns = [
    path("<slug:code>/<int:pk>/", merging.merge_page, name="merge"),
    path("<int:pk>/undo/", merging.undo_page, name="undo"),
]
