"""The composition root as an app: its commands, and the Celery application that tasks belong to."""

from django.apps import AppConfig


class ConfigConfig(AppConfig):
    """Loads the Celery application, so that shared tasks know their broker."""

    name = "config"

    def ready(self) -> None:
        """Import it once the settings are there."""
        from config.celery import app

        app.set_default()
