"""The mine and what it reports."""

from django.apps import AppConfig


class ProjectsConfig(AppConfig):
    """The mine and what it reports."""

    name = "projects"
