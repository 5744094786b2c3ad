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
    done_late = bool(one["days_late"] and one["fulfilled_on"])
    if one["state"] == "confirmed" or (one["state"] == "late" and done_late):
        return kept_promise(one)
    words, tone = {
        "claimed": (
            _("Done on %(date)s, %(days)s late, says the company") if done_late else _("Done, says the company"),
            "company",
        ),
        "late": (
            _("Not done, %(days)s late, says %(who)s") if one["days_late"] else _("Not done, says %(who)s"),
            "wrong",
        ),
        "disputed": (_("Disputed: not done, says %(who)s"), "wrong"),
        "not_due": (_("Not due yet"), ""),
    }.get(one["state"], (_("We don’t know"), ""))
    return {"mark": one["state"], "words": words % particulars(one), "tone": tone}


def kept_promise(one: Mapping[str, Any]) -> Row:
    """A promise that somebody else than the company confirms; the verdigris tick is the community's alone."""
    late = one["state"] == "late"
    words = _("Done on %(date)s, %(days)s late, confirmed by %(who)s") if late else _("Done, confirmed by %(who)s")
    if "community" in one.get("said_by", []):
        return {"mark": "kept_late" if late else "confirmed", "words": words % particulars(one), "tone": "community"}
    return {"mark": "record", "words": words % particulars(one), "tone": ""}


def particulars(one: Mapping[str, Any]) -> dict[str, str]:
    """Who says what became of a promise, when it was done, and how late."""
    return {"who": speakers(one), "date": long_date(one["fulfilled_on"]), "days": days(one["days_late"])}


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
