"""Composition root: imports everyone, is imported by no one."""

from config.celery import app as celery_app

__all__ = ["celery_app"]
