"""The support app: people, roles, the audit trail and the job outbox."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Lies below every other app and knows none of them."""

    name = "accounts"

    def ready(self) -> None:
        """Tell the job outbox how letters are sent and what goes in time, and what takes two people, once models are loaded."""
        from accounts.services.jobs import JOB_KINDS
        from accounts.services.letters import LETTERS
        from accounts.services.pruning import register_pruning
        from accounts.services.second_factor import register_second_factor

        JOB_KINDS.update(LETTERS)
        register_pruning()
        register_second_factor()
