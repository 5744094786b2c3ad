"""The support app: people, roles, the audit trail and the job outbox."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Lies below every other app and knows none of them."""

    name = "accounts"

    def ready(self) -> None:
        """Tell the job outbox what there is to do, and others what takes two people and what people are told, once models are loaded."""
        from accounts.services.jobs import JOB_KINDS
        from accounts.services.letters import LETTERS
        from accounts.services.notice_kinds import register_notices
        from accounts.services.pruning import register_pruning
        from accounts.services.second_factor import register_second_factor

        JOB_KINDS.update(LETTERS)
        register_pruning()
        register_second_factor()
        register_notices()
