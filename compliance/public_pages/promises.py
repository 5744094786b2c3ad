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
    """Mark, words and colour of one promise; one that was kept late is no longer a debt.

    The verdigris tick is the community's alone: what an authority confirms has the square of the public record.
    """
    state, late = one["state"], days(one["days_late"]) if one["days_late"] else ""
    done = late and one["fulfilled_on"]
    words = {"who": speakers(one), "date": long_date(one["fulfilled_on"]), "days": late}
    attested = "community" not in one.get("said_by", [])
    if state == "confirmed":
        mark, text, tone = ("record" if attested else "confirmed"), _("Done, confirmed by %(who)s"), "v"
    elif state == "late" and done:
        mark, text, tone = (
            ("record" if attested else "kept_late"),
            _("Done on %(date)s, %(days)s late, confirmed by %(who)s"),
            "v",
        )
    elif state == "late":
        mark, text, tone = (
            "late",
            _("Not done, %(days)s late, says %(who)s") if late else _("Not done, says %(who)s"),
            "x",
        )
    elif state == "claimed":
        mark, text, tone = (
            "claimed",
            _("Done on %(date)s, %(days)s late, says the company") if done else _("Done, says the company"),
            "c",
        )
    elif state == "disputed":
        mark, text, tone = "disputed", _("Disputed: not done, says %(who)s"), "x"
    else:
        mark, text, tone = state, _("Not due yet") if state == "not_due" else _("We don’t know"), ""
    return {"mark": mark, "words": text % words, "tone": "" if mark == "record" else tone}


def speakers(one: Mapping[str, Any]) -> str:
    """Who confirms or denies a promise, by name where it was made to one community."""
    community = one["community"]["name"] if one.get("community") else _("the communities")
    if "said_by" not in one:
        return _("%(community)s or an authority") % {"community": community}
    names = {"community": community, "authority": _("an authority")}
    heard = [names[voice] for voice in one["said_by"] if voice in names]
    if len(heard) == 2:
        return _("%(community)s and an authority") % {"community": community}
    return str(heard[0]) if heard else _("nobody")
