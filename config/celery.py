"""The Celery application; the queue is a doorbell, the jobs themselves lie in PostgreSQL."""

import logging.config
import os
from typing import Any

from celery import Celery
from celery.signals import setup_logging
from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.dev")

app = Celery("minka")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@setup_logging.connect
def log_as_everywhere(**_told: Any) -> None:
    """Celery's own lines go where all others go, in the same shape."""
    logging.config.dictConfig(settings.LOGGING)
