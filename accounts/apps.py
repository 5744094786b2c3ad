"""The support app: people, roles, the audit trail and the job outbox."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Lies below every other app and knows none of them."""

    name = "accounts"
