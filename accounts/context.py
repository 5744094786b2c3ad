"""What templates know besides their own context."""

from functools import partial
from typing import Any

from django.conf import settings
from django.contrib.messages.api import get_messages
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

from accounts.models import User


def demo(request: HttpRequest) -> dict[str, Any]:
    """Whether the figures are invented; every page says so."""
    return {"is_demo": settings.MINKA_DEMO}


def address(request: HttpRequest) -> dict[str, Any]:
    """Where people reach Minka, for what is printed."""
    return {"minka_address": settings.MINKA_ADDRESS}


def people(request: HttpRequest) -> dict[str, Any]:
    """The person, their messages and whose drafts are kept, only where sign-in is needed: public pages touch no session."""
    match = request.resolver_match
    if match is None or getattr(match.func, "public", False):
        return {}
    user = getattr(request, "user", None)
    return {"user": user, "messages": get_messages(request), "draft_owner": partial(draft_owner, user)}


def draft_owner(user: object) -> str:
    """Tells people's drafts apart in a browser that they share, without saying who they are; nobody's are empty."""
    if not isinstance(user, User) or user.pk is None:
        return ""
    return salted_hmac("accounts.drafts", str(user.pk)).hexdigest()[:16]
