"""The Celery application; the queue is a doorbell, the jobs themselves lie in PostgreSQL."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.dev")

app = Celery("minka")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
