"""What templates know besides their own context."""

from typing import Any

from django.conf import settings
from django.contrib.messages.api import get_messages
from django.http import HttpRequest


def demo(request: HttpRequest) -> dict[str, Any]:
    """Whether the figures are invented; every page says so."""
    return {"is_demo": settings.MINKA_DEMO}


def people(request: HttpRequest) -> dict[str, Any]:
    """The person and their messages, only on pages that need sign-in: public pages touch no session."""
    match = request.resolver_match
    if match is None or getattr(match.func, "public", False):
        return {}
    return {"user": getattr(request, "user", None), "messages": get_messages(request)}
