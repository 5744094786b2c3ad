"""The neighbours and what they are owed."""

from django.apps import AppConfig


class CommunitiesConfig(AppConfig):
    """Offers its kinds of record on the record pages."""

    name = "communities"

    def ready(self) -> None:
        """Register the kinds once the models are loaded."""
        from communities.record_kinds import register_kinds, register_merges, register_pages
        from communities.services.ledger_requests import register_requests

        register_kinds()
        register_pages()
        register_merges()
        register_requests()
