"""The neighbours and what they are owed."""

from django.apps import AppConfig


class CommunitiesConfig(AppConfig):
    """The neighbours and what they are owed."""

    name = "communities"
