"""Promises on public pages: whether each was kept, and who says so."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext as _

from accounts.design.writing import days, long_date
from compliance.public_pages import Row


def promise_rows(commitments: Iterable[Mapping[str, Any]]) -> list[Row]:
    """Promises with a date; whose word it is stands in the state."""
    return [{**one, **promise_state(one)} for one in sorted(commitments, key=lambda one: one["due_on"] or "9999")]


def promise_state(one: Mapping[str, Any]) -> Row:
    """Mark, words and colour of one promise; one that was kept late is no longer a debt."""
    late = days(one["days_late"]) if one["days_late"] else ""
    if late and one["fulfilled_on"]:
        done = {"date": long_date(one["fulfilled_on"]), "days": late}
        if one["state"] == "late":
            return {"mark": "kept_late", "words": _("Done on %(date)s, %(days)s late") % done, "tone": "v"}
        if one["state"] == "claimed":
            words = _("Done on %(date)s, %(days)s late, says the company") % done
            return {"mark": "claimed", "words": words, "tone": "c"}
    words, tone = {
        "confirmed": (_("Done, the community confirms"), "v"),
        "claimed": (_("Done, says the company"), "c"),
        "late": (_("Not done, %(days)s late") % {"days": late} if late else _("Late"), "x"),
        "disputed": (_("Disputed: the community says it is not done"), "x"),
        "not_due": (_("Not due yet"), ""),
    }.get(one["state"], (_("We don’t know"), ""))
    return {"mark": one["state"], "words": words, "tone": tone}
