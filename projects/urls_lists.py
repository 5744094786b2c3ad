"""Addresses of the lists of organisations and minerals."""

from django.urls import path

from projects.views import lists

app_name = "lists"
urlpatterns = [
    path("<slug:code>/", lists.list_page, name="list"),
    path("<slug:code>/add/", lists.row_add, name="add"),
    path("<slug:code>/row/<slug:pk>/", lists.row_page, name="row"),
    path("<slug:code>/row/<slug:pk>/amend/", lists.row_amend, name="amend"),
]
