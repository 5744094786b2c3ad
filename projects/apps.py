"""The mine and what it reports."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class ProjectsConfig(AppConfig):
    """The mine and what it reports."""

    name = "projects"

    def ready(self) -> None:
        """Make known the kinds of record and of import job, where records open, and from each app's `intake` what rows can become."""
        from projects import intake_kinds, record_kinds
        from projects.intake import mines  # noqa: F401 - registers its target
        from projects.intake.owner_texts import register_owner_texts
        from projects.notice_kinds import register_notices
        from projects.services.erasures import register_erasures
        from projects.services.forgotten_imports import register_forgotten_imports
        from projects.services.undo_requests import register_undo_requests

        record_kinds.register_kinds()
        record_kinds.register_pages()
        record_kinds.register_merges()
        register_owner_texts()
        intake_kinds.register_kinds()
        register_erasures()
        register_forgotten_imports()
        register_undo_requests()
        register_notices()
        autodiscover_modules("intake")
