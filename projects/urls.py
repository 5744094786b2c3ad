"""Addresses of the projects' pages."""

from django.urls import path

from projects.views import projects

app_name = "projects"
urlpatterns = [
    path("", projects.project_list, name="list"),
    path("add/", projects.project_add, name="add"),
    path("<slug:slug>/", projects.project_page, name="page"),
    path("<slug:slug>/followers/", projects.followers, name="followers"),
    path("<slug:slug>/followers/<int:pk>/end/", projects.unfollow, name="unfollow"),
    path("<slug:slug>/amend/", projects.project_amend, name="amend"),
    path("<slug:slug>/verify/", projects.project_verify, name="verify"),
    path("<slug:slug>/withdraw/", projects.project_withdraw, name="withdraw"),
    path("<slug:slug>/restore/", projects.project_restore, name="restore"),
]
