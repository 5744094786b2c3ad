"""What stands in the header of signed-in pages, by what the person may do."""

from functools import partial
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.services.notices import MOST_COUNTED, unread_count


def navigation(request: HttpRequest) -> dict[str, Any]:
    """Links of the signed-in header; public pages have none and ask for nobody."""
    match = request.resolver_match
    if match is None or getattr(match.func, "public", False) or not isinstance(request.user, User):
        return {}
    user = request.user
    places = [
        (_("Projects"), "projects:list", "record.view"),
        (_("Communities"), "records:list-anywhere", "record.view"),
        (_("Payments"), "ledger:all", "record.view"),
        (_("Imports"), "imports:list", "import.view"),
        (_("Scorecards"), "reviews:queue", "scorecard.view"),
        (_("Calculations"), "reviews:runs", "scorecard.request"),
        (_("People"), "people:list", "people.view"),
        (_("Audit trail"), "people:audit", "audit.view"),
    ]
    links = []
    if user.may("record.view"):
        start = reverse("desk")
        own = request.path == start or request.path.startswith(f"{start}start/")
        links.append({"label": _("Start"), "url": start, "current": own})
    for label, name, permission in places:
        if user.may(permission):
            url = reverse(name, kwargs={"kind": "communities"} if name == "records:list-anywhere" else None)
            links.append({"label": label, "url": url, "current": request.path.startswith(url)})
    url = reverse("people:notices")
    current = request.path.startswith(url)
    links.append({"label": _("Notices"), "url": url, "current": current, "count": partial(unread_shown, user)})
    search = reverse("search") if user.may("record.view") else ""
    return {"navigation": links, "account_url": reverse("people:own"), "search_url": search}


def unread_shown(user: User) -> str:
    """How many notices the person has not opened, as a header says it; empty where there are none."""
    number = unread_count(user)
    return f"{MOST_COUNTED}+" if number > MOST_COUNTED else str(number or "")
