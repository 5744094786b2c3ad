"""The mine and what it reports."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class ProjectsConfig(AppConfig):
    """The mine and what it reports."""

    name = "projects"

    def ready(self) -> None:
        """Make the kinds of import job known, and each app's `intake` module with what rows can become there."""
        from projects import intake_kinds
        from projects.intake import mines  # noqa: F401 - registers its target

        intake_kinds.register_kinds()
        autodiscover_modules("intake")
